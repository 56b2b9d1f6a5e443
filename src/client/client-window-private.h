/* SPDX-License-Identifier: MIT */
#pragma once

#include "client-attempt.h"
#include "client-connect-form.h"
#include "client-window.h"

G_BEGIN_DECLS

struct _ClientWindow
{
  UiWindow           parent_instance;

  GPtrArray         *lookups;           /* GCancellable of each name that is looked up */
  GHashTable        *without_pings;     /* ids (guint64) of connections that send none */
  GPtrArray         *attempts;          /* ClientAttempt, oldest first */
  ClientOptions     *offered;           /* for the next dialog; NULL: what was used last */
  DtlsKey           *last_key;          /* of the last dialog; lives and dies with the window */
  ClientConnectForm *form;              /* the connect dialog while it is open; weak */
  guint              n_named;           /* connections that were begun: number of the next name */
  gboolean           all_pings;         /* what was asked for with nothing selected */

  GtkButton         *connect_button;
  GtkButton         *shutdown_button;
};

/* client-window.c */
void     client_window_show_form       (ClientWindow        *self,
                                        const ClientAttempt *attempt);

/* client-window-pings.c */
gboolean client_window_get_pings       (ClientWindow        *self);
void     client_window_set_pings       (ClientWindow        *self,
                                        gboolean             pings);
void     client_window_note_pings      (ClientWindow        *self,
                                        guint64              id,
                                        gboolean             pings);

/* client-window-actions.c */
void     client_window_install_actions (GtkWidgetClass      *widget_class);

G_END_DECLS
