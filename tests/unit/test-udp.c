/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dtls-error.h"
#include "dtls-udp.h"
#include "test-util.h"

#define N_SLOTS 64
#define SLOT_BYTES 2048

typedef struct
{
  DtlsTransport *server, *client;
  DtlsDatagram   slots[N_SLOTS];
  guint8         bytes[N_SLOTS][SLOT_BYTES];
} Fixture;

/* What a wait collects; the slots are filled from the first. */
typedef struct
{
  Fixture       *fixture;
  DtlsTransport *transport;
  guint          n_wanted;
  guint          n;
} Wait;

static gboolean ipv6_is_off;

/* Stands in for the C library's, so that one computer can do without IPv6. */
int
socket (int domain,
        int type,
        int protocol)
{
  if (domain == AF_INET6 && ipv6_is_off)
    {
      errno = EAFNOSUPPORT;
      return -1;
    }
  return syscall (SYS_socket, domain, type, protocol);
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->server = dtls_udp_new ();
  self->client = dtls_udp_new ();
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
  g_assert_finalize_object (self->server);
  g_assert_finalize_object (self->client);
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
  guint32 id = 0;

  dtls_transport_open (transport, &address, peer, &id, bound, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (id, !=, 0);
  return id;
}

static void
send_bytes (DtlsTransport *transport,
            guint32        socket_id,
            const void    *bytes,
            gsize          n_bytes)
{
  DtlsDatagram out = { .path.socket = socket_id, .bytes = (guint8 *) bytes, .n_bytes = n_bytes };

  dtls_transport_send (transport, &out, 1, 0);
}

static gboolean
receive_cb (gpointer user_data)
{
  Wait *wait = user_data;

  wait->n += dtls_transport_receive (wait->transport, wait->fixture->slots + wait->n,
                                     N_SLOTS - wait->n, 0);
  return wait->n >= wait->n_wanted;
}

static void
assert_receives (Fixture       *self,
                 DtlsTransport *transport,
                 guint          n)
{
  Wait wait = { self, transport, n, 0 };

  test_assert_wait (NULL, receive_cb, &wait);
  g_assert_cmpuint (wait.n, ==, n);
}

static void
assert_open_fails (const char  *local,
                   guint16      port,
                   const char  *peer,
                   int          code,
                   const char  *sentence)
{
  g_autoptr(DtlsTransport) transport = dtls_udp_new ();
  g_autoptr(GError) error = NULL;
  DtlsAddress address = test_address (local, port);
  DtlsAddress to = test_address (peer != NULL ? peer : "::", 9);
  guint32 id;

  g_assert_false (dtls_transport_open (transport, &address, peer != NULL ? &to : NULL, &id, NULL,
                                       &error));
  g_assert_error (error, DTLS_ERROR, code);
  g_assert_cmpstr (error->message, ==, sentence);
}

static void
answer_all (Fixture *self,
            guint    n)
{
  dtls_transport_send (self->server, self->slots, n, 0);
}

static void
check_echo (Fixture    *self,
            const char *listen_on,
            const char *connect_to,
            const char *client_ip)
{
  DtlsAddress server, client;
  guint32 listening = open_socket (self->server, listen_on, 0, NULL, &server);
  char text[DTLS_ADDRESS_TEXT_BYTES];
  guint32 connected;

  g_assert_cmpuint (server.port, !=, 0);
  server = test_address (connect_to, server.port);
  connected = open_socket (self->client, "::", 0, &server, &client);
  dtls_address_print (&client, DTLS_ADDRESS_BARE, text);
  g_assert_cmpstr (text, ==, client_ip);

  send_bytes (self->client, connected, "question", 8);
  assert_receives (self, self->server, 1);
  g_assert_cmpint (self->slots[0].error, ==, 0);
  g_assert_cmpuint (self->slots[0].path.socket, ==, listening);
  g_assert_cmpuint (self->slots[0].path.zero, ==, 0);
  g_assert_true (dtls_address_equal (&self->slots[0].path.peer, &client));
  g_assert_cmpmem (self->slots[0].bytes, self->slots[0].n_bytes, "question", 8);

  answer_all (self, 1);
  assert_receives (self, self->client, 1);
  g_assert_cmpint (self->slots[0].error, ==, 0);
  g_assert_cmpuint (self->slots[0].path.socket, ==, connected);
  g_assert_true (dtls_address_equal (&self->slots[0].path.peer, &server));
  g_assert_cmpmem (self->slots[0].bytes, self->slots[0].n_bytes, "question", 8);

  dtls_transport_close (self->server, listening);
  dtls_transport_close (self->client, connected);
}

static void
test_udp_echo (Fixture       *self,
               gconstpointer  data)
{
  static const guint8 zero[16];

  check_echo (self, "127.0.0.1", "127.0.0.1", "127.0.0.1");
  g_assert_cmpmem (self->slots[0].path.local, 16, zero, 16);
  check_echo (self, "::1", "::1", "::1");
}

/* The client's socket is connected: it takes no answer but from where it asked. */
static void
test_udp_t44_answers_from_same_address (Fixture       *self,
                                        gconstpointer  data)
{
  check_echo (self, "::", "127.0.0.2", "127.0.0.1");
  check_echo (self, "::", "::1", "::1");
  check_echo (self, "0.0.0.0", "127.0.0.3", "127.0.0.1");
}

static void
test_udp_t44_tells_local_address (Fixture       *self,
                                  gconstpointer  data)
{
  DtlsAddress server, to;
  guint32 connected;

  open_socket (self->server, "::", 0, NULL, &server);
  g_assert_true (dtls_address_is_any (&server));
  g_assert_false (dtls_address_is_ipv4 (&server));
  to = test_address ("127.0.0.2", server.port);
  connected = open_socket (self->client, "0.0.0.0", 0, &to, NULL);
  send_bytes (self->client, connected, "x", 1);
  assert_receives (self, self->server, 1);
  g_assert_cmpmem (self->slots[0].path.local, 16, to.ip, 16);
}

static void
test_udp_t47_port_is_not_shared (Fixture       *self,
                                 gconstpointer  data)
{
  static const char *const others[] = { "127.0.0.1", "0.0.0.0", "::" };
  g_autofree char *as_local = NULL;
  DtlsAddress server;

  open_socket (self->server, "127.0.0.1", 0, NULL, &server);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *sentence = g_strdup_printf ("Cannot listen on %s port %u: already in use. "
                                                   "Choose another port, or 0 for any.",
                                                   others[i], server.port);

      assert_open_fails (others[i], server.port, NULL, DTLS_ERROR_ADDRESS_IN_USE, sentence);
    }
  as_local = g_strdup_printf ("Cannot use 127.0.0.1 port %u as local port: already in use. "
                              "Choose another port, or 0 for any.", server.port);
  assert_open_fails ("127.0.0.1", server.port, "127.0.0.1", DTLS_ERROR_ADDRESS_IN_USE, as_local);
}

static void
test_udp_t17_empty_and_truncated (Fixture       *self,
                                  gconstpointer  data)
{
  static guint8 big[SLOT_BYTES + 1] = { 7 };
  DtlsAddress server;
  guint32 connected;

  open_socket (self->server, "127.0.0.1", 0, NULL, &server);
  connected = open_socket (self->client, "::", 0, &server, NULL);
  send_bytes (self->client, connected, "", 0);
  send_bytes (self->client, connected, big, sizeof big);
  send_bytes (self->client, connected, big, SLOT_BYTES);
  send_bytes (self->client, connected, "last", 4);
  assert_receives (self, self->server, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (self->slots[i].error, ==, 0);
  g_assert_cmpuint (self->slots[0].n_bytes, ==, 0);
  g_assert_true (self->slots[1].truncated);
  g_assert_cmpuint (self->slots[1].n_bytes, ==, SLOT_BYTES);
  g_assert_false (self->slots[2].truncated);
  g_assert_cmpuint (self->slots[2].n_bytes, ==, SLOT_BYTES);
  g_assert_cmpmem (self->slots[3].bytes, self->slots[3].n_bytes, "last", 4);

  /* The same towards a connected socket. */
  self->slots[1].bytes = big;
  self->slots[1].n_bytes = sizeof big;
  answer_all (self, 4);
  self->slots[1].bytes = self->bytes[1];
  assert_receives (self, self->client, 4);
  g_assert_cmpuint (self->slots[0].n_bytes, ==, 0);
  g_assert_cmpint (self->slots[0].error, ==, 0);
  g_assert_true (self->slots[1].truncated);
  g_assert_cmpuint (self->slots[1].n_bytes, ==, SLOT_BYTES);
  g_assert_false (self->slots[2].truncated);
  g_assert_cmpmem (self->slots[3].bytes, self->slots[3].n_bytes, "last", 4);
}

static void
test_udp_t4_refused_is_an_entry (Fixture       *self,
                                 gconstpointer  data)
{
  DtlsAddress server;
  guint32 listening = open_socket (self->server, "127.0.0.1", 0, NULL, &server);
  guint32 connected = open_socket (self->client, "::", 0, &server, NULL);

  dtls_transport_close (self->server, listening);
  send_bytes (self->client, connected, "x", 1);
  assert_receives (self, self->client, 1);
  g_assert_cmpint (self->slots[0].error, ==, ECONNREFUSED);
  g_assert_cmpuint (self->slots[0].n_bytes, ==, 0);
  g_assert_cmpuint (self->slots[0].path.socket, ==, connected);
  g_assert_true (dtls_address_equal (&self->slots[0].path.peer, &server));
  g_assert_cmpuint (dtls_transport_receive (self->client, self->slots, N_SLOTS, 0), ==, 0);
}

static void
test_udp_t18_refused_is_sent_again (Fixture       *self,
                                    gconstpointer  data)
{
  DtlsAddress server;
  guint32 listening = open_socket (self->server, "127.0.0.1", 0, NULL, &server);
  guint32 connected = open_socket (self->client, "::", 0, &server, NULL);

  dtls_transport_close (self->server, listening);
  send_bytes (self->client, connected, "lost", 4);
  open_socket (self->server, "127.0.0.1", server.port, NULL, NULL);
  send_bytes (self->client, connected, "kept", 4);      /* meets the refusal of the first */
  g_assert_cmpint (dtls_transport_get_deadline (self->client), ==, 0);
  assert_receives (self, self->server, 1);
  g_assert_cmpmem (self->slots[0].bytes, self->slots[0].n_bytes, "kept", 4);
  assert_receives (self, self->client, 1);
  g_assert_cmpint (self->slots[0].error, ==, ECONNREFUSED);
  g_assert_cmpint (dtls_transport_get_deadline (self->client), ==, G_MAXINT64);
}

/* sendmmsg stops before a bad one: it is named, the others go. */
static void
check_burst_skips (Fixture             *self,
                   DtlsTransport       *from,
                   DtlsTransport       *to,
                   DtlsDatagram         out[5],
                   const DtlsDatagram  *bad,
                   int                  error)
{
  dtls_transport_send (from, out, 5, 0);
  g_assert_cmpint (dtls_transport_get_deadline (from), ==, 0);
  assert_receives (self, to, 4);
  for (guint i = 0, k = 0; i < 5; i++)
    if (&out[i] != bad)
      g_assert_cmpuint (self->slots[k++].n_bytes, ==, out[i].n_bytes);
  assert_receives (self, from, 1);
  g_assert_cmpint (self->slots[0].error, ==, error);
  g_assert_cmpuint (self->slots[0].n_bytes, ==, 0);
  g_assert_true (dtls_path_equal (&self->slots[0].path, &bad->path));
  g_assert_cmpint (dtls_transport_get_deadline (from), ==, G_MAXINT64);
}

static void
test_udp_t19_emsgsize_is_an_entry (Fixture       *self,
                                   gconstpointer  data)
{
  static guint8 big[65508];
  DtlsAddress server, client;
  guint32 listening = open_socket (self->server, "127.0.0.1", 0, NULL, &server);
  guint32 connected = open_socket (self->client, "::", 0, &server, &client);
  DtlsDatagram out[5];

  for (guint i = 0; i < 5; i++)
    {
      out[i] = (DtlsDatagram) { .path = { .peer = server, .socket = connected }, .bytes = big,
                                .n_bytes = i == 2 ? sizeof big : i + 1 };
    }
  check_burst_skips (self, self->client, self->server, out, &out[2], EMSGSIZE);

  for (guint i = 0; i < 5; i++)
    out[i].path = (DtlsPath) { .peer = client, .socket = listening };
  check_burst_skips (self, self->server, self->client, out, &out[2], EMSGSIZE);

  /* First of all, and a peer of the other family: nothing can be sent to it from here. */
  for (guint i = 0; i < 5; i++)
    out[i].n_bytes = i + 1;
  out[0].path.peer = test_address ("::1", 9);
  check_burst_skips (self, self->server, self->client, out, &out[0], EDESTADDRREQ);
}

/* What the kernel believes about a path: of connected sockets, in bytes of payload. */
static void
test_udp_mtu (Fixture       *self,
              gconstpointer  data)
{
  DtlsAddress server, server6, client;
  guint32 listening = open_socket (self->server, "127.0.0.1", 0, NULL, &server);
  guint32 connected = open_socket (self->client, "0.0.0.0", 0, &server, &client);
  guint32 mapped = open_socket (self->client, "::", 0, &server, &client);

  g_assert_cmpuint (dtls_transport_get_mtu (self->server, listening), ==, 0);
  g_assert_cmpuint (dtls_transport_get_mtu (self->server, 1000), ==, 0);
  g_assert_cmpuint (dtls_transport_get_mtu (self->client, connected), >=, 1200);
  g_assert_cmpuint (dtls_transport_get_mtu (self->client, connected), <=, 65535 - 28);
  g_assert_cmpuint (dtls_transport_get_mtu (self->client, mapped), ==,
                    dtls_transport_get_mtu (self->client, connected));
  open_socket (self->server, "::1", 0, NULL, &server6);
  connected = open_socket (self->client, "::", 0, &server6, &client);
  g_assert_cmpuint (dtls_transport_get_mtu (self->client, connected), >=, 1200);
  g_assert_cmpuint (dtls_transport_get_mtu (self->client, connected), <=, 65536 - 48);
}

static void
test_udp_errors_are_bounded (Fixture       *self,
                             gconstpointer  data)
{
  DtlsAddress server;
  guint32 listening = open_socket (self->server, "127.0.0.1", 0, NULL, &server);
  DtlsDatagram out[N_SLOTS];
  guint n = 0, n_named = 0, got;

  for (guint i = 0; i < N_SLOTS; i++)
    out[i] = (DtlsDatagram) { .path = { .peer = test_address ("::1", 9), .socket = listening },
                              .bytes = self->bytes[0], .n_bytes = 1 };
  for (guint i = 0; i < 10; i++)
    dtls_transport_send (self->server, out, N_SLOTS, 0);
  while ((got = dtls_transport_receive (self->server, self->slots, N_SLOTS, 0)) > 0)
    for (guint i = 0; i < got; i++)
      {
        g_assert_cmpint (self->slots[i].error, !=, 0);
        n_named += self->slots[i].path.socket == listening;
        n++;
      }
  g_assert_cmpuint (n_named, ==, 256);
  g_assert_cmpuint (n, ==, 10 * N_SLOTS);       /* the others are a number: none is forgotten */
  g_assert_cmpint (dtls_transport_get_deadline (self->server), ==, G_MAXINT64);

  /* A closed socket's errors go with it. */
  dtls_transport_send (self->server, out, N_SLOTS, 0);
  dtls_transport_close (self->server, listening);
  g_assert_cmpint (dtls_transport_get_deadline (self->server), ==, G_MAXINT64);
}

static void
test_udp_stale_number (Fixture       *self,
                       gconstpointer  data)
{
  DtlsAddress server;
  guint32 first, second;

  open_socket (self->server, "127.0.0.1", 0, NULL, &server);
  first = open_socket (self->client, "::", 0, &server, NULL);
  dtls_transport_close (self->client, first);
  dtls_transport_close (self->client, first);
  dtls_transport_close (self->client, 0);
  second = open_socket (self->client, "::", 0, &server, NULL);
  g_assert_cmpuint (first, !=, second);
  send_bytes (self->client, first, "nothing", 7);
  send_bytes (self->client, 0, "nothing", 7);
  send_bytes (self->client, second, "ok", 2);
  assert_receives (self, self->server, 1);
  g_assert_cmpmem (self->slots[0].bytes, self->slots[0].n_bytes, "ok", 2);
}

static void
test_udp_fair (Fixture       *self,
               gconstpointer  data)
{
  DtlsAddress busy, calm;
  guint32 busy_id = open_socket (self->server, "127.0.0.1", 0, NULL, &busy);
  guint32 calm_id = open_socket (self->server, "127.0.0.1", 0, NULL, &calm);
  guint32 to_busy = open_socket (self->client, "::", 0, &busy, NULL);
  guint32 to_calm = open_socket (self->client, "::", 0, &calm, NULL);
  guint n_calm = 0, n_busy = 0;

  for (guint i = 0; i < 300; i++)
    send_bytes (self->client, to_busy, "x", 1);
  send_bytes (self->client, to_calm, "y", 1);
  assert_receives (self, self->server, N_SLOTS);
  for (guint i = 0; i < N_SLOTS; i++)
    {
      n_calm += self->slots[i].path.socket == calm_id;
      n_busy += self->slots[i].path.socket == busy_id;
    }
  g_assert_cmpuint (n_calm, ==, 1);
  g_assert_cmpuint (n_busy, ==, N_SLOTS - 1);
}

/* A source that was made before most of its sockets, and sockets beyond one epoll_wait. */

#define N_MANY 200

typedef struct
{
  Fixture *fixture;
  guint    n_dispatches;
  guint    n_answers[N_MANY];
  guint32  ids[N_MANY];
  guint    n_left;
} Many;

static gboolean
many_cb (gpointer user_data)
{
  Many *many = user_data;
  Fixture *self = many->fixture;
  guint n;

  many->n_dispatches++;
  n = dtls_transport_receive (self->client, self->slots, N_SLOTS, 0);
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < N_MANY; k++)
      if (many->ids[k] == self->slots[i].path.socket)
        {
          g_assert_cmpint (self->slots[i].error, ==, 0);
          g_assert_cmpuint (many->n_answers[k]++, ==, 0);
          many->n_left--;
        }
  return G_SOURCE_CONTINUE;
}

static gboolean
server_cb (gpointer user_data)
{
  Fixture *self = user_data;
  guint n = dtls_transport_receive (self->server, self->slots, N_SLOTS, 0);

  answer_all (self, n);
  return G_SOURCE_CONTINUE;
}

static gboolean
many_done_cb (gpointer user_data)
{
  return ((Many *) user_data)->n_left == 0;
}

static void
check_many (Fixture *self,
            guint    n_before,
            guint    n_after)
{
  g_autoptr(GMainContext) context = g_main_context_new ();
  g_autoptr(GSource) source = NULL;
  g_autoptr(GSource) server_source = NULL;
  Many many = { .fixture = self };
  DtlsAddress server;
  guint n = n_before + n_after;

  open_socket (self->server, "127.0.0.1", 0, NULL, &server);
  server_source = dtls_transport_create_source (self->server);
  g_source_set_callback (server_source, server_cb, self, NULL);
  g_source_attach (server_source, context);

  for (guint i = 0; i < n_before; i++)
    many.ids[i] = open_socket (self->client, "::", 0, &server, NULL);
  source = dtls_transport_create_source (self->client);
  g_source_set_callback (source, many_cb, &many, NULL);
  g_source_attach (source, context);
  for (guint i = n_before; i < n; i++)
    many.ids[i] = open_socket (self->client, "::", 0, &server, NULL);

  /* Nothing to read: it sleeps. */
  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_cmpuint (many.n_dispatches, ==, 0);

  many.n_left = n;
  for (guint i = 0; i < n; i++)
    send_bytes (self->client, many.ids[i], "x", 1);
  test_assert_wait (context, many_done_cb, &many);

  /* Every other one goes; the rest is still served. */
  for (guint i = 0; i < n; i += 2)
    {
      dtls_transport_close (self->client, many.ids[i]);
      many.ids[i] = 0;
    }
  memset (many.n_answers, 0, sizeof many.n_answers);
  many.n_left = n / 2;
  for (guint i = 1; i < n; i += 2)
    send_bytes (self->client, many.ids[i], "y", 1);
  test_assert_wait (context, many_done_cb, &many);

  g_source_destroy (source);
  g_source_destroy (server_source);
}

static void
test_udp_source_few (Fixture       *self,
                     gconstpointer  data)
{
  check_many (self, 0, 6);
}

static void
test_udp_source_becomes_epoll (Fixture       *self,
                               gconstpointer  data)
{
  check_many (self, 3, N_MANY - 3);
}

static void
test_udp_source_epoll_from_start (Fixture       *self,
                                  gconstpointer  data)
{
  check_many (self, N_MANY, 0);
}

/* A second source after the first was destroyed polls the same sockets. */
static void
test_udp_source_again (Fixture       *self,
                       gconstpointer  data)
{
  check_many (self, 3, 3);
  check_many (self, 3, 20);
  check_many (self, 3, 20);
}

/* Everything that was sent was either handed out or counted as dropped. */
static guint64
flood (Fixture       *self,
       DtlsTransport *from,
       DtlsTransport *to,
       const DtlsPath *path)
{
  const guint n_sent = 40000;
  DtlsDatagram out[N_SLOTS];
  guint64 n_received = 0, before = dtls_transport_get_drops (to);
  guint got;

  for (guint i = 0; i < N_SLOTS; i++)
    out[i] = (DtlsDatagram) { .path = *path, .bytes = self->bytes[0], .n_bytes = 600 };
  for (guint i = 0; i < n_sent / N_SLOTS; i++)
    dtls_transport_send (from, out, N_SLOTS, 0);
  while ((got = dtls_transport_receive (to, self->slots, N_SLOTS, 0)) > 0)
    n_received += got;

  /* The count comes with what arrives after the loss. */
  dtls_transport_send (from, out, N_SLOTS, 0);
  while ((got = dtls_transport_receive (to, self->slots, N_SLOTS, 0)) > 0)
    n_received += got;
  g_assert_cmpuint (n_received + dtls_transport_get_drops (to) - before, ==, n_sent + N_SLOTS);
  return dtls_transport_get_drops (to) - before;
}

static void
test_udp_drops_are_counted (Fixture       *self,
                            gconstpointer  data)
{
  DtlsAddress server, client;
  DtlsPath path = { .zero = 0 };
  guint32 listening = open_socket (self->server, "127.0.0.1", 0, NULL, &server);

  path.socket = open_socket (self->client, "::", 0, &server, &client);
  g_assert_cmpuint (flood (self, self->client, self->server, &path), >, 0);
  path = (DtlsPath) { .peer = client, .socket = listening };
  g_assert_cmpuint (flood (self, self->server, self->client, &path), >, 0);
}

static void
test_udp_no_ipv6 (Fixture       *self,
                  gconstpointer  data)
{
  DtlsAddress server;
  g_autofree char *expected = NULL;

  ipv6_is_off = TRUE;
  open_socket (self->server, "::", 0, NULL, &server);
  expected = g_strdup_printf ("0.0.0.0:%u", server.port);
  g_assert_cmpstr (test_address_text (&server), ==, expected);
  check_echo (self, "::", "127.0.0.2", "127.0.0.1");
  assert_open_fails ("::", 0, "::1", DTLS_ERROR_UNREACHABLE,
                     "No route to ::1: is the network up?");
  assert_open_fails ("::1", 0, NULL, DTLS_ERROR_ADDRESS_NOT_AVAILABLE,
                     "This computer has no address ::1 now.");
  ipv6_is_off = FALSE;
}

static void
test_udp_bad_addresses (Fixture       *self,
                        gconstpointer  data)
{
  assert_open_fails ("192.0.2.1", 0, NULL, DTLS_ERROR_ADDRESS_NOT_AVAILABLE,
                     "This computer has no address 192.0.2.1 now.");
  assert_open_fails ("2001:db8::1", 0, NULL, DTLS_ERROR_ADDRESS_NOT_AVAILABLE,
                     "This computer has no address 2001:db8::1 now.");
  assert_open_fails ("127.0.0.1", 0, "::1", DTLS_ERROR_INVALID,
                     "The local address and the other one are not of the same kind.");
}

/* Run in a process of its own: a network without anything, and no privilege. */
static void
test_udp_unprivileged (Fixture       *self,
                       gconstpointer  data)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct none[2] = { { 0 } };

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  g_assert_cmpint (unshare (geteuid () == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET), ==, 0);
  g_assert_cmpint (syscall (SYS_capset, &header, none), ==, 0);

  assert_open_fails ("0.0.0.0", 443, NULL, DTLS_ERROR_PERMISSION,
                     "Port 443 needs administrator rights. Choose 1024 or above.");
  assert_open_fails ("::", 1023, NULL, DTLS_ERROR_PERMISSION,
                     "Port 1023 needs administrator rights. Choose 1024 or above.");
  assert_open_fails ("::", 0, "192.0.2.1", DTLS_ERROR_UNREACHABLE,
                     "No route to 192.0.2.1: is the network up?");
  assert_open_fails ("::", 0, "2001:db8::1", DTLS_ERROR_UNREACHABLE,
                     "No route to 2001:db8::1: is the network up?");
}

static void
test_udp_limit (Fixture       *self,
                gconstpointer  data)
{
  DtlsAddress address = test_address ("127.0.0.1", 0);
  g_autoptr(GError) error = NULL;
  struct rlimit limit;
  guint n = 0;
  guint32 id;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = 40;
  limit.rlim_max = 80;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);

  while (dtls_transport_open (self->client, &address, NULL, &id, NULL, &error))
    n++;
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_NO_DESCRIPTORS);
  g_assert_cmpstr (error->message, ==, "Too many open connections for this process (limit 40).");
  g_assert_cmpuint (n, >, 8);

  g_assert_true (dtls_udp_raise_limit ());
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, 80);
  for (guint i = 0; i < 40; i++)
    open_socket (self->client, "127.0.0.1", 0, NULL, NULL);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void      (*func) (Fixture *, gconstpointer);
  } cases[] = {
    { "/dtls/udp/echo", test_udp_echo },
    { "/dtls/udp/t44-answers-from-same-address", test_udp_t44_answers_from_same_address },
    { "/dtls/udp/t44-tells-local-address", test_udp_t44_tells_local_address },
    { "/dtls/udp/t47-port-is-not-shared", test_udp_t47_port_is_not_shared },
    { "/dtls/udp/t17-empty-and-truncated", test_udp_t17_empty_and_truncated },
    { "/dtls/udp/t4-refused-is-an-entry", test_udp_t4_refused_is_an_entry },
    { "/dtls/udp/t18-refused-is-sent-again", test_udp_t18_refused_is_sent_again },
    { "/dtls/udp/t19-emsgsize-is-an-entry", test_udp_t19_emsgsize_is_an_entry },
    { "/dtls/udp/mtu", test_udp_mtu },
    { "/dtls/udp/errors-are-bounded", test_udp_errors_are_bounded },
    { "/dtls/udp/stale-number", test_udp_stale_number },
    { "/dtls/udp/fair", test_udp_fair },
    { "/dtls/udp/source-few", test_udp_source_few },
    { "/dtls/udp/source-becomes-epoll", test_udp_source_becomes_epoll },
    { "/dtls/udp/source-epoll-from-start", test_udp_source_epoll_from_start },
    { "/dtls/udp/source-again", test_udp_source_again },
    { "/dtls/udp/drops-are-counted", test_udp_drops_are_counted },
    { "/dtls/udp/no-ipv6", test_udp_no_ipv6 },
    { "/dtls/udp/bad-addresses", test_udp_bad_addresses },
    { "/dtls/udp/unprivileged", test_udp_unprivileged },
    { "/dtls/udp/limit", test_udp_limit },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, set_up, cases[i].func, tear_down);
  return g_test_run ();
}
