/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "dtls-engine.h"

G_BEGIN_DECLS

/* The dialog of "Start listening". Emits "accepted" when the user accepts, before it closes. */
#define SERVER_TYPE_LISTEN_FORM (server_listen_form_get_type ())
G_DECLARE_FINAL_TYPE (ServerListenForm, server_listen_form, SERVER, LISTEN_FORM, GtkWindow)

ServerListenForm *server_listen_form_new          (GtkWindow               *parent,
                                                   GSettings               *settings);
void              server_listen_form_set_options  (ServerListenForm        *self,
                                                   const DtlsListenOptions *options,
                                                   const char              *key_file);
void              server_listen_form_get_options  (ServerListenForm        *self,
                                                   DtlsListenOptions       *options);
const char       *server_listen_form_get_key_file (ServerListenForm        *self);
gboolean          server_listen_form_is_valid     (ServerListenForm        *self);

G_END_DECLS
