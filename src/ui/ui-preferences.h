/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The settings dialog of both programs: a row for each key that the program's schema has. */
#define UI_TYPE_PREFERENCES (ui_preferences_get_type ())
G_DECLARE_FINAL_TYPE (UiPreferences, ui_preferences, UI, PREFERENCES, GtkWindow)

GtkWindow *ui_preferences_new (GtkWindow *parent,
                               GSettings *settings);

G_END_DECLS
