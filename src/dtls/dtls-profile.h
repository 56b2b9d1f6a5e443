/* SPDX-License-Identifier: MIT */
#pragma once

#include <gnutls/gnutls.h>

#include "dtls-types.h"

G_BEGIN_DECLS

#define DTLS_MTU_DEFAULT 1200
#define DTLS_MTU_MIN     256
#define DTLS_MTU_MAX     16384

/* Which cipher suites are allowed: a named set or a priority string. Shared, immutable, thread-safe. */
typedef struct _DtlsProfile DtlsProfile;

DtlsProfile       *dtls_profile_new          (const char   *name_or_priority,
                                              GError      **error);
DtlsProfile       *dtls_profile_ref          (DtlsProfile  *self);
void               dtls_profile_unref        (DtlsProfile  *self);
const char        *dtls_profile_get_name     (DtlsProfile  *self);
gnutls_priority_t  dtls_profile_get_priority (DtlsProfile  *self);
char              *dtls_profile_list_suites  (DtlsProfile  *self);

/* "ECDHE-PSK-CHACHA20-POLY1305" for "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256" (DESIGN 2). */
const char        *dtls_suite_get_openssl_name (const char *iana_name);
const char        *dtls_suite_get_iana_name    (guint16     suite);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtlsProfile, dtls_profile_unref)

G_END_DECLS
