/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <malloc.h>
#include <string.h>

#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define ONE_WAY_US 5000
#define AGE_US (40 * SECOND)

static DtlsAddress
stalled_address (guint number)
{
  DtlsAddress address = test_address ("198.18.0.0", 5000);

  address.ip[14] = number >> 8;
  address.ip[15] = number;
  return address;
}

static void
stall (TestServer *server, guint number)
{
  DtlsAddress from = stalled_address (number);

  g_assert_true (test_server_stall (server, &from, number));
}

static TestServer *
new_with_cap (guint max_half_open)
{
  DtlsListenOptions options = { .limits = DTLS_LIMITS_DEFAULT };

  options.limits.max_half_open = max_half_open;
  return test_server_new_full (&options);
}

static gboolean
is_open (TestServer *server, guint number)
{
  DtlsTable *table = dtls_core_get_table (server->pair->server);
  DtlsPath path = { .peer = stalled_address (number),
                    .socket = dtls_core_get_listener (server->pair->server)->socket };

  return dtls_table_find (table, &path) != NULL;
}

/* Nothing is left of anybody: no session, no slot, no deadline, no entry. */
static void
assert_empty (TestServer *server)
{
  DtlsTable *table = dtls_core_get_table (server->pair->server);

  g_assert_cmpuint (table->half_open.length, ==, 0);
  g_assert_cmpuint (table->established.length, ==, 0);
  g_assert_cmpuint (g_hash_table_size (table->by_path), ==, 0);
  g_assert_cmpuint (g_hash_table_size (table->by_id), ==, 0);
  g_assert_cmpint (dtls_deadlines_next (&dtls_core_get_hub (server->pair->server)->deadlines), ==,
                   G_MAXINT64);
}

static void
test_s9_evicts_oldest (void)
{
  g_autoptr (TestServer) server = new_with_cap (4);

  for (guint i = 0; i < 10; i++)
    {
      stall (server, i);
      g_assert_true (is_open (server, i));      /* never the newest */
      g_assert_cmpuint (test_server_get_n_half_open (server), ==, MIN (i + 1, 4));
      if (i >= 4)
        g_assert_false (is_open (server, i - 4));
      if (i >= 3)
        g_assert_true (is_open (server, i - 3));
    }
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_HALF_OPEN_EVICTED], ==, 6);
}

/* A full table locks nobody out, also while more of them come. */
static void
test_s9_full_table (void)
{
  g_autoptr (TestServer) server = new_with_cap (64);

  for (guint i = 0; i < 200; i++)
    stall (server, i);
  for (guint round = 0; round < 5; round++)
    {
      TestPeer *peer = test_server_add_peer (server, NULL);

      g_assert_true (test_server_finish (server, peer, SECOND / 2));
      stall (server, 200 + round);
    }
  g_assert_cmpuint (test_server_get_n_half_open (server), <=, 64);
}

/* 40 s, whatever arrives: copies, and later halves of the next flight. */
static void
test_s10_age (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = stalled_address (1);
  gint64 start_us = test_clock_get ();
  guint n_repeats = 0;

  stall (server, 1);
  for (guint s = 0; s < 39; s++)
    {
      g_autoptr (GByteArray) half = test_forge_fragment (16, 100, 2, 0, "0123456789", 10);

      test_server_forge (server, &from, test_forge_hello (1, 10 + s, "0123456789abcdef", 16));
      if (s == 20)
        n_repeats = server->n_datagrams;
      if (s > 20)
        test_server_forge (server, &from,
                           test_forge_record (22, 0, 100 + s, half->data, half->len));
      test_server_run (server, SECOND);
      g_assert_cmpuint (test_server_get_n_half_open (server), ==, 1);
    }
  g_assert_cmpuint (n_repeats, >=, 6);
  test_server_run (server, start_us + AGE_US + SECOND - test_clock_get ());
  assert_empty (server);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_HALF_OPEN_AGED], ==, 1);
  test_server_reset (server);
  test_server_run (server, 600 * SECOND);
  g_assert_cmpuint (server->n_datagrams, ==, 0);
}

/* Every way out gives the slot back. */
static void
test_s11_slots (void)
{
  static const TestPeerOptions wrong_key = { .key_hex = "00112233" };
  static const TestPeerOptions no_suite = { .priority
    = "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK:-CIPHER-ALL:+CAMELLIA-256-GCM" };
  g_autoptr (TestServer) server = new_with_cap (3);
  DtlsAddress from;
  TestPeer *peer;

  for (guint i = 0; i < 6; i++)                 /* evicted, then too old */
    stall (server, i);
  test_server_run (server, AGE_US + SECOND);
  assert_empty (server);

  peer = test_server_add_peer (server, &wrong_key);
  g_assert_false (test_server_finish (server, peer, AGE_US + SECOND));
  test_server_run (server, 120 * SECOND);       /* the peer gives up after 60 s */
  assert_empty (server);

  peer = test_server_add_peer (server, &no_suite);
  g_assert_false (test_server_finish (server, peer, 5 * SECOND));
  assert_empty (server);

  stall (server, 1);                            /* a fatal alert may end it */
  from = stalled_address (1);
  test_server_forge (server, &from, test_forge_record (DTLS_CONTENT_ALERT, 0, 9, "\2\50", 2));
  assert_empty (server);

  for (guint i = 0; i < 20; i++)                /* replaced by itself */
    {
      from = stalled_address (7);
      g_assert_true (test_server_stall (server, &from, 1000 * i));
      g_assert_cmpuint (test_server_get_n_half_open (server), ==, 1);
    }
  dtls_listener_drop_half_open (dtls_core_get_listener (server->pair->server));
  assert_empty (server);

  peer = test_server_establish (server, NULL);
  test_peer_close (peer);
  test_server_run (server, SECOND);
  assert_empty (server);
}

static gint64
time_handshake (TestServer *server)
{
  gint64 start_us = test_clock_get ();
  TestPeer *peer = test_server_add_peer (server, NULL);

  g_assert_true (test_server_finish (server, peer, 30 * SECOND));
  return test_clock_get () - start_us;
}

static void
test_s12_stalled (void)
{
  g_autoptr (TestServer) server = new_with_cap (4096);
  gint64 normal_us;

  test_network_set_delay (server->pair->network, ONE_WAY_US);
  normal_us = time_handshake (server);
  g_assert_cmpint (normal_us, >=, 4 * ONE_WAY_US);
  for (guint i = 0; i < 2000; i++)
    stall (server, i);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpint (time_handshake (server), <=, 2 * normal_us);
      test_server_run (server, 350 * 1000);     /* amid the repeats of all of them */
    }
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 2000);
  test_server_run (server, AGE_US + SECOND);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
}

/* --- S15: forgeries before every datagram of a client --- */

typedef void (*Forge) (TestServer *server, const DtlsAddress *from);

typedef struct
{
  TestServer *server;
  TestPeer   *peer;
  Forge       forge;
  guint       n_before;
} Forger;

static gboolean
forger_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  Forger *forger = user_data;

  if (dtls_address_equal (&datagram->from, &forger->peer->local))
    {
      forger->forge (forger->server, &forger->peer->local);
      forger->n_before++;
    }
  return TRUE;
}

static void
put (TestServer *server, const DtlsAddress *from, GByteArray *bytes)
{
  test_server_inject (server, from, bytes->data, bytes->len);
  g_byte_array_unref (bytes);
}

static void
put_record (TestServer *server, const DtlsAddress *from, guint8 type, guint16 epoch,
            guint64 sequence, const char *body, gsize n_body)
{
  put (server, from, test_forge_record (type, epoch, sequence, body, n_body));
}

static void
forge_junk (TestServer *server, const DtlsAddress *from)
{
  static guint8 junk[100];
  g_autoptr (GByteArray) boast = test_forge_record (23, 1, 0, junk, 50);

  boast->data[11] = 0x3f;
  boast->data[12] = 0xff;
  for (guint n = 0; n <= 20; n++)
    test_server_inject (server, from, junk, n);
  test_server_inject (server, from, boast->data, boast->len);
  boast->data[4] = 0;
  test_server_inject (server, from, boast->data, boast->len);
}

static void
forge_data (TestServer *server, const DtlsAddress *from)
{
  put_record (server, from, DTLS_CONTENT_APPLICATION_DATA, 0, 50, "clear", 5);
  put_record (server, from, DTLS_CONTENT_HEARTBEAT, 0, 51, "\1\0\0", 3);
}

static void
forge_warnings (TestServer *server, const DtlsAddress *from)
{
  const guint8 descriptions[] = { 0, 41, 90, 100, 112, 115, 255 };

  for (guint i = 0; i < G_N_ELEMENTS (descriptions); i++)
    {
      char alert[2] = { 1, descriptions[i] };

      put_record (server, from, DTLS_CONTENT_ALERT, 0, 60 + i, alert, 2);
    }
  put_record (server, from, DTLS_CONTENT_ALERT, 0, 70, "\1", 1);
  put_record (server, from, DTLS_CONTENT_ALERT, 0, 71, "\2", 1);
  put_record (server, from, DTLS_CONTENT_ALERT, 0, 72, "\2\50\0", 3);
  put_record (server, from, DTLS_CONTENT_ALERT, 0, 73, "\7\50", 2);
}

static void
forge_ccs (TestServer *server, const DtlsAddress *from)
{
  put_record (server, from, DTLS_CONTENT_CHANGE_CIPHER_SPEC, 0, 80, "\1", 1);
}

static void
forge_wrong_ccs (TestServer *server, const DtlsAddress *from)
{
  put_record (server, from, DTLS_CONTENT_CHANGE_CIPHER_SPEC, 0, 81, "\0", 1);
  put_record (server, from, DTLS_CONTENT_CHANGE_CIPHER_SPEC, 0, 82, "\1\1", 2);
  put_record (server, from, DTLS_CONTENT_CHANGE_CIPHER_SPEC, 0, 83, "\2\1\1\1\1", 5);
}

static void
forge_epochs (TestServer *server, const DtlsAddress *from)
{
  const guint16 epochs[] = { 1, 2, 256, 65535 };

  for (guint i = 0; i < G_N_ELEMENTS (epochs); i++)
    for (guint8 type = 20; type <= 24; type++)
      put_record (server, from, type, epochs[i], type, "0123456789012345678901234567", 28);
}

static void
forge_messages (TestServer *server, const DtlsAddress *from)
{
  const guint8 types[] = { 0, 2, 3, 4, 11, 12, 13, 14, 15, 20, 22, 23, 24, 99, 254 };
  static const guint8 body[64];

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    for (guint16 message = 0; message < 4; message++)
      put (server, from, test_forge_handshake (types[i], message, 100 + i, body,
                                               types[i] == 14 ? 0 : sizeof body));
}

/* Messages of the far future: GnuTLS buffers six of them and calls the seventh fatal (T43). */
static void
forge_future (TestServer *server, const DtlsAddress *from)
{
  static const guint8 body[64];

  for (guint16 message = 3; message < 40; message++)
    {
      put (server, from, test_forge_handshake (16, message, 200 + message, body, sizeof body));
      put (server, from, test_forge_handshake (20, message * 100, 300 + message, body, 12));
    }
}

static void
put_fragment (TestServer *server, const DtlsAddress *from, guint8 type, guint32 length,
              guint16 message, guint32 offset, guint32 n_bytes, gsize n_there)
{
  static const guint8 bytes[1000];
  g_autoptr (GByteArray) fragment
    = test_forge_fragment (type, length, message, offset, bytes, n_there);

  fragment->data[9] = n_bytes >> 16;
  fragment->data[10] = n_bytes >> 8;
  fragment->data[11] = n_bytes;
  put (server, from, test_forge_record (22, 0, 400, fragment->data, fragment->len));
}

/* Fragments that cannot be: of a message the server does not wait for, or against arithmetic. */
static void
forge_fragments (TestServer *server, const DtlsAddress *from)
{
  for (guint16 message = 0; message < 5; message++)
    {
      put_fragment (server, from, 16, 0xffffff, message, 0, 10, 10);
      put_fragment (server, from, 16, 0xffffff, message, 0xfffff0, 10, 10);
      put_fragment (server, from, 16, 10, message, 20, 10, 10);
      put_fragment (server, from, 16, 10, message, 5, 10, 10);
      put_fragment (server, from, 16, 10, message, 0xffffff, 0xffffff, 10);
      put_fragment (server, from, 16, 5, message, 0, 10, 10);
      put_fragment (server, from, 16, 100, message, 0, 200, 100);
      put_fragment (server, from, 16, 100, message, 0, 100, 50);
      put_fragment (server, from, 11, 50, message, 0, 20, 20);
      put_fragment (server, from, 20, 12, message, 0, 4, 4);
      put_fragment (server, from, 1, 500, message, 100, 50, 50);
    }
  for (guint n = 1; n < 12; n++)
    put_record (server, from, 22, 0, 500 + n, "\x10\0\0\0\0\2\0\0\0\0\0\0", n);
}

/* The highest numbers. */
static void
forge_sequence (TestServer *server, const DtlsAddress *from)
{
  const guint64 last = G_GUINT64_CONSTANT (0xffffffffffff);

  put_record (server, from, DTLS_CONTENT_APPLICATION_DATA, 0, last, "x", 1);
  put_record (server, from, DTLS_CONTENT_ALERT, 0, last - 1, "\1\132", 2);
  put (server, from, test_forge_handshake (0, 0, last, NULL, 0));
  put (server, from, test_forge_handshake (2, 0, last - 1000, "0123456789", 10));
}

static void
forge_hellos (TestServer *server, const DtlsAddress *from)
{
  put (server, from, test_forge_hello (77, 0, NULL, 0));
  put (server, from, test_forge_hello (78, 0, "0123456789abcdef", 16));
}

static const struct { const char *name; Forge forge; } forgeries[] = {
  { "junk", forge_junk },           { "data", forge_data },
  { "warnings", forge_warnings },   { "ccs", forge_ccs },
  { "wrong-ccs", forge_wrong_ccs }, { "epochs", forge_epochs },
  { "messages", forge_messages },   { "future", forge_future },
  { "fragments", forge_fragments }, { "sequence", forge_sequence },
  { "hellos", forge_hellos },
};

static void
test_s15 (gconstpointer data)
{
  g_autoptr (TestServer) server = test_server_new ();
  Forger forger = { server, test_server_add_peer (server, NULL), (Forge) data, 0 };

  test_network_set_tap (server->pair->network, forger_cb, &forger);
  if (!test_server_finish (server, forger.peer, 59 * SECOND))
    {
      TestEvent *failed = test_events_find (server->pair->server_events, DTLS_CODE_FAILED);

      g_error ("the client met %s, the server %s",
               forger.peer->failure != 0 ? gnutls_strerror (forger.peer->failure) : "silence",
               failed != NULL ? gnutls_strerror (failed->head.number[0]) : "nothing");
    }
  g_assert_cmpuint (forger.n_before, >=, 5);
  g_assert_true (test_server_answers (server, forger.peer, "through"));
}

/* A copy of the client's own second hello, under the highest number, comes first. The first hello's
 * would move the client's window: the answer has its number (S4). */
static gboolean
copier_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  Forger *forger = user_data;
  const guint8 *bytes = datagram->bytes->data;
  g_autofree guint8 *copy = NULL;

  if (!dtls_address_equal (&datagram->from, &forger->peer->local)
      || forger->peer->n_datagrams_out != 2)
    return TRUE;
  g_assert_cmpuint (bytes[DTLS_RECORD_HEADER_BYTES], ==, 1);
  copy = g_memdup2 (bytes, datagram->bytes->len);
  memset (copy + 5, 0xff, 6);
  test_server_inject (forger->server, &datagram->from, copy, datagram->bytes->len);
  forger->n_before++;
  return TRUE;
}

/* Clear sequence numbers say nothing: a high one makes none of the true ones that follow old. */
static void
test_s15_copied_ahead (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  Forger forger = { server, test_server_add_peer (server, NULL), NULL, 0 };

  test_network_set_tap (server->pair->network, copier_cb, &forger);
  g_assert_true (test_server_finish (server, forger.peer, 59 * SECOND));
  g_assert_cmpuint (forger.n_before, ==, 1);
  g_assert_true (test_server_answers (server, forger.peer, "through"));
}

/* An alert in clear cannot be told from a forged one; the next try works. */
static void
test_s15_fatal_alert (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_add_peer (server, NULL);

  peer->holding = TRUE;
  test_server_run (server, 0);
  peer->holding = FALSE;
  test_server_forge (server, &peer->local,
                     test_forge_record (DTLS_CONTENT_ALERT, 0, 1, "\2\50", 2));
  g_assert_true (test_server_finish (server, peer, 59 * SECOND));
}

/* T43: fragments that claim 16 MiB each, on 40 half-open sessions. */
static void
test_t43_claims (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  struct mallinfo2 before, after;

  for (guint i = 0; i < 40; i++)
    {
      DtlsAddress from = test_address ("198.18.0.1", 1000 + i);

      g_assert_true (test_server_stall (server, &from, i));
    }
  before = mallinfo2 ();
  for (guint i = 0; i < 40; i++)
    for (guint j = 0; j < 72; j++)
      {
        DtlsAddress from = test_address ("198.18.0.1", 1000 + i);
        g_autoptr (GByteArray) fragment
          = test_forge_fragment (16, 0xffffff, 2 + j % 12, j % 6 * 1000, "0123456789", 10);

        test_server_forge (server, &from,
                           test_forge_record (22, 0, 100 + j, fragment->data, fragment->len));
      }
  after = mallinfo2 ();
  g_assert_cmpint ((gint64) after.uordblks - (gint64) before.uordblks, <, 64 * 1024);
  g_assert_cmpint ((gint64) after.hblkhd - (gint64) before.hblkhd, <, 64 * 1024);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 40);
}

/* T45: GnuTLS's timers follow the wall clock; its step ends half-open sessions without a word. */
static void
test_t45_clock_step (gconstpointer data)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *old = test_server_establish (server, NULL), *new;

  stall (server, 1);
  test_server_reset (server);
  test_clock_step_real (GPOINTER_TO_INT (data) * SECOND);
  test_server_run (server, 10 * SECOND);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
  g_assert_cmpuint (server->n_datagrams, ==, 0);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_CLOCK_STEP), ==, 1);
  g_assert_true (test_server_answers (server, old, "still here"));
  new = test_server_add_peer (server, NULL);
  g_assert_true (test_server_finish (server, new, SECOND));
}

/* Half-open about 17 KiB, established about 11 KiB were measured. */
static void
test_s31_memory (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsTable *table = dtls_core_get_table (server->pair->server);
  struct mallinfo2 start = { 0 }, half_open, end;
  enum { N = 200 };

  for (guint i = 0; i < 2 * N; i++)     /* the first half only lets everything grow that will */
    {
      DtlsAddress from = test_address ("198.18.0.1", 1000 + i);

      if (i == N)
        start = mallinfo2 ();
      g_assert_true (test_server_stall (server, &from, i));
    }
  half_open = mallinfo2 ();
  g_assert_cmpuint (table->half_open.length, ==, 2 * N);
  g_assert_cmpuint ((half_open.uordblks - start.uordblks) / N, <, 20 * 1024);
  dtls_listener_drop_half_open (dtls_core_get_listener (server->pair->server));
  end = mallinfo2 ();
  g_assert_cmpuint (end.uordblks, <=, start.uordblks);
}

/* What a session of the server takes, by what it gives back: the peers live in this process, too. */
static void
test_s31_established (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  struct mallinfo2 with, without;
  gint64 each;
  enum { N = 200 };

  for (guint i = 0; i < N; i++)
    g_assert_true (test_server_answers (server, test_server_establish (server, NULL), "hello"));
  test_pair_turn (server->pair);
  g_ptr_array_set_size (server->pair->server_events, 0);
  with = mallinfo2 ();
  dtls_table_clear (dtls_core_get_table (server->pair->server));
  without = mallinfo2 ();
  dtls_table_init (dtls_core_get_table (server->pair->server));
  each = ((gint64) with.uordblks - (gint64) without.uordblks) / N;
  g_test_message ("%" G_GINT64_FORMAT " bytes for each established session", each);
  g_assert_cmpint (each, <, 14 * 1024 + 512);   /* DESIGN 6 */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/listener/s9-evicts-oldest", test_s9_evicts_oldest);
  g_test_add_func ("/dtls/listener/s9-full-table", test_s9_full_table);
  g_test_add_func ("/dtls/listener/s10-age", test_s10_age);
  g_test_add_func ("/dtls/listener/s11-slots", test_s11_slots);
  g_test_add_func ("/dtls/listener/s12-stalled", test_s12_stalled);
  for (guint i = 0; i < G_N_ELEMENTS (forgeries); i++)
    {
      g_autofree char *path = g_strdup_printf ("/dtls/listener/s15-%s", forgeries[i].name);

      g_test_add_data_func (path, (gconstpointer) forgeries[i].forge, test_s15);
    }
  g_test_add_func ("/dtls/listener/s15-copied-ahead", test_s15_copied_ahead);
  g_test_add_func ("/dtls/listener/s15-fatal-alert", test_s15_fatal_alert);
  g_test_add_func ("/dtls/listener/t43-claims", test_t43_claims);
  g_test_add_data_func ("/dtls/listener/t45-clock-forward", GINT_TO_POINTER (3600),
                        test_t45_clock_step);
  g_test_add_data_func ("/dtls/listener/t45-clock-back", GINT_TO_POINTER (-3600),
                        test_t45_clock_step);
  g_test_add_func ("/dtls/listener/s31-memory", test_s31_memory);
  g_test_add_func ("/dtls/listener/s31-established", test_s31_established);
  return g_test_run ();
}
