/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-connection-list.h"

#include <glib/gi18n-lib.h>

#include "ui-accessible.h"
#include "ui-connection-cell.h"

struct _UiConnectionList
{
  GtkWidget           parent_instance;

  GtkWidget          *totals;           /* of the selected row */
  GtkStack           *stack;
  GtkColumnView      *column_view;
  GtkListView        *list_view;
  GtkColumnViewColumn *name_column;
  GtkColumnViewColumn *peer_column;
  GtkColumnViewColumn *identity_column;
  GtkColumnViewColumn *state_column;
  GtkColumnViewColumn *cipher_column;
  GtkColumnViewColumn *in_out_column;
  GtkColumnViewColumn *last_column;
  GtkColumnViewColumn *rtt_column;

  UiConnectionStore  *store;
  GtkSingleSelection *selection;        /* of both views */
  gboolean            narrow;
  gboolean            roomy;
};

G_DEFINE_FINAL_TYPE (UiConnectionList, ui_connection_list, GTK_TYPE_WIDGET)

enum
{
  PROP_STORE = 1,
  PROP_NARROW,
  PROP_ROOMY,
  PROP_SELECTED,
  N_PROPS
};

enum
{
  CLOSE_REQUESTED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* GtkColumnView 4.8 puts every title at the start: those of number columns belong to the end. */
static void
align_titles (UiConnectionList *self)
{
  GListModel *columns = gtk_column_view_get_columns (self->column_view);
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (self->column_view));
  GtkWidget *title = header != NULL ? gtk_widget_get_first_child (header) : NULL;
  guint n = g_list_model_get_n_items (columns);

  for (guint i = 0; i < n && title != NULL; i++, title = gtk_widget_get_next_sibling (title))
    {
      g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item (columns, i);
      GtkWidget *label = gtk_widget_get_first_child (title);

      if (label != NULL && (column == self->in_out_column || column == self->last_column
                            || column == self->rtt_column))
        gtk_widget_set_halign (label, GTK_ALIGN_END);
    }
}

/* The server knows its peers by address and identity, the client its connections by name. */
static void
show_columns (UiConnectionList *self)
{
  gboolean client
    = self->store != NULL && ui_connection_store_get_role (self->store) == DTLS_ROLE_CLIENT;

  gtk_column_view_column_set_visible (self->name_column, client);
  gtk_column_view_column_set_visible (self->rtt_column, client);
  gtk_column_view_column_set_visible (self->identity_column, !client || self->roomy);
  gtk_column_view_column_set_visible (self->last_column, !client || self->roomy);
  gtk_column_view_column_set_title (self->peer_column, client ? _("Server") : _("Peer"));
  align_titles (self);
}

static void
selected_cb (UiConnectionList *self)
{
  gtk_widget_set_visible (self->totals, ui_connection_list_get_selected (self) != NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
close_cb (GtkWidget  *widget,
          const char *name,
          GVariant   *parameter)
{
  UiConnectionList *self = UI_CONNECTION_LIST (widget);
  UiConnection *selected = ui_connection_list_get_selected (self);

  if (selected != NULL && !ui_connection_get_ended (selected))
    g_signal_emit (self, signals[CLOSE_REQUESTED], 0, selected);
}

static void
unselect_cb (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  ui_connection_list_set_selected (UI_CONNECTION_LIST (widget), NULL);
}

static void
ui_connection_list_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  UiConnectionList *self = UI_CONNECTION_LIST (object);

  switch (prop_id)
    {
    case PROP_STORE:
      g_value_set_object (value, self->store);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_ROOMY:
      g_value_set_boolean (value, self->roomy);
      break;
    case PROP_SELECTED:
      g_value_set_object (value, ui_connection_list_get_selected (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_connection_list_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  UiConnectionList *self = UI_CONNECTION_LIST (object);

  switch (prop_id)
    {
    case PROP_STORE:
      ui_connection_list_set_store (self, g_value_get_object (value));
      break;
    case PROP_NARROW:
      ui_connection_list_set_narrow (self, g_value_get_boolean (value));
      break;
    case PROP_ROOMY:
      ui_connection_list_set_roomy (self, g_value_get_boolean (value));
      break;
    case PROP_SELECTED:
      ui_connection_list_set_selected (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_connection_list_dispose (GObject *object)
{
  UiConnectionList *self = UI_CONNECTION_LIST (object);
  GtkWidget *child;

  if (self->selection != NULL)
    gtk_single_selection_set_model (self->selection, NULL);
  g_clear_object (&self->store);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (ui_connection_list_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               UI_RESOURCE_PATH "/ui-connection-list.ui");
  gtk_widget_class_bind_template_child (widget_class, UiConnectionList, totals);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionList, stack);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionList, column_view);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionList, list_view);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionList, name_column);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionList, peer_column);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionList, identity_column);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionList, state_column);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionList, cipher_column);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionList, in_out_column);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionList, last_column);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionList, rtt_column);
}

static void
ui_connection_list_class_init (UiConnectionListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  g_type_ensure (UI_TYPE_CONNECTION);
  g_type_ensure (UI_TYPE_CONNECTION_CELL);
  object_class->get_property = ui_connection_list_get_property;
  object_class->set_property = ui_connection_list_set_property;
  object_class->dispose = ui_connection_list_dispose;
  properties[PROP_STORE]
    = g_param_spec_object ("store", NULL, NULL, UI_TYPE_CONNECTION_STORE, flags);
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, flags);
  properties[PROP_ROOMY] = g_param_spec_boolean ("roomy", NULL, NULL, FALSE, flags);
  properties[PROP_SELECTED]
    = g_param_spec_object ("selected", NULL, NULL, UI_TYPE_CONNECTION, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CLOSE_REQUESTED] = g_signal_new ("close-requested", UI_TYPE_CONNECTION_LIST,
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                           UI_TYPE_CONNECTION);
  gtk_widget_class_install_action (widget_class, "connections.close", NULL, close_cb);
  gtk_widget_class_install_action (widget_class, "connections.unselect", NULL, unselect_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "connections.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "connections.unselect",
                                       NULL);
  bind_children (widget_class);
}

static void
ui_connection_list_init (UiConnectionList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_accessible_name_controls (GTK_WIDGET (self));
  ui_accessible_name_column_view (self->column_view, _("Connections"));
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_column_view_set_model (self->column_view, GTK_SELECTION_MODEL (self->selection));
  show_columns (self);
}

/**
 * ui_connection_list_new:
 *
 * Returns: (transfer floating): a list without rows. Main thread, as all of this.
 */
GtkWidget *
ui_connection_list_new (void)
{
  return g_object_new (UI_TYPE_CONNECTION_LIST, NULL);
}

/**
 * ui_connection_list_set_store:
 * @store: (nullable): its role decides the columns
 */
void
ui_connection_list_set_store (UiConnectionList  *self,
                              UiConnectionStore *store)
{
  g_return_if_fail (UI_IS_CONNECTION_LIST (self));

  if (!g_set_object (&self->store, store))
    return;
  show_columns (self);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (store));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STORE]);
}

UiConnectionStore *
ui_connection_list_get_store (UiConnectionList *self)
{
  g_return_val_if_fail (UI_IS_CONNECTION_LIST (self), NULL);

  return self->store;
}

/**
 * ui_connection_list_set_narrow:
 *
 * Two lines a row instead of columns. Only the view that is seen has the model.
 */
void
ui_connection_list_set_narrow (UiConnectionList *self,
                               gboolean          narrow)
{
  GtkSelectionModel *model;

  g_return_if_fail (UI_IS_CONNECTION_LIST (self));

  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  model = GTK_SELECTION_MODEL (self->selection);
  gtk_column_view_set_model (self->column_view, narrow ? NULL : model);
  gtk_list_view_set_model (self->list_view, narrow ? model : NULL);
  gtk_stack_set_visible_child_name (self->stack, narrow ? "narrow" : "wide");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
}

/**
 * ui_connection_list_set_roomy:
 *
 * Also the columns that a client's rows can do without: identity and last activity.
 */
void
ui_connection_list_set_roomy (UiConnectionList *self,
                              gboolean          roomy)
{
  g_return_if_fail (UI_IS_CONNECTION_LIST (self));

  if (self->roomy == roomy)
    return;
  self->roomy = roomy;
  show_columns (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOMY]);
}

gboolean
ui_connection_list_get_roomy (UiConnectionList *self)
{
  g_return_val_if_fail (UI_IS_CONNECTION_LIST (self), FALSE);

  return self->roomy;
}

/**
 * ui_connection_list_get_selected:
 *
 * Returns: (transfer none) (nullable): the selected row.
 */
UiConnection *
ui_connection_list_get_selected (UiConnectionList *self)
{
  g_return_val_if_fail (UI_IS_CONNECTION_LIST (self), NULL);

  return self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;
}

/**
 * ui_connection_list_set_selected:
 * @connection: (nullable): a row of the store; NULL: none
 */
void
ui_connection_list_set_selected (UiConnectionList *self,
                                 UiConnection     *connection)
{
  guint position = GTK_INVALID_LIST_POSITION;

  g_return_if_fail (UI_IS_CONNECTION_LIST (self));

  if (connection != NULL && self->store != NULL)
    {
      guint n = g_list_model_get_n_items (G_LIST_MODEL (self->store));

      for (guint i = 0; i < n && position == GTK_INVALID_LIST_POSITION; i++)
        {
          g_autoptr(UiConnection) item = g_list_model_get_item (G_LIST_MODEL (self->store), i);

          if (item == connection)
            position = i;
        }
    }
  gtk_single_selection_set_selected (self->selection, position);
}
