/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-hex.h"

static const char DIGITS[] = "0123456789abcdef";

/* Writes "17 fe fd" without a NUL: 3 characters a byte, one less in all. */
static char *
put_bytes (char         *at,
           const guint8 *bytes,
           gsize         n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++)
    {
      if (i > 0)
        *at++ = ' ';
      *at++ = DIGITS[bytes[i] >> 4];
      *at++ = DIGITS[bytes[i] & 15];
    }
  return at;
}

/**
 * report_hex_append:
 * @text: what to append to
 * @bytes: (array length=n_bytes): any number of bytes
 *
 * Appends the bytes in lower-case hex with one space between. Thread: any.
 */
void
report_hex_append (GString      *text,
                   const guint8 *bytes,
                   gsize         n_bytes)
{
  gsize from;

  g_return_if_fail (text != NULL);
  g_return_if_fail (bytes != NULL || n_bytes == 0);

  if (n_bytes == 0)
    return;
  from = text->len;
  g_string_set_size (text, from + 3 * n_bytes - 1);
  put_bytes (text->str + from, bytes, n_bytes);
}

/**
 * report_hex_append_offset:
 * @offset: of the row's first byte
 *
 * Appends four hex digits (more when they are needed) and two spaces. Thread: any.
 */
void
report_hex_append_offset (GString *text,
                          gsize    offset)
{
  char line[sizeof (gsize) * 2 + 2];
  guint n_digits = 4, i;

  g_return_if_fail (text != NULL);

  while (n_digits < sizeof (gsize) * 2 && offset >> (4 * n_digits) != 0)
    n_digits++;
  for (i = 0; i < n_digits; i++)
    line[i] = DIGITS[offset >> (4 * (n_digits - 1 - i)) & 15];
  line[i++] = ' ';
  line[i++] = ' ';
  g_string_append_len (text, line, i);
}

/**
 * report_hex_append_row:
 * @bytes: (array length=n_bytes): the whole record
 * @from: offset of the row's first byte
 * @per_row: bytes in a full row: 8, 16 or 32
 *
 * Appends one row: bytes with an additional space after each eight, no space at the end.
 * Thread: any.
 */
void
report_hex_append_row (GString      *text,
                       const guint8 *bytes,
                       gsize         n_bytes,
                       gsize         from,
                       guint         per_row)
{
  gsize to;

  g_return_if_fail (text != NULL);
  g_return_if_fail (per_row > 0);

  to = MIN (n_bytes, from + per_row);
  for (gsize at = from; at < to; at += 8)
    {
      if (at > from)
        g_string_append_len (text, "  ", 2);
      report_hex_append (text, bytes + at, MIN (8, to - at));
    }
}
