/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-window-private.h"

#include "report-sentence.h"
#include "ui-settings.h"

/* A resync writes one event for each association: not more often than this. */
#define RESYNC_INTERVAL_US (G_USEC_PER_SEC / 2)

static void
show_event_error (UiWindow        *self,
                  const DtlsEvent *event)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (report_event_append_sentence (event, text) == REPORT_ERROR)
    ui_window_show_error (self, text->str);
}

static void
event_cb (UiLog           *log,
          const DtlsEvent *event,
          gpointer         user_data)
{
  UiWindow *self = user_data;
  UiWindowPrivate *priv = ui_window_get_private (self);

  switch (event->code)
    {
    case DTLS_CODE_ESTABLISHED:
      if (ui_settings_get_boolean (priv->settings, "first-run", FALSE))
        ui_settings_set_boolean (priv->settings, "first-run", FALSE);
      break;
    case DTLS_CODE_DEMO_KEY:
      gtk_info_bar_set_revealed (priv->demo_bar, !priv->demo_dismissed);
      break;
    default:
      if (report_event_get_level (event) == REPORT_ERROR)
        show_event_error (self, event);
      break;
    }
  UI_WINDOW_GET_CLASS (self)->event (self, event);
}

/* A lost change of state leaves rows that are wrong: the engine says all of them again. */
static void
resync_if_lost (UiWindow      *self,
                const guint64  counts[DTLS_N_COUNTS])
{
  UiWindowPrivate *priv = ui_window_get_private (self);
  gint64 now_us = g_get_monotonic_time ();

  if (counts[DTLS_COUNT_EVENTS_LOST] == priv->events_lost
      || now_us - priv->resync_us < RESYNC_INTERVAL_US)
    return;

  priv->events_lost = counts[DTLS_COUNT_EVENTS_LOST];
  priv->resync_us = now_us;
  dtls_engine_resync (priv->engine);
}

/**
 * ui_window_take_events:
 *
 * What came out of the engine: into the log and the list of connections. The ranges are lent.
 */
void
ui_window_take_events (UiWindow             *self,
                       const DtlsEventRange *ranges,
                       guint                 n_ranges,
                       const guint64         counts[DTLS_N_COUNTS])
{
  UiWindowPrivate *priv;

  g_return_if_fail (UI_IS_WINDOW (self));

  priv = ui_window_get_private (self);
  ui_log_append_ranges (priv->log, ranges, n_ranges, counts);
  ui_connection_store_append_ranges (priv->store, ranges, n_ranges);
}

static void
queue_cb (const DtlsEventRange *ranges,
          guint                 n_ranges,
          const guint64         counts[DTLS_N_COUNTS],
          gpointer              user_data)
{
  UiWindow *self = user_data;

  ui_window_take_events (self, ranges, n_ranges, counts);
  resync_if_lost (self, counts);
}

/**
 * ui_window_begin_events:
 *
 * From now on the window follows its engine and its log. Once, when it has both.
 */
void
ui_window_begin_events (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);

  ui_log_set_event_func (priv->log, DTLS_EVENT_STATE | DTLS_EVENT_DIAGNOSIS, event_cb, self, NULL);
  priv->source
      = dtls_event_queue_create_source (dtls_engine_get_queue (priv->engine), queue_cb, self, NULL);
  g_source_attach (priv->source, NULL);
}

/**
 * ui_window_end_events:
 *
 * And now it does no longer.
 */
void
ui_window_end_events (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);

  ui_log_set_event_func (priv->log, 0, NULL, NULL, NULL);
  if (priv->source == NULL)
    return;

  g_source_destroy (priv->source);
  g_clear_pointer (&priv->source, g_source_unref);
}
