/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-cookie-jar.h"
#include "dtls-credentials.h"
#include "dtls-departed.h"
#include "dtls-table.h"

G_BEGIN_DECLS

typedef struct
{
  DtlsAddress      local;       /* "::" is all, dual-stack; 0.0.0.0 all IPv4; port 0: any free one */
  DtlsCredentials *credentials; /* (nullable) */
  DtlsProfile     *profile;
  const char      *hint;
  guint            mtu;         /* 0: automatic */
  DtlsReply        reply;
  gboolean         tell_why;    /* answer an unknown identity with alert 115 */
  DtlsLimits       limits;
} DtlsListenOptions;

/* A token bucket: how many rows of one sort strangers may still provoke. */
typedef struct
{
  double tokens;
  gint64 at_us;                 /* when they were counted */
} DtlsRowBudget;

/* Policy of the server: one socket, the cookie round, new associations, answers, limits. */
typedef struct
{
  DtlsHub           *hub;       /* borrowed */
  DtlsTable         *table;     /* borrowed */
  DtlsCookieJar     *jar;
  DtlsSessionConfig *config;
  DtlsCredentials   *credentials;
  char              *hint;
  DtlsLimits         limits;
  DtlsReply          reply;
  gboolean           tell_why;
  gboolean           open, accepting;
  gboolean           gone;      /* this computer does not have the address now */
  guint32            socket;
  DtlsAddress        asked, bound;
  DtlsRowBudget      hello_rows, handshake_rows;
  DtlsDeparted       departed;
} DtlsListener;

void     dtls_listener_init            (DtlsListener            *self,
                                        DtlsHub                 *hub,
                                        DtlsTable               *table);
void     dtls_listener_clear           (DtlsListener            *self);
gboolean dtls_listener_listen          (DtlsListener            *self,
                                        const DtlsListenOptions *options,
                                        GError                 **error);
void     dtls_listener_stop_accepting  (DtlsListener            *self);
void     dtls_listener_set_credentials (DtlsListener            *self,
                                        DtlsCredentials         *credentials);
void     dtls_listener_say_keys        (DtlsListener            *self);
void     dtls_listener_set_limits      (DtlsListener            *self,
                                        const DtlsLimits        *limits);
void     dtls_listener_stranger        (DtlsListener            *self,
                                        const DtlsDatagram      *datagram);
void     dtls_listener_hello           (DtlsListener            *self,
                                        DtlsAssociation         *known,
                                        const DtlsPath          *path,
                                        const DtlsRecord        *record);
void     dtls_listener_close           (DtlsListener            *self,
                                        DtlsAssociation         *association,
                                        DtlsCloseReason          reason);
void     dtls_listener_close_all       (DtlsListener            *self,
                                        DtlsCloseReason          reason);
void     dtls_listener_drop_half_open  (DtlsListener            *self);

G_END_DECLS
