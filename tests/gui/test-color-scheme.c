/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-util.h"
#include "ui-color-scheme.h"

/* A settings portal of our own on a bus of our own. */
static const char introspection[]
    = "<node><interface name='org.freedesktop.portal.Settings'>"
      "<method name='ReadAll'><arg type='as' direction='in'/><arg type='a{sa{sv}}' "
      "direction='out'/></method>"
      "<signal name='SettingChanged'><arg type='s'/><arg type='s'/><arg type='v'/></signal>"
      "</interface></node>";

typedef struct
{
  GDBusConnection *bus;
  guint            color_scheme;
  guint            contrast;
  gboolean         owned;
  guint            n_reads;
} Portal;

static void
method_cb (GDBusConnection       *bus,
           const char            *sender,
           const char            *path,
           const char            *interface,
           const char            *method,
           GVariant              *parameters,
           GDBusMethodInvocation *invocation,
           gpointer               user_data)
{
  Portal *portal = user_data;
  GVariantBuilder all, group;

  portal->n_reads++;
  g_variant_builder_init (&group, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&group, "{sv}", "color-scheme",
                         g_variant_new_uint32 (portal->color_scheme));
  g_variant_builder_add (&group, "{sv}", "contrast", g_variant_new_uint32 (portal->contrast));
  g_variant_builder_init (&all, G_VARIANT_TYPE ("a{sa{sv}}"));
  g_variant_builder_add (&all, "{sa{sv}}", "org.freedesktop.appearance", &group);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a{sa{sv}})", &all));
}

static const GDBusInterfaceVTable vtable = { method_cb, NULL, NULL, { 0 } };

static void
owned_cb (GDBusConnection *bus,
          const char      *name,
          gpointer         user_data)
{
  ((Portal *) user_data)->owned = TRUE;
}

static gboolean
is_owned (gpointer user_data)
{
  return ((Portal *) user_data)->owned;
}

static void
portal_start (Portal     *portal,
              GTestDBus  *dbus)
{
  g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection, NULL);
  const GDBusConnectionFlags flags = G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                     | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION;

  portal->bus = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (dbus), flags,
                                                        NULL, NULL, NULL);
  g_assert_nonnull (portal->bus);
  g_dbus_connection_register_object (portal->bus, "/org/freedesktop/portal/desktop",
                                     node->interfaces[0], &vtable, portal, NULL, NULL);
  g_bus_own_name_on_connection (portal->bus, "org.freedesktop.portal.Desktop", 0, owned_cb, NULL,
                                portal, NULL);
  g_assert_true (gui_wait (is_owned, portal));
}

static void
portal_emit (Portal     *portal,
             const char *group,
             const char *key,
             guint       value)
{
  g_dbus_connection_emit_signal (portal->bus, NULL, "/org/freedesktop/portal/desktop",
                                 "org.freedesktop.portal.Settings", "SettingChanged",
                                 g_variant_new ("(ssv)", group, key, g_variant_new_uint32 (value)),
                                 NULL);
}

static gboolean
is_dark (gpointer user_data)
{
  return ui_color_scheme_get_dark (user_data);
}

static gboolean
is_light (gpointer user_data)
{
  return !ui_color_scheme_get_dark (user_data);
}

static gboolean
is_high_contrast (gpointer user_data)
{
  return ui_color_scheme_get_high_contrast (user_data);
}

static gboolean
prefers_dark (void)
{
  gboolean dark;

  g_object_get (gtk_settings_get_default (), "gtk-application-prefer-dark-theme", &dark, NULL);
  return dark;
}

static Portal portal;

static void
test_portal (void)
{
  UiColorScheme *scheme = ui_color_scheme_get_default ();
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  ui_color_scheme_add_window (scheme, window);
  /* what the portal says at the start */
  g_assert_true (gui_wait (is_dark, scheme));
  g_assert_true (prefers_dark ());
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (window), "dark"));
  g_assert_cmpuint (portal.n_reads, ==, 1);

  /* and later; other settings are none of ours */
  portal_emit (&portal, "org.freedesktop.appearance", "color-scheme", 2);
  g_assert_true (gui_wait (is_light, scheme));
  g_assert_false (prefers_dark ());
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (window), "dark"));
  portal_emit (&portal, "org.gnome.desktop.interface", "color-scheme", 1);
  portal_emit (&portal, "org.freedesktop.appearance", "contrast", 1);
  g_assert_true (gui_wait (is_high_contrast, scheme));
  g_assert_true (is_light (scheme));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (window), "hc"));
  portal_emit (&portal, "org.freedesktop.appearance", "color-scheme", 1);
  g_assert_true (gui_wait (is_dark, scheme));
  gtk_window_destroy (window);
}

/* A choice wins over the desktop, and Follow system comes back to it. */
static void
test_choice (void)
{
  UiColorScheme *scheme = ui_color_scheme_get_default ();
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  ui_color_scheme_add_window (scheme, window);
  g_assert_true (ui_color_scheme_get_dark (scheme));
  ui_color_scheme_set_choice (scheme, UI_COLOR_CHOICE_LIGHT);
  g_assert_false (ui_color_scheme_get_dark (scheme));
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (window), "dark"));
  ui_color_scheme_set_choice (scheme, UI_COLOR_CHOICE_DARK);
  g_assert_true (prefers_dark ());
  g_object_set (scheme, "choice", UI_COLOR_CHOICE_SYSTEM, NULL);
  g_assert_cmpint (ui_color_scheme_get_choice (scheme), ==, UI_COLOR_CHOICE_SYSTEM);
  g_assert_true (ui_color_scheme_get_dark (scheme));
  gtk_window_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *display = g_strdup (g_getenv ("DISPLAY"));
  /* kept: its end waits for everybody to leave the bus, and the colour scheme stays to the end */
  static GTestDBus *dbus;
  int result;

  dbus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (dbus);
  g_setenv ("DISPLAY", display, TRUE);          /* a bus of one's own takes it away */
  gtk_test_init (&argc, &argv, NULL);
  portal.color_scheme = 1;
  portal_start (&portal, dbus);
  g_test_add_func ("/ui/color-scheme/portal", test_portal);
  g_test_add_func ("/ui/color-scheme/choice", test_choice);
  result = g_test_run ();
  g_clear_object (&portal.bus);
  g_test_dbus_stop (dbus);
  return result;
}
