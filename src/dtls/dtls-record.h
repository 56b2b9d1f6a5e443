/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-types.h"

G_BEGIN_DECLS

enum
{
  DTLS_CONTENT_CHANGE_CIPHER_SPEC = 20,
  DTLS_CONTENT_ALERT = 21,
  DTLS_CONTENT_HANDSHAKE = 22,
  DTLS_CONTENT_APPLICATION_DATA = 23,
  DTLS_CONTENT_HEARTBEAT = 24
};

/* One record, header included; borrowed from the datagram. */
typedef struct
{
  const guint8 *bytes;
  guint32       n_bytes;        /* header and body */
  guint64       sequence;       /* 48 bits */
  guint16       epoch;
  guint8        type;
} DtlsRecord;

/* The fields of a ClientHello that are looked at before there is a session; borrowed. */
typedef struct
{
  const guint8 *random;         /* 32 bytes */
  const guint8 *cookie;
  const guint8 *suites;         /* two bytes each, network order */
  guint32       n_cookie;
  guint32       n_suites;       /* bytes */
  guint16       version;        /* client_version, 0xfefd is DTLS 1.2 */
  guint16       message;        /* message_seq: 0, or 1 and more with a cookie */
} DtlsHello;

gboolean dtls_record_next        (const guint8    **bytes,
                                  gsize            *n_bytes,
                                  DtlsRecord       *record);
guint    dtls_record_count       (const guint8     *bytes,
                                  gsize             n_bytes);
gboolean dtls_record_is_hello    (const DtlsRecord *record);
gboolean dtls_record_parse_hello (const DtlsRecord *record,
                                  DtlsHello        *hello);
gboolean dtls_record_is_sound    (const DtlsRecord *record);
gboolean dtls_record_is_part_of  (const DtlsRecord *record,
                                  guint8            type,
                                  guint16           message);
guint16  dtls_record_read_server_version (const DtlsRecord *record);

G_END_DECLS
