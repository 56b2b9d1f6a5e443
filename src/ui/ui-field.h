/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is wrong with a field of a form, shown below it; NULL: nothing. */
void ui_field_set_error (GtkWidget  *field,
                         GtkLabel   *label,
                         const char *message);

G_END_DECLS
