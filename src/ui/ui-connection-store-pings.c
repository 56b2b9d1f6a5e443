/* SPDX-License-Identifier: MIT */
/* What all rows of a store say together: round-trip time and lost pings. */
#include "config.h"

#include "ui-connection-store.h"

#include <glib/gi18n-lib.h>

#include "ui-connection-format.h"

static int
compare_uint (gconstpointer a,
              gconstpointer b)
{
  guint left = *(const guint *) a, right = *(const guint *) b;

  return left < right ? -1 : left > right;
}

/**
 * ui_connection_store_get_pings:
 * @rtt_us: (out): median of the medians of open rows; 0: none
 * @lost: (out): of all rows
 * @sent: (out): of all rows
 *
 * Walks the rows.
 */
void
ui_connection_store_get_pings (UiConnectionStore *self,
                               guint             *rtt_us,
                               guint64           *lost,
                               guint64           *sent)
{
  g_autoptr(GArray) rtts = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n;

  g_return_if_fail (UI_IS_CONNECTION_STORE (self));

  n = g_list_model_get_n_items (G_LIST_MODEL (self));
  *lost = *sent = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(UiConnection) connection = g_list_model_get_item (G_LIST_MODEL (self), i);
      const DtlsCounters *totals = ui_connection_get_totals (connection);

      *lost += totals->pings_lost;
      *sent += totals->pings_sent;
      if (!ui_connection_get_ended (connection) && totals->rtt_median_us > 0)
        g_array_append_val (rtts, totals->rtt_median_us);
    }
  g_array_sort (rtts, compare_uint);
  *rtt_us = rtts->len > 0 ? g_array_index (rtts, guint, rtts->len / 2) : 0;
}

/**
 * ui_connection_store_make_summary:
 *
 * Returns: (transfer full): round-trip time and lost pings of all rows in words; empty while no
 * ping was sent. Walks the rows.
 */
char *
ui_connection_store_make_summary (UiConnectionStore *self)
{
  g_autofree char *rtt = NULL;
  guint rtt_us;
  guint64 lost, sent;

  ui_connection_store_get_pings (self, &rtt_us, &lost, &sent);
  if (sent == 0)
    return g_strdup ("");
  if (rtt_us == 0)
    /* Translators: counts of pings */
    return g_strdup_printf (_("lost %lu of %lu"), (gulong) lost, (gulong) sent);
  rtt = ui_connection_format_duration (rtt_us);
  /* Translators: a round-trip time such as "0.8 ms", then counts of pings */
  return g_strdup_printf (_("RTT %s · lost %lu of %lu"), rtt, (gulong) lost, (gulong) sent);
}
