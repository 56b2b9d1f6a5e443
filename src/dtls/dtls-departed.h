/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-address.h"

G_BEGIN_DECLS

#define DTLS_DEPARTED_NAMED 200 /* as many as a list of connections keeps */

/* Whose association ended lately: what such a peer still sends is no stranger's. Two generations
 * of hashes of paths, so that it is bounded in time and in number without a timer or a list. And
 * who a few of them were, for the message that comes too late for them. */
typedef struct
{
  GHashTable *newer, *older;    /* hash of a path -> DtlsDepartedMark */
  gint64      turned_us;        /* when `newer` was begun */
  guint64     seed;
  guint64     ids[DTLS_DEPARTED_NAMED]; /* the established ones that ended last, in a ring */
  DtlsAddress peers[DTLS_DEPARTED_NAMED];
  guint       n_named;
} DtlsDeparted;

void     dtls_departed_init     (DtlsDeparted   *self,
                                 gint64          now_us);
void     dtls_departed_clear    (DtlsDeparted   *self);
void     dtls_departed_add      (DtlsDeparted   *self,
                                 const DtlsPath *path,
                                 gint64          now_us);
void     dtls_departed_name     (DtlsDeparted   *self,
                                 guint64         id,
                                 const DtlsPath *path);
gboolean dtls_departed_find     (DtlsDeparted   *self,
                                 guint64         id,
                                 DtlsAddress    *peer);
gboolean dtls_departed_has      (DtlsDeparted   *self,
                                 const DtlsPath *path,
                                 gint64          now_us);
gboolean dtls_departed_say_bye  (DtlsDeparted   *self,
                                 const DtlsPath *path);

G_END_DECLS
