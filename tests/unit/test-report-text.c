/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "report-text.h"

static char *
escape (const char      *bytes,
        gsize            n_bytes,
        ReportTextStyle  style,
        guint            max_chars)
{
  GString *text = g_string_new (NULL);

  report_text_append_escaped (text, (const guint8 *) bytes, n_bytes, style, max_chars);
  return g_string_free (text, FALSE);
}

#define assert_line(bytes, expected) \
  G_STMT_START \
    { \
      g_autofree char *shown = escape (bytes, sizeof bytes - 1, REPORT_TEXT_LINE, 0); \
      g_assert_cmpstr (shown, ==, expected); \
    } \
  G_STMT_END

static void
test_escape_plain (void)
{
  assert_line ("", "");
  assert_line ("Alice (clone number 0)", "Alice (clone number 0)");
  assert_line ("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x92", "café € 🔒");
}

static void
test_escape_controls (void)
{
  assert_line ("a\0b", "a\\x00b");
  assert_line ("a\nb\rc\td", "a\\nb\\rc\\td");
  assert_line ("\x1b[31mred\x7f", "\\x1b[31mred\\x7f");
  assert_line ("\xc2\x85\xc2\x9b", "\\u{85}\\u{9b}");
  assert_line ("x\xe2\x80\xa8y\xe2\x80\xa9", "x\\u{2028}y\\u{2029}");
}

static void
test_escape_bidi (void)
{
  assert_line ("\xe2\x80\xae" "evil\xe2\x81\xa6", "\\u{202e}evil\\u{2066}");
  assert_line ("\xe2\x80\x8f\xe2\x80\x8b\xef\xbb\xbf", "\\u{200f}\\u{200b}\\u{feff}");
  assert_line ("\xf3\xa0\x81\x81", "\\u{e0041}");
}

static void
test_escape_invalid (void)
{
  assert_line ("\xff\xfe", "\\xff\\xfe");
  assert_line ("a\xc3", "a\\xc3");                      /* cut */
  assert_line ("\xc0\xaf", "\\xc0\\xaf");               /* overlong */
  assert_line ("\xed\xa0\x80", "\\xed\\xa0\\x80");      /* surrogate */
  assert_line ("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");     /* beyond U+10FFFF */
  assert_line ("\xe2\x82" "a", "\\xe2\\x82a");
}

/* Markup has no meaning, so it stays as it came. */
static void
test_escape_markup (void)
{
  assert_line ("<b>&amp;</b> <img src=\"/etc/passwd\">", "<b>&amp;</b> <img src=\"/etc/passwd\">");
}

/* P1: five identities look like five. */
static void
test_escape_tells_apart (void)
{
  static const struct { const char *bytes; gsize n; } IDENTITIES[] = {
    { "id", 2 }, { "id\0", 3 }, { "id\0x", 4 }, { "id\\x00", 6 }, { " id", 3 }, { "ID", 2 },
    { "id\\", 3 }, { "id\n", 3 }, { "id\\n", 4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (IDENTITIES); i++)
    for (guint j = 0; j < i; j++)
      {
        g_autofree char *a = escape (IDENTITIES[i].bytes, IDENTITIES[i].n, REPORT_TEXT_LINE, 64);
        g_autofree char *b = escape (IDENTITIES[j].bytes, IDENTITIES[j].n, REPORT_TEXT_LINE, 64);

        g_assert_cmpstr (a, !=, b);
      }
}

static void
test_escape_block (void)
{
  g_autofree char *shown = escape ("a\n\tb\\c\r\0", 8, REPORT_TEXT_BLOCK, 0);

  g_assert_cmpstr (shown, ==, "a\n\tb\\c\\r\\x00");
}

static void
test_escape_bound (void)
{
  g_autofree char *exact = escape ("abcd", 4, REPORT_TEXT_LINE, 4);
  g_autofree char *cut = escape ("abcde", 5, REPORT_TEXT_LINE, 4);
  g_autofree char *wide = escape ("\xc3\xa9\xc3\xa9\xc3\xa9", 6, REPORT_TEXT_LINE, 2);
  g_autofree char *escaped = escape ("\0\0\0", 3, REPORT_TEXT_LINE, 9);
  g_autofree char *none = escape ("", 0, REPORT_TEXT_LINE, 1);

  g_assert_cmpstr (exact, ==, "abcd");
  g_assert_cmpstr (cut, ==, "abcd…");
  g_assert_cmpstr (wide, ==, "éé…");
  g_assert_cmpstr (escaped, ==, "\\x00\\x00…");
  g_assert_cmpstr (none, ==, "");
}

/* Whatever comes, what is shown is valid UTF-8 of one line, without anything that moves text. */
static void
test_escape_random (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 5000; round++)
    {
      guint8 bytes[64];
      gsize n = (gsize) g_rand_int_range (rand, 0, sizeof bytes);
      g_autofree char *shown = NULL;

      for (gsize i = 0; i < n; i++)
        bytes[i] = (guint8) (g_rand_boolean (rand) ? g_rand_int_range (rand, 0xc0, 256)
                                                   : g_rand_int_range (rand, 0, 0xc0));
      shown = escape ((const char *) bytes, n, REPORT_TEXT_LINE, 20);
      g_assert_true (g_utf8_validate (shown, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (shown, -1), <=, 21);
      for (const char *at = shown; *at != '\0'; at = g_utf8_next_char (at))
        g_assert_true (g_unichar_isprint (g_utf8_get_char (at)));
    }
}

static void
test_json_string (void)
{
  static const char BYTES[]
    = "q\"b\\n\n\t\x01\x7f\0\xff\xe2\x80\xae\xe2\x80\xa8\xf3\xa0\x81\x81 é";
  GString *text = g_string_new (NULL);
  g_autofree char *json = NULL;

  report_text_append_json (text, (const guint8 *) BYTES, sizeof BYTES - 1);
  json = g_string_free (text, FALSE);
  g_assert_cmpstr (json, ==, "\"q\\\"b\\\\n\\n\\t\\u0001\\u007f\\u0000\\\\xff\\u202e\\u2028"
                             "\\udb40\\udc41 é\"");
}

static void
test_time (void)
{
  GString *text = g_string_new (NULL);
  g_autofree char *all = NULL;

  report_text_append_rfc3339 (text, G_GINT64_CONSTANT (1795262621120123));
  g_string_append_c (text, ' ');
  report_text_append_rfc3339 (text, 0);
  g_string_append_c (text, ' ');
  report_text_append_rfc3339 (text, -1);
  all = g_string_free (text, FALSE);
  g_assert_cmpstr (all, ==, "2026-11-21T12:03:41.120123Z 1970-01-01T00:00:00.000000Z "
                            "1969-12-31T23:59:59.999999Z");
}

static void
test_time_local (void)
{
  g_autoptr(GString) text = g_string_new (NULL);

  report_text_append_time (text, G_GINT64_CONSTANT (1795262621120999));
  g_assert_cmpuint (text->len, ==, 12);
  g_assert_true (g_str_has_suffix (text->str, ":41.120"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/text/p2-plain", test_escape_plain);
  g_test_add_func ("/report/text/p2-controls", test_escape_controls);
  g_test_add_func ("/report/text/p2-bidi", test_escape_bidi);
  g_test_add_func ("/report/text/p2-invalid-utf8", test_escape_invalid);
  g_test_add_func ("/report/text/p2-markup", test_escape_markup);
  g_test_add_func ("/report/text/p1-tells-identities-apart", test_escape_tells_apart);
  g_test_add_func ("/report/text/p2-block", test_escape_block);
  g_test_add_func ("/report/text/p2-bound", test_escape_bound);
  g_test_add_func ("/report/text/p2-random", test_escape_random);
  g_test_add_func ("/report/text/json-string", test_json_string);
  g_test_add_func ("/report/text/rfc3339", test_time);
  g_test_add_func ("/report/text/local-time", test_time_local);
  return g_test_run ();
}
