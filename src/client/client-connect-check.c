/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-connect-check.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " \t")] == '\0';
}

/**
 * client_check_host:
 * @host: (out): without brackets; owned by the caller, NULL with an error
 * @port: (out): written only where @has_port
 *
 * A name or an address, with or without a port: "localhost", "::1", "[::1]:22334".
 */
char *
client_check_host (const char  *text,
                   char       **host,
                   guint16     *port,
                   gboolean    *has_port)
{
  g_autoptr(GError) error = NULL;
  guint16 found = 0;

  *host = NULL;
  *has_port = FALSE;
  if (is_blank (text))
    return g_strdup (_("Host name or address required to connect"));
  if (!dtls_endpoint_parse (text, 0, host, &found, has_port, &error))
    return g_strdup (error->message);
  if (*has_port)
    *port = found;
  return NULL;
}

/**
 * client_check_port:
 * @optional: nothing and 0 mean any port
 */
char *
client_check_port (const char *text,
                   gboolean    optional,
                   guint16    *port)
{
  g_autoptr(GError) error = NULL;

  *port = 0;
  if ((optional && is_blank (text)) || dtls_port_parse (text, optional, port, &error))
    return NULL;
  return g_strdup (error->message);
}

char *
client_check_name (const char *text)
{
  return is_blank (text) ? g_strdup (_("A name is needed: the messages go by it")) : NULL;
}

/**
 * client_check_identity:
 * @identity: (out): the octets of @text, owned by the caller; NULL with an error
 */
char *
client_check_identity (const char  *text,
                       GBytes     **identity)
{
  gsize n_bytes = strlen (text);

  *identity = NULL;
  if (n_bytes == 0)
    return g_strdup (_("An identity is needed"));
  if (n_bytes > DTLS_MAX_IDENTITY_BYTES)
    /* Translators: the length of an identity in bytes, then the most that is allowed */
    return g_strdup_printf (_("%u bytes, the most is %u"), (guint) n_bytes,
                            DTLS_MAX_IDENTITY_BYTES);

  *identity = g_bytes_new (text, n_bytes);
  return NULL;
}

/**
 * client_check_priority:
 * @profile: (out): owned by the caller; NULL with an error
 */
char *
client_check_priority (const char   *text,
                       DtlsProfile **profile)
{
  g_autoptr(GError) error = NULL;

  *profile = NULL;
  if (is_blank (text))
    return g_strdup (_("A priority string in the notation of GnuTLS is needed"));
  *profile = dtls_profile_new (text, &error);
  return *profile == NULL ? g_strdup (error->message) : NULL;
}

/**
 * client_check_mtu:
 * @mtu: (out): bytes; 0 means automatic
 */
char *
client_check_mtu (const char *text,
                  guint      *mtu)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  guint64 number = 0;

  *mtu = 0;
  if (*stripped != '\0'
      && !g_ascii_string_to_unsigned (stripped, 10, DTLS_MTU_MIN, DTLS_MTU_MAX, &number, NULL))
    /* Translators: the smallest and the largest datagram, in bytes */
    return g_strdup_printf (_("A number from %u to %u, or nothing"), DTLS_MTU_MIN, DTLS_MTU_MAX);
  *mtu = (guint) number;
  return NULL;
}

/**
 * client_check_key_file:
 * @table: what the file holds
 * @identity: (nullable): to be offered
 * @key: (out): owned by the caller; NULL with an error
 *
 * The key for @identity: its own, or that of a file with exactly one line.
 */
char *
client_check_key_file (DtlsCredentials  *table,
                       GBytes           *identity,
                       DtlsKey         **key)
{
  DtlsKey *found = dtls_credentials_get_shared (table);
  const char *text = "";
  gsize n_bytes = 0;

  *key = NULL;
  if (identity != NULL)
    text = g_bytes_get_data (identity, &n_bytes);
  if (found == NULL && n_bytes > 0)
    found = dtls_credentials_lookup (table, (const guint8 *) text, n_bytes);
  if (found == NULL && dtls_credentials_get_n (table) == 1)
    found = dtls_credentials_get (table, 0)->key;
  if (found == NULL)
    /* Translators: %.*s is an identity */
    return g_strdup_printf (_("The file has no key for the identity \"%.*s\""), (int) n_bytes,
                            text);

  *key = dtls_key_ref (found);
  return NULL;
}

/**
 * client_check_load_file:
 *
 * A psktool table, else one key in hex; the error is that of the former. Owned by the caller.
 */
DtlsCredentials *
client_check_load_file (const char  *path,
                        GError     **error)
{
  DtlsCredentials *credentials = dtls_credentials_load (path, error);

  if (credentials == NULL)
    {
      credentials = dtls_credentials_load_shared (path, NULL);
      if (credentials != NULL)
        g_clear_error (error);
    }
  return credentials;
}
