/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "dtls-engine.h"
#include "test-util.h"

/* An engine and what its reader has seen. */
typedef struct
{
  DtlsEngine  *engine;
  GSource     *source;
  GArray      *codes;           /* of DtlsCode, messages as DTLS_CODE_NONE */
  GPtrArray   *texts;           /* of messages */
  guint64      counts[DTLS_N_COUNTS];
  guint64      last_id;
  DtlsAddress  last_peer;
  DtlsAddress  bound;
  GError      *error;
  gboolean     done;
} Party;

static void
events_cb (const DtlsEventRange *ranges, guint n_ranges, const guint64 counts[DTLS_N_COUNTS],
           gpointer user_data)
{
  Party *party = user_data;

  memcpy (party->counts, counts, sizeof party->counts);
  for (guint i = 0; i < n_ranges; i++)
    {
      const DtlsEvent *event = NULL;
      guint32 at;

      while ((event = dtls_event_range_next (&ranges[i], event, &at)) != NULL)
        {
          DtlsCode code = event->code;

          g_array_append_val (party->codes, code);
          if (event->association != 0)
            {
              party->last_id = event->association;
              party->last_peer = event->peer;
            }
          if (event->kind == DTLS_EVENT_MESSAGE)
            g_ptr_array_add (party->texts, g_strndup ((const char *) dtls_event_text (event),
                                                      event->n_text));
        }
    }
}

static Party *
party_new (void)
{
  Party *party = g_new0 (Party, 1);

  party->engine = dtls_engine_new (NULL, 0);
  party->codes = g_array_new (FALSE, FALSE, sizeof (DtlsCode));
  party->texts = g_ptr_array_new_with_free_func (g_free);
  party->source = dtls_event_queue_create_source (dtls_engine_get_queue (party->engine), events_cb,
                                                  party, NULL);
  g_source_attach (party->source, NULL);
  dtls_engine_start (party->engine);
  return party;
}

static void
party_free (Party *party)
{
  g_source_destroy (party->source);
  g_source_unref (party->source);
  dtls_engine_stop (party->engine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (party->engine);
  g_array_unref (party->codes);
  g_ptr_array_unref (party->texts);
  g_clear_error (&party->error);
  g_free (party);
}

static gboolean
is_done (gpointer user_data)
{
  return ((Party *) user_data)->done;
}

static guint
count (Party *party, DtlsCode code)
{
  guint n = 0;

  for (guint i = 0; i < party->codes->len; i++)
    n += g_array_index (party->codes, DtlsCode, i) == code;
  return n;
}

static void
listen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Party *party = user_data;

  g_clear_error (&party->error);
  dtls_engine_listen_finish (party->engine, result, &party->bound, &party->error);
  party->done = TRUE;
}

static void
listen_on (Party *party, const char *ip, guint16 port)
{
  g_autoptr (DtlsKey) key = dtls_key_new_demo ();
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new_shared (key);
  DtlsListenOptions options = {
    .local = test_address (ip, port),
    .credentials = credentials,
    .limits = DTLS_LIMITS_DEFAULT,
  };

  party->done = FALSE;
  dtls_engine_listen_async (party->engine, &options, NULL, listen_cb, party);
  test_assert_wait (NULL, is_done, party);
}

static void
connect_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Party *party = user_data;

  g_clear_error (&party->error);
  dtls_engine_connect_finish (party->engine, result, &party->error);
  party->done = TRUE;
}

static void
connect_to (Party *party, const char *host, guint16 port, guint count_, guint ping_interval_ms,
            GCancellable *cancellable)
{
  DtlsConnectOptions options = {
    .host = host,
    .port = port,
    .ping_interval_ms = ping_interval_ms,
  };

  party->done = FALSE;
  dtls_engine_connect_async (party->engine, &options, count_, cancellable, connect_cb, party);
}

static gboolean
has_message (gpointer user_data)
{
  return ((Party *) user_data)->texts->len > 0;
}

static gboolean
has_three_messages (gpointer user_data)
{
  return ((Party *) user_data)->texts->len >= 3;
}

static gboolean
is_closed (gpointer user_data)
{
  return count (user_data, DTLS_CODE_CLOSED) > 0;
}

static void
test_engine_pair (gconstpointer data)
{
  const char *host = data;
  Party *server = party_new (), *client = party_new ();

  listen_on (server, g_str_equal (host, "::1") ? "::1" : "127.0.0.1", 0);
  g_assert_no_error (server->error);
  g_assert_cmpuint (server->bound.port, !=, 0);
  connect_to (client, host, server->bound.port, 1, 5000, NULL);
  test_assert_wait (NULL, is_done, client);
  g_assert_no_error (client->error);
  test_assert_wait (NULL, has_message, client);
  g_assert_cmpstr (g_ptr_array_index (server->texts, 0), ==,
                   "I am Alice (clone number 0), please, accept our ping 0");
  g_assert_true (g_str_has_suffix (g_ptr_array_index (client->texts, 0), "): ACK"));

  party_free (client);
  test_assert_wait (NULL, is_closed, server);
  party_free (server);
}

static gboolean
has_three_connections (gpointer user_data)
{
  return count (user_data, DTLS_CODE_ESTABLISHED) == 3;
}

static void
test_engine_three (void)
{
  Party *server = party_new (), *client = party_new ();

  listen_on (server, "::", 0);
  connect_to (client, "127.0.0.2", server->bound.port, 3, 5000, NULL);
  test_assert_wait (NULL, has_three_messages, client);
  test_assert_wait (NULL, has_three_connections, server);
  g_assert_cmpuint (count (client, DTLS_CODE_STARTING), ==, 3);
  party_free (client);
  party_free (server);
}

static gboolean
has_one (gpointer user_data)
{
  return count (user_data, DTLS_CODE_ESTABLISHED) > 0;
}

static void
test_engine_send (void)
{
  Party *server = party_new (), *client = party_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("to all of you", 13);

  listen_on (server, "127.0.0.1", 0);
  connect_to (client, "127.0.0.1", server->bound.port, 1, 0, NULL);
  test_assert_wait (NULL, has_one, server);
  test_assert_wait (NULL, has_one, client);
  dtls_engine_send (server->engine, 0, bytes);
  test_assert_wait (NULL, has_message, client);
  g_assert_cmpstr (g_ptr_array_index (client->texts, 0), ==, "to all of you");
  dtls_engine_close (client->engine, client->last_id);
  test_assert_wait (NULL, is_closed, server);
  test_assert_wait (NULL, is_closed, client);
  party_free (client);
  party_free (server);
}

static gboolean
has_counted_strangers (gpointer user_data)
{
  return ((Party *) user_data)->counts[DTLS_COUNT_NOT_DTLS] == 50;
}

static void
send_from_elsewhere (const DtlsAddress *to, const void *bytes, gsize n_bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket
    = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);
  g_autoptr (GInetAddress) inet = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (inet, to->port);

  g_assert_no_error (error);
  g_assert_cmpint (g_socket_send_to (socket, address, bytes, n_bytes, NULL, &error), ==, n_bytes);
}

/* C7: what others send to the client's port does not even reach the engine. */
static void
test_engine_strangers (void)
{
  Party *server = party_new (), *client = party_new ();
  static const guint8 alert[] = { 21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 2, 40 };

  listen_on (server, "127.0.0.1", 0);
  connect_to (client, "127.0.0.1", server->bound.port, 1, 20, NULL);
  test_assert_wait (NULL, has_message, client);
  for (guint i = 0; i < 50; i++)
    send_from_elsewhere (&server->last_peer, alert, sizeof alert);
  g_ptr_array_set_size (client->texts, 0);
  test_assert_wait (NULL, has_three_messages, client);
  for (guint i = 0; i < DTLS_N_COUNTS; i++)
    g_assert_cmpuint (client->counts[i], ==, 0);

  /* the same datagrams to the server's port are counted, and cost nobody anything */
  for (guint i = 0; i < 50; i++)
    send_from_elsewhere (&server->bound, alert, sizeof alert);
  g_ptr_array_set_size (client->texts, 0);
  test_assert_wait (NULL, has_three_messages, client);
  test_assert_wait (NULL, has_counted_strangers, server);
  party_free (client);
  party_free (server);
}

/* A failed listen costs nothing: the sessions live on. */
static void
test_engine_busy_port (void)
{
  Party *first = party_new (), *second = party_new (), *client = party_new ();

  listen_on (first, "127.0.0.1", 0);
  listen_on (second, "127.0.0.1", 0);
  connect_to (client, "127.0.0.1", second->bound.port, 1, 20, NULL);
  test_assert_wait (NULL, has_message, client);
  listen_on (second, "127.0.0.1", first->bound.port);
  g_assert_error (second->error, DTLS_ERROR, DTLS_ERROR_ADDRESS_IN_USE);
  g_ptr_array_set_size (client->texts, 0);
  test_assert_wait (NULL, has_message, client);
  party_free (client);
  party_free (second);
  party_free (first);
}

/* From one address to all of them on the same port: our own socket is no obstacle. Another
 * program may have that port on another address, so a few are tried. */
static void
test_engine_widen (void)
{
  Party *server = party_new ();
  guint16 port = 0;

  for (guint i = 0; i < 10; i++)
    {
      listen_on (server, "127.0.0.1", 0);
      port = server->bound.port;
      listen_on (server, "::", port);
      if (!g_error_matches (server->error, DTLS_ERROR, DTLS_ERROR_ADDRESS_IN_USE))
        break;
    }
  g_assert_no_error (server->error);
  g_assert_cmpuint (server->bound.port, ==, port);
  party_free (server);
}

static gboolean
is_failed (gpointer user_data)
{
  return count (user_data, DTLS_CODE_LOOKUP_FAILED) > 0;
}

static void
test_engine_unknown_name (void)
{
  Party *client = party_new ();

  connect_to (client, "no-such-host.invalid", 22334, 1, 0, NULL);
  test_assert_wait (NULL, is_done, client);
  g_assert_error (client->error, DTLS_ERROR, DTLS_ERROR_NOT_FOUND);
  test_assert_wait (NULL, is_failed, client);
  party_free (client);
}

static void
test_engine_cancelled_lookup (void)
{
  Party *client = party_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  connect_to (client, "localhost", 22334, 1, 0, cancellable);
  g_cancellable_cancel (cancellable);
  test_assert_wait (NULL, is_done, client);
  g_assert_error (client->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count (client, DTLS_CODE_LOOKUP_FAILED), ==, 0);
  party_free (client);
}

/* An engine that ends while a name is looked up takes the look-up with it. */
static void
test_engine_end_in_lookup (void)
{
  Party *client = party_new ();

  connect_to (client, "localhost", 22334, 1, 0, NULL);
  dtls_engine_stop (client->engine);
  test_assert_wait (NULL, is_done, client);
  party_free (client);
}

/* Commands after the end are refused, not forgotten; those without an answer do nothing. */
static void
test_engine_after_the_end (void)
{
  Party *party = party_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("late", 4);

  dtls_engine_stop (party->engine);
  listen_on (party, "127.0.0.1", 0);
  g_assert_error (party->error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  connect_to (party, "localhost", 22334, 1, 0, NULL);
  test_assert_wait (NULL, is_done, party);
  g_assert_error (party->error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  dtls_engine_send (party->engine, 0, bytes);
  dtls_engine_close (party->engine, 0);
  party_free (party);
}

static void
dropped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *done = user_data;
  g_autoptr (GError) error = NULL;

  *done = dtls_engine_listen_finish (DTLS_ENGINE (source), result, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
gone_cb (gpointer user_data, GObject *where)
{
  *(gboolean *) user_data = TRUE;
}

/* The last reference may be that of a command under way: the engine never ends on its thread. */
static void
test_engine_dropped_under_way (void)
{
  g_autoptr (DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new_shared (demo);
  DtlsListenOptions options = {
    .local = test_address ("127.0.0.1", 0),
    .credentials = credentials,
    .limits = DTLS_LIMITS_DEFAULT,
  };

  for (guint i = 0; i < 200; i++)
    {
      DtlsEngine *engine = dtls_engine_new (NULL, 0);
      gboolean done = FALSE, gone = FALSE;

      g_object_weak_ref (G_OBJECT (engine), gone_cb, &gone);
      dtls_engine_start (engine);
      dtls_engine_listen_async (engine, &options, NULL, dropped_cb, &done);
      g_object_unref (engine);
      test_assert_wait (NULL, is_true, &done);
      test_assert_wait (NULL, is_true, &gone);
    }
}

static void
refused_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  guint *n_refused = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_null (g_task_propagate_pointer (G_TASK (result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  (*n_refused)++;
}

/* Commands of an engine that is never started do not keep it alive, and are answered. */
static void
test_engine_never_started (void)
{
  g_autoptr (DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new_shared (demo);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("early", 5);
  DtlsListenOptions options = {
    .local = test_address ("127.0.0.1", 0),
    .credentials = credentials,
    .limits = DTLS_LIMITS_DEFAULT,
  };
  DtlsConnectOptions connect = { .host = "127.0.0.1", .port = 22334 };
  DtlsEngine *engine = dtls_engine_new (NULL, 0);
  guint n_refused = 0;

  dtls_engine_listen_async (engine, &options, NULL, refused_cb, &n_refused);
  dtls_engine_connect_async (engine, &connect, 1, NULL, refused_cb, &n_refused);
  dtls_engine_send (engine, 0, bytes);
  g_assert_finalize_object (engine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_refused, ==, 2);
}

/* Commands before the start wait for it, in order. */
static void
test_engine_early_commands (void)
{
  g_autoptr (DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new_shared (demo);
  DtlsListenOptions options = {
    .local = test_address ("127.0.0.1", 0),
    .credentials = credentials,
    .limits = DTLS_LIMITS_DEFAULT,
  };
  DtlsEngine *engine = dtls_engine_new (NULL, 0);
  gboolean done = FALSE;

  dtls_engine_listen_async (engine, &options, NULL, dropped_cb, &done);
  dtls_engine_stop_accepting (engine);
  dtls_engine_start (engine);
  test_assert_wait (NULL, is_true, &done);
  dtls_engine_stop (engine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (engine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/dtls/engine/pair/ipv4", "127.0.0.1", test_engine_pair);
  g_test_add_data_func ("/dtls/engine/pair/ipv6", "::1", test_engine_pair);
  g_test_add_data_func ("/dtls/engine/pair/name", "localhost", test_engine_pair);
  g_test_add_func ("/dtls/engine/three", test_engine_three);
  g_test_add_func ("/dtls/engine/send", test_engine_send);
  g_test_add_func ("/dtls/engine/c7-strangers", test_engine_strangers);
  g_test_add_func ("/dtls/engine/busy-port", test_engine_busy_port);
  g_test_add_func ("/dtls/engine/widen", test_engine_widen);
  g_test_add_func ("/dtls/engine/unknown-name", test_engine_unknown_name);
  g_test_add_func ("/dtls/engine/cancelled-lookup", test_engine_cancelled_lookup);
  g_test_add_func ("/dtls/engine/end-in-lookup", test_engine_end_in_lookup);
  g_test_add_func ("/dtls/engine/after-the-end", test_engine_after_the_end);
  g_test_add_func ("/dtls/engine/dropped-under-way", test_engine_dropped_under_way);
  g_test_add_func ("/dtls/engine/never-started", test_engine_never_started);
  g_test_add_func ("/dtls/engine/early-commands", test_engine_early_commands);
  return g_test_run ();
}
