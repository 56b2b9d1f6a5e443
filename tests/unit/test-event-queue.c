/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <dlfcn.h>
#include <string.h>

#include "dtls-event-queue.h"
#include "test-clock.h"
#include "test-util.h"

#define MAX_BYTES (32 * 1024 * 1024)
#define MAX_EVENTS 65536
#define N_THREAD_EVENTS 1000000

static int n_wakes;             /* atomic: g_source_set_ready_time() to a time, by whomever */

/* Takes the place of GLib's for the queue under test: each call may be a system call. */
void
g_source_set_ready_time (GSource *source,
                         gint64   ready_time)
{
  static void (*next) (GSource *, gint64);

  if (next == NULL)
    next = dlsym (RTLD_NEXT, "g_source_set_ready_time");
  if (ready_time >= 0)
    g_atomic_int_inc (&n_wakes);
  next (source, ready_time);
}

static guint32
event_length (guint32 number)
{
  return number * 2654435761u % 200;
}

static gboolean
put (DtlsEventQueue *queue,
     guint16         kind,
     guint32         number,
     guint32         n_text)
{
  DtlsEvent *event = dtls_event_queue_begin (queue, kind, n_text);

  if (event == NULL)
    return FALSE;
  event->number[0] = (gint32) number;
  event->n_text = n_text;
  memset ((guint8 *) dtls_event_text (event), (int) (number & 0xff), n_text);
  dtls_event_queue_commit (queue);
  return TRUE;
}

/* That the event is what put() made, whole. */
static void
assert_event (const DtlsEvent *event,
              guint32          n_text)
{
  guint8 expected = (guint8) event->number[0];
  const guint8 *text = dtls_event_text (event);
  guint32 i;

  g_assert_cmpuint (event->size, ==, (sizeof (DtlsEvent) + n_text + 7) / 8 * 8);
  g_assert_cmpuint (event->n_text, ==, n_text);
  for (i = 0; i < n_text; i++)
    if (text[i] != expected)
      g_error ("event %d is torn at byte %u", event->number[0], i);
}

/* Takes everything; the numbers in order of arrival. */
static GArray *
take_numbers (DtlsEventQueue *queue,
              guint          *n_ranges)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (gint32));
  guint64 counts[DTLS_N_COUNTS];
  DtlsEventRange range;

  *n_ranges = 0;
  while (dtls_event_queue_take (queue, &range, 1, counts) == 1)
    {
      const DtlsEvent *event = NULL;
      guint32 at;

      (*n_ranges)++;
      while ((event = dtls_event_range_next (&range, event, &at)) != NULL)
        {
          assert_event (event, event->n_text);
          g_array_append_val (numbers, event->number[0]);
        }
      dtls_event_range_clear (&range);
    }
  return numbers;
}

static guint64
get_count (DtlsEventQueue *queue,
           DtlsCount       what)
{
  guint64 counts[DTLS_N_COUNTS];

  g_assert_cmpuint (dtls_event_queue_take (queue, NULL, 0, counts), ==, 0);
  return counts[what];
}

static void
test_event_queue_header (void)
{
  g_autoptr(DtlsEventQueue) queue = dtls_event_queue_new (MAX_BYTES, MAX_EVENTS);
  DtlsEvent zero = { 0 };
  DtlsEvent *event;
  guint i;

  for (i = 0; i < 40; i++)
    {
      event = dtls_event_queue_begin (queue, DTLS_EVENT_DIAGNOSIS, i);
      g_assert_nonnull (event);
      g_assert_cmpuint ((gsize) event % 8, ==, 0);
      g_assert_cmpuint (event->size % 8, ==, 0);
      g_assert_cmpuint (event->size, >=, sizeof (DtlsEvent) + i);
      g_assert_cmpuint (event->size, <, sizeof (DtlsEvent) + i + 8);
      g_assert_cmpuint (event->kind, ==, DTLS_EVENT_DIAGNOSIS);
      zero.size = event->size;
      zero.kind = event->kind;
      g_assert_cmpmem (event, sizeof (DtlsEvent), &zero, sizeof (DtlsEvent));
      event->n_wire = i / 2;
      event->n_text = i - i / 2;
      memset (event + 1, 0xff, i);
      dtls_event_queue_commit (queue);
    }
}

static void
test_event_queue_order (void)
{
  g_autoptr(DtlsEventQueue) queue = dtls_event_queue_new (MAX_BYTES, MAX_EVENTS);
  g_autoptr(GArray) numbers = NULL;
  guint n_ranges, i;
  gsize n_bytes = 0;

  for (i = 0; i < 10000; i++)
    {
      g_assert_true (put (queue, DTLS_EVENT_MESSAGE, i, event_length (i)));
      n_bytes += (sizeof (DtlsEvent) + event_length (i) + 7) / 8 * 8;
    }
  numbers = take_numbers (queue, &n_ranges);
  g_assert_cmpuint (numbers->len, ==, 10000);
  for (i = 0; i < 10000; i++)
    g_assert_cmpint (g_array_index (numbers, gint32, i), ==, (int) i);
  /* what stands side by side in a chunk is one range */
  g_assert_cmpuint (n_ranges, ==, n_bytes / DTLS_EVENT_CHUNK_BYTES + 1);
}

static void
test_event_queue_begin_again (void)
{
  g_autoptr(DtlsEventQueue) queue = dtls_event_queue_new (MAX_BYTES, MAX_EVENTS);
  g_autoptr(GArray) numbers = NULL;
  guint n_ranges;

  g_assert_nonnull (dtls_event_queue_begin (queue, DTLS_EVENT_MESSAGE, 100));
  g_assert_nonnull (dtls_event_queue_begin (queue, DTLS_EVENT_MESSAGE, 2 * DTLS_EVENT_CHUNK_BYTES));
  g_assert_true (put (queue, DTLS_EVENT_STATE, 7, 10));
  numbers = take_numbers (queue, &n_ranges);
  g_assert_cmpuint (numbers->len, ==, 1);
  g_assert_cmpint (g_array_index (numbers, gint32, 0), ==, 7);
}

static void
test_event_queue_large (void)
{
  g_autoptr(DtlsEventQueue) queue = dtls_event_queue_new (MAX_BYTES, MAX_EVENTS);
  g_autoptr(GArray) numbers = NULL;
  guint64 counts[DTLS_N_COUNTS];
  DtlsEventRange ranges[4];
  guint n_ranges, i;

  for (i = 0; i < 9; i++)
    g_assert_true (put (queue, DTLS_EVENT_MESSAGE, i, i % 3 == 1 ? DTLS_EVENT_CHUNK_BYTES : 50));
  numbers = take_numbers (queue, &n_ranges);
  g_assert_cmpuint (numbers->len, ==, 9);
  for (i = 0; i < 9; i++)
    g_assert_cmpint (g_array_index (numbers, gint32, i), ==, (int) i);

  g_assert_true (put (queue, DTLS_EVENT_MESSAGE, 1, 20));
  g_assert_true (put (queue, DTLS_EVENT_MESSAGE, 2, 3 * DTLS_EVENT_CHUNK_BYTES));
  g_assert_cmpuint (dtls_event_queue_take (queue, ranges, 4, counts), ==, 2);
  g_assert_cmpuint (dtls_event_chunk_get_size (ranges[0].chunk), ==, DTLS_EVENT_CHUNK_BYTES);
  g_assert_cmpuint (dtls_event_chunk_get_size (ranges[1].chunk), >, 3 * DTLS_EVENT_CHUNK_BYTES);
  g_assert_cmpuint (dtls_event_chunk_get_size (ranges[1].chunk), <, 4 * DTLS_EVENT_CHUNK_BYTES);
  for (i = 0; i < 2; i++)
    dtls_event_range_clear (&ranges[i]);
}

static void
test_event_queue_take_few (void)
{
  g_autoptr(DtlsEventQueue) queue = dtls_event_queue_new (MAX_BYTES, 8);
  guint64 counts[DTLS_N_COUNTS];
  DtlsEventRange ranges[2];
  guint i;

  for (i = 0; i < 6; i++)
    g_assert_true (put (queue, DTLS_EVENT_MESSAGE, i, DTLS_EVENT_CHUNK_BYTES));
  g_assert_false (put (queue, DTLS_EVENT_MESSAGE, i, 10));
  for (i = 0; i < 3; i++)
    {
      g_assert_cmpuint (dtls_event_queue_take (queue, ranges, 2, counts), ==, 2);
      g_assert_cmpint (dtls_event_chunk_get (ranges[0].chunk, 0)->number[0], ==, (int) i * 2);
      g_assert_cmpint (dtls_event_chunk_get (ranges[1].chunk, 0)->number[0], ==, (int) i * 2 + 1);
      dtls_event_range_clear (&ranges[0]);
      dtls_event_range_clear (&ranges[1]);
      /* exactly what was taken is free again */
      g_assert_true (put (queue, DTLS_EVENT_MESSAGE, 6 + i * 2, DTLS_EVENT_CHUNK_BYTES));
      g_assert_true (put (queue, DTLS_EVENT_MESSAGE, 7 + i * 2, DTLS_EVENT_CHUNK_BYTES));
      g_assert_false (put (queue, DTLS_EVENT_MESSAGE, 0, 10));
    }
}

static void
test_event_queue_published_stays (void)
{
  g_autoptr(DtlsEventQueue) queue = dtls_event_queue_new (MAX_BYTES, MAX_EVENTS);
  g_autofree char *before = NULL, *after = NULL;
  guint64 counts[DTLS_N_COUNTS];
  g_autoptr(DtlsEventChunk) kept = NULL;
  DtlsEventRange range;
  guint n_ranges, i;

  for (i = 0; i < 100; i++)
    g_assert_true (put (queue, DTLS_EVENT_MESSAGE, i, event_length (i)));
  g_assert_cmpuint (dtls_event_queue_take (queue, &range, 1, counts), ==, 1);
  before = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
                                        (const guchar *) dtls_event_chunk_get (range.chunk, 0),
                                        range.to);
  kept = dtls_event_chunk_ref (range.chunk);
  i = range.to;
  dtls_event_range_clear (&range);

  /* the writer goes on in the same chunk and in others, then is gone */
  for (n_ranges = 0; n_ranges < 5000; n_ranges++)
    g_assert_true (put (queue, DTLS_EVENT_MESSAGE, n_ranges, 150));
  g_clear_pointer (&queue, dtls_event_queue_unref);
  after = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
                                       (const guchar *) dtls_event_chunk_get (kept, 0), i);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpint (dtls_event_chunk_get (kept, i)->number[0], ==, 0);   /* the next one, behind it */
}

static void
test_event_queue_overload_events (void)
{
  g_autoptr(DtlsEventQueue) queue = dtls_event_queue_new (MAX_BYTES, 1000);
  g_autoptr(GArray) numbers = NULL;
  guint n_ranges, i;

  for (i = 0; i < 1000; i++)
    g_assert_cmpint (put (queue, DTLS_EVENT_MESSAGE, i, 10), ==, i < 750);
  g_assert_cmpuint (get_count (queue, DTLS_COUNT_EVENTS_LOST), ==, 250);
  for (i = 0; i < 300; i++)
    g_assert_cmpint (put (queue, i % 2 ? DTLS_EVENT_STATE : DTLS_EVENT_DIAGNOSIS, 1000 + i, 10),
                     ==, i < 250);
  g_assert_cmpuint (get_count (queue, DTLS_COUNT_EVENTS_LOST), ==, 300);

  numbers = take_numbers (queue, &n_ranges);
  g_assert_cmpuint (numbers->len, ==, 1000);
  for (i = 0; i < 1000; i++)
    g_assert_cmpint (g_array_index (numbers, gint32, i), ==, (int) (i < 750 ? i : i + 250));
  g_assert_true (put (queue, DTLS_EVENT_MESSAGE, 0, 10));       /* room again */
  g_assert_cmpuint (get_count (queue, DTLS_COUNT_EVENTS_LOST), ==, 300);
}

static void
test_event_queue_overload_bytes (void)
{
  g_autoptr(DtlsEventQueue) queue = dtls_event_queue_new (1000 * 1000, G_MAXUINT);
  const guint32 n_text = 1000 - sizeof (DtlsEvent);     /* each 1000 bytes in all */
  guint i;

  for (i = 0; i < 800; i++)
    g_assert_cmpint (put (queue, DTLS_EVENT_MESSAGE, i, n_text), ==, i < 750);
  for (i = 0; i < 300; i++)
    g_assert_cmpint (put (queue, DTLS_EVENT_STATE, i, n_text), ==, i < 250);
  g_assert_cmpuint (get_count (queue, DTLS_COUNT_EVENTS_LOST), ==, 100);
}

static void
test_event_queue_counts (void)
{
  g_autoptr(DtlsEventQueue) queue = dtls_event_queue_new (MAX_BYTES, MAX_EVENTS);
  guint64 counts[DTLS_N_COUNTS];
  guint i;

  for (i = 0; i < DTLS_N_COUNTS; i++)
    dtls_event_queue_count (queue, i, i);
  for (i = 0; i < DTLS_N_COUNTS; i++)
    dtls_event_queue_count (queue, i, G_GUINT64_CONSTANT (1) << 40);
  dtls_event_queue_take (queue, NULL, 0, counts);
  dtls_event_queue_take (queue, NULL, 0, counts);       /* running totals: taking changes nothing */
  for (i = 0; i < DTLS_N_COUNTS; i++)
    g_assert_cmpuint (counts[i], ==, (G_GUINT64_CONSTANT (1) << 40) + i);
}

/* A reader in this thread and in virtual time: when it is called, and for how many events. */
typedef struct
{
  GMainContext   *context;
  DtlsEventQueue *queue;
  GSource        *source;
  guint           n_calls, n_ranges, n_events, n_destroyed;
  guint64         counts[DTLS_N_COUNTS];
} Reader;

static void
reader_cb (const DtlsEventRange *ranges,
           guint                 n_ranges,
           const guint64         counts[DTLS_N_COUNTS],
           gpointer              user_data)
{
  Reader *reader = user_data;
  guint i;

  reader->n_calls++;
  reader->n_ranges += n_ranges;
  for (i = 0; i < n_ranges; i++)
    {
      const DtlsEvent *event = NULL;
      guint32 at;

      while ((event = dtls_event_range_next (&ranges[i], event, &at)) != NULL)
        reader->n_events++;
    }
  memcpy (reader->counts, counts, sizeof (reader->counts));
}

static void
reader_destroy_cb (gpointer user_data)
{
  ((Reader *) user_data)->n_destroyed++;
}

static void
reader_attach (Reader *reader)
{
  reader->source = dtls_event_queue_create_source (reader->queue, reader_cb, reader,
                                                   reader_destroy_cb);
  g_source_attach (reader->source, reader->context);
}

static void
reader_start (Reader *reader)
{
  *reader = (Reader) { g_main_context_new (), dtls_event_queue_new (MAX_BYTES, MAX_EVENTS) };
  test_clock_start ();
  reader_attach (reader);
  n_wakes = 0;
}

static void
reader_run (Reader *reader)
{
  while (g_main_context_iteration (reader->context, FALSE))
    ;
}

static void
reader_stop (Reader *reader)
{
  g_source_destroy (reader->source);
  g_source_unref (reader->source);
  dtls_event_queue_unref (reader->queue);
  g_main_context_unref (reader->context);
  test_clock_stop ();
}

static void
test_event_queue_wake_spacing (void)
{
  Reader reader;
  guint i;

  reader_start (&reader);
  reader_run (&reader);
  g_assert_cmpuint (reader.n_calls, ==, 0);             /* no news, no call */

  put (reader.queue, DTLS_EVENT_MESSAGE, 0, 10);        /* after a quiet time: at once */
  reader_run (&reader);
  g_assert_cmpuint (reader.n_calls, ==, 1);
  g_assert_cmpint (n_wakes, ==, 1);

  for (i = 0; i < 15; i++)
    {
      test_clock_advance (1000);
      put (reader.queue, DTLS_EVENT_MESSAGE, i, 10);
      put (reader.queue, DTLS_EVENT_MESSAGE, i, 10);
      reader_run (&reader);
    }
  g_assert_cmpuint (reader.n_calls, ==, 1);             /* 15 ms: not yet */
  g_assert_cmpint (n_wakes, ==, 2);                     /* asked once for 30 events */
  test_clock_advance (1000);
  reader_run (&reader);
  g_assert_cmpuint (reader.n_calls, ==, 2);
  g_assert_cmpuint (reader.n_events, ==, 31);

  test_clock_advance (16000);
  reader_run (&reader);
  g_assert_cmpuint (reader.n_calls, ==, 2);             /* nothing new: not called */
  put (reader.queue, DTLS_EVENT_MESSAGE, 0, 10);
  reader_run (&reader);
  g_assert_cmpuint (reader.n_calls, ==, 3);             /* quiet for 16 ms: at once again */
  g_assert_cmpint (n_wakes, ==, 3);
  reader_stop (&reader);
}

static void
test_event_queue_wake_counts (void)
{
  Reader reader;
  guint i;

  reader_start (&reader);
  dtls_event_queue_count (reader.queue, DTLS_COUNT_EMPTY, 1);
  reader_run (&reader);
  g_assert_cmpuint (reader.n_calls, ==, 1);
  for (i = 0; i < 249; i++)
    {
      test_clock_advance (1000);
      dtls_event_queue_count (reader.queue, DTLS_COUNT_EMPTY, 1);
      reader_run (&reader);
    }
  g_assert_cmpuint (reader.n_calls, ==, 1);
  g_assert_cmpint (n_wakes, ==, 2);
  test_clock_advance (1000);
  reader_run (&reader);
  g_assert_cmpuint (reader.n_calls, ==, 2);
  g_assert_cmpuint (reader.n_ranges, ==, 0);
  g_assert_cmpuint (reader.counts[DTLS_COUNT_EMPTY], ==, 250);

  /* an event does not wait for the slower pace of the counts, and takes them along */
  test_clock_advance (20000);
  dtls_event_queue_count (reader.queue, DTLS_COUNT_EMPTY, 1);
  reader_run (&reader);
  g_assert_cmpuint (reader.n_calls, ==, 2);
  put (reader.queue, DTLS_EVENT_STATE, 1, 0);
  reader_run (&reader);
  g_assert_cmpuint (reader.n_calls, ==, 3);
  g_assert_cmpuint (reader.n_events, ==, 1);
  g_assert_cmpuint (reader.counts[DTLS_COUNT_EMPTY], ==, 251);
  reader_stop (&reader);
}

static void
test_event_queue_source_many_ranges (void)
{
  Reader reader;
  guint i;

  reader_start (&reader);
  for (i = 0; i < 40; i++)
    g_assert_true (put (reader.queue, DTLS_EVENT_MESSAGE, i, DTLS_EVENT_CHUNK_BYTES));
  g_assert_true (g_main_context_iteration (reader.context, FALSE));
  g_assert_cmpuint (reader.n_ranges, ==, 16);           /* then other sources have their turn */
  reader_run (&reader);
  g_assert_cmpuint (reader.n_ranges, ==, 40);
  g_assert_cmpuint (reader.n_calls, ==, 3);
  reader_stop (&reader);
}

static void
test_event_queue_source_ends (void)
{
  Reader reader;

  reader_start (&reader);
  g_source_destroy (reader.source);
  g_assert_cmpuint (reader.n_destroyed, ==, 1);
  g_source_unref (reader.source);
  put (reader.queue, DTLS_EVENT_STATE, 1, 5);
  dtls_event_queue_count (reader.queue, DTLS_COUNT_EMPTY, 1);
  g_assert_cmpint (n_wakes, ==, 0);                     /* nobody to wake */
  reader_run (&reader);
  g_assert_cmpuint (reader.n_calls, ==, 0);

  reader_attach (&reader);                              /* a new one sees what is there */
  reader_run (&reader);
  g_assert_cmpuint (reader.n_calls, ==, 1);
  g_assert_cmpuint (reader.n_events, ==, 1);
  reader_stop (&reader);
  g_assert_cmpuint (reader.n_destroyed, ==, 2);
}

/* Two threads. The writer keeps under the bound by looking at what the reader has read. */
typedef struct
{
  DtlsEventQueue *queue;
  GMainLoop      *loop;
  guint           n_sent;       /* the writer's, read after it was joined */
  guint           ahead;        /* how far the writer may be ahead; 0: it never waits */
  guint           n_read;       /* under the mutex */
  GMutex          mutex;
  GCond           cond;
  gint64          next;         /* number of the next event, of the reader; it grows */
  guint           n_calls;
  guint64         n_lost;
  int             written;      /* atomic: the writer is through */
  GPtrArray      *kept;         /* chunks */
} Threads;

static gpointer
writer_thread (gpointer data)
{
  Threads *threads = data;
  guint i;

  for (i = 0; i < threads->n_sent; i++)
    {
      if (threads->ahead > 0 && i % 1024 == 0)
        {
          g_mutex_lock (&threads->mutex);
          while (i - threads->n_read > threads->ahead)
            g_cond_wait (&threads->cond, &threads->mutex);
          g_mutex_unlock (&threads->mutex);
        }
      put (threads->queue, DTLS_EVENT_MESSAGE, i, event_length (i));
    }
  g_atomic_int_set (&threads->written, TRUE);
  dtls_event_queue_count (threads->queue, DTLS_COUNT_EMPTY, 1);         /* the last wake-up */
  return NULL;
}

static void
threads_cb (const DtlsEventRange *ranges,
            guint                 n_ranges,
            const guint64         counts[DTLS_N_COUNTS],
            gpointer              user_data)
{
  Threads *threads = user_data;
  guint n_events = 0, i;

  threads->n_calls++;
  for (i = 0; i < n_ranges; i++)
    {
      const DtlsEvent *event = NULL;
      guint32 at;

      while ((event = dtls_event_range_next (&ranges[i], event, &at)) != NULL)
        {
          assert_event (event, event_length ((guint32) event->number[0]));
          if (threads->ahead > 0)
            g_assert_cmpint (event->number[0], ==, threads->next);
          else
            g_assert_cmpint (event->number[0], >=, threads->next);
          threads->next = (gint64) event->number[0] + 1;
          n_events++;
        }
      if (threads->kept->len < 4)
        g_ptr_array_add (threads->kept, dtls_event_chunk_ref (ranges[i].chunk));
    }
  g_mutex_lock (&threads->mutex);
  threads->n_read += n_events;
  g_cond_signal (&threads->cond);
  g_mutex_unlock (&threads->mutex);
  threads->n_lost = counts[DTLS_COUNT_EVENTS_LOST];
  if (counts[DTLS_COUNT_EMPTY] == 1 && g_atomic_int_get (&threads->written)
      && threads->n_read + threads->n_lost == threads->n_sent)
    g_main_loop_quit (threads->loop);
}

static gboolean
threads_late_cb (gpointer user_data)
{
  g_error ("the reader was not woken for the rest");
  return G_SOURCE_REMOVE;
}

static void
threads_run (Threads *threads,
             guint    max_events,
             guint    ahead)
{
  g_autoptr(GMainContext) context = g_main_context_new ();
  g_autoptr(GSource) source = NULL, late = g_timeout_source_new_seconds (100);
  GThread *writer;

  *threads = (Threads) { .n_sent = N_THREAD_EVENTS, .ahead = ahead };
  threads->queue = dtls_event_queue_new (MAX_BYTES, max_events);
  threads->loop = g_main_loop_new (context, FALSE);
  threads->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) dtls_event_chunk_unref);
  g_mutex_init (&threads->mutex);
  g_cond_init (&threads->cond);
  source = dtls_event_queue_create_source (threads->queue, threads_cb, threads, NULL);
  g_source_attach (source, context);
  g_source_set_callback (late, threads_late_cb, NULL, NULL);
  g_source_attach (late, context);
  g_atomic_int_set (&n_wakes, 0);

  writer = g_thread_new ("writer", writer_thread, threads);
  g_main_loop_run (threads->loop);
  g_thread_join (writer);

  g_source_destroy (source);
  g_source_destroy (late);
  dtls_event_queue_unref (threads->queue);
  g_main_loop_unref (threads->loop);
  g_mutex_clear (&threads->mutex);
  g_cond_clear (&threads->cond);
}

static void
test_event_queue_threads (void)
{
  gint64 begin_us = g_get_monotonic_time (), took_us;
  Threads threads;
  guint i;

  threads_run (&threads, MAX_EVENTS, MAX_EVENTS / 2);
  took_us = g_get_monotonic_time () - begin_us;
  g_assert_cmpuint (threads.n_lost, ==, 0);
  g_assert_cmpuint (threads.n_read, ==, N_THREAD_EVENTS);
  g_assert_cmpint (threads.next, ==, N_THREAD_EVENTS);
  /* one drain in 16 ms, each asked for once by the writer and perhaps continued by itself; the
   * first drain and the last count come on top */
  g_test_message ("%u drains and %d wake-ups in %.0f ms", threads.n_calls, n_wakes,
                  took_us / 1000.0);
  g_assert_cmpint (n_wakes, <=, 2 * (took_us / 16000 + 3));

  /* what the reader kept is still whole, long after the queue has gone */
  g_assert_cmpuint (threads.kept->len, ==, 4);
  for (i = 0; i < threads.kept->len; i++)
    {
      const DtlsEvent *event = dtls_event_chunk_get (threads.kept->pdata[i], 0);

      assert_event (event, event_length ((guint32) event->number[0]));
    }
  g_ptr_array_unref (threads.kept);
}

static void
test_event_queue_threads_overload (void)
{
  Threads threads;

  threads_run (&threads, 64, 0);
  g_assert_cmpuint (threads.n_lost + threads.n_read, ==, N_THREAD_EVENTS);
  g_assert_cmpuint (threads.n_lost, >, 0);      /* 48 fit into 16 ms, far more are made */
  g_ptr_array_unref (threads.kept);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/event-queue/header", test_event_queue_header);
  g_test_add_func ("/dtls/event-queue/order", test_event_queue_order);
  g_test_add_func ("/dtls/event-queue/begin-again", test_event_queue_begin_again);
  g_test_add_func ("/dtls/event-queue/large", test_event_queue_large);
  g_test_add_func ("/dtls/event-queue/take-few", test_event_queue_take_few);
  g_test_add_func ("/dtls/event-queue/published-stays", test_event_queue_published_stays);
  g_test_add_func ("/dtls/event-queue/overload-events", test_event_queue_overload_events);
  g_test_add_func ("/dtls/event-queue/overload-bytes", test_event_queue_overload_bytes);
  g_test_add_func ("/dtls/event-queue/counts", test_event_queue_counts);
  g_test_add_func ("/dtls/event-queue/wake-spacing", test_event_queue_wake_spacing);
  g_test_add_func ("/dtls/event-queue/wake-counts", test_event_queue_wake_counts);
  g_test_add_func ("/dtls/event-queue/source-many-ranges", test_event_queue_source_many_ranges);
  g_test_add_func ("/dtls/event-queue/source-ends", test_event_queue_source_ends);
  g_test_add_func ("/dtls/event-queue/threads", test_event_queue_threads);
  g_test_add_func ("/dtls/event-queue/threads-overload", test_event_queue_threads_overload);
  return g_test_run ();
}
