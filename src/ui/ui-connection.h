/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "dtls-event.h"
#include "ui-style.h"

G_BEGIN_DECLS

typedef enum
{
  UI_CONNECTION_CONNECTING,     /* client: hello sent, nothing back yet */
  UI_CONNECTION_HANDSHAKE,
  UI_CONNECTION_RETRANSMITTING,
  UI_CONNECTION_CONNECTED,
  UI_CONNECTION_UNREACHABLE,
  UI_CONNECTION_RECONNECTING,   /* client */
  UI_CONNECTION_KEY_DIFFERS,
  UI_CONNECTION_UNKNOWN_IDENTITY,
  UI_CONNECTION_NO_COMMON_SUITE,
  UI_CONNECTION_CLOSED,         /* this one and those below are ends */
  UI_CONNECTION_TIMED_OUT,
  UI_CONNECTION_FAILED
} UiConnectionState;

/*
 * One row. Properties, all read only: "id" (uint64), "peer" ("127.0.0.1:41022"), "name", "identity"
 * (escaped, at most 64 characters, "—" when unknown), "identity-tooltip" (whole), "title" (narrow
 * rows: name or identity or peer), "detail" (narrow rows: "PEER · STATE"), "state-text",
 * "state-icon", "cipher" ("—" when none), "in-out" ("4 / 4"), "totals" (messages, bytes, pings),
 * "tooltip" (narrow rows: all of it), "last" ("0.2 s"), "rtt" ("0.8 ms"), "ended"; for css-classes:
 * "row-classes", "icon-classes", "word-classes", "detail-classes", "identity-classes",
 * "cipher-classes", "rtt-classes".
 */
#define UI_TYPE_CONNECTION (ui_connection_get_type ())
G_DECLARE_FINAL_TYPE (UiConnection, ui_connection, UI, CONNECTION, GObject)

guint64              ui_connection_get_id           (UiConnection *self);
UiConnectionState    ui_connection_get_state        (UiConnection *self);
const char          *ui_connection_get_peer         (UiConnection *self);
const DtlsAddress   *ui_connection_get_address      (UiConnection *self);
const char          *ui_connection_get_name         (UiConnection *self);
const char          *ui_connection_get_identity     (UiConnection *self);
GBytes              *ui_connection_get_identity_bytes (UiConnection *self);
const char          *ui_connection_get_cipher       (UiConnection *self);
const DtlsCounters  *ui_connection_get_totals       (UiConnection *self);
guint                ui_connection_get_max_bytes    (UiConnection *self);
gint64               ui_connection_get_last_us      (UiConnection *self);
gboolean             ui_connection_get_ended        (UiConnection *self);
gboolean             ui_connection_get_connected    (UiConnection *self);
gboolean             ui_connection_get_answered     (UiConnection *self);

/* for the store */
UiConnection        *ui_connection_new              (const DtlsEvent *event,
                                                     DtlsRole         role);
/* TRUE: the first since ui_connection_flush() */
gboolean             ui_connection_apply            (UiConnection    *self,
                                                     const DtlsEvent *event);
/* notifies what the events since the last call changed; FALSE: nothing */
gboolean             ui_connection_flush            (UiConnection    *self);
/* notifies "last" if its words changed and somebody looks */
void                 ui_connection_refresh_time     (UiConnection    *self,
                                                     gint64           now_us);

G_END_DECLS
