/* SPDX-License-Identifier: MIT */
#pragma once

#include "client-attempt.h"
#include "client-connect-form.h"
#include "client-window.h"
#include "ui-connection-list.h"
#include "ui-message-composer.h"
#include "ui-message-pane.h"
#include "ui-search-bar.h"

G_BEGIN_DECLS

enum
{
  PROP_NARROW = 1,
  PROP_STRIP_FOLDED,
  PROP_ONLY_SELECTED,
  PROP_PINGS,
  N_PROPS
};

struct _ClientWindow
{
  GtkApplicationWindow parent_instance;

  DtlsEngine        *engine;
  GSource           *source;            /* of the engine's queue, in the main context */
  GSettings         *settings;          /* NULL: not installed */
  UiLog             *log;
  UiConnectionStore *store;
  GPtrArray         *lookups;           /* GCancellable of each name that is looked up */
  GHashTable        *without_pings;     /* ids (guint64) of connections that send none */
  GHashTable        *repeats;           /* ids (guint64; 0: all) that a message is repeated to */
  DtlsKey           *last_key;          /* of the last dialog; lives and dies with the window */
  ClientConnectForm *form;              /* the connect dialog while it is open; weak */
  GtkWindow         *preferences;       /* likewise */
  GtkWindow         *help;              /* likewise */
  GPtrArray         *attempts;          /* ClientAttempt, oldest first */
  guint              n_named;           /* connections that were begun: number of the next name */
  guint              layout_id;         /* idle that follows a new width */
  int                width;             /* as allocated last */
  gboolean           pane_placed;       /* where the panes meet was set once */
  guint64            events_lost;       /* as of the last resync */
  gint64             resync_us;
  guint              clock_id;          /* refreshes relative times */

  gboolean           narrow;
  gboolean           folded;
  gboolean           only_selected;
  gboolean           all_pings;         /* what was asked for with nothing selected */

  GtkLabel          *subtitle;
  UiSearchBar       *search_bar;
  GtkInfoBar        *key_log_bar;
  GtkLabel          *key_log_label;
  GtkInfoBar        *demo_bar;
  GtkInfoBar        *error_bar;
  GtkLabel          *error_label;
  GtkPaned          *panes;
  UiMessagePane     *left_pane;
  UiMessagePane     *right_pane;
  GtkRevealer       *strip;
  GtkImage          *fold_icon;
  GtkLabel          *strip_caption;
  GtkLabel          *summary;
  GtkRevealer       *list_revealer;
  UiConnectionList  *connection_list;
  UiMessageComposer *composer;
  GtkButton         *connect_button;
  GtkButton         *shutdown_button;
};

extern GParamSpec *client_window_props[N_PROPS];

/* client-window.c */
void client_window_update           (ClientWindow         *self);
void client_window_show_form        (ClientWindow         *self,
                                     const ClientAttempt  *attempt);

/* client-window-events.c */
void client_window_show_key_log     (ClientWindow         *self,
                                     const char           *path);
void client_window_event_cb         (UiLog                *log,
                                     const DtlsEvent      *event,
                                     gpointer              user_data);
void client_window_queue_cb         (const DtlsEventRange *ranges,
                                     guint                 n_ranges,
                                     const guint64         counts[DTLS_N_COUNTS],
                                     gpointer              user_data);

/* client-window-send.c */
gboolean client_window_get_pings    (ClientWindow         *self);
void client_window_set_pings        (ClientWindow         *self,
                                     gboolean              pings);
void client_window_send             (ClientWindow         *self,
                                     GBytes               *payload,
                                     guint64               association);
void client_window_stop_repeat      (ClientWindow         *self);

/* client-window-layout.c */
void client_window_restore_layout   (ClientWindow         *self);
void client_window_save_layout      (ClientWindow         *self);
void client_window_follow_width     (ClientWindow         *self,
                                     int                   width);
char *client_window_make_subtitle   (ClientWindow         *self);

/* client-window-actions.c */
void client_window_install_actions  (GtkWidgetClass       *widget_class);

G_END_DECLS
