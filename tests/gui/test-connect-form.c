/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "client-application.h"
#include "client-attempt.h"
#include "client-connect-form-private.h"
#include "client-hosts.h"
#include "gui-util.h"
#include "report-ranges.h"

static ClientApplication *application;

static ClientConnectForm *
open_form (guint number)
{
  GSettings *settings = client_application_get_settings (application);
  ClientConnectForm *form = client_connect_form_new (NULL, settings, number);

  gui_show (GTK_WINDOW (form));
  return form;
}

static void
reset_settings (void)
{
  GSettings *settings = client_application_get_settings (application);
  g_autoptr(GSettingsSchema) schema = NULL;
  g_auto(GStrv) keys = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    g_settings_reset (settings, keys[i]);
}

static void
type (GtkEditable *field,
      const char  *text)
{
  int position = 0;

  gtk_editable_delete_text (field, 0, -1);
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    gtk_editable_insert_text (field, c, (int) (g_utf8_next_char (c) - c), &position);
}

static void
paste (GtkEditable *field,
       const char  *text)
{
  int position = 0;

  gtk_editable_delete_text (field, 0, -1);
  gtk_editable_insert_text (field, text, -1, &position);
}

static gboolean
is_invalid (gpointer field)
{
  g_autofree char *message = NULL;

  if (!gtk_widget_has_css_class (field, "error"))
    return FALSE;
  message = gtk_test_accessible_check_state (field, GTK_ACCESSIBLE_STATE_INVALID,
                                             GTK_ACCESSIBLE_INVALID_TRUE);
  g_assert_null (message);
  return TRUE;
}

static gboolean
can_accept (ClientConnectForm *form)
{
  return gtk_widget_get_sensitive (gui_child (form, "accept_button"));
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_defaults (void)
{
  ClientConnectForm *form = open_form (3);
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();
  DtlsConnectOptions options;

  g_assert_true (client_connect_form_is_valid (form));
  g_assert_true (can_accept (form));
  client_connect_form_get_options (form, &options);
  g_assert_cmpstr (options.host, ==, "localhost");
  g_assert_cmpuint (options.port, ==, 22334);
  g_assert_cmpstr (options.name, ==, "Alice (clone number 3)");
  g_assert_cmpmem (g_bytes_get_data (options.identity, NULL), g_bytes_get_size (options.identity),
                   "Alice (clone number 3)", 22);
  g_assert_true (dtls_key_equal (options.key, demo));
  g_assert_cmpstr (dtls_profile_get_name (options.profile), ==, "compatible");
  g_assert_cmpuint (options.mtu, ==, 0);
  g_assert_cmpuint (options.first_timeout_ms, ==, 1000);
  g_assert_cmpuint (options.give_up_s, ==, 60);
  g_assert_cmpuint (options.ping_interval_ms, ==, 5000);
  g_assert_cmpuint (options.local_port, ==, 0);
  g_assert_false (options.reconnect);
  gui_picture (GTK_WIDGET (form), "connect-dialog");
  gui_destroy (GTK_WINDOW (form));
}

static void
test_focus_and_keys (void)
{
  ClientConnectForm *form = open_form (0);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (form));

  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (focus, GTK_WIDGET (form->host_entry)));
  g_assert_true (gtk_window_get_default_widget (GTK_WINDOW (form))
                 == gui_child (form, "accept_button"));
  gui_destroy (GTK_WINDOW (form));
}

static void
test_host_errors (void)
{
  ClientConnectForm *form = open_form (0);

  type (form->host_entry, "");
  g_assert_true (is_invalid (form->host_entry));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (form->host_error)));
  g_assert_cmpstr (gtk_label_get_label (form->host_error), ==,
                   "Host name or address required to connect");
  g_assert_false (can_accept (form));
  g_assert_false (client_connect_form_is_valid (form));
  gui_picture (GTK_WIDGET (form), "connect-dialog-error");

  type (form->host_entry, "::1");
  g_assert_false (is_invalid (form->host_entry));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (form->host_error)));
  g_assert_true (can_accept (form));

  type (form->host_entry, "[::1");
  g_assert_true (is_invalid (form->host_entry));
  gui_destroy (GTK_WINDOW (form));
}

static void
assert_split (const char *pasted,
              const char *host,
              const char *port)
{
  ClientConnectForm *form = open_form (0);

  paste (form->host_entry, pasted);
  g_assert_cmpstr (gtk_editable_get_text (form->host_entry), ==, host);
  g_assert_cmpstr (gtk_editable_get_text (form->port_entry), ==, port);
  g_assert_true (client_connect_form_is_valid (form));
  gui_destroy (GTK_WINDOW (form));
}

static void
test_paste (void)
{
  assert_split ("device.example:5684", "device.example", "5684");
  assert_split ("[fd00::7]:5684", "fd00::7", "5684");
  assert_split ("192.0.2.2:1", "192.0.2.2", "1");
  assert_split ("fd00::7", "fd00::7", "22334");
}

/* Typed one by one, the port stays where it is typed and counts all the same. */
static void
test_typed_port (void)
{
  ClientConnectForm *form = open_form (0);
  DtlsConnectOptions options;

  type (form->host_entry, "localhost:5684");
  g_assert_cmpstr (gtk_editable_get_text (form->host_entry), ==, "localhost:5684");
  client_connect_form_get_options (form, &options);
  g_assert_cmpstr (options.host, ==, "localhost");
  g_assert_cmpuint (options.port, ==, 5684);
  gui_destroy (GTK_WINDOW (form));
}

static void
test_port_errors (void)
{
  static const char * const bad[] = { "", "0", "70000", "-1", "12x", "65536" };
  static const char * const good[] = { "1", "65535", " 22334 " };
  ClientConnectForm *form = open_form (0);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      type (form->port_entry, bad[i]);
      g_assert_true (is_invalid (form->port_entry));
      g_assert_false (can_accept (form));
    }
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      type (form->port_entry, good[i]);
      g_assert_false (is_invalid (form->port_entry));
      g_assert_true (can_accept (form));
    }
  gui_destroy (GTK_WINDOW (form));
}

static void
test_identity_follows (void)
{
  ClientConnectForm *form = open_form (0);

  type (form->name_entry, "Bob");
  g_assert_cmpstr (gtk_editable_get_text (form->identity_entry), ==, "Bob");
  type (form->identity_entry, "device-7");
  type (form->name_entry, "Carol");
  g_assert_cmpstr (gtk_editable_get_text (form->identity_entry), ==, "device-7");

  type (form->identity_entry, "");
  g_assert_true (is_invalid (form->identity_entry));
  type (form->name_entry, " ");
  g_assert_true (is_invalid (form->name_entry));
  gui_destroy (GTK_WINDOW (form));
}

static void
test_identity_length (void)
{
  ClientConnectForm *form = open_form (0);
  g_autofree char *longest = g_strnfill (DTLS_MAX_IDENTITY_BYTES, 'i');
  g_autofree char *longer = g_strnfill (DTLS_MAX_IDENTITY_BYTES + 1, 'i');

  paste (form->identity_entry, longest);
  g_assert_false (is_invalid (form->identity_entry));
  paste (form->identity_entry, longer);
  g_assert_true (is_invalid (form->identity_entry));
  gui_destroy (GTK_WINDOW (form));
}

/* P8: identities travel in clear, and the form says so. */
static void
test_identity_note (void)
{
  ClientConnectForm *form = open_form (0);
  GtkWidget *note = gui_child (form, "identity_note");

  g_assert_true (gtk_widget_get_mapped (note));
  g_assert_nonnull (strstr (gtk_label_get_label (GTK_LABEL (note)), "in clear"));
  gtk_test_accessible_assert_relation (GTK_ACCESSIBLE (form->identity_entry),
                                       GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, note, NULL);
  gui_destroy (GTK_WINDOW (form));
}

static void
test_key (void)
{
  ClientConnectForm *form = open_form (0);
  DtlsConnectOptions options;
  const guint8 *bytes;
  gsize n_bytes;

  ui_key_entry_set_text (form->key_entry, "0xff 00:1");
  g_assert_false (client_connect_form_is_valid (form));
  g_assert_false (can_accept (form));
  ui_key_entry_set_text (form->key_entry, "0xff 00:12");
  g_assert_true (client_connect_form_is_valid (form));
  client_connect_form_get_options (form, &options);
  bytes = dtls_key_get_bytes (options.key, &n_bytes);
  g_assert_cmpmem (bytes, n_bytes, "\xff\x00\x12", 3);
  gui_destroy (GTK_WINDOW (form));
}

static void
test_key_file (void)
{
  char *dir = test_make_dir ();
  g_autofree char *table
      = test_write_file (dir, "keys.psk", "device-7:00112233\nbob:4455\n", -1, 0600);
  g_autofree char *single = test_write_file (dir, "one.psk", "sensor:0102030405\n", -1, 0600);
  g_autofree char *open_to_all = test_write_file (dir, "open.psk", "sensor:0102\n", -1, 0644);
  ClientConnectForm *form = open_form (0);

  client_connect_form_set_file (form, table);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (form->key_stack), ==, "file");
  g_assert_true (is_invalid (form->key_file_label));
  g_assert_nonnull (strstr (gtk_label_get_label (form->key_error), "Alice (clone number 0)"));
  type (form->identity_entry, "device-7");
  g_assert_true (client_connect_form_is_valid (form));

  client_connect_form_set_file (form, open_to_all);
  g_assert_false (client_connect_form_is_valid (form));
  g_assert_nonnull (strstr (gtk_label_get_label (form->key_error), "chmod"));

  client_connect_form_set_file (form, single);
  g_assert_true (client_connect_form_is_valid (form));
  gtk_widget_activate_action (GTK_WIDGET (form), "form.type-key", NULL);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (form->key_stack), ==, "typed");
  g_assert_true (client_connect_form_is_valid (form));
  gui_destroy (GTK_WINDOW (form));
  test_remove_dir (dir);
}

static void
test_advanced (void)
{
  ClientConnectForm *form = open_form (0);
  DtlsConnectOptions options;

  gtk_expander_set_expanded (form->advanced, TRUE);
  gui_settle ();
  gui_picture (GTK_WIDGET (form), "connect-dialog-advanced");
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (form->priority_entry)));

  gtk_drop_down_set_selected (form->profile_drop_down, 3);
  gui_settle ();
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (form->priority_entry)));
  g_assert_false (client_connect_form_is_valid (form));
  type (form->priority_entry, "NORMAL:-KX-ALL:+NO-SUCH-THING");
  g_assert_true (is_invalid (form->priority_entry));
  type (form->priority_entry, "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK");
  g_assert_false (is_invalid (form->priority_entry));

  type (form->mtu_entry, "100");
  g_assert_true (is_invalid (form->mtu_entry));
  type (form->mtu_entry, "576");
  type (form->local_port_entry, "99999");
  g_assert_true (is_invalid (form->local_port_entry));
  type (form->local_port_entry, "5000");
  gtk_spin_button_set_value (form->first_timeout_spin, 0.25);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (form->first_timeout_spin)), ==, "0.25");
  gtk_spin_button_set_value (form->ping_spin, 0);
  gtk_check_button_set_active (form->reconnect_check, TRUE);

  client_connect_form_get_options (form, &options);
  g_assert_cmpuint (options.mtu, ==, 576);
  g_assert_cmpuint (options.local_port, ==, 5000);
  g_assert_cmpuint (options.first_timeout_ms, ==, 250);
  g_assert_cmpuint (options.ping_interval_ms, ==, 0);
  g_assert_true (options.reconnect);
  gui_destroy (GTK_WINDOW (form));
}

static void
test_remembered (void)
{
  GSettings *settings = client_application_get_settings (application);
  ClientConnectForm *form = open_form (0);
  g_auto(GStrv) recent = NULL;
  guint n_accepted = 0;

  g_signal_connect_swapped (form, "accepted", G_CALLBACK (count_cb), &n_accepted);
  type (form->host_entry, "192.0.2.7");
  type (form->port_entry, "5684");
  type (form->identity_entry, "device-7");
  ui_key_entry_set_text (form->key_entry, "c0ffee00c0ffee00c0ffee00c0ffee00");
  type (form->mtu_entry, "600");
  gtk_widget_activate_action (GTK_WIDGET (form), "form.accept", NULL);
  g_assert_cmpuint (n_accepted, ==, 1);
  gui_settle ();

  form = open_form (1);
  g_assert_cmpstr (gtk_editable_get_text (form->host_entry), ==, "192.0.2.7");
  g_assert_cmpstr (gtk_editable_get_text (form->port_entry), ==, "5684");
  g_assert_cmpstr (gtk_editable_get_text (form->name_entry), ==, "Alice (clone number 1)");
  g_assert_cmpstr (gtk_editable_get_text (form->identity_entry), ==, "device-7");
  g_assert_cmpstr (gtk_editable_get_text (form->mtu_entry), ==, "600");
  recent = g_settings_get_strv (settings, "recent-hosts");
  g_assert_cmpstr (recent[0], ==, "192.0.2.7");
  gui_destroy (GTK_WINDOW (form));
}

/* Nothing that is kept contains a key. */
static void
test_secrets_stay (void)
{
  GSettings *settings = client_application_get_settings (application);
  ClientConnectForm *form = open_form (0);
  g_autoptr(GSettingsSchema) schema = NULL;
  g_auto(GStrv) keys = NULL;

  ui_key_entry_set_text (form->key_entry, "c0ffee00c0ffee00c0ffee00c0ffee00");
  gtk_widget_activate_action (GTK_WIDGET (form), "form.accept", NULL);
  gui_settle ();

  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autoptr(GVariant) value = g_settings_get_value (settings, keys[i]);
      g_autofree char *text = g_variant_print (value, FALSE);

      g_assert_null (strstr (text, "c0ffee"));
    }
}

static void
test_cancel (void)
{
  GSettings *settings = client_application_get_settings (application);
  ClientConnectForm *form = open_form (0);
  guint n_accepted = 0;
  g_autofree char *host = NULL;

  g_signal_connect_swapped (form, "accepted", G_CALLBACK (count_cb), &n_accepted);
  type (form->host_entry, "192.0.2.9");
  g_signal_emit_by_name (gui_child (form, "cancel_button"), "clicked");
  gui_settle ();
  host = g_settings_get_string (settings, "host");
  g_assert_cmpstr (host, ==, "localhost");
  g_assert_cmpuint (n_accepted, ==, 0);
}

static ClientOptions *
parse (const char *const *argv)
{
  g_autoptr(GError) error = NULL;
  ClientOptions *options = client_options_new ((char **) argv, "/", &error);

  g_assert_no_error (error);
  g_assert_true (client_options_load_keys (options, NULL, &error));
  g_assert_no_error (error);
  return options;
}

/* What the command line said without --connect waits here; the rest is as it was remembered. */
static void
test_options (void)
{
  char *dir = test_make_dir ();
  g_autofree char *path = test_write_file (dir, "keys.psk", "bob:4455\nsensor:0102\n", -1, 0600);
  const char *const argv[]
      = { "dtls-client", "--name",       "Bob",   "--identity",    "sensor", "--key-file",
          path,          "--mtu",        "600",   "--profile",     "forward-secret",
          "--give-up",   "86400",        "--first-timeout", "50",  "--reconnect",
          "--local-port", "5000",      "--ping-interval", "2.5", NULL };
  const char *const priority = "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK";
  const char *const few[] = { "dtls-client", "--profile", priority, NULL };
  g_autoptr(ClientOptions) all = parse (argv);
  g_autoptr(ClientOptions) one = parse (few);
  GSettings *settings = client_application_get_settings (application);
  ClientConnectForm *form;
  DtlsConnectOptions options;

  g_settings_set_string (settings, "host", "192.0.2.7");
  form = open_form (0);
  client_connect_form_set_options (form, all);
  g_assert_true (client_connect_form_is_valid (form));
  client_connect_form_get_options (form, &options);
  g_assert_cmpstr (options.host, ==, "192.0.2.7");
  g_assert_cmpstr (options.name, ==, "Bob");
  g_assert_cmpmem (g_bytes_get_data (options.identity, NULL), g_bytes_get_size (options.identity),
                   "sensor", 6);
  g_assert_cmpstr (form->file, ==, path);
  g_assert_cmpuint (options.mtu, ==, 600);
  g_assert_cmpstr (dtls_profile_get_name (options.profile), ==, "forward-secret");
  g_assert_cmpuint (options.give_up_s, ==, 86400);
  g_assert_cmpuint (options.first_timeout_ms, ==, 50);
  g_assert_true (options.reconnect);
  g_assert_cmpuint (options.local_port, ==, 5000);
  g_assert_cmpuint (options.ping_interval_ms, ==, 2500);
  gtk_widget_activate_action (GTK_WIDGET (form), "form.accept", NULL);
  gui_settle ();

  form = open_form (1);
  client_connect_form_set_options (form, one);
  client_connect_form_get_options (form, &options);
  g_assert_cmpstr (dtls_profile_get_name (options.profile), ==, priority);
  g_assert_cmpstr (options.name, ==, "Bob");
  g_assert_cmpuint (options.give_up_s, ==, 86400);
  g_assert_cmpuint (options.first_timeout_ms, ==, 50);
  g_assert_cmpuint (options.ping_interval_ms, ==, 2500);
  g_assert_cmpstr (form->file, ==, path);
  gui_destroy (GTK_WINDOW (form));
  test_remove_dir (dir);
}

/* "auto" and "any", said by the command line, are not what was remembered instead. */
static void
test_options_reset (void)
{
  const char *const argv[]
      = { "dtls-client", "--mtu", "auto", "--local-port", "0", NULL };
  g_autoptr(ClientOptions) given = parse (argv);
  GSettings *settings = client_application_get_settings (application);
  ClientConnectForm *form;
  DtlsConnectOptions options;

  g_settings_set_uint (settings, "mtu", 600);
  g_settings_set_uint (settings, "local-port", 5000);
  form = open_form (0);
  client_connect_form_get_options (form, &options);
  g_assert_cmpuint (options.mtu, ==, 600);
  g_assert_cmpuint (options.local_port, ==, 5000);
  client_connect_form_set_options (form, given);
  client_connect_form_get_options (form, &options);
  g_assert_cmpuint (options.mtu, ==, 0);
  g_assert_cmpuint (options.local_port, ==, 0);
  gui_destroy (GTK_WINDOW (form));
}

/* A number that is typed counts also when its field still has the focus: Alt and a letter accept. */
static void
test_typed_number (void)
{
  GSettings *settings = client_application_get_settings (application);
  ClientConnectForm *form = open_form (0);

  gtk_widget_grab_focus (GTK_WIDGET (form->give_up_spin));
  type (GTK_EDITABLE (form->give_up_spin), "77");
  gtk_widget_grab_focus (GTK_WIDGET (form->first_timeout_spin));
  type (GTK_EDITABLE (form->first_timeout_spin), "2.5");
  gtk_widget_activate_action (GTK_WIDGET (form), "form.accept", NULL);
  gui_settle ();
  g_assert_cmpuint (g_settings_get_uint (settings, "give-up"), ==, 77);
  g_assert_cmpuint (g_settings_get_uint (settings, "first-timeout"), ==, 2500);
}

static void
assert_spin (GtkSpinButton *spin,
             double         minimum,
             double         maximum)
{
  double found_minimum, found_maximum;

  gtk_spin_button_get_range (spin, &found_minimum, &found_maximum);
  g_assert_cmpfloat_with_epsilon (found_minimum, minimum, 1e-9);
  g_assert_cmpfloat_with_epsilon (found_maximum, maximum, 1e-9);
}

/* An option, its field and its setting have one range. */
static void
test_ranges (void)
{
  GSettings *settings = client_application_get_settings (application);
  ClientConnectForm *form = open_form (0);

  assert_spin (form->first_timeout_spin, REPORT_FIRST_TIMEOUT_MS_MIN / 1000.0,
               REPORT_FIRST_TIMEOUT_MS_MAX / 1000.0);
  assert_spin (form->give_up_spin, REPORT_GIVE_UP_S_MIN, REPORT_GIVE_UP_S_MAX);
  assert_spin (form->ping_spin, REPORT_PING_INTERVAL_MS_MIN / 1000.0,
               REPORT_PING_INTERVAL_MS_MAX / 1000.0);
  gui_assert_range (settings, "first-timeout", REPORT_FIRST_TIMEOUT_MS_MIN,
                    REPORT_FIRST_TIMEOUT_MS_MAX);
  gui_assert_range (settings, "give-up", REPORT_GIVE_UP_S_MIN, REPORT_GIVE_UP_S_MAX);
  gui_assert_range (settings, "ping-interval-ms", REPORT_PING_INTERVAL_MS_MIN,
                    REPORT_PING_INTERVAL_MS_MAX);
  gui_assert_range (settings, "port", 1, REPORT_PORT_MAX);
  gui_assert_range (settings, "local-port", 0, REPORT_PORT_MAX);
  gui_assert_range (settings, "mtu", 0, DTLS_MTU_MAX);
  gui_destroy (GTK_WINDOW (form));
}

/* How the key was typed and what the connection was called; a default name counts on. */
static void
test_typing_remembered (void)
{
  GSettings *settings = client_application_get_settings (application);
  ClientConnectForm *form = open_form (0);

  type (form->name_entry, "Zoe");
  ui_key_entry_set_format (form->key_entry, DTLS_KEY_FORMAT_TEXT);
  ui_key_entry_set_text (form->key_entry, "open sesame");
  gtk_widget_activate_action (GTK_WIDGET (form), "form.accept", NULL);
  gui_settle ();
  g_assert_cmpint (g_settings_get_enum (settings, "key-format"), ==, DTLS_KEY_FORMAT_TEXT);

  form = open_form (1);
  g_assert_cmpstr (gtk_editable_get_text (form->name_entry), ==, "Zoe");
  g_assert_cmpstr (gtk_editable_get_text (form->identity_entry), ==, "Zoe");
  type (form->name_entry, "Alice (clone number 1)");
  gtk_widget_activate_action (GTK_WIDGET (form), "form.accept", NULL);
  gui_settle ();
  g_assert_cmpint (g_settings_get_enum (settings, "key-format"), ==, DTLS_KEY_FORMAT_TEXT);

  form = open_form (2);
  g_assert_cmpstr (gtk_editable_get_text (form->name_entry), ==, "Alice (clone number 2)");
  ui_key_entry_set_text (form->key_entry, "s");
  g_assert_cmpint (ui_key_entry_get_format (form->key_entry), ==, DTLS_KEY_FORMAT_TEXT);
  gui_destroy (GTK_WINDOW (form));

  g_settings_set_enum (settings, "key-format", DTLS_KEY_FORMAT_BASE64);
  form = open_form (3);
  g_assert_cmpint (ui_key_entry_get_format (form->key_entry), ==, DTLS_KEY_FORMAT_BASE64);
  g_assert_true (client_connect_form_is_valid (form));
  gui_destroy (GTK_WINDOW (form));
}

static gboolean
fits (gpointer form)
{
  GtkWidget *child = gtk_window_get_child (form);
  int natural;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, gtk_widget_get_width (child), NULL,
                      &natural, NULL, NULL);
  return gtk_widget_get_height (child) == natural;
}

/* No strip is left below the buttons, and errors find their place reserved. */
static void
test_height (void)
{
  ClientConnectForm *form = open_form (0);
  const struct
  {
    GtkEditable *field;
    const char  *wrong;
  } cases[] = {
    { form->host_entry, "" },     { form->host_entry, "localhost" }, { form->port_entry, "0" },
    { form->port_entry, "x" },    { form->port_entry, "70000" },     { form->port_entry, "1" },
    { form->name_entry, " " },    { form->name_entry, "Bob" },       { form->identity_entry, "" },
    { form->identity_entry, "x" }
  };
  int height;

  g_assert_true (gui_wait (fits, form));
  height = gtk_widget_get_height (GTK_WIDGET (form));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      type (cases[i].field, cases[i].wrong);
      gui_picture (GTK_WIDGET (form), "connect-dialog-height");
      g_assert_true (gui_wait (fits, form));
      g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (form)), ==, height);
    }
  gui_destroy (GTK_WINDOW (form));
}

static void
test_hosts (void)
{
  const char * const recent[] = { "device_7.example", "localhost", NULL };
  g_autoptr(GMenuModel) menu = client_hosts_build_menu (recent, "form.host");
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < g_menu_model_get_n_items (menu); i++)
    {
      g_autoptr(GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);

      for (int j = 0; j < g_menu_model_get_n_items (section); j++)
        {
          char *host = NULL;

          g_assert_true (
              g_menu_model_get_item_attribute (section, j, G_MENU_ATTRIBUTE_TARGET, "s", &host));
          /* each once */
          g_assert_true (g_hash_table_add (seen, host));
        }
    }
  g_assert_true (g_hash_table_contains (seen, "device_7.example"));
  g_assert_true (g_hash_table_contains (seen, "localhost"));
  g_assert_true (g_hash_table_contains (seen, g_get_host_name ()));
  g_assert_true (g_hash_table_contains (seen, "127.0.0.1"));
}

static void
test_hosts_remember (void)
{
  g_auto(GStrv) list = g_new0 (char *, 1);

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *host = g_strdup_printf ("192.0.2.%u", i % 12);
      char **longer = client_hosts_remember ((const char * const *) list, host);

      g_strfreev (list);
      list = longer;
      g_assert_cmpstr (list[0], ==, host);
    }
  g_assert_cmpuint (g_strv_length (list), ==, CLIENT_HOSTS_N_RECENT);
  g_assert_cmpstr (list[1], ==, "192.0.2.6");
}

static void
test_choose_host (void)
{
  ClientConnectForm *form = open_form (0);

  gtk_widget_activate_action (GTK_WIDGET (form), "form.host", "s", "::1");
  g_assert_cmpstr (gtk_editable_get_text (form->host_entry), ==, "::1");
  g_assert_true (client_connect_form_is_valid (form));
  gui_destroy (GTK_WINDOW (form));
}

static void
test_default_names (void)
{
  g_autofree char *name = client_default_name (41);

  g_assert_cmpuint (client_default_name_get_next (name), ==, 42);
  g_assert_cmpuint (client_default_name_get_next ("Alice (clone number 41"), ==, 0);
  g_assert_cmpuint (client_default_name_get_next ("Alice (clone number 41) x"), ==, 0);
  g_assert_cmpuint (client_default_name_get_next (NULL), ==, 0);
}

static void
test_labels (void)
{
  ClientConnectForm *form = open_form (0);

  gtk_expander_set_expanded (form->advanced, TRUE);
  gtk_drop_down_set_selected (form->profile_drop_down, 3);
  gui_settle ();
  gui_assert_labelled (GTK_WIDGET (form));
  gui_destroy (GTK_WINDOW (form));
}

static void
test_keyboard_walk (void)
{
  static const char *const ids[]
      = { "host_entry",        "host_button", "port_entry",       "name_entry",
          "identity_entry",    "key_entry",   "key_file_button",  "advanced",
          "profile_drop_down", "mtu_entry",   "local_port_entry", "first_timeout_spin",
          "give_up_spin",      "ping_spin",   "reconnect_check",  "cancel_button",
          "accept_button" };
  ClientConnectForm *form = open_form (0);
  g_autoptr(GPtrArray) seen = NULL;
  guint at = 0;

  gtk_expander_set_expanded (form->advanced, TRUE);
  gui_settle ();
  seen = gui_walk (GTK_WINDOW (form));
  /* in the order of reading; a composite has its focus in a part of it */
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      GtkWidget *wanted = gui_child (form, ids[i]);

      while (at < seen->len && seen->pdata[at] != wanted
             && !gtk_widget_is_ancestor (seen->pdata[at], wanted))
        at++;
      if (at == seen->len)
        g_error ("Tab does not reach %s", ids[i]);
    }
  gui_destroy (GTK_WINDOW (form));
}

static void
run (gconstpointer data)
{
  void (*func) (void) = (void (*) (void)) data;

  reset_settings ();
  func ();
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void      (*func) (void);
  } tests[] = {
    { "/client/connect-form/defaults", test_defaults },
    { "/client/connect-form/focus-and-default", test_focus_and_keys },
    { "/client/connect-form/host-errors", test_host_errors },
    { "/client/connect-form/paste", test_paste },
    { "/client/connect-form/typed-port", test_typed_port },
    { "/client/connect-form/port-errors", test_port_errors },
    { "/client/connect-form/identity-follows", test_identity_follows },
    { "/client/connect-form/identity-length", test_identity_length },
    { "/client/connect-form/p8-identity-in-clear", test_identity_note },
    { "/client/connect-form/key", test_key },
    { "/client/connect-form/key-file", test_key_file },
    { "/client/connect-form/advanced", test_advanced },
    { "/client/connect-form/remembered", test_remembered },
    { "/client/connect-form/secrets-stay", test_secrets_stay },
    { "/client/connect-form/cancel", test_cancel },
    { "/client/connect-form/choose-host", test_choose_host },
    { "/client/connect-form/labels", test_labels },
    { "/client/connect-form/height", test_height },
    { "/client/connect-form/options", test_options },
    { "/client/connect-form/options-reset", test_options_reset },
    { "/client/connect-form/typed-number", test_typed_number },
    { "/client/connect-form/ranges", test_ranges },
    { "/client/connect-form/typing-remembered", test_typing_remembered },
    { "/client/connect-form/keyboard-walk", test_keyboard_walk },
    { "/client/hosts/menu", test_hosts },
    { "/client/hosts/remember", test_hosts_remember },
    { "/client/names/default", test_default_names },
  };
  int status;

  gtk_test_init (&argc, &argv, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  application = client_application_new ();
  g_application_set_flags (G_APPLICATION (application),
                           g_application_get_flags (G_APPLICATION (application))
                               | G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, tests[i].func, run);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
