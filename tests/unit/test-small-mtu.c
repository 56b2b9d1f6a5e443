/* SPDX-License-Identifier: MIT */
/* S17 down to the smallest MTU that others test with, in both directions. */
#include "config.h"

#include <string.h>

#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define DTLS12 "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:"

enum
{
  LEAST = 128,
  MOST = 1038,
  N_IDENTITY = 240
};

static gsize longest;           /* of the datagrams that the peer sent */

static gboolean
measure_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  if (dtls_address_equal (&datagram->from, user_data))
    longest = MAX (longest, datagram->bytes->len);
  return TRUE;
}

/* A client whose hello fits, for one hello alone has to (S3): no extensions, one suite. Its
 * ClientKeyExchange does not, with so long an identity. */
static void
test_client (gconstpointer packed)
{
  g_autofree char *identity = g_strnfill (N_IDENTITY, 'i');

  for (guint mtu = LEAST; mtu <= MOST; mtu += mtu < 300 ? 1 : 41)
    {
      g_autoptr (TestServer) server = test_server_new ();
      TestPeerOptions options = {
        .priority = DTLS12 "+PSK:-CIPHER-ALL:+AES-128-GCM:%NO_EXTENSIONS",
        .identity = identity,
        .n_identity = N_IDENTITY,
        .mtu = mtu,
        .packed = packed != NULL,
      };
      TestPeer *peer = test_server_add_peer (server, &options);

      longest = 0;
      test_network_set_tap (server->pair->network, measure_cb, &peer->local);
      g_assert_true (test_server_finish (server, peer, SECOND / 2));
      g_assert_cmpuint (longest, <=, mtu);
      g_assert_true (test_server_answers (server, peer, "through"));
    }
}

/* A server whose key exchange comes in pieces, to a client of ours. */
static void
test_server (gconstpointer packed)
{
  for (guint mtu = LEAST; mtu <= MOST; mtu += 13)
    {
      g_autoptr (TestPair) pair = test_pair_new ();
      g_autoptr (TestPeer) peer = NULL;
      DtlsAddress local = test_address ("127.0.0.1", DTLS_DEFAULT_PORT);
      TestPeerOptions options = {
        .server = TRUE,
        .priority = DTLS12 "+DHE-PSK",
        .mtu = mtu,
        .packed = packed != NULL,
      };
      gint64 end_us = test_clock_get () + SECOND / 2;

      longest = 0;
      peer = test_peer_new (pair->network, &options, &local, NULL);
      pair->server_address = peer->local;
      test_network_set_tap (pair->network, measure_cb, &peer->local);
      test_pair_connect (pair, "A", NULL, 0);
      while (test_events_find (pair->client_events, DTLS_CODE_ESTABLISHED) == NULL)
        {
          gint64 next_us = MIN (test_pair_turn (pair), test_peer_turn (peer));

          g_assert_cmpint (peer->failure, ==, 0);
          g_assert_cmpint (test_clock_get (), <, end_us);       /* nobody has to repeat anything */
          if (next_us > test_clock_get ())
            test_clock_set (MIN (next_us, end_us));
        }
      g_assert_cmpuint (longest, <=, mtu);
      g_assert_cmpuint (longest, >, mtu / 2);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/dtls/small-mtu/s17-client", NULL, test_client);
  g_test_add_data_func ("/dtls/small-mtu/s17-client-packed", "", test_client);
  g_test_add_data_func ("/dtls/small-mtu/s17-server", NULL, test_server);
  g_test_add_data_func ("/dtls/small-mtu/s17-server-packed", "", test_server);
  return g_test_run ();
}
