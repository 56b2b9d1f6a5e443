/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-listen-form.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "server-addresses.h"
#include "ui-color-scheme.h"
#include "ui-credentials-editor.h"
#include "ui-field.h"
#include "ui-key-entry.h"
#include "ui-settings.h"

#define MAX_HINT_BYTES 128
#define DEFAULT_ADDRESS "127.0.0.1"

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
  gboolean          valid;
  gboolean          ready;              /* all fields are filled: changes count */
};

enum
{
  SIGNAL_ACCEPTED,
  N_SIGNALS
};

/* as the drop-down and the schema order them; then the custom priority string */
static const char *const profile_names[] = { "compatible", "forward-secret", "constrained" };
#define PROFILE_CUSTOM G_N_ELEMENTS (profile_names)

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ServerListenForm, server_listen_form, GTK_TYPE_WINDOW)

/* ---- checking, field by field: TRUE when the field is right ---- */

static gboolean
check_port (ServerListenForm *self)
{
  g_autoptr(GError) error = NULL;
  gboolean valid = dtls_port_parse (gtk_editable_get_text (self->port_entry), TRUE, &self->port, &error);

  ui_field_set_error (GTK_WIDGET (self->port_entry), self->port_error, valid ? NULL : error->message);
  return valid;
}

static gboolean
check_hint (ServerListenForm *self)
{
  gboolean valid = strlen (gtk_editable_get_text (self->hint_entry)) <= MAX_HINT_BYTES;
  g_autofree char *message = NULL;

  if (!valid)
    message = g_strdup_printf (_("A hint has at most %u bytes."), (guint) MAX_HINT_BYTES);
  ui_field_set_error (GTK_WIDGET (self->hint_entry), self->hint_error, message);
  return valid;
}

static gboolean
check_mtu (ServerListenForm *self)
{
  const char *text = gtk_editable_get_text (self->mtu_entry);
  g_autofree char *message = NULL;
  guint64 mtu = 0;
  gboolean valid;

  valid = *text == '\0' || g_str_equal (text, "0")
          || g_ascii_string_to_unsigned (text, 10, DTLS_MTU_MIN, DTLS_MTU_MAX, &mtu, NULL);
  self->mtu = (guint) mtu;
  if (!valid)
    message = g_strdup_printf (_("From %u to %u bytes, or empty for automatic."),
                               (guint) DTLS_MTU_MIN, (guint) DTLS_MTU_MAX);
  ui_field_set_error (GTK_WIDGET (self->mtu_entry), self->mtu_error, message);
  return valid;
}

static gboolean
check_profile (ServerListenForm *self)
{
  guint selected = gtk_drop_down_get_selected (self->profile);
  gboolean custom = selected >= PROFILE_CUSTOM;
  const char *name = custom ? gtk_editable_get_text (self->priority_entry) : profile_names[selected];
  g_autoptr(GError) error = NULL;

  gtk_widget_set_visible (self->priority_box, custom);
  g_clear_pointer (&self->chosen_profile, dtls_profile_unref);
  if (*name != '\0')
    self->chosen_profile = dtls_profile_new (name, &error);
  else
    g_set_error_literal (&error, DTLS_ERROR, DTLS_ERROR_INVALID,
                         _("Type a priority string, for example NORMAL:+PSK."));

  ui_field_set_error (GTK_WIDGET (self->priority_entry), self->priority_error,
                      custom && error != NULL ? error->message : NULL);
  return self->chosen_profile != NULL;
}

static void
show_table_note (ServerListenForm *self)
{
  guint n = self->table != NULL ? dtls_credentials_get_n (self->table) : 0;
  g_autofree char *base = self->table_file != NULL ? g_path_get_basename (self->table_file) : NULL;
  g_autofree char *shown = base != NULL ? g_filename_display_name (base) : NULL;
  g_autofree char *text = NULL;

  if (self->table_error != NULL)
    text = g_strdup (self->table_error);
  else if (n == 0)
    text = g_strdup (_("No keys yet: add some with Edit…"));
  else if (shown != NULL)
    /* Translators: %s is the name of a file */
    text = g_strdup_printf (ngettext ("%u identity from %s", "%u identities from %s", n), n, shown);
  else
    text = g_strdup_printf (ngettext ("%u identity, not in a file", "%u identities, not in a file", n), n);

  gtk_label_set_label (self->table_note, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->table_note), self->table_file);
  if (n == 0)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->table_note), "role-dim");
      gtk_widget_add_css_class (GTK_WIDGET (self->table_note), "role-error");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->table_note), "role-error");
      gtk_widget_add_css_class (GTK_WIDGET (self->table_note), "role-dim");
    }
}

static gboolean
check_keys (ServerListenForm *self)
{
  g_clear_pointer (&self->credentials, dtls_credentials_unref);
  show_table_note (self);

  if (gtk_check_button_get_active (self->shared_button))
    {
      g_autoptr(DtlsKey) key = ui_key_entry_dup_key (self->key_entry);

      if (key != NULL)
        self->credentials = dtls_credentials_new_shared (key);
    }
  else if (self->table != NULL && dtls_credentials_get_n (self->table) > 0)
    {
      self->credentials = dtls_credentials_ref (self->table);
    }
  return self->credentials != NULL;
}

static void
changed_cb (ServerListenForm *self)
{
  gboolean valid;

  if (!self->ready)
    return;

  valid = check_port (self);
  valid = check_keys (self) && valid;
  valid = check_hint (self) && valid;
  valid = check_profile (self) && valid;
  valid = check_mtu (self) && valid;
  self->valid = valid;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.accept", valid);
}

/* ---- the list of addresses ---- */

static void
address_selected_cb (ServerListenForm *self)
{
  if (self->ready)
    server_addresses_get (self->addresses, gtk_drop_down_get_selected (self->address), &self->chosen);
}

static void
select_chosen_address (ServerListenForm *self)
{
  guint position = server_addresses_find (self->addresses, &self->chosen);

  if (position == GTK_INVALID_LIST_POSITION)
    {
      dtls_address_parse_ip (&self->chosen, DEFAULT_ADDRESS, 0);
      position = server_addresses_find (self->addresses, &self->chosen);
    }
  gtk_drop_down_set_selected (self->address, position);
}

static void
addresses_changed_cb (ServerListenForm *self)
{
  DtlsAddress chosen = self->chosen;    /* the splice selected another one meanwhile */

  select_chosen_address (self);
  if (server_addresses_find (self->addresses, &chosen) != GTK_INVALID_LIST_POSITION)
    self->chosen = chosen;
}

/* ---- what is remembered; never a key ---- */

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
load_settings (ServerListenForm *self)
{
  g_autofree char *address = ui_settings_get_string (self->settings, "listen-address", DEFAULT_ADDRESS);
  g_autofree char *hint = ui_settings_get_string (self->settings, "hint", DTLS_DEFAULT_HINT);
  g_autofree char *priority = ui_settings_get_string (self->settings, "priority", "");
  g_autofree char *port = NULL;
  int mtu = ui_settings_get_int (self->settings, "mtu", 0);
  DtlsLimits limits = DTLS_LIMITS_DEFAULT;

  if (!dtls_address_parse_ip (&self->chosen, address, 0))
    dtls_address_parse_ip (&self->chosen, DEFAULT_ADDRESS, 0);
  port = g_strdup_printf ("%d", ui_settings_get_int (self->settings, "listen-port", DTLS_DEFAULT_PORT));
  gtk_editable_set_text (self->port_entry, port);
  gtk_editable_set_text (self->hint_entry, hint);
  gtk_editable_set_text (self->priority_entry, priority);
  gtk_drop_down_set_selected (self->profile, ui_settings_get_enum (self->settings, "profile", 0));
  if (mtu > 0)
    {
      g_autofree char *text = g_strdup_printf ("%d", mtu);

      gtk_editable_set_text (self->mtu_entry, text);
    }
  limits.idle_us = ui_settings_get_int (self->settings, "idle-timeout", limits.idle_us / G_USEC_PER_SEC)
                   * G_USEC_PER_SEC;
  limits.half_open_age_us = ui_settings_get_int (self->settings, "handshake-age",
                                                 limits.half_open_age_us / G_USEC_PER_SEC) * G_USEC_PER_SEC;
  limits.max_connections = ui_settings_get_int (self->settings, "max-connections", limits.max_connections);
  limits.max_half_open = ui_settings_get_int (self->settings, "max-handshakes", limits.max_half_open);
  set_limits (self, &limits);
  gtk_drop_down_set_selected (self->reply, ui_settings_get_enum (self->settings, "reply", DTLS_REPLY_ACK));
  gtk_check_button_set_active (self->tell_why, ui_settings_get_boolean (self->settings, "tell-why", FALSE));
  ui_key_entry_set_format (self->key_entry,
                           ui_settings_get_enum (self->settings, "key-format", DTLS_KEY_FORMAT_HEX));
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

static void
save_settings (ServerListenForm *self)
{
  char address[DTLS_ADDRESS_TEXT_BYTES];

  dtls_address_print (&self->chosen, DTLS_ADDRESS_BARE, address);
  ui_settings_set_string (self->settings, "listen-address", address);
  ui_settings_set_int (self->settings, "listen-port", self->port);
  ui_settings_set_string (self->settings, "hint", gtk_editable_get_text (self->hint_entry));
  ui_settings_set_enum (self->settings, "key-source", gtk_check_button_get_active (self->table_button));
  ui_settings_set_string (self->settings, "key-file", self->table_file != NULL ? self->table_file : "");
  ui_settings_set_enum (self->settings, "key-format", ui_key_entry_get_format (self->key_entry));
  ui_settings_set_enum (self->settings, "profile", gtk_drop_down_get_selected (self->profile));
  ui_settings_set_string (self->settings, "priority", gtk_editable_get_text (self->priority_entry));
  ui_settings_set_int (self->settings, "mtu", self->mtu);
  ui_settings_set_int (self->settings, "idle-timeout", gtk_spin_button_get_value_as_int (self->idle_spin));
  ui_settings_set_int (self->settings, "handshake-age", gtk_spin_button_get_value_as_int (self->age_spin));
  ui_settings_set_int (self->settings, "max-connections",
                       gtk_spin_button_get_value_as_int (self->connections_spin));
  ui_settings_set_int (self->settings, "max-handshakes",
                       gtk_spin_button_get_value_as_int (self->handshakes_spin));
  ui_settings_set_enum (self->settings, "reply", gtk_drop_down_get_selected (self->reply));
  ui_settings_set_boolean (self->settings, "tell-why", gtk_check_button_get_active (self->tell_why));
}

/* ---- actions ---- */

static void
keys_saved_cb (UiCredentialsEditor *editor,
               DtlsCredentials     *credentials,
               const char          *path,
               ServerListenForm    *self)
{
  g_clear_pointer (&self->table, dtls_credentials_unref);
  self->table = dtls_credentials_ref (credentials);
  g_free (self->table_file);
  self->table_file = g_strdup (path);
  g_clear_pointer (&self->table_error, g_free);
  changed_cb (self);
}

static void
edit_keys_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  ServerListenForm *self = SERVER_LISTEN_FORM (widget);
  /* a file that could not be read is not overwritten */
  const char *path = self->table_error == NULL ? self->table_file : NULL;
  GtkWidget *editor = ui_credentials_editor_new (GTK_WINDOW (self), self->table, path);

  ui_color_scheme_add_window (ui_color_scheme_get_default (), GTK_WINDOW (editor));
  g_signal_connect_object (editor, "saved", G_CALLBACK (keys_saved_cb), self, 0);
  gtk_window_present (GTK_WINDOW (editor));
}

static void
accept_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  ServerListenForm *self = SERVER_LISTEN_FORM (widget);

  gtk_spin_button_update (self->idle_spin);
  gtk_spin_button_update (self->age_spin);
  gtk_spin_button_update (self->connections_spin);
  gtk_spin_button_update (self->handshakes_spin);
  changed_cb (self);
  if (!self->valid)
    return;

  save_settings (self);
  g_signal_emit (self, signals[SIGNAL_ACCEPTED], 0);
  gtk_window_close (GTK_WINDOW (self));
}

static void
server_listen_form_dispose (GObject *object)
{
  ServerListenForm *self = SERVER_LISTEN_FORM (object);

  self->ready = FALSE;
  g_clear_object (&self->settings);
  g_clear_object (&self->addresses);
  g_clear_pointer (&self->table, dtls_credentials_unref);
  g_clear_pointer (&self->credentials, dtls_credentials_unref);
  g_clear_pointer (&self->chosen_profile, dtls_profile_unref);
  g_clear_pointer (&self->table_file, g_free);
  g_clear_pointer (&self->table_error, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), SERVER_TYPE_LISTEN_FORM);
  G_OBJECT_CLASS (server_listen_form_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, address);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, port_entry);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, port_error);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, shared_button);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, table_button);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, table_note);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, key_entry);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, hint_entry);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, hint_error);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, advanced);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, profile);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, priority_box);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, priority_entry);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, priority_error);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, mtu_entry);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, mtu_error);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, idle_spin);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, age_spin);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, connections_spin);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, handshakes_spin);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, reply);
  gtk_widget_class_bind_template_child (widget_class, ServerListenForm, tell_why);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
server_listen_form_class_init (ServerListenFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = server_listen_form_dispose;

  signals[SIGNAL_ACCEPTED] = g_signal_new ("accepted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (UI_TYPE_KEY_ENTRY);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/dtlspair/server/server-listen-form.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "form.accept", NULL, accept_action);
  gtk_widget_class_install_action (widget_class, "form.edit-keys", NULL, edit_keys_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}

/* Enter in a number accepts the dialog like Enter in any other field. */
static void
let_spin_activate_default (GtkSpinButton *spin)
{
  gtk_text_set_activates_default (GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (spin))), TRUE);
}

static void
server_listen_form_init (ServerListenForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->addresses = server_addresses_new ();
  gtk_drop_down_set_model (self->address, server_addresses_get_model (self->addresses));
  g_signal_connect_object (self->address, "notify::selected", G_CALLBACK (address_selected_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->addresses, "changed", G_CALLBACK (addresses_changed_cb), self,
                           G_CONNECT_SWAPPED);
  let_spin_activate_default (self->idle_spin);
  let_spin_activate_default (self->age_spin);
  let_spin_activate_default (self->connections_spin);
  let_spin_activate_default (self->handshakes_spin);
}

/**
 * server_listen_form_new:
 * @settings: (nullable): where the fields are remembered
 *
 * The dialog, filled with what was used last, or with values that work: Enter listens. Not shown
 * yet. Thread: the main one.
 */
ServerListenForm *
server_listen_form_new (GtkWindow *parent,
                        GSettings *settings)
{
  ServerListenForm *self;
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);

  self = g_object_new (SERVER_TYPE_LISTEN_FORM, "transient-for", parent, NULL);
  g_set_object (&self->settings, settings);
  load_settings (self);
  load_table (self);
  ui_key_entry_set_key (self->key_entry, demo);
  gtk_check_button_set_active (ui_settings_get_enum (settings, "key-source", 0) == 1 ? self->table_button
                                                                                      : self->shared_button,
                               TRUE);
  select_chosen_address (self);
  self->ready = TRUE;
  changed_cb (self);
  ui_color_scheme_add_window (ui_color_scheme_get_default (), GTK_WINDOW (self));
  return self;
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
  const char *name = profile != NULL ? dtls_profile_get_name (profile) : profile_names[0];
  guint selected = 0;

  while (selected < PROFILE_CUSTOM && !g_str_equal (profile_names[selected], name))
    selected++;
  gtk_drop_down_set_selected (self->profile, selected);
  if (selected == PROFILE_CUSTOM)
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
  select_chosen_address (self);
  port = g_strdup_printf ("%u", options->local.port);
  gtk_editable_set_text (self->port_entry, port);
  gtk_editable_set_text (self->hint_entry, options->hint != NULL ? options->hint : "");
  mtu = options->mtu > 0 ? g_strdup_printf ("%u", options->mtu) : g_strdup ("");
  gtk_editable_set_text (self->mtu_entry, mtu);
  set_limits (self, &options->limits);
  gtk_drop_down_set_selected (self->reply, options->reply);
  gtk_check_button_set_active (self->tell_why, options->tell_why);
  set_profile (self, options->profile);
  set_credentials (self, options->credentials, key_file);
  self->ready = TRUE;
  changed_cb (self);
}

/**
 * server_listen_form_get_options:
 * @options: (out): pointers in it are borrowed from @self until a field changes
 *
 * What the fields say; only while server_listen_form_is_valid().
 */
void
server_listen_form_get_options (ServerListenForm  *self,
                                DtlsListenOptions *options)
{
  const DtlsLimits limits = DTLS_LIMITS_DEFAULT;

  g_return_if_fail (SERVER_IS_LISTEN_FORM (self));
  g_return_if_fail (self->valid);

  *options = (DtlsListenOptions) { .local = self->chosen, .limits = limits };
  options->local.port = self->port;
  options->credentials = self->credentials;
  options->profile = self->chosen_profile;
  options->hint = gtk_editable_get_text (self->hint_entry);
  options->mtu = self->mtu;
  options->reply = (DtlsReply) gtk_drop_down_get_selected (self->reply);
  options->tell_why = gtk_check_button_get_active (self->tell_why);
  options->limits.idle_us = gtk_spin_button_get_value_as_int (self->idle_spin) * G_USEC_PER_SEC;
  options->limits.half_open_age_us = gtk_spin_button_get_value_as_int (self->age_spin) * G_USEC_PER_SEC;
  options->limits.max_connections = gtk_spin_button_get_value_as_int (self->connections_spin);
  options->limits.max_half_open = gtk_spin_button_get_value_as_int (self->handshakes_spin);
}

/**
 * server_listen_form_get_key_file:
 *
 * The file of the table of keys, or NULL; owned by @self.
 */
const char *
server_listen_form_get_key_file (ServerListenForm *self)
{
  g_return_val_if_fail (SERVER_IS_LISTEN_FORM (self), NULL);

  return self->table_file;
}

/**
 * server_listen_form_is_valid:
 *
 * Whether every field is right, so that the dialog can be accepted.
 */
gboolean
server_listen_form_is_valid (ServerListenForm *self)
{
  g_return_val_if_fail (SERVER_IS_LISTEN_FORM (self), FALSE);

  return self->valid;
}
