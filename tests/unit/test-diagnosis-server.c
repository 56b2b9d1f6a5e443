/* SPDX-License-Identifier: MIT */
/* Every row of the wording table (UX 6, DESIGN 5) that the server has, provoked for real: the
 * sentence that the user reads, whom it names, how soon it comes, how often, and what its "Why?"
 * opens. */
#include "config.h"

#include "diagnosis-scene.h"

static void
a_client_with_another_key (Scene *scene)
{
  scene_add_client (scene, "alice", "ffffffff", NULL);
}

static void
a_client_that_nobody_knows (Scene *scene)
{
  scene_add_client (scene, "device-7", "0a0b0c0d", NULL);
}

static void
a_client_with_other_suites (Scene *scene)
{
  scene_add_client (scene, "alice", "0a0b0c0d", NOT_ALLOWED);
}

static void
a_client_of_dtls_1_0 (Scene *scene)
{
  scene_add_client (scene, "alice", "0a0b0c0d", DTLS_1_0);
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
  scene_establish (scene);
  test_peer_start_over (scene->peer);
}

static void
a_client_that_closes (Scene *scene)
{
  scene_establish (scene);
  test_peer_close (scene->peer);
}

static void
a_client_that_is_silent (Scene *scene)
{
  scene_establish (scene);
}

/* A fatal alert of an authenticated peer: internal error. */
static void
a_client_that_gives_up (Scene *scene)
{
  static const guint8 alert[] = { 2, 80 };
  g_autoptr (GByteArray) record = NULL;

  scene_establish (scene);
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

  scene_add_server (scene, NULL, NULL);
  g_assert_false (dtls_core_listen (scene->pair->server, &options, NULL, &error));
}

static void
an_address_that_goes (Scene *scene)
{
  for (guint i = 0; i < 3; i++)
    dtls_core_set_address_present (scene->pair->server, FALSE);
}

static const Case server_cases[] = {
  { "key-differs", a_client_with_another_key, FALSE, DTLS_CODE_KEY_DIFFERS, CLIENT_PORT,
    100 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "Cannot decrypt what {peer} sends as \"alice\": most likely its key differs from ours.", NULL },
  { "unknown-identity", a_client_that_nobody_knows, FALSE, DTLS_CODE_UNKNOWN_IDENTITY,
    CLIENT_PORT, 100 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer} offers identity \"device-7\", which has no key here.", NULL },
  { "retransmission", a_client_that_stalls, FALSE, DTLS_CODE_RETRANSMIT, CLIENT_PORT,
    400 * MS, 60 * SECOND, 6, REPORT_WARNING,
    "{peer}: no answer, sending flight 4 again (1 of 6, next in 800 ms)", NULL },
  { "started-over", a_client_that_starts_over, FALSE, DTLS_CODE_STARTED_OVER, CLIENT_PORT,
    10 * MS, 30 * SECOND, 1, REPORT_WARNING,
    "{peer}: 0 byte dgram, could be a re-connect attempt?",
    "{peer} started over (its earlier connection is kept until the new one is proven)." },
  { "peer-closed", a_client_that_closes, FALSE, DTLS_CODE_CLOSED, CLIENT_PORT,
    10 * MS, 30 * SECOND, 1, REPORT_INFO,
    "{peer}: The DTLS connection has been shutdown",
    "{peer} closed the connection (close notify)." },
  { "peer-alert", a_client_that_gives_up, FALSE, DTLS_CODE_FAILED, CLIENT_PORT,
    10 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer}: Error during SSL handshake: internal error",
    "{peer} ended the connection: internal error (alert 80)." },
  { "age", a_client_that_stalls, FALSE, DTLS_CODE_CLOSED, CLIENT_PORT,
    40 * SECOND, 60 * SECOND, 1, REPORT_WARNING,
    "{peer} did not finish its handshake within 40 s; dropped.", NULL },
  { "port-in-use", a_port_in_use, FALSE, DTLS_CODE_LISTEN_FAILED, OTHER_PORT,
    0, SECOND, 1, REPORT_ERROR,
    "Cannot listen on 127.0.0.1 port 5684: already in use. Choose another port, or 0 for any.",
    NULL },
  { "address-gone", an_address_that_goes, FALSE, DTLS_CODE_INTERFACE_GONE, PORT,
    0, SECOND, 1, REPORT_WARNING,
    "This computer has no address 127.0.0.1 now. The server keeps listening and answers again "
    "when it is back.", NULL },
};

static const Case clock_cases[] = {
  { "clock-set", scene_set_clock, FALSE, DTLS_CODE_CLOCK_STEP, 0, 1 * MS, 10 * SECOND,
    1, REPORT_WARNING, "The computer's clock was set by 120 seconds: handshakes start again",
    NULL },
  { "slept", scene_sleep, FALSE, DTLS_CODE_CLOCK_STEP, 0, 1 * MS, 10 * SECOND, 1,
    REPORT_WARNING,
    "The computer slept for 8 min: listening and connections go on, handshakes start again",
    NULL },
};

static const Case constrained_cases[] = {
  { "no-common-suite", a_client_with_other_suites, FALSE, DTLS_CODE_NO_COMMON_SUITE,
    CLIENT_PORT, 10 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer} and this server share no cipher suite. It offered: PSK-CAMELLIA128-GCM-SHA256. "
    "Allowed here: PSK-AES128-CCM8.", NULL },
  { "alert-sent/no-common-suite", a_client_with_other_suites, FALSE, DTLS_CODE_FAILED,
    CLIENT_PORT, 10 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer}: Error during SSL handshake: No supported cipher suites have been found.",
    "This program ended the connection with {peer}: handshake failure (alert 40)." },
  { "version", a_client_of_dtls_1_0, FALSE, DTLS_CODE_VERSION, CLIENT_PORT,
    10 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer} wants DTLS 1.0; this program speaks DTLS 1.2.", NULL },
  { "alert-sent/version", a_client_of_dtls_1_0, FALSE, DTLS_CODE_FAILED, CLIENT_PORT,
    10 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer}: Error during SSL handshake: A packet with illegal or unsupported version was "
    "received.",
    "This program ended the connection with {peer}: protocol version (alert 70)." },
};

static const Case told_cases[] = {
  { "alert-sent/unknown-identity", a_client_that_nobody_knows, FALSE, DTLS_CODE_FAILED,
    CLIENT_PORT, 10 * MS, 30 * SECOND, 1, REPORT_ERROR,
    "{peer}: Error during SSL handshake: unknown PSK identity",
    "This program ended the connection with {peer}: unknown PSK identity (alert 115)." },
};

static const Case limit_cases[] = {
  { "evicted", a_client_that_stalls_and_another_one, FALSE, DTLS_CODE_CLOSED, CLIENT_PORT,
    10 * MS, 30 * SECOND, 1, REPORT_WARNING,
    "{peer} was dropped to make room: the limit is reached.", NULL },
  { "idle", a_client_that_is_silent, FALSE, DTLS_CODE_CLOSED, CLIENT_PORT,
    90 * SECOND, 200 * SECOND, 1, REPORT_INFO,
    "{peer} was silent for 90 s; connection closed.", NULL },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  SCENE_ADD_CASES ("server", server_cases, scene_test);
  SCENE_ADD_CASES ("server", clock_cases, scene_test_awake);
  SCENE_ADD_CASES ("server", constrained_cases, scene_test_constrained);
  SCENE_ADD_CASES ("server", told_cases, scene_test_tell_why);
  SCENE_ADD_CASES ("server", limit_cases, scene_test_short_limits);
  return g_test_run ();
}
