/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#include "dtls-error.h"

static void
append_keys_differ (const DtlsEvent   *event,
                    const ReportWords *w,
                    GString           *heading,
                    GString           *body)
{
  g_string_append (heading, _("Why the keys seem to differ"));
  if (report_is_client (event))
    /* Translators: %s is an identity */
    g_string_append_printf (body, _("The server answered until both sides had to use the key for "
                                    "\"%s\". What we sent with our copy got no answer. A server "
                                    "that cannot open it, or does not know the identity, usually "
                                    "stays silent."), w->identity);
  else
    /* Translators: %s is an identity */
    g_string_append_printf (body, _("The client finished its half of the handshake with its copy "
                                    "of the key for \"%s\". Our copy did not open what it sent. "
                                    "Nothing on the wire says so: the client only sees silence."),
                            w->identity);
  g_string_append (body, "\n\n");
  g_string_append (body, _("Compare both copies, and their format: the hex digits 1a2b typed as "
                           "text are other bytes."));
}

static void
append_unknown (const DtlsEvent   *event,
                const ReportWords *w,
                GString           *heading,
                GString           *body)
{
  if (report_is_client (event))
    {
      g_string_append (heading, _("Why the identity is not known"));
      /* Translators: %s is an identity */
      g_string_append_printf (body, _("The server looked for \"%s\" among its keys, found none, "
                                      "and said so. Most servers only stay silent."), w->identity);
    }
  else
    {
      g_string_append (heading, _("Why there is no key"));
      /* Translators: %s is an identity */
      g_string_append_printf (body, _("The client says it is \"%s\". The list of keys here has no "
                                      "such identity, so nothing it sends can be opened."),
                              w->identity);
    }
  g_string_append (body, "\n\n");
  g_string_append (body, _("Identities are compared byte for byte: capital letters, blanks and "
                           "invisible characters count. Add the identity with its key on the "
                           "server, or correct it on the client."));
}

static void
append_no_suite (const DtlsEvent   *event,
                 const ReportWords *w,
                 GString           *heading,
                 GString           *body)
{
  g_string_append (heading, _("Why no cipher suite fits"));
  if (report_is_client (event))
    g_string_append (body, _("The server compared the cipher suites we offered with its own and "
                             "found none in both lists. It may allow certificates only, or be "
                             "limited to a few suites."));
  else
    g_string_append (body, _("The client sent the list of cipher suites it can use. None of them "
                             "is allowed here. A client that uses certificates, not pre-shared "
                             "keys, shares none at all."));
  g_string_append (body, "\n\n");
  g_string_append (body, _("Compare the cipher profiles of both sides. \"Compatible (IoT)\" allows "
                           "the most, CCM-8 for small devices included."));
}

static void
append_version (const DtlsEvent   *event,
                const ReportWords *w,
                GString           *heading,
                GString           *body)
{
  g_string_append (heading, _("Why the versions do not fit"));
  g_string_append (body, _("Both sides have to speak the same version of DTLS. This program speaks "
                           "DTLS 1.2: DTLS 1.0 is no longer safe, and DTLS 1.3 peers normally "
                           "speak 1.2 too."));
  g_string_append (body, "\n\n");
  g_string_append (body, _("Allow DTLS 1.2 on the other side. An old program may need an update "
                           "for that."));
}

static void
append_no_answer (const DtlsEvent   *event,
                  const ReportWords *w,
                  GString           *heading,
                  GString           *body)
{
  g_string_append (heading, _("Why there may be no answer"));
  /* Translators: %s is (ADDRESS:PORT) */
  g_string_append_printf (body, _("Nothing came back from %s. UDP does not tell why: the server "
                                  "may not run, may listen on another address or port, or a "
                                  "firewall may drop the datagrams."), w->peer);
  g_string_append (body, "\n\n");
  g_string_append (body, _("Check that the server says it is listening, and on which address: one "
                           "that listens on 127.0.0.1 is reached from its own computer only."));
}

static void
append_refused (const DtlsEvent   *event,
                const ReportWords *w,
                GString           *heading,
                GString           *body)
{
  g_string_append (heading, _("Why the port refuses"));
  /* Translators: a port number, an address */
  g_string_append_printf (body, _("The computer %s is there and answers that no program listens on "
                                  "UDP port %u."), w->host, event->peer.port);
  g_string_append (body, "\n\n");
  g_string_append (body, _("Start the server, or compare the port and the address it listens on "
                           "with those used here. The connection is tried until its time "
                           "is over."));
}

static void
append_no_route (const DtlsEvent   *event,
                 const ReportWords *w,
                 GString           *heading,
                 GString           *body)
{
  g_string_append (heading, _("Why there is no way"));
  /* Translators: %s is an address */
  g_string_append_printf (body, _("This computer, or a router near it, knows no way to %s. Not one "
                                  "datagram gets there."), w->host);
  g_string_append (body, "\n\n");
  g_string_append (body, _("Check the address, and that the network or the VPN it belongs to is "
                           "up. The connection is tried until its time is over."));
}

static void
append_not_sent (const DtlsEvent   *event,
                 const ReportWords *w,
                 GString           *heading,
                 GString           *body)
{
  g_string_append (heading, _("Why nothing could be sent"));
  g_string_append (body, _("A connection needs a UDP port of its own on this computer and a way to "
                           "the server. The system did not give one of them."));
  g_string_append (body, "\n\n");
  g_string_append (body, _("The line above names what is missing: choose another local port, fewer "
                           "connections, or check that the network is up."));
}

static void
append_not_dtls (const DtlsEvent   *event,
                 const ReportWords *w,
                 GString           *heading,
                 GString           *body)
{
  g_string_append (heading, _("Why this is not DTLS"));
  /* Translators: %s is (ADDRESS:PORT) */
  g_string_append_printf (body, _("%s answers, so the way there works. What it says does not begin "
                                  "as DTLS does: another program uses that port, or the server "
                                  "speaks its protocol without encryption."), w->peer);
  g_string_append (body, "\n\n");
  g_string_append (body, _("Check the port. Many protocols have one for plain text and another one "
                           "for DTLS: CoAP has 5683 and 5684."));
}

static void
append_lookup (const DtlsEvent   *event,
               const ReportWords *w,
               GString           *heading,
               GString           *body)
{
  g_string_append (heading, _("Why the name was not found"));
  if (event->number[0] == 1)
    g_string_append (body, _("A name has to be turned into an address first. The name service of "
                             "this computer did not answer."));
  else
    /* Translators: %s is a host name */
    g_string_append_printf (body, _("A name has to be turned into an address first. The name "
                                    "service answered that \"%s\" has none."), w->text);
  g_string_append (body, "\n\n");
  g_string_append (body, _("Look for a typing error. Names that only a local network knows are "
                           "found from inside it; an address always works."));
}

static void
append_listen_failed (const DtlsEvent   *event,
                      const ReportWords *w,
                      GString           *heading,
                      GString           *body)
{
  g_string_append (heading, _("Why listening did not begin"));
  g_string_append (body, _("The system gives a UDP port to one program at a time, ports below 1024 "
                           "to administrators only, and only on addresses that this computer has "
                           "at the moment."));
  g_string_append (body, "\n\n");
  g_string_append (body, _("Port 0 takes any free port. What the server listened on before goes "
                           "on."));
}

static void
append_repeated (const DtlsEvent   *event,
                 const ReportWords *w,
                 GString           *heading,
                 GString           *body)
{
  g_string_append (heading, _("Why it is sent again"));
  /* Translators: %s is (ADDRESS:PORT) */
  g_string_append_printf (body, _("%s proved its address and then did not answer. UDP may lose "
                                  "datagrams, so DTLS sends its last messages again and waits "
                                  "twice as long each time."), w->peer);
  g_string_append (body, "\n\n");
  g_string_append (body, _("One repeat is normal on a bad network. If each one is in vain, the "
                           "client has ended, or its way back is closed: try a smaller MTU."));
}

static void
append_started_over (const DtlsEvent   *event,
                     const ReportWords *w,
                     GString           *heading,
                     GString           *body)
{
  g_string_append (heading, _("Why it started over"));
  /* Translators: %s is (ADDRESS:PORT) */
  g_string_append_printf (body, _("A new first message came from %s, which is connected already. "
                                  "Most likely the client was restarted and has lost its keys. "
                                  "Anybody could forge that message, so the earlier connection "
                                  "stays until the new one has shown that it knows the key."),
                          w->peer);
  g_string_append (body, "\n\n");
  g_string_append (body, _("Nothing has to be done: the new connection takes the place of the "
                           "earlier one by itself."));
}

static void
append_unreachable (const DtlsEvent   *event,
                    const ReportWords *w,
                    GString           *heading,
                    GString           *body)
{
  g_string_append (heading, _("Why the peer is unreachable"));
  if (event->number[0] == 0 && event->number[1] > 0)
    g_string_append (body, _("The last messages got no answer. A server that was restarted knows "
                             "nothing of this connection and stays silent; so does one that "
                             "answers no messages at all."));
  else if (event->number[0] == 0)
    g_string_append (body, _("The last pings got no answer. A server that was restarted knows "
                             "nothing of this connection and stays silent."));
  else
    g_string_append (body, _("The network says that nobody takes what is sent. Anybody could forge "
                             "that, so the connection is not ended."));
  g_string_append (body, "\n\n");
  g_string_append (body, _("If the server was restarted, connect again. If the network was down, "
                           "the connection goes on by itself."));
}

static void
append_alert (const DtlsEvent   *event,
              const ReportWords *w,
              GString           *heading,
              GString           *body)
{
  g_string_append (heading, _("Why the connection ended"));
  if (event->number[1] >= 0)
    /* Translators: (ADDRESS:PORT), the name of an alert, its number */
    g_string_append_printf (body, _("%s sent the alert \"%s\" (%d), which ends a connection at "
                                    "once."), w->peer, dtls_alert_get_name (event->number[1]),
                            event->number[1]);
  else if (event->number[2] > 0)
    /* Translators: the name of an alert, its number, (ADDRESS:PORT) */
    g_string_append_printf (body, _("This program could not go on, and sent the alert \"%s\" (%d) "
                                    "to %s."), dtls_alert_get_name (event->number[2]),
                            event->number[2], w->peer);
  else
    g_string_append (body, _("This program could not go on. No alert was sent."));
  g_string_append (body, "\n\n");
  g_string_append (body, _("The log of the other side often says more. A line after this one names "
                           "the most likely cause, where there is one."));
}

static void
append_address_gone (const DtlsEvent   *event,
                     const ReportWords *w,
                     GString           *heading,
                     GString           *body)
{
  g_string_append (heading, _("Why the address is gone"));
  /* Translators: %s is an address */
  g_string_append_printf (body, _("The server listens on %s. A cable was pulled, a network left, a "
                                  "VPN ended, or the address was given to somebody else. What is "
                                  "sent there does not arrive."), w->host);
  g_string_append (body, "\n\n");
  g_string_append (body, _("When the address comes back, the server goes on by itself. To be "
                           "independent of single addresses, let it listen on all of them."));
}

static void
append_clock (const DtlsEvent   *event,
              const ReportWords *w,
              GString           *heading,
              GString           *body)
{
  g_string_append (heading, _("Why handshakes start again"));
  g_string_append (body, _("The time for each step of a handshake is measured with the computer's "
                           "clock. After a step of it, or a sleep, that time is wrong."));
  g_string_append (body, "\n\n");
  g_string_append (body, _("Nothing has to be done: encrypted connections and the listening port "
                           "stay as they are."));
}

static void
append_agrees (const DtlsEvent   *event,
               const ReportWords *w,
               GString           *heading,
               GString           *body)
{
  g_string_append (heading, _("Why the keys are the same after all"));
  /* Translators: %s is (ADDRESS:PORT) */
  g_string_append_printf (body, _("A message in the name of %s could not be opened, which made it "
                                  "look like another key. The true one came later and could be "
                                  "opened: the first one was damaged or forged."), w->peer);
  g_string_append (body, "\n\n");
  g_string_append (body, _("Nothing has to be done. If it happens often, somebody may be sending "
                           "forged datagrams."));
}

static void
append_closed (const DtlsEvent   *event,
               const ReportWords *w,
               GString           *heading,
               GString           *body)
{
  g_string_append (heading, _("Why the connection ended"));
  switch ((DtlsCloseReason) event->number[0])
    {
    case DTLS_CLOSE_IDLE:
      g_string_append (body, _("Nothing came for as long as the idle limit allows. A peer that has "
                               "vanished says no goodbye, so silence is all that shows it."));
      g_string_append (body, "\n\n");
      g_string_append (body, _("A client that is still there has to connect again. Let it ping "
                               "more often, or raise the idle limit."));
      break;
    case DTLS_CLOSE_HANDSHAKE_AGE:
      g_string_append (body, _("A handshake takes memory before the client has shown a key, so its "
                               "time is limited."));
      g_string_append (body, "\n\n");
      g_string_append (body, _("Lines above may say why it did not end: another key, an unknown "
                               "identity, or answers that got lost."));
      break;
    case DTLS_CLOSE_EVICTED:
      g_string_append (body, _("There is room for a limited number of handshakes and connections. "
                               "The one that had been silent for longest made room for a new "
                               "one."));
      g_string_append (body, "\n\n");
      g_string_append (body, _("Raise the limit if all of them are wanted."));
      break;
    case DTLS_CLOSE_PEER:
    default:
      /* Translators: %s is (ADDRESS:PORT) */
      g_string_append_printf (body, _("%s said goodbye (close_notify) and was answered. That is "
                                      "the orderly end of a connection, and no error."),
                              w->peer);
      g_string_append (body, "\n\n");
      g_string_append (body, _("Nothing has to be done. The other side ended it, or its program "
                               "was closed."));
    }
}

static void
append_stopped_midway (const DtlsEvent   *event,
                       const ReportWords *w,
                       GString           *heading,
                       GString           *body)
{
  g_string_append (heading, _("Why the handshake may not end"));
  /* Translators: %s is (ADDRESS:PORT) */
  g_string_append_printf (body, _("%s answered the first message, so the way there works. Then it "
                                  "fell silent before keys were used."), w->peer);
  g_string_append (body, "\n\n");
  g_string_append (body, _("Larger datagrams may get lost on the way: try a smaller MTU, for "
                           "example 512. The server may also have reached a limit, or have "
                           "ended."));
}

static void
append_demo_key (const DtlsEvent   *event,
                 const ReportWords *w,
                 GString           *heading,
                 GString           *body)
{
  g_string_append (heading, _("Why this key protects nothing"));
  g_string_append (body, _("The demonstration key 1a 2b 3c 4d 5e 6f is printed in public examples. "
                           "Anyone can connect with it, and read what it protects."));
  g_string_append (body, "\n\n");
  g_string_append (body, _("It is right for trying things out on one computer. For anything else "
                           "use a key of 16 random bytes or more."));
}

static void
append_short_key (const DtlsEvent   *event,
                  const ReportWords *w,
                  GString           *heading,
                  GString           *body)
{
  g_string_append (heading, _("Why short keys are for tests"));
  g_string_append (body, _("Who records one handshake can try keys against it at leisure. A short "
                           "key, or one made of words, is found that way."));
  g_string_append (body, "\n\n");
  g_string_append (body, _("Use 16 random bytes or more for anything that matters."));
}

static void
append_key_log (const DtlsEvent   *event,
                const ReportWords *w,
                GString           *heading,
                GString           *body)
{
  g_string_append (heading, _("Why session keys are written to a file"));
  g_string_append (body, _("The environment variable SSLKEYLOGFILE was set when the program "
                           "started. Who has that file can read recorded connections."));
  g_string_append (body, "\n\n");
  g_string_append (body, _("That is meant for analysing traffic. Start the program without the "
                           "variable to end it."));
}

typedef void (*WhyFunc) (const DtlsEvent   *event,
                         const ReportWords *w,
                         GString           *heading,
                         GString           *body);

static WhyFunc
find_gave_up (const DtlsEvent *event)
{
  switch ((DtlsGaveUpStage) event->number[2])
    {
    case DTLS_GAVE_UP_REFUSED:
      return append_refused;
    case DTLS_GAVE_UP_HANDSHAKE:
      return append_stopped_midway;
    case DTLS_GAVE_UP_KEYS:
      return append_keys_differ;
    case DTLS_GAVE_UP_NO_ROUTE:
      return append_no_route;
    case DTLS_GAVE_UP_NOT_DTLS:
      return append_not_dtls;
    case DTLS_GAVE_UP_UNSENT:
      return append_not_sent;
    case DTLS_GAVE_UP_SILENT:
    default:
      return append_no_answer;
    }
}

/* A client's first flight may meet nobody; later ones go to a server that has answered. */
static WhyFunc
find_repeated (const DtlsEvent *event)
{
  if (!report_is_client (event))
    return append_repeated;
  return event->number[0] > 1 ? append_stopped_midway : append_no_answer;
}

static WhyFunc
find_why (const DtlsEvent *event)
{
  switch ((DtlsCode) event->code)
    {
    case DTLS_CODE_KEY_DIFFERS:
      return append_keys_differ;
    case DTLS_CODE_UNKNOWN_IDENTITY:
      return append_unknown;
    case DTLS_CODE_NO_COMMON_SUITE:
      return append_no_suite;
    case DTLS_CODE_VERSION:
      return append_version;
    case DTLS_CODE_GAVE_UP:
      return find_gave_up (event);
    case DTLS_CODE_NOT_DTLS:
      return append_not_dtls;
    case DTLS_CODE_REFUSED:
      return event->number[0] == ECONNREFUSED ? append_refused : append_no_route;
    case DTLS_CODE_RETRANSMIT:
      return find_repeated (event);
    case DTLS_CODE_LOOKUP_FAILED:
      return append_lookup;
    case DTLS_CODE_LISTEN_FAILED:
      return append_listen_failed;
    case DTLS_CODE_START_FAILED:
      return append_not_sent;
    case DTLS_CODE_STARTED_OVER:
      return append_started_over;
    case DTLS_CODE_UNREACHABLE:
      return append_unreachable;
    case DTLS_CODE_FAILED:
      return append_alert;
    case DTLS_CODE_CLOSED:
      return event->number[0] == DTLS_CLOSE_LOCAL || event->number[0] == DTLS_CLOSE_LISTENER
               ? NULL : append_closed;
    case DTLS_CODE_KEY_AGREES:
      return append_agrees;
    case DTLS_CODE_INTERFACE_GONE:
      return append_address_gone;
    case DTLS_CODE_CLOCK_STEP:
      return append_clock;
    case DTLS_CODE_DEMO_KEY:
      return append_demo_key;
    case DTLS_CODE_SHORT_KEY:
      return append_short_key;
    case DTLS_CODE_KEY_LOG:
      return append_key_log;
    default:
      return NULL;
    }
}

/**
 * report_event_append_why:
 * @heading: takes one line
 * @body: takes two short paragraphs with an empty line between: what happened, what to do
 *
 * What the "Why?" of a row opens. Returns: whether the row has one. Thread: any. Source: UX 6.
 */
gboolean
report_event_append_why (const DtlsEvent *event,
                         GString         *heading,
                         GString         *body)
{
  WhyFunc func;
  ReportWords words;

  g_return_val_if_fail (event != NULL, FALSE);
  g_return_val_if_fail (heading != NULL && body != NULL, FALSE);

  func = event->kind == DTLS_EVENT_MESSAGE ? NULL : find_why (event);
  if (func == NULL)
    return FALSE;
  report_words_init (&words, event);
  func (event, &words, heading, body);
  report_words_clear (&words);
  return TRUE;
}
