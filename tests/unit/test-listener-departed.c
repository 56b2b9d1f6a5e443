/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

enum
{
  N_PEERS = 300,
  N_DEPARTED = 100000
};

static guint64
count (TestServer *server, DtlsCount what)
{
  test_pair_turn (server->pair);
  return server->pair->server_counts[what];
}

static DtlsAssociation *
get_newest (TestServer *server)
{
  return g_queue_peek_tail (&dtls_core_get_table (server->pair->server)->established);
}

static void
close_newest (TestServer *server)
{
  dtls_core_close (server->pair->server, get_newest (server)->id, DTLS_CLOSE_LOCAL);
  dtls_core_settle (server->pair->server);
}

/* Neither a stranger's datagrams nor late ones. */
static void
assert_no_news (TestServer *server)
{
  g_assert_cmpuint (count (server, DTLS_COUNT_NOT_DTLS), ==, 0);
  g_assert_cmpuint (count (server, DTLS_COUNT_LATE), ==, 0);
}

/* The peer's goodbye answers ours: no news, and no datagram of a stranger. */
static void
test_goodbye (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  close_newest (server);
  test_peer_close (peer);
  test_server_run (server, SECOND);
  g_assert_true (peer->closed);
  assert_no_news (server);
}

static void
test_goodbye_of_all (void)
{
  g_autoptr (TestServer) server = test_server_new ();

  for (guint i = 0; i < N_PEERS; i++)
    test_server_establish (server, NULL);
  dtls_core_close (server->pair->server, 0, DTLS_CLOSE_LOCAL);
  dtls_core_settle (server->pair->server);
  for (guint i = 0; i < N_PEERS; i++)
    test_peer_close (g_ptr_array_index (server->peers, i));
  test_server_run (server, SECOND);
  assert_no_news (server);
}

/* It was silent for too long, and was told so; its goodbye answers that. */
static void
test_goodbye_when_idle (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  test_server_run (server, 30 * 60 * SECOND + SECOND);
  g_assert_true (peer->closed);
  test_peer_close (peer);
  test_server_run (server, SECOND);
  assert_no_news (server);
}

/* What was on its way when the connection ended is lost, and that is told; one goodbye is not. */
static void
test_late_data (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  test_peer_send (peer, "first");
  test_server_run (server, SECOND);
  close_newest (server);
  test_peer_send (peer, "too late");
  test_peer_close (peer);
  test_server_run (server, SECOND);
  g_assert_null (test_events_find_message (server->pair->server_events, "too late"));
  g_assert_cmpuint (count (server, DTLS_COUNT_LATE), ==, 1);
  test_server_forge (server, &peer->local, test_forge_record (DTLS_CONTENT_ALERT, 1, 9, "xx", 2));
  g_assert_cmpuint (count (server, DTLS_COUNT_LATE), ==, 2);
  g_assert_cmpuint (count (server, DTLS_COUNT_NOT_DTLS), ==, 0);
}

/* The same bytes from anybody else, or something else from there, are what they were before. */
static void
test_strangers (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  DtlsAddress neighbour = peer->local;

  close_newest (server);
  neighbour.port++;
  test_server_forge (server, &neighbour, test_forge_record (DTLS_CONTENT_ALERT, 1, 9, "xx", 2));
  g_assert_cmpuint (count (server, DTLS_COUNT_NOT_DTLS), ==, 1);
  test_server_inject (server, &peer->local, "GET / HTTP/1.0", 14);
  g_assert_cmpuint (count (server, DTLS_COUNT_NOT_DTLS), ==, 2);
  g_assert_cmpuint (count (server, DTLS_COUNT_LATE), ==, 0);
}

/* A client whose handshake the server gave up repeats its flight for a minute. */
static void
test_half_open (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_add_peer (server, &(TestPeerOptions) { .key_hex = "00" });
  g_autoptr (DtlsCredentials) other = dtls_credentials_new ();

  test_server_run (server, SECOND / 2);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 1);
  dtls_listener_set_credentials (dtls_core_get_listener (server->pair->server), other);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
  test_server_run (server, 8 * SECOND);
  g_assert_false (peer->established);
  g_assert_cmpuint (count (server, DTLS_COUNT_LATE), >=, 3);
  g_assert_cmpuint (count (server, DTLS_COUNT_NOT_DTLS), ==, 0);
}

static DtlsPath
make_path (guint32 n)
{
  DtlsPath path = { .socket = n };

  return path;
}

static void
test_remembered (void)
{
  DtlsDeparted departed;
  DtlsPath one = make_path (1), two = make_path (2);

  dtls_departed_init (&departed, 0);
  g_assert_false (dtls_departed_has (&departed, &one, 0));
  dtls_departed_add (&departed, &one, 29 * SECOND);
  dtls_departed_add (&departed, &two, 40 * SECOND);
  g_assert_true (dtls_departed_has (&departed, &one, 59 * SECOND));
  g_assert_true (dtls_departed_say_bye (&departed, &one));
  g_assert_false (dtls_departed_say_bye (&departed, &one));
  g_assert_true (dtls_departed_has (&departed, &two, 70 * SECOND));
  g_assert_true (dtls_departed_say_bye (&departed, &two));
  g_assert_false (dtls_departed_has (&departed, &one, 130 * SECOND));
  g_assert_false (dtls_departed_has (&departed, &two, 130 * SECOND));
  /* after long silence nothing of it is left either */
  dtls_departed_add (&departed, &one, 130 * SECOND);
  g_assert_false (dtls_departed_has (&departed, &one, 3600 * SECOND));
  dtls_departed_clear (&departed);
}

/* However many end at one time: the newest of them are remembered, in bounded memory. */
static void
test_bounded (void)
{
  DtlsDeparted departed;
  DtlsPath path;

  dtls_departed_init (&departed, 0);
  for (guint i = 0; i < N_DEPARTED; i++)
    {
      path = make_path (i);
      dtls_departed_add (&departed, &path, i);
      g_assert_cmpuint (g_hash_table_size (departed.newer) + g_hash_table_size (departed.older),
                        <=, 2 * 16384);
    }
  for (guint i = N_DEPARTED - 16384; i < N_DEPARTED; i++)
    {
      path = make_path (i);
      g_assert_true (dtls_departed_has (&departed, &path, N_DEPARTED));
    }
  dtls_departed_clear (&departed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/listener/departed/goodbye", test_goodbye);
  g_test_add_func ("/dtls/listener/departed/goodbye-of-all", test_goodbye_of_all);
  g_test_add_func ("/dtls/listener/departed/goodbye-when-idle", test_goodbye_when_idle);
  g_test_add_func ("/dtls/listener/departed/late-data", test_late_data);
  g_test_add_func ("/dtls/listener/departed/strangers", test_strangers);
  g_test_add_func ("/dtls/listener/departed/half-open", test_half_open);
  g_test_add_func ("/dtls/departed/remembered", test_remembered);
  g_test_add_func ("/dtls/departed/bounded", test_bounded);
  return g_test_run ();
}
