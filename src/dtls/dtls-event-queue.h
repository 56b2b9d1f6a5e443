/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-event.h"

G_BEGIN_DECLS

/* Append-only memory shared by the writer and every later owner; reference counted, thread-safe. */
typedef struct _DtlsEventChunk DtlsEventChunk;

/* Whole events from @from to @to (byte offsets) of a chunk. Owns a reference on it. */
typedef struct
{
  DtlsEventChunk *chunk;
  guint32         from, to;
} DtlsEventRange;

typedef struct _DtlsEventQueue DtlsEventQueue;

#define DTLS_EVENT_CHUNK_BYTES (256 * 1024)

/* Or'ed to a kind in dtls_event_queue_begin(): later events say the same, so that it may be lost. */
#define DTLS_EVENT_EXPENDABLE (1 << 15)

/* Reader's thread. The ranges are lent: a callee that keeps one takes a reference on its chunk. */
typedef void (*DtlsEventFunc) (const DtlsEventRange *ranges,
                               guint                 n_ranges,
                               const guint64         counts[DTLS_N_COUNTS],
                               gpointer              user_data);

DtlsEventChunk  *dtls_event_chunk_ref      (DtlsEventChunk       *self);
void             dtls_event_chunk_unref    (DtlsEventChunk       *self);
const DtlsEvent *dtls_event_chunk_get      (const DtlsEventChunk *self,
                                            guint32               at);
gsize            dtls_event_chunk_get_size (const DtlsEventChunk *self);

DtlsEventQueue  *dtls_event_queue_new      (gsize                 max_unread_bytes,
                                            guint                 max_unread_events);
DtlsEventQueue  *dtls_event_queue_ref      (DtlsEventQueue       *self);
void             dtls_event_queue_unref    (DtlsEventQueue       *self);

/* the writer (one thread) */
DtlsEvent       *dtls_event_queue_begin    (DtlsEventQueue       *self,
                                            guint16               kind,
                                            guint32               n_bytes);
void             dtls_event_queue_commit   (DtlsEventQueue       *self);
void             dtls_event_queue_count    (DtlsEventQueue       *self,
                                            DtlsCount             what,
                                            guint64               n);

void             dtls_event_queue_set_bounds (DtlsEventQueue     *self,
                                            gsize                 max_unread_bytes,
                                            guint                 max_unread_events);
gboolean         dtls_event_queue_take_lost_vital (DtlsEventQueue *self);

/* the reader (one thread) */
guint            dtls_event_queue_take     (DtlsEventQueue       *self,
                                            DtlsEventRange       *ranges,
                                            guint                 n,
                                            guint64               counts[DTLS_N_COUNTS]);
void             dtls_event_range_clear    (DtlsEventRange       *range);
GSource         *dtls_event_queue_create_source (DtlsEventQueue  *self,
                                            DtlsEventFunc         func,
                                            gpointer              user_data,
                                            GDestroyNotify        destroy);

/* Walks the events of a range: for (e = first; e != NULL; e = next). */
static inline const DtlsEvent *
dtls_event_range_next (const DtlsEventRange *range, const DtlsEvent *event, guint32 *at)
{
  *at = event == NULL ? range->from : *at + event->size;
  return *at < range->to ? dtls_event_chunk_get (range->chunk, *at) : NULL;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtlsEventQueue, dtls_event_queue_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtlsEventChunk, dtls_event_chunk_unref)

G_END_DECLS
