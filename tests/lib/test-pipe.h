/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-transport.h"

G_BEGIN_DECLS

/*
 * A network in memory. Any number of transports (TestPipe, one for each core) open sockets on it;
 * a datagram goes to the socket that is bound to its destination. Every address exists. One thread.
 */
typedef struct _TestNetwork TestNetwork;

/* One datagram on its way; the tap may change all of it. */
typedef struct
{
  DtlsAddress  from, to;
  GByteArray  *bytes;
  guint64      index;           /* how many were sent before it, injected ones not counted */
  gint64       now_us;          /* when it was sent */
} TestDatagram;

/* Returns FALSE to drop it. To hold or repeat one, copy it and inject it later. */
typedef gboolean (*TestTapFunc) (TestNetwork  *network,
                                 TestDatagram *datagram,
                                 gpointer      user_data);

#define TEST_TYPE_PIPE (test_pipe_get_type ())
G_DECLARE_FINAL_TYPE (TestPipe, test_pipe, TEST, PIPE, GObject)

TestNetwork   *test_network_new          (void);
TestNetwork   *test_network_ref          (TestNetwork        *self);
void           test_network_unref        (TestNetwork        *self);
void           test_network_set_tap      (TestNetwork        *self,
                                          TestTapFunc         func,
                                          gpointer            user_data);
void           test_network_drop_nth     (TestNetwork        *self,
                                          guint64             index);
void           test_network_set_delay    (TestNetwork        *self,
                                          gint64              one_way_us);
void           test_network_set_refusing (TestNetwork        *self,
                                          gboolean            refusing);
gboolean       test_network_inject       (TestNetwork        *self,
                                          const DtlsAddress  *from,
                                          const DtlsAddress  *to,
                                          const void         *bytes,
                                          gsize               n_bytes,
                                          gint64              now_us);
guint64        test_network_get_n_sent   (TestNetwork        *self);
gint64         test_network_get_deadline (TestNetwork        *self);

/* an end; it keeps a reference on the network */
DtlsTransport *test_pipe_new             (TestNetwork        *network);
void           test_pipe_inject_error    (TestPipe           *self,
                                          const DtlsPath     *path,
                                          int                 error);
void           test_pipe_set_mtu         (TestPipe           *self,
                                          guint               mtu);
void           test_pipe_add_drops       (TestPipe           *self,
                                          guint64             n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestNetwork, test_network_unref)

G_END_DECLS
