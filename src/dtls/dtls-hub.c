/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-hub.h"

#include <string.h>

enum { OUTBOX_BYTES = 512 * 1024 };

/**
 * dtls_hub_init:
 * @transport: a reference is taken
 * @queue: a reference is taken
 * @seed: for ids of tests and hashes; random in the programs
 *
 * Thread: the engine's.
 */
void
dtls_hub_init (DtlsHub *self, DtlsTransport *transport, DtlsEventQueue *queue, guint64 seed)
{
  memset (self, 0, sizeof *self);
  self->transport = g_object_ref (transport);
  self->queue = dtls_event_queue_ref (queue);
  self->interest = DTLS_EVENT_ALL;
  self->max_held = DTLS_MAX_HELD;
  self->seed = seed;
  self->outbox.n_allocated = OUTBOX_BYTES;
  self->outbox.memory = g_malloc (OUTBOX_BYTES);        /* touched as far as it is used */
}

/**
 * dtls_hub_clear:
 *
 * Drops what it holds; the associations are gone before. Thread: the engine's.
 */
void
dtls_hub_clear (DtlsHub *self)
{
  dtls_deadlines_clear (&self->deadlines);
  g_clear_pointer (&self->outbox.memory, g_free);
  g_clear_object (&self->transport);
  g_clear_pointer (&self->queue, dtls_event_queue_unref);
}

/**
 * dtls_hub_set_time:
 * @now_us: monotonic microseconds; the time of everything in this turn
 *
 * Thread: the engine's.
 */
void
dtls_hub_set_time (DtlsHub *self, gint64 now_us)
{
  self->now_us = now_us;
}

/**
 * dtls_hub_send:
 * @path: where to
 * @vec: (array length=n): the parts of one datagram
 *
 * Copies one datagram into the outbox: the only copy of what is sent. It leaves at the end of
 * the dispatch, or now when the outbox is full. Cannot fail: UDP may lose datagrams (T18).
 * Thread: the engine's.
 */
void
dtls_hub_send (DtlsHub *self, const DtlsPath *path, const giovec_t *vec, int n)
{
  DtlsOutbox *outbox = &self->outbox;
  DtlsDatagram *datagram;
  gsize n_bytes = 0;

  for (int i = 0; i < n; i++)
    n_bytes += vec[i].iov_len;
  if (n_bytes > G_MAXUINT16)
    return;
  if (outbox->n == DTLS_BURST || outbox->n_used + n_bytes > outbox->n_allocated)
    dtls_hub_flush (self);

  datagram = &outbox->out[outbox->n++];
  datagram->path = *path;
  datagram->bytes = outbox->memory + outbox->n_used;
  datagram->n_bytes = datagram->capacity = n_bytes;
  datagram->error = 0;
  datagram->truncated = FALSE;
  for (int i = 0; i < n; i++)
    {
      memcpy (outbox->memory + outbox->n_used, vec[i].iov_base, vec[i].iov_len);
      outbox->n_used += vec[i].iov_len;
    }
}

/**
 * dtls_hub_flush:
 *
 * Gives the outbox to the transport. Thread: the engine's.
 */
void
dtls_hub_flush (DtlsHub *self)
{
  if (self->outbox.n > 0)
    dtls_transport_send (self->transport, self->outbox.out, self->outbox.n, self->now_us);
  self->outbox.n = 0;
  self->outbox.n_used = 0;
}

/* What changes nothing in a list of connections but totals, which the next event has, too: sending
 * at full speed must not cost the reader an end or a beginning. */
static gboolean
is_expendable (DtlsCode code)
{
  return code == DTLS_CODE_SENT || code == DTLS_CODE_RETRANSMIT || code == DTLS_CODE_PROGRESS
         || code == DTLS_CODE_NOT_VERIFIED;
}

/**
 * dtls_hub_begin:
 * @fields: what the event says; the bytes are copied into the queue's chunk, their only copy
 *
 * Begins an event of this turn's time. The caller may fill in number, record and n_records, and
 * calls dtls_hub_commit().
 *
 * Returns: (nullable): the event, or NULL when nobody reads this kind or the queue is full.
 * Thread: the engine's.
 */
DtlsEvent *
dtls_hub_begin (DtlsHub *self, DtlsEventKind kind, DtlsCode code, const DtlsEventFields *fields)
{
  gsize n_name = 0, n_identity = 0;
  const guint8 *identity = NULL;
  DtlsEvent *event;
  guint8 *at;

  if (!dtls_hub_wants (self, kind))
    return NULL;
  if (fields->name != NULL)
    n_name = MIN (strlen (fields->name), G_MAXUINT16);
  if (fields->identity != NULL)
    identity = g_bytes_get_data (fields->identity, &n_identity);
  n_identity = MIN (n_identity, G_MAXUINT16);
  event = dtls_event_queue_begin (self->queue,
                                  is_expendable (code) ? kind | DTLS_EVENT_EXPENDABLE : kind,
                                  fields->n_wire + fields->n_text + n_name + n_identity);
  if (event == NULL)
    return NULL;

  event->code = code;
  event->association = fields->association;
  event->time_us = self->now_us + self->wall_offset_us;
  event->flags = fields->flags;
  event->n_wire = fields->n_wire;
  event->n_text = fields->n_text;
  event->n_name = n_name;
  event->n_identity = n_identity;
  if (fields->peer != NULL)
    event->peer = *fields->peer;
  if (fields->totals != NULL)
    event->totals = *fields->totals;
  at = (guint8 *) (event + 1);
  if (fields->n_wire > 0)
    memcpy (at, fields->wire, fields->n_wire);
  at += fields->n_wire;
  if (fields->n_text > 0)
    memcpy (at, fields->text, fields->n_text);
  at += fields->n_text;
  if (n_name > 0)
    memcpy (at, fields->name, n_name);
  at += n_name;
  if (n_identity > 0)
    memcpy (at, identity, n_identity);
  return event;
}

/**
 * dtls_hub_commit:
 *
 * Publishes the event begun last. Thread: the engine's.
 */
void
dtls_hub_commit (DtlsHub *self)
{
  dtls_event_queue_commit (self->queue);
}

/**
 * dtls_hub_count:
 *
 * Counts something that is no event: hostile input, losses, limits that were hit.
 * Thread: the engine's.
 */
void
dtls_hub_count (DtlsHub *self, DtlsCount what)
{
  dtls_event_queue_count (self->queue, what, 1);
}
