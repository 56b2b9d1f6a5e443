/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-message-pane.h"

struct _UiMessagePane
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (UiMessagePane, ui_message_pane, GTK_TYPE_WIDGET)

static void
ui_message_pane_class_init (UiMessagePaneClass *klass)
{
}

static void
ui_message_pane_init (UiMessagePane *self)
{
}

GType
ui_log_part_get_type (void)
{
  return G_TYPE_INT;
}

GType
ui_message_view_get_type (void)
{
  return G_TYPE_INT;
}

GtkWidget    *
ui_message_pane_new (UiLogPart part)
{
  return g_object_new (ui_message_pane_get_type (), NULL);
}

void
ui_message_pane_set_log (UiMessagePane *self, UiLog *log)
{
}

UiLog        *
ui_message_pane_get_log (UiMessagePane *self)
{
  return NULL;
}

GtkTextView  *
ui_message_pane_get_text_view (UiMessagePane *self)
{
  return NULL;
}

void
ui_message_pane_set_empty (UiMessagePane *self, const char *icon, const char *title, const char *text)
{
}

void
ui_message_pane_set_message_view (UiMessagePane *self, UiMessageView view)
{
}

void
ui_message_pane_set_levels (UiMessagePane *self, guint levels)
{
}

guint
ui_message_pane_get_levels (UiMessagePane *self)
{
  return 0;
}

void
ui_message_pane_set_association (UiMessagePane *self, guint64 association)
{
}

gboolean
ui_message_pane_get_following (UiMessagePane *self)
{
  return 0;
}

guint
ui_message_pane_get_n_new (UiMessagePane *self)
{
  return 0;
}

void
ui_message_pane_follow_end (UiMessagePane *self)
{
}

void
ui_message_pane_set_search (UiMessagePane *self, const char *text)
{
}

gboolean
ui_message_pane_reveal_row (UiMessagePane *self, guint64 serial)
{
  return 0;
}

void
ui_message_pane_set_max_blocks (UiMessagePane *self, guint max_blocks)
{
}
