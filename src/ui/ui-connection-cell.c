/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-connection-cell.h"

#include <glib/gi18n-lib.h>

struct _UiConnectionCell
{
  GtkBox        parent_instance;

  UiConnection *connection;     /* NULL: bound to none */
  GtkWidget    *row;            /* around it; unowned, NULL while there is no root */
};

G_DEFINE_FINAL_TYPE (UiConnectionCell, ui_connection_cell, GTK_TYPE_BOX)

enum
{
  PROP_CONNECTION = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
update_label (UiConnectionCell *self)
{
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;
  g_autofree char *label = NULL;

  if (self->row == NULL || self->connection == NULL)
    return;
  g_object_get (self->connection, "title", &title, "detail", &detail, NULL);
  /* Translators: the name of a connection, then its address and its state */
  label = g_strdup_printf (_("%s, %s"), title, detail);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->row), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
update_description (UiConnectionCell *self)
{
  g_autofree char *totals = NULL;

  if (self->row == NULL || self->connection == NULL)
    return;
  g_object_get (self->connection, "totals", &totals, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  totals, -1);
}

/* A screen reader says what changes where the focus is: not each message. */
static void
totals_cb (UiConnectionCell *self)
{
  if (self->row != NULL && !gtk_widget_has_focus (self->row))
    update_description (self);
}

static void
set_connection (UiConnectionCell *self,
                UiConnection     *connection)
{
  if (self->connection == connection)
    return;
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_set_object (&self->connection, connection);
  if (connection != NULL)
    {
      g_signal_connect_swapped (connection, "notify::title", G_CALLBACK (update_label), self);
      g_signal_connect_swapped (connection, "notify::detail", G_CALLBACK (update_label), self);
      g_signal_connect_swapped (connection, "notify::totals", G_CALLBACK (totals_cb), self);
    }
  update_label (self);
  update_description (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION]);
}

static void
ui_connection_cell_root (GtkWidget *widget)
{
  UiConnectionCell *self = UI_CONNECTION_CELL (widget);
  GtkWidget *row = gtk_widget_get_parent (widget);

  GTK_WIDGET_CLASS (ui_connection_cell_parent_class)->root (widget);
  /* GTK has no public type for it */
  while (row != NULL && !g_str_equal (gtk_widget_get_css_name (row), "row"))
    row = gtk_widget_get_parent (row);
  self->row = row;
  if (row != NULL)
    g_signal_connect_swapped (row, "notify::has-focus", G_CALLBACK (update_description), self);
  update_label (self);
  update_description (self);
}

static void
ui_connection_cell_unroot (GtkWidget *widget)
{
  UiConnectionCell *self = UI_CONNECTION_CELL (widget);

  if (self->row != NULL)
    g_signal_handlers_disconnect_by_data (self->row, self);
  self->row = NULL;
  GTK_WIDGET_CLASS (ui_connection_cell_parent_class)->unroot (widget);
}

static void
ui_connection_cell_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  if (prop_id == PROP_CONNECTION)
    g_value_set_object (value, UI_CONNECTION_CELL (object)->connection);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
ui_connection_cell_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  if (prop_id == PROP_CONNECTION)
    set_connection (UI_CONNECTION_CELL (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
ui_connection_cell_dispose (GObject *object)
{
  UiConnectionCell *self = UI_CONNECTION_CELL (object);

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (ui_connection_cell_parent_class)->dispose (object);
}

static void
ui_connection_cell_class_init (UiConnectionCellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_connection_cell_get_property;
  object_class->set_property = ui_connection_cell_set_property;
  object_class->dispose = ui_connection_cell_dispose;
  widget_class->root = ui_connection_cell_root;
  widget_class->unroot = ui_connection_cell_unroot;
  properties[PROP_CONNECTION]
    = g_param_spec_object ("connection", NULL, NULL, UI_TYPE_CONNECTION,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ui_connection_cell_init (UiConnectionCell *self)
{
}
