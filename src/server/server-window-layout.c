/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-window-private.h"

#include "ui-settings.h"

#define DEFAULT_WIDTH 1090
#define DEFAULT_HEIGHT 670
#define MIN_PANE_WIDTH 100

/* Side by side the panes meet where they met last, or in the middle; stacked, in the middle. */
static int
choose_position (ServerWindow *self)
{
  int position = ui_settings_get_int (self->settings, "pane-position", -1);

  if (self->narrow)
    return gtk_widget_get_height (GTK_WIDGET (self->panes)) / 2;
  if (position < MIN_PANE_WIDTH || position > self->width - MIN_PANE_WIDTH)
    return self->width / 2;
  return position;
}

static void
place_panes (ServerWindow *self)
{
  gtk_paned_set_position (self->panes, choose_position (self));
  self->panes_placed = TRUE;
}

static void
keep_pane_position (ServerWindow *self)
{
  int position = gtk_paned_get_position (self->panes);

  if (self->narrow || !self->panes_placed)
    return;

  /* the middle stays the middle when the window gets another width */
  ui_settings_set_int (self->settings, "pane-position",
                       ABS (position - self->width / 2) <= 2 ? -1 : position);
}

static void
set_narrow (ServerWindow *self,
            gboolean      narrow)
{
  keep_pane_position (self);
  self->narrow = narrow;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->panes),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  ui_connection_list_set_narrow (self->connection_list, narrow);
  ui_message_composer_set_narrow (self->composer, narrow);
  gtk_widget_set_visible (self->only_button, !narrow);  /* the menu has it as well */
  /* GtkPaned scales a position by its last size, which was along the other axis: place it after
   * the next allocation. */
  self->panes_placed = FALSE;
  gtk_widget_queue_resize (GTK_WIDGET (self->panes));
  server_window_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), server_window_props[PROP_NARROW]);
}

static gboolean
layout_cb (gpointer user_data)
{
  ServerWindow *self = user_data;
  gboolean narrow = self->width < UI_NARROW_WIDTH;

  self->layout_id = 0;
  if (narrow != self->narrow)
    set_narrow (self, narrow);
  else if (!self->panes_placed)
    place_panes (self);
  return G_SOURCE_REMOVE;
}

/**
 * server_window_follow_width:
 *
 * The window was given @width pixels: its layout follows in an idle, as nothing may ask for
 * another size while sizes are handed out.
 */
void
server_window_follow_width (ServerWindow *self,
                            int           width)
{
  self->width = width;
  if (self->layout_id == 0 && (!self->panes_placed || (width < UI_NARROW_WIDTH) != self->narrow))
    self->layout_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, layout_cb, self, NULL);
}

/**
 * server_window_restore_layout:
 *
 * Size and folds as they were left. Before the window is shown.
 */
void
server_window_restore_layout (ServerWindow *self)
{
  int width = ui_settings_get_int (self->settings, "window-width", DEFAULT_WIDTH);
  int height = ui_settings_get_int (self->settings, "window-height", DEFAULT_HEIGHT);

  gtk_window_set_default_size (GTK_WINDOW (self), width > 0 ? width : DEFAULT_WIDTH,
                               height > 0 ? height : DEFAULT_HEIGHT);
  self->width = width > 0 ? width : DEFAULT_WIDTH;
  gtk_paned_set_position (self->panes,
                          choose_position (self)); /* the first frame is right already */
  if (ui_settings_get_boolean (self->settings, "maximized", FALSE))
    gtk_window_maximize (GTK_WINDOW (self));
  g_object_set (self, "strip-folded",
                ui_settings_get_boolean (self->settings, "strip-folded", FALSE), NULL);
}

/**
 * server_window_save_layout:
 *
 * Keeps size and folds for the next start. While the window is still there.
 */
void
server_window_save_layout (ServerWindow *self)
{
  gboolean maximized = gtk_window_is_maximized (GTK_WINDOW (self));
  int width, height;

  ui_settings_set_boolean (self->settings, "maximized", maximized);
  if (!maximized)
    {
      gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
      ui_settings_set_int (self->settings, "window-width", width);
      ui_settings_set_int (self->settings, "window-height", height);
    }
  keep_pane_position (self);
}
