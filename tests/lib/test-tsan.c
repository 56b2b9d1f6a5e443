/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <dlfcn.h>
#include <gio/gio.h>
#include <sanitizer/tsan_interface.h>

/*
 * For the thread sanitizer only. The system's GLib is not instrumented, so the sanitizer sees none
 * of its locks and hand-overs, and every one would look like a race. The program itself defines
 * those it uses: each calls the real function and tells what it means. Nothing is suppressed.
 */
#define REAL(function) \
  static typeof (function) *real; \
  if (g_atomic_pointer_get (&real) == NULL) \
    g_atomic_pointer_set (&real, (typeof (function) *) dlsym (RTLD_NEXT, #function))

/* Locks */

void
g_mutex_lock (GMutex *mutex)
{
  REAL (g_mutex_lock);
  real (mutex);
  __tsan_acquire (mutex);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  gboolean locked;

  REAL (g_mutex_trylock);
  locked = real (mutex);
  if (locked)
    __tsan_acquire (mutex);
  return locked;
}

void
g_mutex_unlock (GMutex *mutex)
{
  REAL (g_mutex_unlock);
  __tsan_release (mutex);
  real (mutex);
}

void
g_cond_wait (GCond  *cond,
             GMutex *mutex)
{
  REAL (g_cond_wait);
  __tsan_release (mutex);
  real (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond  *cond,
                   GMutex *mutex,
                   gint64  end_time)
{
  gboolean woken;

  REAL (g_cond_wait_until);
  __tsan_release (mutex);
  woken = real (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return woken;
}

/* Hand-over to the thread of a context: what was done before the call is seen by the function. */

typedef struct
{
  GSourceFunc    function;
  gpointer       data;
  GDestroyNotify notify;
} Invocation;

static gboolean
invocation_cb (gpointer user_data)
{
  Invocation *invocation = user_data;

  __tsan_acquire (invocation);
  return invocation->function (invocation->data);
}

static void
invocation_free (gpointer user_data)
{
  Invocation *invocation = user_data;

  __tsan_acquire (invocation);
  if (invocation->notify != NULL)
    invocation->notify (invocation->data);
  g_free (invocation);
}

void
g_main_context_invoke_full (GMainContext   *context,
                            int             priority,
                            GSourceFunc     function,
                            gpointer        data,
                            GDestroyNotify  notify)
{
  Invocation *invocation = g_new (Invocation, 1);
  GMainContext *own = g_main_context_get_thread_default ();
  GSource *source;

  REAL (g_main_context_invoke_full);
  *invocation = (Invocation) { function, data, notify };
  if (g_main_context_is_owner (context) || own == context)
    {
      real (context, priority, invocation_cb, invocation, invocation_free);
      return;
    }
  /* as GLib does it, but what it allocates is handed over, too */
  source = g_idle_source_new ();
  g_source_set_priority (source, priority);
  g_source_set_callback (source, invocation_cb, invocation, invocation_free);
  __tsan_release (invocation);
  g_source_attach (source, context);
  g_source_unref (source);
}

/* Hand-over by a task: from what returned its result to what takes it, the source included that
 * GIO makes for it meanwhile. */

static __thread GTask *returning;

/* Both hold the lock of the context: the lists of its sources are one thread's after another's. */

guint
g_source_attach (GSource      *source,
                 GMainContext *context)
{
  GMainContext *locked = context != NULL ? context : g_main_context_default ();
  guint id;

  REAL (g_source_attach);
  if (returning != NULL)
    __tsan_release (returning);
  __tsan_acquire (locked);
  id = real (source, context);
  __tsan_release (locked);
  return id;
}

/* As uninstrumented as GLib: which thread gives up a source first is settled by its count. */
__attribute__ ((no_sanitize ("thread"))) static GMainContext *
get_context (GSource *source)
{
  return source->context;
}

void
g_source_unref (GSource *source)
{
  GMainContext *locked = get_context (source);

  REAL (g_source_unref);
  if (locked != NULL)
    __tsan_acquire (locked);
  real (source);
  if (locked != NULL)
    __tsan_release (locked);
}

void
g_task_return_pointer (GTask          *task,
                       gpointer        result,
                       GDestroyNotify  destroy)
{
  REAL (g_task_return_pointer);
  __tsan_release (task);
  returning = task;
  real (task, result, destroy);
  returning = NULL;
}

void
g_task_return_boolean (GTask    *task,
                       gboolean  result)
{
  REAL (g_task_return_boolean);
  __tsan_release (task);
  returning = task;
  real (task, result);
  returning = NULL;
}

void
g_task_return_error (GTask  *task,
                     GError *error)
{
  REAL (g_task_return_error);
  __tsan_release (task);
  returning = task;
  real (task, error);
  returning = NULL;
}

gpointer
g_task_propagate_pointer (GTask   *task,
                          GError **error)
{
  REAL (g_task_propagate_pointer);
  __tsan_acquire (task);
  return real (task, error);
}

gboolean
g_task_propagate_boolean (GTask   *task,
                          GError **error)
{
  REAL (g_task_propagate_boolean);
  __tsan_acquire (task);
  return real (task, error);
}

/* References: who drops the last one sees what the others did before they dropped theirs. */

void
g_object_unref (gpointer object)
{
  REAL (g_object_unref);
  __tsan_release (object);
  __tsan_acquire (object);
  real (object);
}

void
g_bytes_unref (GBytes *bytes)
{
  REAL (g_bytes_unref);
  if (bytes != NULL)
    {
      __tsan_release (bytes);
      __tsan_acquire (bytes);
    }
  real (bytes);
}
