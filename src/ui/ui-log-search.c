/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-log-search.h"

#include "dtls-key.h"
#include "report-text.h"

#define SLICE_US 6000
#define SLICE_ROWS 64           /* between two looks at the clock */
#define MAX_HITS 100000

struct _UiLogSearch
{
  GObject     parent_instance;

  UiLog      *log;
  char       *query;            /* folded; NULL: none */
  gboolean    ascii;
  GByteArray *bytes;            /* the query as hex; NULL: it is none */
  GArray     *hits;             /* UiLogHit, by time */
  guint64     at[UI_LOG_N_PARTS];       /* rows before these were looked at */
  GString    *text;             /* reused for each row */
  guint       idle_id;
};

G_DEFINE_FINAL_TYPE (UiLogSearch, ui_log_search, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
contains_bytes (const guint8 *hay,
                gsize         n_hay,
                GByteArray   *needle)
{
  return needle != NULL && memmem (hay, n_hay, needle->data, needle->len) != NULL;
}

/* What the pane shows of a row, but for its hex. */
static void
append_shown (const UiLogRow *row,
              GString        *text)
{
  if (row->level != REPORT_MESSAGE || row->event == NULL)
    {
      ui_log_row_append_text (row, text);
      return;
    }
  report_event_append_sentence (row->event, text);
  g_string_append_c (text, '\n');
  report_text_append_escaped (text, dtls_event_text (row->event), row->event->n_text,
                              REPORT_TEXT_BLOCK, 0);
}

static gboolean
is_hit (UiLogSearch    *self,
        const UiLogRow *row)
{
  g_autofree char *folded = NULL;

  if (row->event != NULL && row->event->n_wire > 0
      && contains_bytes (dtls_event_wire (row->event), row->event->n_wire, self->bytes))
    return TRUE;
  g_string_truncate (self->text, 0);
  append_shown (row, self->text);
  if (self->ascii)
    {
      g_string_ascii_down (self->text);
      return strstr (self->text->str, self->query) != NULL;
    }
  folded = g_utf8_casefold (self->text->str, self->text->len);
  return strstr (folded, self->query) != NULL;
}

/* The older of the next rows of both parts. FALSE: all were looked at. */
static gboolean
next_row (UiLogSearch *self,
          UiLogPart   *part,
          UiLogRow    *row)
{
  UiLogRow rows[UI_LOG_N_PARTS];
  gboolean has[UI_LOG_N_PARTS];

  for (guint p = 0; p < UI_LOG_N_PARTS; p++)
    {
      self->at[p] = MAX (self->at[p], ui_log_get_first (self->log, p));
      has[p] = ui_log_get_row (self->log, p, self->at[p], &rows[p]);
    }
  if (!has[UI_LOG_INFO] && !has[UI_LOG_MESSAGES])
    return FALSE;
  if (has[UI_LOG_INFO] && has[UI_LOG_MESSAGES])
    *part
        = rows[UI_LOG_MESSAGES].time_us < rows[UI_LOG_INFO].time_us ? UI_LOG_MESSAGES : UI_LOG_INFO;
  else
    *part = has[UI_LOG_INFO] ? UI_LOG_INFO : UI_LOG_MESSAGES;
  *row = rows[*part];
  return TRUE;
}

static gboolean
slice_cb (gpointer user_data)
{
  UiLogSearch *self = user_data;
  gint64 until_us = g_get_monotonic_time () + SLICE_US;
  guint n_hits = self->hits->len;
  gboolean more = TRUE;

  while (more && self->hits->len < MAX_HITS && g_get_monotonic_time () < until_us)
    for (guint i = 0; i < SLICE_ROWS && more; i++)
      {
        UiLogPart part;
        UiLogRow row;

        more = next_row (self, &part, &row);
        if (!more)
          break;
        self->at[part]++;
        if (is_hit (self, &row))
          g_array_append_val (self->hits, ((UiLogHit) { part, row.serial }));
      }
  if (more && self->hits->len < MAX_HITS)
    {
      if (self->hits->len != n_hits)
        g_signal_emit (self, signals[CHANGED], 0);
      return G_SOURCE_CONTINUE;
    }
  self->idle_id = 0;
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
start (UiLogSearch *self)
{
  if (self->query != NULL && self->idle_id == 0)
    self->idle_id = g_idle_add (slice_cb, self);
}

static void
reset_cb (UiLogSearch *self)
{
  g_array_set_size (self->hits, 0);
  memset (self->at, 0, sizeof self->at);
  start (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
ui_log_search_finalize (GObject *object)
{
  UiLogSearch *self = UI_LOG_SEARCH (object);

  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_free (self->query);
  g_array_unref (self->hits);
  g_string_free (self->text, TRUE);
  g_clear_object (&self->log);
  G_OBJECT_CLASS (ui_log_search_parent_class)->finalize (object);
}

static void
ui_log_search_class_init (UiLogSearchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_log_search_finalize;
  signals[CHANGED] = g_signal_new ("changed", UI_TYPE_LOG_SEARCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
ui_log_search_init (UiLogSearch *self)
{
  self->hits = g_array_new (FALSE, FALSE, sizeof (UiLogHit));
  self->text = g_string_new (NULL);
}

/**
 * ui_log_search_new:
 *
 * Returns: (transfer full): a search without a query. Main thread, as all of this.
 */
UiLogSearch *
ui_log_search_new (UiLog *log)
{
  UiLogSearch *self;

  g_return_val_if_fail (UI_IS_LOG (log), NULL);

  self = g_object_new (UI_TYPE_LOG_SEARCH, NULL);
  self->log = g_object_ref (log);
  g_signal_connect_object (log, "rows-added", G_CALLBACK (start), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (log, "reset", G_CALLBACK (reset_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ui_log_search_set_query:
 * @query: (nullable): NULL or "" ends the search
 *
 * Starts anew at the oldest row.
 */
void
ui_log_search_set_query (UiLogSearch *self,
                         const char  *query)
{
  g_return_if_fail (UI_IS_LOG_SEARCH (self));

  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_pointer (&self->query, g_free);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  if (query != NULL && *query != '\0')
    {
      self->ascii = g_str_is_ascii (query);
      self->query = self->ascii ? g_ascii_strdown (query, -1) : g_utf8_casefold (query, -1);
      self->bytes = dtls_hex_parse (query, NULL);
      if (self->bytes != NULL && self->bytes->len == 0)
        g_clear_pointer (&self->bytes, g_byte_array_unref);
    }
  reset_cb (self);
}

guint
ui_log_search_get_n_hits (UiLogSearch *self)
{
  g_return_val_if_fail (UI_IS_LOG_SEARCH (self), 0);

  return self->hits->len;
}

/* Lent; NULL past the last. */
const UiLogHit *
ui_log_search_get_hit (UiLogSearch *self,
                       guint        index)
{
  g_return_val_if_fail (UI_IS_LOG_SEARCH (self), NULL);

  return index < self->hits->len ? &g_array_index (self->hits, UiLogHit, index) : NULL;
}

gboolean
ui_log_search_get_busy (UiLogSearch *self)
{
  g_return_val_if_fail (UI_IS_LOG_SEARCH (self), FALSE);

  return self->idle_id != 0;
}
