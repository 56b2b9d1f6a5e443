/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-impairment.h"

#include <string.h>

#define MAX_BYTES (8 * 1024 * 1024)     /* of what waits, each direction, overhead included */
#define REORDER_US 1000                 /* what a reordered one waits if there is no delay */

typedef struct
{
  gint64   due_us;
  guint64  order;               /* of arrival; decides between equal due times */
  DtlsPath path;
  int      error;
  gboolean truncated;
  guint32  n_bytes;
  guint8   bytes[];
} Waiting;

typedef struct
{
  GSequence *waiting;           /* of Waiting, by due time */
  gsize      n_bytes;
  GRand     *rand;              /* its own: what the other direction carries changes nothing here */
} Direction;

struct _DtlsImpairment
{
  GObject             parent_instance;

  DtlsTransport      *inner;
  DtlsImpairmentRates rates;
  Direction           in, out;
  guint64             order;
  guint64             n_dropped;
};

static int
waiting_compare (gconstpointer a,
                 gconstpointer b,
                 gpointer      user_data)
{
  const Waiting *one = a;
  const Waiting *two = b;

  if (one->due_us != two->due_us)
    return one->due_us < two->due_us ? -1 : 1;
  return one->order < two->order ? -1 : one->order > two->order;
}

static void
direction_init (Direction *direction,
                guint64    seed,
                guint32    number)
{
  const guint32 words[] = { (guint32) seed, (guint32) (seed >> 32), number };

  direction->waiting = g_sequence_new (g_free);
  direction->rand = g_rand_new_with_seed_array (words, G_N_ELEMENTS (words));
}

static void
direction_clear (Direction *direction)
{
  g_clear_pointer (&direction->waiting, g_sequence_free);
  g_clear_pointer (&direction->rand, g_rand_free);
}

static Waiting *
direction_peek (Direction *direction)
{
  GSequenceIter *first = g_sequence_get_begin_iter (direction->waiting);

  return g_sequence_iter_is_end (first) ? NULL : g_sequence_get (first);
}

static void
direction_remove (Direction     *direction,
                  GSequenceIter *iter)
{
  direction->n_bytes -= sizeof (Waiting) + ((Waiting *) g_sequence_get (iter))->n_bytes;
  g_sequence_remove (iter);
}

static gint64
direction_get_deadline (Direction *direction)
{
  Waiting *first = direction_peek (direction);

  return first != NULL ? first->due_us : G_MAXINT64;
}

static gboolean
direction_roll (Direction *direction,
                double     probability)
{
  return probability > 0 && g_rand_double (direction->rand) < probability;
}

/* How long one more copy is on its way. */
static gint64
direction_roll_delay (Direction                 *direction,
                      const DtlsImpairmentRates *rates)
{
  gint64 delay_us = rates->delay_us;

  if (rates->jitter_us > 0)
    delay_us += g_rand_double (direction->rand) * rates->jitter_us;
  if (direction_roll (direction, rates->reorder))
    delay_us = MAX (2 * delay_us, delay_us + REORDER_US);
  return delay_us;
}

static void
dtls_impairment_add (DtlsImpairment     *self,
                     Direction          *direction,
                     const DtlsDatagram *datagram,
                     gint64              due_us)
{
  Waiting *waiting;

  if (direction->n_bytes + sizeof *waiting + datagram->n_bytes > MAX_BYTES)
    {
      self->n_dropped++;
      return;
    }
  waiting = g_malloc (sizeof *waiting + datagram->n_bytes);
  waiting->due_us = due_us;
  waiting->order = self->order++;
  waiting->path = datagram->path;
  waiting->error = datagram->error;
  waiting->truncated = datagram->truncated;
  waiting->n_bytes = datagram->n_bytes;
  if (datagram->n_bytes > 0)
    memcpy (waiting->bytes, datagram->bytes, datagram->n_bytes);
  /* Before it is in the sequence nothing else points to it, so it may be spoiled here. */
  if (waiting->error == 0 && waiting->n_bytes > 0)
    {
      if (direction_roll (direction, self->rates.corrupt))
        waiting->bytes[g_rand_int_range (direction->rand, 0, waiting->n_bytes)]
          ^= 1 << g_rand_int_range (direction->rand, 0, 8);
      if (direction_roll (direction, self->rates.truncate))
        waiting->n_bytes = g_rand_int_range (direction->rand, 0, waiting->n_bytes);
    }
  direction->n_bytes += sizeof *waiting + waiting->n_bytes;
  g_sequence_insert_sorted (direction->waiting, waiting, waiting_compare, NULL);
}

/* What the network makes of one datagram. Errors are not its own to lose. */
static void
dtls_impairment_pass (DtlsImpairment     *self,
                      Direction          *direction,
                      const DtlsDatagram *datagram,
                      gint64              now_us)
{
  guint n_copies = 1;

  if (datagram->error != 0)
    {
      dtls_impairment_add (self, direction, datagram, now_us);
      return;
    }
  if (direction_roll (direction, self->rates.drop))
    {
      self->n_dropped++;
      return;
    }
  if (direction_roll (direction, self->rates.duplicate))
    n_copies = 2;
  for (guint i = 0; i < n_copies; i++)
    dtls_impairment_add (self, direction, datagram,
                         now_us + direction_roll_delay (direction, &self->rates));
}

static void
dtls_impairment_send_one (DtlsImpairment *self,
                          Waiting        *waiting,
                          gint64          now_us)
{
  DtlsDatagram out = { .path = waiting->path, .bytes = waiting->bytes,
                       .n_bytes = waiting->n_bytes };

  dtls_transport_send (self->inner, &out, 1, now_us);
}

static void
dtls_impairment_send_due (DtlsImpairment *self,
                          gint64          now_us)
{
  Waiting *first;

  while ((first = direction_peek (&self->out)) != NULL && first->due_us <= now_us)
    {
      dtls_impairment_send_one (self, first, now_us);
      direction_remove (&self->out, g_sequence_get_begin_iter (self->out.waiting));
    }
}

static gboolean
dtls_impairment_open (DtlsTransport      *transport,
                      const DtlsAddress  *local,
                      const DtlsAddress  *peer,
                      guint32            *socket,
                      DtlsAddress        *bound,
                      GError            **error)
{
  DtlsImpairment *self = DTLS_IMPAIRMENT (transport);

  return dtls_transport_open (self->inner, local, peer, socket, bound, error);
}

/* What was sent before is on the network already, so it leaves now, whenever it is due. */
static void
dtls_impairment_close (DtlsTransport *transport,
                       guint32        socket)
{
  DtlsImpairment *self = DTLS_IMPAIRMENT (transport);
  Direction *directions[] = { &self->out, &self->in };

  for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
    {
      GSequenceIter *iter = g_sequence_get_begin_iter (directions[i]->waiting);

      while (!g_sequence_iter_is_end (iter))
        {
          GSequenceIter *next = g_sequence_iter_next (iter);
          Waiting *waiting = g_sequence_get (iter);

          if (waiting->path.socket == socket)
            {
              if (directions[i] == &self->out)
                dtls_impairment_send_one (self, waiting, waiting->due_us);
              direction_remove (directions[i], iter);
            }
          iter = next;
        }
    }
  dtls_transport_close (self->inner, socket);
}

static guint
dtls_impairment_receive (DtlsTransport *transport,
                         DtlsDatagram  *slots,
                         guint          n,
                         gint64         now_us)
{
  DtlsImpairment *self = DTLS_IMPAIRMENT (transport);
  guint n_arrived, filled = 0;
  Waiting *first;

  dtls_impairment_send_due (self, now_us);

  n_arrived = dtls_transport_receive (self->inner, slots, n, now_us);
  for (guint i = 0; i < n_arrived; i++)
    dtls_impairment_pass (self, &self->in, &slots[i], now_us);

  while (filled < n && (first = direction_peek (&self->in)) != NULL && first->due_us <= now_us)
    {
      DtlsDatagram *slot = &slots[filled++];

      slot->path = first->path;
      slot->error = first->error;
      slot->truncated = first->truncated || first->n_bytes > slot->capacity;
      slot->n_bytes = MIN (first->n_bytes, slot->capacity);
      if (slot->n_bytes > 0)
        memcpy (slot->bytes, first->bytes, slot->n_bytes);
      direction_remove (&self->in, g_sequence_get_begin_iter (self->in.waiting));
    }
  return filled;
}

static void
dtls_impairment_send (DtlsTransport      *transport,
                      const DtlsDatagram *out,
                      guint               n,
                      gint64              now_us)
{
  DtlsImpairment *self = DTLS_IMPAIRMENT (transport);

  for (guint i = 0; i < n; i++)
    {
      DtlsDatagram datagram = out[i];

      datagram.error = 0;
      datagram.truncated = FALSE;
      dtls_impairment_pass (self, &self->out, &datagram, now_us);
    }
  dtls_impairment_send_due (self, now_us);
}

static gint64
dtls_impairment_get_deadline (DtlsTransport *transport)
{
  DtlsImpairment *self = DTLS_IMPAIRMENT (transport);
  gint64 first_us = dtls_transport_get_deadline (self->inner);

  first_us = MIN (first_us, direction_get_deadline (&self->in));
  return MIN (first_us, direction_get_deadline (&self->out));
}

static GSource *
dtls_impairment_create_source (DtlsTransport *transport)
{
  return dtls_transport_create_source (DTLS_IMPAIRMENT (transport)->inner);
}

static guint64
dtls_impairment_get_drops (DtlsTransport *transport)
{
  return dtls_transport_get_drops (DTLS_IMPAIRMENT (transport)->inner);
}

static guint
dtls_impairment_get_mtu (DtlsTransport *transport,
                         guint32        socket)
{
  return dtls_transport_get_mtu (DTLS_IMPAIRMENT (transport)->inner, socket);
}

static void
dtls_impairment_iface_init (DtlsTransportInterface *iface)
{
  iface->open = dtls_impairment_open;
  iface->close = dtls_impairment_close;
  iface->receive = dtls_impairment_receive;
  iface->send = dtls_impairment_send;
  iface->get_deadline = dtls_impairment_get_deadline;
  iface->create_source = dtls_impairment_create_source;
  iface->get_drops = dtls_impairment_get_drops;
  iface->get_mtu = dtls_impairment_get_mtu;
}

/* Here, not at the top: it needs the function above. */
G_DEFINE_FINAL_TYPE_WITH_CODE (DtlsImpairment, dtls_impairment, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (DTLS_TYPE_TRANSPORT,
                                                      dtls_impairment_iface_init))

static void
dtls_impairment_dispose (GObject *object)
{
  g_clear_object (&DTLS_IMPAIRMENT (object)->inner);

  G_OBJECT_CLASS (dtls_impairment_parent_class)->dispose (object);
}

static void
dtls_impairment_finalize (GObject *object)
{
  DtlsImpairment *self = DTLS_IMPAIRMENT (object);

  direction_clear (&self->in);
  direction_clear (&self->out);

  G_OBJECT_CLASS (dtls_impairment_parent_class)->finalize (object);
}

static void
dtls_impairment_class_init (DtlsImpairmentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = dtls_impairment_dispose;
  object_class->finalize = dtls_impairment_finalize;
}

static void
dtls_impairment_init (DtlsImpairment *self)
{
}

/**
 * dtls_impairment_new:
 * @inner: what is made worse; a reference is taken
 * @seed: the same seed, rates and traffic of a direction give the same losses there
 *
 * A bad network over @inner, both directions; perfect until dtls_impairment_set_rates(). It has no
 * clock and no source of its own: what waits comes out of receive() once its due time is reached,
 * see dtls_transport_get_deadline(). Thread: as @inner.
 *
 * Returns: (transfer full): a #DtlsImpairment
 */
DtlsTransport *
dtls_impairment_new (DtlsTransport *inner,
                     guint64        seed)
{
  DtlsImpairment *self;

  g_return_val_if_fail (DTLS_IS_TRANSPORT (inner), NULL);

  self = g_object_new (DTLS_TYPE_IMPAIRMENT, NULL);
  self->inner = g_object_ref (inner);
  direction_init (&self->in, seed, 0);
  direction_init (&self->out, seed, 1);
  return DTLS_TRANSPORT (self);
}

/**
 * dtls_impairment_set_rates:
 *
 * From the next datagram on; what waits already stays as it is. A reordered datagram waits twice as
 * long as it would, a millisecond longer at least. Thread: as the inner transport.
 */
void
dtls_impairment_set_rates (DtlsImpairment            *self,
                           const DtlsImpairmentRates *rates)
{
  g_return_if_fail (DTLS_IS_IMPAIRMENT (self));
  g_return_if_fail (rates != NULL && rates->delay_us >= 0 && rates->jitter_us >= 0);

  self->rates = *rates;
}

/**
 * dtls_impairment_get_n_dropped:
 *
 * How many datagrams were lost here, by chance or because too many bytes waited. Thread: as the
 * inner transport.
 */
guint64
dtls_impairment_get_n_dropped (DtlsImpairment *self)
{
  g_return_val_if_fail (DTLS_IS_IMPAIRMENT (self), 0);

  return self->n_dropped;
}
