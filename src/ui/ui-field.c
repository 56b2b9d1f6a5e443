/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-field.h"

/**
 * ui_field_set_error:
 * @field: the entry
 * @label: the label below it, hidden while there is no @message
 *
 * Shows @message under @field, outlines the field and marks it invalid for assistive technology;
 * with NULL all of that goes away. Thread: the main one.
 */
void
ui_field_set_error (GtkWidget  *field,
                    GtkLabel   *label,
                    const char *message)
{
  g_return_if_fail (GTK_IS_WIDGET (field));
  g_return_if_fail (GTK_IS_LABEL (label));

  gtk_label_set_label (label, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (label), message != NULL);
  if (message != NULL)
    gtk_widget_add_css_class (field, "error");
  else
    gtk_widget_remove_css_class (field, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_STATE_INVALID,
                               message != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                               : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}
