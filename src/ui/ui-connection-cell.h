/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui-connection.h"

G_BEGIN_DECLS

/*
 * A cell that its row reads by: the row around it gets the name and the description that GTK 4.8
 * gives no row. One in each row of a list. Property "connection" (UiConnection or NULL).
 */
#define UI_TYPE_CONNECTION_CELL (ui_connection_cell_get_type ())
G_DECLARE_FINAL_TYPE (UiConnectionCell, ui_connection_cell, UI, CONNECTION_CELL, GtkBox)

G_END_DECLS
