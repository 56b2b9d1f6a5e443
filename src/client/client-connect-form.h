/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "client-options.h"

G_BEGIN_DECLS

#define CLIENT_TYPE_CONNECT_FORM (client_connect_form_get_type ())
G_DECLARE_FINAL_TYPE (ClientConnectForm, client_connect_form, CLIENT, CONNECT_FORM, GtkWindow)

ClientConnectForm *client_connect_form_new         (GtkWindow          *parent,
                                                    GSettings          *settings,
                                                    guint               number);
void               client_connect_form_set_key     (ClientConnectForm  *self,
                                                    DtlsKey            *key);
void               client_connect_form_set_options (ClientConnectForm  *self,
                                                    const ClientOptions *options);
void               client_connect_form_set_connection (ClientConnectForm *self,
                                                    const char         *host,
                                                    guint16             port,
                                                    const char         *name,
                                                    GBytes             *identity);
void               client_connect_form_get_options (ClientConnectForm  *self,
                                                    DtlsConnectOptions *options);
gboolean           client_connect_form_is_valid    (ClientConnectForm  *self);

G_END_DECLS
