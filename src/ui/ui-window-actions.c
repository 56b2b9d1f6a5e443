/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-window-private.h"

#include <glib/gi18n-lib.h>

#include "ui-color-scheme.h"
#include "ui-preferences.h"

static void
close_connection_action (GtkWidget  *widget,
                         const char *name,
                         GVariant   *parameter)
{
  UiWindow *self = UI_WINDOW (widget);
  UiConnection *selected = ui_window_get_selected (self);

  if (selected != NULL && !ui_connection_get_ended (selected))
    dtls_engine_close (ui_window_get_engine (self), ui_connection_get_id (selected));
}

static void
send_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  ui_message_composer_send (ui_window_get_private (UI_WINDOW (widget))->composer);
}

static void
search_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  ui_search_bar_set_search_mode (ui_window_get_private (UI_WINDOW (widget))->search_bar, TRUE);
}

static void
search_next_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  UiSearchBar *bar = ui_window_get_private (UI_WINDOW (widget))->search_bar;

  if (!ui_search_bar_get_search_mode (bar))
    ui_search_bar_set_search_mode (bar, TRUE);
  else
    ui_search_bar_next (bar, g_variant_get_boolean (parameter));
}

static void
clear_log_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  ui_log_clear (ui_window_get_log (UI_WINDOW (widget)));
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(UiWindow) self = user_data;
  UiLog *log = ui_window_get_log (self);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  if (ui_log_save_finish (UI_LOG (source), result, &error) || log == NULL)
    return;

  /* Translators: %s says why */
  text = g_strdup_printf (_("The log could not be saved: %s"), error->message);
  ui_log_append_row (log, REPORT_ERROR, text);
  ui_window_show_error (self, text);
}

static void
save_response_cb (GtkNativeDialog *chooser,
                  int              response,
                  UiWindow        *self)
{
  g_autoptr(GFile) file = NULL;
  const char *format;

  if (response != GTK_RESPONSE_ACCEPT)
    return;

  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  format = gtk_file_chooser_get_choice (GTK_FILE_CHOOSER (chooser), "format");
  ui_log_save_async (ui_window_get_log (self), file,
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
  UiWindow *self = UI_WINDOW (widget);
  UiWindowPrivate *priv = ui_window_get_private (self);
  g_autoptr(GtkFileFilter) all = gtk_file_filter_new ();
  GtkFileChooser *chooser;

  if (priv->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (priv->chooser));
  g_clear_object (&priv->chooser);
  priv->chooser = gtk_file_chooser_native_new (
      _("Save log"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  chooser = GTK_FILE_CHOOSER (priv->chooser);
  /* the choice shows the row of the filters, too, which is not left empty then */
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (chooser, all);
  gtk_file_chooser_add_choice (chooser, "format", _("Format"), ids, labels);
  gtk_file_chooser_set_choice (chooser, "format", "text");
  gtk_file_chooser_set_current_name (chooser, UI_WINDOW_GET_CLASS (self)->log_name);
  g_signal_connect_object (chooser, "response", G_CALLBACK (save_response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (priv->chooser));
}

static void
show_key_log_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  UiWindowPrivate *priv = ui_window_get_private (UI_WINDOW (widget));
  g_autoptr(GFile) file = NULL;
  g_autoptr(GFile) folder = NULL;
  g_autofree char *uri = NULL;

  if (priv->key_log == NULL)
    return;

  file = g_file_new_for_path (priv->key_log);
  folder = g_file_get_parent (file);
  uri = g_file_get_uri (folder != NULL ? folder : file);
  gtk_show_uri (GTK_WINDOW (widget), uri, GDK_CURRENT_TIME);
}

/* A pane is entered at its text, not at the buttons of its caption. */
static gboolean
focus_region (GtkWidget *region)
{
  GtkWidget *view;

  if (!gtk_widget_get_mapped (region))
    return FALSE;
  if (UI_IS_MESSAGE_PANE (region))
    {
      view = GTK_WIDGET (ui_message_pane_get_text_view (UI_MESSAGE_PANE (region)));
      if (gtk_widget_get_mapped (view) && gtk_widget_grab_focus (view))
        return TRUE;
    }
  return gtk_widget_child_focus (region, GTK_DIR_TAB_FORWARD);
}

/* The next of the window's regions, the one after the focus, that can take it. */
static void
next_pane_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  UiWindowPrivate *priv = ui_window_get_private (UI_WINDOW (widget));
  GtkWidget *regions[]
      = { GTK_WIDGET (priv->left_pane), GTK_WIDGET (priv->right_pane),
          GTK_WIDGET (priv->connection_list), GTK_WIDGET (priv->composer),
          GTK_WIDGET (priv->bottom_bar) };
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (widget));
  const guint n = G_N_ELEMENTS (regions);
  const guint step = g_variant_get_boolean (parameter) ? n - 1 : 1;
  guint at = step == 1 ? n - 1 : 0;

  for (guint i = 0; focus != NULL && i < n; i++)
    if (focus == regions[i] || gtk_widget_is_ancestor (focus, regions[i]))
      at = i;

  for (guint i = 0; i < n; i++)
    {
      at = (at + step) % n;
      if (focus_region (regions[at]))
        return;
    }
}

static void
preferences_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  UiWindow *self = UI_WINDOW (widget);
  UiWindowPrivate *priv = ui_window_get_private (self);

  if (priv->preferences == NULL)
    g_set_weak_pointer (&priv->preferences,
                        ui_preferences_new (GTK_WINDOW (self), priv->settings));
  gtk_window_present (priv->preferences);
}

static GtkWindow *
make_help (UiWindow *self)
{
  UiWindowClass *class = UI_WINDOW_GET_CLASS (self);
  GtkWidget *dialog;

  dialog = gtk_message_dialog_new (GTK_WINDOW (self), GTK_DIALOG_DESTROY_WITH_PARENT,
                                   GTK_MESSAGE_OTHER, GTK_BUTTONS_CLOSE, "%s", class->help_title);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", class->help_text);
  gtk_window_set_title (GTK_WINDOW (dialog), _("Help"));
  ui_color_scheme_add_window (ui_color_scheme_get_default (), GTK_WINDOW (dialog));
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_window_destroy), NULL);
  return GTK_WINDOW (dialog);
}

static void
help_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  UiWindowPrivate *priv = ui_window_get_private (UI_WINDOW (widget));

  if (priv->help == NULL)
    g_set_weak_pointer (&priv->help, make_help (UI_WINDOW (widget)));
  gtk_window_present (priv->help);
}

static void
about_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  gtk_show_about_dialog (GTK_WINDOW (widget),
                         "program-name", gtk_window_get_title (GTK_WINDOW (widget)),
                         "logo-icon-name", gtk_window_get_icon_name (GTK_WINDOW (widget)),
                         "version", PACKAGE_VERSION,
                         "comments", UI_WINDOW_GET_CLASS (widget)->about,
                         "license-type", GTK_LICENSE_MIT_X11,
                         NULL);
}

/**
 * ui_window_class_install:
 *
 * Installs @actions, each with its key, in a class_init.
 */
void
ui_window_class_install (GtkWidgetClass       *widget_class,
                         const UiWindowAction *actions,
                         guint                 n_actions)
{
  for (guint i = 0; i < n_actions; i++)
    {
      gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].func);
      if (actions[i].key != 0)
        gtk_widget_class_add_binding_action (widget_class, actions[i].key, actions[i].modifiers,
                                             actions[i].name, NULL);
    }
}

/**
 * ui_window_set_accels:
 *
 * Keys that GTK would keep to itself inside of a window: F6 walks within GtkPaned, and
 * Ctrl+Shift+D opens the inspector. Those of an application come first. Once, at its start.
 */
void
ui_window_set_accels (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *keys[2];
  } accels[] = {
    { "app.quit", { "<Control>q", NULL } },
    { "win.next-pane(false)", { "F6", NULL } },
    { "win.next-pane(true)", { "<Shift>F6", NULL } },
    { "win.shutdown", { "<Control><Shift>d", NULL } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (application, accels[i].action, accels[i].keys);
}

/**
 * ui_window_install_actions:
 *
 * What a user can do in either window, with its keys. Source: UX section 8.
 */
void
ui_window_install_actions (GtkWidgetClass *widget_class)
{
  static const UiWindowAction actions[] = {
    { "win.close-connection", close_connection_action, 0, 0 },
    { "win.send", send_action, GDK_KEY_Return, GDK_CONTROL_MASK },
    { "win.search", search_action, GDK_KEY_f, GDK_CONTROL_MASK },
    { "win.clear-log", clear_log_action, GDK_KEY_Delete, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.save-log", save_log_action, GDK_KEY_s, GDK_CONTROL_MASK },
    { "win.show-key-log", show_key_log_action, 0, 0 },
    { "win.preferences", preferences_action, GDK_KEY_comma, GDK_CONTROL_MASK },
    { "win.help", help_action, GDK_KEY_F1, 0 },
    { "win.about", about_action, 0, 0 },
  };

  ui_window_class_install (widget_class, actions, G_N_ELEMENTS (actions));
  gtk_widget_class_install_action (widget_class, "win.next-pane", "b", next_pane_action);
  gtk_widget_class_install_action (widget_class, "win.search-next", "b", search_next_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK, "win.search-next",
                                       "b", FALSE);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "win.search-next", "b", TRUE);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
  gtk_widget_class_install_property_action (widget_class, "win.fold-strip", "strip-folded");
  gtk_widget_class_install_property_action (widget_class, "win.only-selected", "only-selected");
}
