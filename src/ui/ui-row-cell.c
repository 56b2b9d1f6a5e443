/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-row-cell.h"

struct _UiRowCell
{
  GtkBox     parent_instance;

  char      *row_label;         /* NULL: bound to nothing */
};

G_DEFINE_FINAL_TYPE (UiRowCell, ui_row_cell, GTK_TYPE_BOX)

enum
{
  PROP_ROW_LABEL = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
name_row (UiRowCell *self)
{
  GtkWidget *row = GTK_WIDGET (self);

  if (self->row_label == NULL || gtk_widget_get_root (row) == NULL)
    return;
  /* GTK has no public type for it */
  while (row != NULL && !g_str_equal (gtk_widget_get_css_name (row), "row"))
    row = gtk_widget_get_parent (row);
  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    self->row_label, -1);
}

static void
ui_row_cell_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ui_row_cell_parent_class)->root (widget);
  name_row (UI_ROW_CELL (widget));
}

static void
ui_row_cell_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  if (prop_id == PROP_ROW_LABEL)
    g_value_set_string (value, UI_ROW_CELL (object)->row_label);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
ui_row_cell_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  UiRowCell *self = UI_ROW_CELL (object);

  if (prop_id != PROP_ROW_LABEL)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }
  g_free (self->row_label);
  self->row_label = g_value_dup_string (value);
  name_row (self);
  g_object_notify_by_pspec (object, pspec);
}

static void
ui_row_cell_finalize (GObject *object)
{
  g_free (UI_ROW_CELL (object)->row_label);
  G_OBJECT_CLASS (ui_row_cell_parent_class)->finalize (object);
}

static void
ui_row_cell_class_init (UiRowCellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ui_row_cell_get_property;
  object_class->set_property = ui_row_cell_set_property;
  object_class->finalize = ui_row_cell_finalize;
  GTK_WIDGET_CLASS (klass)->root = ui_row_cell_root;
  properties[PROP_ROW_LABEL]
    = g_param_spec_string ("row-label", NULL, NULL, NULL,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ui_row_cell_init (UiRowCell *self)
{
}
