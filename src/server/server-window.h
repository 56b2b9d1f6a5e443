/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui-window.h"

G_BEGIN_DECLS

/* The server's window, with an engine of its own that ends with it. Property "listening". */
#define SERVER_TYPE_WINDOW (server_window_get_type ())
G_DECLARE_FINAL_TYPE (ServerWindow, server_window, SERVER, WINDOW, UiWindow)

ServerWindow *server_window_new         (GtkApplication          *application,
                                         DtlsEngine              *engine,
                                         GSettings               *settings);
void          server_window_listen      (ServerWindow            *self,
                                         const DtlsListenOptions *options,
                                         const char              *key_file);
void          server_window_offer       (ServerWindow            *self,
                                         const DtlsListenOptions *options,
                                         const char              *key_file);
void          server_window_reload_keys (ServerWindow            *self);
GtkWindow    *server_window_get_form    (ServerWindow            *self);

G_END_DECLS
