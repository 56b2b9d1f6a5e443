/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "17 fe fd", lower case, one space between; appends to @text. */
void report_hex_append     (GString       *text,
                            const guint8  *bytes,
                            gsize          n_bytes);
/* "0010" and two spaces */
void report_hex_append_offset (GString    *text,
                            gsize          offset);
/* one row of at most @per_row bytes as the panes draw it: an additional space after each 8 */
void report_hex_append_row (GString       *text,
                            const guint8  *bytes,
                            gsize          n_bytes,
                            gsize          from,
                            guint          per_row);

G_END_DECLS
