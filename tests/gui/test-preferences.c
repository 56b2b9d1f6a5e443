/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-feed.h"
#include "gui-util.h"
#include "server-window.h"
#include "ui-preferences.h"
#include "ui-settings.h"
#include "ui-style.h"

static GtkWindow *
show (GSettings *settings)
{
  GtkWindow *window = ui_preferences_new (NULL, settings);

  gui_show (window);
  return window;
}

static gboolean
is_shown (GtkWindow  *window,
          const char *id)
{
  return gtk_widget_get_mapped (gui_child (window, id));
}

/* What can be typed is what is kept. */
static void
assert_ranges (GtkWindow *window,
               GSettings *settings)
{
  static const struct
  {
    const char *spin;
    const char *key;
  } rows[] = {
    { "bytes_spin", "log-mebibytes" },
    { "events_spin", "log-events" },
    { "blocks_spin", "pane-blocks" },
    { "ended_spin", "ended-rows" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      double minimum, maximum;

      gtk_spin_button_get_range (gui_child (window, rows[i].spin), &minimum, &maximum);
      gui_assert_range (settings, rows[i].key, (guint) minimum, (guint) maximum);
    }
}

/* A row for each key of the program, none for those of the other. */
static void
test_rows (void)
{
  static const struct
  {
    const char *schema;
    const char *shown[7];
    const char *hidden;
  } programs[] = {
    { "org.dtlspair.Server",
      { "view_row", "reply_row", "bytes_row", "events_row", "blocks_row", "ended_row" },
      "ping_row" },
    { "org.dtlspair.Client",
      { "view_row", "ping_row", "bytes_row", "events_row", "blocks_row", "ended_row" },
      "reply_row" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autoptr(GSettings) settings = ui_settings_open (programs[i].schema);
      GtkWindow *window = show (settings);

      for (guint j = 0; programs[i].shown[j] != NULL; j++)
        g_assert_true (is_shown (window, programs[i].shown[j]));
      g_assert_false (is_shown (window, programs[i].hidden));
      assert_ranges (window, settings);
      g_assert_false (is_shown (window, "note"));
      gui_assert_labelled (GTK_WIDGET (window));
      gui_picture (GTK_WIDGET (window), programs[i].schema);
      gui_destroy (window);
    }
}

static void
test_both_ways (void)
{
  g_autoptr(GSettings) settings = ui_settings_open ("org.dtlspair.Server");
  GtkWindow *window = show (settings);
  GtkSpinButton *events = gui_child (window, "events_spin");
  GtkDropDown *reply = gui_child (window, "reply_drop_down");

  g_assert_cmpfloat (gtk_spin_button_get_value (events), ==, 1000000);
  gtk_spin_button_set_value (events, 5000);
  g_assert_cmpuint (g_settings_get_uint (settings, "log-events"), ==, 5000);
  g_settings_set_uint (settings, "log-events", 7000);
  g_assert_cmpfloat (gtk_spin_button_get_value (events), ==, 7000);
  g_assert_cmpuint (gtk_drop_down_get_selected (reply), ==, 0);
  gtk_drop_down_set_selected (reply, 1);
  g_assert_cmpint (g_settings_get_enum (settings, "reply"), ==, 1);
  g_settings_set_string (settings, "reply", "none");
  g_assert_cmpuint (gtk_drop_down_get_selected (reply), ==, 2);
  g_settings_reset (settings, "reply");
  g_settings_reset (settings, "log-events");
  gui_destroy (window);
}

/* Without a schema: said so, and only the colours can be changed. */
static void
test_not_installed (void)
{
  GtkWindow *window = show (NULL);

  g_assert_true (is_shown (window, "note"));
  g_assert_true (is_shown (window, "color_row"));
  g_assert_false (is_shown (window, "view_row"));
  g_assert_false (is_shown (window, "bytes_row"));
  gui_destroy (window);
}

/* What is changed holds at once in a window that is open. */
static void
test_at_once (void)
{
  g_autoptr(GSettings) settings = ui_settings_open ("org.dtlspair.Server");
  ServerWindow *window = server_window_new (NULL, NULL, settings);
  UiWindowPrivate *parts = gui_parts (window);
  GuiFeed *feed = gui_feed_new (parts->log, parts->store);

  gui_show (GTK_WINDOW (window));
  for (guint i = 1; i <= 100; i++)
    gui_feed_state (feed, DTLS_CODE_ESTABLISHED, i);
  for (guint i = 1; i <= 20; i++)
    gui_feed_state (feed, DTLS_CODE_CLOSED, i);
  for (guint i = 0; i < 20000; i++)
    gui_feed_message (feed, 50, "a message", -1);
  gui_feed_flush (feed);
  ui_connection_store_flush (parts->store);
  g_assert_cmpuint (ui_log_get_n_events (parts->log), ==, 20120);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (parts->store)), ==, 100);

  g_settings_set_uint (settings, "log-events", 10000);
  g_assert_cmpuint (ui_log_get_n_events (parts->log), <=, 10000);
  g_assert_cmpuint (ui_log_get_n_dropped (parts->log, UI_LOG_MESSAGES), >=, 10000);
  g_settings_set_uint (settings, "ended-rows", 5);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (parts->store)), ==, 85);
  g_settings_reset (settings, "log-events");
  g_settings_reset (settings, "ended-rows");
  gui_feed_free (feed);
  gui_destroy (GTK_WINDOW (window));
}

/* A number that was typed holds without leaving its field first. */
static void
test_typed_number (void)
{
  g_autoptr(GSettings) settings = ui_settings_open ("org.dtlspair.Server");
  GtkWindow *window = show (settings);
  GtkWidget *ended = gui_child (window, "ended_spin");

  gtk_widget_grab_focus (ended);
  gtk_editable_set_text (GTK_EDITABLE (ended), "77");
  gtk_window_close (window);
  gui_settle ();
  g_assert_cmpuint (g_settings_get_uint (settings, "ended-rows"), ==, 77);
  g_settings_reset (settings, "ended-rows");
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv);
  ui_style_init (gdk_display_get_default ());
  g_test_add_func ("/ui/preferences/rows", test_rows);
  g_test_add_func ("/ui/preferences/both-ways", test_both_ways);
  g_test_add_func ("/ui/preferences/not-installed", test_not_installed);
  g_test_add_func ("/ui/preferences/b3-at-once", test_at_once);
  g_test_add_func ("/ui/preferences/typed-number", test_typed_number);
  return g_test_run ();
}
