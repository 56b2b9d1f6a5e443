/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A symbolic icon in a colour that stands in a text buffer; one is shared by all rows of a role. */
#define UI_TYPE_LOG_ICON (ui_log_icon_get_type ())
G_DECLARE_FINAL_TYPE (UiLogIcon, ui_log_icon, UI, LOG_ICON, GObject)

UiLogIcon *ui_log_icon_new       (const char    *icon_name,
                                  GtkWidget     *widget);
void       ui_log_icon_set_color (UiLogIcon     *self,
                                  const GdkRGBA *color);

G_END_DECLS
