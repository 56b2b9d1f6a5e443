/* SPDX-License-Identifier: MIT */
/* The client's half of the engine's door: names, addresses, connections. */
#include "config.h"

#include "dtls-engine-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  SPREAD_COUNT = 10             /* so many connections at once spread their pings */
};

static void
say (DtlsEngine *self, DtlsEventKind kind, DtlsCode code, const DtlsAddress *peer, const char *text,
     gint32 number)
{
  DtlsHub *hub = dtls_core_get_hub (self->core);
  DtlsEventFields fields = {
    .peer = peer,
    .text = (const guint8 *) text,
    .n_text = text != NULL ? strlen (text) : 0,
    .flags = DTLS_EVENT_FLAG_CLIENT,
  };
  DtlsEvent *event = dtls_hub_begin (hub, kind, code, &fields);

  if (event == NULL)
    return;
  event->number[0] = number;
  dtls_hub_commit (hub);
}

static void
warn_of_key (DtlsEngine *self, DtlsKey *key)
{
  const char *key_log = g_getenv ("SSLKEYLOGFILE");
  gsize n_bytes;

  dtls_key_get_bytes (key, &n_bytes);
  if (dtls_key_is_demo (key))
    {
      if (!self->warned_demo)
        say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_DEMO_KEY, NULL, NULL, 0);
      self->warned_demo = TRUE;
    }
  else if (n_bytes < DTLS_KEY_SHORT_BYTES)
    say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_SHORT_KEY, NULL, NULL, n_bytes);
  if (key_log != NULL && *key_log != '\0' && !self->warned_key_log)
    {
      say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_KEY_LOG, NULL, key_log, 0);
      self->warned_key_log = TRUE;
    }
}

/* A local port that is taken is found before the first datagram, not by silence. An address that
 * cannot be reached is another matter. */
static gboolean
check_local_port (DtlsEngine *self, guint16 port, const DtlsAddress *peer, GError **error)
{
  DtlsAddress local = { 0 }, bound;
  GError *reason = NULL;
  guint32 socket;

  dtls_address_parse_ip (&local, dtls_address_is_ipv4 (peer) ? "0.0.0.0" : "::", port);
  if (dtls_transport_open (self->transport, &local, peer, &socket, &bound, &reason))
    {
      dtls_transport_close (self->transport, socket);
      return TRUE;
    }
  if (g_error_matches (reason, DTLS_ERROR, DTLS_ERROR_ADDRESS_IN_USE)
      || g_error_matches (reason, DTLS_ERROR, DTLS_ERROR_PERMISSION))
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  g_error_free (reason);
  return TRUE;
}

static gboolean
check_local_ports (DtlsEngine *self, const DtlsConnectOptions *options, guint count,
                   const DtlsAddress *addresses, guint n_addresses, GError **error)
{
  for (guint i = 0; options->local_port != 0 && i < count; i++)
    for (guint j = 0; j < n_addresses; j++)
      if (!check_local_port (self, options->local_port + i, &addresses[j], error))
        return FALSE;
  return TRUE;
}

static void
add_connections (DtlsEngine *self, DtlsCommand *command, const DtlsAddress *addresses,
                 guint n_addresses)
{
  const DtlsConnectOptions *options = &command->connect;
  guint count = command->number[0];
  DtlsConnectionOptions connection = {
    .addresses = addresses,
    .n_addresses = n_addresses,
    .key = options->key,
    .first_timeout_ms = options->first_timeout_ms,
    .give_up_s = options->give_up_s,
    .reconnect = options->reconnect,
    .ping_interval_ms = options->ping_interval_ms,
  };
  GError *error = NULL;

  if (!check_local_ports (self, options, count, addresses, n_addresses, &error))
    {
      g_task_return_error (command->task, error);
      return;
    }
  connection.config = dtls_session_config_new (DTLS_ROLE_CLIENT, options->profile, NULL,
                                               options->mtu, options->first_timeout_ms, &error);
  if (connection.config == NULL)
    {
      g_task_return_error (command->task, error);
      return;
    }
  warn_of_key (self, options->key);
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *name
        = options->name != NULL && count == 1
            ? g_strdup (options->name)
            /* the original's way of naming its connections; not translated: it is the identity */
            : g_strdup_printf ("%s (clone number %u)",
                               options->name != NULL ? options->name : "Alice", self->n_names++);
      g_autoptr (GBytes) identity = options->identity != NULL ? g_bytes_ref (options->identity)
                                                              : g_bytes_new (name, strlen (name));

      connection.name = name;
      connection.identity = identity;
      connection.local_port = options->local_port != 0 ? options->local_port + i : 0;
      if (count >= SPREAD_COUNT)
        connection.ping_phase_ms = (guint64) options->ping_interval_ms * i / count;
      dtls_core_connect (self->core, &connection);
    }
  dtls_session_config_unref (connection.config);
  g_task_return_boolean (command->task, TRUE);
}

static void
lookup_failed (DtlsEngine *self, DtlsCommand *command, GError *error)
{
  gboolean temporary = error != NULL
                       && g_error_matches (error, G_RESOLVER_ERROR,
                                           G_RESOLVER_ERROR_TEMPORARY_FAILURE);

  if (error != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      /* by the user, who knows, or by the end of the engine */
      g_task_return_error (command->task, g_error_copy (error));
      return;
    }
  say (self, DTLS_EVENT_STATE, DTLS_CODE_LOOKUP_FAILED, NULL, command->connect.host, temporary);
  g_task_return_new_error (command->task, DTLS_ERROR, DTLS_ERROR_NOT_FOUND,
                           _("No address found for “%s”. Check the name, or type the address."),
                           command->connect.host);
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DtlsCommand *command = user_data;
  DtlsEngine *self = command->engine;
  g_autoptr (GError) error = NULL;
  GList *found = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);
  g_autoptr (GArray) addresses = g_array_new (FALSE, TRUE, sizeof (DtlsAddress));

  g_ptr_array_remove_fast (self->lookups, command->cancellable);
  if (command->callers != NULL)
    g_cancellable_disconnect (command->callers, command->chained);
  dtls_hub_set_time (dtls_core_get_hub (self->core), g_get_monotonic_time ());
  for (GList *link = found; link != NULL; link = link->next)
    {
      DtlsAddress address;

      if (dtls_address_from_inet (&address, link->data, 0, command->connect.port))
        g_array_append_val (addresses, address);
    }
  g_resolver_free_addresses (found);
  if (addresses->len == 0)
    lookup_failed (self, command, error);
  else
    {
      say (self, DTLS_EVENT_STATE, DTLS_CODE_CONNECTING, (DtlsAddress *) addresses->data, NULL,
           addresses->len);
      add_connections (self, command, (DtlsAddress *) addresses->data, addresses->len);
    }
  dtls_engine_set_timer (self, dtls_core_settle (self->core));
  dtls_engine_free_command (command);
}

/* The look-up outlives the command that began it: it gets all of its content. */
static DtlsCommand *
steal_command (DtlsCommand *command)
{
  DtlsCommand *own = g_memdup2 (command, sizeof *command);

  memset (command, 0, sizeof *command);
  command->engine = own->engine;
  return own;
}

static void
cancel_cb (GCancellable *callers, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
connect_command (DtlsEngine *self, DtlsCommand *command)
{
  DtlsAddress address;
  DtlsCommand *own;

  if (dtls_address_parse_ip (&address, command->connect.host, command->connect.port))
    {
      add_connections (self, command, &address, 1);
      return;
    }
  say (self, DTLS_EVENT_STATE, DTLS_CODE_LOOKING_UP, NULL, command->connect.host, 0);
  if (self->resolver == NULL)
    self->resolver = g_resolver_get_default ();
  own = steal_command (command);
  own->cancellable = g_cancellable_new ();
  g_ptr_array_add (self->lookups, own->cancellable);
  if (own->callers != NULL)
    own->chained = g_cancellable_connect (own->callers, G_CALLBACK (cancel_cb),
                                          g_object_ref (own->cancellable), g_object_unref);
  g_resolver_lookup_by_name_async (self->resolver, own->connect.host, own->cancellable,
                                   looked_up_cb, own);
}

/**
 * dtls_engine_connect_async:
 * @options: copied; a NULL profile means "compatible", a NULL key the demonstration key
 * @count: how many connections, at least 1
 * @cancellable: (nullable): ends the look-up of a name, without a row
 * @callback: in the caller's thread-default context, when the name is looked up and the
 *   connections are started, not when they are established: events tell that
 */
void
dtls_engine_connect_async (DtlsEngine *self, const DtlsConnectOptions *options, guint count,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  DtlsCommand *command = dtls_engine_new_command (connect_command);
  DtlsConnectOptions *own = &command->connect;
  GError *error = NULL;

  g_return_if_fail (DTLS_IS_ENGINE (self));
  g_return_if_fail (options->host != NULL);

  command->tag = dtls_engine_connect_async;
  command->callback = callback;
  command->user_data = user_data;
  command->number[0] = MAX (1, count);
  command->callers = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  *own = *options;
  own->host = g_strdup (options->host);
  own->name = g_strdup (options->name);
  own->identity = options->identity != NULL ? g_bytes_ref (options->identity) : NULL;
  own->key = options->key != NULL ? dtls_key_ref (options->key) : dtls_key_new_demo ();
  own->profile = options->profile != NULL ? dtls_profile_ref (options->profile)
                                          : dtls_profile_new ("compatible", &error);
  if (own->profile == NULL)
    {
      g_task_report_error (self, callback, user_data, command->tag, error);
      dtls_engine_free_command (command);
      return;
    }
  dtls_engine_post (self, command);
}

/**
 * dtls_engine_connect_finish:
 *
 * Returns: whether the connections were started. Errors: DTLS_ERROR_NOT_FOUND (no address for the
 * name), _ADDRESS_IN_USE, _PERMISSION (the local port), GnuTLS's; G_IO_ERROR_CANCELLED, _CLOSED.
 * Thread: the caller's.
 */
gboolean
dtls_engine_connect_finish (DtlsEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
reconnect_command (DtlsEngine *self, DtlsCommand *command)
{
  dtls_connector_reconnect (dtls_core_get_connector (self->core), command->id);
}

/**
 * dtls_engine_reconnect:
 * @association: a client's; ended ones keep their id
 *
 * Thread: any.
 */
void
dtls_engine_reconnect (DtlsEngine *self, guint64 association)
{
  DtlsCommand *command = dtls_engine_new_command (reconnect_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->id = association;
  dtls_engine_post (self, command);
}

static void
set_ping_command (DtlsEngine *self, DtlsCommand *command)
{
  dtls_connector_set_ping (dtls_core_get_connector (self->core), command->id, command->number[0]);
}

/**
 * dtls_engine_set_ping:
 * @association: 0: all of the client's
 * @interval_ms: 0: no more pings
 *
 * How often it pings from now on; the next ping comes after an interval. Thread: any.
 */
void
dtls_engine_set_ping (DtlsEngine *self, guint64 association, guint interval_ms)
{
  DtlsCommand *command = dtls_engine_new_command (set_ping_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->id = association;
  command->number[0] = interval_ms;
  dtls_engine_post (self, command);
}
