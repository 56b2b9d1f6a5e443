/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-engine-private.h"

#include <glib/gi18n-lib.h>

#include "dtls-udp.h"

enum
{
  QUEUE_EVENTS = 65536,
  QUEUE_BYTES = 32 * 1024 * 1024
};

G_DEFINE_FINAL_TYPE (DtlsEngine, dtls_engine, G_TYPE_OBJECT)

/* --- the engine's thread --- */

/**
 * dtls_engine_set_timer:
 * @next_us: monotonic microseconds
 *
 * Wakes the engine then, unless it wakes earlier anyway: outside of the timer's own dispatch a
 * change costs two system calls. Thread: the engine's.
 */
void
dtls_engine_set_timer (DtlsEngine *self, gint64 next_us)
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

  dtls_engine_set_timer (self, dtls_core_turn (self->core, g_get_monotonic_time ()));
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
  while (!self->stopped || self->lookups->len > 0)
    g_main_context_iteration (self->context, TRUE);
  g_mutex_lock (&self->door);
  self->closed = TRUE;
  g_mutex_unlock (&self->door);
  while (g_main_context_iteration (self->context, FALSE))
    ;                           /* what came meanwhile is refused */
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* --- commands: copies go in --- */

static gboolean
drop_task_cb (gpointer task)
{
  return G_SOURCE_REMOVE;
}

/**
 * dtls_engine_free_command:
 * @data: (transfer full): a DtlsCommand
 *
 * Frees it with all it holds. Its task is dropped in the caller's context. Thread: any.
 */
void
dtls_engine_free_command (gpointer data)
{
  DtlsCommand *command = data;

  /* It holds the engine, which must not end on its own thread: the caller's drops it. */
  if (command->task != NULL)
    g_main_context_invoke_full (g_task_get_context (command->task), G_PRIORITY_DEFAULT,
                                drop_task_cb, command->task, g_object_unref);
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

/**
 * dtls_engine_new_command:
 * @func: what to do on the engine's thread
 *
 * Returns: (transfer full): a command to be filled and given to dtls_engine_post(). Thread: any.
 */
DtlsCommand *
dtls_engine_new_command (DtlsCommandFunc func)
{
  DtlsCommand *command = g_new0 (DtlsCommand, 1);

  command->func = func;
  return command;
}

static void
refuse (DtlsCommand *command)
{
  if (command->task != NULL)
    g_task_return_new_error (command->task, G_IO_ERROR, G_IO_ERROR_CLOSED,
                             _("The program ends."));
}

static gboolean
command_cb (gpointer user_data)
{
  DtlsCommand *command = user_data;
  DtlsEngine *self = command->engine;

  if (self->stopped)
    {
      refuse (command);
      return G_SOURCE_REMOVE;
    }
  dtls_hub_set_time (dtls_core_get_hub (self->core), g_get_monotonic_time ());
  command->func (self, command);
  dtls_engine_set_timer (self, dtls_core_settle (self->core));
  return G_SOURCE_REMOVE;
}

/* With the door. */
static void
attach (DtlsEngine *self, DtlsCommand *command)
{
  if (command->tag != NULL)
    {
      command->task = g_task_new (self, command->callers, command->callback, command->user_data);
      g_task_set_source_tag (command->task, command->tag);
    }
  if (!self->closed)
    g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, command_cb, command,
                                dtls_engine_free_command);
}

/**
 * dtls_engine_post:
 * @command: (transfer full):
 *
 * Has it done on the engine's thread, after those that were posted before. After the end of the
 * engine it is refused: its task, if it has one, returns G_IO_ERROR_CLOSED. Commands of an engine
 * that is being disposed have no reference to it: dispose joins first. Nor have those that wait for
 * the start, which may never come. Thread: any.
 */
void
dtls_engine_post (DtlsEngine *self, DtlsCommand *command)
{
  gboolean closed;

  command->engine = self;
  g_mutex_lock (&self->door);
  closed = self->closed;
  if (self->early != NULL)
    g_ptr_array_add (self->early, command);
  else
    attach (self, command);
  g_mutex_unlock (&self->door);
  if (!closed)
    return;
  refuse (command);
  dtls_engine_free_command (command);
}

/* Nobody started it: what waits for that is answered without it. */
static void
drop_early (DtlsEngine *self)
{
  for (guint i = 0; self->early != NULL && i < self->early->len; i++)
    {
      DtlsCommand *command = g_ptr_array_index (self->early, i);

      if (command->tag != NULL)
        g_task_report_new_error (NULL, command->callback, command->user_data, command->tag,
                                 G_IO_ERROR, G_IO_ERROR_CLOSED, _("The program ends."));
      dtls_engine_free_command (command);
    }
  g_clear_pointer (&self->early, g_ptr_array_unref);
}

/* --- both --- */

static void
send_command (DtlsEngine *self, DtlsCommand *command)
{
  dtls_core_send (self->core, command->id, command->bytes);
}

/**
 * dtls_engine_send:
 * @association: 0: all established ones
 * @bytes: one message
 *
 * What does not fit into a datagram is a row (DTLS_CODE_SEND_FAILED) with the limit named; so is
 * what comes too late for its association.
 * Thread: any.
 */
void
dtls_engine_send (DtlsEngine *self, guint64 association, GBytes *bytes)
{
  DtlsCommand *command = dtls_engine_new_command (send_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->id = association;
  command->bytes = g_bytes_ref (bytes);
  dtls_engine_post (self, command);
}

static void
repeat_command (DtlsEngine *self, DtlsCommand *command)
{
  dtls_core_repeat (self->core, command->id, command->bytes, command->number[0],
                    command->number[1]);
}

/**
 * dtls_engine_repeat:
 * @bytes: (nullable): sent now and every @interval_ms; NULL ends that
 * @times: 0: until it is ended
 *
 * Thread: any.
 */
void
dtls_engine_repeat (DtlsEngine *self, guint64 association, GBytes *bytes, guint interval_ms,
                    guint times)
{
  DtlsCommand *command = dtls_engine_new_command (repeat_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->id = association;
  command->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  command->number[0] = interval_ms;
  command->number[1] = times;
  dtls_engine_post (self, command);
}

static void
close_command (DtlsEngine *self, DtlsCommand *command)
{
  dtls_core_close (self->core, command->id, DTLS_CLOSE_LOCAL);
}

/**
 * dtls_engine_close:
 * @association: 0: all
 *
 * Thread: any.
 */
void
dtls_engine_close (DtlsEngine *self, guint64 association)
{
  DtlsCommand *command = dtls_engine_new_command (close_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->id = association;
  dtls_engine_post (self, command);
}

static void
resync_command (DtlsEngine *self, DtlsCommand *command)
{
  dtls_core_resync (self->core);
}

/**
 * dtls_engine_resync:
 *
 * The reader found that events about states were lost: each association says where it stands.
 * Thread: any.
 */
void
dtls_engine_resync (DtlsEngine *self)
{
  g_return_if_fail (DTLS_IS_ENGINE (self));
  dtls_engine_post (self, dtls_engine_new_command (resync_command));
}

static void
stop_command (DtlsEngine *self, DtlsCommand *command)
{
  dtls_core_close (self->core, 0, DTLS_CLOSE_LOCAL);
  for (guint i = 0; i < self->lookups->len; i++)
    g_cancellable_cancel (g_ptr_array_index (self->lookups, i));
  self->stopped = TRUE;
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
  dtls_engine_post (self, dtls_engine_new_command (stop_command));
  g_thread_join (g_steal_pointer (&self->thread));
  return TRUE;
}

/**
 * dtls_engine_start:
 *
 * Starts the thread, once. Commands given before it wait for it; their callers are the thread that
 * calls this. Thread: the caller's.
 */
void
dtls_engine_start (DtlsEngine *self)
{
  g_return_if_fail (DTLS_IS_ENGINE (self));
  g_return_if_fail (self->thread == NULL && self->early != NULL);

  g_mutex_lock (&self->door);
  for (guint i = 0; i < self->early->len; i++)
    attach (self, g_ptr_array_index (self->early, i));
  g_clear_pointer (&self->early, g_ptr_array_unref);
  g_mutex_unlock (&self->door);
  self->thread = g_thread_new ("dtls-engine", run, self);
}

/**
 * dtls_engine_get_queue:
 *
 * Returns: (transfer none): where events come out; one reader. Thread: any.
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
 *
 * Thread: any.
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
  drop_early (self);
  if (self->input != NULL)
    g_source_destroy (self->input);
  g_clear_pointer (&self->input, g_source_unref);
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  if (self->addresses != NULL)
    g_source_destroy (self->addresses);
  g_clear_pointer (&self->addresses, g_source_unref);
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
  g_mutex_clear (&self->door);
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
  g_mutex_init (&self->door);
  self->early = g_ptr_array_new ();
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
