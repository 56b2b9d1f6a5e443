/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What was sent before, to walk through with Up and Down; the newest 100. */
typedef struct _UiHistory UiHistory;

UiHistory  *ui_history_new     (void);
void        ui_history_free    (UiHistory  *self);
void        ui_history_add     (UiHistory  *self,
                                const char *text,
                                guint       format);
const char *ui_history_older   (UiHistory  *self,
                                const char *draft,
                                guint      *format);
const char *ui_history_newer   (UiHistory  *self,
                                guint      *format);

/* what is typed to bytes, and back */
GBytes     *ui_payload_parse   (const char *text,
                                gboolean    hex,
                                guint       max_bytes,
                                GError    **error);
char       *ui_payload_to_text (GBytes     *payload,
                                gboolean   *hex);

G_END_DECLS
