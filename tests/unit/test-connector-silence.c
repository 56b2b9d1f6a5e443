/* SPDX-License-Identifier: MIT */
/* A client without pings, whose messages get no answer. */
#include "config.h"

#include <string.h>

#include "test-clock.h"
#include "test-pair.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

static guint64
establish (TestPair *pair, DtlsReply reply, gboolean reconnect)
{
  g_autoptr (DtlsKey) key = dtls_key_new_demo ();
  g_autoptr (GBytes) identity = g_bytes_new_static ("A", 1);
  DtlsConnectionOptions options = {
    .addresses = &pair->server_address,
    .n_addresses = 1,
    .name = "A",
    .identity = identity,
    .key = key,
    .reconnect = reconnect,
  };
  guint64 id;

  test_pair_listen (pair, NULL, NULL);
  dtls_core_get_listener (pair->server)->reply = reply;
  id = test_pair_connect_full (pair, &options);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  return id;
}

static void
send_text (TestPair *pair, guint64 id, guint n)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);

  for (guint i = 0; i < n; i++)
    {
      dtls_core_send (pair->client, id, bytes);
      dtls_core_settle (pair->client);
      test_pair_run (pair, SECOND / 10);
    }
}

static void
restart_server (TestPair *pair)
{
  dtls_core_free (pair->server);
  pair->server = dtls_core_new (pair->server_pipe, pair->server_queue, 3, test_clock_get ());
  test_pair_listen (pair, NULL, NULL);
}

static guint
count (TestPair *pair, DtlsCode code)
{
  return test_events_count (pair->client_events, DTLS_EVENT_STATE, code);
}

/* C8: three messages without an answer, and one word about it; it comes back if it may. */
static void
test_lost_state (gconstpointer data)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  gboolean reconnect = GPOINTER_TO_INT (data);
  guint64 id = establish (pair, DTLS_REPLY_ACK, reconnect);
  TestEvent *event;
  guint n;

  send_text (pair, id, 3);
  restart_server (pair);
  send_text (pair, id, 2);
  test_pair_run (pair, 60 * SECOND);    /* two may be lost on the way */
  g_assert_cmpuint (count (pair, DTLS_CODE_UNREACHABLE), ==, 0);
  send_text (pair, id, 1);
  test_pair_run (pair, 10 * SECOND);
  event = test_events_find (pair->client_events, DTLS_CODE_UNREACHABLE);
  g_assert_nonnull (event);
  g_assert_cmpint (event->head.number[0], ==, 0);
  g_assert_cmpint (event->head.number[1], ==, 3);
  send_text (pair, id, 10);
  test_pair_run (pair, 60 * SECOND);
  g_assert_cmpuint (count (pair, DTLS_CODE_UNREACHABLE), ==, 1);
  g_assert_cmpuint (count (pair, DTLS_CODE_ESTABLISHED), ==, reconnect ? 2 : 1);
  g_assert_cmpuint (count (pair, DTLS_CODE_RECONNECTING), ==, reconnect ? 1 : 0);
  n = test_events_count (pair->client_events, DTLS_EVENT_MESSAGE, 0);
  g_assert_cmpuint (n, ==, reconnect ? 3 + 10 : 3);
}

/* Whoever never answered may be one who never does: said once, and nothing is ended. */
static void
test_never_answered (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  guint64 id = establish (pair, DTLS_REPLY_NONE, TRUE);

  send_text (pair, id, 50);
  test_pair_run (pair, 60 * SECOND);
  send_text (pair, id, 50);
  test_pair_run (pair, 60 * SECOND);
  g_assert_cmpuint (count (pair, DTLS_CODE_UNREACHABLE), ==, 1);
  g_assert_cmpuint (count (pair, DTLS_CODE_ESTABLISHED), ==, 1);
  g_assert_cmpuint (count (pair, DTLS_CODE_RECONNECTING), ==, 0);
  g_assert_cmpuint (test_events_count (pair->server_events, DTLS_EVENT_MESSAGE, 0), ==, 100);
}

/* An answer, even a late one, ends the waiting; the next silence is a row again. */
static void
test_answered_late (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  guint64 id = establish (pair, DTLS_REPLY_ACK, FALSE);

  test_network_set_delay (pair->network, 2 * SECOND);
  send_text (pair, id, 10);
  test_pair_run (pair, 60 * SECOND);
  g_assert_cmpuint (count (pair, DTLS_CODE_UNREACHABLE), ==, 0);
  for (guint i = 1; i <= 2; i++)
    {
      dtls_core_get_listener (pair->server)->reply = DTLS_REPLY_NONE;
      send_text (pair, id, 3);
      test_pair_run (pair, 60 * SECOND);
      g_assert_cmpuint (count (pair, DTLS_CODE_UNREACHABLE), ==, i);
      dtls_core_get_listener (pair->server)->reply = DTLS_REPLY_ACK;
      send_text (pair, id, 1);
      test_pair_run (pair, 60 * SECOND);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/dtls/connector/c8-without-pings/noticed", GINT_TO_POINTER (FALSE),
                        test_lost_state);
  g_test_add_data_func ("/dtls/connector/c8-without-pings/reconnects", GINT_TO_POINTER (TRUE),
                        test_lost_state);
  g_test_add_func ("/dtls/connector/c8-without-pings/never-answered", test_never_answered);
  g_test_add_func ("/dtls/connector/c8-without-pings/answered-late", test_answered_late);
  return g_test_run ();
}
