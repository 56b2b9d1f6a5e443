/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "report-sentence.h"

G_BEGIN_DECLS

/* The roles of the style sheet: CSS classes "role-error" ..., colours "dtls_error_light" ... */
typedef enum
{
  UI_ROLE_INFO,
  UI_ROLE_WARNING,
  UI_ROLE_ERROR,
  UI_ROLE_MESSAGE,
  UI_ROLE_SUCCESS,
  UI_ROLE_DIM,
  UI_ROLE_NONE,                 /* plain text colour; no class */
  UI_N_ROLES = UI_ROLE_NONE
} UiRole;

#define UI_RESOURCE_PATH "/org/dtlspair/ui"

/* Under this width of a window its panes stack and its lists fold to two lines. */
#define UI_NARROW_WIDTH 720

void        ui_style_init              (GdkDisplay  *display);
const char *ui_role_get_name           (UiRole       role);
const char *ui_role_get_css_class      (UiRole       role);
UiRole      ui_role_from_level         (ReportLevel  level);
const char *ui_level_get_icon_name     (ReportLevel  level);
void        ui_role_get_color          (UiRole       role,
                                        GtkWidget   *widget,
                                        GdkRGBA     *color);

G_END_DECLS
