/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>

#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define LAST_SEQUENCE G_GUINT64_CONSTANT (0xffffffffffff)
#define FAR_SEQUENCE 20         /* where test_peer_seal() begins: GnuTLS's own stay in the window */

static guint
count_messages (TestServer *server)
{
  return test_events_count (server->pair->server_events, DTLS_EVENT_MESSAGE, 0);
}

/* Each forgery changes nothing: no byte back, no message, no end, and data still flows. */
static void
assert_ignored (TestServer *server, TestPeer *peer, GByteArray *bytes)
{
  guint n_messages = count_messages (server);

  test_server_reset (server);
  test_server_forge (server, &peer->local, bytes);
  g_assert_cmpuint (server->n_datagrams, ==, 0);
  g_assert_cmpuint (count_messages (server), ==, n_messages);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 1);
  g_assert_true (test_server_answers (server, peer, "still here"));
}

static void
test_s18_invalid_records (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  static const guint8 body[DTLS_MAX_RECORD_BYTES + 1];
  const guint16 epochs[] = { 2, 3, 255, 65535 };
  GByteArray *record;

  for (guint type = 0; type < 256; type++)
    assert_ignored (server, peer, test_forge_record (type, 1, 100 + type, body, 40));
  for (guint n = 0; n < 40; n++)
    assert_ignored (server, peer, test_forge_record (23, 1, 500 + n, body, n));
  for (guint i = 0; i < G_N_ELEMENTS (epochs); i++)
    assert_ignored (server, peer, test_forge_record (23, epochs[i], 9, body, 40));
  assert_ignored (server, peer, test_forge_record (23, 1, LAST_SEQUENCE, body, 40));
  assert_ignored (server, peer, test_forge_record (23, 1, 9, body, DTLS_MAX_RECORD_BYTES));
  assert_ignored (server, peer, test_forge_record (23, 1, 9, body, DTLS_MAX_RECORD_BYTES + 1));
  record = test_forge_record (23, 1, 9, body, 40);
  record->data[1] = 3;
  assert_ignored (server, peer, record);
  record = test_forge_record (23, 1, 9, body, 40);
  record->data[2] = 0xff;
  assert_ignored (server, peer, record);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_DISCARDED], >, 50);
}

/* A true record with any one bit changed. */
static void
test_s18_bad_tag (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  g_autoptr (GByteArray) good = test_peer_seal (peer, 23, FAR_SEQUENCE + 40, "sealed", 6);

  for (guint at = 3; at < good->len; at++)
    {
      GByteArray *bad = g_byte_array_append (g_byte_array_new (), good->data, good->len);

      bad->data[at] ^= 1;
      assert_ignored (server, peer, bad);
    }
  test_server_forge (server, &peer->local, g_byte_array_ref (good));
  g_assert_nonnull (test_events_find_message (server->pair->server_events, "sealed"));
}

static void
test_s19_clear_records (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  static const guint8 body[64];

  for (guint level = 0; level < 4; level++)
    for (guint description = 0; description < 256; description += 5)
      {
        guint8 alert[2] = { level, description };

        assert_ignored (server, peer, test_forge_record (21, 0, 10, alert, 2));
      }
  assert_ignored (server, peer, test_forge_record (20, 0, 10, "\1", 1));
  assert_ignored (server, peer, test_forge_record (23, 0, 10, "clear data", 10));
  assert_ignored (server, peer, test_forge_record (24, 0, 10, "\1\0\0", 3));
  for (guint type = 0; type < 32; type++)
    for (guint16 message = 0; message < 4; message++)
      if (type != 1)
        assert_ignored (server, peer, test_forge_handshake (type, message, 10, body, sizeof body));
  assert_ignored (server, peer, test_forge_record (22, 0, LAST_SEQUENCE, body, 12));
}

/* A hello gets a cookie, as from anybody, and that is all. */
static void
test_s19_clear_hello (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  for (guint i = 0; i < 50; i++)
    {
      test_server_reset (server);
      test_server_forge (server, &peer->local, test_forge_hello (i, i, "0123456789abcdef", 16));
      g_assert_cmpuint (server->n_bytes, ==, 44);
      g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
    }
  test_server_forge (server, &peer->local, test_forge_handshake (1, 0, 1, "half a hello", 12));
  g_assert_true (test_server_answers (server, peer, "still here"));
}

static void
test_s20_replay (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  for (guint i = 0; i < 10; i++)
    test_server_forge (server, &peer->local, test_peer_seal (peer, 23, FAR_SEQUENCE, "once", 4));
  g_assert_cmpuint (count_messages (server), ==, 1);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_DISCARDED], ==, 9);
  for (guint i = 0; i < 100; i++)
    test_server_forge (server, &peer->local,
                       test_peer_seal (peer, 23, FAR_SEQUENCE + 1 + i / 2, "twice", 5));
  g_assert_cmpuint (count_messages (server), ==, 51);
}

static void
test_s20_reverse (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  for (guint i = 40; i > 0; i--)
    {
      g_autofree char *text = g_strdup_printf ("number %u", i);
      g_autoptr (GByteArray) record
        = test_peer_seal (peer, 23, FAR_SEQUENCE + i, text, strlen (text));

      test_server_inject (server, &peer->local, record->data, record->len);
    }
  test_server_run (server, SECOND);
  g_assert_cmpuint (count_messages (server), ==, 40);
  for (guint i = 1; i <= 40; i++)
    {
      g_autofree char *text = g_strdup_printf ("number %u", i);

      g_assert_nonnull (test_events_find_message (server->pair->server_events, text));
    }
  g_assert_cmpuint (peer->messages->len, ==, 40);
}

/* A forged record with a huge number moves no window: it is checked after the tag. */
static void
test_s20_window (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  static const guint8 body[40];

  for (guint bit = 20; bit < 48; bit++)
    test_server_forge (server, &peer->local,
                       test_forge_record (23, 1, G_GUINT64_CONSTANT (1) << bit, body, 40));
  g_assert_true (test_server_answers (server, peer, "not moved"));
}

static void
test_s22_close (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  TestEvent *closed;

  test_server_reset (server);
  test_peer_close (peer);
  test_server_run (server, SECOND);
  g_assert_true (peer->closed);         /* by the server's close_notify */
  g_assert_cmpuint (server->n_datagrams, ==, 1);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 0);
  closed = test_events_find (server->pair->server_events, DTLS_CODE_CLOSED);
  g_assert_nonnull (closed);
  g_assert_cmpint (closed->head.number[0], ==, DTLS_CLOSE_PEER);
  test_peer_start_over (peer);
  g_assert_true (test_server_finish (server, peer, 100 * 1000));
  g_assert_true (test_server_answers (server, peer, "back at once"));
}

/* A fatal alert of the peer itself ends its session. */
static void
test_s22_fatal_alert (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  TestEvent *failed;

  gnutls_alert_send (peer->session, GNUTLS_AL_FATAL, GNUTLS_A_INTERNAL_ERROR);
  test_server_run (server, SECOND);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 0);
  failed = test_events_find (server->pair->server_events, DTLS_CODE_FAILED);
  g_assert_nonnull (failed);
  g_assert_cmpint (failed->head.number[1], ==, GNUTLS_A_INTERNAL_ERROR);
}

/* The wish of an authenticated peer: refused with no_renegotiation, and nothing grows. */
static void
test_s23_renegotiation (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  struct mallinfo2 before = { 0 }, after;

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GByteArray) hello = test_forge_hello (i, 0, NULL, 0);

      hello->data[DTLS_RECORD_HEADER_BYTES + 5] = 3 + i;
      if (i == 100)
        before = mallinfo2 ();
      test_server_reset (server);
      test_server_forge (server, &peer->local,
                         test_peer_seal (peer, 22, FAR_SEQUENCE + i,
                                         hello->data + DTLS_RECORD_HEADER_BYTES,
                                         hello->len - DTLS_RECORD_HEADER_BYTES));
      g_assert_cmpuint (server->n_datagrams, <=, 1);
      test_server_run (server, 1);
    }
  after = mallinfo2 ();
  g_assert_cmpint ((gint64) after.uordblks - (gint64) before.uordblks, <, 4 * 1024);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
  test_server_forge (server, &peer->local,
                     test_peer_seal (peer, 23, FAR_SEQUENCE + 200, "still here", 10));
  g_assert_cmpuint (count_messages (server), ==, 1);
}

/* The same by GnuTLS's own means. */
static void
test_s23_alert (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  g_assert_cmpint (gnutls_handshake (peer->session), ==, GNUTLS_E_AGAIN);
  test_server_run (server, SECOND);
  g_assert_cmpint (peer->alert, ==, GNUTLS_A_NO_RENEGOTIATION);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 1);
}

static void
append_record (GByteArray *datagram, GByteArray *record)
{
  g_byte_array_append (datagram, record->data, record->len);
  g_byte_array_unref (record);
}

/* T9, T10: a good record behind bad ones, in one datagram, is answered then. */
static void
test_s24_same_datagram (void)
{
  static const guint8 body[40];

  for (guint n_bad = 0; n_bad < 8; n_bad++)
    {
      g_autoptr (TestServer) server = test_server_new ();
      TestPeer *peer = test_server_establish (server, NULL);
      GByteArray *datagram = g_byte_array_new ();

      for (guint i = 0; i < n_bad; i++)
        append_record (datagram, test_forge_record (20 + i % 5, i % 3, 100 + i, body, 30 + i));
      append_record (datagram, test_peer_seal (peer, 23, FAR_SEQUENCE, "good", 4));
      test_server_reset (server);
      test_server_forge (server, &peer->local, datagram);
      g_assert_cmpuint (count_messages (server), ==, 1);
      g_assert_cmpuint (server->n_datagrams, ==, 1);
    }
}

static void
test_s24_same_burst (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  g_autoptr (GByteArray) bad = test_forge_record (23, 1, 99, server, 50);

  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (GByteArray) good = test_peer_seal (peer, 23, FAR_SEQUENCE + i, "good", 4);

      for (guint j = 0; j < 5; j++)
        test_server_inject (server, &peer->local, bad->data, bad->len);
      test_server_inject (server, &peer->local, good->data, good->len);
    }
  test_server_reset (server);
  test_pair_turn (server->pair);
  g_assert_cmpuint (server->n_datagrams, ==, 10);
  g_assert_cmpuint (count_messages (server), ==, 10);
}

/* T3: what each of these in front of each good record would cost in GnuTLS alone. */
static void
test_s25_malformed (gconstpointer data)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  gsize n_bytes = GPOINTER_TO_SIZE (data);
  static const guint8 body[50];
  g_autoptr (GByteArray) bad = test_forge_record (23, 1, 99, body, sizeof body);

  bad->data[11] = 0x3f;
  bad->data[12] = 0xff;
  for (guint i = 0; i < 30; i++)
    {
      test_server_inject (server, &peer->local, bad->data, n_bytes);
      g_assert_true (test_server_answers (server, peer, "good"));
    }
  g_assert_cmpuint (count_messages (server), ==, 30);
}

/* Bytes behind a good record cost neither it nor the next one. */
static void
test_s25_trailing (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  for (guint n = 1; n < 30; n++)
    {
      GByteArray *datagram = test_peer_seal (peer, 23, FAR_SEQUENCE + n, "good", 4);

      for (guint i = 0; i < n; i++)
        g_byte_array_append (datagram, (const guint8 *) "\x17", 1);
      test_server_forge (server, &peer->local, datagram);
      g_assert_cmpuint (count_messages (server), ==, n);
    }
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_MALFORMED], ==, 29);
}

static void
test_s26_empty (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *one = test_server_establish (server, NULL);
  TestPeer *other = test_server_establish (server, NULL);
  DtlsAddress unknown = test_address ("198.18.0.1", 9);

  for (guint i = 0; i < 200; i++)
    {
      test_server_inject (server, &one->local, NULL, 0);
      test_server_inject (server, &unknown, NULL, 0);
    }
  test_server_reset (server);
  test_server_run (server, SECOND);
  g_assert_cmpuint (server->n_datagrams, ==, 0);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_EMPTY], ==, 400);
  g_assert_true (test_server_answers (server, one, "one"));
  g_assert_true (test_server_answers (server, other, "other"));
}

static TestServer *
new_with_limits (guint max_connections, gint64 idle_us)
{
  DtlsListenOptions options = { .limits = DTLS_LIMITS_DEFAULT };

  options.limits.max_connections = max_connections;
  options.limits.idle_us = idle_us;
  return test_server_new_full (&options);
}

static void
test_s27_idle (void)
{
  g_autoptr (TestServer) server = new_with_limits (100, 60 * SECOND);
  TestPeer *quiet = test_server_establish (server, NULL);
  TestPeer *busy = test_server_establish (server, NULL);
  TestEvent *closed;

  for (guint i = 0; i < 12; i++)
    {
      test_server_run (server, 10 * SECOND);
      g_assert_true (test_server_answers (server, busy, "here"));
      g_assert_cmpuint (test_server_get_n_established (server), ==, i < 5 ? 2 : 1);
    }
  g_assert_true (quiet->closed);
  closed = test_events_find (server->pair->server_events, DTLS_CODE_CLOSED);
  g_assert_cmpint (closed->head.number[0], ==, DTLS_CLOSE_IDLE);
  g_assert_cmpint (closed->head.number[1], ==, 60);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_CONNECTIONS_IDLE], ==, 1);
}

/* Forgeries and junk are no sign of life. */
static void
test_s27_forged_life (void)
{
  g_autoptr (TestServer) server = new_with_limits (100, 60 * SECOND);
  TestPeer *peer = test_server_establish (server, NULL);

  for (guint i = 0; i < 65; i++)
    {
      test_server_forge (server, &peer->local, test_forge_record (23, 1, 50 + i, server, 40));
      test_server_forge (server, &peer->local, test_forge_hello (i, i, NULL, 0));
      test_server_run (server, SECOND);
    }
  g_assert_cmpuint (test_server_get_n_established (server), ==, 0);
}

/* At the cap the least recently used one goes, not the oldest and never the newest. */
static void
test_s27_cap (void)
{
  g_autoptr (TestServer) server = new_with_limits (3, 3600 * SECOND);
  TestPeer *peers[4];

  for (guint i = 0; i < 3; i++)
    peers[i] = test_server_establish (server, NULL);
  g_assert_true (test_server_answers (server, peers[0], "used"));
  peers[3] = test_server_establish (server, NULL);
  test_server_run (server, SECOND);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 3);
  g_assert_true (peers[1]->closed);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_CONNECTIONS_EVICTED], ==, 1);
  g_assert_true (test_server_answers (server, peers[0], "0"));
  g_assert_true (test_server_answers (server, peers[2], "2"));
  g_assert_true (test_server_answers (server, peers[3], "3"));
}

static void
test_s28_vanished (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *gone = test_server_establish (server, NULL);
  TestPeer *other = test_server_establish (server, NULL);
  DtlsPath path = { .peer = gone->local,
                    .socket = dtls_core_get_listener (server->pair->server)->socket };
  const int errors[] = { ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENOBUFS, EPERM };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    test_pipe_inject_error (TEST_PIPE (server->pair->server_pipe), &path, errors[i]);
  test_server_run (server, SECOND);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 2);
  g_assert_true (test_server_answers (server, other, "other"));
  g_assert_true (test_server_answers (server, gone, "not gone at all"));
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_SEND_ERRORS], ==,
                    G_N_ELEMENTS (errors));
}

static DtlsAssociation *
get_only (TestServer *server)
{
  return g_queue_peek_head (&dtls_core_get_table (server->pair->server)->established);
}

static void
send_bytes (TestServer *server, gsize n_bytes)
{
  g_autofree guint8 *bytes = g_malloc (n_bytes);
  g_autoptr (GBytes) message = NULL;

  memset (bytes, 'x', n_bytes);
  message = g_bytes_new (bytes, n_bytes);
  dtls_core_send (server->pair->server, get_only (server)->id, message);
  dtls_core_settle (server->pair->server);
  test_server_run (server, SECOND);
}

static void
test_s29_too_large (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  guint most = dtls_session_get_data_mtu (get_only (server)->session);
  TestEvent *failed;

  g_assert_cmpuint (most, ==, 1200 - 37);
  send_bytes (server, most);
  g_assert_cmpuint (peer->messages->len, ==, 1);
  g_assert_cmpuint (g_bytes_get_size (g_ptr_array_index (peer->messages, 0)), ==, most);
  test_server_reset (server);
  send_bytes (server, most + 1);
  send_bytes (server, 16000);
  g_assert_cmpuint (server->n_datagrams, ==, 0);
  g_assert_cmpuint (peer->messages->len, ==, 1);
  failed = test_events_find (server->pair->server_events, DTLS_CODE_SEND_FAILED);
  g_assert_nonnull (failed);
  g_assert_nonnull (strstr (failed->text, "1163"));     /* the limit is named */
  g_assert_true (test_server_answers (server, peer, "still here"));
}

static void
test_s30_boundaries (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  g_autofree char *long_text = g_strnfill (1100, 'L');
  GByteArray *datagram = g_byte_array_new ();
  TestEvent *event;

  append_record (datagram, test_peer_seal (peer, 23, FAR_SEQUENCE, "first", 5));
  append_record (datagram, test_peer_seal (peer, 23, FAR_SEQUENCE + 1, "second", 6));
  append_record (datagram, test_peer_seal (peer, 23, FAR_SEQUENCE + 2, long_text, 1100));
  test_server_forge (server, &peer->local, datagram);
  test_server_run (server, SECOND);
  g_assert_cmpuint (count_messages (server), ==, 3);
  g_assert_cmpuint (peer->messages->len, ==, 3);        /* one answer each */
  event = test_events_find_message (server->pair->server_events, "second");
  g_assert_nonnull (event);
  g_assert_cmpuint (event->head.record, ==, 2);
  g_assert_cmpuint (event->head.n_records, ==, 3);
  g_assert_cmpuint (g_bytes_get_size (event->wire), ==, 13 + 8 + 6 + 16);
  g_assert_nonnull (test_events_find_message (server->pair->server_events, long_text));
}

/* T13: the longest record there is comes as one message, with its neighbours whole. */
static void
test_s30_longest (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  g_autofree char *longest = g_strnfill (16384, 'L');
  GByteArray *datagram = g_byte_array_new ();

  append_record (datagram, test_peer_seal (peer, 23, FAR_SEQUENCE, "before", 6));
  append_record (datagram, test_peer_seal (peer, 23, FAR_SEQUENCE + 1, longest, 16384));
  append_record (datagram, test_peer_seal (peer, 23, FAR_SEQUENCE + 2, "behind", 6));
  test_server_forge (server, &peer->local, datagram);
  g_assert_cmpuint (count_messages (server), ==, 3);
  g_assert_nonnull (test_events_find_message (server->pair->server_events, "before"));
  g_assert_nonnull (test_events_find_message (server->pair->server_events, longest));
  g_assert_nonnull (test_events_find_message (server->pair->server_events, "behind"));
}

/* An authentic record without data is no message and no end. */
static void
test_s30_empty_record (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  test_server_forge (server, &peer->local, test_peer_seal (peer, 23, FAR_SEQUENCE, NULL, 0));
  g_assert_cmpuint (count_messages (server), ==, 0);
  g_assert_cmpuint (test_server_get_n_established (server), ==, 1);
  g_assert_true (test_server_answers (server, peer, "still here"));
}

/* T16: not negotiated, so fatal in GnuTLS; it is the peer's own doing, and ends only its session. */
static void
test_t16_heartbeat (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);
  TestPeer *other = test_server_establish (server, NULL);

  test_server_forge (server, &peer->local,
                     test_peer_seal (peer, 24, FAR_SEQUENCE, "\1\0\20abcdefghijklmnop", 19));
  test_server_run (server, SECOND);
  g_assert_true (test_server_answers (server, other, "other"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/listener/s18-invalid-records", test_s18_invalid_records);
  g_test_add_func ("/dtls/listener/s18-bad-tag", test_s18_bad_tag);
  g_test_add_func ("/dtls/listener/s19-clear-records", test_s19_clear_records);
  g_test_add_func ("/dtls/listener/s19-clear-hello", test_s19_clear_hello);
  g_test_add_func ("/dtls/listener/s20-replay", test_s20_replay);
  g_test_add_func ("/dtls/listener/s20-reverse", test_s20_reverse);
  g_test_add_func ("/dtls/listener/s20-window", test_s20_window);
  g_test_add_func ("/dtls/listener/s22-close", test_s22_close);
  g_test_add_func ("/dtls/listener/s22-fatal-alert", test_s22_fatal_alert);
  g_test_add_func ("/dtls/listener/s23-renegotiation", test_s23_renegotiation);
  g_test_add_func ("/dtls/listener/s23-alert", test_s23_alert);
  g_test_add_func ("/dtls/listener/s24-same-datagram", test_s24_same_datagram);
  g_test_add_func ("/dtls/listener/s24-same-burst", test_s24_same_burst);
  g_test_add_data_func ("/dtls/listener/s25-one-byte", GSIZE_TO_POINTER (1), test_s25_malformed);
  g_test_add_data_func ("/dtls/listener/s25-twelve-bytes", GSIZE_TO_POINTER (12),
                        test_s25_malformed);
  g_test_add_data_func ("/dtls/listener/s25-boast", GSIZE_TO_POINTER (63), test_s25_malformed);
  g_test_add_data_func ("/dtls/listener/s25-empty", GSIZE_TO_POINTER (0), test_s25_malformed);
  g_test_add_func ("/dtls/listener/s25-trailing", test_s25_trailing);
  g_test_add_func ("/dtls/listener/s26-empty", test_s26_empty);
  g_test_add_func ("/dtls/listener/s27-idle", test_s27_idle);
  g_test_add_func ("/dtls/listener/s27-forged-life", test_s27_forged_life);
  g_test_add_func ("/dtls/listener/s27-cap", test_s27_cap);
  g_test_add_func ("/dtls/listener/s28-vanished", test_s28_vanished);
  g_test_add_func ("/dtls/listener/s29-too-large", test_s29_too_large);
  g_test_add_func ("/dtls/listener/s30-boundaries", test_s30_boundaries);
  g_test_add_func ("/dtls/listener/s30-longest", test_s30_longest);
  g_test_add_func ("/dtls/listener/s30-empty-record", test_s30_empty_record);
  g_test_add_func ("/dtls/listener/t16-heartbeat", test_t16_heartbeat);
  return g_test_run ();
}
