/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-window-private.h"

#include <glib/gi18n-lib.h>

#include "report-sentence.h"
#include "ui-settings.h"

/* A resync writes one event for each association: not more often than this. */
#define RESYNC_INTERVAL_US (G_USEC_PER_SEC / 2)

/**
 * client_window_show_key_log:
 *
 * Says for as long as the window is there that GnuTLS writes session keys to @path (B4).
 */
void
client_window_show_key_log (ClientWindow *self,
                            const char   *path)
{
  /* Translators: %s is a file name */
  g_autofree char *text = g_strdup_printf (_("Session keys are being written to %s: the variable "
                                             "SSLKEYLOGFILE is set."), path);

  gtk_label_set_label (self->key_log_label, text);
  gtk_info_bar_set_revealed (self->key_log_bar, TRUE);
}

/* The newest error stands in a bar as well: there is no other way to tell it to a screen reader. */
static void
show_error (ClientWindow    *self,
            const DtlsEvent *event)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (report_event_append_sentence (event, text) != REPORT_ERROR)
    return;

  gtk_label_set_label (self->error_label, text->str);
  gtk_info_bar_set_revealed (self->error_bar, TRUE);
}

static void
began (ClientWindow    *self,
       const DtlsEvent *event)
{
  g_autofree char *name = NULL;
  const ClientAttempt *attempt;

  if ((event->flags & DTLS_EVENT_FLAG_FIRST) == 0)
    return;

  name = g_strndup ((const char *) dtls_event_name (event), event->n_name);
  self->n_named = MAX (self->n_named, client_default_name_get_next (name));
  attempt = client_attempt_find (self->attempts, NULL);
  if (attempt != NULL && !attempt->pings)
    g_hash_table_add (self->without_pings,
                      g_memdup2 (&event->association, sizeof event->association));
}

/**
 * client_window_event_cb:
 *
 * A UiLogEventFunc for changes of state and diagnoses, rows or not.
 */
void
client_window_event_cb (UiLog           *log,
                        const DtlsEvent *event,
                        gpointer         user_data)
{
  ClientWindow *self = user_data;

  switch (event->code)
    {
    case DTLS_CODE_STARTING:
      began (self, event);
      break;
    case DTLS_CODE_ESTABLISHED:
      ui_settings_set_boolean (self->settings, "first-run", FALSE);
      gtk_info_bar_set_revealed (self->error_bar, FALSE);
      break;
    case DTLS_CODE_DEMO_KEY:
      gtk_info_bar_set_revealed (self->demo_bar, TRUE);
      break;
    default:
      if (report_event_get_level (event) == REPORT_ERROR)
        show_error (self, event);
      break;
    }
}

/* A lost change of state leaves rows that are wrong: the engine says all of them again. */
static void
resync_if_lost (ClientWindow  *self,
                const guint64  counts[DTLS_N_COUNTS])
{
  gint64 now_us = g_get_monotonic_time ();

  if (counts[DTLS_COUNT_EVENTS_LOST] == self->events_lost
      || now_us - self->resync_us < RESYNC_INTERVAL_US)
    return;

  self->events_lost = counts[DTLS_COUNT_EVENTS_LOST];
  self->resync_us = now_us;
  dtls_engine_resync (self->engine);
}

/**
 * client_window_take_events:
 *
 * What came out of the engine: into the log and the list of connections. The ranges are lent.
 */
void
client_window_take_events (ClientWindow         *self,
                           const DtlsEventRange *ranges,
                           guint                 n_ranges,
                           const guint64         counts[DTLS_N_COUNTS])
{
  g_return_if_fail (CLIENT_IS_WINDOW (self));

  ui_log_append_ranges (self->log, ranges, n_ranges, counts);
  ui_connection_store_append_ranges (self->store, ranges, n_ranges);
}

/**
 * client_window_queue_cb:
 *
 * A DtlsEventFunc for the window's own queue.
 */
void
client_window_queue_cb (const DtlsEventRange *ranges,
                        guint                 n_ranges,
                        const guint64         counts[DTLS_N_COUNTS],
                        gpointer              user_data)
{
  ClientWindow *self = user_data;

  client_window_take_events (self, ranges, n_ranges, counts);
  resync_if_lost (self, counts);
}
