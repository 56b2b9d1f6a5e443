/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-color-scheme.h"

struct _UiColorScheme
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (UiColorScheme, ui_color_scheme, G_TYPE_OBJECT)

static void
ui_color_scheme_class_init (UiColorSchemeClass *klass)
{
}

static void
ui_color_scheme_init (UiColorScheme *self)
{
}

GType
ui_color_choice_get_type (void)
{
  return G_TYPE_INT;
}

UiColorScheme *
ui_color_scheme_get_default (void)
{
  return NULL;
}

UiColorChoice
ui_color_scheme_get_choice (UiColorScheme *self)
{
  return 0;
}

void
ui_color_scheme_set_choice (UiColorScheme *self, UiColorChoice choice)
{
}

gboolean
ui_color_scheme_get_dark (UiColorScheme *self)
{
  return 0;
}

gboolean
ui_color_scheme_get_high_contrast (UiColorScheme *self)
{
  return 0;
}

void
ui_color_scheme_add_window (UiColorScheme *self, GtkWindow *window)
{
}
