/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-listener.h"

G_BEGIN_DECLS

/* dtls-listener-end.c */
void dtls_listener_remove           (DtlsListener    *self,
                                     DtlsAssociation *association);
void dtls_listener_drop             (DtlsListener    *self,
                                     DtlsAssociation *association);
void dtls_listener_evict_connection (DtlsListener    *self);
void dtls_listener_evict_half_open  (DtlsListener    *self);

/* dtls-listener-say.c */
void dtls_listener_say_why_hello_failed (DtlsListener    *self,
                                         DtlsAssociation *association,
                                         const DtlsHello *hello);

G_END_DECLS
