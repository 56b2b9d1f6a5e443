/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-address.h"
#include "dtls-types.h"

G_BEGIN_DECLS

/* What an event is; a bit each, so that kinds can be asked for (dtls_engine_set_interest). */
typedef enum
{
  DTLS_EVENT_MESSAGE   = 1 << 0,  /* application data came: wire = the record, text = what was in it */
  DTLS_EVENT_STATE     = 1 << 1,  /* something happened to an association or to the listener */
  DTLS_EVENT_DIAGNOSIS = 1 << 2,  /* why something does not work */
  DTLS_EVENT_ALL       = 7
} DtlsEventKind;

/* What happened. "text" and "number" say what the two fields of the event hold; peer, name and
 * identity are filled where they are known. (S) server only, (C) client only. */
typedef enum
{
  DTLS_CODE_NONE,

  /* STATE, in the order of a life */
  DTLS_CODE_LISTENING,          /* S  peer: the bound address, with the real port */
  DTLS_CODE_NOT_ACCEPTING,      /* S  */
  DTLS_CODE_LISTEN_FAILED,      /* S  text: the whole sentence */
  DTLS_CODE_LOOKING_UP,         /* C  text: the name; association 0 */
  DTLS_CODE_LOOKUP_FAILED,      /* C  text: the name; number 0: 1 = the resolver did not answer */
  DTLS_CODE_CONNECTING,         /* C  peer: first address of the name; number 0: how many there are */
  DTLS_CODE_STARTING,           /* C  the first hello is on its way */
  DTLS_CODE_NOT_VERIFIED,       /* S  hello without a good cookie, answered; association 0 */
  DTLS_CODE_VERIFIED,           /* S  a half-open association begins */
  DTLS_CODE_ANSWERED,           /* C  peer: the address that answered first, of several */
  DTLS_CODE_REFUSED,            /* C  ICMP; number 0: errno */
  DTLS_CODE_START_FAILED,       /* C  text: why no hello can even be sent */
  DTLS_CODE_PROGRESS,           /*    a handshake datagram was taken and did not end it */
  DTLS_CODE_IDENTITY,           /* S  identity */
  DTLS_CODE_PROVIDING_KEY,      /* C  */
  DTLS_CODE_RETRANSMIT,         /*    number: flight, times so far, milliseconds until the next */
  DTLS_CODE_ESTABLISHED,        /*    text: IANA name of the suite; number 0: most bytes of data */
  DTLS_CODE_STARTED_OVER,       /* S  a verified hello on the path of an established association */
  DTLS_CODE_REPLACED,           /* S  ... and it is proven: the older association ended */
  DTLS_CODE_UNREACHABLE,        /*    established; number 0: errno; 1: messages without an answer, both
                                 *    0: pings; said once until traffic resumes */
  DTLS_CODE_RECONNECTING,       /* C  number: try, milliseconds until it */
  DTLS_CODE_SENT,               /*    data was sent (no sentence; carries the totals); number 0: bytes, 1: 1 = a ping */
  DTLS_CODE_SEND_FAILED,        /*    text: why; number 0: bytes, 0: the text says; 1: 1 = a ping;
                                 *    2: most bytes of data from now on, 0: as before */
  DTLS_CODE_SNAPSHOT,           /*    no sentence: where it stands; number 0: DtlsSnapshot; 1: most
                                 *    bytes of data; text: suite */
  DTLS_CODE_CLOSED,             /*    number 0: DtlsCloseReason; 1: seconds (idle, age) */
  DTLS_CODE_FAILED,             /*    number 0: GnuTLS code; 1: alert received or -1; 2: alert sent or -1 */

  /* DIAGNOSIS */
  DTLS_CODE_DEMO_KEY,           /*    the demonstration key is in use; association 0 */
  DTLS_CODE_SHORT_KEY,          /*    number 0: bytes; association 0 */
  DTLS_CODE_KEY_LOG,            /*    SSLKEYLOGFILE is set; text: its value; association 0 */
  DTLS_CODE_KEY_DIFFERS,        /*    most likely */
  DTLS_CODE_KEY_AGREES,         /* S  takes KEY_DIFFERS back */
  DTLS_CODE_UNKNOWN_IDENTITY,   /* S  no key here; C  the server says so (alert 115) */
  DTLS_CODE_NO_COMMON_SUITE,    /* S  text: "offered\nallowed"; C  alert 40 */
  DTLS_CODE_VERSION,            /*    number 0: the version the peer wants, e.g. 0xfeff; 1: 1 = by alert */
  DTLS_CODE_NOT_DTLS,           /* C  the server is something else; number 0: bytes, 1 and 2: the first 8 */
  DTLS_CODE_GAVE_UP,            /* C  number: tries, seconds, stage (DtlsGaveUpStage) */
  DTLS_CODE_INTERFACE_GONE,     /* S  the address listened on is gone; the listener stays */
  DTLS_CODE_CLOCK_STEP,         /*    number 0: seconds, 1: 1 = it slept; handshakes start again */
  DTLS_N_CODES
} DtlsCode;

typedef enum
{
  DTLS_SNAPSHOT_HALF_OPEN,
  DTLS_SNAPSHOT_ESTABLISHED,
  DTLS_SNAPSHOT_GONE,           /* half-open, dropped without a word: its row ends */
  DTLS_SNAPSHOT_ALL             /* association 0: that was each one that lives; number 1: how many */
} DtlsSnapshot;

typedef enum
{
  DTLS_CLOSE_PEER,              /* close_notify came */
  DTLS_CLOSE_LOCAL,             /* the user closed it */
  DTLS_CLOSE_IDLE,
  DTLS_CLOSE_HANDSHAKE_AGE,
  DTLS_CLOSE_EVICTED,           /* the cap on half-open sessions or connections */
  DTLS_CLOSE_LISTENER           /* the server listens elsewhere now, or ends */
} DtlsCloseReason;

typedef enum
{
  DTLS_GAVE_UP_SILENT,          /* nobody answered */
  DTLS_GAVE_UP_REFUSED,         /* "port unreachable" to the end */
  DTLS_GAVE_UP_HANDSHAKE,       /* it answered, then fell silent before keys were used */
  DTLS_GAVE_UP_KEYS,            /* our Finished is unanswered */
  DTLS_GAVE_UP_NO_ROUTE,        /* "host unreachable" to the end, or no way out of this computer */
  DTLS_GAVE_UP_NOT_DTLS,        /* it answered something else */
  DTLS_GAVE_UP_UNSENT           /* not one hello could be sent */
} DtlsGaveUpStage;

/* Running totals of one association: a lost event falsifies nothing. */
typedef struct
{
  guint64 messages_in, messages_out;
  guint64 bytes_in, bytes_out;  /* of application data */
  guint32 pings_sent, pings_answered, pings_lost;
  guint32 retransmissions;
  guint32 rtt_last_us, rtt_median_us;   /* 0: none yet */
} DtlsCounters;

enum
{
  DTLS_EVENT_FLAG_CLIENT    = 1 << 0,   /* of a client association; else a server's */
  DTLS_EVENT_FLAG_TRUNCATED = 1 << 1,   /* identity or text was cut */
  DTLS_EVENT_FLAG_FIRST     = 1 << 2    /* first event of this code for its association */
};

/*
 * Immutable once committed; lives in a chunk and is followed there by its bytes: wire, text, name,
 * identity. Complete by itself: it can be put into words at any time without any other event.
 */
typedef struct
{
  guint32      size;            /* of all of it, a multiple of 8 */
  guint16      kind;            /* DtlsEventKind */
  guint16      code;            /* DtlsCode */
  guint64      association;     /* 0: none */
  gint64       time_us;         /* wall clock, since 1970, when the datagram was read */
  DtlsAddress  peer;
  DtlsCounters totals;
  gint32       number[4];       /* by code */
  guint32      n_wire, n_text;
  guint16      n_name, n_identity;
  guint16      flags;
  guint8       record, n_records;       /* MESSAGE: which record of its datagram, from 1, of how many */
} DtlsEvent;

static inline const guint8 *dtls_event_wire     (const DtlsEvent *e) { return (const guint8 *) (e + 1); }
static inline const guint8 *dtls_event_text     (const DtlsEvent *e) { return dtls_event_wire (e) + e->n_wire; }
static inline const guint8 *dtls_event_name     (const DtlsEvent *e) { return dtls_event_text (e) + e->n_text; }
static inline const guint8 *dtls_event_identity (const DtlsEvent *e) { return dtls_event_name (e) + e->n_name; }

/* Things that are only counted (hostile input is no event). Running totals since the start. */
typedef enum
{
  DTLS_COUNT_NOT_DTLS,          /* from unknown peers, no hello; dropped unanswered */
  DTLS_COUNT_LATE,              /* of peers whose connection ended lately; a goodbye does not count */
  DTLS_COUNT_EMPTY,             /* datagrams of 0 bytes */
  DTLS_COUNT_TRUNCATED,         /* longer than a slot */
  DTLS_COUNT_HELLOS,            /* answered with HelloVerifyRequest */
  DTLS_COUNT_HELLOS_UNLISTED,   /* ... of which no NOT_VERIFIED event was written */
  DTLS_COUNT_HANDSHAKES_UNLISTED,       /* begun, and no event is written before ESTABLISHED */
  DTLS_COUNT_IDENTITIES_CUT,    /* longer than the limit: no key is looked up */
  DTLS_COUNT_NOT_ACCEPTED,      /* hellos while not accepting */
  DTLS_COUNT_MALFORMED,         /* bytes of a known peer that are no record */
  DTLS_COUNT_DISCARDED,         /* records refused: forged, replayed, clear, old */
  DTLS_COUNT_HELD_DROPPED,      /* hold-back was full */
  DTLS_COUNT_HALF_OPEN_EVICTED,
  DTLS_COUNT_HALF_OPEN_AGED,
  DTLS_COUNT_CONNECTIONS_EVICTED,
  DTLS_COUNT_CONNECTIONS_IDLE,
  DTLS_COUNT_SEND_ERRORS,
  DTLS_COUNT_KERNEL_DROPS,      /* SO_RXQ_OVFL */
  DTLS_COUNT_EVENTS_LOST,       /* the queue was full */
  DTLS_N_COUNTS
} DtlsCount;

G_STATIC_ASSERT (sizeof (DtlsEvent) % 8 == 0);

G_END_DECLS
