/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-headless.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <sys/random.h>
#include <unistd.h>

#include "dtls-udp.h"
#include "report-options.h"

/* How long a reader that stalls may hold up the end of the program. */
#define PATIENCE_MS 1000
#define N_RANGES 64

struct _ReportHeadless
{
  DtlsEngine           *engine;
  ReportOutput         *output;
  GMainLoop            *loop;
  GSource              *source; /* of the engine's queue */
  ReportHeadlessEvent   event;
  ReportHeadlessHangup  hangup;
  ReportHeadlessLast    last;
  gpointer              user_data;
  guint                 signal_ids[3];
  guint64               n_lost; /* events that the queue could not hold, so far */
  int                   status; /* -1: not refused */
};

/* The queue has something: print all of it, then flush once. */
static void
events_cb (const DtlsEventRange *ranges,
           guint                 n_ranges,
           const guint64         counts[DTLS_N_COUNTS],
           gpointer              user_data)
{
  ReportHeadless *self = user_data;

  for (guint i = 0; i < n_ranges; i++)
    {
      guint32 at;

      for (const DtlsEvent *event = dtls_event_range_next (&ranges[i], NULL, &at); event != NULL;
           event = dtls_event_range_next (&ranges[i], event, &at))
        if (self->event == NULL || self->event (event, self->user_data))
          report_output_event (self->output, event);
    }
  if (counts[DTLS_COUNT_EVENTS_LOST] > self->n_lost)
    {
      self->n_lost = counts[DTLS_COUNT_EVENTS_LOST];
      dtls_engine_resync (self->engine);
    }
  report_output_counts (self->output, counts);
  report_output_flush (self->output);
}

static void
closed_cb (gpointer user_data)
{
  report_headless_end (user_data);
}

static gboolean
end_signal_cb (gpointer user_data)
{
  report_headless_end (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
hangup_signal_cb (gpointer user_data)
{
  ReportHeadless *self = user_data;

  if (self->hangup == NULL)
    report_headless_end (self);
  else
    self->hangup (self->user_data);
  report_output_flush (self->output);
  return G_SOURCE_CONTINUE;
}

static guint64
make_seed (void)
{
  guint64 seed;

  if (getrandom (&seed, sizeof seed, 0) != (gssize) sizeof seed)
    seed = (guint64) g_random_int () << 32 | g_random_int ();
  return seed;
}

/**
 * report_headless_new:
 * @kinds: which DtlsEventKind the program needs for itself; those that are printed are added
 * @event: (nullable) (scope notified): sees each event first
 * @hangup: (nullable) (scope notified): what SIGHUP does; %NULL: it ends the program
 *
 * Starts the engine. Needs no display, no GTK and no session bus.
 * Returns: (transfer full): to be used in the main thread.
 */
ReportHeadless *
report_headless_new (gboolean             json,
                     gboolean             quiet,
                     guint                kinds,
                     ReportHeadlessEvent  event,
                     ReportHeadlessHangup hangup,
                     gpointer             user_data)
{
  ReportHeadless *self = g_new0 (ReportHeadless, 1);
  ReportOutputFlags flags = 0;

  if (json)
    flags |= REPORT_OUTPUT_JSON;
  if (quiet)
    flags |= REPORT_OUTPUT_QUIET;
  if (!json && report_output_wants_color (STDOUT_FILENO))
    flags |= REPORT_OUTPUT_COLOR;

  signal (SIGPIPE, SIG_IGN);
  dtls_udp_raise_limit ();
  self->status = -1;
  self->event = event;
  self->hangup = hangup;
  self->user_data = user_data;
  self->loop = g_main_loop_new (NULL, FALSE);
  self->output = report_output_new (STDOUT_FILENO, flags, closed_cb, self);
  self->engine = dtls_engine_new (NULL, make_seed ());
  kinds |= DTLS_EVENT_STATE | DTLS_EVENT_DIAGNOSIS | (quiet ? 0 : DTLS_EVENT_MESSAGE);
  dtls_engine_set_interest (self->engine, kinds);
  self->source = dtls_event_queue_create_source (dtls_engine_get_queue (self->engine), events_cb,
                                                 self, NULL);
  g_source_attach (self->source, NULL);
  self->signal_ids[0] = g_unix_signal_add (SIGINT, end_signal_cb, self);
  self->signal_ids[1] = g_unix_signal_add (SIGTERM, end_signal_cb, self);
  self->signal_ids[2] = g_unix_signal_add (SIGHUP, hangup_signal_cb, self);
  dtls_engine_start (self->engine);
  return self;
}

/**
 * report_headless_free:
 *
 * Ends the engine, if it still runs, and frees everything. Thread: main.
 */
void
report_headless_free (ReportHeadless *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->output, report_output_free);
  g_main_loop_unref (self->loop);
  g_free (self);
}

/**
 * report_headless_set_last:
 * @last: (scope notified): called at the end of the run, with what report_headless_new() was given
 *
 * Thread: main.
 */
void
report_headless_set_last (ReportHeadless     *self,
                          ReportHeadlessLast  last)
{
  self->last = last;
}

/**
 * report_headless_get_engine:
 *
 * Returns: (transfer none): the engine, started. Thread: main.
 */
DtlsEngine *
report_headless_get_engine (ReportHeadless *self)
{
  return self->engine;
}

/**
 * report_headless_get_output:
 *
 * Returns: (transfer none): where the lines go. Thread: main.
 */
ReportOutput *
report_headless_get_output (ReportHeadless *self)
{
  return self->output;
}

/**
 * report_headless_refuse:
 * @status: the exit code
 * @message: one sentence; it goes to standard error, the first of them only
 *
 * Ends the run because it cannot do what it was started for. Thread: main.
 */
void
report_headless_refuse (ReportHeadless *self,
                        int             status,
                        const char     *message)
{
  if (self->status < 0)
    {
      self->status = status;
      report_option_print_error (message);
    }
  report_headless_end (self);
}

/**
 * report_headless_end:
 *
 * Ends report_headless_run() soon, or before it begins. Thread: main.
 */
void
report_headless_end (ReportHeadless *self)
{
  g_main_loop_quit (self->loop);
}

/* What the engine said while it ended. */
static void
print_rest (ReportHeadless *self)
{
  DtlsEventQueue *queue = dtls_engine_get_queue (self->engine);
  DtlsEventRange ranges[N_RANGES];
  guint64 counts[DTLS_N_COUNTS];
  guint n;

  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  while ((n = dtls_event_queue_take (queue, ranges, N_RANGES, counts)) > 0)
    {
      events_cb (ranges, n, counts, self);
      for (guint i = 0; i < n; i++)
        dtls_event_range_clear (&ranges[i]);
    }
}

/**
 * report_headless_run:
 * @status: (inout): the exit code; changed when the program was refused
 *
 * Runs until a signal, the end of the output, or report_headless_end(); then closes every
 * connection (close_notify) and prints what is left. Returns: whether it was not refused.
 * Thread: main.
 */
gboolean
report_headless_run (ReportHeadless *self,
                     int            *status)
{
  if (self->status < 0)
    g_main_loop_run (self->loop);
  dtls_engine_stop (self->engine);
  print_rest (self);
  if (self->last != NULL)
    self->last (self->user_data);
  if (!report_output_finish (self->output, PATIENCE_MS))
    report_option_print_error (_("Standard output was not read: some lines are missing."));
  if (self->status < 0)
    return TRUE;
  *status = self->status;
  return FALSE;
}
