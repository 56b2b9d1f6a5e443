/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui-connection-store.h"

G_BEGIN_DECLS

/*
 * Properties: "store" (its connected rows and "All connected" are the targets), "target" (uint64;
 * 0: all), "show-repeat" (boolean: client), "narrow" (boolean), "repeat-interval" (uint,
 * milliseconds; 0: off), "repeat-times" (uint; 0: until stopped), "max-bytes" (uint, read
 * only: what fits into one datagram to the target; 0: any), "can-send" (boolean, read only).
 * Signal "send" (GBytes *payload, uint64 association; 0: all). With "repeat-interval" not 0 the
 * handler repeats (dtls_engine_repeat). Signal "stop-repeat" () when Repeat went back to "off".
 */
#define UI_TYPE_MESSAGE_COMPOSER (ui_message_composer_get_type ())
G_DECLARE_FINAL_TYPE (UiMessageComposer, ui_message_composer, UI, MESSAGE_COMPOSER, GtkWidget)

GtkWidget *ui_message_composer_new                 (void);
void       ui_message_composer_set_store           (UiMessageComposer *self,
                                                    UiConnectionStore *store);
void       ui_message_composer_set_narrow          (UiMessageComposer *self,
                                                    gboolean           narrow);
guint64    ui_message_composer_get_target          (UiMessageComposer *self);
void       ui_message_composer_set_target          (UiMessageComposer *self,
                                                    guint64            association);
guint      ui_message_composer_get_repeat_interval (UiMessageComposer *self);
guint      ui_message_composer_get_repeat_times    (UiMessageComposer *self);
/* "Send again…": fills the entry, as text if it is text, else as hex, and takes the focus */
void       ui_message_composer_set_payload         (UiMessageComposer *self,
                                                    GBytes            *payload);
gboolean   ui_message_composer_get_can_send        (UiMessageComposer *self);
/* what Send does: Ctrl+Return from anywhere in the window */
gboolean   ui_message_composer_send                (UiMessageComposer *self);

G_END_DECLS
