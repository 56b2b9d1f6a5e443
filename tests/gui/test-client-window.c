/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-fixture.h"

#include <string.h>

#include "ui-key-entry.h"

static void
test_empty (Fixture       *self,
            gconstpointer  data)
{
  g_assert_cmpstr (get_subtitle (self), ==, "No connections");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (self->window)), ==, "DTLS client");
  g_assert_false (is_enabled (self, "shutdown_button"));
  g_assert_true (is_enabled (self, "connect_button"));
  g_assert_cmpstr (gtk_button_get_label (self->window->connect_button), ==, "_Connect ...");
  g_assert_cmpstr (gtk_button_get_label (self->window->shutdown_button), ==,
                   "_Shutdown connections");
  g_assert_true (
      gtk_widget_has_css_class (GTK_WIDGET (self->window->connect_button), "suggested-action"));
  g_assert_false (gtk_widget_get_visible (gui_parts (self->window)->strip));
  g_assert_false (gtk_info_bar_get_revealed (gui_parts (self->window)->demo_bar));
  g_assert_false (gtk_info_bar_get_revealed (gui_parts (self->window)->error_bar));
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
  g_assert_true (gtk_widget_get_visible (gui_parts (self->window)->strip));
  g_assert_true (gtk_info_bar_get_revealed (gui_parts (self->window)->demo_bar));
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
  g_assert_cmpstr (gtk_label_get_label (gui_parts (self->window)->strip_caption), ==, "Connections (3)");
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
  g_assert_true (gtk_info_bar_get_revealed (gui_parts (self->window)->error_bar));
  g_assert_cmpuint (ui_log_get_count (gui_parts (self->window)->log, REPORT_ERROR), ==, 1);
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
  g_assert_cmpuint (ui_log_get_end (gui_parts (self->window)->log, UI_LOG_INFO), ==, 1);
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
  g_assert_cmpuint (ui_connection_store_get_n_connected (gui_parts (self->window)->store), ==, 1);
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
  return ui_message_composer_get_can_send (gui_parts (((Fixture *) user_data)->window)->composer);
}

static gboolean
has_another_message (gpointer user_data)
{
  Fixture *self = user_data;

  return ui_log_get_end (gui_parts (self->window)->log, UI_LOG_MESSAGES) > self->wanted;
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
  connection = g_list_model_get_item (G_LIST_MODEL (gui_parts (self->window)->store), 0);

  ui_message_composer_set_payload (gui_parts (self->window)->composer, payload);
  g_assert_true (gui_wait (can_send, self));
  gui_settle ();
  g_assert_false (
      gtk_widget_has_css_class (GTK_WIDGET (self->window->connect_button), "suggested-action"));
  self->wanted = (guint) ui_log_get_end (gui_parts (self->window)->log, UI_LOG_MESSAGES);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.send", NULL);
  g_assert_true (gui_wait (has_another_message, self));
  ui_connection_store_flush (gui_parts (self->window)->store);
  totals = ui_connection_get_totals (connection);
  g_assert_cmpuint (totals->messages_out, >=, 2);
}

/* More than one datagram holds cannot be sent, says so while it is typed, and stays. */
static void
test_too_long (Fixture       *self,
               gconstpointer  data)
{
  g_autofree char *text = g_strnfill (1200, 'x');
  UiMessageComposer *composer = gui_parts (self->window)->composer;
  GtkEditable *entry = gui_child (composer, "entry");
  GtkWidget *send = gui_child (composer, "send");
  GtkLabel *error = gui_child (composer, "error");
  g_autofree char *limit = NULL;
  guint most;

  connect_to (self, "127.0.0.1", 1);
  gtk_editable_set_text (entry, "x");
  g_assert_true (gui_wait (can_send, self));
  gtk_editable_set_text (entry, text);
  g_assert_false (gtk_widget_get_sensitive (send));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (error)));
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.send", NULL);
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, text);

  g_object_get (composer, "max-bytes", &most, NULL);
  g_assert_cmpuint (most, >, 1100);
  g_assert_cmpuint (most, <, 1200);
  limit = g_strdup_printf ("%u", most);
  g_assert_nonnull (strstr (gtk_label_get_label (error), "1200"));
  g_assert_nonnull (strstr (gtk_label_get_label (error), limit));
  gtk_editable_delete_text (entry, most, -1);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (error)));
  g_assert_true (gtk_widget_get_sensitive (send));
}

static gboolean
has_sent_pings (gpointer user_data)
{
  return ui_connection_get_totals (user_data)->pings_sent >= 5;
}

static void
test_pings (Fixture       *self,
            gconstpointer  data)
{
  GSettings *settings = client_application_get_settings (application);
  g_autoptr(UiConnection) second = NULL;
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

  /* those that are switched on again are sent as often as the settings say */
  g_settings_set_uint (settings, "ping-interval-ms", 100);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.pings", NULL);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.pings", NULL);
  g_settings_reset (settings, "ping-interval-ms");
  second = g_list_model_get_item (G_LIST_MODEL (gui_parts (self->window)->store), 1);
  g_assert_true (gui_wait (has_sent_pings, second));
}

static void
test_only_selected (Fixture       *self,
                    gconstpointer  data)
{
  UiWindowPrivate *parts = gui_parts (self->window);
  guint64 shown;
  g_autoptr(UiConnection) first = NULL;

  connect_to (self, "127.0.0.1", 2);
  wait_connected (self, 2);
  select_row (self, 0);
  first = g_list_model_get_item (G_LIST_MODEL (gui_parts (self->window)->store), 0);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.only-selected", NULL);
  g_object_get (gui_parts (self->window)->left_pane, "association", &shown, NULL);
  g_assert_cmpuint (shown, ==, ui_connection_get_id (first));
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.only-selected", NULL);
  g_object_get (gui_parts (self->window)->left_pane, "association", &shown, NULL);
  g_assert_cmpuint (shown, ==, 0);

  /* with nothing selected there is nothing to show alone, but that can be ended */
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.only-selected", NULL);
  ui_connection_list_set_selected (parts->connection_list, NULL);
  g_assert_true (gtk_widget_get_sensitive (parts->only_button));
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.only-selected", NULL);
  g_assert_false (gtk_widget_get_sensitive (parts->only_button));
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
  g_assert_cmpuint (ui_log_get_count (gui_parts (self->window)->log, REPORT_ERROR), ==, 0);
}

/* A key that differs has its sentence, its row, and a dialog to mend it. */
static void
test_cure (Fixture       *self,
           gconstpointer  data)
{
  DtlsConnectOptions options
      = { .host = "127.0.0.1", .port = self->bound.port, .name = "device-7" };
  g_autoptr(GBytes) identity = g_bytes_new_static ("device-7", 8);
  g_autofree char *port = g_strdup_printf ("%u", self->bound.port);

  client_window_connect (self->window, &options, 1);
  wait_connected (self, 1);
  g_signal_emit_by_name (gui_parts (self->window)->left_pane, "cure", DTLS_CODE_KEY_DIFFERS, identity);
  g_assert_true (gui_wait (has_form, self));
  g_assert_cmpstr (gtk_editable_get_text (gui_child (self->window->form, "host_entry")), ==,
                   "127.0.0.1");
  g_assert_cmpstr (gtk_editable_get_text (gui_child (self->window->form, "port_entry")), ==, port);
  g_assert_cmpstr (gtk_editable_get_text (gui_child (self->window->form, "identity_entry")), ==,
                   "device-7");
  gtk_window_close (GTK_WINDOW (self->window->form));
}

static gboolean
has_error_bar (gpointer user_data)
{
  return gtk_info_bar_get_revealed (gui_parts (((Fixture *) user_data)->window)->error_bar);
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
  g_assert_nonnull (strstr (gtk_label_get_label (gui_parts (self->window)->error_label), "device-7"));
  connection = g_list_model_get_item (G_LIST_MODEL (gui_parts (self->window)->store), 0);
  g_assert_cmpint (ui_connection_get_state (connection), ==, UI_CONNECTION_KEY_DIFFERS);
  gui_picture (GTK_WIDGET (self->window), "client-wrong-key");

  g_signal_emit_by_name (gui_parts (self->window)->left_pane, "cure", DTLS_CODE_KEY_DIFFERS, identity);
  g_assert_true (gui_wait (has_form, self));
  ui_key_entry_set_key (gui_child (self->window->form, "key_entry"), demo);
  gtk_widget_activate_action (GTK_WIDGET (self->window->form), "form.accept", NULL);
  wait_connected (self, 1);
  g_assert_false (gtk_info_bar_get_revealed (gui_parts (self->window)->error_bar));
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
  g_assert_false (
      gui_contains (ui_message_pane_get_text_view (gui_parts (self->window)->left_pane), "established!"));
  g_assert_true (ui_log_undo_clear (gui_parts (self->window)->log));
  wait_left (self, "encrypted connection established!");
}

static void
add_tests (void)
{
  fixture_add ("/client/window/empty", test_empty);
  fixture_add ("/client/window/first-run", test_first_run);
  fixture_add ("/client/window/connect", test_connect);
  fixture_add ("/client/window/three", test_three);
  fixture_add ("/client/window/shutdown", test_shutdown);
  fixture_add ("/client/window/unknown-name", test_unknown_name);
  fixture_add ("/client/window/cancel-lookup", test_cancel_lookup);
  fixture_add ("/client/window/connect-while-looking-up", test_connect_while_looking_up);
  fixture_add ("/client/window/close-one", test_close_one);
  fixture_add ("/client/window/reconnect", test_reconnect);
  fixture_add ("/client/window/send", test_send);
  fixture_add ("/client/window/too-long", test_too_long);
  fixture_add ("/client/window/pings", test_pings);
  fixture_add ("/client/window/only-selected", test_only_selected);
  fixture_add ("/client/window/server-gone", test_server_gone);
  fixture_add ("/client/window/cure", test_cure);
  fixture_add ("/client/window/wrong-key", test_wrong_key);
  fixture_add ("/client/window/clear", test_clear);
}

int
main (int    argc,
      char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
