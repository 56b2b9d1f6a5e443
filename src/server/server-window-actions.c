/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-window-private.h"

static void
listen_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  ServerWindow *self = SERVER_WINDOW (widget);

  if (self->listening)
    dtls_engine_stop_accepting (ui_window_get_engine (UI_WINDOW (self)));
  else
    server_window_show_form (self);
}

static void
keys_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  server_window_edit_keys (SERVER_WINDOW (widget), NULL);
}

static void
add_key_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  UiConnection *selected = ui_window_get_selected (UI_WINDOW (widget));

  if (selected != NULL)
    server_window_edit_keys (SERVER_WINDOW (widget), ui_connection_get_identity_bytes (selected));
}

static void
close_all_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  dtls_engine_close (ui_window_get_engine (UI_WINDOW (widget)), 0);
}

/**
 * server_window_install_actions:
 *
 * What a user can do in this window alone, with its keys. Source: UX section 8.
 */
void
server_window_install_actions (GtkWidgetClass *widget_class)
{
  static const UiWindowAction actions[] = {
    { "win.listen", listen_action, GDK_KEY_l, GDK_CONTROL_MASK },
    { "win.keys", keys_action, GDK_KEY_k, GDK_CONTROL_MASK },
    { "win.add-key", add_key_action, 0, 0 },
    { "win.close-all", close_all_action, 0, 0 },
  };

  ui_window_class_install (widget_class, actions, G_N_ELEMENTS (actions));
}
