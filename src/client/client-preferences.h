/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CLIENT_TYPE_PREFERENCES (client_preferences_get_type ())
G_DECLARE_FINAL_TYPE (ClientPreferences, client_preferences, CLIENT, PREFERENCES, GtkWindow)

ClientPreferences *client_preferences_new (GtkWindow *parent,
                                           GSettings *settings);

G_END_DECLS
