/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-style.h"

#include "ui-color-scheme.h"

static const struct
{
  const char *name;
  const char *css_class;
} roles[UI_N_ROLES] = {
  [UI_ROLE_INFO] = { "info", "role-info" },
  [UI_ROLE_WARNING] = { "warning", "role-warning" },
  [UI_ROLE_ERROR] = { "error", "role-error" },
  [UI_ROLE_MESSAGE] = { "message", "role-message" },
  [UI_ROLE_SUCCESS] = { "success", "role-success" },
  [UI_ROLE_DIM] = { "dim", "role-dim" },
};

/**
 * ui_style_init:
 * @display: where the windows are
 *
 * Loads the sheet of both programs for @display, once however often it is called. Needs GTK
 * initialised. Main thread.
 */
void
ui_style_init (GdkDisplay *display)
{
  g_autoptr(GtkCssProvider) provider = NULL;

  g_return_if_fail (GDK_IS_DISPLAY (display));

  if (g_object_get_data (G_OBJECT (display), "ui-style") != NULL)
    return;
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, UI_RESOURCE_PATH "/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_object_set_data_full (G_OBJECT (display), "ui-style", g_steal_pointer (&provider),
                          g_object_unref);
}

/**
 * ui_role_get_name:
 *
 * "error", "warning" ...: as in the names of the colours. Not for UI_ROLE_NONE. Any thread.
 */
const char *
ui_role_get_name (UiRole role)
{
  g_return_val_if_fail (role < UI_N_ROLES, NULL);

  return roles[role].name;
}

/**
 * ui_role_get_css_class:
 *
 * "role-error" ...; NULL for UI_ROLE_NONE. Any thread.
 */
const char *
ui_role_get_css_class (UiRole role)
{
  return role < UI_N_ROLES ? roles[role].css_class : NULL;
}

/**
 * ui_role_from_level:
 *
 * The role in which the rows of @level are drawn. Any thread.
 */
UiRole
ui_role_from_level (ReportLevel level)
{
  switch (level)
    {
    case REPORT_WARNING:
      return UI_ROLE_WARNING;
    case REPORT_ERROR:
      return UI_ROLE_ERROR;
    case REPORT_MESSAGE:
      return UI_ROLE_MESSAGE;
    case REPORT_INFO:
    case REPORT_SILENT:
    case REPORT_N_LEVELS:
    default:
      return UI_ROLE_INFO;
    }
}

/**
 * ui_level_get_icon_name:
 *
 * The symbolic icon of a severity; all are in the Adwaita icon theme, where "dialog-information"
 * is a light bulb. Any thread.
 */
const char *
ui_level_get_icon_name (ReportLevel level)
{
  switch (level)
    {
    case REPORT_WARNING:
      return "dialog-warning-symbolic";
    case REPORT_ERROR:
      return "dialog-error-symbolic";
    case REPORT_INFO:
    case REPORT_MESSAGE:
    case REPORT_SILENT:
    case REPORT_N_LEVELS:
    default:
      return "help-about-symbolic";
    }
}

/**
 * ui_role_get_color:
 * @widget: in the window that the colour is for
 * @color: (out): the sheet's value for the present colour scheme
 *
 * For what is not drawn by CSS: text tags and icons in text. Where the sheet is not loaded, the
 * text colour of @widget. Main thread.
 */
void
ui_role_get_color (UiRole     role,
                   GtkWidget *widget,
                   GdkRGBA   *color)
{
  UiColorScheme *scheme = ui_color_scheme_get_default ();
  GtkStyleContext *context;
  g_autofree char *name = NULL;

  g_return_if_fail (role < UI_N_ROLES);
  g_return_if_fail (GTK_IS_WIDGET (widget));

  context = gtk_widget_get_style_context (widget);
  name = g_strdup_printf ("dtls_%s%s%s", roles[role].name,
                          ui_color_scheme_get_high_contrast (scheme) ? "_hc" : "",
                          ui_color_scheme_get_dark (scheme) ? "_dark" : "_light");
  if (!gtk_style_context_lookup_color (context, name, color))
    gtk_style_context_get_color (context, color);
}
