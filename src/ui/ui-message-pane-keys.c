/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-message-pane-private.h"

/*
 * All that a pointer can do in a pane, by keyboard. The view shows its caret; what a key does, it
 * does to the row at the caret. Source: UX sections 8 and 9.
 */

/* The row at the caret, unfolded or explained: what a click on its link would do. */
static gboolean
activate_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  UiMessagePane *self = UI_MESSAGE_PANE (widget);
  GtkTextIter start, end;
  guint index;

  if (!ui_message_pane_set_current_to_cursor (self)
      || !ui_pane_buffer_find_serial (self->buffer, self->current, &index))
    return FALSE;
  ui_pane_buffer_get_bounds (self->buffer, index, &start, &end);
  if (gtk_text_iter_forward_to_tag_toggle (&start,
                                           ui_pane_buffer_get_tag (self->buffer, UI_TAG_SHOW_ALL))
      && gtk_text_iter_compare (&start, &end) < 0)
    ui_message_pane_expand (self, index);
  else
    return ui_message_pane_explain (self);
  return TRUE;
}

/* The explanation of the row at the caret, else of the newest row shown that has one. */
static gboolean
why_cb (GtkWidget *widget,
        GVariant  *args,
        gpointer   user_data)
{
  UiMessagePane *self = UI_MESSAGE_PANE (widget);
  GtkTextTag *tag = ui_pane_buffer_get_tag (self->buffer, UI_TAG_WHY);
  GtkTextIter iter;

  if (ui_message_pane_set_current_to_cursor (self) && ui_message_pane_explain (self))
    return TRUE;
  gtk_text_buffer_get_end_iter (ui_pane_buffer_get_buffer (self->buffer), &iter);
  if (!gtk_text_iter_ends_tag (&iter, tag) && !gtk_text_iter_backward_to_tag_toggle (&iter, tag))
    return FALSE;
  gtk_text_iter_backward_char (&iter);
  ui_message_pane_set_current (self, &iter);
  return ui_message_pane_explain (self);
}

static gboolean
menu_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   user_data)
{
  ui_message_pane_set_current_to_cursor (UI_MESSAGE_PANE (widget));
  return FALSE;                 /* the view opens its menu itself */
}

/* Escape drops the selection; without one it is for somebody else. */
static gboolean
escape_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   user_data)
{
  GtkTextBuffer *buffer = ui_pane_buffer_get_buffer (UI_MESSAGE_PANE (widget)->buffer);
  GtkTextIter iter;

  if (!gtk_text_buffer_get_has_selection (buffer))
    return FALSE;
  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  gtk_text_buffer_place_cursor (buffer, &iter);
  return TRUE;
}

/* Whether the caret is in the row that something was done to last. */
static gboolean
is_at_current (UiMessagePane *self)
{
  GtkTextBuffer *buffer = ui_pane_buffer_get_buffer (self->buffer);
  GtkTextIter iter;
  guint index;

  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  return self->has_current && ui_pane_buffer_find_iter (self->buffer, &iter, &index)
         && ui_pane_buffer_get_item (self->buffer, index)->serial == self->current;
}

/* Puts the caret where it is seen: a key that moves it must not scroll far away first. */
static void
bring_caret (UiMessagePane *self,
             gboolean       to_end)
{
  GtkTextBuffer *buffer = ui_pane_buffer_get_buffer (self->buffer);
  GtkTextIter iter;

  if (gtk_text_buffer_get_has_selection (buffer))
    return;
  if (to_end)
    {
      /* the start of the last row that ends in a line of its own */
      gtk_text_buffer_get_end_iter (buffer, &iter);
      if (gtk_text_iter_starts_line (&iter))
        gtk_text_iter_backward_line (&iter);
      gtk_text_iter_set_line_offset (&iter, 0);
      gtk_text_buffer_place_cursor (buffer, &iter);
    }
  gtk_text_view_place_cursor_onscreen (self->view);
}

static void
focus_cb (UiMessagePane *self)
{
  /* the focus may be back from the explanation of a row: the caret stays there */
  bring_caret (self, self->follow && !is_at_current (self));
}

static void
move_cursor_cb (UiMessagePane  *self,
                GtkMovementStep step,
                int             count,
                gboolean        extend)
{
  GtkTextBuffer *buffer = ui_pane_buffer_get_buffer (self->buffer);
  GdkRectangle seen, at;
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  gtk_text_view_get_iter_location (self->view, &iter, &at);
  gtk_text_view_get_visible_rect (self->view, &seen);
  if (at.y + at.height <= seen.y || at.y >= seen.y + seen.height)
    bring_caret (self, self->follow);
}

static void
add_shortcut (GtkEventController *controller,
              const char         *trigger,
              GtkShortcutFunc     func)
{
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger),
                        gtk_callback_action_new (func, NULL, NULL)));
}

static void
add_action (GtkEventController *controller,
            const char         *trigger,
            const char         *action)
{
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger),
                        gtk_named_action_new (action)));
}

/**
 * ui_message_pane_init_keys:
 *
 * For init: the caret, and the keys that the text view would keep to itself.
 */
void
ui_message_pane_init_keys (UiMessagePane *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkEventController *of_view = gtk_shortcut_controller_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  add_action (keys, "End", "log.end");
  add_action (keys, "<Control>c", "log.copy");
  add_shortcut (keys, "<Control>i", why_cb);
  add_shortcut (keys, "<Shift>F10", menu_cb);
  add_shortcut (keys, "Menu", menu_cb);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  /* on their way back from the view: its buttons in the caption row have them first */
  add_shortcut (of_view, "Return", activate_cb);
  add_shortcut (of_view, "KP_Enter", activate_cb);
  add_shortcut (of_view, "Escape", escape_cb);
  gtk_widget_add_controller (GTK_WIDGET (self), of_view);

  g_signal_connect_object (focus, "enter", G_CALLBACK (focus_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->view), focus);
  g_signal_connect_object (self->view, "move-cursor", G_CALLBACK (move_cursor_cb), self,
                           G_CONNECT_SWAPPED);
}
