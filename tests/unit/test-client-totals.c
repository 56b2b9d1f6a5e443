/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-totals.h"

static void
assert_near (guint32 value,
             guint32 expected)
{
  g_assert_cmpuint (value, >=, expected - expected / 30);
  g_assert_cmpuint (value, <=, expected + expected / 30);
}

static void
test_none (void)
{
  g_autofree ClientTotals *totals = g_new0 (ClientTotals, 1);
  g_autoptr(GString) text = g_string_new (NULL);

  g_assert_cmpuint (client_totals_get_quantile (totals, 0.5), ==, 0);
  g_assert_false (client_totals_append_rtts (totals, text));
  g_assert_cmpstr (text->str, ==, "");
}

static void
test_one (void)
{
  g_autofree ClientTotals *totals = g_new0 (ClientTotals, 1);

  client_totals_add_rtt (totals, 1234567);
  assert_near (client_totals_get_quantile (totals, 0), 1234567);
  assert_near (client_totals_get_quantile (totals, 1), 1234567);
  g_assert_cmpuint (client_totals_get_quantile (totals, 1), <=, 1234567);
}

/* what is small is exact, what is large is right to 3 %, over all that fits */
static void
test_values (void)
{
  for (guint64 value = 1; value < 4000000000; value = value * 5 / 4 + 1)
    {
      g_autofree ClientTotals *totals = g_new0 (ClientTotals, 1);

      client_totals_add_rtt (totals, value);
      client_totals_add_rtt (totals, G_MAXUINT32);      /* so that the longest does not help */
      if (value < CLIENT_TOTALS_SUB)
        g_assert_cmpuint (client_totals_get_quantile (totals, 0.5), ==, value);
      else
        assert_near (client_totals_get_quantile (totals, 0.5), value);
    }
}

static void
test_quantiles (void)
{
  g_autofree ClientTotals *totals = g_new0 (ClientTotals, 1);

  for (guint i = 1; i <= 10000; i++)
    client_totals_add_rtt (totals, i * 10);
  assert_near (client_totals_get_quantile (totals, 0.5), 50000);
  assert_near (client_totals_get_quantile (totals, 0.9), 90000);
  assert_near (client_totals_get_quantile (totals, 0.99), 99000);
  g_assert_cmpuint (totals->longest_us, ==, 100000);
}

static void
test_text (void)
{
  g_autofree ClientTotals *totals = g_new0 (ClientTotals, 1);
  g_autoptr(GString) text = g_string_new (NULL);

  totals->n_asked = 1000;
  totals->n_encrypted = 999;
  totals->n_sent = 5000;
  totals->n_answered = 4990;
  totals->n_lost = 7;
  client_totals_append_text (totals, text);
  g_assert_cmpstr (text->str, ==, "999 of 1000 connections were encrypted; pings: 5000 sent, "
                                  "4990 answered, 7 lost");
  g_string_truncate (text, 0);
  client_totals_add_rtt (totals, 1000);
  g_assert_true (client_totals_append_rtts (totals, text));
  g_assert_cmpstr (text->str, ==, "Round trips: 50 % within 1.0 ms, 90 % within 1.0 ms, "
                                  "99 % within 1.0 ms, longest 1.0 ms");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/totals/none", test_none);
  g_test_add_func ("/client/totals/one", test_one);
  g_test_add_func ("/client/totals/values", test_values);
  g_test_add_func ("/client/totals/quantiles", test_quantiles);
  g_test_add_func ("/client/totals/text", test_text);
  return g_test_run ();
}
