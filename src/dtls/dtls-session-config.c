/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-session-config-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "dtls-error.h"

enum
{
  SERVER_TIMEOUT_MS = 400,      /* clearly below the clients' 1000 ms (T24) */
  CLIENT_TIMEOUT_MS = 1000,
  TIMEOUT_WRAP_MS = 60000       /* GnuTLS doubles modulo this (T23) */
};

static gboolean
copy_to_gnutls (gnutls_datum_t *to, gconstpointer bytes, gsize n_bytes)
{
  to->data = gnutls_malloc (MAX (n_bytes, 1));
  if (to->data == NULL)
    return FALSE;
  memcpy (to->data, bytes, n_bytes);
  to->size = n_bytes;
  return TRUE;
}

/* 0: key filled; 1: unknown, GnuTLS invents one and goes on; negative: refuse at once (T33) */
static int
server_key_cb (gnutls_session_t handle, const gnutls_datum_t *identity, gnutls_datum_t *key)
{
  DtlsSession *self = gnutls_session_get_ptr (handle);
  DtlsKey *found = NULL;
  const guint8 *bytes;
  gsize n_bytes;

  switch (self->hooks->lookup (self->owner, identity, &found))
    {
    case DTLS_LOOKUP_FOUND:
      bytes = dtls_key_get_bytes (found, &n_bytes);
      return copy_to_gnutls (key, bytes, n_bytes) ? 0 : 1;
    case DTLS_LOOKUP_REFUSE:
      return -1;
    case DTLS_LOOKUP_UNKNOWN:
    default:
      return 1;
    }
}

static int
client_key_cb (gnutls_session_t handle, gnutls_datum_t *identity, gnutls_datum_t *key)
{
  DtlsSession *self = gnutls_session_get_ptr (handle);
  GBytes *who = NULL;
  DtlsKey *what = NULL;
  const guint8 *bytes;
  gsize n_bytes;

  self->hooks->provide (self->owner, &who, &what);
  bytes = g_bytes_get_data (who, &n_bytes);
  if (!copy_to_gnutls (identity, bytes, n_bytes))
    return -1;
  bytes = dtls_key_get_bytes (what, &n_bytes);
  return copy_to_gnutls (key, bytes, n_bytes) ? 0 : -1;
}

/* A start value that reaches a multiple of 60 000 by doubling ends in a flood (T23). */
static guint
safe_timeout (guint ms)
{
  ms = CLAMP (ms, 50, TIMEOUT_WRAP_MS - 1);
  for (guint doubled = ms; doubled <= TIMEOUT_WRAP_MS; doubled *= 2)
    if (doubled == TIMEOUT_WRAP_MS)
      return ms + 1;
  return ms;
}

static gboolean
make_server_credentials (DtlsSessionConfig *self, const char *hint, GError **error)
{
  int ret = gnutls_psk_allocate_server_credentials (&self->server);

  if (ret >= 0)
    /* else DHE-PSK is offered only to peers that list FFDHE groups (T46) */
    ret = gnutls_psk_set_server_known_dh_params (self->server, GNUTLS_SEC_PARAM_MEDIUM);
  if (ret >= 0 && hint != NULL && *hint != '\0')
    ret = gnutls_psk_set_server_credentials_hint (self->server, hint);
  if (ret < 0)
    return dtls_error_set_gnutls (error, ret, _("Could not prepare the server's keys"));
  gnutls_psk_set_server_credentials_function2 (self->server, server_key_cb);    /* T35 */
  return TRUE;
}

/**
 * dtls_session_config_new:
 * @hint: (nullable): identity hint of a server; ignored for a client
 * @mtu: UDP payload in bytes; 0: 1200
 * @first_timeout_ms: of a client; 0: 1000. A server's is 400 (T24)
 *
 * Returns: (transfer full): what sessions share, one priority for all of them (8 KiB each
 * otherwise). To be used by one thread.
 */
DtlsSessionConfig *
dtls_session_config_new (DtlsRole role, DtlsProfile *profile, const char *hint, guint mtu,
                         guint first_timeout_ms, GError **error)
{
  g_autoptr (DtlsSessionConfig) self = g_new0 (DtlsSessionConfig, 1);
  int ret;

  g_atomic_ref_count_init (&self->ref_count);
  self->role = role;
  self->profile = dtls_profile_ref (profile);
  self->mtu = mtu == 0 ? DTLS_MTU_DEFAULT : CLAMP (mtu, DTLS_MTU_MIN, DTLS_MTU_MAX);
  if (role == DTLS_ROLE_SERVER)
    {
      self->timeout_ms = SERVER_TIMEOUT_MS;
      return make_server_credentials (self, hint, error) ? g_steal_pointer (&self) : NULL;
    }
  self->timeout_ms = safe_timeout (first_timeout_ms == 0 ? CLIENT_TIMEOUT_MS : first_timeout_ms);
  ret = gnutls_psk_allocate_client_credentials (&self->client);
  if (ret < 0)
    {
      dtls_error_set_gnutls (error, ret, _("Could not prepare the client's key"));
      return NULL;
    }
  gnutls_psk_set_client_credentials_function2 (self->client, client_key_cb);
  return g_steal_pointer (&self);
}

/**
 * dtls_session_config_ref:
 *
 * Returns: (transfer full): @self. Thread: the engine's.
 */
DtlsSessionConfig *
dtls_session_config_ref (DtlsSessionConfig *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * dtls_session_config_unref:
 *
 * The last one frees it with its credentials, and wipes the plaintext. Thread: the engine's.
 */
void
dtls_session_config_unref (DtlsSessionConfig *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->server != NULL)
    gnutls_psk_free_server_credentials (self->server);
  if (self->client != NULL)
    gnutls_psk_free_client_credentials (self->client);
  dtls_profile_unref (self->profile);
  dtls_key_wipe (self->text, sizeof self->text);
  g_free (self);
}

/**
 * dtls_session_config_get_profile:
 *
 * Returns: (transfer none): what it was made with. Thread: the engine's.
 */
DtlsProfile *
dtls_session_config_get_profile (DtlsSessionConfig *self)
{
  return self->profile;
}
