/* SPDX-License-Identifier: MIT */
#pragma once

#include "client-options.h"
#include "ui-window.h"

G_BEGIN_DECLS

/* The client's window, with an engine of its own that ends with it. Property "pings": whether the
 * selected connection sends them, or, with none selected, all. */
#define CLIENT_TYPE_WINDOW (client_window_get_type ())
G_DECLARE_FINAL_TYPE (ClientWindow, client_window, CLIENT, WINDOW, UiWindow)

ClientWindow *client_window_new     (GtkApplication           *application,
                                     DtlsEngine               *engine,
                                     GSettings                *settings);
void          client_window_connect (ClientWindow             *self,
                                     const DtlsConnectOptions *options,
                                     guint                     count);
void          client_window_offer   (ClientWindow             *self,
                                     ClientOptions            *options);

G_END_DECLS
