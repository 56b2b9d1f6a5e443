/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-deadlines.h"

enum { N_NODES = 500, N_STEPS = 40000 };

typedef struct
{
  DtlsDeadlines *deadlines;
  GArray        *ran;           /* of gint64: due times, as they were run */
  gint64         again_us;      /* set each one again to this; G_MAXINT64: not */
  DtlsDeadline  *victim;        /* removed by the first one that is run */
} Run;

static void
due_cb (DtlsDeadline *deadline, gint64 now_us, gpointer user_data)
{
  Run *run = user_data;

  g_assert_cmpuint (deadline->slot, ==, 0);
  g_assert_cmpint (deadline->due_us, <=, now_us);
  g_array_append_val (run->ran, deadline->due_us);
  if (run->victim != NULL)
    dtls_deadlines_remove (run->deadlines, run->victim);
  run->victim = NULL;
  if (run->again_us != G_MAXINT64)
    dtls_deadlines_set (run->deadlines, deadline, run->again_us);
}

static guint
run_at (Run *run, gint64 now_us)
{
  g_array_set_size (run->ran, 0);
  return dtls_deadlines_run (run->deadlines, now_us, due_cb, run);
}

/* What the heap must say, found by looking at every node. */
static gint64
find_earliest (const DtlsDeadline *nodes, guint n)
{
  gint64 first_us = G_MAXINT64;

  for (guint i = 0; i < n; i++)
    if (nodes[i].slot != 0)
      first_us = MIN (first_us, nodes[i].due_us);
  return first_us;
}

static guint
count_due (const DtlsDeadline *nodes, guint n, gint64 now_us)
{
  guint n_due = 0;

  for (guint i = 0; i < n; i++)
    n_due += nodes[i].slot != 0 && nodes[i].due_us <= now_us;
  return n_due;
}

static void
test_deadlines_reference (void)
{
  DtlsDeadlines deadlines = { 0 };
  g_autofree DtlsDeadline *nodes = g_new0 (DtlsDeadline, N_NODES);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GArray) ran = g_array_new (FALSE, FALSE, sizeof (gint64));
  Run run = { &deadlines, ran, G_MAXINT64, NULL };

  for (guint step = 0; step < N_STEPS; step++)
    {
      DtlsDeadline *node = &nodes[g_rand_int_range (rand, 0, N_NODES)];
      gint64 us = g_rand_int_range (rand, 0, 1000);

      switch (g_rand_int_range (rand, 0, 8))
        {
        case 0:
          dtls_deadlines_remove (&deadlines, node);
          g_assert_cmpuint (node->slot, ==, 0);
          break;
        case 1:
          dtls_deadlines_set (&deadlines, node, G_MAXINT64);
          g_assert_cmpuint (node->slot, ==, 0);
          break;
        case 2:
          if (step % 50 == 0)
            {
              guint n_due = count_due (nodes, N_NODES, us);

              g_assert_cmpuint (run_at (&run, us), ==, n_due);
              for (guint i = 1; i < ran->len; i++)
                g_assert_cmpint (g_array_index (ran, gint64, i - 1), <=,
                                 g_array_index (ran, gint64, i));
            }
          break;
        default:
          dtls_deadlines_set (&deadlines, node, us);
          g_assert_cmpint (node->due_us, ==, us);
        }
      g_assert_cmpint (dtls_deadlines_next (&deadlines), ==, find_earliest (nodes, N_NODES));
    }
  g_assert_cmpuint (run_at (&run, 1000), >, 0);
  g_assert_cmpint (dtls_deadlines_next (&deadlines), ==, G_MAXINT64);
  dtls_deadlines_clear (&deadlines);
}

/* Each runs at most once a call, so a deadline in the past cannot keep the caller there. */
static void
test_deadlines_past (void)
{
  DtlsDeadlines deadlines = { 0 };
  DtlsDeadline nodes[3] = { { 0 } };
  g_autoptr (GArray) ran = g_array_new (FALSE, FALSE, sizeof (gint64));
  Run run = { &deadlines, ran, -5, NULL };

  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    dtls_deadlines_set (&deadlines, &nodes[i], i);
  g_assert_cmpuint (run_at (&run, 10), ==, 3);
  g_assert_cmpint (dtls_deadlines_next (&deadlines), ==, -5);
  run.again_us = G_MAXINT64;
  while (run_at (&run, 10) > 0)
    ;
  g_assert_cmpint (dtls_deadlines_next (&deadlines), ==, G_MAXINT64);
  dtls_deadlines_clear (&deadlines);
}

/* A callback may end others that are due as well. */
static void
test_deadlines_removed_by_other (void)
{
  DtlsDeadlines deadlines = { 0 };
  DtlsDeadline nodes[3] = { { 0 } };
  g_autoptr (GArray) ran = g_array_new (FALSE, FALSE, sizeof (gint64));
  Run run = { &deadlines, ran, G_MAXINT64, &nodes[1] };

  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    dtls_deadlines_set (&deadlines, &nodes[i], i);
  g_assert_cmpuint (run_at (&run, 10), ==, 2);
  g_assert_cmpint (g_array_index (ran, gint64, 0), ==, 0);
  g_assert_cmpint (g_array_index (ran, gint64, 1), ==, 2);
  dtls_deadlines_clear (&deadlines);
}

/* Nothing before its time, everything at it. */
static void
test_deadlines_exact (void)
{
  DtlsDeadlines deadlines = { 0 };
  DtlsDeadline node = { 0 };
  g_autoptr (GArray) ran = g_array_new (FALSE, FALSE, sizeof (gint64));
  Run run = { &deadlines, ran, G_MAXINT64, NULL };

  dtls_deadlines_set (&deadlines, &node, 100);
  g_assert_cmpuint (run_at (&run, 99), ==, 0);
  g_assert_cmpuint (run_at (&run, 100), ==, 1);
  g_assert_cmpuint (run_at (&run, 100), ==, 0);
  dtls_deadlines_clear (&deadlines);
}

/* Nodes of a heap that was cleared can be removed and set again. */
static void
test_deadlines_clear (void)
{
  DtlsDeadlines deadlines = { 0 };
  DtlsDeadline node = { 0 };

  dtls_deadlines_set (&deadlines, &node, 100);
  dtls_deadlines_clear (&deadlines);
  g_assert_cmpuint (node.slot, ==, 0);
  dtls_deadlines_remove (&deadlines, &node);
  dtls_deadlines_set (&deadlines, &node, 50);
  g_assert_cmpint (dtls_deadlines_next (&deadlines), ==, 50);
  dtls_deadlines_clear (&deadlines);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/deadlines/reference", test_deadlines_reference);
  g_test_add_func ("/dtls/deadlines/past", test_deadlines_past);
  g_test_add_func ("/dtls/deadlines/removed-by-other", test_deadlines_removed_by_other);
  g_test_add_func ("/dtls/deadlines/exact", test_deadlines_exact);
  g_test_add_func ("/dtls/deadlines/clear", test_deadlines_clear);
  return g_test_run ();
}
