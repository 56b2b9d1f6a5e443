/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "dtls-udp.h"
#include "test-namespace.h"
#include "test-util.h"

#define N_SLOTS 64
#define SLOT_BYTES 8192

typedef struct
{
  DtlsTransport *server, *client;
  DtlsAddress    server_address, client_address;
  guint32        listening, connected;
  DtlsDatagram   slots[N_SLOTS];
  guint8         bytes[N_SLOTS][SLOT_BYTES];
  GSubprocess   *proxy;
  GDataInputStream *proxy_out;
} Fixture;

typedef struct
{
  Fixture *fixture;
  guint    n_wanted, n_server, n_client;
  guint8  *seen;
} Traffic;

static void
set_up (Fixture       *self,
        gconstpointer  ip)
{
  DtlsAddress local = test_address (ip, 0);
  g_autoptr(GError) error = NULL;

  self->server = dtls_udp_new ();
  self->client = dtls_udp_new ();
  dtls_transport_open (self->server, &local, NULL, &self->listening, &self->server_address, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_SLOTS; i++)
    {
      self->slots[i].bytes = self->bytes[i];
      self->slots[i].capacity = SLOT_BYTES;
    }
}

static void
tear_down (Fixture       *self,
           gconstpointer  ip)
{
  g_clear_object (&self->proxy_out);
  g_clear_object (&self->proxy);
  g_assert_finalize_object (self->server);
  g_assert_finalize_object (self->client);
}

static void
connect_to (Fixture           *self,
            const DtlsAddress *to)
{
  g_autoptr(GError) error = NULL;

  dtls_transport_open (self->client, NULL, to, &self->connected, &self->client_address, &error);
  g_assert_no_error (error);
}

static void
send_number (Fixture *self,
             guint32  number)
{
  DtlsDatagram out = { .path.socket = self->connected, .bytes = (guint8 *) &number,
                       .n_bytes = sizeof number };

  dtls_transport_send (self->client, &out, 1, 0);
}

/* The server answers all it gets; true when the client has enough. */
static gboolean
traffic_cb (gpointer user_data)
{
  Traffic *traffic = user_data;
  Fixture *self = traffic->fixture;
  guint n = dtls_transport_receive (self->server, self->slots, N_SLOTS, 0);

  traffic->n_server += n;
  for (guint i = 0; i < n; i++)
    {
      guint32 number;

      memcpy (&number, self->slots[i].bytes, sizeof number);
      if (traffic->seen != NULL)
        traffic->seen[number] = 1;
    }
  dtls_transport_send (self->server, self->slots, n, 0);
  traffic->n_client += dtls_transport_receive (self->client, self->slots, N_SLOTS, 0);
  return traffic->n_client >= traffic->n_wanted;
}

static void
start_proxy (Fixture    *self,
             const char *options)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "faults", "test-proxy", NULL);
  g_autofree char *command = g_strdup_printf ("%s --to %s %s", program,
                                              test_address_text (&self->server_address), options);
  g_auto(GStrv) argv = g_strsplit (command, " ", -1);
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;
  g_autofree char *host = NULL;
  DtlsAddress address;
  guint16 port;

  self->proxy = g_subprocess_newv ((const char *const *) argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                   &error);
  g_assert_no_error (error);
  self->proxy_out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->proxy));
  line = g_data_input_stream_read_line (self->proxy_out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, "listening "));
  g_assert_true (dtls_endpoint_parse (line + strlen ("listening "), 0, &host, &port, NULL, NULL));
  address = test_address (host, port);
  connect_to (self, &address);
}

/* Returns its last line. */
static char *
stop_proxy (Fixture *self)
{
  g_autoptr(GError) error = NULL;
  char *line;

  g_subprocess_send_signal (self->proxy, SIGTERM);
  line = g_data_input_stream_read_line (self->proxy_out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (self->proxy, NULL, &error));
  g_assert_no_error (error);
  return line;
}

static void
test_proxy_carries (Fixture       *self,
                    gconstpointer  ip)
{
  Traffic traffic = { .fixture = self, .n_wanted = 50 };
  DtlsAddress listen_on = test_address (ip, 0);
  g_autofree char *options = g_strdup_printf ("--delay 2 --jitter 3 --listen %s",
                                              test_address_text (&listen_on));
  g_autofree char *line = NULL;

  start_proxy (self, options);
  for (guint i = 0; i < 50; i++)
    send_number (self, i);
  test_assert_wait (NULL, traffic_cb, &traffic);
  g_assert_cmpuint (traffic.n_server, ==, 50);
  line = stop_proxy (self);
  g_assert_cmpstr (line, ==, "clients 1 to-server 50 to-clients 50 dropped 0 replayed 0");
}

/* What arrives of 200 when half of all is lost. */
static void
collect (Fixture *self,
         guint8   seen[300])
{
  Traffic traffic = { .fixture = self, .n_wanted = G_MAXUINT, .seen = seen };
  g_autofree char *line = NULL;
  guint32 marker = 200;

  start_proxy (self, "--drop 0.5 --seed 7");
  for (guint i = 0; i < 200; i++)
    send_number (self, i);
  while (memchr (seen + 200, 1, 100) == NULL)
    {
      g_assert_cmpuint (marker, <, 300);
      send_number (self, marker++);
      test_wait (NULL, traffic_cb, &traffic, 50);
    }
  line = stop_proxy (self);
  dtls_transport_close (self->client, self->connected);
  g_clear_object (&self->proxy_out);
  g_clear_object (&self->proxy);
  memset (seen + 200, 0, 100);
}

static void
test_proxy_drops_by_seed (Fixture       *self,
                          gconstpointer  ip)
{
  g_autofree guint8 *first = g_new0 (guint8, 300);
  g_autofree guint8 *second = g_new0 (guint8, 300);
  guint n = 0;

  collect (self, first);
  collect (self, second);
  g_assert_cmpmem (first, 200, second, 200);
  for (guint i = 0; i < 200; i++)
    n += first[i];
  g_assert_cmpuint (n, >, 60);
  g_assert_cmpuint (n, <, 140);
}

static void
test_proxy_replays (Fixture       *self,
                    gconstpointer  ip)
{
  Traffic traffic = { .fixture = self, .n_wanted = 300 };
  g_autofree char *line = NULL;

  start_proxy (self, "--replay 1");
  for (guint i = 0; i < 200; i++)
    send_number (self, i);
  test_assert_wait (NULL, traffic_cb, &traffic);
  g_assert_cmpuint (traffic.n_server, >, 200);
  line = stop_proxy (self);
  g_assert_true (g_str_has_prefix (line, "clients 1 to-server 200 "));
  g_assert_false (g_str_has_suffix (line, "replayed 0"));
}

static gboolean
client_has_cb (gpointer user_data)
{
  Traffic *traffic = user_data;

  traffic->n_client += dtls_transport_receive (traffic->fixture->client,
                                               traffic->fixture->slots + traffic->n_client,
                                               N_SLOTS - traffic->n_client, 0);
  return traffic->n_client >= traffic->n_wanted;
}

static void
run_forger (Fixture           *self,
            const DtlsAddress *from,
            const char        *option,
            const char        *value,
            const char        *times)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "faults", "test-forger", NULL);
  g_autoptr(GSubprocess) forger = NULL;
  g_autoptr(GError) error = NULL;

  forger = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, program,
                             "--from", test_address_text (from),
                             "--to", test_address_text (&self->client_address),
                             option, value, "--times", times, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (forger, NULL, &error));
  g_assert_no_error (error);
}

/* The client's socket is connected, so it hears nobody but whom the forger pretends to be. */
static void
test_forger_is_the_peer (Fixture       *self,
                         gconstpointer  ip)
{
  Traffic traffic = { .fixture = self, .n_wanted = 5 };
  DtlsAddress stranger = self->server_address;
  g_autofree char *big = g_strnfill (3000, 'x');
  char *dir = test_make_dir ();
  g_autofree char *path = test_write_file (dir, "raw", big, 3000, 0600);

  stranger.port ^= 1;
  connect_to (self, &self->server_address);
  run_forger (self, &stranger, "--hex", "ff", "2");
  run_forger (self, &self->server_address, "--hex", "16 fe fd 00 01", "3");
  run_forger (self, &self->server_address, "--hex", "", "1");
  run_forger (self, &self->server_address, "--raw-file", path, "1");
  test_assert_wait (NULL, client_has_cb, &traffic);
  g_assert_cmpuint (traffic.n_client, ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpint (self->slots[i].error, ==, 0);
      g_assert_true (dtls_address_equal (&self->slots[i].path.peer, &self->server_address));
    }
  for (guint i = 0; i < 3; i++)
    g_assert_cmpmem (self->slots[i].bytes, self->slots[i].n_bytes, "\x16\xfe\xfd\x00\x01", 5);
  g_assert_cmpuint (self->slots[3].n_bytes, ==, 0);
  g_assert_cmpmem (self->slots[4].bytes, self->slots[4].n_bytes, big, 3000);
  test_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  test_enter_namespace ();
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/faults/proxy/carries", Fixture, "127.0.0.1", set_up, test_proxy_carries, tear_down);
  g_test_add ("/faults/proxy/carries-ipv6", Fixture, "::1", set_up, test_proxy_carries, tear_down);
  g_test_add ("/faults/proxy/drops-by-seed", Fixture, "127.0.0.1", set_up, test_proxy_drops_by_seed,
              tear_down);
  g_test_add ("/faults/proxy/replays", Fixture, "127.0.0.1", set_up, test_proxy_replays, tear_down);
  g_test_add ("/faults/forger/is-the-peer", Fixture, "127.0.0.1", set_up, test_forger_is_the_peer,
              tear_down);
  g_test_add ("/faults/forger/is-the-peer-ipv6", Fixture, "::1", set_up, test_forger_is_the_peer,
              tear_down);
  return g_test_run ();
}
