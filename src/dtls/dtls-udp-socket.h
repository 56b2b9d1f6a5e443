/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-address.h"

G_BEGIN_DECLS

GSocket *dtls_udp_socket_open            (const DtlsAddress  *local,
                                          const DtlsAddress  *peer,
                                          DtlsAddress        *bound,
                                          GError            **error);
void     dtls_udp_socket_set_limit_error (GError            **error);

G_END_DECLS
