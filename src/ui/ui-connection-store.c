/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-connection-store.h"

struct _UiConnectionStore
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (UiConnectionStore, ui_connection_store, G_TYPE_OBJECT)

static void
ui_connection_store_class_init (UiConnectionStoreClass *klass)
{
}

static void
ui_connection_store_init (UiConnectionStore *self)
{
}

UiConnectionStore *
ui_connection_store_new (DtlsRole role)
{
  return g_object_new (ui_connection_store_get_type (), NULL);
}

DtlsRole
ui_connection_store_get_role (UiConnectionStore *self)
{
  return 0;
}

void
ui_connection_store_append_ranges (UiConnectionStore *self, const DtlsEventRange *ranges, guint n_ranges)
{
}

void
ui_connection_store_flush (UiConnectionStore *self)
{
}

UiConnection      *
ui_connection_store_lookup (UiConnectionStore *self, guint64 id)
{
  return NULL;
}

GListModel        *
ui_connection_store_get_connected (UiConnectionStore *self)
{
  return NULL;
}

guint
ui_connection_store_get_n_open (UiConnectionStore *self)
{
  return 0;
}

guint
ui_connection_store_get_n_connected (UiConnectionStore *self)
{
  return 0;
}

guint
ui_connection_store_get_n_handshakes (UiConnectionStore *self)
{
  return 0;
}

void
ui_connection_store_get_pings (UiConnectionStore *self, guint *rtt_us, guint64 *lost, guint64 *sent)
{
}

void
ui_connection_store_refresh_times (UiConnectionStore *self, gint64 now_us)
{
}
