/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-output.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "test-event.h"
#include "test-util.h"

#define TIME_US G_GINT64_CONSTANT (1795262621120123)

typedef struct
{
  ReportOutput *output;
  int           fds[2];
  guint         n_closed;
  GString      *got;
} Pipe;

static void
closed_cb (gpointer user_data)
{
  Pipe *pipe = user_data;

  pipe->n_closed++;
}

static void
pipe_open (Pipe              *self,
           ReportOutputFlags  flags)
{
  memset (self, 0, sizeof *self);
  g_assert_true (g_unix_open_pipe (self->fds, FD_CLOEXEC, NULL));
  self->got = g_string_new (NULL);
  self->output = report_output_new (self->fds[1], flags, closed_cb, self);
}

static void
pipe_close (Pipe *self)
{
  report_output_free (self->output);
  close (self->fds[1]);
  if (self->fds[0] >= 0)
    close (self->fds[0]);
  g_string_free (self->got, TRUE);
}

static void
pipe_read (Pipe *self)
{
  static char bytes[65536];
  gssize n;

  g_unix_set_fd_nonblocking (self->fds[0], TRUE, NULL);
  while ((n = read (self->fds[0], bytes, sizeof bytes)) > 0)
    g_string_append_len (self->got, bytes, n);
}

static void
put (Pipe            *self,
     const TestEvent *parts)
{
  g_autofree DtlsEvent *event = test_event_new (parts);

  report_output_event (self->output, event);
}

static const TestEvent MESSAGE = { .is_message = TRUE, .time_us = TIME_US, .text = "a\n<b>",
                                   .wire = "\x17", .n_wire = 1 };
static const TestEvent INFO = { DTLS_CODE_NOT_ACCEPTING, .time_us = TIME_US };
static const TestEvent WARNING = { DTLS_CODE_DEMO_KEY, .time_us = TIME_US };
static const TestEvent CLOSED = { DTLS_CODE_CLOSED, .time_us = TIME_US, .is_first = TRUE };

static void
test_text (void)
{
  Pipe pipe;
  g_auto(GStrv) lines = NULL;

  pipe_open (&pipe, 0);
  put (&pipe, &INFO);
  put (&pipe, &MESSAGE);
  put (&pipe, &CLOSED);
  report_output_row (pipe.output, REPORT_ERROR, "of our own");
  report_output_flush (pipe.output);
  pipe_read (&pipe);
  lines = g_strsplit (pipe.got->str, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 6);
  g_assert_true (g_str_has_suffix (lines[0],
                                   ":41.120 info Server is not accepting new connections"));
  g_assert_true (g_str_has_suffix (lines[1], ":41.120 message (127.0.0.1:41022) 5 bytes: a\\n<b>"));
  g_assert_nonnull (strstr (lines[2], " info (127.0.0.1:41022): The DTLS connection"));
  g_assert_nonnull (strstr (lines[3], " info (127.0.0.1:41022) closed the connection"));
  g_assert_true (g_str_has_suffix (lines[4], " error of our own"));
  pipe_close (&pipe);
}

static void
test_color (void)
{
  Pipe pipe;

  pipe_open (&pipe, REPORT_OUTPUT_COLOR);
  put (&pipe, &WARNING);
  report_output_flush (pipe.output);
  pipe_read (&pipe);
  g_assert_true (g_str_has_suffix (pipe.got->str,
                                   " \033[33mwarning Demonstration key: anyone knows it\033[0m\n"));
  pipe_close (&pipe);
}

static void
test_quiet (void)
{
  Pipe pipe;

  pipe_open (&pipe, REPORT_OUTPUT_QUIET | REPORT_OUTPUT_JSON);
  put (&pipe, &INFO);
  put (&pipe, &MESSAGE);
  put (&pipe, &WARNING);
  report_output_flush (pipe.output);
  pipe_read (&pipe);
  g_assert_cmpstr (pipe.got->str, ==, "{\"time\":\"2026-11-21T12:03:41.120123Z\",\"level\":"
                                      "\"warning\",\"peer\":\"127.0.0.1:41022\",\"text\":"
                                      "\"Demonstration key: anyone knows it\"}\n");
  pipe_close (&pipe);
}

/* A reader that stalls costs counted events, and is told how many when it reads again. */
static void
test_stalled (void)
{
  Pipe pipe;
  g_autofree char *big = g_strnfill (16000, 'x');
  const TestEvent parts = { .is_message = TRUE, .text = big, .time_us = TIME_US };
  g_auto(GStrv) lines = NULL;
  g_autofree char *told = NULL;
  guint n_events = 2000, n_whole = 0;
  guint64 n_lost;

  pipe_open (&pipe, 0);
  for (guint i = 0; i < n_events; i++)
    {
      put (&pipe, &parts);
      report_output_flush (pipe.output);        /* never blocks: this would hang otherwise */
    }
  n_lost = report_output_get_n_lost (pipe.output);
  g_assert_cmpuint (n_lost, >, 0);
  g_assert_cmpuint (n_lost, <, n_events);
  g_assert_cmpint (fcntl (pipe.fds[1], F_GETFL) & O_NONBLOCK, ==, 0);   /* ours alone */

  for (guint i = 0; i < 10000 && pipe.got->len < (n_events - n_lost) * 16000; i++)
    {
      pipe_read (&pipe);
      g_main_context_iteration (NULL, FALSE);
    }
  put (&pipe, &INFO);
  g_assert_true (report_output_finish (pipe.output, 1000));
  pipe_read (&pipe);

  lines = g_strsplit (pipe.got->str, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    n_whole += g_str_has_suffix (*line, big);
  g_assert_cmpuint (n_whole, ==, n_events - n_lost);
  told = g_strdup_printf (" warning %" G_GUINT64_FORMAT " events were not printed", n_lost);
  g_assert_nonnull (strstr (pipe.got->str, told));
  pipe_close (&pipe);
}

/* A reader that never comes back holds up the end for its patience and no longer. */
static void
test_never_read (void)
{
  Pipe pipe;
  g_autofree char *big = g_strnfill (16000, 'x');
  const TestEvent parts = { .is_message = TRUE, .text = big, .time_us = TIME_US };

  pipe_open (&pipe, 0);
  for (guint i = 0; i < 100; i++)
    put (&pipe, &parts);
  g_assert_false (report_output_finish (pipe.output, 1));
  pipe_close (&pipe);
}

static gboolean
is_closed (gpointer user_data)
{
  return ((Pipe *) user_data)->n_closed > 0;
}

/* Seen without a write, told once. */
static void
test_closed (void)
{
  Pipe pipe;

  pipe_open (&pipe, 0);
  close (pipe.fds[0]);
  pipe.fds[0] = -1;
  test_assert_wait (NULL, is_closed, &pipe);
  put (&pipe, &WARNING);
  report_output_flush (pipe.output);
  g_assert_true (report_output_finish (pipe.output, 0));
  g_assert_cmpuint (pipe.n_closed, ==, 1);
  pipe_close (&pipe);
}

static void
test_closed_by_write (void)
{
  Pipe pipe;

  pipe_open (&pipe, 0);
  close (pipe.fds[0]);
  pipe.fds[0] = -1;
  put (&pipe, &WARNING);
  report_output_flush (pipe.output);
  g_assert_cmpuint (pipe.n_closed, ==, 1);
  pipe_close (&pipe);
}

static gboolean
has_summary (gpointer user_data)
{
  Pipe *pipe = user_data;

  pipe_read (pipe);
  return strstr (pipe->got->str, "3 empty datagrams") != NULL;
}

/* Counts and what was left out become one row each, later, not one for each change. */
static void
test_summary (void)
{
  Pipe pipe;
  guint64 counts[DTLS_N_COUNTS] = { 0 };
  g_auto(GStrv) lines = NULL;
  guint n_unverified = 0;

  pipe_open (&pipe, 0);
  for (guint i = 0; i < 300; i++)
    put (&pipe, &(TestEvent) { DTLS_CODE_NOT_VERIFIED, .time_us = TIME_US });
  for (guint i = 1; i <= 3; i++)
    {
      counts[DTLS_COUNT_EMPTY] = i;
      report_output_counts (pipe.output, counts);
      report_output_flush (pipe.output);
    }
  pipe_read (&pipe);
  g_assert_null (strstr (pipe.got->str, "datagram"));
  test_assert_wait (NULL, has_summary, &pipe);
  lines = g_strsplit (pipe.got->str, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    n_unverified += g_str_has_suffix (*line, "(127.0.0.1:41022): not verified yet");
  g_assert_cmpuint (n_unverified, ==, 200);
  g_assert_nonnull (strstr (pipe.got->str, "warning 100 more lines like"));
  pipe_close (&pipe);
}

int
main (int    argc,
      char **argv)
{
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/output/text", test_text);
  g_test_add_func ("/report/output/color", test_color);
  g_test_add_func ("/report/output/quiet", test_quiet);
  g_test_add_func ("/report/output/b3-stalled", test_stalled);
  g_test_add_func ("/report/output/never-read", test_never_read);
  g_test_add_func ("/report/output/closed", test_closed);
  g_test_add_func ("/report/output/closed-by-write", test_closed_by_write);
  g_test_add_func ("/report/output/b2-summary", test_summary);
  return g_test_run ();
}
