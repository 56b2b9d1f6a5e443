/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui-connection-list.h"
#include "ui-message-composer.h"
#include "ui-message-pane.h"
#include "ui-search-bar.h"
#include "ui-window.h"

G_BEGIN_DECLS

typedef struct
{
  DtlsEngine           *engine;         /* NULL: the window goes away */
  GSource              *source;         /* of the engine's queue, in the main context */
  GSettings            *settings;       /* NULL: not installed */
  UiLog                *log;
  UiConnectionStore    *store;
  GHashTable           *repeats;        /* ids (guint64; 0: all) that a message is repeated to */
  GtkWindow            *preferences;    /* while it is open; weak */
  GtkWindow            *help;           /* likewise */
  GtkFileChooserNative *chooser;        /* of "Save log…" */
  char                 *key_log;        /* SSLKEYLOGFILE; NULL: not set */
  guint64               events_lost;    /* as of the last resync */
  gint64                resync_us;
  guint                 clock_id;       /* refreshes relative times */
  guint                 layout_id;      /* idle that follows a new width */
  int                   width;          /* as allocated last */

  gboolean              panes_placed;   /* where the panes meet was set once */
  gboolean              narrow;
  gboolean              folded;
  gboolean              only_selected;
  gboolean              demo_dismissed;

  GtkLabel             *subtitle;
  GtkMenuButton        *menu_button;
  UiSearchBar          *search_bar;
  GtkInfoBar           *error_bar;
  GtkLabel             *error_label;
  GtkInfoBar           *key_log_bar;
  GtkLabel             *key_log_label;
  GtkInfoBar           *demo_bar;
  GtkPaned             *panes;
  UiMessagePane        *left_pane;
  UiMessagePane        *right_pane;
  GtkWidget            *strip;
  GtkBox               *strip_header;
  GtkImage             *fold_icon;
  GtkLabel             *strip_caption;
  GtkLabel             *summary;
  GtkWidget            *only_button;
  UiConnectionList     *connection_list;
  UiMessageComposer    *composer;
  GtkBox               *bottom_bar;
} UiWindowPrivate;

/* ui-window.c */
UiWindowPrivate *ui_window_get_private     (UiWindow       *self);

/* ui-window-bars.c */
void             ui_window_set_up_bars     (UiWindow       *self);
void             ui_window_bar_response_cb (GtkInfoBar     *bar,
                                            int             response,
                                            UiWindow       *self);

/* ui-window-events.c */
void             ui_window_begin_events    (UiWindow       *self);
void             ui_window_end_events      (UiWindow       *self);

/* ui-window-layout.c */
void             ui_window_show_summary    (UiWindow       *self);
void             ui_window_restore_layout  (UiWindow       *self);
void             ui_window_save_layout     (UiWindow       *self);
void             ui_window_follow_width    (UiWindow       *self,
                                            int             width);

/* ui-window-settings.c */
void             ui_window_follow_settings (UiWindow       *self);

/* ui-window-actions.c */
void             ui_window_install_actions (GtkWidgetClass *widget_class);

G_END_DECLS
