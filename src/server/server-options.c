/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-options.h"

#include <glib/gi18n-lib.h>

#include "report-options.h"
#include "report-ranges.h"

/* The options as typed. */
typedef struct
{
  char *listen, *key_file, *shared_key_file, *profile, *mtu, *idle_timeout, *handshake_age;
  char *max_connections, *max_handshakes, *reply;
} Typed;

static void
typed_clear (Typed *typed)
{
  char **all = (char **) typed;

  for (guint i = 0; i < sizeof *typed / sizeof *all; i++)
    g_free (all[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Typed, typed_clear)

static gboolean
take_limit_cb (const char  *option,
               const char  *value,
               gpointer     user_data,
               GError     **error)
{
  ServerOptions *self = user_data;

  return report_option_limit (value, DTLS_ROLE_SERVER, &self->limits, error);
}

static gboolean
take_words (ServerOptions  *self,
            Typed          *typed,
            char          **argv,
            GError        **error)
{
  GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &typed->listen,
      N_("Address and port to listen on ([::]:22334 is all addresses, port 0 any free port)"),
      N_("ADDRESS:PORT") },
    { "key-file", 0, 0, G_OPTION_ARG_FILENAME, &typed->key_file,
      N_("Keys, one IDENTITY:HEXKEY a line (- is standard input)"), N_("FILE") },
    { "shared-key-file", 0, 0, G_OPTION_ARG_FILENAME, &typed->shared_key_file,
      N_("One key in hex, for every identity (- is standard input)"), N_("FILE") },
    { "hint", 0, 0, G_OPTION_ARG_FILENAME, &self->hint,
      N_("Identity hint that clients are shown"), N_("TEXT") },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &typed->profile,
      N_("Ciphers: compatible, forward-secret, constrained or a GnuTLS priority string"),
      N_("NAME") },
    { "mtu", 0, 0, G_OPTION_ARG_STRING, &typed->mtu,
      N_("Largest datagram sent, in bytes, or auto"), N_("N") },
    { "idle-timeout", 0, 0, G_OPTION_ARG_STRING, &typed->idle_timeout,
      N_("Close connections that are silent for so many seconds"), N_("S") },
    { "handshake-age", 0, 0, G_OPTION_ARG_STRING, &typed->handshake_age,
      N_("Drop handshakes that are not finished after so many seconds"), N_("S") },
    { "max-connections", 0, 0, G_OPTION_ARG_STRING, &typed->max_connections,
      N_("Connections at the same time"), N_("N") },
    { "max-handshakes", 0, 0, G_OPTION_ARG_STRING, &typed->max_handshakes,
      N_("Unfinished handshakes at the same time"), N_("N") },
    { "limit", 0, 0, G_OPTION_ARG_CALLBACK, take_limit_cb,
      N_("Another limit, such as queue-events=10000 (may be repeated; see the manual page)"),
      N_("NAME=N") },
    { "reply", 0, 0, G_OPTION_ARG_STRING, &typed->reply,
      N_("What messages are answered with"), "ack|echo|none" },
    { "tell-why", 0, 0, G_OPTION_ARG_NONE, &self->tell_why,
      N_("Tell clients when their identity is not known"), NULL },
    { "headless", 0, 0, G_OPTION_ARG_NONE, &self->headless,
      N_("Print to standard output, without a window"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json,
      N_("With --headless: print one JSON object a line"), NULL },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &self->quiet,
      N_("With --headless: print warnings and errors only"), NULL },
    G_OPTION_ENTRY_NULL
  };

  return report_options_parse (entries, _("A DTLS server with pre-shared keys."), self, argv,
                               &self->answer, error);
}

static gboolean
take_address (ServerOptions  *self,
              const char     *value,
              GError        **error)
{
  g_autoptr(GError) cause = NULL;
  g_autofree char *host = NULL;
  guint16 port;

  self->has_listen = value != NULL;
  if (value == NULL)
    {
      dtls_address_parse_ip (&self->local, "127.0.0.1", DTLS_DEFAULT_PORT);
      return TRUE;
    }
  if (!dtls_endpoint_parse (value, DTLS_DEFAULT_PORT, &host, &port, NULL, &cause))
    return report_option_fail (error, "--listen", value, cause->message);
  if (!dtls_address_parse_ip (&self->local, host, port))
    return report_option_fail (error, "--listen", value,
                               _("a numeric address of this computer is needed, for example "
                                 "127.0.0.1:22334 or [::]:22334."));
  return TRUE;
}

static gboolean
take_reply (ServerOptions  *self,
            const char     *value,
            GError        **error)
{
  static const char *const NAMES[] = { "ack", "echo", "none" };

  if (value == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    if (g_str_equal (value, NAMES[i]))
      {
        self->reply = (DtlsReply) i;
        return TRUE;
      }
  return report_option_fail (error, "--reply", value, _("it must be ack, echo or none."));
}

static gboolean
take_limits (ServerOptions  *self,
             const Typed    *typed,
             GError        **error)
{
  DtlsLimits *limits = &self->limits;
  guint idle_s = (guint) (limits->idle_us / G_USEC_PER_SEC);
  guint age_s = (guint) (limits->half_open_age_us / G_USEC_PER_SEC);

  if (!report_option_integer ("--idle-timeout", typed->idle_timeout, REPORT_IDLE_TIMEOUT_S_MIN,
                              REPORT_IDLE_TIMEOUT_S_MAX, &idle_s, error) ||
      !report_option_integer ("--handshake-age", typed->handshake_age,
                              REPORT_HANDSHAKE_AGE_S_MIN, REPORT_HANDSHAKE_AGE_S_MAX, &age_s,
                              error) ||
      !report_option_integer ("--max-connections", typed->max_connections,
                              REPORT_MAX_CONNECTIONS_MIN, REPORT_MAX_CONNECTIONS_MAX,
                              &limits->max_connections, error) ||
      !report_option_integer ("--max-handshakes", typed->max_handshakes,
                              REPORT_MAX_HANDSHAKES_MIN, REPORT_MAX_HANDSHAKES_MAX,
                              &limits->max_half_open, error))
    return FALSE;
  limits->idle_us = (gint64) idle_s * G_USEC_PER_SEC;
  limits->half_open_age_us = (gint64) age_s * G_USEC_PER_SEC;
  return TRUE;
}

static gboolean
take_all (ServerOptions  *self,
          const Typed    *typed,
          const char     *directory,
          GError        **error)
{
  if (!take_address (self, typed->listen, error) ||
      !report_option_key_file (typed->key_file, typed->shared_key_file, directory,
                               &self->key_file, &self->key_file_is_shared, error) ||
      !report_option_profile (typed->profile, &self->profile, error) ||
      !report_option_mtu (typed->mtu, &self->mtu, error) ||
      !take_reply (self, typed->reply, error) || !take_limits (self, typed, error))
    return FALSE;
  return self->headless || (report_option_needs_headless ("--json", self->json, error) &&
                            report_option_needs_headless ("--quiet", self->quiet, error));
}

/**
 * server_options_new:
 * @argv: (array zero-terminated=1): the program's name first
 * @directory: (nullable): the working directory of the invocation
 *
 * Takes apart a command line. The key file is not read yet.
 * Returns: (transfer full): the options, or %NULL with one sentence (%DTLS_ERROR_INVALID). Thread:
 * any. Source: DESIGN 3.
 */
ServerOptions *
server_options_new (char       **argv,
                    const char  *directory,
                    GError     **error)
{
  const DtlsLimits limits = DTLS_LIMITS_DEFAULT;
  g_autoptr(ServerOptions) self = g_new0 (ServerOptions, 1);
  g_auto(Typed) typed = { NULL };

  g_return_val_if_fail (argv != NULL, NULL);

  self->limits = limits;
  self->reply = DTLS_REPLY_ACK;
  if (!take_words (self, &typed, argv, error))
    return NULL;
  if (self->answer == NULL && !take_all (self, &typed, directory, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
server_options_free (ServerOptions *self)
{
  g_free (self->answer);
  g_free (self->key_file);
  g_free (self->hint);
  g_clear_pointer (&self->credentials, dtls_credentials_unref);
  g_clear_pointer (&self->profile, dtls_profile_unref);
  g_free (self);
}

/**
 * server_options_load_keys:
 * @input: (nullable): what "-" reads; %NULL: this process's standard input
 *
 * Reads the key file, or takes the demonstration key; on failure the keys held before stay.
 * Blocks while a stream is read.
 */
gboolean
server_options_load_keys (ServerOptions  *self,
                          GInputStream   *input,
                          GError        **error)
{
  DtlsCredentials *credentials;

  g_return_val_if_fail (self != NULL, FALSE);

  credentials = report_option_load_keys (self->key_file, self->key_file_is_shared, input, error);
  if (credentials == NULL)
    return FALSE;
  g_clear_pointer (&self->credentials, dtls_credentials_unref);
  self->credentials = credentials;
  return TRUE;
}

/**
 * server_options_get_listen:
 * @listen: (out caller-allocates): borrows from @self
 *
 * The options as the engine takes them. server_options_load_keys() comes first.
 */
void
server_options_get_listen (const ServerOptions *self,
                           DtlsListenOptions   *listen)
{
  g_return_if_fail (self != NULL && self->credentials != NULL);
  g_return_if_fail (listen != NULL);

  memset (listen, 0, sizeof *listen);
  listen->local = self->local;
  listen->credentials = self->credentials;
  listen->profile = self->profile;
  listen->hint = self->hint != NULL ? self->hint : DTLS_DEFAULT_HINT;
  listen->mtu = self->mtu;
  listen->reply = self->reply;
  listen->tell_why = self->tell_why;
  listen->limits = self->limits;
}
