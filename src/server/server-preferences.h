/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SERVER_TYPE_PREFERENCES (server_preferences_get_type ())
G_DECLARE_FINAL_TYPE (ServerPreferences, server_preferences, SERVER, PREFERENCES, GtkWindow)

GtkWidget *server_preferences_new (GtkWindow *parent,
                                   GSettings *settings);

G_END_DECLS
