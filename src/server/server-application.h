/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The program with windows. */
#define SERVER_TYPE_APPLICATION (server_application_get_type ())
G_DECLARE_FINAL_TYPE (ServerApplication, server_application, SERVER, APPLICATION, GtkApplication)

ServerApplication *server_application_new (void);

G_END_DECLS
