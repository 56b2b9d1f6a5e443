/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-record.h"

#include <string.h>

enum
{
  HANDSHAKE_HEADER_BYTES = 12,
  HANDSHAKE_CLIENT_HELLO = 1,
  HANDSHAKE_SERVER_HELLO = 2,
  RANDOM_BYTES = 32,
  MAX_SESSION_ID_BYTES = 32,
  MAX_MESSAGE_BYTES = 16384 + 1024,     /* an identity and a key share, and some */
  ALERT_FATAL = 2
};

static guint32
read_u16 (const guint8 *at)
{
  return (guint32) at[0] << 8 | at[1];
}

static guint32
read_u24 (const guint8 *at)
{
  return (guint32) at[0] << 16 | (guint32) at[1] << 8 | at[2];
}

/**
 * dtls_record_next:
 * @bytes: (inout): what is left of a datagram; moved behind the record
 * @n_bytes: (inout): how many bytes are left
 * @record: (out): the record, borrowed from the datagram; written only on TRUE
 *
 * Takes the next complete record off a datagram. GnuTLS is never given anything else, because
 * it would fill up a short or boastful record from the NEXT datagram and lose both (T3).
 *
 * Returns: FALSE at the end (then *@n_bytes is 0) or when the rest is no record (then it is not,
 * and the rest has to be dropped). Source: RFC 6347, section 4.1. Thread: any.
 */
gboolean
dtls_record_next (const guint8 **bytes, gsize *n_bytes, DtlsRecord *record)
{
  const guint8 *at = *bytes;
  guint32 length;

  if (*n_bytes < DTLS_RECORD_HEADER_BYTES)
    return FALSE;
  if (at[0] < DTLS_CONTENT_CHANGE_CIPHER_SPEC || at[0] > DTLS_CONTENT_HEARTBEAT || at[1] != 0xfe)
    return FALSE;
  length = read_u16 (at + 11);
  if (length == 0 || length > DTLS_MAX_RECORD_BYTES
      || length > *n_bytes - DTLS_RECORD_HEADER_BYTES)
    return FALSE;

  record->bytes = at;
  record->n_bytes = DTLS_RECORD_HEADER_BYTES + length;
  record->type = at[0];
  record->epoch = read_u16 (at + 3);
  record->sequence = (guint64) read_u24 (at + 5) << 24 | read_u24 (at + 8);
  *bytes += record->n_bytes;
  *n_bytes -= record->n_bytes;
  return TRUE;
}

/**
 * dtls_record_count:
 * @bytes: (array length=n_bytes): a datagram
 *
 * Returns: how many complete records it begins with. Thread: any.
 */
guint
dtls_record_count (const guint8 *bytes, gsize n_bytes)
{
  DtlsRecord record;
  guint n = 0;

  while (dtls_record_next (&bytes, &n_bytes, &record))
    n++;
  return n;
}

/**
 * dtls_record_is_hello:
 *
 * Returns: whether @record is a clear handshake record that begins with a ClientHello; it may
 * still be malformed or a fragment. Thread: any.
 */
gboolean
dtls_record_is_hello (const DtlsRecord *record)
{
  return record->type == DTLS_CONTENT_HANDSHAKE && record->epoch == 0
         && record->n_bytes > DTLS_RECORD_HEADER_BYTES
         && record->bytes[DTLS_RECORD_HEADER_BYTES] == HANDSHAKE_CLIENT_HELLO;
}

/* One vector with a length field of @n_length bytes; FALSE when it does not fit. */
static gboolean
take_vector (const guint8 **at, gsize *n_left, guint n_length, const guint8 **body, guint32 *n_body)
{
  guint32 length;

  if (*n_left < n_length)
    return FALSE;
  length = n_length == 1 ? (*at)[0] : read_u16 (*at);
  if (length > *n_left - n_length)
    return FALSE;
  *body = *at + n_length;
  *n_body = length;
  *at += n_length + length;
  *n_left -= n_length + length;
  return TRUE;
}

static gboolean
extensions_are_sound (const guint8 *at, gsize n_left)
{
  const guint8 *body;
  guint32 n_body;

  while (n_left > 0)
    {
      if (n_left < 2)
        return FALSE;
      at += 2;
      n_left -= 2;
      if (!take_vector (&at, &n_left, 2, &body, &n_body))
        return FALSE;
    }
  return TRUE;
}

/**
 * dtls_record_parse_hello:
 * @record: a record of which dtls_record_is_hello() is TRUE
 * @hello: (out): fields, borrowed from @record; written only on TRUE
 *
 * Checks the whole shape of a ClientHello: unfragmented, first of its handshake or with a cookie,
 * every vector inside its bounds, nothing behind the last one. GnuTLS's cookie functions look at
 * fixed offsets only (T26), so this comes first. Source: RFC 6347, section 4.2.2. Thread: any.
 */
gboolean
dtls_record_parse_hello (const DtlsRecord *record, DtlsHello *hello)
{
  const guint8 *at = record->bytes + DTLS_RECORD_HEADER_BYTES, *body;
  gsize n_left = record->n_bytes - DTLS_RECORD_HEADER_BYTES;
  guint32 n_body, length;
  DtlsHello found;

  if (n_left < HANDSHAKE_HEADER_BYTES + 2 + RANDOM_BYTES)
    return FALSE;
  length = read_u24 (at + 1);
  if (length != n_left - HANDSHAKE_HEADER_BYTES || read_u24 (at + 6) != 0
      || read_u24 (at + 9) != length)
    return FALSE;
  found.message = read_u16 (at + 4);
  at += HANDSHAKE_HEADER_BYTES;
  found.version = read_u16 (at);
  found.random = at + 2;
  at += 2 + RANDOM_BYTES;
  n_left = length - 2 - RANDOM_BYTES;
  if (found.version >> 8 != 0xfe)
    return FALSE;
  if (!take_vector (&at, &n_left, 1, &body, &n_body) || n_body > MAX_SESSION_ID_BYTES)
    return FALSE;
  if (!take_vector (&at, &n_left, 1, &found.cookie, &found.n_cookie))
    return FALSE;
  if (!take_vector (&at, &n_left, 2, &found.suites, &found.n_suites) || found.n_suites < 2
      || found.n_suites % 2 != 0)
    return FALSE;
  if (!take_vector (&at, &n_left, 1, &body, &n_body) || n_body == 0)
    return FALSE;
  if (n_left > 0
      && (!take_vector (&at, &n_left, 2, &body, &n_body) || n_left > 0
          || !extensions_are_sound (body, n_body)))
    return FALSE;
  *hello = found;
  return TRUE;
}

/* One fragment of a handshake message off the body of a record; FALSE when its numbers cannot be. */
static gboolean
take_fragment (const guint8 **at, gsize *n_left, guint8 *type, guint16 *message)
{
  guint32 length, offset, n_bytes;

  if (*n_left < HANDSHAKE_HEADER_BYTES)
    return FALSE;
  *type = (*at)[0];
  length = read_u24 (*at + 1);
  *message = read_u16 (*at + 4);
  offset = read_u24 (*at + 6);
  n_bytes = read_u24 (*at + 9);
  if (length > MAX_MESSAGE_BYTES || offset > length || n_bytes > length - offset
      || n_bytes > *n_left - HANDSHAKE_HEADER_BYTES || (n_bytes == 0 && length > 0))
    return FALSE;
  *at += HANDSHAKE_HEADER_BYTES + n_bytes;
  *n_left -= HANDSHAKE_HEADER_BYTES + n_bytes;
  return TRUE;
}

/**
 * dtls_record_is_sound:
 * @record: a clear one (epoch 0)
 *
 * Whether it can belong to a handshake: a ChangeCipherSpec, a fatal alert, or handshake fragments
 * whose numbers agree. GnuTLS ends the session over other clear records (data, seven kinds of
 * message too many, a ChangeCipherSpec of two bytes), and anybody can forge those (S15, T30).
 * Thread: any.
 */
gboolean
dtls_record_is_sound (const DtlsRecord *record)
{
  const guint8 *at = record->bytes + DTLS_RECORD_HEADER_BYTES;
  gsize n_left = record->n_bytes - DTLS_RECORD_HEADER_BYTES;
  guint16 message;
  guint8 type;

  switch (record->type)
    {
    case DTLS_CONTENT_CHANGE_CIPHER_SPEC:
      return n_left == 1 && at[0] == 1;
    case DTLS_CONTENT_ALERT:
      return n_left == 2 && at[0] == ALERT_FATAL;
    case DTLS_CONTENT_HANDSHAKE:
      while (n_left > 0)
        if (!take_fragment (&at, &n_left, &type, &message))
          return FALSE;
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * dtls_record_is_part_of:
 * @record: a handshake record of which dtls_record_is_sound() is TRUE
 * @type: handshake type
 * @message: message_seq
 *
 * Returns: whether all it holds belongs to this one message. Thread: any.
 */
gboolean
dtls_record_is_part_of (const DtlsRecord *record, guint8 type, guint16 message)
{
  const guint8 *at = record->bytes + DTLS_RECORD_HEADER_BYTES;
  gsize n_left = record->n_bytes - DTLS_RECORD_HEADER_BYTES;
  guint16 found_message;
  guint8 found_type;

  while (n_left > 0)
    if (!take_fragment (&at, &n_left, &found_type, &found_message) || found_type != type
        || found_message != message)
      return FALSE;
  return TRUE;
}

/**
 * dtls_record_read_server_version:
 * @record: any
 *
 * Returns: the version that a ServerHello chose, for example 0xfeff; 0 when @record begins with
 * something else. Thread: any. Source: RFC 6347, section 4.2.2.
 */
guint16
dtls_record_read_server_version (const DtlsRecord *record)
{
  const guint8 *at = record->bytes + DTLS_RECORD_HEADER_BYTES;

  if (record->type != DTLS_CONTENT_HANDSHAKE
      || record->n_bytes < DTLS_RECORD_HEADER_BYTES + HANDSHAKE_HEADER_BYTES + 2
      || at[0] != HANDSHAKE_SERVER_HELLO)
    return 0;
  return read_u16 (at + HANDSHAKE_HEADER_BYTES);
}
