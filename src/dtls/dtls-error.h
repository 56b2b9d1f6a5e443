/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  DTLS_ERROR_FAILED,
  DTLS_ERROR_INVALID,           /* what the user gave cannot be right: exit code 2 */
  DTLS_ERROR_ADDRESS_IN_USE,
  DTLS_ERROR_ADDRESS_NOT_AVAILABLE,
  DTLS_ERROR_PERMISSION,        /* privileged port, key file mode */
  DTLS_ERROR_NO_DESCRIPTORS,    /* RLIMIT_NOFILE */
  DTLS_ERROR_UNREACHABLE,
  DTLS_ERROR_NOT_FOUND,         /* no such name, no such association */
  DTLS_ERROR_TOO_LARGE,         /* data above the data MTU */
  DTLS_ERROR_GNUTLS
} DtlsErrorCode;

#define DTLS_ERROR (dtls_error_quark ())
GQuark      dtls_error_quark      (void);

gboolean    dtls_error_set_gnutls (GError     **error,
                                   int          code,
                                   const char  *what);
const char *dtls_alert_get_name   (int          alert);

G_END_DECLS
