/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "dtls-error.h"
#include "report-hex.h"
#include "report-text.h"

#define OUR_VERSION "DTLS 1.2"

static void
append_key_note (const DtlsEvent   *event,
                 const ReportWords *w,
                 GString           *text)
{
  switch (event->code)
    {
    case DTLS_CODE_DEMO_KEY:
      g_string_append (text, _("Demonstration key: anyone knows it"));
      break;
    case DTLS_CODE_SHORT_KEY:
      g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE,
                                                 "Short key (%d byte), fine for tests only",
                                                 "Short key (%d bytes), fine for tests only",
                                                 (gulong) MAX (event->number[0], 0)),
                              event->number[0]);
      break;
    case DTLS_CODE_KEY_LOG:
      /* Translators: %s is a file name; SSLKEYLOGFILE is the name of an environment variable */
      g_string_append_printf (text, _("Session keys are being written to %s: SSLKEYLOGFILE is "
                                      "set"), w->text);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
append_key (const DtlsEvent   *event,
            const ReportWords *w,
            GString           *text)
{
  switch (event->code)
    {
    case DTLS_CODE_KEY_DIFFERS:
      if (report_is_client (event))
        /* Translators: first the connection's name, then an identity */
        g_string_append_printf (text, _("%s: the server stopped answering once keys were used: "
                                        "most likely the key for identity \"%s\" differs."),
                                w->who, w->identity);
      else
        /* Translators: first (ADDRESS:PORT), then an identity */
        g_string_append_printf (text, _("Cannot decrypt what %s sends as \"%s\": most likely its "
                                        "key differs from ours."), w->who, w->identity);
      break;
    case DTLS_CODE_KEY_AGREES:
      /* Translators: first (ADDRESS:PORT), then an identity */
      g_string_append_printf (text, _("%s finished its handshake as \"%s\" after all: its key is "
                                      "the same as ours."), w->who, w->identity);
      break;
    case DTLS_CODE_UNKNOWN_IDENTITY:
      if (report_is_client (event))
        /* Translators: first the connection's name, then an identity */
        g_string_append_printf (text, _("%s: the server does not know identity \"%s\"."),
                                w->who, w->identity);
      else
        /* Translators: first (ADDRESS:PORT), then an identity */
        g_string_append_printf (text, _("%s offers identity \"%s\", which has no key here."),
                                w->who, w->identity);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
append_suites (const DtlsEvent   *event,
               const ReportWords *w,
               GString           *text)
{
  const guint8 *both = dtls_event_text (event);
  const guint8 *cut = event->n_text > 0 ? memchr (both, '\n', event->n_text) : NULL;
  g_autoptr(GString) offered = g_string_new (NULL);
  g_autoptr(GString) allowed = g_string_new (NULL);

  if (report_is_client (event))
    {
      /* Translators: %s is the connection's name; the profile's name as in the connect dialog */
      g_string_append_printf (text, _("%s: the server found no cipher suite in common. Try the "
                                      "profile \"Compatible (IoT)\"."), w->who);
      return;
    }
  if (cut == NULL)
    cut = both + event->n_text;
  report_text_append_escaped (offered, both, (gsize) (cut - both), REPORT_TEXT_LINE,
                              REPORT_REASON_CHARS);
  if (cut < both + event->n_text)
    report_text_append_escaped (allowed, cut + 1, (gsize) (both + event->n_text - cut - 1),
                                REPORT_TEXT_LINE, REPORT_REASON_CHARS);
  /* Translators: (ADDRESS:PORT), then two lists of cipher suites */
  g_string_append_printf (text, _("%s and this server share no cipher suite. It offered: %s. "
                                  "Allowed here: %s."), w->who, offered->str, allowed->str);
}

static void
append_version (const DtlsEvent   *event,
                const ReportWords *w,
                GString           *text)
{
  g_autofree char *version = report_version_to_string ((guint) event->number[0]);

  if (event->number[1] == 1 && event->number[0] == 0)
    /* Translators: the connection's name or (ADDRESS:PORT), a protocol version */
    g_string_append_printf (text, _("%s: the other side does not speak %s."), w->who, OUR_VERSION);
  else if (report_is_client (event))
    /* Translators: the connection's name, (ADDRESS:PORT), two protocol versions */
    g_string_append_printf (text, _("%s: %s wants %s; this program speaks %s."), w->who, w->peer,
                            version, OUR_VERSION);
  else
    /* Translators: (ADDRESS:PORT), two protocol versions */
    g_string_append_printf (text, _("%s wants %s; this program speaks %s."), w->peer, version,
                            OUR_VERSION);
}

/* A server that is something else: the length and the start of what it says. */
static void
append_not_dtls (const DtlsEvent   *event,
                 const ReportWords *w,
                 GString           *text)
{
  g_autoptr(GString) first = g_string_new (NULL);
  int n_bytes = MAX (event->number[0], 0);
  guint8 bytes[8];

  memcpy (bytes, &event->number[1], sizeof bytes);
  report_hex_append (first, bytes, MIN ((gsize) n_bytes, sizeof bytes));
  /* Translators: the connection's name, (ADDRESS:PORT), how many bytes, the first of them in hex */
  g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE,
                                             "%s: %s sent %d byte that is not DTLS (first bytes "
                                             "%s).",
                                             "%s: %s sent %d bytes that are not DTLS (first bytes "
                                             "%s).", (gulong) n_bytes),
                          w->who, w->peer, n_bytes, first->str);
}

static void
append_gave_up (const DtlsEvent   *event,
                const ReportWords *w,
                GString           *text)
{
  g_autofree char *spent = report_duration_to_string ((gint64) event->number[1] * 1000);
  int n_tries = MAX (event->number[0], 0);

  switch ((DtlsGaveUpStage) event->number[2])
    {
    case DTLS_GAVE_UP_REFUSED:
      /* Translators: the connection's name, an address, a port number */
      g_string_append_printf (text, _("%s: gave up. %s refused UDP port %u: nothing is listening "
                                      "there."), w->who, w->host, event->peer.port);
      break;
    case DTLS_GAVE_UP_HANDSHAKE:
      /* Translators: the connection's name, (ADDRESS:PORT), a duration such as "60 s" */
      g_string_append_printf (text, _("%s: gave up after %s. %s answered, but did not finish the "
                                      "handshake."), w->who, spent, w->peer);
      break;
    case DTLS_GAVE_UP_KEYS:
      /* Translators: the connection's name, a duration such as "60 s" */
      g_string_append_printf (text, _("%s: gave up after %s. The server did not answer once keys "
                                      "were used."), w->who, spent);
      break;
    case DTLS_GAVE_UP_NO_ROUTE:
      /* Translators: the connection's name, a duration such as "60 s", an address */
      g_string_append_printf (text, _("%s: gave up after %s. No route to %s: is the network up?"),
                              w->who, spent, w->host);
      break;
    case DTLS_GAVE_UP_NOT_DTLS:
      /* Translators: the connection's name, a duration such as "60 s", (ADDRESS:PORT) */
      g_string_append_printf (text, _("%s: gave up after %s. %s answers, but not with DTLS."),
                              w->who, spent, w->peer);
      break;
    case DTLS_GAVE_UP_UNSENT:
      /* Translators: the connection's name, a duration such as "60 s", (ADDRESS:PORT) */
      g_string_append_printf (text, _("%s: gave up after %s. Not one datagram could be sent to "
                                      "%s."), w->who, spent, w->peer);
      break;
    case DTLS_GAVE_UP_SILENT:
    default:
      /* Translators: the connection's name, (ADDRESS:PORT), how many tries, a duration */
      g_string_append_printf (text,
                              g_dngettext (GETTEXT_PACKAGE,
                                           "%s: gave up. No answer from %s after %d try (%s). Is "
                                           "the server listening? Does a firewall drop UDP?",
                                           "%s: gave up. No answer from %s after %d tries (%s). Is "
                                           "the server listening? Does a firewall drop UDP?",
                                           (gulong) n_tries),
                              w->who, w->peer, n_tries, spent);
    }
}

static void
append_clock_step (const DtlsEvent   *event,
                   const ReportWords *w,
                   GString           *text)
{
  int seconds = ABS (event->number[0]);
  g_autofree char *slept = report_duration_to_string ((gint64) seconds * 1000);

  if (event->number[1] == 1)
    {
      /* Translators: %s is a duration such as "8 min" */
      g_string_append_printf (text, _("The computer slept for %s: listening and connections go on, "
                                      "handshakes start again"), slept);
      return;
    }
  g_string_append_printf (text,
                          g_dngettext (GETTEXT_PACKAGE,
                                       "The computer's clock was set by %d second: handshakes "
                                       "start again",
                                       "The computer's clock was set by %d seconds: handshakes "
                                       "start again",
                                       (gulong) seconds),
                          seconds);
}

/**
 * report_diagnosis_append:
 * @words: of @event
 *
 * Appends the row of a diagnosis. Thread: any. Source: DESIGN 5, UX 6.
 */
void
report_diagnosis_append (const DtlsEvent   *event,
                         const ReportWords *words,
                         GString           *text)
{
  switch ((DtlsCode) event->code)
    {
    case DTLS_CODE_KEY_DIFFERS:
    case DTLS_CODE_KEY_AGREES:
    case DTLS_CODE_UNKNOWN_IDENTITY:
      append_key (event, words, text);
      break;
    case DTLS_CODE_NO_COMMON_SUITE:
      append_suites (event, words, text);
      break;
    case DTLS_CODE_VERSION:
      append_version (event, words, text);
      break;
    case DTLS_CODE_NOT_DTLS:
      append_not_dtls (event, words, text);
      break;
    case DTLS_CODE_GAVE_UP:
      append_gave_up (event, words, text);
      break;
    case DTLS_CODE_CLOCK_STEP:
      append_clock_step (event, words, text);
      break;
    default:
      append_key_note (event, words, text);
    }
}

/* What an ICMP error means. */
static void
append_icmp (const DtlsEvent   *event,
             const ReportWords *w,
             GString           *text)
{
  if (event->number[0] == ECONNREFUSED)
    /* Translators: an address, a port number */
    g_string_append_printf (text, _("%s refused UDP port %u: nothing is listening there."),
                            w->host, event->peer.port);
  else
    /* Translators: %s is an address */
    g_string_append_printf (text, _("No route to %s: is the network up?"), w->host);
}

static void
append_kept (const DtlsEvent   *event,
             const ReportWords *w,
             GString           *text)
{
  if (event->number[0] == 0 && event->number[1] > 0)
    /* Translators: %s is (ADDRESS:PORT) */
    g_string_append_printf (text, _("If %s was restarted, connect again; or it answers no "
                                    "messages."), w->peer);
  else if (event->number[0] == 0)
    /* Translators: %s is (ADDRESS:PORT) */
    g_string_append_printf (text, _("Peer unreachable: no answer from %s to the last pings. It may "
                                    "have been restarted: connect again."), w->peer);
  else if (event->number[0] == ECONNREFUSED)
    /* Translators: an address, a port number */
    g_string_append_printf (text, _("Peer unreachable: %s refused UDP port %u. The connection is "
                                    "kept and goes on when the peer answers."),
                            w->host, event->peer.port);
  else
    /* Translators: %s is an address */
    g_string_append_printf (text, _("Peer unreachable: no route to %s. The connection is kept and "
                                    "goes on when the peer answers."), w->host);
}

static void
append_again (const DtlsEvent *event,
              GString         *text)
{
  g_autofree char *next = report_duration_to_string (event->number[2]);

  if (event->number[3] > 0)
    /* Translators: a number that counts the parts of a handshake, which repeat this is, how many
     * there will be, a duration such as "4 s" */
    g_string_append_printf (text, _("No answer, sending flight %d again (%d of %d, next in %s)."),
                            event->number[0], event->number[1], event->number[3], next);
  else
    /* Translators: a number that counts the parts of a handshake, which repeat this is, a duration
     * such as "4 s" */
    g_string_append_printf (text, _("No answer, sending flight %d again (repeat %d, next in %s)."),
                            event->number[0], event->number[1], next);
}

/* Which alert ended it, and which way it went. */
static gboolean
append_alert (const DtlsEvent   *event,
              const ReportWords *w,
              GString           *text)
{
  if (event->number[1] >= 0)
    /* Translators: (ADDRESS:PORT), the name of an alert, its number */
    g_string_append_printf (text, _("%s ended the connection: %s (alert %d)."), w->peer,
                            dtls_alert_get_name (event->number[1]), event->number[1]);
  else if (event->number[2] > 0)        /* 0, close_notify, is no failure */
    /* Translators: (ADDRESS:PORT), the name of an alert, its number */
    g_string_append_printf (text, _("This program ended the connection with %s: %s (alert %d)."),
                            w->peer, dtls_alert_get_name (event->number[2]), event->number[2]);
  else
    return FALSE;
  return TRUE;
}

static gboolean
append_second (const DtlsEvent   *event,
               const ReportWords *w,
               GString           *text)
{
  switch ((DtlsCode) event->code)
    {
    case DTLS_CODE_CONNECTING:
      if (event->number[0] < 2)
        return FALSE;
      /* Translators: how many addresses a name has */
      g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE,
                                                 "The name has %d address; each is tried in turn.",
                                                 "The name has %d addresses; each is tried in "
                                                 "turn.",
                                                 (gulong) event->number[0]),
                              event->number[0]);
      return TRUE;
    case DTLS_CODE_REFUSED:
      append_icmp (event, w, text);
      return TRUE;
    case DTLS_CODE_UNREACHABLE:
      append_kept (event, w, text);
      return TRUE;
    case DTLS_CODE_RETRANSMIT:
      if (!report_is_client (event))
        return FALSE;
      append_again (event, text);
      return TRUE;
    case DTLS_CODE_STARTED_OVER:
      /* Translators: %s is (ADDRESS:PORT) */
      g_string_append_printf (text, _("%s started over (its earlier connection is kept until the "
                                      "new one is proven)."), w->peer);
      return TRUE;
    case DTLS_CODE_CLOSED:
      if (event->number[0] != DTLS_CLOSE_PEER)
        return FALSE;
      /* Translators: %s is (ADDRESS:PORT) */
      g_string_append_printf (text, _("%s closed the connection (close notify)."), w->peer);
      return TRUE;
    case DTLS_CODE_FAILED:
      return append_alert (event, w, text);
    default:
      return FALSE;
    }
}

/**
 * report_event_append_second:
 * @text: what to append to
 *
 * Appends what explains the row of @event, once for each association and code (UX 6), but with
 * each repeat of a flight, since that one counts.
 * Returns: whether there is such a line. Thread: any.
 */
gboolean
report_event_append_second (const DtlsEvent *event,
                            GString         *text)
{
  ReportWords words;
  gboolean said;

  g_return_val_if_fail (event != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  /* a repeat's line has another number each time */
  if (event->kind == DTLS_EVENT_MESSAGE
      || ((event->flags & DTLS_EVENT_FLAG_FIRST) == 0 && event->code != DTLS_CODE_RETRANSMIT))
    return FALSE;
  report_words_init (&words, event);
  said = append_second (event, &words, text);
  report_words_clear (&words);
  return said;
}
