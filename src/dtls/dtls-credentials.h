/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-key.h"
#include "dtls-types.h"

G_BEGIN_DECLS

/*
 * Who has which key: either one key for every identity, or a table from identity (octets) to key.
 * Filled by its maker, then shared read-only between threads; reference counted (T40).
 */
typedef struct _DtlsCredentials DtlsCredentials;

typedef struct
{
  GBytes  *identity;
  DtlsKey *key;
} DtlsCredential;

DtlsCredentials *dtls_credentials_new          (void);
DtlsCredentials *dtls_credentials_new_shared   (DtlsKey          *key);
DtlsCredentials *dtls_credentials_ref          (DtlsCredentials  *self);
void             dtls_credentials_unref        (DtlsCredentials  *self);
void             dtls_credentials_add          (DtlsCredentials  *self,
                                                GBytes           *identity,
                                                DtlsKey          *key);
gboolean         dtls_credentials_remove       (DtlsCredentials  *self,
                                                GBytes           *identity);
DtlsCredentials *dtls_credentials_copy         (DtlsCredentials  *self);
DtlsKey         *dtls_credentials_get_shared   (DtlsCredentials  *self);
DtlsKey         *dtls_credentials_lookup       (DtlsCredentials  *self,
                                                const guint8     *identity,
                                                gsize             n_bytes);
guint            dtls_credentials_get_n        (DtlsCredentials  *self);
const DtlsCredential *dtls_credentials_get     (DtlsCredentials  *self,
                                                guint             index);
gboolean         dtls_credentials_is_demo      (DtlsCredentials  *self);
gsize            dtls_credentials_get_shortest (DtlsCredentials  *self);

/* psktool form, one "identity:hexkey" a line; "-" is standard input. */
DtlsCredentials *dtls_credentials_load         (const char       *path,
                                                GError          **error);
/* one key in hex, for every identity */
DtlsCredentials *dtls_credentials_load_shared  (const char       *path,
                                                GError          **error);
DtlsCredentials *dtls_credentials_parse        (const char       *text,
                                                gsize             n_bytes,
                                                const char       *name,
                                                GError          **error);
gboolean         dtls_credentials_save         (DtlsCredentials  *self,
                                                const char       *path,
                                                GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtlsCredentials, dtls_credentials_unref)

G_END_DECLS
