/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-connection.h"
#include "dtls-pings.h"

G_BEGIN_DECLS

typedef enum
{
  CONNECTION_WAITING,           /* for its turn to start, or to come back */
  CONNECTION_TRYING,            /* hellos are out, nobody has answered */
  CONNECTION_HANDSHAKE,
  CONNECTION_ESTABLISHED,
  CONNECTION_ENDED
} ConnectionState;

/* One address of the name, with a socket and a session of its own. */
typedef struct
{
  DtlsAddress      address;
  DtlsAssociation *association; /* (nullable): owned by the table */
  guint32          socket;
  gboolean         open;
  gboolean         odd;         /* it answered, and not with DTLS */
  int              met;         /* errno that the last hello met; 0: silence */
  int              met_before;  /* the same of the hello before */
} Candidate;

struct _DtlsConnection
{
  DtlsDeadline        deadline;
  DtlsHub            *hub;      /* borrowed */
  DtlsTable          *table;    /* borrowed */
  const DtlsPolicy   *policy;   /* of its associations; static */
  DtlsConnectionEnded ended;
  gpointer            ended_data;
  guint64             id;
  ConnectionState     state;
  char               *name;
  GBytes             *identity;
  DtlsKey            *key;
  DtlsSessionConfig  *config;
  Candidate          *candidates;
  guint               n_candidates, next_candidate;
  Candidate          *winner;
  DtlsCounters        counters; /* of associations that ended */
  guint64             said;
  gint64              silence_us;       /* when an answer to the user's messages is overdue */
  guint               n_unanswered;     /* of them, in a row */
  gint64              started_us, launch_us, walk_us, give_up_us, return_us;
  gint64              first_timeout_us, give_up_after_us, ping_phase_us;
  guint               walk, tries, returns, finished_repeats;
  guint16             local_port;
  gboolean            reconnect, greeted, unreachable;
  gboolean            answers;          /* the server has sent data since it is established */
  DtlsPings           pings;
};

/* dtls-connection-walk.c */
Candidate *dtls_connection_find_candidate   (DtlsConnection  *self,
                                             DtlsAssociation *association);
void       dtls_connection_drop_association (DtlsConnection  *self,
                                             Candidate       *candidate);
void       dtls_connection_drop_candidates  (DtlsConnection  *self,
                                             Candidate       *keep);
gboolean   dtls_connection_has_hope         (DtlsConnection  *self);
int        dtls_connection_get_trouble      (const Candidate *candidate);
Candidate *dtls_connection_find_culprit     (DtlsConnection  *self);
void       dtls_connection_launch           (DtlsConnection  *self);
void       dtls_connection_begin_walk       (DtlsConnection  *self);

/* dtls-connection-say.c */
DtlsEvent *dtls_connection_begin           (DtlsConnection    *self,
                                            DtlsEventKind      kind,
                                            DtlsCode           code,
                                            const DtlsAddress *peer,
                                            const char        *text);
void       dtls_connection_say             (DtlsConnection    *self,
                                            DtlsEventKind      kind,
                                            DtlsCode           code,
                                            const DtlsAddress *peer,
                                            gint32             number);
gboolean   dtls_connection_has_said        (DtlsConnection    *self,
                                            DtlsCode           code);
void       dtls_connection_say_returning   (DtlsConnection    *self,
                                            gint64             wait_us);
void       dtls_connection_say_silent      (DtlsConnection    *self,
                                            guint              n_messages);
void       dtls_connection_say_key_differs (DtlsConnection    *self);
void       dtls_connection_say_version     (DtlsConnection    *self,
                                            guint              version);
void       dtls_connection_say_alert       (DtlsConnection    *self,
                                            int                alert);

G_END_DECLS
