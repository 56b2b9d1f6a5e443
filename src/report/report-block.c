/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-block.h"

#include <glib/gi18n-lib.h>

#include "report-hex.h"
#include "report-private.h"
#include "report-text.h"

static void
append_record_note (const DtlsEvent *event,
                    GString         *text)
{
  /* Translators: both are numbers; a datagram may hold several records */
  g_string_append_printf (text, _("record %u of %u in this datagram"), event->record,
                          event->n_records);
}

/**
 * report_block_append_caption:
 * @event: a message
 *
 * Appends what stands above the hex rows: `DTLS datagram:   87 bytes`; from the second record of a
 * datagram on, which one it is. A client's first line ends in `DTLS datagram:` itself, so there
 * only the size follows. Thread: any.
 */
void
report_block_append_caption (const DtlsEvent *event,
                             GString         *text)
{
  g_return_if_fail (event != NULL);
  g_return_if_fail (text != NULL);

  if (!report_is_client (event))
    g_string_append (text, _("DTLS datagram:"));
  g_string_append (text, "   ");
  g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, "%u byte", "%u bytes",
                                             event->n_wire), event->n_wire);
  if (event->record > 1)
    {
      g_string_append (text, ", ");
      append_record_note (event, text);
    }
}

/**
 * report_block_append:
 * @event: a message
 *
 * Appends the block as the original pair prints it, an empty line first; the text's own newlines
 * and tabs stay. Thread: any. Source: ORIGINALS 5.3.
 */
void
report_block_append (const DtlsEvent *event,
                     GString         *text)
{
  g_return_if_fail (event != NULL);
  g_return_if_fail (text != NULL);

  g_string_append (text, "\n---------------\n");
  report_event_append_sentence (event, text);
  g_string_append_c (text, '\n');
  if (!report_is_client (event))
    {
      g_string_append (text, _("DTLS datagram:"));
      g_string_append_c (text, '\n');
    }
  if (event->record > 1)
    {
      append_record_note (event, text);
      g_string_append_c (text, '\n');
    }
  report_hex_append (text, dtls_event_wire (event), event->n_wire);
  g_string_append_c (text, '\n');
  g_string_append (text, _("As plain text:"));
  g_string_append_c (text, '\n');
  report_text_append_escaped (text, dtls_event_text (event), event->n_text, REPORT_TEXT_BLOCK, 0);
  g_string_append_c (text, '\n');
}
