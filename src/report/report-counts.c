/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-sentence.h"

#include <glib/gi18n-lib.h>

/* The row of one count that grew by @n, or NULL for a count that is no news. */
static const char *
get_format (DtlsCount what,
            gulong    n)
{
#define ROW(one, many) g_dngettext (GETTEXT_PACKAGE, one, many, n)
  switch (what)
    {
    case DTLS_COUNT_NOT_DTLS:
      return ROW ("%lu datagram from an unknown peer was not DTLS and got no answer",
                  "%lu datagrams from unknown peers were not DTLS and got no answer");
    case DTLS_COUNT_EMPTY:
      return ROW ("A spurious read notification: %lu empty datagram was dropped",
                  "A spurious read notification: %lu empty datagrams were dropped");
    case DTLS_COUNT_TRUNCATED:
      return ROW ("%lu datagram was too long and was dropped",
                  "%lu datagrams were too long and were dropped");
    case DTLS_COUNT_HELLOS_UNLISTED:
      return ROW ("%lu more hello was not verified yet and is not listed",
                  "%lu more hellos were not verified yet and are not listed");
    case DTLS_COUNT_HANDSHAKES_UNLISTED:
      return ROW ("%lu more handshake began and is not listed before it is done",
                  "%lu more handshakes began and are not listed before they are done");
    case DTLS_COUNT_NOT_ACCEPTED:
      return ROW ("%lu hello was ignored: the server is not accepting new connections",
                  "%lu hellos were ignored: the server is not accepting new connections");
    case DTLS_COUNT_MALFORMED:
      return ROW ("%lu malformed datagram of a known peer was dropped",
                  "%lu malformed datagrams of known peers were dropped");
    case DTLS_COUNT_DISCARDED:
      return ROW ("%lu record was refused: forged, repeated, not encrypted or old",
                  "%lu records were refused: forged, repeated, not encrypted or old");
    case DTLS_COUNT_HELD_DROPPED:
      return ROW ("%lu record came too early and could not be kept",
                  "%lu records came too early and could not be kept");
    case DTLS_COUNT_HALF_OPEN_EVICTED:
      return ROW ("%lu unfinished handshake was dropped to make room",
                  "%lu unfinished handshakes were dropped to make room");
    case DTLS_COUNT_HALF_OPEN_AGED:
      return ROW ("%lu handshake was not finished in time and was dropped",
                  "%lu handshakes were not finished in time and were dropped");
    case DTLS_COUNT_CONNECTIONS_EVICTED:
      return ROW ("%lu idle connection was dropped to make room",
                  "%lu idle connections were dropped to make room");
    case DTLS_COUNT_CONNECTIONS_IDLE:
      return ROW ("%lu silent connection was closed", "%lu silent connections were closed");
    case DTLS_COUNT_SEND_ERRORS:
      return ROW ("%lu datagram could not be sent", "%lu datagrams could not be sent");
    case DTLS_COUNT_KERNEL_DROPS:
      return ROW ("The system dropped %lu datagram: it came faster than it was read",
                  "The system dropped %lu datagrams: they came faster than they were read");
    case DTLS_COUNT_EVENTS_LOST:
      return ROW ("%lu event is not shown: it came faster than it was read",
                  "%lu events are not shown: they came faster than they were read");
    case DTLS_COUNT_HELLOS:       /* each has its own row, or is among the unlisted */
    case DTLS_N_COUNTS:
    default:
      return NULL;
    }
#undef ROW
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
