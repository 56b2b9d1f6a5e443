/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "dtls-error.h"
#include "dtls-key.h"
#include "dtls-types.h"
#include "test-wipes.h"

static const char demo_bytes[] = "\x1a\x2b\x3c\x4d\x5e\x6f";

static void
assert_key (DtlsKey    *key,
            const void *bytes,
            gsize       n_bytes)
{
  const guint8 *found;
  gsize n_found;

  g_assert_nonnull (key);
  found = dtls_key_get_bytes (key, &n_found);
  g_assert_cmpmem (found, n_found, bytes, n_bytes);
}

static void
assert_parsed (const char    *text,
               DtlsKeyFormat  format,
               const void    *bytes,
               gsize          n_bytes)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(DtlsKey) key = dtls_key_parse (text, format, &error);

  g_assert_no_error (error);
  assert_key (key, bytes, n_bytes);
}

/* A sentence about the form, in which nothing of the key stands. */
static void
assert_refused (const char    *text,
                DtlsKeyFormat  format)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(DtlsKey) key = dtls_key_parse (text, format, &error);

  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
  g_assert_null (key);
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_assert_true (strlen (text) < 4 || strstr (error->message, text) == NULL);
}

static void
test_key_hex (void)
{
  static const char *const forms[] = {
    "1a2b3c4d5e6f", "1A2B3C4D5E6F", "1a 2b 3c 4d 5e 6f", "1a:2b:3c:4d:5e:6f", "1a,2B,3c,4D,5e,6F",
    "0x1a2b3c4d5e6f", "0X1A 0x2B 0x3c4d 5e6f", " 1a2b, 3c4d :5e6f\t\n", "0x1a, 0x2b, 0x3c, 0x4d, 0x5e, 0x6f"
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (forms); i++)
    assert_parsed (forms[i], DTLS_KEY_FORMAT_HEX, demo_bytes, 6);
  assert_parsed ("00", DTLS_KEY_FORMAT_HEX, "\0", 1);
  assert_parsed ("0x00ff", DTLS_KEY_FORMAT_HEX, "\0\xff", 2);
}

static void
test_key_hex_refused (void)
{
  static const char *const forms[] = {
    "", " ", "::", "1", "1a2", "1a 2b 3", "1 a2 b", "1 2", "0x", "0x1", "1a 0x 2b", "0x0x1a", "1a0x2b",
    "1g", "g1", "zz", "1a2b3c4d5e6G", "1a-2b", "1a.2b", "\xc3\xa4", "1a\xff", "x1a", "+1", "-1"
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (forms); i++)
    assert_refused (forms[i], DTLS_KEY_FORMAT_HEX);
}

static void
test_key_hex_bytes (void)
{
  g_autoptr(GByteArray) none = NULL, some = NULL;
  g_autoptr(GError) error = NULL;

  none = dtls_hex_parse (" , ", &error);        /* for messages: nothing is something */
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  some = dtls_hex_parse ("de ad:be,ef", &error);
  g_assert_no_error (error);
  g_assert_cmpmem (some->data, some->len, "\xde\xad\xbe\xef", 4);
}

static void
test_key_text (void)
{
  assert_parsed ("secret", DTLS_KEY_FORMAT_TEXT, "secret", 6);
  assert_parsed (" 1a 2b ", DTLS_KEY_FORMAT_TEXT, " 1a 2b ", 7);        /* blanks belong to it */
  assert_parsed ("\xc3\xa4", DTLS_KEY_FORMAT_TEXT, "\xc3\xa4", 2);
  assert_refused ("", DTLS_KEY_FORMAT_TEXT);
}

static void
test_key_base64 (void)
{
  assert_parsed ("Gis8TV5v", DTLS_KEY_FORMAT_BASE64, demo_bytes, 6);
  assert_parsed (" Gis8\nTV5v ", DTLS_KEY_FORMAT_BASE64, demo_bytes, 6);
  assert_parsed ("/w==", DTLS_KEY_FORMAT_BASE64, "\xff", 1);
  assert_parsed ("//8=", DTLS_KEY_FORMAT_BASE64, "\xff\xff", 2);
  assert_parsed ("-_8=", DTLS_KEY_FORMAT_BASE64, "\xfb\xff", 2);
  assert_refused ("", DTLS_KEY_FORMAT_BASE64);
  assert_refused ("Gis8TV5", DTLS_KEY_FORMAT_BASE64);
  assert_refused ("Gis8T===", DTLS_KEY_FORMAT_BASE64);
  assert_refused ("====", DTLS_KEY_FORMAT_BASE64);
  assert_refused ("Gi=8TV5v", DTLS_KEY_FORMAT_BASE64);
  assert_refused ("Gis8TV5!", DTLS_KEY_FORMAT_BASE64);
  assert_refused ("Gis8\xc3\xa4TV", DTLS_KEY_FORMAT_BASE64);
}

static void
test_key_length (void)
{
  g_autofree char *most = g_strnfill (DTLS_KEY_MAX_BYTES, 'k');
  g_autofree char *more = g_strnfill (DTLS_KEY_MAX_BYTES + 1, 'k');
  g_autofree char *more_hex = g_strnfill (2 * DTLS_KEY_MAX_BYTES + 2, 'a');

  g_assert_cmpuint (DTLS_KEY_MAX_BYTES, >=, 64);        /* RFC 4279, section 5.3 */
  assert_parsed (most, DTLS_KEY_FORMAT_TEXT, most, DTLS_KEY_MAX_BYTES);
  assert_refused (more, DTLS_KEY_FORMAT_TEXT);
  assert_refused (more_hex, DTLS_KEY_FORMAT_HEX);
}

static void
test_key_to_text (void)
{
  static const DtlsKeyFormat formats[] = { DTLS_KEY_FORMAT_HEX, DTLS_KEY_FORMAT_BASE64 };
  guint8 bytes[DTLS_KEY_MAX_BYTES];
  gsize n, i;

  for (i = 0; i < sizeof (bytes); i++)
    bytes[i] = (guint8) (i * 7);
  for (n = 1; n <= sizeof (bytes); n += n < 8 ? 1 : 101)
    for (i = 0; i < G_N_ELEMENTS (formats); i++)
      {
        g_autoptr(DtlsKey) key = dtls_key_new (bytes, n);
        g_autofree char *text = dtls_key_to_text (key, formats[i]);

        assert_parsed (text, formats[i], bytes, n);
      }
}

static void
test_key_to_text_forms (void)
{
  static const struct { const char *bytes; gsize n; const char *text; } cases[] = {
    { "secret", 6, "secret" }, { "\xc3\xa4 b", 4, "\xc3\xa4 b" },
    { demo_bytes, 6, NULL }, { "a\0b", 3, NULL }, { "\xff", 1, NULL }, { "a\n", 2, NULL },
    { "\xe2\x80\xae", 3, NULL }       /* a bidi control */
  };
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();
  g_autofree char *hex = dtls_key_to_text (demo, DTLS_KEY_FORMAT_HEX);
  gsize i;

  g_assert_cmpstr (hex, ==, "1a 2b 3c 4d 5e 6f");
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(DtlsKey) key = dtls_key_new ((const guint8 *) cases[i].bytes, cases[i].n);
      g_autofree char *text = dtls_key_to_text (key, DTLS_KEY_FORMAT_TEXT);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_key_looks_like_hex (void)
{
  g_assert_true (dtls_key_looks_like_hex ("1a2b3c4d"));
  g_assert_true (dtls_key_looks_like_hex ("1A2B3C4D5E6F"));
  g_assert_true (dtls_key_looks_like_hex ("deadbeef"));
  g_assert_false (dtls_key_looks_like_hex (""));
  g_assert_false (dtls_key_looks_like_hex ("1a2b3c"));          /* under 8 */
  g_assert_false (dtls_key_looks_like_hex ("1a2b3c4d5"));       /* odd */
  g_assert_false (dtls_key_looks_like_hex ("1a2b 3c4d"));
  g_assert_false (dtls_key_looks_like_hex ("1a2b3c4g"));
  g_assert_false (dtls_key_looks_like_hex ("deadbeef!"));
}

static void
test_key_demo (void)
{
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr(DtlsKey) other = dtls_key_new ((const guint8 *) demo_bytes, 5);

  assert_key (demo, demo_bytes, 6);
  assert_parsed (DTLS_DEMO_KEY_HEX, DTLS_KEY_FORMAT_HEX, demo_bytes, 6);
  g_assert_true (dtls_key_is_demo (demo));
  g_assert_false (dtls_key_is_demo (other));
}

static void
test_key_equal (void)
{
  g_autoptr(DtlsKey) a = dtls_key_new ((const guint8 *) "a\0b", 3);
  g_autoptr(DtlsKey) same = dtls_key_new ((const guint8 *) "a\0b", 3);
  g_autoptr(DtlsKey) other = dtls_key_new ((const guint8 *) "a\0c", 3);
  g_autoptr(DtlsKey) longer = dtls_key_new ((const guint8 *) "a\0b\0", 4);

  g_assert_true (dtls_key_equal (a, same));
  g_assert_false (dtls_key_equal (a, other));
  g_assert_false (dtls_key_equal (a, longer));
}

static void
test_key_random (void)
{
  g_autoptr(DtlsKey) a = dtls_key_new_random (32);
  g_autoptr(DtlsKey) b = dtls_key_new_random (32);
  gsize n_bytes;

  dtls_key_get_bytes (a, &n_bytes);
  g_assert_cmpuint (n_bytes, ==, 32);
  g_assert_false (dtls_key_equal (a, b));
}

static void
test_key_wiped (void)
{
  static const char secret[] = "a secret of 24 bytes, 24";
  DtlsKey *key = dtls_key_new ((const guint8 *) secret, 24);

  test_wipes_start (secret, 24);
  dtls_key_ref (key);
  dtls_key_unref (key);
  g_assert_cmpuint (test_wipes_stop (), ==, 0);         /* somebody still has it */
  test_wipes_start (secret, 24);
  dtls_key_unref (key);
  g_assert_cmpuint (test_wipes_stop (), ==, 1);
}

static void
test_key_wiped_parsing (void)
{
  static const char secret[] = "a secret of 24 bytes, 24";
  g_autoptr(DtlsKey) plain = dtls_key_new ((const guint8 *) secret, 24);
  g_autofree char *hex = dtls_key_to_text (plain, DTLS_KEY_FORMAT_HEX);
  g_autofree char *base64 = dtls_key_to_text (plain, DTLS_KEY_FORMAT_BASE64);
  g_autofree char *wrong = g_strconcat (hex, " 1", NULL);
  DtlsKey *key;

  test_wipes_start (secret, 24);
  key = dtls_key_parse (hex, DTLS_KEY_FORMAT_HEX, NULL);
  g_assert_cmpuint (test_wipes_stop (), ==, 1);         /* the bytes on their way into the key */
  dtls_key_unref (key);
  test_wipes_start (secret, 24);
  key = dtls_key_parse (base64, DTLS_KEY_FORMAT_BASE64, NULL);
  g_assert_cmpuint (test_wipes_stop (), ==, 2);
  dtls_key_unref (key);
  test_wipes_start (secret, 24);
  g_assert_null (dtls_key_parse (wrong, DTLS_KEY_FORMAT_HEX, NULL));
  g_assert_cmpuint (test_wipes_stop (), ==, 1);         /* also when it failed late */
}

static void
test_key_quiet_errors (void)
{
  static const char *const texts[] = { "5ec2e7!", "5ec2e", "5ec2e7 5ec2e7 5", "0x5ec2e7zz" };
  static const DtlsKeyFormat formats[] = { DTLS_KEY_FORMAT_HEX, DTLS_KEY_FORMAT_BASE64 };
  gsize i, j;

  for (i = 0; i < G_N_ELEMENTS (texts); i++)
    for (j = 0; j < G_N_ELEMENTS (formats); j++)
      {
        g_autoptr(GError) error = NULL;
        g_autoptr(DtlsKey) key = dtls_key_parse (texts[i], formats[j], &error);

        g_assert_null (key);
        g_assert_null (strstr (error->message, "5e"));
        g_assert_null (strstr (error->message, "zz"));
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/key/hex", test_key_hex);
  g_test_add_func ("/dtls/key/hex-refused", test_key_hex_refused);
  g_test_add_func ("/dtls/key/hex-bytes", test_key_hex_bytes);
  g_test_add_func ("/dtls/key/text", test_key_text);
  g_test_add_func ("/dtls/key/base64", test_key_base64);
  g_test_add_func ("/dtls/key/p1-length", test_key_length);
  g_test_add_func ("/dtls/key/to-text", test_key_to_text);
  g_test_add_func ("/dtls/key/to-text-forms", test_key_to_text_forms);
  g_test_add_func ("/dtls/key/looks-like-hex", test_key_looks_like_hex);
  g_test_add_func ("/dtls/key/demo", test_key_demo);
  g_test_add_func ("/dtls/key/equal", test_key_equal);
  g_test_add_func ("/dtls/key/random", test_key_random);
  g_test_add_func ("/dtls/key/p3-wiped-on-free", test_key_wiped);
  g_test_add_func ("/dtls/key/p3-wiped-after-parsing", test_key_wiped_parsing);
  g_test_add_func ("/dtls/key/p3-errors-say-nothing", test_key_quiet_errors);
  return g_test_run ();
}
