/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-engine.h"

G_BEGIN_DECLS

/* What was asked for once, without the key: enough to fill the connect dialog again. */
typedef struct
{
  char     *host;
  char     *name;               /* NULL: the engine made one up */
  GBytes   *identity;           /* NULL: the same as the name */
  guint16   port;
  gboolean  pings;
} ClientAttempt;

/* The name that connection @number has unless it is told another one. */
char                *client_default_name (guint                     number);
guint                client_default_name_get_next (const char      *name);

ClientAttempt       *client_attempt_new  (const DtlsConnectOptions *options);
void                 client_attempt_free (ClientAttempt            *self);
const ClientAttempt *client_attempt_find (GPtrArray                *attempts,
                                          GBytes                   *identity);

G_END_DECLS
