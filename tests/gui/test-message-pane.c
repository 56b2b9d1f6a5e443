/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-feed.h"
#include "gui-util.h"
#include "ui-color-scheme.h"
#include "ui-message-pane.h"
#include "ui-search-bar.h"
#include "ui-style.h"

#include <string.h>

typedef struct
{
  UiLog         *log;
  GuiFeed       *feed;
  GtkWindow     *window;
  UiMessagePane *left;
  UiMessagePane *right;
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer user_data)
{
  GtkWidget *paned = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);

  ui_style_init (gdk_display_get_default ());
  f->log = ui_log_new ();
  f->feed = gui_feed_new (f->log, NULL);
  f->left = UI_MESSAGE_PANE (ui_message_pane_new (UI_LOG_INFO));
  f->right = UI_MESSAGE_PANE (ui_message_pane_new (UI_LOG_MESSAGES));
  g_object_set (f->left, "caption", "Dtls server info:", "empty-icon", "network-server-symbolic",
                "empty-title", "Not listening yet", "empty-text",
                "Both programs on one computer? Start the server, then connect to localhost.",
                "log", f->log, NULL);
  g_object_set (f->right, "caption", "Received messages:", "empty-icon", "mail-unread-symbolic",
                "empty-title", "No messages yet", "empty-text",
                "What clients send appears here, decrypted: its bytes first, then its text.",
                "log", f->log, NULL);
  gtk_paned_set_start_child (GTK_PANED (paned), GTK_WIDGET (f->left));
  gtk_paned_set_end_child (GTK_PANED (paned), GTK_WIDGET (f->right));
  gtk_paned_set_position (GTK_PANED (paned), 545);
  f->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (f->window, 1090, 420);
  gtk_window_set_child (f->window, paned);
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

/* what was asked for is drained, laid out and painted */
static void
wait_frames (Fixture *f)
{
  for (guint i = 0; i < 12; i++)
    gtk_test_widget_wait_for_draw (GTK_WIDGET (f->window));
  gui_settle ();
}

/* As the wheel does, but at once. */
static void
scroll (UiMessagePane *pane,
        GtkScrollType  where)
{
  GtkTextView *view = ui_message_pane_get_text_view (pane);
  gboolean handled;

  g_signal_emit_by_name (gtk_widget_get_ancestor (GTK_WIDGET (view), GTK_TYPE_SCROLLED_WINDOW),
                         "scroll-child", where, FALSE, &handled);
}

static gboolean
has_new_cb (gpointer user_data)
{
  return ui_message_pane_get_n_new (user_data) > 0;
}

static gboolean
has_hits (gpointer user_data)
{
  return ui_search_bar_get_n_hits (user_data) > 0;
}

static gboolean
has_thousand_hits (gpointer user_data)
{
  return ui_search_bar_get_n_hits (user_data) == 1000;
}

static gboolean
is_hit_visible (gpointer user_data)
{
  GtkTextView *view = ui_message_pane_get_text_view (user_data);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GdkRectangle seen, hit;
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  gtk_text_view_get_iter_location (view, &iter, &hit);
  gtk_text_view_get_visible_rect (view, &seen);
  return hit.y >= seen.y && hit.y + hit.height <= seen.y + seen.height;
}

typedef struct
{
  gboolean done;
  char    *text;
} Clip;

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Clip *clip = user_data;

  clip->text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  clip->done = TRUE;
}

static gboolean
is_read (gpointer user_data)
{
  return ((Clip *) user_data)->done;
}

static char *
clipboard_text (Fixture *f)
{
  Clip clip = { FALSE, NULL };

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (f->window)), NULL, read_cb,
                                 &clip);
  g_assert_true (gui_wait (is_read, &clip));
  return clip.text;
}

static void
assert_clipboard (Fixture    *f,
                  const char *text)
{
  g_autofree char *found = clipboard_text (f);

  g_assert_cmpstr (found, ==, text);
}

static gboolean
clipboard_starts (Fixture    *f,
                  const char *text)
{
  g_autofree char *found = clipboard_text (f);

  return found != NULL && g_str_has_prefix (found, text);
}

/* The main loop has nothing to do: no source is ready, and none will be for a while. */
static gboolean
is_quiet (void)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[32];
  int timeout_ms, priority;

  if (!g_main_context_acquire (context))
    return FALSE;
  g_main_context_prepare (context, &priority);
  g_main_context_query (context, G_MAXINT, &timeout_ms, fds, G_N_ELEMENTS (fds));
  g_main_context_check (context, G_MAXINT, fds, 0);
  g_main_context_release (context);
  return timeout_ms < 0 || timeout_ms > 400;
}

static void
test_pictures (Fixture      *f,
               gconstpointer user_data)
{
  DtlsEvent *event;

  gui_picture (GTK_WIDGET (f->window), "panes-empty");
  event = gui_feed_begin (f->feed, DTLS_CODE_LISTENING, 0, NULL, 0, NULL, NULL);
  event->peer.port = 22334;
  gui_feed_commit (f->feed);
  gui_feed_state (f->feed, DTLS_CODE_DEMO_KEY, 0);
  gui_feed_state (f->feed, DTLS_CODE_VERIFIED, 1);
  gui_feed_begin (f->feed, DTLS_CODE_IDENTITY, 1, NULL, 0, NULL, "Alice (clone number 0)");
  gui_feed_commit (f->feed);
  gui_feed_begin (f->feed, DTLS_CODE_ESTABLISHED, 1, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
                  -1, NULL, "Alice (clone number 0)");
  gui_feed_commit (f->feed);
  event = gui_feed_begin (f->feed, DTLS_CODE_RETRANSMIT, 2, NULL, 0, NULL, NULL);
  event->number[0] = 4;
  event->number[1] = 2;
  event->number[2] = 4000;
  event->flags = DTLS_EVENT_FLAG_FIRST;
  gui_feed_commit (f->feed);
  event = gui_feed_begin (f->feed, DTLS_CODE_KEY_DIFFERS, 3, NULL, 0, NULL, "device-7");
  event->flags = DTLS_EVENT_FLAG_FIRST;
  gui_feed_commit (f->feed);
  for (guint i = 0; i < 3; i++)
    gui_feed_message (f->feed, 1 + i % 2, "I am Alice (clone number 0), please, accept our ping 1",
                      -1);
  gui_feed_flush (f->feed);
  wait_frames (f);
  gui_picture (GTK_WIDGET (f->window), "panes");
  ui_color_scheme_set_choice (ui_color_scheme_get_default (), UI_COLOR_CHOICE_DARK);
  wait_frames (f);
  gui_picture (GTK_WIDGET (f->window), "panes-dark");
  ui_color_scheme_set_choice (ui_color_scheme_get_default (), UI_COLOR_CHOICE_LIGHT);
}

static GtkAdjustment *
adjustment (UiMessagePane *pane)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (ui_message_pane_get_text_view (pane)));
}

static GtkTextBuffer *
buffer_of (UiMessagePane *pane)
{
  return gtk_text_view_get_buffer (ui_message_pane_get_text_view (pane));
}

/* The last line of the buffer is inside what is seen. */
static gboolean
is_end_visible (gpointer user_data)
{
  GtkTextView *view = ui_message_pane_get_text_view (user_data);
  GdkRectangle seen, line;
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (gtk_text_view_get_buffer (view), &end);
  gtk_text_view_get_iter_location (view, &end, &line);
  gtk_text_view_get_visible_rect (view, &seen);
  return line.y >= seen.y && line.y + line.height <= seen.y + seen.height;
}

typedef struct
{
  UiMessagePane *pane;
  const char    *text;
} Needle;

static gboolean
has_text (gpointer user_data)
{
  Needle *needle = user_data;

  return gui_contains (ui_message_pane_get_text_view (needle->pane), needle->text);
}

static void
wait_text (UiMessagePane *pane,
           const char    *text)
{
  Needle needle = { pane, text };

  if (!gui_wait (has_text, &needle))
    {
      g_autofree char *all = gui_get_text (ui_message_pane_get_text_view (pane));

      g_error ("no “%s” in “%s”", text, all);
    }
}

static void
feed_numbered (Fixture *f,
               guint    from,
               guint    n)
{
  for (guint i = from; i < from + n; i++)
    {
      g_autofree char *text = g_strdup_printf ("message number %u.", i);

      gui_feed_message (f->feed, 1 + i % 3, text, -1);
    }
  gui_feed_flush (f->feed);
}

static guint
count_text (UiMessagePane *pane,
            const char    *needle)
{
  g_autofree char *all = gui_get_text (ui_message_pane_get_text_view (pane));
  guint n = 0;

  for (const char *at = all; (at = strstr (at, needle)) != NULL; at += strlen (needle))
    n++;
  return n;
}

static gboolean
has_no_gaps (gpointer user_data)
{
  return !gui_contains (ui_message_pane_get_text_view (user_data), "not shown here");
}

/* 100 000 messages, in turns with the main loop: the view shows a part, follows, and is whole again
 * when the flood is over. */
static void
test_flood (Fixture      *f,
            gconstpointer user_data)
{
  guint n_most = 0;

  for (guint turn = 0; turn < 200; turn++)
    {
      feed_numbered (f, turn * 500, 500);
      gui_settle ();
      g_assert_true (ui_message_pane_get_following (f->right));
      if (turn % 20 == 0)
        n_most = MAX (n_most, count_text (f->right, "A message from"));
    }
  g_assert_cmpuint (n_most, >, 0);
  g_assert_cmpuint (n_most, <=, 2000);
  wait_text (f->right, "message number 99999.");
  g_assert_true (gui_wait (is_end_visible, f->right));
  g_assert_true (gui_wait (has_no_gaps, f->right));
  g_assert_true (gui_wait (is_end_visible, f->right));
  g_assert_cmpuint (ui_log_get_end (f->log, UI_LOG_MESSAGES), ==, 100000);
  /* refilled: the newest without a gap */
  g_assert_cmpuint (count_text (f->right, "A message from"), ==, 500);
  g_assert_true (gui_contains (ui_message_pane_get_text_view (f->right), "message number 99500."));
  g_assert_false (gui_contains (ui_message_pane_get_text_view (f->right), "message number 99499."));
  gui_picture (GTK_WIDGET (f->window), "panes-after-flood");
}

static void
test_gap_line (Fixture      *f,
               gconstpointer user_data)
{
  feed_numbered (f, 0, 1);
  wait_text (f->right, "message number 0.");    /* the view has its size */
  feed_numbered (f, 1, 5000);
  wait_text (f->right, "message number 5000.");
  g_assert_true (
      gui_contains (ui_message_pane_get_text_view (f->right), "not shown here (kept in the log)"));
  g_assert_cmpuint (count_text (f->right, "A message from"), <=, 210);
}

/* What the user reads stays where it is, and what comes is counted. */
static void
test_scrolled_up (Fixture      *f,
                  gconstpointer user_data)
{
  GtkTextView *view = ui_message_pane_get_text_view (f->right);
  GtkAdjustment *adj = adjustment (f->right);
  GdkRectangle seen;
  GtkTextIter iter;
  GtkTextMark *mark;
  int line_y, y;
  guint n_chars;

  feed_numbered (f, 0, 100);
  wait_text (f->right, "message number 99.");
  g_assert_true (gui_wait (is_end_visible, f->right));
  wait_frames (f);
  scroll (f->right, GTK_SCROLL_START);
  g_assert_false (ui_message_pane_get_following (f->right));
  wait_frames (f);
  gtk_text_view_get_visible_rect (view, &seen);
  gtk_text_view_get_iter_at_location (view, &iter, seen.x, seen.y + 10);
  mark = gtk_text_buffer_create_mark (buffer_of (f->right), NULL, &iter, TRUE);
  gtk_text_view_get_line_yrange (view, &iter, &y, NULL);
  line_y = y - (int) gtk_adjustment_get_value (adj);
  n_chars = gtk_text_buffer_get_char_count (buffer_of (f->right));

  feed_numbered (f, 100, 3000);
  g_assert_true (gui_wait (has_new_cb, f->right));
  g_assert_cmpuint (ui_message_pane_get_n_new (f->right), ==, 3000);
  wait_frames (f);
  gui_picture (GTK_WIDGET (f->window), "panes-scrolled-up");
  g_assert_cmpuint (gtk_text_buffer_get_char_count (buffer_of (f->right)), ==, n_chars);
  gtk_text_buffer_get_iter_at_mark (buffer_of (f->right), &iter, mark);
  gtk_text_view_get_line_yrange (view, &iter, &y, NULL);
  g_assert_cmpint (y - (int) gtk_adjustment_get_value (adj), ==, line_y);

  gtk_widget_activate_action (GTK_WIDGET (f->right), "log.end", NULL);
  g_assert_true (ui_message_pane_get_following (f->right));
  g_assert_cmpuint (ui_message_pane_get_n_new (f->right), ==, 0);
  wait_text (f->right, "message number 3099.");
  g_assert_true (gui_wait (is_end_visible, f->right));
  g_assert_true (has_no_gaps (f->right));
}

/* A selection is never touched, whatever comes; the rest waits for its end. */
static void
test_selection (Fixture      *f,
                gconstpointer user_data)
{
  GtkTextBuffer *buffer = buffer_of (f->right);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  GtkTextIter start, end;

  ui_message_pane_set_max_blocks (f->right, 50);
  feed_numbered (f, 0, 49);
  wait_text (f->right, "message number 48.");
  gtk_text_buffer_get_iter_at_line (buffer, &start, 3);
  gtk_text_buffer_get_iter_at_line (buffer, &end, 9);
  gtk_text_buffer_select_range (buffer, &start, &end);
  before = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  for (guint turn = 0; turn < 50; turn++)
    {
      feed_numbered (f, 49 + turn * 100, 100);
      gui_settle ();
    }
  g_assert_true (gui_wait (has_new_cb, f->right));
  g_assert_true (gtk_text_buffer_get_selection_bounds (buffer, &start, &end));
  after = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpint (gtk_text_iter_get_line (&start), ==, 3);

  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  wait_text (f->right, "message number 5048.");
  g_assert_true (gui_wait (is_end_visible, f->right));
  gtk_text_buffer_get_end_iter (buffer, &end);
  start = end;
  gtk_text_iter_backward_lines (&start, 7);
  gtk_text_buffer_select_range (buffer, &start, &end);
  gui_picture (GTK_WIDGET (f->window), "panes-selection");
  g_assert_cmpuint (count_text (f->right, "A message from"), <=, 50);
}

static void
test_bound (Fixture      *f,
            gconstpointer user_data)
{
  ui_message_pane_set_max_blocks (f->right, 100);
  for (guint turn = 0; turn < 60; turn++)
    {
      feed_numbered (f, turn * 20, 20);
      gui_settle ();
      g_assert_cmpuint (count_text (f->right, "A message from"), <=, 100);
    }
  wait_text (f->right, "message number 1199.");
  g_assert_true (gui_wait (has_no_gaps, f->right));
  g_assert_cmpuint (count_text (f->right, "A message from"), >=, 99);
}

static gboolean
is_paged (gpointer user_data)
{
  return gui_contains (ui_message_pane_get_text_view (user_data), "message number 860.");
}

static gboolean
is_first (gpointer user_data)
{
  UiMessagePane *pane = user_data;

  if (!gui_contains (ui_message_pane_get_text_view (pane), "message number 0."))
    scroll (pane, GTK_SCROLL_START);
  return gui_contains (ui_message_pane_get_text_view (pane), "message number 0.");
}

static gboolean
is_following (gpointer user_data)
{
  UiMessagePane *pane = user_data;

  if (!ui_message_pane_get_following (pane))
    scroll (pane, GTK_SCROLL_END);
  return ui_message_pane_get_following (pane);
}

/* Older rows come at the top, newer ones at the bottom, never more than the bound. */
static void
test_paging (Fixture      *f,
             gconstpointer user_data)
{
  feed_numbered (f, 0, 1000);
  ui_message_pane_set_max_blocks (f->right, 100);
  ui_message_pane_follow_end (f->right);
  wait_text (f->right, "message number 999.");
  g_assert_true (gui_wait (is_end_visible, f->right));
  wait_frames (f);
  scroll (f->right, GTK_SCROLL_START);
  g_assert_true (gui_wait (is_paged, f->right));
  g_assert_cmpuint (count_text (f->right, "A message from"), <=, 100);
  g_assert_true (gui_wait (is_first, f->right));
  g_assert_cmpuint (count_text (f->right, "A message from"), <=, 100);
  g_assert_false (gui_contains (ui_message_pane_get_text_view (f->right), "message number 999."));
  g_assert_cmpuint (ui_message_pane_get_n_new (f->right), >=, 900);
  g_assert_true (gui_wait (is_following, f->right));
  wait_text (f->right, "message number 999.");
}

static void
test_dropped (Fixture      *f,
              gconstpointer user_data)
{
  g_autofree char *text = g_strnfill (3000, 'x');

  ui_log_set_limits (f->log, 2 * DTLS_EVENT_CHUNK_BYTES, G_MAXUINT);
  for (guint i = 0; i < 500; i++)
    gui_feed_message (f->feed, 1, text, -1);
  gui_feed_message (f->feed, 1, "the last", -1);
  gui_feed_flush (f->feed);
  ui_message_pane_follow_end (f->right);
  wait_text (f->right, "the last");
  ui_message_pane_set_message_view (f->right, UI_MESSAGE_VIEW_TEXT);
  wait_text (f->right, "older ones are no longer kept");
}

/* P2: nothing of a peer is read as markup, nothing is lost, nothing is critical (warnings are
 * fatal). */
static void
test_hostile (Fixture      *f,
              gconstpointer user_data)
{
  g_autofree char *big = g_malloc (16000);

  memset (big, 0xfe, 16000);
  gui_feed_message (f->feed, 1, "<b>bold</b> <img src='/etc/passwd'> &amp; %s %n", -1);
  gui_feed_message (f->feed, 1, "a\0b\x1b[31mred\rCR\x7f", 15);
  gui_feed_message (f->feed, 1, "\xff\xfe half \xe2\x82", -1);
  gui_feed_message (f->feed, 1, "over\u202eride line\u2028sep", -1);
  gui_feed_message (f->feed, 1, big, 16000);
  gui_feed_message (f->feed, 1, "", 0);
  gui_feed_message (f->feed, 1, "two\nlines\tand a tab", -1);
  gui_feed_begin (f->feed, DTLS_CODE_IDENTITY, 1, NULL, 0, NULL, "<img src=x>\n\x01");
  gui_feed_commit (f->feed);
  gui_feed_flush (f->feed);
  wait_text (f->right, "<b>bold</b> <img src='/etc/passwd'> &amp; %s %n");
  wait_text (f->right, "a\\x00b\\x1b[31mred\\rCR\\x7f");
  wait_text (f->right, "\\xff\\xfe half \\xe2\\x82");
  wait_text (f->right, "over\\u{202e}ride line\\u{2028}sep");
  wait_text (f->right, "\\xfe\\xfe");
  wait_text (f->right, "two\nlines\tand a tab");
  wait_text (f->left, "<img src=x>\\n\\x01");
  wait_frames (f);
  gui_picture (GTK_WIDGET (f->window), "panes-hostile");
}

static gboolean
click_at (UiMessagePane *pane,
          const char    *word)
{
  GtkTextView *view = ui_message_pane_get_text_view (pane);
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (view));
  GtkTextIter start, end;
  GdkRectangle r;
  int x, y;

  gtk_text_buffer_get_end_iter (buffer_of (pane), &end);
  if (!gtk_text_iter_backward_search (&end, word, 0, &start, &end, NULL))
    return FALSE;
  gtk_text_iter_forward_char (&start);
  gtk_text_view_get_iter_location (view, &start, &r);
  gtk_text_view_buffer_to_window_coords (view, GTK_TEXT_WINDOW_WIDGET, r.x + r.width / 2,
                                         r.y + r.height / 2, &x, &y);
  gtk_text_buffer_place_cursor (buffer_of (pane), &start);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_GESTURE_CLICK (controller)
          || gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE
          || gtk_gesture_single_get_button (GTK_GESTURE_SINGLE (controller)) != 0)
        continue;
      g_signal_emit_by_name (controller, "pressed", 1, (double) x, (double) y);
      g_signal_emit_by_name (controller, "released", 1, (double) x, (double) y);
    }
  return TRUE;
}

static void
test_fold (Fixture      *f,
           gconstpointer user_data)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 1; i <= 60; i++)
    g_string_append_printf (text, "line %u of the payload\n", i);
  gui_feed_message (f->feed, 1, text->str, -1);
  gui_feed_message (f->feed, 1, "the next", -1);
  gui_feed_flush (f->feed);
  wait_text (f->right, "line 8 of the payload");
  g_assert_false (gui_contains (ui_message_pane_get_text_view (f->right), "line 9 of the payload"));
  wait_text (f->right, "Show all (1\u202f");
  wait_frames (f);
  gui_picture (GTK_WIDGET (f->window), "panes-folded");
  g_assert_true (click_at (f->right, "Show all"));
  wait_text (f->right, "line 60 of the payload");
  g_assert_false (gui_contains (ui_message_pane_get_text_view (f->right), "Show all"));
  /* the row after it is still where it says it is */
  g_assert_true (click_at (f->right, "the next"));
  gtk_widget_activate_action (GTK_WIDGET (f->right), "log.copy-payload", NULL);
  assert_clipboard (f, "the next");
}

static void
test_views (Fixture      *f,
            gconstpointer user_data)
{
  gui_feed_message (f->feed, 1, "what it says", -1);
  gui_feed_flush (f->feed);
  wait_text (f->right, "what it says");
  wait_text (f->right, "0000  17 fe fd 00 01 00 00 00  00");
  wait_text (f->right, "As plain text:");
  ui_message_pane_set_message_view (f->right, UI_MESSAGE_VIEW_TEXT);
  wait_text (f->right, "what it says");
  g_assert_false (gui_contains (ui_message_pane_get_text_view (f->right), "17 fe fd"));
  ui_message_pane_set_message_view (f->right, UI_MESSAGE_VIEW_HEX);
  wait_text (f->right, "17 fe fd");
  g_assert_false (gui_contains (ui_message_pane_get_text_view (f->right), "what it says"));
  g_assert_cmpuint (gtk_drop_down_get_selected (gui_child (f->right, "mode")), ==,
                    UI_MESSAGE_VIEW_HEX);
}

static void
test_filter (Fixture      *f,
             gconstpointer user_data)
{
  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_state (f->feed, DTLS_CODE_DEMO_KEY, 0);
  gui_feed_begin (f->feed, DTLS_CODE_KEY_DIFFERS, 3, NULL, 0, NULL, "device-7");
  gui_feed_commit (f->feed);
  feed_numbered (f, 0, 9);
  wait_text (f->left, "device-7");
  g_assert_cmpstr (gtk_label_get_label (gui_child (f->left, "count_info")), ==, "1");
  g_assert_cmpstr (gtk_label_get_label (gui_child (f->left, "count_warning")), ==, "1");
  g_assert_cmpstr (gtk_label_get_label (gui_child (f->left, "count_error")), ==, "1");
  gtk_toggle_button_set_active (gui_child (f->left, "toggle_info"), FALSE);
  g_assert_false (gui_contains (ui_message_pane_get_text_view (f->left), "listening"));
  wait_text (f->left, "Demonstration");
  gui_feed_state (f->feed, DTLS_CODE_NOT_ACCEPTING, 0);
  gui_feed_flush (f->feed);
  wait_frames (f);
  g_assert_false (gui_contains (ui_message_pane_get_text_view (f->left), "accepting"));
  gtk_toggle_button_set_active (gui_child (f->left, "toggle_info"), TRUE);
  wait_text (f->left, "not accepting");
  wait_text (f->left, "listening");

  ui_message_pane_set_association (f->right, 2);
  g_assert_cmpuint (count_text (f->right, "A message from"), ==, 3);
  feed_numbered (f, 9, 9);
  wait_text (f->right, "message number 16.");
  g_assert_cmpuint (count_text (f->right, "A message from"), ==, 6);
  ui_message_pane_set_association (f->right, 0);
  g_assert_cmpuint (count_text (f->right, "A message from"), ==, 18);
}

static void
test_clear (Fixture      *f,
            gconstpointer user_data)
{
  GtkWidget *note = gui_child (f->left, "undo_note");

  feed_numbered (f, 0, 3);
  wait_text (f->right, "message number 2.");
  ui_log_clear (f->log);
  g_assert_cmpint (gtk_text_buffer_get_char_count (buffer_of (f->right)), ==, 0);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (gui_child (f->right, "stack")), ==, "cleared");
  g_assert_true (gtk_widget_get_visible (note));
  g_assert_false (gtk_widget_get_visible (gui_child (f->right, "undo_note")));
  wait_frames (f);
  gui_picture (GTK_WIDGET (f->window), "panes-cleared");
  g_signal_emit_by_name (gui_child (f->left, "undo"), "clicked");
  g_assert_false (gtk_widget_get_visible (note));
  wait_text (f->right, "message number 0.");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (gui_child (f->right, "stack")), ==, "log");
}

static void
test_search (Fixture      *f,
             gconstpointer user_data)
{
  UiSearchBar *bar = UI_SEARCH_BAR (g_object_ref_sink (ui_search_bar_new ()));
  GtkTextTagTable *tags = gtk_text_buffer_get_tag_table (buffer_of (f->right));
  GtkTextTag *match = gtk_text_tag_table_lookup (tags, "match");
  GtkTextTag *current = gtk_text_tag_table_lookup (tags, "current");
  GtkTextIter iter;

  ui_search_bar_set_panes (bar, f->left, f->right);
  ui_message_pane_set_max_blocks (f->right, 100);
  feed_numbered (f, 0, 1000);
  wait_text (f->right, "message number 999.");
  ui_search_bar_set_search_mode (bar, TRUE);
  ui_search_bar_set_text (bar, "NUMBER 7.");
  g_assert_true (gui_wait (has_hits, bar));
  g_assert_cmpuint (ui_search_bar_get_n_hits (bar), ==, 1);
  ui_search_bar_next (bar, FALSE);
  g_assert_false (ui_message_pane_get_following (f->right));
  g_assert_true (gui_contains (ui_message_pane_get_text_view (f->right), "message number 7."));
  gtk_text_buffer_get_start_iter (buffer_of (f->right), &iter);
  g_assert_true (gtk_text_iter_forward_to_tag_toggle (&iter, match));
  g_assert_true (gtk_text_iter_starts_tag (&iter, current));
  g_assert_true (gui_wait (is_hit_visible, f->right));
  wait_frames (f);
  g_assert_true (is_hit_visible (f->right));
  g_assert_true (gui_contains (ui_message_pane_get_text_view (f->right), "message number 7."));
  gui_picture (GTK_WIDGET (f->window), "panes-search");

  /* the whole log, also what the view does not hold; hex too */
  ui_search_bar_set_text (bar, "17 fe fd");
  g_assert_true (gui_wait (has_hits, bar));
  g_assert_true (gui_wait (has_thousand_hits, bar));
  ui_search_bar_set_search_mode (bar, FALSE);
  gtk_text_buffer_get_start_iter (buffer_of (f->right), &iter);
  g_assert_false (gtk_text_iter_forward_to_tag_toggle (&iter, match));
  g_object_unref (bar);
}

static void
cure_cb (UiMessagePane *pane,
         guint          code,
         GBytes        *identity,
         gpointer       user_data)
{
  g_assert_cmpuint (code, ==, DTLS_CODE_KEY_DIFFERS);
  g_assert_cmpmem (g_bytes_get_data (identity, NULL), g_bytes_get_size (identity), "device-7", 8);
  *(gboolean *) user_data = TRUE;
}

static void
test_why (Fixture      *f,
          gconstpointer user_data)
{
  gboolean cured = FALSE;
  GtkWidget *popover;
  GtkWidget *button;

  g_signal_connect (f->left, "cure", G_CALLBACK (cure_cb), &cured);
  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_begin (f->feed, DTLS_CODE_KEY_DIFFERS, 3, NULL, 0, NULL, "device-7");
  gui_feed_commit (f->feed);
  gui_feed_flush (f->feed);
  wait_text (f->left, "Why?");
  wait_frames (f);
  g_assert_true (click_at (f->left, "Why?"));
  popover = gtk_widget_get_last_child (GTK_WIDGET (f->left));
  g_assert_true (GTK_IS_POPOVER (popover));
  g_assert_nonnull (gui_find (popover, GTK_TYPE_LABEL, "Why the keys seem to differ"));
  wait_frames (f);
  gui_picture (popover, "why");
  button = gui_find (popover, GTK_TYPE_BUTTON, NULL);
  g_assert_true (gtk_widget_get_visible (button));
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (cured);
}

static void
again_cb (UiMessagePane *pane,
          GBytes        *payload,
          guint64        association,
          gpointer       user_data)
{
  g_assert_cmpmem (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), "once\0more", 9);
  *(guint64 *) user_data = association;
}

/* Presses a key that the pane has a shortcut for; FALSE: it leaves it to others. */
static gboolean
press (UiMessagePane *pane,
       const char    *key)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (pane));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GListModel) controller = g_list_model_get_item (controllers, i);

      for (guint j = 0; GTK_IS_SHORTCUT_CONTROLLER (controller)
                        && j < g_list_model_get_n_items (controller); j++)
        {
          g_autoptr(GtkShortcut) shortcut = g_list_model_get_item (controller, j);
          g_autofree char *trigger
              = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

          if (g_str_equal (trigger, key)
              && gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0,
                                               GTK_WIDGET (pane), NULL))
            return TRUE;
        }
    }
  return FALSE;
}

static gboolean
explains (UiMessagePane *pane)
{
  GtkWidget *popover = gtk_widget_get_last_child (GTK_WIDGET (pane));

  return GTK_IS_POPOVER (popover) && gtk_widget_get_visible (popover);
}

/* What a pointer does to a row, keys do to the row at the caret. */
static void
test_keys (Fixture      *f,
           gconstpointer user_data)
{
  g_autofree char *long_text = g_strnfill (2000, 'a');
  GtkTextView *view = ui_message_pane_get_text_view (f->left);
  GtkTextIter iter;
  gboolean moved;

  gui_feed_begin (f->feed, DTLS_CODE_KEY_DIFFERS, 3, NULL, 0, NULL, "device-7");
  gui_feed_commit (f->feed);
  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_message (f->feed, 1, long_text, -1);
  gui_feed_flush (f->feed);
  wait_text (f->left, "listening");
  wait_text (f->right, "Show all");
  wait_frames (f);

  gtk_widget_grab_focus (GTK_WIDGET (view));
  g_assert_true (gtk_text_view_get_cursor_visible (view));
  g_assert_false (press (f->left, "Return"));   /* the newest row has nothing to tell */
  g_assert_false (explains (f->left));
  g_signal_emit_by_name (view, "move-cursor", GTK_MOVEMENT_BUFFER_ENDS, -1, FALSE, &moved);
  g_assert_true (press (f->left, "Return"));
  g_assert_true (explains (f->left));
  ui_message_pane_follow_end (f->left);
  gtk_text_buffer_get_end_iter (buffer_of (f->left), &iter);
  gtk_text_buffer_place_cursor (buffer_of (f->left), &iter);
  g_assert_true (press (f->left, "<Control>i"));    /* the newest that has something to tell */
  g_assert_true (explains (f->left));

  g_assert_false (press (f->left, "Escape"));
  g_signal_emit_by_name (view, "select-all", TRUE);
  g_assert_true (press (f->left, "Escape"));
  g_assert_false (gtk_text_buffer_get_has_selection (buffer_of (f->left)));

  gtk_widget_grab_focus (GTK_WIDGET (ui_message_pane_get_text_view (f->right)));
  g_assert_true (press (f->right, "Return"));
  g_assert_false (gui_contains (ui_message_pane_get_text_view (f->right), "Show all"));
}

static gboolean
has_focus (gpointer view)
{
  return gtk_widget_has_focus (view);
}

/* The caret stays at its row when an explanation closes, also in a view that follows. */
static void
test_keys_caret_stays (Fixture      *f,
                       gconstpointer user_data)
{
  GtkTextView *view = ui_message_pane_get_text_view (f->left);
  GtkTextIter iter;
  gboolean moved;

  gui_feed_begin (f->feed, DTLS_CODE_KEY_DIFFERS, 3, NULL, 0, NULL, "device-7");
  gui_feed_commit (f->feed);
  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_flush (f->feed);
  wait_text (f->left, "listening");
  wait_frames (f);

  gtk_widget_grab_focus (GTK_WIDGET (view));
  g_signal_emit_by_name (view, "move-cursor", GTK_MOVEMENT_BUFFER_ENDS, -1, FALSE, &moved);
  g_assert_true (press (f->left, "Return"));
  g_assert_true (explains (f->left));
  gtk_widget_child_focus (gtk_widget_get_last_child (GTK_WIDGET (f->left)), GTK_DIR_TAB_FORWARD);
  wait_frames (f);
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_last_child (GTK_WIDGET (f->left))));
  wait_frames (f);
  gtk_widget_grab_focus (GTK_WIDGET (view));
  g_assert_true (gui_wait (has_focus, view));
  gtk_text_buffer_get_iter_at_mark (buffer_of (f->left), &iter,
                                    gtk_text_buffer_get_insert (buffer_of (f->left)));
  g_assert_cmpint (gtk_text_iter_get_line (&iter), ==, 0);
}

static void
test_copy (Fixture      *f,
           gconstpointer user_data)
{
  guint64 again = 0;
  GtkTextIter start, end;

  g_signal_connect (f->right, "send-again", G_CALLBACK (again_cb), &again);
  gui_feed_state (f->feed, DTLS_CODE_NOT_ACCEPTING, 0);
  gui_feed_message (f->feed, 2, "once\0more", 9);
  gui_feed_flush (f->feed);
  wait_text (f->right, "once\\x00more");
  wait_text (f->left, "not accepting");
  wait_frames (f);
  g_assert_true (click_at (f->right, "A message"));
  gtk_widget_activate_action (GTK_WIDGET (f->right), "log.copy-payload", NULL);
  assert_clipboard (f, "once\\x00more");
  gtk_widget_activate_action (GTK_WIDGET (f->right), "log.copy-hex", NULL);
  g_assert_true (clipboard_starts (f, "17 fe fd 00 01"));
  gtk_widget_activate_action (GTK_WIDGET (f->right), "log.send-again", NULL);
  g_assert_cmpuint (again, ==, 2);

  /* a row without payload has none to copy */
  g_assert_true (click_at (f->left, "accepting"));
  gtk_widget_activate_action (GTK_WIDGET (f->left), "log.copy-hex", NULL);
  g_assert_true (clipboard_starts (f, "17 fe fd 00 01"));

  /* a selection is copied without the icons in it */
  gtk_text_buffer_get_bounds (buffer_of (f->left), &start, &end);
  gtk_text_buffer_select_range (buffer_of (f->left), &start, &end);
  gtk_widget_activate_action (GTK_WIDGET (f->left), "log.copy", NULL);
  assert_clipboard (f, "12:03:41.120\t\tServer is not accepting new connections");
}

static void
test_day (Fixture      *f,
          gconstpointer user_data)
{
  gui_feed_message (f->feed, 1, "before midnight", -1);
  f->feed->time_us += G_TIME_SPAN_DAY;
  gui_feed_message (f->feed, 1, "after it", -1);
  gui_feed_flush (f->feed);
  wait_text (f->right, "after it");
  wait_text (f->right, "Friday, 20 November 2026");
  g_assert_cmpuint (count_text (f->right, "November"), ==, 1);
}

/* A hidden pane costs nothing: only the log grows; shown again, it has all. */
static void
test_hidden (Fixture      *f,
             gconstpointer user_data)
{
  gtk_widget_set_visible (GTK_WIDGET (f->right), FALSE);
  feed_numbered (f, 0, 100);
  wait_frames (f);
  g_assert_cmpint (gtk_text_buffer_get_char_count (buffer_of (f->right)), ==, 0);
  gtk_widget_set_visible (GTK_WIDGET (f->right), TRUE);
  wait_text (f->right, "message number 99.");
  g_assert_cmpuint (count_text (f->right, "A message from"), ==, 100);
  g_assert_true (gui_wait (is_end_visible, f->right));
}

/* Nothing runs while nothing comes. */
static void
test_idle (Fixture      *f,
           gconstpointer user_data)
{
  gint64 deadline_us;

  feed_numbered (f, 0, 10);
  wait_text (f->right, "message number 9.");
  wait_frames (f);
  deadline_us = g_get_monotonic_time () + TEST_DEADLINE_MS * 1000;
  while (!is_quiet () && g_get_monotonic_time () < deadline_us)
    g_main_context_iteration (NULL, FALSE);     /* gui_wait() has a timer of its own */
  g_assert_true (is_quiet ());
}

static void
test_narrow (Fixture      *f,
             gconstpointer user_data)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (gtk_window_get_child (f->window)),
                                  GTK_ORIENTATION_VERTICAL);
  gtk_paned_set_position (GTK_PANED (gtk_window_get_child (f->window)), 220);
  gtk_window_set_default_size (f->window, 360, 640);
  wait_frames (f);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (f->right)), <, 400);
  feed_numbered (f, 0, 1);
  gui_feed_begin (f->feed, DTLS_CODE_KEY_DIFFERS, 3, NULL, 0, NULL, "device-7");
  gui_feed_commit (f->feed);
  gui_feed_flush (f->feed);
  wait_text (f->right, "0008  00 ed");
  wait_text (f->left, "device-7");
  wait_frames (f);
  gui_picture (GTK_WIDGET (f->window), "panes-narrow");
}

static void
test_accessible (Fixture      *f,
                 gconstpointer user_data)
{
  GtkAccessible *view = GTK_ACCESSIBLE (ui_message_pane_get_text_view (f->left));

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (f->left), GTK_ACCESSIBLE_ROLE_LOG);
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (f->left),
                                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  gtk_test_accessible_assert_role (view, GTK_ACCESSIBLE_ROLE_TEXT_BOX);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Dtls server info:");
  feed_numbered (f, 0, 1);
  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_flush (f->feed);
  wait_text (f->left, "listening");
  gui_assert_labelled (GTK_WIDGET (f->window));
  g_assert_false (gtk_text_view_get_editable (GTK_TEXT_VIEW (view)));
  g_assert_false (gtk_text_buffer_get_enable_undo (buffer_of (f->left)));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/ui/message-pane/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  ADD ("pictures", test_pictures);
  ADD ("flood", test_flood);
  ADD ("gap-line", test_gap_line);
  ADD ("scrolled-up", test_scrolled_up);
  ADD ("selection", test_selection);
  ADD ("bound", test_bound);
  ADD ("paging", test_paging);
  ADD ("dropped", test_dropped);
  ADD ("p2-hostile-text", test_hostile);
  ADD ("fold", test_fold);
  ADD ("views", test_views);
  ADD ("filter", test_filter);
  ADD ("clear", test_clear);
  ADD ("search", test_search);
  ADD ("why", test_why);
  ADD ("keys", test_keys);
  ADD ("keys-caret-stays", test_keys_caret_stays);
  ADD ("copy", test_copy);
  ADD ("day", test_day);
  ADD ("hidden", test_hidden);
  ADD ("idle", test_idle);
  ADD ("narrow", test_narrow);
  ADD ("accessible", test_accessible);
  return g_test_run ();
}
