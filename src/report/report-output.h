/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-event-queue.h"
#include "report-sentence.h"

G_BEGIN_DECLS

typedef enum
{
  REPORT_OUTPUT_JSON  = 1 << 0, /* one object a line, else text */
  REPORT_OUTPUT_QUIET = 1 << 1, /* warnings and errors only; nothing else is formatted */
  REPORT_OUTPUT_COLOR = 1 << 2  /* text only: ANSI colours */
} ReportOutputFlags;

/* Prints the events of a queue to a descriptor that may stall or close. Used in one thread. */
typedef struct _ReportOutput ReportOutput;

/* The other end of the pipe was closed. */
typedef void (*ReportOutputFunc) (gpointer user_data);

ReportOutput *report_output_new        (int                    fd,
                                        ReportOutputFlags      flags,
                                        ReportOutputFunc       closed,
                                        gpointer               user_data);
void          report_output_free       (ReportOutput          *self);
gboolean      report_output_wants_color (int                   fd);
void          report_output_set_rate   (ReportOutput          *self,
                                        guint                  burst,
                                        guint                  per_second);
void          report_output_event      (ReportOutput          *self,
                                        const DtlsEvent       *event);
void          report_output_row        (ReportOutput          *self,
                                        ReportLevel            level,
                                        const char            *text);
void          report_output_counts     (ReportOutput          *self,
                                        const guint64          counts[DTLS_N_COUNTS]);
void          report_output_flush      (ReportOutput          *self);
gboolean      report_output_finish     (ReportOutput          *self,
                                        guint                  patience_ms);
guint64       report_output_get_n_lost (ReportOutput          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReportOutput, report_output_free)

G_END_DECLS
