/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-connect-form-private.h"

#include <string.h>

/* An identity that is no text cannot be typed: the field stays as it is. */
static void
set_identity (ClientConnectForm *self,
              GBytes            *identity)
{
  gsize n_bytes;
  const char *bytes = g_bytes_get_data (identity, &n_bytes);

  if (g_utf8_validate_len (bytes, n_bytes, NULL))
    {
      g_autofree char *text = g_strndup (bytes, n_bytes);

      gtk_editable_set_text (self->identity_entry, text);
    }
}

/* An empty field is 0: automatic, or any. */
static void
set_number (GtkEditable *field,
            guint        number)
{
  g_autofree char *text = number > 0 ? g_strdup_printf ("%u", number) : g_strdup ("");

  gtk_editable_set_text (field, text);
}

static void
set_profile (ClientConnectForm *self,
             DtlsProfile       *profile)
{
  const char *name = dtls_profile_get_name (profile);
  guint selected = 0;

  while (selected < CLIENT_PROFILE_CUSTOM && !g_str_equal (client_profile_names[selected], name))
    selected++;
  if (selected == CLIENT_PROFILE_CUSTOM)
    gtk_editable_set_text (self->priority_entry, name);
  gtk_drop_down_set_selected (self->profile_drop_down, selected);
}

/**
 * client_connect_form_take_identity:
 *
 * The identity of a key file with one line is the one to offer.
 */
void
client_connect_form_take_identity (ClientConnectForm *self)
{
  const DtlsCredential *only;

  if (self->table == NULL || dtls_credentials_get_shared (self->table) != NULL
      || dtls_credentials_get_n (self->table) != 1)
    return;

  only = dtls_credentials_get (self->table, 0);
  set_identity (self, only->identity);
}

/* A file by its path; what came through standard input is not there any more, but its key is. */
static void
set_keys (ClientConnectForm   *self,
          const ClientOptions *options)
{
  DtlsConnectOptions connect;
  guint count;

  if (options->key_file == NULL)
    return;
  if (!g_str_equal (options->key_file, "-"))
    {
      client_connect_form_set_file (self, options->key_file);
      client_connect_form_take_identity (self);
      return;
    }

  client_connect_form_set_file (self, NULL);
  client_options_get_connect (options, 0, &connect, &count);
  ui_key_entry_set_key (self->key_entry, connect.key);
  if (connect.identity != NULL)
    set_identity (self, connect.identity);
  client_options_clear_connect (&connect);
}

/**
 * client_connect_form_set_options:
 * @options: its keys are loaded
 *
 * Fills in what the command line said; what it did not say stays as it was remembered.
 */
void
client_connect_form_set_options (ClientConnectForm   *self,
                                 const ClientOptions *options)
{
  g_return_if_fail (CLIENT_IS_CONNECT_FORM (self));
  g_return_if_fail (options != NULL && options->credentials != NULL);

  if (options->name != NULL)
    gtk_editable_set_text (self->name_entry, options->name);
  set_keys (self, options);
  if (options->identity != NULL)
    set_identity (self, options->identity);
  if (options->profile != NULL)
    set_profile (self, options->profile);
  if (options->has_mtu)
    set_number (self->mtu_entry, options->mtu);
  if (options->has_local_port)
    set_number (self->local_port_entry, options->local_port);
  if (options->first_timeout_ms > 0)
    gtk_spin_button_set_value (self->first_timeout_spin, options->first_timeout_ms / 1000.0);
  if (options->give_up_s > 0)
    gtk_spin_button_set_value (self->give_up_spin, options->give_up_s);
  if (options->has_ping_interval)
    gtk_spin_button_set_value (self->ping_spin, options->ping_interval_ms / 1000.0);
  if (options->reconnect)
    gtk_check_button_set_active (self->reconnect_check, TRUE);
}

/**
 * client_connect_form_set_key:
 *
 * Fills in a key that this window has seen before: keys live in memory only. A key file that is
 * remembered goes first.
 */
void
client_connect_form_set_key (ClientConnectForm *self,
                             DtlsKey           *key)
{
  g_return_if_fail (CLIENT_IS_CONNECT_FORM (self));
  g_return_if_fail (key != NULL);

  if (self->file == NULL)
    ui_key_entry_set_key (self->key_entry, key);
}

/**
 * client_connect_form_set_connection:
 * @identity: (nullable): the same as @name
 *
 * Fills in what an earlier connection had, and starts in the key field: the cure of a wrong key.
 */
void
client_connect_form_set_connection (ClientConnectForm *self,
                                    const char        *host,
                                    guint16            port,
                                    const char        *name,
                                    GBytes            *identity)
{
  g_autofree char *digits = g_strdup_printf ("%u", port);

  g_return_if_fail (CLIENT_IS_CONNECT_FORM (self));
  g_return_if_fail (host != NULL);

  gtk_editable_set_text (self->host_entry, host);
  gtk_editable_set_text (self->port_entry, digits);
  if (name != NULL)
    gtk_editable_set_text (self->name_entry, name);
  if (identity != NULL)
    set_identity (self, identity);
  gtk_widget_grab_focus (self->file == NULL ? GTK_WIDGET (self->key_entry) : self->key_file_button);
}

/**
 * client_connect_form_get_options:
 * @options: (out caller-allocates): filled; what it points to belongs to the form
 *
 * What the fields of a valid form say.
 */
void
client_connect_form_get_options (ClientConnectForm  *self,
                                 DtlsConnectOptions *options)
{
  g_return_if_fail (CLIENT_IS_CONNECT_FORM (self));
  g_return_if_fail (options != NULL);
  g_return_if_fail (self->valid);

  memset (options, 0, sizeof *options);
  options->host = self->host;
  options->port = self->port;
  options->name = gtk_editable_get_text (self->name_entry);
  options->identity = self->identity;
  options->key = self->key;
  options->profile = self->profile;
  options->mtu = self->mtu;
  options->first_timeout_ms = client_connect_form_get_first_timeout_ms (self);
  options->give_up_s = (guint) gtk_spin_button_get_value_as_int (self->give_up_spin);
  options->reconnect = gtk_check_button_get_active (self->reconnect_check);
  options->local_port = self->local_port;
  options->ping_interval_ms = client_connect_form_get_ping_interval_ms (self);
}
