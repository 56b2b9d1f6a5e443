/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-connection-list.h"

struct _UiConnectionList
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (UiConnectionList, ui_connection_list, GTK_TYPE_WIDGET)

static void
ui_connection_list_class_init (UiConnectionListClass *klass)
{
}

static void
ui_connection_list_init (UiConnectionList *self)
{
}

GtkWidget         *
ui_connection_list_new (void)
{
  return g_object_new (ui_connection_list_get_type (), NULL);
}

void
ui_connection_list_set_store (UiConnectionList *self, UiConnectionStore *store)
{
}

UiConnectionStore *
ui_connection_list_get_store (UiConnectionList *self)
{
  return NULL;
}

void
ui_connection_list_set_narrow (UiConnectionList *self, gboolean narrow)
{
}

UiConnection      *
ui_connection_list_get_selected (UiConnectionList *self)
{
  return NULL;
}

void
ui_connection_list_set_selected (UiConnectionList *self, UiConnection *connection)
{
}
