/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CLIENT_HOSTS_N_RECENT 8

GMenuModel *client_hosts_build_menu (const char * const *recent,
                                     const char         *action);
char      **client_hosts_remember   (const char * const *recent,
                                     const char         *host);

G_END_DECLS
