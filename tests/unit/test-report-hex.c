/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-hex.h"

static const guint8 BYTES[] = { 0x17, 0xfe, 0xfd, 0x00, 0x01, 0xab, 0xcd, 0xef, 0x10, 0x20,
                                0x30, 0x40, 0x50, 0x60, 0x70, 0x80, 0x90, 0xa0 };

static void
test_append (void)
{
  g_autoptr(GString) text = g_string_new ("x: ");

  report_hex_append (text, BYTES, 0);
  g_assert_cmpstr (text->str, ==, "x: ");
  report_hex_append (text, BYTES, 1);
  g_assert_cmpstr (text->str, ==, "x: 17");
  report_hex_append (text, BYTES + 1, 3);
  g_assert_cmpstr (text->str, ==, "x: 17fe fd 00");
}

static void
test_every_byte (void)
{
  for (guint i = 0; i < 256; i++)
    {
      guint8 byte = (guint8) i;
      g_autoptr(GString) text = g_string_new (NULL);
      g_autofree char *expected = g_strdup_printf ("%02x", i);

      report_hex_append (text, &byte, 1);
      g_assert_cmpstr (text->str, ==, expected);
    }
}

static void
test_offset (void)
{
  g_autoptr(GString) text = g_string_new (NULL);

  report_hex_append_offset (text, 0);
  report_hex_append_offset (text, 0x10);
  report_hex_append_offset (text, 0xffff);
  report_hex_append_offset (text, 0x12345);
  g_assert_cmpstr (text->str, ==, "0000  0010  ffff  12345  ");
}

static void
test_row (void)
{
  g_autoptr(GString) text = g_string_new (NULL);

  report_hex_append_row (text, BYTES, sizeof BYTES, 0, 16);
  g_assert_cmpstr (text->str, ==, "17 fe fd 00 01 ab cd ef  10 20 30 40 50 60 70 80");
  g_string_truncate (text, 0);
  report_hex_append_row (text, BYTES, sizeof BYTES, 16, 16);
  g_assert_cmpstr (text->str, ==, "90 a0");
  g_string_truncate (text, 0);
  report_hex_append_row (text, BYTES, sizeof BYTES, 8, 8);
  g_assert_cmpstr (text->str, ==, "10 20 30 40 50 60 70 80");
  g_string_truncate (text, 0);
  report_hex_append_row (text, BYTES, sizeof BYTES, 18, 8);
  g_assert_cmpstr (text->str, ==, "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/hex/append", test_append);
  g_test_add_func ("/report/hex/every-byte", test_every_byte);
  g_test_add_func ("/report/hex/offset", test_offset);
  g_test_add_func ("/report/hex/row", test_row);
  return g_test_run ();
}
