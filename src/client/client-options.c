/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-options.h"

#include <glib/gi18n-lib.h>

#include "dtls-error.h"
#include "report-options.h"
#include "report-ranges.h"
#include "report-text.h"

#define MAX_COUNT 10000
#define MAX_MESSAGE_BYTES 16384
#define TIMEOUT_MS 10000

/* The options as typed. */
typedef struct
{
  char *connect, *identity, *key_file, *shared_key_file, *profile, *mtu, *first_timeout, *give_up;
  char *local_port, *count, *ping_interval, *timeout;
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
take_message_cb (const char  *option,
                 const char  *value,
                 gpointer     user_data,
                 GError     **error)
{
  ClientOptions *self = user_data;
  gsize n_bytes = strlen (value);

  if (n_bytes == 0)
    return report_option_fail (error, option, value, _("the message is empty."));
  if (n_bytes > MAX_MESSAGE_BYTES)
    return report_option_fail (error, option, "…", _("the message is longer than 16384 bytes."));
  g_ptr_array_add (self->messages, g_bytes_new (value, n_bytes));
  return TRUE;
}

static gboolean
take_hex_cb (const char  *option,
             const char  *value,
             gpointer     user_data,
             GError     **error)
{
  ClientOptions *self = user_data;
  g_autoptr(GError) cause = NULL;
  g_autoptr(GByteArray) bytes = dtls_hex_parse (value, &cause);

  if (bytes == NULL)
    return report_option_fail (error, option, value, cause->message);
  if (bytes->len == 0)
    return report_option_fail (error, option, value, _("the message is empty."));
  if (bytes->len > MAX_MESSAGE_BYTES)
    return report_option_fail (error, option, "…", _("the message is longer than 16384 bytes."));
  g_ptr_array_add (self->messages, g_byte_array_free_to_bytes (g_steal_pointer (&bytes)));
  return TRUE;
}

static gboolean
take_limit_cb (const char  *option,
               const char  *value,
               gpointer     user_data,
               GError     **error)
{
  ClientOptions *self = user_data;

  return report_option_limit (value, DTLS_ROLE_CLIENT, &self->limits, error);
}

static gboolean
take_words (ClientOptions  *self,
            Typed          *typed,
            char          **argv,
            GError        **error)
{
  GOptionEntry entries[] = {
    { "connect", 0, 0, G_OPTION_ARG_STRING, &typed->connect,
      N_("Server to connect to: name or address, IPv6 in brackets"), N_("HOST:PORT") },
    { "name", 0, 0, G_OPTION_ARG_FILENAME, &self->name,
      N_("What the connection is called"), N_("TEXT") },
    { "identity", 0, 0, G_OPTION_ARG_FILENAME, &typed->identity,
      N_("Identity sent to the server, in clear (default: the name)"), N_("TEXT") },
    { "key-file", 0, 0, G_OPTION_ARG_FILENAME, &typed->key_file,
      N_("Keys, one IDENTITY:HEXKEY a line (- is standard input)"), N_("FILE") },
    { "shared-key-file", 0, 0, G_OPTION_ARG_FILENAME, &typed->shared_key_file,
      N_("One key in hex, for every identity (- is standard input)"), N_("FILE") },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &typed->profile,
      N_("Ciphers: compatible, forward-secret, constrained or a GnuTLS priority string"),
      N_("NAME") },
    { "mtu", 0, 0, G_OPTION_ARG_STRING, &typed->mtu,
      N_("Largest datagram sent, in bytes, or auto"), N_("N") },
    { "first-timeout", 0, 0, G_OPTION_ARG_STRING, &typed->first_timeout,
      N_("Milliseconds until a handshake message is sent again; doubles each time"), N_("MS") },
    { "give-up", 0, 0, G_OPTION_ARG_STRING, &typed->give_up,
      N_("Seconds until an unanswered handshake is given up"), N_("S") },
    { "reconnect", 0, 0, G_OPTION_ARG_NONE, &self->reconnect,
      N_("Connect again when a connection is lost"), NULL },
    { "local-port", 0, 0, G_OPTION_ARG_STRING, &typed->local_port,
      N_("Port to send from (with --count: the first of so many)"), N_("N") },
    { "count", 0, 0, G_OPTION_ARG_STRING, &typed->count,
      N_("Connections to open"), N_("N") },
    { "ping-interval", 0, 0, G_OPTION_ARG_STRING, &typed->ping_interval,
      N_("Seconds between pings, 0 for none"), N_("S") },
    { "limit", 0, 0, G_OPTION_ARG_CALLBACK, take_limit_cb,
      N_("Another limit, such as queue-events=10000 (may be repeated; see the manual page)"),
      N_("NAME=N") },
    { "message", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, take_message_cb,
      N_("With --headless: send this text, wait for the answer (may be repeated)"), N_("TEXT") },
    { "hex", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, take_hex_cb,
      N_("With --headless: the same with bytes in hex"), N_("BYTES") },
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &typed->timeout,
      N_("With --message: seconds to wait for the connection and for each answer"), N_("S") },
    { "headless", 0, 0, G_OPTION_ARG_NONE, &self->headless,
      N_("Print to standard output, without a window"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json,
      N_("With --headless: print one JSON object a line"), NULL },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &self->quiet,
      N_("With --headless: print warnings and errors only"), NULL },
    G_OPTION_ENTRY_NULL
  };

  return report_options_parse (entries, _("A DTLS client with pre-shared keys."), self, argv,
                               &self->answer, error);
}

static gboolean
take_server (ClientOptions  *self,
             const char     *value,
             GError        **error)
{
  g_autoptr(GError) cause = NULL;

  self->has_connect = value != NULL;
  self->port = DTLS_DEFAULT_PORT;
  if (value == NULL)
    {
      self->host = g_strdup ("localhost");
      return TRUE;
    }
  if (!dtls_endpoint_parse (value, DTLS_DEFAULT_PORT, &self->host, &self->port, NULL, &cause))
    return report_option_fail (error, "--connect", value, cause->message);
  if (self->port == 0)
    return report_option_fail (error, "--connect", value,
                               _("port 0 cannot be connected to: choose 1 to 65535."));
  return TRUE;
}

static gboolean
take_identity (ClientOptions  *self,
               const char     *value,
               GError        **error)
{
  if (self->name != NULL && *self->name == '\0')
    return report_option_fail (error, "--name", self->name, _("the name is empty."));
  if (value == NULL)
    return TRUE;
  if (*value == '\0')
    return report_option_fail (error, "--identity", value, _("the identity is empty."));
  if (strlen (value) > DTLS_MAX_IDENTITY_BYTES)
    return report_option_fail (error, "--identity", value,
                               _("the identity has more than 256 bytes."));
  self->identity = g_bytes_new (value, strlen (value));
  return TRUE;
}

static gboolean
take_numbers (ClientOptions  *self,
              const Typed    *typed,
              GError        **error)
{
  guint local_port = 0;

  if (!report_option_mtu (typed->mtu, &self->mtu, error) ||
      !report_option_integer ("--first-timeout", typed->first_timeout,
                              REPORT_FIRST_TIMEOUT_MS_MIN, REPORT_FIRST_TIMEOUT_MS_MAX,
                              &self->first_timeout_ms, error) ||
      !report_option_integer ("--give-up", typed->give_up, REPORT_GIVE_UP_S_MIN,
                              REPORT_GIVE_UP_S_MAX, &self->give_up_s, error) ||
      !report_option_integer ("--local-port", typed->local_port, 0, REPORT_PORT_MAX,
                              &local_port, error) ||
      !report_option_integer ("--count", typed->count, 1, MAX_COUNT, &self->count, error) ||
      !report_option_seconds ("--ping-interval", typed->ping_interval,
                              REPORT_PING_INTERVAL_MS_MIN, REPORT_PING_INTERVAL_MS_MAX,
                              &self->ping_interval_ms, error) ||
      !report_option_seconds ("--timeout", typed->timeout, 1, 24 * 3600 * 1000,
                              &self->timeout_ms, error))
    return FALSE;
  if (local_port > 0 && local_port + self->count - 1 > 65535)
    return report_option_fail (error, "--local-port", typed->local_port,
                               _("there are not so many ports from here up to 65535."));
  self->local_port = (guint16) local_port;
  self->has_mtu = typed->mtu != NULL;
  self->has_local_port = typed->local_port != NULL;
  self->has_ping_interval = typed->ping_interval != NULL;
  return TRUE;
}

/* The dialog makes one connection: several are for those that begin by themselves. */
static gboolean
check_count (const ClientOptions  *self,
             GError              **error)
{
  if (self->count == 1 || self->has_connect || self->headless)
    return TRUE;
  g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                       _("--count needs --connect or --headless."));
  return FALSE;
}

static gboolean
take_all (ClientOptions  *self,
          const Typed    *typed,
          const char     *directory,
          GError        **error)
{
  if (!take_server (self, typed->connect, error) ||
      !take_identity (self, typed->identity, error) ||
      !report_option_key_file (typed->key_file, typed->shared_key_file, directory,
                               &self->key_file, &self->key_file_is_shared, error) ||
      !report_option_profile (typed->profile, &self->profile, error) ||
      !take_numbers (self, typed, error) || !check_count (self, error))
    return FALSE;
  if (self->messages->len > 0)
    self->ping_interval_ms = 0;
  return self->headless ||
         (report_option_needs_headless ("--json", self->json, error) &&
          report_option_needs_headless ("--quiet", self->quiet, error) &&
          report_option_needs_headless ("--timeout", typed->timeout != NULL, error) &&
          report_option_needs_headless ("--message", self->messages->len > 0, error));
}

/**
 * client_options_new:
 * @argv: (array zero-terminated=1): the program's name first
 * @directory: (nullable): the working directory of the invocation
 *
 * Takes apart a command line. The key file is not read yet.
 * Returns: (transfer full): the options, or %NULL with one sentence (%DTLS_ERROR_INVALID). Thread:
 * any. Source: DESIGN 3.
 */
ClientOptions *
client_options_new (char       **argv,
                    const char  *directory,
                    GError     **error)
{
  const DtlsLimits limits = DTLS_LIMITS_DEFAULT;
  g_autoptr(ClientOptions) self = g_atomic_rc_box_new0 (ClientOptions);
  g_auto(Typed) typed = { NULL };

  g_return_val_if_fail (argv != NULL, NULL);

  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->limits = limits;
  self->count = 1;
  self->ping_interval_ms = CLIENT_PING_INTERVAL_MS;
  self->timeout_ms = TIMEOUT_MS;
  if (!take_words (self, &typed, argv, error))
    return NULL;
  if (self->answer == NULL && !take_all (self, &typed, directory, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
clear (ClientOptions *self)
{
  g_free (self->answer);
  g_free (self->host);
  g_free (self->name);
  g_free (self->key_file);
  g_clear_pointer (&self->identity, g_bytes_unref);
  g_clear_pointer (&self->credentials, dtls_credentials_unref);
  g_clear_pointer (&self->profile, dtls_profile_unref);
  g_ptr_array_unref (self->messages);
}

/**
 * client_options_ref:
 *
 * Another owner, who calls client_options_free() too. Thread: any.
 */
ClientOptions *
client_options_ref (ClientOptions *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
client_options_free (ClientOptions *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) clear);
}

/* What the connection number @index is called. */
static char *
make_name (const ClientOptions *self,
           guint                index)
{
  if (self->name != NULL && self->count == 1)
    return g_strdup (self->name);
  /* not translated: it is also the identity */
  return g_strdup_printf ("%s (clone number %u)",
                          self->name != NULL ? self->name : CLIENT_DEFAULT_NAME, index);
}

static DtlsKey *
find_key (const ClientOptions *self,
          GBytes              *identity)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (identity, &n_bytes);

  return dtls_credentials_lookup (self->credentials, bytes, n_bytes);
}

static GBytes *
make_identity (const ClientOptions *self,
               guint                index)
{
  char *name;

  if (self->identity != NULL)
    return g_bytes_ref (self->identity);
  name = make_name (self, index);
  return g_bytes_new_take (name, strlen (name));
}

/* Whether one key serves all connections: one for every identity, or a file of one line. */
static gboolean
has_one_key (const ClientOptions *self)
{
  return dtls_credentials_get_shared (self->credentials) != NULL ||
         dtls_credentials_get_n (self->credentials) == 1;
}

/* Whether the key file holds what each connection needs. */
static gboolean
check_keys (const ClientOptions  *self,
            GError              **error)
{
  if (has_one_key (self))
    return TRUE;
  for (guint i = 0; i < self->count; i++)
    {
      g_autoptr(GBytes) identity = make_identity (self, i);
      g_autoptr(GString) shown = NULL;
      gsize n_bytes;
      const guint8 *bytes = g_bytes_get_data (identity, &n_bytes);

      if (find_key (self, identity) != NULL)
        continue;
      shown = g_string_new (NULL);
      report_text_append_escaped (shown, bytes, n_bytes, REPORT_TEXT_LINE, 64);
      /* Translators: first a file name, then an identity */
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                   _("The key file %s has no line for identity \"%s\", and more lines than one."),
                   self->key_file, shown->str);
      return FALSE;
    }
  return TRUE;
}

/**
 * client_options_load_keys:
 * @input: (nullable): what "-" reads; %NULL: this process's standard input
 *
 * Reads the key file, or takes the demonstration key, and checks that it has a key for each
 * connection. Blocks while a stream is read.
 */
gboolean
client_options_load_keys (ClientOptions  *self,
                          GInputStream   *input,
                          GError        **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  g_clear_pointer (&self->credentials, dtls_credentials_unref);
  self->credentials = report_option_load_keys (self->key_file, self->key_file_is_shared, input,
                                               error);
  return self->credentials != NULL && check_keys (self, error);
}

/**
 * client_options_get_n_calls:
 *
 * Returns: 1 when all connections share one key, else one for each connection.
 */
guint
client_options_get_n_calls (const ClientOptions *self)
{
  g_return_val_if_fail (self != NULL && self->credentials != NULL, 0);

  return has_one_key (self) ? 1 : self->count;
}

/**
 * client_options_get_connect:
 * @call: from 0, below client_options_get_n_calls()
 * @connect: (out caller-allocates): to be cleared with client_options_clear_connect(); its host
 *   and profile are borrowed from @self
 * @count: (out): how many connections this call makes
 *
 * The options as the engine takes them. client_options_load_keys() comes first.
 */
void
client_options_get_connect (const ClientOptions *self,
                            guint                call,
                            DtlsConnectOptions  *connect,
                            guint               *count)
{
  DtlsKey *key;

  g_return_if_fail (self != NULL && self->credentials != NULL);
  g_return_if_fail (connect != NULL && count != NULL);

  memset (connect, 0, sizeof *connect);
  connect->host = self->host;
  connect->port = self->port;
  connect->profile = self->profile;
  connect->mtu = self->mtu;
  connect->first_timeout_ms = self->first_timeout_ms;
  connect->give_up_s = self->give_up_s;
  connect->reconnect = self->reconnect;
  connect->ping_interval_ms = self->ping_interval_ms;
  connect->identity = self->identity != NULL ? g_bytes_ref (self->identity) : NULL;

  key = dtls_credentials_get_shared (self->credentials);
  if (has_one_key (self))
    {
      *count = self->count;
      connect->name = g_strdup (self->name);
      connect->local_port = self->local_port;
      if (key == NULL)
        {
          const DtlsCredential *only = dtls_credentials_get (self->credentials, 0);

          key = only->key;
          if (self->identity == NULL)
            connect->identity = g_bytes_ref (only->identity);
        }
    }
  else
    {
      g_autoptr(GBytes) identity = make_identity (self, call);

      *count = 1;
      connect->name = make_name (self, call);
      connect->local_port = self->local_port > 0 ? (guint16) (self->local_port + call) : 0;
      key = find_key (self, identity);
    }
  connect->key = dtls_key_ref (key);
}

void
client_options_clear_connect (DtlsConnectOptions *connect)
{
  g_free ((char *) connect->name);
  g_clear_pointer (&connect->identity, g_bytes_unref);
  g_clear_pointer (&connect->key, dtls_key_unref);
}
