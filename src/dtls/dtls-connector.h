/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-connection.h"

G_BEGIN_DECLS

/* The client's connections, started one a millisecond; ended ones wait for a reconnect. */
typedef struct
{
  DtlsHub     *hub;             /* borrowed */
  DtlsTable   *table;           /* borrowed */
  GHashTable  *connections;     /* id -> DtlsConnection, owned */
  GQueue       waiting;         /* DtlsConnection, to be started */
  GQueue       ended;           /* DtlsConnection, oldest first */
  DtlsDeadline pace;
} DtlsConnector;

void     dtls_connector_init      (DtlsConnector               *self,
                                   DtlsHub                     *hub,
                                   DtlsTable                   *table);
void     dtls_connector_clear     (DtlsConnector               *self);
guint64  dtls_connector_add       (DtlsConnector               *self,
                                   const DtlsConnectionOptions *options);
gboolean dtls_connector_has       (DtlsConnector               *self,
                                   guint64                      id);
void     dtls_connector_say_unsent (DtlsConnector              *self,
                                   guint64                      id,
                                   gsize                        n_bytes);
void     dtls_connector_pace_due  (DtlsConnector               *self);
void     dtls_connector_close     (DtlsConnector               *self,
                                   guint64                      id);
void     dtls_connector_reconnect (DtlsConnector               *self,
                                   guint64                      id);
void     dtls_connector_restart_handshakes (DtlsConnector      *self);
void     dtls_connector_set_ping  (DtlsConnector               *self,
                                   guint64                      id,
                                   guint                        interval_ms);
guint    dtls_connector_say_snapshots (DtlsConnector           *self);
guint    dtls_connector_foreach_established (DtlsConnector     *self,
                                   void (*func) (DtlsAssociation *association,
                                                 gpointer         user_data),
                                   gpointer                     user_data);

G_END_DECLS
