/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "test-forge.h"

#include <string.h>

enum
{
  CLIENT_HELLO = 1,
  HELLO_VERIFY_REQUEST = 3,
  HANDSHAKE_HEADER_BYTES = 12
};

static void
put_number (GByteArray *bytes, guint64 number, guint n_bytes)
{
  for (guint i = n_bytes; i > 0; i--)
    {
      guint8 byte = number >> 8 * (i - 1);

      g_byte_array_append (bytes, &byte, 1);
    }
}

static void
put_bytes (GByteArray *bytes, const void *more, gsize n_more)
{
  if (n_more > 0)
    g_byte_array_append (bytes, more, n_more);
}

/**
 * test_forge_record:
 * @sequence: 48 bits
 *
 * Returns: (transfer full): one DTLS 1.2 record with @body as it is
 */
GByteArray *
test_forge_record (guint8 type, guint16 epoch, guint64 sequence, const void *body, gsize n_body)
{
  GByteArray *record = g_byte_array_new ();

  put_number (record, type, 1);
  put_number (record, 0xfefd, 2);
  put_number (record, epoch, 2);
  put_number (record, sequence, 6);
  put_number (record, n_body, 2);
  put_bytes (record, body, n_body);
  return record;
}

/**
 * test_forge_fragment:
 * @length: of the whole message, as claimed
 * @message: message_seq
 *
 * Returns: (transfer full): a handshake fragment, without a record around it
 */
GByteArray *
test_forge_fragment (guint8 type, guint32 length, guint16 message, guint32 offset,
                     const void *bytes, guint32 n_bytes)
{
  GByteArray *fragment = g_byte_array_new ();

  put_number (fragment, type, 1);
  put_number (fragment, length, 3);
  put_number (fragment, message, 2);
  put_number (fragment, offset, 3);
  put_number (fragment, n_bytes, 3);
  put_bytes (fragment, bytes, n_bytes);
  return fragment;
}

/**
 * test_forge_handshake:
 *
 * Returns: (transfer full): a whole clear handshake message in a record
 */
GByteArray *
test_forge_handshake (guint8 type, guint16 message, guint64 sequence, const void *body,
                      gsize n_body)
{
  GByteArray *fragment = test_forge_fragment (type, n_body, message, 0, body, n_body);
  GByteArray *record
    = test_forge_record (DTLS_CONTENT_HANDSHAKE, 0, sequence, fragment->data, fragment->len);

  g_byte_array_unref (fragment);
  return record;
}

/**
 * test_forge_hello:
 * @random: fills the random field, so equal numbers are equal hellos
 * @cookie: (nullable): from a HelloVerifyRequest; then the message is the second one
 *
 * Returns: (transfer full): the smallest hello that a PSK server goes on with
 */
GByteArray *
test_forge_hello (guint32 random, guint64 sequence, const void *cookie, gsize n_cookie)
{
  GByteArray *body = g_byte_array_new (), *record;

  put_number (body, 0xfefd, 2);
  for (guint i = 0; i < 8; i++)
    put_number (body, random + i, 4);
  put_number (body, 0, 1);                      /* session id */
  put_number (body, n_cookie, 1);
  put_bytes (body, cookie, n_cookie);
  put_number (body, 4, 2);
  put_number (body, 0x00a8, 2);                 /* TLS_PSK_WITH_AES_128_GCM_SHA256 */
  put_number (body, 0x00ff, 2);
  put_number (body, 1, 1);
  put_number (body, 0, 1);                      /* no compression */
  record = test_forge_handshake (CLIENT_HELLO, n_cookie > 0, sequence, body->data, body->len);
  g_byte_array_unref (body);
  return record;
}

/**
 * test_forge_read_cookie:
 *
 * Takes the cookie out of a datagram that is one HelloVerifyRequest.
 */
gboolean
test_forge_read_cookie (const guint8 *bytes, gsize n_bytes, const guint8 **cookie, gsize *n_cookie)
{
  const guint8 *body = bytes + DTLS_RECORD_HEADER_BYTES + HANDSHAKE_HEADER_BYTES;

  if (n_bytes < DTLS_RECORD_HEADER_BYTES + HANDSHAKE_HEADER_BYTES + 3
      || bytes[0] != DTLS_CONTENT_HANDSHAKE
      || bytes[DTLS_RECORD_HEADER_BYTES] != HELLO_VERIFY_REQUEST
      || n_bytes != DTLS_RECORD_HEADER_BYTES + HANDSHAKE_HEADER_BYTES + 3u + body[2])
    return FALSE;
  *cookie = body + 3;
  *n_cookie = body[2];
  return TRUE;
}
