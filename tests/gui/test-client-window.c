/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "client-application.h"
#include "client-window-private.h"
#include "gui-util.h"
#include "ui-color-scheme.h"
#include "ui-key-entry.h"

/* --- a resolver that says what a test wants --- */

#define TEST_TYPE_RESOLVER (test_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GResolver)

struct _TestResolver
{
  GResolver parent_instance;
};

G_DEFINE_FINAL_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER)

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  g_task_return_error_if_cancelled (user_data);
}

/* "unknown.test" is not there, "silent.test" is never answered, all others are 127.0.0.1. */
static void
test_resolver_lookup_async (GResolver           *resolver,
                            const char          *name,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (resolver, cancellable, callback, user_data);

  if (g_str_equal (name, "unknown.test"))
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such name");
  else if (!g_str_equal (name, "silent.test"))
    g_task_return_pointer (task, g_list_append (NULL, g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4)),
                           (GDestroyNotify) g_resolver_free_addresses);
  else
    {
      g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), g_object_ref (task), NULL);
    }
  g_object_unref (task);
}

static GList *
test_resolver_lookup_finish (GResolver     *resolver,
                             GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_class_init (TestResolverClass *class)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (class);

  resolver_class->lookup_by_name_async = test_resolver_lookup_async;
  resolver_class->lookup_by_name_finish = test_resolver_lookup_finish;
}

static void
test_resolver_init (TestResolver *self)
{
}

/* --- a server and a window --- */

typedef struct
{
  DtlsEngine   *server;
  DtlsAddress   bound;
  gboolean      listening;
  ClientWindow *window;
  guint         wanted;
  const char   *text;
} Fixture;

static ClientApplication *application;

static void
listening_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Fixture *self = user_data;
  g_autoptr(GError) error = NULL;

  self->listening = dtls_engine_listen_finish (DTLS_ENGINE (source), result, &self->bound, &error);
  g_assert_no_error (error);
}

static gboolean
is_listening (gpointer user_data)
{
  return ((Fixture *) user_data)->listening;
}

static void
start_server (Fixture *self,
              guint16  port)
{
  g_autoptr(DtlsKey) key = dtls_key_new_demo ();
  g_autoptr(DtlsCredentials) credentials = dtls_credentials_new_shared (key);
  DtlsListenOptions options = { .credentials = credentials, .limits = DTLS_LIMITS_DEFAULT };

  options.local = test_address ("127.0.0.1", port);
  self->server = dtls_engine_new (NULL, 1);
  dtls_engine_start (self->server);
  dtls_engine_listen_async (self->server, &options, NULL, listening_cb, self);
  g_assert_true (gui_wait (is_listening, self));
}

static void
stop_server (Fixture *self)
{
  if (self->server != NULL)
    dtls_engine_stop (self->server);
  g_clear_object (&self->server);
  self->listening = FALSE;
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
set_up (Fixture       *self,
        gconstpointer  data)
{
  reset_settings ();
  start_server (self, 0);
  self->window = client_window_new (GTK_APPLICATION (application), NULL,
                                    client_application_get_settings (application));
  gui_show (GTK_WINDOW (self->window));
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  gui_destroy (GTK_WINDOW (self->window));
  stop_server (self);
}

static void
connect_to (Fixture    *self,
            const char *host,
            guint       count)
{
  DtlsConnectOptions options = { .host = host, .port = self->bound.port, .ping_interval_ms = 5000 };

  client_window_connect (self->window, &options, count);
}

static gboolean
has_connected (gpointer user_data)
{
  Fixture *self = user_data;

  return ui_connection_store_get_n_connected (self->window->store) == self->wanted;
}

static void
wait_connected (Fixture *self,
                guint    n)
{
  self->wanted = n;
  g_assert_true (gui_wait (has_connected, self));
  gui_settle ();
}

static gboolean
has_none_open (gpointer user_data)
{
  return ui_connection_store_get_n_open (((Fixture *) user_data)->window->store) == 0;
}

static gboolean
left_contains (gpointer user_data)
{
  Fixture *self = user_data;

  return gui_contains (ui_message_pane_get_text_view (self->window->left_pane), self->text);
}

static gboolean
right_contains (gpointer user_data)
{
  Fixture *self = user_data;

  return gui_contains (ui_message_pane_get_text_view (self->window->right_pane), self->text);
}

static void
wait_left (Fixture    *self,
           const char *text)
{
  self->text = text;
  g_assert_true (gui_wait (left_contains, self));
}

static void
wait_right (Fixture    *self,
            const char *text)
{
  self->text = text;
  g_assert_true (gui_wait (right_contains, self));
}

static const char *
get_subtitle (Fixture *self)
{
  return gtk_label_get_label (self->window->subtitle);
}

static gboolean
has_subtitle (gpointer user_data)
{
  Fixture *self = user_data;

  return g_str_equal (get_subtitle (self), self->text);
}

/* The list of connections changes 4 times a second at most. */
static void
wait_subtitle (Fixture    *self,
               const char *text)
{
  self->text = text;
  if (!gui_wait (has_subtitle, self))
    g_error ("the subtitle is “%s”, not “%s”", get_subtitle (self), text);
}

static gboolean
is_enabled (Fixture    *self,
            const char *id)
{
  return gtk_widget_get_sensitive (gui_child (self->window, id));
}

static gboolean
is_disabled_text (gpointer user_data)
{
  Fixture *self = user_data;

  return !is_enabled (self, self->text);
}

static void
wait_disabled (Fixture    *self,
               const char *id)
{
  self->text = id;
  g_assert_true (gui_wait (is_disabled_text, self));
}

static void
click (Fixture    *self,
       const char *id)
{
  g_signal_emit_by_name (gui_child (self->window, id), "clicked");
  gui_settle ();
}

static gboolean
has_form (gpointer user_data)
{
  Fixture *self = user_data;

  return self->window->form != NULL && gtk_widget_get_mapped (GTK_WIDGET (self->window->form));
}

static gboolean
has_no_form (gpointer user_data)
{
  return ((Fixture *) user_data)->window->form == NULL;
}

static gboolean
has_no_lookup (gpointer user_data)
{
  return ((Fixture *) user_data)->window->lookups->len == 0;
}

/* --- tests --- */

static void
test_empty (Fixture       *self,
            gconstpointer  data)
{
  g_assert_cmpstr (get_subtitle (self), ==, "No connections");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (self->window)), ==, "DTLS client");
  g_assert_false (is_enabled (self, "shutdown_button"));
  g_assert_true (is_enabled (self, "connect_button"));
  g_assert_cmpstr (gtk_button_get_label (self->window->connect_button), ==, "_Connect ...");
  g_assert_cmpstr (gtk_button_get_label (self->window->shutdown_button), ==, "_Shutdown connections");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (self->window->connect_button), "suggested-action"));
  g_assert_false (gtk_revealer_get_reveal_child (self->window->strip));
  g_assert_false (gtk_info_bar_get_revealed (self->window->demo_bar));
  g_assert_false (gtk_info_bar_get_revealed (self->window->error_bar));
  gui_picture (GTK_WIDGET (self->window), "client-empty");
}

static void
test_first_run (Fixture       *self,
                gconstpointer  data)
{
  GSettings *settings = client_application_get_settings (application);
  const char *tip = "Both programs on one computer? Start the server, then connect to localhost.";

  g_assert_nonnull (gui_find (GTK_WIDGET (self->window), GTK_TYPE_LABEL, tip));
  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  g_assert_false (g_settings_get_boolean (settings, "first-run"));
}

/* The whole way: button, dialog, Return, encrypted, ping, ACK. */
static void
test_connect (Fixture       *self,
              gconstpointer  data)
{
  GtkWidget *form;

  click (self, "connect_button");
  g_assert_true (gui_wait (has_form, self));
  form = GTK_WIDGET (self->window->form);
  g_assert_true (gtk_window_get_transient_for (GTK_WINDOW (form)) == GTK_WINDOW (self->window));
  {
    g_autofree char *port = g_strdup_printf ("%u", self->bound.port);

    gtk_editable_set_text (gui_child (form, "port_entry"), port);
  }
  /* what Return does in any field */
  g_signal_emit_by_name (gtk_editable_get_delegate (gui_child (form, "host_entry")), "activate");
  g_assert_true (gui_wait (has_no_form, self));

  wait_connected (self, 1);
  wait_left (self, "Alice (clone number 0): starting a handshake");
  wait_left (self, "Alice (clone number 0): providing pre-shared key ...");
  wait_left (self, "Alice (clone number 0): encrypted connection established!");
  wait_right (self, "Alice (clone number 0) received a DTLS datagram:");
  wait_right (self, "): ACK");
  wait_subtitle (self, "1 connection");
  g_assert_true (is_enabled (self, "shutdown_button"));
  g_assert_true (gtk_revealer_get_reveal_child (self->window->strip));
  g_assert_true (gtk_info_bar_get_revealed (self->window->demo_bar));
}

static void
test_three (Fixture       *self,
            gconstpointer  data)
{
  connect_to (self, "127.0.0.1", 3);
  wait_connected (self, 3);
  wait_left (self, "Alice (clone number 2): encrypted connection established!");
  wait_right (self, "Alice (clone number 2) received a DTLS datagram:");
  wait_subtitle (self, "3 connections");
  g_assert_cmpstr (gtk_label_get_label (self->window->strip_caption), ==, "Connections (3)");
  g_assert_cmpuint (self->window->n_named, ==, 3);
  gui_picture (GTK_WIDGET (self->window), "client-running");
}

static void
test_shutdown (Fixture       *self,
               gconstpointer  data)
{
  connect_to (self, "127.0.0.1", 3);
  wait_connected (self, 3);
  click (self, "shutdown_button");
  g_assert_true (gui_wait (has_none_open, self));
  wait_left (self, "3 connections were shut down.");
  wait_subtitle (self, "No connections");
  g_assert_false (is_enabled (self, "shutdown_button"));
  gui_picture (GTK_WIDGET (self->window), "client-shutdown");
}

static void
test_unknown_name (Fixture       *self,
                   gconstpointer  data)
{
  connect_to (self, "unknown.test", 1);
  wait_left (self, "No address found for \"unknown.test\". Check the name, or type the address.");
  g_assert_true (gui_wait (has_no_lookup, self));
  g_assert_cmpstr (gtk_button_get_label (self->window->connect_button), ==, "_Connect ...");
  g_assert_true (gtk_info_bar_get_revealed (self->window->error_bar));
  g_assert_cmpuint (ui_log_get_count (self->window->log, REPORT_ERROR), ==, 1);
  gui_picture (GTK_WIDGET (self->window), "client-unknown-name");
}

/* The original's rule: a look-up that is taken back prints nothing. */
static void
test_cancel_lookup (Fixture       *self,
                    gconstpointer  data)
{
  connect_to (self, "silent.test", 1);
  wait_left (self, "Looking up the host ...");
  g_assert_cmpstr (gtk_button_get_label (self->window->connect_button), ==, "_Cancel lookup");
  click (self, "connect_button");
  g_assert_cmpstr (gtk_button_get_label (self->window->connect_button), ==, "_Connect ...");
  g_assert_true (gui_wait (has_no_lookup, self));
  gui_settle ();
  g_assert_cmpuint (ui_log_get_end (self->window->log, UI_LOG_INFO), ==, 1);
  g_assert_null (self->window->form);
}

/* Defect 20 of the originals: nothing else could be begun meanwhile. */
static void
test_connect_while_looking_up (Fixture       *self,
                               gconstpointer  data)
{
  DtlsConnectOptions named = { .host = "silent.test", .port = 1, .name = "Alice (clone number 0)" };

  client_window_connect (self->window, &named, 1);
  wait_left (self, "Looking up the host ...");
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.connect", NULL);
  g_assert_true (gui_wait (has_form, self));
  g_assert_cmpstr (gtk_editable_get_text (gui_child (self->window->form, "name_entry")), ==,
                   "Alice (clone number 1)");
  gtk_window_close (GTK_WINDOW (self->window->form));
  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  g_assert_cmpstr (gtk_button_get_label (self->window->connect_button), ==, "_Cancel lookup");
  click (self, "connect_button");
  g_assert_true (gui_wait (has_no_lookup, self));
  /* the number of the one that never began is free again only if it is the last */
  g_assert_cmpuint (ui_connection_store_get_n_connected (self->window->store), ==, 1);
}

static void
select_row (Fixture *self,
            guint    position)
{
  g_autoptr(UiConnection) connection = g_list_model_get_item (G_LIST_MODEL (self->window->store), position);

  ui_connection_list_set_selected (self->window->connection_list, connection);
  gui_settle ();
}

static void
test_close_one (Fixture       *self,
                gconstpointer  data)
{
  connect_to (self, "127.0.0.1", 2);
  wait_connected (self, 2);
  g_assert_false (is_enabled (self, "close_button"));
  g_assert_false (is_enabled (self, "reconnect_button"));
  select_row (self, 0);
  g_assert_true (is_enabled (self, "close_button"));
  g_assert_true (is_enabled (self, "reconnect_button"));
  click (self, "close_button");
  wait_connected (self, 1);
}

static void
test_reconnect (Fixture       *self,
                gconstpointer  data)
{
  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  select_row (self, 0);
  click (self, "close_button");
  wait_connected (self, 0);
  wait_disabled (self, "close_button");
  click (self, "reconnect_button");
  wait_connected (self, 1);
}

static gboolean
can_send (gpointer user_data)
{
  return ui_message_composer_get_can_send (((Fixture *) user_data)->window->composer);
}

static gboolean
has_another_message (gpointer user_data)
{
  Fixture *self = user_data;

  return ui_log_get_end (self->window->log, UI_LOG_MESSAGES) > self->wanted;
}

static void
test_send (Fixture       *self,
           gconstpointer  data)
{
  g_autoptr(GBytes) payload = g_bytes_new_static ("over to you", 11);
  const DtlsCounters *totals;
  g_autoptr(UiConnection) connection = NULL;

  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  wait_right (self, "): ACK");
  connection = g_list_model_get_item (G_LIST_MODEL (self->window->store), 0);

  ui_message_composer_set_payload (self->window->composer, payload);
  g_assert_true (gui_wait (can_send, self));
  gui_settle ();
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (self->window->connect_button), "suggested-action"));
  self->wanted = (guint) ui_log_get_end (self->window->log, UI_LOG_MESSAGES);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.send", NULL);
  g_assert_true (gui_wait (has_another_message, self));
  ui_connection_store_flush (self->window->store);
  totals = ui_connection_get_totals (connection);
  g_assert_cmpuint (totals->messages_out, >=, 2);
}

static void
test_pings (Fixture       *self,
            gconstpointer  data)
{
  gboolean pings;

  connect_to (self, "127.0.0.1", 2);
  wait_connected (self, 2);
  select_row (self, 0);
  g_object_get (self->window, "pings", &pings, NULL);
  g_assert_true (pings);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.pings", NULL);
  g_object_get (self->window, "pings", &pings, NULL);
  g_assert_false (pings);
  select_row (self, 1);
  g_object_get (self->window, "pings", &pings, NULL);
  g_assert_true (pings);
}

static void
test_only_selected (Fixture       *self,
                    gconstpointer  data)
{
  guint64 shown;
  g_autoptr(UiConnection) first = NULL;

  connect_to (self, "127.0.0.1", 2);
  wait_connected (self, 2);
  select_row (self, 0);
  first = g_list_model_get_item (G_LIST_MODEL (self->window->store), 0);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.only-selected", NULL);
  g_object_get (self->window->left_pane, "association", &shown, NULL);
  g_assert_cmpuint (shown, ==, ui_connection_get_id (first));
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.only-selected", NULL);
  g_object_get (self->window->left_pane, "association", &shown, NULL);
  g_assert_cmpuint (shown, ==, 0);
}

static void
test_fold (Fixture       *self,
           gconstpointer  data)
{
  GSettings *settings = client_application_get_settings (application);

  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  g_assert_true (gtk_revealer_get_reveal_child (self->window->list_revealer));
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.fold-strip", NULL);
  g_assert_false (gtk_revealer_get_reveal_child (self->window->list_revealer));
  g_assert_true (g_settings_get_boolean (settings, "strip-folded"));
}

static void
test_server_gone (Fixture       *self,
                  gconstpointer  data)
{
  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  stop_server (self);
  wait_left (self, "Alice (clone number 0): shutdown alert received");
  g_assert_true (gui_wait (has_none_open, self));
  g_assert_cmpuint (ui_log_get_count (self->window->log, REPORT_ERROR), ==, 0);
}

/* A key that differs has its sentence, its row, and a dialog to mend it. */
static void
test_cure (Fixture       *self,
           gconstpointer  data)
{
  DtlsConnectOptions options = { .host = "127.0.0.1", .port = self->bound.port, .name = "device-7" };
  g_autoptr(GBytes) identity = g_bytes_new_static ("device-7", 8);
  g_autofree char *port = g_strdup_printf ("%u", self->bound.port);

  client_window_connect (self->window, &options, 1);
  wait_connected (self, 1);
  g_signal_emit_by_name (self->window->left_pane, "cure", DTLS_CODE_KEY_DIFFERS, identity);
  g_assert_true (gui_wait (has_form, self));
  g_assert_cmpstr (gtk_editable_get_text (gui_child (self->window->form, "host_entry")), ==, "127.0.0.1");
  g_assert_cmpstr (gtk_editable_get_text (gui_child (self->window->form, "port_entry")), ==, port);
  g_assert_cmpstr (gtk_editable_get_text (gui_child (self->window->form, "identity_entry")), ==, "device-7");
  gtk_window_close (GTK_WINDOW (self->window->form));
}

static gboolean
has_error_bar (gpointer user_data)
{
  return gtk_info_bar_get_revealed (((Fixture *) user_data)->window->error_bar);
}

/* As a new user would: a wrong key, the line that says so, its cure, encrypted. */
static void
test_wrong_key (Fixture       *self,
                gconstpointer  data)
{
  g_autoptr(DtlsKey) wrong = dtls_key_new ((const guint8 *) "\x01\x02", 2);
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr(GBytes) identity = g_bytes_new_static ("device-7", 8);
  DtlsConnectOptions options = {
    .host = "127.0.0.1", .port = self->bound.port, .name = "device-7", .first_timeout_ms = 20
  };
  g_autoptr(UiConnection) connection = NULL;

  options.key = wrong;
  client_window_connect (self->window, &options, 1);
  wait_left (self, "most likely the key for identity \"device-7\" differs");
  g_assert_true (gui_wait (has_error_bar, self));
  g_assert_nonnull (strstr (gtk_label_get_label (self->window->error_label), "device-7"));
  connection = g_list_model_get_item (G_LIST_MODEL (self->window->store), 0);
  g_assert_cmpint (ui_connection_get_state (connection), ==, UI_CONNECTION_KEY_DIFFERS);
  gui_picture (GTK_WIDGET (self->window), "client-wrong-key");

  g_signal_emit_by_name (self->window->left_pane, "cure", DTLS_CODE_KEY_DIFFERS, identity);
  g_assert_true (gui_wait (has_form, self));
  ui_key_entry_set_key (gui_child (self->window->form, "key_entry"), demo);
  gtk_widget_activate_action (GTK_WIDGET (self->window->form), "form.accept", NULL);
  wait_connected (self, 1);
  g_assert_false (gtk_info_bar_get_revealed (self->window->error_bar));
}

static void
test_clear (Fixture       *self,
            gconstpointer  data)
{
  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  wait_left (self, "encrypted connection established!");
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.clear-log", NULL);
  gui_settle ();
  g_assert_false (gui_contains (ui_message_pane_get_text_view (self->window->left_pane), "established!"));
  g_assert_true (ui_log_undo_clear (self->window->log));
  wait_left (self, "encrypted connection established!");
}

static void
test_dark (Fixture       *self,
           gconstpointer  data)
{
  UiColorScheme *scheme = ui_color_scheme_get_default ();

  connect_to (self, "127.0.0.1", 3);
  wait_connected (self, 3);
  wait_right (self, "Alice (clone number 2) received a DTLS datagram:");
  ui_color_scheme_set_choice (scheme, UI_COLOR_CHOICE_DARK);
  gui_settle ();
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (self->window), "dark"));
  gui_picture (GTK_WIDGET (self->window), "client-running-dark");
  ui_color_scheme_set_choice (scheme, UI_COLOR_CHOICE_LIGHT);
  gui_settle ();
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (self->window), "dark"));
}

static gboolean
is_narrow (gpointer user_data)
{
  return ((Fixture *) user_data)->window->narrow;
}

static void
test_narrow (Fixture       *self,
             gconstpointer  data)
{
  GSettings *settings = client_application_get_settings (application);
  ClientWindow *first = self->window;
  int minimum = 0;

  g_assert_false (first->narrow);
  gui_destroy (GTK_WINDOW (first));
  g_settings_set_int (settings, "window-width", 480);
  g_settings_set_int (settings, "window-height", 640);
  self->window = client_window_new (GTK_APPLICATION (application), NULL, settings);
  gui_show (GTK_WINDOW (self->window));
  g_assert_true (gui_wait (is_narrow, self));
  g_assert_cmpint (gtk_orientable_get_orientation (GTK_ORIENTABLE (self->window->panes)), ==,
                   GTK_ORIENTATION_VERTICAL);
  connect_to (self, "127.0.0.1", 3);
  wait_connected (self, 3);
  wait_right (self, "Alice (clone number 2) received a DTLS datagram:");
  gui_picture (GTK_WIDGET (self->window), "client-narrow");
  /* 360, and what GTK draws around it where nothing composes */
  gtk_widget_measure (GTK_WIDGET (self->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 370);
}

/* Text half as large again: all of it still fits into the window as it opens. */
static void
test_large_text (Fixture       *self,
                 gconstpointer  data)
{
  GtkSettings *gtk = gtk_settings_get_default ();
  int dpi, width, height;

  g_object_get (gtk, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (gtk, "gtk-xft-dpi", (dpi > 0 ? dpi : 96 * 1024) * 3 / 2, NULL);
  connect_to (self, "127.0.0.1", 3);
  wait_connected (self, 3);
  wait_right (self, "Alice (clone number 2) received a DTLS datagram:");
  gui_picture (GTK_WIDGET (self->window), "client-large-text");
  gtk_widget_measure (GTK_WIDGET (self->window), GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (self->window), GTK_ORIENTATION_VERTICAL, 1200, &height, NULL, NULL, NULL);
  g_object_set (gtk, "gtk-xft-dpi", dpi, NULL);
  g_assert_cmpint (width, <=, 1200);
  g_assert_cmpint (height, <=, 550);
}

/* A wide window can be made narrow: the layout changes before nothing fits. */
static void
test_minimum (Fixture       *self,
              gconstpointer  data)
{
  int minimum = 0;

  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  gtk_widget_measure (GTK_WIDGET (self->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <, UI_NARROW_WIDTH);
}

static void
test_sizes_kept (Fixture       *self,
                 gconstpointer  data)
{
  GSettings *settings = client_application_get_settings (application);

  gtk_paned_set_position (self->window->panes, 333);
  gui_settle ();
  gui_destroy (GTK_WINDOW (self->window));
  g_assert_cmpint (g_settings_get_int (settings, "pane-position"), ==, 333);
  g_assert_cmpint (g_settings_get_int (settings, "window-width"), ==, 1200);
  g_assert_cmpint (g_settings_get_int (settings, "window-height"), ==, 550);
  self->window = client_window_new (GTK_APPLICATION (application), NULL, settings);
  gui_show (GTK_WINDOW (self->window));
  gui_settle ();
  g_assert_cmpint (gtk_paned_get_position (self->window->panes), ==, 333);
}

static void
test_labels (Fixture       *self,
             gconstpointer  data)
{
  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  ui_search_bar_set_search_mode (self->window->search_bar, TRUE);
  gui_settle ();
  gui_assert_labelled (GTK_WIDGET (self->window));
}

static void
test_keyboard_walk (Fixture       *self,
                    gconstpointer  data)
{
  static const char * const ids[] = {
    "search_button", "menu_button", "left_pane", "right_pane", "fold_button", "reconnect_button", "close_button",
    "connection_list", "composer", "connect_button", "shutdown_button"
  };
  g_autoptr(GPtrArray) seen = NULL;

  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  wait_right (self, "): ACK");
  select_row (self, 0);
  seen = gui_walk (GTK_WINDOW (self->window));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      GtkWidget *wanted = gui_child (self->window, ids[i]);
      gboolean found = FALSE;

      for (guint j = 0; j < seen->len && !found; j++)
        found = seen->pdata[j] == wanted || gtk_widget_is_ancestor (seen->pdata[j], wanted);
      if (!found)
        g_error ("Tab does not reach %s", ids[i]);
    }
}

static void
test_next_pane (Fixture       *self,
                gconstpointer  data)
{
  GtkWidget *regions[] = {
    GTK_WIDGET (self->window->left_pane), GTK_WIDGET (self->window->right_pane),
    GTK_WIDGET (self->window->connection_list), GTK_WIDGET (self->window->composer),
    GTK_WIDGET (self->window->connect_button)
  };

  connect_to (self, "127.0.0.1", 1);
  wait_connected (self, 1);
  wait_right (self, "): ACK");
  gtk_window_set_focus (GTK_WINDOW (self->window), NULL);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (regions); i++)
    {
      GtkWidget *region = regions[i % G_N_ELEMENTS (regions)];
      GtkWidget *focus;

      gtk_widget_activate_action (GTK_WIDGET (self->window), "win.next-pane", "b", FALSE);
      focus = gtk_window_get_focus (GTK_WINDOW (self->window));
      g_assert_nonnull (focus);
      g_assert_true (focus == region || gtk_widget_is_ancestor (focus, region));
    }
}

static void
test_dialogs (Fixture       *self,
              gconstpointer  data)
{
  static const char * const actions[] = { "win.preferences", "win.help", "win.about", "win.show-help-overlay" };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      GtkWindow *found = NULL;
      g_autoptr(GListModel) toplevels = g_object_ref (gtk_window_get_toplevels ());

      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->window), actions[i], NULL));
      gui_settle ();
      for (guint j = 0; j < g_list_model_get_n_items (toplevels); j++)
        {
          g_autoptr(GtkWindow) window = g_list_model_get_item (toplevels, j);

          if (window != GTK_WINDOW (self->window) && gtk_widget_get_visible (GTK_WIDGET (window)))
            found = window;
        }
      g_assert_nonnull (found);
      g_assert_true (gtk_window_get_transient_for (found) == GTK_WINDOW (self->window));
      if (i == 0)
        {
          gui_assert_labelled (GTK_WIDGET (found));
          gui_picture (GTK_WIDGET (found), "client-settings");
        }
      gtk_window_close (found);
      gui_settle ();
    }
}

static void
test_key_log_bar (void)
{
  ClientWindow *window;

  g_setenv ("SSLKEYLOGFILE", "/nonexistent/keys.log", TRUE);
  window = client_window_new (GTK_APPLICATION (application), NULL,
                              client_application_get_settings (application));
  gui_show (GTK_WINDOW (window));
  g_assert_true (gtk_info_bar_get_revealed (window->key_log_bar));
  g_assert_nonnull (strstr (gtk_label_get_label (window->key_log_label), "/nonexistent/keys.log"));
  gui_destroy (GTK_WINDOW (window));
  g_unsetenv ("SSLKEYLOGFILE");
}

/* Without a schema the program works, and keeps nothing. */
static void
test_no_schema (void)
{
  ClientWindow *window = client_window_new (GTK_APPLICATION (application), NULL, NULL);

  gui_show (GTK_WINDOW (window));
  client_window_show_form (window, NULL);
  g_assert_true (client_connect_form_is_valid (window->form));
  gtk_window_close (GTK_WINDOW (window->form));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.preferences", NULL);
  gui_settle ();
  gui_destroy (GTK_WINDOW (window));
}

static void
add (const char *path,
     void      (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

int
main (int    argc,
      char **argv)
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_resolver_set_default (g_object_new (TEST_TYPE_RESOLVER, NULL));
  application = client_application_new ();
  g_application_set_flags (G_APPLICATION (application),
                           g_application_get_flags (G_APPLICATION (application)) | G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));

  add ("/client/window/empty", test_empty);
  add ("/client/window/first-run", test_first_run);
  add ("/client/window/connect", test_connect);
  add ("/client/window/three", test_three);
  add ("/client/window/shutdown", test_shutdown);
  add ("/client/window/unknown-name", test_unknown_name);
  add ("/client/window/cancel-lookup", test_cancel_lookup);
  add ("/client/window/connect-while-looking-up", test_connect_while_looking_up);
  add ("/client/window/close-one", test_close_one);
  add ("/client/window/reconnect", test_reconnect);
  add ("/client/window/send", test_send);
  add ("/client/window/pings", test_pings);
  add ("/client/window/only-selected", test_only_selected);
  add ("/client/window/fold", test_fold);
  add ("/client/window/server-gone", test_server_gone);
  add ("/client/window/cure", test_cure);
  add ("/client/window/wrong-key", test_wrong_key);
  add ("/client/window/clear", test_clear);
  add ("/client/window/dark", test_dark);
  add ("/client/window/narrow", test_narrow);
  add ("/client/window/large-text", test_large_text);
  add ("/client/window/minimum", test_minimum);
  add ("/client/window/sizes-kept", test_sizes_kept);
  add ("/client/window/labels", test_labels);
  add ("/client/window/keyboard-walk", test_keyboard_walk);
  add ("/client/window/next-pane", test_next_pane);
  add ("/client/window/dialogs", test_dialogs);
  g_test_add_func ("/client/window/b4-key-log-bar", test_key_log_bar);
  g_test_add_func ("/client/window/no-schema", test_no_schema);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
