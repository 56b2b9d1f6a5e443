/* SPDX-License-Identifier: MIT */
#pragma once

#include "server-listen-form.h"
#include "server-window.h"

G_BEGIN_DECLS

struct _ServerWindow
{
  UiWindow           parent_instance;

  DtlsCredentials   *credentials;       /* in use; NULL: never listened */
  char              *key_file;          /* of the table in credentials; NULL: none */
  DtlsListenOptions  offered;           /* for the next dialog; credentials NULL: nothing yet */
  char              *offered_hint;      /* owns offered.hint */
  char              *offered_file;      /* of the table in offered.credentials; NULL: none */
  ServerListenForm  *form;              /* the listen dialog while it is open; weak */
  GtkWindow         *editor;            /* the keys editor while it is open; weak */
  DtlsAddress        bound;             /* where it listens; valid while listening */
  gboolean           listening;         /* accepts new clients */

  GtkButton         *start_button;
};

/* server-window-listen.c */
void server_window_show_form       (ServerWindow    *self);
void server_window_clear_offered   (ServerWindow    *self);

/* server-window-keys.c */
void server_window_use_credentials (ServerWindow    *self,
                                    DtlsCredentials *credentials,
                                    const char      *key_file);
void server_window_edit_keys       (ServerWindow    *self,
                                    GBytes          *identity);
void server_window_cure            (ServerWindow    *self,
                                    guint            code,
                                    GBytes          *identity);

/* server-window-actions.c */
void server_window_install_actions (GtkWidgetClass  *widget_class);

G_END_DECLS
