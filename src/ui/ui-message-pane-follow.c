/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-message-pane-private.h"

#define AT_END_PX 2.0
#define AT_TOP_PX 60.0
#define INPUT_US (300 * 1000)   /* a scroll this long after an event is its effect */

static GtkAdjustment *
vadjustment (UiMessagePane *self)
{
  return gtk_scrolled_window_get_vadjustment (self->scrolled);
}

/**
 * ui_message_pane_pin:
 *
 * Puts the view at its end while it follows.
 */
void
ui_message_pane_pin (UiMessagePane *self)
{
  GtkAdjustment *adj = vadjustment (self);

  if (!self->follow || gtk_adjustment_get_page_size (adj) < 1)
    return;
  self->pinning = TRUE;
  gtk_adjustment_set_value (adj,
                            gtk_adjustment_get_upper (adj) - gtk_adjustment_get_page_size (adj));
  self->pinning = FALSE;
  self->last_value = gtk_adjustment_get_value (adj);
}

static gboolean
pin_cb (gpointer user_data)
{
  UiMessagePane *self = user_data;

  self->pin_id = 0;
  ui_message_pane_pin (self);
  return G_SOURCE_REMOVE;
}

/**
 * ui_message_pane_set_follow:
 *
 * Following takes in what came meanwhile; else new rows only count from now on.
 */
void
ui_message_pane_set_follow (UiMessagePane *self,
                            gboolean       follow)
{
  if (self->follow == follow)
    return;
  self->follow = follow;
  if (follow)
    {
      ui_message_pane_resume (self);
      ui_message_pane_pin (self);
    }
  else
    self->counted = self->next;
  ui_message_pane_update_new (self);
  g_object_notify (G_OBJECT (self), "following");
}

static gboolean
page_cb (gpointer user_data)
{
  UiMessagePane *self = user_data;
  GtkAdjustment *adj = vadjustment (self);

  self->page_id = 0;
  if (gtk_adjustment_get_value (adj) < AT_TOP_PX)
    ui_message_pane_page_older (self);
  else
    ui_message_pane_page_newer (self);
  return G_SOURCE_REMOVE;
}

/* Whether the user scrolled up. The view also moves the value by itself while it is laid out. */
static gboolean
is_users (UiMessagePane *self,
          GtkAdjustment *adj)
{
  gint64 now_us = g_get_monotonic_time ();

  if (!gtk_widget_get_mapped (GTK_WIDGET (self->view)) || gtk_adjustment_get_page_size (adj) < 1)
    return FALSE;
  return now_us - self->input_us < INPUT_US
         || (now_us - self->changed_us > INPUT_US && now_us - self->drained_us > INPUT_US);
}

static void
adjustment_value_changed_cb (UiMessagePane *self,
                             GtkAdjustment *adj)
{
  double value = gtk_adjustment_get_value (adj);
  double end = gtk_adjustment_get_upper (adj) - gtk_adjustment_get_page_size (adj);
  double moved = value - self->last_value;
  gboolean at_end = value >= end - AT_END_PX;

  self->last_value = value;
  if (self->pinning)
    return;
  if (self->follow)
    {
      if (moved < 0 && !at_end && is_users (self, adj))
        ui_message_pane_set_follow (self, FALSE);
      else if (!at_end && self->pin_id == 0)
        self->pin_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, pin_cb, self, NULL);
    }
  if (self->follow)
    return;
  if (self->page_id == 0 && is_users (self, adj)
      && ((at_end && moved > 0) || (moved < 0 && value < AT_TOP_PX)))
    self->page_id = g_idle_add (page_cb, self); /* not within the view's own change of the value */
}

static void
adjustment_changed_cb (UiMessagePane *self,
                       GtkAdjustment *adj)
{
  self->changed_us = g_get_monotonic_time ();
  ui_message_pane_pin (self);
  ui_message_pane_sized (self);
}

static gboolean
scroll_child_cb (UiMessagePane *self)
{
  self->input_us = g_get_monotonic_time ();
  return FALSE;
}

/**
 * ui_message_pane_init_follow:
 *
 * For init: watches where the view is.
 */
void
ui_message_pane_init_follow (UiMessagePane *self)
{
  GtkAdjustment *adj = vadjustment (self);

  g_signal_connect_object (adj, "changed", G_CALLBACK (adjustment_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adj, "value-changed", G_CALLBACK (adjustment_value_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->scrolled, "scroll-child", G_CALLBACK (scroll_child_cb), self,
                           G_CONNECT_SWAPPED);
}
