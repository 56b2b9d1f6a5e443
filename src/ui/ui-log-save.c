/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-log-private.h"

#include "report-block.h"
#include "report-json.h"
#include "report-text.h"

#define WRITE_BYTES (64 * 1024)

typedef struct
{
  GPtrArray            *segments;       /* UiLogSegment: copies of the index, the chunks shared */
  GFile                *file;
  UiLogFormat           format;
  goffset               n_rows;
  goffset               n_done;
  GFileProgressCallback progress;
  gpointer              progress_data;
} Save;

typedef struct
{
  GTask  *task;                 /* keeps the caller's data alive until the last report */
  goffset n_done;
} Progress;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_ptr_array_unref (save->segments);
  g_object_unref (save->file);
  g_free (save);
}

static UiLogSegment *
copy_segment (UiLog              *log,
              const UiLogSegment *segment)
{
  UiLogSegment *copy = ui_log_segment_new (segment->chunk);

  for (guint part = 0; part < UI_LOG_N_PARTS; part++)
    {
      guint64 first = MAX (segment->first[part], ui_log_get_first (log, part));
      guint64 end = segment->first[part] + segment->rows[part]->len;

      copy->first[part] = first;
      if (first < end)
        g_array_append_vals (copy->rows[part],
                             &g_array_index (segment->rows[part], guint32,
                                             first - segment->first[part]),
                             end - first);
    }
  for (guint i = 0; segment->notes != NULL && i < segment->notes->len; i++)
    {
      UiLogNote note = g_array_index (segment->notes, UiLogNote, i);

      note.text = g_strdup (note.text);
      g_array_append_val (copy->notes, note);
    }
  return copy;
}

static void
append_note_json (const UiLogRow *row,
                  GString        *text)
{
  g_string_append (text, "{\"time\":\"");
  report_text_append_rfc3339 (text, row->time_us);
  g_string_append_printf (text, "\",\"level\":\"%s\",\"text\":",
                          report_level_get_name (row->level));
  report_text_append_json (text, (const guint8 *) row->text, strlen (row->text));
  g_string_append (text, "}\n");
}

static void
append_row (UiLogFormat     format,
            const UiLogRow *row,
            GString        *text)
{
  if (format == UI_LOG_FORMAT_JSON_LINES)
    {
      if (row->event != NULL)
        report_json_append (row->event, text);
      else
        append_note_json (row, text);
      return;
    }
  report_text_append_time (text, row->time_us);
  g_string_append_printf (text, " %s ", report_level_get_name (row->level));
  ui_log_row_append_text (row, text);
  if (text->str[text->len - 1] != '\n')
    g_string_append_c (text, '\n');
}

static gboolean
progress_cb (gpointer user_data)
{
  Progress *progress = user_data;
  Save *save = g_task_get_task_data (progress->task);

  save->progress (progress->n_done, save->n_rows, save->progress_data);
  return G_SOURCE_REMOVE;
}

static void
progress_free (gpointer data)
{
  g_object_unref (((Progress *) data)->task);
  g_free (data);
}

static void
report_progress (GTask *task,
                 Save  *save)
{
  Progress *progress;

  if (save->progress == NULL)
    return;
  progress = g_new (Progress, 1);
  progress->task = g_object_ref (task);
  progress->n_done = save->n_done;
  g_main_context_invoke_full (g_task_get_context (task), G_PRIORITY_DEFAULT, progress_cb, progress,
                              progress_free);
}

/* Rows of both parts in the order they came: within a segment that is the order of the entries. */
static gboolean
write_segment (GTask              *task,
               Save               *save,
               const UiLogSegment *segment,
               GOutputStream      *stream,
               GString            *text,
               GError            **error)
{
  guint at[UI_LOG_N_PARTS] = { 0 };

  for (;;)
    {
      GArray *left = segment->rows[UI_LOG_INFO];
      GArray *right = segment->rows[UI_LOG_MESSAGES];
      guint32 l = at[0] < left->len ? g_array_index (left, guint32, at[0]) : G_MAXUINT32;
      guint32 r = at[1] < right->len ? g_array_index (right, guint32, at[1]) : G_MAXUINT32;
      UiLogRow row;

      if (l == G_MAXUINT32 && r == G_MAXUINT32)
        break;
      ui_log_segment_get (segment, MIN (l, r), &row);
      append_row (save->format, &row, text);
      at[l < r ? 0 : 1]++;
      save->n_done++;
      if (text->len < WRITE_BYTES)
        continue;
      if (!g_output_stream_write_all (stream, text->str, text->len, NULL,
                                      g_task_get_cancellable (task), error))
        return FALSE;
      g_string_truncate (text, 0);
      report_progress (task, save);
    }
  return TRUE;
}

static gboolean
write_all (GTask         *task,
           Save          *save,
           GOutputStream *stream,
           GError       **error)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < save->segments->len; i++)
    if (!write_segment (task, save, g_ptr_array_index (save->segments, i), stream, text, error))
      return FALSE;
  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error)
         && g_output_stream_close (stream, cancellable, error);
}

static void
save_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Save *save = task_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GFileOutputStream) stream = NULL;

  stream = g_file_replace (save->file, NULL, FALSE, G_FILE_CREATE_PRIVATE, cancellable, &error);
  if (stream != NULL && !write_all (task, save, G_OUTPUT_STREAM (stream), &error))
    {
      /* closed under a cancelled cancellable, the new file never takes the place of the old */
      g_autoptr(GCancellable) never = g_cancellable_new ();

      g_cancellable_cancel (never);
      g_output_stream_close (G_OUTPUT_STREAM (stream), never, NULL);
    }
  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  report_progress (task, save);
  g_task_return_boolean (task, TRUE);
}

/**
 * ui_log_row_append_text:
 * @row: from ui_log_get_row()
 *
 * Appends the row's whole text without time and level: sentence and second line, or block.
 * Network text is escaped. Any thread while the row lives.
 */
void
ui_log_row_append_text (const UiLogRow *row,
                        GString        *text)
{
  g_autoptr(GString) second = NULL;

  g_return_if_fail (row != NULL);
  g_return_if_fail (text != NULL);

  if (row->event == NULL)
    {
      g_string_append (text, row->text);
      return;
    }
  if (row->level == REPORT_MESSAGE)
    {
      report_block_append (row->event, text);
      return;
    }
  report_event_append_sentence (row->event, text);
  second = g_string_new (NULL);
  if (report_event_append_second (row->event, second))
    g_string_append_printf (text, "\n    %s", second->str);
}

/**
 * ui_log_save_async:
 * @file: replaced as a whole when all is written; readable by the user alone
 * @progress: (nullable): called in the main thread with rows done and all rows
 *
 * Writes what is kept and not cleared, both parts in the order of time. A thread formats and
 * writes from a snapshot of the index (the chunks themselves are shared and never change); a
 * cancelled save leaves the old file alone. Main thread.
 */
void
ui_log_save_async (UiLog                *self,
                   GFile                *file,
                   UiLogFormat           format,
                   GCancellable         *cancellable,
                   GFileProgressCallback progress,
                   gpointer              progress_data,
                   GAsyncReadyCallback   callback,
                   gpointer              user_data)
{
  g_autoptr(GTask) task = NULL;
  GPtrArray *segments;
  Save *save;

  g_return_if_fail (UI_IS_LOG (self));
  g_return_if_fail (G_IS_FILE (file));

  segments = ui_log_get_segments (self);
  save = g_new0 (Save, 1);
  save->segments = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_log_segment_free);
  save->file = g_object_ref (file);
  save->format = format;
  save->progress = progress;
  save->progress_data = progress_data;
  for (guint i = 0; i < segments->len; i++)
    {
      UiLogSegment *copy = copy_segment (self, g_ptr_array_index (segments, i));

      for (guint part = 0; part < UI_LOG_N_PARTS; part++)
        save->n_rows += copy->rows[part]->len;
      g_ptr_array_add (save->segments, copy);
    }
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ui_log_save_async);
  g_task_set_task_data (task, save, save_free);
  g_task_run_in_thread (task, save_thread);
}

/**
 * ui_log_save_finish:
 *
 * Returns: whether the file was written; else @error says why not, also when it was cancelled.
 */
gboolean
ui_log_save_finish (UiLog         *self,
                    GAsyncResult  *result,
                    GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
