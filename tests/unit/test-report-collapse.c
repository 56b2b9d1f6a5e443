/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-collapse.h"
#include "report-sentence.h"
#include "test-event.h"

#define START_US G_GINT64_CONSTANT (1795262621000000)

static gboolean
admit (ReportCollapse *collapse,
       DtlsCode        code,
       gint64          time_us,
       gboolean        is_client)
{
  const TestEvent parts = { code, .time_us = time_us, .is_client = is_client,
                            .is_message = code == DTLS_CODE_NONE };
  g_autofree DtlsEvent *event = test_event_new (&parts);

  return report_collapse_admit (collapse, event);
}

/* 200 at once, then ten a second by the events' own time; the rest is one row. */
static void
test_burst (void)
{
  g_autoptr(ReportCollapse) collapse = report_collapse_new ();
  g_autoptr(GString) text = g_string_new (NULL);
  guint n_shown = 0;

  for (guint i = 0; i < 390; i++)
    n_shown += admit (collapse, DTLS_CODE_NOT_VERIFIED, START_US, FALSE);
  g_assert_cmpuint (n_shown, ==, 200);
  g_assert_true (report_collapse_flush (collapse, text));
  g_assert_cmpstr (text->str, ==,
                   "190 more lines like “(…): not verified yet” were not listed");
  g_assert_false (report_collapse_flush (collapse, text));

  n_shown = 0;
  for (guint i = 0; i < 100; i++)
    n_shown += admit (collapse, DTLS_CODE_NOT_VERIFIED, START_US + G_USEC_PER_SEC, FALSE);
  g_assert_cmpuint (n_shown, ==, 10);
}

static void
test_rate (void)
{
  g_autoptr(ReportCollapse) collapse = report_collapse_new ();
  guint n_shown = 0;

  report_collapse_set_rate (collapse, 3, 2);
  for (guint i = 0; i < 9; i++)
    n_shown += admit (collapse, DTLS_CODE_VERIFIED, START_US, FALSE);
  g_assert_cmpuint (n_shown, ==, 3);
  for (guint i = 0; i < 9; i++)
    n_shown += admit (collapse, DTLS_CODE_VERIFIED, START_US + G_USEC_PER_SEC, FALSE);
  g_assert_cmpuint (n_shown, ==, 5);
}

/* A clock that goes back gives no credit and takes none. */
static void
test_clock_back (void)
{
  g_autoptr(ReportCollapse) collapse = report_collapse_new ();
  guint n_shown = 0;

  for (guint i = 0; i < 1000; i++)
    n_shown += admit (collapse, DTLS_CODE_PROGRESS, START_US - i * G_USEC_PER_SEC, FALSE);
  g_assert_cmpuint (n_shown, ==, 200);
}

static void
test_several_kinds (void)
{
  g_autoptr(ReportCollapse) collapse = report_collapse_new ();
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < 203; i++)
    admit (collapse, DTLS_CODE_VERIFIED, START_US, FALSE);
  for (guint i = 0; i < 202; i++)
    admit (collapse, DTLS_CODE_IDENTITY, START_US, FALSE);
  g_assert_true (report_collapse_flush (collapse, text));
  g_assert_cmpstr (text->str, ==, "5 more lines were not listed, most of them like "
                                  "“(…): verified, starting a handshake”");
}

/* What only ourselves and proven peers can cause always passes. */
static void
test_passes (void)
{
  g_autoptr(ReportCollapse) collapse = report_collapse_new ();
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < 1000; i++)
    {
      g_assert_true (admit (collapse, DTLS_CODE_NONE, START_US, FALSE));
      g_assert_true (admit (collapse, DTLS_CODE_ESTABLISHED, START_US, FALSE));
      g_assert_true (admit (collapse, DTLS_CODE_CLOSED, START_US, FALSE));
      g_assert_true (admit (collapse, DTLS_CODE_DEMO_KEY, START_US, FALSE));
      g_assert_true (admit (collapse, DTLS_CODE_PROGRESS, START_US, TRUE));
    }
  g_assert_false (report_collapse_flush (collapse, text));
}

/* B2: a hundred thousand failing datagrams in ten seconds are less than 100 KiB of rows. */
static void
test_bounded (void)
{
  static const DtlsCode CODES[] = { DTLS_CODE_VERIFIED, DTLS_CODE_PROGRESS, DTLS_CODE_IDENTITY,
                                    DTLS_CODE_KEY_DIFFERS };
  g_autoptr(ReportCollapse) collapse = report_collapse_new ();
  g_autoptr(GString) text = g_string_new (NULL);
  guint n_shown = 0;

  for (guint i = 0; i < 100000; i++)
    {
      const TestEvent parts = { CODES[i % G_N_ELEMENTS (CODES)], .identity = "device-7",
                                .time_us = START_US + i * 100 };
      g_autofree DtlsEvent *event = test_event_new (&parts);

      if (i % 10000 == 0 && report_collapse_flush (collapse, text))
        g_string_append_c (text, '\n');
      if (!report_collapse_admit (collapse, event))
        continue;
      n_shown++;
      report_event_append_sentence (event, text);
      g_string_append_c (text, '\n');
    }
  g_assert_cmpuint (n_shown, >=, G_N_ELEMENTS (CODES) * 290);
  g_assert_cmpuint (n_shown, <=, G_N_ELEMENTS (CODES) * 300);
  g_assert_cmpuint (text->len, <, 100 * 1024);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/collapse/b2-burst", test_burst);
  g_test_add_func ("/report/collapse/b3-rate", test_rate);
  g_test_add_func ("/report/collapse/b2-clock-back", test_clock_back);
  g_test_add_func ("/report/collapse/b2-several-kinds", test_several_kinds);
  g_test_add_func ("/report/collapse/b2-proven-peers-pass", test_passes);
  g_test_add_func ("/report/collapse/b2-bounded", test_bounded);
  return g_test_run ();
}
