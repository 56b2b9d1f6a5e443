/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-connect-form-private.h"

#include "client-attempt.h"
#include "client-hosts.h"
#include "ui-settings.h"

enum
{
  KEY_SOURCE_TYPED,
  KEY_SOURCE_FILE
};

static void
remember_host (ClientConnectForm *self)
{
  g_auto(GStrv) before = ui_settings_get_strv (self->settings, "recent-hosts");
  g_auto(GStrv) after = client_hosts_remember ((const char * const *) before, self->host);

  ui_settings_set_strv (self->settings, "recent-hosts", (const char * const *) after);
  ui_settings_set_string (self->settings, "host", self->host);
  ui_settings_set_int (self->settings, "port", self->port);
}

/* The default name counts on with the connections. */
static void
remember_name (ClientConnectForm *self)
{
  const char *name = gtk_editable_get_text (self->name_entry);

  ui_settings_set_string (self->settings, "name",
                          client_default_name_get_next (name) == 0 ? name : "");
}

/**
 * client_connect_form_remember:
 *
 * Keeps what the form says for the next one: all but what is secret. Of a key file its path, of a
 * typed key only its format.
 */
void
client_connect_form_remember (ClientConnectForm *self)
{
  GSettings *settings = self->settings;

  remember_host (self);
  remember_name (self);
  ui_settings_set_boolean (settings, "identity-same-as-name", self->identity_follows);
  ui_settings_set_string (settings, "identity",
                          self->identity_follows ? ""
                                                 : gtk_editable_get_text (self->identity_entry));
  ui_settings_set_enum (settings, "key-source",
                        self->file != NULL ? KEY_SOURCE_FILE : KEY_SOURCE_TYPED);
  if (self->file != NULL)
    ui_settings_set_string (settings, "key-file", self->file);
  ui_settings_set_enum (settings, "key-format",
                        (int) ui_key_entry_get_typed_format (self->key_entry));
  ui_settings_set_enum (settings, "profile",
                        (int) gtk_drop_down_get_selected (self->profile_drop_down));
  ui_settings_set_string (settings, "priority", gtk_editable_get_text (self->priority_entry));
  ui_settings_set_int (settings, "mtu", (int) self->mtu);
  ui_settings_set_int (settings, "local-port", self->local_port);
  ui_settings_set_int (settings, "first-timeout",
                       (int) client_connect_form_get_first_timeout_ms (self));
  ui_settings_set_int (settings, "give-up", gtk_spin_button_get_value_as_int (self->give_up_spin));
  ui_settings_set_int (settings, "ping-interval-ms",
                       (int) client_connect_form_get_ping_interval_ms (self));
  ui_settings_set_boolean (settings, "reconnect",
                           gtk_check_button_get_active (self->reconnect_check));
}

static void
set_number (GtkEditable *field,
            int          number)
{
  g_autofree char *text = number > 0 ? g_strdup_printf ("%d", number) : g_strdup ("");

  gtk_editable_set_text (field, text);
}

static void
restore_identity (ClientConnectForm *self)
{
  g_autofree char *identity = ui_settings_get_string (self->settings, "identity", "");
  g_autofree char *name = ui_settings_get_string (self->settings, "name", "");

  gtk_editable_set_text (self->name_entry, *name != '\0' ? name : self->default_name);
  self->identity_follows = ui_settings_get_boolean (self->settings, "identity-same-as-name", TRUE)
                           || *identity == '\0';
  gtk_editable_set_text (self->identity_entry,
                         self->identity_follows ? gtk_editable_get_text (self->name_entry)
                                                : identity);
}

static void
restore_advanced (ClientConnectForm *self)
{
  GSettings *settings = self->settings;
  g_autofree char *priority = ui_settings_get_string (settings, "priority", "");

  gtk_drop_down_set_selected (self->profile_drop_down,
                              (guint) ui_settings_get_enum (settings, "profile", 0));
  gtk_editable_set_text (self->priority_entry, priority);
  set_number (self->mtu_entry, ui_settings_get_int (settings, "mtu", 0));
  set_number (self->local_port_entry, ui_settings_get_int (settings, "local-port", 0));
  gtk_spin_button_set_value (self->first_timeout_spin,
                             ui_settings_get_int (settings, "first-timeout", 1000) / 1000.0);
  gtk_spin_button_set_value (self->give_up_spin, ui_settings_get_int (settings, "give-up", 60));
  gtk_spin_button_set_value (self->ping_spin,
                             ui_settings_get_int (settings, "ping-interval-ms", 5000) / 1000.0);
  gtk_check_button_set_active (self->reconnect_check,
                               ui_settings_get_boolean (settings, "reconnect", FALSE));
}

/* The demonstration key, in hex if its bytes are no text; another one is typed as the last was. */
static void
restore_key (ClientConnectForm *self)
{
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();

  ui_key_entry_set_format (self->key_entry, (DtlsKeyFormat) ui_settings_get_enum (
                                              self->settings, "key-format", DTLS_KEY_FORMAT_HEX));
  ui_key_entry_set_key (self->key_entry, demo);
}

/**
 * client_connect_form_restore:
 *
 * Fills the form with what was accepted last, or with values that work.
 */
void
client_connect_form_restore (ClientConnectForm *self)
{
  GSettings *settings = self->settings;
  g_autofree char *host = ui_settings_get_string (settings, "host", "localhost");
  g_auto(GStrv) recent = ui_settings_get_strv (settings, "recent-hosts");
  g_autoptr(GMenuModel) hosts = client_hosts_build_menu ((const char * const *) recent,
                                                         "form.host");

  self->updating = TRUE;
  gtk_editable_set_text (self->host_entry, *host != '\0' ? host : "localhost");
  gtk_menu_button_set_menu_model (self->host_button, hosts);
  set_number (self->port_entry, ui_settings_get_int (settings, "port", DTLS_DEFAULT_PORT));
  restore_identity (self);
  restore_key (self);
  restore_advanced (self);
  self->updating = FALSE;

  if (ui_settings_get_enum (settings, "key-source", KEY_SOURCE_TYPED) == KEY_SOURCE_FILE)
    {
      g_autofree char *file = ui_settings_get_string (settings, "key-file", "");

      client_connect_form_set_file (self, file);
    }
  else
    client_connect_form_set_file (self, NULL);
}
