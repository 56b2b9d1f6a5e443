/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "dtls-address.h"

G_BEGIN_DECLS

/*
 * What a server can listen on: all, all IPv4, loopback, each interface address; kept up to date
 * while interfaces come and go. Signal "changed": positions are not what they were.
 */
#define SERVER_TYPE_ADDRESSES (server_addresses_get_type ())
G_DECLARE_FINAL_TYPE (ServerAddresses, server_addresses, SERVER, ADDRESSES, GObject)

ServerAddresses *server_addresses_new       (void);
GListModel      *server_addresses_get_model (ServerAddresses   *self);
gboolean         server_addresses_get       (ServerAddresses   *self,
                                             guint              position,
                                             DtlsAddress       *address);
guint            server_addresses_find      (ServerAddresses   *self,
                                             const DtlsAddress *address);
void             server_addresses_refresh   (ServerAddresses   *self);

G_END_DECLS
