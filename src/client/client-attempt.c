/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-attempt.h"

#include <stdio.h>
#include <string.h>

/**
 * client_default_name:
 *
 * The original's name for connection @number of a window, from 0 up. Owned by the caller.
 */
char *
client_default_name (guint number)
{
  return g_strdup_printf ("Alice (clone number %u)", number);
}

/**
 * client_default_name_get_next:
 * @name: (nullable): any name
 *
 * The number that follows that of @name; 0 if it is none of client_default_name().
 */
guint
client_default_name_get_next (const char *name)
{
  g_autofree char *same = NULL;
  guint number;

  if (name == NULL || sscanf (name, "Alice (clone number %u)", &number) != 1)
    return 0;

  same = client_default_name (number);
  return g_str_equal (name, same) ? number + 1 : 0;
}

/**
 * client_attempt_new:
 *
 * A copy of what is needed of @options. Owned by the caller. Any thread.
 */
ClientAttempt *
client_attempt_new (const DtlsConnectOptions *options)
{
  ClientAttempt *self = g_new0 (ClientAttempt, 1);

  g_return_val_if_fail (options != NULL && options->host != NULL, self);

  self->host = g_strdup (options->host);
  self->name = g_strdup (options->name);
  self->identity = options->identity != NULL ? g_bytes_ref (options->identity) : NULL;
  self->port = options->port;
  self->pings = options->ping_interval_ms > 0;
  return self;
}

void
client_attempt_free (ClientAttempt *self)
{
  g_free (self->host);
  g_free (self->name);
  g_clear_pointer (&self->identity, g_bytes_unref);
  g_free (self);
}

static gboolean
offers (const ClientAttempt *self,
        GBytes              *identity)
{
  gsize n_bytes;
  const char *bytes = g_bytes_get_data (identity, &n_bytes);

  if (self->identity != NULL)
    return g_bytes_equal (self->identity, identity);
  return self->name != NULL && strlen (self->name) == n_bytes
         && memcmp (self->name, bytes, n_bytes) == 0;
}

/**
 * client_attempt_find:
 * @attempts: (element-type ClientAttempt): oldest first
 * @identity: (nullable): what was offered
 *
 * The newest attempt with @identity, else the newest at all, else NULL. Borrowed from @attempts.
 */
const ClientAttempt *
client_attempt_find (GPtrArray *attempts,
                     GBytes    *identity)
{
  g_return_val_if_fail (attempts != NULL, NULL);

  for (guint i = attempts->len; identity != NULL && i > 0; i--)
    if (offers (g_ptr_array_index (attempts, i - 1), identity))
      return g_ptr_array_index (attempts, i - 1);
  return attempts->len > 0 ? g_ptr_array_index (attempts, attempts->len - 1) : NULL;
}
