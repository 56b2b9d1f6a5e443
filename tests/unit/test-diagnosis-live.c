/* SPDX-License-Identifier: MIT */
/* Every row of the wording table (UX 6, DESIGN 5), provoked for real: the sentence that the user
 * reads, whom it names, how soon it comes, how often, and what its "Why?" opens. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "report-json.h"
#include "report-sentence.h"
#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MS ((gint64) 1000)
#define PSK_GCM "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK:-CIPHER-ALL:+AES-128-GCM"
#define DTLS_1_0 "NORMAL:-VERS-ALL:+VERS-DTLS1.0:-KX-ALL:+PSK:+AES-128-CBC:+SHA1"
#define NOT_ALLOWED "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK:-CIPHER-ALL:+CAMELLIA-128-GCM"

enum { PORT = 22334, OTHER_PORT = 5684, CLIENT_PORT = 41022 };

/* A server and a client of ours, and somebody else's, on one network. */
typedef struct
{
  TestServer *server;
  TestPair   *pair;             /* of the server */
  TestPeer   *peer;
} Scene;

typedef struct
{
  const char *name;
  void      (*provoke) (Scene *scene);
  gboolean    client;           /* whose row it is */
  DtlsCode    code;
  const char *ip;               /* whom it names; NULL: 127.0.0.1 */
  guint16     port;             /* 0: nobody */
  gint64      after_us;         /* how long after the provocation it comes, at most ... */
  gint64      later_us;         /* ... and how long it is then watched */
  guint       times;            /* how often it is there in the end */
  ReportLevel level;
  const char *row, *second;     /* {peer}: (ADDRESS:PORT), {port}: of the peer */
} Case;

static Scene *
scene_new (DtlsListenOptions *options)
{
  Scene *scene = g_new0 (Scene, 1);
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new ();
  g_autoptr (GBytes) alice = g_bytes_new_static ("alice", 5);
  g_autoptr (DtlsKey) key = dtls_key_parse ("0a0b0c0d", DTLS_KEY_FORMAT_HEX, NULL);
  DtlsListenOptions own = { 0 };

  dtls_credentials_add (credentials, alice, key);
  if (options == NULL)
    options = &own;
  options->credentials = credentials;
  scene->server = test_server_new_full (options);
  scene->pair = scene->server->pair;
  test_network_set_refusing (scene->pair->network, FALSE);
  return scene;
}

static void
scene_free (Scene *scene)
{
  test_server_free (scene->server);
  g_free (scene);
}

/* Somebody else's client, at a known port. */
static void
add_client (Scene *scene, const char *identity, const char *key_hex, const char *priority)
{
  TestPeerOptions options = {
    .identity = identity,
    .n_identity = strlen (identity),
    .key_hex = key_hex,
    .priority = priority,
  };

  scene->peer = test_server_add_peer_at (scene->server, &options, "127.0.0.1", CLIENT_PORT);
}

static void
establish (Scene *scene)
{
  add_client (scene, "alice", "0a0b0c0d", NULL);
  g_assert_true (test_server_finish (scene->server, scene->peer, SECOND));
}

/* Somebody else's server, at a known port. */
static void
add_server (Scene *scene, const char *key_hex, const char *priority)
{
  TestPeerOptions options = { .server = TRUE, .key_hex = key_hex, .priority = priority };

  scene->peer = test_server_add_peer_at (scene->server, &options, "127.0.0.1", OTHER_PORT);
}

static void
connect_with (Scene *scene, const DtlsAddress *addresses, guint n, const char *identity,
              const char *key_hex, const char *profile_name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (identity, strlen (identity));
  g_autoptr (DtlsKey) key = dtls_key_parse (key_hex, DTLS_KEY_FORMAT_HEX, &error);
  g_autoptr (DtlsProfile) profile = dtls_profile_new (profile_name, &error);
  g_autoptr (DtlsSessionConfig) config
    = dtls_session_config_new (DTLS_ROLE_CLIENT, profile, NULL, 0, 0, &error);
  DtlsConnectionOptions options = {
    .addresses = addresses,
    .n_addresses = n,
    .name = "Bob",
    .identity = bytes,
    .key = key,
    .config = config,
    .ping_interval_ms = 1000,
  };

  g_assert_no_error (error);
  test_pair_connect_full (scene->pair, &options);
}

/* Our client, to a port of 127.0.0.1. */
static void
connect_to (Scene *scene, guint16 port, const char *identity, const char *key_hex)
{
  DtlsAddress address = test_address ("127.0.0.1", port);

  connect_with (scene, &address, 1, identity, key_hex, "compatible");
}

static void
connect_established (Scene *scene)
{
  connect_to (scene, PORT, "alice", "0a0b0c0d");
  test_server_run (scene->server, 500 * MS);
  g_assert_nonnull (test_events_find (scene->pair->client_events, DTLS_CODE_ESTABLISHED));
}

/* --- what the words are made of --- */

/* The event as it was in the queue. */
static DtlsEvent *
rebuild (const TestEvent *event)
{
  DtlsEvent *whole = g_malloc0 (event->head.size);
  guint8 *at = (guint8 *) (whole + 1);

  *whole = event->head;
  if (whole->n_wire > 0)
    memcpy (at, g_bytes_get_data (event->wire, NULL), whole->n_wire);
  at += whole->n_wire;
  memcpy (at, event->text, whole->n_text);
  at += whole->n_text;
  memcpy (at, event->name, whole->n_name);
  at += whole->n_name;
  if (whole->n_identity > 0)
    memcpy (at, g_bytes_get_data (event->identity, NULL), whole->n_identity);
  return whole;
}

static char *
expand (const char *text, const DtlsAddress *peer)
{
  g_autoptr (GString) expanded = g_string_new (text != NULL ? text : "");
  g_autofree char *port = g_strdup_printf ("%u", peer->port);
  g_autofree char *endpoint = g_strdup_printf ("(%s)", test_address_text (peer));

  g_string_replace (expanded, "{peer}", endpoint, 0);
  g_string_replace (expanded, "{port}", port, 0);
  return g_strdup (expanded->str);
}

/* The sentence, its second line, both in JSON, and the explanation. */
static void
assert_words (const TestEvent *said, ReportLevel level, const char *row, const char *second)
{
  g_autofree DtlsEvent *event = rebuild (said);
  g_autofree char *wanted_row = expand (row, &said->head.peer);
  g_autofree char *wanted_second = expand (second, &said->head.peer);
  g_autoptr (GString) found_row = g_string_new (NULL);
  g_autoptr (GString) found_second = g_string_new (NULL);
  g_autoptr (GString) heading = g_string_new (NULL);
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GString) json = g_string_new (NULL);

  g_assert_cmpint (report_event_append_sentence (event, found_row), ==, level);
  g_assert_cmpstr (found_row->str, ==, wanted_row);
  report_event_append_second (event, found_second);
  g_assert_cmpstr (found_second->str, ==, wanted_second);
  g_assert_true (report_event_append_why (event, heading, body));
  g_assert_cmpuint (heading->len, >, 10);
  g_assert_nonnull (strstr (body->str, "\n\n"));
  report_json_append (event, json);
  g_assert_nonnull (strstr (json->str, report_level_get_name (level)));
  if (second != NULL)
    g_assert_nonnull (strstr (json->str, "\"note\":\""));
}

static GPtrArray *
get_events (Scene *scene, gboolean client)
{
  return client ? scene->pair->client_events : scene->pair->server_events;
}

static guint
count (GPtrArray *events, DtlsCode code)
{
  return test_events_count (events, DTLS_EVENT_STATE, code)
         + test_events_count (events, DTLS_EVENT_DIAGNOSIS, code);
}

typedef struct
{
  GPtrArray *events;
  DtlsCode   code;
} Wanted;

static gboolean
is_said (TestServer *server, gpointer user_data)
{
  Wanted *wanted = user_data;

  return count (wanted->events, wanted->code) > 0;
}

static void
check_case (Scene *scene, const Case *row)
{
  GPtrArray *events = get_events (scene, row->client);
  Wanted wanted = { events, row->code };
  DtlsAddress whom = test_address (row->ip != NULL ? row->ip : "127.0.0.1", row->port);
  TestEvent *said;

  row->provoke (scene);
  g_assert_cmpuint (count (events, row->code), ==, 0);
  if (!test_server_run_until (scene->server, is_said, &wanted, row->after_us))
    g_error ("%s: not said within %" G_GINT64_FORMAT " ms", row->name, row->after_us / MS);
  said = test_events_find (events, row->code);
  if (row->port != 0)
    g_assert_cmpstr (test_address_text (&said->head.peer), ==, test_address_text (&whom));
  assert_words (said, row->level, row->row, row->second);
  test_server_run (scene->server, row->later_us);
  g_assert_cmpuint (count (events, row->code), ==, row->times);
}

static void
test_case (gconstpointer data)
{
  Scene *scene = scene_new (NULL);

  check_case (scene, data);
  scene_free (scene);
}

/* ... and the connection goes on as if nothing had been. */
static void
test_case_awake (gconstpointer data)
{
  Scene *scene = scene_new (NULL);

  check_case (scene, data);
  g_assert_true (test_server_answers (scene->server, scene->peer, "still here"));
  scene_free (scene);
}

static void
test_case_constrained (gconstpointer data)
{
  g_autoptr (DtlsProfile) constrained = dtls_profile_new ("constrained", NULL);
  DtlsListenOptions options = { .profile = constrained };
  Scene *scene = scene_new (&options);

  check_case (scene, data);
  scene_free (scene);
}

static void
test_case_tell_why (gconstpointer data)
{
  DtlsListenOptions options = { .tell_why = TRUE };
  Scene *scene = scene_new (&options);

  check_case (scene, data);
  scene_free (scene);
}

static void
test_case_short_limits (gconstpointer data)
{
  DtlsListenOptions options = { .limits = DTLS_LIMITS_DEFAULT };
  Scene *scene;

  options.limits.max_half_open = 1;
  options.limits.max_connections = 1;
  options.limits.idle_us = 90 * SECOND;
  scene = scene_new (&options);
  check_case (scene, data);
  scene_free (scene);
}

/* --- the server's rows --- */

static void
a_client_with_another_key (Scene *scene)
{
  add_client (scene, "alice", "ffffffff", NULL);
}

static void
a_client_that_nobody_knows (Scene *scene)
{
  add_client (scene, "device-7", "0a0b0c0d", NULL);
}

static void
a_client_with_other_suites (Scene *scene)
{
  add_client (scene, "alice", "0a0b0c0d", NOT_ALLOWED);
}

static void
a_client_of_dtls_1_0 (Scene *scene)
{
  add_client (scene, "alice", "0a0b0c0d", DTLS_1_0);
}

static void
a_client_that_stalls (Scene *scene)
{
  DtlsAddress from = test_address ("127.0.0.1", CLIENT_PORT);

  g_assert_true (test_server_stall (scene->server, &from, 7));
}

static void
a_client_that_stalls_and_another_one (Scene *scene)
{
  a_client_that_stalls (scene);
  test_server_add_peer (scene->server, NULL);
}

static void
a_client_that_starts_over (Scene *scene)
{
  establish (scene);
  test_peer_start_over (scene->peer);
}

static void
a_client_that_closes (Scene *scene)
{
  establish (scene);
  test_peer_close (scene->peer);
}

static void
a_client_that_is_silent (Scene *scene)
{
  establish (scene);
}

/* A fatal alert of an authenticated peer: internal error. */
static void
a_client_that_gives_up (Scene *scene)
{
  static const guint8 alert[] = { 2, 80 };
  g_autoptr (GByteArray) record = NULL;

  establish (scene);
  record = test_peer_seal (scene->peer, 21, 99, alert, sizeof alert);
  test_peer_transmit (scene->peer, record->data, record->len);
}

static void
a_port_in_use (Scene *scene)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsProfile) profile = dtls_profile_new ("compatible", &error);
  DtlsAddress taken = test_address ("127.0.0.1", OTHER_PORT);
  DtlsListenOptions options = test_listen_options (&taken, NULL, profile);

  add_server (scene, NULL, NULL);
  g_assert_false (dtls_core_listen (scene->pair->server, &options, NULL, &error));
}

static void
an_address_that_goes (Scene *scene)
{
  for (guint i = 0; i < 3; i++)
    dtls_core_set_address_present (scene->pair->server, FALSE);
}

static void
a_clock_that_is_set (Scene *scene)
{
  establish (scene);
  test_clock_step_real (-120 * SECOND);
}

static void
a_computer_that_slept (Scene *scene)
{
  establish (scene);
  test_clock_sleep (8 * 60 * SECOND);
}

static const Case server_cases[] = {
  { "key-differs", a_client_with_another_key, FALSE, DTLS_CODE_KEY_DIFFERS, NULL, CLIENT_PORT,
    100 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "Cannot decrypt what {peer} sends as \"alice\": most likely its key differs from ours.", NULL },
  { "unknown-identity", a_client_that_nobody_knows, FALSE, DTLS_CODE_UNKNOWN_IDENTITY, NULL,
    CLIENT_PORT, 100 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer} offers identity \"device-7\", which has no key here.", NULL },
  { "retransmission", a_client_that_stalls, FALSE, DTLS_CODE_RETRANSMIT, NULL, CLIENT_PORT,
    400 * MS, 60 * SECOND, 6, REPORT_WARNING,
    "{peer}: no answer, sending flight 4 again (1 of 6, next in 800 ms)", NULL },
  { "started-over", a_client_that_starts_over, FALSE, DTLS_CODE_STARTED_OVER, NULL, CLIENT_PORT,
    10 * MS, 30 * SECOND, 1, REPORT_WARNING,
    "{peer}: 0 byte dgram, could be a re-connect attempt?",
    "{peer} started over (its earlier connection is kept until the new one is proven)." },
  { "peer-closed", a_client_that_closes, FALSE, DTLS_CODE_CLOSED, NULL, CLIENT_PORT,
    10 * MS, 30 * SECOND, 1, REPORT_INFO,
    "{peer}: The DTLS connection has been shutdown",
    "{peer} closed the connection (close notify)." },
  { "peer-alert", a_client_that_gives_up, FALSE, DTLS_CODE_FAILED, NULL, CLIENT_PORT,
    10 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer}: Error during SSL handshake: internal error",
    "{peer} ended the connection: internal error (alert 80)." },
  { "age", a_client_that_stalls, FALSE, DTLS_CODE_CLOSED, NULL, CLIENT_PORT,
    40 * SECOND, 60 * SECOND, 1, REPORT_WARNING,
    "{peer} did not finish its handshake within 40 s; dropped.", NULL },
  { "port-in-use", a_port_in_use, FALSE, DTLS_CODE_LISTEN_FAILED, NULL, OTHER_PORT,
    0, SECOND, 1, REPORT_ERROR,
    "Cannot listen on 127.0.0.1 port 5684: already in use. Choose another port, or 0 for any.",
    NULL },
  { "address-gone", an_address_that_goes, FALSE, DTLS_CODE_INTERFACE_GONE, NULL, PORT,
    0, SECOND, 1, REPORT_WARNING,
    "This computer has no address 127.0.0.1 now. The server keeps listening and answers again "
    "when it is back.", NULL },
};

static const Case clock_cases[] = {
  { "clock-set", a_clock_that_is_set, FALSE, DTLS_CODE_CLOCK_STEP, NULL, 0, 1 * MS, 10 * SECOND,
    1, REPORT_WARNING, "The computer's clock was set by 120 seconds: handshakes start again",
    NULL },
  { "slept", a_computer_that_slept, FALSE, DTLS_CODE_CLOCK_STEP, NULL, 0, 1 * MS, 10 * SECOND, 1,
    REPORT_WARNING,
    "The computer slept for 8 min: listening and connections go on, handshakes start again",
    NULL },
};

static const Case client_clock_cases[] = {
  { "clock-set", a_clock_that_is_set, TRUE, DTLS_CODE_CLOCK_STEP, NULL, 0, 1 * MS, 10 * SECOND, 1,
    REPORT_WARNING, "The computer's clock was set by 120 seconds: handshakes start again", NULL },
  { "slept", a_computer_that_slept, TRUE, DTLS_CODE_CLOCK_STEP, NULL, 0, 1 * MS, 10 * SECOND, 1,
    REPORT_WARNING,
    "The computer slept for 8 min: listening and connections go on, handshakes start again",
    NULL },
};

static const Case constrained_cases[] = {
  { "no-common-suite", a_client_with_other_suites, FALSE, DTLS_CODE_NO_COMMON_SUITE, NULL,
    CLIENT_PORT, 10 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer} and this server share no cipher suite. It offered: PSK-CAMELLIA128-GCM-SHA256. "
    "Allowed here: PSK-AES128-CCM8.", NULL },
  { "alert-sent/no-common-suite", a_client_with_other_suites, FALSE, DTLS_CODE_FAILED, NULL,
    CLIENT_PORT, 10 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer}: Error during SSL handshake: No supported cipher suites have been found.",
    "This program ended the connection with {peer}: handshake failure (alert 40)." },
  { "version", a_client_of_dtls_1_0, FALSE, DTLS_CODE_VERSION, NULL, CLIENT_PORT,
    10 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer} wants DTLS 1.0; this program speaks DTLS 1.2.", NULL },
  { "alert-sent/version", a_client_of_dtls_1_0, FALSE, DTLS_CODE_FAILED, NULL, CLIENT_PORT,
    10 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer}: Error during SSL handshake: A packet with illegal or unsupported version was "
    "received.",
    "This program ended the connection with {peer}: protocol version (alert 70)." },
};

static const Case told_cases[] = {
  { "alert-sent/unknown-identity", a_client_that_nobody_knows, FALSE, DTLS_CODE_FAILED, NULL,
    CLIENT_PORT, 10 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer}: Error during SSL handshake: unknown PSK identity",
    "This program ended the connection with {peer}: unknown PSK identity (alert 115)." },
};

static const Case limit_cases[] = {
  { "evicted", a_client_that_stalls_and_another_one, FALSE, DTLS_CODE_CLOSED, NULL, CLIENT_PORT,
    10 * MS, 30 * SECOND, 1, REPORT_WARNING,
    "{peer} was dropped to make room: the limit is reached.", NULL },
  { "idle", a_client_that_is_silent, FALSE, DTLS_CODE_CLOSED, NULL, CLIENT_PORT,
    90 * SECOND, 200 * SECOND, 1, REPORT_INFO,
    "{peer} was silent for 90 s; connection closed.", NULL },
};

/* --- the client's rows --- */

static void
nobody_listens (Scene *scene)
{
  test_network_set_refusing (scene->pair->network, TRUE);
  connect_to (scene, OTHER_PORT, "bob", "0a0b");
}

static void
nobody_answers (Scene *scene)
{
  connect_to (scene, OTHER_PORT, "bob", "0a0b");
}

/* It refused first, then it was there and said nothing. */
static void
refused_and_then_silent (Scene *scene)
{
  nobody_listens (scene);
  test_server_run (scene->server, 20 * SECOND);
  g_assert_cmpuint (count (scene->pair->client_events, DTLS_CODE_REFUSED), ==, 1);
  test_network_set_refusing (scene->pair->network, FALSE);
}

/* The other way round. */
static void
silent_and_then_refused (Scene *scene)
{
  nobody_answers (scene);
  test_server_run (scene->server, 20 * SECOND);
  test_network_set_refusing (scene->pair->network, TRUE);
}

static gboolean
refuse_one_family_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  return !dtls_address_is_ipv4 (&datagram->to);
}

/* A name with two addresses: the first one refuses, the second one is silent. */
static void
one_refuses_one_is_silent (Scene *scene)
{
  DtlsAddress addresses[]
    = { test_address ("::1", OTHER_PORT), test_address ("127.0.0.1", OTHER_PORT) };

  test_network_set_refusing (scene->pair->network, TRUE);
  test_network_set_tap (scene->pair->network, refuse_one_family_cb, NULL);
  connect_with (scene, addresses, 2, "bob", "0a0b", "compatible");
}

static void
the_route_is_gone (Scene *scene)
{
  DtlsPath path = { 0 };

  connect_to (scene, OTHER_PORT, "bob", "0a0b");
  test_pair_turn (scene->pair);
  for (guint i = 0; i < 70; i++)
    {
      GHashTableIter iter;
      gpointer association;

      g_hash_table_iter_init (&iter, dtls_core_get_table (scene->pair->client)->by_path);
      if (g_hash_table_iter_next (&iter, NULL, &association))
        path = ((DtlsAssociation *) association)->path;
      test_pipe_inject_error (TEST_PIPE (scene->pair->client_pipe), &path, EHOSTUNREACH);
      if (i < 59)
        test_server_run (scene->server, SECOND);
    }
}

static void
the_route_goes (Scene *scene)
{
  DtlsPath path;

  connect_established (scene);
  path = dtls_table_find_id (dtls_core_get_table (scene->pair->client), 1)->path;
  for (guint i = 0; i < 3; i++)
    test_pipe_inject_error (TEST_PIPE (scene->pair->client_pipe), &path, ECONNREFUSED);
}

static void
no_local_port (Scene *scene)
{
  g_autoptr (GBytes) bob = g_bytes_new_static ("bob", 3);
  g_autoptr (DtlsKey) key = dtls_key_new_demo ();
  DtlsAddress address = test_address ("127.0.0.1", PORT);
  DtlsConnectionOptions options = {
    .addresses = &address, .n_addresses = 1, .name = "Bob", .identity = bob, .key = key,
    .local_port = OTHER_PORT,
  };
  TestPeerOptions everywhere = { .server = TRUE };

  test_server_add_peer_at (scene->server, &everywhere, "0.0.0.0", OTHER_PORT);
  test_pair_connect_full (scene->pair, &options);
}

static void
a_server_with_another_key (Scene *scene)
{
  connect_to (scene, PORT, "alice", "ffffffff");
}

static void
a_server_that_tells (Scene *scene)
{
  connect_to (scene, PORT, "device-7", "0a0b0c0d");
}

static void
a_server_with_other_suites (Scene *scene)
{
  DtlsAddress address = test_address ("127.0.0.1", PORT);

  connect_with (scene, &address, 1, "alice", "0a0b0c0d", "forward-secret");
}

static void
a_server_of_dtls_1_0 (Scene *scene)
{
  add_server (scene, "0a0b", DTLS_1_0);
  connect_to (scene, OTHER_PORT, "bob", "0a0b");
}

typedef struct
{
  const guint8 *bytes;
  gsize         n_bytes;
} Answer;

/* Whatever comes is answered with the same bytes. */
static gboolean
answer_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  const Answer *answer = user_data;

  if (datagram->to.port != OTHER_PORT)
    return TRUE;
  test_network_inject (network, &datagram->to, &datagram->from, answer->bytes, answer->n_bytes,
                       datagram->now_us);
  return FALSE;
}

static void
a_server_of_something_else (Scene *scene)
{
  static const Answer hello = { (const guint8 *) "SIP/2.0 400 Bad Request\r\n", 25 };

  test_network_set_tap (scene->pair->network, answer_cb, (gpointer) &hello);
  connect_to (scene, OTHER_PORT, "bob", "0a0b");
}

static void
a_server_that_wants_no_old_version (Scene *scene)
{
  static const guint8 alert[] = { 21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 70 };
  static const Answer answer = { alert, sizeof alert };

  test_network_set_tap (scene->pair->network, answer_cb, (gpointer) &answer);
  connect_to (scene, OTHER_PORT, "bob", "0a0b");
}

/* It answers the first hello, then nobody hears of it any more. */
static gboolean
one_answer_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  guint *n_left = user_data;

  if (datagram->from.port != PORT)
    return TRUE;
  if (*n_left == 0)
    return FALSE;
  --*n_left;
  return TRUE;
}

static void
a_server_that_falls_silent (Scene *scene)
{
  static guint n_left;

  n_left = 1;
  test_network_set_tap (scene->pair->network, one_answer_cb, &n_left);
  connect_to (scene, PORT, "alice", "0a0b0c0d");
}

static void
a_server_that_closes (Scene *scene)
{
  connect_established (scene);
  dtls_core_close (scene->pair->server, 0, DTLS_CLOSE_LOCAL);
  dtls_core_settle (scene->pair->server);
}

static void
a_server_that_gives_up (Scene *scene)
{
  static const guint8 alert[] = { 21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 80 };
  static const Answer answer = { alert, sizeof alert };

  test_network_set_tap (scene->pair->network, answer_cb, (gpointer) &answer);
  connect_to (scene, OTHER_PORT, "bob", "0a0b");
}

#define ORIGINAL_REFUSED "Bob: spurious read notification?"
#define REFUSED "127.0.0.1 refused UDP port {port}: nothing is listening there."

static const Case client_cases[] = {
  { "refused", nobody_listens, TRUE, DTLS_CODE_REFUSED, NULL, OTHER_PORT, 1 * MS, 70 * SECOND, 1,
    REPORT_WARNING, ORIGINAL_REFUSED, REFUSED },
  { "gave-up/refused", nobody_listens, TRUE, DTLS_CODE_GAVE_UP, NULL, OTHER_PORT, 60 * SECOND,
    60 * SECOND, 1, REPORT_ERROR, "Bob: gave up. " REFUSED, NULL },
  { "gave-up/silent", nobody_answers, TRUE, DTLS_CODE_GAVE_UP, NULL, OTHER_PORT, 60 * SECOND,
    60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up. No answer from {peer} after 14 tries (60 s). Is the server listening? Does a "
    "firewall drop UDP?", NULL },
  { "gave-up/refused-then-silent", refused_and_then_silent, TRUE, DTLS_CODE_GAVE_UP, NULL,
    OTHER_PORT, 40 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up. No answer from {peer} after 14 tries (60 s). Is the server listening? Does a "
    "firewall drop UDP?", NULL },
  { "gave-up/silent-then-refused", silent_and_then_refused, TRUE, DTLS_CODE_GAVE_UP, NULL,
    OTHER_PORT, 40 * SECOND, 60 * SECOND, 1, REPORT_ERROR, "Bob: gave up. " REFUSED, NULL },
  { "gave-up/one-refuses-one-is-silent", one_refuses_one_is_silent, TRUE, DTLS_CODE_GAVE_UP, NULL,
    OTHER_PORT, 60 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up. No answer from {peer} after 14 tries (60 s). Is the server listening? Does a "
    "firewall drop UDP?", NULL },
  { "gave-up/no-route", the_route_is_gone, TRUE, DTLS_CODE_GAVE_UP, NULL, OTHER_PORT,
    2 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up after 60 s. No route to 127.0.0.1: is the network up?", NULL },
  { "gave-up/not-one-datagram", no_local_port, TRUE, DTLS_CODE_GAVE_UP, NULL, PORT,
    60 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up after 60 s. Not one datagram could be sent to {peer}.", NULL },
  { "gave-up/midway", a_server_that_falls_silent, TRUE, DTLS_CODE_GAVE_UP, NULL, PORT,
    60 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up after 60 s. {peer} answered, but did not finish the handshake.", NULL },
  { "gave-up/keys", a_server_with_another_key, TRUE, DTLS_CODE_GAVE_UP, NULL, PORT,
    60 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up after 60 s. The server did not answer once keys were used.", NULL },
  { "gave-up/not-dtls", a_server_of_something_else, TRUE, DTLS_CODE_GAVE_UP, NULL, OTHER_PORT,
    60 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up after 60 s. {peer} answers, but not with DTLS.", NULL },
  { "start-failed", no_local_port, TRUE, DTLS_CODE_START_FAILED, NULL, PORT, 1 * MS, 70 * SECOND,
    1, REPORT_ERROR,
    "Bob: failed to start a handshake - Cannot listen on 127.0.0.1 port 5684: already in use. "
    "Choose another port, or 0 for any.", NULL },
  { "retransmission", nobody_answers, TRUE, DTLS_CODE_RETRANSMIT, NULL, OTHER_PORT, 1 * SECOND,
    70 * SECOND, 13, REPORT_WARNING, "Bob: handshake timeout, trying to re-transmit",
    "No answer, sending flight 1 again (1 of 13, next in 2 s)." },
  { "key-differs", a_server_with_another_key, TRUE, DTLS_CODE_KEY_DIFFERS, NULL, PORT,
    7 * SECOND + 100 * MS, 120 * SECOND, 1, REPORT_ERROR,
    "Bob: the server stopped answering once keys were used: most likely the key for identity "
    "\"alice\" differs.", NULL },
  { "version", a_server_of_dtls_1_0, TRUE, DTLS_CODE_VERSION, NULL, OTHER_PORT, 10 * MS,
    70 * SECOND, 1, REPORT_ERROR,
    "Bob: {peer} wants DTLS 1.0; this program speaks DTLS 1.2.", NULL },
  { "version-by-alert", a_server_that_wants_no_old_version, TRUE, DTLS_CODE_VERSION, NULL,
    OTHER_PORT, 10 * MS, 70 * SECOND, 1, REPORT_ERROR,
    "Bob: the other side does not speak DTLS 1.2.", NULL },
  { "not-dtls", a_server_of_something_else, TRUE, DTLS_CODE_NOT_DTLS, NULL, OTHER_PORT, 10 * MS,
    70 * SECOND, 1, REPORT_ERROR,
    "Bob: {peer} sent 25 bytes that are not DTLS (first bytes 53 49 50 2f 32 2e 30 20).", NULL },
  { "peer-closed", a_server_that_closes, TRUE, DTLS_CODE_CLOSED, NULL, PORT, 10 * MS, 70 * SECOND,
    1, REPORT_INFO, "Bob: shutdown alert received",
    "{peer} closed the connection (close notify)." },
  { "peer-alert", a_server_that_gives_up, TRUE, DTLS_CODE_FAILED, NULL, OTHER_PORT, 10 * MS,
    70 * SECOND, 1, REPORT_ERROR, "Bob: handshake error - internal error",
    "{peer} ended the connection: internal error (alert 80)." },
  { "unreachable", the_route_goes, TRUE, DTLS_CODE_UNREACHABLE, NULL, PORT, 10 * MS, 10 * SECOND,
    1, REPORT_WARNING, ORIGINAL_REFUSED,
    "Peer unreachable: 127.0.0.1 refused UDP port {port}. The connection is kept and goes on when "
    "the peer answers." },
};

static const Case client_told_cases[] = {
  { "unknown-identity", a_server_that_tells, TRUE, DTLS_CODE_UNKNOWN_IDENTITY, NULL, PORT, 10 * MS,
    70 * SECOND, 1, REPORT_ERROR, "Bob: the server does not know identity \"device-7\".", NULL },
  { "alert-received", a_server_that_tells, TRUE, DTLS_CODE_FAILED, NULL, PORT, 10 * MS,
    70 * SECOND, 1, REPORT_ERROR, "Bob: handshake error - unknown PSK identity",
    "{peer} ended the connection: unknown PSK identity (alert 115)." },
};

static const Case client_suite_cases[] = {
  { "no-common-suite", a_server_with_other_suites, TRUE, DTLS_CODE_NO_COMMON_SUITE, NULL, PORT,
    10 * MS, 70 * SECOND, 1, REPORT_ERROR,
    "Bob: the server found no cipher suite in common. Try the profile \"Compatible (IoT)\".",
    NULL },
};

static void
add_cases (const char *program, const Case *cases, guint n, GTestDataFunc func)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/report/live/%s/%s", program, cases[i].name);

      g_test_add_data_func (path, &cases[i], func);
    }
}

#define ADD_CASES(program, cases, func) add_cases (program, cases, G_N_ELEMENTS (cases), func)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("server", server_cases, test_case);
  ADD_CASES ("server", clock_cases, test_case_awake);
  ADD_CASES ("client", client_clock_cases, test_case_awake);
  ADD_CASES ("server", constrained_cases, test_case_constrained);
  ADD_CASES ("server", told_cases, test_case_tell_why);
  ADD_CASES ("server", limit_cases, test_case_short_limits);
  ADD_CASES ("client", client_cases, test_case);
  ADD_CASES ("client", client_told_cases, test_case_tell_why);
  ADD_CASES ("client", client_suite_cases, test_case_constrained);
  return g_test_run ();
}
