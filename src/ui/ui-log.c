/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-log.h"

struct _UiLog
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (UiLog, ui_log, G_TYPE_OBJECT)

static void
ui_log_class_init (UiLogClass *klass)
{
}

static void
ui_log_init (UiLog *self)
{
}

UiLog   *
ui_log_new (void)
{
  return g_object_new (ui_log_get_type (), NULL);
}

void
ui_log_set_limits (UiLog *self, gsize max_bytes, guint max_events)
{
}

void
ui_log_append_ranges (UiLog *self, const DtlsEventRange *ranges, guint n_ranges, const guint64 counts[DTLS_N_COUNTS])
{
}

void
ui_log_append_row (UiLog *self, ReportLevel level, const char *text)
{
}

void
ui_log_set_event_func (UiLog *self, guint kinds, UiLogEventFunc func, gpointer user_data, GDestroyNotify destroy)
{
}

guint64
ui_log_get_first (UiLog *self, UiLogPart part)
{
  return 0;
}

guint64
ui_log_get_end (UiLog *self, UiLogPart part)
{
  return 0;
}

gboolean
ui_log_get_row (UiLog *self, UiLogPart part, guint64 serial, UiLogRow *row)
{
  return 0;
}

ReportLevel
ui_log_get_level (UiLog *self, UiLogPart part, guint64 serial)
{
  return 0;
}

guint64
ui_log_get_count (UiLog *self, ReportLevel level)
{
  return 0;
}

guint64
ui_log_get_n_dropped (UiLog *self, UiLogPart part)
{
  return 0;
}

gsize
ui_log_get_n_bytes (UiLog *self)
{
  return 0;
}

guint
ui_log_get_n_events (UiLog *self)
{
  return 0;
}

void
ui_log_clear (UiLog *self)
{
}

gboolean
ui_log_undo_clear (UiLog *self)
{
  return 0;
}

gboolean
ui_log_can_undo (UiLog *self)
{
  return 0;
}

void
ui_log_row_append_text (const UiLogRow *row, GString *text)
{
}

void
ui_log_save_async (UiLog *self, GFile *file, UiLogFormat format, GCancellable *cancellable, GFileProgressCallback progress, gpointer progress_data, GAsyncReadyCallback callback, gpointer user_data)
{
}

gboolean
ui_log_save_finish (UiLog *self, GAsyncResult *result, GError * *error)
{
  return 0;
}
