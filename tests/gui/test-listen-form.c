/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "gui-util.h"
#include "report-ranges.h"
#include "server-addresses.h"
#include "server-listen-form.h"
#include "ui-credentials-editor.h"
#include "ui-key-entry.h"
#include "ui-settings.h"
#include "ui-style.h"

static GSettings *settings;

static void
reset_settings (void)
{
  g_autoptr(GSettingsSchema) schema = NULL;
  g_auto(GStrv) keys = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    g_settings_reset (settings, keys[i]);
}

static ServerListenForm *
open_form (void)
{
  ServerListenForm *form = server_listen_form_new (NULL, settings);

  gui_show (GTK_WINDOW (form));
  return form;
}

/* With the part below Advanced: what is folded in has no parent, and is not found. */
static ServerListenForm *
open_whole_form (void)
{
  ServerListenForm *form = open_form ();

  gtk_expander_set_expanded (gui_child (form, "advanced"), TRUE);
  gui_settle ();
  return form;
}

static gboolean
can_accept (ServerListenForm *form)
{
  return gtk_widget_get_sensitive (gui_child (form, "accept_button"));
}

static void
type (ServerListenForm *form,
      const char       *id,
      const char       *text)
{
  gtk_editable_set_text (GTK_EDITABLE (gui_child (form, id)), text);
}

/* The field is outlined, invalid for assistive technology, and says why below; or none of that. */
static void
assert_error (ServerListenForm *form,
              const char       *entry_id,
              const char       *error_id,
              gboolean          wrong)
{
  GtkWidget *entry = gui_child (form, entry_id);
  GtkWidget *label = gui_child (form, error_id);
  g_autofree char *state = NULL;

  g_assert_cmpint (gtk_widget_has_css_class (entry, "error"), ==, wrong);
  g_assert_cmpint (gtk_widget_get_visible (label), ==, wrong);
  g_assert_cmpint (*gtk_label_get_label (GTK_LABEL (label)) != '\0', ==, wrong);
  state = gtk_test_accessible_check_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID,
                                           wrong ? GTK_ACCESSIBLE_INVALID_TRUE
                                                 : GTK_ACCESSIBLE_INVALID_FALSE);
  g_assert_cmpstr (state, ==, NULL);
  g_assert_cmpint (can_accept (form), ==, !wrong);
}

static void
test_defaults (void)
{
  ServerListenForm *form = open_form ();
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();
  DtlsAddress expected = test_address ("127.0.0.1", DTLS_DEFAULT_PORT);
  const DtlsLimits limits = DTLS_LIMITS_DEFAULT;
  DtlsListenOptions options;

  g_assert_true (server_listen_form_is_valid (form));
  g_assert_true (can_accept (form));
  server_listen_form_get_options (form, &options);
  g_assert_true (dtls_address_equal (&options.local, &expected));
  g_assert_true (dtls_key_equal (dtls_credentials_get_shared (options.credentials), demo));
  g_assert_cmpstr (options.hint, ==, DTLS_DEFAULT_HINT);
  g_assert_cmpstr (dtls_profile_get_name (options.profile), ==, "compatible");
  g_assert_cmpuint (options.mtu, ==, 0);
  g_assert_cmpint (options.reply, ==, DTLS_REPLY_ACK);
  g_assert_false (options.tell_why);
  g_assert_cmpmem (&options.limits, sizeof limits, &limits, sizeof limits);
  g_assert_null (server_listen_form_get_key_file (form));
  gui_picture (GTK_WIDGET (form), "listen-dialog");
  gui_destroy (GTK_WINDOW (form));
}

static void
test_focus (void)
{
  ServerListenForm *form = open_form ();
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (form));
  GtkWidget *first = gui_child (form, "address");

  g_assert_nonnull (focus);
  g_assert_true (focus == first || gtk_widget_is_ancestor (focus, first));
  g_assert_true (gtk_window_get_default_widget (GTK_WINDOW (form))
                 == gui_child (form, "accept_button"));
  gui_destroy (GTK_WINDOW (form));
}

static void
accepted_cb (ServerListenForm *form,
             gboolean         *accepted)
{
  *accepted = TRUE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
test_enter (void)
{
  ServerListenForm *form = open_form ();
  gboolean accepted = FALSE;

  g_signal_connect (form, "accepted", G_CALLBACK (accepted_cb), &accepted);
  gtk_widget_grab_focus (gui_child (form, "port_entry"));
  g_signal_emit_by_name (gtk_editable_get_delegate (gui_child (form, "port_entry")), "activate");
  g_assert_true (gui_wait (is_true, &accepted));
}

/* With the focus where it is at first, too: the drop-down does not take Enter for itself. */
static void
test_enter_at_once (void)
{
  ServerListenForm *form = open_form ();
  GtkWidget *button = gtk_widget_get_first_child (gui_child (form, "address"));
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (button);
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);
      g_autoptr(GtkShortcut) shortcut = NULL;
      g_autofree char *action = NULL;

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller)
          || gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE
          || g_list_model_get_n_items (G_LIST_MODEL (controller)) != 1)
        continue;
      shortcut = g_list_model_get_item (G_LIST_MODEL (controller), 0);
      action = gtk_shortcut_action_to_string (gtk_shortcut_get_action (shortcut));
      found = found || g_str_equal (action, "action(form.accept)");
    }
  g_assert_true (found);
  gui_destroy (GTK_WINDOW (form));
}

static void
test_cancel (void)
{
  ServerListenForm *form = open_form ();
  gboolean accepted = FALSE;

  g_signal_connect (form, "accepted", G_CALLBACK (accepted_cb), &accepted);
  type (form, "port_entry", "1024");
  gui_destroy (GTK_WINDOW (form));
  g_assert_false (accepted);
  g_assert_cmpint (ui_settings_get_int (settings, "listen-port", 0), ==, DTLS_DEFAULT_PORT);
}

static void
test_port (void)
{
  static const char *const wrong[] = { "", "70000", "65536", "-1", "12a", "4 4", "0x10" };
  ServerListenForm *form = open_form ();
  DtlsListenOptions options;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      type (form, "port_entry", wrong[i]);
      assert_error (form, "port_entry", "port_error", TRUE);
    }
  gui_picture (GTK_WIDGET (form), "listen-dialog-error");

  type (form, "port_entry", "0");
  assert_error (form, "port_entry", "port_error", FALSE);
  server_listen_form_get_options (form, &options);
  g_assert_cmpuint (options.local.port, ==, 0);

  type (form, "port_entry", "65535");
  assert_error (form, "port_entry", "port_error", FALSE);
  server_listen_form_get_options (form, &options);
  g_assert_cmpuint (options.local.port, ==, 65535);
  gui_destroy (GTK_WINDOW (form));
}

static void
test_addresses (void)
{
  g_autoptr(ServerAddresses) addresses = server_addresses_new ();
  const char *expected[] = { "127.0.0.1", "::", "0.0.0.0", "::1" };
  GListModel *model = server_addresses_get_model (addresses);
  DtlsAddress address, wanted;

  g_assert_cmpuint (g_list_model_get_n_items (model), >=, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      wanted = test_address (expected[i], 4433);
      g_assert_cmpuint (server_addresses_find (addresses, &wanted), ==, i);
      g_assert_true (server_addresses_get (addresses, i, &address));
      wanted.port = 0;
      g_assert_true (dtls_address_equal (&address, &wanted));
    }
  wanted = test_address ("203.0.113.77", 0);
  g_assert_cmpuint (server_addresses_find (addresses, &wanted), ==, GTK_INVALID_LIST_POSITION);
  g_assert_false (server_addresses_get (addresses, g_list_model_get_n_items (model), &address));
  server_addresses_refresh (addresses);
  g_assert_finalize_object (g_steal_pointer (&addresses));
}

static void
test_address_choice (void)
{
  ServerListenForm *form = open_form ();
  DtlsAddress all = test_address ("::", DTLS_DEFAULT_PORT);
  DtlsListenOptions options;

  gtk_drop_down_set_selected (gui_child (form, "address"), 1);
  server_listen_form_get_options (form, &options);
  g_assert_true (dtls_address_equal (&options.local, &all));
  gui_destroy (GTK_WINDOW (form));
}

/* An address that has gone since: the loopback one stands in. */
static void
test_address_gone (void)
{
  DtlsAddress loopback = test_address ("127.0.0.1", DTLS_DEFAULT_PORT);
  DtlsListenOptions options;
  ServerListenForm *form;

  ui_settings_set_string (settings, "listen-address", "203.0.113.77");
  form = open_form ();
  server_listen_form_get_options (form, &options);
  g_assert_true (dtls_address_equal (&options.local, &loopback));
  gui_destroy (GTK_WINDOW (form));
}

static void
test_key (void)
{
  ServerListenForm *form = open_form ();
  UiKeyEntry *entry = gui_child (form, "key_entry");
  DtlsListenOptions options;
  const guint8 *bytes;
  gsize n_bytes;

  ui_key_entry_set_text (entry, "abc");
  g_assert_false (can_accept (form));
  ui_key_entry_set_text (entry, "");
  g_assert_false (can_accept (form));
  ui_key_entry_set_text (entry, "00 01:02");
  g_assert_true (can_accept (form));
  server_listen_form_get_options (form, &options);
  bytes = dtls_key_get_bytes (dtls_credentials_get_shared (options.credentials), &n_bytes);
  g_assert_cmpmem (bytes, n_bytes, "\x00\x01\x02", 3);
  gui_destroy (GTK_WINDOW (form));
}

static void
test_table (void)
{
  ServerListenForm *form = open_form ();
  g_autoptr(DtlsCredentials) table = dtls_credentials_new ();
  g_autoptr(GBytes) identity = g_bytes_new_static ("device-7", 8);
  g_autoptr(DtlsKey) key = dtls_key_new_random (16);
  DtlsListenOptions options;

  g_assert_false (gtk_widget_get_sensitive (gui_child (form, "edit_button")));
  gtk_check_button_set_active (gui_child (form, "table_button"), TRUE);
  g_assert_true (gtk_widget_get_sensitive (gui_child (form, "edit_button")));
  g_assert_false (gtk_widget_get_visible (gui_child (form, "key_entry")));
  g_assert_false (can_accept (form));           /* no key yet */
  g_assert_true (gtk_widget_has_css_class (gui_child (form, "table_note"), "role-error"));

  gtk_check_button_set_active (gui_child (form, "shared_button"), TRUE);
  server_listen_form_get_options (form, &options);
  dtls_credentials_add (table, identity, key);
  options.credentials = table;
  server_listen_form_set_options (form, &options, "/tmp/keys.psk");
  g_assert_true (gtk_check_button_get_active (gui_child (form, "table_button")));
  g_assert_true (can_accept (form));
  server_listen_form_get_options (form, &options);
  g_assert_true (options.credentials == table);
  g_assert_cmpstr (server_listen_form_get_key_file (form), ==, "/tmp/keys.psk");
  gui_picture (GTK_WIDGET (form), "listen-dialog-table");
  gui_destroy (GTK_WINDOW (form));
}

/* The limits without a field (--limit NAME=N) stay those of the command line, whatever is changed
 * in the dialog. */
static void
test_limits_without_a_field (void)
{
  ServerListenForm *form = open_whole_form ();
  DtlsLimits limits = DTLS_LIMITS_DEFAULT;
  DtlsListenOptions options;

  server_listen_form_get_options (form, &options);
  limits.max_identity_bytes = 64;
  limits.max_rows = 7;
  limits.max_rows_per_s = 3;
  limits.max_queue_events = 1000;
  limits.max_queue_bytes = 4 * 1024 * 1024;
  limits.max_held = 2;
  options.limits = limits;
  server_listen_form_set_options (form, &options, NULL);
  gtk_spin_button_set_value (gui_child (form, "handshakes_spin"), 9);
  limits.max_half_open = 9;
  server_listen_form_get_options (form, &options);
  g_assert_cmpmem (&options.limits, sizeof limits, &limits, sizeof limits);
  gui_destroy (GTK_WINDOW (form));
}

/* A file that others can read is refused, by a sentence with the cure. */
static void
test_key_file_mode (void)
{
  g_autofree char *dir = test_make_dir ();
  g_autofree char *path = test_write_file (dir, "keys.psk", "device-7:00112233\n", -1, 0644);
  ServerListenForm *form;

  ui_settings_set_enum (settings, "key-source", 1);
  ui_settings_set_string (settings, "key-file", path);
  form = open_form ();
  g_assert_false (can_accept (form));
  g_assert_nonnull (strstr (gtk_label_get_label (gui_child (form, "table_note")), "chmod"));
  gui_destroy (GTK_WINDOW (form));

  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  form = open_form ();
  g_assert_true (can_accept (form));
  g_assert_cmpstr (server_listen_form_get_key_file (form), ==, path);
  gui_destroy (GTK_WINDOW (form));
  g_unlink (path);
  test_remove_dir (g_steal_pointer (&dir));
}

static void
test_profile (void)
{
  ServerListenForm *form = open_whole_form ();
  DtlsListenOptions options;

  gtk_drop_down_set_selected (gui_child (form, "profile"), 2);
  server_listen_form_get_options (form, &options);
  g_assert_cmpstr (dtls_profile_get_name (options.profile), ==, "constrained");
  g_assert_false (gtk_widget_get_visible (gui_child (form, "priority_box")));

  gtk_drop_down_set_selected (gui_child (form, "profile"), 3);
  g_assert_true (gtk_widget_get_visible (gui_child (form, "priority_box")));
  assert_error (form, "priority_entry", "priority_error", TRUE);
  type (form, "priority_entry", "NORMAL:+NONSENSE");
  assert_error (form, "priority_entry", "priority_error", TRUE);
  type (form, "priority_entry",
        "NONE:+VERS-DTLS1.2:+PSK:+AES-128-GCM:+AEAD:+SIGN-ALL:+COMP-NULL:+GROUP-ALL");
  assert_error (form, "priority_entry", "priority_error", FALSE);
  gui_settle ();
  gui_picture (GTK_WIDGET (form), "listen-dialog-advanced");
  gui_destroy (GTK_WINDOW (form));
}

static void
test_mtu (void)
{
  static const char *const wrong[] = { "1", "255", "16385", "x", "1e3" };
  ServerListenForm *form = open_whole_form ();
  DtlsListenOptions options;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      type (form, "mtu_entry", wrong[i]);
      assert_error (form, "mtu_entry", "mtu_error", TRUE);
    }
  type (form, "mtu_entry", "256");
  assert_error (form, "mtu_entry", "mtu_error", FALSE);
  server_listen_form_get_options (form, &options);
  g_assert_cmpuint (options.mtu, ==, 256);
  type (form, "mtu_entry", "");
  server_listen_form_get_options (form, &options);
  g_assert_cmpuint (options.mtu, ==, 0);
  gui_destroy (GTK_WINDOW (form));
}

static void
test_hint (void)
{
  ServerListenForm *form = open_form ();
  g_autofree char *longest = g_strnfill (128, 'h');
  g_autofree char *longer = g_strnfill (129, 'h');

  type (form, "hint_entry", longer);
  assert_error (form, "hint_entry", "hint_error", TRUE);
  type (form, "hint_entry", longest);
  assert_error (form, "hint_entry", "hint_error", FALSE);
  type (form, "hint_entry", "");
  assert_error (form, "hint_entry", "hint_error", FALSE);
  gui_destroy (GTK_WINDOW (form));
}

/* Everything comes back in the next dialog, but for the key. */
static void
test_remembered (void)
{
  ServerListenForm *form = open_whole_form ();
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();
  DtlsAddress all = test_address ("0.0.0.0", 4433);
  DtlsListenOptions options;
  gboolean accepted = FALSE;

  gtk_drop_down_set_selected (gui_child (form, "address"), 2);
  type (form, "port_entry", "4433");
  type (form, "hint_entry", "mine");
  type (form, "mtu_entry", "600");
  ui_key_entry_set_text (gui_child (form, "key_entry"), "00112233445566778899aabbccddeeff");
  gtk_drop_down_set_selected (gui_child (form, "profile"), 1);
  gtk_spin_button_set_value (gui_child (form, "idle_spin"), 7 * 24 * 3600);
  gtk_spin_button_set_value (gui_child (form, "age_spin"), 5);
  gtk_spin_button_set_value (gui_child (form, "connections_spin"), 10);
  gtk_spin_button_set_value (gui_child (form, "handshakes_spin"), 3);
  gtk_drop_down_set_selected (gui_child (form, "reply"), DTLS_REPLY_ECHO);
  gtk_check_button_set_active (gui_child (form, "tell_why"), TRUE);
  g_signal_connect (form, "accepted", G_CALLBACK (accepted_cb), &accepted);
  gtk_widget_activate_action (GTK_WIDGET (form), "form.accept", NULL);
  g_assert_true (accepted);
  gui_settle ();

  form = open_form ();
  server_listen_form_get_options (form, &options);
  g_assert_true (dtls_address_equal (&options.local, &all));
  g_assert_cmpstr (options.hint, ==, "mine");
  g_assert_cmpuint (options.mtu, ==, 600);
  g_assert_cmpstr (dtls_profile_get_name (options.profile), ==, "forward-secret");
  g_assert_cmpint (options.limits.idle_us, ==, 7 * 24 * 3600 * (gint64) G_USEC_PER_SEC);
  g_assert_cmpint (options.limits.half_open_age_us, ==, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (options.limits.max_connections, ==, 10);
  g_assert_cmpuint (options.limits.max_half_open, ==, 3);
  g_assert_cmpint (options.reply, ==, DTLS_REPLY_ECHO);
  g_assert_true (options.tell_why);
  g_assert_true (dtls_key_equal (dtls_credentials_get_shared (options.credentials), demo));
  gui_destroy (GTK_WINDOW (form));
}

static void
test_secrets_stay (void)
{
  ServerListenForm *form = open_form ();
  g_autoptr(GSettingsSchema) schema = NULL;
  g_auto(GStrv) keys = NULL;

  ui_key_entry_set_text (gui_child (form, "key_entry"), "c0ffee5ec4e7");
  gtk_widget_activate_action (GTK_WIDGET (form), "form.accept", NULL);
  gui_settle ();

  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  g_assert_cmpuint (g_strv_length (keys), >, 10);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autoptr(GVariant) value = g_settings_get_value (settings, keys[i]);
      g_autofree char *text = g_variant_print (value, FALSE);

      g_assert_null (strstr (text, "c0ffee"));
    }
}

static void
assert_range (ServerListenForm *form,
              const char       *id,
              const char       *key,
              guint             minimum,
              guint             maximum)
{
  double found_minimum, found_maximum;

  gtk_spin_button_get_range (gui_child (form, id), &found_minimum, &found_maximum);
  g_assert_cmpfloat (found_minimum, ==, minimum);
  g_assert_cmpfloat (found_maximum, ==, maximum);
  gui_assert_range (settings, key, minimum, maximum);
}

/* An option, its field and its setting have one range. */
static void
test_ranges (void)
{
  ServerListenForm *form = open_whole_form ();

  assert_range (form, "idle_spin", "idle-timeout", REPORT_IDLE_TIMEOUT_S_MIN,
                REPORT_IDLE_TIMEOUT_S_MAX);
  assert_range (form, "age_spin", "handshake-age", REPORT_HANDSHAKE_AGE_S_MIN,
                REPORT_HANDSHAKE_AGE_S_MAX);
  assert_range (form, "connections_spin", "max-connections", REPORT_MAX_CONNECTIONS_MIN,
                REPORT_MAX_CONNECTIONS_MAX);
  assert_range (form, "handshakes_spin", "max-handshakes", REPORT_MAX_HANDSHAKES_MIN,
                REPORT_MAX_HANDSHAKES_MAX);
  gui_assert_range (settings, "listen-port", 0, REPORT_PORT_MAX);
  gui_assert_range (settings, "mtu", 0, DTLS_MTU_MAX);
  gui_destroy (GTK_WINDOW (form));
}

/* The demonstration key is shown in hex, the next one is typed as the last was. */
static void
test_key_format_remembered (void)
{
  ServerListenForm *form;
  UiKeyEntry *entry;

  g_settings_set_enum (settings, "key-format", DTLS_KEY_FORMAT_TEXT);
  form = open_form ();
  gtk_widget_activate_action (GTK_WIDGET (form), "form.accept", NULL);
  gui_settle ();
  g_assert_cmpint (g_settings_get_enum (settings, "key-format"), ==, DTLS_KEY_FORMAT_TEXT);

  form = open_form ();
  entry = gui_child (form, "key_entry");
  ui_key_entry_set_text (entry, "s");
  g_assert_cmpint (ui_key_entry_get_format (entry), ==, DTLS_KEY_FORMAT_TEXT);
  gui_destroy (GTK_WINDOW (form));
}

static void
test_without_schema (void)
{
  ServerListenForm *form = server_listen_form_new (NULL, NULL);
  DtlsAddress expected = test_address ("127.0.0.1", DTLS_DEFAULT_PORT);
  DtlsListenOptions options;

  gui_show (GTK_WINDOW (form));
  server_listen_form_get_options (form, &options);
  g_assert_true (dtls_address_equal (&options.local, &expected));
  gtk_widget_activate_action (GTK_WIDGET (form), "form.accept", NULL);
  gui_settle ();
}

static void
test_labels (void)
{
  ServerListenForm *form = open_whole_form ();

  gui_assert_labelled (GTK_WIDGET (form));
  gui_destroy (GTK_WINDOW (form));
}

/* Each letter is taken once. */
static void
collect_mnemonics (GtkWidget  *widget,
                   GHashTable *taken)
{
  guint key = GDK_KEY_VoidSymbol;

  if (GTK_IS_LABEL (widget))
    key = gtk_label_get_mnemonic_keyval (GTK_LABEL (widget));
  if (key != GDK_KEY_VoidSymbol && !g_hash_table_add (taken, GUINT_TO_POINTER (key)))
    g_error ("Alt+%s is taken twice: %s", gdk_keyval_name (key),
             gtk_label_get_label (GTK_LABEL (widget)));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect_mnemonics (child, taken);
}

static void
test_mnemonics (void)
{
  ServerListenForm *form = open_whole_form ();
  g_autoptr(GHashTable) taken = g_hash_table_new (NULL, NULL);

  collect_mnemonics (GTK_WIDGET (form), taken);
  g_assert_cmpuint (g_hash_table_size (taken), >, 12);
  gui_destroy (GTK_WINDOW (form));
}

static void
test_keyboard_walk (void)
{
  static const char *const ids[]
      = { "address",    "port_entry", "shared_button",    "key_entry",
          "hint_entry", "advanced",   "profile",          "mtu_entry",
          "idle_spin",  "age_spin",   "connections_spin", "handshakes_spin",
          "reply",      "tell_why",   "cancel_button",    "accept_button" };
  ServerListenForm *form = open_whole_form ();
  g_autoptr(GPtrArray) seen = NULL;
  guint at = 0;

  seen = gui_walk (GTK_WINDOW (form));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      GtkWidget *wanted = gui_child (form, ids[i]);

      while (at < seen->len && seen->pdata[at] != wanted
             && !gtk_widget_is_ancestor (seen->pdata[at], wanted))
        at++;
      if (at == seen->len)
        g_error ("Tab does not reach %s in its order", ids[i]);
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
    { "/server/addresses/list", test_addresses },
    { "/server/listen-form/defaults", test_defaults },
    { "/server/listen-form/focus", test_focus },
    { "/server/listen-form/enter-accepts", test_enter },
    { "/server/listen-form/enter-at-once", test_enter_at_once },
    { "/server/listen-form/cancel-keeps-nothing", test_cancel },
    { "/server/listen-form/port", test_port },
    { "/server/listen-form/address-choice", test_address_choice },
    { "/server/listen-form/address-gone", test_address_gone },
    { "/server/listen-form/key", test_key },
    { "/server/listen-form/table", test_table },
    { "/server/listen-form/limits-without-a-field", test_limits_without_a_field },
    { "/server/listen-form/key-file-mode", test_key_file_mode },
    { "/server/listen-form/profile", test_profile },
    { "/server/listen-form/mtu", test_mtu },
    { "/server/listen-form/hint", test_hint },
    { "/server/listen-form/remembered", test_remembered },
    { "/server/listen-form/secrets-stay", test_secrets_stay },
    { "/server/listen-form/without-schema", test_without_schema },
    { "/server/listen-form/labels", test_labels },
    { "/server/listen-form/ranges", test_ranges },
    { "/server/listen-form/key-format-remembered", test_key_format_remembered },
    { "/server/listen-form/mnemonics", test_mnemonics },
    { "/server/listen-form/keyboard-walk", test_keyboard_walk },
  };

  gtk_test_init (&argc, &argv, NULL);
  ui_style_init (gdk_display_get_default ());
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  settings = ui_settings_open ("org.dtlspair.Server");
  g_assert_nonnull (settings);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, tests[i].func, run);
  return g_test_run ();
}
