/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "test-clock.h"
#include "test-pair.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

/* A client's options with the demonstration key; the caller frees nothing. */
static guint64
connect_to (TestPair *pair, const DtlsAddress *addresses, guint n, gboolean reconnect,
            guint ping_interval_ms)
{
  g_autoptr (DtlsKey) key = dtls_key_new_demo ();
  g_autoptr (GBytes) identity = g_bytes_new_static ("A", 1);
  DtlsConnectionOptions options = {
    .addresses = addresses,
    .n_addresses = n,
    .name = "A",
    .identity = identity,
    .key = key,
    .reconnect = reconnect,
    .ping_interval_ms = ping_interval_ms,
  };

  return test_pair_connect_full (pair, &options);
}

static TestEvent *
nth (GPtrArray *events, DtlsCode code, guint n)
{
  for (guint i = 0; i < events->len; i++)
    {
      TestEvent *event = g_ptr_array_index (events, i);

      if (event->head.code == code && event->head.kind != DTLS_EVENT_MESSAGE && n-- == 0)
        return event;
    }
  return NULL;
}

static guint
n_states (GPtrArray *events, DtlsCode code)
{
  return test_events_count (events, DTLS_EVENT_STATE, code);
}

static void
test_silent (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsAddress nobody = test_address ("127.0.0.1", 9);
  const gint64 seconds[] = { 1, 3, 7, 12, 17 };
  gint64 began_us;
  TestEvent *event;

  test_network_set_refusing (pair->network, FALSE);
  connect_to (pair, &nobody, 1, FALSE, 5000);
  test_pair_turn (pair);
  began_us = test_events_find (pair->client_events, DTLS_CODE_STARTING)->head.time_us;
  test_pair_run (pair, 120 * SECOND);
  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    {
      event = nth (pair->client_events, DTLS_CODE_RETRANSMIT, i);
      g_assert_nonnull (event);
      g_assert_cmpint (event->head.time_us - began_us, ==, seconds[i] * SECOND);
      g_assert_cmpint (event->head.number[0], ==, 1);
      g_assert_cmpint (event->head.number[1], ==, i + 1);
    }
  event = test_events_find (pair->client_events, DTLS_CODE_GAVE_UP);
  g_assert_nonnull (event);
  g_assert_cmpint (event->head.time_us - began_us, ==, 60 * SECOND);
  g_assert_cmpint (event->head.number[2], ==, DTLS_GAVE_UP_SILENT);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_RETRANSMIT), ==,
                    event->head.number[0] - 1);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_STARTING), ==, 1);
}

/* The server comes 3.5 s later: nobody has to do anything. */
static void
test_server_comes_later (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsAddress address = test_address ("127.0.0.1", 22334);

  test_network_set_refusing (pair->network, TRUE);
  connect_to (pair, &address, 1, FALSE, 5000);
  test_pair_run (pair, 3500 * 1000);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_REFUSED), ==, 1);
  test_pair_listen (pair, NULL, NULL);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED,
                                      5 * SECOND));
}

static void
test_refused_to_the_end (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsAddress address = test_address ("127.0.0.1", 22334);
  TestEvent *event;

  test_network_set_refusing (pair->network, TRUE);
  connect_to (pair, &address, 1, FALSE, 5000);
  test_pair_run (pair, 70 * SECOND);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_REFUSED), ==, 1);
  event = test_events_find (pair->client_events, DTLS_CODE_GAVE_UP);
  g_assert_nonnull (event);
  g_assert_cmpint (event->head.number[2], ==, DTLS_GAVE_UP_REFUSED);
  g_assert_cmpint (event->head.number[1], ==, 60);
}

/* "localhost" is ::1 first: the server on 127.0.0.1 is met at once when ::1 refuses (T48) ... */
static void
test_next_address_when_refused (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsAddress addresses[] = { test_address ("::1", 22334), test_address ("127.0.0.1", 22334) };
  TestEvent *event;
  gint64 began_us;

  test_network_set_refusing (pair->network, TRUE);
  test_pair_listen (pair, NULL, NULL);
  began_us = test_clock_get ();
  connect_to (pair, addresses, 2, FALSE, 5000);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  g_assert_cmpint (test_clock_get () - began_us, <, 10 * 1000);
  event = test_events_find (pair->client_events, DTLS_CODE_ANSWERED);
  g_assert_nonnull (event);
  g_assert_true (dtls_address_equal (&event->head.peer, &addresses[1]));
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_STARTING), ==, 1);
  /* another address answered: the refusal of this one is no row */
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_REFUSED), ==, 0);
}

/* ... and after 250 ms when it is silent. */
static void
test_next_address_when_silent (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsAddress addresses[] = { test_address ("::1", 22334), test_address ("127.0.0.1", 22334) };
  gint64 began_us;

  test_network_set_refusing (pair->network, FALSE);
  test_pair_listen (pair, NULL, NULL);
  began_us = test_clock_get ();
  connect_to (pair, addresses, 2, FALSE, 5000);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  g_assert_cmpint (test_clock_get () - began_us, >=, 250 * 1000);
  g_assert_cmpint (test_clock_get () - began_us, <, 260 * 1000);
}

/* The first address is slow, the second one deaf: the first one is not given up. */
static void
test_earlier_address_wins_late (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsAddress addresses[] = { test_address ("127.0.0.1", 22334), test_address ("::1", 22334) };
  TestEvent *event;

  test_network_set_refusing (pair->network, FALSE);
  test_network_set_delay (pair->network, 300 * 1000);
  test_pair_listen (pair, NULL, NULL);
  connect_to (pair, addresses, 2, FALSE, 5000);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED,
                                      10 * SECOND));
  event = test_events_find (pair->client_events, DTLS_CODE_ANSWERED);
  g_assert_true (dtls_address_equal (&event->head.peer, &addresses[0]));
}

static void
test_unreachable (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsPath path = { 0 };
  DtlsAssociation *association;
  guint64 id;
  guint n;

  test_pair_listen (pair, NULL, NULL);
  id = test_pair_connect (pair, "A", NULL, 1000);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  association = dtls_table_find_id (dtls_core_get_table (pair->client), id);
  path = association->path;
  test_pipe_inject_error (TEST_PIPE (pair->client_pipe), &path, ECONNREFUSED);
  test_pipe_inject_error (TEST_PIPE (pair->client_pipe), &path, EHOSTUNREACH);
  test_pipe_inject_error (TEST_PIPE (pair->client_pipe), &path, ENETUNREACH);
  test_pair_turn (pair);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_UNREACHABLE), ==, 1);
  n = test_events_count (pair->client_events, DTLS_EVENT_MESSAGE, 0);
  test_pair_run (pair, 3 * SECOND);
  g_assert_cmpuint (test_events_count (pair->client_events, DTLS_EVENT_MESSAGE, 0), >=, n + 3);
  test_pipe_inject_error (TEST_PIPE (pair->client_pipe), &path, ECONNREFUSED);
  test_pair_turn (pair);        /* said again, since traffic had resumed */
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_UNREACHABLE), ==, 2);
}

/* A server that wants one cookie after the other. */
typedef struct
{
  DtlsAddress server;
  guint       n_hellos;
} Looper;

static gboolean
loop_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  Looper *looper = user_data;
  guint8 answer[13 + 12 + 2 + 1 + 16] = { 22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 31,
                                          3,  0,    0,    19, 0, 0, 0, 0, 0, 0, 0, 19, 0xfe, 0xff,
                                          16 };

  if (!dtls_address_equal (&datagram->to, &looper->server))
    return TRUE;
  if (datagram->bytes->len < 26 || datagram->bytes->data[0] != 22)
    return FALSE;               /* the client's goodbye */
  memcpy (answer + 5, datagram->bytes->data + 5, 6);
  answer[17 + 1] = datagram->bytes->data[18];   /* message_seq of the hello */
  answer[28] = ++looper->n_hellos;
  answer[29] = looper->n_hellos >> 8;
  test_network_inject (network, &datagram->to, &datagram->from, answer, sizeof answer,
                       datagram->now_us);
  return FALSE;
}

static void
test_cookie_loop (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  Looper looper = { test_address ("127.0.0.1", 22334), 0 };
  guint n_hellos;

  test_network_set_delay (pair->network, 5000);
  test_network_set_tap (pair->network, loop_cb, &looper);
  connect_to (pair, &looper.server, 1, FALSE, 0);
  test_pair_run (pair, 70 * SECOND);
  g_assert_true (test_events_find (pair->client_events, DTLS_CODE_GAVE_UP) != NULL
                 || test_events_find (pair->client_events, DTLS_CODE_FAILED) != NULL);
  g_assert_cmpuint (looper.n_hellos, >=, 2);
  g_assert_cmpuint (looper.n_hellos, <=, 60 * 1000 / 5 + 1);
  /* one line a row, however many rounds */
  g_assert_cmpuint (pair->client_events->len, <, 100 + looper.n_hellos);
  n_hellos = looper.n_hellos;
  test_pair_run (pair, 70 * SECOND);
  g_assert_cmpuint (looper.n_hellos, ==, n_hellos);
}

static void
test_forged_clear_records (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  static const guint8 forged[][27] = {
    { 21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40 },    /* fatal alert */
    { 21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0 },     /* close_notify */
    { 22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 12, 0 },       /* HelloRequest */
    { 22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 9, 0, 14, 3, 0, 0, 2 },      /* HelloVerifyRequest */
    { 20, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 1 },
    { 23, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 3, 'e', 'v', 'e' },
    { 23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 99, 0, 3, 'e', 'v', 'e' },
    { 0 },
  };
  DtlsAddress client;
  TestEvent *event;
  guint n;

  test_pair_listen (pair, NULL, NULL);
  test_pair_connect (pair, "A", NULL, 1000);
  g_assert_true (test_pair_run_until (pair, pair->server_events, DTLS_CODE_ESTABLISHED, SECOND));
  event = test_events_find (pair->server_events, DTLS_CODE_ESTABLISHED);
  client = event->head.peer;
  test_pair_run (pair, SECOND / 2);
  n = pair->client_events->len;
  for (guint i = 0; i < G_N_ELEMENTS (forged); i++)
    for (guint n_bytes = 0; n_bytes <= sizeof forged[i]; n_bytes++)
      test_network_inject (pair->network, &pair->server_address, &client, forged[i], n_bytes,
                           test_clock_get ());
  test_pair_turn (pair);
  test_pair_turn (pair);
  test_pair_turn (pair);
  test_pair_turn (pair);
  g_assert_cmpuint (pair->client_events->len, ==, n);
  g_assert_cmpuint (pair->client_counts[DTLS_COUNT_EMPTY], >=, 8);
  test_pair_run (pair, 3 * SECOND);
  event = g_ptr_array_index (pair->client_events, pair->client_events->len - 1);
  g_assert_cmpuint (event->head.totals.pings_answered, ==, event->head.totals.pings_sent);
  g_assert_cmpuint (event->head.totals.pings_answered, >=, 3);
}

static void
test_wrong_key (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsKey) other = dtls_key_parse ("000102030405", DTLS_KEY_FORMAT_HEX, &error);
  gint64 began_us;
  TestEvent *event;

  test_pair_listen (pair, NULL, NULL);
  began_us = test_clock_get ();
  test_pair_connect (pair, "A", other, 1000);
  test_pair_run (pair, 7 * SECOND + 1000);
  event = test_events_find (pair->server_events, DTLS_CODE_KEY_DIFFERS);
  g_assert_nonnull (event);
  g_assert_cmpuint (test_events_count (pair->server_events, DTLS_EVENT_DIAGNOSIS,
                                       DTLS_CODE_KEY_DIFFERS), ==, 1);
  g_assert_cmpuint (pair->server_counts[DTLS_COUNT_DISCARDED], ==, 0);
  event = test_events_find (pair->client_events, DTLS_CODE_KEY_DIFFERS);
  g_assert_nonnull (event);
  g_assert_cmpint (test_clock_get () - began_us, <=, 7 * SECOND + 1000);
  g_assert_null (test_events_find (pair->client_events, DTLS_CODE_FAILED));
  test_pair_run (pair, 60 * SECOND);
  event = test_events_find (pair->client_events, DTLS_CODE_GAVE_UP);
  g_assert_nonnull (event);
  g_assert_cmpint (event->head.number[2], ==, DTLS_GAVE_UP_KEYS);
  g_assert_cmpuint (test_events_count (pair->client_events, DTLS_EVENT_DIAGNOSIS,
                                       DTLS_CODE_KEY_DIFFERS), ==, 1);
}

/* The server said goodbye by alert: the client names the reason. */
static void
test_alert_is_explained (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsProfile) profile = dtls_profile_new ("constrained", &error);
  g_autoptr (DtlsSessionConfig) config
    = dtls_session_config_new (DTLS_ROLE_CLIENT, profile, NULL, 0, 0, &error);
  g_autoptr (DtlsKey) key = dtls_key_new_demo ();
  g_autoptr (GBytes) identity = g_bytes_new_static ("A", 1);
  DtlsConnectionOptions options
    = { .name = "A", .identity = identity, .key = key, .config = config };

  g_assert_no_error (error);
  test_pair_listen (pair, NULL, "forward-secret");
  test_pair_connect_full (pair, &options);
  test_pair_run (pair, SECOND);
  g_assert_nonnull (test_events_find (pair->server_events, DTLS_CODE_NO_COMMON_SUITE));
  g_assert_nonnull (test_events_find (pair->server_events, DTLS_CODE_FAILED));
  g_assert_nonnull (test_events_find (pair->client_events, DTLS_CODE_FAILED));
  g_assert_nonnull (test_events_find (pair->client_events, DTLS_CODE_NO_COMMON_SUITE));
}

static void
restart_server (TestPair *pair)
{
  dtls_core_free (pair->server);
  pair->server = dtls_core_new (pair->server_pipe, pair->server_queue, 3, test_clock_get ());
  test_pair_listen (pair, NULL, NULL);
}

/* Data to a server that lost its state vanishes: the client notices, and comes back if it may. */
static void
test_server_lost_its_state (gconstpointer data)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  gboolean reconnect = GPOINTER_TO_INT (data);
  TestEvent *event;

  test_pair_listen (pair, NULL, NULL);
  connect_to (pair, &pair->server_address, 1, reconnect, 1000);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  test_pair_run (pair, 2500 * 1000);
  restart_server (pair);
  test_pair_run (pair, 20 * SECOND);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_UNREACHABLE), ==, 1);
  event = g_ptr_array_index (pair->client_events, pair->client_events->len - 1);
  if (reconnect)
    {
      g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_ESTABLISHED), ==, 2);
      g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_RECONNECTING), ==, 1);
      /* from the same port, where the server may know it (RFC 6347, section 4.2.8) */
      g_assert_cmpuint (nth (pair->server_events, DTLS_CODE_ESTABLISHED, 0)->head.peer.port, ==,
                        nth (pair->server_events, DTLS_CODE_ESTABLISHED, 1)->head.peer.port);
      g_assert_cmpint (event->head.kind, ==, DTLS_EVENT_MESSAGE);
    }
  else
    g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_ESTABLISHED), ==, 1);
  g_assert_cmpuint (event->head.totals.pings_lost, >=, 3);
}

static void
test_reconnect_by_hand (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  guint64 id;
  TestEvent *event;

  test_pair_listen (pair, NULL, NULL);
  id = test_pair_connect (pair, "A", NULL, 1000);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  test_pair_run (pair, SECOND);
  dtls_core_close (pair->client, id, DTLS_CLOSE_LOCAL);
  test_pair_run (pair, 10 * SECOND);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_CLOSED), ==, 1);
  g_assert_cmpuint (n_states (pair->server_events, DTLS_CODE_CLOSED), ==, 1);
  dtls_connector_reconnect (dtls_core_get_connector (pair->client), id);
  test_pair_run (pair, 2 * SECOND);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_ESTABLISHED), ==, 2);
  event = nth (pair->client_events, DTLS_CODE_ESTABLISHED, 1);
  g_assert_cmpuint (event->head.association, ==, id);
}

/* C9: one close_notify each, and nothing is waited for, with the server gone. */
static void
test_goodbye (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  guint64 n_sent;

  test_pair_listen (pair, NULL, NULL);
  for (guint i = 0; i < 3; i++)
    test_pair_connect (pair, "A", NULL, 0);
  test_pair_run (pair, SECOND);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_ESTABLISHED), ==, 3);
  n_sent = test_network_get_n_sent (pair->network);
  dtls_core_close (pair->client, 0, DTLS_CLOSE_LOCAL);
  g_assert_cmpuint (test_network_get_n_sent (pair->network) - n_sent, ==, 3);
  test_pair_turn (pair);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_CLOSED), ==, 3);
  g_assert_cmpuint (n_states (pair->server_events, DTLS_CODE_CLOSED), ==, 3);
  g_assert_cmpuint (g_hash_table_size (dtls_core_get_table (pair->client)->by_path), ==, 0);
}

/* T45: the clock is set by an hour, in the middle of a handshake. */
static void
test_clock_step (gconstpointer data)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  gint64 step_us = GPOINTER_TO_INT (data) * SECOND;

  test_pair_listen (pair, NULL, NULL);
  test_network_set_delay (pair->network, 50 * 1000);
  test_pair_connect (pair, "A", NULL, 1000);
  test_pair_run (pair, 220 * 1000);
  g_assert_nonnull (test_events_find (pair->server_events, DTLS_CODE_VERIFIED));
  g_assert_null (test_events_find (pair->client_events, DTLS_CODE_ESTABLISHED));
  test_clock_step_real (step_us);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  g_assert_null (test_events_find (pair->client_events, DTLS_CODE_FAILED));
  g_assert_nonnull (test_events_find (pair->client_events, DTLS_CODE_CLOCK_STEP));

  /* an established session does not care */
  test_clock_step_real (-2 * step_us);
  test_pair_run (pair, 5 * SECOND);
  g_assert_null (test_events_find (pair->client_events, DTLS_CODE_CLOSED));
  g_assert_cmpuint (test_events_count (pair->client_events, DTLS_EVENT_MESSAGE, 0), >=, 4);
}

/* A thousand connections start one a millisecond, not in one burst. */
static void
test_pace (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  gint64 first_us, last_us;

  test_pair_listen (pair, NULL, NULL);
  for (guint i = 0; i < 100; i++)
    test_pair_connect (pair, "A", NULL, 0);
  test_pair_run (pair, SECOND);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_ESTABLISHED), ==, 100);
  first_us = nth (pair->client_events, DTLS_CODE_STARTING, 0)->head.time_us;
  last_us = nth (pair->client_events, DTLS_CODE_STARTING, 99)->head.time_us;
  g_assert_cmpint (last_us - first_us, ==, 99 * 1000);
}

/* When the server stays away, later tries come from other ports: a NAT may have forgotten us. */
static void
test_return_from_another_port (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();

  test_pair_listen (pair, NULL, NULL);
  connect_to (pair, &pair->server_address, 1, TRUE, 1000);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  dtls_core_free (pair->server);
  pair->server = dtls_core_new (pair->server_pipe, pair->server_queue, 3, test_clock_get ());
  test_pair_run (pair, 100 * SECOND);
  g_assert_cmpuint (test_events_count (pair->client_events, DTLS_EVENT_DIAGNOSIS,
                                       DTLS_CODE_GAVE_UP), ==, 1);
  test_pair_listen (pair, NULL, NULL);
  test_pair_run (pair, 100 * SECOND);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_ESTABLISHED), ==, 2);
  g_assert_cmpuint (nth (pair->server_events, DTLS_CODE_ESTABLISHED, 0)->head.peer.port, !=,
                    nth (pair->server_events, DTLS_CODE_ESTABLISHED, 1)->head.peer.port);
}

/* The second pings of many connections come spread over the interval, not as a herd. */
static void
test_phase (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  g_autoptr (DtlsKey) key = dtls_key_new_demo ();
  g_autoptr (GBytes) identity = g_bytes_new_static ("A", 1);
  DtlsConnectionOptions options = {
    .name = "A",
    .identity = identity,
    .key = key,
    .ping_interval_ms = 1000,
    .ping_phase_ms = 600,
  };
  GPtrArray *events = pair->client_events;

  test_pair_listen (pair, NULL, NULL);
  test_pair_connect_full (pair, &options);
  test_pair_run (pair, 4 * SECOND);
  g_assert_cmpint (nth (events, DTLS_CODE_SENT, 1)->head.time_us
                   - nth (events, DTLS_CODE_SENT, 0)->head.time_us, ==, 1600 * 1000);
  g_assert_cmpint (nth (events, DTLS_CODE_SENT, 2)->head.time_us
                   - nth (events, DTLS_CODE_SENT, 1)->head.time_us, ==, SECOND);
}

/* A socket that cannot be had is said once, and tried again until the end of the time. */
static void
test_start_failed (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsAddress nobody = test_address ("127.0.0.1", 9);
  g_autoptr (DtlsKey) key = dtls_key_new_demo ();
  g_autoptr (GBytes) identity = g_bytes_new_static ("A", 1);
  DtlsConnectionOptions options = {
    .addresses = &nobody,
    .n_addresses = 1,
    .name = "A",
    .identity = identity,
    .key = key,
    .local_port = 7,
  };

  test_pair_connect_full (pair, &options);
  test_pair_connect_full (pair, &options);      /* the same local port */
  test_pair_run (pair, 70 * SECOND);
  g_assert_cmpuint (n_states (pair->client_events, DTLS_CODE_START_FAILED), ==, 1);
  g_assert_cmpuint (test_events_count (pair->client_events, DTLS_EVENT_DIAGNOSIS,
                                       DTLS_CODE_GAVE_UP), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/connector/c1-retransmits-on-its-own-timer", test_silent);
  g_test_add_func ("/dtls/connector/c2-server-comes-later", test_server_comes_later);
  g_test_add_func ("/dtls/connector/c2-refused-to-the-end", test_refused_to_the_end);
  g_test_add_func ("/dtls/connector/next-address/refused", test_next_address_when_refused);
  g_test_add_func ("/dtls/connector/next-address/silent", test_next_address_when_silent);
  g_test_add_func ("/dtls/connector/next-address/late", test_earlier_address_wins_late);
  g_test_add_func ("/dtls/connector/c3-unreachable-is-not-the-end", test_unreachable);
  g_test_add_func ("/dtls/connector/c4-cookie-loop-ends", test_cookie_loop);
  g_test_add_func ("/dtls/connector/c5-forged-clear-records", test_forged_clear_records);
  g_test_add_func ("/dtls/connector/c6-wrong-key", test_wrong_key);
  g_test_add_func ("/dtls/connector/c6-alert-is-explained", test_alert_is_explained);
  g_test_add_data_func ("/dtls/connector/c8-lost-state/noticed", GINT_TO_POINTER (FALSE),
                        test_server_lost_its_state);
  g_test_add_data_func ("/dtls/connector/c8-lost-state/reconnects", GINT_TO_POINTER (TRUE),
                        test_server_lost_its_state);
  g_test_add_func ("/dtls/connector/c8-another-port", test_return_from_another_port);
  g_test_add_func ("/dtls/connector/start-failed", test_start_failed);
  g_test_add_func ("/dtls/connector/phase", test_phase);
  g_test_add_func ("/dtls/connector/c8-reconnect-by-hand", test_reconnect_by_hand);
  g_test_add_func ("/dtls/connector/c9-goodbye", test_goodbye);
  g_test_add_data_func ("/dtls/connector/clock-step/forward", GINT_TO_POINTER (3600),
                        test_clock_step);
  g_test_add_data_func ("/dtls/connector/clock-step/back", GINT_TO_POINTER (-3600),
                        test_clock_step);
  g_test_add_func ("/dtls/connector/pace", test_pace);
  return g_test_run ();
}
