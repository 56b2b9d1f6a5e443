/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-preferences.h"

#include "report-ranges.h"
#include "ui-accessible.h"
#include "ui-color-scheme.h"
#include "ui-settings.h"
#include "ui-style.h"

struct _UiPreferences
{
  GtkWindow      parent_instance;

  GtkDropDown   *color_drop_down;
  GtkWidget     *view_row;
  GtkDropDown   *view_drop_down;
  GtkWidget     *reply_row;
  GtkDropDown   *reply_drop_down;
  GtkWidget     *ping_row;
  GtkSpinButton *ping_spin;
  GtkWidget     *bytes_row;
  GtkSpinButton *bytes_spin;
  GtkWidget     *events_row;
  GtkSpinButton *events_spin;
  GtkWidget     *blocks_row;
  GtkSpinButton *blocks_spin;
  GtkWidget     *ended_row;
  GtkSpinButton *ended_spin;
  GtkWidget     *note;
};

G_DEFINE_FINAL_TYPE (UiPreferences, ui_preferences, GTK_TYPE_WINDOW)

/* The setting follows by itself: the application binds it. */
static void
color_cb (UiPreferences *self)
{
  ui_color_scheme_set_choice (ui_color_scheme_get_default (),
                              (UiColorChoice) gtk_drop_down_get_selected (self->color_drop_down));
}

/* The nicks of a key, in the order of the drop-down. */
static const char *const view_nicks[] = { "both", "text", "hex", NULL };
static const char *const reply_nicks[] = { "ack", "echo", "none", NULL };

static gboolean
nick_to_position (GValue   *value,
                  GVariant *variant,
                  gpointer  user_data)
{
  const char *const *nicks = user_data;

  for (guint i = 0; nicks[i] != NULL; i++)
    if (g_str_equal (nicks[i], g_variant_get_string (variant, NULL)))
      {
        g_value_set_uint (value, i);
        return TRUE;
      }
  return FALSE;
}

static GVariant *
position_to_nick (const GValue       *value,
                  const GVariantType *type,
                  gpointer            user_data)
{
  const char *const *nicks = user_data;
  guint position = g_value_get_uint (value);

  return position < g_strv_length ((char **) nicks) ? g_variant_new_string (nicks[position]) : NULL;
}

/* A row is there if the program has its setting, and alive if settings are kept. */
static gboolean
show_row (GSettings  *settings,
          const char *key,
          GtkWidget  *row)
{
  gboolean has_key = ui_settings_has_key (settings, key);

  gtk_widget_set_visible (row, has_key);
  return has_key;
}

static void
bind_drop_down (GSettings         *settings,
                const char        *key,
                GtkWidget         *row,
                GtkDropDown       *drop_down,
                const char *const *nicks)
{
  if (show_row (settings, key, row))
    g_settings_bind_with_mapping (settings, key, drop_down, "selected", G_SETTINGS_BIND_DEFAULT,
                                  nick_to_position, position_to_nick, (gpointer) nicks, NULL);
}

static void
bind_spin (GSettings     *settings,
           const char    *key,
           GtkWidget     *row,
           GtkSpinButton *spin)
{
  if (show_row (settings, key, row))
    g_settings_bind (settings, key, gtk_spin_button_get_adjustment (spin), "value",
                     G_SETTINGS_BIND_DEFAULT);
}

/* The key counts milliseconds, the user seconds. */
static gboolean
ms_to_s (GValue   *value,
         GVariant *variant,
         gpointer  user_data)
{
  g_value_set_double (value, g_variant_get_uint32 (variant) / 1000.0);
  return TRUE;
}

static GVariant *
s_to_ms (const GValue       *value,
         const GVariantType *type,
         gpointer            user_data)
{
  return g_variant_new_uint32 ((guint32) (g_value_get_double (value) * 1000 + 0.5));
}

static void
bind_pings (UiPreferences *self,
            GSettings     *settings)
{
  if (!show_row (settings, "ping-interval-ms", self->ping_row))
    return;

  gtk_spin_button_set_range (self->ping_spin, REPORT_PING_INTERVAL_MS_MIN / 1000.0,
                             REPORT_PING_INTERVAL_MS_MAX / 1000.0);
  if (g_settings_get_uint (settings, "ping-interval-ms") % 1000 != 0)
    gtk_spin_button_set_digits (self->ping_spin, 3);
  g_settings_bind_with_mapping (settings, "ping-interval-ms",
                                gtk_spin_button_get_adjustment (self->ping_spin), "value",
                                G_SETTINGS_BIND_DEFAULT, ms_to_s, s_to_ms, NULL, NULL);
}

static void
ui_preferences_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), UI_TYPE_PREFERENCES);
  G_OBJECT_CLASS (ui_preferences_parent_class)->dispose (object);
}

static void
ui_preferences_class_init (UiPreferencesClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, UI_RESOURCE_PATH "/ui-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, color_drop_down);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, view_row);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, view_drop_down);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, reply_row);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, reply_drop_down);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, ping_row);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, ping_spin);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, bytes_row);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, bytes_spin);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, events_row);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, events_spin);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, blocks_row);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, blocks_spin);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, ended_row);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, ended_spin);
  gtk_widget_class_bind_template_child (widget_class, UiPreferences, note);
  gtk_widget_class_bind_template_callback (widget_class, color_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
}

static void
ui_preferences_init (UiPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_accessible_name_controls (GTK_WIDGET (self));
  ui_color_scheme_add_window (ui_color_scheme_get_default (), GTK_WINDOW (self));
}

/**
 * ui_preferences_new:
 * @settings: (nullable): where they are kept; NULL: only what needs no keeping can be changed
 *
 * The settings dialog, transient for @parent, not shown yet. What is changed holds at once.
 */
GtkWindow *
ui_preferences_new (GtkWindow *parent,
                    GSettings *settings)
{
  UiPreferences *self;

  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), NULL);

  self = g_object_new (UI_TYPE_PREFERENCES, "transient-for", parent, NULL);
  gtk_drop_down_set_selected (self->color_drop_down,
                              ui_color_scheme_get_choice (ui_color_scheme_get_default ()));
  bind_drop_down (settings, "message-view", self->view_row, self->view_drop_down, view_nicks);
  bind_drop_down (settings, "reply", self->reply_row, self->reply_drop_down, reply_nicks);
  bind_pings (self, settings);
  bind_spin (settings, "log-mebibytes", self->bytes_row, self->bytes_spin);
  bind_spin (settings, "log-events", self->events_row, self->events_spin);
  bind_spin (settings, "pane-blocks", self->blocks_row, self->blocks_spin);
  bind_spin (settings, "ended-rows", self->ended_row, self->ended_spin);
  gtk_widget_set_visible (self->note, settings == NULL);
  return GTK_WINDOW (self);
}
