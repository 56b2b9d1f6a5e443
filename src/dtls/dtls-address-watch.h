/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-address.h"

G_BEGIN_DECLS

GSource *dtls_address_watch_new  (void);
gboolean dtls_address_is_present (const DtlsAddress *address);

G_END_DECLS
