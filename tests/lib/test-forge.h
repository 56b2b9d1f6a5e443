/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-record.h"
#include "test-pipe.h"

G_BEGIN_DECLS

/* Bytes as an attacker would write them: records, handshake fragments, hellos. */

GByteArray *test_forge_record    (guint8       type,
                                  guint16      epoch,
                                  guint64      sequence,
                                  const void  *body,
                                  gsize        n_body);
GByteArray *test_forge_fragment  (guint8       type,
                                  guint32      length,
                                  guint16      message,
                                  guint32      offset,
                                  const void  *bytes,
                                  guint32      n_bytes);
GByteArray *test_forge_handshake (guint8       type,
                                  guint16      message,
                                  guint64      sequence,
                                  const void  *body,
                                  gsize        n_body);
GByteArray *test_forge_hello     (guint32      random,
                                  guint64      sequence,
                                  const void  *cookie,
                                  gsize        n_cookie);

/* HelloVerifyRequest: its cookie, borrowed; FALSE when the bytes are something else */
gboolean    test_forge_read_cookie (const guint8  *bytes,
                                    gsize          n_bytes,
                                    const guint8 **cookie,
                                    gsize         *n_cookie);

static inline void
test_forge_send (TestNetwork *network, const DtlsAddress *from, const DtlsAddress *to,
                 GByteArray *bytes, gint64 now_us)
{
  test_network_inject (network, from, to, bytes->data, bytes->len, now_us);
  g_byte_array_unref (bytes);
}

G_END_DECLS
