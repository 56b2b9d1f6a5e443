/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-udp-socket.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include "dtls-error.h"

#define RECEIVE_BUFFER_BYTES (4 * 1024 * 1024)

/**
 * dtls_udp_socket_set_limit_error:
 *
 * Says that the process has no descriptors left (DTLS_ERROR_NO_DESCRIPTORS). Any thread.
 */
void
dtls_udp_socket_set_limit_error (GError **error)
{
  struct rlimit limit = { 0 };

  getrlimit (RLIMIT_NOFILE, &limit);
  g_set_error (error, DTLS_ERROR, DTLS_ERROR_NO_DESCRIPTORS,
               _("Too many open connections for this process (limit %u)."),
               (guint) MIN (limit.rlim_cur, G_MAXUINT));
}

/* The sentences of DESIGN section 5 and UX section 6; @address is what could not be had. */
static void
set_bind_error (GError            **error,
                int                 code,
                const DtlsAddress  *address,
                gboolean            is_client)
{
  char text[DTLS_ADDRESS_TEXT_BYTES];

  dtls_address_print (address, DTLS_ADDRESS_BARE, text);
  switch (code)
    {
    case EADDRINUSE:
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_ADDRESS_IN_USE,
                   is_client
                   /* Translators: %s is an IP address. */
                   ? _("Cannot use %s port %u as local port: already in use. "
                       "Choose another port, or 0 for any.")
                   /* Translators: %s is an IP address. */
                   : _("Cannot listen on %s port %u: already in use. "
                       "Choose another port, or 0 for any."), text, address->port);
      break;
    case EACCES:
    case EPERM:
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_PERMISSION,
                   _("Port %u needs administrator rights. Choose 1024 or above."), address->port);
      break;
    case EMFILE:
    case ENFILE:
      dtls_udp_socket_set_limit_error (error);
      break;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case EINVAL:                /* link-local without an interface */
    case ENODEV:                /* ... or with one that is gone */
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_ADDRESS_NOT_AVAILABLE,
                   /* Translators: %s is an IP address. */
                   _("This computer has no address %s now."), text);
      break;
    default:
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_FAILED,
                   /* Translators: an IP address, a port, then the cause in the system's words. */
                   _("Cannot use %s port %u: %s"), text, address->port, g_strerror (code));
    }
}

static void
set_connect_error (GError           **error,
                   int                code,
                   const DtlsAddress *peer)
{
  char text[DTLS_ADDRESS_TEXT_BYTES];

  dtls_address_print (peer, DTLS_ADDRESS_BARE, text);
  switch (code)
    {
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case ENODEV:
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_UNREACHABLE,
                   /* Translators: %s is an IP address. */
                   _("No route to %s: is the network up?"), text);
      break;
    default:
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_FAILED,
                   /* Translators: an IP address, then the cause in the system's words. */
                   _("Cannot reach %s: %s"), text, g_strerror (code));
    }
}

static void
set_receive_buffer (GSocket *socket)
{
  /* The first needs a privilege, the second is cut to a limit of the system; both are a wish. */
  if (!g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES, NULL))
    g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_BYTES, NULL);
  g_socket_set_option (socket, SOL_SOCKET, SO_RXQ_OVFL, 1, NULL);
}

/* The local address of each datagram, so that answers leave from there (T44). */
static void
ask_for_local_address (GSocket *socket)
{
  if (g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, NULL);
  else
    g_socket_set_option (socket, IPPROTO_IP, IP_PKTINFO, 1, NULL);
}

/* Binding and connecting go to the descriptor: GIO says "failed" for EADDRNOTAVAIL and others.
 * Returns 0 and the socket, or an errno. */
static int
bind_in_family (const DtlsAddress  *local,
                int                 family,
                gboolean            only_ipv6,
                GSocket           **socket)
{
  g_autoptr(GSocket) made = NULL;
  g_autoptr(GError) cause = NULL;
  struct sockaddr_storage native;
  socklen_t length = dtls_address_to_sockaddr (local, family, &native);

  made = g_socket_new (family == AF_INET6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4,
                       G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &cause);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES))
    return EMFILE;
  if (made == NULL)
    return EAFNOSUPPORT;
  g_socket_set_blocking (made, FALSE);
  if (family == AF_INET6)
    g_socket_set_option (made, IPPROTO_IPV6, IPV6_V6ONLY, only_ipv6, NULL);
  set_receive_buffer (made);

  /* No SO_REUSEADDR: two servers would share the port without a word (T47). */
  if (bind (g_socket_get_fd (made), (struct sockaddr *) &native, length) != 0)
    return errno;
  *socket = g_steal_pointer (&made);
  return 0;
}

/* What came before the socket was connected came from anybody. */
static void
drain (GSocket *socket)
{
  char byte;

  while (recv (g_socket_get_fd (socket), &byte, 1, MSG_DONTWAIT) >= 0)
    ;
}

static GSocket *
open_connected (const DtlsAddress *local,
                const DtlsAddress *peer,
                GError           **error)
{
  g_autoptr(GSocket) socket = NULL;
  int family = dtls_address_is_ipv4 (peer) ? AF_INET : AF_INET6;
  DtlsAddress bind_to = *local;
  struct sockaddr_storage native;
  socklen_t length = dtls_address_to_sockaddr (peer, family, &native);
  int code;

  /* "Any" of the other family means any of the peer's. */
  if (dtls_address_is_any (&bind_to))
    dtls_address_parse_ip (&bind_to, family == AF_INET ? "0.0.0.0" : "::", local->port);
  if (dtls_address_is_ipv4 (&bind_to) != (family == AF_INET))
    {
      g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                           _("The local address and the other one are not of the same kind."));
      return NULL;
    }

  code = bind_in_family (&bind_to, family, TRUE, &socket);
  if (code == EAFNOSUPPORT)
    set_connect_error (error, code, peer);
  else if (code != 0)
    set_bind_error (error, code, &bind_to, TRUE);
  else if (connect (g_socket_get_fd (socket), (struct sockaddr *) &native, length) != 0)
    set_connect_error (error, errno, peer);
  else
    {
      drain (socket);
      return g_steal_pointer (&socket);
    }
  return NULL;
}

static GSocket *
open_unconnected (const DtlsAddress *local,
                  GError           **error)
{
  GSocket *socket = NULL;
  int code = bind_in_family (local, dtls_address_is_ipv4 (local) ? AF_INET : AF_INET6, FALSE,
                             &socket);

  /* IPv6 is off: all of IPv4 is all there is. */
  if ((code == EAFNOSUPPORT || code == EADDRNOTAVAIL) && dtls_address_is_any (local))
    code = bind_in_family (local, AF_INET, FALSE, &socket);
  if (code != 0)
    {
      set_bind_error (error, code, local, FALSE);
      return NULL;
    }
  if (dtls_address_is_any (local))
    ask_for_local_address (socket);
  return socket;
}

/**
 * dtls_udp_socket_open:
 * @local: (nullable): what to bind to; %NULL: any address, any port
 * @peer: (nullable): connects to it; %NULL: a server's socket, dual-stack if @local is "::"
 * @bound: (out): the address and port it has now
 *
 * Makes one non-blocking UDP socket that never shares its port. On a wildcard address it tells
 * the local address of each datagram. Never blocks. Errors: as dtls_transport_open(); each message
 * is a whole sentence. Thread: the engine's.
 *
 * Returns: (transfer full): the socket
 */
GSocket *
dtls_udp_socket_open (const DtlsAddress *local,
                      const DtlsAddress *peer,
                      DtlsAddress       *bound,
                      GError           **error)
{
  static const DtlsAddress any;
  GSocket *socket;
  struct sockaddr_storage native = { .ss_family = AF_UNSPEC };
  socklen_t length = sizeof native;

  if (local == NULL)
    local = &any;
  socket = peer != NULL ? open_connected (local, peer, error) : open_unconnected (local, error);
  if (socket == NULL)
    return NULL;

  getsockname (g_socket_get_fd (socket), (struct sockaddr *) &native, &length);
  dtls_address_from_sockaddr (bound, (struct sockaddr *) &native);
  return socket;
}
