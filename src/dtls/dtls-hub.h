/* SPDX-License-Identifier: MIT */
#pragma once

#include <gnutls/gnutls.h>

#include "dtls-deadlines.h"
#include "dtls-event-queue.h"
#include "dtls-transport.h"

G_BEGIN_DECLS

#define DTLS_BURST 64

/* What is sent in one dispatch: copies, in order, given to the transport together. */
typedef struct
{
  guint8      *memory;
  gsize        n_used, n_allocated;
  DtlsDatagram out[DTLS_BURST];
  guint        n;
} DtlsOutbox;

/* What the listener, the connector and their associations share. One thread; plain struct. */
typedef struct
{
  DtlsTransport  *transport;    /* owned */
  DtlsEventQueue *queue;        /* owned */
  DtlsOutbox      outbox;
  DtlsDeadlines   deadlines;
  guint           max_held;     /* records that one handshake holds back */
  guint           interest;     /* DtlsEventKind bits that somebody reads; atomic */
  gint64          now_us;       /* monotonic, of this turn */
  gint64          wall_offset_us;       /* add to now_us for the wall clock */
  guint64         last_id;
  guint64         seed;
} DtlsHub;

/* What an event says besides its code; every field may be left zero. */
typedef struct
{
  guint64             association;
  const DtlsAddress  *peer;
  const DtlsCounters *totals;
  const char         *name;
  GBytes             *identity;
  const guint8       *wire, *text;
  gsize               n_wire, n_text;
  guint16             flags;
} DtlsEventFields;

void       dtls_hub_init        (DtlsHub               *self,
                                 DtlsTransport         *transport,
                                 DtlsEventQueue        *queue,
                                 guint64                seed);
void       dtls_hub_clear       (DtlsHub               *self);
void       dtls_hub_set_time    (DtlsHub               *self,
                                 gint64                 now_us);
void       dtls_hub_send        (DtlsHub               *self,
                                 const DtlsPath        *path,
                                 const giovec_t        *vec,
                                 int                    n);
void       dtls_hub_flush       (DtlsHub               *self);
DtlsEvent *dtls_hub_begin       (DtlsHub               *self,
                                 DtlsEventKind          kind,
                                 DtlsCode               code,
                                 const DtlsEventFields *fields);
void       dtls_hub_commit      (DtlsHub               *self);
void       dtls_hub_count       (DtlsHub               *self,
                                 DtlsCount              what);

static inline gboolean
dtls_hub_wants (const DtlsHub *self, DtlsEventKind kind)
{
  return (g_atomic_int_get (&self->interest) & kind) != 0;
}

G_END_DECLS
