/* SPDX-License-Identifier: MIT */
/* Which addresses this computer has, and when that changes. */
#include "config.h"

#include "dtls-address-watch.h"

#include <errno.h>
#include <glib-unix.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  GSource source;
  int     fd;
} WatchSource;

/* What the messages say is not looked at: there may be more of them than were kept. */
static gboolean
watch_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  WatchSource *self = (WatchSource *) source;
  char bytes[4096];

  while (recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT) >= 0 || errno == EINTR
         || errno == ENOBUFS)
    ;
  return callback != NULL ? callback (user_data) : G_SOURCE_CONTINUE;
}

static void
watch_finalize (GSource *source)
{
  close (((WatchSource *) source)->fd);
}

static GSourceFuncs watch_funcs = { .dispatch = watch_dispatch, .finalize = watch_finalize };

/**
 * dtls_address_watch_new:
 *
 * A source that is dispatched after an address or an interface of this computer came, went or
 * changed; dtls_address_is_present() tells what is left. It costs nothing in between. Any thread.
 * Source: rtnetlink(7).
 *
 * Returns: (transfer full) (nullable): NULL where the system does not tell
 */
GSource *
dtls_address_watch_new (void)
{
  struct sockaddr_nl groups = {
    .nl_family = AF_NETLINK,
    .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
  };
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  GSource *source;

  if (fd < 0)
    return NULL;
  if (bind (fd, (struct sockaddr *) &groups, sizeof groups) != 0)
    {
      close (fd);
      return NULL;
    }
  source = g_source_new (&watch_funcs, sizeof (WatchSource));
  g_source_set_static_name (source, "dtls addresses");
  ((WatchSource *) source)->fd = fd;
  g_source_add_unix_fd (source, fd, G_IO_IN | G_IO_ERR);
  return source;
}

/* Whether the system would let a socket have it. */
static gboolean
can_bind (const DtlsAddress *address)
{
  DtlsAddress any_port = *address;
  int family = dtls_address_is_ipv4 (address) ? AF_INET : AF_INET6;
  struct sockaddr_storage native;
  socklen_t length;
  int fd = socket (family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean bound;

  if (fd < 0)
    return TRUE;                /* no descriptors left: that says nothing about the address */
  any_port.port = 0;
  length = dtls_address_to_sockaddr (&any_port, family, &native);
  bound = bind (fd, (struct sockaddr *) &native, length) == 0
          || (errno != EADDRNOTAVAIL && errno != ENODEV && errno != EINVAL);
  close (fd);
  return bound;
}

/* An interface that is down keeps its IPv4 address, and nothing arrives there. */
static gboolean
is_on_downed_interface (const DtlsAddress *address)
{
  struct ifaddrs *all = NULL;
  gboolean down = FALSE, up = FALSE;

  if (getifaddrs (&all) != 0)
    return FALSE;
  for (struct ifaddrs *at = all; at != NULL; at = at->ifa_next)
    {
      DtlsAddress found;

      if (at->ifa_addr == NULL
          || (at->ifa_addr->sa_family != AF_INET && at->ifa_addr->sa_family != AF_INET6))
        continue;
      dtls_address_from_sockaddr (&found, at->ifa_addr);
      found.port = address->port;
      if (!dtls_address_equal (&found, address))
        continue;
      if ((at->ifa_flags & IFF_UP) != 0)
        up = TRUE;
      else
        down = TRUE;
    }
  freeifaddrs (all);
  return down && !up;
}

/**
 * dtls_address_is_present:
 * @address: its port does not matter; "any" is always there
 *
 * Whether this computer has @address, on an interface that is up. Asks the system; not for the
 * path of a datagram. Any thread.
 */
gboolean
dtls_address_is_present (const DtlsAddress *address)
{
  return dtls_address_is_any (address)
         || (can_bind (address) && !is_on_downed_interface (address));
}
