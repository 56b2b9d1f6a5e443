/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui-log.h"

G_BEGIN_DECLS

/* A hit: a row of either part. */
typedef struct
{
  UiLogPart part;
  guint64   serial;
} UiLogHit;

/*
 * Searches the whole log, both parts in the order of time, in slices from an idle source, and goes
 * on as rows come. Case is ignored; a query that reads as bytes in hex is also looked for in the
 * records. Signal "changed": the number of hits, or whether it is still busy.
 */
#define UI_TYPE_LOG_SEARCH (ui_log_search_get_type ())
G_DECLARE_FINAL_TYPE (UiLogSearch, ui_log_search, UI, LOG_SEARCH, GObject)

UiLogSearch    *ui_log_search_new        (UiLog         *log);
void            ui_log_search_set_query  (UiLogSearch   *self,
                                          const char    *query);
guint           ui_log_search_get_n_hits (UiLogSearch   *self);
const UiLogHit *ui_log_search_get_hit    (UiLogSearch   *self,
                                          guint          index);
gboolean        ui_log_search_get_busy   (UiLogSearch   *self);

G_END_DECLS
