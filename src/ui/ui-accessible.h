/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The names that assistive technology hears, where GTK's own would be wrong or missing. */
void ui_accessible_name_controls    (GtkWidget     *root);
void ui_accessible_name_column_view (GtkColumnView *view,
                                     const char    *label);

G_END_DECLS
