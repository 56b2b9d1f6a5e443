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
  guint              ping_phase_ms;     /* how much later the second ping comes */
} DtlsConnectionOptions;

/*
 * One connection of the client: the addresses of a name, its association, giving up, pings,
 * coming back. It keeps its id when its association is replaced.
 */
typedef void (*DtlsConnectionEnded) (DtlsConnection *connection,
                                     gpointer        user_data);

DtlsConnection  *dtls_connection_new             (DtlsHub                     *hub,
                                                  DtlsTable                   *table,
                                                  const DtlsConnectionOptions *options,
                                                  DtlsConnectionEnded          ended,
                                                  gpointer                     ended_data);
void             dtls_connection_free            (DtlsConnection              *self);
const guint64   *dtls_connection_get_id          (DtlsConnection              *self);
gboolean         dtls_connection_is_ended        (DtlsConnection              *self);
DtlsAssociation *dtls_connection_get_association (DtlsConnection              *self);
void             dtls_connection_start           (DtlsConnection              *self);
void             dtls_connection_due             (DtlsConnection              *self,
                                                  gint64                       now_us);
void             dtls_connection_met             (DtlsConnection              *self,
                                                  DtlsAssociation             *association,
                                                  int                          error);
void             dtls_connection_not_dtls        (DtlsConnection              *self,
                                                  DtlsAssociation             *association,
                                                  const guint8                *bytes,
                                                  gsize                        n_bytes);
void             dtls_connection_close           (DtlsConnection              *self);
void             dtls_connection_reconnect       (DtlsConnection              *self);
void             dtls_connection_restart_handshake (DtlsConnection            *self);
void             dtls_connection_set_ping        (DtlsConnection              *self,
                                                  guint                        interval_ms);
void             dtls_connection_say_unsent      (DtlsConnection              *self,
                                                  gsize                        n_bytes);
void             dtls_connection_say_snapshot    (DtlsConnection              *self);
DtlsConnection  *dtls_connection_from_deadline   (DtlsDeadline                *deadline);

G_END_DECLS
