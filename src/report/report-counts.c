/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-sentence.h"

#include <glib/gi18n-lib.h>

/* The row of one count that grew by @n, or NULL for a count that is no news. No macro:
 * xgettext does not look into one. */
static const char *
get_format (DtlsCount what,
            gulong    n)
{
  switch (what)
    {
    case DTLS_COUNT_NOT_DTLS:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu datagram from an unknown peer was not DTLS and got no answer",
                          "%lu datagrams from unknown peers were not DTLS and got no answer", n);
    case DTLS_COUNT_LATE:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu datagram came after its connection had ended and got no answer",
                          "%lu datagrams came after their connection had ended and got no answer",
                          n);
    case DTLS_COUNT_EMPTY:
      return g_dngettext (GETTEXT_PACKAGE,
                          "A spurious read notification: %lu empty datagram was dropped",
                          "A spurious read notification: %lu empty datagrams were dropped", n);
    case DTLS_COUNT_TRUNCATED:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu datagram was too long and was dropped",
                          "%lu datagrams were too long and were dropped", n);
    case DTLS_COUNT_HELLOS_UNLISTED:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu more hello was not verified yet and is not listed",
                          "%lu more hellos were not verified yet and are not listed", n);
    case DTLS_COUNT_HANDSHAKES_UNLISTED:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu more handshake began and is not listed before it is done",
                          "%lu more handshakes began and are not listed before they are done", n);
    case DTLS_COUNT_IDENTITIES_CUT:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu identity was longer than the limit and was taken for unknown",
                          "%lu identities were longer than the limit and were taken for unknown",
                          n);
    case DTLS_COUNT_NOT_ACCEPTED:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu hello was ignored: the server is not accepting new connections",
                          "%lu hellos were ignored: the server is not accepting new connections",
                          n);
    case DTLS_COUNT_MALFORMED:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu malformed datagram of a known peer was dropped",
                          "%lu malformed datagrams of known peers were dropped", n);
    case DTLS_COUNT_DISCARDED:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu record was refused: forged, repeated, not encrypted or old",
                          "%lu records were refused: forged, repeated, not encrypted or old", n);
    case DTLS_COUNT_HELD_DROPPED:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu record came too early and could not be kept",
                          "%lu records came too early and could not be kept", n);
    case DTLS_COUNT_HALF_OPEN_EVICTED:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu unfinished handshake was dropped to make room",
                          "%lu unfinished handshakes were dropped to make room", n);
    case DTLS_COUNT_HALF_OPEN_AGED:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu handshake was not finished in time and was dropped",
                          "%lu handshakes were not finished in time and were dropped", n);
    case DTLS_COUNT_CONNECTIONS_EVICTED:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu idle connection was dropped to make room",
                          "%lu idle connections were dropped to make room", n);
    case DTLS_COUNT_CONNECTIONS_IDLE:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu silent connection was closed",
                          "%lu silent connections were closed", n);
    case DTLS_COUNT_SEND_ERRORS:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu datagram could not be sent",
                          "%lu datagrams could not be sent", n);
    case DTLS_COUNT_KERNEL_DROPS:
      return g_dngettext (GETTEXT_PACKAGE,
                          "The system dropped %lu datagram: it came faster than it was read",
                          "The system dropped %lu datagrams: they came faster than they were read",
                          n);
    case DTLS_COUNT_EVENTS_LOST:
      return g_dngettext (GETTEXT_PACKAGE,
                          "%lu event is not shown: it came faster than it was read",
                          "%lu events are not shown: they came faster than they were read", n);
    case DTLS_COUNT_HELLOS:       /* each has its own row, or is among the unlisted */
    case DTLS_N_COUNTS:
    default:
      return NULL;
    }
}

/**
 * report_counts_foreach_row:
 * @before: the running totals when this was called last
 * @after: the totals now
 * @func: (scope call): gets each row; its text lives for the call
 *
 * One row for each count that grew. Call at most once a second (B2). Thread: any. Source: B3.
 */
void
report_counts_foreach_row (const guint64 before[DTLS_N_COUNTS],
                           const guint64 after[DTLS_N_COUNTS],
                           ReportRowFunc func,
                           gpointer      user_data)
{
  g_autoptr(GString) text = g_string_new (NULL);

  g_return_if_fail (func != NULL);

  for (guint i = 0; i < DTLS_N_COUNTS; i++)
    {
      gulong n = after[i] > before[i] ? (gulong) (after[i] - before[i]) : 0;
      const char *format = n > 0 ? get_format ((DtlsCount) i, n) : NULL;

      if (format == NULL)
        continue;
      g_string_truncate (text, 0);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      g_string_append_printf (text, format, n);
#pragma GCC diagnostic pop
      func (REPORT_WARNING, text->str, user_data);
    }
}
