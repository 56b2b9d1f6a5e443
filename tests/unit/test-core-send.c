/* SPDX-License-Identifier: MIT */
/* Messages for somebody who is not there: never lost without a row. */
#include "config.h"

#include <string.h>

#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

enum
{
  N_OTHERS = 300,               /* more than are remembered by name */
  INTERVAL_MS = 100
};

static void
send_text (DtlsCore *core, guint64 id, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  dtls_core_send (core, id, bytes);
  dtls_core_settle (core);
}

static void
repeat_text (DtlsCore *core, guint64 id, const char *text, guint times)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  dtls_core_repeat (core, id, bytes, INTERVAL_MS, times);
  dtls_core_settle (core);
}

static guint
count_unsent (GPtrArray *events)
{
  return test_events_count (events, DTLS_EVENT_STATE, DTLS_CODE_SEND_FAILED);
}

/* Exactly one row says so: what, to whom, why. */
static void
assert_told (GPtrArray *events, const DtlsAddress *peer, gsize n_bytes)
{
  TestEvent *event = test_events_find (events, DTLS_CODE_SEND_FAILED);
  const DtlsAddress nobody = { 0 };

  g_assert_cmpuint (count_unsent (events), ==, 1);
  g_assert_cmpint (event->head.number[0], ==, n_bytes);
  g_assert_true (dtls_address_equal (&event->head.peer, peer != NULL ? peer : &nobody));
  g_assert_cmpuint (strlen (event->text), >, 10);
  g_ptr_array_set_size (events, 0);
}

static guint64
get_newest_id (TestServer *server)
{
  DtlsAssociation *association
    = g_queue_peek_tail (&dtls_core_get_table (server->pair->server)->established);

  return association->id;
}

static void
test_to_a_closed_client (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  DtlsCore *core = server->pair->server;
  GPtrArray *events = server->pair->server_events;
  guint64 id = get_newest_id (server);

  test_peer_close (peer);
  test_server_run (server, SECOND);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 0);
  test_server_reset (server);
  send_text (core, id, "hello");
  test_pair_turn (server->pair);
  g_assert_cmpuint (server->n_datagrams, ==, 0);
  /* its totals are what they were: the row is about a message, not about the connection */
  g_assert_cmpuint (test_events_find (events, DTLS_CODE_SEND_FAILED)->head.association, ==, 0);
  assert_told (events, &peer->local, 5);
  send_text (core, id + 1000, "hello");         /* there never was one */
  test_pair_turn (server->pair);
  assert_told (events, NULL, 5);
}

/* Whose name is forgotten: still a row. */
static void
test_to_one_of_many (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *first = test_server_establish (server, NULL), *last = NULL;
  guint64 first_id = get_newest_id (server), last_id = 0;

  test_peer_close (first);
  for (guint i = 0; i < N_OTHERS; i++)
    {
      last = test_server_establish (server, NULL);
      last_id = get_newest_id (server);
      test_peer_close (last);
      test_server_run (server, SECOND / 100);
    }
  send_text (server->pair->server, first_id, "hello");
  test_pair_turn (server->pair);
  assert_told (server->pair->server_events, NULL, 5);
  send_text (server->pair->server, last_id, "hello");
  test_pair_turn (server->pair);
  assert_told (server->pair->server_events, &last->local, 5);
}

static void
test_to_nobody (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer;

  send_text (server->pair->server, 0, "to all");
  test_pair_turn (server->pair);
  assert_told (server->pair->server_events, NULL, 6);
  peer = test_server_establish (server, NULL);
  send_text (server->pair->server, 0, "to all");
  test_server_run (server, SECOND);
  g_assert_cmpuint (peer->messages->len, ==, 1);
  g_assert_cmpuint (count_unsent (server->pair->server_events), ==, 0);
}

/* Before it is established, and after it was closed; it has a name all the time. */
static void
test_of_a_client (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  guint64 id;

  test_pair_listen (pair, NULL, NULL);
  id = test_pair_connect (pair, "A", NULL, 0);
  send_text (pair->client, id, "early");
  test_pair_turn (pair);
  g_assert_cmpuint (test_events_find (pair->client_events, DTLS_CODE_SEND_FAILED)->head.association,
                    ==, id);
  g_assert_cmpstr (test_events_find (pair->client_events, DTLS_CODE_SEND_FAILED)->name, ==, "A");
  assert_told (pair->client_events, &pair->server_address, 5);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  dtls_core_close (pair->client, id, DTLS_CLOSE_LOCAL);
  dtls_core_settle (pair->client);
  send_text (pair->client, id, "late");
  test_pair_turn (pair);
  assert_told (pair->client_events, &pair->server_address, 4);
}

/* What is repeated to a client that went: one row, and no more of it. */
static void
test_repeated_to_a_closed_client (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  repeat_text (server->pair->server, get_newest_id (server), "again", 0);
  test_server_run (server, SECOND);
  g_assert_cmpuint (peer->messages->len, >, 5);
  g_assert_cmpuint (count_unsent (server->pair->server_events), ==, 0);
  test_peer_close (peer);
  test_server_run (server, 10 * SECOND);
  assert_told (server->pair->server_events, &peer->local, 5);
}

/* To all, while there is nobody: one row, and it goes on with the next one who comes; one row
 * more when that one went, too. */
static void
test_repeated_to_nobody (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer;

  repeat_text (server->pair->server, 0, "again", 0);
  test_server_run (server, 10 * SECOND);
  assert_told (server->pair->server_events, NULL, 5);
  peer = test_server_establish (server, NULL);
  test_server_run (server, SECOND);
  g_assert_cmpuint (peer->messages->len, >, 5);
  g_assert_cmpuint (count_unsent (server->pair->server_events), ==, 0);
  test_peer_close (peer);
  test_server_run (server, 10 * SECOND);
  assert_told (server->pair->server_events, NULL, 5);
}

/* A connection that comes back: one row for each time it is away. */
static void
test_repeated_through_a_return (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  g_autoptr (DtlsKey) key = dtls_key_new_demo ();
  g_autoptr (GBytes) identity = g_bytes_new_static ("A", 1);
  DtlsConnectionOptions options = {
    .addresses = &pair->server_address,
    .n_addresses = 1,
    .name = "A",
    .identity = identity,
    .key = key,
    .reconnect = TRUE,
  };
  guint64 id;
  guint n_before;

  test_pair_listen (pair, NULL, NULL);
  id = test_pair_connect_full (pair, &options);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  repeat_text (pair->client, id, "again", 0);
  for (guint i = 0; i < 2; i++)
    {
      test_pair_run (pair, SECOND);
      g_assert_cmpuint (count_unsent (pair->client_events), ==, 0);
      dtls_core_close (pair->server, 0, DTLS_CLOSE_LOCAL);
      dtls_core_settle (pair->server);
      n_before = test_events_count (pair->server_events, DTLS_EVENT_MESSAGE, 0);
      test_pair_run (pair, 10 * SECOND);
      assert_told (pair->client_events, &pair->server_address, 5);
      g_assert_cmpuint (test_events_count (pair->server_events, DTLS_EVENT_MESSAGE, 0), >,
                        n_before + 20);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/core/send/to-a-closed-client", test_to_a_closed_client);
  g_test_add_func ("/dtls/core/send/to-one-of-many", test_to_one_of_many);
  g_test_add_func ("/dtls/core/send/to-nobody", test_to_nobody);
  g_test_add_func ("/dtls/core/send/of-a-client", test_of_a_client);
  g_test_add_func ("/dtls/core/send/repeated-to-a-closed-client", test_repeated_to_a_closed_client);
  g_test_add_func ("/dtls/core/send/repeated-to-nobody", test_repeated_to_nobody);
  g_test_add_func ("/dtls/core/send/repeated-through-a-return", test_repeated_through_a_return);
  return g_test_run ();
}
