/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-key-entry.h"

struct _UiKeyEntry
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (UiKeyEntry, ui_key_entry, GTK_TYPE_WIDGET)

static void
ui_key_entry_class_init (UiKeyEntryClass *klass)
{
}

static void
ui_key_entry_init (UiKeyEntry *self)
{
}

GType
ui_key_get_type (void)
{
  return G_TYPE_BYTES;
}

GtkWidget     *
ui_key_entry_new (void)
{
  return g_object_new (ui_key_entry_get_type (), NULL);
}

DtlsKey       *
ui_key_entry_dup_key (UiKeyEntry *self)
{
  return NULL;
}

void
ui_key_entry_set_key (UiKeyEntry *self, DtlsKey *key)
{
}

gboolean
ui_key_entry_get_valid (UiKeyEntry *self)
{
  return 0;
}

DtlsKeyFormat
ui_key_entry_get_format (UiKeyEntry *self)
{
  return 0;
}

void
ui_key_entry_set_format (UiKeyEntry *self, DtlsKeyFormat format)
{
}

void
ui_key_entry_set_text (UiKeyEntry *self, const char *text)
{
}

GtkEditable   *
ui_key_entry_get_entry (UiKeyEntry *self)
{
  return NULL;
}
