/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-json.h"

#include "report-hex.h"
#include "report-sentence.h"
#include "report-text.h"

static void
append_string (GString      *text,
               const char   *key,
               const guint8 *bytes,
               gsize         n_bytes)
{
  g_string_append (text, key);
  report_text_append_json (text, bytes, n_bytes);
}

static void
append_sentence (const DtlsEvent *event,
                 GString         *text)
{
  g_autoptr(GString) sentence = g_string_sized_new (256);

  report_event_append_sentence (event, sentence);
  append_string (text, ",\"text\":", (const guint8 *) sentence->str, sentence->len);
  g_string_truncate (sentence, 0);
  if (report_event_append_second (event, sentence))
    append_string (text, ",\"note\":", (const guint8 *) sentence->str, sentence->len);
  if (event->code == DTLS_CODE_ESTABLISHED)
    append_string (text, ",\"cipher\":", dtls_event_text (event), event->n_text);
}

static void
append_message (const DtlsEvent *event,
                GString         *text)
{
  append_string (text, ",\"text\":", dtls_event_text (event), event->n_text);
  g_string_append (text, ",\"hex\":\"");
  report_hex_append (text, dtls_event_wire (event), event->n_wire);
  g_string_append (text, "\",\"plaintext\":\"");
  report_hex_append (text, dtls_event_text (event), event->n_text);
  g_string_append_c (text, '"');
}

static void
append_number (GString *text,
               guint64  number)
{
  char digits[20];
  guint n = 0;

  do
    {
      digits[sizeof digits - ++n] = (char) ('0' + number % 10);
      number /= 10;
    }
  while (number > 0);
  g_string_append_len (text, digits + sizeof digits - n, n);
}

/**
 * report_json_append:
 * @text: what to append to
 *
 * Appends one object and a newline: time, level, connection (a number that no other connection of
 * this run has), and where they are known name, peer and identity, then text; note (the second
 * line), cipher (IANA's name); for a message hex (the record) and plaintext (what was in it).
 * Appends nothing for an event without a row. Thread: any. Source: DESIGN 3.
 */
void
report_json_append (const DtlsEvent *event,
                    GString         *text)
{
  char endpoint[DTLS_ADDRESS_TEXT_BYTES];
  ReportLevel level = report_event_get_level (event);

  g_return_if_fail (text != NULL);

  if (level == REPORT_SILENT)
    return;
  g_string_append (text, "{\"time\":\"");
  report_text_append_rfc3339 (text, event->time_us);
  g_string_append (text, "\",\"level\":\"");
  g_string_append (text, report_level_get_name (level));
  g_string_append_c (text, '"');
  if (event->association != 0)
    {
      g_string_append (text, ",\"connection\":");
      append_number (text, event->association);
    }
  if (event->n_name > 0)
    append_string (text, ",\"name\":", dtls_event_name (event), event->n_name);
  if (event->peer.port != 0)
    {
      guint n = dtls_address_print (&event->peer, DTLS_ADDRESS_ENDPOINT, endpoint);

      append_string (text, ",\"peer\":", (const guint8 *) endpoint, n);
    }
  if (event->n_identity > 0)
    append_string (text, ",\"identity\":", dtls_event_identity (event), event->n_identity);
  if (level == REPORT_MESSAGE)
    append_message (event, text);
  else
    append_sentence (event, text);
  g_string_append (text, "}\n");
}
