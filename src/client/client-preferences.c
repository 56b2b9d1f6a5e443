/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-preferences.h"

#include "report-ranges.h"
#include "ui-accessible.h"
#include "ui-color-scheme.h"
#include "ui-settings.h"

struct _ClientPreferences
{
  GtkWindow      parent_instance;

  GSettings     *settings;      /* NULL: not installed */

  GtkDropDown   *color_drop_down;
  GtkDropDown   *view_drop_down;
  GtkSpinButton *ping_spin;
  GtkWidget     *note;
};

G_DEFINE_FINAL_TYPE (ClientPreferences, client_preferences, GTK_TYPE_WINDOW)

/* The setting follows by itself: the application binds it. */
static void
color_cb (ClientPreferences *self)
{
  ui_color_scheme_set_choice (ui_color_scheme_get_default (),
                              (UiColorChoice) gtk_drop_down_get_selected (self->color_drop_down));
}

static void
view_cb (ClientPreferences *self)
{
  ui_settings_set_enum (self->settings, "message-view",
                        (int) gtk_drop_down_get_selected (self->view_drop_down));
}

static void
ping_cb (ClientPreferences *self)
{
  ui_settings_set_int (self->settings, "ping-interval-ms",
                       (int) (gtk_spin_button_get_value (self->ping_spin) * 1000 + 0.5));
}

static void
client_preferences_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CLIENT_TYPE_PREFERENCES);
  g_clear_object (&CLIENT_PREFERENCES (object)->settings);
  G_OBJECT_CLASS (client_preferences_parent_class)->dispose (object);
}

static void
client_preferences_class_init (ClientPreferencesClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = client_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/dtlspair/client/client-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, ClientPreferences, color_drop_down);
  gtk_widget_class_bind_template_child (widget_class, ClientPreferences, view_drop_down);
  gtk_widget_class_bind_template_child (widget_class, ClientPreferences, ping_spin);
  gtk_widget_class_bind_template_child (widget_class, ClientPreferences, note);
  gtk_widget_class_bind_template_callback (widget_class, color_cb);
  gtk_widget_class_bind_template_callback (widget_class, view_cb);
  gtk_widget_class_bind_template_callback (widget_class, ping_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
client_preferences_init (ClientPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_accessible_name_controls (GTK_WIDGET (self));
  ui_color_scheme_add_window (ui_color_scheme_get_default (), GTK_WINDOW (self));
}

/**
 * client_preferences_new:
 * @settings: (nullable): where they are kept
 *
 * The settings dialog, transient for @parent, not shown yet. What is changed holds at once.
 */
ClientPreferences *
client_preferences_new (GtkWindow *parent,
                        GSettings *settings)
{
  ClientPreferences *self;
  int ping_ms;

  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), NULL);

  self = g_object_new (CLIENT_TYPE_PREFERENCES, "transient-for", parent, NULL);
  gtk_drop_down_set_selected (self->color_drop_down,
                              ui_color_scheme_get_choice (ui_color_scheme_get_default ()));
  gtk_drop_down_set_selected (self->view_drop_down,
                              (guint) ui_settings_get_enum (settings, "message-view", 0));
  gtk_spin_button_set_range (self->ping_spin, REPORT_PING_INTERVAL_MS_MIN / 1000.0,
                             REPORT_PING_INTERVAL_MS_MAX / 1000.0);
  ping_ms = ui_settings_get_int (settings, "ping-interval-ms", 5000);
  gtk_spin_button_set_digits (self->ping_spin, ping_ms % 1000 == 0 ? 0 : 3);
  gtk_spin_button_set_value (self->ping_spin, ping_ms / 1000.0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->view_drop_down), settings != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->ping_spin), settings != NULL);
  gtk_widget_set_visible (self->note, settings == NULL);
  self->settings = settings != NULL ? g_object_ref (settings) : NULL;
  return self;
}
