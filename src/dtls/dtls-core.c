/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-core.h"

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

/* A message sent again and again. */
typedef struct
{
  DtlsDeadline deadline;
  guint64      id;
  GBytes      *bytes;
  gint64       interval_us;
  guint        left;            /* 0: for ever */
} Repeat;

struct _DtlsCore
{
  DtlsHub       hub;
  DtlsTable     table;
  DtlsListener  listener;
  DtlsConnector connector;
  GPtrArray    *repeats;        /* of Repeat */
  DtlsDatagram  slots[DTLS_BURST];
  guint8       *memory;         /* of the slots: mapped, touched as far as it is used */
  guint64       drops;
  gint64        slept_us;       /* of this computer, since it was started */
};

static void
free_repeat (gpointer data)
{
  Repeat *repeat = data;

  g_bytes_unref (repeat->bytes);
  g_free (repeat);
}

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
  self->repeats = g_ptr_array_new_with_free_func (free_repeat);
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
drop_repeat (DtlsCore *self, Repeat *repeat)
{
  dtls_deadlines_remove (&self->hub.deadlines, &repeat->deadline);
  g_ptr_array_remove_fast (self->repeats, repeat);
}

/* A client's connection may come back under its id, a server's association never. */
static gboolean
has_target (DtlsCore *self, guint64 id)
{
  return id == 0 || dtls_table_find_id (&self->table, id) != NULL
         || dtls_connector_has (&self->connector, id);
}

static void
repeat_due (DtlsCore *self, Repeat *repeat)
{
  dtls_core_send (self, repeat->id, repeat->bytes);
  if ((repeat->left > 0 && --repeat->left == 0) || !has_target (self, repeat->id))
    drop_repeat (self, repeat);
  else
    dtls_deadlines_set (&self->hub.deadlines, &repeat->deadline,
                        self->hub.now_us + repeat->interval_us);
}

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
      repeat_due (self, (Repeat *) ((char *) deadline - G_STRUCT_OFFSET (Repeat, deadline)));
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
 * Returns: the next deadline in monotonic microseconds, or G_MAXINT64.
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

/* --- commands, between turns --- */

/**
 * dtls_core_listen:
 * @bound: (out) (optional): the address with the real port
 *
 * See dtls_listener_listen(). A failure is a row in the log, too.
 */
gboolean
dtls_core_listen (DtlsCore *self, const DtlsListenOptions *options, DtlsAddress *bound,
                  GError **error)
{
  g_autoptr (GError) reason = NULL;
  DtlsEventFields fields = { .peer = &options->local };

  if (dtls_listener_listen (&self->listener, options, &reason))
    {
      if (bound != NULL)
        *bound = self->listener.bound;
      return TRUE;
    }
  fields.text = (const guint8 *) reason->message;
  fields.n_text = strlen (reason->message);
  if (dtls_hub_begin (&self->hub, DTLS_EVENT_STATE, DTLS_CODE_LISTEN_FAILED, &fields) != NULL)
    dtls_hub_commit (&self->hub);
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

guint64
dtls_core_connect (DtlsCore *self, const DtlsConnectionOptions *options)
{
  return dtls_connector_add (&self->connector, options);
}

static void
send_cb (DtlsAssociation *association, gpointer user_data)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (user_data, &n_bytes);

  dtls_association_send_message (association, bytes, n_bytes);
}

/**
 * dtls_core_send:
 * @id: an association, or 0 for all established ones
 */
void
dtls_core_send (DtlsCore *self, guint64 id, GBytes *bytes)
{
  DtlsAssociation *association;

  if (id != 0)
    {
      association = dtls_table_find_id (&self->table, id);
      if (association != NULL)
        send_cb (association, bytes);
      return;
    }
  for (GList *link = self->table.established.head; link != NULL; link = link->next)
    send_cb (link->data, bytes);
  dtls_connector_foreach_established (&self->connector, send_cb, bytes);
}

/**
 * dtls_core_repeat:
 * @bytes: (nullable): NULL ends the repetition to @id
 * @interval_ms: at least 1
 * @times: 0: until it is ended
 */
void
dtls_core_repeat (DtlsCore *self, guint64 id, GBytes *bytes, guint interval_ms, guint times)
{
  Repeat *repeat;

  for (guint i = self->repeats->len; i > 0; i--)
    {
      repeat = g_ptr_array_index (self->repeats, i - 1);
      if (repeat->id == id)
        drop_repeat (self, repeat);
    }
  if (bytes == NULL)
    return;
  repeat = g_new0 (Repeat, 1);
  repeat->deadline.kind = DTLS_DEADLINE_REPEAT;
  repeat->id = id;
  repeat->bytes = g_bytes_ref (bytes);
  repeat->interval_us = MAX (1, interval_ms) * (gint64) 1000;
  repeat->left = times;
  g_ptr_array_add (self->repeats, repeat);
  repeat_due (self, repeat);
}

/**
 * dtls_core_close:
 * @id: an association, or 0 for all
 *
 * Ends associations with close_notify, the server's and the client's.
 */
void
dtls_core_close (DtlsCore *self, guint64 id, DtlsCloseReason reason)
{
  DtlsAssociation *association;

  if (id == 0)
    dtls_listener_close_all (&self->listener, reason);
  dtls_connector_close (&self->connector, id);
  association = id != 0 ? dtls_table_find_id (&self->table, id) : NULL;
  if (association == NULL || association->client)
    return;
  dtls_association_close (association, reason);
  dtls_table_remove (&self->table, association);
}

/* FALSE: no reader has heard of it, or will. */
static gboolean
say_snapshot (DtlsAssociation *association)
{
  DtlsEvent *event
    = dtls_association_begin (association, DTLS_EVENT_STATE, DTLS_CODE_SNAPSHOT,
                              association->established
                                ? dtls_session_get_suite (association->session) : NULL);

  if (event == NULL)
    return !association->quiet || association->established;
  event->number[0] = association->established ? DTLS_SNAPSHOT_ESTABLISHED : DTLS_SNAPSHOT_HALF_OPEN;
  dtls_hub_commit (association->hub);
  return TRUE;
}

/**
 * dtls_core_resync:
 *
 * If events about states were lost since the last time: says of each association that lives
 * where it stands, and then how many they are, so that a reader who got all of them ends its other
 * rows. Lost messages alone are no reason: a reader that is too slow for them would make us
 * write ten thousand events more with each of its looks.
 */
void
dtls_core_resync (DtlsCore *self)
{
  DtlsEventFields fields = { 0 };
  DtlsEvent *event;
  guint n = 0;

  if (!dtls_event_queue_take_lost_vital (self->hub.queue))
    return;
  for (GList *link = self->table.half_open.head; link != NULL; link = link->next)
    n += say_snapshot (link->data);
  for (GList *link = self->table.established.head; link != NULL; link = link->next)
    n += say_snapshot (link->data);
  n += dtls_connector_say_snapshots (&self->connector);
  event = dtls_hub_begin (&self->hub, DTLS_EVENT_STATE, DTLS_CODE_SNAPSHOT, &fields);
  if (event == NULL)
    return;
  event->number[0] = DTLS_SNAPSHOT_ALL;
  event->number[1] = n;
  dtls_hub_commit (&self->hub);
}

/**
 * dtls_core_set_address_present:
 * @present: whether this computer has the address that is listened on
 *
 * Says once that it went, and that the server listens again once it is back: the socket stays, and
 * so do the sessions (DESIGN 5).
 */
void
dtls_core_set_address_present (DtlsCore *self, gboolean present)
{
  DtlsListener *listener = &self->listener;
  DtlsEventFields fields = { .peer = &listener->bound };
  DtlsEvent *event = NULL;

  if (!listener->open || listener->gone != present)
    return;
  listener->gone = !present;
  if (!present)
    event = dtls_hub_begin (&self->hub, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_INTERFACE_GONE, &fields);
  else if (listener->accepting)
    event = dtls_hub_begin (&self->hub, DTLS_EVENT_STATE, DTLS_CODE_LISTENING, &fields);
  if (event != NULL)
    dtls_hub_commit (&self->hub);
}

DtlsHub *
dtls_core_get_hub (DtlsCore *self)
{
  return &self->hub;
}

DtlsTable *
dtls_core_get_table (DtlsCore *self)
{
  return &self->table;
}

DtlsListener *
dtls_core_get_listener (DtlsCore *self)
{
  return &self->listener;
}

DtlsConnector *
dtls_core_get_connector (DtlsCore *self)
{
  return &self->connector;
}
