/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-feed.h"
#include "gui-util.h"
#include "ui-color-scheme.h"
#include "ui-search-bar.h"
#include "ui-style.h"

typedef struct
{
  UiLog         *log;
  GuiFeed       *feed;
  GtkWindow     *window;
  UiMessagePane *left;
  UiMessagePane *right;
  UiSearchBar   *bar;
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  ui_style_init (gdk_display_get_default ());
  f->log = ui_log_new ();
  f->feed = gui_feed_new (f->log, NULL);
  f->left = UI_MESSAGE_PANE (ui_message_pane_new (UI_LOG_INFO));
  f->right = UI_MESSAGE_PANE (ui_message_pane_new (UI_LOG_MESSAGES));
  g_object_set (f->left, "caption", "Left", "log", f->log, "vexpand", TRUE, NULL);
  g_object_set (f->right, "caption", "Right", "log", f->log, "vexpand", TRUE, NULL);
  f->bar = UI_SEARCH_BAR (ui_search_bar_new ());
  ui_search_bar_set_panes (f->bar, f->left, f->right);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (f->bar));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (f->left));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (f->right));
  f->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (f->window, 700, 500);
  gtk_window_set_child (f->window, box);
  ui_color_scheme_add_window (ui_color_scheme_get_default (), f->window);
  gui_show (f->window);
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
feed (Fixture *f)
{
  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_message (f->feed, 1, "apples", -1);
  gui_feed_state (f->feed, DTLS_CODE_NOT_ACCEPTING, 0);
  gui_feed_message (f->feed, 1, "apples and server pears", -1);
  gui_feed_flush (f->feed);
}

static const char *
hits (Fixture *f)
{
  return gtk_label_get_label (GTK_LABEL (gui_child (f->bar, "hits")));
}

typedef struct
{
  Fixture    *f;
  const char *text;
} Wanted;

static gboolean
says (gpointer user_data)
{
  Wanted *wanted = user_data;

  return g_str_equal (hits (wanted->f), wanted->text);
}

static void
wait_says (Fixture    *f,
           const char *text)
{
  Wanted wanted = { f, text };

  if (!gui_wait (says, &wanted))
    g_error ("“%s”, not “%s”", hits (f), text);
}

static gboolean
has_current (UiMessagePane *pane)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (ui_message_pane_get_text_view (pane));
  GtkTextTag *tag = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), "current");
  GtkTextIter iter;

  gtk_text_buffer_get_start_iter (buffer, &iter);
  return gtk_text_iter_starts_tag (&iter, tag) || gtk_text_iter_forward_to_tag_toggle (&iter, tag);
}

static void
test_walk (Fixture      *f,
           gconstpointer user_data)
{
  feed (f);
  ui_search_bar_set_search_mode (f->bar, TRUE);
  g_assert_cmpstr (hits (f), ==, "");
  ui_search_bar_set_text (f->bar, "server");
  wait_says (f, "3 hits");
  /* the newest first, then round, in the order of time through both panes */
  ui_search_bar_next (f->bar, FALSE);
  wait_says (f, "3 of 3");
  g_assert_true (has_current (f->right) && !has_current (f->left));
  ui_search_bar_next (f->bar, FALSE);
  wait_says (f, "1 of 3");
  g_assert_true (has_current (f->left) && !has_current (f->right));
  ui_search_bar_next (f->bar, TRUE);
  wait_says (f, "3 of 3");
  ui_search_bar_next (f->bar, TRUE);
  wait_says (f, "2 of 3");
  g_assert_true (has_current (f->left));
  gui_picture (GTK_WIDGET (f->window), "search-bar");
  ui_search_bar_set_text (f->bar, "oranges");
  wait_says (f, "No hits");
  g_assert_false (gtk_widget_get_sensitive (gui_child (f->bar, "next")));
  g_assert_false (has_current (f->left));
}

/* Enter is not lost when it comes before the first hit. */
static void
test_enter_early (Fixture      *f,
                  gconstpointer user_data)
{
  feed (f);
  ui_search_bar_set_search_mode (f->bar, TRUE);
  gtk_editable_set_text (GTK_EDITABLE (gui_child (f->bar, "entry")), "pears");
  g_signal_emit_by_name (gui_child (f->bar, "entry"), "activate");
  wait_says (f, "1 of 1");
  g_assert_true (has_current (f->right));
}

static void
test_focus (Fixture      *f,
            gconstpointer user_data)
{
  GtkWidget *view = GTK_WIDGET (ui_message_pane_get_text_view (f->right));
  GtkWidget *entry = gui_child (f->bar, "entry");

  feed (f);
  gui_settle ();
  gtk_test_widget_wait_for_draw (GTK_WIDGET (f->window));
  gtk_widget_grab_focus (view);
  ui_search_bar_set_search_mode (f->bar, TRUE);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (f->window), entry));
  ui_search_bar_set_text (f->bar, "apples");
  g_signal_emit_by_name (entry, "stop-search");         /* Esc */
  g_assert_false (ui_search_bar_get_search_mode (f->bar));
  g_assert_true (gtk_window_get_focus (f->window) == view);
  g_assert_cmpuint (ui_search_bar_get_n_hits (f->bar), ==, 0);
  gui_assert_labelled (GTK_WIDGET (f->window));
}

#define ADD(name, func) g_test_add ("/ui/search-bar/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  ADD ("walk", test_walk);
  ADD ("enter-early", test_enter_early);
  ADD ("focus", test_focus);
  return g_test_run ();
}
