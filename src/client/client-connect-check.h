/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-engine.h"

G_BEGIN_DECLS

/* Each takes what was typed: NULL and a value, or what is wrong with it (owned by the caller). */
char *client_check_host     (const char       *text,
                             char            **host,
                             guint16          *port,
                             gboolean         *has_port);
char *client_check_port     (const char       *text,
                             gboolean          optional,
                             guint16          *port);
char *client_check_name     (const char       *text);
char *client_check_identity (const char       *text,
                             GBytes          **identity);
char *client_check_priority (const char       *text,
                             DtlsProfile     **profile);
char *client_check_mtu      (const char       *text,
                             guint            *mtu);
char *client_check_key_file (DtlsCredentials  *table,
                             GBytes           *identity,
                             DtlsKey         **key);

DtlsCredentials *client_check_load_file (const char *path,
                                         GError    **error);

G_END_DECLS
