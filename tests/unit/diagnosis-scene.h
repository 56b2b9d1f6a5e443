/* SPDX-License-Identifier: MIT */
#pragma once

#include "report-sentence.h"
#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

G_BEGIN_DECLS

/* What the tests of the wording table share: who meets whom, and how a row is looked at. */

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MS ((gint64) 1000)
#define DTLS_1_0 "NORMAL:-VERS-ALL:+VERS-DTLS1.0:-KX-ALL:+PSK:+AES-128-CBC:+SHA1"
#define NOT_ALLOWED "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK:-CIPHER-ALL:+CAMELLIA-128-GCM"

enum { PORT = 22334, OTHER_PORT = 5684, CLIENT_PORT = 41022 };

/* A server and a client of ours, and somebody else's, on one network. */
typedef struct
{
  TestServer *server;
  TestPair   *pair;             /* of the server */
  TestPeer   *peer;
} Scene;

typedef struct
{
  const char *name;
  void      (*provoke) (Scene *scene);
  gboolean    client;           /* whose row it is */
  DtlsCode    code;
  guint16     port;             /* whom it names, on 127.0.0.1; 0: nobody */
  gint64      after_us;         /* how long after the provocation it comes, at most ... */
  gint64      later_us;         /* ... and how long it is then watched */
  guint       times;            /* how often it is there in the end */
  ReportLevel level;
  const char *row, *second;     /* {peer}: (ADDRESS:PORT), {port}: of the peer */
} Case;

Scene *scene_new                 (DtlsListenOptions *options);
void   scene_free                (Scene             *scene);
void   scene_add_client          (Scene             *scene,
                                  const char        *identity,
                                  const char        *key_hex,
                                  const char        *priority);
void   scene_establish           (Scene             *scene);
void   scene_add_server          (Scene             *scene,
                                  const char        *key_hex,
                                  const char        *priority);
void   scene_connect_with        (Scene             *scene,
                                  const DtlsAddress *addresses,
                                  guint              n,
                                  const char        *identity,
                                  const char        *key_hex,
                                  const char        *profile_name);
void   scene_connect_to          (Scene             *scene,
                                  guint16            port,
                                  const char        *identity,
                                  const char        *key_hex);
void   scene_connect_established (Scene             *scene);
guint  scene_count               (GPtrArray         *events,
                                  DtlsCode           code);
void   scene_set_clock           (Scene             *scene);
void   scene_sleep               (Scene             *scene);
DtlsEvent *scene_rebuild_event   (const TestEvent   *event);
void   scene_check               (Scene             *scene,
                                  const Case        *row);
void   scene_add_cases           (const char        *program,
                                  const Case        *cases,
                                  guint              n,
                                  GTestDataFunc      func);

/* test functions for them, with a server of the usual kind or another one */
void   scene_test                (gconstpointer      data);
void   scene_test_awake          (gconstpointer      data);
void   scene_test_constrained    (gconstpointer      data);
void   scene_test_tell_why       (gconstpointer      data);
void   scene_test_short_limits   (gconstpointer      data);

#define SCENE_ADD_CASES(program, cases, func) \
  scene_add_cases (program, cases, G_N_ELEMENTS (cases), func)

G_END_DECLS
