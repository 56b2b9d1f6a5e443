/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-feed.h"
#include "gui-util.h"
#include "ui-color-scheme.h"
#include "ui-message-pane.h"
#include "ui-style.h"

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
  gui_feed_begin (f->feed, DTLS_CODE_ESTABLISHED, 1, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256", -1,
                  NULL, "Alice (clone number 0)");
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
    gui_feed_message (f->feed, 1 + i % 2, "I am Alice (clone number 0), please, accept our ping 1", -1);
  gui_feed_flush (f->feed);
  wait_frames (f);
  gui_picture (GTK_WIDGET (f->window), "panes");
  ui_color_scheme_set_choice (ui_color_scheme_get_default (), UI_COLOR_CHOICE_DARK);
  wait_frames (f);
  gui_picture (GTK_WIDGET (f->window), "panes-dark");
  ui_color_scheme_set_choice (ui_color_scheme_get_default (), UI_COLOR_CHOICE_LIGHT);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ADD ("/ui/message-pane/pictures", test_pictures);
  return g_test_run ();
}
