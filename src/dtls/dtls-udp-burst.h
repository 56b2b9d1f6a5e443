/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-transport.h"

G_BEGIN_DECLS

#define DTLS_UDP_BURST 64       /* datagrams a system call takes */

/* One open socket of a DtlsUdp. */
typedef struct
{
  GSocket  *gsocket;
  DtlsPath  path;               /* of its datagrams; the peer is filled in if connected */
  int       fd;                 /* of gsocket */
  int       family;             /* AF_INET or AF_INET6 */
  gboolean  connected;
  gboolean  wildcard;           /* tells the local address of each datagram */
  guint32   n_drops;            /* as the kernel counts them; it wraps */
  gpointer  tag;                /* in the source, while it is polled there */
} DtlsUdpSocket;

/* The datagram path of all sockets of a DtlsUdp: allocated once, never on the way. */
typedef struct _DtlsUdpBurst DtlsUdpBurst;

DtlsUdpBurst *dtls_udp_burst_new           (void);
void          dtls_udp_burst_free          (DtlsUdpBurst       *self);
guint         dtls_udp_burst_receive       (DtlsUdpBurst       *self,
                                            DtlsUdpSocket      *socket,
                                            DtlsDatagram       *slots,
                                            guint               n);
void          dtls_udp_burst_send          (DtlsUdpBurst       *self,
                                            DtlsUdpSocket      *socket,
                                            const DtlsDatagram *out,
                                            guint               n);
guint         dtls_udp_burst_take_errors   (DtlsUdpBurst       *self,
                                            DtlsDatagram       *slots,
                                            guint               n);
void          dtls_udp_burst_forget_errors (DtlsUdpBurst       *self,
                                            guint32             socket);
gboolean      dtls_udp_burst_has_errors    (const DtlsUdpBurst *self);
guint64       dtls_udp_burst_get_drops     (const DtlsUdpBurst *self);
guint         dtls_udp_burst_get_mtu       (const DtlsUdpSocket *socket);

G_END_DECLS
