/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-window-private.h"

#include <glib/gi18n-lib.h>

static void
connect_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  client_window_show_form (CLIENT_WINDOW (widget), NULL);
}

/* The button: while names are looked up it takes all of that back, and nothing is printed. */
static void
connect_or_cancel_action (GtkWidget  *widget,
                          const char *action_name,
                          GVariant   *parameter)
{
  ClientWindow *self = CLIENT_WINDOW (widget);

  if (self->lookups->len == 0)
    {
      client_window_show_form (self, NULL);
      return;
    }

  for (guint i = 0; i < self->lookups->len; i++)
    g_cancellable_cancel (g_ptr_array_index (self->lookups, i));
  g_ptr_array_set_size (self->lookups, 0);
  ui_window_update (UI_WINDOW (self));
}

static void
shutdown_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  UiWindow *window = UI_WINDOW (widget);
  UiConnectionStore *store = ui_window_get_store (window);
  g_autofree char *text = NULL;
  guint n_open;

  ui_connection_store_flush (store);
  n_open = ui_connection_store_get_n_open (store);
  if (n_open == 0)
    return;

  dtls_engine_close (ui_window_get_engine (window), 0);
  text = g_strdup_printf (
      ngettext ("%u connection was shut down.", "%u connections were shut down.", n_open), n_open);
  ui_log_append_row (ui_window_get_log (window), REPORT_INFO, text);
}

static void
reconnect_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  UiWindow *window = UI_WINDOW (widget);
  UiConnection *selected = ui_window_get_selected (window);

  if (selected != NULL)
    dtls_engine_reconnect (ui_window_get_engine (window), ui_connection_get_id (selected));
}

/**
 * client_window_install_actions:
 *
 * What a user can do in this window alone, with its keys. Source: UX section 8.
 */
void
client_window_install_actions (GtkWidgetClass *widget_class)
{
  static const UiWindowAction actions[] = {
    { "win.connect", connect_action, GDK_KEY_n, GDK_CONTROL_MASK },
    { "win.connect-or-cancel", connect_or_cancel_action, 0, 0 },
    { "win.shutdown", shutdown_action, 0, 0 },   /* its key: ui_window_set_accels() */
    { "win.reconnect", reconnect_action, GDK_KEY_r, GDK_CONTROL_MASK },
  };

  ui_window_class_install (widget_class, actions, G_N_ELEMENTS (actions));
  gtk_widget_class_install_property_action (widget_class, "win.pings", "pings");
}
