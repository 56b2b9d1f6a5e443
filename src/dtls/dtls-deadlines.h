/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Embedded in whatever has a deadline; one each. All zero: not set. */
typedef struct
{
  gint64 due_us;
  guint  slot;                  /* place in the heap + 1; 0: not in it */
  guint  kind;                  /* for the owner, who finds the structure around it by this */
} DtlsDeadline;

typedef void (*DtlsDeadlineFunc) (DtlsDeadline *deadline,
                                  gint64        now_us,
                                  gpointer      user_data);

/* A binary heap of borrowed nodes. */
typedef struct
{
  DtlsDeadline **heap;
  guint          n, n_allocated;
} DtlsDeadlines;

void   dtls_deadlines_clear  (DtlsDeadlines       *self);
void   dtls_deadlines_set    (DtlsDeadlines       *self,
                              DtlsDeadline        *deadline,
                              gint64               due_us);
void   dtls_deadlines_remove (DtlsDeadlines       *self,
                              DtlsDeadline        *deadline);
gint64 dtls_deadlines_next   (const DtlsDeadlines *self);
guint  dtls_deadlines_run    (DtlsDeadlines       *self,
                              gint64               now_us,
                              DtlsDeadlineFunc     func,
                              gpointer             user_data);

G_END_DECLS
