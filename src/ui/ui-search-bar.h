/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui-message-pane.h"

G_BEGIN_DECLS

/*
 * Entry, "3 of 12", previous, next, close: searches the whole log, text and hex, both parts in the
 * order of time, and walks the panes to the hits. Property "search-mode" (boolean): revealed; bind
 * the header bar's toggle to it. Esc closes it and takes the focus back to the widget that had it.
 */
#define UI_TYPE_SEARCH_BAR (ui_search_bar_get_type ())
G_DECLARE_FINAL_TYPE (UiSearchBar, ui_search_bar, UI, SEARCH_BAR, GtkWidget)

GtkWidget *ui_search_bar_new             (void);
void       ui_search_bar_set_panes       (UiSearchBar   *self,
                                          UiMessagePane *left,
                                          UiMessagePane *right);
void       ui_search_bar_set_search_mode (UiSearchBar   *self,
                                          gboolean       search_mode);
gboolean   ui_search_bar_get_search_mode (UiSearchBar   *self);
void       ui_search_bar_set_text        (UiSearchBar   *self,
                                          const char    *text);
/* Ctrl+G, Enter; Shift: backwards */
void       ui_search_bar_next            (UiSearchBar   *self,
                                          gboolean       backwards);
guint      ui_search_bar_get_n_hits      (UiSearchBar   *self);

G_END_DECLS
