/* SPDX-License-Identifier: MIT */
#pragma once

#include <gnutls/dtls.h>

#include "dtls-address.h"
#include "dtls-record.h"

G_BEGIN_DECLS

#define DTLS_COOKIE_LIFETIME_S 60

/* Gives and checks cookies without any state per peer; two secrets, the older one still valid. */
typedef struct _DtlsCookieJar DtlsCookieJar;

/* Gets one HelloVerifyRequest to send. */
typedef void (*DtlsCookieOutput) (const DtlsPath *path,
                                  const guint8   *bytes,
                                  gsize           n_bytes,
                                  gpointer        user_data);

DtlsCookieJar *dtls_cookie_jar_new    (guint                 lifetime_s,
                                       gint64                now_us,
                                       GError              **error);
void           dtls_cookie_jar_free   (DtlsCookieJar        *self);
gboolean       dtls_cookie_jar_check  (DtlsCookieJar        *self,
                                       const DtlsPath       *path,
                                       const DtlsRecord     *hello,
                                       gint64                now_us,
                                       gnutls_dtls_prestate_st *prestate);
void           dtls_cookie_jar_give   (DtlsCookieJar        *self,
                                       const DtlsPath       *path,
                                       const DtlsRecord     *hello,
                                       gint64                now_us,
                                       DtlsCookieOutput      output,
                                       gpointer              user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtlsCookieJar, dtls_cookie_jar_free)

G_END_DECLS
