/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-event.h"

G_BEGIN_DECLS

/*
 * Equal events that strangers can provoke are counted, not listed (B2): a token bucket for each
 * such code (burst 200, then 10 a second by the events' own times), and one summary row when rows
 * were left out. Events of proven peers, messages and diagnoses of ours always pass.
 */
typedef struct _ReportCollapse ReportCollapse;

ReportCollapse *report_collapse_new   (void);
void            report_collapse_free  (ReportCollapse   *self);
void            report_collapse_set_rate (ReportCollapse *self,
                                       guint             burst,
                                       guint             per_second);
/* TRUE: show this event. */
gboolean        report_collapse_admit (ReportCollapse   *self,
                                       const DtlsEvent  *event);
/* Appends the summary of what was left out since the last call, e.g. "190 more lines like
 * “(…): not verified yet” were not listed"; FALSE: none. Call at most once a second. */
gboolean        report_collapse_flush (ReportCollapse   *self,
                                       GString          *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReportCollapse, report_collapse_free)

G_END_DECLS
