/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-address.h"

G_BEGIN_DECLS

typedef struct
{
  DtlsPath  path;
  guint8   *bytes;              /* receive: the caller's slot; send: the caller's bytes; borrowed */
  guint32   capacity;           /* receive: size of the slot */
  guint32   n_bytes;
  int       error;              /* 0, or what this path met (ECONNREFUSED ...); then n_bytes is 0 */
  gboolean  truncated;          /* the datagram was longer than the slot */
} DtlsDatagram;

#define DTLS_TYPE_TRANSPORT (dtls_transport_get_type ())
G_DECLARE_INTERFACE (DtlsTransport, dtls_transport, DTLS, TRANSPORT, GObject)

struct _DtlsTransportInterface
{
  GTypeInterface parent;

  gboolean (*open)          (DtlsTransport       *self,
                             const DtlsAddress   *local,
                             const DtlsAddress   *peer,
                             guint32             *socket,
                             DtlsAddress         *bound,
                             GError             **error);
  void     (*close)         (DtlsTransport       *self,
                             guint32              socket);
  guint    (*receive)       (DtlsTransport       *self,
                             DtlsDatagram        *slots,
                             guint                n,
                             gint64               now_us);
  void     (*send)          (DtlsTransport       *self,
                             const DtlsDatagram  *out,
                             guint                n,
                             gint64               now_us);
  gint64   (*get_deadline)  (DtlsTransport       *self);
  GSource *(*create_source) (DtlsTransport       *self);
  guint64  (*get_drops)     (DtlsTransport       *self);
  guint    (*get_mtu)       (DtlsTransport       *self,
                             guint32              socket);
};

gboolean  dtls_transport_open          (DtlsTransport       *self,
                                        const DtlsAddress   *local,
                                        const DtlsAddress   *peer,
                                        guint32             *socket,
                                        DtlsAddress         *bound,
                                        GError             **error);
void      dtls_transport_close         (DtlsTransport       *self,
                                        guint32              socket);
guint     dtls_transport_receive       (DtlsTransport       *self,
                                        DtlsDatagram        *slots,
                                        guint                n,
                                        gint64               now_us);
void      dtls_transport_send          (DtlsTransport       *self,
                                        const DtlsDatagram  *out,
                                        guint                n,
                                        gint64               now_us);
gint64    dtls_transport_get_deadline  (DtlsTransport       *self);
GSource  *dtls_transport_create_source (DtlsTransport       *self);
guint64   dtls_transport_get_drops     (DtlsTransport       *self);
guint     dtls_transport_get_mtu       (DtlsTransport       *self,
                                        guint32              socket);

G_END_DECLS
