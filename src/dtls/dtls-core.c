/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-core-private.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

enum
{
  SLOT_BYTES = 65536,
  CLOCK_STEP_US = 200 * 1000,
  CLOCK_LOOKS = 8,
  TOLD_STEP_US = 2 * G_USEC_PER_SEC
};

/* Real minus monotonic time. The thread may be held up between the two looks: then again. */
static gint64
measure_wall_offset (void)
{
  gint64 real_us, before_us, after_us = g_get_monotonic_time ();

  for (guint i = 0; i < CLOCK_LOOKS; i++)
    {
      before_us = after_us;
      real_us = g_get_real_time ();
      after_us = g_get_monotonic_time ();
      if (after_us - before_us < CLOCK_STEP_US / 4)
        break;
    }
  return real_us - after_us;
}

/* CLOCK_MONOTONIC stands still while the computer sleeps, CLOCK_BOOTTIME goes on. */
static gint64
measure_sleep (void)
{
  struct timespec now;

  if (clock_gettime (CLOCK_BOOTTIME, &now) != 0)
    return 0;
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 - g_get_monotonic_time ();
}

/**
 * dtls_core_new:
 * @transport: a reference is taken
 * @queue: a reference is taken; the core is its writer
 *
 * Thread: the engine's.
 */
DtlsCore *
dtls_core_new (DtlsTransport *transport, DtlsEventQueue *queue, guint64 seed, gint64 now_us)
{
  DtlsCore *self = g_new0 (DtlsCore, 1);

  dtls_hub_init (&self->hub, transport, queue, seed);
  dtls_hub_set_time (&self->hub, now_us);
  self->hub.wall_offset_us = measure_wall_offset ();
  self->slept_us = measure_sleep ();
  dtls_table_init (&self->table);
  dtls_listener_init (&self->listener, &self->hub, &self->table);
  dtls_connector_init (&self->connector, &self->hub, &self->table);
  self->repeats = g_ptr_array_new_with_free_func (dtls_core_free_repeat);
  self->memory = mmap (NULL, DTLS_BURST * SLOT_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  g_assert (self->memory != MAP_FAILED);
  for (guint i = 0; i < DTLS_BURST; i++)
    {
      self->slots[i].bytes = self->memory + i * SLOT_BYTES;
      self->slots[i].capacity = SLOT_BYTES;
    }
  return self;
}

/**
 * dtls_core_free:
 * @self: (nullable):
 *
 * Frees everything in it without a word on the wire; say goodbye with dtls_core_close() before.
 * Thread: the engine's.
 */
void
dtls_core_free (DtlsCore *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->repeats->len; i++)
    dtls_deadlines_remove (&self->hub.deadlines,
                           &((Repeat *) g_ptr_array_index (self->repeats, i))->deadline);
  g_ptr_array_unref (self->repeats);
  dtls_connector_clear (&self->connector);
  dtls_table_clear (&self->table);
  dtls_listener_clear (&self->listener);
  munmap (self->memory, DTLS_BURST * SLOT_BYTES);
  dtls_hub_clear (&self->hub);
  g_free (self);
}

/* --- deadlines --- */

static void
deadline_cb (DtlsDeadline *deadline, gint64 now_us, gpointer user_data)
{
  DtlsCore *self = user_data;

  switch (deadline->kind)
    {
    case DTLS_DEADLINE_ASSOCIATION:
      dtls_association_due ((DtlsAssociation *) ((char *) deadline
                                                 - G_STRUCT_OFFSET (DtlsAssociation, deadline)),
                            now_us);
      break;
    case DTLS_DEADLINE_CONNECTION:
      dtls_connection_due (dtls_connection_from_deadline (deadline), now_us);
      break;
    case DTLS_DEADLINE_CONNECTOR:
      dtls_connector_pace_due (&self->connector);
      break;
    case DTLS_DEADLINE_REPEAT:
      dtls_core_repeat_due (self, deadline);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* GnuTLS's handshake timers follow the wall clock: after a step, or a resume, handshakes in
 * progress would end or hang (T45). Established sessions do not care. */
static void
follow_clock (DtlsCore *self)
{
  gint64 offset_us = measure_wall_offset ();
  gint64 step_us = offset_us - self->hub.wall_offset_us;
  gint64 slept_us;
  gboolean slept;
  DtlsEventFields fields = { 0 };
  DtlsEvent *event;

  self->hub.wall_offset_us = offset_us;
  if (ABS (step_us) < CLOCK_STEP_US)
    return;
  slept_us = measure_sleep ();
  slept = slept_us - self->slept_us >= CLOCK_STEP_US;
  if (slept)
    step_us = slept_us - self->slept_us;
  self->slept_us = slept_us;
  dtls_listener_drop_half_open (&self->listener);
  dtls_connector_restart_handshakes (&self->connector);
  if (ABS (step_us) < TOLD_STEP_US)
    return;
  event = dtls_hub_begin (&self->hub, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_CLOCK_STEP, &fields);
  if (event == NULL)
    return;
  event->number[0] = CLAMP (step_us / G_USEC_PER_SEC, G_MININT32, G_MAXINT32);
  event->number[1] = slept;
  dtls_hub_commit (&self->hub);
}

/* --- routing --- */

/* What this computer had no room for says nothing about the peer. */
static gboolean
is_own_error (int error)
{
  return error == EAGAIN || error == ENOBUFS || error == ENOMEM;
}

static void
route_error (DtlsCore *self, const DtlsDatagram *datagram)
{
  DtlsAssociation *association = dtls_table_find (&self->table, &datagram->path);
  gboolean own = is_own_error (datagram->error);

  /* for the others a client's connection has a row */
  if (association == NULL || !association->client || own)
    dtls_hub_count (&self->hub, DTLS_COUNT_SEND_ERRORS);
  if (association == NULL || own)
    return;
  if (datagram->error == EMSGSIZE)
    dtls_association_met_too_long (association);
  else if (association->client)
    dtls_connection_met (association->owner, association, datagram->error);
}

/* Epoch 0 belongs to the half-open session alone, epoch 1 to the established one, and to the
 * half-open one only when refused there: never to both (ENGINE, routing). */
static DtlsStep
feed (DtlsAssociation *known, const DtlsRecord *record, guint index, guint n_records,
      DtlsAssociation **fed)
{
  DtlsAssociation *half_open = known->established ? known->successor : known;
  DtlsStep step = DTLS_STEP_REFUSED;

  *fed = half_open;
  if (record->epoch == 0)
    return half_open != NULL ? dtls_association_feed (half_open, record, index, n_records) : step;
  if (record->epoch != 1)
    return step;
  if (known->established)
    {
      *fed = known;
      step = dtls_association_feed (known, record, index, n_records);
      if ((step & (DTLS_STEP_CLOSED | DTLS_STEP_FAILED)) != 0 || (step & DTLS_STEP_REFUSED) == 0
          || half_open == NULL)
        return step;
      *fed = half_open;
    }
  return dtls_association_feed (half_open, record, index, n_records);
}

static void
end_datagram (DtlsCore *self, const DtlsPath *path)
{
  DtlsAssociation *known = dtls_table_find (&self->table, path);

  if (known != NULL && known->established)
    known = known->successor;
  if (known != NULL)
    dtls_association_end_datagram (known);
}

static void
route (DtlsCore *self, const DtlsDatagram *datagram)
{
  const DtlsPath *path = &datagram->path;
  DtlsAssociation *known = dtls_table_find (&self->table, path), *fed;
  const guint8 *bytes = datagram->bytes;
  gsize n_bytes = datagram->n_bytes;
  guint n_records, index = 0;
  gboolean shaken = FALSE;
  DtlsRecord record;

  if (known == NULL)
    {
      if (self->listener.open && path->socket == self->listener.socket)
        dtls_listener_stranger (&self->listener, datagram);
      return;
    }
  n_records = dtls_record_count (bytes, n_bytes);
  while (known != NULL && dtls_record_next (&bytes, &n_bytes, &record))
    {
      if (!known->client && dtls_record_is_hello (&record))
        {
          dtls_listener_hello (&self->listener, known, path, &record);
          known = dtls_table_find (&self->table, path);
          shaken = TRUE;
          index++;
          continue;
        }
      DtlsStep step = feed (known, &record, index++, n_records, &fed);

      /* what a peer with another key, or without one here, repeats was told once, in words */
      if ((step & DTLS_STEP_REFUSED) != 0
          && !(fed != NULL && !fed->client && !fed->established && fed->identity != NULL))
        dtls_hub_count (&self->hub, DTLS_COUNT_DISCARDED);
      if ((step & (DTLS_STEP_CLOSED | DTLS_STEP_FAILED)) != 0)
        fed->policy->over (fed);
      else if (!fed || !fed->established)
        shaken = TRUE;
      if ((step & (DTLS_STEP_CLOSED | DTLS_STEP_FAILED | DTLS_STEP_ESTABLISHED)) != 0)
        known = dtls_table_find (&self->table, path);
    }
  if (known != NULL && n_bytes > 0)
    {
      dtls_hub_count (&self->hub, DTLS_COUNT_MALFORMED);
      if (known->client && index == 0)
        dtls_connection_not_dtls (known->owner, known, bytes, n_bytes);
    }
  if (shaken)
    end_datagram (self, path);
}

static guint
receive (DtlsCore *self)
{
  guint n = dtls_transport_receive (self->hub.transport, self->slots, DTLS_BURST,
                                    self->hub.now_us);

  for (guint i = 0; i < n; i++)
    {
      const DtlsDatagram *datagram = &self->slots[i];

      if (datagram->error != 0)
        route_error (self, datagram);
      else if (datagram->truncated)
        dtls_hub_count (&self->hub, DTLS_COUNT_TRUNCATED);
      else if (datagram->n_bytes == 0)
        dtls_hub_count (&self->hub, DTLS_COUNT_EMPTY);  /* S26, T2 */
      else
        route (self, datagram);
    }
  return n;
}

/**
 * dtls_core_settle:
 *
 * After a command between turns: sends what is in the outbox.
 *
 * Returns: the next deadline in monotonic microseconds, or G_MAXINT64. Thread: the engine's.
 */
gint64
dtls_core_settle (DtlsCore *self)
{
  dtls_hub_flush (&self->hub);
  return MIN (dtls_deadlines_next (&self->hub.deadlines),
              dtls_transport_get_deadline (self->hub.transport));
}

/**
 * dtls_core_turn:
 * @now_us: monotonic microseconds
 *
 * One turn: what is due, then one burst of at most 64 datagrams, then what is to be sent. So a
 * flood delays a deadline by one burst, and a window by nothing (B1).
 *
 * Returns: when the next turn is due even if nothing arrives; @now_us when there may be more.
 * Thread: the engine's.
 */
gint64
dtls_core_turn (DtlsCore *self, gint64 now_us)
{
  guint64 drops;
  gint64 next_us;
  guint n;

  dtls_hub_set_time (&self->hub, now_us);
  follow_clock (self);
  dtls_deadlines_run (&self->hub.deadlines, now_us, deadline_cb, self);
  n = receive (self);
  drops = dtls_transport_get_drops (self->hub.transport);
  if (drops != self->drops)
    dtls_event_queue_count (self->hub.queue, DTLS_COUNT_KERNEL_DROPS, drops - self->drops);
  self->drops = drops;
  next_us = dtls_core_settle (self);
  return n == DTLS_BURST ? now_us : next_us;
}
