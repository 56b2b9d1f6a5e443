/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-record.h"

#include <string.h>

#include "dtls-session-private.h"
#include "test-forge.h"

enum
{
  MESSAGE_LENGTH = DTLS_RECORD_HEADER_BYTES + 2,        /* the lower two of three bytes */
  FRAGMENT_LENGTH = DTLS_RECORD_HEADER_BYTES + 10,
  HELLO_BODY = DTLS_RECORD_HEADER_BYTES + 12,
  COOKIE_BYTES = 16
};

/* --- a hello as our own client sends it --- */

static void
keep_cb (gpointer owner, const giovec_t *vec, int n)
{
  for (int i = 0; i < n; i++)
    g_byte_array_append (owner, vec[i].iov_base, vec[i].iov_len);
}

static const DtlsSessionHooks hooks = { keep_cb, NULL, NULL };

static GByteArray *
make_real_hello (void)
{
  GByteArray *hello = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsProfile) profile = dtls_profile_new ("compatible", &error);
  g_autoptr (DtlsSessionConfig) config = NULL;
  DtlsSession *session;

  g_assert_no_error (error);
  config = dtls_session_config_new (DTLS_ROLE_CLIENT, profile, NULL, 0, 0, &error);
  g_assert_no_error (error);
  session = dtls_session_new (config, &hooks, hello, NULL);
  g_assert_nonnull (session);
  g_assert_true ((dtls_session_tick (session) & DTLS_STEP_SENT) != 0);
  dtls_session_free (session);
  return hello;
}

static GByteArray *
copy (const GByteArray *bytes)
{
  GByteArray *same = g_byte_array_new ();

  g_byte_array_append (same, bytes->data, bytes->len);
  return same;
}

/* Bytes at the end of their own allocation, so that the sanitizers see one read too many. */
static guint8 *
copy_exactly (const guint8 *bytes, gsize n_bytes)
{
  return g_memdup2 (bytes, n_bytes);
}

static gboolean
take_one (const guint8 *bytes, gsize n_bytes, DtlsRecord *record)
{
  return dtls_record_next (&bytes, &n_bytes, record);
}

static gboolean
is_good_hello (const guint8 *bytes, gsize n_bytes, DtlsHello *hello)
{
  DtlsRecord record;

  return take_one (bytes, n_bytes, &record) && dtls_record_is_hello (&record)
         && dtls_record_parse_hello (&record, hello);
}

/* --- framing --- */

static void
test_record_fields (void)
{
  g_autoptr (GByteArray) bytes = test_forge_record (23, 1, G_GUINT64_CONSTANT (0xfedcba987654),
                                                    "hello", 5);
  const guint8 *at = bytes->data;
  gsize n_left = bytes->len;
  DtlsRecord record;

  g_assert_true (dtls_record_next (&at, &n_left, &record));
  g_assert_true (record.bytes == bytes->data);
  g_assert_cmpuint (record.n_bytes, ==, 18);
  g_assert_cmpuint (record.type, ==, 23);
  g_assert_cmpuint (record.epoch, ==, 1);
  g_assert_cmpuint (record.sequence, ==, G_GUINT64_CONSTANT (0xfedcba987654));
  g_assert_cmpuint (n_left, ==, 0);
  g_assert_true (at == bytes->data + bytes->len);
  g_assert_false (dtls_record_next (&at, &n_left, &record));
}

static void
test_record_several (void)
{
  g_autoptr (GByteArray) bytes = test_forge_record (22, 0, 0, "abc", 3);
  g_autoptr (GByteArray) second = test_forge_record (20, 0, 1, "\1", 1);
  g_autoptr (GByteArray) third = test_forge_record (22, 1, 0, "0123456789", 10);
  const guint8 types[] = { 22, 20, 22 };
  const guint8 *at;
  gsize n_left;
  DtlsRecord record;
  guint n = 0;

  g_byte_array_append (bytes, second->data, second->len);
  g_byte_array_append (bytes, third->data, third->len);
  at = bytes->data;
  n_left = bytes->len;
  g_assert_cmpuint (dtls_record_count (bytes->data, bytes->len), ==, 3);
  while (dtls_record_next (&at, &n_left, &record))
    g_assert_cmpuint (record.type, ==, types[n++]);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpuint (n_left, ==, 0);
}

/* T3: GnuTLS would fill up each of these from the next datagram. */
static void
test_record_t3_refused (void)
{
  g_autoptr (GByteArray) good = test_forge_record (23, 1, 0, "0123456789", 10);
  DtlsRecord record;

  for (guint n = 0; n < good->len; n++)
    {
      g_autofree guint8 *cut = copy_exactly (good->data, n);

      g_assert_false (take_one (cut, n, &record));
    }
  for (guint type = 0; type < 256; type++)
    {
      good->data[0] = type;
      g_assert_cmpint (take_one (good->data, good->len, &record), ==, type >= 20 && type <= 24);
    }
  good->data[0] = 23;
  for (guint major = 0; major < 256; major++)
    {
      good->data[1] = major;
      g_assert_cmpint (take_one (good->data, good->len, &record), ==, major == 0xfe);
    }
}

static void
test_record_t3_lengths (void)
{
  static const guint8 body[DTLS_MAX_RECORD_BYTES + 1];
  g_autoptr (GByteArray) most = test_forge_record (23, 1, 0, body, DTLS_MAX_RECORD_BYTES);
  g_autoptr (GByteArray) over = test_forge_record (23, 1, 0, body, DTLS_MAX_RECORD_BYTES + 1);
  g_autoptr (GByteArray) none = test_forge_record (23, 1, 0, NULL, 0);
  g_autoptr (GByteArray) boast = test_forge_record (23, 1, 0, body, 50);
  DtlsRecord record;

  g_assert_true (take_one (most->data, most->len, &record));
  g_assert_false (take_one (over->data, over->len, &record));
  g_assert_false (take_one (none->data, none->len, &record));
  boast->data[11] = 0x3f;       /* the 63 bytes that cost 30 of 30 good records */
  boast->data[12] = 0xff;
  g_assert_false (take_one (boast->data, boast->len, &record));
}

/* A bad rest costs the records before it nothing, and is left over to be counted. */
static void
test_record_t3_trailing (void)
{
  for (guint n_rest = 1; n_rest < 40; n_rest++)
    {
      g_autoptr (GByteArray) bytes = test_forge_record (23, 1, 7, "good", 4);
      const guint8 *at;
      gsize n_left;
      DtlsRecord record;

      for (guint i = 0; i < n_rest; i++)
        g_byte_array_append (bytes, (const guint8 *) "\xff", 1);
      at = bytes->data;
      n_left = bytes->len;
      g_assert_true (dtls_record_next (&at, &n_left, &record));
      g_assert_cmpuint (record.sequence, ==, 7);
      g_assert_false (dtls_record_next (&at, &n_left, &record));
      g_assert_cmpuint (n_left, ==, n_rest);
    }
}

/* Whatever comes: every record lies inside the datagram, and the walk ends. */
static void
test_record_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint round = 0; round < 20000; round++)
    {
      gsize n_bytes = g_rand_int_range (rand, 0, 200), n_left = n_bytes;
      g_autofree guint8 *bytes = g_malloc (MAX (n_bytes, 1));
      const guint8 *at = bytes;
      DtlsRecord record;

      for (gsize i = 0; i < n_bytes; i++)
        bytes[i] = g_rand_int (rand);
      for (gsize i = 0; i + 13 < n_bytes && round % 2 == 0; i += 14)
        {
          bytes[i] = g_rand_int_range (rand, 19, 26);
          bytes[i + 1] = 0xfe;
          bytes[i + 11] = 0;
          bytes[i + 12] = g_rand_int_range (rand, 0, 3);
        }
      while (dtls_record_next (&at, &n_left, &record))
        {
          g_assert_true (record.bytes >= bytes);
          g_assert_true (record.bytes + record.n_bytes == at);
          g_assert_true (at + n_left == bytes + n_bytes);
          g_assert_cmpuint (record.n_bytes, >, DTLS_RECORD_HEADER_BYTES);
        }
    }
}

/* --- hellos --- */

static void
test_record_real_hello (void)
{
  g_autoptr (GByteArray) bytes = make_real_hello ();
  DtlsHello hello;

  g_assert_true (is_good_hello (bytes->data, bytes->len, &hello));
  g_assert_cmpuint (hello.version, ==, 0xfefd);
  g_assert_cmpuint (hello.n_cookie, ==, 0);
  g_assert_cmpuint (hello.n_suites, >, 10);
  g_assert_cmpuint (hello.n_suites % 2, ==, 0);
  g_assert_true (hello.random == bytes->data + HELLO_BODY + 2);
}

static void
test_record_forged_hello (void)
{
  g_autoptr (GByteArray) plain = test_forge_hello (1, 0, NULL, 0);
  g_autoptr (GByteArray) with = test_forge_hello (1, 1, "0123456789abcdef", COOKIE_BYTES);
  DtlsHello hello;

  g_assert_true (is_good_hello (plain->data, plain->len, &hello));
  g_assert_true (is_good_hello (with->data, with->len, &hello));
  g_assert_cmpmem (hello.cookie, hello.n_cookie, "0123456789abcdef", COOKIE_BYTES);
  g_assert_cmpmem (hello.suites, hello.n_suites, "\x00\xa8\x00\xff", 4);
}

/* Every cut, with the lengths around it left alone and with all of them put right. */
static void
test_record_s3_truncated (void)
{
  g_autoptr (GByteArray) whole = make_real_hello ();
  DtlsHello hello;

  for (guint n = 0; n < whole->len; n++)
    {
      g_autofree guint8 *cut = copy_exactly (whole->data, n);

      g_assert_false (is_good_hello (cut, n, &hello));
      if (n <= HELLO_BODY)
        continue;
      cut[11] = (n - DTLS_RECORD_HEADER_BYTES) >> 8;
      cut[12] = n - DTLS_RECORD_HEADER_BYTES;
      g_assert_false (is_good_hello (cut, n, &hello));  /* a fragment now */
      cut[MESSAGE_LENGTH] = cut[FRAGMENT_LENGTH] = (n - HELLO_BODY) >> 8;
      cut[MESSAGE_LENGTH + 1] = cut[FRAGMENT_LENGTH + 1] = n - HELLO_BODY;
      /* good only where the extensions, which are optional, are left out as a whole */
      if (is_good_hello (cut, n, &hello))
        g_assert_true (hello.suites + hello.n_suites + 2 == cut + n);
    }
}

static void
assert_inside (const guint8 *part, gsize n_part, const guint8 *bytes, gsize n_bytes)
{
  g_assert_true (part >= bytes && part + n_part <= bytes + n_bytes);
}

/* Each byte with each of 255 other values: parses soundly, or is refused. */
static void
test_record_s3_mutated (void)
{
  g_autoptr (GByteArray) whole = make_real_hello ();
  g_autofree guint8 *bytes = copy_exactly (whole->data, whole->len);
  guint n_good = 0, n_refused = 0;

  for (guint at = 0; at < whole->len; at++)
    for (guint change = 1; change < 256; change++)
      {
        DtlsHello hello = { 0 };

        bytes[at] = whole->data[at] ^ change;
        if (is_good_hello (bytes, whole->len, &hello))
          {
            n_good++;
            assert_inside (hello.random, 32, bytes, whole->len);
            assert_inside (hello.cookie, hello.n_cookie, bytes, whole->len);
            assert_inside (hello.suites, hello.n_suites, bytes, whole->len);
            g_assert_cmpuint (hello.n_suites, >=, 2);
            g_assert_cmpuint (hello.version >> 8, ==, 0xfe);
          }
        else
          n_refused++;
        bytes[at] = whole->data[at];
      }
  g_assert_cmpuint (n_good, >, 0);
  g_assert_cmpuint (n_refused, >, 255 * 10);
}

static void
refuse (const GByteArray *good, guint at, guint8 value)
{
  g_autoptr (GByteArray) bad = copy (good);
  DtlsHello hello;

  g_assert_cmpuint (bad->data[at], !=, value);
  bad->data[at] = value;
  g_assert_false (is_good_hello (bad->data, bad->len, &hello));
}

/* Each rule of the shape on its own. */
static void
test_record_s3_rules (void)
{
  g_autoptr (GByteArray) good = test_forge_hello (1, 1, "0123456789abcdef", COOKIE_BYTES);
  const guint session_id = HELLO_BODY + 34, cookie = session_id + 1,
              suites = cookie + 1 + COOKIE_BYTES, compression = suites + 6;

  refuse (good, 0, 23);                         /* not a handshake record */
  refuse (good, 4, 1);                          /* encrypted */
  refuse (good, 13, 2);                         /* ServerHello */
  refuse (good, 15, 1);                         /* longer than its record */
  refuse (good, 16, good->data[16] - 1);        /* shorter than its record */
  refuse (good, 21, 1);                         /* does not begin at 0 */
  refuse (good, 24, good->data[24] - 1);        /* a fragment */
  refuse (good, HELLO_BODY, 3);                 /* TLS */
  refuse (good, session_id, 33);
  refuse (good, cookie, COOKIE_BYTES - 1);
  refuse (good, suites + 1, 0);
  refuse (good, suites + 1, 3);
  refuse (good, suites + 1, 6);
  refuse (good, compression, 0);
  refuse (good, compression, 2);
}

static void
test_record_s3_extensions (void)
{
  static const struct { const char *bytes; guint n; gboolean good; } tails[] = {
    { "\0\0", 2, TRUE },        { "\0\4\0\x17\0\0", 6, TRUE }, { "\0", 1, FALSE },
    { "\0\1\0", 3, FALSE },     { "\0\3\0\x17\0", 5, FALSE },  { "\0\4\0\x17\0\1", 6, FALSE },
    { "\0\4\0\x17\0\0\0", 7, FALSE },                          { "\0\5\0\x17\0\0", 6, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      g_autoptr (GByteArray) bytes = test_forge_hello (1, 0, NULL, 0);
      DtlsHello hello;

      g_byte_array_append (bytes, (const guint8 *) tails[i].bytes, tails[i].n);
      bytes->data[12] += tails[i].n;
      bytes->data[16] += tails[i].n;
      bytes->data[24] += tails[i].n;
      g_assert_cmpint (is_good_hello (bytes->data, bytes->len, &hello), ==, tails[i].good);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/record/fields", test_record_fields);
  g_test_add_func ("/dtls/record/several", test_record_several);
  g_test_add_func ("/dtls/record/t3-refused", test_record_t3_refused);
  g_test_add_func ("/dtls/record/t3-lengths", test_record_t3_lengths);
  g_test_add_func ("/dtls/record/t3-trailing", test_record_t3_trailing);
  g_test_add_func ("/dtls/record/random", test_record_random);
  g_test_add_func ("/dtls/record/real-hello", test_record_real_hello);
  g_test_add_func ("/dtls/record/forged-hello", test_record_forged_hello);
  g_test_add_func ("/dtls/record/s3-truncated", test_record_s3_truncated);
  g_test_add_func ("/dtls/record/s3-mutated", test_record_s3_mutated);
  g_test_add_func ("/dtls/record/s3-rules", test_record_s3_rules);
  g_test_add_func ("/dtls/record/s3-extensions", test_record_s3_extensions);
  return g_test_run ();
}
