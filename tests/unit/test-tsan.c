/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <glib.h>

/*
 * That the thread sanitizer sees with the wrappers of tests/lib/test-tsan.c: what they explain is
 * no race, and one real race is still reported. Built with -Db_sanitize=thread only.
 */
#define N_STEPS 10000

static struct
{
  GMutex mutex, other;
  GCond  cond;
  int    value;                 /* under the mutex */
  int    turn;
} shared;

static gpointer
locked_thread (gpointer data)
{
  int me = GPOINTER_TO_INT (data), i;

  for (i = 0; i < N_STEPS; i++)
    {
      g_mutex_lock (&shared.mutex);
      while (shared.turn != me)
        g_cond_wait (&shared.cond, &shared.mutex);
      shared.value++;
      shared.turn = !me;
      g_cond_signal (&shared.cond);
      g_mutex_unlock (&shared.mutex);
    }
  return NULL;
}

static gpointer
wrongly_locked_thread (gpointer data)
{
  GMutex *mutex = data;
  int i;

  for (i = 0; i < N_STEPS; i++)
    {
      g_mutex_lock (mutex);
      shared.value++;
      g_mutex_unlock (mutex);
    }
  return NULL;
}

static void
run_two (GThreadFunc function,
         gpointer    first,
         gpointer    second)
{
  GThread *a = g_thread_new ("a", function, first), *b = g_thread_new ("b", function, second);

  g_thread_join (a);
  g_thread_join (b);
}

static void
test_tsan_locked (void)
{
  shared.value = 0;
  run_two (locked_thread, GINT_TO_POINTER (0), GINT_TO_POINTER (1));
  g_assert_cmpint (shared.value, ==, 2 * N_STEPS);
}

static gboolean
invoked_cb (gpointer user_data)
{
  int *value = user_data;

  (*value)++;
  return G_SOURCE_REMOVE;
}

static gpointer
invoking_thread (gpointer data)
{
  int *value = g_new (int, 1);

  *value = 1;
  g_main_context_invoke_full (data, G_PRIORITY_DEFAULT, invoked_cb, value, g_free);
  return NULL;
}

static void
test_tsan_invoked (void)
{
  g_autoptr(GMainContext) context = g_main_context_new ();
  GThread *thread;

  g_assert_true (g_main_context_acquire (context));     /* else the thread would call it itself */
  thread = g_thread_new ("invoking", invoking_thread, context);
  g_assert_true (g_main_context_iteration (context, TRUE));
  g_main_context_release (context);
  g_thread_join (thread);
}

static void
test_tsan_race (void)
{
  if (g_test_subprocess ())
    {
      run_two (wrongly_locked_thread, &shared.mutex, &shared.other);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*data race*wrongly_locked_thread*");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tsan/locked", test_tsan_locked);
  g_test_add_func ("/tsan/invoked", test_tsan_invoked);
  g_test_add_func ("/tsan/race-is-reported", test_tsan_race);
  return g_test_run ();
}
