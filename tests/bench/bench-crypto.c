/* SPDX-License-Identifier: MIT */
/*
 * What GnuTLS alone costs: DTLS sessions in memory, each message of 64 bytes decrypted and an
 * answer of 25 bytes encrypted, in bursts of 64 over all sessions in turn. Only the server's half
 * is timed. Prints microseconds of CPU a message.
 *   bench-crypto SESSIONS MESSAGES PRIORITY
 */
#include "config.h"

#include <errno.h>
#include <glib.h>
#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BURST = 64, SLOT = 2048, MESSAGE_BYTES = 64, ANSWER_BYTES = 25, MAX_STEPS = 32 };

typedef struct _End End;

struct _End
{
  gnutls_session_t session;
  End             *other;
  GQueue           in;          /* of GBytes: datagrams, only while the handshake lasts */
  const guint8    *hand;        /* afterwards: the one datagram in hand */
  gsize            n_hand;
  guint8          *out;         /* afterwards: where the next datagram goes */
  gsize            n_out;
};

static gnutls_psk_server_credentials_t server_credentials;
static gnutls_psk_client_credentials_t client_credentials;
static gnutls_priority_t priority;

static ssize_t
push_cb (gnutls_transport_ptr_t ptr, const void *bytes, size_t n_bytes)
{
  End *end = ptr;

  if (end->out == NULL)
    g_queue_push_tail (&end->other->in, g_bytes_new (bytes, n_bytes));
  else
    memcpy (end->out, bytes, MIN (n_bytes, SLOT));
  end->n_out = n_bytes;
  return n_bytes;
}

static ssize_t
pull_cb (gnutls_transport_ptr_t ptr, void *buffer, size_t size)
{
  End *end = ptr;
  g_autoptr (GBytes) bytes = NULL;
  gsize n = MIN (size, end->n_hand);

  if (end->hand != NULL)
    {
      memcpy (buffer, end->hand, n);
      end->hand = NULL;
      return n;
    }
  bytes = g_queue_pop_head (&end->in);
  if (bytes == NULL)
    {
      gnutls_transport_set_errno (end->session, EAGAIN);
      return -1;
    }
  n = MIN (size, g_bytes_get_size (bytes));
  memcpy (buffer, g_bytes_get_data (bytes, NULL), n);
  return n;
}

static int
pull_timeout_cb (gnutls_transport_ptr_t ptr, unsigned int ms)
{
  End *end = ptr;

  return end->hand != NULL || end->in.length > 0;
}

static int
key_cb (gnutls_session_t session, const gnutls_datum_t *identity, gnutls_datum_t *key)
{
  key->data = gnutls_malloc (6);
  key->size = 6;
  memcpy (key->data, "\x1a\x2b\x3c\x4d\x5e\x6f", 6);
  return 0;
}

static int
client_key_cb (gnutls_session_t session, gnutls_datum_t *identity, gnutls_datum_t *key)
{
  identity->data = (guint8 *) gnutls_strdup ("bench");
  identity->size = 5;
  return key_cb (session, NULL, key);
}

static void
open_end (End *end, End *other, gboolean server)
{
  gnutls_init (&end->session, (server ? GNUTLS_SERVER : GNUTLS_CLIENT) | GNUTLS_DATAGRAM
                                | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);
  gnutls_priority_set (end->session, priority);
  gnutls_credentials_set (end->session, GNUTLS_CRD_PSK,
                          server ? (void *) server_credentials : (void *) client_credentials);
  gnutls_transport_set_ptr (end->session, end);
  gnutls_transport_set_push_function (end->session, push_cb);
  gnutls_transport_set_pull_function (end->session, pull_cb);
  gnutls_transport_set_pull_timeout_function (end->session, pull_timeout_cb);
  gnutls_dtls_set_mtu (end->session, 1200);
  end->other = other;
}

static gboolean
shake_hands (End *server, End *client)
{
  int server_ret = GNUTLS_E_AGAIN, client_ret = GNUTLS_E_AGAIN;

  for (int i = 0; i < MAX_STEPS && (server_ret != 0 || client_ret != 0); i++)
    {
      if (client_ret != 0)
        client_ret = gnutls_handshake (client->session);
      if (server_ret != 0)
        server_ret = gnutls_handshake (server->session);
    }
  return server_ret == 0 && client_ret == 0;
}

static gint64
cpu_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

int
main (int argc, char **argv)
{
  static guint8 in[BURST][SLOT], out[SLOT], text[SLOT];
  static gsize n_in[BURST];
  guint n_sessions, n_messages, next = 0;
  gint64 sum_ns = 0;
  End *servers, *clients;

  if (argc != 4 || atoi (argv[1]) <= 0 || gnutls_priority_init (&priority, argv[3], NULL) < 0)
    {
      fprintf (stderr, "usage: bench-crypto SESSIONS MESSAGES PRIORITY\n");
      return 2;
    }
  n_sessions = atoi (argv[1]);
  n_messages = atoi (argv[2]);
  gnutls_psk_allocate_server_credentials (&server_credentials);
  gnutls_psk_set_server_credentials_function2 (server_credentials, key_cb);
  gnutls_psk_allocate_client_credentials (&client_credentials);
  gnutls_psk_set_client_credentials_function2 (client_credentials, client_key_cb);
  servers = g_new0 (End, n_sessions);
  clients = g_new0 (End, n_sessions);
  for (guint i = 0; i < n_sessions; i++)
    {
      open_end (&servers[i], &clients[i], TRUE);
      open_end (&clients[i], &servers[i], FALSE);
      if (!shake_hands (&servers[i], &clients[i]))
        g_error ("the handshake in memory failed");
      servers[i].out = out;
    }

  for (guint done = 0; done < n_messages; done += BURST)
    {
      gint64 began_ns;

      for (guint i = 0; i < BURST; i++)
        {
          End *client = &clients[(next + i) % n_sessions];

          client->out = in[i];
          gnutls_record_send (client->session, text, MESSAGE_BYTES);
          n_in[i] = client->n_out;
        }
      began_ns = cpu_ns ();
      for (guint i = 0; i < BURST; i++)
        {
          End *server = &servers[(next + i) % n_sessions];

          server->hand = in[i];
          server->n_hand = n_in[i];
          if (gnutls_record_recv (server->session, text, sizeof text) != MESSAGE_BYTES)
            g_error ("a message was not decrypted");
          gnutls_record_send (server->session, text, ANSWER_BYTES);
        }
      sum_ns += cpu_ns () - began_ns;
      next = (next + BURST) % n_sessions;
    }
  printf ("{\"message_us\": %.3f}\n", sum_ns / 1e3 / (n_messages / BURST * BURST));
  return 0;
}
