/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-window-private.h"

#include <glib/gi18n-lib.h>

/* Sliding would lay out both panes again in each frame, and GTK 4.8 warns when a scrollbar first
 * appears meanwhile. Without it a revealer keeps the room of what it hides: so it hides itself. */
static void
do_not_slide (GtkInfoBar *bar)
{
  GtkWidget *revealer = gtk_widget_get_first_child (GTK_WIDGET (bar));

  if (GTK_IS_REVEALER (revealer))
    gtk_revealer_set_transition_type (GTK_REVEALER (revealer),
                                      GTK_REVEALER_TRANSITION_TYPE_NONE);
  g_object_bind_property (bar, "revealed", bar, "visible", G_BINDING_SYNC_CREATE);
}

/* Says for as long as the window is there that GnuTLS writes session keys (B4). */
static void
show_key_log (UiWindowPrivate *priv)
{
  const char *path = g_getenv ("SSLKEYLOGFILE");
  g_autofree char *text = NULL;

  if (path == NULL || *path == '\0')
    return;

  priv->key_log = g_strdup (path);
  /* Translators: %s is a file name */
  text = g_strdup_printf (_("Session keys are being written to %s: the variable SSLKEYLOGFILE is "
                            "set."), path);
  gtk_label_set_label (priv->key_log_label, text);
  gtk_info_bar_set_revealed (priv->key_log_bar, TRUE);
}

/**
 * ui_window_set_up_bars:
 *
 * Once, when the template is there.
 */
void
ui_window_set_up_bars (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);

  do_not_slide (priv->error_bar);
  do_not_slide (priv->key_log_bar);
  do_not_slide (priv->demo_bar);
  show_key_log (priv);
}

/**
 * ui_window_bar_response_cb:
 *
 * The close button of a bar.
 */
void
ui_window_bar_response_cb (GtkInfoBar *bar,
                           int         response,
                           UiWindow   *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);

  if (bar == priv->demo_bar)
    priv->demo_dismissed = TRUE;
  gtk_info_bar_set_revealed (bar, FALSE);
}

/**
 * ui_window_show_error:
 *
 * The newest error stands in a bar as well: there is no other way to tell it to a screen reader.
 */
void
ui_window_show_error (UiWindow   *self,
                      const char *message)
{
  UiWindowPrivate *priv;

  g_return_if_fail (UI_IS_WINDOW (self));

  priv = ui_window_get_private (self);
  gtk_label_set_label (priv->error_label, message);
  gtk_info_bar_set_revealed (priv->error_bar, TRUE);
}

/**
 * ui_window_hide_error:
 *
 * What the bar says is over.
 */
void
ui_window_hide_error (UiWindow *self)
{
  g_return_if_fail (UI_IS_WINDOW (self));

  gtk_info_bar_set_revealed (ui_window_get_private (self)->error_bar, FALSE);
}

/**
 * ui_window_hide_demo:
 *
 * The demonstration key is no longer in use.
 */
void
ui_window_hide_demo (UiWindow *self)
{
  g_return_if_fail (UI_IS_WINDOW (self));

  gtk_info_bar_set_revealed (ui_window_get_private (self)->demo_bar, FALSE);
}
