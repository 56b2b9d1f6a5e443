/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "dtls-engine.h"
#include "dtls-hub.h"
#include "server-options.h"
#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

enum
{
  N_JUNK = 20000,
  N_STARTS = 5000,
  BURST = 64,                   /* datagrams of one dispatch, DESIGN section 4 */
  COUNTS_MS = 250               /* numbers alone wake the reader no more often */
};

/* A flood waits in the socket: one turn takes one burst, and says that there is more. */
static void
test_one_burst_a_turn (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = test_address ("127.0.0.1", 5555);
  guint64 before = 0;
  guint n_turns = 0;

  test_pair_turn (server->pair);
  for (guint i = 0; i < N_JUNK; i++)
    test_server_inject (server, &from, "junk", 4);
  while (server->pair->server_counts[DTLS_COUNT_NOT_DTLS] < N_JUNK)
    {
      gint64 now_us = test_clock_get (), next_us = test_pair_turn (server->pair);

      n_turns++;
      g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_NOT_DTLS], <=, before + BURST);
      before = server->pair->server_counts[DTLS_COUNT_NOT_DTLS];
      if (before < N_JUNK)
        g_assert_cmpint (next_us, <=, now_us);
      g_assert_cmpuint (n_turns, <=, N_JUNK / BURST + 1);
    }
}

/* What is due is done between two bursts of a flood that has no end. */
static void
test_deadlines_in_a_flood (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = test_address ("127.0.0.1", 5555), stalled = test_address ("127.0.0.1", 5556);
  gint64 end_us;

  g_assert_true (test_server_stall (server, &stalled, 7));
  test_server_reset (server);
  for (end_us = test_clock_get () + SECOND; test_clock_get () < end_us; test_clock_advance (10000))
    {
      for (guint i = 0; i < 2 * BURST; i++)     /* twice of what a turn takes */
        test_server_inject (server, &from, "junk", 4);
      test_pair_turn (server->pair);
    }
  /* its flight was repeated after 400 ms, and after 800 ms more it would be again */
  g_assert_cmpuint (server->n_datagrams, ==, 1);
}

/* --- B2: what a stranger can make us write --- */

static gsize
count_bytes (GPtrArray *events)
{
  gsize n_bytes = 0;

  for (guint i = 0; i < events->len; i++)
    n_bytes += ((TestEvent *) g_ptr_array_index (events, i))->head.size;
  return n_bytes;
}

/* One address that did prove itself begins a handshake with each datagram and finishes none: most
 * of them are a number, and who comes meanwhile has a row all the same. */
static void
test_verified_flood (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  const guint64 *counts = server->pair->server_counts;
  GPtrArray *events = server->pair->server_events;
  DtlsAddress from = test_address ("198.18.0.1", 5555), other = test_address ("198.18.0.2", 5555);
  guint8 cookie[32];
  const guint8 *given;
  gsize n_cookie, n_bytes;
  guint n_listed;

  test_server_reset (server);
  test_server_forge (server, &from, test_forge_hello (0, 0, NULL, 0));
  g_assert_true (test_forge_read_cookie (server->last, server->n_last, &given, &n_cookie));
  g_assert_cmpuint (n_cookie, <=, sizeof cookie);
  memcpy (cookie, given, n_cookie);
  for (guint i = 0; i < N_STARTS; i++)
    {
      test_server_forge (server, &from, test_forge_hello (i, 1, cookie, n_cookie));
      test_clock_advance (200);
    }
  test_pair_turn (server->pair);
  n_bytes = count_bytes (events);
  n_listed = test_events_count (events, DTLS_EVENT_STATE, DTLS_CODE_VERIFIED);
  g_test_message ("%d handshakes: %u listed, %zu bytes of events", N_STARTS, n_listed, n_bytes);
  g_assert_cmpuint (n_bytes, <, 200 * 1024);
  g_assert_cmpuint (n_listed, <=, 220);
  g_assert_cmpuint (n_listed + counts[DTLS_COUNT_HANDSHAKES_UNLISTED], ==, N_STARTS);

  g_assert_nonnull (test_server_establish (server, NULL));
  g_assert_cmpuint (test_events_count (events, DTLS_EVENT_STATE, DTLS_CODE_ESTABLISHED), ==, 1);
  test_server_run (server, 60 * SECOND);
  g_assert_true (test_server_stall (server, &other, 1));
  test_pair_turn (server->pair);
  g_assert_cmpuint (test_events_count (events, DTLS_EVENT_STATE, DTLS_CODE_VERIFIED), >, n_listed);
}

/* --- the reader's side: the real engine, its thread and a real socket --- */

typedef struct
{
  guint64     counts[DTLS_N_COUNTS];
  guint       n_dispatches, n_events;
  DtlsAddress bound;
  gboolean    listening;
} Reader;

static void
events_cb (const DtlsEventRange *ranges, guint n_ranges, const guint64 counts[DTLS_N_COUNTS],
           gpointer user_data)
{
  Reader *reader = user_data;

  reader->n_dispatches++;
  memcpy (reader->counts, counts, sizeof reader->counts);
  for (guint i = 0; i < n_ranges; i++)
    {
      const DtlsEvent *event = NULL;
      guint32 at;

      while ((event = dtls_event_range_next (&ranges[i], event, &at)) != NULL)
        reader->n_events++;
    }
}

static void
listen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reader *reader = user_data;
  g_autoptr (GError) error = NULL;

  dtls_engine_listen_finish (DTLS_ENGINE (source), result, &reader->bound, &error);
  g_assert_no_error (error);
  reader->listening = TRUE;
}

static gboolean
is_listening (gpointer user_data)
{
  Reader *reader = user_data;

  return reader->listening && reader->n_events >= 2;    /* listening; the demonstration key */
}

static void
send_junk (const DtlsAddress *to, guint n)
{
  g_autoptr (GSocketAddress) address
    = g_inet_socket_address_new_from_string ("127.0.0.1", to->port);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                             G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    {
      g_socket_send_to (socket, address, "junk", 4, NULL, &error);
      g_assert_no_error (error);
      if (i % BURST == 0)
        g_main_context_iteration (NULL, FALSE);
    }
}

/* What the kernel dropped last is told with the next datagram. */
static gboolean
is_counted (gpointer user_data)
{
  Reader *reader = user_data;

  if (reader->counts[DTLS_COUNT_NOT_DTLS] + reader->counts[DTLS_COUNT_KERNEL_DROPS] >= N_JUNK)
    return TRUE;
  send_junk (&reader->bound, 1);
  return FALSE;
}

/* A window's main loop hears of a flood four times a second, and gets numbers, not events. */
static void
test_junk_is_a_number (void)
{
  DtlsEngine *engine = dtls_engine_new (NULL, 0);
  g_autoptr (DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr (DtlsCredentials) shared = dtls_credentials_new_shared (demo);
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsProfile) profile = dtls_profile_new ("compatible", &error);
  DtlsAddress local = test_address ("127.0.0.1", 0);
  DtlsListenOptions options = test_listen_options (&local, shared, profile);
  Reader reader = { .n_events = 0 };
  g_autoptr (GSource) source
    = dtls_event_queue_create_source (dtls_engine_get_queue (engine), events_cb, &reader, NULL);
  gint64 began_us;
  guint n_events, n_dispatches;

  g_source_attach (source, NULL);
  dtls_engine_start (engine);
  dtls_engine_listen_async (engine, &options, NULL, listen_cb, &reader);
  test_assert_wait (NULL, is_listening, &reader);
  n_events = reader.n_events;
  n_dispatches = reader.n_dispatches;
  began_us = g_get_monotonic_time ();
  send_junk (&reader.bound, N_JUNK);
  test_assert_wait (NULL, is_counted, &reader);
  g_test_message ("%d junk datagrams in %.0f ms: %u wake-ups", N_JUNK,
                  (g_get_monotonic_time () - began_us) / 1000.0,
                  reader.n_dispatches - n_dispatches);
  g_assert_cmpuint (reader.n_events, ==, n_events);
  g_assert_cmpuint (reader.n_dispatches - n_dispatches, <=,
                    (g_get_monotonic_time () - began_us) / 1000 / COUNTS_MS + 2);
  g_source_destroy (source);
  dtls_engine_stop (engine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (engine);
}

/* --- limits --- */

static ServerOptions *
parse (const char *const *words)
{
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  g_autoptr (GError) error = NULL;
  ServerOptions *options;

  g_strv_builder_add (argv, "dtls-server");
  for (guint i = 0; words[i] != NULL; i++)
    g_strv_builder_add (argv, words[i]);
  all = g_strv_builder_end (argv);
  options = server_options_new (all, ".", &error);
  g_assert_no_error (error);
  return options;
}

static guint
get_default (GSettingsSchema *schema, const char *name)
{
  g_autoptr (GSettingsSchemaKey) key = NULL;
  g_autoptr (GVariant) value = NULL;

  g_assert_true (g_settings_schema_has_key (schema, name));
  key = g_settings_schema_get_key (schema, name);
  value = g_settings_schema_key_get_default_value (key);
  return g_variant_get_uint32 (value);
}

/* Each limit has one name, in the settings and on the command line, and one default. */
static void
test_limits_have_names (void)
{
  const DtlsLimits limits = DTLS_LIMITS_DEFAULT;
  const char *const nothing[] = { NULL };
  const char *const all[] = { "--max-handshakes", "7", "--max-connections", "8", "--handshake-age",
                              "9", "--idle-timeout", "10", "--limit", "identity-bytes=11",
                              "--limit", "listed-rows=12", "--limit", "listed-rows-per-second=13",
                              "--limit", "queue-events=1400", "--limit=queue-bytes=1500000",
                              "--limit", "held-records=15", NULL };
  g_autoptr (ServerOptions) plain = parse (nothing);
  g_autoptr (ServerOptions) set = parse (all);
  g_autoptr (GSettingsSchema) schema
    = g_settings_schema_source_lookup (g_settings_schema_source_get_default (),
                                       "org.dtlspair.Server", TRUE);

  g_assert_cmpmem (&plain->limits, sizeof limits, &limits, sizeof limits);
  g_assert_cmpuint (set->limits.max_half_open, ==, 7);
  g_assert_cmpuint (set->limits.max_connections, ==, 8);
  g_assert_cmpint (set->limits.half_open_age_us, ==, 9 * SECOND);
  g_assert_cmpint (set->limits.idle_us, ==, 10 * SECOND);
  g_assert_cmpuint (set->limits.max_identity_bytes, ==, 11);
  g_assert_cmpuint (set->limits.max_rows, ==, 12);
  g_assert_cmpuint (set->limits.max_rows_per_s, ==, 13);
  g_assert_cmpuint (set->limits.max_queue_events, ==, 1400);
  g_assert_cmpuint (set->limits.max_queue_bytes, ==, 1500000);
  g_assert_cmpuint (set->limits.max_held, ==, 15);
  g_assert_nonnull (schema);
  g_assert_cmpuint (get_default (schema, "max-handshakes"), ==, limits.max_half_open);
  g_assert_cmpuint (get_default (schema, "max-connections"), ==, limits.max_connections);
  g_assert_cmpuint (get_default (schema, "handshake-age"), ==, limits.half_open_age_us / SECOND);
  g_assert_cmpuint (get_default (schema, "idle-timeout"), ==, limits.idle_us / SECOND);
}

/* Each hit of each limit is counted under the limit's own name. */
static void
test_hits_are_counted (void)
{
  DtlsListenOptions options = { .limits = { 2, 2, 5 * SECOND, 20 * SECOND } };
  g_autoptr (TestServer) server = test_server_new_full (&options);
  const guint64 *counts = server->pair->server_counts;

  for (guint i = 0; i < 5; i++)
    {
      DtlsAddress from = test_address ("127.0.0.1", 6000 + i);

      g_assert_true (test_server_stall (server, &from, i + 1));
    }
  g_assert_cmpuint (counts[DTLS_COUNT_HALF_OPEN_EVICTED], ==, 3);
  test_server_run (server, 6 * SECOND);
  g_assert_cmpuint (counts[DTLS_COUNT_HALF_OPEN_AGED], ==, 2);
  for (guint i = 0; i < 5; i++)
    test_server_establish (server, NULL);
  test_pair_turn (server->pair);
  g_assert_cmpuint (counts[DTLS_COUNT_CONNECTIONS_EVICTED], ==, 3);
  test_server_run (server, 21 * SECOND);
  g_assert_cmpuint (counts[DTLS_COUNT_CONNECTIONS_IDLE], ==, 2);
}

/* The limits without an option of their own hold what they say, and their hits are counted, too. */
static void
test_small_limits (void)
{
  DtlsListenOptions options = { .limits = { 512, 512, 40 * SECOND, 40 * SECOND, 8, 3, 2, 64 } };
  g_autoptr (TestServer) server = test_server_new_full (&options);
  const guint64 *counts = server->pair->server_counts;
  DtlsCore *core = server->pair->server;
  DtlsEventFields fields = { 0 };
  TestPeerOptions at_limit = { .identity = "12345678", .n_identity = 8 };
  TestPeerOptions beyond = { .identity = "123456789", .n_identity = 9 };
  guint n = 0;

  g_assert_true (test_server_establish (server, &at_limit)->established);
  g_assert_cmpuint (counts[DTLS_COUNT_IDENTITIES_CUT], ==, 0);
  test_server_add_peer (server, &beyond);
  test_server_run (server, SECOND);
  g_assert_cmpuint (counts[DTLS_COUNT_IDENTITIES_CUT], ==, 1);
  g_assert_nonnull (test_events_find (server->pair->server_events, DTLS_CODE_UNKNOWN_IDENTITY));

  test_server_run (server, 10 * SECOND);        /* three rows again */
  for (guint i = 0; i < 7; i++)
    {
      DtlsAddress from = test_address ("198.18.0.1", 6000 + i);

      g_assert_true (test_server_stall (server, &from, i + 1));
    }
  test_pair_turn (server->pair);
  g_assert_cmpuint (counts[DTLS_COUNT_HELLOS_UNLISTED], ==, 4);
  g_assert_cmpuint (counts[DTLS_COUNT_HANDSHAKES_UNLISTED], ==, 4);

  while (dtls_hub_begin (dtls_core_get_hub (core), DTLS_EVENT_STATE, DTLS_CODE_NONE, &fields) != NULL)
    {
      dtls_hub_commit (dtls_core_get_hub (core));
      g_assert_cmpuint (++n, <=, 64);
    }
  g_assert_cmpuint (n, ==, 64);
  test_pair_turn (server->pair);
  g_assert_cmpuint (counts[DTLS_COUNT_EVENTS_LOST], ==, 1);
}

/* The two that no other hit shows: bytes that wait for the reader, records that wait for a turn. */
static void
test_held_and_bytes (void)
{
  DtlsListenOptions options = { .limits = DTLS_LIMITS_DEFAULT };
  g_autoptr (TestServer) server = NULL;
  DtlsAddress from = test_address ("198.18.0.1", 6000);
  DtlsEventFields fields = { .text = (const guint8 *) "x", .n_text = 1 };
  DtlsHub *hub;
  gsize n_bytes = 0;
  DtlsEvent *event;

  options.limits.max_held = 2;
  options.limits.max_queue_bytes = 1024 * 1024;
  server = test_server_new_full (&options);
  g_assert_true (test_server_stall (server, &from, 1));
  for (guint i = 0; i < 5; i++)
    test_server_forge (server, &from, test_forge_record (22, 1, i, &options, 40));
  test_pair_turn (server->pair);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_HELD_DROPPED], ==, 3);

  hub = dtls_core_get_hub (server->pair->server);
  while ((event = dtls_hub_begin (hub, DTLS_EVENT_STATE, DTLS_CODE_NONE, &fields)) != NULL)
    {
      n_bytes += event->size;
      dtls_hub_commit (hub);
    }
  g_assert_cmpuint (n_bytes, >, 1024 * 1024 / 2);
  g_assert_cmpuint (n_bytes, <=, 1024 * 1024);
  test_pair_turn (server->pair);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_EVENTS_LOST], ==, 1);
}

/* --- what the library does on its own --- */

static void
test_key_log_is_said (void)
{
  g_autoptr (TestPair) pair = NULL;
  TestEvent *event;

  g_setenv ("SSLKEYLOGFILE", "/dev/null", TRUE);
  pair = test_pair_new ();
  test_pair_listen (pair, NULL, NULL);
  test_pair_turn (pair);
  event = test_events_find (pair->server_events, DTLS_CODE_KEY_LOG);
  g_assert_nonnull (event);
  g_assert_cmpstr (event->text, ==, "/dev/null");
  g_assert_cmpint (event->head.kind, ==, DTLS_EVENT_DIAGNOSIS);
  g_unsetenv ("SSLKEYLOGFILE");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/limits/b1-one-burst-a-turn", test_one_burst_a_turn);
  g_test_add_func ("/dtls/limits/b1-deadlines-in-a-flood", test_deadlines_in_a_flood);
  g_test_add_func ("/dtls/limits/b1-junk-is-a-number", test_junk_is_a_number);
  g_test_add_func ("/dtls/limits/b2-verified-flood", test_verified_flood);
  g_test_add_func ("/dtls/limits/b3-names", test_limits_have_names);
  g_test_add_func ("/dtls/limits/b3-hits-are-counted", test_hits_are_counted);
  g_test_add_func ("/dtls/limits/b3-small-limits", test_small_limits);
  g_test_add_func ("/dtls/limits/b3-held-and-bytes", test_held_and_bytes);
  g_test_add_func ("/dtls/limits/b4-key-log-is-said", test_key_log_is_said);
  return g_test_run ();
}
