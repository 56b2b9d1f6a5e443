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
