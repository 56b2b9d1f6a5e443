/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui-connection-store.h"

G_BEGIN_DECLS

/*
 * The rows of the strip (without its caption row): columns, or two-line rows while "narrow"; above
 * them the totals of the selected one.
 * Properties: "store" (the role of which decides the columns), "narrow" (boolean), "roomy"
 * (boolean: all columns), "selected" (UiConnection or NULL). Signal "close-requested"
 * (UiConnection): Delete was pressed on a row.
 */
#define UI_TYPE_CONNECTION_LIST (ui_connection_list_get_type ())
G_DECLARE_FINAL_TYPE (UiConnectionList, ui_connection_list, UI, CONNECTION_LIST, GtkWidget)

GtkWidget         *ui_connection_list_new          (void);
void               ui_connection_list_set_store    (UiConnectionList  *self,
                                                    UiConnectionStore *store);
UiConnectionStore *ui_connection_list_get_store    (UiConnectionList  *self);
void               ui_connection_list_set_narrow   (UiConnectionList  *self,
                                                    gboolean           narrow);
void               ui_connection_list_set_roomy    (UiConnectionList  *self,
                                                    gboolean           roomy);
gboolean           ui_connection_list_get_roomy    (UiConnectionList  *self);
UiConnection      *ui_connection_list_get_selected (UiConnectionList  *self);
void               ui_connection_list_set_selected (UiConnectionList  *self,
                                                    UiConnection      *connection);

G_END_DECLS
