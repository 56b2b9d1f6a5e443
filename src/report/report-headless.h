/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-engine.h"
#include "report-output.h"

G_BEGIN_DECLS

enum
{
  REPORT_EXIT_OK = 0,           /* every connection was encrypted, every message answered */
  REPORT_EXIT_FAILED = 1,       /* it failed at run time */
  REPORT_EXIT_REFUSED = 2       /* found before the first datagram */
};

/* An engine, its events on standard output, and a main loop that signals end: what both headless
 * programs are made of. */
typedef struct _ReportHeadless ReportHeadless;

/* Sees each event before it is printed; FALSE: do not print it. */
typedef gboolean (*ReportHeadlessEvent)  (const DtlsEvent *event,
                                          gpointer         user_data);
/* SIGINT, SIGTERM and a closed output end the run; SIGHUP calls this where there is one. */
typedef void     (*ReportHeadlessHangup) (gpointer         user_data);

/* All connections are closed; what it prints comes last. */
typedef void     (*ReportHeadlessLast)   (gpointer         user_data);

ReportHeadless *report_headless_new        (gboolean              json,
                                            gboolean              quiet,
                                            guint                 kinds,
                                            ReportHeadlessEvent   event,
                                            ReportHeadlessHangup  hangup,
                                            gpointer              user_data);
void            report_headless_free       (ReportHeadless       *self);
void            report_headless_set_last   (ReportHeadless       *self,
                                            ReportHeadlessLast    last);
DtlsEngine     *report_headless_get_engine (ReportHeadless       *self);
ReportOutput   *report_headless_get_output (ReportHeadless       *self);
void            report_headless_refuse     (ReportHeadless       *self,
                                            int                   status,
                                            const char           *message);
void            report_headless_end        (ReportHeadless       *self);
gboolean        report_headless_run        (ReportHeadless       *self,
                                            int                  *status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReportHeadless, report_headless_free)

G_END_DECLS
