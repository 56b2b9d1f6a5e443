/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-targets.h"

#include <glib/gi18n-lib.h>

/**
 * ui_targets_new:
 *
 * Returns: (transfer full): a model that follows @store. Main thread, as all of this.
 */
GListModel *
ui_targets_new (UiConnectionStore *store)
{
  const char *all[] = { _("All connected"), NULL };
  GListStore *parts = g_list_store_new (G_TYPE_LIST_MODEL);
  g_autoptr(GtkStringList) last = gtk_string_list_new (all);

  g_list_store_append (parts, ui_connection_store_get_connected (store));
  g_list_store_append (parts, last);
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts)));
}

/**
 * ui_targets_get_id:
 * @targets: (nullable)
 *
 * Returns: the association at @position; 0 for all of them, and where there is none.
 */
guint64
ui_targets_get_id (GListModel *targets,
                   guint       position)
{
  g_autoptr(GObject) item = targets != NULL ? g_list_model_get_item (targets, position) : NULL;

  return UI_IS_CONNECTION (item) ? ui_connection_get_id (UI_CONNECTION (item)) : 0;
}

/**
 * ui_targets_find:
 * @targets: (nullable)
 *
 * Returns: where @id is, or GTK_INVALID_LIST_POSITION.
 */
guint
ui_targets_find (GListModel *targets,
                 guint64     id)
{
  guint n = targets != NULL ? g_list_model_get_n_items (targets) : 0;

  for (guint i = 0; i < n; i++)
    if (ui_targets_get_id (targets, i) == id)
      return i;
  return GTK_INVALID_LIST_POSITION;
}

/* The client knows its connections by name, the server by address: so does the row's name. */
static char *
get_name (gpointer item,
          gpointer user_data)
{
  if (UI_IS_CONNECTION (item))
    return g_strdup (ui_connection_get_name (item));
  return item != NULL ? g_strdup (gtk_string_object_get_string (item)) : NULL;
}

/**
 * ui_targets_create_name_expression:
 *
 * Returns: (transfer full): what the drop-down shows of a target.
 */
GtkExpression *
ui_targets_create_name_expression (void)
{
  return gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 0, NULL, G_CALLBACK (get_name), NULL,
                                      NULL);
}

/* A long name must not decide how narrow the window can be. */
static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 6);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item)
{
  g_autofree char *name = get_name (gtk_list_item_get_item (item), NULL);
  GtkWidget *label = gtk_list_item_get_child (item);

  gtk_label_set_label (GTK_LABEL (label), name);
  gtk_widget_set_tooltip_text (label, name);
}

/**
 * ui_targets_create_factory:
 *
 * Returns: (transfer full): the drop-down's rows: a name, cut with an ellipsis when it is long,
 * whole in the tooltip.
 */
GtkListItemFactory *
ui_targets_create_factory (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  return factory;
}
