/* SPDX-License-Identifier: MIT */
/*
 * The yardstick: a DTLS-PSK echo server of GLib and GnuTLS with nothing else. One wildcard-free
 * socket, one GSource, recvmmsg/sendmmsg, a hash table from address to session, the cookie round,
 * no limits, no timers, no events. It answers each message with 25 bytes, as the product does.
 *   bench-floor PORT HEXKEY PRIORITY
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib-unix.h>
#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BURST = 64, SLOT = 2048 };

typedef struct
{
  struct sockaddr_in peer;
  gnutls_session_t   session;
  gboolean           established;
} Client;

static int fd;
static GHashTable *clients;
static gnutls_psk_server_credentials_t credentials;
static gnutls_priority_t priority;
static gnutls_datum_t cookie_key, psk;

static guint8 in_bytes[BURST][SLOT], out_bytes[BURST][SLOT];
static struct mmsghdr in[BURST], out[BURST];
static struct iovec in_vec[BURST], out_vec[BURST];
static struct sockaddr_in in_from[BURST], out_to[BURST];
static guint n_out;

static const guint8 *hand;
static gsize n_hand;
static struct sockaddr_in hand_peer;

static guint
hash_peer (gconstpointer peer)
{
  const struct sockaddr_in *in_peer = peer;

  return in_peer->sin_addr.s_addr * 2654435761u ^ in_peer->sin_port * 40503u;
}

static gboolean
equal_peer (gconstpointer a, gconstpointer b)
{
  const struct sockaddr_in *x = a, *y = b;

  return x->sin_addr.s_addr == y->sin_addr.s_addr && x->sin_port == y->sin_port;
}

static void
flush_out (void)
{
  guint done = 0;

  while (done < n_out)
    {
      int n = sendmmsg (fd, out + done, n_out - done, 0);

      done += n > 0 ? n : 1;
    }
  n_out = 0;
}

static void
queue_out (const struct sockaddr_in *to, const giovec_t *vec, int n)
{
  gsize used = 0;

  if (n_out == BURST)
    flush_out ();
  for (int i = 0; i < n; i++)
    {
      memcpy (out_bytes[n_out] + used, vec[i].iov_base, vec[i].iov_len);
      used += vec[i].iov_len;
    }
  out_to[n_out] = *to;
  out_vec[n_out].iov_len = used;
  n_out++;
}

static ssize_t
push_cb (gnutls_transport_ptr_t ptr, const giovec_t *vec, int n)
{
  Client *client = ptr;
  gsize used = 0;

  queue_out (&client->peer, vec, n);
  for (int i = 0; i < n; i++)
    used += vec[i].iov_len;
  return used;
}

static ssize_t
push_cookie_cb (gnutls_transport_ptr_t ptr, const void *bytes, size_t n_bytes)
{
  giovec_t vec = { (void *) bytes, n_bytes };

  queue_out (&hand_peer, &vec, 1);
  return n_bytes;
}

static ssize_t
pull_cb (gnutls_transport_ptr_t ptr, void *buffer, size_t size)
{
  Client *client = ptr;
  gsize n = MIN (size, n_hand);

  if (hand == NULL)
    {
      gnutls_transport_set_errno (client->session, EAGAIN);
      return -1;
    }
  memcpy (buffer, hand, n);
  hand = NULL;
  return n;
}

static int
pull_timeout_cb (gnutls_transport_ptr_t ptr, unsigned int ms)
{
  return hand != NULL;
}

static int
key_cb (gnutls_session_t session, const gnutls_datum_t *identity, gnutls_datum_t *key)
{
  key->data = gnutls_malloc (psk.size);
  memcpy (key->data, psk.data, psk.size);
  key->size = psk.size;
  return 0;
}

static void
drop (Client *client)
{
  g_hash_table_remove (clients, &client->peer);
  gnutls_deinit (client->session);
  g_free (client);
}

static Client *
accept_hello (const struct sockaddr_in *peer)
{
  gnutls_dtls_prestate_st prestate = { 0 };
  Client *client;

  hand_peer = *peer;
  if (n_hand < 13 || hand[0] != 22)
    return NULL;
  if (gnutls_dtls_cookie_verify (&cookie_key, (void *) peer, sizeof *peer, (void *) hand, n_hand,
                                 &prestate) < 0)
    {
      prestate.record_seq = hand[10];
      gnutls_dtls_cookie_send (&cookie_key, (void *) peer, sizeof *peer, &prestate, NULL,
                               push_cookie_cb);
      return NULL;
    }
  client = g_new0 (Client, 1);
  client->peer = *peer;
  gnutls_init (&client->session, GNUTLS_SERVER | GNUTLS_DATAGRAM | GNUTLS_NONBLOCK
                                   | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);
  gnutls_priority_set (client->session, priority);
  gnutls_credentials_set (client->session, GNUTLS_CRD_PSK, credentials);
  gnutls_transport_set_ptr (client->session, client);
  gnutls_transport_set_vec_push_function (client->session, push_cb);
  gnutls_transport_set_pull_function (client->session, pull_cb);
  gnutls_transport_set_pull_timeout_function (client->session, pull_timeout_cb);
  gnutls_dtls_set_mtu (client->session, 1200);
  gnutls_dtls_set_timeouts (client->session, 400, 0x7fffffff);
  gnutls_dtls_prestate_set (client->session, &prestate);
  g_hash_table_insert (clients, &client->peer, client);
  return client;
}

static void
handle (const struct sockaddr_in *peer)
{
  static char answer[] = "to (127.0.0.1:55555): ACK";
  static guint8 text[16384];
  Client *client = g_hash_table_lookup (clients, peer);
  int ret;

  if (client == NULL)
    client = accept_hello (peer);
  if (client == NULL)
    return;
  if (!client->established)
    {
      for (int i = 0; i < 8 && hand != NULL; i++)
        {
          ret = gnutls_handshake (client->session);
          if (ret == 0)
            client->established = TRUE;
          else if (gnutls_error_is_fatal (ret))
            {
              drop (client);
              return;
            }
          if (client->established)
            break;
        }
      return;
    }
  ret = gnutls_record_recv (client->session, text, sizeof text);
  if (ret > 0)
    gnutls_record_send (client->session, answer, sizeof answer - 1);
  else if (ret == 0)
    drop (client);
}

static gboolean
readable_cb (int unused, GIOCondition condition, gpointer user_data)
{
  int n = recvmmsg (fd, in, BURST, MSG_DONTWAIT, NULL);

  for (int i = 0; i < n; i++)
    {
      hand = in_bytes[i];
      n_hand = in[i].msg_len;
      in[i].msg_hdr.msg_namelen = sizeof in_from[i];
      if (n_hand > 0)
        {
          struct sockaddr_in peer = { .sin_family = AF_INET,
                                      .sin_port = in_from[i].sin_port,
                                      .sin_addr = in_from[i].sin_addr };

          /* one datagram can hold several records of a flight */
          while (n_hand >= 13)
            {
              gsize n_record = 13 + (in_bytes[i][0] ? (hand[11] << 8 | hand[12]) : 0);
              gsize n_left = n_hand;
              const guint8 *at = hand;

              if (n_record > n_left)
                break;
              n_hand = n_record;
              handle (&peer);
              hand = at + n_record;
              n_hand = n_left - n_record;
            }
        }
    }
  flush_out ();
  return G_SOURCE_CONTINUE;
}

static gboolean
end_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  struct sockaddr_in local = { .sin_family = AF_INET };
  socklen_t n_local = sizeof local;
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  gnutls_datum_t hex;
  int n_buffer = 4 << 20;

  if (argc != 4)
    {
      fprintf (stderr, "usage: bench-floor PORT HEXKEY PRIORITY\n");
      return 2;
    }
  local.sin_port = htons (atoi (argv[1]));
  local.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  hex.data = (guint8 *) argv[2];
  hex.size = strlen (argv[2]);
  if (gnutls_hex_decode2 (&hex, &psk) < 0
      || gnutls_priority_init (&priority, argv[3], NULL) < 0)
    {
      fprintf (stderr, "bench-floor: bad key or priority\n");
      return 2;
    }
  gnutls_key_generate (&cookie_key, GNUTLS_COOKIE_KEY_SIZE);
  gnutls_psk_allocate_server_credentials (&credentials);
  gnutls_psk_set_server_credentials_function2 (credentials, key_cb);
  clients = g_hash_table_new (hash_peer, equal_peer);

  fd = socket (AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (setsockopt (fd, SOL_SOCKET, SO_RCVBUFFORCE, &n_buffer, sizeof n_buffer) < 0)
    setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &n_buffer, sizeof n_buffer);
  if (bind (fd, (struct sockaddr *) &local, sizeof local) < 0)
    {
      perror ("bench-floor: bind");
      return 2;
    }
  getsockname (fd, (struct sockaddr *) &local, &n_local);
  for (int i = 0; i < BURST; i++)
    {
      in_vec[i] = (struct iovec) { in_bytes[i], SLOT };
      in[i].msg_hdr = (struct msghdr) { .msg_name = &in_from[i],
                                        .msg_namelen = sizeof in_from[i],
                                        .msg_iov = &in_vec[i],
                                        .msg_iovlen = 1 };
      out_vec[i] = (struct iovec) { out_bytes[i], 0 };
      out[i].msg_hdr = (struct msghdr) { .msg_name = &out_to[i],
                                         .msg_namelen = sizeof out_to[i],
                                         .msg_iov = &out_vec[i],
                                         .msg_iovlen = 1 };
    }
  g_unix_fd_add (fd, G_IO_IN, readable_cb, NULL);
  g_unix_signal_add (SIGTERM, end_cb, loop);
  g_unix_signal_add (SIGINT, end_cb, loop);
  printf ("port %u\n", ntohs (local.sin_port));
  fflush (stdout);
  g_main_loop_run (loop);
  return 0;
}
