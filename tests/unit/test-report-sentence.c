/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "report-sentence.h"
#include "test-event.h"
#include "test-util.h"

#define SUITE "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256"
#define BOB .is_client = TRUE, .name = "Bob", .identity = "bob", .port = 22334

typedef struct
{
  TestEvent   event;
  ReportLevel level;
  const char *row;
  const char *second;           /* NULL: none */
} Row;

static void
check_rows (const Row *rows,
            guint      n_rows)
{
  for (guint i = 0; i < n_rows; i++)
    {
      TestEvent parts = rows[i].event;
      g_autoptr(GString) row = g_string_new (NULL);
      g_autoptr(GString) second = g_string_new (NULL);
      g_autofree DtlsEvent *event = NULL, *later = NULL;

      later = test_event_new (&parts);
      parts.is_first = TRUE;
      event = test_event_new (&parts);

      g_assert_cmpint (report_event_get_level (event), ==, rows[i].level);
      g_assert_cmpint (report_event_append_sentence (event, row), ==, rows[i].level);
      g_assert_cmpstr (row->str, ==, rows[i].row);
      g_assert_cmpint (report_event_append_second (event, second), ==, rows[i].second != NULL);
      g_assert_cmpstr (second->str, ==, rows[i].second != NULL ? rows[i].second : "");
      /* said once for each association; a count is another one each time */
      g_assert_cmpint (report_event_append_second (later, second), ==,
                       rows[i].second != NULL && parts.code == DTLS_CODE_RETRANSMIT);
    }
}

static void
test_server (void)
{
  static const Row ROWS[] = {
    { { DTLS_CODE_LISTENING, .ip = "127.0.0.2", .port = 22334 }, REPORT_INFO,
      "Server is listening on address 127.0.0.2 and port 22334", NULL },
    { { DTLS_CODE_LISTENING, .ip = "::", .port = 22334 }, REPORT_INFO,
      "Server is listening on address :: and port 22334", NULL },
    { { DTLS_CODE_NOT_ACCEPTING }, REPORT_INFO, "Server is not accepting new connections", NULL },
    { { DTLS_CODE_LISTEN_FAILED, .text = "Cannot." }, REPORT_ERROR, "Cannot.", NULL },
    { { DTLS_CODE_NOT_VERIFIED }, REPORT_INFO, "(127.0.0.1:41022): not verified yet", NULL },
    { { DTLS_CODE_NOT_VERIFIED, .ip = "::1", .port = 5 }, REPORT_INFO,
      "([::1]:5): not verified yet", NULL },
    { { DTLS_CODE_VERIFIED }, REPORT_INFO, "(127.0.0.1:41022): verified, starting a handshake",
      NULL },
    { { DTLS_CODE_PROGRESS }, REPORT_INFO, "(127.0.0.1:41022): handshake is in progress ...",
      NULL },
    { { DTLS_CODE_IDENTITY, .identity = "Alice (clone number 0)" }, REPORT_INFO,
      "PSK callback, received a client's identity: 'Alice (clone number 0)'", NULL },
    { { DTLS_CODE_ESTABLISHED, .text = SUITE }, REPORT_INFO,
      "Connection with (127.0.0.1:41022) encrypted. Session cipher: ECDHE-PSK-CHACHA20-POLY1305; "
      "session protocol: DTLS 1.2.", NULL },
    { { DTLS_CODE_RETRANSMIT, .number = { 4, 2, 4000 } }, REPORT_WARNING,
      "(127.0.0.1:41022): no answer, sending flight 4 again (repeat 2, next in 4 s)", NULL },
    { { DTLS_CODE_RETRANSMIT, .number = { 4, 2, 800, 6 } }, REPORT_WARNING,
      "(127.0.0.1:41022): no answer, sending flight 4 again (2 of 6, next in 800 ms)", NULL },
    { { DTLS_CODE_STARTED_OVER }, REPORT_WARNING,
      "(127.0.0.1:41022): 0 byte dgram, could be a re-connect attempt?",
      "(127.0.0.1:41022) started over (its earlier connection is kept until the new one is "
      "proven)." },
    { { DTLS_CODE_REPLACED }, REPORT_INFO,
      "(127.0.0.1:41022): the new connection is proven, the earlier one has ended", NULL },
    { { DTLS_CODE_UNREACHABLE, .number = { ECONNREFUSED } }, REPORT_WARNING,
      "(127.0.0.1:41022): peer unreachable, the connection is kept",
      "Peer unreachable: 127.0.0.1 refused UDP port 41022. The connection is kept and goes on when "
      "the peer answers." },
    { { DTLS_CODE_SEND_FAILED, .text = "too long" }, REPORT_ERROR,
      "(127.0.0.1:41022): failed to send a message - too long", NULL },
    { { DTLS_CODE_SEND_FAILED, .text = "over", .number = { 5 } }, REPORT_ERROR,
      "(127.0.0.1:41022): failed to send a message of 5 bytes - over", NULL },
    { { DTLS_CODE_SEND_FAILED, .has_no_peer = TRUE, .text = "over", .number = { 1 } },
      REPORT_ERROR, "Failed to send a message of 1 byte - over", NULL },
    { { DTLS_CODE_FAILED, .number = { -2, 40, -1 } }, REPORT_ERROR,
      "(127.0.0.1:41022): Error during SSL handshake: handshake failure",
      "(127.0.0.1:41022) ended the connection: handshake failure (alert 40)." },
    { { DTLS_CODE_FAILED, .number = { GNUTLS_E_NO_CIPHER_SUITES, -1, 40 } }, REPORT_ERROR,
      "(127.0.0.1:41022): Error during SSL handshake: No supported cipher suites have been found.",
      "This program ended the connection with (127.0.0.1:41022): handshake failure (alert 40)." },
    { { DTLS_CODE_FAILED, .number = { GNUTLS_E_SRP_PWD_ERROR, -1, 115 } }, REPORT_ERROR,
      "(127.0.0.1:41022): Error during SSL handshake: unknown PSK identity",
      "This program ended the connection with (127.0.0.1:41022): unknown PSK identity (alert "
      "115)." },
    { { DTLS_CODE_FAILED, .number = { GNUTLS_E_SRP_PWD_ERROR, -1, 0 } }, REPORT_ERROR,
      "(127.0.0.1:41022): Error during SSL handshake: Error in password/key file.", NULL },
    { { DTLS_CODE_FAILED, .text = "odd", .number = { 0, -1, -1 } }, REPORT_ERROR,
      "(127.0.0.1:41022): Error during SSL handshake: odd", NULL },
  };

  check_rows (ROWS, G_N_ELEMENTS (ROWS));
}

/* An ending that was wanted, or is normal, is no error (ORIGINALS 8.12, 8.22). */
static void
test_closed (void)
{
  static const Row ROWS[] = {
    { { DTLS_CODE_CLOSED, .number = { DTLS_CLOSE_PEER } }, REPORT_INFO,
      "(127.0.0.1:41022): The DTLS connection has been shutdown",
      "(127.0.0.1:41022) closed the connection (close notify)." },
    { { DTLS_CODE_CLOSED, BOB, .number = { DTLS_CLOSE_PEER } }, REPORT_INFO,
      "Bob: shutdown alert received", "(127.0.0.1:22334) closed the connection (close notify)." },
    { { DTLS_CODE_CLOSED, BOB, .number = { DTLS_CLOSE_LOCAL } }, REPORT_INFO,
      "Bob: connection shut down from this side", NULL },
    { { DTLS_CODE_CLOSED, .number = { DTLS_CLOSE_LOCAL } }, REPORT_INFO,
      "(127.0.0.1:41022): connection shut down from this side", NULL },
    { { DTLS_CODE_CLOSED, .number = { DTLS_CLOSE_IDLE, 1800 } }, REPORT_INFO,
      "(127.0.0.1:41022) was silent for 30 min; connection closed.", NULL },
    { { DTLS_CODE_CLOSED, .number = { DTLS_CLOSE_HANDSHAKE_AGE, 40 } }, REPORT_WARNING,
      "(127.0.0.1:41022) did not finish its handshake within 40 s; dropped.", NULL },
    { { DTLS_CODE_CLOSED, .number = { DTLS_CLOSE_EVICTED } }, REPORT_WARNING,
      "(127.0.0.1:41022) was dropped to make room: the limit is reached.", NULL },
    { { DTLS_CODE_CLOSED, .number = { DTLS_CLOSE_LISTENER } }, REPORT_INFO,
      "(127.0.0.1:41022): connection shut down, the server no longer listens there", NULL },
  };

  check_rows (ROWS, G_N_ELEMENTS (ROWS));
}

static void
test_client (void)
{
  static const Row ROWS[] = {
    { { DTLS_CODE_LOOKING_UP, .text = "host" }, REPORT_INFO, "Looking up the host ...", NULL },
    { { DTLS_CODE_LOOKUP_FAILED, .text = "no.such" }, REPORT_ERROR,
      "No address found for \"no.such\". Check the name, or type the address.", NULL },
    { { DTLS_CODE_LOOKUP_FAILED, .text = "no.such", .number = { 1 } }, REPORT_ERROR,
      "No answer from the name service about \"no.such\". Is the network up? Or type the address.",
      NULL },
    { { DTLS_CODE_CONNECTING, .number = { 1 } }, REPORT_INFO, "Connecting to: 127.0.0.1", NULL },
    { { DTLS_CODE_CONNECTING, .number = { 2 } }, REPORT_INFO, "Connecting to: 127.0.0.1",
      "The name has 2 addresses; each is tried in turn." },
    { { DTLS_CODE_STARTING, BOB }, REPORT_INFO, "Bob: starting a handshake", NULL },
    { { DTLS_CODE_ANSWERED, BOB }, REPORT_INFO, "Bob: (127.0.0.1:22334) answered first", NULL },
    { { DTLS_CODE_PROGRESS, BOB }, REPORT_INFO, "Bob: continuing with handshake ...", NULL },
    { { DTLS_CODE_PROVIDING_KEY, BOB }, REPORT_INFO, "Bob: providing pre-shared key ...", NULL },
    { { DTLS_CODE_ESTABLISHED, BOB, .text = SUITE }, REPORT_INFO,
      "Bob: encrypted connection established!", NULL },
    { { DTLS_CODE_REFUSED, BOB, .number = { ECONNREFUSED } }, REPORT_WARNING,
      "Bob: spurious read notification?",
      "127.0.0.1 refused UDP port 22334: nothing is listening there." },
    { { DTLS_CODE_REFUSED, BOB, .number = { ENETUNREACH } }, REPORT_WARNING,
      "Bob: spurious read notification?", "No route to 127.0.0.1: is the network up?" },
    { { DTLS_CODE_START_FAILED, BOB, .text = "why" }, REPORT_ERROR,
      "Bob: failed to start a handshake - why", NULL },
    { { DTLS_CODE_UNREACHABLE, BOB, .number = { ECONNREFUSED } }, REPORT_WARNING,
      "Bob: spurious read notification?",
      "Peer unreachable: 127.0.0.1 refused UDP port 22334. The connection is kept and goes on when "
      "the peer answers." },
    { { DTLS_CODE_UNREACHABLE, BOB, .number = { 0, 3 } }, REPORT_WARNING,
      "Bob: no answer to the last 3 messages, the connection is kept",
      "If (127.0.0.1:22334) was restarted, connect again; or it answers no messages." },
    { { DTLS_CODE_UNREACHABLE, BOB }, REPORT_WARNING,
      "Bob: peer unreachable, the connection is kept",
      "Peer unreachable: no answer from (127.0.0.1:22334) to the last pings. It may have been "
      "restarted: connect again." },
    { { DTLS_CODE_RETRANSMIT, BOB, .number = { 3, 1, 2000, 6 } }, REPORT_WARNING,
      "Bob: handshake timeout, trying to re-transmit",
      "No answer, sending flight 3 again (1 of 6, next in 2 s)." },
    { { DTLS_CODE_RECONNECTING, BOB, .number = { 2, 4000 } }, REPORT_INFO,
      "Bob: connecting again in 4 s (try 2)", NULL },
    { { DTLS_CODE_SEND_FAILED, BOB, .text = "too long", .number = { 0, 1 } }, REPORT_ERROR,
      "Bob: failed to send a ping - too long", NULL },
    { { DTLS_CODE_SEND_FAILED, BOB, .text = "over", .number = { 5 } }, REPORT_ERROR,
      "Bob: failed to send a message of 5 bytes - over", NULL },
    { { DTLS_CODE_FAILED, BOB, .number = { -2, 70, -1 } }, REPORT_ERROR,
      "Bob: handshake error - protocol version",
      "(127.0.0.1:22334) ended the connection: protocol version (alert 70)." },
  };

  check_rows (ROWS, G_N_ELEMENTS (ROWS));
}

static void
test_diagnosis (void)
{
  static const Row ROWS[] = {
    { { DTLS_CODE_DEMO_KEY }, REPORT_WARNING, "Demonstration key: anyone knows it", NULL },
    { { DTLS_CODE_SHORT_KEY, .number = { 6 } }, REPORT_INFO,
      "Short key (6 bytes), fine for tests only", NULL },
    { { DTLS_CODE_KEY_LOG, .text = "/tmp/keys.log" }, REPORT_WARNING,
      "Session keys are being written to /tmp/keys.log: SSLKEYLOGFILE is set", NULL },
    { { DTLS_CODE_KEY_DIFFERS, .identity = "device-7" }, REPORT_ERROR,
      "Cannot decrypt what (127.0.0.1:41022) sends as \"device-7\": most likely its key differs "
      "from ours.", NULL },
    { { DTLS_CODE_KEY_DIFFERS, BOB }, REPORT_ERROR,
      "Bob: the server stopped answering once keys were used: most likely the key for identity "
      "\"bob\" differs.", NULL },
    { { DTLS_CODE_KEY_AGREES, .identity = "device-7" }, REPORT_INFO,
      "(127.0.0.1:41022) finished its handshake as \"device-7\" after all: its key is the same as "
      "ours.", NULL },
    { { DTLS_CODE_UNKNOWN_IDENTITY, .identity = "x" }, REPORT_ERROR,
      "(127.0.0.1:41022) offers identity \"x\", which has no key here.", NULL },
    { { DTLS_CODE_UNKNOWN_IDENTITY, BOB }, REPORT_ERROR,
      "Bob: the server does not know identity \"bob\".", NULL },
    { { DTLS_CODE_NO_COMMON_SUITE, .text = "A, B\nC" }, REPORT_ERROR,
      "(127.0.0.1:41022) and this server share no cipher suite. It offered: A, B. Allowed here: C.",
      NULL },
    { { DTLS_CODE_NO_COMMON_SUITE, BOB }, REPORT_ERROR,
      "Bob: the server found no cipher suite in common. Try the profile \"Compatible (IoT)\".",
      NULL },
    { { DTLS_CODE_VERSION, .number = { 0xfeff } }, REPORT_ERROR,
      "(127.0.0.1:41022) wants DTLS 1.0; this program speaks DTLS 1.2.", NULL },
    { { DTLS_CODE_VERSION, BOB, .number = { 0xfeff } }, REPORT_ERROR,
      "Bob: (127.0.0.1:22334) wants DTLS 1.0; this program speaks DTLS 1.2.", NULL },
    { { DTLS_CODE_VERSION, BOB, .number = { 0, 1 } }, REPORT_ERROR,
      "Bob: the other side does not speak DTLS 1.2.", NULL },
    { { DTLS_CODE_GAVE_UP, BOB, .number = { 7, 60, DTLS_GAVE_UP_SILENT } }, REPORT_ERROR,
      "Bob: gave up. No answer from (127.0.0.1:22334) after 7 tries (60 s). Is the server "
      "listening? Does a firewall drop UDP?", NULL },
    { { DTLS_CODE_GAVE_UP, BOB, .number = { 7, 60, DTLS_GAVE_UP_REFUSED } }, REPORT_ERROR,
      "Bob: gave up. 127.0.0.1 refused UDP port 22334: nothing is listening there.", NULL },
    { { DTLS_CODE_GAVE_UP, BOB, .number = { 7, 60, DTLS_GAVE_UP_HANDSHAKE } }, REPORT_ERROR,
      "Bob: gave up after 60 s. (127.0.0.1:22334) answered, but did not finish the handshake.",
      NULL },
    { { DTLS_CODE_GAVE_UP, BOB, .number = { 7, 60, DTLS_GAVE_UP_KEYS } }, REPORT_ERROR,
      "Bob: gave up after 60 s. The server did not answer once keys were used.", NULL },
    { { DTLS_CODE_GAVE_UP, BOB, .number = { 7, 60, DTLS_GAVE_UP_NO_ROUTE } }, REPORT_ERROR,
      "Bob: gave up after 60 s. No route to 127.0.0.1: is the network up?", NULL },
    { { DTLS_CODE_GAVE_UP, BOB, .number = { 7, 60, DTLS_GAVE_UP_NOT_DTLS } }, REPORT_ERROR,
      "Bob: gave up after 60 s. (127.0.0.1:22334) answers, but not with DTLS.", NULL },
    { { DTLS_CODE_GAVE_UP, BOB, .number = { 0, 60, DTLS_GAVE_UP_UNSENT } }, REPORT_ERROR,
      "Bob: gave up after 60 s. Not one datagram could be sent to (127.0.0.1:22334).", NULL },
    { { DTLS_CODE_NOT_DTLS, BOB, .number = { 2, 0x01010101 } }, REPORT_ERROR,
      "Bob: (127.0.0.1:22334) sent 2 bytes that are not DTLS (first bytes 01 01).", NULL },
    { { DTLS_CODE_INTERFACE_GONE }, REPORT_WARNING,
      "This computer has no address 127.0.0.1 now. The server keeps listening and answers again "
      "when it is back.", NULL },
    { { DTLS_CODE_CLOCK_STEP, .number = { -120 } }, REPORT_WARNING,
      "The computer's clock was set by 120 seconds: handshakes start again", NULL },
    { { DTLS_CODE_CLOCK_STEP, .number = { 480, 1 } }, REPORT_WARNING,
      "The computer slept for 8 min: listening and connections go on, handshakes start again",
      NULL },
  };

  check_rows (ROWS, G_N_ELEMENTS (ROWS));
}

/* No code is forgotten: each has a row for one side at least, or is silent on purpose. */
static void
test_every_code (void)
{
  for (guint code = 0; code < DTLS_N_CODES; code++)
    for (guint client = 0; client < 2; client++)
      {
        TestEvent parts = { (DtlsCode) code, .is_client = client == 1, .text = "t",
                            .name = "n", .identity = "i" };
        g_autofree DtlsEvent *event = test_event_new (&parts);
        g_autoptr(GString) row = g_string_new (NULL);
        gboolean silent = code == DTLS_CODE_NONE || code == DTLS_CODE_SENT ||
                          code == DTLS_CODE_SNAPSHOT;

        report_event_append_sentence (event, row);
        g_assert_cmpint (row->len == 0, ==, silent);
        g_assert_cmpint (report_event_get_level (event) == REPORT_SILENT, ==, silent);
        g_assert_null (strchr (row->str, '\n'));
      }
}

/* P2: nothing that a peer sends can break a row, hide in it, or make it long. */
static void
test_hostile (void)
{
  g_autofree char *long_identity = g_strnfill (256, 'x');
  const TestEvent events[] = {
    { DTLS_CODE_IDENTITY, .identity = "<b>\n\xe2\x80\xae\0\xff", .n_identity = 9 },
    { DTLS_CODE_IDENTITY, .identity = long_identity },
  };
  const char *rows[] = {
    "PSK callback, received a client's identity: '<b>\\n\\u{202e}\\x00\\xff'",
    "PSK callback, received a client's identity: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    "xxxxxxxxxxxxxxx…'",
  };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_autofree DtlsEvent *event = test_event_new (&events[i]);
      g_autoptr(GString) row = g_string_new (NULL);

      report_event_append_sentence (event, row);
      g_assert_cmpstr (row->str, ==, rows[i]);
    }
}

static void
test_why (void)
{
  for (guint code = 0; code < DTLS_N_CODES; code++)
    for (guint client = 0; client < 2; client++)
      for (guint stage = 0; stage <= DTLS_GAVE_UP_UNSENT; stage++)
        {
          TestEvent parts = { (DtlsCode) code, .is_client = client == 1, .identity = "device-7",
                              .name = "n", .number = { 0, 0, (int) stage } };
          g_autofree DtlsEvent *event = test_event_new (&parts);
          g_autoptr(GString) heading = g_string_new (NULL);
          g_autoptr(GString) body = g_string_new (NULL);
          g_auto(GStrv) paragraphs = NULL;

          if (!report_event_append_why (event, heading, body))
            {
              g_assert_cmpuint (heading->len + body->len, ==, 0);
              /* all that tells of a trouble has one */
              g_assert_cmpuint (code, <, DTLS_CODE_DEMO_KEY);
              g_assert_true (report_event_get_level (event) == REPORT_INFO
                             || report_event_get_level (event) == REPORT_SILENT
                             || code == DTLS_CODE_SEND_FAILED);
              continue;
            }
          paragraphs = g_strsplit (body->str, "\n\n", -1);
          g_assert_cmpuint (g_strv_length (paragraphs), ==, 2);
          g_assert_cmpuint (heading->len, >, 10);
          g_assert_null (strchr (heading->str, '\n'));
        }
}

static void
test_message (void)
{
  const TestEvent server = { .is_message = TRUE, .ip = "::1", .port = 7, .text = "hi" };
  const TestEvent client = { .is_message = TRUE, BOB, .text = "hi" };
  g_autofree DtlsEvent *event = test_event_new (&server);
  g_autofree DtlsEvent *other = test_event_new (&client);
  g_autoptr(GString) row = g_string_new (NULL);

  g_assert_cmpint (report_event_append_sentence (event, row), ==, REPORT_MESSAGE);
  g_string_append_c (row, '|');
  report_event_append_sentence (other, row);
  g_assert_cmpstr (row->str, ==, "A message from ([::1]:7)|Bob received a DTLS datagram:");
}

static void
count_row_cb (ReportLevel level,
              const char *text,
              gpointer    user_data)
{
  g_assert_cmpint (level, ==, REPORT_WARNING);
  g_ptr_array_add (user_data, g_strdup (text));
}

static void
test_counts (void)
{
  guint64 before[DTLS_N_COUNTS] = { 0 }, after[DTLS_N_COUNTS] = { 0 };
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);

  before[DTLS_COUNT_NOT_DTLS] = 5;
  after[DTLS_COUNT_NOT_DTLS] = 1005;
  before[DTLS_COUNT_EMPTY] = after[DTLS_COUNT_EMPTY] = 3;
  after[DTLS_COUNT_EVENTS_LOST] = 1;
  after[DTLS_COUNT_HELLOS] = 9;
  report_counts_foreach_row (before, after, count_row_cb, rows);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpstr (rows->pdata[0], ==,
                   "1000 datagrams from unknown peers were not DTLS and got no answer");
  g_assert_cmpstr (rows->pdata[1], ==, "1 event is not shown: it came faster than it was read");

  g_ptr_array_set_size (rows, 0);
  for (guint i = 0; i < DTLS_N_COUNTS; i++)
    after[i] = before[i] + 2;
  report_counts_foreach_row (before, after, count_row_cb, rows);
  g_assert_cmpuint (rows->len, ==, DTLS_N_COUNTS - 1);  /* all but the hellos that have rows */
}

static void
test_peer (void)
{
  const DtlsAddress nobody = { { 0 } };
  DtlsAddress four = test_address ("192.0.2.2", 55870), six = test_address ("2001:db8::1", 9);
  g_autoptr(GString) text = g_string_new (NULL);

  report_append_peer (text, &four);
  report_append_peer (text, &six);
  report_append_peer (text, &nobody);
  g_assert_cmpstr (text->str, ==, "(192.0.2.2:55870)([2001:db8::1]:9)(…)");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/sentence/server", test_server);
  g_test_add_func ("/report/sentence/closed", test_closed);
  g_test_add_func ("/report/sentence/client", test_client);
  g_test_add_func ("/report/sentence/c6-diagnosis", test_diagnosis);
  g_test_add_func ("/report/sentence/every-code", test_every_code);
  g_test_add_func ("/report/sentence/p2-hostile", test_hostile);
  g_test_add_func ("/report/sentence/why", test_why);
  g_test_add_func ("/report/sentence/message", test_message);
  g_test_add_func ("/report/sentence/b3-counts", test_counts);
  g_test_add_func ("/report/sentence/peer", test_peer);
  return g_test_run ();
}
