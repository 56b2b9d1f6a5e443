/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "test-server.h"

#include <string.h>

#include "test-clock.h"
#include "test-util.h"

enum { MAX_TURNS = 1000000, ANSWER_WITHIN_US = 100 * 1000 };

static gboolean
count_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  TestServer *self = user_data;

  if (!dtls_address_equal (&datagram->from, &self->pair->server_address))
    return TRUE;
  self->n_datagrams++;
  self->n_bytes += datagram->bytes->len;
  self->n_last = MIN (datagram->bytes->len, sizeof self->last);
  memcpy (self->last, datagram->bytes->data, self->n_last);
  return TRUE;
}

/**
 * test_server_new_full:
 * @options: (nullable): NULL, or no profile or credentials in it: compatible, the demonstration
 *   key; its address is set here
 *
 * Returns: (transfer full): a server listening on 127.0.0.1:22334, in virtual time
 */
TestServer *
test_server_new_full (DtlsListenOptions *options)
{
  TestServer *self = g_new0 (TestServer, 1);
  g_autoptr (DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr (DtlsCredentials) shared = dtls_credentials_new_shared (demo);
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsProfile) compatible = dtls_profile_new ("compatible", &error);
  DtlsAddress local = test_address ("127.0.0.1", DTLS_DEFAULT_PORT);
  DtlsListenOptions own = test_listen_options (&local, shared, compatible);

  g_assert_no_error (error);
  if (options != NULL)
    {
      DtlsLimits limits = own.limits;

      own = *options;
      own.local = local;
      if (own.credentials == NULL)
        own.credentials = shared;
      if (own.profile == NULL)
        own.profile = compatible;
      if (own.limits.max_half_open == 0)
        own.limits = limits;
    }
  self->pair = test_pair_new ();
  self->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) test_peer_free);
  dtls_core_listen (self->pair->server, &own, &self->pair->server_address, &error);
  g_assert_no_error (error);
  test_network_set_tap (self->pair->network, count_cb, self);
  return self;
}

TestServer *
test_server_new (void)
{
  return test_server_new_full (NULL);
}

void
test_server_free (TestServer *self)
{
  g_ptr_array_unref (self->peers);
  test_pair_free (self->pair);
  g_free (self);
}

TestPeer *
test_server_add_peer (TestServer *self, const TestPeerOptions *options)
{
  TestPeer *peer
    = test_peer_new (self->pair->network, options, NULL, &self->pair->server_address);

  g_ptr_array_add (self->peers, peer);
  return peer;
}

TestPeer *
test_server_add_peer_at (TestServer *self, const TestPeerOptions *options, const char *ip,
                         guint16 port)
{
  DtlsAddress local = test_address (ip, port);
  TestPeer *peer
    = test_peer_new (self->pair->network, options, &local, &self->pair->server_address);

  g_ptr_array_add (self->peers, peer);
  return peer;
}

static gint64
turn (TestServer *self)
{
  gint64 next_us = test_pair_turn (self->pair);

  for (guint i = 0; i < self->peers->len; i++)
    {
      gint64 peer_us = test_peer_turn (g_ptr_array_index (self->peers, i));

      next_us = MIN (next_us, peer_us);
    }
  return MIN (next_us, test_network_get_deadline (self->pair->network));
}

/**
 * test_server_run_until:
 * @condition: (nullable): NULL: for the whole time
 * @at_most_us: of virtual time
 *
 * Returns: whether @condition became true
 */
gboolean
test_server_run_until (TestServer *self, TestServerCondition condition, gpointer user_data,
                       gint64 at_most_us)
{
  gint64 end_us = test_clock_get () + at_most_us;

  for (guint i = 0; i < MAX_TURNS; i++)
    {
      guint64 n_sent = test_network_get_n_sent (self->pair->network);
      gint64 next_us = turn (self);

      if (condition != NULL && condition (self, user_data))
        return TRUE;
      if (test_network_get_n_sent (self->pair->network) != n_sent
          || next_us <= test_clock_get ())
        continue;               /* something is on its way at this very time */
      if (next_us > end_us)
        {
          test_clock_set (end_us);
          turn (self);
          return condition != NULL && condition (self, user_data);
        }
      test_clock_set (next_us);
    }
  g_error ("virtual time does not move");
}

void
test_server_run (TestServer *self, gint64 us)
{
  test_server_run_until (self, NULL, NULL, us);
}

static gboolean
is_finished (TestServer *self, gpointer user_data)
{
  TestPeer *peer = user_data;

  return peer->established || peer->failure != 0;
}

/**
 * test_server_finish:
 *
 * Returns: whether @peer has finished its handshake
 */
gboolean
test_server_finish (TestServer *self, TestPeer *peer, gint64 at_most_us)
{
  test_server_run_until (self, is_finished, peer, at_most_us);
  return peer->established;
}

/**
 * test_server_establish:
 *
 * Returns: (transfer none): a peer that has finished its handshake with the server
 */
TestPeer *
test_server_establish (TestServer *self, const TestPeerOptions *options)
{
  TestPeer *peer = test_server_add_peer (self, options);

  g_assert_true (test_server_finish (self, peer, G_USEC_PER_SEC));
  return peer;
}

typedef struct
{
  TestPeer *peer;
  guint     n_before;
} Expectation;

static gboolean
is_answered (TestServer *self, gpointer user_data)
{
  Expectation *expectation = user_data;

  return expectation->peer->messages->len > expectation->n_before;
}

/**
 * test_server_answers:
 *
 * Whether a message of @peer is delivered by the server once, and answered.
 */
gboolean
test_server_answers (TestServer *self, TestPeer *peer, const char *text)
{
  Expectation expectation = { peer, peer->messages->len };
  guint n_before = test_events_count (self->pair->server_events, DTLS_EVENT_MESSAGE, 0);

  if (!peer->established || peer->closed || peer->failure != 0)
    return FALSE;
  test_peer_send (peer, text);
  return test_server_run_until (self, is_answered, &expectation, ANSWER_WITHIN_US)
         && test_events_find_message (self->pair->server_events, text) != NULL
         && test_events_count (self->pair->server_events, DTLS_EVENT_MESSAGE, 0) == n_before + 1;
}

/**
 * test_server_inject:
 *
 * Puts any bytes on the network that claim to come from @from.
 */
void
test_server_inject (TestServer *self, const DtlsAddress *from, const void *bytes, gsize n_bytes)
{
  test_network_inject (self->pair->network, from, &self->pair->server_address, bytes, n_bytes,
                       test_clock_get ());
}

/**
 * test_server_forge:
 * @bytes: (transfer full):
 *
 * The same, and the server reads it before this returns.
 */
void
test_server_forge (TestServer *self, const DtlsAddress *from, GByteArray *bytes)
{
  test_server_inject (self, from, bytes->data, bytes->len);
  g_byte_array_unref (bytes);
  test_pair_turn (self->pair);
}

void
test_server_reset (TestServer *self)
{
  self->n_datagrams = 0;
  self->n_bytes = self->n_last = 0;
}

/**
 * test_server_stall:
 * @random: of the hello
 *
 * A client from @from that proves its address and then falls silent: both hellos, no more.
 *
 * Returns: whether the server answered both of them
 */
gboolean
test_server_stall (TestServer *self, const DtlsAddress *from, guint32 random)
{
  const guint8 *cookie;
  gsize n_cookie;

  test_server_reset (self);
  test_server_forge (self, from, test_forge_hello (random, 0, NULL, 0));
  if (self->n_datagrams != 1
      || !test_forge_read_cookie (self->last, self->n_last, &cookie, &n_cookie))
    return FALSE;
  test_server_forge (self, from, test_forge_hello (random, 1, cookie, n_cookie));
  return self->n_datagrams >= 2;
}

guint
test_server_count (TestServer *self, DtlsCode code)
{
  guint n = 0;

  for (guint i = 0; i < self->pair->server_events->len; i++)
    {
      TestEvent *event = g_ptr_array_index (self->pair->server_events, i);

      n += event->head.kind != DTLS_EVENT_MESSAGE && event->head.code == code;
    }
  return n;
}

guint
test_server_get_n_half_open (TestServer *self)
{
  return dtls_core_get_table (self->pair->server)->half_open.length;
}

guint
test_server_get_n_established (TestServer *self)
{
  return dtls_core_get_table (self->pair->server)->established.length;
}
