/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The View setting; values as in the settings schemas ("system", "light", "dark"). */
typedef enum
{
  UI_COLOR_CHOICE_SYSTEM,
  UI_COLOR_CHOICE_LIGHT,
  UI_COLOR_CHOICE_DARK
} UiColorChoice;

#define UI_TYPE_COLOR_CHOICE (ui_color_choice_get_type ())
GType ui_color_choice_get_type (void);

/*
 * One for the process. Properties: "choice" (UiColorChoice), "dark" (read only), "high-contrast"
 * (read only). Windows registered with it carry the classes "dark" and "hc" while these hold;
 * dialogs are windows too.
 */
#define UI_TYPE_COLOR_SCHEME (ui_color_scheme_get_type ())
G_DECLARE_FINAL_TYPE (UiColorScheme, ui_color_scheme, UI, COLOR_SCHEME, GObject)

UiColorScheme *ui_color_scheme_get_default       (void);
UiColorChoice  ui_color_scheme_get_choice        (UiColorScheme *self);
void           ui_color_scheme_set_choice        (UiColorScheme *self,
                                                  UiColorChoice  choice);
gboolean       ui_color_scheme_get_dark          (UiColorScheme *self);
gboolean       ui_color_scheme_get_high_contrast (UiColorScheme *self);
void           ui_color_scheme_add_window        (UiColorScheme *self,
                                                  GtkWindow     *window);

G_END_DECLS
