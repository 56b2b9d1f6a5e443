/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-window-private.h"

#include <glib/gi18n-lib.h>

#include "server-preferences.h"

static void
listen_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  ServerWindow *self = SERVER_WINDOW (widget);

  if (self->listening)
    dtls_engine_stop_accepting (self->engine);
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
  ServerWindow *self = SERVER_WINDOW (widget);
  UiConnection *selected = ui_connection_list_get_selected (self->connection_list);

  if (selected != NULL)
    server_window_edit_keys (self, ui_connection_get_identity_bytes (selected));
}

static void
close_connection_action (GtkWidget  *widget,
                         const char *name,
                         GVariant   *parameter)
{
  ServerWindow *self = SERVER_WINDOW (widget);
  UiConnection *selected = ui_connection_list_get_selected (self->connection_list);

  if (selected != NULL && !ui_connection_get_ended (selected))
    dtls_engine_close (self->engine, ui_connection_get_id (selected));
}

static void
close_all_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  dtls_engine_close (SERVER_WINDOW (widget)->engine, 0);
}

static void
send_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  ui_message_composer_send (SERVER_WINDOW (widget)->composer);
}

static void
search_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  ui_search_bar_set_search_mode (SERVER_WINDOW (widget)->search_bar, TRUE);
}

static void
search_next_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  ServerWindow *self = SERVER_WINDOW (widget);

  if (!ui_search_bar_get_search_mode (self->search_bar))
    ui_search_bar_set_search_mode (self->search_bar, TRUE);
  else
    ui_search_bar_next (self->search_bar, g_variant_get_boolean (parameter));
}

static void
clear_log_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  ui_log_clear (SERVER_WINDOW (widget)->log);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(ServerWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  if (ui_log_save_finish (UI_LOG (source), result, &error))
    return;

  /* Translators: %s says why */
  text = g_strdup_printf (_("The log could not be saved: %s"), error->message);
  if (self->log != NULL)
    {
      ui_log_append_row (self->log, REPORT_ERROR, text);
      server_window_show_error (self, text);
    }
}

static void
save_response_cb (GtkNativeDialog *chooser,
                  int              response,
                  ServerWindow    *self)
{
  g_autoptr(GFile) file = NULL;
  const char *format;

  if (response != GTK_RESPONSE_ACCEPT)
    return;

  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  format = gtk_file_chooser_get_choice (GTK_FILE_CHOOSER (chooser), "format");
  ui_log_save_async (self->log, file,
                     g_strcmp0 (format, "json") == 0 ? UI_LOG_FORMAT_JSON_LINES
                                                     : UI_LOG_FORMAT_TEXT,
                     NULL, NULL, NULL, saved_cb, g_object_ref (self));
}

static void
save_log_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  const char *ids[] = { "text", "json", NULL };
  const char *labels[] = { _("Plain text"), _("JSON Lines"), NULL };
  ServerWindow *self = SERVER_WINDOW (widget);
  GtkFileChooser *chooser;

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (
      _("Save log"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  chooser = GTK_FILE_CHOOSER (self->chooser);
  gtk_file_chooser_add_choice (chooser, "format", _("Format"), ids, labels);
  gtk_file_chooser_set_choice (chooser, "format", "text");
  gtk_file_chooser_set_current_name (chooser, "dtls-server.log");
  g_signal_connect_object (chooser, "response", G_CALLBACK (save_response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
show_key_log_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  ServerWindow *self = SERVER_WINDOW (widget);
  g_autoptr(GFile) file = NULL;
  g_autoptr(GFile) folder = NULL;
  g_autofree char *uri = NULL;

  if (self->key_log == NULL)
    return;

  file = g_file_new_for_path (self->key_log);
  folder = g_file_get_parent (file);
  uri = g_file_get_uri (folder != NULL ? folder : file);
  gtk_show_uri (GTK_WINDOW (self), uri, GDK_CURRENT_TIME);
}

/* The next of the window's regions, the one after the focus, that can take it. */
static void
next_pane_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  ServerWindow *self = SERVER_WINDOW (widget);
  GtkWidget *regions[] = {
    GTK_WIDGET (self->left_pane), GTK_WIDGET (self->right_pane), GTK_WIDGET (self->connection_list),
    GTK_WIDGET (self->composer), GTK_WIDGET (self->start_button)
  };
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));
  const guint n = G_N_ELEMENTS (regions);
  const guint step = g_variant_get_boolean (parameter) ? n - 1 : 1;
  guint at = step == 1 ? n - 1 : 0;

  for (guint i = 0; focus != NULL && i < n; i++)
    if (focus == regions[i] || gtk_widget_is_ancestor (focus, regions[i]))
      at = i;

  for (guint i = 0; i < n; i++)
    {
      at = (at + step) % n;
      if (!gtk_widget_get_mapped (regions[at]))
        continue;
      if (UI_IS_MESSAGE_PANE (regions[at]))
        {
          GtkWidget *view
              = GTK_WIDGET (ui_message_pane_get_text_view (UI_MESSAGE_PANE (regions[at])));

          if (gtk_widget_get_mapped (view) && gtk_widget_grab_focus (view))
            return;
        }
      if (gtk_widget_child_focus (regions[at], GTK_DIR_TAB_FORWARD))
        return;
    }
}

static void
preferences_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  ServerWindow *self = SERVER_WINDOW (widget);

  gtk_window_present (GTK_WINDOW (server_preferences_new (GTK_WINDOW (self), self->settings)));
}

static void
help_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  GtkWidget *dialog;

  dialog = gtk_message_dialog_new (GTK_WINDOW (widget), GTK_DIALOG_DESTROY_WITH_PARENT,
                                   GTK_MESSAGE_OTHER, GTK_BUTTONS_CLOSE, "%s", _("How to serve"));
  gtk_message_dialog_format_secondary_text (
      GTK_MESSAGE_DIALOG (dialog), "%s",
      _("Both programs on one computer? Start the server, then connect to localhost.\n\n"
         "“Start listening” asks for an address, a port and the key that both sides share. "
         "What happens is told on the left, what clients send is shown on the right, as text and "
         "as hex.\n\n"
         "“Stop listening” lets no new client in; those that are connected are still answered.\n\n"
         "A line that says what went wrong ends with “Why?”: it tells the likely cause and what to "
         "compare.\n\n"
         "Ctrl+? lists all keyboard shortcuts."));
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_window_destroy), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
about_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  gtk_show_about_dialog (GTK_WINDOW (widget),
                         "program-name", _("DTLS server"),
                         "logo-icon-name", "org.dtlspair.Server",
                         "version", PACKAGE_VERSION,
                         "comments", _("Answers clients over DTLS 1.2 with pre-shared keys, "
                                       "and tells why when it does not work."),
                         "license-type", GTK_LICENSE_MIT_X11,
                         NULL);
}

/**
 * server_window_install_actions:
 *
 * What a user can do in the window, with its keys (UX section 8).
 */
void
server_window_install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char                  *name;
    GtkWidgetActionActivateFunc  func;
    guint                        key;
    GdkModifierType              modifiers;
  } actions[] = {
    { "win.listen", listen_action, GDK_KEY_l, GDK_CONTROL_MASK },
    { "win.keys", keys_action, GDK_KEY_k, GDK_CONTROL_MASK },
    { "win.add-key", add_key_action, 0, 0 },
    { "win.close-connection", close_connection_action, 0, 0 },
    { "win.close-all", close_all_action, 0, 0 },
    { "win.send", send_action, GDK_KEY_Return, GDK_CONTROL_MASK },
    { "win.search", search_action, GDK_KEY_f, GDK_CONTROL_MASK },
    { "win.clear-log", clear_log_action, GDK_KEY_Delete, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.save-log", save_log_action, GDK_KEY_s, GDK_CONTROL_MASK },
    { "win.show-key-log", show_key_log_action, 0, 0 },
    { "win.preferences", preferences_action, GDK_KEY_comma, GDK_CONTROL_MASK },
    { "win.help", help_action, GDK_KEY_F1, 0 },
    { "win.about", about_action, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].func);
      if (actions[i].key != 0)
        gtk_widget_class_add_binding_action (widget_class, actions[i].key, actions[i].modifiers,
                                             actions[i].name, NULL);
    }

  gtk_widget_class_install_action (widget_class, "win.search-next", "b", search_next_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK, "win.search-next",
                                       "b", FALSE);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "win.search-next", "b", TRUE);
  gtk_widget_class_install_action (widget_class, "win.next-pane", "b", next_pane_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F6, 0, "win.next-pane", "b", FALSE);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F6, GDK_SHIFT_MASK, "win.next-pane",
                                       "b", TRUE);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
  gtk_widget_class_install_property_action (widget_class, "win.fold-strip", "strip-folded");
  gtk_widget_class_install_property_action (widget_class, "win.only-selected", "only-selected");
}
