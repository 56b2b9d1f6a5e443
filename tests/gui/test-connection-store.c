/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-feed.h"
#include "test-util.h"

typedef struct
{
  UiConnectionStore *store;
  GuiFeed           *feed;
  guint              n_changes;
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
  f->store = ui_connection_store_new (GPOINTER_TO_INT (user_data));
  f->feed = gui_feed_new (NULL, f->store);
  g_signal_connect_swapped (f->store, "items-changed", G_CALLBACK (count_cb), &f->n_changes);
}

static void
tear_down (Fixture      *f,
           gconstpointer user_data)
{
  gui_feed_free (f->feed);
  g_assert_finalize_object (f->store);
}

static void
flush (Fixture *f)
{
  gui_feed_flush (f->feed);
  ui_connection_store_flush (f->store);
}

static void
establish (Fixture *f,
           guint64  id)
{
  gui_feed_begin (f->feed, DTLS_CODE_ESTABLISHED, id, "TLS_PSK_WITH_AES_128_CCM_8", -1, NULL, "me");
  gui_feed_commit (f->feed);
}

static guint
n_rows (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->store));
}

static void
assert_words (Fixture    *f,
              guint64     id,
              const char *property,
              const char *expected)
{
  UiConnection *connection = ui_connection_store_lookup (f->store, id);
  g_autofree char *text = NULL;

  g_assert_nonnull (connection);
  g_object_get (connection, property, &text, NULL);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_counts (Fixture *f,
               guint    n_open,
               guint    n_connected,
               guint    n_targets)
{
  guint n_handshakes;

  g_assert_cmpuint (ui_connection_store_get_n_open (f->store), ==, n_open);
  g_assert_cmpuint (ui_connection_store_get_n_connected (f->store), ==, n_connected);
  g_object_get (f->store, "n-handshakes", &n_handshakes, NULL);
  g_assert_cmpuint (n_handshakes, ==, n_open - n_connected);
  g_assert_cmpuint (g_list_model_get_n_items (ui_connection_store_get_connected (f->store)), ==,
                    n_targets);
}

static void
test_life (Fixture      *f,
           gconstpointer user_data)
{
  DtlsEvent *event;

  gui_feed_state (f->feed, DTLS_CODE_LISTENING, 0);
  gui_feed_state (f->feed, DTLS_CODE_NOT_VERIFIED, 0);
  flush (f);
  g_assert_cmpuint (n_rows (f), ==, 0);
  gui_feed_state (f->feed, DTLS_CODE_VERIFIED, 1);
  flush (f);
  assert_words (f, 1, "state-text", "Handshake");
  assert_words (f, 1, "peer", "127.0.0.1:40001");
  assert_words (f, 1, "identity", "—");
  assert_words (f, 1, "cipher", "—");
  assert_words (f, 1, "title", "127.0.0.1:40001");
  assert_counts (f, 1, 0, 0);

  gui_feed_begin (f->feed, DTLS_CODE_IDENTITY, 1, NULL, 0, NULL, "<b>\xff");
  gui_feed_commit (f->feed);
  event = gui_feed_begin (f->feed, DTLS_CODE_RETRANSMIT, 1, NULL, 0, NULL, NULL);
  event->number[0] = 4;
  gui_feed_commit (f->feed);
  flush (f);
  assert_words (f, 1, "identity", "<b>\\xff");
  assert_words (f, 1, "state-text", "Handshake, flight 4 again");

  establish (f, 1);
  flush (f);
  assert_words (f, 1, "state-text", "Connected");
  assert_words (f, 1, "cipher", "PSK-AES128-CCM8");
  assert_counts (f, 1, 1, 1);

  /* a repeat of the last flight is no step back */
  gui_feed_state (f->feed, DTLS_CODE_RETRANSMIT, 1);
  gui_feed_state (f->feed, DTLS_CODE_UNREACHABLE, 1);
  flush (f);
  assert_words (f, 1, "state-text", "Unreachable");
  assert_counts (f, 1, 1, 1);
  event = gui_feed_begin (f->feed, DTLS_CODE_NONE, 1, "x", 1, NULL, NULL);
  event->totals.messages_in = 7;
  event->totals.messages_out = 3;
  gui_feed_commit (f->feed);
  flush (f);
  assert_words (f, 1, "state-text", "Connected");
  assert_words (f, 1, "in-out", "7 / 3");

  gui_feed_state (f->feed, DTLS_CODE_CLOSED, 1);
  flush (f);
  assert_words (f, 1, "state-text", "Closed");
  assert_counts (f, 0, 0, 0);
  g_assert_cmpuint (n_rows (f), ==, 1);
}

/* A diagnosis stays until it is taken back, and stays the word of the ended row. */
static void
test_diagnosis (Fixture      *f,
                gconstpointer user_data)
{
  gui_feed_state (f->feed, DTLS_CODE_VERIFIED, 1);
  gui_feed_state (f->feed, DTLS_CODE_KEY_DIFFERS, 1);
  gui_feed_state (f->feed, DTLS_CODE_PROGRESS, 1);
  gui_feed_state (f->feed, DTLS_CODE_RETRANSMIT, 1);
  flush (f);
  assert_words (f, 1, "state-text", "Key differs");
  gui_feed_state (f->feed, DTLS_CODE_KEY_AGREES, 1);
  establish (f, 1);
  flush (f);
  assert_words (f, 1, "state-text", "Connected");

  gui_feed_state (f->feed, DTLS_CODE_VERIFIED, 2);
  gui_feed_state (f->feed, DTLS_CODE_UNKNOWN_IDENTITY, 2);
  gui_feed_state (f->feed, DTLS_CODE_FAILED, 2);
  flush (f);
  assert_words (f, 2, "state-text", "Unknown identity");
  g_assert_true (ui_connection_get_ended (ui_connection_store_lookup (f->store, 2)));
  assert_counts (f, 1, 1, 1);
}

static void
test_reconnect (Fixture      *f,
                gconstpointer user_data)
{
  gui_feed_begin (f->feed, DTLS_CODE_STARTING, 1, NULL, 0, "Alice (clone number 0)", "Alice");
  gui_feed_commit (f->feed);
  flush (f);
  assert_words (f, 1, "state-text", "Connecting");
  assert_words (f, 1, "name", "Alice (clone number 0)");
  assert_words (f, 1, "title", "Alice (clone number 0)");
  establish (f, 1);
  gui_feed_state (f->feed, DTLS_CODE_CLOSED, 1);
  flush (f);
  assert_counts (f, 0, 0, 0);
  gui_feed_state (f->feed, DTLS_CODE_RECONNECTING, 1);
  flush (f);
  assert_words (f, 1, "state-text", "Reconnecting");
  assert_counts (f, 1, 0, 0);
  establish (f, 1);
  flush (f);
  assert_counts (f, 1, 1, 1);
  g_assert_cmpuint (n_rows (f), ==, 1);
}

static void
test_ended_bound (Fixture      *f,
                  gconstpointer user_data)
{
  guint n = 0;

  for (guint64 id = 1; id <= 1000; id++)
    {
      establish (f, id);
      if (id % 10 != 0)
        gui_feed_state (f->feed, DTLS_CODE_CLOSED, id);
    }
  flush (f);
  /* 100 live ones, and the newest 200 of the ended */
  g_assert_cmpuint (n_rows (f), ==, 100 + UI_CONNECTION_STORE_MAX_ENDED);
  assert_counts (f, 100, 100, 100);
  g_assert_null (ui_connection_store_lookup (f->store, 1));
  g_assert_nonnull (ui_connection_store_lookup (f->store, 10));
  g_assert_nonnull (ui_connection_store_lookup (f->store, 999));
  for (guint i = 0; i < n_rows (f); i++)
    {
      g_autoptr(UiConnection) row = g_list_model_get_item (G_LIST_MODEL (f->store), i);

      g_assert_true (ui_connection_store_lookup (f->store, ui_connection_get_id (row)) == row);
      n += ui_connection_get_ended (row);
    }
  g_assert_cmpuint (n, ==, UI_CONNECTION_STORE_MAX_ENDED);

  /* what is dropped does not come back by a late word */
  gui_feed_state (f->feed, DTLS_CODE_CLOSED, 1);
  flush (f);
  g_assert_null (ui_connection_store_lookup (f->store, 1));
}

/* Whatever the rate of events: a few changes of the model and of each row, not one an event. */
static void
test_batches (Fixture      *f,
              gconstpointer user_data)
{
  guint n_notified = 0;
  gint64 start_us, spent_us;

  establish (f, 1);
  flush (f);
  g_signal_connect_swapped (ui_connection_store_lookup (f->store, 1), "notify::in-out",
                            G_CALLBACK (count_cb), &n_notified);
  f->n_changes = 0;
  start_us = g_get_monotonic_time ();
  for (guint turn = 0; turn < 200; turn++)
    {
      for (guint i = 0; i < 50; i++)
        gui_feed_message (f->feed, 1, "x", 1);
      establish (f, 100 + turn);
      gui_feed_flush (f->feed);
      g_main_context_iteration (NULL, FALSE);
    }
  spent_us = g_get_monotonic_time () - start_us;
  g_assert_cmpuint (n_notified, <=, 2 + spent_us / 250000);
  g_assert_cmpuint (f->n_changes, <=, 2 + spent_us / 250000);
  ui_connection_store_flush (f->store);
  g_assert_cmpuint (n_rows (f), ==, 201);
}

/* A lower bound takes rows out that have changed, or are not shown yet, since the last flush. */
static void
test_ended_bound_lowered (Fixture      *f,
                          gconstpointer user_data)
{
  for (guint64 id = 1; id <= 4; id++)
    establish (f, id);
  flush (f);
  for (guint64 id = 1; id <= 3; id++)
    gui_feed_state (f->feed, DTLS_CODE_CLOSED, id);
  establish (f, 5);
  gui_feed_state (f->feed, DTLS_CODE_CLOSED, 5);
  gui_feed_flush (f->feed);
  g_assert_cmpuint (n_rows (f), ==, 4);

  ui_connection_store_set_max_ended (f->store, 0);
  g_assert_cmpuint (n_rows (f), ==, 1);
  flush (f);
  g_assert_cmpuint (n_rows (f), ==, 1);
  assert_counts (f, 1, 1, 1);
}

/* Who was answered counts, also when the row is not kept. */
static void
test_answered (Fixture      *f,
               gconstpointer user_data)
{
  for (guint64 id = 1; id <= 3; id++)
    {
      DtlsEvent *event = gui_feed_begin (f->feed, DTLS_CODE_ESTABLISHED, id, NULL, 0, "A", NULL);

      event->totals.messages_out = 1;
      event->totals.messages_in = id == 3 ? 0 : 1;
      gui_feed_commit (f->feed);
    }
  establish (f, 4);
  flush (f);
  g_assert_cmpuint (ui_connection_store_get_n_answered (f->store), ==, 3);

  for (guint64 id = 1; id <= 4; id++)
    {
      DtlsEvent *event = gui_feed_begin (f->feed, DTLS_CODE_CLOSED, id, NULL, 0, "A", NULL);

      event->totals = *ui_connection_get_totals (ui_connection_store_lookup (f->store, id));
      gui_feed_commit (f->feed);
    }
  flush (f);
  g_assert_cmpuint (ui_connection_store_get_n_answered (f->store), ==, 2);
  ui_connection_store_set_max_ended (f->store, 0);
  g_assert_cmpuint (n_rows (f), ==, 0);
  g_assert_cmpuint (ui_connection_store_get_n_answered (f->store), ==, 2);
}

static gboolean
has_rows (gpointer user_data)
{
  return n_rows (user_data) == 2;
}

/* What came within the quarter of a second is shown after it, without another event. */
static void
test_timer (Fixture      *f,
            gconstpointer user_data)
{
  establish (f, 1);
  gui_feed_flush (f->feed);
  g_assert_cmpuint (n_rows (f), ==, 1);
  establish (f, 2);
  gui_feed_flush (f->feed);
  g_assert_cmpuint (n_rows (f), ==, 1);
  test_assert_wait (NULL, has_rows, f);
}

static void
test_pings (Fixture      *f,
            gconstpointer user_data)
{
  g_autofree char *summary = NULL;
  g_autofree char *rtt = NULL;
  guint rtt_us;
  guint64 lost, sent;

  for (guint64 id = 1; id <= 3; id++)
    {
      DtlsEvent *event = gui_feed_begin (f->feed, DTLS_CODE_ESTABLISHED, id, NULL, 0, "A", NULL);

      event->totals.pings_sent = 10;
      event->totals.pings_lost = id - 1;
      event->totals.rtt_median_us = 800 * id;
      gui_feed_commit (f->feed);
    }
  flush (f);
  ui_connection_store_get_pings (f->store, &rtt_us, &lost, &sent);
  g_assert_cmpuint (rtt_us, ==, 1600);
  g_assert_cmpuint (lost, ==, 3);
  g_assert_cmpuint (sent, ==, 30);
  g_object_get (f->store, "summary", &summary, NULL);
  g_assert_cmpstr (summary, ==, "RTT 1.6 ms · lost 3 of 30");
  assert_words (f, 2, "rtt", "1.6 ms");

  /* the rows and all of them together in the same words, also on one computer */
  for (guint64 id = 1; id <= 3; id++)
    {
      DtlsEvent *event = gui_feed_begin (f->feed, DTLS_CODE_SENT, id, NULL, 0, NULL, NULL);

      event->totals.pings_sent = 11;
      event->totals.rtt_median_us = 30;
      gui_feed_commit (f->feed);
    }
  flush (f);
  g_free (summary);
  g_object_get (f->store, "summary", &summary, NULL);
  g_assert_cmpstr (summary, ==, "RTT 30 µs · lost 0 of 33");
  assert_words (f, 2, "rtt", "30 µs");
}

static void
assert_fits (Fixture *f,
             guint64  id,
             guint    expected)
{
  g_assert_cmpuint (ui_connection_store_get_max_bytes (f->store, id), ==, expected);
}

static void
feed_fits (Fixture *f,
           guint64  id,
           DtlsCode code,
           gint32   first,
           gint32   second)
{
  DtlsEvent *event = gui_feed_begin (f->feed, code, id, NULL, 0, NULL, NULL);

  event->number[0] = first;
  event->number[1] = second;
  gui_feed_commit (f->feed);
  flush (f);
}

/* How much data fits, to each and to all: also where the events that said it were lost. */
static void
test_max_bytes (Fixture      *f,
                gconstpointer user_data)
{
  guint n = 0;

  assert_fits (f, 0, 0);
  feed_fits (f, 1, DTLS_CODE_VERIFIED, 0, 0);
  assert_fits (f, 0, 0);
  g_signal_connect_swapped (f->store, "notify::max-bytes", G_CALLBACK (count_cb), &n);
  feed_fits (f, 1, DTLS_CODE_ESTABLISHED, 1171, 0);
  g_assert_cmpuint (n, ==, 1);
  assert_fits (f, 1, 1171);
  assert_fits (f, 0, 1171);
  feed_fits (f, 2, DTLS_CODE_SNAPSHOT, DTLS_SNAPSHOT_HALF_OPEN, 0);
  feed_fits (f, 2, DTLS_CODE_SNAPSHOT, DTLS_SNAPSHOT_ESTABLISHED, 900);
  g_assert_cmpuint (n, ==, 2);
  assert_fits (f, 2, 900);
  assert_fits (f, 0, 900);
  feed_fits (f, 1, DTLS_CODE_SNAPSHOT, DTLS_SNAPSHOT_ESTABLISHED, 1000);
  g_assert_cmpuint (n, ==, 3);
  assert_fits (f, 1, 1000);
  assert_fits (f, 0, 900);
  feed_fits (f, 2, DTLS_CODE_CLOSED, 0, 0);
  assert_fits (f, 0, 1000);
  n = 0;
  gui_feed_message (f->feed, 1, "x", 1);
  flush (f);
  g_assert_cmpuint (n, ==, 0);
}

/* Only rows that a cell is bound to are told that time goes by. */
static void
test_times (Fixture      *f,
            gconstpointer user_data)
{
  guint n = 0;
  gint64 now_us;

  establish (f, 1);
  establish (f, 2);
  flush (f);
  now_us = ui_connection_get_last_us (ui_connection_store_lookup (f->store, 1));
  ui_connection_store_refresh_times (f->store, now_us);
  g_signal_connect_swapped (ui_connection_store_lookup (f->store, 1), "notify::last",
                            G_CALLBACK (count_cb), &n);
  ui_connection_store_refresh_times (f->store, now_us + 20 * G_USEC_PER_SEC);
  g_assert_cmpuint (n, ==, 1);
  ui_connection_store_refresh_times (f->store, now_us + 21 * G_USEC_PER_SEC);
  g_assert_cmpuint (n, ==, 2);
  ui_connection_store_refresh_times (f->store, now_us + 61 * G_USEC_PER_SEC);
  ui_connection_store_refresh_times (f->store, now_us + 90 * G_USEC_PER_SEC); /* the same minute */
  g_assert_cmpuint (n, ==, 3);
}

#define ADD(name, role, func)                                                                      \
  g_test_add ("/ui/connection-store/" name, Fixture, GINT_TO_POINTER (role), set_up, func,         \
              tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("life", DTLS_ROLE_SERVER, test_life);
  ADD ("diagnosis", DTLS_ROLE_SERVER, test_diagnosis);
  ADD ("reconnect", DTLS_ROLE_CLIENT, test_reconnect);
  ADD ("ended-bound", DTLS_ROLE_SERVER, test_ended_bound);
  ADD ("ended-bound-lowered", DTLS_ROLE_SERVER, test_ended_bound_lowered);
  ADD ("batches", DTLS_ROLE_SERVER, test_batches);
  ADD ("timer", DTLS_ROLE_SERVER, test_timer);
  ADD ("pings", DTLS_ROLE_CLIENT, test_pings);
  ADD ("answered", DTLS_ROLE_CLIENT, test_answered);
  ADD ("max-bytes", DTLS_ROLE_SERVER, test_max_bytes);
  ADD ("times", DTLS_ROLE_SERVER, test_times);
  return g_test_run ();
}
