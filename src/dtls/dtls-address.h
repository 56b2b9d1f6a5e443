/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* An address and a port. All bytes are defined, so memcmp() is equality. */
typedef struct
{
  guint8  ip[16];               /* IPv4 as ::ffff:a.b.c.d, whatever the family of the socket */
  guint32 scope;                /* interface index for fe80::/10, else 0 */
  guint16 port;                 /* host order */
  guint16 zero;
} DtlsAddress;

/* The 5-tuple: key of the table of associations and client data of the cookie. No padding. */
typedef struct
{
  DtlsAddress peer;
  guint8      local[16];        /* where the datagram came to; zero if the socket has one address */
  guint32     socket;           /* which open socket of the transport */
  guint32     zero;
} DtlsPath;

/* Longest text of dtls_address_print(): "[" v6 "%" interface "]:" port, with NUL. */
#define DTLS_ADDRESS_TEXT_BYTES 80

typedef enum
{
  DTLS_ADDRESS_BARE,            /* 127.0.0.1   ::1   fe80::1%eth0 : no port */
  DTLS_ADDRESS_ENDPOINT         /* 127.0.0.1:22334   [::1]:22334 */
} DtlsAddressStyle;

guint        dtls_address_print         (const DtlsAddress      *self,
                                         DtlsAddressStyle        style,
                                         char                    text[DTLS_ADDRESS_TEXT_BYTES]);
gboolean     dtls_address_parse_ip      (DtlsAddress            *self,
                                         const char             *text,
                                         guint16                 port);
gboolean     dtls_address_is_ipv4       (const DtlsAddress      *self);
gboolean     dtls_address_is_any        (const DtlsAddress      *self);
gboolean     dtls_address_is_loopback   (const DtlsAddress      *self);
gboolean     dtls_address_equal         (const DtlsAddress      *a,
                                         const DtlsAddress      *b);
void         dtls_address_from_sockaddr (DtlsAddress            *self,
                                         const struct sockaddr  *native);
socklen_t    dtls_address_to_sockaddr   (const DtlsAddress      *self,
                                         int                     family,
                                         struct sockaddr_storage *native);
gboolean     dtls_address_from_inet     (DtlsAddress            *self,
                                         GInetAddress           *inet,
                                         guint32                 scope,
                                         guint16                 port);
GSocketAddress *dtls_address_to_gsocket (const DtlsAddress      *self);

/* "host", "host:port", "[v6]", "[v6]:port", bare "v6"; also scope ids and blanks around. */
gboolean     dtls_endpoint_parse        (const char             *text,
                                         guint16                 default_port,
                                         char                  **host,
                                         guint16                *port,
                                         gboolean               *has_port,
                                         GError                **error);
gboolean     dtls_port_parse            (const char             *text,
                                         gboolean                zero_allowed,
                                         guint16                *port,
                                         GError                **error);

/* seeded: the table's key comes from the network */
guint        dtls_path_hash             (const DtlsPath         *path,
                                         guint64                 seed);
gboolean     dtls_path_equal            (const DtlsPath         *a,
                                         const DtlsPath         *b);

G_STATIC_ASSERT (sizeof (DtlsAddress) == 24);
G_STATIC_ASSERT (sizeof (DtlsPath) == 48);

G_END_DECLS
