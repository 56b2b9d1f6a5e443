/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "test-clock.h"
#include "test-pair.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

/* ORIGINALS 5.4: the lines of one connection, in order, on both sides. */
static void
test_core_course (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();
  const DtlsCode server[] = { DTLS_CODE_LISTENING,  DTLS_CODE_DEMO_KEY, DTLS_CODE_NOT_VERIFIED,
                              DTLS_CODE_VERIFIED,   DTLS_CODE_PROGRESS, DTLS_CODE_IDENTITY,
                              DTLS_CODE_ESTABLISHED, DTLS_CODE_NONE };
  const DtlsCode client[] = { DTLS_CODE_STARTING, DTLS_CODE_PROGRESS,    DTLS_CODE_PROVIDING_KEY,
                              DTLS_CODE_PROGRESS, DTLS_CODE_ESTABLISHED, DTLS_CODE_SENT,
                              DTLS_CODE_NONE };
  TestEvent *event;

  test_pair_listen (pair, NULL, NULL);
  test_pair_connect (pair, "Alice (clone number 0)", NULL, 5000);
  test_pair_run (pair, SECOND);

  g_assert_cmpuint (pair->server_events->len, ==, G_N_ELEMENTS (server));
  for (guint i = 0; i < G_N_ELEMENTS (server); i++)
    {
      event = g_ptr_array_index (pair->server_events, i);
      g_assert_cmpint (event->head.code, ==, server[i]);
    }
  g_assert_cmpuint (pair->client_events->len, ==, G_N_ELEMENTS (client));
  for (guint i = 0; i < G_N_ELEMENTS (client); i++)
    {
      event = g_ptr_array_index (pair->client_events, i);
      g_assert_cmpint (event->head.code, ==, client[i]);
    }
  event = test_events_find_message (pair->server_events,
                                    "I am Alice (clone number 0), please, accept our ping 0");
  g_assert_nonnull (event);
  g_assert_cmpuint (event->head.totals.messages_in, ==, 1);
  g_assert_cmpuint (event->head.totals.messages_out, ==, 1);    /* the answer is in it */
  g_assert_cmpuint (event->head.record, ==, 1);
  g_assert_cmpuint (event->head.n_records, ==, 1);
  event = g_ptr_array_index (pair->client_events, pair->client_events->len - 1);
  g_assert_true (g_str_has_prefix (event->text, "to (127.0.0.1:"));
  g_assert_true (g_str_has_suffix (event->text, "): ACK"));
  g_assert_cmpuint (event->head.totals.pings_answered, ==, 1);
}

static void
test_core_pings (void)
{
  g_autoptr (TestPair) pair = test_pair_new ();

  test_pair_listen (pair, NULL, NULL);
  test_pair_connect (pair, "A", NULL, 5000);
  test_pair_run (pair, 60 * SECOND + SECOND);
  g_assert_cmpuint (test_events_count (pair->server_events, DTLS_EVENT_MESSAGE, 0), ==, 13);
  g_assert_cmpuint (test_events_count (pair->client_events, DTLS_EVENT_MESSAGE, 0), ==, 13);
  g_assert_nonnull (test_events_find_message (pair->server_events,
                                              "I am A, please, accept our ping 12"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/core/course", test_core_course);
  g_test_add_func ("/dtls/core/pings", test_core_pings);
  return g_test_run ();
}
