/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-pane-batch.h"

#include <glib/gi18n-lib.h>

#include "report-block.h"
#include "report-hex.h"
#include "report-text.h"

#define HYPHENS "---------------"       /* 15, as in the original */
#define FOLD_LINES 8
#define FOLD_SLACK 4                    /* fewer more lines than this are not worth a fold */
#define FOLD_CHARS (FOLD_LINES * 80)

UiPaneBatch *
ui_pane_batch_new (const UiPaneStyle *style)
{
  UiPaneBatch *self = g_new0 (UiPaneBatch, 1);

  self->style = *style;
  self->text = g_string_new (NULL);
  self->spans = g_array_new (FALSE, FALSE, sizeof (UiPaneSpan));
  self->icons = g_array_new (FALSE, FALSE, sizeof (UiPaneIcon));
  self->items = g_array_new (FALSE, TRUE, sizeof (UiPaneItem));
  return self;
}

void
ui_pane_batch_free (UiPaneBatch *self)
{
  g_string_free (self->text, TRUE);
  g_array_unref (self->spans);
  g_array_unref (self->icons);
  g_array_unref (self->items);
  g_free (self);
}

static void
span (UiPaneBatch *self,
      UiTag        tag,
      guint        start)
{
  UiPaneSpan s = { start, self->n_chars, tag };

  if (s.start < s.end)
    g_array_append_val (self->spans, s);
}

/* Counts what was appended to the text since @from, in characters and in lines. */
static void
take_from (UiPaneBatch *self,
           gsize        from)
{
  for (const char *c = self->text->str + from; *c != '\0'; c++)
    {
      self->n_chars += (*c & 0xc0) != 0x80;
      self->n_lines += *c == '\n';
    }
}

static void
put (UiPaneBatch *self,
     const char  *text)
{
  gsize from = self->text->len;

  g_string_append (self->text, text);
  take_from (self, from);
}

static void
put_tagged (UiPaneBatch *self,
            const char  *text,
            UiTag        first,
            UiTag        second,
            UiTag        third)
{
  guint start = self->n_chars;

  put (self, text);
  span (self, first, start);
  if (second != first)
    span (self, second, start);
  if (third != second)
    span (self, third, start);
}

/* The last item of the array, its lines counted by end_item(). */
static UiPaneItem *
begin_item (UiPaneBatch    *self,
            UiPaneItemKind  kind,
            guint64         serial)
{
  UiPaneItem *item;

  if (self->items->len > 0)
    put (self, "\n");
  g_array_set_size (self->items, self->items->len + 1);
  item = &g_array_index (self->items, UiPaneItem, self->items->len - 1);
  item->kind = kind;
  item->serial = serial;
  item->line = self->n_lines;
  return item;
}

static void
end_item (UiPaneBatch *self)
{
  UiPaneItem *item = &g_array_index (self->items, UiPaneItem, self->items->len - 1);

  item->n_lines = self->n_lines - item->line + 1;
}

static void
put_time (UiPaneBatch *self,
          gint64       time_us,
          UiTag        paragraph)
{
  gsize from = self->text->len;
  guint start = self->n_chars;

  report_text_append_time (self->text, time_us);
  take_from (self, from);
  span (self, paragraph, start);
  span (self, UI_TAG_DIM, start);
  span (self, UI_TAG_SMALL, start);
}

static UiTag
level_tag (ReportLevel level)
{
  switch (level)
    {
    case REPORT_WARNING:
      return UI_TAG_WARNING;
    case REPORT_ERROR:
      return UI_TAG_ERROR;
    case REPORT_MESSAGE:
      return UI_TAG_MESSAGE;
    case REPORT_INFO:
    case REPORT_SILENT:
    case REPORT_N_LEVELS:
    default:
      return UI_TAG_INFO;
    }
}

/* "Why?" stands behind what is news: not behind each repeat of a warning. */
static gboolean
offers_why (const UiLogRow *row,
            gboolean        second)
{
  g_autoptr(GString) heading = NULL;
  g_autoptr(GString) body = NULL;

  if (row->level == REPORT_INFO
      || (!second && row->level != REPORT_ERROR && row->event->kind != DTLS_EVENT_DIAGNOSIS))
    return FALSE;
  heading = g_string_new (NULL);
  body = g_string_new (NULL);
  return report_event_append_why (row->event, heading, body);
}

static void
put_sentence (UiPaneBatch    *self,
              const UiLogRow *row)
{
  guint start;
  gsize from;

  put (self, "\t");
  g_array_append_val (self->icons, ((UiPaneIcon) { self->n_chars, row->level }));
  put (self, "\t");
  start = self->n_chars;
  from = self->text->len;
  if (row->event != NULL)
    report_event_append_sentence (row->event, self->text);
  else
    g_string_append (self->text, row->text);
  take_from (self, from);
  span (self, level_tag (row->level), start);
}

static void
put_second (UiPaneBatch    *self,
            const UiLogRow *row)
{
  gsize from = self->text->len;
  guint start = self->n_chars + 1;
  gboolean second;

  if (row->event == NULL)
    return;
  g_string_append_c (self->text, '\n');
  second = report_event_append_second (row->event, self->text);
  if (second)
    take_from (self, from);
  else
    g_string_truncate (self->text, from);
  if (offers_why (row, second))
    {
      put (self, " ");
      put_tagged (self, _("Why?"), UI_TAG_WHY, UI_TAG_WHY, UI_TAG_WHY);
    }
  if (second)
    span (self, UI_TAG_SECOND, start);
}

/* 1 200 with a narrow space that does not break */
static char *
group_digits (guint n)
{
  if (n < 1000)
    return g_strdup_printf ("%u", n);
  return g_strdup_printf ("%u\u202f%03u", n / 1000, n % 1000);
}

static void
put_hex_row (UiPaneBatch     *self,
             const DtlsEvent *event,
             guint            from)
{
  guint per_row = self->style.hex_per_row;
  guint start = self->n_chars;
  guint header = 0;
  gsize at = self->text->len;

  report_hex_append_offset (self->text, from);
  self->n_chars += self->text->len - at;
  span (self, UI_TAG_DIM, start);
  at = self->text->len;
  report_hex_append_row (self->text, dtls_event_wire (event), event->n_wire, from, per_row);
  start = self->n_chars;
  self->n_chars += self->text->len - at;        /* all of it is ASCII and one line */
  if (from < DTLS_RECORD_HEADER_BYTES)
    {
      guint n = MIN (DTLS_RECORD_HEADER_BYTES - from, per_row);

      header = MIN (n * 3 + (n - 1) / 8, self->n_chars - start);
      g_array_append_val (self->spans, ((UiPaneSpan) { start, start + header, UI_TAG_DIM }));
    }
  span (self, UI_TAG_MESSAGE, start + header);
}

/* Returns whether rows were left out. */
static gboolean
put_hex (UiPaneBatch     *self,
         const DtlsEvent *event,
         gboolean         expanded)
{
  guint per_row = self->style.hex_per_row;
  guint n_rows = (event->n_wire + per_row - 1) / per_row;
  gboolean folded = !expanded && n_rows > FOLD_LINES + FOLD_SLACK;
  guint start = self->n_chars;

  if (folded)
    n_rows = FOLD_LINES;
  for (guint i = 0; i < n_rows; i++)
    {
      if (i > 0)
        put (self, "\n");
      put_hex_row (self, event, i * per_row);
    }
  span (self, UI_TAG_HEX, start);
  return folded;
}

/* Where the text is cut: after 8 lines or what 8 lines hold; its length if it is short. */
static gsize
fold_point (const char *text,
            gsize       n_bytes)
{
  gsize at_line = n_bytes;
  guint n_lines = 1, n_chars = 0;
  const char *c;

  for (c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      if (n_chars == FOLD_CHARS)
        return MIN (at_line, (gsize) (c - text));
      if (*c == '\n' && n_lines++ == FOLD_LINES)
        at_line = c - text;
      if (n_lines > FOLD_LINES + FOLD_SLACK)
        return at_line;
      n_chars++;
    }
  return n_bytes;
}

static gboolean
put_text (UiPaneBatch     *self,
          const DtlsEvent *event,
          gboolean         expanded)
{
  gsize from = self->text->len;
  guint start = self->n_chars;
  gboolean folded = FALSE;
  /* what can be shown folded at most: the rest is not even escaped */
  gsize n_bytes = expanded ? event->n_text : MIN (event->n_text, FOLD_CHARS * 4 + 4);

  report_text_append_escaped (self->text, dtls_event_text (event), n_bytes, REPORT_TEXT_BLOCK, 0);
  if (!expanded)
    {
      gsize n = self->text->len - from;
      gsize cut = fold_point (self->text->str + from, n);

      folded = cut < n || n_bytes < event->n_text;
      if (folded)
        {
          g_string_truncate (self->text, from + cut);
          g_string_append (self->text, "…");
        }
    }
  take_from (self, from);
  span (self, UI_TAG_MESSAGE, start);
  return folded;
}

static void
put_block_title (UiPaneBatch     *self,
                 const DtlsEvent *event)
{
  g_autoptr(GString) caption = g_string_new (NULL);
  gsize from = self->text->len;
  guint start = self->n_chars;

  report_event_append_sentence (event, self->text);
  take_from (self, from);
  span (self, UI_TAG_MESSAGE, start);
  span (self, UI_TAG_BOLD, start);
  if (self->style.view == UI_MESSAGE_VIEW_TEXT)
    return;
  report_block_append_caption (event, caption);
  if (caption->str[0] != ' ')
    put (self, "\n");
  put_tagged (self, caption->str, UI_TAG_PART, UI_TAG_DIM, UI_TAG_SMALL);
}

static void
put_block (UiPaneBatch     *self,
           const DtlsEvent *event,
           gboolean         expanded)
{
  gboolean folded = FALSE;

  put_tagged (self, "\t" HYPHENS "\n", UI_TAG_DIM, UI_TAG_DIM, UI_TAG_DIM);
  put_block_title (self, event);
  put (self, "\n");
  if (self->style.view != UI_MESSAGE_VIEW_TEXT)
    folded |= put_hex (self, event, expanded);
  if (self->style.view == UI_MESSAGE_VIEW_BOTH)
    {
      put (self, "\n");
      put_tagged (self, _("As plain text:"), UI_TAG_PART, UI_TAG_DIM, UI_TAG_SMALL);
      put (self, "\n");
    }
  if (self->style.view != UI_MESSAGE_VIEW_HEX)
    folded |= put_text (self, event, expanded);
  if (folded)
    {
      guint n = self->style.view == UI_MESSAGE_VIEW_TEXT ? event->n_text : event->n_wire;
      g_autofree char *digits = group_digits (n);
      g_autofree char *text = NULL;

      /* Translators: %s is a number with grouped digits, the size of a payload */
      text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Show all (%s byte)",
                                           "Show all (%s bytes)", n), digits);
      put (self, "\n");
      put_tagged (self, text, UI_TAG_PART, UI_TAG_SHOW_ALL, UI_TAG_SHOW_ALL);
    }
}

static void
set_day (UiPaneBatch *self,
         gint64       time_us)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);
  g_autoptr(GDateTime) from = NULL;
  g_autoptr(GDateTime) to = NULL;

  self->day_from_us = 0;
  self->day_to_us = G_MAXINT64;
  if (time == NULL)
    return;
  from = g_date_time_new_local (g_date_time_get_year (time), g_date_time_get_month (time),
                                g_date_time_get_day_of_month (time), 0, 0, 0);
  if (from == NULL)
    return;
  to = g_date_time_add_days (from, 1);
  self->day_from_us = g_date_time_to_unix (from) * G_USEC_PER_SEC;
  self->day_to_us = to != NULL ? g_date_time_to_unix (to) * G_USEC_PER_SEC : G_MAXINT64;
}

/**
 * ui_pane_batch_follow_day:
 * @time_us: of the row before this batch, or 0 if there is none
 *
 * So that the first row of the batch gets a date before it when the day has changed.
 */
void
ui_pane_batch_follow_day (UiPaneBatch *self,
                          gint64       time_us)
{
  if (time_us != 0)
    set_day (self, time_us);
}

/**
 * ui_pane_batch_add_date:
 *
 * A row with the date of @time_us, if that is another day than that of the rows before it.
 */
void
ui_pane_batch_add_date (UiPaneBatch *self,
                        gint64       time_us,
                        guint64      serial)
{
  gboolean first = self->day_to_us == 0;
  g_autoptr(GDateTime) time = NULL;
  g_autofree char *date = NULL;

  if (time_us >= self->day_from_us && time_us < self->day_to_us)
    return;
  set_day (self, time_us);
  if (first)
    return;
  time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);
  if (time == NULL)
    return;
  /* Translators: a date in the log, see strftime(3): "Sunday, 22 November 2026" */
  date = g_date_time_format (time, _("%A, %-d %B %Y"));
  begin_item (self, UI_PANE_DATE, serial);
  put_tagged (self, date, UI_TAG_PART, UI_TAG_DIM, UI_TAG_SMALL);
  end_item (self);
}

/**
 * ui_pane_batch_add_row:
 * @row: read, not kept
 * @expanded: show all of a long block
 *
 * Formats one row of either part, and the date before it on a new day.
 */
void
ui_pane_batch_add_row (UiPaneBatch    *self,
                       const UiLogRow *row,
                       gboolean        expanded)
{
  UiPaneItem *item;

  ui_pane_batch_add_date (self, row->time_us, row->serial);
  item = begin_item (self, UI_PANE_ROW, row->serial);
  item->time_us = row->time_us;
  item->expanded = expanded;
  if (row->level == REPORT_MESSAGE && row->event != NULL)
    {
      put_time (self, row->time_us, UI_TAG_BLOCK);
      put_block (self, row->event, expanded);
    }
  else
    {
      put_time (self, row->time_us, UI_TAG_ROW);
      put_sentence (self, row);
      put_second (self, row);
    }
  end_item (self);
}

/**
 * ui_pane_batch_add_gap:
 * @n_hidden: rows that were too many to show
 *
 * The line that stands for them.
 */
void
ui_pane_batch_add_gap (UiPaneBatch *self,
                       UiLogPart    part,
                       guint64      n_hidden,
                       guint64      serial)
{
  g_autofree char *text = NULL;

  if (part == UI_LOG_MESSAGES)
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "%lu message not shown here (kept in the log)",
                                         "%lu messages not shown here (kept in the log)",
                                         (gulong) n_hidden), (gulong) n_hidden);
  else
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "%lu line not shown here (kept in the log)",
                                         "%lu lines not shown here (kept in the log)",
                                         (gulong) n_hidden), (gulong) n_hidden);
  begin_item (self, UI_PANE_GAP, serial);
  put_tagged (self, text, UI_TAG_PART, UI_TAG_DIM, UI_TAG_SMALL);
  end_item (self);
}

/**
 * ui_pane_batch_add_dropped:
 * @n_dropped: rows that the log no longer has
 *
 * The first line of the view when it shows the oldest row that is kept.
 */
void
ui_pane_batch_add_dropped (UiPaneBatch *self,
                           guint64      n_dropped,
                           guint64      serial)
{
  g_autofree char *text = NULL;

  text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu older one is no longer kept",
                                       "%lu older ones are no longer kept", (gulong) n_dropped),
                          (gulong) n_dropped);
  begin_item (self, UI_PANE_DROPPED, serial);
  put_tagged (self, text, UI_TAG_PART, UI_TAG_DIM, UI_TAG_SMALL);
  end_item (self);
}
