/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CLIENT_TOTALS_SUB 32            /* steps of each doubling: 3 % apart */
#define CLIENT_TOTALS_BUCKETS (CLIENT_TOTALS_SUB * 28)

/* What many connections come to at the end of a run. Plain struct; all zero: nothing yet. */
typedef struct
{
  guint   n_asked, n_encrypted;         /* connections */
  guint64 n_sent, n_answered, n_lost;   /* pings */
  guint64 n_rtts;
  guint32 longest_us;
  guint32 rtts[CLIENT_TOTALS_BUCKETS];  /* how many round trips took so long */
} ClientTotals;

void    client_totals_add_rtt        (ClientTotals       *self,
                                      guint32             rtt_us);
guint32 client_totals_get_quantile   (const ClientTotals *self,
                                      double              quantile);
void    client_totals_append_text    (const ClientTotals *self,
                                      GString            *text);
gboolean client_totals_append_rtts   (const ClientTotals *self,
                                      GString            *text);

G_END_DECLS
