/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  REPORT_TEXT_LINE,             /* one line: newlines and tabs become escapes too */
  REPORT_TEXT_BLOCK             /* newlines and tabs stay */
} ReportTextStyle;

/* The only way of network bytes to a screen (P2): control characters, bidi controls, line
 * separators, invalid UTF-8 and NUL become visible escapes (\n, \x1b, \u{202e}); at most
 * @max_chars characters, then an ellipsis; 0: no bound. Appends to @text. */
void     report_text_append_escaped (GString         *text,
                                     const guint8    *bytes,
                                     gsize            n_bytes,
                                     ReportTextStyle  style,
                                     guint            max_chars);
void     report_text_append_json    (GString         *text,
                                     const guint8    *bytes,
                                     gsize            n_bytes);
/* "12:03:41.120" */
void     report_text_append_time    (GString         *text,
                                     gint64           time_us);
/* "2026-11-22T12:03:41.120123Z" */
void     report_text_append_rfc3339 (GString         *text,
                                     gint64           time_us);

G_END_DECLS
