/* SPDX-License-Identifier: MIT */
#pragma once

#include "client-connect-form.h"
#include "ui-key-entry.h"

G_BEGIN_DECLS

struct _ClientConnectForm
{
  GtkWindow        parent_instance;

  GSettings       *settings;           /* NULL: not installed */
  char            *default_name;
  char            *file;               /* key file, NULL: the key is typed */
  DtlsCredentials *table;              /* what the key file holds; NULL with an error or no file */
  GError          *file_error;
  gsize            n_host;             /* characters in the host field before the last change */
  gboolean         identity_follows;   /* the identity is the name until it is changed */
  gboolean         gone;               /* disposed: some of the fields are not there any more */
  gboolean         updating;           /* a change of ours, not the user's */

  /* what the fields say, filled by validate() */
  char            *host;
  guint16          port;
  guint16          local_port;
  guint            mtu;
  GBytes          *identity;
  DtlsKey         *key;
  DtlsProfile     *profile;
  gboolean         valid;

  GtkEditable     *host_entry;
  GtkMenuButton   *host_button;
  GtkLabel        *host_error;
  GtkEditable     *port_entry;
  GtkLabel        *port_error;
  GtkEditable     *name_entry;
  GtkLabel        *name_error;
  GtkEditable     *identity_entry;
  GtkLabel        *identity_error;
  GtkWidget       *key_label;
  GtkStack        *key_stack;
  UiKeyEntry      *key_entry;
  GtkLabel        *key_file_label;
  GtkLabel        *key_error;
  GtkWidget       *key_file_button;
  GtkWidget       *key_type_button;
  GtkExpander     *advanced;
  GtkDropDown     *profile_drop_down;
  GtkWidget       *priority_label;
  GtkEditable     *priority_entry;
  GtkLabel        *priority_error;
  GtkEditable     *mtu_entry;
  GtkLabel        *mtu_error;
  GtkEditable     *local_port_entry;
  GtkLabel        *local_port_error;
  GtkSpinButton   *first_timeout_spin;
  GtkSpinButton   *give_up_spin;
  GtkSpinButton   *ping_spin;
  GtkCheckButton  *reconnect_check;
};

/* as the drop-down and the schema order them; then the custom priority string */
extern const char * const client_profile_names[];
#define CLIENT_PROFILE_CUSTOM 3

/* client-connect-form.c */
void client_connect_form_set_file   (ClientConnectForm *self,
                                     const char        *path);
guint client_connect_form_get_ping_interval_ms (ClientConnectForm *self);
guint client_connect_form_get_first_timeout_ms (ClientConnectForm *self);

/* client-connect-form-options.c */
void client_connect_form_take_identity (ClientConnectForm *self);

/* client-connect-form-settings.c */
void client_connect_form_restore    (ClientConnectForm *self);
void client_connect_form_remember   (ClientConnectForm *self);

G_END_DECLS
