/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-engine.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "dtls-core.h"
#include "dtls-udp.h"

enum
{
  QUEUE_EVENTS = 65536,
  QUEUE_BYTES = 32 * 1024 * 1024,
  SPREAD_COUNT = 10             /* so many connections at once spread their pings */
};

struct _DtlsEngine
{
  GObject         parent_instance;

  GMainContext   *context;      /* of the engine's thread */
  GThread        *thread;
  DtlsEventQueue *queue;
  DtlsTransport  *transport;
  DtlsCore       *core;         /* E */
  GSource        *input;        /* E: readiness of the sockets */
  GSource        *timer;        /* E */
  gint64          timer_us;     /* E: what the timer is set to */
  GResolver      *resolver;     /* E */
  GPtrArray      *lookups;      /* E: GCancellable of each look-up under way */
  guint           n_names;      /* E: "clone number" of the next connection */
  gboolean        warned_demo, warned_key_log;  /* E */
  int             stopped;      /* atomic */
};

G_DEFINE_FINAL_TYPE (DtlsEngine, dtls_engine, G_TYPE_OBJECT)

/* --- the engine's thread --- */

/* Elsewhere than in its own dispatch a change costs two system calls: only for an earlier one. */
static void
set_timer (DtlsEngine *self, gint64 next_us)
{
  if (next_us >= self->timer_us)
    return;
  self->timer_us = next_us;
  g_source_set_ready_time (self->timer, next_us);
}

static gboolean
input_cb (gpointer user_data)
{
  DtlsEngine *self = user_data;

  set_timer (self, dtls_core_turn (self->core, g_get_monotonic_time ()));
  return G_SOURCE_CONTINUE;
}

static gboolean
timer_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static gboolean
timer_cb (gpointer user_data)
{
  DtlsEngine *self = user_data;
  gint64 next_us = dtls_core_turn (self->core, g_get_monotonic_time ());

  self->timer_us = next_us;
  g_source_set_ready_time (self->timer, next_us == G_MAXINT64 ? -1 : next_us);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs timer_funcs = { NULL, NULL, timer_dispatch, NULL, NULL, NULL };

static gpointer
run (gpointer user_data)
{
  DtlsEngine *self = user_data;

  g_main_context_push_thread_default (self->context);
  while (!g_atomic_int_get (&self->stopped) || self->lookups->len > 0)
    g_main_context_iteration (self->context, TRUE);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* --- commands: copies go in --- */

typedef struct _Command Command;
typedef void (*CommandFunc) (DtlsEngine *self, Command *command);

struct _Command
{
  DtlsEngine        *engine;
  CommandFunc        func;
  GTask             *task;      /* (nullable) */
  guint64            id;
  GBytes            *bytes;
  guint              number[2];
  DtlsCredentials   *credentials;
  DtlsLimits         limits;
  DtlsListenOptions  listen;    /* its pointers are owned */
  DtlsConnectOptions connect;   /* likewise */
  GCancellable      *cancellable;       /* of a look-up; ours */
  GCancellable      *callers;   /* (nullable): cancels ours */
  gulong             chained;
};

static void
free_command (gpointer data)
{
  Command *command = data;

  g_clear_object (&command->task);
  g_clear_object (&command->cancellable);
  g_clear_object (&command->callers);
  g_clear_pointer (&command->bytes, g_bytes_unref);
  g_clear_pointer (&command->credentials, dtls_credentials_unref);
  g_clear_pointer (&command->listen.credentials, dtls_credentials_unref);
  g_clear_pointer (&command->listen.profile, dtls_profile_unref);
  g_free ((char *) command->listen.hint);
  g_free ((char *) command->connect.host);
  g_free ((char *) command->connect.name);
  g_clear_pointer (&command->connect.identity, g_bytes_unref);
  g_clear_pointer (&command->connect.key, dtls_key_unref);
  g_clear_pointer (&command->connect.profile, dtls_profile_unref);
  g_free (command);
}

static Command *
new_command (CommandFunc func)
{
  Command *command = g_new0 (Command, 1);

  command->func = func;
  return command;
}

static gboolean
command_cb (gpointer user_data)
{
  Command *command = user_data;
  DtlsEngine *self = command->engine;

  dtls_hub_set_time (dtls_core_get_hub (self->core), g_get_monotonic_time ());
  command->func (self, command);
  set_timer (self, dtls_core_settle (self->core));
  return G_SOURCE_REMOVE;
}

/* Commands of an engine that is being disposed have no reference to it: dispose joins first. */
static void
post (DtlsEngine *self, Command *command)
{
  command->engine = self;
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, command_cb, command,
                              free_command);
}

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

/* --- server --- */

static void
listen_command (DtlsEngine *self, Command *command)
{
  DtlsAddress bound;
  GError *error = NULL;

  if (dtls_core_listen (self->core, &command->listen, &bound, &error))
    g_task_return_pointer (command->task, g_memdup2 (&bound, sizeof bound), g_free);
  else
    g_task_return_error (command->task, error);
}

/**
 * dtls_engine_listen_async:
 * @options: copied; a NULL profile means "compatible"
 * @callback: in the caller's thread-default context
 *
 * Binds and accepts; what listened before goes on when that fails.
 */
void
dtls_engine_listen_async (DtlsEngine *self, const DtlsListenOptions *options,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  Command *command = new_command (listen_command);
  GError *error = NULL;

  g_return_if_fail (DTLS_IS_ENGINE (self));

  command->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (command->task, dtls_engine_listen_async);
  command->listen = *options;
  command->listen.hint = g_strdup (options->hint);
  command->listen.credentials
    = options->credentials != NULL ? dtls_credentials_ref (options->credentials) : NULL;
  command->listen.profile = options->profile != NULL ? dtls_profile_ref (options->profile)
                                                     : dtls_profile_new ("compatible", &error);
  if (command->listen.profile == NULL)
    {
      g_task_return_error (command->task, error);
      free_command (command);
      return;
    }
  post (self, command);
}

/**
 * dtls_engine_listen_finish:
 * @bound: (out) (optional): the address, with the real port
 */
gboolean
dtls_engine_listen_finish (DtlsEngine *self, GAsyncResult *result, DtlsAddress *bound,
                           GError **error)
{
  g_autofree DtlsAddress *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found != NULL && bound != NULL)
    *bound = *found;
  return found != NULL;
}

static void
stop_accepting_command (DtlsEngine *self, Command *command)
{
  dtls_listener_stop_accepting (dtls_core_get_listener (self->core));
}

/**
 * dtls_engine_stop_accepting:
 *
 * No new associations; those that live are served on.
 */
void
dtls_engine_stop_accepting (DtlsEngine *self)
{
  g_return_if_fail (DTLS_IS_ENGINE (self));
  post (self, new_command (stop_accepting_command));
}

static void
set_credentials_command (DtlsEngine *self, Command *command)
{
  dtls_listener_set_credentials (dtls_core_get_listener (self->core), command->credentials);
}

/**
 * dtls_engine_set_credentials:
 * @credentials: not to be changed any more
 *
 * For every handshake from now on.
 */
void
dtls_engine_set_credentials (DtlsEngine *self, DtlsCredentials *credentials)
{
  Command *command = new_command (set_credentials_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->credentials = dtls_credentials_ref (credentials);
  post (self, command);
}

static void
set_limits_command (DtlsEngine *self, Command *command)
{
  dtls_listener_set_limits (dtls_core_get_listener (self->core), &command->limits);
}

void
dtls_engine_set_limits (DtlsEngine *self, const DtlsLimits *limits)
{
  Command *command = new_command (set_limits_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->limits = *limits;
  post (self, command);
}

static void
set_reply_command (DtlsEngine *self, Command *command)
{
  dtls_core_get_listener (self->core)->reply = command->number[0];
}

void
dtls_engine_set_reply (DtlsEngine *self, DtlsReply reply)
{
  Command *command = new_command (set_reply_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->number[0] = reply;
  post (self, command);
}

/* --- client --- */

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
add_connections (DtlsEngine *self, Command *command, const DtlsAddress *addresses,
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
lookup_failed (DtlsEngine *self, Command *command, GError *error)
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
  Command *command = user_data;
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
  set_timer (self, dtls_core_settle (self->core));
  free_command (command);
}

/* The look-up outlives the command that began it: it gets all of its content. */
static Command *
steal_command (Command *command)
{
  Command *own = g_memdup2 (command, sizeof *command);

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
connect_command (DtlsEngine *self, Command *command)
{
  DtlsAddress address;
  Command *own;

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
  Command *command = new_command (connect_command);
  DtlsConnectOptions *own = &command->connect;
  GError *error = NULL;

  g_return_if_fail (DTLS_IS_ENGINE (self));
  g_return_if_fail (options->host != NULL);

  command->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (command->task, dtls_engine_connect_async);
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
      g_task_return_error (command->task, error);
      free_command (command);
      return;
    }
  post (self, command);
}

gboolean
dtls_engine_connect_finish (DtlsEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
reconnect_command (DtlsEngine *self, Command *command)
{
  dtls_connector_reconnect (dtls_core_get_connector (self->core), command->id);
}

/**
 * dtls_engine_reconnect:
 * @association: a client's; ended ones keep their id
 */
void
dtls_engine_reconnect (DtlsEngine *self, guint64 association)
{
  Command *command = new_command (reconnect_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->id = association;
  post (self, command);
}

static void
set_ping_command (DtlsEngine *self, Command *command)
{
  dtls_connector_set_ping (dtls_core_get_connector (self->core), command->id, command->number[0]);
}

void
dtls_engine_set_ping (DtlsEngine *self, guint64 association, guint interval_ms)
{
  Command *command = new_command (set_ping_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->id = association;
  command->number[0] = interval_ms;
  post (self, command);
}

/* --- both --- */

static void
send_command (DtlsEngine *self, Command *command)
{
  dtls_core_send (self->core, command->id, command->bytes);
}

/**
 * dtls_engine_send:
 * @association: 0: all established ones
 * @bytes: one message
 *
 * What does not fit into a datagram is a row (DTLS_CODE_SEND_FAILED) with the limit named.
 */
void
dtls_engine_send (DtlsEngine *self, guint64 association, GBytes *bytes)
{
  Command *command = new_command (send_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->id = association;
  command->bytes = g_bytes_ref (bytes);
  post (self, command);
}

static void
repeat_command (DtlsEngine *self, Command *command)
{
  dtls_core_repeat (self->core, command->id, command->bytes, command->number[0],
                    command->number[1]);
}

/**
 * dtls_engine_repeat:
 * @bytes: (nullable): sent now and every @interval_ms; NULL ends that
 * @times: 0: until it is ended
 */
void
dtls_engine_repeat (DtlsEngine *self, guint64 association, GBytes *bytes, guint interval_ms,
                    guint times)
{
  Command *command = new_command (repeat_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->id = association;
  command->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  command->number[0] = interval_ms;
  command->number[1] = times;
  post (self, command);
}

static void
close_command (DtlsEngine *self, Command *command)
{
  dtls_core_close (self->core, command->id, DTLS_CLOSE_LOCAL);
}

/**
 * dtls_engine_close:
 * @association: 0: all
 */
void
dtls_engine_close (DtlsEngine *self, guint64 association)
{
  Command *command = new_command (close_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->id = association;
  post (self, command);
}

static void
resync_command (DtlsEngine *self, Command *command)
{
  dtls_core_resync (self->core);
}

/**
 * dtls_engine_resync:
 *
 * The reader found that events about states were lost: each association says where it stands.
 */
void
dtls_engine_resync (DtlsEngine *self)
{
  g_return_if_fail (DTLS_IS_ENGINE (self));
  post (self, new_command (resync_command));
}

static void
stop_command (DtlsEngine *self, Command *command)
{
  dtls_core_close (self->core, 0, DTLS_CLOSE_LOCAL);
  for (guint i = 0; i < self->lookups->len; i++)
    g_cancellable_cancel (g_ptr_array_index (self->lookups, i));
  g_atomic_int_set (&self->stopped, TRUE);
}

/**
 * dtls_engine_stop:
 *
 * close_notify to everybody, then joins the thread; waits for no answer (C9). The events of this
 * are in the queue when it returns. Later commands do nothing.
 *
 * Returns: FALSE when it was stopped, or never started.
 */
gboolean
dtls_engine_stop (DtlsEngine *self)
{
  g_return_val_if_fail (DTLS_IS_ENGINE (self), FALSE);

  if (self->thread == NULL)
    return FALSE;
  post (self, new_command (stop_command));
  g_thread_join (g_steal_pointer (&self->thread));
  return TRUE;
}

/**
 * dtls_engine_start:
 *
 * Starts the thread. Commands given before it wait for it.
 */
void
dtls_engine_start (DtlsEngine *self)
{
  g_return_if_fail (DTLS_IS_ENGINE (self));
  g_return_if_fail (self->thread == NULL);
  self->thread = g_thread_new ("dtls-engine", run, self);
}

/**
 * dtls_engine_get_queue:
 *
 * Returns: (transfer none): where events come out; one reader.
 */
DtlsEventQueue *
dtls_engine_get_queue (DtlsEngine *self)
{
  g_return_val_if_fail (DTLS_IS_ENGINE (self), NULL);
  return self->queue;
}

/**
 * dtls_engine_set_interest:
 * @kinds: DtlsEventKind bits; 0: no event is built at all
 */
void
dtls_engine_set_interest (DtlsEngine *self, guint kinds)
{
  g_return_if_fail (DTLS_IS_ENGINE (self));
  g_atomic_int_set (&dtls_core_get_hub (self->core)->interest, kinds);
}

static void
dtls_engine_dispose (GObject *object)
{
  DtlsEngine *self = DTLS_ENGINE (object);

  dtls_engine_stop (self);
  if (self->input != NULL)
    g_source_destroy (self->input);
  g_clear_pointer (&self->input, g_source_unref);
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_clear_object (&self->resolver);
  G_OBJECT_CLASS (dtls_engine_parent_class)->dispose (object);
}

static void
dtls_engine_finalize (GObject *object)
{
  DtlsEngine *self = DTLS_ENGINE (object);

  g_clear_pointer (&self->core, dtls_core_free);
  g_clear_pointer (&self->lookups, g_ptr_array_unref);
  g_clear_object (&self->transport);
  g_clear_pointer (&self->queue, dtls_event_queue_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  G_OBJECT_CLASS (dtls_engine_parent_class)->finalize (object);
}

static void
dtls_engine_class_init (DtlsEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = dtls_engine_dispose;
  object_class->finalize = dtls_engine_finalize;
}

static void
dtls_engine_init (DtlsEngine *self)
{
  self->context = g_main_context_new ();
  self->queue = dtls_event_queue_new (QUEUE_BYTES, QUEUE_EVENTS);
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  self->timer_us = G_MAXINT64;
  self->lookups = g_ptr_array_new ();
  g_source_set_static_name (self->timer, "dtls deadlines");
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  g_source_attach (self->timer, self->context);
}

/**
 * dtls_engine_new:
 * @transport: (nullable): NULL: UDP sockets
 * @seed: 0: random
 *
 * Returns: (transfer full): an engine whose thread is not started yet.
 */
DtlsEngine *
dtls_engine_new (DtlsTransport *transport, guint64 seed)
{
  DtlsEngine *self = g_object_new (DTLS_TYPE_ENGINE, NULL);

  if (transport == NULL)
    dtls_udp_raise_limit ();
  self->transport = transport != NULL ? g_object_ref (transport) : dtls_udp_new ();
  if (seed == 0)
    seed = (guint64) g_random_int () << 32 | g_random_int ();
  self->core = dtls_core_new (self->transport, self->queue, seed, g_get_monotonic_time ());
  self->input = dtls_transport_create_source (self->transport);
  if (self->input != NULL)
    {
      g_source_set_callback (self->input, input_cb, self, NULL);
      g_source_attach (self->input, self->context);
    }
  return self;
}
