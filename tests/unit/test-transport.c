/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "dtls-error.h"
#include "test-pipe.h"
#include "test-util.h"

#define N_SLOTS 8
#define SLOT_BYTES 64

typedef struct
{
  TestNetwork   *network;
  DtlsTransport *one, *two;
  DtlsDatagram   slots[N_SLOTS];
  guint8         bytes[N_SLOTS][SLOT_BYTES];
  guint          n_tapped;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->network = test_network_new ();
  self->one = test_pipe_new (self->network);
  self->two = test_pipe_new (self->network);
  for (guint i = 0; i < N_SLOTS; i++)
    {
      self->slots[i].bytes = self->bytes[i];
      self->slots[i].capacity = SLOT_BYTES;
    }
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_assert_finalize_object (self->one);
  g_assert_finalize_object (self->two);
  test_network_unref (self->network);
}

static guint32
open_socket (DtlsTransport     *transport,
             const char        *local,
             guint16            port,
             const DtlsAddress *peer,
             DtlsAddress       *bound)
{
  DtlsAddress address = test_address (local, port);
  g_autoptr(GError) error = NULL;
  guint32 socket = 0;

  dtls_transport_open (transport, &address, peer, &socket, bound, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (socket, !=, 0);
  return socket;
}

static void
send_text (DtlsTransport     *transport,
           guint32            socket,
           const DtlsAddress *to,
           const char        *text,
           gint64             now_us)
{
  DtlsDatagram out = { .path = { .peer = *to, .socket = socket }, .bytes = (guint8 *) text,
                       .n_bytes = strlen (text) };

  dtls_transport_send (transport, &out, 1, now_us);
}

static void
assert_text (const DtlsDatagram *slot,
             const char         *text)
{
  g_assert_cmpint (slot->error, ==, 0);
  g_assert_cmpmem (slot->bytes, slot->n_bytes, text, strlen (text));
}

static void
test_transport_there_and_back (Fixture       *self,
                               gconstpointer  data)
{
  DtlsAddress server, client;
  guint32 listening = open_socket (self->one, "127.0.0.1", 22334, NULL, &server);
  guint32 connected = open_socket (self->two, "::", 0, &server, &client);

  g_assert_cmpstr (test_address_text (&server), ==, "127.0.0.1:22334");
  g_assert_true (dtls_address_is_loopback (&client));
  g_assert_cmpuint (client.port, !=, 0);
  g_assert_cmpint (dtls_transport_get_deadline (self->one), ==, G_MAXINT64);
  g_assert_null (dtls_transport_create_source (self->one));

  send_text (self->two, connected, &server, "hello", 10);
  send_text (self->two, connected, &server, "", 10);
  g_assert_cmpint (dtls_transport_get_deadline (self->one), ==, 10);
  g_assert_cmpuint (dtls_transport_receive (self->one, self->slots, N_SLOTS, 10), ==, 2);
  assert_text (&self->slots[0], "hello");
  assert_text (&self->slots[1], "");
  g_assert_true (dtls_address_equal (&self->slots[0].path.peer, &client));
  g_assert_cmpuint (self->slots[0].path.socket, ==, listening);
  g_assert_cmpint (dtls_transport_get_deadline (self->one), ==, G_MAXINT64);

  send_text (self->one, listening, &client, "hello yourself", 11);
  g_assert_cmpuint (dtls_transport_receive (self->two, self->slots, N_SLOTS, 11), ==, 1);
  assert_text (&self->slots[0], "hello yourself");
  g_assert_true (dtls_address_equal (&self->slots[0].path.peer, &server));
  g_assert_cmpuint (self->slots[0].path.socket, ==, connected);
  g_assert_cmpuint (test_network_get_n_sent (self->network), ==, 3);
}

static void
test_transport_only_from_peer (Fixture       *self,
                               gconstpointer  data)
{
  DtlsAddress server = test_address ("127.0.0.1", 22334);
  DtlsAddress other = test_address ("127.0.0.9", 22334);
  DtlsAddress client;

  open_socket (self->two, "127.0.0.1", 5000, &server, &client);
  g_assert_false (test_network_inject (self->network, &other, &client, "x", 1, 0));
  g_assert_true (test_network_inject (self->network, &server, &client, "x", 1, 0));
  g_assert_cmpuint (dtls_transport_receive (self->two, self->slots, N_SLOTS, 0), ==, 1);
}

static void
test_transport_wildcard_local (Fixture       *self,
                               gconstpointer  data)
{
  DtlsAddress to = test_address ("127.0.0.2", 22334);
  DtlsAddress client;
  guint32 listening = open_socket (self->one, "::", 22334, NULL, NULL);
  guint32 connected = open_socket (self->two, "127.0.0.1", 0, &to, &client);
  DtlsDatagram answer;

  send_text (self->two, connected, &to, "x", 0);
  g_assert_cmpuint (dtls_transport_receive (self->one, self->slots, N_SLOTS, 0), ==, 1);
  g_assert_cmpmem (self->slots[0].path.local, 16, to.ip, 16);

  answer = (DtlsDatagram) { .path = self->slots[0].path, .bytes = (guint8 *) "y", .n_bytes = 1 };
  g_assert_cmpuint (answer.path.socket, ==, listening);
  dtls_transport_send (self->one, &answer, 1, 0);
  g_assert_cmpuint (dtls_transport_receive (self->two, self->slots, N_SLOTS, 0), ==, 1);
}

static void
test_transport_refused (Fixture       *self,
                        gconstpointer  data)
{
  DtlsAddress nobody = test_address ("127.0.0.1", 9);
  guint32 socket = open_socket (self->one, "127.0.0.1", 0, &nobody, NULL);

  send_text (self->one, socket, &nobody, "x", 0);
  g_assert_cmpuint (dtls_transport_receive (self->one, self->slots, N_SLOTS, 0), ==, 1);
  g_assert_cmpint (self->slots[0].error, ==, ECONNREFUSED);
  g_assert_cmpuint (self->slots[0].n_bytes, ==, 0);
  g_assert_cmpuint (self->slots[0].path.socket, ==, socket);

  test_network_set_refusing (self->network, FALSE);
  send_text (self->one, socket, &nobody, "x", 0);
  g_assert_cmpuint (dtls_transport_receive (self->one, self->slots, N_SLOTS, 0), ==, 0);
}

static void
test_transport_in_use (Fixture       *self,
                       gconstpointer  data)
{
  DtlsAddress address = test_address ("127.0.0.1", 22334);
  g_autoptr(GError) error = NULL;
  guint32 first = open_socket (self->one, "127.0.0.1", 22334, NULL, NULL);
  guint32 second;

  g_assert_false (dtls_transport_open (self->two, &address, NULL, &second, NULL, &error));
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_ADDRESS_IN_USE);
  dtls_transport_close (self->one, first);
  open_socket (self->two, "127.0.0.1", 22334, NULL, NULL);
}

/* Holds the first back and brings it after the second; drops the third; changes the fourth. */
static gboolean
mischief (TestNetwork  *network,
          TestDatagram *datagram,
          gpointer      user_data)
{
  Fixture *self = user_data;

  self->n_tapped++;
  switch (datagram->index)
    {
    case 0:
      return FALSE;
    case 1:
      test_network_inject (network, &datagram->from, &datagram->to, "2", 1, datagram->now_us);
      test_network_inject (network, &datagram->from, &datagram->to, "1", 1, datagram->now_us);
      return FALSE;
    case 2:
      return FALSE;
    default:
      datagram->bytes->data[0] = '5';
      return TRUE;
    }
}

static void
test_transport_tap (Fixture       *self,
                    gconstpointer  data)
{
  DtlsAddress server;
  guint32 socket;

  open_socket (self->one, "127.0.0.1", 0, NULL, &server);
  socket = open_socket (self->two, "127.0.0.1", 0, &server, NULL);
  test_network_set_tap (self->network, mischief, self);
  for (guint i = 0; i < 4; i++)
    send_text (self->two, socket, &server, (const char *[]) { "1", "2", "3", "4" }[i], 0);
  g_assert_cmpuint (self->n_tapped, ==, 4);
  g_assert_cmpuint (dtls_transport_receive (self->one, self->slots, N_SLOTS, 0), ==, 3);
  assert_text (&self->slots[0], "2");
  assert_text (&self->slots[1], "1");
  assert_text (&self->slots[2], "5");
  test_network_set_tap (self->network, NULL, NULL);

  test_network_drop_nth (self->network, 1);
  for (guint i = 0; i < 3; i++)
    send_text (self->two, socket, &server, (const char *[]) { "1", "2", "3" }[i], 0);
  g_assert_cmpuint (dtls_transport_receive (self->one, self->slots, N_SLOTS, 0), ==, 2);
  assert_text (&self->slots[0], "1");
  assert_text (&self->slots[1], "3");
}

static void
test_transport_delay (Fixture       *self,
                      gconstpointer  data)
{
  DtlsAddress server;
  guint32 socket;

  open_socket (self->one, "127.0.0.1", 0, NULL, &server);
  socket = open_socket (self->two, "127.0.0.1", 0, &server, NULL);
  test_network_set_delay (self->network, 5000);
  send_text (self->two, socket, &server, "later", 1000);
  g_assert_cmpint (test_network_get_deadline (self->network), ==, 6000);
  g_assert_cmpuint (dtls_transport_receive (self->one, self->slots, N_SLOTS, 5999), ==, 0);
  g_assert_cmpuint (dtls_transport_receive (self->one, self->slots, N_SLOTS, 6000), ==, 1);
  g_assert_cmpint (test_network_get_deadline (self->network), ==, G_MAXINT64);
}

static void
test_transport_limits (Fixture       *self,
                       gconstpointer  data)
{
  DtlsAddress server;
  DtlsAddress from = test_address ("192.0.2.1", 7);
  guint8 big[SLOT_BYTES + 1] = { 0 };

  open_socket (self->one, "127.0.0.1", 0, NULL, &server);
  for (guint i = 0; i < N_SLOTS + 1; i++)
    test_network_inject (self->network, &from, &server, big, i == 0 ? sizeof big : i, 0);
  g_assert_cmpuint (dtls_transport_receive (self->one, self->slots, N_SLOTS, 0), ==, N_SLOTS);
  g_assert_true (self->slots[0].truncated);
  g_assert_cmpuint (self->slots[0].n_bytes, ==, SLOT_BYTES);
  g_assert_false (self->slots[1].truncated);
  g_assert_cmpuint (dtls_transport_receive (self->one, self->slots, N_SLOTS, 0), ==, 1);
  g_assert_cmpuint (self->slots[0].n_bytes, ==, N_SLOTS);

  test_pipe_add_drops (TEST_PIPE (self->one), 3);
  g_assert_cmpuint (dtls_transport_get_drops (self->one), ==, 3);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void      (*func) (Fixture *, gconstpointer);
  } cases[] = {
    { "/dtls/transport/there-and-back", test_transport_there_and_back },
    { "/dtls/transport/only-from-peer", test_transport_only_from_peer },
    { "/dtls/transport/wildcard-local", test_transport_wildcard_local },
    { "/dtls/transport/refused", test_transport_refused },
    { "/dtls/transport/in-use", test_transport_in_use },
    { "/dtls/transport/tap", test_transport_tap },
    { "/dtls/transport/delay", test_transport_delay },
    { "/dtls/transport/limits", test_transport_limits },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, set_up, cases[i].func, tear_down);
  return g_test_run ();
}
