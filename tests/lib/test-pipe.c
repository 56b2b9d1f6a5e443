/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "test-pipe.h"

#include <errno.h>
#include <string.h>

#include "dtls-error.h"

#define FIRST_FREE_PORT 40000

struct _TestNetwork
{
  int          n_refs;
  GPtrArray   *sockets;         /* all open ones, in order of opening; owned by their pipes */
  TestTapFunc  tap;
  gpointer     tap_data;
  gint64       one_way_us;
  gboolean     refusing;
  guint64      n_sent;
  guint64      drop_index;      /* G_MAXUINT64: none */
  guint16      next_port;
  guint32      next_socket;     /* numbers are unique in the network, never 0 */
};

typedef struct
{
  DtlsPath    path;             /* as the receiver sees it */
  GByteArray *bytes;            /* NULL: an error */
  int         error;
  gint64      due_us;
} Arrival;

typedef struct
{
  guint32      id;
  DtlsAddress  bound;
  DtlsAddress  peer;            /* only if connected */
  gboolean     connected;
  TestPipe    *pipe;
} PipeSocket;

struct _TestPipe
{
  GObject      parent_instance;

  TestNetwork *network;
  GPtrArray   *sockets;         /* owns them */
  GQueue       arrivals;        /* of Arrival, by due time; equal ones as they came */
  guint64      n_drops;
  guint        mtu;
};

static void
arrival_free (Arrival *arrival)
{
  g_clear_pointer (&arrival->bytes, g_byte_array_unref);
  g_free (arrival);
}

static void
test_pipe_queue (TestPipe       *self,
                 const DtlsPath *path,
                 const void     *bytes,
                 gsize           n_bytes,
                 int             error,
                 gint64          due_us)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->path = *path;
  arrival->error = error;
  arrival->due_us = due_us;
  if (error == 0)
    {
      arrival->bytes = g_byte_array_sized_new (n_bytes);
      if (n_bytes > 0)
        g_byte_array_append (arrival->bytes, bytes, n_bytes);
    }

  /* Nearly always the last one: looked for from the end. */
  for (GList *l = self->arrivals.tail; l != NULL; l = l->prev)
    if (((Arrival *) l->data)->due_us <= due_us)
      {
        g_queue_insert_after (&self->arrivals, l, arrival);
        return;
      }
  g_queue_push_head (&self->arrivals, arrival);
}

static PipeSocket *
test_pipe_find (TestPipe *self,
                guint32   id)
{
  for (guint i = 0; i < self->sockets->len; i++)
    {
      PipeSocket *socket = self->sockets->pdata[i];

      if (socket->id == id)
        return socket;
    }
  return NULL;
}

/* Whether a datagram to @to would come to a socket bound to @bound. */
static gboolean
bound_covers (const DtlsAddress *bound,
              const DtlsAddress *to)
{
  if (bound->port != to->port)
    return FALSE;
  if (dtls_address_is_any (bound))
    return !dtls_address_is_ipv4 (bound) || dtls_address_is_ipv4 (to);
  return memcmp (bound->ip, to->ip, sizeof bound->ip) == 0;
}

/* As the kernel does it: a socket connected to the sender first, then one bound to the address. */
static PipeSocket *
test_network_find (TestNetwork       *self,
                   const DtlsAddress *from,
                   const DtlsAddress *to)
{
  PipeSocket *found = NULL;

  for (guint i = 0; i < self->sockets->len; i++)
    {
      PipeSocket *socket = self->sockets->pdata[i];

      if (!bound_covers (&socket->bound, to))
        continue;
      if (socket->connected && dtls_address_equal (&socket->peer, from))
        return socket;
      if (!socket->connected
          && (found == NULL || dtls_address_is_any (&found->bound)))
        found = socket;
    }
  return found;
}

static gboolean
test_network_is_taken (TestNetwork       *self,
                       const DtlsAddress *wanted)
{
  for (guint i = 0; i < self->sockets->len; i++)
    {
      PipeSocket *socket = self->sockets->pdata[i];

      if (bound_covers (&socket->bound, wanted) || bound_covers (wanted, &socket->bound))
        return TRUE;
    }
  return FALSE;
}

static gboolean
test_network_deliver (TestNetwork       *self,
                      const DtlsAddress *from,
                      const DtlsAddress *to,
                      const void        *bytes,
                      gsize              n_bytes,
                      gint64             due_us)
{
  PipeSocket *receiver = test_network_find (self, from, to);
  DtlsPath path = { .peer = *from };

  if (receiver == NULL)
    return FALSE;
  path.socket = receiver->id;
  if (!receiver->connected && dtls_address_is_any (&receiver->bound))
    memcpy (path.local, to->ip, sizeof path.local);
  test_pipe_queue (receiver->pipe, &path, bytes, n_bytes, 0, due_us);
  return TRUE;
}

/* Sets the source address as the kernel would. */
static DtlsAddress
source_address (const PipeSocket *socket,
                const DtlsPath   *path)
{
  static const guint8 zero[16];
  DtlsAddress from = socket->bound;

  if (!dtls_address_is_any (&from))
    return from;
  if (memcmp (path->local, zero, sizeof zero) != 0)
    memcpy (from.ip, path->local, sizeof from.ip);
  else
    dtls_address_parse_ip (&from, dtls_address_is_ipv4 (&path->peer) ? "127.0.0.1" : "::1",
                           socket->bound.port);
  return from;
}

static void
test_pipe_send_one (TestPipe           *self,
                    const DtlsDatagram *out,
                    gint64              now_us)
{
  TestNetwork *network = self->network;
  PipeSocket *socket = test_pipe_find (self, out->path.socket);
  TestDatagram datagram = { .to = out->path.peer, .now_us = now_us };
  DtlsPath path = out->path;
  gboolean pass = TRUE;
  gboolean refused = FALSE;

  if (socket == NULL)
    return;
  if (socket->connected)
    datagram.to = path.peer = socket->peer;
  if (out->n_bytes > 65507)
    {
      test_pipe_queue (self, &path, NULL, 0, EMSGSIZE, now_us);
      return;
    }

  datagram.from = source_address (socket, &out->path);
  datagram.bytes = g_byte_array_sized_new (out->n_bytes);
  if (out->n_bytes > 0)
    g_byte_array_append (datagram.bytes, out->bytes, out->n_bytes);
  datagram.index = network->n_sent++;
  if (datagram.index == network->drop_index)
    pass = FALSE;
  if (network->tap != NULL && !network->tap (network, &datagram, network->tap_data))
    pass = FALSE;
  if (pass)
    refused = !test_network_deliver (network, &datagram.from, &datagram.to,
                                     datagram.bytes->data, datagram.bytes->len,
                                     now_us + network->one_way_us);
  if (refused && network->refusing && socket->connected)
    test_pipe_queue (self, &path, NULL, 0, ECONNREFUSED, now_us + 2 * network->one_way_us);
  g_byte_array_unref (datagram.bytes);
}

static gboolean
test_pipe_open (DtlsTransport      *transport,
                const DtlsAddress  *local,
                const DtlsAddress  *peer,
                guint32            *socket_id,
                DtlsAddress        *bound,
                GError            **error)
{
  TestPipe *self = TEST_PIPE (transport);
  TestNetwork *network = self->network;
  DtlsAddress wanted = { .zero = 0 };
  PipeSocket *socket;

  if (local != NULL)
    wanted = *local;
  if (peer != NULL && dtls_address_is_any (&wanted))
    dtls_address_parse_ip (&wanted, dtls_address_is_ipv4 (peer) ? "127.0.0.1" : "::1",
                           wanted.port);
  if (wanted.port == 0)
    do
      wanted.port = network->next_port++;
    while (test_network_is_taken (network, &wanted));
  else if (test_network_is_taken (network, &wanted))
    {
      char text[DTLS_ADDRESS_TEXT_BYTES];

      dtls_address_print (&wanted, DTLS_ADDRESS_BARE, text);
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_ADDRESS_IN_USE,
                   "Cannot listen on %s port %u: already in use. "
                   "Choose another port, or 0 for any.", text, wanted.port);
      return FALSE;
    }

  socket = g_new0 (PipeSocket, 1);
  socket->id = network->next_socket++;
  socket->bound = wanted;
  socket->connected = peer != NULL;
  if (peer != NULL)
    socket->peer = *peer;
  socket->pipe = self;
  g_ptr_array_add (self->sockets, socket);
  g_ptr_array_add (network->sockets, socket);
  *socket_id = socket->id;
  if (bound != NULL)
    *bound = wanted;
  return TRUE;
}

static void
test_pipe_close (DtlsTransport *transport,
                 guint32        id)
{
  TestPipe *self = TEST_PIPE (transport);
  PipeSocket *socket = test_pipe_find (self, id);
  GList *next;

  if (socket == NULL)
    return;
  for (GList *l = self->arrivals.head; l != NULL; l = next)
    {
      Arrival *arrival = l->data;

      next = l->next;
      if (arrival->path.socket == id)
        {
          g_queue_delete_link (&self->arrivals, l);
          arrival_free (arrival);
        }
    }
  g_ptr_array_remove (self->network->sockets, socket);
  g_ptr_array_remove (self->sockets, socket);
}

static guint
test_pipe_receive (DtlsTransport *transport,
                   DtlsDatagram  *slots,
                   guint          n,
                   gint64         now_us)
{
  TestPipe *self = TEST_PIPE (transport);
  guint filled = 0;
  Arrival *arrival;

  while (filled < n && (arrival = g_queue_peek_head (&self->arrivals)) != NULL
         && arrival->due_us <= now_us)
    {
      DtlsDatagram *slot = &slots[filled++];

      g_queue_pop_head (&self->arrivals);
      slot->path = arrival->path;
      slot->error = arrival->error;
      slot->n_bytes = 0;
      slot->truncated = FALSE;
      if (arrival->bytes != NULL)
        {
          slot->truncated = arrival->bytes->len > slot->capacity;
          slot->n_bytes = MIN (arrival->bytes->len, slot->capacity);
          if (slot->n_bytes > 0)
            memcpy (slot->bytes, arrival->bytes->data, slot->n_bytes);
        }
      arrival_free (arrival);
    }
  return filled;
}

static void
test_pipe_send (DtlsTransport      *transport,
                const DtlsDatagram *out,
                guint               n,
                gint64              now_us)
{
  for (guint i = 0; i < n; i++)
    test_pipe_send_one (TEST_PIPE (transport), &out[i], now_us);
}

static gint64
test_pipe_get_deadline (DtlsTransport *transport)
{
  Arrival *first = g_queue_peek_head (&TEST_PIPE (transport)->arrivals);

  return first != NULL ? first->due_us : G_MAXINT64;
}

static GSource *
test_pipe_create_source (DtlsTransport *transport)
{
  return NULL;
}

static guint64
test_pipe_get_drops (DtlsTransport *transport)
{
  return TEST_PIPE (transport)->n_drops;
}

static guint
test_pipe_get_mtu (DtlsTransport *transport,
                   guint32        socket)
{
  return TEST_PIPE (transport)->mtu;
}

static void
test_pipe_iface_init (DtlsTransportInterface *iface)
{
  iface->open = test_pipe_open;
  iface->close = test_pipe_close;
  iface->receive = test_pipe_receive;
  iface->send = test_pipe_send;
  iface->get_deadline = test_pipe_get_deadline;
  iface->create_source = test_pipe_create_source;
  iface->get_drops = test_pipe_get_drops;
  iface->get_mtu = test_pipe_get_mtu;
}

/* Here, not at the top: it needs the function above. */
G_DEFINE_FINAL_TYPE_WITH_CODE (TestPipe, test_pipe, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (DTLS_TYPE_TRANSPORT, test_pipe_iface_init))

static void
test_pipe_finalize (GObject *object)
{
  TestPipe *self = TEST_PIPE (object);

  while (self->sockets->len > 0)
    test_pipe_close (DTLS_TRANSPORT (self), ((PipeSocket *) self->sockets->pdata[0])->id);
  g_ptr_array_unref (self->sockets);
  g_queue_clear_full (&self->arrivals, (GDestroyNotify) arrival_free);
  test_network_unref (self->network);

  G_OBJECT_CLASS (test_pipe_parent_class)->finalize (object);
}

static void
test_pipe_class_init (TestPipeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_pipe_finalize;
}

static void
test_pipe_init (TestPipe *self)
{
  self->sockets = g_ptr_array_new_with_free_func (g_free);
  g_queue_init (&self->arrivals);
}

/**
 * test_network_new:
 *
 * No delay, no tap; refuses what nobody is bound to.
 */
TestNetwork *
test_network_new (void)
{
  TestNetwork *self = g_new0 (TestNetwork, 1);

  self->n_refs = 1;
  self->sockets = g_ptr_array_new ();
  self->refusing = TRUE;
  self->drop_index = G_MAXUINT64;
  self->next_port = FIRST_FREE_PORT;
  self->next_socket = 1;
  return self;
}

TestNetwork *
test_network_ref (TestNetwork *self)
{
  self->n_refs++;
  return self;
}

void
test_network_unref (TestNetwork *self)
{
  if (--self->n_refs > 0)
    return;
  g_ptr_array_unref (self->sockets);
  g_free (self);
}

/**
 * test_network_set_tap:
 * @func: (nullable): sees every datagram that a transport sends, before it is delivered
 */
void
test_network_set_tap (TestNetwork *self,
                      TestTapFunc  func,
                      gpointer     user_data)
{
  self->tap = func;
  self->tap_data = user_data;
}

/**
 * test_network_drop_nth:
 * @index: which datagram from now on is lost, 0 is the next one; G_MAXUINT64: none
 *
 * The tap still sees it.
 */
void
test_network_drop_nth (TestNetwork *self,
                       guint64      index)
{
  self->drop_index = index == G_MAXUINT64 ? index : self->n_sent + index;
}

void
test_network_set_delay (TestNetwork *self,
                        gint64       one_way_us)
{
  self->one_way_us = one_way_us;
}

/**
 * test_network_set_refusing:
 * @refusing: whether a connected socket learns that nobody is bound to its peer (ECONNREFUSED)
 */
void
test_network_set_refusing (TestNetwork *self,
                           gboolean     refusing)
{
  self->refusing = refusing;
}

/**
 * test_network_inject:
 * @from: any address, bound or not
 *
 * Puts raw bytes on the network; no tap, no count, no delay: due at @now_us.
 *
 * Returns: whether a socket got them
 */
gboolean
test_network_inject (TestNetwork       *self,
                     const DtlsAddress *from,
                     const DtlsAddress *to,
                     const void        *bytes,
                     gsize              n_bytes,
                     gint64             now_us)
{
  return test_network_deliver (self, from, to, bytes, n_bytes, now_us);
}

/**
 * test_network_get_n_sent:
 *
 * How many datagrams transports have sent, dropped ones included.
 */
guint64
test_network_get_n_sent (TestNetwork *self)
{
  return self->n_sent;
}

/**
 * test_network_get_deadline:
 *
 * When the first datagram on its way to any end is due; G_MAXINT64 if there is none.
 */
gint64
test_network_get_deadline (TestNetwork *self)
{
  gint64 first_us = G_MAXINT64;

  for (guint i = 0; i < self->sockets->len; i++)
    {
      PipeSocket *socket = self->sockets->pdata[i];

      first_us = MIN (first_us, test_pipe_get_deadline (DTLS_TRANSPORT (socket->pipe)));
    }
  return first_us;
}

/**
 * test_pipe_new:
 *
 * Returns: (transfer full): an end of @network without sockets
 */
DtlsTransport *
test_pipe_new (TestNetwork *network)
{
  TestPipe *self = g_object_new (TEST_TYPE_PIPE, NULL);

  self->network = test_network_ref (network);
  return DTLS_TRANSPORT (self);
}

/**
 * test_pipe_inject_error:
 * @error: what the next receive reports for @path, e.g. EMSGSIZE
 */
void
test_pipe_inject_error (TestPipe       *self,
                        const DtlsPath *path,
                        int             error)
{
  test_pipe_queue (self, path, NULL, 0, error, 0);
}

/**
 * test_pipe_add_drops:
 * @n: how many more datagrams the receive buffer is said to have lost
 */
void
test_pipe_add_drops (TestPipe *self,
                     guint64   n)
{
  self->n_drops += n;
}

/**
 * test_pipe_set_mtu:
 * @mtu: what a datagram holds, as the system believes; 0: not known
 */
void
test_pipe_set_mtu (TestPipe *self,
                   guint     mtu)
{
  self->mtu = mtu;
}
