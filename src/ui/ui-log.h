/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "dtls-event-queue.h"
#include "report-sentence.h"

G_BEGIN_DECLS

/* Which pane a row belongs to. */
typedef enum
{
  UI_LOG_INFO,                  /* left: information, warnings, errors */
  UI_LOG_MESSAGES,              /* right: datagram blocks */
  UI_LOG_N_PARTS
} UiLogPart;

#define UI_LOG_MAX_BYTES  ((gsize) 64 * 1024 * 1024)
#define UI_LOG_MAX_EVENTS 1000000

typedef enum
{
  UI_LOG_FORMAT_TEXT,
  UI_LOG_FORMAT_JSON_LINES
} UiLogFormat;

/* One row, borrowed from the log until the log changes (the next append, clear or limit). */
typedef struct
{
  const DtlsEvent *event;       /* NULL: a row that only has a text */
  const char      *text;        /* of a row without event */
  gint64           time_us;
  guint64          serial;      /* within its part: 0, 1, 2 ... for the life of the log */
  ReportLevel      level;
} UiLogRow;

/*
 * All that is kept: the event chunks by reference, bounded in bytes and events, oldest first.
 * The main thread only. Signals:
 *   "rows-added"                     at most once for each append
 *   "reset"                          cleared or restored: what was shown is to be shown anew
 *   "cleared"                        ui_log_clear() was called; ui_log_undo_clear() works for 10 s
 *   "undo-expired"                   and now it does no longer
 */
#define UI_TYPE_LOG (ui_log_get_type ())
G_DECLARE_FINAL_TYPE (UiLog, ui_log, UI, LOG, GObject)

/* Sees every event of the asked kinds as it is appended, rows or not. */
typedef void (*UiLogEventFunc) (UiLog           *log,
                                const DtlsEvent *event,
                                gpointer         user_data);

UiLog   *ui_log_new               (void);
void     ui_log_set_limits        (UiLog                *self,
                                   gsize                 max_bytes,
                                   guint                 max_events);

/* what a window calls from its DtlsEventFunc: same arguments */
void     ui_log_append_ranges     (UiLog                *self,
                                   const DtlsEventRange *ranges,
                                   guint                 n_ranges,
                                   const guint64         counts[DTLS_N_COUNTS]);
/* a row of the program's own, now: "Demonstration key: anyone knows it" */
void     ui_log_append_row        (UiLog                *self,
                                   ReportLevel           level,
                                   const char           *text);
void     ui_log_set_event_func    (UiLog                *self,
                                   guint                 kinds,
                                   UiLogEventFunc        func,
                                   gpointer              user_data,
                                   GDestroyNotify        destroy);

guint64  ui_log_get_first         (UiLog                *self,
                                   UiLogPart             part);
guint64  ui_log_get_end           (UiLog                *self,
                                   UiLogPart             part);
gboolean ui_log_get_row           (UiLog                *self,
                                   UiLogPart             part,
                                   guint64               serial,
                                   UiLogRow             *row);
ReportLevel ui_log_get_level      (UiLog                *self,
                                   UiLogPart             part,
                                   guint64               serial);
guint64  ui_log_get_count         (UiLog                *self,
                                   ReportLevel           level);
guint64  ui_log_get_n_dropped     (UiLog                *self,
                                   UiLogPart             part);
gsize    ui_log_get_n_bytes       (UiLog                *self);
guint    ui_log_get_n_events      (UiLog                *self);

void     ui_log_clear             (UiLog                *self);
gboolean ui_log_undo_clear        (UiLog                *self);
gboolean ui_log_can_undo          (UiLog                *self);

/* whole text of a row, for searching, copying and saving; @row as from ui_log_get_row() */
void     ui_log_row_append_text   (const UiLogRow       *row,
                                   GString              *text);

void     ui_log_save_async        (UiLog                *self,
                                   GFile                *file,
                                   UiLogFormat           format,
                                   GCancellable         *cancellable,
                                   GFileProgressCallback progress,
                                   gpointer              progress_data,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean ui_log_save_finish       (UiLog                *self,
                                   GAsyncResult         *result,
                                   GError              **error);

G_END_DECLS
