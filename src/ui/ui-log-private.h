/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui-log.h"

G_BEGIN_DECLS

/* A row of the program's own. */
typedef struct
{
  gint64 time_us;
  char  *text;
} UiLogNote;

/*
 * Rows that came together: of one chunk, or notes. An index entry is where the row is (offset in
 * the chunk, a multiple of 8, or 8 times the place in @notes) with the level in its low 3 bits.
 */
typedef struct
{
  DtlsEventChunk *chunk;        /* NULL: notes */
  GArray         *notes;        /* UiLogNote; NULL: events */
  GArray         *rows[UI_LOG_N_PARTS];         /* guint32 */
  guint64         first[UI_LOG_N_PARTS];        /* serial of the first row */
  gsize           chunk_bytes;  /* of the chunk, counted in the first segment that has it */
} UiLogSegment;

#define UI_LOG_NOTE_BYTES 128           /* what one is counted for: a short sentence */
#define UI_LOG_ENTRY_AT(entry)    ((entry) & ~7u)
#define UI_LOG_ENTRY_LEVEL(entry) ((ReportLevel) ((entry) & 7u))

GPtrArray    *ui_log_get_segments  (UiLog              *self);
UiLogSegment *ui_log_segment_new   (DtlsEventChunk     *chunk);
void          ui_log_segment_free  (UiLogSegment       *self);
void          ui_log_segment_get   (const UiLogSegment *self,
                                    guint32             entry,
                                    UiLogRow           *row);
gsize         ui_log_segment_get_n_bytes (const UiLogSegment *self);
guint         ui_log_segment_get_n_rows (const UiLogSegment *self);

G_END_DECLS
