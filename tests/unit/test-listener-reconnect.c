/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MS ((gint64) 1000)
#define ONE_WAY_US (5 * MS)

/* A client that lost its state and comes back from its port. */
static void
test_s21_same_port (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  guint64 first = ((TestEvent *) test_events_find (server->pair->server_events,
                                                   DTLS_CODE_ESTABLISHED))->head.association;
  TestEvent *replaced;

  g_assert_true (test_server_answers (server, peer, "before"));
  test_peer_start_over (peer);
  g_assert_true (test_server_finish (server, peer, 100 * MS));
  g_assert_true (test_server_answers (server, peer, "after"));
  g_assert_cmpuint (test_server_get_n_established (server), ==, 1);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_STARTED_OVER), ==, 1);
  replaced = test_events_find (server->pair->server_events, DTLS_CODE_REPLACED);
  g_assert_nonnull (replaced);
  g_assert_cmpuint (replaced->head.association, ==, first);
}

static void
test_s21_many_times (void)
{
  static const TestPeerOptions packed = { .packed = TRUE };
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, &packed);
  DtlsTable *table = dtls_core_get_table (server->pair->server);

  for (guint i = 0; i < 50; i++)
    {
      test_peer_start_over (peer);
      g_assert_true (test_server_finish (server, peer, 100 * MS));
      g_assert_true (test_server_answers (server, peer, "again"));
      g_assert_cmpuint (g_hash_table_size (table->by_path), ==, 1);
      g_assert_cmpuint (g_hash_table_size (table->by_id), ==, 1);
    }
}

/* Another suite, so that the ciphers of both sessions differ while both live. */
static void
test_s21_other_suite (void)
{
  static const TestPeerOptions chacha
    = { .priority = "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+ECDHE-PSK:-CIPHER-ALL:"
                    "+CHACHA20-POLY1305" };
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  peer->options.priority = chacha.priority;
  test_peer_start_over (peer);
  g_assert_true (test_server_finish (server, peer, 100 * MS));
  g_assert_true (test_server_answers (server, peer, "after"));
}

/* Datagrams of a handshake that starts over. */
static guint
count_datagrams (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  guint64 n_before = test_network_get_n_sent (server->pair->network);

  test_network_set_delay (server->pair->network, ONE_WAY_US);
  test_peer_start_over (peer);
  g_assert_true (test_server_finish (server, peer, SECOND));
  return test_network_get_n_sent (server->pair->network) - n_before;
}

/* Every single drop of the second handshake. */
static void
test_s21_single_drop (void)
{
  guint n_datagrams = count_datagrams ();

  g_assert_cmpuint (n_datagrams, >=, 6);
  for (guint lost = 0; lost < n_datagrams; lost++)
    {
      g_autoptr (TestServer) server = test_server_new ();
      TestPeer *peer = test_server_establish (server, NULL);

      test_network_set_delay (server->pair->network, ONE_WAY_US);
      test_peer_start_over (peer);
      test_network_drop_nth (server->pair->network, lost);
      g_assert_true (test_server_finish (server, peer, 2500 * MS));
      g_assert_true (test_server_answers (server, peer, "after"));
    }
}

/* A forged hello without a cookie, or with any, kills nothing. */
static void
test_s21_forged_hello (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  for (guint i = 0; i < 100; i++)
    {
      test_server_forge (server, &peer->local, test_forge_hello (i, i, NULL, 0));
      test_server_forge (server, &peer->local, test_forge_hello (i, i, "0123456789abcdef", 16));
    }
  g_assert_true (test_server_answers (server, peer, "still here"));
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_STARTED_OVER), ==, 0);
}

/* Somebody on the path can have the cookie: the old session lives on through all of it. */
static void
test_s21_stalled_hello (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  for (guint i = 1; i <= 20; i++)
    {
      g_assert_true (test_server_stall (server, &peer->local, i));
      g_assert_cmpuint (test_server_get_n_half_open (server), ==, 1);
      g_assert_true (test_server_answers (server, peer, "still here"));
    }
  test_server_run (server, 60 * SECOND);        /* longer than the new one may be half-open */
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 1);
  g_assert_true (test_server_answers (server, peer, "still here"));
}

/* Data of the old session does not look like a wrong key to the half-open one. */
static void
test_s21_old_data (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  g_assert_true (test_server_stall (server, &peer->local, 1));
  for (guint i = 0; i < 20; i++)
    g_assert_true (test_server_answers (server, peer, "still here"));
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_KEY_DIFFERS), ==, 0);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_DISCARDED], ==, 0);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_HELD_DROPPED], ==, 0);
}

/* A new handshake that fails at its Finished: another program on the port, without the key. */
static void
test_s21_wrong_key (void)
{
  static const TestPeerOptions wrong = { .key_hex = "00" };
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  g_autoptr (TestPeer) impostor
    = test_peer_new (server->pair->network, &wrong, NULL, &server->pair->server_address);
  gsize n_bytes;
  const guint8 *bytes;

  /* its datagrams, as if they came from the peer's port; the server's go to both */
  impostor->holding = TRUE;
  for (guint round = 0; round < 10; round++)
    {
      test_peer_turn (impostor);
      while (impostor->held->len > 0)
        {
          bytes = g_bytes_get_data (g_ptr_array_index (impostor->held, 0), &n_bytes);
          test_server_reset (server);
          test_server_inject (server, &peer->local, bytes, n_bytes);
          test_pair_turn (server->pair);
          g_ptr_array_remove_index (impostor->held, 0);
          if (server->n_last > 0)
            test_network_inject (server->pair->network, &server->pair->server_address,
                                 &impostor->local, server->last, server->n_last,
                                 test_clock_get ());
        }
    }
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_STARTED_OVER), ==, 1);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_KEY_DIFFERS), ==, 1);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 1);
  g_assert_true (test_server_answers (server, peer, "still here"));
  test_server_run (server, 60 * SECOND);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
  g_assert_true (test_server_answers (server, peer, "still here"));
}

/* The hello with which a session began, seen again: a late copy, no new start. */
static void
test_s21_late_copy (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_add_peer (server, NULL);
  g_autoptr (GPtrArray) hellos
    = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint n_before;

  test_network_set_delay (server->pair->network, ONE_WAY_US);
  for (guint i = 0; i < 2; i++)         /* both hellos, kept and sent on */
    {
      peer->holding = TRUE;
      while (peer->held->len == 0)
        test_server_run (server, MS);
      peer->holding = FALSE;
      g_ptr_array_add (hellos, g_bytes_ref (g_ptr_array_index (peer->held, 0)));
      test_peer_transmit (peer, g_bytes_get_data (g_ptr_array_index (hellos, i), NULL),
                          g_bytes_get_size (g_ptr_array_index (hellos, i)));
      g_ptr_array_set_size (peer->held, 0);
    }
  g_assert_true (test_server_finish (server, peer, SECOND));
  test_network_set_delay (server->pair->network, 0);
  n_before = test_server_count (server, DTLS_CODE_VERIFIED);
  for (guint i = 0; i < 10; i++)
    test_server_inject (server, &peer->local, g_bytes_get_data (g_ptr_array_index (hellos, 1),
                                                                NULL),
                        g_bytes_get_size (g_ptr_array_index (hellos, 1)));
  test_server_reset (server);
  test_pair_turn (server->pair);
  g_assert_cmpuint (server->n_datagrams, ==, 0);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_VERIFIED), ==, n_before);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_STARTED_OVER), ==, 0);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
  g_assert_true (test_server_answers (server, peer, "still here"));
}

/* The new one is proven by its Finished and by nothing less. */
static void
test_s21_until_finished (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  guint64 first = ((DtlsAssociation *) g_queue_peek_head (
                     &dtls_core_get_table (server->pair->server)->established))->id;

  test_network_set_delay (server->pair->network, ONE_WAY_US);
  test_peer_start_over (peer);
  while (!peer->established)
    {
      DtlsAssociation *now = g_queue_peek_head (
        &dtls_core_get_table (server->pair->server)->established);

      g_assert_nonnull (now);
      if (test_server_get_n_half_open (server) > 0)
        g_assert_cmpuint (now->id, ==, first);
      test_server_run (server, MS);
    }
  g_assert_cmpuint (test_server_get_n_established (server), ==, 1);
}

/* DESIGN 5: a valid cookie and another random replace a half-open session at once. */
static void
test_s21_half_open_replaced (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer;
  DtlsAddress from = test_address ("127.0.0.1", 50000);

  g_assert_true (test_server_stall (server, &from, 1));
  peer = test_server_add_peer_at (server, NULL, "127.0.0.1", 50000);
  g_assert_true (test_server_finish (server, peer, 100 * MS));
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 1);
}

/* Without a cookie it replaces nothing. */
static void
test_s21_half_open_forged (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_add_peer (server, NULL);

  test_network_set_delay (server->pair->network, ONE_WAY_US);
  test_server_run (server, 4 * ONE_WAY_US);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 1);
  for (guint i = 0; i < 50; i++)
    test_server_forge (server, &peer->local, test_forge_hello (i, i, "0123456789abcdef", 16));
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_VERIFIED), ==, 1);
  g_assert_true (test_server_finish (server, peer, 3 * SECOND));
}

static void
test_s22_same_port_after_close (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  for (guint i = 0; i < 5; i++)
    {
      test_peer_close (peer);
      test_server_run (server, 1);
      g_assert_cmpuint (test_server_get_n_established (server), ==, 0);
      test_peer_start_over (peer);
      g_assert_true (test_server_finish (server, peer, 100 * MS));
      g_assert_true (test_server_answers (server, peer, "back"));
    }
}

/* close_notify of the old session while the new handshake runs: that goes on. */
static void
test_s22_close_while_starting_over (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  g_autoptr (GByteArray) close = test_peer_seal (peer, 21, 20, "\1\0", 2);

  test_network_set_delay (server->pair->network, ONE_WAY_US);
  test_peer_start_over (peer);
  while (test_server_get_n_half_open (server) == 0)
    test_server_run (server, MS);
  test_server_inject (server, &peer->local, close->data, close->len);
  test_server_run (server, 1);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 0);
  g_assert_true (test_server_finish (server, peer, 3 * SECOND));
  g_assert_true (test_server_answers (server, peer, "after"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/listener/s21-reconnect-same-port", test_s21_same_port);
  g_test_add_func ("/dtls/listener/s21-many-times", test_s21_many_times);
  g_test_add_func ("/dtls/listener/s21-other-suite", test_s21_other_suite);
  g_test_add_func ("/dtls/listener/s21-single-drop", test_s21_single_drop);
  g_test_add_func ("/dtls/listener/s21-forged-hello", test_s21_forged_hello);
  g_test_add_func ("/dtls/listener/s21-stalled-hello", test_s21_stalled_hello);
  g_test_add_func ("/dtls/listener/s21-old-data", test_s21_old_data);
  g_test_add_func ("/dtls/listener/s21-wrong-key", test_s21_wrong_key);
  g_test_add_func ("/dtls/listener/s21-late-copy", test_s21_late_copy);
  g_test_add_func ("/dtls/listener/s21-until-finished", test_s21_until_finished);
  g_test_add_func ("/dtls/listener/s21-half-open-replaced", test_s21_half_open_replaced);
  g_test_add_func ("/dtls/listener/s21-half-open-forged", test_s21_half_open_forged);
  g_test_add_func ("/dtls/listener/s22-same-port-after-close", test_s22_same_port_after_close);
  g_test_add_func ("/dtls/listener/s22-close-while-starting-over",
                   test_s22_close_while_starting_over);
  return g_test_run ();
}
