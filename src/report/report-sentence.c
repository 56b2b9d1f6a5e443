/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-sentence.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>

#include "dtls-error.h"
#include "dtls-profile.h"
#include "report-private.h"
#include "report-text.h"

/* Levels by code; what depends on more than the code is in report_event_get_level(). */
static const guint8 LEVELS[DTLS_N_CODES] = {
  [DTLS_CODE_NONE] = REPORT_SILENT,
  [DTLS_CODE_LISTENING] = REPORT_INFO,
  [DTLS_CODE_NOT_ACCEPTING] = REPORT_INFO,
  [DTLS_CODE_LISTEN_FAILED] = REPORT_ERROR,
  [DTLS_CODE_LOOKING_UP] = REPORT_INFO,
  [DTLS_CODE_LOOKUP_FAILED] = REPORT_ERROR,
  [DTLS_CODE_CONNECTING] = REPORT_INFO,
  [DTLS_CODE_STARTING] = REPORT_INFO,
  [DTLS_CODE_NOT_VERIFIED] = REPORT_INFO,
  [DTLS_CODE_VERIFIED] = REPORT_INFO,
  [DTLS_CODE_ANSWERED] = REPORT_INFO,
  [DTLS_CODE_REFUSED] = REPORT_WARNING,
  [DTLS_CODE_START_FAILED] = REPORT_ERROR,
  [DTLS_CODE_PROGRESS] = REPORT_INFO,
  [DTLS_CODE_IDENTITY] = REPORT_INFO,
  [DTLS_CODE_PROVIDING_KEY] = REPORT_INFO,
  [DTLS_CODE_RETRANSMIT] = REPORT_WARNING,
  [DTLS_CODE_ESTABLISHED] = REPORT_INFO,
  [DTLS_CODE_STARTED_OVER] = REPORT_WARNING,
  [DTLS_CODE_REPLACED] = REPORT_INFO,
  [DTLS_CODE_UNREACHABLE] = REPORT_WARNING,
  [DTLS_CODE_RECONNECTING] = REPORT_INFO,
  [DTLS_CODE_SENT] = REPORT_SILENT,
  [DTLS_CODE_SEND_FAILED] = REPORT_ERROR,
  [DTLS_CODE_SNAPSHOT] = REPORT_SILENT,
  [DTLS_CODE_CLOSED] = REPORT_INFO,
  [DTLS_CODE_FAILED] = REPORT_ERROR,
  [DTLS_CODE_DEMO_KEY] = REPORT_WARNING,
  [DTLS_CODE_SHORT_KEY] = REPORT_INFO,
  [DTLS_CODE_KEY_LOG] = REPORT_WARNING,
  [DTLS_CODE_KEY_DIFFERS] = REPORT_ERROR,
  [DTLS_CODE_KEY_AGREES] = REPORT_INFO,
  [DTLS_CODE_UNKNOWN_IDENTITY] = REPORT_ERROR,
  [DTLS_CODE_NO_COMMON_SUITE] = REPORT_ERROR,
  [DTLS_CODE_VERSION] = REPORT_ERROR,
  [DTLS_CODE_NOT_DTLS] = REPORT_ERROR,
  [DTLS_CODE_GAVE_UP] = REPORT_ERROR,
  [DTLS_CODE_INTERFACE_GONE] = REPORT_WARNING,
  [DTLS_CODE_CLOCK_STEP] = REPORT_WARNING,
};

/* OpenSSL's name of the suite that the event's text names in IANA's way. */
static const char *
get_cipher (const ReportWords *words)
{
  const char *name = dtls_suite_get_openssl_name (words->text);

  return name != NULL ? name : words->text;
}

static void
append_listener (const DtlsEvent   *event,
                 const ReportWords *w,
                 GString           *text)
{
  switch (event->code)
    {
    case DTLS_CODE_LISTENING:
      /* Translators: first an address, then a port number */
      g_string_append_printf (text, _("Server is listening on address %s and port %u"),
                              w->host, event->peer.port);
      break;
    case DTLS_CODE_NOT_ACCEPTING:
      g_string_append (text, _("Server is not accepting new connections"));
      break;
    case DTLS_CODE_LISTEN_FAILED:
      g_string_append (text, w->text);
      break;
    case DTLS_CODE_INTERFACE_GONE:
      /* Translators: %s is an address */
      g_string_append_printf (text, _("This computer has no address %s now. The server keeps "
                                      "listening and answers again when it is back."), w->host);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
append_lookup (const DtlsEvent   *event,
               const ReportWords *w,
               GString           *text)
{
  switch (event->code)
    {
    case DTLS_CODE_LOOKING_UP:
      g_string_append (text, _("Looking up the host ..."));
      break;
    case DTLS_CODE_LOOKUP_FAILED:
      if (event->number[0] == 1)
        /* Translators: %s is a host name */
        g_string_append_printf (text, _("No answer from the name service about \"%s\". Is the "
                                        "network up? Or type the address."), w->text);
      else
        /* Translators: %s is a host name */
        g_string_append_printf (text, _("No address found for \"%s\". Check the name, or type the "
                                        "address."), w->text);
      break;
    case DTLS_CODE_CONNECTING:
      /* Translators: %s is an address */
      g_string_append_printf (text, _("Connecting to: %s"), w->host);
      break;
    case DTLS_CODE_ANSWERED:
      /* Translators: first the connection's name, then (ADDRESS:PORT) */
      g_string_append_printf (text, _("%s: %s answered first"), w->who, w->peer);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
append_retransmit (const DtlsEvent   *event,
                   const ReportWords *w,
                   GString           *text)
{
  g_autofree char *next = NULL;

  if (report_is_client (event))
    {
      /* Translators: %s is the connection's name */
      g_string_append_printf (text, _("%s: handshake timeout, trying to re-transmit"), w->who);
      return;
    }
  next = report_duration_to_string (event->number[2]);
  if (event->number[3] > 0)
    /* Translators: (ADDRESS:PORT), a number that counts the parts of a handshake, which repeat this
     * is, how many there will be, a duration such as "4 s" */
    g_string_append_printf (text, _("%s: no answer, sending flight %d again (%d of %d, next in "
                                    "%s)"), w->who, event->number[0], event->number[1],
                            event->number[3], next);
  else
    /* Translators: (ADDRESS:PORT), a number that counts the parts of a handshake, which repeat this
     * is, a duration such as "4 s" */
    g_string_append_printf (text, _("%s: no answer, sending flight %d again (repeat %d, next in "
                                    "%s)"), w->who, event->number[0], event->number[1], next);
}

static void
append_handshake_server (const DtlsEvent   *event,
                         const ReportWords *w,
                         GString           *text)
{
  switch (event->code)
    {
    case DTLS_CODE_STARTING:
    case DTLS_CODE_VERIFIED:
      /* Translators: %s is (ADDRESS:PORT) */
      g_string_append_printf (text, _("%s: verified, starting a handshake"), w->who);
      break;
    case DTLS_CODE_NOT_VERIFIED:
      /* Translators: %s is (ADDRESS:PORT) */
      g_string_append_printf (text, _("%s: not verified yet"), w->who);
      break;
    case DTLS_CODE_PROGRESS:
      /* Translators: %s is (ADDRESS:PORT) */
      g_string_append_printf (text, _("%s: handshake is in progress ..."), w->who);
      break;
    case DTLS_CODE_IDENTITY:
    case DTLS_CODE_PROVIDING_KEY:
      /* Translators: %s is the identity that a client sent */
      g_string_append_printf (text, _("PSK callback, received a client's identity: '%s'"),
                              w->identity);
      break;
    case DTLS_CODE_ESTABLISHED:
      /* Translators: first (ADDRESS:PORT), then a cipher suite */
      g_string_append_printf (text, _("Connection with %s encrypted. Session cipher: %s; session "
                                      "protocol: DTLS 1.2."), w->who, get_cipher (w));
      break;
    case DTLS_CODE_STARTED_OVER:
      /* Translators: %s is (ADDRESS:PORT) */
      g_string_append_printf (text, _("%s: 0 byte dgram, could be a re-connect attempt?"), w->who);
      break;
    case DTLS_CODE_REPLACED:
      /* Translators: %s is (ADDRESS:PORT) */
      g_string_append_printf (text, _("%s: the new connection is proven, the earlier one has "
                                      "ended"), w->who);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
append_handshake_client (const DtlsEvent   *event,
                         const ReportWords *w,
                         GString           *text)
{
  switch (event->code)
    {
    case DTLS_CODE_STARTING:
    case DTLS_CODE_VERIFIED:
    case DTLS_CODE_NOT_VERIFIED:
    case DTLS_CODE_STARTED_OVER:
    case DTLS_CODE_REPLACED:
      /* Translators: %s is the connection's name */
      g_string_append_printf (text, _("%s: starting a handshake"), w->who);
      break;
    case DTLS_CODE_PROGRESS:
      /* Translators: %s is the connection's name */
      g_string_append_printf (text, _("%s: continuing with handshake ..."), w->who);
      break;
    case DTLS_CODE_IDENTITY:
    case DTLS_CODE_PROVIDING_KEY:
      /* Translators: %s is the connection's name */
      g_string_append_printf (text, _("%s: providing pre-shared key ..."), w->who);
      break;
    case DTLS_CODE_ESTABLISHED:
      /* Translators: %s is the connection's name */
      g_string_append_printf (text, _("%s: encrypted connection established!"), w->who);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* What was not sent, to whom, and why. */
static void
append_send_failed (const DtlsEvent   *event,
                    const ReportWords *w,
                    GString           *text)
{
  gint32 n = event->number[0];

  if (report_is_client (event) && event->number[1] == 1)
    /* Translators: first the connection's name, then the reason */
    g_string_append_printf (text, _("%s: failed to send a ping - %s"), w->who, w->text);
  else if (n == 0)
    /* Translators: first the connection's name or (ADDRESS:PORT), then the reason */
    g_string_append_printf (text, _("%s: failed to send a message - %s"), w->who, w->text);
  else if (!report_is_client (event) && !report_is_known (&event->peer))
    /* Translators: how many bytes, the reason */
    g_string_append_printf (text, ngettext ("Failed to send a message of %d byte - %s",
                                            "Failed to send a message of %d bytes - %s", n),
                            n, w->text);
  else
    /* Translators: the connection's name or (ADDRESS:PORT), how many bytes, the reason */
    g_string_append_printf (text, ngettext ("%s: failed to send a message of %d byte - %s",
                                            "%s: failed to send a message of %d bytes - %s", n),
                            w->who, n, w->text);
}

static void
append_network (const DtlsEvent   *event,
                const ReportWords *w,
                GString           *text)
{
  g_autofree char *wait = NULL;

  switch (event->code)
    {
    case DTLS_CODE_REFUSED:
    case DTLS_CODE_UNREACHABLE:
      if (report_is_client (event) && event->number[0] != 0)
        /* Translators: %s is the connection's name */
        g_string_append_printf (text, _("%s: spurious read notification?"), w->who);
      else if (event->number[0] == 0 && event->number[1] > 0)
        /* Translators: the connection's name, how many messages */
        g_string_append_printf (text, ngettext ("%s: no answer to the last %d message, the "
                                                "connection is kept",
                                                "%s: no answer to the last %d messages, the "
                                                "connection is kept", event->number[1]),
                                w->who, event->number[1]);
      else
        /* Translators: %s is (ADDRESS:PORT) or the connection's name */
        g_string_append_printf (text, _("%s: peer unreachable, the connection is kept"), w->who);
      break;
    case DTLS_CODE_START_FAILED:
      /* Translators: first the connection's name, then the reason */
      g_string_append_printf (text, _("%s: failed to start a handshake - %s"), w->who, w->text);
      break;
    case DTLS_CODE_RECONNECTING:
      wait = report_duration_to_string (event->number[1]);
      /* Translators: the connection's name, a duration such as "4 s", a number from 1 */
      g_string_append_printf (text, _("%s: connecting again in %s (try %d)"), w->who, wait,
                              event->number[0]);
      break;
    case DTLS_CODE_SEND_FAILED:
      append_send_failed (event, w, text);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
append_closed (const DtlsEvent   *event,
               const ReportWords *w,
               GString           *text)
{
  g_autofree char *spent = report_duration_to_string ((gint64) event->number[1] * 1000);

  switch ((DtlsCloseReason) event->number[0])
    {
    case DTLS_CLOSE_LOCAL:
      /* Translators: %s is the connection's name or (ADDRESS:PORT) */
      g_string_append_printf (text, _("%s: connection shut down from this side"), w->who);
      break;
    case DTLS_CLOSE_IDLE:
      /* Translators: (ADDRESS:PORT) or a name, a duration such as "30 min" */
      g_string_append_printf (text, _("%s was silent for %s; connection closed."), w->who, spent);
      break;
    case DTLS_CLOSE_HANDSHAKE_AGE:
      /* Translators: (ADDRESS:PORT) or a name, a duration such as "40 s" */
      g_string_append_printf (text, _("%s did not finish its handshake within %s; dropped."),
                              w->who, spent);
      break;
    case DTLS_CLOSE_EVICTED:
      /* Translators: %s is (ADDRESS:PORT) or a name */
      g_string_append_printf (text, _("%s was dropped to make room: the limit is reached."),
                              w->who);
      break;
    case DTLS_CLOSE_LISTENER:
      /* Translators: %s is (ADDRESS:PORT) */
      g_string_append_printf (text, _("%s: connection shut down, the server no longer listens "
                                      "there"), w->who);
      break;
    case DTLS_CLOSE_PEER:
    default:
      if (report_is_client (event))
        /* Translators: %s is the connection's name */
        g_string_append_printf (text, _("%s: shutdown alert received"), w->who);
      else
        /* Translators: %s is (ADDRESS:PORT) */
        g_string_append_printf (text, _("%s: The DTLS connection has been shutdown"), w->who);
    }
}

static void
append_failed (const DtlsEvent   *event,
               const ReportWords *w,
               GString           *text)
{
  const char *why = event->number[0] != 0 ? gnutls_strerror (event->number[0]) : w->text;

  if (event->number[1] >= 0)
    why = dtls_alert_get_name (event->number[1]);
  else if (event->number[0] == GNUTLS_E_SRP_PWD_ERROR && event->number[2] > 0)
    why = dtls_alert_get_name (event->number[2]);       /* the code speaks of password files */
  if (report_is_client (event))
    /* Translators: first the connection's name, then the reason */
    g_string_append_printf (text, _("%s: handshake error - %s"), w->who, why);
  else
    /* Translators: first (ADDRESS:PORT), then the reason */
    g_string_append_printf (text, _("%s: Error during SSL handshake: %s"), w->who, why);
}

/* Appends the row of every STATE event. */
static void
append_state (const DtlsEvent   *event,
              const ReportWords *w,
              GString           *text)
{
  switch ((DtlsCode) event->code)
    {
    case DTLS_CODE_LISTENING:
    case DTLS_CODE_NOT_ACCEPTING:
    case DTLS_CODE_LISTEN_FAILED:
      append_listener (event, w, text);
      break;
    case DTLS_CODE_LOOKING_UP:
    case DTLS_CODE_LOOKUP_FAILED:
    case DTLS_CODE_CONNECTING:
    case DTLS_CODE_ANSWERED:
      append_lookup (event, w, text);
      break;
    case DTLS_CODE_RETRANSMIT:
      append_retransmit (event, w, text);
      break;
    case DTLS_CODE_REFUSED:
    case DTLS_CODE_UNREACHABLE:
    case DTLS_CODE_START_FAILED:
    case DTLS_CODE_RECONNECTING:
    case DTLS_CODE_SEND_FAILED:
      append_network (event, w, text);
      break;
    case DTLS_CODE_CLOSED:
      append_closed (event, w, text);
      break;
    case DTLS_CODE_FAILED:
      append_failed (event, w, text);
      break;
    default:
      if (report_is_client (event))
        append_handshake_client (event, w, text);
      else
        append_handshake_server (event, w, text);
    }
}

/* The first line of a block; made without ReportWords because messages are many. */
static void
append_message (const DtlsEvent *event,
                GString         *text)
{
  g_autoptr(GString) who = g_string_sized_new (DTLS_ADDRESS_TEXT_BYTES);

  report_event_append_who (event, who);
  if (report_is_client (event))
    /* Translators: %s is the connection's name */
    g_string_append_printf (text, _("%s received a DTLS datagram:"), who->str);
  else
    /* Translators: %s is (ADDRESS:PORT) */
    g_string_append_printf (text, _("A message from %s"), who->str);
}

/**
 * report_level_get_name:
 *
 * Returns: the name of @level for scripts; never translated. Thread: any.
 */
const char *
report_level_get_name (ReportLevel level)
{
  static const char *const NAMES[REPORT_N_LEVELS] = { "info", "warning", "error", "message", "" };

  g_return_val_if_fail (level < REPORT_N_LEVELS, "");

  return NAMES[level];
}

/**
 * report_event_get_level:
 *
 * Returns: in which severity @event is shown; %REPORT_SILENT: not at all. Formats nothing.
 * Thread: any.
 */
ReportLevel
report_event_get_level (const DtlsEvent *event)
{
  g_return_val_if_fail (event != NULL, REPORT_SILENT);

  if (event->kind == DTLS_EVENT_MESSAGE)
    return REPORT_MESSAGE;
  if (event->code >= DTLS_N_CODES)
    return REPORT_SILENT;
  if (event->code == DTLS_CODE_CLOSED && (event->number[0] == DTLS_CLOSE_HANDSHAKE_AGE ||
                                          event->number[0] == DTLS_CLOSE_EVICTED))
    return REPORT_WARNING;
  return (ReportLevel) LEVELS[event->code];
}

/**
 * report_event_append_sentence:
 * @text: what to append to
 *
 * Appends the row of @event in the user's language, one line without a newline.
 * Returns: its level; with %REPORT_SILENT nothing was appended. Thread: any. Source: DESIGN 2.
 */
ReportLevel
report_event_append_sentence (const DtlsEvent *event,
                              GString         *text)
{
  ReportLevel level = report_event_get_level (event);
  ReportWords words;

  g_return_val_if_fail (text != NULL, REPORT_SILENT);

  if (level == REPORT_SILENT)
    return level;
  if (level == REPORT_MESSAGE)
    {
      append_message (event, text);
      return level;
    }

  report_words_init (&words, event);
  if (event->code == DTLS_CODE_INTERFACE_GONE)
    append_listener (event, &words, text);
  else if (event->code >= DTLS_CODE_DEMO_KEY)
    report_diagnosis_append (event, &words, text);
  else
    append_state (event, &words, text);
  report_words_clear (&words);
  return level;
}
