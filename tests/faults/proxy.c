/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>

#include "dtls-impairment.h"
#include "dtls-udp.h"

/*
 * test-proxy: a seeded bad network between clients and a server. It prints "listening
 * ADDRESS:PORT", carries datagrams both ways, ends by itself after --seconds, and prints what it did.
 * Every datagram meets the impairment once: on the side of the server.
 */

#define N_SLOTS 64
#define SLOT_BYTES 65536
#define MAX_CLIENTS 4096
#define N_REMEMBERED 64                 /* datagrams a replay can choose from, each direction */

typedef struct
{
  DtlsAddress address;
  guint32     socket;                   /* of the back, connected to the server */
} Client;

typedef struct
{
  DtlsPath path;
  GBytes  *bytes;
} Remembered;

typedef struct
{
  GMainLoop     *loop;
  GSource       *timer;
  DtlsTransport *front, *back;
  DtlsAddress    server;
  guint32        listening;
  GHashTable    *by_address, *by_socket; /* Client; the first owns */
  DtlsDatagram   slots[N_SLOTS];
  Remembered     remembered[2][N_REMEMBERED];
  guint64        n_carried[2];          /* to the server, to clients */
  guint64        n_replayed;
  GRand         *rand[2];
  double         replay;
} Proxy;

static guint
address_hash (gconstpointer address)
{
  DtlsPath path = { .peer = *(const DtlsAddress *) address };

  return dtls_path_hash (&path, 0);
}

static gboolean
address_equal (gconstpointer a,
               gconstpointer b)
{
  return dtls_address_equal (a, b);
}

static Client *
proxy_get_client (Proxy             *self,
                  const DtlsAddress *address)
{
  Client *client = g_hash_table_lookup (self->by_address, address);
  guint32 socket;

  if (client != NULL)
    return client;
  if (g_hash_table_size (self->by_address) >= MAX_CLIENTS
      || !dtls_transport_open (self->back, NULL, &self->server, &socket, NULL, NULL))
    return NULL;
  client = g_new0 (Client, 1);
  client->address = *address;
  client->socket = socket;
  g_hash_table_insert (self->by_address, &client->address, client);
  g_hash_table_insert (self->by_socket, GUINT_TO_POINTER (socket), client);
  return client;
}

/* Sends it, and now and then an older one of the same direction after it. */
static void
proxy_carry (Proxy          *self,
             guint           direction,
             const DtlsPath *path,
             const guint8   *bytes,
             gsize           n_bytes,
             gint64          now_us)
{
  DtlsTransport *to = direction == 0 ? self->back : self->front;
  DtlsDatagram out = { .path = *path, .bytes = (guint8 *) bytes, .n_bytes = n_bytes };
  Remembered *old = &self->remembered[direction][self->n_carried[direction]++ % N_REMEMBERED];

  dtls_transport_send (to, &out, 1, now_us);
  if (self->replay <= 0)
    return;
  g_clear_pointer (&old->bytes, g_bytes_unref);
  old->path = *path;
  old->bytes = g_bytes_new (bytes, n_bytes);
  if (g_rand_double (self->rand[direction]) >= self->replay)
    return;

  old = &self->remembered[direction][g_rand_int_range (self->rand[direction], 0, N_REMEMBERED)];
  if (old->bytes == NULL)
    return;
  out.path = old->path;
  out.bytes = (guint8 *) g_bytes_get_data (old->bytes, NULL);
  out.n_bytes = g_bytes_get_size (old->bytes);
  self->n_replayed++;
  dtls_transport_send (to, &out, 1, now_us);
}

static void
proxy_turn (Proxy  *self,
            gint64  now_us)
{
  guint n = dtls_transport_receive (self->front, self->slots, N_SLOTS, now_us);

  for (guint i = 0; i < n; i++)
    {
      const DtlsDatagram *slot = &self->slots[i];
      Client *client = slot->error == 0 ? proxy_get_client (self, &slot->path.peer) : NULL;
      DtlsPath path = { .peer = self->server };

      if (client == NULL)
        continue;
      path.socket = client->socket;
      proxy_carry (self, 0, &path, slot->bytes, slot->n_bytes, now_us);
    }

  n = dtls_transport_receive (self->back, self->slots, N_SLOTS, now_us);
  for (guint i = 0; i < n; i++)
    {
      const DtlsDatagram *slot = &self->slots[i];
      Client *client = g_hash_table_lookup (self->by_socket, GUINT_TO_POINTER (slot->path.socket));
      DtlsPath path = { .socket = self->listening };

      if (client == NULL || slot->error != 0)
        continue;
      path.peer = client->address;
      proxy_carry (self, 1, &path, slot->bytes, slot->n_bytes, now_us);
    }
}

static gboolean
turn_cb (gpointer user_data)
{
  Proxy *self = user_data;
  gint64 next_us;

  proxy_turn (self, g_get_monotonic_time ());
  next_us = MIN (dtls_transport_get_deadline (self->front),
                 dtls_transport_get_deadline (self->back));
  g_source_set_ready_time (self->timer, next_us == G_MAXINT64 ? -1 : next_us);
  return G_SOURCE_CONTINUE;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
timer_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  return callback (user_data);
}

static GSourceFuncs timer_funcs = { .dispatch = timer_dispatch };

static void
proxy_attach (Proxy   *self,
              GSource *source)
{
  g_source_set_callback (source, turn_cb, self, NULL);
  g_source_attach (source, NULL);
}

static void
proxy_run (Proxy *self,
           guint  seconds)
{
  g_autoptr(GSource) front = dtls_transport_create_source (self->front);
  g_autoptr(GSource) back = dtls_transport_create_source (self->back);

  self->loop = g_main_loop_new (NULL, FALSE);
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  proxy_attach (self, self->timer);
  proxy_attach (self, front);
  proxy_attach (self, back);
  g_timeout_add_seconds (seconds, quit_cb, self->loop);
  g_unix_signal_add (SIGINT, quit_cb, self->loop);
  g_unix_signal_add (SIGTERM, quit_cb, self->loop);
  g_main_loop_run (self->loop);

  g_source_destroy (front);
  g_source_destroy (back);
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_main_loop_unref (self->loop);
}

static gboolean
proxy_open (Proxy       *self,
            const char  *listen_on,
            const char  *server,
            GError     **error)
{
  char text[DTLS_ADDRESS_TEXT_BYTES];
  g_autofree char *server_host = NULL;
  g_autofree char *host = NULL;
  DtlsAddress local, bound;
  guint16 server_port, port;

  if (!dtls_endpoint_parse (server, 0, &server_host, &server_port, NULL, error)
      || !dtls_endpoint_parse (listen_on, 0, &host, &port, NULL, error))
    return FALSE;
  if (!dtls_address_parse_ip (&self->server, server_host, server_port)
      || !dtls_address_parse_ip (&local, host, port))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "Addresses, not names");
      return FALSE;
    }
  if (!dtls_transport_open (self->front, &local, NULL, &self->listening, &bound, error))
    return FALSE;

  dtls_address_print (&bound, DTLS_ADDRESS_ENDPOINT, text);
  printf ("listening %s\n", text);
  fflush (stdout);
  return TRUE;
}

static void
proxy_clear (Proxy *self)
{
  g_hash_table_unref (self->by_socket);
  g_hash_table_unref (self->by_address);
  for (guint i = 0; i < 2 * N_REMEMBERED; i++)
    g_clear_pointer (&self->remembered[i % 2][i / 2].bytes, g_bytes_unref);
  g_rand_free (self->rand[0]);
  g_rand_free (self->rand[1]);
  g_free (self->slots[0].bytes);
  g_object_unref (self->front);
  g_object_unref (self->back);
}

int
main (int argc, char **argv)
{
  g_autofree char *listen_on = NULL;
  g_autofree char *server = NULL;
  int seed = 1, seconds = 60, delay_ms = 0, jitter_ms = 0;
  DtlsImpairmentRates rates = { .drop = 0 };
  Proxy self = { .replay = 0 };
  const GOptionEntry options[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &server, "the server", "ADDRESS:PORT" },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &listen_on, "for the clients", "ADDRESS:PORT" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "same seed, same losses", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "ends after this (60)", "N" },
    { "drop", 0, 0, G_OPTION_ARG_DOUBLE, &rates.drop, "probability, each way", "P" },
    { "duplicate", 0, 0, G_OPTION_ARG_DOUBLE, &rates.duplicate, "probability, each way", "P" },
    { "reorder", 0, 0, G_OPTION_ARG_DOUBLE, &rates.reorder, "probability, each way", "P" },
    { "corrupt", 0, 0, G_OPTION_ARG_DOUBLE, &rates.corrupt, "probability, each way", "P" },
    { "truncate", 0, 0, G_OPTION_ARG_DOUBLE, &rates.truncate, "probability, each way", "P" },
    { "replay", 0, 0, G_OPTION_ARG_DOUBLE, &self.replay, "probability, each way", "P" },
    { "delay", 0, 0, G_OPTION_ARG_INT, &delay_ms, "one way", "MS" },
    { "jitter", 0, 0, G_OPTION_ARG_INT, &jitter_ms, "at most this much more", "MS" },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(DtlsTransport) plain = NULL;
  guint8 *bytes;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || server == NULL || seconds <= 0)
    {
      fprintf (stderr, "%s\n", error != NULL ? error->message : "Needs --to ADDRESS:PORT");
      return 2;
    }

  rates.delay_us = delay_ms * (gint64) 1000;
  rates.jitter_us = jitter_ms * (gint64) 1000;
  plain = dtls_udp_new ();
  self.front = dtls_udp_new ();
  self.back = dtls_impairment_new (plain, seed);
  dtls_impairment_set_rates (DTLS_IMPAIRMENT (self.back), &rates);
  self.rand[0] = g_rand_new_with_seed (seed);
  self.rand[1] = g_rand_new_with_seed (~seed);
  self.by_address = g_hash_table_new_full (address_hash, address_equal, NULL, g_free);
  self.by_socket = g_hash_table_new (NULL, NULL);
  bytes = g_malloc (N_SLOTS * SLOT_BYTES);
  for (guint i = 0; i < N_SLOTS; i++)
    {
      self.slots[i].bytes = bytes + i * SLOT_BYTES;
      self.slots[i].capacity = SLOT_BYTES;
    }

  if (!proxy_open (&self, listen_on != NULL ? listen_on : "127.0.0.1:0", server, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      proxy_clear (&self);
      return 1;
    }
  proxy_run (&self, seconds);
  printf ("clients %u to-server %" G_GUINT64_FORMAT " to-clients %" G_GUINT64_FORMAT
          " dropped %" G_GUINT64_FORMAT " replayed %" G_GUINT64_FORMAT "\n",
          g_hash_table_size (self.by_address), self.n_carried[0], self.n_carried[1],
          dtls_impairment_get_n_dropped (DTLS_IMPAIRMENT (self.back)), self.n_replayed);
  proxy_clear (&self);
  return 0;
}
