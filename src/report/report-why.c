/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-private.h"

#include <glib/gi18n-lib.h>

static gboolean
is_client (const DtlsEvent *event)
{
  return (event->flags & DTLS_EVENT_FLAG_CLIENT) != 0;
}

static void
append_keys_differ (const DtlsEvent   *event,
                    const ReportWords *w,
                    GString           *heading,
                    GString           *body)
{
  g_string_append (heading, _("Why the keys seem to differ"));
  if (is_client (event))
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
  if (is_client (event))
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
  if (is_client (event))
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
    case DTLS_GAVE_UP_SILENT:
    default:
      return append_no_answer;
    }
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
    case DTLS_CODE_REFUSED:
      return is_client (event) ? append_refused : NULL;
    case DTLS_CODE_RETRANSMIT:
      return is_client (event) ? append_no_answer : NULL;
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
