/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-log-icon.h"

#define DRAWN_PX 16
#define BOX_PX 13               /* lower than drawn: rows keep the height of their text */

struct _UiLogIcon
{
  GObject          parent_instance;

  GtkIconPaintable *icon;
  GdkRGBA          color;
};

static void
ui_log_icon_snapshot (GdkPaintable *paintable,
                      GdkSnapshot  *snapshot,
                      double        width,
                      double        height)
{
  UiLogIcon *self = UI_LOG_ICON (paintable);
  GdkRGBA colors[4] = { self->color, self->color, self->color, self->color };

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, height - BOX_PX));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (self->icon), snapshot, DRAWN_PX,
                                            DRAWN_PX, colors, G_N_ELEMENTS (colors));
  gtk_snapshot_restore (snapshot);
}

static int
ui_log_icon_get_width (GdkPaintable *paintable)
{
  return DRAWN_PX;
}

static int
ui_log_icon_get_height (GdkPaintable *paintable)
{
  return BOX_PX;
}

static GdkPaintableFlags
ui_log_icon_get_flags (GdkPaintable *paintable)
{
  return GDK_PAINTABLE_STATIC_SIZE;
}

static void
ui_log_icon_paintable_init (GdkPaintableInterface *iface)
{
  iface->snapshot = ui_log_icon_snapshot;
  iface->get_intrinsic_width = ui_log_icon_get_width;
  iface->get_intrinsic_height = ui_log_icon_get_height;
  iface->get_flags = ui_log_icon_get_flags;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (UiLogIcon, ui_log_icon, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE,
                                                      ui_log_icon_paintable_init))

static void
ui_log_icon_finalize (GObject *object)
{
  g_clear_object (&UI_LOG_ICON (object)->icon);
  G_OBJECT_CLASS (ui_log_icon_parent_class)->finalize (object);
}

static void
ui_log_icon_class_init (UiLogIconClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_log_icon_finalize;
}

static void
ui_log_icon_init (UiLogIcon *self)
{
}

/**
 * ui_log_icon_new:
 * @icon_name: a symbolic icon of the theme
 * @widget: where it will be drawn: its display, scale and direction decide the file
 *
 * Returns: (transfer full): 16 pixels drawn in a box 13 high, black at first. Main thread.
 */
UiLogIcon *
ui_log_icon_new (const char *icon_name,
                 GtkWidget  *widget)
{
  UiLogIcon *self = g_object_new (UI_TYPE_LOG_ICON, NULL);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));

  self->icon = gtk_icon_theme_lookup_icon (theme, icon_name, NULL, DRAWN_PX,
                                           gtk_widget_get_scale_factor (widget),
                                           gtk_widget_get_direction (widget), 0);
  self->color = (GdkRGBA) { 0, 0, 0, 1 };
  return self;
}

/**
 * ui_log_icon_set_color:
 *
 * Redraws every place that shows it. Main thread.
 */
void
ui_log_icon_set_color (UiLogIcon     *self,
                       const GdkRGBA *color)
{
  g_return_if_fail (UI_IS_LOG_ICON (self));
  g_return_if_fail (color != NULL);

  if (gdk_rgba_equal (&self->color, color))
    return;
  self->color = *color;
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
}
