/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-window-private.h"

#include <glib/gi18n-lib.h>

#include "client-preferences.h"
#include "ui-color-scheme.h"

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
  client_window_update (self);
}

static void
shutdown_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  ClientWindow *self = CLIENT_WINDOW (widget);
  g_autofree char *text = NULL;
  guint n_open;

  ui_connection_store_flush (self->store);
  n_open = ui_connection_store_get_n_open (self->store);
  if (n_open == 0)
    return;

  dtls_engine_close (self->engine, 0);
  text = g_strdup_printf (
      ngettext ("%u connection was shut down.", "%u connections were shut down.", n_open), n_open);
  ui_log_append_row (self->log, REPORT_INFO, text);
}

static void
reconnect_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  ClientWindow *self = CLIENT_WINDOW (widget);
  UiConnection *selected = ui_connection_list_get_selected (self->connection_list);

  if (selected != NULL)
    dtls_engine_reconnect (self->engine, ui_connection_get_id (selected));
}

static void
close_connection_action (GtkWidget  *widget,
                         const char *action_name,
                         GVariant   *parameter)
{
  ClientWindow *self = CLIENT_WINDOW (widget);
  UiConnection *selected = ui_connection_list_get_selected (self->connection_list);

  if (selected != NULL && !ui_connection_get_ended (selected))
    dtls_engine_close (self->engine, ui_connection_get_id (selected));
}

static void
send_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  ui_message_composer_send (CLIENT_WINDOW (widget)->composer);
}

static void
search_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  ui_search_bar_set_search_mode (CLIENT_WINDOW (widget)->search_bar, TRUE);
}

static void
search_next_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  ClientWindow *self = CLIENT_WINDOW (widget);

  if (!ui_search_bar_get_search_mode (self->search_bar))
    ui_search_bar_set_search_mode (self->search_bar, TRUE);
  else
    ui_search_bar_next (self->search_bar, g_variant_get_boolean (parameter));
}

static void
clear_log_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  ui_log_clear (CLIENT_WINDOW (widget)->log);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(ClientWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  if (ui_log_save_finish (UI_LOG (source), result, &error))
    return;

  /* Translators: %s says why */
  text = g_strdup_printf (_("The log could not be saved: %s"), error->message);
  ui_log_append_row (self->log, REPORT_ERROR, text);
}

static void
save_response_cb (ClientWindow    *self,
                  int              response,
                  GtkNativeDialog *chooser)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr(GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
      const char *format = gtk_file_chooser_get_choice (GTK_FILE_CHOOSER (chooser), "format");

      ui_log_save_async (self->log, file,
                         g_strcmp0 (format, "json") == 0 ? UI_LOG_FORMAT_JSON_LINES
                                                         : UI_LOG_FORMAT_TEXT,
                         NULL, NULL, NULL, saved_cb, g_object_ref (self));
    }
  gtk_native_dialog_destroy (chooser);
}

static void
save_log_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  const char *ids[] = { "text", "json", NULL };
  const char *labels[] = { _("Plain text"), _("JSON Lines"), NULL };
  GtkFileChooserNative *chooser;

  chooser = gtk_file_chooser_native_new (_("Save log"), GTK_WINDOW (widget),
                                         GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  gtk_file_chooser_add_choice (GTK_FILE_CHOOSER (chooser), "format", _("Format"), ids, labels);
  gtk_file_chooser_set_choice (GTK_FILE_CHOOSER (chooser), "format", "text");
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), "dtls-client.log");
  g_signal_connect_object (chooser, "response", G_CALLBACK (save_response_cb), widget,
                           G_CONNECT_SWAPPED);
  /* lives until it is answered; the window ends it otherwise */
  g_object_set_data_full (G_OBJECT (widget), "save-chooser", chooser, g_object_unref);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* The next of the window's regions, the one after the focus, that can take it. */
static void
next_pane_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  ClientWindow *self = CLIENT_WINDOW (widget);
  GtkWidget *regions[] = {
    GTK_WIDGET (self->left_pane), GTK_WIDGET (self->right_pane), GTK_WIDGET (self->connection_list),
    GTK_WIDGET (self->composer), GTK_WIDGET (self->connect_button)
  };
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));
  gboolean backwards = g_variant_get_boolean (parameter);
  guint n = G_N_ELEMENTS (regions);
  guint at = backwards ? 0 : n - 1;

  for (guint i = 0; focus != NULL && i < n; i++)
    if (focus == regions[i] || gtk_widget_is_ancestor (focus, regions[i]))
      at = i;

  for (guint i = 0; i < n; i++)
    {
      GtkWidget *region;

      at = (at + (backwards ? n - 1 : 1)) % n;
      region = regions[at];
      if (!gtk_widget_get_mapped (region))
        continue;
      if (UI_IS_MESSAGE_PANE (region))
        region = GTK_WIDGET (ui_message_pane_get_text_view (UI_MESSAGE_PANE (region)));
      if (gtk_widget_get_mapped (region) && gtk_widget_child_focus (region, GTK_DIR_TAB_FORWARD))
        return;
    }
}

static void
preferences_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  ClientWindow *self = CLIENT_WINDOW (widget);

  if (self->preferences == NULL)
    g_set_weak_pointer (&self->preferences,
                        GTK_WINDOW (client_preferences_new (GTK_WINDOW (self), self->settings)));
  gtk_window_present (self->preferences);
}

static GtkWindow *
make_help (ClientWindow *self)
{
  GtkWidget *dialog;

  dialog
      = gtk_message_dialog_new (GTK_WINDOW (self), GTK_DIALOG_DESTROY_WITH_PARENT,
                                GTK_MESSAGE_OTHER, GTK_BUTTONS_CLOSE, "%s", _("How to connect"));
  gtk_message_dialog_format_secondary_text (
      GTK_MESSAGE_DIALOG (dialog), "%s",
      _("Both programs on one computer? Start the server, then connect to localhost.\n\n"
         "\"Connect ...\" asks for the server, an identity and the key that both sides share. "
         "What happens is told on the left, what the server sends is shown on the right, as text "
         "and as hex.\n\n"
         "A line that says what went wrong ends with \"Why?\": it tells the likely cause and what "
         "to compare.\n\n"
         "Ctrl+? lists all keyboard shortcuts."));
  gtk_window_set_title (GTK_WINDOW (dialog), _("Help"));
  ui_color_scheme_add_window (ui_color_scheme_get_default (), GTK_WINDOW (dialog));
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_window_destroy), NULL);
  return GTK_WINDOW (dialog);
}

static void
help_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  ClientWindow *self = CLIENT_WINDOW (widget);

  if (self->help == NULL)
    g_set_weak_pointer (&self->help, make_help (self));
  gtk_window_present (self->help);
}

static void
about_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  gtk_show_about_dialog (GTK_WINDOW (widget),
                         "program-name", _("DTLS client"),
                         "logo-icon-name", "org.dtlspair.Client",
                         "version", PACKAGE_VERSION,
                         "comments", _("Talks to a server over DTLS 1.2 with pre-shared keys, "
                                       "and tells why when it does not work."),
                         "license-type", GTK_LICENSE_MIT_X11,
                         NULL);
}

/**
 * client_window_install_actions:
 *
 * What a user can do in the window, with its keys (UX section 8).
 */
void
client_window_install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char                     *name;
    const char                     *parameter;
    GtkWidgetActionActivateFunc     func;
    guint                           key;
    GdkModifierType                 modifiers;
  } actions[] = {
    { "win.connect", NULL, connect_action, GDK_KEY_n, GDK_CONTROL_MASK },
    { "win.connect-or-cancel", NULL, connect_or_cancel_action, 0, 0 },
    { "win.shutdown", NULL, shutdown_action, GDK_KEY_d, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.reconnect", NULL, reconnect_action, GDK_KEY_r, GDK_CONTROL_MASK },
    { "win.close-connection", NULL, close_connection_action, 0, 0 },
    { "win.send", NULL, send_action, GDK_KEY_Return, GDK_CONTROL_MASK },
    { "win.search", NULL, search_action, GDK_KEY_f, GDK_CONTROL_MASK },
    { "win.clear-log", NULL, clear_log_action, GDK_KEY_Delete, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.save-log", NULL, save_log_action, GDK_KEY_s, GDK_CONTROL_MASK },
    { "win.preferences", NULL, preferences_action, GDK_KEY_comma, GDK_CONTROL_MASK },
    { "win.help", NULL, help_action, GDK_KEY_F1, 0 },
    { "win.about", NULL, about_action, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].parameter,
                                       actions[i].func);
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
  gtk_widget_class_install_property_action (widget_class, "win.pings", "pings");
}
