/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-accessible.h"

#include <glib/gi18n-lib.h>

/* Set on a control that has its name: a template and the one around it both ask for it. */
#define NAMED "ui-accessible-named"

static GtkWidget *
find (GtkWidget *root,
      GType      type)
{
  GtkWidget *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

/* "_Add" becomes "Add". Owned by the caller. */
static char *
strip_mnemonic (const char *label)
{
  GString *text = g_string_new (NULL);

  for (const char *c = label; *c != '\0'; c++)
    {
      if (*c == '_' && c[1] != '\0')
        c++;
      g_string_append_c (text, *c);
    }
  return g_string_free (text, FALSE);
}

/* GTK gives such a button its text twice, once with the underscore; the label inside is enough. */
static void
button_changed_cb (GtkButton *button)
{
  if (gtk_button_get_label (button) != NULL)
    gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static void
name_with_text (GtkWidget  *widget,
                const char *label)
{
  g_autofree char *text = NULL;

  if (label == NULL)
    return;
  text = strip_mnemonic (label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

/* A row of a drop-down reads as the label in it. A copy of the text: a relation to the label would
 * outlive it. */
static void
name_row (GtkWidget *row)
{
  GtkWidget *label = find (row, GTK_TYPE_LABEL);

  if (label != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    gtk_label_get_text (GTK_LABEL (label)), -1);
}

static void
row_bound_cb (GtkSignalListItemFactory *factory,
              GtkListItem              *item)
{
  GtkWidget *child = gtk_list_item_get_child (item);
  GtkWidget *row = child != NULL ? gtk_widget_get_parent (child) : NULL;

  if (row != NULL)
    name_row (row);
}

/* Those that are there already: GTK has no public type for them. */
static void
name_rows (GtkWidget *root)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (root), "GtkListItemWidget"))
    {
      name_row (root);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_rows (child);
}

static void
watch_rows (GtkDropDown *drop_down)
{
  GtkListItemFactory *factory = gtk_drop_down_get_factory (drop_down);

  if (GTK_IS_SIGNAL_LIST_ITEM_FACTORY (factory))
    g_signal_connect (factory, "bind", G_CALLBACK (row_bound_cb), NULL);
  name_rows (GTK_WIDGET (drop_down));
}

/* What has the focus is the button inside. It reads as the tooltip, or as the
 * label with the mnemonic. */
static void
name_drop_down (GtkDropDown *drop_down)
{
  GtkWidget *button = find (GTK_WIDGET (drop_down), GTK_TYPE_TOGGLE_BUTTON);
  GList *labels = gtk_widget_list_mnemonic_labels (GTK_WIDGET (drop_down));
  const char *tooltip = gtk_widget_get_tooltip_text (GTK_WIDGET (drop_down));

  if (button != NULL && tooltip != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    tooltip, -1);
  else if (button != NULL && labels != NULL)
    gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                    labels->data, NULL, -1);
  g_list_free (labels);
  watch_rows (drop_down);
}

static void
name_control (GtkWidget *widget)
{
  if (GTK_IS_DROP_DOWN (widget))
    name_drop_down (GTK_DROP_DOWN (widget));
  else if (GTK_IS_BUTTON (widget))
    {
      g_signal_connect (widget, "notify::label", G_CALLBACK (button_changed_cb), NULL);
      button_changed_cb (GTK_BUTTON (widget));
    }
  else if (GTK_IS_CHECK_BUTTON (widget))
    name_with_text (widget, gtk_check_button_get_label (GTK_CHECK_BUTTON (widget)));
  else if (GTK_IS_EXPANDER (widget))
    name_with_text (widget, gtk_expander_get_label (GTK_EXPANDER (widget)));
}

/**
 * ui_accessible_name_controls:
 * @root: a widget whose template is there
 *
 * Each button, check button and expander with a text below @root reads as that text, once and
 * without the underscore of its mnemonic; the button and the rows of each drop-down get the names
 * that GTK 4.8 does not give them. To be called when a template is initialised; a second call
 * does nothing. Thread: the main one. Source: UX section 9, GTK-NOTES "Traps".
 */
void
ui_accessible_name_controls (GtkWidget *root)
{
  g_return_if_fail (GTK_IS_WIDGET (root));

  if (g_object_get_data (G_OBJECT (root), NAMED) == NULL)
    {
      g_object_set_data (G_OBJECT (root), NAMED, GINT_TO_POINTER (TRUE));
      name_control (root);
    }
  if (GTK_IS_DROP_DOWN (root))
    return;
  /* a folded one does not have its child among its children */
  if (GTK_IS_EXPANDER (root) && gtk_expander_get_child (GTK_EXPANDER (root)) != NULL)
    ui_accessible_name_controls (gtk_expander_get_child (GTK_EXPANDER (root)));
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    ui_accessible_name_controls (child);
}

/**
 * ui_accessible_name_column_view:
 * @label: what the table is called
 *
 * Names what has the focus in @view and reads as a type of GTK else: the list in it, and the row
 * of its titles. The rows of the list have their names by UiRowCell or UiConnectionCell. Thread:
 * the main one. Source: UX section 9.
 */
void
ui_accessible_name_column_view (GtkColumnView *view,
                                const char    *label)
{
  g_return_if_fail (GTK_IS_COLUMN_VIEW (view));
  g_return_if_fail (label != NULL);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (view)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    GTK_IS_LIST_VIEW (child) ? label : _("Column titles"), -1);
}
