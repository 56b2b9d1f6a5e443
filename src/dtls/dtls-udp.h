/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-transport.h"

G_BEGIN_DECLS

#define DTLS_TYPE_UDP (dtls_udp_get_type ())
G_DECLARE_FINAL_TYPE (DtlsUdp, dtls_udp, DTLS, UDP, GObject)

DtlsTransport *dtls_udp_new             (void);
gboolean       dtls_udp_raise_limit     (void);

G_END_DECLS
