/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-listen-form-private.h"

#include "report-ranges.h"
#include "ui-accessible.h"
#include "ui-color-scheme.h"
#include "ui-credentials-editor.h"

enum
{
  SIGNAL_ACCEPTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ServerListenForm, server_listen_form, GTK_TYPE_WINDOW)

/**
 * server_listen_form_check:
 *
 * Looks at every field again.
 */
void
server_listen_form_check (ServerListenForm *self)
{
  gboolean valid;

  if (!self->ready)
    return;

  valid = server_listen_form_check_port (self);
  valid = server_listen_form_check_keys (self) && valid;
  valid = server_listen_form_check_hint (self) && valid;
  valid = server_listen_form_check_profile (self) && valid;
  valid = server_listen_form_check_mtu (self) && valid;
  self->valid = valid;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.accept", valid);
}

static void
changed_cb (ServerListenForm *self)
{
  server_listen_form_check (self);
}

/* ---- the list of addresses ---- */

static void
address_selected_cb (ServerListenForm *self)
{
  if (self->ready)
    server_addresses_get (self->addresses, gtk_drop_down_get_selected (self->address),
                          &self->chosen);
}

/**
 * server_listen_form_select_address:
 *
 * Selects the chosen address in the drop-down; if it is gone, the loopback one is chosen.
 */
void
server_listen_form_select_address (ServerListenForm *self)
{
  guint position = server_addresses_find (self->addresses, &self->chosen);

  if (position == GTK_INVALID_LIST_POSITION)
    {
      dtls_address_parse_ip (&self->chosen, SERVER_DEFAULT_ADDRESS, 0);
      position = server_addresses_find (self->addresses, &self->chosen);
    }
  gtk_drop_down_set_selected (self->address, position);
}

static void
addresses_changed_cb (ServerListenForm *self)
{
  DtlsAddress chosen = self->chosen;    /* the splice selected another one meanwhile */

  server_listen_form_select_address (self);
  if (server_addresses_find (self->addresses, &chosen) != GTK_INVALID_LIST_POSITION)
    self->chosen = chosen;
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
  server_listen_form_check (self);
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
  server_listen_form_check (self);
  if (!self->valid)
    return;

  server_listen_form_save_settings (self);
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

  signals[SIGNAL_ACCEPTED] = g_signal_new ("accepted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (UI_TYPE_KEY_ENTRY);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/dtlspair/server/server-listen-form.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "form.accept", NULL, accept_action);
  gtk_widget_class_install_action (widget_class, "form.edit-keys", NULL, edit_keys_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
}

/* Enter accepts the dialog from a drop-down, too: Space and the arrows open that. Its button is
 * what has the focus; in the open list, which is no part of the button, Enter chooses. */
static void
let_drop_down_accept (GtkDropDown *drop_down)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();
  GtkShortcutTrigger *trigger = gtk_alternative_trigger_new (
      gtk_keyval_trigger_new (GDK_KEY_Return, 0),
      gtk_alternative_trigger_new (gtk_keyval_trigger_new (GDK_KEY_KP_Enter, 0),
                                   gtk_keyval_trigger_new (GDK_KEY_ISO_Enter, 0)));

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (trigger, gtk_named_action_new ("form.accept")));
  gtk_widget_add_controller (gtk_widget_get_first_child (GTK_WIDGET (drop_down)), controller);
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
  const DtlsLimits limits = DTLS_LIMITS_DEFAULT;

  gtk_widget_init_template (GTK_WIDGET (self));

  self->limits = limits;
  self->addresses = server_addresses_new ();
  gtk_drop_down_set_model (self->address, server_addresses_get_model (self->addresses));
  g_signal_connect_object (self->address, "notify::selected", G_CALLBACK (address_selected_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->addresses, "changed", G_CALLBACK (addresses_changed_cb), self,
                           G_CONNECT_SWAPPED);
  let_drop_down_accept (self->address);
  let_drop_down_accept (self->profile);
  let_drop_down_accept (self->reply);
  gtk_spin_button_set_range (self->idle_spin, REPORT_IDLE_TIMEOUT_S_MIN, REPORT_IDLE_TIMEOUT_S_MAX);
  gtk_spin_button_set_range (self->age_spin, REPORT_HANDSHAKE_AGE_S_MIN,
                             REPORT_HANDSHAKE_AGE_S_MAX);
  gtk_spin_button_set_range (self->connections_spin, REPORT_MAX_CONNECTIONS_MIN,
                             REPORT_MAX_CONNECTIONS_MAX);
  gtk_spin_button_set_range (self->handshakes_spin, REPORT_MAX_HANDSHAKES_MIN,
                             REPORT_MAX_HANDSHAKES_MAX);
  let_spin_activate_default (self->idle_spin);
  let_spin_activate_default (self->age_spin);
  let_spin_activate_default (self->connections_spin);
  let_spin_activate_default (self->handshakes_spin);
  ui_accessible_name_controls (GTK_WIDGET (self));
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

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);

  self = g_object_new (SERVER_TYPE_LISTEN_FORM, "transient-for", parent, NULL);
  g_set_object (&self->settings, settings);
  server_listen_form_load_settings (self);
  server_listen_form_select_address (self);
  self->ready = TRUE;
  server_listen_form_check (self);
  ui_color_scheme_add_window (ui_color_scheme_get_default (), GTK_WINDOW (self));
  return self;
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
  g_return_if_fail (SERVER_IS_LISTEN_FORM (self));
  g_return_if_fail (self->valid);

  *options = (DtlsListenOptions) { .local = self->chosen, .limits = self->limits };
  options->local.port = self->port;
  options->credentials = self->credentials;
  options->profile = self->chosen_profile;
  options->hint = gtk_editable_get_text (self->hint_entry);
  options->mtu = self->mtu;
  options->reply = (DtlsReply) gtk_drop_down_get_selected (self->reply);
  options->tell_why = gtk_check_button_get_active (self->tell_why);
  options->limits.idle_us
      = gtk_spin_button_get_value_as_int (self->idle_spin) * (gint64) G_USEC_PER_SEC;
  options->limits.half_open_age_us
      = gtk_spin_button_get_value_as_int (self->age_spin) * (gint64) G_USEC_PER_SEC;
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
