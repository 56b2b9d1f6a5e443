/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui-pane-batch.h"

G_BEGIN_DECLS

/* A text buffer with the pane's tags that knows which row is where. Not a widget, no policy. */
typedef struct _UiPaneBuffer UiPaneBuffer;

UiPaneBuffer     *ui_pane_buffer_new            (GtkTextView        *view);
void              ui_pane_buffer_free           (UiPaneBuffer       *self);
GtkTextBuffer    *ui_pane_buffer_get_buffer     (UiPaneBuffer       *self);
GtkTextTag       *ui_pane_buffer_get_tag        (UiPaneBuffer       *self,
                                                 UiTag               tag);
void              ui_pane_buffer_update_colors  (UiPaneBuffer       *self);
void              ui_pane_buffer_update_columns (UiPaneBuffer       *self,
                                                 gboolean            narrow);
guint             ui_pane_buffer_fit_hex        (UiPaneBuffer       *self,
                                                 int                 width);

void              ui_pane_buffer_clear          (UiPaneBuffer       *self);
void              ui_pane_buffer_append         (UiPaneBuffer       *self,
                                                 const UiPaneBatch  *batch);
void              ui_pane_buffer_prepend        (UiPaneBuffer       *self,
                                                 const UiPaneBatch  *batch);
void              ui_pane_buffer_replace        (UiPaneBuffer       *self,
                                                 guint               index,
                                                 const UiPaneBatch  *batch);
void              ui_pane_buffer_trim_front     (UiPaneBuffer       *self,
                                                 guint               n_items);
void              ui_pane_buffer_trim_back      (UiPaneBuffer       *self,
                                                 guint               n_items);

guint             ui_pane_buffer_get_n_items    (UiPaneBuffer       *self);
const UiPaneItem *ui_pane_buffer_get_item       (UiPaneBuffer       *self,
                                                 guint               index);
gboolean          ui_pane_buffer_find_serial    (UiPaneBuffer       *self,
                                                 guint64             serial,
                                                 guint              *index);
gboolean          ui_pane_buffer_find_iter      (UiPaneBuffer       *self,
                                                 const GtkTextIter  *iter,
                                                 guint              *index);
void              ui_pane_buffer_get_bounds     (UiPaneBuffer       *self,
                                                 guint               index,
                                                 GtkTextIter        *start,
                                                 GtkTextIter        *end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiPaneBuffer, ui_pane_buffer_free)

G_END_DECLS
