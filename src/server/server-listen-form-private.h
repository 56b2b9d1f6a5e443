/* SPDX-License-Identifier: MIT */
#pragma once

#include "server-addresses.h"
#include "server-listen-form.h"
#include "ui-key-entry.h"

G_BEGIN_DECLS

#define SERVER_DEFAULT_ADDRESS "127.0.0.1"

struct _ServerListenForm
{
  GtkWindow         parent_instance;

  GtkDropDown      *address;
  GtkEditable      *port_entry;
  GtkLabel         *port_error;
  GtkCheckButton   *shared_button;
  GtkCheckButton   *table_button;
  GtkLabel         *table_note;
  UiKeyEntry       *key_entry;
  GtkEditable      *hint_entry;
  GtkLabel         *hint_error;
  GtkExpander      *advanced;
  GtkDropDown      *profile;
  GtkWidget        *priority_box;
  GtkEditable      *priority_entry;
  GtkLabel         *priority_error;
  GtkEditable      *mtu_entry;
  GtkLabel         *mtu_error;
  GtkSpinButton    *idle_spin;
  GtkSpinButton    *age_spin;
  GtkSpinButton    *connections_spin;
  GtkSpinButton    *handshakes_spin;
  GtkDropDown      *reply;
  GtkCheckButton   *tell_why;

  GSettings        *settings;           /* NULL: nothing is remembered */
  ServerAddresses  *addresses;
  DtlsAddress       chosen;             /* kept while the list changes */
  DtlsCredentials  *table;              /* NULL: none yet */
  char             *table_file;         /* NULL: not in a file */
  char             *table_error;        /* why the remembered file was not read */

  /* what the fields say; NULL or 0 while invalid */
  DtlsCredentials  *credentials;
  DtlsProfile      *chosen_profile;
  guint16           port;
  guint             mtu;
  DtlsLimits        limits;             /* for those without a field: from the command line */
  gboolean          valid;
  gboolean          ready;              /* all fields are filled: changes count */
};

/* server-listen-form.c */
void server_listen_form_check          (ServerListenForm *self);
void server_listen_form_select_address (ServerListenForm *self);

/* server-listen-form-settings.c */
void server_listen_form_load_settings  (ServerListenForm *self);
void server_listen_form_save_settings  (ServerListenForm *self);

/* server-listen-form-check.c: TRUE when the field is right */
gboolean server_listen_form_check_port    (ServerListenForm *self);
gboolean server_listen_form_check_hint    (ServerListenForm *self);
gboolean server_listen_form_check_mtu     (ServerListenForm *self);
gboolean server_listen_form_check_profile (ServerListenForm *self);
gboolean server_listen_form_check_keys    (ServerListenForm *self);

/* as the drop-down and the schema order them; then the custom priority string */
extern const char *const server_profile_names[];
#define SERVER_PROFILE_CUSTOM 3

G_END_DECLS
