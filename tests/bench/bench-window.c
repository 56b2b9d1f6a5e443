/* SPDX-License-Identifier: MIT */
/*
 * The server's window. Without its engine: a thread writes message events into a queue as large as
 * the engine's, and the window reads it as it reads its engine's. Or with it: it listens, and
 * bench-load talks to it until SIGTERM. Prints one JSON object: CPU time of the main thread in each
 * 16.7 ms, the longest gap between two frames, what was stored and what was lost where, when the
 * end was visible, when the window was idle again, and when each change of the composer's text was
 * painted (monotonic microseconds).
 *   bench-window RATE SECONDS
 *   bench-window --listen
 */
#include "config.h"

#include <glib-unix.h>
#include <gtk/gtk.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "dtls-udp.h"
#include "server-window.h"
#include "ui-message-pane.h"
#include "ui-settings.h"
#include "ui-style.h"
#include "ui-window-private.h"

enum
{
  QUEUE_EVENTS = 65536,         /* as in DtlsEngine */
  QUEUE_BYTES = 32 * 1024 * 1024,
  CONNECTIONS = 100,
  TEXT_BYTES = 64,
  WIRE_BYTES = TEXT_BYTES + 37,
  FRAME_NS = 16666667,
  SETTLE_US = 1500 * 1000,
  AFTER_US = 3 * G_USEC_PER_SEC,
  MAX_SAMPLES = 100000,
  PAUSE_US = 100 * 1000,        /* without messages: nothing needs frames */
  QUIET_SAMPLES = 15,           /* a quarter of a second with at most 5 % of a core is idle */
  QUIET_US = QUIET_SAMPLES * 16667 / 20
};

typedef struct
{
  gint64  at_us;
  guint32 cpu_us;
} Sample;

static guint rate;
static double seconds;
static gboolean with_engine;
static DtlsEventQueue *queue;
static ServerWindow *window;
static UiMessagePane *pane;
static GtkWidget *entry;                /* the composer's */

/* written by the writer's thread, read by the main thread */
static gint64 feed_began_us, feed_ended_us;
static guint64 n_written, n_refused;
static int feeding, stopped;            /* atomic */

static Sample samples[MAX_SAMPLES];     /* the sampler's, read after it was joined */
static guint n_samples;
static clockid_t main_clock;

static gint64 last_frame_us, longest_gap_us, end_seen_us;
static guint n_frames;
static guint64 n_lost;
static guint n_typed;                   /* changes of the text that are not painted yet */
static GArray *painted;                 /* of gint64: when a change was painted */

static void
write_event (guint16 kind, DtlsCode code, guint64 association, guint64 number)
{
  guint32 n = kind == DTLS_EVENT_MESSAGE ? TEXT_BYTES + WIRE_BYTES : 0;
  DtlsEvent *event = dtls_event_queue_begin (queue, kind, n);
  char *text;

  if (event == NULL)
    {
      n_refused++;
      return;
    }
  event->code = code;
  event->association = association;
  event->time_us = g_get_real_time ();
  event->peer.ip[10] = event->peer.ip[11] = 0xff;
  event->peer.ip[12] = 127;
  event->peer.ip[15] = 1;
  event->peer.port = 20000 + association;
  event->totals.messages_in = number / CONNECTIONS + 1;
  if (n > 0)
    {
      event->n_wire = WIRE_BYTES;
      event->n_text = TEXT_BYTES;
      event->record = event->n_records = 1;
      memset (event + 1, number, WIRE_BYTES);
      text = (char *) (event + 1) + WIRE_BYTES;
      memset (text, ' ', TEXT_BYTES);
      sprintf (text, "message %" G_GUINT64_FORMAT, number);
      text[strlen (text)] = '.';
    }
  dtls_event_queue_commit (queue);
}

static gpointer
write_messages (gpointer user_data)
{
  guint64 all = rate * seconds, due;

  feed_began_us = g_get_monotonic_time ();
  while (n_written < all)
    {
      due = MIN (all, (guint64) ((g_get_monotonic_time () - feed_began_us) / 1e6 * rate));
      for (; n_written < due; n_written++)
        write_event (DTLS_EVENT_MESSAGE, DTLS_CODE_NONE, 1 + n_written % CONNECTIONS, n_written);
      g_usleep (1000);
    }
  feed_ended_us = g_get_monotonic_time ();
  g_atomic_int_set (&feeding, 0);
  g_main_context_wakeup (NULL);
  return NULL;
}

static gint64
main_cpu_us (void)
{
  struct timespec cpu;

  clock_gettime (main_clock, &cpu);
  return cpu.tv_sec * G_USEC_PER_SEC + cpu.tv_nsec / 1000;
}

static gpointer
take_samples (gpointer user_data)
{
  struct timespec next;
  gint64 before_us = main_cpu_us (), now_us;

  clock_gettime (CLOCK_MONOTONIC, &next);
  while (!g_atomic_int_get (&stopped) && n_samples < MAX_SAMPLES)
    {
      next.tv_nsec += FRAME_NS;
      if (next.tv_nsec >= 1000000000)
        {
          next.tv_sec++;
          next.tv_nsec -= 1000000000;
        }
      clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
      now_us = main_cpu_us ();
      samples[n_samples].at_us = g_get_monotonic_time ();
      samples[n_samples++].cpu_us = now_us - before_us;
      before_us = now_us;
    }
  return NULL;
}

static void
events_cb (const DtlsEventRange *ranges, guint n_ranges, const guint64 counts[DTLS_N_COUNTS],
           gpointer user_data)
{
  n_lost = counts[DTLS_COUNT_EVENTS_LOST];
  ui_window_take_events (UI_WINDOW (window), ranges, n_ranges, counts);
}

/* Whether the view shows the last message, painted where it is. */
static gboolean
is_end_visible (void)
{
  GtkTextView *view = ui_message_pane_get_text_view (pane);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  g_autofree char *needle = g_strdup_printf ("message %" G_GUINT64_FORMAT ".", n_written - 1);
  g_autofree char *tail = NULL;
  GdkRectangle where, visible;
  GtkTextIter start, end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  start = end;
  gtk_text_iter_backward_chars (&start, 400);
  tail = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  if (strstr (tail, needle) == NULL)
    return FALSE;
  gtk_text_view_get_iter_location (view, &end, &where);
  gtk_text_view_get_visible_rect (view, &visible);
  return where.y >= visible.y && where.y + where.height <= visible.y + visible.height;
}

static void
after_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  gint64 now_us = g_get_monotonic_time ();

  for (; n_typed > 0; n_typed--)
    g_array_append_val (painted, now_us);
  if (with_engine && now_us - feed_ended_us > PAUSE_US)
    last_frame_us = 0;
  else if (g_atomic_int_get (&feeding))
    {
      if (last_frame_us != 0)
        longest_gap_us = MAX (longest_gap_us, now_us - last_frame_us);
      last_frame_us = now_us;
      n_frames++;
    }
  else if (feed_ended_us != 0 && end_seen_us == 0 && is_end_visible ())
    end_seen_us = now_us;
}

static UiMessagePane *
find_pane (GtkWidget *widget)
{
  if (UI_IS_MESSAGE_PANE (widget))
    {
      UiLogPart part;

      g_object_get (widget, "part", &part, NULL);
      return part == UI_LOG_MESSAGES ? UI_MESSAGE_PANE (widget) : NULL;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      UiMessagePane *found = find_pane (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
over_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
iterate_for (gint64 us)
{
  gboolean over = FALSE;

  g_timeout_add (us / 1000, over_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
changed_cb (GtkEditable *editable, gpointer user_data)
{
  n_typed++;
}

static void
watch_text (GtkWidget *widget)
{
  if (GTK_IS_ENTRY (widget))
    {
      entry = widget;
      g_signal_connect (widget, "changed", G_CALLBACK (changed_cb), NULL);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    watch_text (child);
}

static int
compare_u32 (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return x < y ? -1 : x > y;
}

/* When the last quarter of a second began that was not quiet; all after it were. */
static gint64
idle_since_us (void)
{
  gint64 since_us = feed_ended_us;

  for (guint i = 0; i + QUIET_SAMPLES <= n_samples; i++)
    {
      guint32 sum_us = 0;

      if (samples[i].at_us <= feed_ended_us)
        continue;
      for (guint k = 0; k < QUIET_SAMPLES; k++)
        sum_us += samples[i + k].cpu_us;
      if (sum_us > QUIET_US)
        since_us = samples[i].at_us;
    }
  return since_us;
}

/* CPU in the last two seconds, per second. */
static double
idle_ms_per_s (void)
{
  guint n = 2 * G_USEC_PER_SEC / 16667;
  double sum_us = 0;

  for (guint i = n_samples - MIN (n, n_samples); i < n_samples; i++)
    sum_us += samples[i].cpu_us;
  return sum_us / 2e3;
}

static void
print_result (void)
{
  UiLog *log = ui_window_get_private (UI_WINDOW (window))->log;
  g_autoptr (GArray) during = g_array_new (FALSE, FALSE, sizeof (guint32));
  double mean_us = 0;
  struct rusage usage;

  for (guint i = 0; i < n_samples; i++)
    {
      if (samples[i].at_us > feed_began_us && samples[i].at_us <= feed_ended_us)
        {
          g_array_append_val (during, samples[i].cpu_us);
          mean_us += samples[i].cpu_us;
        }
    }
  g_array_set_size (during, MAX (1, during->len));
  g_array_sort (during, compare_u32);
  getrusage (RUSAGE_SELF, &usage);
  printf ("{\"rate\": %u, \"written\": %" G_GUINT64_FORMAT ", \"refused\": %" G_GUINT64_FORMAT
          ", \"lost\": %" G_GUINT64_FORMAT, rate, n_written, n_refused, n_lost);
  printf (", \"per_s\": %.0f, \"cpu_median_ms\": %.2f, \"cpu_mean_ms\": %.2f, \"cpu_p99_ms\": %.2f",
          n_written / ((feed_ended_us - feed_began_us) / 1e6),
          g_array_index (during, guint32, during->len / 2) / 1e3, mean_us / during->len / 1e3,
          g_array_index (during, guint32, during->len * 99 / 100) / 1e3);
  printf (", \"frames_per_s\": %.1f, \"longest_gap_ms\": %.1f",
          n_frames / ((feed_ended_us - feed_began_us) / 1e6), longest_gap_us / 1e3);
  printf (", \"stored\": %u, \"stored_mib\": %.1f, \"discarded\": %" G_GUINT64_FORMAT
          ", \"came\": %" G_GUINT64_FORMAT,
          ui_log_get_n_events (log), ui_log_get_n_bytes (log) / 1048576.0,
          ui_log_get_n_dropped (log, UI_LOG_MESSAGES), ui_log_get_end (log, UI_LOG_MESSAGES));
  printf (", \"end_lag_ms\": %.1f, \"idle_after_ms\": %.1f, \"idle_ms_per_s\": %.2f"
          ", \"peak_mib\": %.0f, \"painted_us\": [",
          end_seen_us == 0 ? -1.0 : (end_seen_us - feed_ended_us) / 1e3,
          (idle_since_us () - feed_ended_us) / 1e3,
          idle_ms_per_s (), usage.ru_maxrss / 1024.0);
  for (guint i = 0; i < painted->len; i++)
    printf ("%s%" G_GINT64_FORMAT, i > 0 ? ", " : "", g_array_index (painted, gint64, i));
  printf ("]}\n");
}

/* With an engine: from the first message to the last one is the feed. */
static void
rows_added_cb (UiLog *log, gpointer user_data)
{
  guint64 end = ui_log_get_end (log, UI_LOG_MESSAGES);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));

  if (end == n_written)
    return;
  if (n_written == 0)
    feed_began_us = g_get_monotonic_time ();
  if (focus == NULL || !gtk_widget_is_ancestor (focus, entry))
    gtk_widget_grab_focus (entry);      /* refused before the composer is there */
  n_written = end;
  feed_ended_us = g_get_monotonic_time ();
  g_atomic_int_set (&feeding, 1);
}

static gboolean
end_cb (gpointer user_data)
{
  g_atomic_int_set (&stopped, 1);
  return G_SOURCE_REMOVE;
}

static void
listen_and_wait (void)
{
  g_autoptr (DtlsKey) key = dtls_key_new_demo ();
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new_shared (key);
  DtlsListenOptions options = {
    .credentials = credentials,
    .hint = DTLS_DEFAULT_HINT,
    .limits = DTLS_LIMITS_DEFAULT,
  };

  dtls_address_parse_ip (&options.local, "127.0.0.1", 0);
  g_signal_connect (ui_window_get_private (UI_WINDOW (window))->log, "rows-added", G_CALLBACK (rows_added_cb), NULL);
  g_unix_signal_add (SIGTERM, end_cb, NULL);
  server_window_listen (window, &options, NULL);
  while (!g_atomic_int_get (&stopped))
    g_main_context_iteration (NULL, TRUE);
  n_lost = ui_window_get_private (UI_WINDOW (window))->events_lost;
}

static void
feed (void)
{
  GSource *source = dtls_event_queue_create_source (queue, events_cb, NULL, NULL);
  GThread *writer;

  g_source_attach (source, NULL);
  for (guint i = 1; i <= CONNECTIONS; i++)
    write_event (DTLS_EVENT_STATE, DTLS_CODE_ESTABLISHED, i, 0);
  iterate_for (SETTLE_US);
  g_atomic_int_set (&feeding, 1);
  writer = g_thread_new ("writer", write_messages, NULL);
  while (g_atomic_int_get (&feeding))
    g_main_context_iteration (NULL, TRUE);
  iterate_for (AFTER_US);
  g_thread_join (writer);
}

int
main (int argc, char **argv)
{
  GThread *sampler;

  with_engine = argc == 2 && g_str_equal (argv[1], "--listen");
  rate = argc == 3 ? atoi (argv[1]) : 0;
  seconds = argc == 3 ? atof (argv[2]) : 0;
  if (!with_engine && (rate == 0 || seconds <= 0))
    {
      fprintf (stderr, "usage: bench-window RATE SECONDS | --listen\n");
      return 2;
    }
  gtk_init ();
  dtls_udp_raise_limit ();
  ui_style_init (gdk_display_get_default ());
  pthread_getcpuclockid (pthread_self (), &main_clock);
  queue = dtls_event_queue_new (QUEUE_BYTES, QUEUE_EVENTS);
  window = server_window_new (NULL, NULL, ui_settings_open ("org.dtlspair.Server"));
  gtk_window_present (GTK_WINDOW (window));
  pane = find_pane (GTK_WIDGET (window));
  painted = g_array_new (FALSE, FALSE, sizeof (gint64));
  watch_text (GTK_WIDGET (ui_window_get_private (UI_WINDOW (window))->composer));
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint",
                    G_CALLBACK (after_paint_cb), NULL);
  sampler = g_thread_new ("sampler", take_samples, NULL);
  if (with_engine)
    listen_and_wait ();
  else
    feed ();
  g_atomic_int_set (&stopped, 1);
  g_thread_join (sampler);
  print_result ();
  return 0;
}
