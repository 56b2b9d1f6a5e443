/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "dtls-engine.h"
#include "ui-connection-store.h"
#include "ui-log.h"

G_BEGIN_DECLS

/* The server's window, with an engine of its own that ends with it. Property "listening". */
#define SERVER_TYPE_WINDOW (server_window_get_type ())
G_DECLARE_FINAL_TYPE (ServerWindow, server_window, SERVER, WINDOW, GtkApplicationWindow)

ServerWindow      *server_window_new         (GtkApplication          *application,
                                              DtlsEngine              *engine,
                                              GSettings               *settings);
void               server_window_listen      (ServerWindow            *self,
                                              const DtlsListenOptions *options,
                                              const char              *key_file);
void               server_window_offer       (ServerWindow            *self,
                                              const DtlsListenOptions *options,
                                              const char              *key_file);
void               server_window_reload_keys (ServerWindow            *self);
void               server_window_take_events (ServerWindow            *self,
                                              const DtlsEventRange    *ranges,
                                              guint                    n_ranges,
                                              const guint64            counts[DTLS_N_COUNTS]);
UiLog             *server_window_get_log     (ServerWindow            *self);
UiConnectionStore *server_window_get_store   (ServerWindow            *self);
DtlsEngine        *server_window_get_engine  (ServerWindow            *self);
GtkWindow         *server_window_get_form    (ServerWindow            *self);

G_END_DECLS
