/* SPDX-License-Identifier: MIT */
/* What a client bears while it connects: silence, refusals, cookies without end. */
#include "config.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>

#include "test-clock.h"
#include "test-pair.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define ONE_WAY_US 50000

static guint64
connect_to (TestPair *pair, const DtlsAddress *address, DtlsKey *key, guint give_up_s,
            gboolean reconnect)
{
  g_autoptr (DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr (GBytes) identity = g_bytes_new_static ("A", 1);
  DtlsConnectionOptions options = {
    .addresses = address,
    .n_addresses = 1,
    .name = "A",
    .identity = identity,
    .key = key != NULL ? key : demo,
    .give_up_s = give_up_s,
    .reconnect = reconnect,
  };

  return test_pair_connect_full (pair, &options);
}

static TestEvent *
find_next (GPtrArray *events, DtlsCode code, guint *at)
{
  for (; *at < events->len; ++*at)
    {
      TestEvent *event = g_ptr_array_index (events, *at);

      if (event->head.code == code && event->head.kind != DTLS_EVENT_MESSAGE)
        {
          ++*at;
          return event;
        }
    }
  return NULL;
}

static gboolean
drop_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  return FALSE;
}

/* C1: the client's last flight, with nothing at all coming in: 1 s, doubled each time. */
static void
test_doubling (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  gint64 sent_us, after_us = SECOND;
  TestEvent *event;
  guint at = 0, n = 0;

  test_pair_listen (pair, NULL, NULL);
  test_network_set_delay (pair->network, ONE_WAY_US);
  connect_to (pair, &pair->server_address, NULL, 0, FALSE);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_PROVIDING_KEY, SECOND));
  sent_us = test_events_find (pair->client_events, DTLS_CODE_PROVIDING_KEY)->head.time_us;
  test_network_set_tap (pair->network, drop_cb, NULL);
  dtls_core_free (pair->server);        /* what is on its way meets nobody */
  pair->server = dtls_core_new (pair->server_pipe, pair->server_queue, 3, test_clock_get ());
  test_pair_run (pair, 70 * SECOND);
  while ((event = find_next (pair->client_events, DTLS_CODE_RETRANSMIT, &at)) != NULL)
    {
      sent_us += after_us;
      g_assert_cmpint (event->head.time_us - sent_us, >=, 0);
      g_assert_cmpint (event->head.time_us - sent_us, <, 100 * 1000);
      sent_us = event->head.time_us;
      after_us *= 2;
      g_assert_cmpint (event->head.number[1], ==, ++n);
      g_assert_cmpint (event->head.number[2] - after_us / 1000, <=, 0);
      g_assert_cmpint (event->head.number[2] - after_us / 1000, >, -100);
    }
  g_assert_cmpuint (n, ==, 5);          /* 1, 2, 4, 8, 16; 32 s more is beyond the minute */
  g_assert_nonnull (test_events_find (pair->client_events, DTLS_CODE_GAVE_UP));
}

static const int errors[] = { ECONNREFUSED, EHOSTUNREACH, ENETUNREACH };

/* The path of the only association. */
static DtlsPath
get_path (TestPair *pair)
{
  GHashTableIter iter;
  gpointer association;

  g_hash_table_iter_init (&iter, dtls_core_get_table (pair->client)->by_path);
  g_assert_true (g_hash_table_iter_next (&iter, NULL, &association));
  return ((DtlsAssociation *) association)->path;
}

static void
meet (TestPair *pair, int error)
{
  DtlsPath path = get_path (pair);

  test_pipe_inject_error (TEST_PIPE (pair->client_pipe), &path, error);
}

/* C2: whatever ICMP says of each hello, a server that comes later is met. */
static void
test_trying (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (TestPair) pair = test_pair_new ();
      DtlsAddress address = test_address ("127.0.0.1", DTLS_DEFAULT_PORT);

      test_network_set_refusing (pair->network, FALSE);
      connect_to (pair, &address, NULL, 0, FALSE);
      for (guint k = 0; k < 30; k++)
        {
          test_pair_run (pair, SECOND / 10);
          meet (pair, errors[i]);
        }
      test_pair_listen (pair, NULL, NULL);
      g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED,
                                          5 * SECOND));
      g_assert_cmpuint (test_events_count (pair->client_events, DTLS_EVENT_STATE,
                                           DTLS_CODE_REFUSED), ==, 1);
      g_assert_null (test_events_find (pair->client_events, DTLS_CODE_FAILED));
    }
}

/* C2: the same in the middle of a handshake, again and again. */
static void
test_shaking_hands (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (TestPair) pair = test_pair_new ();
      guint n = 0;

      test_pair_listen (pair, NULL, NULL);
      test_network_set_delay (pair->network, ONE_WAY_US);
      connect_to (pair, &pair->server_address, NULL, 0, FALSE);
      test_pair_turn (pair);
      while (test_events_find (pair->client_events, DTLS_CODE_ESTABLISHED) == NULL)
        {
          meet (pair, errors[i]);
          test_pair_run (pair, ONE_WAY_US / 5);
          g_assert_cmpuint (++n, <, 100);
        }
      g_assert_cmpuint (n, >, 10);
      g_assert_null (test_events_find (pair->client_events, DTLS_CODE_FAILED));
    }
}

typedef struct
{
  DtlsAddress server;
  guint       n_hellos;
} Looper;

/* A server that wants one cookie after the other. */
static gboolean
loop_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  Looper *looper = user_data;
  guint8 answer[13 + 12 + 2 + 1 + 16] = { 22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 31,
                                          3,  0,    0,    19, 0, 0, 0, 0, 0, 0, 0, 19, 0xfe, 0xff,
                                          16 };

  if (!dtls_address_equal (&datagram->to, &looper->server) || datagram->bytes->len < 26)
    return TRUE;
  memcpy (answer + 5, datagram->bytes->data + 5, 6);
  answer[17 + 1] = datagram->bytes->data[18];   /* message_seq of the hello */
  answer[28] = ++looper->n_hellos;
  answer[29] = looper->n_hellos >> 8;
  test_network_inject (network, &datagram->to, &datagram->from, answer, sizeof answer,
                       datagram->now_us + ONE_WAY_US / 50);
  return FALSE;
}

/* C4: an hour of tries, each of which ends soon: the library takes five cookies. Nothing grows. */
static void
test_cookies (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  Looper looper = { test_address ("127.0.0.1", DTLS_DEFAULT_PORT), 0 };
  struct mallinfo2 before = { 0 }, after;
  guint n_failed = 0;

  test_network_set_tap (pair->network, loop_cb, &looper);
  connect_to (pair, &looper.server, NULL, 0, TRUE);
  for (guint minute = 0; minute < 60; minute++)
    {
      test_pair_run (pair, 60 * SECOND);
      n_failed += test_events_count (pair->client_events, DTLS_EVENT_STATE, DTLS_CODE_FAILED);
      g_ptr_array_set_size (pair->client_events, 0);
      if (minute == 10)
        before = mallinfo2 ();
    }
  after = mallinfo2 ();
  g_test_message ("%u tries, %u hellos", n_failed, looper.n_hellos);
  g_assert_cmpuint (n_failed, >, 60);
  g_assert_cmpuint (looper.n_hellos, >=, 2 * n_failed);
  g_assert_cmpuint (looper.n_hellos, <=, 10 * n_failed);
  g_assert_cmpint ((gint64) after.uordblks - (gint64) before.uordblks, <, 16 * 1024);
}

/* C6: within the configured time, also where that is shorter than the third repeat takes. */
static void
test_wrong_key_in_a_hurry (void)
{
  for (guint give_up_s = 1; give_up_s <= 10; give_up_s += 3)
    {
      g_autoptr (TestPair) pair = test_pair_new ();
      g_autoptr (DtlsKey) other = dtls_key_new ((const guint8 *) "another key", 11);
      TestEvent *event;

      test_pair_listen (pair, NULL, NULL);
      connect_to (pair, &pair->server_address, other, give_up_s, FALSE);
      test_pair_run (pair, give_up_s * SECOND);
      g_assert_cmpuint (test_events_count (pair->client_events, DTLS_EVENT_DIAGNOSIS,
                                           DTLS_CODE_KEY_DIFFERS), ==, 1);
      event = test_events_find (pair->client_events, DTLS_CODE_GAVE_UP);
      g_assert_nonnull (event);
      g_assert_cmpint (event->head.number[1], ==, give_up_s);
      g_assert_cmpint (event->head.number[2], ==, DTLS_GAVE_UP_KEYS);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/connector/c1-doubling", test_doubling);
  g_test_add_func ("/dtls/connector/c2-icmp-while-trying", test_trying);
  g_test_add_func ("/dtls/connector/c2-icmp-in-the-handshake", test_shaking_hands);
  g_test_add_func ("/dtls/connector/c4-memory", test_cookies);
  g_test_add_func ("/dtls/connector/c6-in-a-hurry", test_wrong_key_in_a_hurry);
  return g_test_run ();
}
