/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-message-pane-private.h"

/**
 * ui_message_pane_get_text_view:
 *
 * Returns: (transfer none): for focus (F6) and tests; its buffer is the pane's own to change.
 */
GtkTextView *
ui_message_pane_get_text_view (UiMessagePane *self)
{
  g_return_val_if_fail (UI_IS_MESSAGE_PANE (self), NULL);

  return self->view;
}

/**
 * ui_message_pane_set_empty:
 * @icon: (nullable): icon name; NULL: as before
 * @title: (nullable): translated
 * @text: (nullable): translated
 *
 * What stands there while there is no row.
 */
void
ui_message_pane_set_empty (UiMessagePane *self,
                           const char    *icon,
                           const char    *title,
                           const char    *text)
{
  g_return_if_fail (UI_IS_MESSAGE_PANE (self));

  if (icon != NULL)
    gtk_image_set_from_icon_name (self->empty_icon, icon);
  ui_message_pane_set_string (self->empty_title, title);
  ui_message_pane_set_string (self->empty_text, text);
}

/**
 * ui_message_pane_set_message_view:
 *
 * Text, hex or both; also what the drop-down does.
 */
void
ui_message_pane_set_message_view (UiMessagePane *self,
                                  UiMessageView  view)
{
  g_return_if_fail (UI_IS_MESSAGE_PANE (self));

  gtk_drop_down_set_selected (self->mode, view);
}

/**
 * ui_message_pane_set_levels:
 * @levels: bits 1 << ReportLevel
 *
 * Filters the left pane; also what its toggles do. Nothing is deleted.
 */
void
ui_message_pane_set_levels (UiMessagePane *self,
                            guint          levels)
{
  g_return_if_fail (UI_IS_MESSAGE_PANE (self));

  gtk_toggle_button_set_active (self->toggle_info, (levels & (1u << REPORT_INFO)) != 0);
  gtk_toggle_button_set_active (self->toggle_warning, (levels & (1u << REPORT_WARNING)) != 0);
  gtk_toggle_button_set_active (self->toggle_error, (levels & (1u << REPORT_ERROR)) != 0);
}

guint
ui_message_pane_get_levels (UiMessagePane *self)
{
  g_return_val_if_fail (UI_IS_MESSAGE_PANE (self), 0);

  return self->levels;
}

/**
 * ui_message_pane_set_association:
 * @association: the only one to show; 0: all
 *
 * Filters by connection. Nothing is deleted.
 */
void
ui_message_pane_set_association (UiMessagePane *self,
                                 guint64        association)
{
  g_return_if_fail (UI_IS_MESSAGE_PANE (self));

  if (self->association == association)
    return;
  self->association = association;
  ui_message_pane_refill (self);
  g_object_notify (G_OBJECT (self), "association");
}

gboolean
ui_message_pane_get_following (UiMessagePane *self)
{
  g_return_val_if_fail (UI_IS_MESSAGE_PANE (self), FALSE);

  return self->follow;
}

guint
ui_message_pane_get_n_new (UiMessagePane *self)
{
  g_return_val_if_fail (UI_IS_MESSAGE_PANE (self), 0);

  return gtk_widget_get_visible (self->pill) ? self->n_new : 0;
}

/**
 * ui_message_pane_follow_end:
 *
 * Drops the selection and goes to the newest row, to stay there: End, or the "N new" button.
 */
void
ui_message_pane_follow_end (UiMessagePane *self)
{
  GtkTextBuffer *buffer;
  GtkTextIter end;

  g_return_if_fail (UI_IS_MESSAGE_PANE (self));

  buffer = ui_pane_buffer_get_buffer (self->buffer);
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_place_cursor (buffer, &end);
  ui_message_pane_set_follow (self, TRUE);
  ui_message_pane_pin (self);
  gtk_text_view_scroll_mark_onscreen (self->view, self->end_mark);
}

/**
 * ui_message_pane_set_search:
 * @text: (nullable): what to highlight, case ignored; NULL or "": nothing
 *
 * Highlights in the view, now and in rows to come.
 */
void
ui_message_pane_set_search (UiMessagePane *self,
                            const char    *text)
{
  GtkTextIter start, end;
  GtkTextBuffer *buffer;

  g_return_if_fail (UI_IS_MESSAGE_PANE (self));

  buffer = ui_pane_buffer_get_buffer (self->buffer);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_tag (buffer, ui_pane_buffer_get_tag (self->buffer, UI_TAG_CURRENT), &start,
                              &end);
  if (text != NULL && *text == '\0')
    text = NULL;
  if (g_strcmp0 (self->search, text) == 0)
    return;
  g_free (self->search);
  self->search = g_strdup (text);
  ui_message_pane_highlight (self, 0);
}

/**
 * ui_message_pane_reveal_row:
 * @serial: in the pane's part of the log
 *
 * Scrolls to a row, loads it into the view if need be and marks it as the current hit.
 * Returns: FALSE if the log does not have it any more.
 */
gboolean
ui_message_pane_reveal_row (UiMessagePane *self,
                            guint64        serial)
{
  GtkTextBuffer *buffer;
  GtkTextTag *tag;
  GtkTextIter start, end;
  UiLogRow row;
  guint index;

  g_return_val_if_fail (UI_IS_MESSAGE_PANE (self), FALSE);

  if (self->log == NULL || !ui_log_get_row (self->log, self->part, serial, &row))
    return FALSE;
  ui_message_pane_set_follow (self, FALSE);
  ui_message_pane_load_around (self, serial);
  if (!ui_pane_buffer_find_serial (self->buffer, serial, &index))
    return FALSE;
  buffer = ui_pane_buffer_get_buffer (self->buffer);
  tag = ui_pane_buffer_get_tag (self->buffer, UI_TAG_CURRENT);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_tag (buffer, tag, &start, &end);
  ui_pane_buffer_get_bounds (self->buffer, index, &start, &end);
  if (self->search != NULL
      && !gtk_text_iter_forward_search (&start, self->search,
                                        GTK_TEXT_SEARCH_CASE_INSENSITIVE
                                          | GTK_TEXT_SEARCH_TEXT_ONLY,
                                        &start, &end, &end))
    ui_pane_buffer_get_bounds (self->buffer, index, NULL, &end);
  gtk_text_buffer_apply_tag (buffer, tag, &start, &end);
  gtk_text_buffer_place_cursor (buffer, &start);
  gtk_text_view_scroll_to_mark (self->view, gtk_text_buffer_get_insert (buffer), 0.1, TRUE, 0, 0.3);
  return TRUE;
}

/**
 * ui_message_pane_set_max_blocks:
 *
 * How many rows the view holds (2 000 at first); the log holds the rest.
 */
void
ui_message_pane_set_max_blocks (UiMessagePane *self,
                                guint          max_blocks)
{
  g_return_if_fail (UI_IS_MESSAGE_PANE (self));
  g_return_if_fail (max_blocks >= 10);

  self->max_blocks = max_blocks;
  if (!ui_message_pane_is_held (self))
    ui_message_pane_refill (self);
}
