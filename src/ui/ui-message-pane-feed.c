/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-message-pane-private.h"

#define DRAIN_MS 16
#define HELD_MS 100             /* the "N new" button needs no more than 10 changes a second */
#define RATE 1000.0             /* blocks a second into the view */
#define BURST 200.0
#define FLOOD_OVER_MS 250
#define PAGE_ROWS 200
#define REFILL_ROWS 500         /* laying them out costs 0.1 s; older ones come when wanted */

/**
 * ui_message_pane_is_held:
 *
 * Whether new rows go to the store only: the user reads older ones, or has a selection.
 */
gboolean
ui_message_pane_is_held (UiMessagePane *self)
{
  return !self->follow
         || gtk_text_buffer_get_has_selection (ui_pane_buffer_get_buffer (self->buffer));
}

static gboolean
is_filtered (UiMessagePane *self)
{
  return self->association != 0
         || (self->part == UI_LOG_INFO && self->levels != UI_PANE_ALL_LEVELS);
}

static gboolean
matches (UiMessagePane *self,
         guint64        serial)
{
  UiLogRow row;

  if (self->part == UI_LOG_INFO
      && (self->levels & (1u << ui_log_get_level (self->log, self->part, serial))) == 0)
    return FALSE;
  if (self->association == 0)
    return TRUE;
  return ui_log_get_row (self->log, self->part, serial, &row)
         && row.event != NULL && row.event->association == self->association;
}

static guint64
count_matching (UiMessagePane *self,
                guint64        from,
                guint64        end)
{
  guint64 n = 0;

  if (from >= end)
    return 0;
  if (!is_filtered (self))
    return end - from;
  for (guint64 serial = from; serial < end; serial++)
    n += matches (self, serial);
  return n;
}

/* At most @n matching serials below @end and not below @from, newest first. */
static GArray *
collect_before (UiMessagePane *self,
                guint64        from,
                guint64        end,
                guint          n,
                guint64       *lowest)
{
  GArray *serials = g_array_new (FALSE, FALSE, sizeof (guint64));

  while (end > from && serials->len < n)
    if (matches (self, --end))
      g_array_append_val (serials, end);
  *lowest = end;
  return serials;
}

static void
add_rows (UiMessagePane *self,
          UiPaneBatch   *batch,
          GArray        *newest_first)
{
  UiLogRow row;

  for (guint i = newest_first->len; i > 0; i--)
    if (ui_log_get_row (self->log, self->part, g_array_index (newest_first, guint64, i - 1), &row))
      ui_pane_batch_add_row (batch, &row, FALSE);
}

static gint64
newest_time_us (UiMessagePane *self)
{
  for (guint i = ui_pane_buffer_get_n_items (self->buffer); i > 0; i--)
    {
      const UiPaneItem *item = ui_pane_buffer_get_item (self->buffer, i - 1);

      if (item->kind == UI_PANE_ROW)
        return item->time_us;
    }
  return 0;
}

static void
trim_front (UiMessagePane *self)
{
  guint n = ui_pane_buffer_get_n_items (self->buffer);

  if (n <= self->max_blocks)
    return;
  ui_pane_buffer_trim_front (self->buffer, n - self->max_blocks);
  self->top = ui_pane_buffer_get_item (self->buffer, 0)->serial;
}

/* Whether the view has its size. A GtkTextView that is filled and scrolled before never again
 * agrees with its scrollbar on where it is (GTK 4.8), and its blocks would have no width. */
static gboolean
has_size (UiMessagePane *self)
{
  return gtk_widget_get_mapped (GTK_WIDGET (self->view))
         && gtk_widget_get_height (GTK_WIDGET (self->view)) > 0 && self->layout_id == 0;
}

/* The text has changed. The view measures it in an idle; if a frame comes first, while it is
 * painted (GTK 4.8), and then its scrollbar moves too late for that frame, with a warning. So it measures
 * now, as it does whenever it gets a size: the same work, earlier. */
static void
measure (UiMessagePane *self)
{
  GtkWidget *view = GTK_WIDGET (self->view);

  if (has_size (self))
    GTK_WIDGET_GET_CLASS (view)->size_allocate (view, gtk_widget_get_width (view),
                                                gtk_widget_get_height (view), -1);
}

static void
show_end (UiMessagePane *self)
{
  if (self->follow)
    gtk_text_view_scroll_mark_onscreen (self->view, self->end_mark);
  measure (self);
}

static void
append_batch (UiMessagePane     *self,
              const UiPaneBatch *batch)
{
  guint n = ui_pane_buffer_get_n_items (self->buffer);

  ui_pane_buffer_append (self->buffer, batch);
  if (self->search != NULL)
    ui_message_pane_highlight (self, n);
}

static gboolean
refill_cb (gpointer user_data)
{
  UiMessagePane *self = user_data;

  self->refill_id = 0;
  if (self->has_gaps && !ui_message_pane_is_held (self))
    ui_message_pane_refill (self);
  return G_SOURCE_REMOVE;
}

static void
take_tokens (UiMessagePane *self,
             gint64         now_us)
{
  self->tokens += (now_us - self->tokens_us) * RATE / G_USEC_PER_SEC;
  self->tokens = MIN (self->tokens, BURST);
  self->tokens_us = now_us;
}

/* What the bucket allows of the pending rows, the newest of them; one line for the rest. */
static void
append_pending (UiMessagePane *self)
{
  guint64 end = ui_log_get_end (self->log, self->part);
  guint64 from = MAX (self->next, ui_log_get_first (self->log, self->part));
  guint64 n_pending = count_matching (self, from, end) + (from - self->next);
  guint budget = self->tokens;
  g_autoptr(GArray) serials = NULL;
  g_autoptr(UiPaneBatch) batch = NULL;
  guint64 lowest;

  if (n_pending == 0)
    {
      self->next = end;
      return;
    }
  if (budget == 0)
    return;                     /* the timer comes back for them */
  serials = collect_before (self, from, end, budget, &lowest);
  batch = ui_pane_batch_new (&self->style);
  ui_pane_batch_follow_day (batch, newest_time_us (self));
  if (n_pending > serials->len)
    {
      ui_pane_batch_add_gap (batch, self->part, n_pending - serials->len, lowest);
      self->has_gaps = TRUE;
      g_clear_handle_id (&self->refill_id, g_source_remove);
      self->refill_id = g_timeout_add (FLOOD_OVER_MS, refill_cb, self);
    }
  add_rows (self, batch, serials);
  append_batch (self, batch);
  self->tokens -= serials->len;
  self->next = end;
  trim_front (self);
  show_end (self);
}

static void
count_new (UiMessagePane *self)
{
  guint64 end = ui_log_get_end (self->log, self->part);
  guint64 from = MAX (self->counted, self->next);

  self->n_new += count_matching (self, MAX (from, ui_log_get_first (self->log, self->part)), end);
  self->counted = end;
}

/**
 * ui_message_pane_drain:
 *
 * One turn: takes what is new in the log into the view, or only counts it. Before the view has its
 * size nothing is done; ui_message_pane_sized() comes back for it.
 */
void
ui_message_pane_drain (UiMessagePane *self)
{
  gint64 now_us = g_get_monotonic_time ();

  self->drained_us = now_us;
  ui_message_pane_update_page (self);
  if (!has_size (self))
    return;
  if (self->fill_waits)
    ui_message_pane_refill (self);
  take_tokens (self, now_us);
  if (ui_message_pane_is_held (self))
    count_new (self);
  else
    append_pending (self);
  ui_message_pane_update_new (self);
  if (!ui_message_pane_is_held (self) && self->next < ui_log_get_end (self->log, self->part))
    ui_message_pane_schedule (self);
}

/**
 * ui_message_pane_sized:
 *
 * The view may have got its size: takes in what waited for it.
 */
void
ui_message_pane_sized (UiMessagePane *self)
{
  if (self->log != NULL && has_size (self)
      && (self->fill_waits || self->next < ui_log_get_end (self->log, self->part)))
    ui_message_pane_schedule (self);
}

static gboolean
drain_cb (gpointer user_data)
{
  UiMessagePane *self = user_data;

  self->drain_id = 0;
  ui_message_pane_drain (self);
  return G_SOURCE_REMOVE;
}

/**
 * ui_message_pane_schedule:
 *
 * Drains soon, at most once in 16 ms; nothing runs while nothing comes. While the pane is hidden
 * the log alone is kept.
 */
void
ui_message_pane_schedule (UiMessagePane *self)
{
  gint64 since_ms;
  guint period_ms;

  if (self->drain_id != 0 || self->log == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  since_ms = (g_get_monotonic_time () - self->drained_us) / 1000;
  period_ms = ui_message_pane_is_held (self) ? HELD_MS : DRAIN_MS;
  self->drain_id = g_timeout_add (since_ms >= period_ms ? 0 : period_ms - since_ms, drain_cb, self);
}

/* Fills the view anew with the rows below @end, and follows from there. */
static void
fill (UiMessagePane *self,
      guint64        end)
{
  guint64 first = ui_log_get_first (self->log, self->part);
  guint64 n_dropped = ui_log_get_n_dropped (self->log, self->part);
  g_autoptr(GArray) serials = NULL;
  g_autoptr(UiPaneBatch) batch = ui_pane_batch_new (&self->style);

  g_clear_handle_id (&self->refill_id, g_source_remove);
  self->has_gaps = FALSE;
  serials = collect_before (self, first, end, MIN (self->max_blocks - 1, REFILL_ROWS), &self->top);
  if (self->top == first && n_dropped > 0)
    ui_pane_batch_add_dropped (batch, n_dropped, first);
  add_rows (self, batch, serials);
  ui_pane_buffer_clear (self->buffer);
  append_batch (self, batch);
  self->next = end;
  self->counted = end;
  self->n_new = 0;
  self->fill_waits = FALSE;
}

/**
 * ui_message_pane_refill:
 *
 * Shows the newest rows without gaps: when a flood is over, a filter changed, the log was cleared
 * or the user goes to the end. 500 blocks cost about 5 ms and 0.1 s of layout in the background.
 */
void
ui_message_pane_refill (UiMessagePane *self)
{
  if (self->log == NULL)
    {
      ui_pane_buffer_clear (self->buffer);
      return;
    }
  ui_message_pane_update_page (self);
  if (!has_size (self))
    {
      ui_pane_buffer_clear (self->buffer);
      self->fill_waits = TRUE;
      return;
    }
  fill (self, ui_log_get_end (self->log, self->part));
  ui_message_pane_update_new (self);
  show_end (self);
}

/**
 * ui_message_pane_resume:
 *
 * The view follows again: takes in what came meanwhile.
 */
void
ui_message_pane_resume (UiMessagePane *self)
{
  if (self->log == NULL || ui_message_pane_is_held (self))
    return;
  count_new (self);
  if (self->has_gaps || self->n_new > PAGE_ROWS)
    {
      ui_message_pane_refill (self);
      return;
    }
  self->n_new = 0;
  self->tokens = MAX (self->tokens, PAGE_ROWS);
  self->tokens_us = g_get_monotonic_time ();
  append_pending (self);
  show_end (self);
  ui_message_pane_update_new (self);
}

/* Takes the newest rows out of a view that has grown at its top; they count as new. */
static void
trim_back (UiMessagePane *self)
{
  GtkTextBuffer *buffer = ui_pane_buffer_get_buffer (self->buffer);
  guint n = ui_pane_buffer_get_n_items (self->buffer);

  if (n <= self->max_blocks || gtk_text_buffer_get_has_selection (buffer))
    return;
  ui_pane_buffer_trim_back (self->buffer, n - self->max_blocks);
  n = ui_pane_buffer_get_n_items (self->buffer);
  self->next = ui_pane_buffer_get_item (self->buffer, n - 1)->serial + 1;
  self->counted = self->next;
  self->n_new = 0;
  count_new (self);
}

/* Rows of a page: never so many that what the user looks at is trimmed for them. */
static guint
page_rows (UiMessagePane *self)
{
  return MIN (PAGE_ROWS, self->max_blocks / 2);
}

/* GtkTextView keeps the line at its top where it is, unless that is the very first: then text put
 * before it would push it down. One line further it stays. */
static void
leave_first_line (UiMessagePane *self)
{
  GtkAdjustment *adj = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
  GtkTextIter second;
  int y, value;

  gtk_text_buffer_get_iter_at_line (ui_pane_buffer_get_buffer (self->buffer), &second, 1);
  gtk_text_view_get_line_yrange (self->view, &second, &y, NULL);
  value = y + gtk_text_view_get_top_margin (self->view) + 1;
  if (gtk_adjustment_get_value (adj) < value)
    gtk_adjustment_set_value (adj, value);
}

/**
 * ui_message_pane_page_older:
 *
 * Adds older rows at the top of the view, which stays on its line.
 */
void
ui_message_pane_page_older (UiMessagePane *self)
{
  g_autoptr(GArray) serials = NULL;
  g_autoptr(UiPaneBatch) batch = NULL;
  guint64 first, n_dropped;

  if (self->log == NULL || ui_pane_buffer_get_n_items (self->buffer) == 0)
    return;
  first = ui_log_get_first (self->log, self->part);
  if (self->top <= first)
    return;
  serials = collect_before (self, first, self->top, page_rows (self), &self->top);
  n_dropped = ui_log_get_n_dropped (self->log, self->part);
  batch = ui_pane_batch_new (&self->style);
  if (self->top == first && n_dropped > 0)
    ui_pane_batch_add_dropped (batch, n_dropped, first);
  add_rows (self, batch, serials);
  if (serials->len > 0)
    ui_pane_batch_add_date (batch, ui_pane_buffer_get_item (self->buffer, 0)->time_us,
                            g_array_index (serials, guint64, 0));
  leave_first_line (self);
  ui_pane_buffer_prepend (self->buffer, batch);
  if (self->search != NULL)
    ui_message_pane_highlight (self, 0);
  trim_back (self);
  measure (self);
  ui_message_pane_update_new (self);
}

/**
 * ui_message_pane_page_newer:
 *
 * The user scrolled down to the end of what is shown: follows if little is missing, else adds the
 * next rows below.
 */
void
ui_message_pane_page_newer (UiMessagePane *self)
{
  guint64 end, from, serial;
  g_autoptr(UiPaneBatch) batch = NULL;
  guint n = 0;

  if (self->log == NULL)
    return;
  count_new (self);
  if (self->n_new <= page_rows (self))
    {
      ui_message_pane_set_follow (self, TRUE);
      return;
    }
  end = ui_log_get_end (self->log, self->part);
  from = MAX (self->next, ui_log_get_first (self->log, self->part));
  batch = ui_pane_batch_new (&self->style);
  ui_pane_batch_follow_day (batch, newest_time_us (self));
  for (serial = from; serial < end && n < page_rows (self); serial++)
    {
      UiLogRow row;

      if (!matches (self, serial) || !ui_log_get_row (self->log, self->part, serial, &row))
        continue;
      ui_pane_batch_add_row (batch, &row, FALSE);
      n++;
    }
  append_batch (self, batch);
  self->next = serial;
  self->n_new -= MIN (n, self->n_new);
  if (!gtk_text_buffer_get_has_selection (ui_pane_buffer_get_buffer (self->buffer)))
    trim_front (self);
  ui_message_pane_update_new (self);
}

/**
 * ui_message_pane_load_around:
 * @serial: a row of the log
 *
 * Fills the view with the rows about @serial, if it does not show it already; the caller stops
 * following first.
 */
void
ui_message_pane_load_around (UiMessagePane *self,
                             guint64        serial)
{
  guint64 end = ui_log_get_end (self->log, self->part);
  guint64 stop = serial;
  guint index;

  if (ui_pane_buffer_find_serial (self->buffer, serial, &index))
    return;
  for (guint n = 0; stop < end && n <= MIN (self->max_blocks, REFILL_ROWS) / 2; stop++)
    n += matches (self, stop);
  fill (self, stop);
  count_new (self);
  ui_message_pane_update_new (self);
}

/**
 * ui_message_pane_expand:
 * @index: of a row in the view
 *
 * Unfolds a long block. Does nothing if the log has dropped it.
 */
void
ui_message_pane_expand (UiMessagePane *self,
                        guint          index)
{
  const UiPaneItem *item = ui_pane_buffer_get_item (self->buffer, index);
  g_autoptr(UiPaneBatch) batch = NULL;
  UiLogRow row;

  if (self->log == NULL || item->kind != UI_PANE_ROW
      || !ui_log_get_row (self->log, self->part, item->serial, &row))
    return;
  batch = ui_pane_batch_new (&self->style);
  ui_pane_batch_add_row (batch, &row, TRUE);
  ui_pane_buffer_replace (self->buffer, index, batch);
  if (self->search != NULL)
    ui_message_pane_highlight (self, index);
  measure (self);
}

/**
 * ui_message_pane_highlight:
 * @from_item: the first item to look at
 *
 * Tags what is searched for, from an item to the end of the view.
 */
void
ui_message_pane_highlight (UiMessagePane *self,
                           guint          from_item)
{
  GtkTextBuffer *buffer = ui_pane_buffer_get_buffer (self->buffer);
  GtkTextTag *tag = ui_pane_buffer_get_tag (self->buffer, UI_TAG_MATCH);
  GtkTextIter at, end;

  if (from_item >= ui_pane_buffer_get_n_items (self->buffer))
    return;
  ui_pane_buffer_get_bounds (self->buffer, from_item, &at, NULL);
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_remove_tag (buffer, tag, &at, &end);
  if (self->search == NULL)
    return;
  while (gtk_text_iter_forward_search (&at, self->search,
                                       GTK_TEXT_SEARCH_CASE_INSENSITIVE | GTK_TEXT_SEARCH_TEXT_ONLY,
                                       &at, &end, NULL))
    {
      gtk_text_buffer_apply_tag (buffer, tag, &at, &end);
      at = end;
    }
}

/**
 * ui_message_pane_stop_feed:
 *
 * Removes all its sources.
 */
void
ui_message_pane_stop_feed (UiMessagePane *self)
{
  g_clear_handle_id (&self->drain_id, g_source_remove);
  g_clear_handle_id (&self->refill_id, g_source_remove);
  g_clear_handle_id (&self->page_id, g_source_remove);
  g_clear_handle_id (&self->pin_id, g_source_remove);
  g_clear_handle_id (&self->layout_id, g_source_remove);
}
