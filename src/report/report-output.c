/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report-collapse.h"
#include "report-json.h"
#include "report-text.h"

/* What may wait for a reader that stalls; beyond it events are counted. */
#define MAX_WAITING_BYTES (8 * 1024 * 1024)
/* POSIX promises that a pipe which polls writable takes this much without blocking. */
#define SAFE_WRITE_BYTES 4096
#define SUMMARY_INTERVAL_MS 1000

typedef enum
{
  WRITE_PLAIN,                  /* the descriptor never blocks, or never for long (a file) */
  WRITE_CAREFULLY,              /* it would block: poll, then a small piece */
  WRITE_SOCKET
} WriteWay;

struct _ReportOutput
{
  int               fd;         /* own one, or borrowed */
  gboolean          owns_fd;
  WriteWay          way;
  ReportOutputFlags flags;
  ReportOutputFunc  closed;
  gpointer          user_data;

  GString          *waiting;    /* lines; those before @n_written are out */
  gsize             n_written;
  GString          *scratch;    /* one sentence */
  guint64           n_lost;     /* events not printed, in all */
  guint64           n_lost_told;
  gboolean          is_closed;

  ReportCollapse   *collapse;
  guint64           told[DTLS_N_COUNTS], counts[DTLS_N_COUNTS];
  guint             writable_id, error_id, summary_id;
};

/* A description of our own, so that O_NONBLOCK does not reach the other users of the terminal or
 * pipe. Where that cannot be had the descriptor stays as it is. */
static void
open_own (ReportOutput *self,
          int           fd)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  struct stat status;
  int own;

  self->fd = fd;
  self->way = WRITE_PLAIN;
  if (fstat (fd, &status) < 0)
    {
      self->is_closed = TRUE;   /* started without an output: nobody is told, nothing is printed */
      return;
    }
  if (S_ISREG (status.st_mode))
    return;
  if (S_ISSOCK (status.st_mode))
    {
      self->way = WRITE_SOCKET;
      return;
    }
  own = open (path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (own < 0)
    {
      self->way = WRITE_CAREFULLY;
      return;
    }
  self->fd = own;
  self->owns_fd = TRUE;
}

/* Whether the other end is still open; if not, the owner is told once. */
static void
end_closed (ReportOutput *self)
{
  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  g_string_truncate (self->waiting, 0);
  self->n_written = 0;
  g_clear_handle_id (&self->writable_id, g_source_remove);
  if (self->closed != NULL)
    self->closed (self->user_data);
}

static gboolean
closed_cb (int          fd,
           GIOCondition condition,
           gpointer     user_data)
{
  ReportOutput *self = user_data;

  self->error_id = 0;
  end_closed (self);
  return G_SOURCE_REMOVE;
}

static gboolean
is_writable (int fd,
             int patience_ms)
{
  struct pollfd ready = { .fd = fd, .events = POLLOUT };

  return poll (&ready, 1, patience_ms) > 0;
}

/* Writes what goes without waiting. TRUE: all of it is out, or nobody reads any more. */
static gboolean
write_waiting (ReportOutput *self)
{
  while (self->n_written < self->waiting->len)
    {
      const char *from = self->waiting->str + self->n_written;
      gsize n_left = self->waiting->len - self->n_written;
      gssize n;

      if (self->way == WRITE_CAREFULLY && !is_writable (self->fd, 0))
        return FALSE;
      if (self->way == WRITE_CAREFULLY)
        n_left = MIN (n_left, SAFE_WRITE_BYTES);
      if (self->way == WRITE_SOCKET)
        n = send (self->fd, from, n_left, MSG_DONTWAIT | MSG_NOSIGNAL);
      else
        n = write (self->fd, from, n_left);
      if (n >= 0)
        self->n_written += (gsize) n;
      else if (errno == EAGAIN || errno == EWOULDBLOCK)
        return FALSE;
      else if (errno != EINTR)
        {
          end_closed (self);
          return TRUE;
        }
    }
  g_string_truncate (self->waiting, 0);
  self->n_written = 0;
  return TRUE;
}

static gboolean
writable_cb (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  ReportOutput *self = user_data;

  self->writable_id = 0;
  report_output_flush (self);
  return G_SOURCE_REMOVE;
}

/* Moves the rest to the front when most of the buffer is out, so that it does not grow. */
static void
compact (ReportOutput *self)
{
  if (self->n_written > MAX_WAITING_BYTES / 2)
    {
      g_string_erase (self->waiting, 0, (gssize) self->n_written);
      self->n_written = 0;
    }
}

static gboolean
is_full (ReportOutput *self)
{
  return self->waiting->len - self->n_written > MAX_WAITING_BYTES;
}

static gboolean
is_wanted (ReportOutput *self,
           ReportLevel   level)
{
  if (self->is_closed || level >= REPORT_SILENT)
    return FALSE;
  return (self->flags & REPORT_OUTPUT_QUIET) == 0 || level == REPORT_WARNING ||
         level == REPORT_ERROR;
}

/* The originals' hues (Crimson, DarkOrange, DarkBlue, DarkMagenta) from the terminal's own palette:
 * their exact values cannot be read on half of all terminals. */
static const char *
get_color (ReportLevel level)
{
  static const char *const COLORS[REPORT_SILENT] = { "\033[34m", "\033[33m", "\033[31m",
                                                     "\033[35m" };

  return COLORS[level];
}

static void
begin_line (ReportOutput *self,
            ReportLevel   level,
            gint64        time_us)
{
  report_text_append_time (self->waiting, time_us);
  g_string_append_c (self->waiting, ' ');
  if ((self->flags & REPORT_OUTPUT_COLOR) != 0)
    g_string_append (self->waiting, get_color (level));
  g_string_append (self->waiting, report_level_get_name (level));
  g_string_append_c (self->waiting, ' ');
}

static void
end_line (ReportOutput *self)
{
  if ((self->flags & REPORT_OUTPUT_COLOR) != 0)
    g_string_append (self->waiting, "\033[0m");
  g_string_append_c (self->waiting, '\n');
}

static void
append_row (ReportOutput *self,
            ReportLevel   level,
            gint64        time_us,
            const char   *text,
            gsize         n_bytes)
{
  if ((self->flags & REPORT_OUTPUT_JSON) != 0)
    {
      g_string_append (self->waiting, "{\"time\":\"");
      report_text_append_rfc3339 (self->waiting, time_us);
      g_string_append (self->waiting, "\",\"level\":\"");
      g_string_append (self->waiting, report_level_get_name (level));
      g_string_append (self->waiting, "\",\"text\":");
      report_text_append_json (self->waiting, (const guint8 *) text, n_bytes);
      g_string_append (self->waiting, "}\n");
      return;
    }
  begin_line (self, level, time_us);
  g_string_append_len (self->waiting, text, (gssize) n_bytes);
  end_line (self);
}

static void
append_message (ReportOutput    *self,
                const DtlsEvent *event)
{
  begin_line (self, REPORT_MESSAGE, event->time_us);
  report_append_peer (self->waiting, &event->peer);
  g_string_append_printf (self->waiting, g_dngettext (GETTEXT_PACKAGE, " %u byte: ", " %u bytes: ",
                                                      event->n_text), event->n_text);
  report_text_append_escaped (self->waiting, dtls_event_text (event), event->n_text,
                              REPORT_TEXT_LINE, 0);
  end_line (self);
}

static void
append_sentence (ReportOutput    *self,
                 ReportLevel      level,
                 const DtlsEvent *event)
{
  g_string_truncate (self->scratch, 0);
  report_event_append_sentence (event, self->scratch);
  append_row (self, level, event->time_us, self->scratch->str, self->scratch->len);
  g_string_truncate (self->scratch, 0);
  if (report_event_append_second (event, self->scratch))
    append_row (self, level, event->time_us, self->scratch->str, self->scratch->len);
}

/* What was lost while nobody read is told as soon as there is room again. */
static void
tell_lost (ReportOutput *self)
{
  gulong n = (gulong) (self->n_lost - self->n_lost_told);
  g_autofree char *text = NULL;

  if (n == 0)
    return;
  self->n_lost_told = self->n_lost;
  text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%lu event was not printed: the output was not read",
                                       "%lu events were not printed: the output was not read", n),
                          n);
  append_row (self, REPORT_WARNING, g_get_real_time (), text, strlen (text));
}

static void
count_row_cb (ReportLevel level,
              const char *text,
              gpointer    user_data)
{
  report_output_row (user_data, level, text);
}

/* One row for each count that grew, one for what was left out: at most once a second. */
static void
tell_summary (ReportOutput *self)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (report_collapse_flush (self->collapse, text))
    report_output_row (self, REPORT_WARNING, text->str);
  report_counts_foreach_row (self->told, self->counts, count_row_cb, self);
  memcpy (self->told, self->counts, sizeof self->told);
}

static gboolean
summary_cb (gpointer user_data)
{
  ReportOutput *self = user_data;

  self->summary_id = 0;
  tell_summary (self);
  report_output_flush (self);
  return G_SOURCE_REMOVE;
}

static void
plan_summary (ReportOutput *self)
{
  if (self->summary_id == 0)
    self->summary_id = g_timeout_add (SUMMARY_INTERVAL_MS, summary_cb, self);
}

/**
 * report_output_wants_color:
 *
 * Whether @fd is a terminal that shows colours and nobody asked for none. Source: no-color.org.
 * Thread: the output's.
 */
gboolean
report_output_wants_color (int fd)
{
  const char *no_color = g_getenv ("NO_COLOR");

  return (no_color == NULL || *no_color == '\0') &&
         g_strcmp0 (g_getenv ("TERM"), "dumb") != 0 && g_getenv ("TERM") != NULL && isatty (fd);
}

/**
 * report_output_new:
 * @fd: borrowed; it is not switched to non-blocking for others that use it
 * @closed: (scope notified): called once when nobody can read any more
 *
 * Returns: (transfer full): an output of the thread whose default context dispatches it. SIGPIPE
 * must be ignored by the process.
 */
ReportOutput *
report_output_new (int               fd,
                   ReportOutputFlags flags,
                   ReportOutputFunc  closed,
                   gpointer          user_data)
{
  ReportOutput *self = g_new0 (ReportOutput, 1);

  self->flags = flags;
  self->closed = closed;
  self->user_data = user_data;
  self->waiting = g_string_sized_new (64 * 1024);
  self->scratch = g_string_sized_new (1024);
  self->collapse = report_collapse_new ();
  open_own (self, fd);
  if (!self->is_closed)
    self->error_id = g_unix_fd_add (self->fd, G_IO_ERR | G_IO_HUP, closed_cb, self);
  return self;
}

/**
 * report_output_free:
 *
 * Drops what is not written yet: end with report_output_finish(). A borrowed descriptor stays open.
 * Thread: the output's.
 */
void
report_output_free (ReportOutput *self)
{
  g_clear_handle_id (&self->writable_id, g_source_remove);
  g_clear_handle_id (&self->error_id, g_source_remove);
  g_clear_handle_id (&self->summary_id, g_source_remove);
  if (self->owns_fd)
    close (self->fd);
  report_collapse_free (self->collapse);
  g_string_free (self->scratch, TRUE);
  g_string_free (self->waiting, TRUE);
  g_free (self);
}

/**
 * report_output_set_rate:
 * @burst: as in report_collapse_set_rate(), before the first event
 * @per_second: the same
 *
 * How many rows of one kind strangers may provoke. Thread: the output's. Source: B2, B3.
 */
void
report_output_set_rate (ReportOutput *self,
                        guint         burst,
                        guint         per_second)
{
  report_collapse_set_rate (self->collapse, burst, per_second);
}

/**
 * report_output_event:
 *
 * Adds the line or lines of @event, if it is wanted and there is room. report_output_flush() ends
 * a batch. Thread: the output's.
 */
void
report_output_event (ReportOutput    *self,
                     const DtlsEvent *event)
{
  ReportLevel level = report_event_get_level (event);

  if (!is_wanted (self, level))
    return;
  if (!report_collapse_admit (self->collapse, event))
    {
      plan_summary (self);
      return;
    }
  if (is_full (self))
    {
      self->n_lost++;
      return;
    }
  tell_lost (self);
  if ((self->flags & REPORT_OUTPUT_JSON) != 0)
    report_json_append (event, self->waiting);
  else if (level == REPORT_MESSAGE)
    append_message (self, event);
  else
    append_sentence (self, level, event);
}

/**
 * report_output_row:
 * @text: one translated line, what came from the network in it escaped
 *
 * Adds a line that belongs to no event. Thread: the output's.
 */
void
report_output_row (ReportOutput *self,
                   ReportLevel   level,
                   const char   *text)
{
  if (!is_wanted (self, level))
    return;
  if (is_full (self))
    {
      self->n_lost++;
      return;
    }
  tell_lost (self);
  append_row (self, level, g_get_real_time (), text, strlen (text));
}

/**
 * report_output_counts:
 * @counts: the queue's running totals
 *
 * What only was counted becomes rows, at most once a second. Thread: the output's.
 */
void
report_output_counts (ReportOutput  *self,
                      const guint64  counts[DTLS_N_COUNTS])
{
  if (memcmp (self->counts, counts, sizeof self->counts) == 0)
    return;
  memcpy (self->counts, counts, sizeof self->counts);
  plan_summary (self);
}

/**
 * report_output_flush:
 *
 * Writes what can be written now; the rest goes when the reader is ready. Never blocks.
 * Thread: the output's.
 */
void
report_output_flush (ReportOutput *self)
{
  if (self->is_closed || self->writable_id != 0)
    return;
  if (!write_waiting (self))
    self->writable_id = g_unix_fd_add (self->fd, G_IO_OUT, writable_cb, self);
  compact (self);
}

/**
 * report_output_finish:
 * @patience_ms: how long a reader that stalls is waited for
 *
 * Adds the last summary and writes everything. Returns: whether all of it went out, or nobody
 * reads any more. Thread: the output's.
 */
gboolean
report_output_finish (ReportOutput *self,
                      guint         patience_ms)
{
  gint64 end_us = g_get_monotonic_time () + (gint64) patience_ms * 1000;

  g_clear_handle_id (&self->summary_id, g_source_remove);
  g_clear_handle_id (&self->writable_id, g_source_remove);
  tell_summary (self);
  while (!write_waiting (self))
    {
      gint64 left_us = end_us - g_get_monotonic_time ();

      if (left_us <= 0)
        return FALSE;
      is_writable (self->fd, (int) (left_us / 1000) + 1);
    }
  return TRUE;
}

/**
 * report_output_get_n_lost:
 *
 * Returns: how many events were not printed because the reader stalled. Thread: the output's.
 */
guint64
report_output_get_n_lost (ReportOutput *self)
{
  return self->n_lost;
}
