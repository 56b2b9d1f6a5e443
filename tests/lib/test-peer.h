/* SPDX-License-Identifier: MIT */
#pragma once

#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>

#include "dtls-types.h"
#include "test-pipe.h"

G_BEGIN_DECLS

/* Plain PSK with AES-128-GCM, the suite that test_peer_seal() knows. */
#define TEST_PEER_PRIORITY "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK:-CIPHER-ALL:+AES-128-GCM"

/* All zero: a client that calls itself "peer", with the demonstration key and TEST_PEER_PRIORITY. */
typedef struct
{
  gboolean    server;
  const char *priority;
  const void *identity;         /* octets */
  gsize       n_identity;
  const char *key_hex;
  guint       mtu;              /* 0: 1200 */
  guint       timeout_ms;       /* first one; 0: 1000 */
  gboolean    packed;           /* flights in one datagram; else each record has its own */
} TestPeerOptions;

/*
 * Somebody else's DTLS: GnuTLS itself over one socket of the network in memory, without anything
 * of the engine. One thread, virtual time.
 */
typedef struct
{
  TestPeerOptions   options;
  DtlsTransport    *pipe;
  guint32           socket;
  DtlsAddress       local, remote;      /* remote of a server: who sent last */
  gnutls_session_t  session;
  gnutls_psk_client_credentials_t client;
  gnutls_psk_server_credentials_t server;
  GQueue            in;         /* of GBytes: datagrams that GnuTLS has not asked for */
  GPtrArray        *messages;   /* of GBytes: what was received as data */
  GPtrArray        *held;       /* of GBytes: datagrams not sent because of `holding` */
  gboolean          holding;    /* keep what is to be sent */
  gboolean          started, established, closed;
  gboolean          starved;    /* GnuTLS asked for more in vain (T9) */
  int               failure;    /* GnuTLS code */
  int               alert;      /* last one received, -1: none */
  guint             n_datagrams_in, n_datagrams_out;
  gsize             n_bytes_in, n_bytes_out;
} TestPeer;

TestPeer *test_peer_new        (TestNetwork           *network,
                                const TestPeerOptions *options,
                                const DtlsAddress     *local,
                                const DtlsAddress     *remote);
void      test_peer_free       (TestPeer              *self);
gint64    test_peer_turn       (TestPeer              *self);
void      test_peer_start_over (TestPeer              *self);
void      test_peer_send       (TestPeer              *self,
                                const char            *text);
void      test_peer_close      (TestPeer              *self);
void      test_peer_transmit   (TestPeer              *self,
                                const void            *bytes,
                                gsize                  n_bytes);
gboolean  test_peer_has        (TestPeer              *self,
                                const char            *text);
GByteArray *test_peer_seal     (TestPeer              *self,
                                guint8                 type,
                                guint64                sequence,
                                const void            *bytes,
                                gsize                  n_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestPeer, test_peer_free)

G_END_DECLS
