/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-impairment.h"
#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

enum
{
  N_SEEDS = 10,
  N_CLIENTS = 100,              /* for each seed */
  N_SPLIT = 30,                 /* for each seed, and each role of the peer */
  ONE_WAY_US = 5000,
  GIVE_UP_US = 60 * G_USEC_PER_SEC,
  SPLIT_MEDIAN_US = 200 * 1000
};

/* Fixed: a run that fails can be repeated, a run that passes says the same tomorrow. */
static const guint64 seeds[N_SEEDS]
  = { 11, 23, 37, 41, 53, 67, 79, 83, 97, 101 };

typedef struct
{
  DtlsImpairmentRates rates;
  guint               at_least;         /* of all clients */
} Loss;

static const Loss no_loss = { { .duplicate = 0.1, .reorder = 0.2, .delay_us = ONE_WAY_US }, 1000 };
static const Loss loss_10
  = { { .drop = 0.1, .duplicate = 0.1, .reorder = 0.2, .delay_us = ONE_WAY_US }, 999 };
static const Loss loss_20
  = { { .drop = 0.2, .duplicate = 0.1, .reorder = 0.2, .delay_us = ONE_WAY_US }, 990 };
static const Loss loss_30
  = { { .drop = 0.3, .duplicate = 0.1, .reorder = 0.2, .delay_us = ONE_WAY_US }, 950 };
static const Loss reorder_only = { { .reorder = 0.5, .delay_us = ONE_WAY_US }, 0 };

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static gint64
percentile (GArray *times, guint percent)
{
  g_array_sort (times, compare_times);
  return times->len == 0 ? G_MAXINT64
                         : g_array_index (times, gint64, MIN (times->len - 1,
                                                              times->len * percent / 100));
}

/* Between @pipe and a new core; every datagram of either direction meets it once. */
static void
make_worse (DtlsTransport **pipe, DtlsCore **core, DtlsEventQueue *queue,
            const DtlsImpairmentRates *rates, guint64 seed)
{
  DtlsTransport *worse = dtls_impairment_new (*pipe, seed);

  dtls_impairment_set_rates (DTLS_IMPAIRMENT (worse), rates);
  dtls_core_free (*core);
  *core = dtls_core_new (worse, queue, seed, test_clock_get ());
  g_object_unref (*pipe);
  *pipe = worse;
}

/* Adds the handshake times of the clients that finished. */
static void
run_clients (const Loss *loss, guint64 seed, GArray *times)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  g_autoptr (GHashTable) began = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, NULL);
  guint n_before = times->len;

  make_worse (&pair->client_pipe, &pair->client, pair->client_queue, &loss->rates, seed);
  test_pair_listen (pair, NULL, NULL);
  for (guint i = 0; i < N_CLIENTS; i++)
    test_pair_connect (pair, "A", NULL, 0);
  test_pair_run (pair, GIVE_UP_US + G_USEC_PER_SEC);

  for (guint i = 0; i < pair->client_events->len; i++)
    {
      TestEvent *event = g_ptr_array_index (pair->client_events, i);

      if (event->head.code == DTLS_CODE_STARTING)
        g_hash_table_insert (began, &event->head.association, event);
      else if (event->head.code == DTLS_CODE_ESTABLISHED)
        {
          TestEvent *start = g_hash_table_lookup (began, &event->head.association);
          gint64 took_us = event->head.time_us - start->head.time_us;

          g_assert_cmpint (took_us, <=, GIVE_UP_US);
          g_array_append_val (times, took_us);
        }
    }
  g_assert_cmpuint (g_hash_table_size (began), ==, N_CLIENTS);
  /* a client is only done when its server is */
  g_assert_cmpuint (test_events_count (pair->server_events, DTLS_EVENT_STATE,
                                       DTLS_CODE_ESTABLISHED),
                    >=, times->len - n_before);
}

static void
test_loss (gconstpointer data)
{
  const Loss *loss = data;
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < N_SEEDS; i++)
    run_clients (loss, seeds[i], times);
  g_test_message ("loss %.0f %%: %u of %u finish, median %.2f s, p90 %.2f s, last %.2f s",
                  loss->rates.drop * 100, times->len, N_SEEDS * N_CLIENTS,
                  percentile (times, 50) / 1e6, percentile (times, 90) / 1e6,
                  percentile (times, 100) / 1e6);
  g_assert_cmpuint (times->len, >=, loss->at_least);
}

/* A flight in order on its way, out of order when it comes: nobody has to repeat anything. */
static void
assert_split (GArray *times, guint n_repeats)
{
  g_test_message ("one message a datagram, half reordered: median %.3f s, p90 %.3f s, %u repeats",
                  percentile (times, 50) / 1e6, percentile (times, 90) / 1e6, n_repeats);
  g_assert_cmpuint (times->len, ==, N_SEEDS * N_SPLIT);
  g_assert_cmpint (percentile (times, 50), <, SPLIT_MEDIAN_US);
  g_assert_cmpint (percentile (times, 90), <, SPLIT_MEDIAN_US);
}

static void
test_split_client (void)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint n_repeats = 0;

  for (guint i = 0; i < N_SEEDS * N_SPLIT; i++)
    {
      g_autoptr (TestPair) pair = test_pair_new ();
      g_autoptr (TestPeer) peer = NULL;
      gint64 began_us = test_clock_get (), end_us = began_us + GIVE_UP_US, took_us;

      make_worse (&pair->server_pipe, &pair->server, pair->server_queue, &reorder_only.rates,
                  seeds[i / N_SPLIT] * 1000 + i);
      test_pair_listen (pair, NULL, NULL);
      peer = test_peer_new (pair->network, NULL, NULL, &pair->server_address);
      while (!peer->established && peer->failure == 0 && test_clock_get () < end_us)
        {
          gint64 next_us = MIN (test_peer_turn (peer), test_pair_turn (pair));

          if (next_us > test_clock_get () && !peer->established)
            test_clock_set (MIN (next_us, end_us));
        }
      g_assert_true (peer->established);
      took_us = test_clock_get () - began_us;
      g_array_append_val (times, took_us);
      n_repeats
        += test_events_count (pair->server_events, DTLS_EVENT_STATE, DTLS_CODE_RETRANSMIT);
    }
  assert_split (times, n_repeats);
}

static void
test_split_server (void)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  const TestPeerOptions options = { .server = TRUE };
  guint n_repeats = 0;

  for (guint i = 0; i < N_SEEDS * N_SPLIT; i++)
    {
      g_autoptr (TestPair) pair = test_pair_new ();
      g_autoptr (TestPeer) peer = NULL;
      gint64 began_us = test_clock_get (), end_us = began_us + GIVE_UP_US, took_us;
      DtlsAddress local = test_address ("127.0.0.1", DTLS_DEFAULT_PORT);
      TestEvent *done = NULL;

      make_worse (&pair->client_pipe, &pair->client, pair->client_queue, &reorder_only.rates,
                  seeds[i / N_SPLIT] * 1000 + i);
      peer = test_peer_new (pair->network, &options, &local, NULL);
      pair->server_address = peer->local;
      test_pair_connect (pair, "A", NULL, 0);
      while (done == NULL && peer->failure == 0 && test_clock_get () < end_us)
        {
          gint64 next_us = MIN (test_pair_turn (pair), test_peer_turn (peer));

          done = test_events_find (pair->client_events, DTLS_CODE_ESTABLISHED);
          if (next_us > test_clock_get () && done == NULL)
            test_clock_set (MIN (next_us, end_us));
        }
      g_assert_nonnull (done);
      took_us = test_clock_get () - began_us;
      g_array_append_val (times, took_us);
      n_repeats
        += test_events_count (pair->client_events, DTLS_EVENT_STATE, DTLS_CODE_RETRANSMIT);
    }
  assert_split (times, n_repeats);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/dtls/loss/s13-00-percent", &no_loss, test_loss);
  g_test_add_data_func ("/dtls/loss/s13-10-percent", &loss_10, test_loss);
  g_test_add_data_func ("/dtls/loss/s13-20-percent", &loss_20, test_loss);
  g_test_add_data_func ("/dtls/loss/s13-30-percent", &loss_30, test_loss);
  g_test_add_func ("/dtls/loss/s13-reordered-messages-of-a-client", test_split_client);
  g_test_add_func ("/dtls/loss/s13-reordered-messages-of-a-server", test_split_server);
  return g_test_run ();
}
