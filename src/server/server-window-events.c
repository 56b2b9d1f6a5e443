/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-window-private.h"

#include "report-sentence.h"
#include "ui-settings.h"

/* A resync writes one event for each association: not more often than this. */
#define RESYNC_INTERVAL_US (G_USEC_PER_SEC / 2)

static void
set_listening (ServerWindow *self,
               gboolean      listening)
{
  self->listening = listening;
  server_window_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), server_window_props[PROP_LISTENING]);
}

static void
began_listening (ServerWindow    *self,
                 const DtlsEvent *event)
{
  self->bound = event->peer;
  gtk_info_bar_set_revealed (self->error_bar, FALSE);
  set_listening (self, TRUE);
}

static void
show_event_error (ServerWindow    *self,
                  const DtlsEvent *event)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (report_event_append_sentence (event, text) == REPORT_ERROR)
    server_window_show_error (self, text->str);
}

static void
event_cb (UiLog           *log,
          const DtlsEvent *event,
          gpointer         user_data)
{
  ServerWindow *self = user_data;

  switch (event->code)
    {
    case DTLS_CODE_LISTENING:
      began_listening (self, event);
      break;
    case DTLS_CODE_NOT_ACCEPTING:
      set_listening (self, FALSE);
      break;
    case DTLS_CODE_ESTABLISHED:
      ui_settings_set_boolean (self->settings, "first-run", FALSE);
      break;
    case DTLS_CODE_DEMO_KEY:
      gtk_info_bar_set_revealed (self->demo_bar, !self->demo_dismissed);
      break;
    default:
      if (report_event_get_level (event) == REPORT_ERROR)
        show_event_error (self, event);
      break;
    }
}

/* A lost change of state leaves rows that are wrong: the engine says all of them again. */
static void
resync_if_lost (ServerWindow  *self,
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
 * server_window_take_events:
 *
 * What came out of the engine: into the log and the list of connections. The ranges are lent.
 */
void
server_window_take_events (ServerWindow         *self,
                           const DtlsEventRange *ranges,
                           guint                 n_ranges,
                           const guint64         counts[DTLS_N_COUNTS])
{
  g_return_if_fail (SERVER_IS_WINDOW (self));

  ui_log_append_ranges (self->log, ranges, n_ranges, counts);
  ui_connection_store_append_ranges (self->store, ranges, n_ranges);
}

static void
queue_cb (const DtlsEventRange *ranges,
          guint                 n_ranges,
          const guint64         counts[DTLS_N_COUNTS],
          gpointer              user_data)
{
  ServerWindow *self = user_data;

  server_window_take_events (self, ranges, n_ranges, counts);
  resync_if_lost (self, counts);
}

/**
 * server_window_begin_events:
 *
 * From now on the window follows its engine and its log. Once, when it has both.
 */
void
server_window_begin_events (ServerWindow *self)
{
  ui_log_set_event_func (self->log, DTLS_EVENT_STATE | DTLS_EVENT_DIAGNOSIS, event_cb, self, NULL);
  self->source
      = dtls_event_queue_create_source (dtls_engine_get_queue (self->engine), queue_cb, self, NULL);
  g_source_attach (self->source, NULL);
}

/**
 * server_window_end_events:
 *
 * And now it does no longer.
 */
void
server_window_end_events (ServerWindow *self)
{
  ui_log_set_event_func (self->log, 0, NULL, NULL, NULL);
  if (self->source == NULL)
    return;

  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}
