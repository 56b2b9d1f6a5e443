/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-feed.h"
#include "test-util.h"
#include "ui-log-search.h"
#include "ui-log.h"

#include <glib/gstdio.h>

#include <string.h>

typedef struct
{
  UiLog   *log;
  GuiFeed *feed;
  guint    n_added;
  guint    n_reset;
  guint    n_events;
} Fixture;

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
set_up (Fixture      *f,
        gconstpointer user_data)
{
  f->log = ui_log_new ();
  f->feed = gui_feed_new (f->log, NULL);
  g_signal_connect_swapped (f->log, "rows-added", G_CALLBACK (count_cb), &f->n_added);
  g_signal_connect_swapped (f->log, "reset", G_CALLBACK (count_cb), &f->n_reset);
}

static void
tear_down (Fixture      *f,
           gconstpointer user_data)
{
  gui_feed_free (f->feed);
  g_assert_finalize_object (f->log);
}

static char *
text_of (Fixture  *f,
         UiLogPart part,
         guint64   serial)
{
  GString *text = g_string_new (NULL);
  UiLogRow row;

  g_assert_true (ui_log_get_row (f->log, part, serial, &row));
  g_assert_cmpuint (row.serial, ==, serial);
  ui_log_row_append_text (&row, text);
  return g_string_free (text, FALSE);
}

static void
assert_row (Fixture    *f,
            UiLogPart   part,
            guint64     serial,
            const char *needle)
{
  g_autofree char *text = text_of (f, part, serial);

  if (strstr (text, needle) == NULL)
    g_error ("no “%s” in “%s”", needle, text);
}

static void
test_parts (Fixture      *f,
            gconstpointer user_data)
{
  UiLogRow row;

  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_message (f->feed, 1, "one", -1);
  gui_feed_state (f->feed, DTLS_CODE_SENT, 1);          /* silent */
  gui_feed_state (f->feed, DTLS_CODE_DEMO_KEY, 0);
  gui_feed_message (f->feed, 1, "two", -1);
  gui_feed_flush (f->feed);
  g_assert_cmpuint (f->n_added, ==, 1);
  g_assert_cmpuint (ui_log_get_end (f->log, UI_LOG_INFO), ==, 2);
  g_assert_cmpuint (ui_log_get_end (f->log, UI_LOG_MESSAGES), ==, 2);
  g_assert_cmpuint (ui_log_get_n_events (f->log), ==, 4);
  assert_row (f, UI_LOG_INFO, 0, "listening");
  assert_row (f, UI_LOG_INFO, 1, "Demonstration key");
  assert_row (f, UI_LOG_MESSAGES, 0, "one");
  assert_row (f, UI_LOG_MESSAGES, 1, "two");
  g_assert_cmpuint (ui_log_get_count (f->log, REPORT_INFO), ==, 1);
  g_assert_cmpuint (ui_log_get_count (f->log, REPORT_WARNING), ==, 1);
  g_assert_cmpuint (ui_log_get_count (f->log, REPORT_MESSAGE), ==, 2);
  g_assert_cmpint (ui_log_get_level (f->log, UI_LOG_INFO, 1), ==, REPORT_WARNING);
  g_assert_false (ui_log_get_row (f->log, UI_LOG_INFO, 2, &row));
  g_assert_cmpint (ui_log_get_level (f->log, UI_LOG_INFO, 2), ==, REPORT_SILENT);

  /* nothing new is no signal */
  gui_feed_flush (f->feed);
  g_assert_cmpuint (f->n_added, ==, 1);
}

static void
test_own_rows (Fixture      *f,
               gconstpointer user_data)
{
  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_flush (f->feed);
  ui_log_append_row (f->log, REPORT_ERROR, "a row of the program's own");
  gui_feed_state (f->feed, DTLS_CODE_NOT_ACCEPTING, 0);
  gui_feed_flush (f->feed);
  ui_log_append_row (f->log, REPORT_INFO, "another");
  g_assert_cmpuint (ui_log_get_end (f->log, UI_LOG_INFO), ==, 4);
  assert_row (f, UI_LOG_INFO, 0, "listening");
  assert_row (f, UI_LOG_INFO, 1, "own");
  assert_row (f, UI_LOG_INFO, 2, "not accepting");
  assert_row (f, UI_LOG_INFO, 3, "another");
  g_assert_cmpint (ui_log_get_level (f->log, UI_LOG_INFO, 1), ==, REPORT_ERROR);
}

static void
test_bytes_bound (Fixture      *f,
                  gconstpointer user_data)
{
  const gsize max = 4 * DTLS_EVENT_CHUNK_BYTES;
  g_autofree char *payload = g_strnfill (1000, 'x');
  guint64 n = 0, first, end;

  ui_log_set_limits (f->log, max, G_MAXUINT);
  for (guint turn = 0; turn < 40; turn++)
    {
      for (guint i = 0; i < 100; i++, n++)
        gui_feed_message (f->feed, 1, payload, 1000);
      gui_feed_state (f->feed, DTLS_CODE_DEMO_KEY, 0);
      gui_feed_flush (f->feed);
      ui_log_append_row (f->log, REPORT_INFO, "between two events of one chunk");
      g_assert_cmpuint (ui_log_get_n_bytes (f->log), <=, max);
    }
  first = ui_log_get_first (f->log, UI_LOG_MESSAGES);
  end = ui_log_get_end (f->log, UI_LOG_MESSAGES);
  g_assert_cmpuint (end, ==, n);
  g_assert_cmpuint (first, >, 0);
  g_assert_cmpuint (ui_log_get_n_dropped (f->log, UI_LOG_MESSAGES), ==, first);
  /* not more is dropped than the bound asks for: two chunks' worth at least stay */
  g_assert_cmpuint ((end - first) * 2000, >, 2 * DTLS_EVENT_CHUNK_BYTES);
  g_assert_cmpuint (ui_log_get_count (f->log, REPORT_MESSAGE), ==, n);
  for (guint64 serial = first; serial < end; serial++)
    assert_row (f, UI_LOG_MESSAGES, serial, "xxx");
  g_assert_cmpint (ui_log_get_level (f->log, UI_LOG_MESSAGES, first - 1), ==, REPORT_SILENT);
}

static void
test_events_bound (Fixture      *f,
                   gconstpointer user_data)
{
  ui_log_set_limits (f->log, G_MAXSIZE, 3000);
  for (guint turn = 0; turn < 100; turn++)
    {
      for (guint i = 0; i < 100; i++)
        gui_feed_message (f->feed, 1, "x", 1);
      gui_feed_flush (f->feed);
      g_assert_cmpuint (ui_log_get_n_events (f->log), <=, 3000 + 100);
    }
  g_assert_cmpuint (ui_log_get_end (f->log, UI_LOG_MESSAGES), ==, 10000);
  g_assert_cmpuint (ui_log_get_end (f->log, UI_LOG_MESSAGES)
                        - ui_log_get_first (f->log, UI_LOG_MESSAGES),
                    ==, ui_log_get_n_events (f->log));
}

static void
event_cb (UiLog           *log,
          const DtlsEvent *event,
          gpointer         user_data)
{
  Fixture *f = user_data;

  g_assert_cmpint (event->kind, !=, DTLS_EVENT_MESSAGE);
  f->n_events++;
  if (event->code == DTLS_CODE_LISTENING)
    ui_log_append_row (log, REPORT_INFO, "said by the function");
}

static void
test_event_func (Fixture      *f,
                 gconstpointer user_data)
{
  ui_log_set_event_func (f->log, DTLS_EVENT_STATE | DTLS_EVENT_DIAGNOSIS, event_cb, f, NULL);
  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_message (f->feed, 1, "x", 1);
  gui_feed_state (f->feed, DTLS_CODE_SENT, 1);
  gui_feed_state (f->feed, DTLS_CODE_DEMO_KEY, 0);
  gui_feed_flush (f->feed);
  g_assert_cmpuint (f->n_events, ==, 3);
  g_assert_cmpuint (ui_log_get_end (f->log, UI_LOG_INFO), ==, 3);
  assert_row (f, UI_LOG_INFO, 0, "said by the function");
  assert_row (f, UI_LOG_INFO, 1, "listening");
  assert_row (f, UI_LOG_INFO, 2, "Demonstration");
}

static gboolean
has_summary (gpointer user_data)
{
  Fixture *f = user_data;
  UiLogRow row;

  return ui_log_get_row (f->log, UI_LOG_INFO, ui_log_get_end (f->log, UI_LOG_INFO) - 1, &row)
         && row.event == NULL;
}

/* Equal lines of strangers: at most a burst of rows and a summary, never one each (B2). */
static void
test_collapse (Fixture      *f,
               gconstpointer user_data)
{
  for (guint i = 0; i < 5000; i++)
    gui_feed_state (f->feed, DTLS_CODE_NOT_VERIFIED, 0);
  gui_feed_flush (f->feed);
  g_assert_cmpuint (ui_log_get_end (f->log, UI_LOG_INFO), <, 400);
  test_assert_wait (NULL, has_summary, f);
}

static void
test_counts (Fixture      *f,
             gconstpointer user_data)
{
  guint64 end;

  f->feed->counts[DTLS_COUNT_NOT_DTLS] = 12;
  gui_feed_flush (f->feed);
  end = ui_log_get_end (f->log, UI_LOG_INFO);
  g_assert_cmpuint (end, ==, 1);
  assert_row (f, UI_LOG_INFO, 0, "12");
  /* more within the second: not a row each */
  for (guint i = 0; i < 50; i++)
    {
      f->feed->counts[DTLS_COUNT_NOT_DTLS]++;
      gui_feed_flush (f->feed);
    }
  g_assert_cmpuint (ui_log_get_end (f->log, UI_LOG_INFO), ==, end);
}

static void
test_clear (Fixture      *f,
            gconstpointer user_data)
{
  gui_feed_message (f->feed, 1, "one", -1);
  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_flush (f->feed);
  g_assert_false (ui_log_can_undo (f->log));
  g_assert_false (ui_log_undo_clear (f->log));
  ui_log_clear (f->log);
  g_assert_cmpuint (f->n_reset, ==, 1);
  g_assert_cmpuint (ui_log_get_first (f->log, UI_LOG_MESSAGES), ==, 1);
  g_assert_cmpuint (ui_log_get_end (f->log, UI_LOG_MESSAGES), ==, 1);
  g_assert_cmpuint (ui_log_get_count (f->log, REPORT_MESSAGE), ==, 0);
  gui_feed_message (f->feed, 1, "two", -1);
  gui_feed_flush (f->feed);
  g_assert_cmpuint (ui_log_get_count (f->log, REPORT_MESSAGE), ==, 1);
  g_assert_true (ui_log_can_undo (f->log));
  g_assert_true (ui_log_undo_clear (f->log));
  g_assert_cmpuint (f->n_reset, ==, 2);
  g_assert_cmpuint (ui_log_get_first (f->log, UI_LOG_MESSAGES), ==, 0);
  g_assert_cmpuint (ui_log_get_count (f->log, REPORT_MESSAGE), ==, 2);
  g_assert_cmpuint (ui_log_get_count (f->log, REPORT_INFO), ==, 1);
  assert_row (f, UI_LOG_MESSAGES, 0, "one");
  g_assert_false (ui_log_can_undo (f->log));
}

typedef struct
{
  gboolean done;
  gboolean saved;
  GError  *error;
  goffset  n_done;
  goffset  n_all;
} Save;

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Save *save = user_data;

  save->saved = ui_log_save_finish (UI_LOG (source), result, &save->error);
  save->done = TRUE;
}

static void
progress_cb (goffset  n_done,
             goffset  n_all,
             gpointer user_data)
{
  Save *save = user_data;

  g_assert_false (save->done);
  g_assert_cmpint (n_done, >=, save->n_done);
  save->n_done = n_done;
  save->n_all = n_all;
}

static gboolean
is_done (gpointer user_data)
{
  return ((Save *) user_data)->done;
}

static char *
save_to (Fixture    *f,
         const char *path,
         UiLogFormat format)
{
  g_autoptr(GFile) file = g_file_new_for_path (path);
  Save save = { FALSE };
  char *text = NULL;

  ui_log_save_async (f->log, file, format, NULL, progress_cb, &save, saved_cb, &save);
  test_assert_wait (NULL, is_done, &save);
  g_assert_no_error (save.error);
  g_assert_true (save.saved);
  g_assert_cmpint (save.n_done, ==, save.n_all);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static void
test_save (Fixture      *f,
           gconstpointer user_data)
{
  char *dir = test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "log.txt", NULL);
  g_autofree char *text = NULL;
  g_autofree char *json = NULL;
  g_auto(GStrv) lines = NULL;
  const char *a, *b, *c, *d;

  gui_feed_message (f->feed, 1, "cleared before", -1);
  gui_feed_flush (f->feed);
  ui_log_clear (f->log);
  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_message (f->feed, 1, "hello <b>\xff</b>", -1);
  gui_feed_flush (f->feed);
  ui_log_append_row (f->log, REPORT_WARNING, "own \"row\"");
  gui_feed_message (f->feed, 1, "last", -1);
  gui_feed_flush (f->feed);

  text = save_to (f, path, UI_LOG_FORMAT_TEXT);
  g_assert_null (strstr (text, "cleared before"));
  a = strstr (text, " info Server is listening");
  b = strstr (text, "hello <b>\\xff</b>");
  c = strstr (text, " warning own \"row\"");
  d = strstr (text, "last");
  g_assert_true (a != NULL && b > a && c > b && d > c);
  g_assert_true (g_utf8_validate (text, -1, NULL));

  json = save_to (f, path, UI_LOG_FORMAT_JSON_LINES);
  lines = g_strsplit (json, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5); /* four, and nothing after the last newline */
  for (guint i = 0; i < 4; i++)
    g_assert_true (g_str_has_prefix (lines[i], "{\"time\":\"") && g_str_has_suffix (lines[i], "}"));
  g_assert_nonnull (strstr (lines[1], "\"level\":\"message\""));
  g_assert_nonnull (strstr (lines[2], "own \\\"row\\\""));
  g_assert_cmpstr (lines[4], ==, "");
  g_assert_cmpint (g_remove (path), ==, 0);
  test_remove_dir (dir);
}

/* A cancelled save leaves the old file as it was. */
static void
test_save_cancelled (Fixture      *f,
                     gconstpointer user_data)
{
  char *dir = test_make_dir ();
  g_autofree char *path = test_write_file (dir, "log.txt", "old", -1, 0600);
  g_autofree char *text = NULL;
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  Save save = { FALSE };

  for (guint i = 0; i < 2000; i++)
    gui_feed_message (f->feed, 1, "something", -1);
  gui_feed_flush (f->feed);
  g_cancellable_cancel (cancellable);
  ui_log_save_async (f->log, file, UI_LOG_FORMAT_TEXT, cancellable, NULL, NULL, saved_cb, &save);
  test_assert_wait (NULL, is_done, &save);
  g_assert_false (save.saved);
  g_assert_error (save.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&save.error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");
  g_assert_cmpint (g_remove (path), ==, 0);
  test_remove_dir (dir);
}

static gboolean
is_searched (gpointer user_data)
{
  return !ui_log_search_get_busy (user_data);
}

static void
assert_hits (UiLogSearch *search,
             const char  *query,
             guint        n)
{
  ui_log_search_set_query (search, query);
  test_assert_wait (NULL, is_searched, search);
  if (ui_log_search_get_n_hits (search) != n)
    g_error ("“%s”: %u hits", query, ui_log_search_get_n_hits (search));
}

static void
test_search (Fixture      *f,
             gconstpointer user_data)
{
  g_autoptr(UiLogSearch) search = ui_log_search_new (f->log);

  gui_feed_message (f->feed, 1, "Ping eins", -1);
  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_message (f->feed, 2, "GRÜSSE", -1);
  gui_feed_message (f->feed, 1, "ping zwei", -1);
  gui_feed_flush (f->feed);
  assert_hits (search, "PING", 2);
  g_assert_cmpint (ui_log_search_get_hit (search, 0)->part, ==, UI_LOG_MESSAGES);
  g_assert_cmpuint (ui_log_search_get_hit (search, 1)->serial, ==, 2);
  assert_hits (search, "listening", 1);
  g_assert_cmpint (ui_log_search_get_hit (search, 0)->part, ==, UI_LOG_INFO);
  assert_hits (search, "grüsse", 1);
  assert_hits (search, "17 fe fd 00 01", 3);    /* the record headers */
  assert_hits (search, "127.0.0.1:40001", 2);
  assert_hits (search, "nowhere", 0);
  assert_hits (search, "", 0);
  assert_hits (search, "ping", 2);

  /* goes on with what comes */
  gui_feed_message (f->feed, 1, "ping drei", -1);
  gui_feed_flush (f->feed);
  test_assert_wait (NULL, is_searched, search);
  g_assert_cmpuint (ui_log_search_get_n_hits (search), ==, 3);
  ui_log_clear (f->log);
  test_assert_wait (NULL, is_searched, search);
  g_assert_cmpuint (ui_log_search_get_n_hits (search), ==, 0);
}

#define ADD(name, func) g_test_add ("/ui/log/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("parts", test_parts);
  ADD ("own-rows", test_own_rows);
  ADD ("bytes-bound", test_bytes_bound);
  ADD ("events-bound", test_events_bound);
  ADD ("event-func", test_event_func);
  ADD ("b2-collapse", test_collapse);
  ADD ("b2-counts", test_counts);
  ADD ("clear", test_clear);
  ADD ("save", test_save);
  ADD ("save-cancelled", test_save_cancelled);
  ADD ("search", test_search);
  return g_test_run ();
}
