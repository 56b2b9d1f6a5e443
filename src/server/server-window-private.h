/* SPDX-License-Identifier: MIT */
#pragma once

#include "server-listen-form.h"
#include "server-window.h"
#include "ui-connection-list.h"
#include "ui-message-composer.h"
#include "ui-message-pane.h"
#include "ui-search-bar.h"

G_BEGIN_DECLS

enum
{
  PROP_LISTENING = 1,
  PROP_NARROW,
  PROP_STRIP_FOLDED,
  PROP_ONLY_SELECTED,
  N_PROPS
};

struct _ServerWindow
{
  GtkApplicationWindow parent_instance;

  DtlsEngine        *engine;
  GSource           *source;            /* of the engine's queue, in the main context */
  GSettings         *settings;          /* NULL: not installed */
  UiLog             *log;
  UiConnectionStore *store;
  DtlsCredentials   *credentials;       /* in use; NULL: never listened */
  char              *key_file;          /* of the table in credentials; NULL: none */
  DtlsListenOptions  offered;           /* what the dialog opens with; credentials NULL: nothing yet */
  char              *offered_hint;      /* owns offered.hint */
  char              *offered_file;      /* of the table in offered.credentials; NULL: none */
  char              *key_log;           /* SSLKEYLOGFILE; NULL: not set */
  ServerListenForm  *form;              /* the listen dialog while it is open; weak */
  GtkWindow         *editor;            /* the keys editor while it is open; weak */
  GtkFileChooserNative *chooser;        /* of "Save log…" */
  DtlsAddress        bound;             /* where it listens; valid while listening */
  guint              layout_id;         /* idle that follows a new width */
  guint              clock_id;          /* refreshes relative times */
  int                width;             /* as allocated last */
  guint64            events_lost;       /* as of the last resync */
  gint64             resync_us;

  gboolean           listening;         /* accepts new clients */
  gboolean           narrow;
  gboolean           panes_placed;      /* where the panes meet was set once */
  gboolean           folded;
  gboolean           only_selected;
  gboolean           demo_dismissed;

  GtkLabel          *subtitle;
  UiSearchBar       *search_bar;
  GtkInfoBar        *error_bar;
  GtkLabel          *error_label;
  GtkInfoBar        *key_log_bar;
  GtkLabel          *key_log_label;
  GtkInfoBar        *demo_bar;
  GtkPaned          *panes;
  UiMessagePane     *left_pane;
  UiMessagePane     *right_pane;
  GtkRevealer       *strip;
  GtkImage          *fold_icon;
  GtkLabel          *strip_caption;
  GtkWidget         *only_button;
  GtkRevealer       *list_revealer;
  UiConnectionList  *connection_list;
  GtkRevealer       *composer_revealer;
  UiMessageComposer *composer;
  GtkButton         *start_button;
};

extern GParamSpec *server_window_props[N_PROPS];

/* server-window.c */
void server_window_update          (ServerWindow    *self);
void server_window_show_error      (ServerWindow    *self,
                                    const char      *message);

/* server-window-listen.c */
void server_window_show_form       (ServerWindow    *self);
void server_window_clear_offered   (ServerWindow    *self);

/* server-window-events.c */
void server_window_begin_events    (ServerWindow    *self);
void server_window_end_events      (ServerWindow    *self);

/* server-window-keys.c */
void server_window_use_credentials (ServerWindow    *self,
                                    DtlsCredentials *credentials,
                                    const char      *key_file);
void server_window_edit_keys       (ServerWindow    *self,
                                    GBytes          *identity);
void server_window_cure            (ServerWindow    *self,
                                    guint            code,
                                    GBytes          *identity);

/* server-window-layout.c */
void server_window_restore_layout  (ServerWindow    *self);
void server_window_save_layout     (ServerWindow    *self);
void server_window_follow_width    (ServerWindow    *self,
                                    int              width);

/* server-window-actions.c */
void server_window_install_actions (GtkWidgetClass  *widget_class);

G_END_DECLS
