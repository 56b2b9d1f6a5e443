/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-feed.h"
#include "gui-util.h"
#include "ui-message-pane.h"
#include "ui-style.h"

/* What a pane shows first: rows that came before it had its size. */

typedef struct
{
  UiLog         *log;
  GuiFeed       *feed;
  GtkWindow     *window;
  UiMessagePane *panes[UI_LOG_N_PARTS];
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer user_data)
{
  GtkWidget *paned = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);

  ui_style_init (gdk_display_get_default ());
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  f->log = ui_log_new ();
  f->feed = gui_feed_new (f->log, NULL);
  for (guint part = 0; part < UI_LOG_N_PARTS; part++)
    {
      f->panes[part] = UI_MESSAGE_PANE (ui_message_pane_new (part));
      g_object_set (f->panes[part], "caption", "Caption:", "empty-title", "Nothing yet",
                    "empty-text", "Nothing came yet.", "log", f->log, NULL);
    }
  gtk_paned_set_start_child (GTK_PANED (paned), GTK_WIDGET (f->panes[UI_LOG_INFO]));
  gtk_paned_set_end_child (GTK_PANED (paned), GTK_WIDGET (f->panes[UI_LOG_MESSAGES]));
  gtk_paned_set_position (GTK_PANED (paned), 545);
  f->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (f->window, 1090, 420);
  gtk_window_set_child (f->window, paned);
}

static void
tear_down (Fixture      *f,
           gconstpointer user_data)
{
  gui_destroy (f->window);
  gui_feed_free (f->feed);
  g_assert_finalize_object (f->log);
}

static void
feed (Fixture *f,
      guint    n)
{
  for (guint i = 0; i < n; i++)
    {
      gui_feed_state (f->feed, DTLS_CODE_VERIFIED, i + 1);
      gui_feed_message (f->feed, i + 1, "I am Alice (clone number 0), please, accept our ping 1",
                        -1);
    }
  gui_feed_flush (f->feed);
}

/* The first line is where the scrollbar says, or the last one at the bottom of the view. */
static gboolean
stands_right (gpointer user_data)
{
  GtkTextView *view = ui_message_pane_get_text_view (user_data);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkAdjustment *adj = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
  int height = gtk_widget_get_height (GTK_WIDGET (view));
  GtkTextIter start, end;
  GdkRectangle first, last;
  int top, bottom, x;

  if (gtk_text_buffer_get_char_count (buffer) == 0 || !gtk_widget_get_mapped (GTK_WIDGET (view)))
    return FALSE;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_view_get_iter_location (view, &start, &first);
  gtk_text_view_get_iter_location (view, &end, &last);
  gtk_text_view_buffer_to_window_coords (view, GTK_TEXT_WINDOW_WIDGET, first.x, first.y, &x, &top);
  gtk_text_view_buffer_to_window_coords (view, GTK_TEXT_WINDOW_WIDGET, last.x,
                                         last.y + last.height, &x, &bottom);
  if (top + (int)gtk_adjustment_get_value (adj) != first.y + gtk_text_view_get_top_margin (view))
    return FALSE;
  if (gtk_adjustment_get_upper (adj) <= gtk_adjustment_get_page_size (adj))
    return top >= 0 && bottom <= height;
  return ABS (bottom + gtk_text_view_get_bottom_margin (view) - height) <= 1;
}

static void
assert_stand_right (Fixture *f)
{
  for (guint i = 0; i < 12; i++)
    gtk_test_widget_wait_for_draw (GTK_WIDGET (f->window));
  for (guint part = 0; part < UI_LOG_N_PARTS; part++)
    {
      g_assert_true (gui_wait (stands_right, f->panes[part]));
      gui_picture (GTK_WIDGET (f->window), "pane-start");
    }
}

static void
test_before (Fixture       *f,
             gconstpointer  user_data)
{
  feed (f, GPOINTER_TO_UINT (user_data));
  gtk_window_present (f->window);
  assert_stand_right (f);
}

static gboolean
is_mapped (gpointer user_data)
{
  return gtk_widget_get_mapped (user_data);
}

/* As "--listen" and "--connect" do: the window is there, its first frame is not. */
static void
test_at_once (Fixture       *f,
              gconstpointer  user_data)
{
  gtk_window_present (f->window);
  g_assert_true (gui_wait (is_mapped, f->panes[UI_LOG_INFO]));
  feed (f, GPOINTER_TO_UINT (user_data));
  assert_stand_right (f);
  feed (f, 1);
  assert_stand_right (f);
}

static void
test_later (Fixture       *f,
            gconstpointer  user_data)
{
  gui_show (f->window);
  feed (f, GPOINTER_TO_UINT (user_data));
  assert_stand_right (f);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void      (*func) (Fixture *, gconstpointer);
    guint       n;
  } tests[] = {
    { "/ui/pane-start/before-few", test_before, 2 },
    { "/ui/pane-start/before-many", test_before, 60 },
    { "/ui/pane-start/at-once-few", test_at_once, 2 },
    { "/ui/pane-start/at-once-many", test_at_once, 60 },
    { "/ui/pane-start/later-few", test_later, 2 },
    { "/ui/pane-start/later-many", test_later, 60 },
  };

  gtk_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, GUINT_TO_POINTER (tests[i].n), set_up, tests[i].func,
                tear_down);
  return g_test_run ();
}
