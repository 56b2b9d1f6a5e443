/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <malloc.h>
#include <string.h>

#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define PERIOD_US (60 * SECOND)

enum { N_STRANGERS = 20000, HELLO_VERIFY_BYTES = 44, MEMORY_NOISE_BYTES = 64 * 1024 };

/* A different stranger for each number. */
static DtlsAddress
stranger (guint number)
{
  DtlsAddress address = test_address ("198.18.0.0", 1024 + number % 60000);

  address.ip[14] = number >> 8;
  address.ip[15] = number;
  return address;
}

/* Sends a hello without a cookie; returns the same one with the cookie it got. */
static GByteArray *
ask_cookie (TestServer *server, const DtlsAddress *from, guint32 random)
{
  const guint8 *cookie;
  gsize n_cookie;

  test_server_reset (server);
  test_server_forge (server, from, test_forge_hello (random, 0, NULL, 0));
  g_assert_cmpuint (server->n_datagrams, ==, 1);
  g_assert_true (test_forge_read_cookie (server->last, server->n_last, &cookie, &n_cookie));
  return test_forge_hello (random, 1, cookie, n_cookie);
}

static void
test_s1_stateless (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  struct mallinfo2 before, after;
  DtlsTable *table = dtls_core_get_table (server->pair->server);

  for (guint i = 0; i < 1000; i++)      /* what grows once has grown */
    {
      DtlsAddress from = stranger (i);

      test_server_forge (server, &from, test_forge_hello (i, 0, NULL, 0));
    }
  test_server_reset (server);
  before = mallinfo2 ();
  for (guint i = 0; i < N_STRANGERS; i++)
    {
      DtlsAddress from = stranger (i);

      test_server_forge (server, &from, test_forge_hello (i, 0, NULL, 0));
    }
  after = mallinfo2 ();
  g_assert_cmpuint (server->n_datagrams, ==, N_STRANGERS);
  g_assert_cmpuint (server->n_bytes, ==, N_STRANGERS * HELLO_VERIFY_BYTES);
  g_assert_cmpint ((gint64) after.uordblks - (gint64) before.uordblks, <, MEMORY_NOISE_BYTES);
  g_assert_cmpuint (g_hash_table_size (table->by_path), ==, 0);
  g_assert_cmpint (dtls_deadlines_next (&dtls_core_get_hub (server->pair->server)->deadlines), ==,
                   G_MAXINT64);

  test_server_reset (server);
  test_server_run (server, 600 * SECOND);
  g_assert_cmpuint (server->n_datagrams, ==, 0);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_HELLOS], ==, 1000 + N_STRANGERS);
}

/* Rows about strangers are bounded, the rest is counted. */
static void
test_s1_rows (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  guint n_rows;

  for (guint i = 0; i < 1000; i++)
    {
      DtlsAddress from = stranger (i);

      test_server_forge (server, &from, test_forge_hello (i, 0, NULL, 0));
    }
  n_rows = test_server_count (server, DTLS_CODE_NOT_VERIFIED);
  g_assert_cmpuint (n_rows, ==, 200);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_HELLOS_UNLISTED], ==, 800);
}

static void
assert_not_amplified (TestServer *server, const guint8 *bytes, gsize n_bytes)
{
  static guint number;
  DtlsAddress from = stranger (number++);

  test_server_reset (server);
  test_server_inject (server, &from, bytes, n_bytes);
  test_pair_turn (server->pair);
  g_assert_cmpuint (server->n_bytes, <=, n_bytes);
  g_assert_cmpuint (server->n_datagrams, <=, 1);
  if (server->n_datagrams == 1)
    g_assert_cmpuint (server->n_bytes, ==, HELLO_VERIFY_BYTES);
}

/* Every input: junk of every length, every changed byte and every cut of a hello. */
static void
test_s2_no_amplification (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GByteArray) hello = test_forge_hello (1, 0, "0123456789abcdef", 16);
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  guint8 junk[300];

  for (guint round = 0; round < 3000; round++)
    {
      gsize n_bytes = g_rand_int_range (rand, 0, sizeof junk);

      for (gsize i = 0; i < n_bytes; i++)
        junk[i] = g_rand_int (rand);
      assert_not_amplified (server, junk, n_bytes);
    }
  for (guint n = 0; n <= hello->len; n++)
    assert_not_amplified (server, hello->data, n);
  for (guint at = 0; at < hello->len; at++)
    for (guint bit = 0; bit < 8; bit++)
      {
        hello->data[at] ^= 1 << bit;
        assert_not_amplified (server, hello->data, hello->len);
        hello->data[at] ^= 1 << bit;
      }
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_HELLOS], >, 100);
}

static void
assert_silence (TestServer *server, GByteArray *bytes)
{
  DtlsAddress from = stranger (1);

  test_server_reset (server);
  test_server_forge (server, &from, bytes);
  g_assert_cmpuint (server->n_datagrams, ==, 0);
}

static void
test_s3_no_answer (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GByteArray) hello = test_forge_hello (1, 0, NULL, 0);
  static const guint8 tls[] = "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03";
  guint n_not_dtls;

  for (guint n = 0; n < hello->len; n++)
    {
      GByteArray *cut = g_byte_array_new ();

      g_byte_array_append (cut, hello->data, n);
      assert_silence (server, cut);
    }
  n_not_dtls = server->pair->server_counts[DTLS_COUNT_NOT_DTLS];
  g_assert_cmpuint (n_not_dtls, ==, hello->len - 1);    /* the empty one is counted apart */
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_EMPTY], ==, 1);

  assert_silence (server, g_byte_array_append (g_byte_array_new (), tls, sizeof tls));
  assert_silence (server, test_forge_record (DTLS_CONTENT_ALERT, 0, 0, "\2\50", 2));
  assert_silence (server, test_forge_record (DTLS_CONTENT_ALERT, 0, 0, "\1\0", 2));
  assert_silence (server, test_forge_record (DTLS_CONTENT_APPLICATION_DATA, 0, 0, "hello", 5));
  assert_silence (server, test_forge_record (DTLS_CONTENT_APPLICATION_DATA, 1, 0, "hello", 5));
  assert_silence (server, test_forge_record (DTLS_CONTENT_CHANGE_CIPHER_SPEC, 0, 0, "\1", 1));
  assert_silence (server, test_forge_record (DTLS_CONTENT_HEARTBEAT, 0, 0, "\1\0\0", 3));
  for (guint type = 0; type < 256; type++)
    if (type != 1)
      assert_silence (server, test_forge_handshake (type, 0, 0, hello->data + 25, hello->len - 25));
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_HELLOS], ==, 0);
}

/* One hello and nothing else: bytes or records behind it are not what a client sends. */
static void
test_s3_trailing (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  GByteArray *junk = test_forge_hello (1, 0, NULL, 0), *twice = test_forge_hello (1, 0, NULL, 0);
  g_autoptr (GByteArray) more = test_forge_hello (2, 1, NULL, 0);

  assert_silence (server, g_byte_array_append (junk, more->data, 1));
  assert_silence (server, g_byte_array_append (twice, more->data, more->len));
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_HELLOS], ==, 0);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_NOT_DTLS], ==, 2);
}

static void
test_s3_fragments (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GByteArray) hello = test_forge_hello (1, 0, NULL, 0);
  const guint8 *body = hello->data + 25;
  guint n_body = hello->len - 25;

  for (guint cut = 1; cut < n_body; cut++)
    {
      g_autoptr (GByteArray) first = test_forge_fragment (1, n_body, 0, 0, body, cut);
      g_autoptr (GByteArray) second
        = test_forge_fragment (1, n_body, 0, cut, body + cut, n_body - cut);

      assert_silence (server, test_forge_record (22, 0, 0, first->data, first->len));
      assert_silence (server, test_forge_record (22, 0, 1, second->data, second->len));
    }
  hello->data[4] = 1;           /* epoch 1 */
  assert_silence (server, g_byte_array_ref (hello));
  hello->data[4] = 0;
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_HELLOS], ==, 0);
}

static void
test_s4_sequence (void)
{
  const guint64 sequences[] = { 0, 7, 256, G_GUINT64_CONSTANT (0xa1b2c3d4e5f6) };
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = stranger (1);

  for (guint i = 0; i < G_N_ELEMENTS (sequences); i++)
    {
      g_autoptr (GByteArray) hello = test_forge_hello (1, sequences[i], NULL, 0);

      test_server_reset (server);
      test_server_forge (server, &from, g_byte_array_ref (hello));
      g_assert_cmpuint (server->n_last, ==, HELLO_VERIFY_BYTES);
      g_assert_cmpmem (server->last + 5, 6, hello->data + 5, 6);
      g_assert_cmpuint (server->last[25], ==, 254);
      g_assert_cmpuint (server->last[26], ==, 255);
    }
}

static void
test_s5_lost_verify (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = stranger (1);
  TestPeer *peer;

  for (guint i = 0; i < 10; i++)
    {
      test_server_reset (server);
      test_server_forge (server, &from, test_forge_hello (1, i, NULL, 0));
      g_assert_cmpuint (server->n_datagrams, ==, 1);
      g_assert_cmpuint (server->n_last, ==, HELLO_VERIFY_BYTES);
      test_clock_advance (SECOND);
    }
  peer = test_server_add_peer (server, NULL);
  test_network_drop_nth (server->pair->network, 1);
  g_assert_true (test_server_finish (server, peer, 5 * SECOND));
}

static void
test_s6_bound_to_address (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = test_address ("198.18.0.1", 5000);
  DtlsAddress port = test_address ("198.18.0.1", 5001);
  DtlsAddress host = test_address ("198.18.0.2", 5000);
  DtlsAddress family = test_address ("2001:db8::1", 5000);
  const DtlsAddress *others[] = { &port, &host, &family };
  g_autoptr (GByteArray) hello = ask_cookie (server, &from, 1);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      test_server_reset (server);
      test_server_forge (server, others[i], g_byte_array_ref (hello));
      g_assert_cmpuint (server->n_datagrams, ==, 1);
      g_assert_cmpuint (server->n_last, ==, HELLO_VERIFY_BYTES);
      g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
    }
  test_server_forge (server, &from, g_byte_array_ref (hello));
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 1);
}

/* With the hello body, too, would be RECOMMENDED; the cookie at least is good for its path alone. */
static void
test_s6_forged (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = stranger (1);
  g_autoptr (GByteArray) hello = ask_cookie (server, &from, 1);
  const guint cookie = DTLS_RECORD_HEADER_BYTES + 12 + 34 + 2;

  for (guint i = 0; i < 16; i++)
    {
      hello->data[cookie + i] ^= 1;
      test_server_reset (server);
      test_server_forge (server, &from, g_byte_array_ref (hello));
      g_assert_cmpuint (server->n_last, ==, HELLO_VERIFY_BYTES);
      g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
      hello->data[cookie + i] ^= 1;
    }
}

static void
test_s7_rotation (void)
{
  static const struct { gint64 later_us; gboolean good; } cases[] = {
    { 0, TRUE },
    { PERIOD_US, TRUE },
    { 3 * PERIOD_US, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestServer) server = test_server_new ();
      DtlsAddress from = stranger (1);
      g_autoptr (GByteArray) hello = ask_cookie (server, &from, 1);

      test_server_run (server, cases[i].later_us);
      test_server_reset (server);
      test_server_forge (server, &from, g_byte_array_ref (hello));
      g_assert_cmpuint (test_server_get_n_half_open (server), ==, cases[i].good);
      g_assert_cmpuint (server->n_datagrams, ==, 1);
      g_assert_cmpint (server->n_last == HELLO_VERIFY_BYTES, ==, !cases[i].good);
    }
}

static void
test_s8_copies (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = stranger (1);
  g_autoptr (GByteArray) hello = ask_cookie (server, &from, 1);
  gsize n_bytes_in = 0;

  test_server_reset (server);
  for (guint i = 0; i < 500; i++)
    {
      test_server_forge (server, &from, g_byte_array_ref (hello));
      n_bytes_in += hello->len;
      g_assert_cmpuint (test_server_get_n_half_open (server), ==, 1);
      if (i % 5 == 0)
        test_server_run (server, 20 * 1000);    /* two seconds in all: repeats are due, too */
    }
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_VERIFIED), ==, 1);
  g_assert_cmpuint (server->n_bytes, <=, n_bytes_in);
}

/* Copies with other sequence numbers are copies as well. */
static void
test_s8_renumbered (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  DtlsAddress from = stranger (1);
  g_autoptr (GByteArray) hello = ask_cookie (server, &from, 1);
  gsize n_bytes_in = 0;

  test_server_reset (server);
  for (guint i = 0; i < 500; i++)
    {
      hello->data[9] = i >> 8;
      hello->data[10] = i;
      test_server_forge (server, &from, g_byte_array_ref (hello));
      n_bytes_in += hello->len;
    }
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 1);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_VERIFIED), ==, 1);
  g_assert_cmpuint (server->n_bytes, <=, n_bytes_in);
}

/* S25, S26 for strangers: junk in the same burst costs a good hello nothing. */
static void
test_s25_junk_before_hello (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  g_autoptr (GByteArray) boast = test_forge_record (23, 1, 0, server, 50);
  TestPeer *peer = test_server_add_peer (server, NULL);

  boast->data[11] = 0x3f;
  boast->data[12] = 0xff;
  for (guint i = 0; i < 20; i++)
    {
      test_server_inject (server, &peer->local, NULL, 0);
      test_server_inject (server, &peer->local, "\x16", 1);
      test_server_inject (server, &peer->local, boast->data, boast->len);
    }
  g_assert_true (test_server_finish (server, peer, SECOND / 2));        /* without a repeat */
}

static void
test_not_accepting (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *old = test_server_establish (server, NULL), *new;

  dtls_listener_stop_accepting (dtls_core_get_listener (server->pair->server));
  test_server_reset (server);
  new = test_server_add_peer (server, NULL);
  g_assert_false (test_server_finish (server, new, 5 * SECOND));
  g_assert_cmpuint (server->n_datagrams, ==, 0);
  g_assert_cmpuint (server->pair->server_counts[DTLS_COUNT_NOT_ACCEPTED], >, 0);
  g_assert_true (test_server_answers (server, old, "still here"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/listener/s1-stateless", test_s1_stateless);
  g_test_add_func ("/dtls/listener/s1-rows", test_s1_rows);
  g_test_add_func ("/dtls/listener/s2-no-amplification", test_s2_no_amplification);
  g_test_add_func ("/dtls/listener/s3-no-answer", test_s3_no_answer);
  g_test_add_func ("/dtls/listener/s3-trailing", test_s3_trailing);
  g_test_add_func ("/dtls/listener/s3-fragments", test_s3_fragments);
  g_test_add_func ("/dtls/listener/s4-sequence", test_s4_sequence);
  g_test_add_func ("/dtls/listener/s5-lost-verify", test_s5_lost_verify);
  g_test_add_func ("/dtls/listener/s6-bound-to-address", test_s6_bound_to_address);
  g_test_add_func ("/dtls/listener/s6-forged", test_s6_forged);
  g_test_add_func ("/dtls/listener/s7-rotation", test_s7_rotation);
  g_test_add_func ("/dtls/listener/s8-copies", test_s8_copies);
  g_test_add_func ("/dtls/listener/s8-renumbered", test_s8_renumbered);
  g_test_add_func ("/dtls/listener/s25-junk-before-hello", test_s25_junk_before_hello);
  g_test_add_func ("/dtls/listener/not-accepting", test_not_accepting);
  return g_test_run ();
}
