/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-session-config-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <limits.h>
#include <string.h>

#include "dtls-error.h"

enum { MAX_FEED_CALLS = 8 };

static ssize_t
push_cb (gnutls_transport_ptr_t ptr, const giovec_t *vec, int n)
{
  DtlsSession *self = ptr;
  ssize_t n_bytes = 0;

  for (int i = 0; i < n; i++)
    n_bytes += vec[i].iov_len;
  self->sent = TRUE;
  self->hooks->output (self->owner, vec, n);
  return n_bytes;               /* always all of it: T18 */
}

static ssize_t
pull_cb (gnutls_transport_ptr_t ptr, void *buffer, size_t size)
{
  DtlsSession *self = ptr;
  gsize n = MIN (size, self->n_in);
  guint8 *bytes = buffer;

  if (self->in == NULL)
    {
      gnutls_transport_set_errno (self->handle, EAGAIN);
      return -1;                /* never 0, that would be an end of stream (T2) */
    }
  memcpy (buffer, self->in, n);
  self->in = NULL;
  /* The number of a clear record is anybody's word: a forged high one would move the replay
   * window past all that the peer has to say. Messages have numbers of their own. */
  if (n >= DTLS_RECORD_HEADER_BYTES && bytes[3] == 0 && bytes[4] == 0)
    {
      memset (bytes + 5, 0, 2);
      for (guint i = 0; i < 4; i++)
        bytes[7 + i] = self->n_clear >> 8 * (3 - i);
      self->n_clear++;
    }
  return n;
}

static int
pull_timeout_cb (gnutls_transport_ptr_t ptr, unsigned int ms)
{
  DtlsSession *self = ptr;

  return self->in != NULL ? 1 : 0;
}

/**
 * dtls_session_new:
 * @config: a reference is taken
 * @hooks: static
 * @owner: given to the hooks
 * @prestate: (nullable): of a checked cookie, for a server; without it a verified handshake
 *   would hang (T28)
 *
 * Makes one GnuTLS session on memory: no socket, no clock of ours, never blocks. A client's
 * first tick sends the hello; a server's first feed is the verified hello.
 *
 * Returns: (transfer full) (nullable): NULL when GnuTLS has no memory or the priority cannot
 * be used. Thread: the engine's.
 */
DtlsSession *
dtls_session_new (DtlsSessionConfig *config, const DtlsSessionHooks *hooks, gpointer owner,
                  gnutls_dtls_prestate_st *prestate)
{
  DtlsSession *self = g_new0 (DtlsSession, 1);
  unsigned int flags = GNUTLS_DATAGRAM | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS;
  int ret;

  self->config = dtls_session_config_ref (config);
  self->hooks = hooks;
  self->owner = owner;
  self->alert_received = self->alert_sent = -1;
  flags |= config->role == DTLS_ROLE_SERVER ? GNUTLS_SERVER : GNUTLS_CLIENT;
  ret = gnutls_init (&self->handle, flags);
  if (ret >= 0)
    ret = gnutls_priority_set (self->handle, dtls_profile_get_priority (config->profile));
  if (ret >= 0)
    ret = gnutls_credentials_set (self->handle, GNUTLS_CRD_PSK,
                                  config->role == DTLS_ROLE_SERVER ? (gpointer) config->server
                                                                   : (gpointer) config->client);
  if (ret < 0)
    {
      dtls_session_free (self);
      return NULL;
    }
  gnutls_session_set_ptr (self->handle, self);
  gnutls_transport_set_ptr (self->handle, self);
  gnutls_transport_set_vec_push_function (self->handle, push_cb);
  gnutls_transport_set_pull_function (self->handle, pull_cb);   /* both of them: T5 */
  gnutls_transport_set_pull_timeout_function (self->handle, pull_timeout_cb);
  gnutls_dtls_set_mtu (self->handle, config->mtu);
  gnutls_dtls_set_timeouts (self->handle, config->timeout_ms, INT_MAX);
  if (prestate != NULL)
    gnutls_dtls_prestate_set (self->handle, prestate);
  return self;
}

/**
 * dtls_session_free:
 * @self: (nullable):
 *
 * Frees it without a word on the wire. Thread: the engine's.
 */
void
dtls_session_free (DtlsSession *self)
{
  if (self == NULL)
    return;
  if (self->handle != NULL)
    gnutls_deinit (self->handle);
  dtls_session_config_unref (self->config);
  g_free (self);
}

/**
 * dtls_session_set_owner:
 * @owner: borrowed; what the hooks get from now on
 *
 * Thread: the engine's.
 */
void
dtls_session_set_owner (DtlsSession *self, gpointer owner)
{
  self->owner = owner;
}

static DtlsStep
fail (DtlsSession *self, int code)
{
  self->over = TRUE;
  self->failure = code;
  if (code == GNUTLS_E_FATAL_ALERT_RECEIVED || code == GNUTLS_E_WARNING_ALERT_RECEIVED)
    self->alert_received = gnutls_alert_get (self->handle);
  return DTLS_STEP_FAILED;
}

/* One alert, best effort: GnuTLS sends none by itself (T32), and none where it would tell an
 * attacker whether an identity exists (S16): those failures never come here, they are silence. */
static void
answer_failure (DtlsSession *self, int code)
{
  int level, alert;

  if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
    return;
  alert = code == GNUTLS_E_SRP_PWD_ERROR ? GNUTLS_A_UNKNOWN_PSK_IDENTITY  /* the hook refused */
                                         : gnutls_error_to_alert (code, &level);
  if (alert < 0 || gnutls_alert_send (self->handle, GNUTLS_AL_FATAL, alert) < 0)
    return;
  self->alert_sent = alert;
}

static DtlsStep
step_handshake (DtlsSession *self)
{
  int ret = GNUTLS_E_AGAIN;

  for (int i = 0; i < MAX_FEED_CALLS && !self->established; i++)
    {
      ret = gnutls_handshake (self->handle);
      if (ret == GNUTLS_E_SUCCESS)
        {
          self->established = TRUE;
          return DTLS_STEP_ESTABLISHED;
        }
      if (gnutls_error_is_fatal (ret))
        {
          answer_failure (self, ret);
          return fail (self, ret);
        }
      if (self->in == NULL)
        break;                  /* taken, T9: not before the pull function was asked in vain */
    }
  return 0;
}

static DtlsStep
step_record (DtlsSession *self, const guint8 **text, gsize *n_text)
{
  for (int i = 0; i < MAX_FEED_CALLS; i++)
    {
      ssize_t ret = gnutls_record_recv (self->handle, self->config->text,
                                        sizeof self->config->text);

      if (ret > 0)
        {
          *text = self->config->text;
          *n_text = ret;
          return DTLS_STEP_MESSAGE;
        }
      if (ret == 0)
        {
          self->over = TRUE;
          return DTLS_STEP_CLOSED;
        }
      if (ret == GNUTLS_E_REHANDSHAKE)
        gnutls_alert_send (self->handle, GNUTLS_AL_WARNING, GNUTLS_A_NO_RENEGOTIATION); /* T15 */
      else if (ret == GNUTLS_E_TIMEDOUT)
        return 0;               /* T12: only says that the peer repeats an old flight */
      else if (gnutls_error_is_fatal (ret))
        return fail (self, ret);
      if (self->in == NULL)
        break;
    }
  return 0;
}

/**
 * dtls_session_feed:
 * @record: one complete record; borrowed for the call
 * @text: (out): plaintext, until the next feed of any session of this config
 * @n_text: (out): its length; written only with DTLS_STEP_MESSAGE
 *
 * Gives one record to GnuTLS and says what came of it. Pull gives the record in hand and then
 * nothing, so GnuTLS can neither glue datagrams together nor keep one back (T3, T9, T10).
 * Thread: the engine's.
 */
DtlsStep
dtls_session_feed (DtlsSession *self, const DtlsRecord *record, const guint8 **text, gsize *n_text)
{
  unsigned int discarded;
  DtlsStep step;

  if (self->over)
    return DTLS_STEP_REFUSED;
  discarded = gnutls_record_get_discarded (self->handle);
  self->in = record->bytes;
  self->n_in = record->n_bytes;
  self->sent = FALSE;
  step = self->established ? step_record (self, text, n_text) : step_handshake (self);
  self->in = NULL;
  if (gnutls_record_get_discarded (self->handle) != discarded)
    step |= DTLS_STEP_REFUSED;
  if (self->sent)
    step |= DTLS_STEP_SENT;
  return step;
}

/**
 * dtls_session_tick:
 *
 * Lets a half-open session look at its timer: a client's first hello, or a flight again.
 * Thread: the engine's.
 */
DtlsStep
dtls_session_tick (DtlsSession *self)
{
  DtlsStep step;

  if (self->over || self->established)
    return 0;
  self->sent = FALSE;
  step = step_handshake (self);
  return self->sent ? step | DTLS_STEP_SENT : step;
}

/**
 * dtls_session_get_timeout_ms:
 *
 * Returns: milliseconds until the flight is due again; G_MAXUINT once established (T22).
 * Thread: the engine's.
 */
guint
dtls_session_get_timeout_ms (DtlsSession *self)
{
  if (self->over || self->established)
    return G_MAXUINT;
  return gnutls_dtls_get_timeout (self->handle);
}

/**
 * dtls_session_send:
 *
 * One message, one record, one datagram. Refuses what does not fit (S29) with the limit named;
 * the session lives on. Thread: the engine's.
 */
gboolean
dtls_session_send (DtlsSession *self, const guint8 *bytes, gsize n_bytes, GError **error)
{
  ssize_t ret;

  if (n_bytes == 0)
    {
      g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                           _("An empty message cannot be sent."));
      return FALSE;
    }
  ret = gnutls_record_send (self->handle, bytes, n_bytes);
  if (ret == GNUTLS_E_LARGE_PACKET)
    {
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_TOO_LARGE,
                   _("The message has %zu bytes; at most %u fit into one datagram."),
                   n_bytes, dtls_session_get_data_mtu (self));
      return FALSE;
    }
  if (ret < 0)
    return dtls_error_set_gnutls (error, ret, _("Could not send the message"));
  return TRUE;
}

/**
 * dtls_session_close:
 *
 * Sends one close_notify and does not wait for an answer (T41). A half-open session says nothing.
 * Thread: the engine's.
 */
void
dtls_session_close (DtlsSession *self)
{
  if (self->established && self->failure == 0)
    gnutls_bye (self->handle, GNUTLS_SHUT_WR);
  self->over = TRUE;
}

/**
 * dtls_session_is_established:
 *
 * Returns: whether the handshake was done, also after the session is over. Thread: the engine's.
 */
gboolean
dtls_session_is_established (DtlsSession *self)
{
  return self->established;
}

/**
 * dtls_session_get_failure:
 * @alert_received: (out): or -1
 * @alert_sent: (out): or -1
 *
 * Returns: the GnuTLS code that ended the session, 0 when none did. Thread: the engine's.
 */
int
dtls_session_get_failure (DtlsSession *self, int *alert_received, int *alert_sent)
{
  *alert_received = self->alert_received;
  *alert_sent = self->alert_sent;
  return self->failure;
}

/**
 * dtls_session_get_suite:
 *
 * Returns: the IANA name of the negotiated suite; static. Thread: the engine's.
 */
const char *
dtls_session_get_suite (DtlsSession *self)
{
  const char *name = gnutls_ciphersuite_get (self->handle);

  return name != NULL ? name : "";
}

/**
 * dtls_session_get_data_mtu:
 *
 * Returns: the most bytes of application data that one datagram holds. Thread: the engine's.
 */
guint
dtls_session_get_data_mtu (DtlsSession *self)
{
  return gnutls_dtls_get_data_mtu (self->handle);
}

/**
 * dtls_session_get_mtu:
 *
 * Returns: the most bytes that one of its datagrams has. Thread: the engine's.
 */
guint
dtls_session_get_mtu (DtlsSession *self)
{
  return gnutls_dtls_get_mtu (self->handle);
}

/**
 * dtls_session_set_mtu:
 * @mtu: cut to DTLS_MTU_MIN and to what the session was made with
 *
 * What repeats and later data have to fit into (T19). Thread: the engine's.
 */
void
dtls_session_set_mtu (DtlsSession *self, guint mtu)
{
  gnutls_dtls_set_mtu (self->handle, CLAMP (mtu, DTLS_MTU_MIN, self->config->mtu));
}

/**
 * dtls_session_can_take_ccs:
 *
 * Whether the message that goes before the peer's ChangeCipherSpec is in (T25).
 * Thread: the engine's.
 */
gboolean
dtls_session_can_take_ccs (DtlsSession *self)
{
  if (self->config->role == DTLS_ROLE_SERVER)
    return gnutls_handshake_get_last_in (self->handle) == GNUTLS_HANDSHAKE_CLIENT_KEY_EXCHANGE;
  /* without tickets nothing of the server stands between its flight 4 and its ChangeCipherSpec */
  return dtls_session_has_sent_finished (self);
}

/**
 * dtls_session_has_sent_finished:
 *
 * Returns: whether its own last handshake message is on its way: a server's key is in use.
 * Thread: the engine's.
 */
gboolean
dtls_session_has_sent_finished (DtlsSession *self)
{
  return gnutls_handshake_get_last_out (self->handle) == GNUTLS_HANDSHAKE_FINISHED;
}

/**
 * dtls_session_get_flight:
 *
 * Returns: the number of the last flight sent, as RFC 6347 section 4.2.4 counts them, 0 for none.
 * Thread: the engine's.
 */
guint
dtls_session_get_flight (DtlsSession *self)
{
  gnutls_handshake_description_t out = gnutls_handshake_get_last_out (self->handle);
  gboolean server = self->config->role == DTLS_ROLE_SERVER;

  if (out == GNUTLS_HANDSHAKE_FINISHED)
    return server ? 6 : 5;
  if (server)
    return out == GNUTLS_HANDSHAKE_SERVER_HELLO_DONE ? 4 : 0;
  if (out != GNUTLS_HANDSHAKE_CLIENT_HELLO)
    return 0;
  return gnutls_handshake_get_last_in (self->handle) == GNUTLS_HANDSHAKE_HELLO_VERIFY_REQUEST ? 3
                                                                                              : 1;
}
