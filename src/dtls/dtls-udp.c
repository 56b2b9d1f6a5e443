/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-udp.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dtls-udp-burst.h"
#include "dtls-udp-socket.h"

#define MAX_POLLED 8            /* more sockets than this go into one epoll set */
#define POLL_FLAGS (G_IO_IN | G_IO_ERR | G_IO_HUP)
#define INDEX_BITS 20           /* of a socket's number: its index + 1; the rest is a generation */
#define INDEX_MASK ((1u << INDEX_BITS) - 1)

typedef struct
{
  GSource  source;
  DtlsUdp *udp;                 /* owned */
} UdpSource;

struct _DtlsUdp
{
  GObject       parent_instance;

  DtlsUdpBurst *burst;
  GPtrArray    *sockets;        /* of DtlsUdpSocket, by index; NULL where one was closed */
  GArray       *generations;    /* guint32, by index */
  GArray       *free_indices;   /* guint, a stack */

  GSource      *source;         /* not owned; NULL when there is none */
  gpointer      epoll_tag;
  int           epoll_fd;       /* -1 while the sockets are few */
  guint32       ready;          /* few sockets: a bit each that poll() found ready */
  guint         turn;           /* few sockets: who comes first */
};

static void
udp_socket_free (DtlsUdpSocket *socket)
{
  g_socket_close (socket->gsocket, NULL);
  g_object_unref (socket->gsocket);
  g_free (socket);
}

static DtlsUdpSocket *
dtls_udp_find (DtlsUdp *self,
               guint32  id)
{
  guint index = (id & INDEX_MASK) - 1;
  DtlsUdpSocket *socket = index < self->sockets->len ? self->sockets->pdata[index] : NULL;

  return socket != NULL && socket->path.socket == id ? socket : NULL;
}

static gboolean
dtls_udp_has_source (DtlsUdp *self)
{
  return self->source != NULL && !g_source_is_destroyed (self->source);
}

static void
dtls_udp_poll_socket (DtlsUdp       *self,
                      DtlsUdpSocket *socket)
{
  struct epoll_event event = { .events = EPOLLIN, .data.u32 = socket->path.socket };

  if (self->epoll_fd >= 0)
    {
      if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, socket->fd, &event) != 0)
        g_warning ("Could not poll a socket: %s", g_strerror (errno));
    }
  else if (dtls_udp_has_source (self))
    socket->tag = g_source_add_unix_fd (self->source, socket->fd, POLL_FLAGS);
}

static void
dtls_udp_unpoll_socket (DtlsUdp       *self,
                        DtlsUdpSocket *socket)
{
  if (self->epoll_fd >= 0)
    epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, socket->fd, NULL);
  else if (dtls_udp_has_source (self) && socket->tag != NULL)
    g_source_remove_unix_fd (self->source, socket->tag);
  socket->tag = NULL;
}

/* From few sockets to many; there is no way back, both cost the same at MAX_POLLED. */
static gboolean
dtls_udp_start_epoll (DtlsUdp  *self,
                      GError  **error)
{
  int fd = epoll_create1 (EPOLL_CLOEXEC);

  if (fd < 0)
    {
      dtls_udp_socket_set_limit_error (error);
      return FALSE;
    }
  for (guint i = 0; i < self->sockets->len; i++)
    if (self->sockets->pdata[i] != NULL)
      dtls_udp_unpoll_socket (self, self->sockets->pdata[i]);
  self->epoll_fd = fd;
  for (guint i = 0; i < self->sockets->len; i++)
    if (self->sockets->pdata[i] != NULL)
      dtls_udp_poll_socket (self, self->sockets->pdata[i]);
  if (dtls_udp_has_source (self))
    self->epoll_tag = g_source_add_unix_fd (self->source, fd, G_IO_IN);
  return TRUE;
}

static gboolean
udp_source_check (GSource *source)
{
  DtlsUdp *udp = ((UdpSource *) source)->udp;

  if (udp->epoll_tag != NULL)
    return g_source_query_unix_fd (source, udp->epoll_tag) != 0;

  udp->ready = 0;
  for (guint i = 0; i < udp->sockets->len; i++)
    {
      DtlsUdpSocket *socket = udp->sockets->pdata[i];

      if (socket != NULL && socket->tag != NULL
          && g_source_query_unix_fd (source, socket->tag) != 0)
        udp->ready |= 1u << i;
    }
  return udp->ready != 0;
}

static gboolean
udp_source_dispatch (GSource     *source,
                     GSourceFunc  callback,
                     gpointer     user_data)
{
  return callback != NULL ? callback (user_data) : G_SOURCE_CONTINUE;
}

static void
udp_source_finalize (GSource *source)
{
  DtlsUdp *udp = ((UdpSource *) source)->udp;

  if (udp->source == source)
    {
      udp->source = NULL;
      udp->epoll_tag = NULL;
    }
  g_object_unref (udp);
}

static GSourceFuncs udp_source_funcs = {
  .check = udp_source_check,
  .dispatch = udp_source_dispatch,
  .finalize = udp_source_finalize
};

/* Returns whether the socket may have more: it filled all it was given. */
static gboolean
dtls_udp_receive_from (DtlsUdp       *self,
                       DtlsUdpSocket *socket,
                       DtlsDatagram  *slots,
                       guint          quota,
                       guint         *filled)
{
  guint got = dtls_udp_burst_receive (self->burst, socket, slots, quota);

  *filled += got;
  return got > 0 && got >= MIN (quota, DTLS_UDP_BURST);
}

static guint
dtls_udp_receive_few (DtlsUdp      *self,
                      DtlsDatagram *slots,
                      guint         n)
{
  guint32 mask = self->ready != 0 ? self->ready : (1u << MAX_POLLED) - 1;
  guint filled = 0;

  self->ready = 0;
  self->turn++;
  while (mask != 0 && filled < n)
    {
      guint32 again = 0;
      guint n_left = 0;

      for (guint i = 0; i < self->sockets->len; i++)
        if ((mask & (1u << i)) != 0 && self->sockets->pdata[i] != NULL)
          n_left++;
      for (guint k = 0; n_left > 0 && filled < n; k++)
        {
          guint i = (self->turn + k) % self->sockets->len;
          guint quota = ((n - filled) + n_left - 1) / n_left;

          if ((mask & (1u << i)) == 0 || self->sockets->pdata[i] == NULL)
            continue;
          n_left--;
          if (dtls_udp_receive_from (self, self->sockets->pdata[i], slots + filled, quota, &filled))
            again |= 1u << i;
        }
      mask = again;
    }
  return filled;
}

/* The kernel moves a ready socket that was handed out to the end, so all get their turn. */
static guint
dtls_udp_receive_many (DtlsUdp      *self,
                       DtlsDatagram *slots,
                       guint         n)
{
  struct epoll_event events[DTLS_UDP_BURST];
  gboolean again = TRUE;
  guint filled = 0;

  while (again && filled < n)
    {
      int max_events = MIN (n - filled, DTLS_UDP_BURST);
      int n_events = epoll_wait (self->epoll_fd, events, max_events, 0);

      again = n_events == max_events;
      for (int i = 0; i < n_events && filled < n; i++)
        {
          DtlsUdpSocket *socket = dtls_udp_find (self, events[i].data.u32);
          guint n_left = n_events - i;
          guint quota = ((n - filled) + n_left - 1) / n_left;

          if (socket != NULL
              && dtls_udp_receive_from (self, socket, slots + filled, quota, &filled))
            again = TRUE;
        }
    }
  return filled;
}

static gboolean
dtls_udp_open (DtlsTransport      *transport,
               const DtlsAddress  *local,
               const DtlsAddress  *peer,
               guint32            *id,
               DtlsAddress        *bound,
               GError            **error)
{
  DtlsUdp *self = DTLS_UDP (transport);
  GSocket *gsocket;
  DtlsUdpSocket *socket;
  DtlsAddress address;
  guint index;

  if (self->epoll_fd < 0 && self->sockets->len - self->free_indices->len >= MAX_POLLED
      && !dtls_udp_start_epoll (self, error))
    return FALSE;
  gsocket = dtls_udp_socket_open (local, peer, &address, error);
  if (gsocket == NULL)
    return FALSE;

  if (self->free_indices->len > 0)
    {
      index = g_array_index (self->free_indices, guint, self->free_indices->len - 1);
      g_array_set_size (self->free_indices, self->free_indices->len - 1);
    }
  else
    {
      index = self->sockets->len;
      g_ptr_array_add (self->sockets, NULL);
      g_array_set_size (self->generations, index + 1);
    }

  socket = g_new0 (DtlsUdpSocket, 1);
  socket->gsocket = gsocket;
  socket->fd = g_socket_get_fd (gsocket);
  socket->family = g_socket_get_family (gsocket) == G_SOCKET_FAMILY_IPV6 ? AF_INET6 : AF_INET;
  socket->connected = peer != NULL;
  socket->wildcard = peer == NULL && dtls_address_is_any (&address);
  socket->path.socket = g_array_index (self->generations, guint32, index)++ << INDEX_BITS
                        | (index + 1);
  if (peer != NULL)
    socket->path.peer = *peer;
  self->sockets->pdata[index] = socket;
  dtls_udp_poll_socket (self, socket);
  *id = socket->path.socket;
  if (bound != NULL)
    *bound = address;
  return TRUE;
}

static void
dtls_udp_close (DtlsTransport *transport,
                guint32        id)
{
  DtlsUdp *self = DTLS_UDP (transport);
  DtlsUdpSocket *socket = dtls_udp_find (self, id);
  guint index = (id & INDEX_MASK) - 1;

  if (socket == NULL)
    return;
  dtls_udp_unpoll_socket (self, socket);
  dtls_udp_burst_forget_errors (self->burst, id);
  self->ready &= index < MAX_POLLED ? ~(1u << index) : ~0u;
  self->sockets->pdata[index] = NULL;
  g_array_append_val (self->free_indices, index);
  udp_socket_free (socket);
}

static guint
dtls_udp_receive (DtlsTransport *transport,
                  DtlsDatagram  *slots,
                  guint          n,
                  gint64         now_us)
{
  DtlsUdp *self = (DtlsUdp *) transport;
  guint filled = dtls_udp_burst_take_errors (self->burst, slots, n);

  if (self->epoll_fd >= 0)
    return filled + dtls_udp_receive_many (self, slots + filled, n - filled);
  return filled + dtls_udp_receive_few (self, slots + filled, n - filled);
}

static void
dtls_udp_send (DtlsTransport      *transport,
               const DtlsDatagram *out,
               guint               n,
               gint64              now_us)
{
  DtlsUdp *self = (DtlsUdp *) transport;
  guint end;

  for (guint i = 0; i < n; i = end)
    {
      DtlsUdpSocket *socket = dtls_udp_find (self, out[i].path.socket);

      end = i + 1;
      while (end < n && end - i < DTLS_UDP_BURST && out[end].path.socket == out[i].path.socket)
        end++;
      if (socket != NULL)
        dtls_udp_burst_send (self->burst, socket, out + i, end - i);
    }
}

static gint64
dtls_udp_get_deadline (DtlsTransport *transport)
{
  return dtls_udp_burst_has_errors (((DtlsUdp *) transport)->burst) ? 0 : G_MAXINT64;
}

static GSource *
dtls_udp_create_source (DtlsTransport *transport)
{
  DtlsUdp *self = DTLS_UDP (transport);
  GSource *source;

  g_return_val_if_fail (self->source == NULL || g_source_is_destroyed (self->source), NULL);

  source = g_source_new (&udp_source_funcs, sizeof (UdpSource));
  g_source_set_static_name (source, "dtls-udp");
  /* Else GLib takes its descriptors out of the poll set and back for each dispatch: four system
   * calls and one more turn of the loop. Nothing iterates the context in there. */
  g_source_set_can_recurse (source, TRUE);
  ((UdpSource *) source)->udp = g_object_ref (self);
  self->source = source;
  if (self->epoll_fd >= 0)
    self->epoll_tag = g_source_add_unix_fd (source, self->epoll_fd, G_IO_IN);
  else
    for (guint i = 0; i < self->sockets->len; i++)
      if (self->sockets->pdata[i] != NULL)
        dtls_udp_poll_socket (self, self->sockets->pdata[i]);
  return source;
}

static guint64
dtls_udp_get_drops (DtlsTransport *transport)
{
  return dtls_udp_burst_get_drops (((DtlsUdp *) transport)->burst);
}

static guint
dtls_udp_get_mtu (DtlsTransport *transport,
                  guint32        socket_id)
{
  DtlsUdpSocket *socket = dtls_udp_find ((DtlsUdp *) transport, socket_id);

  return socket != NULL ? dtls_udp_burst_get_mtu (socket) : 0;
}

static void
dtls_udp_iface_init (DtlsTransportInterface *iface)
{
  iface->open = dtls_udp_open;
  iface->close = dtls_udp_close;
  iface->receive = dtls_udp_receive;
  iface->send = dtls_udp_send;
  iface->get_deadline = dtls_udp_get_deadline;
  iface->create_source = dtls_udp_create_source;
  iface->get_drops = dtls_udp_get_drops;
  iface->get_mtu = dtls_udp_get_mtu;
}

/* Here, not at the top: it needs the function above. */
G_DEFINE_FINAL_TYPE_WITH_CODE (DtlsUdp, dtls_udp, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (DTLS_TYPE_TRANSPORT, dtls_udp_iface_init))

static void
dtls_udp_finalize (GObject *object)
{
  DtlsUdp *self = DTLS_UDP (object);

  for (guint i = 0; i < self->sockets->len; i++)
    g_clear_pointer ((DtlsUdpSocket **) &self->sockets->pdata[i], udp_socket_free);
  g_ptr_array_unref (self->sockets);
  g_array_unref (self->generations);
  g_array_unref (self->free_indices);
  if (self->epoll_fd >= 0)
    close (self->epoll_fd);
  dtls_udp_burst_free (self->burst);

  G_OBJECT_CLASS (dtls_udp_parent_class)->finalize (object);
}

static void
dtls_udp_class_init (DtlsUdpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dtls_udp_finalize;
}

static void
dtls_udp_init (DtlsUdp *self)
{
  self->sockets = g_ptr_array_new ();
  self->generations = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->free_indices = g_array_new (FALSE, FALSE, sizeof (guint));
  self->burst = dtls_udp_burst_new ();
  self->epoll_fd = -1;
}

/**
 * dtls_udp_new:
 *
 * A transport over the kernel's UDP. Any thread makes it, then one thread uses it.
 *
 * Returns: (transfer full): a #DtlsUdp without sockets
 */
DtlsTransport *
dtls_udp_new (void)
{
  return g_object_new (DTLS_TYPE_UDP, NULL);
}

/**
 * dtls_udp_raise_limit:
 *
 * Raises the number of descriptors this process may have to its hard limit. Call it once, at the
 * start. Any thread. Source: getrlimit(2), RLIMIT_NOFILE.
 *
 * Returns: %FALSE if the limit could not be read or raised
 */
gboolean
dtls_udp_raise_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return FALSE;
  if (limit.rlim_cur == limit.rlim_max)
    return TRUE;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit (RLIMIT_NOFILE, &limit) == 0;
}
