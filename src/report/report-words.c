/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-private.h"

#include <glib/gi18n-lib.h>

#include "report-text.h"

/**
 * report_duration_to_string:
 * @ms: any number of milliseconds
 *
 * Returns: (transfer full): "400 ms", "2 s", "30 min". Thread: any.
 */
char *
report_duration_to_string (gint64 ms)
{
  if (ms < 1000)
    /* Translators: milliseconds */
    return g_strdup_printf (_("%d ms"), (int) MAX (ms, 0));
  if (ms < 120 * 1000)
    /* Translators: seconds */
    return g_strdup_printf (_("%d s"), (int) ((ms + 500) / 1000));
  /* Translators: minutes */
  return g_strdup_printf (_("%d min"), (int) ((ms + 30000) / 60000));
}

/**
 * report_version_to_string:
 * @version: as on the wire, for example 0xfeff
 *
 * Returns: (transfer full): "DTLS 1.0". Thread: any. Source: RFC 6347, RFC 9147.
 */
char *
report_version_to_string (guint version)
{
  if (version == 0xfeff || version == 0x0100)
    return g_strdup ("DTLS 1.0");
  if (version == 0xfefd)
    return g_strdup ("DTLS 1.2");
  if (version == 0xfefc)
    return g_strdup ("DTLS 1.3");
  if (version >= 0x0301 && version <= 0x0304)
    return g_strdup_printf ("TLS 1.%u", version - 0x0301);
  /* Translators: a protocol version that has no name, as four hex digits */
  return g_strdup_printf (_("version %04x"), version & 0xffff);
}

/* "127.0.0.1", "::1": the address alone, in words that have the port elsewhere */
static void
append_address (GString           *text,
                const DtlsAddress *address)
{
  char bare[DTLS_ADDRESS_TEXT_BYTES];

  dtls_address_print (address, DTLS_ADDRESS_BARE, bare);
  g_string_append (text, bare);
}

/**
 * report_append_peer:
 * @peer: whom to name; all zero: not known
 *
 * Appends `(127.0.0.1:41022)`, `([::1]:22334)`, or `(…)` when @peer is not known. Thread: any.
 */
void
report_append_peer (GString           *text,
                    const DtlsAddress *peer)
{
  char endpoint[DTLS_ADDRESS_TEXT_BYTES];

  g_return_if_fail (text != NULL);
  g_return_if_fail (peer != NULL);

  if (!report_is_known (peer))
    {
      g_string_append (text, "(…)");
      return;
    }
  dtls_address_print (peer, DTLS_ADDRESS_ENDPOINT, endpoint);
  g_string_append_c (text, '(');
  g_string_append (text, endpoint);
  g_string_append_c (text, ')');
}

/**
 * report_event_append_who:
 * @text: what to append to
 *
 * Appends how sentences about @event begin: the connection's name, escaped, or `(ADDRESS:PORT)`.
 * Thread: any.
 */
void
report_event_append_who (const DtlsEvent *event,
                         GString         *text)
{
  g_return_if_fail (event != NULL);
  g_return_if_fail (text != NULL);

  if (report_is_client (event) && event->n_name > 0)
    report_text_append_escaped (text, dtls_event_name (event), event->n_name, REPORT_TEXT_LINE,
                                REPORT_IDENTITY_CHARS);
  else
    report_append_peer (text, &event->peer);
}

/**
 * report_words_init:
 * @words: to be cleared with report_words_clear()
 *
 * The parts of @event that sentences name: who, the other side's address, identity and text, all
 * escaped. Thread: any.
 */
void
report_words_init (ReportWords     *words,
                   const DtlsEvent *event)
{
  GString *who = g_string_new (NULL);
  GString *peer = g_string_new (NULL);
  GString *host = g_string_new (NULL);
  GString *identity = g_string_new (NULL);
  GString *text = g_string_new (NULL);

  report_append_peer (peer, &event->peer);
  append_address (host, &event->peer);
  if (event->n_identity == 0 && !report_is_known (&event->peer))
    g_string_append (identity, "…");
  report_text_append_escaped (identity, dtls_event_identity (event), event->n_identity,
                              REPORT_TEXT_LINE, REPORT_IDENTITY_CHARS);
  report_text_append_escaped (text, dtls_event_text (event), event->n_text,
                              REPORT_TEXT_LINE, REPORT_REASON_CHARS);
  report_event_append_who (event, who);
  words->who = g_string_free (who, FALSE);
  words->peer = g_string_free (peer, FALSE);
  words->host = g_string_free (host, FALSE);
  words->identity = g_string_free (identity, FALSE);
  words->text = g_string_free (text, FALSE);
}

/**
 * report_words_clear:
 *
 * Frees the words; @words itself is the caller's. Thread: any.
 */
void
report_words_clear (ReportWords *words)
{
  g_free (words->who);
  g_free (words->peer);
  g_free (words->host);
  g_free (words->identity);
  g_free (words->text);
}
