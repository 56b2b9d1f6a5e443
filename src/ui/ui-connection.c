/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-connection.h"

struct _UiConnection
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (UiConnection, ui_connection, G_TYPE_OBJECT)

static void
ui_connection_class_init (UiConnectionClass *klass)
{
}

static void
ui_connection_init (UiConnection *self)
{
}

guint64
ui_connection_get_id (UiConnection *self)
{
  return 0;
}

UiConnectionState
ui_connection_get_state (UiConnection *self)
{
  return 0;
}

const char          *
ui_connection_get_peer (UiConnection *self)
{
  return NULL;
}

const DtlsAddress   *
ui_connection_get_address (UiConnection *self)
{
  return NULL;
}

const char          *
ui_connection_get_name (UiConnection *self)
{
  return NULL;
}

const char          *
ui_connection_get_identity (UiConnection *self)
{
  return NULL;
}

GBytes              *
ui_connection_get_identity_bytes (UiConnection *self)
{
  return NULL;
}

const char          *
ui_connection_get_cipher (UiConnection *self)
{
  return NULL;
}

const DtlsCounters  *
ui_connection_get_totals (UiConnection *self)
{
  return NULL;
}

gint64
ui_connection_get_last_us (UiConnection *self)
{
  return 0;
}

gboolean
ui_connection_get_ended (UiConnection *self)
{
  return 0;
}

gboolean
ui_connection_get_connected (UiConnection *self)
{
  return 0;
}

UiConnection        *
ui_connection_new (const DtlsEvent *event, DtlsRole role)
{
  return g_object_new (ui_connection_get_type (), NULL);
}

void
ui_connection_apply (UiConnection *self, const DtlsEvent *event)
{
}

gboolean
ui_connection_flush (UiConnection *self)
{
  return 0;
}

void
ui_connection_refresh_time (UiConnection *self, gint64 now_us)
{
}
