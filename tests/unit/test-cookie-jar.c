/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-cookie-jar.h"

#include <string.h>

#include "test-forge.h"
#include "test-util.h"

#define PERIOD_US (DTLS_COOKIE_LIFETIME_S * (gint64) G_USEC_PER_SEC)

typedef struct
{
  DtlsCookieJar *jar;
  DtlsPath       path;
  GByteArray    *answer;
  guint          n_answers;
} Fixture;

static void
fixture_init (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  memset (self, 0, sizeof *self);
  self->jar = dtls_cookie_jar_new (DTLS_COOKIE_LIFETIME_S, 0, &error);
  g_assert_no_error (error);
  self->path.peer = test_address ("192.0.2.1", 5000);
  self->path.socket = 1;
  self->answer = g_byte_array_new ();
}

static void
fixture_clear (Fixture *self)
{
  dtls_cookie_jar_free (self->jar);
  g_byte_array_unref (self->answer);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static void
answer_cb (const DtlsPath *path, const guint8 *bytes, gsize n_bytes, gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_cmpmem (path, sizeof *path, &self->path, sizeof self->path);
  g_byte_array_set_size (self->answer, 0);
  g_byte_array_append (self->answer, bytes, n_bytes);
  self->n_answers++;
}

static DtlsRecord
take_record (GByteArray *bytes)
{
  const guint8 *at = bytes->data;
  gsize n_left = bytes->len;
  DtlsRecord record;

  g_assert_true (dtls_record_next (&at, &n_left, &record));
  return record;
}

/* Asks for a cookie; returns the hello that carries it. */
static GByteArray *
get_cookie (Fixture *self, guint64 sequence, gint64 now_us)
{
  g_autoptr (GByteArray) hello = test_forge_hello (1, sequence, NULL, 0);
  DtlsRecord record = take_record (hello);
  const guint8 *cookie;
  gsize n_cookie;

  dtls_cookie_jar_give (self->jar, &self->path, &record, now_us, answer_cb, self);
  g_assert_true (test_forge_read_cookie (self->answer->data, self->answer->len, &cookie,
                                         &n_cookie));
  return test_forge_hello (1, sequence + 1, cookie, n_cookie);
}

static gboolean
check_from (Fixture *self, const DtlsPath *path, GByteArray *hello, gint64 now_us)
{
  DtlsRecord record = take_record (hello);
  gnutls_dtls_prestate_st prestate;

  return dtls_cookie_jar_check (self->jar, path, &record, now_us, &prestate);
}

static gboolean
check (Fixture *self, GByteArray *hello, gint64 now_us)
{
  return check_from (self, &self->path, hello, now_us);
}

static void
test_cookie_jar_round (void)
{
  g_auto (Fixture) fixture;
  g_autoptr (GByteArray) hello = NULL, plain = test_forge_hello (1, 0, NULL, 0);
  gnutls_dtls_prestate_st prestate = { 0 };
  DtlsRecord record;

  fixture_init (&fixture);
  hello = get_cookie (&fixture, 0, 0);
  record = take_record (hello);
  g_assert_cmpuint (fixture.n_answers, ==, 1);
  g_assert_false (check (&fixture, plain, 0));
  g_assert_true (dtls_cookie_jar_check (fixture.jar, &fixture.path, &record, 0, &prestate));
  g_assert_cmpuint (prestate.record_seq, ==, 1);
  g_assert_cmpuint (prestate.hsk_read_seq, ==, 1);
}

/* S2: the answer is no longer than the smallest hello. */
static void
test_cookie_jar_s2_size (void)
{
  g_auto (Fixture) fixture;
  g_autoptr (GByteArray) smallest = test_forge_hello (1, 0, NULL, 0), hello = NULL;

  fixture_init (&fixture);
  hello = get_cookie (&fixture, 0, 0);
  g_assert_cmpuint (fixture.answer->len, ==, 44);
  g_assert_cmpuint (fixture.answer->len, <, smallest->len);
}

/* S4, T27: all six bytes of the sequence, and a version that commits to nothing. */
static void
test_cookie_jar_s4_sequence (void)
{
  const guint64 sequences[] = { 0, 1, 255, 256, G_GUINT64_CONSTANT (0x0102030405),
                                G_GUINT64_CONSTANT (0xa1b2c3d4e5f6) };
  g_auto (Fixture) fixture;

  fixture_init (&fixture);
  for (guint i = 0; i < G_N_ELEMENTS (sequences); i++)
    {
      g_autoptr (GByteArray) hello = get_cookie (&fixture, sequences[i], 0);
      DtlsRecord record = take_record (fixture.answer);

      g_assert_cmpuint (record.sequence, ==, sequences[i]);
      g_assert_cmpuint (record.epoch, ==, 0);
      g_assert_cmpuint (fixture.answer->data[1], ==, 254);
      g_assert_cmpuint (fixture.answer->data[DTLS_RECORD_HEADER_BYTES + 12], ==, 254);
      g_assert_cmpuint (fixture.answer->data[DTLS_RECORD_HEADER_BYTES + 13], ==, 255);
      g_assert_true (check (&fixture, hello, 0));
    }
}

/* S6: another port, address, local address, scope or socket is another client. */
static void
test_cookie_jar_s6_bound (void)
{
  g_auto (Fixture) fixture;
  g_autoptr (GByteArray) hello = NULL;
  DtlsPath other;

  fixture_init (&fixture);
  hello = get_cookie (&fixture, 0, 0);
  g_assert_true (check (&fixture, hello, 0));
  other = fixture.path;
  other.peer.port++;
  g_assert_false (check_from (&fixture, &other, hello, 0));
  for (guint i = 0; i < sizeof other.peer.ip; i++)
    {
      other = fixture.path;
      other.peer.ip[i] ^= 1;
      g_assert_false (check_from (&fixture, &other, hello, 0));
    }
  other = fixture.path;
  other.local[3] = 9;
  g_assert_false (check_from (&fixture, &other, hello, 0));
  other = fixture.path;
  other.peer.scope = 2;
  g_assert_false (check_from (&fixture, &other, hello, 0));
  other = fixture.path;
  other.socket = 2;
  g_assert_false (check_from (&fixture, &other, hello, 0));
}

static void
test_cookie_jar_s6_forged (void)
{
  g_auto (Fixture) fixture;
  g_autoptr (GByteArray) hello = NULL;

  fixture_init (&fixture);
  hello = get_cookie (&fixture, 0, 0);
  for (guint i = 0; i < 16; i++)
    {
      hello->data[DTLS_RECORD_HEADER_BYTES + 12 + 34 + 2 + i] ^= 0x40;
      g_assert_false (check (&fixture, hello, 0));
      hello->data[DTLS_RECORD_HEADER_BYTES + 12 + 34 + 2 + i] ^= 0x40;
    }
  g_assert_true (check (&fixture, hello, 0));
}

/* S7: good in its own period and in the next one, whenever it was made. */
static void
test_cookie_jar_s7_rotation (void)
{
  const gint64 made_us[] = { 0, PERIOD_US / 2, PERIOD_US - 1 };

  for (guint i = 0; i < G_N_ELEMENTS (made_us); i++)
    {
      g_auto (Fixture) fixture;
      g_autoptr (GByteArray) hello = NULL, fresh = NULL;

      fixture_init (&fixture);
      hello = get_cookie (&fixture, 0, made_us[i]);
      g_assert_true (check (&fixture, hello, PERIOD_US - 1));
      g_assert_true (check (&fixture, hello, PERIOD_US + 1));
      g_assert_true (check (&fixture, hello, 2 * PERIOD_US - 1));
      g_assert_false (check (&fixture, hello, 2 * PERIOD_US + 2));
      g_assert_false (check (&fixture, hello, 3 * PERIOD_US));
      fresh = get_cookie (&fixture, 5, 3 * PERIOD_US);  /* never an error or silence */
      g_assert_true (check (&fixture, fresh, 3 * PERIOD_US));
    }
}

/* S7, asked for nothing meanwhile: one period ago works, three periods ago does not. */
static void
test_cookie_jar_s7_quiet (void)
{
  g_auto (Fixture) one;
  g_auto (Fixture) three;
  g_autoptr (GByteArray) hello = NULL, old = NULL;

  fixture_init (&one);
  fixture_init (&three);
  hello = get_cookie (&one, 0, 0);
  g_assert_true (check (&one, hello, PERIOD_US));
  old = get_cookie (&three, 0, 0);
  g_assert_false (check (&three, old, 3 * PERIOD_US));
}

/* Random per process: a cookie of one jar means nothing to another. */
static void
test_cookie_jar_s7_random (void)
{
  g_auto (Fixture) one;
  g_auto (Fixture) other;
  g_autoptr (GByteArray) hello = NULL;

  fixture_init (&one);
  fixture_init (&other);
  hello = get_cookie (&one, 0, 0);
  g_assert_false (check (&other, hello, 0));
  g_assert_true (check (&one, hello, 0));
}

/* T26: GnuTLS would take the cookie out of any record; the parser in front of it does not. */
static void
test_cookie_jar_t26_shape (void)
{
  g_auto (Fixture) fixture;
  g_autoptr (GByteArray) hello = NULL;
  DtlsRecord record;
  DtlsHello parsed;

  fixture_init (&fixture);
  hello = get_cookie (&fixture, 0, 0);
  hello->data[0] = DTLS_CONTENT_APPLICATION_DATA;
  g_assert_true (check (&fixture, hello, 0));   /* so it is up to the parser */
  record = take_record (hello);
  g_assert_false (dtls_record_is_hello (&record));
  hello->data[0] = DTLS_CONTENT_HANDSHAKE;
  hello->data[24]--;            /* a fragment */
  g_assert_true (check (&fixture, hello, 0));
  record = take_record (hello);
  g_assert_true (dtls_record_is_hello (&record));
  g_assert_false (dtls_record_parse_hello (&record, &parsed));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/cookie-jar/round", test_cookie_jar_round);
  g_test_add_func ("/dtls/cookie-jar/s2-size", test_cookie_jar_s2_size);
  g_test_add_func ("/dtls/cookie-jar/s4-sequence", test_cookie_jar_s4_sequence);
  g_test_add_func ("/dtls/cookie-jar/s6-bound", test_cookie_jar_s6_bound);
  g_test_add_func ("/dtls/cookie-jar/s6-forged", test_cookie_jar_s6_forged);
  g_test_add_func ("/dtls/cookie-jar/s7-rotation", test_cookie_jar_s7_rotation);
  g_test_add_func ("/dtls/cookie-jar/s7-quiet", test_cookie_jar_s7_quiet);
  g_test_add_func ("/dtls/cookie-jar/s7-random", test_cookie_jar_s7_random);
  g_test_add_func ("/dtls/cookie-jar/t26-shape", test_cookie_jar_t26_shape);
  return g_test_run ();
}
