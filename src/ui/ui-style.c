/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-style.h"

void
ui_style_init (GdkDisplay *display)
{
}

const char *
ui_role_get_name (UiRole role)
{
  return NULL;
}

const char *
ui_role_get_css_class (UiRole role)
{
  return NULL;
}

UiRole
ui_role_from_level (ReportLevel level)
{
  return 0;
}

const char *
ui_level_get_icon_name (ReportLevel level)
{
  return NULL;
}

void
ui_role_get_color (UiRole role, GtkWidget *widget, GdkRGBA *color)
{
}
