/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-connect-form-private.h"

#include <glib/gi18n-lib.h>

#include "client-attempt.h"
#include "client-connect-check.h"
#include "report-ranges.h"
#include "ui-accessible.h"
#include "ui-color-scheme.h"
#include "ui-field.h"

G_DEFINE_FINAL_TYPE (ClientConnectForm, client_connect_form, GTK_TYPE_WINDOW)

enum
{
  ACCEPTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

const char * const client_profile_names[] = { "compatible", "forward-secret", "constrained" };
G_STATIC_ASSERT (G_N_ELEMENTS (client_profile_names) == CLIENT_PROFILE_CUSTOM);

/* Shows @message, taken over, under @field. TRUE: there is none. */
static gboolean
set_error (gpointer    field,
           GtkLabel   *label,
           char       *message)
{
  g_autofree char *owned = message;

  ui_field_set_error (GTK_WIDGET (field), label, owned);
  return owned == NULL;
}

/* A host with its port, typed or pasted as one, becomes two fields. */
static void
split_host (ClientConnectForm *self)
{
  g_autofree char *host = NULL;
  g_autofree char *digits = NULL;
  guint16 port;
  gboolean has_port;

  if (!dtls_endpoint_parse (gtk_editable_get_text (self->host_entry), 0, &host, &port, &has_port,
                            NULL)
      || !has_port)
    return;

  digits = g_strdup_printf ("%u", port);
  self->updating = TRUE;
  gtk_editable_set_text (self->host_entry, host);
  gtk_editable_set_position (self->host_entry, -1);
  gtk_editable_set_text (self->port_entry, digits);
  self->updating = FALSE;
}

static gboolean
check_endpoint (ClientConnectForm *self)
{
  guint16 port = 0;
  gboolean has_port;
  gboolean valid = set_error (
      self->port_entry, self->port_error,
      client_check_port (gtk_editable_get_text (self->port_entry), FALSE, &self->port));

  g_clear_pointer (&self->host, g_free);
  valid = set_error (self->host_entry, self->host_error,
                     client_check_host (gtk_editable_get_text (self->host_entry), &self->host,
                                        &port, &has_port))
          && valid;
  /* a port that is still being typed behind the host counts already */
  if (has_port)
    self->port = port;
  return valid;
}

static gboolean
check_identity (ClientConnectForm *self)
{
  gboolean valid = set_error (self->name_entry, self->name_error,
                              client_check_name (gtk_editable_get_text (self->name_entry)));

  g_clear_pointer (&self->identity, g_bytes_unref);
  return set_error (
             self->identity_entry, self->identity_error,
             client_check_identity (gtk_editable_get_text (self->identity_entry), &self->identity))
         && valid;
}

/* A typed key says itself what is wrong with it. */
static gboolean
check_key (ClientConnectForm *self)
{
  char *message = NULL;

  g_clear_pointer (&self->key, dtls_key_unref);
  if (self->file == NULL)
    self->key = ui_key_entry_dup_key (self->key_entry);
  else if (self->table == NULL)
    message = g_strdup (self->file_error->message);
  else
    message = client_check_key_file (self->table, self->identity, &self->key);

  set_error (self->key_file_label, self->key_error, message);
  return self->key != NULL;
}

static gboolean
check_profile (ClientConnectForm *self)
{
  guint selected = gtk_drop_down_get_selected (self->profile_drop_down);
  gboolean custom = selected == CLIENT_PROFILE_CUSTOM;
  char *message = NULL;

  gtk_widget_set_visible (self->priority_label, custom);
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->priority_entry)), custom);
  g_clear_pointer (&self->profile, dtls_profile_unref);

  if (custom)
    message = client_check_priority (gtk_editable_get_text (self->priority_entry), &self->profile);
  else if (selected < CLIENT_PROFILE_CUSTOM)
    self->profile = dtls_profile_new (client_profile_names[selected], NULL);
  set_error (self->priority_entry, self->priority_error, message);
  return self->profile != NULL;
}

static gboolean
check_numbers (ClientConnectForm *self)
{
  gboolean valid
      = set_error (self->mtu_entry, self->mtu_error,
                   client_check_mtu (gtk_editable_get_text (self->mtu_entry), &self->mtu));

  return set_error (self->local_port_entry, self->local_port_error,
                    client_check_port (gtk_editable_get_text (self->local_port_entry), TRUE,
                                       &self->local_port)) && valid;
}

/* Every field is checked, so that every error shows. */
static void
validate (ClientConnectForm *self)
{
  gboolean valid = check_endpoint (self);

  valid = check_identity (self) && valid;
  valid = check_key (self) && valid;
  valid = check_profile (self) && valid;
  valid = check_numbers (self) && valid;

  self->valid = valid;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.accept", valid);
}

static void
follow_name (ClientConnectForm *self)
{
  if (!self->identity_follows || self->gone)
    return;

  self->updating = TRUE;
  gtk_editable_set_text (self->identity_entry, gtk_editable_get_text (self->name_entry));
  self->updating = FALSE;
}

static void
changed_cb (ClientConnectForm *self)
{
  if (!self->updating && !self->gone)
    validate (self);
}

static void
host_changed_cb (ClientConnectForm *self)
{
  gsize n_before = self->n_host;

  if (self->gone)
    return;

  self->n_host = g_utf8_strlen (gtk_editable_get_text (self->host_entry), -1);
  /* several characters at once were pasted */
  if (!self->updating && self->n_host > n_before + 1)
    split_host (self);
  changed_cb (self);
}

static void
name_changed_cb (ClientConnectForm *self)
{
  follow_name (self);
  changed_cb (self);
}

static void
identity_changed_cb (ClientConnectForm *self)
{
  if (!self->updating && !self->gone)
    self->identity_follows = g_str_equal (gtk_editable_get_text (self->identity_entry),
                                          gtk_editable_get_text (self->name_entry));
  changed_cb (self);
}

static void
host_left_cb (ClientConnectForm *self)
{
  if (self->gone)
    return;

  split_host (self);
  validate (self);
}

/* "1 s" and "0.25 s", never "1.00 s". */
static gboolean
seconds_output_cb (GtkSpinButton *spin,
                   gpointer       user_data)
{
  g_autofree char *text
      = g_strdup_printf ("%.9g", gtk_adjustment_get_value (gtk_spin_button_get_adjustment (spin)));

  if (!g_str_equal (text, gtk_editable_get_text (GTK_EDITABLE (spin))))
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

/* Shows the key field or the name of the key file. */
static void
show_key_source (ClientConnectForm *self)
{
  gboolean from_file = self->file != NULL;
  g_autofree char *name = from_file ? g_filename_display_name (self->file) : NULL;

  gtk_stack_set_visible_child_name (self->key_stack, from_file ? "file" : "typed");
  gtk_label_set_label (self->key_file_label, from_file ? name : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->key_file_label), name);
  gtk_widget_set_visible (self->key_type_button, from_file);
  gtk_label_set_mnemonic_widget (GTK_LABEL (self->key_label),
                                 from_file ? self->key_file_button : GTK_WIDGET (self->key_entry));
}

/**
 * client_connect_form_set_file:
 * @path: (nullable): a key file; NULL or "": the key is typed
 */
void
client_connect_form_set_file (ClientConnectForm *self,
                              const char        *path)
{
  g_clear_pointer (&self->table, dtls_credentials_unref);
  g_clear_error (&self->file_error);
  g_free (self->file);
  self->file = path != NULL && *path != '\0' ? g_strdup (path) : NULL;

  if (self->file != NULL)
    self->table = client_check_load_file (self->file, &self->file_error);
  show_key_source (self);
  validate (self);
}

static void
file_chosen_cb (ClientConnectForm *self,
                int                response,
                GtkNativeDialog   *chooser)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr(GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
      g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

      if (path != NULL)
        {
          client_connect_form_set_file (self, path);
          client_connect_form_take_identity (self);
        }
    }
  gtk_native_dialog_destroy (chooser);
}

static void
choose_key_file_action (GtkWidget  *widget,
                        const char *action_name,
                        GVariant   *parameter)
{
  GtkFileChooserNative *chooser;

  chooser = gtk_file_chooser_native_new (_("Choose a key file"), GTK_WINDOW (widget),
                                         GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (file_chosen_cb), widget,
                           G_CONNECT_SWAPPED);
  /* lives until it is answered; the form ends it otherwise */
  g_object_set_data_full (G_OBJECT (widget), "key-file-chooser", chooser, g_object_unref);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
type_key_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  ClientConnectForm *self = CLIENT_CONNECT_FORM (widget);

  client_connect_form_set_file (self, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->key_entry));
}

static void
host_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  ClientConnectForm *self = CLIENT_CONNECT_FORM (widget);

  gtk_editable_set_text (self->host_entry, g_variant_get_string (parameter, NULL));
  gtk_widget_grab_focus (GTK_WIDGET (self->host_entry));
}

static void
accept_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  ClientConnectForm *self = CLIENT_CONNECT_FORM (widget);

  split_host (self);
  gtk_spin_button_update (self->first_timeout_spin);
  gtk_spin_button_update (self->give_up_spin);
  gtk_spin_button_update (self->ping_spin);
  validate (self);
  if (!self->valid)
    return;

  client_connect_form_remember (self);
  g_signal_emit (self, signals[ACCEPTED], 0);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
client_connect_form_dispose (GObject *object)
{
  ClientConnectForm *self = CLIENT_CONNECT_FORM (object);

  /* fields change once more while they go */
  self->gone = TRUE;
  g_object_set_data (object, "key-file-chooser", NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CLIENT_TYPE_CONNECT_FORM);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->table, dtls_credentials_unref);
  g_clear_pointer (&self->key, dtls_key_unref);
  g_clear_pointer (&self->profile, dtls_profile_unref);
  g_clear_pointer (&self->identity, g_bytes_unref);
  G_OBJECT_CLASS (client_connect_form_parent_class)->dispose (object);
}

static void
client_connect_form_finalize (GObject *object)
{
  ClientConnectForm *self = CLIENT_CONNECT_FORM (object);

  g_free (self->default_name);
  g_free (self->file);
  g_free (self->host);
  g_clear_error (&self->file_error);
  G_OBJECT_CLASS (client_connect_form_parent_class)->finalize (object);
}

static void
client_connect_form_class_init (ClientConnectFormClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = client_connect_form_dispose;
  object_class->finalize = client_connect_form_finalize;

  /* The form is filled and valid; ask for its options now, it goes afterwards. */
  signals[ACCEPTED] = g_signal_new ("accepted", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (UI_TYPE_KEY_ENTRY);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/dtlspair/client/client-connect-form.ui");
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, host_entry);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, host_button);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, host_error);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, port_entry);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, port_error);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, name_entry);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, name_error);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, identity_entry);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, identity_error);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, key_label);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, key_stack);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, key_entry);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, key_file_label);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, key_error);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, key_file_button);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, key_type_button);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, advanced);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, profile_drop_down);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, priority_label);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, priority_entry);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, priority_error);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, mtu_entry);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, mtu_error);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, local_port_entry);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, local_port_error);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, first_timeout_spin);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, give_up_spin);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, ping_spin);
  gtk_widget_class_bind_template_child (widget_class, ClientConnectForm, reconnect_check);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, host_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, host_left_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, identity_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, seconds_output_cb);

  gtk_widget_class_install_action (widget_class, "form.accept", NULL, accept_action);
  gtk_widget_class_install_action (widget_class, "form.choose-key-file", NULL,
                                   choose_key_file_action);
  gtk_widget_class_install_action (widget_class, "form.type-key", NULL, type_key_action);
  gtk_widget_class_install_action (widget_class, "form.host", "s", host_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

/* GtkSpinButton has this of its own from 4.14 on. */
static void
let_return_accept (GtkSpinButton *spin)
{
  gtk_text_set_activates_default (GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (spin))), TRUE);
}

static void
client_connect_form_init (ClientConnectForm *self)
{
  self->identity_follows = TRUE;
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->updating = FALSE;
  gtk_spin_button_set_range (self->first_timeout_spin, REPORT_FIRST_TIMEOUT_MS_MIN / 1000.0,
                             REPORT_FIRST_TIMEOUT_MS_MAX / 1000.0);
  gtk_spin_button_set_range (self->give_up_spin, REPORT_GIVE_UP_S_MIN, REPORT_GIVE_UP_S_MAX);
  gtk_spin_button_set_range (self->ping_spin, REPORT_PING_INTERVAL_MS_MIN / 1000.0,
                             REPORT_PING_INTERVAL_MS_MAX / 1000.0);
  let_return_accept (self->first_timeout_spin);
  let_return_accept (self->give_up_spin);
  let_return_accept (self->ping_spin);
  ui_accessible_name_controls (GTK_WIDGET (self));
}

/**
 * client_connect_form_new:
 * @settings: (nullable): where the last values are, and where those accepted go
 * @number: of the connection to be made, for its default name
 *
 * The connect dialog, transient for @parent, filled with working values; not shown yet. It emits
 * "accepted" at most once and destroys itself then. Thread: the main one.
 */
ClientConnectForm *
client_connect_form_new (GtkWindow *parent,
                         GSettings *settings,
                         guint      number)
{
  ClientConnectForm *self;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), NULL);

  self = g_object_new (CLIENT_TYPE_CONNECT_FORM, "transient-for", parent, NULL);
  self->settings = settings != NULL ? g_object_ref (settings) : NULL;
  self->default_name = client_default_name (number);
  client_connect_form_restore (self);
  ui_color_scheme_add_window (ui_color_scheme_get_default (), GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->host_entry));
  return self;
}

/* In milliseconds. */
guint
client_connect_form_get_ping_interval_ms (ClientConnectForm *self)
{
  return (guint) (gtk_spin_button_get_value (self->ping_spin) * 1000 + 0.5);
}

/* In milliseconds. */
guint
client_connect_form_get_first_timeout_ms (ClientConnectForm *self)
{
  return (guint) (gtk_spin_button_get_value (self->first_timeout_spin) * 1000 + 0.5);
}

/**
 * client_connect_form_is_valid:
 *
 * Whether every field holds something that can be used.
 */
gboolean
client_connect_form_is_valid (ClientConnectForm *self)
{
  g_return_val_if_fail (CLIENT_IS_CONNECT_FORM (self), FALSE);

  return self->valid;
}
