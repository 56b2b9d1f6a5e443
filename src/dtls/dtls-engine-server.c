/* SPDX-License-Identifier: MIT */
/* The server's half of the engine's door: listening, keys, limits. */
#include "config.h"

#include "dtls-engine-private.h"
#include "dtls-udp.h"

static void
listen_command (DtlsEngine *self, DtlsCommand *command)
{
  DtlsAddress bound;
  GError *error = NULL;

  if (dtls_core_listen (self->core, &command->listen, &bound, &error))
    {
      if (DTLS_IS_UDP (self->transport))
        dtls_engine_watch_addresses (self);
      g_task_return_pointer (command->task, g_memdup2 (&bound, sizeof bound), g_free);
    }
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
  DtlsCommand *command = dtls_engine_new_command (listen_command);
  GError *error = NULL;

  g_return_if_fail (DTLS_IS_ENGINE (self));

  command->tag = dtls_engine_listen_async;
  command->callback = callback;
  command->user_data = user_data;
  command->callers = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  command->listen = *options;
  command->listen.hint = g_strdup (options->hint);
  command->listen.credentials
    = options->credentials != NULL ? dtls_credentials_ref (options->credentials) : NULL;
  command->listen.profile = options->profile != NULL ? dtls_profile_ref (options->profile)
                                                     : dtls_profile_new ("compatible", &error);
  if (command->listen.profile == NULL)
    {
      g_task_report_error (self, callback, user_data, command->tag, error);
      dtls_engine_free_command (command);
      return;
    }
  dtls_engine_post (self, command);
}

/**
 * dtls_engine_listen_finish:
 * @bound: (out) (optional): the address, with the real port
 *
 * Thread: the caller's.
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
stop_accepting_command (DtlsEngine *self, DtlsCommand *command)
{
  dtls_listener_stop_accepting (dtls_core_get_listener (self->core));
}

/**
 * dtls_engine_stop_accepting:
 *
 * No new associations; those that live are served on. Thread: any.
 */
void
dtls_engine_stop_accepting (DtlsEngine *self)
{
  g_return_if_fail (DTLS_IS_ENGINE (self));
  dtls_engine_post (self, dtls_engine_new_command (stop_accepting_command));
}

static void
set_credentials_command (DtlsEngine *self, DtlsCommand *command)
{
  dtls_core_set_credentials (self->core, command->credentials);
}

/**
 * dtls_engine_set_credentials:
 * @credentials: not to be changed any more
 *
 * For every handshake from now on. Thread: any.
 */
void
dtls_engine_set_credentials (DtlsEngine *self, DtlsCredentials *credentials)
{
  DtlsCommand *command = dtls_engine_new_command (set_credentials_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->credentials = dtls_credentials_ref (credentials);
  dtls_engine_post (self, command);
}

static void
set_limits_command (DtlsEngine *self, DtlsCommand *command)
{
  dtls_listener_set_limits (dtls_core_get_listener (self->core), &command->limits);
}

/**
 * dtls_engine_set_limits:
 * @limits: copied
 *
 * From now on, also for the associations that live; see dtls_listener_set_limits(). Thread: any.
 */
void
dtls_engine_set_limits (DtlsEngine *self, const DtlsLimits *limits)
{
  DtlsCommand *command = dtls_engine_new_command (set_limits_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->limits = *limits;
  dtls_engine_post (self, command);
}

static void
set_reply_command (DtlsEngine *self, DtlsCommand *command)
{
  dtls_core_get_listener (self->core)->reply = command->number[0];
}

/**
 * dtls_engine_set_reply:
 * @reply: what the server answers to the messages from now on
 *
 * Thread: any.
 */
void
dtls_engine_set_reply (DtlsEngine *self, DtlsReply reply)
{
  DtlsCommand *command = dtls_engine_new_command (set_reply_command);

  g_return_if_fail (DTLS_IS_ENGINE (self));
  command->number[0] = reply;
  dtls_engine_post (self, command);
}
