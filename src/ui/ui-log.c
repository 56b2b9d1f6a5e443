/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-log-private.h"

#include "report-collapse.h"

#define UNDO_S 10
#define SUMMARY_US G_USEC_PER_SEC /* rows about what was only counted: at most one in this time */
#define MAX_NOTES 256                   /* in one segment */

struct _UiLog
{
  GObject         parent_instance;

  GPtrArray      *segments;             /* UiLogSegment, oldest first */
  guint64         end[UI_LOG_N_PARTS];          /* serial after the newest row */
  guint64         cleared[UI_LOG_N_PARTS];      /* rows before these are hidden */
  guint64         counts[REPORT_N_LEVELS];      /* rows ever */
  guint64         counts_cleared[REPORT_N_LEVELS];      /* ... of which before the last clear */
  gsize           n_bytes;              /* chunks and index */
  guint           n_rows;
  gsize           max_bytes;
  guint           max_rows;

  guint64         undo[UI_LOG_N_PARTS]; /* @cleared before the last clear */
  guint64         undo_counts[REPORT_N_LEVELS];
  guint           undo_id;              /* timeout: until then there is an undo */

  ReportCollapse *collapse;
  gboolean        left_out;             /* the collapse has something to say */
  guint64         junk[DTLS_N_COUNTS];          /* newest */
  guint64         junk_said[DTLS_N_COUNTS];     /* what the rows tell */
  gint64          summary_us;           /* monotonic, when the last such row was made */
  guint           summary_id;

  guint           kinds;
  UiLogEventFunc  func;
  gpointer        func_data;
  GDestroyNotify  func_destroy;
};

G_DEFINE_FINAL_TYPE (UiLog, ui_log, G_TYPE_OBJECT)

enum
{
  ROWS_ADDED,
  RESET,
  CLEARED,
  UNDO_EXPIRED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

GPtrArray *
ui_log_get_segments (UiLog *self)
{
  return self->segments;
}

static UiLogSegment *
newest_segment (UiLog *self)
{
  return self->segments->len > 0 ? g_ptr_array_index (self->segments, self->segments->len - 1)
                                 : NULL;
}

/* The segment that takes the next row of @chunk, or the next note. */
static UiLogSegment *
segment_for (UiLog          *self,
             DtlsEventChunk *chunk)
{
  UiLogSegment *newest = newest_segment (self);
  UiLogSegment *before = newest;
  UiLogSegment *segment;

  if (newest != NULL && newest->chunk == chunk
      && (chunk != NULL || newest->notes->len < MAX_NOTES))
    return newest;
  segment = ui_log_segment_new (chunk);
  for (guint part = 0; part < UI_LOG_N_PARTS; part++)
    segment->first[part] = self->end[part];
  /* notes may stand between two segments of one chunk: its bytes are counted once */
  for (guint i = self->segments->len; i > 0 && before->chunk == NULL; i--)
    before = g_ptr_array_index (self->segments, i - 1);
  if (chunk != NULL && (before == NULL || before->chunk != chunk))
    segment->chunk_bytes = dtls_event_chunk_get_size (chunk);
  g_ptr_array_add (self->segments, segment);
  self->n_bytes += ui_log_segment_get_n_bytes (segment);
  return segment;
}

static void
push_row (UiLog        *self,
          UiLogSegment *segment,
          guint32       at,
          ReportLevel   level)
{
  UiLogPart part = level == REPORT_MESSAGE ? UI_LOG_MESSAGES : UI_LOG_INFO;
  guint32 entry = at | (guint32) level;

  g_array_append_val (segment->rows[part], entry);
  self->n_bytes += sizeof entry;
  self->n_rows++;
  self->end[part]++;
  self->counts[level]++;
}

static void
drop_oldest (UiLog *self)
{
  UiLogSegment *oldest = g_ptr_array_index (self->segments, 0);

  self->n_bytes -= ui_log_segment_get_n_bytes (oldest);
  self->n_rows -= ui_log_segment_get_n_rows (oldest);
  /* a later segment may still hold the chunk: then it counts there from now on */
  for (guint i = 1; oldest->chunk != NULL && i < self->segments->len; i++)
    {
      UiLogSegment *next = g_ptr_array_index (self->segments, i);

      if (next->chunk == NULL)
        continue;
      if (next->chunk == oldest->chunk)
        {
          next->chunk_bytes = oldest->chunk_bytes;
          self->n_bytes += next->chunk_bytes;
        }
      break;
    }
  g_ptr_array_remove_index (self->segments, 0);
}

static void
keep_bounds (UiLog *self)
{
  while (self->segments->len > 1
         && (self->n_bytes > self->max_bytes || self->n_rows > self->max_rows))
    drop_oldest (self);
}

static void
push_note (UiLog       *self,
           ReportLevel  level,
           const char  *text)
{
  UiLogSegment *segment = segment_for (self, NULL);
  UiLogNote note = { g_get_real_time (), g_strdup (text) };

  g_array_append_val (segment->notes, note);
  self->n_bytes += UI_LOG_NOTE_BYTES;
  push_row (self, segment, (segment->notes->len - 1) * 8, level);
}

static void
count_row_cb (ReportLevel  level,
              const char  *text,
              gpointer     user_data)
{
  push_note (user_data, level, text);
}

static gboolean
has_summary (UiLog *self)
{
  return self->left_out || memcmp (self->junk, self->junk_said, sizeof self->junk) != 0;
}

static void
push_summary (UiLog *self)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (self->left_out && report_collapse_flush (self->collapse, text))
    push_note (self, REPORT_WARNING, text->str);
  self->left_out = FALSE;
  report_counts_foreach_row (self->junk_said, self->junk, count_row_cb, self);
  memcpy (self->junk_said, self->junk, sizeof self->junk);
  self->summary_us = g_get_monotonic_time ();
}

static gboolean
summary_cb (gpointer user_data)
{
  UiLog *self = user_data;
  guint64 before = self->end[UI_LOG_INFO];

  self->summary_id = 0;
  push_summary (self);
  keep_bounds (self);
  if (self->end[UI_LOG_INFO] != before)
    g_signal_emit (self, signals[ROWS_ADDED], 0);
  return G_SOURCE_REMOVE;
}

/* Now if the last one is old enough, else when it is. */
static void
summarize (UiLog *self)
{
  gint64 wait_us;

  if (self->summary_id != 0 || !has_summary (self))
    return;
  wait_us = self->summary_us == 0 ? 0 : self->summary_us + SUMMARY_US - g_get_monotonic_time ();
  if (wait_us <= 0)
    push_summary (self);
  else
    self->summary_id = g_timeout_add (wait_us / 1000 + 1, summary_cb, self);
}

static void
append_range (UiLog                *self,
              const DtlsEventRange *range)
{
  const DtlsEvent *event = NULL;
  guint32 at = 0;

  while ((event = dtls_event_range_next (range, event, &at)) != NULL)
    {
      ReportLevel level = report_event_get_level (event);

      if (self->func != NULL && (event->kind & self->kinds) != 0)
        self->func (self, event, self->func_data);
      if (level == REPORT_SILENT)
        continue;
      if (level != REPORT_MESSAGE && !report_collapse_admit (self->collapse, event))
        self->left_out = TRUE;
      else
        push_row (self, segment_for (self, range->chunk), at, level);
    }
}

static gboolean
undo_expired_cb (gpointer user_data)
{
  UiLog *self = user_data;

  self->undo_id = 0;
  while (self->segments->len > 0)
    {
      UiLogSegment *oldest = g_ptr_array_index (self->segments, 0);

      if (oldest->first[UI_LOG_INFO] + oldest->rows[UI_LOG_INFO]->len > self->cleared[UI_LOG_INFO]
          || oldest->first[UI_LOG_MESSAGES] + oldest->rows[UI_LOG_MESSAGES]->len
               > self->cleared[UI_LOG_MESSAGES])
        break;
      drop_oldest (self);
    }
  g_signal_emit (self, signals[UNDO_EXPIRED], 0);
  return G_SOURCE_REMOVE;
}

static void
ui_log_finalize (GObject *object)
{
  UiLog *self = UI_LOG (object);

  g_clear_handle_id (&self->undo_id, g_source_remove);
  g_clear_handle_id (&self->summary_id, g_source_remove);
  if (self->func_destroy != NULL)
    self->func_destroy (self->func_data);
  g_ptr_array_unref (self->segments);
  report_collapse_free (self->collapse);
  G_OBJECT_CLASS (ui_log_parent_class)->finalize (object);
}

static void
ui_log_class_init (UiLogClass *klass)
{
  static const char *const names[N_SIGNALS] = {
    [ROWS_ADDED] = "rows-added", [RESET] = "reset",
    [CLEARED] = "cleared", [UNDO_EXPIRED] = "undo-expired",
  };

  G_OBJECT_CLASS (klass)->finalize = ui_log_finalize;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], UI_TYPE_LOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
}

static void
ui_log_init (UiLog *self)
{
  self->segments = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_log_segment_free);
  self->collapse = report_collapse_new ();
  self->max_bytes = UI_LOG_MAX_BYTES;
  self->max_rows = UI_LOG_MAX_EVENTS;
}

/**
 * ui_log_new:
 *
 * Returns: (transfer full): an empty log with the bounds of DESIGN section 7.
 */
UiLog *
ui_log_new (void)
{
  return g_object_new (UI_TYPE_LOG, NULL);
}

/**
 * ui_log_set_limits:
 * @max_bytes: of chunks and index
 * @max_events: rows
 *
 * What is over is dropped at once, a whole chunk at a time, oldest first; the newest is kept
 * whatever its size.
 */
void
ui_log_set_limits (UiLog *self,
                   gsize  max_bytes,
                   guint  max_events)
{
  g_return_if_fail (UI_IS_LOG (self));

  self->max_bytes = max_bytes;
  self->max_rows = max_events;
  keep_bounds (self);
}

/**
 * ui_log_append_ranges:
 * @ranges: (array length=n_ranges): lent; the log takes its own references on the chunks
 * @counts: running totals of what was only counted
 *
 * Takes what the queue's source gives, without copying an event. Costs an index entry of 4 bytes
 * for each row. Equal lines that strangers can provoke are collapsed, counted things become rows,
 * at most once a second. Emits "rows-added" when there are any. Main thread.
 */
void
ui_log_append_ranges (UiLog                *self,
                      const DtlsEventRange *ranges,
                      guint                 n_ranges,
                      const guint64         counts[DTLS_N_COUNTS])
{
  guint64 before;

  g_return_if_fail (UI_IS_LOG (self));

  before = self->end[UI_LOG_INFO] + self->end[UI_LOG_MESSAGES];
  for (guint i = 0; i < n_ranges; i++)
    {
      append_range (self, &ranges[i]);
      keep_bounds (self);
    }
  if (counts != NULL)
    memcpy (self->junk, counts, sizeof self->junk);
  summarize (self);
  if (self->end[UI_LOG_INFO] + self->end[UI_LOG_MESSAGES] != before)
    g_signal_emit (self, signals[ROWS_ADDED], 0);
}

/**
 * ui_log_append_row:
 * @level: information, warning or error
 * @text: a whole translated sentence; network text in it escaped already
 *
 * A row of the program's own, with the present time. Main thread.
 */
void
ui_log_append_row (UiLog       *self,
                   ReportLevel  level,
                   const char  *text)
{
  g_return_if_fail (UI_IS_LOG (self));
  g_return_if_fail (level <= REPORT_ERROR);
  g_return_if_fail (text != NULL);

  push_note (self, level, text);
  keep_bounds (self);
  g_signal_emit (self, signals[ROWS_ADDED], 0);
}

/**
 * ui_log_set_event_func:
 * @kinds: DtlsEventKind bits
 * @func: (nullable): called for each event of these kinds, also for those without a row
 *
 * One function for each log; it may append rows. Main thread.
 */
void
ui_log_set_event_func (UiLog          *self,
                       guint           kinds,
                       UiLogEventFunc  func,
                       gpointer        user_data,
                       GDestroyNotify  destroy)
{
  g_return_if_fail (UI_IS_LOG (self));

  if (self->func_destroy != NULL)
    self->func_destroy (self->func_data);
  self->kinds = kinds;
  self->func = func;
  self->func_data = user_data;
  self->func_destroy = destroy;
}

/**
 * ui_log_get_first:
 *
 * Serial of the oldest row that is kept and not cleared; equal to ui_log_get_end() when none is.
 */
guint64
ui_log_get_first (UiLog     *self,
                  UiLogPart  part)
{
  guint64 first;

  g_return_val_if_fail (UI_IS_LOG (self), 0);
  g_return_val_if_fail (part < UI_LOG_N_PARTS, 0);

  first = self->end[part];
  if (self->segments->len > 0)
    first = ((UiLogSegment *) g_ptr_array_index (self->segments, 0))->first[part];
  return MAX (first, self->cleared[part]);
}

/**
 * ui_log_get_end:
 *
 * Serial that the next row of @part will have.
 */
guint64
ui_log_get_end (UiLog     *self,
                UiLogPart  part)
{
  g_return_val_if_fail (UI_IS_LOG (self), 0);
  g_return_val_if_fail (part < UI_LOG_N_PARTS, 0);

  return self->end[part];
}

/* The segment with a row that is there, and the row's entry: a binary search over the segments. */
static const UiLogSegment *
find_row (UiLog     *self,
          UiLogPart  part,
          guint64    serial,
          guint32   *entry)
{
  guint low = 0, high = self->segments->len;
  const UiLogSegment *segment;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      segment = g_ptr_array_index (self->segments, middle);
      if (segment->first[part] <= serial)
        low = middle;
      else
        high = middle;
    }
  segment = g_ptr_array_index (self->segments, low);
  *entry = g_array_index (segment->rows[part], guint32, serial - segment->first[part]);
  return segment;
}

/**
 * ui_log_get_row:
 * @row: (out): lent until the log changes
 *
 * Returns: FALSE for a serial that is gone, cleared or not there yet.
 */
gboolean
ui_log_get_row (UiLog     *self,
                UiLogPart  part,
                guint64    serial,
                UiLogRow  *row)
{
  const UiLogSegment *segment;
  guint32 entry;

  g_return_val_if_fail (row != NULL, FALSE);

  if (serial < ui_log_get_first (self, part) || serial >= self->end[part])
    return FALSE;
  segment = find_row (self, part, serial, &entry);
  ui_log_segment_get (segment, entry, row);
  row->serial = serial;
  return TRUE;
}

/**
 * ui_log_get_level:
 *
 * The level alone, from the index: for filters. REPORT_SILENT for a row that is not there.
 */
ReportLevel
ui_log_get_level (UiLog     *self,
                  UiLogPart  part,
                  guint64    serial)
{
  guint32 entry;

  if (serial < ui_log_get_first (self, part) || serial >= self->end[part])
    return REPORT_SILENT;
  find_row (self, part, serial, &entry);
  return UI_LOG_ENTRY_LEVEL (entry);
}

/**
 * ui_log_get_count:
 *
 * How many rows of @level came since the last clear, dropped ones included.
 */
guint64
ui_log_get_count (UiLog       *self,
                  ReportLevel  level)
{
  g_return_val_if_fail (UI_IS_LOG (self), 0);
  g_return_val_if_fail (level < REPORT_N_LEVELS, 0);

  return self->counts[level] - self->counts_cleared[level];
}

/**
 * ui_log_get_n_dropped:
 *
 * How many rows of @part fell off at the bounds since the last clear.
 */
guint64
ui_log_get_n_dropped (UiLog     *self,
                      UiLogPart  part)
{
  return ui_log_get_first (self, part) - self->cleared[part];
}

/* Bytes of what is kept: chunks and index. */
gsize
ui_log_get_n_bytes (UiLog *self)
{
  g_return_val_if_fail (UI_IS_LOG (self), 0);

  return self->n_bytes;
}

/* How many rows are kept. */
guint
ui_log_get_n_events (UiLog *self)
{
  g_return_val_if_fail (UI_IS_LOG (self), 0);

  return self->n_rows;
}

/**
 * ui_log_clear:
 *
 * Empties both panes. What was there is kept for 10 seconds more, for ui_log_undo_clear().
 */
void
ui_log_clear (UiLog *self)
{
  g_return_if_fail (UI_IS_LOG (self));

  g_clear_handle_id (&self->undo_id, g_source_remove);
  memcpy (self->undo, self->cleared, sizeof self->undo);
  memcpy (self->undo_counts, self->counts_cleared, sizeof self->undo_counts);
  memcpy (self->cleared, self->end, sizeof self->cleared);
  memcpy (self->counts_cleared, self->counts, sizeof self->counts_cleared);
  self->undo_id = g_timeout_add_seconds (UNDO_S, undo_expired_cb, self);
  g_signal_emit (self, signals[RESET], 0);
  g_signal_emit (self, signals[CLEARED], 0);
}

/**
 * ui_log_undo_clear:
 *
 * Brings back what the last clear took. Returns: FALSE when it is too late.
 */
gboolean
ui_log_undo_clear (UiLog *self)
{
  g_return_val_if_fail (UI_IS_LOG (self), FALSE);

  if (self->undo_id == 0)
    return FALSE;
  g_clear_handle_id (&self->undo_id, g_source_remove);
  memcpy (self->cleared, self->undo, sizeof self->cleared);
  memcpy (self->counts_cleared, self->undo_counts, sizeof self->counts_cleared);
  g_signal_emit (self, signals[RESET], 0);
  g_signal_emit (self, signals[UNDO_EXPIRED], 0);
  return TRUE;
}

/**
 * ui_log_can_undo:
 *
 * Whether ui_log_undo_clear() would bring something back.
 */
gboolean
ui_log_can_undo (UiLog *self)
{
  g_return_val_if_fail (UI_IS_LOG (self), FALSE);

  return self->undo_id != 0;
}
