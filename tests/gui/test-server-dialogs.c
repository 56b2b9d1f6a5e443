/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-util.h"
#include "server-application.h"
#include "server-window-private.h"

static ServerApplication *application;

static ServerWindow *
open_window (void)
{
  ServerWindow *window = server_window_new (GTK_APPLICATION (application), NULL, NULL);

  gui_show (GTK_WINDOW (window));
  return window;
}

static void
collect (GtkWidget  *root,
         GHashTable *accelerators)
{
  if (GTK_IS_SHORTCUTS_SHORTCUT (root))
    {
      char *accelerator;

      g_object_get (root, "accelerator", &accelerator, NULL);
      g_hash_table_add (accelerators, accelerator);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, accelerators);
}

/* The shortcuts window has all keys, on one page and without a warning of GTK. */
static void
test_shortcuts (void)
{
  static const char *const keys[]
      = { "<Control>l", "<Control>k", "<Control>f", "<Control>i", "F6", "<Shift>F6", "F10", "F1" };
  ServerWindow *window = open_window ();
  g_autoptr(GHashTable) accelerators = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GtkWidget *overlay;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-help-overlay", NULL);
  overlay = GTK_WIDGET (gtk_application_window_get_help_overlay (GTK_APPLICATION_WINDOW (window)));
  gui_show (GTK_WINDOW (overlay));
  gtk_test_widget_wait_for_draw (overlay);
  gui_picture (overlay, "server-shortcuts");
  collect (overlay, accelerators);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (!g_hash_table_contains (accelerators, keys[i]))
      g_error ("%s is not in the shortcuts window", keys[i]);
  gtk_window_close (GTK_WINDOW (overlay));
  gui_destroy (GTK_WINDOW (window));
}

/* The row of the filters is not empty. */
static void
test_save_filter (void)
{
  ServerWindow *window = open_window ();
  g_autoptr(GListModel) filters = NULL;
  g_autoptr(GtkFileFilter) filter = NULL;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.save-log", NULL);
  filters = gtk_file_chooser_get_filters (GTK_FILE_CHOOSER (gui_parts (window)->chooser));
  g_assert_cmpuint (g_list_model_get_n_items (filters), ==, 1);
  filter = g_list_model_get_item (filters, 0);
  g_assert_cmpstr (gtk_file_filter_get_name (filter), ==, "All files");
  gtk_native_dialog_hide (GTK_NATIVE_DIALOG (gui_parts (window)->chooser));
  gui_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  application = server_application_new ();
  g_application_set_flags (G_APPLICATION (application),
                           g_application_get_flags (G_APPLICATION (application))
                               | G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add_func ("/server/dialogs/shortcuts", test_shortcuts);
  g_test_add_func ("/server/dialogs/save-filter", test_save_filter);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
