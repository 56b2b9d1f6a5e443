/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui-log.h"

G_BEGIN_DECLS

/* How blocks are shown; values as in the settings schemas ("both", "text", "hex"). */
typedef enum
{
  UI_MESSAGE_VIEW_BOTH,
  UI_MESSAGE_VIEW_TEXT,
  UI_MESSAGE_VIEW_HEX
} UiMessageView;

/* rows in the view, unless it is told another number */
#define UI_MESSAGE_PANE_MAX_BLOCKS 2000

#define UI_TYPE_LOG_PART (ui_log_part_get_type ())
GType ui_log_part_get_type (void);
#define UI_TYPE_MESSAGE_VIEW (ui_message_view_get_type ())
GType ui_message_view_get_type (void);

/*
 * Caption row, text view on one part of a UiLog, empty page, "N new" button.
 *
 * Properties: "part" (UiLogPart, construct only), "log" (UiLog), "caption", "empty-icon",
 * "empty-title", "empty-text" (strings), "message-view" (UiMessageView), "association" (uint64:
 * show only this one; 0: all), "following" (read only), "n-new" (uint, read only).
 * Signals:
 *   "cure" (uint code, GBytes *identity)      the button of a "Why?": DTLS_CODE_KEY_DIFFERS,
 *                                             DTLS_CODE_UNKNOWN_IDENTITY, ...; the button is there
 *                                             only while a handler is connected
 *   "send-again" (GBytes *payload, uint64 association)   likewise for "Send again…"
 * Actions of the widget: log.copy, log.copy-row, log.copy-payload, log.copy-hex, log.send-again,
 * log.why, log.end. The left pane shows the "Log cleared · Undo" note by itself.
 */
#define UI_TYPE_MESSAGE_PANE (ui_message_pane_get_type ())
G_DECLARE_FINAL_TYPE (UiMessagePane, ui_message_pane, UI, MESSAGE_PANE, GtkWidget)

GtkWidget    *ui_message_pane_new              (UiLogPart       part);
void          ui_message_pane_set_log          (UiMessagePane  *self,
                                                UiLog          *log);
UiLog        *ui_message_pane_get_log          (UiMessagePane  *self);
GtkTextView  *ui_message_pane_get_text_view    (UiMessagePane  *self);
/* icon may be NULL: as before */
void          ui_message_pane_set_empty        (UiMessagePane  *self,
                                                const char     *icon,
                                                const char     *title,
                                                const char     *text);
void          ui_message_pane_set_message_view (UiMessagePane  *self,
                                                UiMessageView   view);
/* bits 1 << REPORT_INFO, 1 << REPORT_WARNING, 1 << REPORT_ERROR; left pane only */
void          ui_message_pane_set_levels       (UiMessagePane  *self,
                                                guint           levels);
guint         ui_message_pane_get_levels       (UiMessagePane  *self);
void          ui_message_pane_set_association  (UiMessagePane  *self,
                                                guint64         association);
gboolean      ui_message_pane_get_following    (UiMessagePane  *self);
guint         ui_message_pane_get_n_new        (UiMessagePane  *self);
void          ui_message_pane_follow_end       (UiMessagePane  *self);
/* highlights in the view; NULL or "": none. Walking the hits: UiSearchBar. */
void          ui_message_pane_set_search       (UiMessagePane  *self,
                                                const char     *text);
/* scrolls to a row of the log, loading it into the view; stops following */
gboolean      ui_message_pane_reveal_row       (UiMessagePane  *self,
                                                guint64         serial);
void          ui_message_pane_set_max_blocks   (UiMessagePane  *self,
                                                guint           max_blocks);

G_END_DECLS
