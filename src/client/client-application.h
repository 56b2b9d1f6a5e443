/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CLIENT_TYPE_APPLICATION (client_application_get_type ())
G_DECLARE_FINAL_TYPE (ClientApplication, client_application, CLIENT, APPLICATION, GtkApplication)

ClientApplication *client_application_new          (void);
GSettings         *client_application_get_settings (ClientApplication *self);
gboolean           client_application_get_failed   (ClientApplication *self);

G_END_DECLS
