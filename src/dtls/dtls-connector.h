/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-key.h"
#include "dtls-table.h"

G_BEGIN_DECLS

/* One connection to start; everything is copied or referenced. */
typedef struct
{
  const DtlsAddress *addresses; /* in resolver order, with the port; at least one */
  guint              n_addresses;
  const char        *name;
  GBytes            *identity;
  DtlsKey           *key;
  DtlsSessionConfig *config;
  guint              first_timeout_ms;  /* 0: 1000 */
  guint              give_up_s; /* 0: 60 */
  gboolean           reconnect;
  guint16            local_port;        /* 0: any */
  guint              ping_interval_ms;  /* 0: none */
} DtlsConnectionOptions;

/* Policy of the client: addresses of a name, giving up, pings, coming back. */
typedef struct
{
  DtlsHub     *hub;             /* borrowed */
  DtlsTable   *table;           /* borrowed */
  GHashTable  *connections;     /* id -> DtlsConnection, owned; ended ones, too, for reconnecting */
  GQueue       waiting;         /* to be started, one a millisecond */
  GQueue       ended;           /* oldest first */
  DtlsDeadline pace;
} DtlsConnector;

void     dtls_connector_init      (DtlsConnector               *self,
                                   DtlsHub                     *hub,
                                   DtlsTable                   *table);
void     dtls_connector_clear     (DtlsConnector               *self);
guint64  dtls_connector_add       (DtlsConnector               *self,
                                   const DtlsConnectionOptions *options);
void     dtls_connector_pace_due  (DtlsConnector               *self);
void     dtls_connection_due      (DtlsConnection              *connection,
                                   gint64                       now_us);
void     dtls_connector_met       (DtlsConnector               *self,
                                   DtlsAssociation             *association,
                                   int                          error);
void     dtls_connector_close     (DtlsConnector               *self,
                                   guint64                      id);
void     dtls_connector_reconnect (DtlsConnector               *self,
                                   guint64                      id);
void     dtls_connector_restart_handshakes (DtlsConnector      *self);
void     dtls_connector_set_ping  (DtlsConnector               *self,
                                   guint64                      id,
                                   guint                        interval_ms);
void     dtls_connector_foreach_established (DtlsConnector    *self,
                                   void (*func) (DtlsAssociation *association,
                                                 gpointer         user_data),
                                   gpointer                     user_data);
DtlsConnection *dtls_connection_from_deadline (DtlsDeadline    *deadline);

G_END_DECLS
