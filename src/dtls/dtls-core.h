/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-connector.h"
#include "dtls-listener.h"

G_BEGIN_DECLS

/* The engine without a thread, a clock or a main loop: what DtlsEngine turns, and unit tests do. */
typedef struct _DtlsCore DtlsCore;

DtlsCore *dtls_core_new              (DtlsTransport               *transport,
                                      DtlsEventQueue              *queue,
                                      guint64                      seed,
                                      gint64                       now_us);
void      dtls_core_free             (DtlsCore                    *self);
gint64    dtls_core_turn             (DtlsCore                    *self,
                                      gint64                       now_us);
gint64    dtls_core_settle           (DtlsCore                    *self);
gboolean  dtls_core_listen           (DtlsCore                    *self,
                                      const DtlsListenOptions     *options,
                                      DtlsAddress                 *bound,
                                      GError                     **error);
void      dtls_core_set_credentials    (DtlsCore                    *self,
                                      DtlsCredentials             *credentials);
guint64   dtls_core_connect          (DtlsCore                    *self,
                                      const DtlsConnectionOptions *options);
void      dtls_core_send             (DtlsCore                    *self,
                                      guint64                      id,
                                      GBytes                      *bytes);
void      dtls_core_repeat           (DtlsCore                    *self,
                                      guint64                      id,
                                      GBytes                      *bytes,
                                      guint                        interval_ms,
                                      guint                        times);
void      dtls_core_close            (DtlsCore                    *self,
                                      guint64                      id,
                                      DtlsCloseReason              reason);
void      dtls_core_resync           (DtlsCore                    *self);
void      dtls_core_set_address_present (DtlsCore                 *self,
                                      gboolean                     present);
DtlsHub       *dtls_core_get_hub       (DtlsCore                  *self);
DtlsTable     *dtls_core_get_table     (DtlsCore                  *self);
DtlsListener  *dtls_core_get_listener  (DtlsCore                  *self);
DtlsConnector *dtls_core_get_connector (DtlsCore                  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtlsCore, dtls_core_free)

G_END_DECLS
