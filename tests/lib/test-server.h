/* SPDX-License-Identifier: MIT */
#pragma once

#include "test-forge.h"
#include "test-pair.h"
#include "test-peer.h"

G_BEGIN_DECLS

/* The server of a pair and somebody else's clients, in one virtual time. */
typedef struct
{
  TestPair  *pair;
  GPtrArray *peers;             /* of TestPeer, owned */
  /* what the server sent since the last reset, counted by the tap */
  guint      n_datagrams;
  gsize      n_bytes;
  guint8     last[2048];        /* the last datagram */
  gsize      n_last;
} TestServer;

typedef gboolean (*TestServerCondition) (TestServer *server, gpointer user_data);

TestServer *test_server_new       (void);
TestServer *test_server_new_full  (DtlsListenOptions     *options);
void        test_server_free      (TestServer            *self);
TestPeer   *test_server_add_peer  (TestServer            *self,
                                   const TestPeerOptions *options);
TestPeer   *test_server_add_peer_at (TestServer          *self,
                                   const TestPeerOptions *options,
                                   const char            *ip,
                                   guint16                port);
TestPeer   *test_server_establish (TestServer            *self,
                                   const TestPeerOptions *options);
gboolean    test_server_run_until (TestServer            *self,
                                   TestServerCondition    condition,
                                   gpointer               user_data,
                                   gint64                 at_most_us);
void        test_server_run       (TestServer            *self,
                                   gint64                 us);
gboolean    test_server_finish    (TestServer            *self,
                                   TestPeer              *peer,
                                   gint64                 at_most_us);
gboolean    test_server_answers   (TestServer            *self,
                                   TestPeer              *peer,
                                   const char            *text);
void        test_server_inject    (TestServer            *self,
                                   const DtlsAddress     *from,
                                   const void            *bytes,
                                   gsize                  n_bytes);
void        test_server_forge     (TestServer            *self,
                                   const DtlsAddress     *from,
                                   GByteArray            *bytes);
void        test_server_reset     (TestServer            *self);
gboolean    test_server_stall     (TestServer            *self,
                                   const DtlsAddress     *from,
                                   guint32                random);
guint       test_server_count     (TestServer            *self,
                                   DtlsCode               code);
guint       test_server_get_n_half_open   (TestServer    *self);
guint       test_server_get_n_established (TestServer    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)

G_END_DECLS
