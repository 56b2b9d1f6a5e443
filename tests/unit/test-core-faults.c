/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

enum
{
  N_SUITES = 8000,
  MAX_TEXT = 4096,              /* more is no row any more */
  N_STARTS = 30
};

/* What a list of connections would hold: each association that was heard of and did not end. */
static guint
count_rows (GPtrArray *events)
{
  g_autoptr (GHashTable) rows = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < events->len; i++)
    {
      TestEvent *event = g_ptr_array_index (events, i);
      DtlsCode code = event->head.code;

      if (event->head.association == 0)
        continue;
      if (code == DTLS_CODE_CLOSED || code == DTLS_CODE_REPLACED || code == DTLS_CODE_FAILED
          || (code == DTLS_CODE_SNAPSHOT && event->head.number[0] == DTLS_SNAPSHOT_GONE))
        g_hash_table_remove (rows, &event->head.association);
      else
        g_hash_table_add (rows, &event->head.association);
    }
  return g_hash_table_size (rows);
}

static void
assert_rows (TestServer *server, guint n)
{
  test_pair_turn (server->pair);
  g_assert_cmpuint (test_server_get_n_half_open (server) + test_server_get_n_established (server),
                    ==, n);
  g_assert_cmpuint (count_rows (server->pair->server_events), ==, n);
}

/* One stranger who starts over and over leaves one row, not one for each start. */
static void
test_rows_started_over (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = test_address ("198.18.0.1", 5000);

  for (guint i = 0; i < N_STARTS; i++)
    g_assert_true (test_server_stall (server, &from, i));
  assert_rows (server, 1);
}

static void
test_rows_clock_step (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = test_address ("198.18.0.1", 5000);

  g_assert_true (test_server_stall (server, &from, 1));
  test_clock_step_real (3600 * SECOND);
  assert_rows (server, 0);
}

static void
test_rows_close_all (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = test_address ("198.18.0.1", 5000);
  TestPeer *peer = test_server_establish (server, NULL);

  g_assert_true (test_server_stall (server, &from, 1));
  g_assert_true (test_server_stall (server, &peer->local, 2));
  assert_rows (server, 3);
  dtls_core_close (server->pair->server, 0, DTLS_CLOSE_LOCAL);
  assert_rows (server, 0);
}

/* A hello of 16 KiB is no reason for a row of a quarter of a megabyte. */
static void
test_many_suites (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = test_address ("198.18.0.1", 5000);
  g_autoptr (GByteArray) small = test_forge_hello (1, 0, NULL, 0);
  const guint8 *cookie;
  gsize n_cookie;
  TestEvent *event;

  test_server_reset (server);
  for (guint with_cookie = 0; with_cookie < 2; with_cookie++)
    {
      g_autoptr (GByteArray) body = g_byte_array_new ();
      guint8 head[4] = { 0, 0, N_SUITES * 2 >> 8, N_SUITES * 2 & 0xff };
      static const guint8 tail[] = { 1, 0 }, suite[] = { 0xcc, 0xa8 };

      /* version and random of the small one, then session id, cookie, suites, compression */
      g_byte_array_append (body, small->data + 13 + 12, 34);
      g_byte_array_append (body, head, 1);
      head[1] = with_cookie ? n_cookie : 0;
      g_byte_array_append (body, head + 1, 1);
      if (with_cookie)
        g_byte_array_append (body, cookie, n_cookie);
      g_byte_array_append (body, head + 2, 2);
      for (guint i = 0; i < N_SUITES; i++)
        g_byte_array_append (body, suite, 2);
      g_byte_array_append (body, tail, 2);
      test_server_forge (server, &from,
                         test_forge_handshake (1, with_cookie, with_cookie, body->data,
                                               body->len));
      if (!with_cookie)
        g_assert_true (test_forge_read_cookie (server->last, server->n_last, &cookie, &n_cookie));
    }
  event = test_events_find (server->pair->server_events, DTLS_CODE_NO_COMMON_SUITE);
  g_assert_nonnull (event);
  g_assert_cmpuint (strlen (event->text), <, MAX_TEXT);
  g_assert_cmpuint (event->head.size, <, 2 * MAX_TEXT);
}

/* Nor is an identity of 16 000 bytes one for seven rows of that size. */
static void
test_long_identity (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autofree guint8 *identity = g_malloc0 (16000);
  TestPeerOptions options = { .identity = identity, .n_identity = 16000 };
  TestEvent *event;

  test_server_add_peer (server, &options);
  test_server_run (server, 60 * SECOND);
  event = test_events_find (server->pair->server_events, DTLS_CODE_UNKNOWN_IDENTITY);
  g_assert_nonnull (event);
  g_assert_cmpuint (event->head.flags & DTLS_EVENT_FLAG_TRUNCATED, !=, 0);
  event = test_events_find (server->pair->server_events, DTLS_CODE_IDENTITY);
  g_assert_cmpint (event->head.number[0], ==, 16000);
  for (guint i = 0; i < server->pair->server_events->len; i++)
    {
      event = g_ptr_array_index (server->pair->server_events, i);
      g_assert_cmpuint (event->head.size, <, 1024);
    }
}

/* From one address to all on the same port: the sessions of the old socket are told of their end. */
static void
test_widen_says_goodbye (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  g_autoptr (DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new_shared (demo);
  g_autoptr (DtlsProfile) profile = dtls_profile_new ("compatible", NULL);
  g_autoptr (GError) error = NULL;
  DtlsAddress all = test_address ("::", DTLS_DEFAULT_PORT);
  DtlsListenOptions options = test_listen_options (&all, credentials, profile);

  g_assert_true (dtls_core_listen (server->pair->server, &options, NULL, &error));
  g_assert_no_error (error);
  test_server_run (server, SECOND);
  g_assert_true (peer->closed);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 0);
  g_assert_nonnull (test_server_establish (server, NULL));
}

/* A send buffer that is full is our own affair, and says nothing about the server. */
static void
test_full_send_buffer (void)
{
  static const int errors[] = { EAGAIN, ENOBUFS, ENOMEM };
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsAssociation *association;
  guint64 id, before;

  test_pair_listen (pair, NULL, NULL);
  id = test_pair_connect (pair, "Alice", NULL, 0);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  association = dtls_table_find_id (dtls_core_get_table (pair->client), id);
  before = pair->client_counts[DTLS_COUNT_SEND_ERRORS];
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    test_pipe_inject_error (TEST_PIPE (pair->client_pipe), &association->path, errors[i]);
  test_pair_turn (pair);
  g_assert_null (test_events_find (pair->client_events, DTLS_CODE_UNREACHABLE));
  g_assert_cmpuint (pair->client_counts[DTLS_COUNT_SEND_ERRORS], ==,
                    before + G_N_ELEMENTS (errors));
}

/* A thread that was not run for a while between its two looks at the clock is no step of it. */
static void
test_late_turn (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = test_address ("198.18.0.1", 5000);
  gint64 now_us;

  g_assert_true (test_server_stall (server, &from, 1));
  now_us = test_clock_get ();
  test_clock_advance (300 * 1000);
  dtls_core_turn (server->pair->server, now_us);
  test_pair_turn (server->pair);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 1);
}

static void
connect_to_two (TestPair *pair, const char *ip, guint16 silent_port, gboolean refusing)
{
  g_autoptr (DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr (GBytes) identity = g_bytes_new_static ("Alice", 5);
  DtlsAddress addresses[2] = { test_address (ip, silent_port), pair->server_address };
  DtlsConnectionOptions options = {
    .addresses = addresses,
    .n_addresses = 2,
    .name = "Alice",
    .identity = identity,
    .key = demo,
    .local_port = 5555,
  };

  test_network_set_refusing (pair->network, refusing);
  test_pair_connect_full (pair, &options);
}

/* One local port serves one address of a family at a time: the later ones get their turn. */
static void
test_local_port_of_two (gconstpointer refusing)
{
  g_autoptr (TestPair) pair = test_pair_new ();

  test_pair_listen (pair, NULL, NULL);
  connect_to_two (pair, "127.0.0.1", 9, GPOINTER_TO_INT (refusing));
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED,
                                      10 * SECOND));
}

/* What is repeated to an association that cannot come back ends with it. */
static void
test_repeat_ends (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  DtlsHub *hub = dtls_core_get_hub (server->pair->server);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("again", 5);
  DtlsAssociation *association
    = g_queue_peek_head (&dtls_core_get_table (server->pair->server)->established);

  dtls_core_repeat (server->pair->server, association->id, bytes, 100, 0);
  test_server_run (server, SECOND);
  g_assert_cmpuint (peer->messages->len, >=, 10);
  test_peer_close (peer);
  test_server_run (server, SECOND);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 0);
  g_assert_cmpint (dtls_deadlines_next (&hub->deadlines), ==, G_MAXINT64);
}

static gboolean
keep_first_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  GByteArray *kept = user_data;

  if (kept->len == 0)
    g_byte_array_append (kept, datagram->bytes->data, datagram->bytes->len);
  return TRUE;
}

/* A late copy of the first hello of an established session, which has no cookie, is a copy, too:
 * no answer, no row about an address that is not verified. */
static void
test_late_first_hello (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  g_autoptr (GByteArray) first = g_byte_array_new ();
  DtlsAddress client;
  guint64 n_sent;

  test_pair_listen (pair, NULL, NULL);
  test_network_set_tap (pair->network, keep_first_cb, first);
  test_pair_connect (pair, "Alice", NULL, 0);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  client = test_events_find (pair->server_events, DTLS_CODE_ESTABLISHED)->head.peer;
  n_sent = test_network_get_n_sent (pair->network);
  test_network_inject (pair->network, &client, &pair->server_address, first->data, first->len,
                       test_clock_get ());
  test_pair_run (pair, SECOND);
  g_assert_cmpuint (test_network_get_n_sent (pair->network), ==, n_sent);
  g_assert_cmpuint (test_events_count (pair->server_events, DTLS_EVENT_STATE,
                                       DTLS_CODE_NOT_VERIFIED), ==, 1);
  g_assert_cmpuint (pair->server_counts[DTLS_COUNT_DISCARDED], ==, 1);
}

/* Keeps the server's ChangeCipherSpec and Finished. */
static gboolean
keep_finished_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  GByteArray *kept = user_data;

  if (kept->len > 0 || datagram->bytes->data[0] != 20 || datagram->from.port != DTLS_DEFAULT_PORT)
    return TRUE;
  g_byte_array_append (kept, datagram->bytes->data, datagram->bytes->len);
  return FALSE;
}

/* A goodbye that overtakes the Finished waits for it: that was a connection, not a failure. */
static void
test_goodbye_overtakes (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  g_autoptr (GByteArray) kept = g_byte_array_new ();
  DtlsAddress client;
  TestEvent *event;

  test_pair_listen (pair, NULL, NULL);
  test_network_set_tap (pair->network, keep_finished_cb, kept);
  test_pair_connect (pair, "Alice", NULL, 0);
  g_assert_true (test_pair_run_until (pair, pair->server_events, DTLS_CODE_ESTABLISHED, SECOND));
  client = test_events_find (pair->server_events, DTLS_CODE_ESTABLISHED)->head.peer;
  dtls_core_close (pair->server, 0, DTLS_CLOSE_LOCAL);
  test_pair_run (pair, 1000);
  test_network_inject (pair->network, &pair->server_address, &client, kept->data, kept->len,
                       test_clock_get ());
  test_pair_run (pair, 1000);
  g_assert_null (test_events_find (pair->client_events, DTLS_CODE_FAILED));
  g_assert_nonnull (test_events_find (pair->client_events, DTLS_CODE_ESTABLISHED));
  event = test_events_find (pair->client_events, DTLS_CODE_CLOSED);
  g_assert_nonnull (event);
  g_assert_cmpint (event->head.number[0], ==, DTLS_CLOSE_PEER);
}

/* Writes events of one kind until the queue takes no more; returns how many went in. */
static guint
fill (DtlsCore *core, DtlsEventKind kind)
{
  DtlsEventFields fields = { 0 };
  guint n = 0;

  while (dtls_hub_begin (dtls_core_get_hub (core), kind, DTLS_CODE_NONE, &fields) != NULL)
    {
      dtls_hub_commit (dtls_core_get_hub (core));
      n++;
    }
  return n;
}

/* Reads all there is; returns how many of them are snapshots, and the last event; an established
 * one names the most bytes of data that fit. */
static guint
read_snapshots (DtlsEventQueue *queue, DtlsEvent *last)
{
  guint64 counts[DTLS_N_COUNTS];
  DtlsEventRange range;
  guint n = 0;

  while (dtls_event_queue_take (queue, &range, 1, counts) > 0)
    {
      guint32 at;

      for (const DtlsEvent *event = dtls_event_range_next (&range, NULL, &at); event != NULL;
           event = dtls_event_range_next (&range, event, &at))
        {
          n += event->code == DTLS_CODE_SNAPSHOT;
          if (event->code == DTLS_CODE_SNAPSHOT && event->association != 0)
            g_assert_true (event->number[0] == DTLS_SNAPSHOT_ESTABLISHED
                             ? event->number[1] > 1100 && event->number[1] < 1200
                             : event->number[1] == 0);
          *last = *event;
        }
      dtls_event_range_clear (&range);
    }
  return n;
}

/* A reader too slow for the messages gets no snapshots on top; one that lost a state gets all. */
static void
test_resync (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsEventQueue *queue = dtls_event_queue_new (1 << 20, 64);
  DtlsTransport *pipe = test_pipe_new (server->pair->network);
  DtlsCore *core = dtls_core_new (pipe, queue, 3, test_clock_get ());
  g_autoptr (DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr (GBytes) identity = g_bytes_new_static ("Alice", 5);
  g_autoptr (DtlsProfile) profile = dtls_profile_new ("compatible", NULL);
  g_autoptr (DtlsSessionConfig) config
    = dtls_session_config_new (DTLS_ROLE_CLIENT, profile, NULL, 0, 0, NULL);
  DtlsConnectionOptions options = {
    .addresses = &server->pair->server_address,
    .n_addresses = 1,
    .name = "Alice",
    .identity = identity,
    .key = demo,
    .config = config,
  };
  guint64 established = dtls_core_connect (core, &options), trying;
  DtlsAddress nowhere = test_address ("127.0.0.1", 9);
  DtlsEvent last = { 0 };

  for (guint i = 0; i < 20; i++)
    {
      dtls_core_turn (core, test_clock_get ());
      test_pair_turn (server->pair);
    }
  g_assert_nonnull (dtls_table_find_id (dtls_core_get_table (core), established));
  options.addresses = &nowhere;
  trying = dtls_core_connect (core, &options);
  dtls_core_turn (core, test_clock_get () + 1000);
  g_assert_cmpuint (trying, !=, established);
  read_snapshots (queue, &last);

  dtls_core_resync (core);
  g_assert_cmpuint (read_snapshots (queue, &last), ==, 0);
  g_assert_cmpuint (fill (core, DTLS_EVENT_MESSAGE), >, 0);
  dtls_core_resync (core);
  g_assert_cmpuint (read_snapshots (queue, &last), ==, 0);

  g_assert_cmpuint (fill (core, DTLS_EVENT_STATE), >, 0);
  dtls_core_resync (core);              /* all of it lost again: the next one says it */
  g_assert_cmpuint (read_snapshots (queue, &last), ==, 0);
  dtls_core_resync (core);
  g_assert_cmpuint (read_snapshots (queue, &last), ==, 3);
  g_assert_cmpuint (last.association, ==, 0);
  g_assert_cmpint (last.number[0], ==, DTLS_SNAPSHOT_ALL);
  g_assert_cmpint (last.number[1], ==, 2);
  dtls_core_resync (core);
  g_assert_cmpuint (read_snapshots (queue, &last), ==, 0);
  dtls_core_free (core);
  g_object_unref (pipe);
  dtls_event_queue_unref (queue);
}

/* A client that sends as fast as it can to a reader that does not read: what was sent is no state,
 * and leaves room for those. */
static void
test_sent_is_no_state (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsEventQueue *queue = dtls_event_queue_new (1 << 20, 64);
  DtlsTransport *pipe = test_pipe_new (server->pair->network);
  DtlsCore *core = dtls_core_new (pipe, queue, 3, test_clock_get ());
  g_autoptr (DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr (GBytes) identity = g_bytes_new_static ("Alice", 5);
  g_autoptr (DtlsProfile) profile = dtls_profile_new ("compatible", NULL);
  g_autoptr (DtlsSessionConfig) config
    = dtls_session_config_new (DTLS_ROLE_CLIENT, profile, NULL, 0, 0, NULL);
  DtlsConnectionOptions options = {
    .addresses = &server->pair->server_address,
    .n_addresses = 1,
    .name = "Alice",
    .identity = identity,
    .key = demo,
    .config = config,
  };
  DtlsEvent last = { 0 };

  dtls_core_connect (core, &options);
  for (guint i = 0; i < 20; i++)
    {
      dtls_core_turn (core, test_clock_get ());
      test_pair_turn (server->pair);
    }
  read_snapshots (queue, &last);
  g_assert_cmpint (last.code, ==, DTLS_CODE_ESTABLISHED);
  for (guint i = 0; i < 200; i++)
    dtls_core_send (core, 0, identity);
  dtls_core_close (core, 0, DTLS_CLOSE_LOCAL);
  g_assert_false (dtls_event_queue_take_lost_vital (queue));
  read_snapshots (queue, &last);
  g_assert_cmpint (last.code, ==, DTLS_CODE_CLOSED);
  dtls_core_free (core);
  g_object_unref (pipe);
  dtls_event_queue_unref (queue);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/core/rows-started-over", test_rows_started_over);
  g_test_add_func ("/dtls/core/rows-clock-step", test_rows_clock_step);
  g_test_add_func ("/dtls/core/rows-close-all", test_rows_close_all);
  g_test_add_func ("/dtls/core/many-suites", test_many_suites);
  g_test_add_func ("/dtls/core/long-identity", test_long_identity);
  g_test_add_func ("/dtls/core/widen-says-goodbye", test_widen_says_goodbye);
  g_test_add_func ("/dtls/core/full-send-buffer", test_full_send_buffer);
  g_test_add_func ("/dtls/core/late-turn", test_late_turn);
  g_test_add_data_func ("/dtls/core/local-port/silent", GINT_TO_POINTER (FALSE),
                        test_local_port_of_two);
  g_test_add_data_func ("/dtls/core/local-port/refused", GINT_TO_POINTER (TRUE),
                        test_local_port_of_two);
  g_test_add_func ("/dtls/core/repeat-ends", test_repeat_ends);
  g_test_add_func ("/dtls/core/late-first-hello", test_late_first_hello);
  g_test_add_func ("/dtls/core/goodbye-overtakes", test_goodbye_overtakes);
  g_test_add_func ("/dtls/core/resync", test_resync);
  g_test_add_func ("/dtls/core/sent-is-no-state", test_sent_is_no_state);
  return g_test_run ();
}
