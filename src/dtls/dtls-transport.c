/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-transport.h"

G_DEFINE_INTERFACE (DtlsTransport, dtls_transport, G_TYPE_OBJECT)

static void
dtls_transport_default_init (DtlsTransportInterface *iface)
{
}

/**
 * dtls_transport_open:
 * @local: (nullable): what to bind to; "::" means all of both families, port 0 any; %NULL: any
 * @peer: (nullable): connects the socket to it; %NULL: receives from everybody
 * @socket: (out): its number in #DtlsPath, never 0
 * @bound: (out) (optional): the address and port it has now
 *
 * Opens one socket. Never blocks. Thread: the engine's. Errors: DTLS_ERROR_ADDRESS_IN_USE,
 * _ADDRESS_NOT_AVAILABLE, _PERMISSION, _NO_DESCRIPTORS, _UNREACHABLE, _FAILED; each message is a
 * whole sentence for the user.
 */
gboolean
dtls_transport_open (DtlsTransport      *self,
                     const DtlsAddress  *local,
                     const DtlsAddress  *peer,
                     guint32            *socket,
                     DtlsAddress        *bound,
                     GError            **error)
{
  g_return_val_if_fail (DTLS_IS_TRANSPORT (self), FALSE);
  g_return_val_if_fail (socket != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return DTLS_TRANSPORT_GET_IFACE (self)->open (self, local, peer, socket, bound, error);
}

/**
 * dtls_transport_close:
 * @socket: a number from dtls_transport_open(); an unknown one is ignored
 *
 * Closes one socket; what it had received and not handed out is lost. Thread: the engine's.
 */
void
dtls_transport_close (DtlsTransport *self,
                      guint32        socket)
{
  g_return_if_fail (DTLS_IS_TRANSPORT (self));

  DTLS_TRANSPORT_GET_IFACE (self)->close (self, socket);
}

/**
 * dtls_transport_receive:
 * @slots: (array length=n): bytes and capacity are the caller's; the rest is filled in
 * @n: how many datagrams are welcome
 *
 * What is there now, without waiting; empty and truncated datagrams and errors are entries too.
 * Thread: the engine's.
 *
 * Returns: how many slots were filled; if @n, there may be more
 */
guint
dtls_transport_receive (DtlsTransport *self,
                        DtlsDatagram  *slots,
                        guint          n,
                        gint64         now_us)
{
  return DTLS_TRANSPORT_GET_IFACE (self)->receive (self, slots, n, now_us);
}

/**
 * dtls_transport_send:
 * @out: (array length=n): path, bytes and n_bytes of each; borrowed for the call
 *
 * Cannot fail: what went wrong is an entry of a later receive (T18). Thread: the engine's.
 */
void
dtls_transport_send (DtlsTransport      *self,
                     const DtlsDatagram *out,
                     guint               n,
                     gint64              now_us)
{
  DTLS_TRANSPORT_GET_IFACE (self)->send (self, out, n, now_us);
}

/**
 * dtls_transport_get_deadline:
 *
 * When receive() has something without any input: 0 means now, G_MAXINT64 never. Thread: the
 * engine's.
 */
gint64
dtls_transport_get_deadline (DtlsTransport *self)
{
  return DTLS_TRANSPORT_GET_IFACE (self)->get_deadline (self);
}

/**
 * dtls_transport_create_source:
 *
 * The readiness of all sockets, those opened later included. One source at a time; its callback
 * is a #GSourceFunc. Thread: the engine's.
 *
 * Returns: (transfer full) (nullable): a source to attach; %NULL if there is nothing to poll
 */
GSource *
dtls_transport_create_source (DtlsTransport *self)
{
  return DTLS_TRANSPORT_GET_IFACE (self)->create_source (self);
}

/**
 * dtls_transport_get_drops:
 *
 * Datagrams that were lost before receive() could take them, as far as is known; only grows.
 * Thread: the engine's.
 */
guint64
dtls_transport_get_drops (DtlsTransport *self)
{
  return DTLS_TRANSPORT_GET_IFACE (self)->get_drops (self);
}

/**
 * dtls_transport_get_mtu:
 * @socket: a connected one
 *
 * How many bytes one datagram of it holds without being cut, as the system believes now.
 * Thread: the engine's.
 *
 * Returns: bytes of UDP payload; 0 when that is not known
 */
guint
dtls_transport_get_mtu (DtlsTransport *self,
                        guint32        socket)
{
  return DTLS_TRANSPORT_GET_IFACE (self)->get_mtu (self, socket);
}
