/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-preferences.h"

#include "ui-accessible.h"
#include "ui-color-scheme.h"
#include "ui-settings.h"

struct _ServerPreferences
{
  GtkWindow    parent_instance;

  GSettings   *settings;        /* NULL: not installed */

  GtkDropDown *color_drop_down;
  GtkDropDown *view_drop_down;
  GtkDropDown *reply_drop_down;
  GtkWidget   *note;
};

G_DEFINE_FINAL_TYPE (ServerPreferences, server_preferences, GTK_TYPE_WINDOW)

/* The setting follows by itself: the application binds it. */
static void
color_cb (ServerPreferences *self)
{
  ui_color_scheme_set_choice (ui_color_scheme_get_default (),
                              (UiColorChoice) gtk_drop_down_get_selected (self->color_drop_down));
}

static void
view_cb (ServerPreferences *self)
{
  ui_settings_set_enum (self->settings, "message-view",
                        (int) gtk_drop_down_get_selected (self->view_drop_down));
}

/* The windows follow the setting: their engines answer so from now on. */
static void
reply_cb (ServerPreferences *self)
{
  ui_settings_set_enum (self->settings, "reply",
                        (int) gtk_drop_down_get_selected (self->reply_drop_down));
}

static void
server_preferences_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), SERVER_TYPE_PREFERENCES);
  g_clear_object (&SERVER_PREFERENCES (object)->settings);
  G_OBJECT_CLASS (server_preferences_parent_class)->dispose (object);
}

static void
server_preferences_class_init (ServerPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = server_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/dtlspair/server/server-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, ServerPreferences, color_drop_down);
  gtk_widget_class_bind_template_child (widget_class, ServerPreferences, view_drop_down);
  gtk_widget_class_bind_template_child (widget_class, ServerPreferences, reply_drop_down);
  gtk_widget_class_bind_template_child (widget_class, ServerPreferences, note);
  gtk_widget_class_bind_template_callback (widget_class, color_cb);
  gtk_widget_class_bind_template_callback (widget_class, view_cb);
  gtk_widget_class_bind_template_callback (widget_class, reply_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
}

static void
server_preferences_init (ServerPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_accessible_name_controls (GTK_WIDGET (self));
  ui_color_scheme_add_window (ui_color_scheme_get_default (), GTK_WINDOW (self));
}

/**
 * server_preferences_new:
 * @settings: (nullable): where they are kept
 *
 * The settings dialog, transient for @parent, not shown yet. What is changed holds at once.
 */
GtkWidget *
server_preferences_new (GtkWindow *parent,
                        GSettings *settings)
{
  ServerPreferences *self;

  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), NULL);

  self = g_object_new (SERVER_TYPE_PREFERENCES, "transient-for", parent, NULL);
  gtk_drop_down_set_selected (self->color_drop_down,
                              ui_color_scheme_get_choice (ui_color_scheme_get_default ()));
  gtk_drop_down_set_selected (self->view_drop_down,
                              (guint) ui_settings_get_enum (settings, "message-view", 0));
  gtk_drop_down_set_selected (self->reply_drop_down,
                              (guint) ui_settings_get_enum (settings, "reply", 0));
  gtk_widget_set_sensitive (GTK_WIDGET (self->view_drop_down), settings != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->reply_drop_down), settings != NULL);
  gtk_widget_set_visible (self->note, settings == NULL);
  g_set_object (&self->settings, settings);
  return GTK_WIDGET (self);
}
