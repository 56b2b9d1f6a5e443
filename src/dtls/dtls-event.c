/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-event-queue-private.h"

/* An event is complete by itself and its bytes stand right behind it: no field may be a pointer, the
 * header keeps the alignment of the next one, and each kind is one bit of DTLS_EVENT_ALL. */
G_STATIC_ASSERT (G_ALIGNOF (DtlsEvent) <= 8);
G_STATIC_ASSERT (G_STRUCT_OFFSET (DtlsEvent, totals) % 8 == 0);
G_STATIC_ASSERT ((DTLS_EVENT_MESSAGE | DTLS_EVENT_STATE | DTLS_EVENT_DIAGNOSIS) == DTLS_EVENT_ALL);
G_STATIC_ASSERT (DTLS_MAX_IDENTITY_BYTES <= G_MAXUINT16);

/**
 * dtls_event_chunk_new:
 * @capacity: bytes of events it has room for
 *
 * Returns: (transfer full): an empty one; its bytes are not cleared. Thread: the writer's.
 */
DtlsEventChunk *
dtls_event_chunk_new (guint32 capacity)
{
  DtlsEventChunk *self = g_malloc (sizeof (DtlsEventChunk) + capacity);

  self->ref_count = 1;
  self->capacity = capacity;
  return self;
}

/**
 * dtls_event_chunk_ref:
 *
 * Keeps the chunk, and with it every event published in it, for as long as the caller likes.
 * Thread: any.
 */
DtlsEventChunk *
dtls_event_chunk_ref (DtlsEventChunk *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_int_inc (&self->ref_count);
  return self;
}

/**
 * dtls_event_chunk_unref:
 *
 * Thread: any.
 */
void
dtls_event_chunk_unref (DtlsEventChunk *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_int_dec_and_test (&self->ref_count))
    g_free (self);
}

/**
 * dtls_event_chunk_get:
 * @at: byte offset of an event, from a range of this chunk
 *
 * The event there; it lives as long as the chunk. Thread: any that was handed the range.
 */
const DtlsEvent *
dtls_event_chunk_get (const DtlsEventChunk *self,
                      guint32               at)
{
  return (const DtlsEvent *) (self->bytes + at);
}

/**
 * dtls_event_chunk_get_size:
 *
 * The memory the chunk takes, in bytes, however full it is. Thread: any.
 */
gsize
dtls_event_chunk_get_size (const DtlsEventChunk *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return sizeof (DtlsEventChunk) + self->capacity;
}

/**
 * dtls_event_range_clear:
 *
 * Drops the range's reference on its chunk. Thread: any.
 */
void
dtls_event_range_clear (DtlsEventRange *range)
{
  g_return_if_fail (range != NULL);

  g_clear_pointer (&range->chunk, dtls_event_chunk_unref);
  range->from = range->to = 0;
}
