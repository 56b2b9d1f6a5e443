/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "dtls-credentials.h"
#include "dtls-error.h"
#include "dtls-event-queue.h"
#include "dtls-listener.h"
#include "dtls-profile.h"
#include "dtls-transport.h"

G_BEGIN_DECLS

#define DTLS_TYPE_ENGINE (dtls_engine_get_type ())
G_DECLARE_FINAL_TYPE (DtlsEngine, dtls_engine, DTLS, ENGINE, GObject)

/* Plain values, like DtlsListenOptions: the engine copies what it needs, strings included. */
typedef struct
{
  const char      *host;        /* name or address, no brackets */
  guint16          port;
  const char      *name;        /* with a count > 1, or NULL: "NAME (clone number N)" */
  GBytes          *identity;    /* NULL: the same as the name */
  DtlsKey         *key;
  DtlsProfile     *profile;     /* NULL: compatible */
  guint            mtu;         /* 0: automatic */
  guint            first_timeout_ms;    /* 0: 1000 */
  guint            give_up_s;   /* 0: 60 */
  gboolean         reconnect;
  guint16          local_port;  /* 0: any */
  guint            ping_interval_ms;    /* 0: no pings */
} DtlsConnectOptions;

DtlsEngine      *dtls_engine_new             (DtlsTransport           *transport,
                                              guint64                  seed);
void             dtls_engine_start           (DtlsEngine              *self);
DtlsEventQueue  *dtls_engine_get_queue       (DtlsEngine              *self);
void             dtls_engine_set_interest    (DtlsEngine              *self,
                                              guint                    kinds);

/* server */
void             dtls_engine_listen_async    (DtlsEngine              *self,
                                              const DtlsListenOptions *options,
                                              GCancellable            *cancellable,
                                              GAsyncReadyCallback      callback,
                                              gpointer                 user_data);
gboolean         dtls_engine_listen_finish   (DtlsEngine              *self,
                                              GAsyncResult            *result,
                                              DtlsAddress             *bound,
                                              GError                 **error);
void             dtls_engine_stop_accepting  (DtlsEngine              *self);
void             dtls_engine_set_credentials (DtlsEngine              *self,
                                              DtlsCredentials         *credentials);
void             dtls_engine_set_limits      (DtlsEngine              *self,
                                              const DtlsLimits        *limits);
void             dtls_engine_set_reply       (DtlsEngine              *self,
                                              DtlsReply                reply);

/* client */
void             dtls_engine_connect_async   (DtlsEngine               *self,
                                              const DtlsConnectOptions *options,
                                              guint                     count,
                                              GCancellable             *cancellable,
                                              GAsyncReadyCallback       callback,
                                              gpointer                  user_data);
gboolean         dtls_engine_connect_finish  (DtlsEngine               *self,
                                              GAsyncResult             *result,
                                              GError                  **error);
void             dtls_engine_reconnect       (DtlsEngine               *self,
                                              guint64                   association);
void             dtls_engine_set_ping        (DtlsEngine               *self,
                                              guint64                   association,
                                              guint                     interval_ms);

/* both; association 0 means all of them, in one command */
void             dtls_engine_send            (DtlsEngine               *self,
                                              guint64                   association,
                                              GBytes                   *bytes);
void             dtls_engine_repeat          (DtlsEngine               *self,
                                              guint64                   association,
                                              GBytes                   *bytes,
                                              guint                     interval_ms,
                                              guint                     times);
void             dtls_engine_close           (DtlsEngine               *self,
                                              guint64                   association);
void             dtls_engine_resync          (DtlsEngine               *self);
gboolean         dtls_engine_stop            (DtlsEngine               *self);

G_END_DECLS
