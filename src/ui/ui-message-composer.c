/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-message-composer.h"

struct _UiMessageComposer
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (UiMessageComposer, ui_message_composer, GTK_TYPE_WIDGET)

static void
ui_message_composer_class_init (UiMessageComposerClass *klass)
{
}

static void
ui_message_composer_init (UiMessageComposer *self)
{
}

GtkWidget *
ui_message_composer_new (void)
{
  return g_object_new (ui_message_composer_get_type (), NULL);
}

void
ui_message_composer_set_store (UiMessageComposer *self, UiConnectionStore *store)
{
}

void
ui_message_composer_set_narrow (UiMessageComposer *self, gboolean narrow)
{
}

guint64
ui_message_composer_get_target (UiMessageComposer *self)
{
  return 0;
}

void
ui_message_composer_set_target (UiMessageComposer *self, guint64 association)
{
}

guint
ui_message_composer_get_repeat_interval (UiMessageComposer *self)
{
  return 0;
}

guint
ui_message_composer_get_repeat_times (UiMessageComposer *self)
{
  return 0;
}

void
ui_message_composer_set_max_bytes (UiMessageComposer *self, guint max_bytes)
{
}

void
ui_message_composer_set_payload (UiMessageComposer *self, GBytes *payload)
{
}

gboolean
ui_message_composer_get_can_send (UiMessageComposer *self)
{
  return 0;
}

gboolean
ui_message_composer_send (UiMessageComposer *self)
{
  return 0;
}
