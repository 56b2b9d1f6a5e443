/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-listen-form-private.h"

#include "ui-settings.h"

static void
set_limits (ServerListenForm *self,
            const DtlsLimits *limits)
{
  gtk_spin_button_set_value (self->idle_spin, limits->idle_us / G_USEC_PER_SEC);
  gtk_spin_button_set_value (self->age_spin, limits->half_open_age_us / G_USEC_PER_SEC);
  gtk_spin_button_set_value (self->connections_spin, limits->max_connections);
  gtk_spin_button_set_value (self->handshakes_spin, limits->max_half_open);
}

static void
load_fields (ServerListenForm *self)
{
  g_autofree char *address
      = ui_settings_get_string (self->settings, "listen-address", SERVER_DEFAULT_ADDRESS);
  g_autofree char *hint = ui_settings_get_string (self->settings, "hint", DTLS_DEFAULT_HINT);
  g_autofree char *priority = ui_settings_get_string (self->settings, "priority", "");
  g_autofree char *port = NULL;
  int mtu = ui_settings_get_int (self->settings, "mtu", 0);
  DtlsLimits limits = DTLS_LIMITS_DEFAULT;

  if (!dtls_address_parse_ip (&self->chosen, address, 0))
    dtls_address_parse_ip (&self->chosen, SERVER_DEFAULT_ADDRESS, 0);
  port = g_strdup_printf ("%d",
                          ui_settings_get_int (self->settings, "listen-port", DTLS_DEFAULT_PORT));
  gtk_editable_set_text (self->port_entry, port);
  gtk_editable_set_text (self->hint_entry, hint);
  gtk_editable_set_text (self->priority_entry, priority);
  gtk_drop_down_set_selected (self->profile, ui_settings_get_enum (self->settings, "profile", 0));
  if (mtu > 0)
    {
      g_autofree char *text = g_strdup_printf ("%d", mtu);

      gtk_editable_set_text (self->mtu_entry, text);
    }
  limits.idle_us
      = ui_settings_get_int (self->settings, "idle-timeout", limits.idle_us / G_USEC_PER_SEC)
        * (gint64) G_USEC_PER_SEC;
  limits.half_open_age_us = ui_settings_get_int (self->settings, "handshake-age",
                                                 limits.half_open_age_us / G_USEC_PER_SEC)
                            * (gint64) G_USEC_PER_SEC;
  limits.max_connections
      = ui_settings_get_int (self->settings, "max-connections", limits.max_connections);
  limits.max_half_open
      = ui_settings_get_int (self->settings, "max-handshakes", limits.max_half_open);
  set_limits (self, &limits);
  gtk_drop_down_set_selected (self->reply,
                              ui_settings_get_enum (self->settings, "reply", DTLS_REPLY_ACK));
  gtk_check_button_set_active (self->tell_why,
                               ui_settings_get_boolean (self->settings, "tell-why", FALSE));
  ui_key_entry_set_format (
      self->key_entry, ui_settings_get_enum (self->settings, "key-format", DTLS_KEY_FORMAT_HEX));
}

static void
load_table (ServerListenForm *self)
{
  g_autofree char *path = ui_settings_get_string (self->settings, "key-file", "");
  g_autoptr(GError) error = NULL;

  if (*path == '\0')
    return;

  self->table = dtls_credentials_load (path, &error);
  self->table_file = g_strdup (path);
  self->table_error = error != NULL ? g_strdup (error->message) : NULL;
}

/**
 * server_listen_form_load_settings:
 *
 * Fills the fields with what was used last; never with a key, but with the key file.
 */
void
server_listen_form_load_settings (ServerListenForm *self)
{
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();
  gboolean table = ui_settings_get_enum (self->settings, "key-source", 0) == 1;

  load_fields (self);
  load_table (self);
  ui_key_entry_set_key (self->key_entry, demo);
  gtk_check_button_set_active (table ? self->table_button : self->shared_button, TRUE);
}

/**
 * server_listen_form_save_settings:
 *
 * Keeps the fields for the next time; never a key.
 */
void
server_listen_form_save_settings (ServerListenForm *self)
{
  char address[DTLS_ADDRESS_TEXT_BYTES];

  dtls_address_print (&self->chosen, DTLS_ADDRESS_BARE, address);
  ui_settings_set_string (self->settings, "listen-address", address);
  ui_settings_set_int (self->settings, "listen-port", self->port);
  ui_settings_set_string (self->settings, "hint", gtk_editable_get_text (self->hint_entry));
  ui_settings_set_enum (self->settings, "key-source",
                        gtk_check_button_get_active (self->table_button));
  ui_settings_set_string (self->settings, "key-file",
                          self->table_file != NULL ? self->table_file : "");
  ui_settings_set_enum (self->settings, "key-format",
                        ui_key_entry_get_typed_format (self->key_entry));
  ui_settings_set_enum (self->settings, "profile", gtk_drop_down_get_selected (self->profile));
  ui_settings_set_string (self->settings, "priority", gtk_editable_get_text (self->priority_entry));
  ui_settings_set_int (self->settings, "mtu", self->mtu);
  ui_settings_set_int (self->settings, "idle-timeout",
                       gtk_spin_button_get_value_as_int (self->idle_spin));
  ui_settings_set_int (self->settings, "handshake-age",
                       gtk_spin_button_get_value_as_int (self->age_spin));
  ui_settings_set_int (self->settings, "max-connections",
                       gtk_spin_button_get_value_as_int (self->connections_spin));
  ui_settings_set_int (self->settings, "max-handshakes",
                       gtk_spin_button_get_value_as_int (self->handshakes_spin));
  ui_settings_set_enum (self->settings, "reply", gtk_drop_down_get_selected (self->reply));
  ui_settings_set_boolean (self->settings, "tell-why",
                           gtk_check_button_get_active (self->tell_why));
}

static void
set_credentials (ServerListenForm *self,
                 DtlsCredentials  *credentials,
                 const char       *key_file)
{
  DtlsKey *shared = dtls_credentials_get_shared (credentials);

  if (shared != NULL)
    {
      ui_key_entry_set_key (self->key_entry, shared);
      gtk_check_button_set_active (self->shared_button, TRUE);
      return;
    }

  g_clear_pointer (&self->table, dtls_credentials_unref);
  self->table = dtls_credentials_ref (credentials);
  g_free (self->table_file);
  self->table_file = g_strdup (key_file);
  g_clear_pointer (&self->table_error, g_free);
  gtk_check_button_set_active (self->table_button, TRUE);
}

static void
set_profile (ServerListenForm *self,
             DtlsProfile      *profile)
{
  const char *name = profile != NULL ? dtls_profile_get_name (profile) : server_profile_names[0];
  guint selected = 0;

  while (selected < SERVER_PROFILE_CUSTOM && !g_str_equal (server_profile_names[selected], name))
    selected++;
  gtk_drop_down_set_selected (self->profile, selected);
  if (selected == SERVER_PROFILE_CUSTOM)
    gtk_editable_set_text (self->priority_entry, name);
}

/**
 * server_listen_form_set_options:
 * @key_file: (nullable): the file of the table in @options
 *
 * Fills the fields with what this window used before, or was given on its command line; keys are
 * not in the settings.
 */
void
server_listen_form_set_options (ServerListenForm        *self,
                                const DtlsListenOptions *options,
                                const char              *key_file)
{
  g_autofree char *port = NULL;
  g_autofree char *mtu = NULL;

  g_return_if_fail (SERVER_IS_LISTEN_FORM (self));
  g_return_if_fail (options != NULL && options->credentials != NULL);

  self->ready = FALSE;
  self->chosen = options->local;
  self->chosen.port = 0;
  server_listen_form_select_address (self);
  port = g_strdup_printf ("%u", options->local.port);
  gtk_editable_set_text (self->port_entry, port);
  gtk_editable_set_text (self->hint_entry, options->hint != NULL ? options->hint : "");
  mtu = options->mtu > 0 ? g_strdup_printf ("%u", options->mtu) : g_strdup ("");
  gtk_editable_set_text (self->mtu_entry, mtu);
  self->limits = options->limits;
  set_limits (self, &options->limits);
  gtk_drop_down_set_selected (self->reply, options->reply);
  gtk_check_button_set_active (self->tell_why, options->tell_why);
  set_profile (self, options->profile);
  set_credentials (self, options->credentials, key_file);
  self->ready = TRUE;
  server_listen_form_check (self);
}
