/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-color-scheme.h"

#define PORTAL_NAME       "org.freedesktop.portal.Desktop"
#define PORTAL_PATH       "/org/freedesktop/portal/desktop"
#define PORTAL_INTERFACE  "org.freedesktop.portal.Settings"
#define PORTAL_NAMESPACE  "org.freedesktop.appearance"

struct _UiColorScheme
{
  GObject          parent_instance;

  GDBusConnection *bus;
  GCancellable    *cancellable;
  guint            changed_id;          /* subscription to SettingChanged */
  GSList          *windows;             /* unowned: each is watched by a weak reference */

  UiColorChoice    choice;
  gboolean         system_dark;         /* what the desktop prefers, as far as it said so */
  gboolean         system_contrast;
  gboolean         dark;
  gboolean         high_contrast;
};

G_DEFINE_FINAL_TYPE (UiColorScheme, ui_color_scheme, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (UiColorChoice, ui_color_choice,
                    G_DEFINE_ENUM_VALUE (UI_COLOR_CHOICE_SYSTEM, "system"),
                    G_DEFINE_ENUM_VALUE (UI_COLOR_CHOICE_LIGHT, "light"),
                    G_DEFINE_ENUM_VALUE (UI_COLOR_CHOICE_DARK, "dark"))

enum
{
  PROP_CHOICE = 1,
  PROP_DARK,
  PROP_HIGH_CONTRAST,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_class (GtkWidget  *widget,
           const char *name,
           gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
dress (UiColorScheme *self,
       GtkWidget     *window)
{
  set_class (window, "dark", self->dark);
  set_class (window, "hc", self->high_contrast);
}

/* A theme chosen by name wins over what the desktop asks: its text would not be readable else. */
static gboolean
theme_has (const char *part)
{
  GtkSettings *settings = gtk_settings_get_default ();
  g_autofree char *name = g_strdup (g_getenv ("GTK_THEME"));
  g_autofree char *lower = NULL;

  if (name == NULL && settings != NULL)
    g_object_get (settings, "gtk-theme-name", &name, NULL);
  lower = g_ascii_strdown (name != NULL ? name : "", -1);
  return strstr (lower, part) != NULL;
}

static gboolean
wants_dark (UiColorScheme *self)
{
  /* GTK itself obeys this variable before everything else */
  if (g_getenv ("GTK_THEME") != NULL)
    return theme_has ("dark") || theme_has ("inverse");
  if (self->choice != UI_COLOR_CHOICE_SYSTEM)
    return self->choice == UI_COLOR_CHOICE_DARK;
  return self->system_dark || theme_has ("dark") || theme_has ("inverse");
}

static void
update (UiColorScheme *self)
{
  GtkSettings *settings = gtk_settings_get_default ();
  gboolean dark = wants_dark (self);
  gboolean contrast = self->system_contrast || theme_has ("highcontrast") || theme_has ("-hc");
  gboolean dark_changed = dark != self->dark;
  gboolean contrast_changed = contrast != self->high_contrast;

  self->dark = dark;
  self->high_contrast = contrast;
  if (settings != NULL)
    {
      gboolean prefers;

      g_object_get (settings, "gtk-application-prefer-dark-theme", &prefers, NULL);
      if (prefers != dark)
        g_object_set (settings, "gtk-application-prefer-dark-theme", dark, NULL);
    }
  for (GSList *w = self->windows; w != NULL; w = w->next)
    dress (self, w->data);
  if (dark_changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DARK]);
  if (contrast_changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HIGH_CONTRAST]);
}

/* The portal wraps values in variants, some versions twice. */
static guint
unwrap_uint (GVariant *value)
{
  g_autoptr(GVariant) inner = g_variant_ref (value);
  guint result = 0;

  while (g_variant_is_of_type (inner, G_VARIANT_TYPE_VARIANT))
    {
      GVariant *next = g_variant_get_variant (inner);

      g_variant_unref (inner);
      inner = next;
    }
  if (g_variant_is_of_type (inner, G_VARIANT_TYPE_UINT32))
    result = g_variant_get_uint32 (inner);
  return result;
}

static void
take_setting (UiColorScheme *self,
              const char    *key,
              GVariant      *value)
{
  if (g_str_equal (key, "color-scheme"))
    self->system_dark = unwrap_uint (value) == 1;
  else if (g_str_equal (key, "contrast"))
    self->system_contrast = unwrap_uint (value) == 1;
  else
    return;
  update (self);
}

static void
setting_changed_cb (GDBusConnection *bus,
                    const char      *sender,
                    const char      *path,
                    const char      *interface,
                    const char      *signal,
                    GVariant        *parameters,
                    gpointer         user_data)
{
  g_autoptr(GVariant) value = NULL;
  const char *group;
  const char *key;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ssv)")))
    return;
  g_variant_get (parameters, "(&s&sv)", &group, &key, &value);
  if (g_str_equal (group, PORTAL_NAMESPACE))
    take_setting (user_data, key, value);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = NULL;
  g_autoptr(GVariantIter) iter = NULL;
  const char *group;
  GVariantIter *settings;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_debug ("no settings portal: %s", error->message);
      return;
    }
  g_variant_get (reply, "(a{sa{sv}})", &iter);
  while (g_variant_iter_loop (iter, "{&sa{sv}}", &group, &settings))
    {
      const char *key;
      GVariant *value;

      while (g_variant_iter_loop (settings, "{&sv}", &key, &value))
        take_setting (user_data, key, value);
    }
}

static void
bus_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  static const char *const groups[] = { PORTAL_NAMESPACE, NULL };
  g_autoptr(GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);
  UiColorScheme *self;

  if (bus == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_debug ("no session bus: %s", error->message);
      return;
    }
  self = user_data;
  self->bus = bus;
  self->changed_id
    = g_dbus_connection_signal_subscribe (bus, PORTAL_NAME, PORTAL_INTERFACE, "SettingChanged",
                                          PORTAL_PATH, PORTAL_NAMESPACE, G_DBUS_SIGNAL_FLAGS_NONE,
                                          setting_changed_cb, self, NULL);
  g_dbus_connection_call (bus, PORTAL_NAME, PORTAL_PATH, PORTAL_INTERFACE, "ReadAll",
                          g_variant_new ("(^as)", groups), G_VARIANT_TYPE ("(a{sa{sv}})"),
                          G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, read_cb, self);
}

static void
window_gone_cb (gpointer  user_data,
                GObject  *window)
{
  UiColorScheme *self = user_data;

  self->windows = g_slist_remove (self->windows, window);
}

static void
ui_color_scheme_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  UiColorScheme *self = UI_COLOR_SCHEME (object);

  switch (prop_id)
    {
    case PROP_CHOICE:
      g_value_set_enum (value, self->choice);
      break;
    case PROP_DARK:
      g_value_set_boolean (value, self->dark);
      break;
    case PROP_HIGH_CONTRAST:
      g_value_set_boolean (value, self->high_contrast);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_color_scheme_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  UiColorScheme *self = UI_COLOR_SCHEME (object);

  switch (prop_id)
    {
    case PROP_CHOICE:
      ui_color_scheme_set_choice (self, g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_color_scheme_dispose (GObject *object)
{
  UiColorScheme *self = UI_COLOR_SCHEME (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->changed_id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->changed_id);
  self->changed_id = 0;
  g_clear_object (&self->bus);
  for (GSList *w = self->windows; w != NULL; w = w->next)
    g_object_weak_unref (w->data, window_gone_cb, self);
  g_clear_pointer (&self->windows, g_slist_free);
  G_OBJECT_CLASS (ui_color_scheme_parent_class)->dispose (object);
}

static void
ui_color_scheme_class_init (UiColorSchemeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ui_color_scheme_get_property;
  object_class->set_property = ui_color_scheme_set_property;
  object_class->dispose = ui_color_scheme_dispose;

  properties[PROP_CHOICE]
    = g_param_spec_enum ("choice", NULL, NULL, UI_TYPE_COLOR_CHOICE, UI_COLOR_CHOICE_SYSTEM,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_DARK]
    = g_param_spec_boolean ("dark", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HIGH_CONTRAST]
    = g_param_spec_boolean ("high-contrast", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ui_color_scheme_init (UiColorScheme *self)
{
  GtkSettings *settings = gtk_settings_get_default ();

  self->cancellable = g_cancellable_new ();
  if (settings != NULL)
    {
      g_signal_connect_object (settings, "notify::gtk-theme-name", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
      update (self);
    }
  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, bus_cb, self);
}

/**
 * ui_color_scheme_get_default:
 *
 * The one of the process, made at the first call, which also asks the settings portal without
 * waiting for it; no bus and no portal are no errors. Unowned. Main thread, GTK initialised.
 * Source: org.freedesktop.portal.Settings, version 1.
 */
UiColorScheme *
ui_color_scheme_get_default (void)
{
  static UiColorScheme *self;

  if (self == NULL)
    self = g_object_new (UI_TYPE_COLOR_SCHEME, NULL);
  return self;
}

/**
 * ui_color_scheme_get_choice:
 *
 * What the user chose in View. Main thread.
 */
UiColorChoice
ui_color_scheme_get_choice (UiColorScheme *self)
{
  g_return_val_if_fail (UI_IS_COLOR_SCHEME (self), UI_COLOR_CHOICE_SYSTEM);

  return self->choice;
}

/**
 * ui_color_scheme_set_choice:
 *
 * Follows the system, or forces light or dark; takes effect at once, in all windows. Main thread.
 */
void
ui_color_scheme_set_choice (UiColorScheme *self,
                            UiColorChoice  choice)
{
  g_return_if_fail (UI_IS_COLOR_SCHEME (self));

  if (self->choice == choice)
    return;
  self->choice = choice;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOICE]);
}

/**
 * ui_color_scheme_get_dark:
 *
 * Whether the windows are dark now. Main thread.
 */
gboolean
ui_color_scheme_get_dark (UiColorScheme *self)
{
  g_return_val_if_fail (UI_IS_COLOR_SCHEME (self), FALSE);

  return self->dark;
}

/**
 * ui_color_scheme_get_high_contrast:
 *
 * Whether the desktop or the theme asks for more contrast. Main thread.
 */
gboolean
ui_color_scheme_get_high_contrast (UiColorScheme *self)
{
  g_return_val_if_fail (UI_IS_COLOR_SCHEME (self), FALSE);

  return self->high_contrast;
}

/**
 * ui_color_scheme_add_window:
 * @window: a window or dialog with classes of our sheet in it; not kept alive
 *
 * Keeps the classes "dark" and "hc" of @window right until it is destroyed. Main thread.
 */
void
ui_color_scheme_add_window (UiColorScheme *self,
                            GtkWindow     *window)
{
  g_return_if_fail (UI_IS_COLOR_SCHEME (self));
  g_return_if_fail (GTK_IS_WINDOW (window));

  if (g_slist_find (self->windows, window) == NULL)
    {
      self->windows = g_slist_prepend (self->windows, window);
      g_object_weak_ref (G_OBJECT (window), window_gone_cb, self);
    }
  dress (self, GTK_WIDGET (window));
}
