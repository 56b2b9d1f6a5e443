/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-window-private.h"

#include "ui-settings.h"

#define MEBIBYTE (1024 * 1024)

static void
log_limits_cb (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);
  int mebibytes = ui_settings_get_int (priv->settings, "log-mebibytes",
                                       UI_LOG_MAX_BYTES / MEBIBYTE);
  int n_events = ui_settings_get_int (priv->settings, "log-events", UI_LOG_MAX_EVENTS);

  /* where addresses have 32 bits, all of them are fewer than the key can say */
  ui_log_set_limits (priv->log, (gsize) MIN ((guint64) mebibytes * MEBIBYTE, G_MAXSIZE),
                     (guint) n_events);
}

static void
pane_blocks_cb (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);
  int n_blocks = ui_settings_get_int (priv->settings, "pane-blocks", UI_MESSAGE_PANE_MAX_BLOCKS);

  ui_message_pane_set_max_blocks (priv->left_pane, (guint) n_blocks);
  ui_message_pane_set_max_blocks (priv->right_pane, (guint) n_blocks);
}

static void
ended_rows_cb (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);

  ui_connection_store_set_max_ended (
      priv->store, (guint) ui_settings_get_int (priv->settings, "ended-rows",
                                                UI_CONNECTION_STORE_MAX_ENDED));
}

/**
 * ui_window_follow_settings:
 *
 * What both programs keep in their settings holds in this window, now and when it is changed.
 * Once, when panes, log and store are there. Source: DESIGN 7.
 */
void
ui_window_follow_settings (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);
  static const struct
  {
    const char *signal;
    void      (*func) (UiWindow *);
  } followed[] = {
    { "changed::log-mebibytes", log_limits_cb },
    { "changed::log-events", log_limits_cb },
    { "changed::pane-blocks", pane_blocks_cb },
    { "changed::ended-rows", ended_rows_cb },
  };

  if (priv->settings == NULL)
    return;

  g_settings_bind (priv->settings, "message-view", priv->right_pane, "message-view",
                   G_SETTINGS_BIND_DEFAULT);
  for (guint i = 0; i < G_N_ELEMENTS (followed); i++)
    {
      followed[i].func (self);
      g_signal_connect_object (priv->settings, followed[i].signal, G_CALLBACK (followed[i].func),
                               self, G_CONNECT_SWAPPED);
    }
}
