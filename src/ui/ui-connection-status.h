/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui-connection.h"

G_BEGIN_DECLS

/* Where a connection stands: a plain value, changed by events alone. */
typedef struct
{
  UiConnectionState state;
  gboolean          ended;
  int               flight;     /* being repeated */
} UiConnectionStatus;

gboolean    ui_connection_status_apply         (UiConnectionStatus       *self,
                                                const DtlsEvent          *event);
gboolean    ui_connection_status_lose          (UiConnectionStatus       *self);
char       *ui_connection_status_get_text      (const UiConnectionStatus *self);
const char *ui_connection_status_get_icon      (const UiConnectionStatus *self);
UiRole      ui_connection_status_get_icon_role (const UiConnectionStatus *self);
UiRole      ui_connection_status_get_word_role (const UiConnectionStatus *self);

G_END_DECLS
