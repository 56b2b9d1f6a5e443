/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-event-queue-private.h"

#include <string.h>

#define WAKE_EVENTS_US (16 * 1000)      /* between two drains for events */
#define WAKE_COUNTS_US (250 * 1000)     /* ... when nothing but counts changed */
#define MAX_RANGES 16                   /* handed to the reader at once: 4 MiB */
#define NEVER_US G_MAXINT64

#define CHUNK_CAPACITY ((guint32) (DTLS_EVENT_CHUNK_BYTES - sizeof (DtlsEventChunk)))

typedef struct
{
  DtlsEventRange range;         /* owns its reference */
  guint          n_events;
} Unread;

struct _DtlsEventQueue
{
  int             ref_count;    /* atomic */

  /* the writer's own */
  gsize           max_bytes;    /* unread */
  guint           max_events;
  DtlsEventChunk *chunk;        /* being filled; NULL before the first event */
  guint32         used;         /* bytes of it that are published */
  DtlsEventChunk *large;        /* the open event's own, when it is larger than a chunk */
  DtlsEvent      *open;         /* between begin and commit */
  gsize           seen_bytes;   /* unread at the last look: only ever too many */
  guint           seen_events;
  gboolean        lost_vital;   /* a STATE or DIAGNOSIS event, since it was asked last */

  /* held for a few instructions; never over a callback or a wake-up */
  GMutex          mutex;
  GArray         *unread;       /* of Unread, oldest first */
  gsize           n_bytes;      /* of the events in it */
  guint           n_events;
  guint64         counts[DTLS_N_COUNTS];
  gboolean        counted;      /* a count changed since the last take */
  gint64          taken_us;     /* when the reader took last */
  gint64          wake_us;      /* when the source is to wake the reader; NEVER_US: not asked to */
  GSource        *source;       /* owned until it is destroyed */
};

typedef struct
{
  GSource         source;
  DtlsEventQueue *queue;        /* owned */
} QueueSource;

typedef struct
{
  DtlsEventQueue *queue;        /* owned */
  DtlsEventFunc   func;
  gpointer        user_data;
  GDestroyNotify  destroy;
} QueueCallback;

static void
dtls_event_queue_unread_clear (gpointer unread)
{
  dtls_event_range_clear (&((Unread *) unread)->range);
}

/**
 * dtls_event_queue_new:
 * @max_unread_bytes: how much the reader may be behind; not less than the largest event
 * @max_unread_events: the same as a number of events
 *
 * A queue for one writer's and one reader's thread. Beyond three quarters of either bound only
 * STATE and DIAGNOSIS events go in that are not expendable. Returns: (transfer full).
 */
DtlsEventQueue *
dtls_event_queue_new (gsize max_unread_bytes,
                      guint max_unread_events)
{
  DtlsEventQueue *self = g_new0 (DtlsEventQueue, 1);

  self->ref_count = 1;
  self->max_bytes = max_unread_bytes;
  self->max_events = max_unread_events;
  self->wake_us = NEVER_US;
  self->taken_us = G_MININT64 / 2;
  self->unread = g_array_sized_new (FALSE, FALSE, sizeof (Unread), 64);
  g_mutex_init (&self->mutex);
  return self;
}

/**
 * dtls_event_queue_set_bounds:
 * @max_unread_bytes: as in dtls_event_queue_new()
 * @max_unread_events: the same
 *
 * For what is written from now on; what is unread stays. Thread: the writer's.
 */
void
dtls_event_queue_set_bounds (DtlsEventQueue *self,
                             gsize           max_unread_bytes,
                             guint           max_unread_events)
{
  g_return_if_fail (self != NULL);

  self->max_bytes = max_unread_bytes;
  self->max_events = max_unread_events;
}

/**
 * dtls_event_queue_ref:
 *
 * Thread: any.
 */
DtlsEventQueue *
dtls_event_queue_ref (DtlsEventQueue *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_int_inc (&self->ref_count);
  return self;
}

/**
 * dtls_event_queue_unref:
 *
 * The last one frees what is unread; chunks that somebody keeps stay. Thread: any.
 */
void
dtls_event_queue_unref (DtlsEventQueue *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_assert (self->source == NULL);      /* it holds a reference */
  g_array_set_clear_func (self->unread, dtls_event_queue_unread_clear);
  g_array_unref (self->unread);
  g_clear_pointer (&self->large, dtls_event_chunk_unref);
  g_clear_pointer (&self->chunk, dtls_event_chunk_unref);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Called with the mutex: the source to wake at self->wake_us, or NULL when nothing is to be done. */
static GSource *
dtls_event_queue_want_wake (DtlsEventQueue *self,
                            gint64          spacing_us)
{
  gint64 due_us;

  if (self->source == NULL || self->wake_us == 0)
    return NULL;
  due_us = self->taken_us + spacing_us;
  if (due_us >= self->wake_us)
    return NULL;
  if (due_us <= g_get_monotonic_time ())
    due_us = 0;
  self->wake_us = due_us;
  return g_source_ref (self->source);
}

/* Without the mutex: it may be a system call. Coming late it wakes the reader once too often. */
static void
dtls_event_queue_wake (GSource *source,
                       gint64   due_us)
{
  if (source == NULL)
    return;
  g_source_set_ready_time (source, due_us);
  g_source_unref (source);
}

/**
 * dtls_event_queue_count:
 * @what: what happened
 * @n: how many times
 *
 * Adds to a running total, which the reader sees with its next take; wakes it for that alone at
 * most every 250 ms. Thread: any.
 */
void
dtls_event_queue_count (DtlsEventQueue *self,
                        DtlsCount       what,
                        guint64         n)
{
  GSource *source = NULL;
  gint64 due_us;

  g_return_if_fail (self != NULL);
  g_return_if_fail (what < DTLS_N_COUNTS);

  g_mutex_lock (&self->mutex);
  self->counts[what] += n;
  self->counted = TRUE;
  if (self->n_events == 0)      /* else it is woken anyway */
    source = dtls_event_queue_want_wake (self, WAKE_COUNTS_US);
  due_us = self->wake_us;
  g_mutex_unlock (&self->mutex);
  dtls_event_queue_wake (source, due_us);
}

static gboolean
is_vital (guint16 kind)
{
  return (kind & (DTLS_EVENT_STATE | DTLS_EVENT_DIAGNOSIS)) != 0
         && (kind & DTLS_EVENT_EXPENDABLE) == 0;
}

static gboolean
dtls_event_queue_fits (DtlsEventQueue *self,
                       guint16         kind,
                       gsize           size)
{
  gboolean vital = is_vital (kind);
  gsize max_bytes = vital ? self->max_bytes : self->max_bytes / 4 * 3;
  guint max_events = vital ? self->max_events : (guint) ((guint64) self->max_events * 3 / 4);

  return self->seen_bytes + size <= max_bytes && self->seen_events < max_events;
}

/* Room for @size bytes that nobody has seen yet. */
static guint8 *
dtls_event_queue_reserve (DtlsEventQueue *self,
                          guint32         size)
{
  if (size > CHUNK_CAPACITY)
    {
      self->large = dtls_event_chunk_new (size);
      return self->large->bytes;
    }
  if (self->chunk == NULL || size > self->chunk->capacity - self->used)
    {
      g_clear_pointer (&self->chunk, dtls_event_chunk_unref);
      self->chunk = dtls_event_chunk_new (CHUNK_CAPACITY);
      self->used = 0;
    }
  return self->chunk->bytes + self->used;
}

/**
 * dtls_event_queue_begin:
 * @kind: one #DtlsEventKind, with or without DTLS_EVENT_EXPENDABLE
 * @n_bytes: payload behind the header: wire, text, name and identity together
 *
 * Room for one event: its size and kind are set, every other field is zero, the payload is the
 * caller's to fill. Nobody sees it before dtls_event_queue_commit(); beginning again instead
 * discards it. Returns: (nullable): NULL if there is no room; then it is counted as lost.
 * Thread: the writer's.
 */
DtlsEvent *
dtls_event_queue_begin (DtlsEventQueue *self,
                        guint16         kind,
                        guint32         n_bytes)
{
  guint32 size;
  guint8 *bytes;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (n_bytes <= G_MAXINT32, NULL);

  g_clear_pointer (&self->large, dtls_event_chunk_unref);
  self->open = NULL;
  size = (guint32) (sizeof (DtlsEvent) + n_bytes + 7) & ~(guint32) 7;
  if (!dtls_event_queue_fits (self, kind, size))
    {
      g_mutex_lock (&self->mutex);
      self->seen_bytes = self->n_bytes;
      self->seen_events = self->n_events;
      g_mutex_unlock (&self->mutex);
      if (!dtls_event_queue_fits (self, kind, size))
        {
          self->lost_vital |= is_vital (kind);
          dtls_event_queue_count (self, DTLS_COUNT_EVENTS_LOST, 1);
          return NULL;
        }
    }

  bytes = dtls_event_queue_reserve (self, size);
  memset (bytes + size - 8, 0, 8);      /* what alignment adds is defined, too */
  memset (bytes, 0, sizeof (DtlsEvent));
  self->open = (DtlsEvent *) bytes;
  self->open->size = size;
  self->open->kind = kind & DTLS_EVENT_ALL;
  return self->open;
}

/* Called with the mutex: what was written becomes the reader's. */
static void
dtls_event_queue_publish (DtlsEventQueue *self,
                          DtlsEventChunk *chunk,
                          guint32         from,
                          guint32         size)
{
  Unread *last = self->unread->len > 0
               ? &g_array_index (self->unread, Unread, self->unread->len - 1) : NULL;

  if (last != NULL && last->range.chunk == chunk && last->range.to == from)
    {
      last->range.to += size;
      last->n_events++;
    }
  else
    {
      Unread unread = { { dtls_event_chunk_ref (chunk), from, from + size }, 1 };

      g_array_append_val (self->unread, unread);
    }
  self->n_bytes += size;
  self->n_events++;
  self->seen_bytes = self->n_bytes;
  self->seen_events = self->n_events;
}

/**
 * dtls_event_queue_commit:
 *
 * Publishes the event begun last; from here on it is never written again. Wakes the reader only
 * if nothing was unread, and not before 16 ms after its last take. Thread: the writer's.
 */
void
dtls_event_queue_commit (DtlsEventQueue *self)
{
  GSource *source = NULL;
  gboolean large;
  guint32 size;
  gint64 due_us;

  g_return_if_fail (self != NULL);
  g_return_if_fail (self->open != NULL);
  g_return_if_fail ((guint64) self->open->n_wire + self->open->n_text + self->open->n_name
                    + self->open->n_identity <= self->open->size - sizeof (DtlsEvent));

  size = self->open->size;
  large = self->large != NULL;
  g_mutex_lock (&self->mutex);
  if (self->n_events == 0)
    source = dtls_event_queue_want_wake (self, WAKE_EVENTS_US);
  dtls_event_queue_publish (self, large ? self->large : self->chunk, large ? 0 : self->used, size);
  due_us = self->wake_us;
  g_mutex_unlock (&self->mutex);

  self->open = NULL;
  if (large)
    g_clear_pointer (&self->large, dtls_event_chunk_unref);
  else
    self->used += size;
  dtls_event_queue_wake (source, due_us);
}

/**
 * dtls_event_queue_take_lost_vital:
 *
 * Whether an event about a state was lost since this was asked last. Thread: the writer's.
 */
gboolean
dtls_event_queue_take_lost_vital (DtlsEventQueue *self)
{
  gboolean lost = self->lost_vital;

  self->lost_vital = FALSE;
  return lost;
}

/* As dtls_event_queue_take(); @changed: whether there is anything new, counts included; @more:
 * whether ranges remain. */
static guint
dtls_event_queue_take_some (DtlsEventQueue *self,
                            DtlsEventRange *ranges,
                            guint           n,
                            guint64         counts[DTLS_N_COUNTS],
                            gboolean       *changed,
                            gboolean       *more)
{
  guint i;

  g_mutex_lock (&self->mutex);
  n = MIN (n, self->unread->len);
  for (i = 0; i < n; i++)
    {
      Unread *unread = &g_array_index (self->unread, Unread, i);

      ranges[i] = unread->range;
      self->n_bytes -= unread->range.to - unread->range.from;
      self->n_events -= unread->n_events;
    }
  if (n > 0)
    g_array_remove_range (self->unread, 0, n);
  memcpy (counts, self->counts, sizeof (self->counts));
  *changed = n > 0 || self->counted;
  *more = self->unread->len > 0;
  self->counted = FALSE;
  self->taken_us = g_get_monotonic_time ();
  self->wake_us = NEVER_US;
  g_mutex_unlock (&self->mutex);
  return n;
}

/**
 * dtls_event_queue_take:
 * @ranges: (out caller-allocates) (array length=n): filled from the start
 * @n: how many there is room for
 * @counts: (out): the running totals
 *
 * Takes the oldest unread events, in order. Each range owns a reference; end it with
 * dtls_event_range_clear(). Returns: how many ranges were filled; call again if it is @n.
 * Thread: the reader's.
 */
guint
dtls_event_queue_take (DtlsEventQueue *self,
                       DtlsEventRange *ranges,
                       guint           n,
                       guint64         counts[DTLS_N_COUNTS])
{
  gboolean changed, more;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (ranges != NULL || n == 0, 0);
  g_return_val_if_fail (counts != NULL, 0);

  return dtls_event_queue_take_some (self, ranges, n, counts, &changed, &more);
}

static gboolean                         /* the reader's thread */
dtls_event_queue_dispatch (GSource     *source,
                           GSourceFunc  callback,
                           gpointer     user_data)
{
  QueueCallback *call = user_data;
  DtlsEventQueue *self = ((QueueSource *) source)->queue;
  DtlsEventRange ranges[MAX_RANGES];
  guint64 counts[DTLS_N_COUNTS];
  gboolean changed, more;
  guint i, n_ranges;

  g_source_set_ready_time (source, -1);         /* before the take: an event after it wakes us again */
  n_ranges = dtls_event_queue_take_some (self, ranges, G_N_ELEMENTS (ranges), counts,
                                         &changed, &more);
  if (more)
    g_source_set_ready_time (source, 0);        /* the rest after other sources had their turn */
  if (changed)
    call->func (ranges, n_ranges, counts, call->user_data);     /* no lock is held here */
  for (i = 0; i < n_ranges; i++)
    dtls_event_range_clear (&ranges[i]);
  return G_SOURCE_CONTINUE;
}

static void
dtls_event_queue_source_finalize (GSource *source)
{
  g_clear_pointer (&((QueueSource *) source)->queue, dtls_event_queue_unref);
}

static GSourceFuncs dtls_event_queue_source_funcs = {
  .dispatch = dtls_event_queue_dispatch,
  .finalize = dtls_event_queue_source_finalize
};

/* What a GSource insists on having as its callback; dispatch calls the real one. */
static gboolean
dtls_event_queue_source_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* The source is destroyed: from here on the writer wakes nobody. */
static void
dtls_event_queue_callback_free (gpointer data)
{
  QueueCallback *call = data;
  GSource *source;

  g_mutex_lock (&call->queue->mutex);
  source = g_steal_pointer (&call->queue->source);
  call->queue->wake_us = NEVER_US;
  g_mutex_unlock (&call->queue->mutex);
  if (call->destroy != NULL)
    call->destroy (call->user_data);
  g_clear_pointer (&source, g_source_unref);
  dtls_event_queue_unref (call->queue);
  g_free (call);
}

/**
 * dtls_event_queue_create_source:
 * @func: gets what is new: up to 16 ranges and the running totals; never called without news
 * @destroy: (nullable): for @user_data, called when the source is destroyed
 *
 * The reader's source, one at a time for each queue: attach it, and end it with
 * g_source_destroy(). What is already unread wakes it. Returns: (transfer full).
 * Thread: the reader's.
 */
GSource *
dtls_event_queue_create_source (DtlsEventQueue *self,
                                DtlsEventFunc   func,
                                gpointer        user_data,
                                GDestroyNotify  destroy)
{
  QueueCallback *call;
  GSource *source;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (func != NULL, NULL);
  g_return_val_if_fail (self->source == NULL, NULL);

  source = g_source_new (&dtls_event_queue_source_funcs, sizeof (QueueSource));
  g_source_set_static_name (source, "dtls event queue");
  ((QueueSource *) source)->queue = dtls_event_queue_ref (self);
  call = g_new (QueueCallback, 1);
  *call = (QueueCallback) { dtls_event_queue_ref (self), func, user_data, destroy };
  g_source_set_callback (source, dtls_event_queue_source_cb, call, dtls_event_queue_callback_free);

  g_mutex_lock (&self->mutex);
  self->source = g_source_ref (source);
  self->wake_us = self->n_events > 0 || self->counted ? 0 : NEVER_US;
  if (self->wake_us == 0)
    g_source_set_ready_time (source, 0);        /* not attached yet: a field, no system call */
  g_mutex_unlock (&self->mutex);
  return source;
}
