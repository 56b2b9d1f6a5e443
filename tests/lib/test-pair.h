/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-core.h"
#include "test-pipe.h"

G_BEGIN_DECLS

/* What came out of a core's queue, copied: one of these for each event. */
typedef struct
{
  DtlsEvent  head;
  char      *text, *name;       /* NUL-terminated copies */
  GBytes    *identity, *wire;
} TestEvent;

/* A server and a client in one virtual time on a network in memory. */
typedef struct
{
  TestNetwork       *network;
  DtlsTransport     *server_pipe, *client_pipe;
  DtlsCore          *server, *client;
  DtlsEventQueue    *server_queue, *client_queue;
  GPtrArray         *server_events, *client_events;     /* of TestEvent */
  guint64            server_counts[DTLS_N_COUNTS], client_counts[DTLS_N_COUNTS];
  DtlsAddress        server_address;
  DtlsSessionConfig *client_config;
} TestPair;

TestPair        *test_pair_new            (void);
void             test_pair_free           (TestPair              *self);
void             test_pair_listen         (TestPair              *self,
                                           DtlsCredentials       *credentials,
                                           const char            *profile);
guint64          test_pair_connect        (TestPair              *self,
                                           const char            *identity,
                                           DtlsKey               *key,
                                           guint                  ping_interval_ms);
guint64          test_pair_connect_full   (TestPair              *self,
                                           DtlsConnectionOptions *options);
gint64           test_pair_turn           (TestPair              *self);
void             test_pair_run            (TestPair              *self,
                                           gint64                 us);
gboolean         test_pair_run_until      (TestPair              *self,
                                           GPtrArray             *events,
                                           DtlsCode               code,
                                           gint64                 at_most_us);
TestEvent       *test_events_find         (GPtrArray             *events,
                                           DtlsCode               code);
guint            test_events_count        (GPtrArray             *events,
                                           guint                  kind,
                                           DtlsCode               code);
TestEvent       *test_events_find_message (GPtrArray             *events,
                                           const char            *text);
char            *test_events_describe     (GPtrArray             *events);
DtlsListenOptions test_listen_options     (const DtlsAddress     *local,
                                           DtlsCredentials       *credentials,
                                           DtlsProfile           *profile);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestPair, test_pair_free)

G_END_DECLS
