/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-fixture.h"

#include <string.h>

#include "ui-color-scheme.h"

static void
test_fold (Fixture       *self,
           gconstpointer  data)
{
  GSettings *settings = client_application_get_settings (application);

  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (gui_parts (self->window)->connection_list)));
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.fold-strip", NULL);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (gui_parts (self->window)->connection_list)));
  g_assert_true (g_settings_get_boolean (settings, "strip-folded"));
}

static void
test_dark (Fixture       *self,
           gconstpointer  data)
{
  UiColorScheme *scheme = ui_color_scheme_get_default ();

  connect_to (self, "127.0.0.1", 3);
  wait_connected (self, 3);
  wait_right (self, "Alice (clone number 2) received a DTLS datagram:");
  ui_color_scheme_set_choice (scheme, UI_COLOR_CHOICE_DARK);
  gui_settle ();
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (self->window), "dark"));
  gui_picture (GTK_WIDGET (self->window), "client-running-dark");
  ui_color_scheme_set_choice (scheme, UI_COLOR_CHOICE_LIGHT);
  gui_settle ();
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (self->window), "dark"));
}

static gboolean
is_narrow (gpointer user_data)
{
  return gui_parts (((Fixture *) user_data)->window)->narrow;
}

static void
test_narrow (Fixture       *self,
             gconstpointer  data)
{
  GSettings *settings = client_application_get_settings (application);
  ClientWindow *first = self->window;
  int minimum = 0;

  g_assert_false (gui_parts (first)->narrow);
  gui_destroy (GTK_WINDOW (first));
  g_settings_set_int (settings, "window-width", 480);
  g_settings_set_int (settings, "window-height", 640);
  self->window = client_window_new (GTK_APPLICATION (application), NULL, settings);
  gui_show (GTK_WINDOW (self->window));
  g_assert_true (gui_wait (is_narrow, self));
  g_assert_cmpint (gtk_orientable_get_orientation (GTK_ORIENTABLE (gui_parts (self->window)->panes)), ==,
                   GTK_ORIENTATION_VERTICAL);
  connect_to (self, "127.0.0.1", 3);
  wait_connected (self, 3);
  wait_right (self, "Alice (clone number 2) received a DTLS datagram:");
  gui_picture (GTK_WIDGET (self->window), "client-narrow");
  /* 360, and what GTK draws around it where nothing composes */
  gtk_widget_measure (GTK_WIDGET (self->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL,
                      NULL, NULL);
  g_assert_cmpint (minimum, <=, 370);
}

static gboolean
has_column (Fixture    *self,
            const char *title)
{
  GtkWidget *list = GTK_WIDGET (gui_parts (self->window)->connection_list);
  GtkWidget *label = gui_find (list, GTK_TYPE_LABEL, title);

  return label != NULL && gtk_widget_get_mapped (label);
}

static void
assert_columns (Fixture  *self,
                gboolean  all)
{
  for (guint i = 0; i < 4; i++)
    gtk_test_widget_wait_for_draw (GTK_WIDGET (self->window));
  gui_settle ();
  g_assert_true (has_column (self, "Identity") == all);
  g_assert_true (has_column (self, "Last") == all);
  g_assert_true (has_column (self, "RTT"));
}

/* Identity and last activity have columns where there is room for them. */
static void
test_columns (Fixture       *self,
              gconstpointer  data)
{
  GtkWindow *window = GTK_WINDOW (self->window);

  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  assert_columns (self, TRUE);
  gtk_window_set_default_size (window, 900, 550);
  assert_columns (self, FALSE);
  gtk_window_set_default_size (window, 1250, 550);
  assert_columns (self, TRUE);
}

/* Whether the column is there without scrolling. */
static gboolean
is_in_view (Fixture    *self,
            const char *title)
{
  GtkWidget *list = GTK_WIDGET (gui_parts (self->window)->connection_list);
  GtkWidget *label = gui_find (list, GTK_TYPE_LABEL, title);
  graphene_rect_t bounds;

  return gtk_widget_compute_bounds (label, list, &bounds)
         && bounds.origin.x + bounds.size.width <= gtk_widget_get_width (list);
}

/* Text half as large again: all of it still fits into the window as it opens. */
static void
test_large_text (Fixture       *self,
                 gconstpointer  data)
{
  GtkSettings *gtk = gtk_settings_get_default ();
  int dpi, width, height;

  g_object_get (gtk, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (gtk, "gtk-xft-dpi", (dpi > 0 ? dpi : 96 * 1024) * 3 / 2, NULL);
  connect_to (self, "127.0.0.1", 3);
  wait_connected (self, 3);
  wait_right (self, "Alice (clone number 2) received a DTLS datagram:");
  gui_picture (GTK_WIDGET (self->window), "client-large-text");
  gtk_widget_measure (GTK_WIDGET (self->window), GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL,
                      NULL);
  gtk_widget_measure (GTK_WIDGET (self->window), GTK_ORIENTATION_VERTICAL, 1200, &height, NULL,
                      NULL, NULL);
  g_assert_true (is_in_view (self, "RTT"));
  g_object_set (gtk, "gtk-xft-dpi", dpi, NULL);
  g_assert_cmpint (width, <=, 1200);
  g_assert_cmpint (height, <=, 550);
}

/* A wide window can be made narrow: the layout changes before nothing fits. */
static void
test_minimum (Fixture       *self,
              gconstpointer  data)
{
  int minimum = 0;

  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  gtk_widget_measure (GTK_WIDGET (self->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL,
                      NULL, NULL);
  g_assert_cmpint (minimum, <, UI_NARROW_WIDTH);
}

static void
test_sizes_kept (Fixture       *self,
                 gconstpointer  data)
{
  GSettings *settings = client_application_get_settings (application);

  gtk_paned_set_position (gui_parts (self->window)->panes, 333);
  gui_settle ();
  gui_destroy (GTK_WINDOW (self->window));
  g_assert_cmpint (g_settings_get_int (settings, "pane-position"), ==, 333);
  g_assert_cmpint (g_settings_get_int (settings, "window-width"), ==, 1200);
  g_assert_cmpint (g_settings_get_int (settings, "window-height"), ==, 550);
  self->window = client_window_new (GTK_APPLICATION (application), NULL, settings);
  gui_show (GTK_WINDOW (self->window));
  gui_settle ();
  g_assert_cmpint (gtk_paned_get_position (gui_parts (self->window)->panes), ==, 333);
}

static void
test_labels (Fixture       *self,
             gconstpointer  data)
{
  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  ui_search_bar_set_search_mode (gui_parts (self->window)->search_bar, TRUE);
  gui_settle ();
  gui_assert_labelled (GTK_WIDGET (self->window));
}

static void
test_keyboard_walk (Fixture       *self,
                    gconstpointer  data)
{
  static const char *const ids[]
      = { "search_button", "menu_button",      "left_pane",      "right_pane",
          "fold_button",   "reconnect_button", "close_button",   "connection_list",
          "composer",      "connect_button",   "shutdown_button" };
  g_autoptr(GPtrArray) seen = NULL;

  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  wait_right (self, "): ACK");
  select_row (self, 0);
  seen = gui_walk (GTK_WINDOW (self->window));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      GtkWidget *wanted = gui_child (self->window, ids[i]);
      gboolean found = FALSE;

      for (guint j = 0; j < seen->len && !found; j++)
        found = seen->pdata[j] == wanted || gtk_widget_is_ancestor (seen->pdata[j], wanted);
      if (!found)
        g_error ("Tab does not reach %s", ids[i]);
    }
}

static void
test_next_pane (Fixture       *self,
                gconstpointer  data)
{
  GtkWidget *regions[] = {
    GTK_WIDGET (gui_parts (self->window)->left_pane), GTK_WIDGET (gui_parts (self->window)->right_pane),
    GTK_WIDGET (gui_parts (self->window)->connection_list), GTK_WIDGET (gui_parts (self->window)->composer),
    GTK_WIDGET (self->window->connect_button)
  };

  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  wait_right (self, "): ACK");
  gtk_window_set_focus (GTK_WINDOW (self->window), NULL);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (regions); i++)
    {
      GtkWidget *region = regions[i % G_N_ELEMENTS (regions)];
      GtkWidget *focus;

      gtk_widget_activate_action (GTK_WIDGET (self->window), "win.next-pane", "b", FALSE);
      focus = gtk_window_get_focus (GTK_WINDOW (self->window));
      g_assert_nonnull (focus);
      g_assert_true (focus == region || gtk_widget_is_ancestor (focus, region));
    }
}

static void
test_dialogs (Fixture       *self,
              gconstpointer  data)
{
  static const char *const actions[]
      = { "win.preferences", "win.help", "win.about", "win.show-help-overlay" };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      GtkWindow *found = NULL;
      g_autoptr(GListModel) toplevels = g_object_ref (gtk_window_get_toplevels ());

      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->window), actions[i], NULL));
      gui_settle ();
      for (guint j = 0; j < g_list_model_get_n_items (toplevels); j++)
        {
          g_autoptr(GtkWindow) window = g_list_model_get_item (toplevels, j);

          if (window != GTK_WINDOW (self->window) && gtk_widget_get_visible (GTK_WIDGET (window)))
            found = window;
        }
      g_assert_nonnull (found);
      /* pages would be switched by labels that GTK warns of */
      if (i == G_N_ELEMENTS (actions) - 1)
        {
          gui_show (found);
          g_assert_false (gtk_widget_get_mapped (
              gui_find (GTK_WIDGET (found), GTK_TYPE_STACK_SWITCHER, NULL)));
        }
      g_assert_true (gtk_window_get_transient_for (found) == GTK_WINDOW (self->window));
      if (i == 0)
        {
          gui_assert_labelled (GTK_WIDGET (found));
          gui_picture (GTK_WIDGET (found), "client-settings");
        }
      gtk_window_close (found);
      gui_settle ();
    }
}

static void
test_key_log_bar (void)
{
  ClientWindow *window;

  g_setenv ("SSLKEYLOGFILE", "/nonexistent/keys.log", TRUE);
  window = client_window_new (GTK_APPLICATION (application), NULL,
                              client_application_get_settings (application));
  gui_show (GTK_WINDOW (window));
  g_assert_true (gtk_info_bar_get_revealed (gui_parts (window)->key_log_bar));
  g_assert_nonnull (strstr (gtk_label_get_label (gui_parts (window)->key_log_label), "/nonexistent/keys.log"));
  gui_destroy (GTK_WINDOW (window));
  g_unsetenv ("SSLKEYLOGFILE");
}

/* Without a schema the program works, and keeps nothing. */
static void
test_no_schema (void)
{
  ClientWindow *window = client_window_new (GTK_APPLICATION (application), NULL, NULL);

  gui_show (GTK_WINDOW (window));
  client_window_show_form (window, NULL);
  g_assert_true (client_connect_form_is_valid (window->form));
  gtk_window_close (GTK_WINDOW (window->form));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.preferences", NULL);
  gui_settle ();
  gui_destroy (GTK_WINDOW (window));
}

static void
add_tests (void)
{
  fixture_add ("/client/window/fold", test_fold);
  fixture_add ("/client/window/dark", test_dark);
  fixture_add ("/client/window/narrow", test_narrow);
  fixture_add ("/client/window/columns", test_columns);
  fixture_add ("/client/window/large-text", test_large_text);
  fixture_add ("/client/window/minimum", test_minimum);
  fixture_add ("/client/window/sizes-kept", test_sizes_kept);
  fixture_add ("/client/window/labels", test_labels);
  fixture_add ("/client/window/keyboard-walk", test_keyboard_walk);
  fixture_add ("/client/window/next-pane", test_next_pane);
  fixture_add ("/client/window/dialogs", test_dialogs);
  g_test_add_func ("/client/window/b4-key-log-bar", test_key_log_bar);
  g_test_add_func ("/client/window/no-schema", test_no_schema);
}

int
main (int    argc,
      char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
