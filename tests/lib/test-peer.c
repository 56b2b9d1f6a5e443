/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "test-peer.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "test-clock.h"
#include "test-forge.h"

enum
{
  BURST = 16,
  SLOT_BYTES = 65536,
  MIN_REPEAT_US = 10 * 1000,
  TAG_BYTES = 16,
  EXPLICIT_NONCE_BYTES = 8,
  MAX_SEALED_BYTES = 16384
};

/**
 * test_peer_transmit:
 *
 * Sends any bytes from the peer's socket, or keeps them while it is holding.
 */
void
test_peer_transmit (TestPeer *self, const void *bytes, gsize n_bytes)
{
  DtlsDatagram datagram = {
    .path = { .peer = self->remote, .socket = self->socket },
    .bytes = (guint8 *) bytes,
    .capacity = n_bytes,
    .n_bytes = n_bytes,
  };

  if (self->holding)
    {
      g_ptr_array_add (self->held, g_bytes_new (bytes, n_bytes));
      return;
    }
  self->n_datagrams_out++;
  self->n_bytes_out += n_bytes;
  dtls_transport_send (self->pipe, &datagram, 1, test_clock_get ());
}

static ssize_t
push_cb (gnutls_transport_ptr_t ptr, const void *bytes, size_t n_bytes)
{
  test_peer_transmit (ptr, bytes, n_bytes);
  return n_bytes;
}

static ssize_t
push_packed_cb (gnutls_transport_ptr_t ptr, const giovec_t *vec, int n)
{
  g_autoptr (GByteArray) datagram = g_byte_array_new ();

  for (int i = 0; i < n; i++)
    g_byte_array_append (datagram, vec[i].iov_base, vec[i].iov_len);
  test_peer_transmit (ptr, datagram->data, datagram->len);
  return datagram->len;
}

static ssize_t
pull_cb (gnutls_transport_ptr_t ptr, void *buffer, size_t size)
{
  TestPeer *self = ptr;
  g_autoptr (GBytes) datagram = g_queue_pop_head (&self->in);
  gsize n_bytes;
  const void *bytes;

  if (datagram == NULL)
    {
      self->starved = TRUE;
      gnutls_transport_set_errno (self->session, EAGAIN);
      return -1;
    }
  bytes = g_bytes_get_data (datagram, &n_bytes);
  n_bytes = MIN (n_bytes, size);
  memcpy (buffer, bytes, n_bytes);
  return n_bytes;
}

static int
pull_timeout_cb (gnutls_transport_ptr_t ptr, unsigned int ms)
{
  TestPeer *self = ptr;

  self->starved = g_queue_is_empty (&self->in);
  return self->starved ? 0 : 1;
}

static void
parse_hex (const char *hex, gnutls_datum_t *key)
{
  gnutls_datum_t text = { (guint8 *) hex, strlen (hex) };

  g_assert_cmpint (gnutls_hex_decode2 (&text, key), >=, 0);
}

static int
server_key_cb (gnutls_session_t session, const gnutls_datum_t *identity, gnutls_datum_t *key)
{
  TestPeer *self = gnutls_session_get_ptr (session);

  parse_hex (self->options.key_hex, key);
  return 0;
}

static void
make_credentials (TestPeer *self)
{
  gnutls_datum_t identity = { (guint8 *) self->options.identity, self->options.n_identity };
  gnutls_datum_t key;

  if (self->options.server)
    {
      g_assert_cmpint (gnutls_psk_allocate_server_credentials (&self->server), >=, 0);
      gnutls_psk_set_server_credentials_function2 (self->server, server_key_cb);
      gnutls_psk_set_server_known_dh_params (self->server, GNUTLS_SEC_PARAM_MEDIUM);
      return;
    }
  parse_hex (self->options.key_hex, &key);
  g_assert_cmpint (gnutls_psk_allocate_client_credentials (&self->client), >=, 0);
  g_assert_cmpint (gnutls_psk_set_client_credentials2 (self->client, &identity, &key,
                                                       GNUTLS_PSK_KEY_RAW), >=, 0);
  gnutls_free (key.data);
}

static void
make_session (TestPeer *self)
{
  gboolean is_server = self->options.server;

  g_assert_cmpint (gnutls_init (&self->session, GNUTLS_DATAGRAM | GNUTLS_NONBLOCK
                                                  | (is_server ? GNUTLS_SERVER : GNUTLS_CLIENT)),
                   >=, 0);
  g_assert_cmpint (gnutls_priority_set_direct (self->session, self->options.priority, NULL), >=, 0);
  gnutls_credentials_set (self->session, GNUTLS_CRD_PSK,
                          is_server ? (void *) self->server : (void *) self->client);
  gnutls_session_set_ptr (self->session, self);
  gnutls_transport_set_ptr (self->session, self);
  if (self->options.packed)
    gnutls_transport_set_vec_push_function (self->session, push_packed_cb);
  else
    gnutls_transport_set_push_function (self->session, push_cb);
  gnutls_transport_set_pull_function (self->session, pull_cb);
  gnutls_transport_set_pull_timeout_function (self->session, pull_timeout_cb);
  gnutls_dtls_set_mtu (self->session, self->options.mtu);
  gnutls_dtls_set_timeouts (self->session, self->options.timeout_ms, 60000);
}

/**
 * test_peer_new:
 * @options: copied; its identity and strings are borrowed
 * @local: (nullable): where its socket is; NULL: 127.0.0.1, any port
 * @remote: whom it talks to; a server answers whoever comes
 *
 * Returns: (transfer full): a peer that starts with its first turn
 */
TestPeer *
test_peer_new (TestNetwork *network, const TestPeerOptions *options, const DtlsAddress *local,
               const DtlsAddress *remote)
{
  TestPeer *self = g_new0 (TestPeer, 1);
  g_autoptr (GError) error = NULL;
  DtlsAddress any;

  if (options != NULL)
    self->options = *options;
  if (self->options.identity == NULL)
    {
      self->options.identity = "peer";
      self->options.n_identity = 4;
    }
  if (self->options.key_hex == NULL)
    self->options.key_hex = DTLS_DEMO_KEY_HEX;
  if (self->options.priority == NULL)
    self->options.priority = TEST_PEER_PRIORITY;
  if (self->options.mtu == 0)
    self->options.mtu = 1200;
  if (self->options.timeout_ms == 0)
    self->options.timeout_ms = 1000;
  self->alert = -1;
  self->pipe = test_pipe_new (network);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_queue_init (&self->in);
  if (remote != NULL)
    self->remote = *remote;
  if (local == NULL)
    {
      dtls_address_parse_ip (&any, "127.0.0.1", 0);
      local = &any;
    }
  dtls_transport_open (self->pipe, local, NULL, &self->socket, &self->local, &error);
  g_assert_no_error (error);
  make_credentials (self);
  make_session (self);
  return self;
}

void
test_peer_free (TestPeer *self)
{
  gnutls_deinit (self->session);
  if (self->client != NULL)
    gnutls_psk_free_client_credentials (self->client);
  if (self->server != NULL)
    gnutls_psk_free_server_credentials (self->server);
  g_queue_clear_full (&self->in, (GDestroyNotify) g_bytes_unref);
  g_ptr_array_unref (self->messages);
  g_ptr_array_unref (self->held);
  g_object_unref (self->pipe);
  g_free (self);
}

/**
 * test_peer_start_over:
 *
 * Forgets everything but the socket, as a program that was killed and started again on its port.
 */
void
test_peer_start_over (TestPeer *self)
{
  gnutls_deinit (self->session);
  self->started = self->established = self->closed = self->starved = FALSE;
  self->failure = 0;
  self->alert = -1;
  g_queue_clear_full (&self->in, (GDestroyNotify) g_bytes_unref);
  make_session (self);
}

static void
receive (TestPeer *self)
{
  static guint8 slots_memory[BURST][SLOT_BYTES];
  DtlsDatagram slots[BURST];
  guint n;

  for (guint i = 0; i < BURST; i++)
    slots[i] = (DtlsDatagram) { .bytes = slots_memory[i], .capacity = SLOT_BYTES };
  do
    {
      n = dtls_transport_receive (self->pipe, slots, BURST, test_clock_get ());
      for (guint i = 0; i < n; i++)
        {
          if (slots[i].error != 0 || slots[i].n_bytes == 0)
            continue;
          if (self->options.server)
            self->remote = slots[i].path.peer;
          self->n_datagrams_in++;
          self->n_bytes_in += slots[i].n_bytes;
          g_queue_push_tail (&self->in, g_bytes_new (slots[i].bytes, slots[i].n_bytes));
        }
    }
  while (n == BURST);
}

static void
note_failure (TestPeer *self, int code)
{
  self->failure = code;
  if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
    self->alert = gnutls_alert_get (self->session);
}

static void
step_handshake (TestPeer *self)
{
  int ret;

  if (self->started && g_queue_is_empty (&self->in) && gnutls_dtls_get_timeout (self->session) > 0)
    return;
  if (!self->started && self->options.server && g_queue_is_empty (&self->in))
    return;
  self->started = TRUE;
  do
    {
      self->starved = FALSE;
      ret = gnutls_handshake (self->session);
      if (ret == GNUTLS_E_WARNING_ALERT_RECEIVED)
        self->alert = gnutls_alert_get (self->session);
    }
  while (ret < 0 && !gnutls_error_is_fatal (ret) && !self->starved);
  self->established = ret == GNUTLS_E_SUCCESS;
  if (ret < 0 && gnutls_error_is_fatal (ret))
    note_failure (self, ret);
}

static void
step_records (TestPeer *self)
{
  static guint8 text[DTLS_MAX_RECORD_BYTES];
  ssize_t ret;

  do
    {
      self->starved = FALSE;
      ret = gnutls_record_recv (self->session, text, sizeof text);
      if (ret > 0)
        g_ptr_array_add (self->messages, g_bytes_new (text, ret));
      else if (ret == 0)
        self->closed = TRUE;
      else if (ret == GNUTLS_E_WARNING_ALERT_RECEIVED)
        self->alert = gnutls_alert_get (self->session);
      else if (gnutls_error_is_fatal (ret))
        note_failure (self, ret);
    }
  while (!self->closed && self->failure == 0 && !self->starved);
}

/**
 * test_peer_turn:
 *
 * Reads, answers and repeats what is due now.
 *
 * Returns: when its timer is due; G_MAXINT64 for never
 */
gint64
test_peer_turn (TestPeer *self)
{
  receive (self);
  if (self->failure == 0 && !self->established)
    step_handshake (self);
  if (self->failure == 0 && self->established && !self->closed)
    step_records (self);
  if (self->established || self->failure != 0 || !self->started)
    return G_MAXINT64;
  return test_clock_get () + MAX (MIN_REPEAT_US,
                                  gnutls_dtls_get_timeout (self->session) * (gint64) 1000);
}

void
test_peer_send (TestPeer *self, const char *text)
{
  g_assert_cmpint (gnutls_record_send (self->session, text, strlen (text)), ==, strlen (text));
}

void
test_peer_close (TestPeer *self)
{
  gnutls_bye (self->session, GNUTLS_SHUT_WR);
}

/* Whether a message with these bytes came. */
gboolean
test_peer_has (TestPeer *self, const char *text)
{
  for (guint i = 0; i < self->messages->len; i++)
    {
      gsize n_bytes;
      const void *bytes = g_bytes_get_data (g_ptr_array_index (self->messages, i), &n_bytes);

      if (n_bytes == strlen (text) && memcmp (bytes, text, n_bytes) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * test_peer_seal:
 * @type: content type
 * @sequence: 48 bits, far from what GnuTLS uses itself
 *
 * Encrypts any record with the session's own keys: what only the authenticated peer can do.
 * TEST_PEER_PRIORITY only.
 *
 * Returns: (transfer full): the record
 */
GByteArray *
test_peer_seal (TestPeer *self, guint8 type, guint64 sequence, const void *bytes, gsize n_bytes)
{
  gnutls_datum_t mac, iv, key;
  unsigned char state[8];
  guint8 nonce[12], aad[13], body[EXPLICIT_NONCE_BYTES + MAX_SEALED_BYTES + TAG_BYTES];
  size_t n_sealed = sizeof body - EXPLICIT_NONCE_BYTES;
  gnutls_aead_cipher_hd_t cipher;
  GByteArray *head = test_forge_record (type, 1, sequence, NULL, 0), *record;

  g_assert_cmpint (gnutls_cipher_get (self->session), ==, GNUTLS_CIPHER_AES_128_GCM);
  g_assert_cmpuint (n_bytes, <=, MAX_SEALED_BYTES);
  g_assert_cmpint (gnutls_record_get_state (self->session, 0, &mac, &iv, &key, state), >=, 0);
  memcpy (nonce, iv.data, 4);
  memcpy (nonce + 4, head->data + 3, EXPLICIT_NONCE_BYTES);     /* epoch and sequence */
  memcpy (aad, head->data + 3, EXPLICIT_NONCE_BYTES);
  memcpy (aad + 8, head->data, 3);
  aad[11] = n_bytes >> 8;
  aad[12] = n_bytes;
  memcpy (body, nonce + 4, EXPLICIT_NONCE_BYTES);
  g_assert_cmpint (gnutls_aead_cipher_init (&cipher, GNUTLS_CIPHER_AES_128_GCM, &key), >=, 0);
  g_assert_cmpint (gnutls_aead_cipher_encrypt (cipher, nonce, sizeof nonce, aad, sizeof aad,
                                               TAG_BYTES, bytes, n_bytes,
                                               body + EXPLICIT_NONCE_BYTES, &n_sealed), >=, 0);
  gnutls_aead_cipher_deinit (cipher);
  record = test_forge_record (type, 1, sequence, body, EXPLICIT_NONCE_BYTES + n_sealed);
  g_byte_array_unref (head);
  return record;
}
