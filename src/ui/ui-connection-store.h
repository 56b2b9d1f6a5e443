/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "dtls-event-queue.h"
#include "ui-connection.h"

G_BEGIN_DECLS

/* ended rows that are kept, unless it is told another number */
#define UI_CONNECTION_STORE_MAX_ENDED 200

/*
 * GListModel of UiConnection in the order they came, changed at most 4 times a second.
 * Properties, read only, notified at most 4 times a second: "n-open" (uint: not ended),
 * "n-connected" (uint), "n-handshakes" (uint: open, not connected), "summary" ("RTT 0.8 ms · lost 0
 * of 12", client), "max-bytes" (uint: see below, for all; also when only one row's changed).
 */
#define UI_TYPE_CONNECTION_STORE (ui_connection_store_get_type ())
G_DECLARE_FINAL_TYPE (UiConnectionStore, ui_connection_store, UI, CONNECTION_STORE, GObject)

UiConnectionStore *ui_connection_store_new             (DtlsRole              role);
DtlsRole           ui_connection_store_get_role        (UiConnectionStore    *self);
/* what a window calls from its DtlsEventFunc, beside ui_log_append_ranges() */
void               ui_connection_store_append_ranges   (UiConnectionStore    *self,
                                                        const DtlsEventRange *ranges,
                                                        guint                 n_ranges);
void               ui_connection_store_flush           (UiConnectionStore    *self);
UiConnection      *ui_connection_store_lookup          (UiConnectionStore    *self,
                                                        guint64               id);
/* those that can be sent to; owned by the store */
GListModel        *ui_connection_store_get_connected   (UiConnectionStore    *self);
guint              ui_connection_store_get_n_open      (UiConnectionStore    *self);
guint              ui_connection_store_get_n_connected (UiConnectionStore    *self);
guint              ui_connection_store_get_n_handshakes (UiConnectionStore   *self);
/* median round trip of those open, microseconds (0: none), pings lost and sent */
void               ui_connection_store_get_pings       (UiConnectionStore    *self,
                                                        guint                *rtt_us,
                                                        guint64              *lost,
                                                        guint64              *sent);
char              *ui_connection_store_make_summary    (UiConnectionStore    *self);
guint              ui_connection_store_get_n_answered  (UiConnectionStore    *self);
/* most bytes of data in one datagram to one, or (0) to each that is connected; 0: not known */
guint              ui_connection_store_get_max_bytes   (UiConnectionStore    *self,
                                                        guint64               id);
void               ui_connection_store_set_max_ended   (UiConnectionStore    *self,
                                                        guint                 max_ended);
void               ui_connection_store_refresh_times   (UiConnectionStore    *self,
                                                        gint64                now_us);

G_END_DECLS
