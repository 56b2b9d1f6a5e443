/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-window-private.h"

#include "ui-settings.h"
#include "ui-style.h"

#define MIN_PANE_WIDTH 100
#define ROOMY_CHARS 137         /* of its text: a window of this width has room for all columns */

/* Side by side the panes meet where they met last, or in the middle; stacked, in the middle. */
static int
choose_position (UiWindowPrivate *priv)
{
  int position = ui_settings_get_int (priv->settings, "pane-position", -1);

  if (priv->narrow)
    return gtk_widget_get_height (GTK_WIDGET (priv->panes)) / 2;
  if (position < MIN_PANE_WIDTH || position > priv->width - MIN_PANE_WIDTH)
    return priv->width / 2;
  return position;
}

static void
place_panes (UiWindowPrivate *priv)
{
  gtk_paned_set_position (priv->panes, choose_position (priv));
  priv->panes_placed = TRUE;
}

static void
keep_pane_position (UiWindowPrivate *priv)
{
  int position = gtk_paned_get_position (priv->panes);

  if (priv->narrow || !priv->panes_placed)
    return;

  /* the middle stays the middle when the window gets another width */
  ui_settings_set_int (priv->settings, "pane-position",
                       ABS (position - priv->width / 2) <= 2 ? -1 : position);
}

/**
 * ui_window_show_summary:
 *
 * What the pings of all rows say, where there is room. It walks the rows: for when it has changed.
 */
void
ui_window_show_summary (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);
  g_autofree char *summary = NULL;

  if (!priv->narrow && priv->store != NULL)
    g_object_get (priv->store, "summary", &summary, NULL);
  gtk_label_set_label (priv->summary, summary != NULL ? summary : "");
}

static void
set_narrow (UiWindow *self,
            gboolean  narrow)
{
  UiWindowPrivate *priv = ui_window_get_private (self);

  keep_pane_position (priv);
  priv->narrow = narrow;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (priv->panes),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  ui_connection_list_set_narrow (priv->connection_list, narrow);
  ui_message_composer_set_narrow (priv->composer, narrow);
  gtk_widget_set_visible (priv->only_button, !narrow);  /* the menu has it as well */
  /* GtkPaned scales a position by its last size, which was along the other axis: place it after
   * the next allocation. */
  priv->panes_placed = FALSE;
  gtk_widget_queue_resize (GTK_WIDGET (priv->panes));
  ui_window_show_summary (self);
  ui_window_update (self);
  g_object_notify (G_OBJECT (self), "narrow");
}

static gboolean
is_roomy (UiWindow *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int char_width = pango_font_metrics_get_approximate_char_width (metrics);

  pango_font_metrics_unref (metrics);
  return ui_window_get_private (self)->width >= PANGO_PIXELS (ROOMY_CHARS * char_width);
}

static gboolean
layout_cb (gpointer user_data)
{
  UiWindow *self = user_data;
  UiWindowPrivate *priv = ui_window_get_private (self);
  gboolean narrow = priv->width < UI_NARROW_WIDTH;

  priv->layout_id = 0;
  ui_connection_list_set_roomy (priv->connection_list, is_roomy (self));
  if (narrow != priv->narrow)
    set_narrow (self, narrow);
  else if (!priv->panes_placed)
    place_panes (priv);
  return G_SOURCE_REMOVE;
}

/**
 * ui_window_follow_width:
 *
 * The window was given @width pixels: its layout follows in an idle, as nothing may ask for
 * another size while sizes are handed out.
 */
void
ui_window_follow_width (UiWindow *self,
                        int       width)
{
  UiWindowPrivate *priv = ui_window_get_private (self);

  priv->width = width;
  if (priv->layout_id == 0
      && (!priv->panes_placed || (width < UI_NARROW_WIDTH) != priv->narrow
          || is_roomy (self) != ui_connection_list_get_roomy (priv->connection_list)))
    priv->layout_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, layout_cb, self, NULL);
}

/**
 * ui_window_restore_layout:
 *
 * Size and folds as they were left; the template's size if they never were. Before the window is
 * shown.
 */
void
ui_window_restore_layout (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);
  int usual_width, usual_height, width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &usual_width, &usual_height);
  width = ui_settings_get_int (priv->settings, "window-width", -1);
  height = ui_settings_get_int (priv->settings, "window-height", -1);
  priv->width = width > 0 ? width : usual_width;
  gtk_window_set_default_size (GTK_WINDOW (self), priv->width, height > 0 ? height : usual_height);

  if (ui_settings_get_boolean (priv->settings, "maximized", FALSE))
    gtk_window_maximize (GTK_WINDOW (self));
  else if (priv->width < UI_NARROW_WIDTH)
    set_narrow (self, TRUE);    /* now: the wide layout would not fit */
  /* the first frame is right already */
  ui_connection_list_set_roomy (priv->connection_list, is_roomy (self));
  gtk_paned_set_position (priv->panes, choose_position (priv));
  g_object_set (self, "strip-folded",
                ui_settings_get_boolean (priv->settings, "strip-folded", FALSE), NULL);
}

/**
 * ui_window_save_layout:
 *
 * Keeps size and folds for the next start. While the window is still there.
 */
void
ui_window_save_layout (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);
  gboolean maximized = gtk_window_is_maximized (GTK_WINDOW (self));
  int width, height;

  ui_settings_set_boolean (priv->settings, "maximized", maximized);
  if (!maximized)
    {
      gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
      ui_settings_set_int (priv->settings, "window-width", width);
      ui_settings_set_int (priv->settings, "window-height", height);
    }
  keep_pane_position (priv);
}
