/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-text.h"

#include <time.h>

static const char HEX_DIGITS[] = "0123456789abcdef";

/* Longest escape: "\u{10ffff}" and NUL. */
#define ESCAPE_BYTES 12

/* Whether a character could change what stands around it, or cannot be seen at all. */
static gboolean
is_unsafe (gunichar c)
{
  if (c < 0x20 || (c >= 0x7f && c < 0xa0))
    return TRUE;
  if (c < 0xad)
    return FALSE;
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Takes one character from @bytes; 0 of @n_taken never happens. FALSE: a byte that is no UTF-8. */
static gboolean
take_character (const guint8 *bytes,
                gsize         n_bytes,
                gunichar     *c,
                gsize        *n_taken)
{
  *n_taken = 1;
  *c = bytes[0];
  if (*c < 0x80)
    return TRUE;

  *c = g_utf8_get_char_validated ((const char *) bytes, (gssize) MIN (n_bytes, 6));
  if (*c == (gunichar) -1 || *c == (gunichar) -2)
    {
      *c = bytes[0];
      return FALSE;
    }
  *n_taken = g_unichar_to_utf8 (*c, NULL);
  return TRUE;
}

static guint
print_byte_escape (guint8 byte,
                   char   escape[ESCAPE_BYTES])
{
  escape[0] = '\\';
  escape[1] = 'x';
  escape[2] = HEX_DIGITS[byte >> 4];
  escape[3] = HEX_DIGITS[byte & 15];
  return 4;
}

static guint
print_escape (gunichar c,
              char     escape[ESCAPE_BYTES])
{
  static const char SHORT[] = "\aa\bb\tt\nn\vv\ff\rr\\\\";

  for (guint i = 0; i + 1 < sizeof SHORT; i += 2)
    if (c == (gunichar) SHORT[i])
      {
        escape[0] = '\\';
        escape[1] = SHORT[i + 1];
        return 2;
      }
  if (c < 0x80)
    return print_byte_escape ((guint8) c, escape);
  return (guint) g_snprintf (escape, ESCAPE_BYTES, "\\u{%x}", c);
}

/* How many bytes from the start are plain: printable ASCII without a backslash. */
static gsize
count_plain (const guint8 *bytes,
             gsize         n_bytes)
{
  gsize n = 0;

  while (n < n_bytes && bytes[n] >= 0x20 && bytes[n] < 0x7f && bytes[n] != '\\')
    n++;
  return n;
}

/**
 * report_text_append_escaped:
 * @text: what to append to
 * @bytes: (array length=n_bytes): anything a peer sent
 * @style: whether newlines and tabs stay
 * @max_chars: bound on the characters appended, escapes counted as long as they are; 0: none
 *
 * Appends valid UTF-8 that shows @bytes on a screen without being able to do anything there: what
 * cannot be seen, or would move other text, becomes an escape. In %REPORT_TEXT_LINE a backslash is
 * doubled, so that two different identities never look the same. Thread: any. Source: P2.
 */
void
report_text_append_escaped (GString         *text,
                            const guint8    *bytes,
                            gsize            n_bytes,
                            ReportTextStyle  style,
                            guint            max_chars)
{
  gsize n_left = max_chars > 0 ? max_chars : G_MAXSIZE;

  g_return_if_fail (text != NULL);
  g_return_if_fail (bytes != NULL || n_bytes == 0);

  while (n_bytes > 0)
    {
      char escape[ESCAPE_BYTES];
      const char *piece = (const char *) bytes;
      gsize n_taken = count_plain (bytes, MIN (n_bytes, n_left));
      gsize n_piece = n_taken, n_chars = n_taken;
      gunichar c;

      if (n_taken == 0 && n_left > 0)
        {
          gboolean valid = take_character (bytes, n_bytes, &c, &n_taken);
          gboolean stays = valid && (c == '\\' || c == '\n' || c == '\t');

          n_piece = n_taken;
          n_chars = 1;
          if (!valid)
            n_piece = n_chars = print_byte_escape (bytes[0], escape);
          else if (stays ? style == REPORT_TEXT_LINE : is_unsafe (c))
            n_piece = n_chars = print_escape (c, escape);
          if (n_chars != 1)
            piece = escape;
        }
      if (n_chars == 0 || n_chars > n_left)
        {
          g_string_append (text, "…");
          return;
        }
      g_string_append_len (text, piece, (gssize) n_piece);
      bytes += n_taken;
      n_bytes -= n_taken;
      n_left -= n_chars;
    }
}

static void
append_json_unit (GString *text,
                  guint    unit)
{
  const char escape[6] = { '\\', 'u', HEX_DIGITS[unit >> 12 & 15], HEX_DIGITS[unit >> 8 & 15],
                           HEX_DIGITS[unit >> 4 & 15], HEX_DIGITS[unit & 15] };

  g_string_append_len (text, escape, sizeof escape);
}

static void
append_json_character (GString  *text,
                       gunichar  c)
{
  if (c == '"' || c == '\\')
    {
      g_string_append_c (text, '\\');
      g_string_append_c (text, (char) c);
    }
  else if (c == '\n')
    g_string_append (text, "\\n");
  else if (c == '\t')
    g_string_append (text, "\\t");
  else if (c == '\r')
    g_string_append (text, "\\r");
  else if (!is_unsafe (c))
    g_string_append_unichar (text, c);
  else if (c < 0x10000)
    append_json_unit (text, c);
  else
    {
      append_json_unit (text, 0xd800 + ((c - 0x10000) >> 10));
      append_json_unit (text, 0xdc00 + ((c - 0x10000) & 0x3ff));
    }
}

/**
 * report_text_append_json:
 * @text: what to append to
 * @bytes: (array length=n_bytes): anything
 *
 * Appends a JSON string, quotes included. Unsafe characters keep their value as `\uXXXX`; a byte
 * that is no UTF-8 becomes the four characters `\xNN`. Thread: any. Source: RFC 8259, section 7.
 */
void
report_text_append_json (GString      *text,
                         const guint8 *bytes,
                         gsize         n_bytes)
{
  g_return_if_fail (text != NULL);
  g_return_if_fail (bytes != NULL || n_bytes == 0);

  g_string_append_c (text, '"');
  while (n_bytes > 0)
    {
      gsize n_taken = 0;
      gunichar c;

      while (n_taken < n_bytes && bytes[n_taken] >= 0x20 && bytes[n_taken] < 0x7f &&
             bytes[n_taken] != '"' && bytes[n_taken] != '\\')
        n_taken++;
      if (n_taken > 0)
        g_string_append_len (text, (const char *) bytes, (gssize) n_taken);
      else if (take_character (bytes, n_bytes, &c, &n_taken))
        append_json_character (text, c);
      else
        {
          char escape[ESCAPE_BYTES];

          g_string_append_c (text, '\\');
          g_string_append_len (text, escape, print_byte_escape (bytes[0], escape));
        }
      bytes += n_taken;
      n_bytes -= n_taken;
    }
  g_string_append_c (text, '"');
}

static char *
put_digits (char  *at,
            guint  value,
            guint  n_digits)
{
  for (guint i = n_digits; i > 0; i--)
    {
      at[i - 1] = (char) ('0' + value % 10);
      value /= 10;
    }
  return at + n_digits;
}

static char *
put_clock (char            *at,
           const struct tm *tm)
{
  at = put_digits (at, (guint) tm->tm_hour, 2);
  *at++ = ':';
  at = put_digits (at, (guint) tm->tm_min, 2);
  *at++ = ':';
  at = put_digits (at, (guint) tm->tm_sec, 2);
  *at++ = '.';
  return at;
}

/* Seconds since 1970, rounded down also before it; @rest_us: 0 to 999999. */
static time_t
split_time (gint64  time_us,
            guint  *rest_us)
{
  gint64 seconds = time_us / G_USEC_PER_SEC;

  if (time_us % G_USEC_PER_SEC < 0)
    seconds--;
  *rest_us = (guint) (time_us - seconds * G_USEC_PER_SEC);
  return (time_t) seconds;
}

/**
 * report_text_append_time:
 * @time_us: wall clock, microseconds since 1970
 *
 * Appends the local time of day, `HH:MM:SS.mmm`. Thread: any.
 */
void
report_text_append_time (GString *text,
                         gint64   time_us)
{
  char line[12];
  struct tm tm = { 0 };
  guint rest_us;
  time_t seconds = split_time (time_us, &rest_us);

  g_return_if_fail (text != NULL);

  localtime_r (&seconds, &tm);
  put_digits (put_clock (line, &tm), rest_us / 1000, 3);
  g_string_append_len (text, line, sizeof line);
}

/**
 * report_text_append_rfc3339:
 * @time_us: wall clock, microseconds since 1970
 *
 * Appends the time in UTC as `YYYY-MM-DDTHH:MM:SS.uuuuuuZ`. Thread: any. Source: RFC 3339.
 */
void
report_text_append_rfc3339 (GString *text,
                            gint64   time_us)
{
  char line[27], *at = line;
  struct tm tm = { 0 };
  guint rest_us;
  time_t seconds = split_time (time_us, &rest_us);

  g_return_if_fail (text != NULL);

  gmtime_r (&seconds, &tm);
  at = put_digits (at, (guint) tm.tm_year + 1900, 4);
  *at++ = '-';
  at = put_digits (at, (guint) tm.tm_mon + 1, 2);
  *at++ = '-';
  at = put_digits (at, (guint) tm.tm_mday, 2);
  *at++ = 'T';
  at = put_digits (put_clock (at, &tm), rest_us, 6);
  *at = 'Z';
  g_string_append_len (text, line, sizeof line);
}
