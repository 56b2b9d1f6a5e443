/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-search-bar.h"

struct _UiSearchBar
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (UiSearchBar, ui_search_bar, GTK_TYPE_WIDGET)

static void
ui_search_bar_class_init (UiSearchBarClass *klass)
{
}

static void
ui_search_bar_init (UiSearchBar *self)
{
}

GtkWidget *
ui_search_bar_new (void)
{
  return g_object_new (ui_search_bar_get_type (), NULL);
}

void
ui_search_bar_set_panes (UiSearchBar *self, UiMessagePane *left, UiMessagePane *right)
{
}

void
ui_search_bar_set_search_mode (UiSearchBar *self, gboolean search_mode)
{
}

gboolean
ui_search_bar_get_search_mode (UiSearchBar *self)
{
  return 0;
}

void
ui_search_bar_set_text (UiSearchBar *self, const char *text)
{
}

void
ui_search_bar_next (UiSearchBar *self, gboolean backwards)
{
}

guint
ui_search_bar_get_n_hits (UiSearchBar *self)
{
  return 0;
}
