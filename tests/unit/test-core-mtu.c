/* SPDX-License-Identifier: MIT */
/* A path that takes less than the session thinks, or is said to. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "test-clock.h"
#include "test-pair.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

static void
assert_told_limit (TestPair *pair, guint n, guint limit)
{
  g_autofree char *number = g_strdup_printf ("%u", limit);
  TestEvent *event = NULL;
  guint n_told = 0;

  for (guint i = 0; i < pair->client_events->len; i++)
    {
      TestEvent *each = g_ptr_array_index (pair->client_events, i);

      if (each->head.code != DTLS_CODE_SEND_FAILED)
        continue;
      event = each;
      n_told++;
    }
  g_assert_cmpuint (n_told, ==, n);
  g_assert_cmpint (event->head.number[2], ==, limit);
  g_assert_nonnull (strstr (event->text, number));
}

/* Every datagram of one flight is refused as too long: that is one word about the path, not ten;
 * and the reader is told what fits from then on. */
static void
test_too_long_burst (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsAssociation *association;
  guint64 id;
  guint before;

  test_pair_listen (pair, NULL, NULL);
  id = test_pair_connect (pair, "Alice", NULL, 0);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  association = dtls_table_find_id (dtls_core_get_table (pair->client), id);
  before = dtls_session_get_data_mtu (association->session);
  g_assert_cmpint (test_events_find (pair->client_events, DTLS_CODE_ESTABLISHED)->head.number[0],
                   ==, before);
  for (guint i = 0; i < 100; i++)       /* more than one turn takes */
    test_pipe_inject_error (TEST_PIPE (pair->client_pipe), &association->path, EMSGSIZE);
  test_pair_run (pair, SECOND / 10);
  g_assert_cmpuint (dtls_session_get_data_mtu (association->session), ==, before - 300);
  assert_told_limit (pair, 1, before - 300);
  test_pair_run (pair, SECOND);
  test_pipe_inject_error (TEST_PIPE (pair->client_pipe), &association->path, EMSGSIZE);
  test_pair_run (pair, SECOND / 10);
  g_assert_cmpuint (dtls_session_get_data_mtu (association->session), ==, before - 300 - 225);
  assert_told_limit (pair, 2, before - 300 - 225);
}

/* What the system knows about the path decides: an ICMP message alone can be forged. */
static void
test_too_long_forged (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsAssociation *association;
  const guint mtus[] = { 65507, 1200, 1000, 524, 524 };
  guint64 id;

  test_pair_listen (pair, NULL, NULL);
  id = test_pair_connect (pair, "Alice", NULL, 0);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  association = dtls_table_find_id (dtls_core_get_table (pair->client), id);
  for (guint i = 0; i < G_N_ELEMENTS (mtus); i++)
    {
      test_pipe_set_mtu (TEST_PIPE (pair->client_pipe), mtus[i]);
      for (guint k = 0; k < 5; k++)
        {
          test_pipe_inject_error (TEST_PIPE (pair->client_pipe), &association->path, EMSGSIZE);
          test_pair_run (pair, SECOND);
        }
      g_assert_cmpuint (dtls_session_get_mtu (association->session), ==, MIN (1200, mtus[i]));
      g_assert_cmpuint (test_events_count (pair->client_events, DTLS_EVENT_STATE,
                                           DTLS_CODE_SEND_FAILED), ==, i < 2 ? 0 : MIN (i - 1, 2));
    }
}

/* After ten minutes it is tried again, and the reader learns what fits then; at once when the
 * system knows that it is as narrow as before. */
static void
test_too_long_passes (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsAssociation *association;
  TestEvent *event;
  guint before;

  test_pair_listen (pair, NULL, NULL);
  test_pair_connect (pair, "Alice", NULL, 5000);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  association = dtls_table_find_id (dtls_core_get_table (pair->client),
                                    test_events_find (pair->client_events,
                                                      DTLS_CODE_ESTABLISHED)->head.association);
  before = dtls_session_get_data_mtu (association->session);
  test_pipe_set_mtu (TEST_PIPE (pair->client_pipe), 600);
  test_pipe_inject_error (TEST_PIPE (pair->client_pipe), &association->path, EMSGSIZE);
  test_pair_run (pair, 700 * SECOND);
  g_assert_cmpuint (dtls_session_get_data_mtu (association->session), ==, before - 600);
  g_assert_null (test_events_find (pair->client_events, DTLS_CODE_SNAPSHOT));
  test_pipe_set_mtu (TEST_PIPE (pair->client_pipe), 0);
  test_pair_run (pair, 400 * SECOND);   /* 600 s after it was looked at last */
  g_assert_cmpuint (dtls_session_get_data_mtu (association->session), ==, before - 600);
  test_pair_run (pair, 200 * SECOND);
  g_assert_cmpuint (dtls_session_get_data_mtu (association->session), ==, before);
  event = test_events_find (pair->client_events, DTLS_CODE_SNAPSHOT);
  g_assert_nonnull (event);
  g_assert_cmpint (event->head.number[0], ==, DTLS_SNAPSHOT_ESTABLISHED);
  g_assert_cmpint (event->head.number[1], ==, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/core/too-long-burst", test_too_long_burst);
  g_test_add_func ("/dtls/core/too-long-forged", test_too_long_forged);
  g_test_add_func ("/dtls/core/too-long-passes", test_too_long_passes);
  return g_test_run ();
}
