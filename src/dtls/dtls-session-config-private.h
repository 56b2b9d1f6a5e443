/* SPDX-License-Identifier: MIT */
/* What dtls-session.c and dtls-session-config.c share. */
#pragma once

#include "dtls-session-private.h"

G_BEGIN_DECLS

struct _DtlsSessionConfig
{
  gatomicrefcount                 ref_count;
  DtlsRole                        role;
  DtlsProfile                    *profile;
  guint                           mtu;
  guint                           timeout_ms;
  gnutls_psk_server_credentials_t server;
  gnutls_psk_client_credentials_t client;
  guint8                          text[DTLS_MAX_RECORD_BYTES];  /* plaintext of the last feed */
};

struct _DtlsSession
{
  gnutls_session_t        handle;
  DtlsSessionConfig      *config;
  const DtlsSessionHooks *hooks;
  gpointer                owner;
  const guint8           *in;           /* the record in hand, not yet pulled */
  guint32                 n_in;
  guint32                 n_clear;      /* clear records fed */
  int                     failure;      /* GnuTLS code */
  gint16                  alert_received, alert_sent;   /* -1: none */
  guint                   established : 1;
  guint                   over : 1;
  guint                   sent : 1;     /* since the step began */
};

G_END_DECLS
