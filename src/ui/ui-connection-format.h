/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-event.h"

G_BEGIN_DECLS

/* Words for the cells of the list; the caller owns them. */
char *ui_connection_format_duration (guint               us);
char *ui_connection_format_age      (gint64              age_us);
char *ui_connection_format_totals   (const DtlsCounters *totals);

G_END_DECLS
