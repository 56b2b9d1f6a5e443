/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "dtls-engine.h"
#include "ui-connection-store.h"
#include "ui-log.h"

G_BEGIN_DECLS

#define CLIENT_TYPE_WINDOW (client_window_get_type ())
G_DECLARE_FINAL_TYPE (ClientWindow, client_window, CLIENT, WINDOW, GtkApplicationWindow)

ClientWindow      *client_window_new         (GtkApplication           *application,
                                              DtlsEngine               *engine,
                                              GSettings                *settings);
void               client_window_connect     (ClientWindow             *self,
                                              const DtlsConnectOptions *options,
                                              guint                     count);
void               client_window_take_events (ClientWindow             *self,
                                              const DtlsEventRange     *ranges,
                                              guint                     n_ranges,
                                              const guint64             counts[DTLS_N_COUNTS]);
UiLog             *client_window_get_log     (ClientWindow             *self);
UiConnectionStore *client_window_get_store   (ClientWindow             *self);

G_END_DECLS
