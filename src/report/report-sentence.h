/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-event.h"

G_BEGIN_DECLS

typedef enum
{
  REPORT_INFO,
  REPORT_WARNING,
  REPORT_ERROR,
  REPORT_MESSAGE,               /* a block of the right pane */
  REPORT_SILENT,                /* changes state or totals only; no row */
  REPORT_N_LEVELS
} ReportLevel;

/* "info", "warning", "error", "message": for JSON and headless text; not translated */
const char  *report_level_get_name (ReportLevel      level);

ReportLevel  report_event_get_level (const DtlsEvent *event);

/* The row of an event, translated, network text escaped; for a message its first line
 * ("A message from (127.0.0.1:41022)"). Stateless: the same event gives the same row. */
ReportLevel  report_event_append_sentence (const DtlsEvent *event,
                                           GString         *text);
/* The row's second line (UX 6), said once per association; FALSE when there is none. */
gboolean     report_event_append_second   (const DtlsEvent *event,
                                           GString         *text);
/* The "Why?" of a row: heading and paragraphs (separated by an empty line); FALSE: none. */
gboolean     report_event_append_why      (const DtlsEvent *event,
                                           GString         *heading,
                                           GString         *body);

/* "(127.0.0.1:41022)" or "([::1]:22334)" */
void         report_append_peer           (GString           *text,
                                           const DtlsAddress *peer);
/* the connection's name (client) or its peer in brackets (server): how sentences begin */
void         report_event_append_who (const DtlsEvent   *event,
                                      GString           *text);

/* What was only counted between two takes, one row per count that grew; level of the row is
 * REPORT_WARNING. Calls @func for each row. */
typedef void (*ReportRowFunc) (ReportLevel level, const char *text, gpointer user_data);
void         report_counts_foreach_row    (const guint64   before[DTLS_N_COUNTS],
                                           const guint64   after[DTLS_N_COUNTS],
                                           ReportRowFunc   func,
                                           gpointer        user_data);

G_END_DECLS
