/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-util.h"
#include "ui-color-scheme.h"
#include "ui-message-pane.h"
#include "ui-style.h"

#include <math.h>

/* What the colours stand on: text view and window of GTK's own themes (UX section 7). */
static const struct
{
  const char *suffix;
  const char *grounds[2];
  double      least;
} schemes[] = {
  { "light", { "#ffffff", "#f6f5f4" }, 4.5 },
  { "dark", { "#2d2d2d", "#353535" }, 4.5 },
  { "hc_light", { "#ffffff", "#f6f5f4" }, 7.0 },
  { "hc_dark", { "#2d2d2d", "#353535" }, 7.0 },
};

static double
linear (double c)
{
  return c <= 0.04045 ? c / 12.92 : pow ((c + 0.055) / 1.055, 2.4);
}

static double
luminance (const GdkRGBA *c)
{
  return 0.2126 * linear (c->red) + 0.7152 * linear (c->green) + 0.0722 * linear (c->blue);
}

/* WCAG 2.1, "contrast ratio" */
static double
contrast (const GdkRGBA *a,
          const GdkRGBA *b)
{
  double la = luminance (a), lb = luminance (b);

  return (MAX (la, lb) + 0.05) / (MIN (la, lb) + 0.05);
}

static char *
load_sheet (void)
{
  g_autoptr(GBytes) bytes = g_resources_lookup_data (UI_RESOURCE_PATH "/style.css", 0, NULL);

  g_assert_nonnull (bytes);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
get_color (const char *sheet,
           const char *role,
           const char *suffix,
           GdkRGBA    *color)
{
  g_autofree char *pattern
      = g_strdup_printf ("@define-color dtls_%s_%s\\s+(#[0-9A-Fa-f]{6});", role, suffix);
  g_autoptr(GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autofree char *value = NULL;

  if (!g_regex_match (regex, sheet, 0, &match))
    g_error ("no colour dtls_%s_%s", role, suffix);
  value = g_match_info_fetch (match, 1);
  g_assert_true (gdk_rgba_parse (color, value));
}

static void
test_contrast (void)
{
  g_autofree char *sheet = load_sheet ();

  for (guint s = 0; s < G_N_ELEMENTS (schemes); s++)
    for (guint role = 0; role < UI_N_ROLES; role++)
      for (guint g = 0; g < 2; g++)
        {
          GdkRGBA color, ground;
          double ratio;

          get_color (sheet, ui_role_get_name (role), schemes[s].suffix, &color);
          gdk_rgba_parse (&ground, schemes[s].grounds[g]);
          ratio = contrast (&color, &ground);
          g_test_message ("%s %s on %s: %.2f", ui_role_get_name (role), schemes[s].suffix,
                          schemes[s].grounds[g], ratio);
          if (ratio < schemes[s].least)
            g_error ("%s %s on %s: only %.2f", ui_role_get_name (role), schemes[s].suffix,
                     schemes[s].grounds[g], ratio);
        }
}

/* The originals' colours, where they are readable. */
static void
test_originals (void)
{
  g_autofree char *sheet = load_sheet ();
  static const char *const kept[][3] = {
    { "error", "light", "#DC143C" }, { "info", "light", "#00008B" },
    { "message", "light", "#8B008B" }, { "warning", "dark", "#FF8C00" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      GdkRGBA color, original;

      get_color (sheet, kept[i][0], kept[i][1], &color);
      gdk_rgba_parse (&original, kept[i][2]);
      g_assert_true (gdk_rgba_equal (&color, &original));
    }
}

static void
count_cb (GtkCssProvider *provider,
          GtkCssSection  *section,
          const GError   *error,
          gpointer        user_data)
{
  g_printerr ("%s\n", error->message);
  (*(guint *) user_data)++;
}

/* The sheet has no error in it, and no left or right (UX 9.8). */
static void
test_sheet (void)
{
  g_autoptr(GtkCssProvider) provider = gtk_css_provider_new ();
  g_autofree char *sheet = load_sheet ();
  guint n_errors = 0;

  g_signal_connect (provider, "parsing-error", G_CALLBACK (count_cb), &n_errors);
  gtk_css_provider_load_from_data (provider, sheet, -1);
  g_assert_cmpuint (n_errors, ==, 0);
  g_assert_false (g_regex_match_simple ("(padding|margin|border)-(left|right)", sheet, 0, 0));
  g_assert_false (g_regex_match_simple ("font-size: *[0-9.]+px", sheet, 0, 0));
}

static void
label_color (GtkWidget *label,
             GdkRGBA   *color)
{
  gtk_style_context_get_color (gtk_widget_get_style_context (label), color);
}

/* The class on the window decides, and the text tags take what the sheet has. */
static void
test_dark (void)
{
  UiColorScheme *scheme = ui_color_scheme_get_default ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *label = gtk_label_new ("error");
  UiMessagePane *pane = UI_MESSAGE_PANE (ui_message_pane_new (UI_LOG_INFO));
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (ui_message_pane_get_text_view (pane));
  GtkTextTag *tag = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), "error");
  GtkWidget *entry = gtk_entry_new ();
  g_autofree char *sheet = load_sheet ();

  ui_style_init (gdk_display_get_default ());
  ui_style_init (gdk_display_get_default ());           /* once only */
  gtk_widget_add_css_class (entry, "error");
  gtk_box_append (GTK_BOX (box), entry);
  gtk_widget_add_css_class (label, "role-error");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (pane));
  gtk_window_set_child (GTK_WINDOW (window), box);
  ui_color_scheme_add_window (scheme, GTK_WINDOW (window));
  gui_show (GTK_WINDOW (window));
  for (guint dark = 0; dark < 2; dark++)
    {
      GdkRGBA expected, color;
      g_autoptr(GdkRGBA) of_tag = NULL;

      ui_color_scheme_set_choice (scheme, dark ? UI_COLOR_CHOICE_DARK : UI_COLOR_CHOICE_LIGHT);
      gui_settle ();
      get_color (sheet, "error", dark ? "dark" : "light", &expected);
      label_color (label, &color);
      g_assert_true (gdk_rgba_equal (&color, &expected));
      /* what is wrong is typed: the theme's own red is hardly seen on a dark ground */
      label_color (gtk_widget_get_first_child (entry), &color);
      g_assert_true (gdk_rgba_equal (&color, &expected));
      g_object_get (tag, "foreground-rgba", &of_tag, NULL);
      g_assert_true (gdk_rgba_equal (of_tag, &expected));
    }
  ui_color_scheme_set_choice (scheme, UI_COLOR_CHOICE_SYSTEM);
  gui_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add_func ("/ui/style/contrast", test_contrast);
  g_test_add_func ("/ui/style/originals", test_originals);
  g_test_add_func ("/ui/style/sheet", test_sheet);
  g_test_add_func ("/ui/style/dark", test_dark);
  return g_test_run ();
}
