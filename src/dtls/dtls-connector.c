/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-connector.h"

#include <string.h>

enum
{
  PACE_US = 1000,               /* between two starts */
  MAX_ENDED = 200
};

/**
 * dtls_connector_init:
 * @hub: borrowed, as is @table
 *
 * An empty policy of the client, in memory of the caller's; end it with dtls_connector_clear().
 * Thread: the engine's.
 */
void
dtls_connector_init (DtlsConnector *self, DtlsHub *hub, DtlsTable *table)
{
  memset (self, 0, sizeof *self);
  self->hub = hub;
  self->table = table;
  self->pace.kind = DTLS_DEADLINE_CONNECTOR;
  self->connections = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                             (GDestroyNotify) dtls_connection_free);
  g_queue_init (&self->waiting);
  g_queue_init (&self->ended);
}

/**
 * dtls_connector_clear:
 *
 * Frees its connections with their sockets, without a word on the wire. Harmless when repeated.
 * Thread: the engine's.
 */
void
dtls_connector_clear (DtlsConnector *self)
{
  if (self->connections == NULL)
    return;
  g_queue_clear (&self->waiting);
  g_queue_clear (&self->ended);
  dtls_deadlines_remove (&self->hub->deadlines, &self->pace);
  g_clear_pointer (&self->connections, g_hash_table_unref);
}

static void
ended_cb (DtlsConnection *connection, gpointer user_data)
{
  DtlsConnector *self = user_data;

  g_queue_push_tail (&self->ended, connection);
  if (self->ended.length > MAX_ENDED)
    {
      DtlsConnection *oldest = g_queue_pop_head (&self->ended);

      g_hash_table_remove (self->connections, dtls_connection_get_id (oldest));
    }
}

/**
 * dtls_connector_add:
 *
 * Adds a connection; it starts in its turn, one a millisecond, so that a thousand of them do
 * not fall over the server in one burst.
 *
 * Returns: its id. Thread: the engine's.
 */
guint64
dtls_connector_add (DtlsConnector *self, const DtlsConnectionOptions *options)
{
  DtlsConnection *connection
    = dtls_connection_new (self->hub, self->table, options, ended_cb, self);

  g_hash_table_insert (self->connections, (gpointer) dtls_connection_get_id (connection),
                       connection);
  g_queue_push_tail (&self->waiting, connection);
  if (self->pace.slot == 0)
    dtls_deadlines_set (&self->hub->deadlines, &self->pace, self->hub->now_us);
  return *dtls_connection_get_id (connection);
}

/**
 * dtls_connector_has:
 *
 * Whether @id is one of its connections, ended ones included as long as they can come back.
 * Thread: the engine's.
 */
gboolean
dtls_connector_has (DtlsConnector *self, guint64 id)
{
  return g_hash_table_contains (self->connections, &id);
}

/**
 * dtls_connector_say_unsent:
 * @id: a connection; dtls_connector_has() is TRUE of it
 * @n_bytes: of a user's message
 *
 * Says that it was not sent. Thread: the engine's.
 */
void
dtls_connector_say_unsent (DtlsConnector *self, guint64 id, gsize n_bytes)
{
  dtls_connection_say_unsent (g_hash_table_lookup (self->connections, &id), n_bytes);
}

/**
 * dtls_connector_pace_due:
 *
 * Starts the next connection that waits. Thread: the engine's.
 */
void
dtls_connector_pace_due (DtlsConnector *self)
{
  DtlsConnection *connection = g_queue_pop_head (&self->waiting);

  if (connection == NULL)
    return;
  dtls_connection_start (connection);
  if (self->waiting.length > 0)
    dtls_deadlines_set (&self->hub->deadlines, &self->pace, self->hub->now_us + PACE_US);
}

typedef void (*ConnectionFunc) (DtlsConnector *self, DtlsConnection *connection,
                                gpointer user_data);

/* Calls @func for the connection @id, or for each one when it is 0; @func may free others. */
static void
foreach_connection (DtlsConnector *self, guint64 id, ConnectionFunc func, gpointer user_data)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof id);
  GHashTableIter iter;
  gpointer key;

  if (id != 0)
    g_array_append_val (ids, id);
  else
    {
      g_hash_table_iter_init (&iter, self->connections);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        g_array_append_vals (ids, key, 1);
    }
  for (guint i = 0; i < ids->len; i++)
    {
      DtlsConnection *connection
        = g_hash_table_lookup (self->connections, &g_array_index (ids, guint64, i));

      if (connection != NULL)
        func (self, connection, user_data);
    }
}

static void
close_cb (DtlsConnector *self, DtlsConnection *connection, gpointer user_data)
{
  g_queue_remove (&self->waiting, connection);
  dtls_connection_close (connection);
}

/**
 * dtls_connector_close:
 * @id: a connection, or 0 for all
 *
 * Thread: the engine's.
 */
void
dtls_connector_close (DtlsConnector *self, guint64 id)
{
  foreach_connection (self, id, close_cb, NULL);
}

static void
reconnect_cb (DtlsConnector *self, DtlsConnection *connection, gpointer user_data)
{
  if (dtls_connection_is_ended (connection))
    g_queue_remove (&self->ended, connection);
  g_queue_remove (&self->waiting, connection);
  dtls_connection_reconnect (connection);
}

/**
 * dtls_connector_reconnect:
 *
 * Starts an ended connection again, with the same id, name and key; an established one is
 * closed before. Thread: the engine's.
 */
void
dtls_connector_reconnect (DtlsConnector *self, guint64 id)
{
  foreach_connection (self, id, reconnect_cb, NULL);
}

static void
restart_cb (DtlsConnector *self, DtlsConnection *connection, gpointer user_data)
{
  dtls_connection_restart_handshake (connection);
}

/**
 * dtls_connector_restart_handshakes:
 *
 * GnuTLS's timers follow the wall clock: after a step of it, handshakes begin afresh (T45).
 * Thread: the engine's.
 */
void
dtls_connector_restart_handshakes (DtlsConnector *self)
{
  foreach_connection (self, 0, restart_cb, NULL);
}

static void
set_ping_cb (DtlsConnector *self, DtlsConnection *connection, gpointer user_data)
{
  dtls_connection_set_ping (connection, GPOINTER_TO_UINT (user_data));
}

/**
 * dtls_connector_set_ping:
 * @id: a connection, or 0 for all
 * @interval_ms: 0: no more pings
 *
 * Thread: the engine's.
 */
void
dtls_connector_set_ping (DtlsConnector *self, guint64 id, guint interval_ms)
{
  foreach_connection (self, id, set_ping_cb, GUINT_TO_POINTER (interval_ms));
}

/**
 * dtls_connector_say_snapshots:
 *
 * Says of each connection that is not over where it stands.
 *
 * Returns: how many they are. Thread: the engine's.
 */
guint
dtls_connector_say_snapshots (DtlsConnector *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (dtls_connection_is_ended (value))
        continue;
      dtls_connection_say_snapshot (value);
      n++;
    }
  return n;
}

/**
 * dtls_connector_foreach_established:
 *
 * Calls @func with the association of each established connection.
 *
 * Returns: how many they are. Thread: the engine's.
 */
guint
dtls_connector_foreach_established (DtlsConnector *self,
                                    void (*func) (DtlsAssociation *association, gpointer user_data),
                                    gpointer user_data)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      DtlsAssociation *association = dtls_connection_get_association (value);

      if (association == NULL)
        continue;
      func (association, user_data);
      n++;
    }
  return n;
}
