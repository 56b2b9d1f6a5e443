/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "test-util.h"
#include "ui-window-private.h"

G_BEGIN_DECLS

/* Windows under test: shown, searched, walked. */
void        gui_show              (GtkWindow       *window);
void        gui_settle            (void);
void        gui_destroy           (GtkWindow       *window);
gboolean    gui_wait              (TestCondition    condition,
                                   gpointer         user_data);
/* the first widget of @type below @root, in the order of Tab; with @text also of that label */
GtkWidget  *gui_find              (GtkWidget       *root,
                                   GType            type,
                                   const char      *text);
/* the fields of a UiWindow */
UiWindowPrivate *gui_parts          (gpointer         window);
/* a child that a template names: the id in its .ui file */
gpointer    gui_child             (gpointer         widget,
                                   const char      *id);
char       *gui_get_text          (GtkTextView     *view);
gboolean    gui_contains          (GtkTextView     *view,
                                   const char      *text);
/* fails for the first control below @root that has no name for assistive technology */
void        gui_assert_labelled   (GtkWidget       *root);
/* fails unless the schema's range of @key is from @minimum to @maximum */
void        gui_assert_range      (GSettings       *settings,
                                   const char      *key,
                                   guint            minimum,
                                   guint            maximum);
/* Tab through the window: how many widgets take the focus until it comes round */
GPtrArray  *gui_walk              (GtkWindow       *window);
/* where GUI_PICTURES names a folder: DIR/name.png */
void        gui_picture           (GtkWidget       *window,
                                   const char      *name);

G_END_DECLS
