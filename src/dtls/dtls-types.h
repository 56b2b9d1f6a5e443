/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Demonstration values that the original pair uses, see README "Working with the original pair". */
#define DTLS_DEFAULT_PORT 22334
#define DTLS_DEFAULT_HINT "Qt DTLS example server"
#define DTLS_DEMO_KEY_HEX "1a2b3c4d5e6f"

typedef enum
{
  DTLS_ROLE_SERVER,
  DTLS_ROLE_CLIENT
} DtlsRole;

/* What the server answers to a message. */
typedef enum
{
  DTLS_REPLY_ACK,               /* "to (ADDRESS:PORT): ACK" */
  DTLS_REPLY_ECHO,              /* the message itself */
  DTLS_REPLY_NONE
} DtlsReply;

typedef struct _DtlsAssociation DtlsAssociation;
typedef struct _DtlsConnection DtlsConnection;
typedef struct _DtlsSession DtlsSession;

/* Every limit of the engine (DESIGN "Limits"); 0 never means "no limit". Its hits are counted. */
typedef struct
{
  guint   max_half_open;        /* sessions in handshake; the oldest is evicted */
  guint   max_connections;      /* established; the least recently used idle one is evicted */
  gint64  half_open_age_us;     /* a handshake older than this ends */
  gint64  idle_us;              /* an established server session silent for this long ends */
  /* in these 0 means the default */
  guint   max_identity_bytes;   /* a longer one has no key; at most DTLS_MAX_IDENTITY_BYTES */
  guint   max_rows;             /* hellos, and handshakes, of strangers that are listed at once ... */
  guint   max_rows_per_s;       /* ... and then a second */
  guint   max_queue_events;     /* what the reader of events may be behind */
  guint   max_queue_bytes;
  guint   max_held;             /* records of one handshake that wait for their turn (T25) */
} DtlsLimits;

#define DTLS_LIMITS_DEFAULT                                                                       \
  {                                                                                               \
    512, 20000, 40 * G_USEC_PER_SEC, 30 * 60 * (gint64) G_USEC_PER_SEC, DTLS_MAX_IDENTITY_BYTES, \
    200, 10, 65536, 32 * 1024 * 1024, DTLS_MAX_HELD                                               \
  }

#define DTLS_MAX_RECORD_BYTES  (16384 + 2048)
#define DTLS_MAX_IDENTITY_BYTES 256
#define DTLS_MAX_HELD           4
#define DTLS_RECORD_HEADER_BYTES 13

G_END_DECLS
