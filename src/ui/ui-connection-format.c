/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-connection-format.h"

#include <glib/gi18n-lib.h>

char *
ui_connection_format_duration (guint us)
{
  if (us < 100)
    return g_strdup_printf (_("%u µs"), us);
  if (us < 10 * 1000)
    return g_strdup_printf (_("%.1f ms"), us / 1000.0);
  if (us < 1000 * 1000)
    return g_strdup_printf (_("%u ms"), us / 1000);
  return g_strdup_printf (_("%.1f s"), us / 1e6);
}

char *
ui_connection_format_age (gint64 age_us)
{
  gint64 s = MAX (0, age_us) / G_USEC_PER_SEC;

  if (s < 10)
    /* Translators: time since something: seconds */
    return g_strdup_printf (_("%.1f s"), MAX (0, age_us) / 1e6);
  if (s < 60)
    return g_strdup_printf (_("%d s"), (int) s);
  if (s < 3600)
    /* Translators: time since something: minutes */
    return g_strdup_printf (_("%d min"), (int) (s / 60));
  /* Translators: time since something: hours */
  return g_strdup_printf (_("%d h"), (int) (s / 3600));
}

char *
ui_connection_format_totals (const DtlsCounters *t)
{
  GString *text = g_string_new (NULL);

  /* Translators: counts of messages, then of bytes */
  g_string_append_printf (text, _("Messages: %lu in, %lu out. Bytes: %lu in, %lu out."),
                          (gulong) t->messages_in, (gulong) t->messages_out, (gulong) t->bytes_in,
                          (gulong) t->bytes_out);
  if (t->pings_sent > 0)
    {
      g_string_append_c (text, ' ');
      /* Translators: counts of pings */
      g_string_append_printf (text, _("Pings: %u sent, %u answered, %u lost."), t->pings_sent,
                              t->pings_answered, t->pings_lost);
    }
  if (t->rtt_median_us > 0)
    {
      g_autofree char *last = ui_connection_format_duration (t->rtt_last_us);
      g_autofree char *median = ui_connection_format_duration (t->rtt_median_us);

      g_string_append_c (text, ' ');
      /* Translators: two durations such as "0.8 ms" */
      g_string_append_printf (text, _("Round trip: %s last, %s median."), last, median);
    }
  return g_string_free (text, FALSE);
}
