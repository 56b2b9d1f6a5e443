/* SPDX-License-Identifier: MIT */
/* Every row of the wording table (UX 6, DESIGN 5) that the client has, provoked for real: the
 * sentence that the user reads, whom it names, how soon it comes, how often, and what its "Why?"
 * opens. */
#include "config.h"

#include <errno.h>

#include "diagnosis-scene.h"

static void
nobody_listens (Scene *scene)
{
  test_network_set_refusing (scene->pair->network, TRUE);
  scene_connect_to (scene, OTHER_PORT, "bob", "0a0b");
}

static void
nobody_answers (Scene *scene)
{
  scene_connect_to (scene, OTHER_PORT, "bob", "0a0b");
}

/* It refused first, then it was there and said nothing. */
static void
refused_and_then_silent (Scene *scene)
{
  nobody_listens (scene);
  test_server_run (scene->server, 20 * SECOND);
  g_assert_cmpuint (scene_count (scene->pair->client_events, DTLS_CODE_REFUSED), ==, 1);
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
  scene_connect_with (scene, addresses, 2, "bob", "0a0b", "compatible");
}

static void
the_route_is_gone (Scene *scene)
{
  DtlsPath path = { 0 };

  scene_connect_to (scene, OTHER_PORT, "bob", "0a0b");
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

  scene_connect_established (scene);
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
  scene_connect_to (scene, PORT, "alice", "ffffffff");
}

static void
a_server_that_tells (Scene *scene)
{
  scene_connect_to (scene, PORT, "device-7", "0a0b0c0d");
}

static void
a_server_with_other_suites (Scene *scene)
{
  DtlsAddress address = test_address ("127.0.0.1", PORT);

  scene_connect_with (scene, &address, 1, "alice", "0a0b0c0d", "forward-secret");
}

static void
a_server_of_dtls_1_0 (Scene *scene)
{
  scene_add_server (scene, "0a0b", DTLS_1_0);
  scene_connect_to (scene, OTHER_PORT, "bob", "0a0b");
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
  scene_connect_to (scene, OTHER_PORT, "bob", "0a0b");
}

static void
a_server_that_wants_no_old_version (Scene *scene)
{
  static const guint8 alert[] = { 21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 70 };
  static const Answer answer = { alert, sizeof alert };

  test_network_set_tap (scene->pair->network, answer_cb, (gpointer) &answer);
  scene_connect_to (scene, OTHER_PORT, "bob", "0a0b");
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
  scene_connect_to (scene, PORT, "alice", "0a0b0c0d");
}

static void
a_server_that_closes (Scene *scene)
{
  scene_connect_established (scene);
  dtls_core_close (scene->pair->server, 0, DTLS_CLOSE_LOCAL);
  dtls_core_settle (scene->pair->server);
}

static void
a_server_that_gives_up (Scene *scene)
{
  static const guint8 alert[] = { 21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 80 };
  static const Answer answer = { alert, sizeof alert };

  test_network_set_tap (scene->pair->network, answer_cb, (gpointer) &answer);
  scene_connect_to (scene, OTHER_PORT, "bob", "0a0b");
}

#define ORIGINAL_REFUSED "Bob: spurious read notification?"
#define REFUSED "127.0.0.1 refused UDP port {port}: nothing is listening there."

static const Case client_cases[] = {
  { "refused", nobody_listens, TRUE, DTLS_CODE_REFUSED, OTHER_PORT, 1 * MS, 70 * SECOND, 1,
    REPORT_WARNING, ORIGINAL_REFUSED, REFUSED },
  { "gave-up/refused", nobody_listens, TRUE, DTLS_CODE_GAVE_UP, OTHER_PORT, 60 * SECOND,
    60 * SECOND, 1, REPORT_ERROR, "Bob: gave up. " REFUSED, NULL },
  { "gave-up/silent", nobody_answers, TRUE, DTLS_CODE_GAVE_UP, OTHER_PORT, 60 * SECOND,
    60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up. No answer from {peer} after 14 tries (60 s). Is the server listening? Does a "
    "firewall drop UDP?", NULL },
  { "gave-up/refused-then-silent", refused_and_then_silent, TRUE, DTLS_CODE_GAVE_UP,
    OTHER_PORT, 40 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up. No answer from {peer} after 14 tries (60 s). Is the server listening? Does a "
    "firewall drop UDP?", NULL },
  { "gave-up/silent-then-refused", silent_and_then_refused, TRUE, DTLS_CODE_GAVE_UP,
    OTHER_PORT, 40 * SECOND, 60 * SECOND, 1, REPORT_ERROR, "Bob: gave up. " REFUSED, NULL },
  { "gave-up/one-refuses-one-is-silent", one_refuses_one_is_silent, TRUE, DTLS_CODE_GAVE_UP,
    OTHER_PORT, 60 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up. No answer from {peer} after 14 tries (60 s). Is the server listening? Does a "
    "firewall drop UDP?", NULL },
  { "gave-up/no-route", the_route_is_gone, TRUE, DTLS_CODE_GAVE_UP, OTHER_PORT,
    2 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up after 60 s. No route to 127.0.0.1: is the network up?", NULL },
  { "gave-up/not-one-datagram", no_local_port, TRUE, DTLS_CODE_GAVE_UP, PORT,
    60 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up after 60 s. Not one datagram could be sent to {peer}.", NULL },
  { "gave-up/midway", a_server_that_falls_silent, TRUE, DTLS_CODE_GAVE_UP, PORT,
    60 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up after 60 s. {peer} answered, but did not finish the handshake.", NULL },
  { "gave-up/keys", a_server_with_another_key, TRUE, DTLS_CODE_GAVE_UP, PORT,
    60 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up after 60 s. The server did not answer once keys were used.", NULL },
  { "gave-up/not-dtls", a_server_of_something_else, TRUE, DTLS_CODE_GAVE_UP, OTHER_PORT,
    60 * SECOND, 60 * SECOND, 1, REPORT_ERROR,
    "Bob: gave up after 60 s. {peer} answers, but not with DTLS.", NULL },
  { "start-failed", no_local_port, TRUE, DTLS_CODE_START_FAILED, PORT, 1 * MS, 70 * SECOND,
    1, REPORT_ERROR,
    "Bob: failed to start a handshake - Cannot listen on 127.0.0.1 port 5684: already in use. "
    "Choose another port, or 0 for any.", NULL },
  { "retransmission", nobody_answers, TRUE, DTLS_CODE_RETRANSMIT, OTHER_PORT, 1 * SECOND,
    70 * SECOND, 13, REPORT_WARNING, "Bob: handshake timeout, trying to re-transmit",
    "No answer, sending flight 1 again (1 of 13, next in 2 s)." },
  { "key-differs", a_server_with_another_key, TRUE, DTLS_CODE_KEY_DIFFERS, PORT,
    7 * SECOND + 100 * MS, 120 * SECOND, 1, REPORT_ERROR,
    "Bob: the server stopped answering once keys were used: most likely the key for identity "
    "\"alice\" differs.", NULL },
  { "version", a_server_of_dtls_1_0, TRUE, DTLS_CODE_VERSION, OTHER_PORT, 10 * MS,
    70 * SECOND, 1, REPORT_ERROR,
    "Bob: {peer} wants DTLS 1.0; this program speaks DTLS 1.2.", NULL },
  { "version-by-alert", a_server_that_wants_no_old_version, TRUE, DTLS_CODE_VERSION,
    OTHER_PORT, 10 * MS, 70 * SECOND, 1, REPORT_ERROR,
    "Bob: the other side does not speak DTLS 1.2.", NULL },
  { "not-dtls", a_server_of_something_else, TRUE, DTLS_CODE_NOT_DTLS, OTHER_PORT, 10 * MS,
    70 * SECOND, 1, REPORT_ERROR,
    "Bob: {peer} sent 25 bytes that are not DTLS (first bytes 53 49 50 2f 32 2e 30 20).", NULL },
  { "peer-closed", a_server_that_closes, TRUE, DTLS_CODE_CLOSED, PORT, 10 * MS, 70 * SECOND,
    1, REPORT_INFO, "Bob: shutdown alert received",
    "{peer} closed the connection (close notify)." },
  { "peer-alert", a_server_that_gives_up, TRUE, DTLS_CODE_FAILED, OTHER_PORT, 10 * MS,
    70 * SECOND, 1, REPORT_ERROR, "Bob: handshake error - internal error",
    "{peer} ended the connection: internal error (alert 80)." },
  { "unreachable", the_route_goes, TRUE, DTLS_CODE_UNREACHABLE, PORT, 10 * MS, 10 * SECOND,
    1, REPORT_WARNING, ORIGINAL_REFUSED,
    "Peer unreachable: 127.0.0.1 refused UDP port {port}. The connection is kept and goes on when "
    "the peer answers." },
};

static const Case client_told_cases[] = {
  { "unknown-identity", a_server_that_tells, TRUE, DTLS_CODE_UNKNOWN_IDENTITY, PORT, 10 * MS,
    70 * SECOND, 1, REPORT_ERROR, "Bob: the server does not know identity \"device-7\".", NULL },
  { "alert-received", a_server_that_tells, TRUE, DTLS_CODE_FAILED, PORT, 10 * MS,
    70 * SECOND, 1, REPORT_ERROR, "Bob: handshake error - unknown PSK identity",
    "{peer} ended the connection: unknown PSK identity (alert 115)." },
};

static const Case client_suite_cases[] = {
  { "no-common-suite", a_server_with_other_suites, TRUE, DTLS_CODE_NO_COMMON_SUITE, PORT,
    10 * MS, 70 * SECOND, 1, REPORT_ERROR,
    "Bob: the server found no cipher suite in common. Try the profile \"Compatible (IoT)\".",
    NULL },
};

static const Case client_clock_cases[] = {
  { "clock-set", scene_set_clock, TRUE, DTLS_CODE_CLOCK_STEP, 0, 1 * MS, 10 * SECOND, 1,
    REPORT_WARNING, "The computer's clock was set by 120 seconds: handshakes start again", NULL },
  { "slept", scene_sleep, TRUE, DTLS_CODE_CLOCK_STEP, 0, 1 * MS, 10 * SECOND, 1,
    REPORT_WARNING,
    "The computer slept for 8 min: listening and connections go on, handshakes start again",
    NULL },
};

/* A server that ends after our Finished refuses what comes: that is no word about keys. */
static void
a_server_that_ends_midway (Scene *scene)
{
  TestPair *pair = scene->pair;

  scene_connect_to (scene, PORT, "alice", "ffffffff");
  test_server_run (scene->server, 500 * MS);
  g_assert_cmpuint (scene_count (pair->server_events, DTLS_CODE_KEY_DIFFERS), ==, 1);
  dtls_core_free (pair->server);
  pair->server = dtls_core_new (pair->server_pipe, pair->server_queue, 3, test_clock_get ());
  test_network_set_refusing (pair->network, TRUE);
}

static void
test_refused_is_no_key (void)
{
  static const Case gave_up = {
    "gave-up/refused-midway", a_server_that_ends_midway, TRUE, DTLS_CODE_GAVE_UP, PORT,
    60 * SECOND, 60 * SECOND, 1, REPORT_ERROR, "Bob: gave up. " REFUSED, NULL
  };
  Scene *scene = scene_new (NULL);

  scene_check (scene, &gave_up);
  g_assert_cmpuint (scene_count (scene->pair->client_events, DTLS_CODE_KEY_DIFFERS), ==, 0);
  g_assert_cmpuint (scene_count (scene->pair->client_events, DTLS_CODE_REFUSED), ==, 1);
  scene_free (scene);
}

/* Flight 5 is counted from 1 again, and by the time that is left. */
static void
test_repeats_are_counted (void)
{
  Scene *scene = scene_new (NULL);
  guint n_told = 0, n_seen = 0;

  a_server_with_another_key (scene);
  test_server_run (scene->server, 70 * SECOND);
  for (guint i = 0; i < scene->pair->client_events->len; i++)
    {
      TestEvent *said = g_ptr_array_index (scene->pair->client_events, i);
      g_autofree DtlsEvent *event = scene_rebuild_event (said);
      g_autoptr (GString) second = g_string_new (NULL);
      g_autofree char *start = NULL;

      if (said->head.code != DTLS_CODE_RETRANSMIT)
        continue;
      n_told = said->head.number[3];
      start = g_strdup_printf ("No answer, sending flight 5 again (%u of %u, next in ", ++n_seen,
                               n_told);
      g_assert_true (report_event_append_second (event, second));
      g_assert_true (g_str_has_prefix (second->str, start));
    }
  g_assert_cmpuint (n_seen, >=, 5);
  g_assert_cmpuint (n_seen, ==, n_told);
  scene_free (scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  SCENE_ADD_CASES ("client", client_cases, scene_test);
  SCENE_ADD_CASES ("client", client_clock_cases, scene_test_awake);
  SCENE_ADD_CASES ("client", client_told_cases, scene_test_tell_why);
  SCENE_ADD_CASES ("client", client_suite_cases, scene_test_constrained);
  g_test_add_func ("/report/live/client/gave-up/refused-midway", test_refused_is_no_key);
  g_test_add_func ("/report/live/client/repeats-are-counted", test_repeats_are_counted);
  return g_test_run ();
}
