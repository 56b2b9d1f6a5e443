/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-hub.h"
#include "dtls-session-private.h"

G_BEGIN_DECLS

enum
{
  DTLS_DEADLINE_ASSOCIATION,    /* DtlsDeadline.kind */
  DTLS_DEADLINE_CONNECTION,
  DTLS_DEADLINE_CONNECTOR,
  DTLS_DEADLINE_REPEAT
};

typedef struct _DtlsHeld DtlsHeld;

/* What makes an association a server's or a client's. Static. */
typedef struct
{
  DtlsSessionHooks session;     /* their owner is the association */
  /* first record that the peer proved to have understood us by (only while "manual"); nullable */
  void (*answered)    (DtlsAssociation *association);
  /* the handshake is done; before data that was held back is delivered */
  void (*established) (DtlsAssociation *association);
  /* before the event of the message is written, so that its totals count the answer */
  void (*message)     (DtlsAssociation *association,
                       const guint8    *bytes,
                       gsize            n_bytes);
  /* a user's message went out; nullable */
  void (*sent)        (DtlsAssociation *association);
  /* a flight went out again (from the timer only); nullable */
  void (*repeated)    (DtlsAssociation *association);
  /* it is over and has said why; to be taken out and freed */
  void (*over)        (DtlsAssociation *association);
} DtlsPolicy;

/* One session with one peer on one path. Plain struct of the engine's thread. */
struct _DtlsAssociation
{
  DtlsDeadline      deadline;   /* earliest of repeat, age, idle */
  DtlsHub          *hub;        /* borrowed */
  const DtlsPolicy *policy;
  gpointer          owner;      /* the listener or the connection; borrowed */
  guint64           id;
  DtlsPath          path;
  DtlsSession      *session;
  DtlsAssociation  *successor;  /* the half-open one on the same path (S21); not in the table */
  DtlsAssociation  *predecessor;        /* whose successor this is */
  GList             order;      /* node of the table's half_open or established */
  gint64            born_us, last_us;
  gint64            too_long_us;        /* when the MTU was lowered last; 0: it is not lowered */
  gint64            age_us;     /* half-open: most it may last; 0: no bound of its own */
  gint64            idle_us;    /* established: most silence; 0: no bound */
  gint64            until_us;   /* client, half-open: when its owner gives up; 0: not known */
  DtlsCounters      counters;
  guint64           said;       /* bit per DtlsCode that was said */
  DtlsHeld         *held;
  guint             n_held, n_held_bytes;
  const char       *name;       /* client: the connection's; borrowed */
  GBytes           *identity;   /* (nullable): as the peer or we gave it */
  char             *reply;      /* server: "to (ADDRESS:PORT): ACK" */
  guint             n_reply;
  guint8            random[32]; /* the peer's hello: tells a late copy from a new start */
  guint16           next_message;       /* server: message_seq of what follows that hello */
  guint16           peer_version;       /* client: of the ServerHello that ended it; 0: none did */
  guint16           n_repeats;  /* of flight number `repeated` */
  guint8            repeated;
  guint8            client : 1;
  guint8            established : 1;
  guint8            manual : 1; /* repeats are somebody else's (a client still trying addresses) */
  guint8            ccs_in : 1;
  guint8            progressed : 1;     /* since the datagram began */
  guint8            key_known : 1;
  guint8            key_differs : 1;
  guint8            identity_cut : 1;   /* it is longer than what is kept of it */
  guint8            listed : 1; /* order is in a list */
  guint8            quiet : 1;  /* one of a flood: its events begin with ESTABLISHED (B2) */
};

DtlsAssociation *dtls_association_new          (DtlsHub             *hub,
                                                const DtlsPolicy    *policy,
                                                gpointer             owner,
                                                guint64              id,
                                                const DtlsPath      *path,
                                                DtlsSessionConfig   *config,
                                                gnutls_dtls_prestate_st *prestate);
void             dtls_association_free         (DtlsAssociation     *self);
DtlsStep         dtls_association_feed         (DtlsAssociation     *self,
                                                const DtlsRecord    *record,
                                                guint                index,
                                                guint                n_records);
void             dtls_association_end_datagram (DtlsAssociation     *self);
DtlsStep         dtls_association_start        (DtlsAssociation     *self);
void             dtls_association_due          (DtlsAssociation     *self,
                                                gint64               now_us);
void             dtls_association_arm          (DtlsAssociation     *self);
gboolean         dtls_association_send         (DtlsAssociation     *self,
                                                const guint8        *bytes,
                                                gsize                n_bytes,
                                                GError             **error);
void             dtls_association_send_message (DtlsAssociation    *self,
                                                const guint8        *bytes,
                                                gsize                n_bytes);
void             dtls_association_met_too_long (DtlsAssociation    *self);
void             dtls_association_close        (DtlsAssociation     *self,
                                                DtlsCloseReason      reason);
DtlsEvent       *dtls_association_begin        (DtlsAssociation     *self,
                                                DtlsEventKind        kind,
                                                DtlsCode             code,
                                                const char          *text);
void             dtls_association_say          (DtlsAssociation     *self,
                                                DtlsEventKind        kind,
                                                DtlsCode             code,
                                                gint32               number);
gboolean         dtls_association_has_said     (DtlsAssociation     *self,
                                                DtlsCode             code);

G_END_DECLS
