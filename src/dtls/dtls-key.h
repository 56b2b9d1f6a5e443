/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  DTLS_KEY_FORMAT_HEX,
  DTLS_KEY_FORMAT_TEXT,
  DTLS_KEY_FORMAT_BASE64
} DtlsKeyFormat;

#define DTLS_KEY_MAX_BYTES 512
#define DTLS_KEY_SHORT_BYTES 16         /* fewer get a note, never a refusal */

/* Secret bytes: reference counted, immutable, wiped when the last reference goes. Thread-safe. */
typedef struct _DtlsKey DtlsKey;

DtlsKey      *dtls_key_new           (const guint8   *bytes,
                                      gsize           n_bytes);
DtlsKey      *dtls_key_new_demo      (void);
DtlsKey      *dtls_key_new_random    (gsize           n_bytes);
DtlsKey      *dtls_key_parse         (const char     *text,
                                      DtlsKeyFormat   format,
                                      GError        **error);
DtlsKey      *dtls_key_ref           (DtlsKey        *self);
void          dtls_key_unref         (DtlsKey        *self);
const guint8 *dtls_key_get_bytes     (const DtlsKey  *self,
                                      gsize          *n_bytes);
gboolean      dtls_key_equal         (const DtlsKey  *a,
                                      const DtlsKey  *b);
gboolean      dtls_key_is_demo       (const DtlsKey  *self);
char         *dtls_key_to_text       (const DtlsKey  *self,
                                      DtlsKeyFormat   format);
gboolean      dtls_key_looks_like_hex (const char    *text);
void          dtls_key_wipe          (gpointer        bytes,
                                      gsize           n_bytes);

/* "1a 2b", "1a:2b", "0x1a2b", "1a,2b": for keys and for messages alike. */
GByteArray   *dtls_hex_parse         (const char     *text,
                                      GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtlsKey, dtls_key_unref)

G_END_DECLS
