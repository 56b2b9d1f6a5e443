/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MS ((gint64) 1000)
#define ONE_WAY_US (5 * MS)
#define DTLS12 "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:"

enum { MAX_DATAGRAMS = 200, CLIENT_HELLO_BYTES_MOST = 256 };

/* Every key exchange, from peers that pack their flights and from those that do not. */
static const struct { const char *name; TestPeerOptions options; } kinds[] = {
  { "psk", { .priority = DTLS12 "+PSK" } },
  { "dhe-psk", { .priority = DTLS12 "+DHE-PSK" } },
  { "ecdhe-psk", { .priority = DTLS12 "+ECDHE-PSK" } },
  { "psk-packed", { .priority = DTLS12 "+PSK", .packed = TRUE } },
  { "dhe-psk-packed", { .priority = DTLS12 "+DHE-PSK", .packed = TRUE } },
  { "ecdhe-psk-packed", { .priority = DTLS12 "+ECDHE-PSK", .packed = TRUE } },
};

static TestServer *
new_with_delay (void)
{
  TestServer *server = test_server_new ();

  test_network_set_delay (server->pair->network, ONE_WAY_US);
  return server;
}

static guint
count_datagrams (const TestPeerOptions *options)
{
  g_autoptr (TestServer) server = new_with_delay ();

  test_server_establish (server, options);
  return test_network_get_n_sent (server->pair->network);
}

/* Every single drop of any datagram of either side completes, and data flows. */
static void
test_s13_single_drop (gconstpointer data)
{
  const TestPeerOptions *options = data;
  guint n_datagrams = count_datagrams (options);

  g_assert_cmpuint (n_datagrams, >=, 6);
  g_assert_cmpuint (n_datagrams, <, MAX_DATAGRAMS);
  for (guint lost = 0; lost < n_datagrams; lost++)
    {
      g_autoptr (TestServer) server = new_with_delay ();
      TestPeer *peer = test_server_add_peer (server, options);

      test_network_drop_nth (server->pair->network, lost);
      g_assert_true (test_server_finish (server, peer, 2500 * MS));
      g_assert_true (test_server_answers (server, peer, "through"));
    }
}

/* Any two datagrams lost. */
static void
test_s13_double_drop (void)
{
  const TestPeerOptions *options = &kinds[5].options;
  guint n_datagrams = count_datagrams (options) + 4;

  for (guint first = 0; first < n_datagrams; first++)
    for (guint second = first + 1; second < n_datagrams; second++)
      {
        g_autoptr (TestServer) server = new_with_delay ();
        TestPeer *peer = test_server_add_peer (server, options);
        gboolean finished;

        test_network_drop_nth (server->pair->network, first);
        while (test_network_get_n_sent (server->pair->network) <= first && !peer->established)
          test_server_run (server, ONE_WAY_US / 5);
        if (test_network_get_n_sent (server->pair->network) <= second)
          test_network_drop_nth (server->pair->network,
                                 second - test_network_get_n_sent (server->pair->network));
        finished = test_server_finish (server, peer, 10 * SECOND);
        g_assert_true (finished);
      }
}

/* --- loss, duplication and reordering together --- */

typedef struct
{
  GRand  *rand;
  double  loss, twice, later;
} Weather;

static gboolean
weather_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  Weather *weather = user_data;
  gint64 due_us = datagram->now_us + ONE_WAY_US;

  if (g_rand_double (weather->rand) < weather->loss)
    return FALSE;
  if (g_rand_double (weather->rand) < weather->twice)
    test_network_inject (network, &datagram->from, &datagram->to, datagram->bytes->data,
                         datagram->bytes->len,
                         due_us + g_rand_int_range (weather->rand, 0, 20 * MS));
  if (g_rand_double (weather->rand) >= weather->later)
    return TRUE;
  test_network_inject (network, &datagram->from, &datagram->to, datagram->bytes->data,
                       datagram->bytes->len,
                       due_us + g_rand_int_range (weather->rand, 1, 20 * MS));
  return FALSE;
}

static guint
count_through (double loss, const TestPeerOptions *options, guint n_peers)
{
  g_autoptr (TestServer) server = new_with_delay ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (loss * 1000 + options->packed);
  Weather weather = { rand, loss, 0.1, 0.2 };
  guint n_through = 0;

  test_network_set_tap (server->pair->network, weather_cb, &weather);
  for (guint i = 0; i < n_peers; i++)
    test_server_add_peer (server, options);
  test_server_run (server, 60 * SECOND);
  for (guint i = 0; i < n_peers; i++)
    n_through += ((TestPeer *) g_ptr_array_index (server->peers, i))->established;
  return n_through;
}

static void
test_s13_weather (gconstpointer data)
{
  const TestPeerOptions *options = data;

  g_assert_cmpuint (count_through (0.0, options, 100), ==, 100);
  g_assert_cmpuint (count_through (0.1, options, 100), ==, 100);
  g_assert_cmpuint (count_through (0.2, options, 100), >=, 98);
  g_assert_cmpuint (count_through (0.3, options, 100), >=, 93);
}

/* No loss, half of all datagrams out of order: nobody waits for a timer. */
static void
test_s13_reordered (void)
{
  g_autoptr (TestServer) server = new_with_delay ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  Weather weather = { rand, 0, 0, 0.5 };
  guint n_fast = 0;

  test_network_set_tap (server->pair->network, weather_cb, &weather);
  for (guint i = 0; i < 50; i++)
    n_fast += test_server_finish (server, test_server_add_peer (server, &kinds[2].options),
                                  200 * MS);
  g_assert_cmpuint (n_fast, >=, 26);
}

/* --- the client's last flight: three messages, each in a datagram of its own --- */

static gboolean
has_held_three (TestServer *server, gpointer user_data)
{
  return ((TestPeer *) user_data)->held->len >= 3;
}

static gboolean
has_sent_two (TestServer *server, gpointer user_data)
{
  return ((TestPeer *) user_data)->n_datagrams_out >= 2;
}

/* Up to the last flight, which the peer keeps in held[0...]. */
static TestPeer *
hold_last_flight (TestServer *server, const TestPeerOptions *options)
{
  TestPeer *peer = test_server_add_peer (server, options);

  test_network_set_delay (server->pair->network, ONE_WAY_US);
  g_assert_true (test_server_run_until (server, has_sent_two, peer, SECOND));
  peer->holding = TRUE;
  g_assert_true (test_server_run_until (server, has_held_three, peer, SECOND));
  peer->holding = FALSE;
  test_network_set_delay (server->pair->network, 0);
  return peer;
}

static void
release (TestServer *server, TestPeer *peer, guint index)
{
  gsize n_bytes;
  const void *bytes = g_bytes_get_data (g_ptr_array_index (peer->held, index), &n_bytes);

  test_peer_transmit (peer, bytes, n_bytes);
  test_server_run (server, 1);
}

static const guint8 orders[6][3]
  = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

static void
test_t25_orders (gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autoptr (TestServer) server = test_server_new ();
      TestPeer *peer = hold_last_flight (server, data);
      gint64 start_us = test_clock_get ();

      for (guint j = 0; j < 3; j++)
        release (server, peer, orders[i][j]);
      g_assert_true (test_server_finish (server, peer, 100 * MS));      /* no timer at all */
      g_assert_cmpint (test_clock_get () - start_us, <, 100 * MS);
      g_assert_cmpuint (test_server_count (server, DTLS_CODE_KEY_DIFFERS), ==, 0);
      g_assert_true (test_server_answers (server, peer, "through"));
    }
}

/* Each of them twice, in every order. */
static void
test_t25_orders_twice (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autoptr (TestServer) server = test_server_new ();
      TestPeer *peer = hold_last_flight (server, &kinds[0].options);

      for (guint j = 0; j < 6; j++)
        release (server, peer, orders[i][j / 2]);
      g_assert_true (test_server_finish (server, peer, 100 * MS));
      g_assert_cmpuint (test_server_count (server, DTLS_CODE_KEY_DIFFERS), ==, 0);
      g_assert_true (test_server_answers (server, peer, "through"));
    }
}

/* The hold-back is bounded; what did not fit is a lost datagram, no more. */
static void
test_t25_bounded (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = hold_last_flight (server, &kinds[0].options);

  for (guint i = 0; i < 100; i++)
    test_server_forge (server, &peer->local,
                       test_forge_record (DTLS_CONTENT_HANDSHAKE, 1, 1000 + i, server, 40));
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_HELD_DROPPED], ==, 96);
  for (guint i = 0; i < 3; i++)
    release (server, peer, 2 - i);
  g_assert_true (test_server_finish (server, peer, 3 * SECOND));
  g_assert_true (test_server_answers (server, peer, "through"));
}

/* --- timers --- */

static gint64
time_with_lost (guint lost)
{
  g_autoptr (TestServer) server = new_with_delay ();
  TestPeer *peer = test_server_add_peer (server, &kinds[3].options);
  gint64 start_us = test_clock_get ();

  test_network_drop_nth (server->pair->network, lost);
  g_assert_true (test_server_finish (server, peer, 10 * SECOND));
  return test_clock_get () - start_us;
}

/* The server's timer is below the client's: neither flight waits for more than one of them. */
static void
test_t24_server_timer (void)
{
  /* hello, verify, hello, flight 4, flight 5, flight 6 */
  g_assert_cmpint (time_with_lost (3), <, 500 * MS);
  g_assert_cmpint (time_with_lost (4), <, 1100 * MS);
  g_assert_cmpint (time_with_lost (5), <, 1100 * MS);
}

/* The answer to a repeat comes at once, however long the server took for its work. */
static void
test_t24_late_repeat (void)
{
  g_autoptr (TestServer) server = new_with_delay ();
  TestPeer *peer = test_server_add_peer (server, &kinds[3].options);
  gint64 start_us = test_clock_get ();

  test_network_set_delay (server->pair->network, 150 * MS);
  test_network_drop_nth (server->pair->network, 5);
  g_assert_true (test_server_finish (server, peer, 10 * SECOND));
  g_assert_cmpint (test_clock_get () - start_us, <=, 6 * 150 * MS + 1000 * MS);
}

/* --- the server's last flight --- */

static gboolean
drop_answers_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  guint *n_left = user_data;
  DtlsRecord record;
  const guint8 *bytes = datagram->bytes->data;
  gsize n_bytes = datagram->bytes->len;
  gboolean last_flight = FALSE;

  while (dtls_record_next (&bytes, &n_bytes, &record))
    last_flight |= record.epoch == 1 && record.type == DTLS_CONTENT_HANDSHAKE;
  if (!last_flight || datagram->from.port != DTLS_DEFAULT_PORT || *n_left == 0)
    return TRUE;
  --*n_left;
  return FALSE;
}

static void
test_s14_last_flight (gconstpointer data)
{
  for (guint n_lost = 1; n_lost <= 5; n_lost++)
    {
      g_autoptr (TestServer) server = new_with_delay ();
      TestPeer *peer = test_server_add_peer (server, data);
      guint n_left = n_lost;

      test_network_set_tap (server->pair->network, drop_answers_cb, &n_left);
      g_assert_true (test_server_finish (server, peer, 59 * SECOND));
      g_assert_cmpuint (n_left, ==, 0);
      g_assert_true (test_server_answers (server, peer, "through"));
      g_assert_cmpuint (test_server_count (server, DTLS_CODE_ESTABLISHED), ==, 1);
    }
}

/* Not by itself: only an authentic repeat brings it again. */
static void
test_s14_not_for_forgeries (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = hold_last_flight (server, &kinds[0].options);
  gsize n_bytes;
  const guint8 *bytes;

  for (guint i = 0; i < 3; i++)
    release (server, peer, i);
  g_assert_true (test_server_finish (server, peer, 100 * MS));
  test_server_run (server, SECOND);
  test_server_reset (server);
  for (guint i = 0; i < 3; i++)
    {
      bytes = g_bytes_get_data (g_ptr_array_index (peer->held, i), &n_bytes);
      test_server_inject (server, &peer->local, bytes, n_bytes);        /* a replay */
    }
  test_server_forge (server, &peer->local,
                     test_forge_record (DTLS_CONTENT_HANDSHAKE, 1, 5, server, 40));
  test_server_run (server, 60 * SECOND);
  g_assert_cmpuint (server->n_datagrams, ==, 0);
  g_assert_true (test_server_answers (server, peer, "still here"));
}

/* A repeat of the client's Finished, as only the client can make it. */
static void
repeat_finished (TestServer *server, TestPeer *peer, guint64 sequence)
{
  static const guint8 finished[24] = { 20, 0, 0, 12, 0, 3, 0, 0, 0, 0, 0, 12 };

  test_server_reset (server);
  test_server_forge (server, &peer->local,
                     test_peer_seal (peer, DTLS_CONTENT_HANDSHAKE, sequence, finished,
                                     sizeof finished));
  test_server_run (server, MS);
}

/* It is answered until data has come, or twice the longest life of a segment has passed. */
static void
test_s14_until (gconstpointer data)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  gboolean by_data = GPOINTER_TO_INT (data);

  test_server_run (server, SECOND);
  repeat_finished (server, peer, 1000);
  g_assert_cmpuint (server->n_datagrams, >=, 1);
  test_server_run (server, 10 * SECOND);
  repeat_finished (server, peer, 1001);
  g_assert_cmpuint (server->n_datagrams, >=, 1);
  if (by_data)
    test_server_forge (server, &peer->local, test_peer_seal (peer, 23, 1002, "data", 4));
  test_server_run (server, by_data ? SECOND : 240 * SECOND);
  for (guint i = 0; i < 5; i++)
    {
      repeat_finished (server, peer, 1003 + i);
      g_assert_cmpuint (server->n_datagrams, ==, 0);
    }
  g_assert_cmpuint (test_server_get_n_established (server), ==, 1);
  test_server_reset (server);
  test_server_forge (server, &peer->local, test_peer_seal (peer, 23, 1010, "data", 4));
  g_assert_cmpuint (server->n_datagrams, ==, 1);        /* the ACK */
}

/* --- small MTUs --- */

/* Messages in fragments: the long identity and the keys do not fit; the hello has to (S3). */
static void
test_s17_small_mtu (gconstpointer data)
{
  const TestPeerOptions *kind = data;
  static const char identity[] = "0123456789012345678901234567890123456789012345678901234567890123"
                                 "0123456789012345678901234567890123456789012345678901234567890123"
                                 "0123456789012345678901234567890123456789012345678901234567890123"
                                 "012345678901234567890123456789012345678901234567";

  for (guint mtu = CLIENT_HELLO_BYTES_MOST; mtu <= 1038; mtu += 23)
    {
      TestPeerOptions options = *kind;
      g_autoptr (TestServer) server = test_server_new ();
      TestPeer *peer;

      options.mtu = mtu;
      options.identity = identity;
      options.n_identity = sizeof identity - 1;
      peer = test_server_add_peer (server, &options);
      g_assert_true (test_server_finish (server, peer, 300 * MS));
      g_assert_true (test_server_answers (server, peer, "through"));
    }
}

/* Its fragments in reverse order. */
static void
test_s17_fragments_reversed (void)
{
  TestPeerOptions options = kinds[1].options;
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer;

  options.mtu = CLIENT_HELLO_BYTES_MOST;
  peer = hold_last_flight (server, &options);
  g_assert_cmpuint (peer->held->len, >=, 4);
  for (guint i = peer->held->len; i > 0; i--)
    release (server, peer, i - 1);
  g_assert_true (test_server_finish (server, peer, 3 * SECOND));
}

/* The server's own MTU: whatever it is set to, no datagram is longer. */
static void
test_s17_own_mtu (gconstpointer data)
{
  for (guint mtu = DTLS_MTU_MIN; mtu <= 1200; mtu += 59)
    {
      DtlsListenOptions options = { .mtu = mtu };
      g_autoptr (TestServer) server = test_server_new_full (&options);
      TestPeer *peer = test_server_add_peer (server, data);
      gsize longest = 0;

      for (guint i = 0; i < 1000 && !peer->established; i++)
        {
          test_server_reset (server);
          test_server_run (server, MS);
          longest = MAX (longest, server->n_datagrams > 0 ? server->n_bytes / server->n_datagrams
                                                          : 0);
          g_assert_cmpuint (server->n_last, <=, mtu);
        }
      g_assert_true (peer->established);
      g_assert_cmpuint (longest, >, 0);
    }
}

static void
add_for_kinds (const char *name, GTestDataFunc func, guint first, guint n)
{
  for (guint i = first; i < first + n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/dtls/listener/%s/%s", name, kinds[i].name);

      g_test_add_data_func (path, &kinds[i].options, func);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_for_kinds ("s13-single-drop", test_s13_single_drop, 0, G_N_ELEMENTS (kinds));
  g_test_add_func ("/dtls/listener/s13-double-drop", test_s13_double_drop);
  add_for_kinds ("s13-weather", test_s13_weather, 2, 2);
  g_test_add_func ("/dtls/listener/s13-reordered", test_s13_reordered);
  add_for_kinds ("s13-t25-orders", test_t25_orders, 0, 3);
  g_test_add_func ("/dtls/listener/t25-orders-twice", test_t25_orders_twice);
  g_test_add_func ("/dtls/listener/t25-bounded", test_t25_bounded);
  g_test_add_func ("/dtls/listener/t24-server-timer", test_t24_server_timer);
  g_test_add_func ("/dtls/listener/t24-late-repeat", test_t24_late_repeat);
  add_for_kinds ("s14-last-flight", test_s14_last_flight, 0, G_N_ELEMENTS (kinds));
  g_test_add_func ("/dtls/listener/s14-not-for-forgeries", test_s14_not_for_forgeries);
  g_test_add_data_func ("/dtls/listener/s14-until/data", GINT_TO_POINTER (TRUE), test_s14_until);
  g_test_add_data_func ("/dtls/listener/s14-until/time", GINT_TO_POINTER (FALSE), test_s14_until);
  add_for_kinds ("s17-small-mtu", test_s17_small_mtu, 0, G_N_ELEMENTS (kinds));
  g_test_add_func ("/dtls/listener/s17-fragments-reversed", test_s17_fragments_reversed);
  add_for_kinds ("s17-own-mtu", test_s17_own_mtu, 0, 3);
  return g_test_run ();
}
