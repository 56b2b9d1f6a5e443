/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-udp-burst.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>

#define BURST DTLS_UDP_BURST
#define MAX_ERRORS 256   /* kept with their path for the next receive; of more only the number */
#define DROPS_BURST 16   /* datagrams from a connected socket after which its drops are read */

#ifndef HAVE_RECVMMSG
struct mmsghdr
{
  struct msghdr msg_hdr;
  unsigned int  msg_len;
};
#endif

/* What recvmmsg and sendmmsg work on. */
typedef struct
{
  struct mmsghdr      header[BURST];
  struct iovec        bytes[BURST];
  struct sockaddr_in6 name[BURST];
  union
  {
    struct cmsghdr    align;
    char              bytes[CMSG_SPACE (sizeof (struct in6_pktinfo)) + CMSG_SPACE (4)];
  } control[BURST];
} Vectors;

typedef struct
{
  DtlsPath path;
  int      error;
} PathError;

struct _DtlsUdpBurst
{
  Vectors   in, out;
  PathError errors[MAX_ERRORS]; /* a ring */
  guint     first_error, n_errors;
  guint     n_nameless;         /* errors beyond those */
  guint64   n_drops;
};

static void
add_error (DtlsUdpBurst   *self,
           const DtlsPath *path,
           int             error)
{
  PathError *entry;

  if (self->n_errors == MAX_ERRORS)
    {
      self->n_nameless++;
      return;
    }
  entry = &self->errors[(self->first_error + self->n_errors++) % MAX_ERRORS];
  entry->path = *path;
  entry->error = error;
}

static void
count_drops (DtlsUdpBurst  *self,
             DtlsUdpSocket *socket,
             guint32        n_drops)
{
  self->n_drops += (guint32) (n_drops - socket->n_drops);
  socket->n_drops = n_drops;
}

/* recv() has no room for SO_RXQ_OVFL, so a connected socket is asked now and then. */
static void
read_drops (DtlsUdpBurst  *self,
            DtlsUdpSocket *socket)
{
  guint32 info[SK_MEMINFO_VARS] = { 0 };
  socklen_t length = sizeof info;

  if (getsockopt (socket->fd, SOL_SOCKET, SO_MEMINFO, info, &length) == 0
      && length > SK_MEMINFO_DROPS * sizeof *info)
    count_drops (self, socket, info[SK_MEMINFO_DROPS]);
}

static void
set_error (DtlsDatagram   *slot,
           const DtlsPath *path,
           int             error)
{
  slot->path = *path;
  slot->error = error;
  slot->n_bytes = 0;
  slot->truncated = FALSE;
}

static guint
receive_connected (DtlsUdpBurst  *self,
                   DtlsUdpSocket *socket,
                   DtlsDatagram  *slots,
                   guint          n)
{
  guint filled = 0;

  while (filled < n)
    {
      DtlsDatagram *slot = &slots[filled];
      ssize_t got = recv (socket->fd, slot->bytes, slot->capacity, MSG_TRUNC | MSG_DONTWAIT);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0 && errno == EAGAIN)
        break;
      filled++;
      if (got < 0)
        {
          set_error (slot, &socket->path, errno);
          continue;
        }
      slot->path = socket->path;
      slot->error = 0;
      slot->truncated = (gsize) got > slot->capacity;
      slot->n_bytes = MIN ((gsize) got, slot->capacity);
    }
  if (filled >= DROPS_BURST)
    read_drops (self, socket);
  return filled;
}

/* Answers cannot leave from a group, or from everybody: the kernel chooses the address then. */
static void
set_local (DtlsPath     *path,
           const guint8 *ip)
{
  DtlsAddress address = { .port = 0 };

  memcpy (address.ip, ip, sizeof address.ip);
  if (ip[0] == 0xff || (dtls_address_is_ipv4 (&address) && ip[12] >= 224))
    return;
  memcpy (path->local, ip, sizeof path->local);
}

static void
read_control (DtlsUdpBurst  *self,
              DtlsUdpSocket *socket,
              struct msghdr *header,
              DtlsPath      *path)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR (header); c != NULL; c = CMSG_NXTHDR (header, c))
    {
      if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL)
        {
          guint32 n_drops;

          memcpy (&n_drops, CMSG_DATA (c), sizeof n_drops);
          count_drops (self, socket, n_drops);
        }
      else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO)
        {
          struct in6_pktinfo info;

          memcpy (&info, CMSG_DATA (c), sizeof info);
          set_local (path, info.ipi6_addr.s6_addr);
        }
      else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
        {
          guint8 ip[16] = { [10] = 0xff, [11] = 0xff };
          struct in_pktinfo info;

          memcpy (&info, CMSG_DATA (c), sizeof info);
          memcpy (ip + 12, &info.ipi_spec_dst, 4);
          set_local (path, ip);
        }
    }
}

static int
receive_vectors (int             fd,
                 struct mmsghdr *headers,
                 guint           n)
{
#ifdef HAVE_RECVMMSG
  return recvmmsg (fd, headers, n, MSG_DONTWAIT, NULL);
#else
  ssize_t got = recvmsg (fd, &headers->msg_hdr, MSG_DONTWAIT);

  headers->msg_len = MAX (got, 0);
  return got < 0 ? -1 : 1;
#endif
}

static guint
receive_unconnected (DtlsUdpBurst  *self,
                     DtlsUdpSocket *socket,
                     DtlsDatagram  *slots,
                     guint          n)
{
  Vectors *in = &self->in;
  int got;

  for (guint i = 0; i < n; i++)
    {
      struct msghdr *header = &in->header[i].msg_hdr;

      in->bytes[i].iov_base = slots[i].bytes;
      in->bytes[i].iov_len = slots[i].capacity;
      header->msg_namelen = sizeof in->name[i];
      header->msg_controllen = sizeof in->control[i];
    }

  do
    got = receive_vectors (socket->fd, in->header, n);
  while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EAGAIN)
    return 0;
  if (got < 0)
    {
      set_error (slots, &socket->path, errno);
      return 1;
    }

  for (int i = 0; i < got; i++)
    {
      struct msghdr *header = &in->header[i].msg_hdr;
      DtlsDatagram *slot = &slots[i];

      slot->path = socket->path;
      dtls_address_from_sockaddr (&slot->path.peer, (struct sockaddr *) &in->name[i]);
      if (header->msg_controllen > 0)
        read_control (self, socket, header, &slot->path);
      slot->error = 0;
      slot->n_bytes = in->header[i].msg_len;
      slot->truncated = (header->msg_flags & MSG_TRUNC) != 0;
    }
  return got;
}

/* Answers leave from where the datagram came to (T44). Interface 0 leaves the route to the kernel;
 * link-local addresses have none without their interface. Returns the bytes of @control. */
static gsize
write_control (const DtlsUdpSocket *socket,
               const DtlsPath      *path,
               struct cmsghdr      *control)
{
  static const guint8 zero[16];

  if (!socket->wildcard || memcmp (path->local, zero, sizeof zero) == 0)
    return 0;
  if (socket->family == AF_INET6)
    {
      struct in6_pktinfo info = { .ipi6_ifindex = path->peer.scope };

      memcpy (&info.ipi6_addr, path->local, sizeof info.ipi6_addr);
      control->cmsg_level = IPPROTO_IPV6;
      control->cmsg_type = IPV6_PKTINFO;
      control->cmsg_len = CMSG_LEN (sizeof info);
      memcpy (CMSG_DATA (control), &info, sizeof info);
      return CMSG_SPACE (sizeof info);
    }
  else
    {
      struct in_pktinfo info = { .ipi_ifindex = 0 };

      memcpy (&info.ipi_spec_dst, path->local + 12, sizeof info.ipi_spec_dst);
      control->cmsg_level = IPPROTO_IP;
      control->cmsg_type = IP_PKTINFO;
      control->cmsg_len = CMSG_LEN (sizeof info);
      memcpy (CMSG_DATA (control), &info, sizeof info);
      return CMSG_SPACE (sizeof info);
    }
}

static void
prepare_send (Vectors             *out,
              guint                i,
              const DtlsUdpSocket *socket,
              const DtlsDatagram  *datagram)
{
  struct msghdr *header = &out->header[i].msg_hdr;

  out->bytes[i].iov_base = datagram->bytes;
  out->bytes[i].iov_len = datagram->n_bytes;
  header->msg_name = NULL;
  header->msg_namelen = 0;
  header->msg_control = NULL;
  header->msg_controllen = 0;
  if (socket->connected)
    return;

  header->msg_name = &out->name[i];
  header->msg_namelen = dtls_address_to_sockaddr (&datagram->path.peer, socket->family,
                                                  (struct sockaddr_storage *) &out->name[i]);
  header->msg_controllen = write_control (socket, &datagram->path, &out->control[i].align);
  if (header->msg_controllen > 0)
    header->msg_control = &out->control[i];
}

static int
send_vectors (int             fd,
              struct mmsghdr *headers,
              guint           n)
{
#ifdef HAVE_RECVMMSG
  if (n > 1)
    return sendmmsg (fd, headers, n, MSG_DONTWAIT | MSG_NOSIGNAL);
#endif
  return sendmsg (fd, &headers->msg_hdr, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -1 : 1;
}

/**
 * dtls_udp_burst_receive:
 * @slots: (array length=n): as in dtls_transport_receive()
 *
 * Takes what @socket has, at most DTLS_UDP_BURST datagrams; its error is an entry. Never waits,
 * allocates nothing. Thread: the engine's.
 *
 * Returns: how many slots were filled
 */
guint
dtls_udp_burst_receive (DtlsUdpBurst  *self,
                        DtlsUdpSocket *socket,
                        DtlsDatagram  *slots,
                        guint          n)
{
  n = MIN (n, BURST);
  if (socket->connected)
    return receive_connected (self, socket, slots, n);
  return receive_unconnected (self, socket, slots, n);
}

/**
 * dtls_udp_burst_send:
 * @out: (array length=n): datagrams of @socket, at most DTLS_UDP_BURST
 *
 * Sends them in order. One that does not go is noted and skipped (T18); after ECONNREFUSED, and
 * EMSGSIZE of a connected socket, it is tried once more, because that may tell of an earlier one.
 * Never waits, allocates nothing. Thread: the engine's.
 */
void
dtls_udp_burst_send (DtlsUdpBurst       *self,
                     DtlsUdpSocket      *socket,
                     const DtlsDatagram *out,
                     guint               n)
{
  gboolean again = FALSE;
  guint i = 0;

  g_assert (n <= BURST);
  for (guint k = 0; k < n; k++)
    prepare_send (&self->out, k, socket, &out[k]);

  while (i < n)
    {
      int sent = send_vectors (socket->fd, self->out.header + i, n - i);
      int error = errno;

      if (sent > 0)
        {
          i += sent;
          again = FALSE;
          continue;
        }
      if (error == EINTR)
        continue;
      if (!again || error != EMSGSIZE)  /* that is noted already */
        add_error (self, &out[i].path, error);
      again = !again && (error == ECONNREFUSED || (error == EMSGSIZE && socket->connected));
      if (!again)
        i++;
    }
}

/**
 * dtls_udp_burst_take_errors:
 *
 * Moves noted errors into @slots; those that there was no room for have no path and are ENOBUFS, so
 * that they are counted. Thread: the engine's.
 *
 * Returns: how many slots were filled
 */
guint
dtls_udp_burst_take_errors (DtlsUdpBurst *self,
                            DtlsDatagram *slots,
                            guint         n)
{
  static const DtlsPath nobody;
  guint filled;

  for (filled = 0; filled < n && self->n_errors > 0; filled++)
    {
      const PathError *entry = &self->errors[self->first_error];

      set_error (&slots[filled], &entry->path, entry->error);
      self->first_error = (self->first_error + 1) % MAX_ERRORS;
      self->n_errors--;
    }
  for (; filled < n && self->n_nameless > 0; filled++, self->n_nameless--)
    set_error (&slots[filled], &nobody, ENOBUFS);
  return filled;
}

/**
 * dtls_udp_burst_forget_errors:
 * @socket: a socket that is being closed; its errors are of no use any more
 *
 * Thread: the engine's.
 */
void
dtls_udp_burst_forget_errors (DtlsUdpBurst *self,
                              guint32       socket)
{
  guint n = self->n_errors;

  self->n_errors = 0;
  for (guint i = 0; i < n; i++)
    {
      PathError entry = self->errors[(self->first_error + i) % MAX_ERRORS];

      if (entry.path.socket != socket)
        add_error (self, &entry.path, entry.error);
    }
}

/**
 * dtls_udp_burst_has_errors:
 *
 * Whether dtls_udp_burst_take_errors() would give something. Thread: the engine's.
 */
gboolean
dtls_udp_burst_has_errors (const DtlsUdpBurst *self)
{
  return self->n_errors > 0 || self->n_nameless > 0;
}

/**
 * dtls_udp_burst_get_drops:
 *
 * What full receive buffers lost, of all sockets there ever were. Thread: the engine's.
 */
guint64
dtls_udp_burst_get_drops (const DtlsUdpBurst *self)
{
  return self->n_drops;
}

/**
 * dtls_udp_burst_get_mtu:
 *
 * What the kernel believes about the path of a connected socket. It checks what routers tell it
 * and takes nothing below 552 bytes (IPv4) or 1280 (IPv6) for true. Thread: the engine's.
 *
 * Returns: bytes of UDP payload; 0 when it does not know
 */
guint
dtls_udp_burst_get_mtu (const DtlsUdpSocket *socket)
{
  gboolean ipv6 = socket->family == AF_INET6;
  int headers = dtls_address_is_ipv4 (&socket->path.peer) ? 20 + 8 : 40 + 8;
  int mtu = 0;
  socklen_t size = sizeof mtu;

  if (!socket->connected
      || getsockopt (socket->fd, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_MTU : IP_MTU, &mtu,
                     &size) != 0)
    return 0;
  return MAX (mtu - headers, 0);
}

/**
 * dtls_udp_burst_new:
 *
 * Returns: (transfer full): vectors for bursts in both directions and an empty ring of errors.
 * Thread: the engine's.
 */
DtlsUdpBurst *
dtls_udp_burst_new (void)
{
  DtlsUdpBurst *self = g_new0 (DtlsUdpBurst, 1);

  for (guint i = 0; i < BURST; i++)
    {
      struct msghdr *in = &self->in.header[i].msg_hdr;
      struct msghdr *out = &self->out.header[i].msg_hdr;

      in->msg_name = &self->in.name[i];
      in->msg_control = &self->in.control[i];
      in->msg_iov = &self->in.bytes[i];
      in->msg_iovlen = 1;
      out->msg_iov = &self->out.bytes[i];
      out->msg_iovlen = 1;
    }
  return self;
}

/**
 * dtls_udp_burst_free:
 *
 * Frees it; errors that nobody took are lost. Thread: the engine's.
 */
void
dtls_udp_burst_free (DtlsUdpBurst *self)
{
  g_free (self);
}
