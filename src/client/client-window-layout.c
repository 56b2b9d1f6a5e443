/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-window-private.h"

#include <glib/gi18n-lib.h>

#include "ui-settings.h"

/* Side by side the panes meet where they met last, or in the middle; one above the other in the
 * middle. */
static void
place_panes (ClientWindow *self)
{
  int position = ui_settings_get_int (self->settings, "pane-position", -1);
  int height = gtk_widget_get_height (GTK_WIDGET (self->panes));

  if (self->narrow)
    position = height / 2;
  else if (position < 0 || position > self->width - 100)
    position = self->width / 2;

  gtk_paned_set_position (self->panes, position);
  self->pane_placed = TRUE;
}

static void
keep_pane_position (ClientWindow *self)
{
  int position = gtk_paned_get_position (self->panes);

  if (self->narrow || !self->pane_placed)
    return;

  /* the middle stays the middle when the window gets another width */
  ui_settings_set_int (self->settings, "pane-position",
                       ABS (position - self->width / 2) <= 2 ? -1 : position);
}

static void
set_narrow (ClientWindow *self,
            gboolean      narrow)
{
  self->narrow = narrow;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->panes),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  ui_connection_list_set_narrow (self->connection_list, narrow);
  ui_message_composer_set_narrow (self->composer, narrow);
  client_window_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), client_window_props[PROP_NARROW]);
}

static gboolean
layout_cb (gpointer user_data)
{
  ClientWindow *self = user_data;
  gboolean narrow = self->width < UI_NARROW_WIDTH;

  self->layout_id = 0;
  if (narrow != self->narrow)
    {
      keep_pane_position (self);
      set_narrow (self, narrow);
      self->pane_placed = FALSE;
    }
  if (!self->pane_placed)
    place_panes (self);
  return G_SOURCE_REMOVE;
}

/**
 * client_window_follow_width:
 *
 * The window was given @width pixels: its layout follows in an idle, as nothing may ask for
 * another size while sizes are handed out.
 */
void
client_window_follow_width (ClientWindow *self,
                            int           width)
{
  self->width = width;
  if (self->layout_id == 0 && (!self->pane_placed || (width < UI_NARROW_WIDTH) != self->narrow))
    self->layout_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, layout_cb, self, NULL);
}

/**
 * client_window_restore_layout:
 *
 * Size and folds as they were left. Before the window is shown.
 */
void
client_window_restore_layout (ClientWindow *self)
{
  int width = ui_settings_get_int (self->settings, "window-width", 1200);
  int height = ui_settings_get_int (self->settings, "window-height", 550);

  gtk_window_set_default_size (GTK_WINDOW (self), width > 0 ? width : 1200,
                               height > 0 ? height : 550);
  if (ui_settings_get_boolean (self->settings, "maximized", FALSE))
    gtk_window_maximize (GTK_WINDOW (self));
  else if (width > 0 && width < UI_NARROW_WIDTH)
    /* now: the wide layout would not fit */
    set_narrow (self, TRUE);
  g_object_set (self, "strip-folded",
                ui_settings_get_boolean (self->settings, "strip-folded", FALSE), NULL);
}

/**
 * client_window_save_layout:
 *
 * Keeps size and folds for the next start. While the window is still there.
 */
void
client_window_save_layout (ClientWindow *self)
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

/**
 * client_window_make_subtitle:
 *
 * "2 connections, 1 handshake". Owned by the caller.
 */
char *
client_window_make_subtitle (ClientWindow *self)
{
  guint n_connected = ui_connection_store_get_n_connected (self->store);
  guint n_handshakes = ui_connection_store_get_n_handshakes (self->store);
  g_autofree char *connections = NULL;
  g_autofree char *handshakes = NULL;

  if (n_connected == 0 && n_handshakes == 0)
    return g_strdup (_("No connections"));

  connections
      = g_strdup_printf (ngettext ("%u connection", "%u connections", n_connected), n_connected);
  if (n_handshakes == 0)
    return g_steal_pointer (&connections);

  handshakes
      = g_strdup_printf (ngettext ("%u handshake", "%u handshakes", n_handshakes), n_handshakes);
  if (n_connected == 0)
    return g_steal_pointer (&handshakes);

  /* Translators: a list of two counts, such as "2 connections, 1 handshake" */
  return g_strdup_printf (_("%s, %s"), connections, handshakes);
}
