/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A cell that its row reads by: the row around it gets the name that GTK 4.8 gives no row. One in
 * each row of a list. Property "row-label" (string or NULL).
 */
#define UI_TYPE_ROW_CELL (ui_row_cell_get_type ())
G_DECLARE_FINAL_TYPE (UiRowCell, ui_row_cell, UI, ROW_CELL, GtkBox)

G_END_DECLS
