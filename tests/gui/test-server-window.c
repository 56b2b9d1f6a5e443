/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "gui-util.h"
#include "server-application.h"
#include "server-window-private.h"
#include "ui-color-scheme.h"
#include "ui-credentials-editor.h"
#include "ui-key-entry.h"
#include "ui-settings.h"
#include "ui-style.h"

#define KEY_HEX "000102030405060708090a0b0c0d0e0f"

static GSettings *settings;

/* A window with a server on a free port of 127.0.0.1, and engines that connect to it. */
typedef struct
{
  ServerWindow *window;
  DtlsEngine   *client;
  GString      *received;       /* what the client got, a line each */
  GSource      *source;
  guint         n_closed;       /* connections of the client that ended */
  guint         n_established;  /* ... and that began; the server knows it first */
} Pair;

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

static ServerWindow *
open_window (void)
{
  ServerWindow *window = server_window_new (NULL, NULL, settings);

  gui_show (GTK_WINDOW (window));
  return window;
}

static int
get_default_width (ServerWindow *window)
{
  int width;

  g_object_get (window, "default-width", &width, NULL);
  return width;
}

static gboolean
is_listening (gpointer window)
{
  return SERVER_WINDOW (window)->listening;
}

static gboolean
is_not_listening (gpointer window)
{
  return !SERVER_WINDOW (window)->listening;
}

static void
listen_with (ServerWindow    *window,
             DtlsCredentials *credentials,
             guint16          port)
{
  const DtlsLimits limits = DTLS_LIMITS_DEFAULT;
  DtlsListenOptions options = {
    .local = test_address ("127.0.0.1", port),
    .credentials = credentials,
    .hint = DTLS_DEFAULT_HINT,
    .limits = limits,
  };

  server_window_listen (window, &options, NULL);
}

static void
listen_demo (ServerWindow *window,
             guint16       port)
{
  g_autoptr(DtlsKey) key = dtls_key_new_demo ();
  g_autoptr(DtlsCredentials) credentials = dtls_credentials_new_shared (key);

  listen_with (window, credentials, port);
}

static void
client_events_cb (const DtlsEventRange *ranges,
                  guint                 n_ranges,
                  const guint64         counts[DTLS_N_COUNTS],
                  gpointer              user_data)
{
  Pair *pair = user_data;

  for (guint i = 0; i < n_ranges; i++)
    {
      guint32 at;

      for (const DtlsEvent *event = dtls_event_range_next (&ranges[i], NULL, &at); event != NULL;
           event = dtls_event_range_next (&ranges[i], event, &at))
        {
          if (event->kind == DTLS_EVENT_MESSAGE)
            {
              g_string_append_len (pair->received, (const char *)dtls_event_text (event),
                                   event->n_text);
              g_string_append_c (pair->received, '\n');
            }
          if (event->code == DTLS_CODE_CLOSED)
            pair->n_closed++;
          if (event->code == DTLS_CODE_ESTABLISHED)
            pair->n_established++;
        }
    }
}

static Pair *
pair_new (void)
{
  Pair *pair = g_new0 (Pair, 1);

  pair->window = open_window ();
  pair->received = g_string_new (NULL);
  pair->client = dtls_engine_new (NULL, 1);
  dtls_engine_start (pair->client);
  pair->source = dtls_event_queue_create_source (dtls_engine_get_queue (pair->client),
                                                 client_events_cb, pair, NULL);
  g_source_attach (pair->source, NULL);
  return pair;
}

static void
pair_free (Pair *pair)
{
  g_source_destroy (pair->source);
  g_source_unref (pair->source);
  dtls_engine_stop (pair->client);
  g_object_unref (pair->client);
  gui_destroy (GTK_WINDOW (pair->window));
  g_string_free (pair->received, TRUE);
  g_free (pair);
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GError) error = NULL;

  dtls_engine_connect_finish (DTLS_ENGINE (source), result, &error);
}

static void
connect_with (Pair       *pair,
              const char *identity,
              DtlsKey    *key,
              guint       count)
{
  g_autoptr(GBytes) bytes = identity != NULL ? g_bytes_new (identity, strlen (identity)) : NULL;
  DtlsConnectOptions options = {
    .host = "127.0.0.1",
    .port = pair->window->bound.port,
    .name = identity,
    .identity = bytes,
    .key = key,
  };

  dtls_engine_connect_async (pair->client, &options, count, NULL, connected_cb, NULL);
}

static gboolean
has_one_connected (gpointer user_data)
{
  return ui_connection_store_get_n_connected (gui_parts (((Pair *)user_data)->window)->store)
         == 1;
}

static gboolean
has_three_connected (gpointer user_data)
{
  return ui_connection_store_get_n_connected (gui_parts (((Pair *)user_data)->window)->store)
         == 3;
}

static gboolean
is_insensitive (gpointer widget)
{
  return !gtk_widget_get_sensitive (widget);
}

static gboolean
has_client_one (gpointer user_data)
{
  return ((Pair *) user_data)->n_established > 0;
}

static void
connect_demo (Pair *pair)
{
  g_autoptr(DtlsKey) key = dtls_key_new_demo ();

  connect_with (pair, "Alice (clone number 0)", key, 1);
  g_assert_true (gui_wait (has_one_connected, pair));
  g_assert_true (gui_wait (has_client_one, pair));
}

typedef struct
{
  GtkTextView *view;
  const char  *text;
} Wanted;

static gboolean
is_there (gpointer user_data)
{
  Wanted *wanted = user_data;

  return gui_contains (wanted->view, wanted->text);
}

static void
assert_appears (UiMessagePane *pane,
                const char    *text)
{
  Wanted wanted = { ui_message_pane_get_text_view (pane), text };

  if (!gui_wait (is_there, &wanted))
    {
      g_autofree char *all = gui_get_text (wanted.view);

      g_error ("“%s” does not appear in:\n%s", text, all);
    }
}

static const char *
get_subtitle (ServerWindow *window)
{
  return gtk_label_get_label (gui_parts (window)->subtitle);
}

static void
activate (ServerWindow *window,
          const char   *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), action, NULL));
}

static UiConnection *
get_connection (ServerWindow *window,
                guint         position)
{
  g_autoptr(UiConnection) connection
    = g_list_model_get_item (G_LIST_MODEL (gui_parts (window)->store), position);

  g_assert_nonnull (connection);
  return connection;            /* the store holds it */
}

/* ---- tests ---- */

static void
test_empty (void)
{
  ServerWindow *window = open_window ();

  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "DTLS server");
  g_assert_cmpstr (get_subtitle (window), ==, "Not listening");
  g_assert_cmpstr (gtk_button_get_label (window->start_button), ==, "Start _listening");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (window->start_button), "suggested-action"));
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (gui_parts (window)->connection_list)));
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (gui_parts (window)->composer)));
  g_assert_nonnull (gui_find (GTK_WIDGET (gui_parts (window)->left_pane), GTK_TYPE_LABEL, "Dtls server info:"));
  g_assert_nonnull (
      gui_find (GTK_WIDGET (gui_parts (window)->right_pane), GTK_TYPE_LABEL, "Received messages:"));
  g_assert_nonnull (gui_find (GTK_WIDGET (gui_parts (window)->left_pane), GTK_TYPE_LABEL, "Not listening yet"));
  g_assert_nonnull (gui_find (GTK_WIDGET (gui_parts (window)->right_pane), GTK_TYPE_LABEL, "No messages yet"));
  g_assert_false (gtk_info_bar_get_revealed (gui_parts (window)->demo_bar));
  g_assert_false (gtk_info_bar_get_revealed (gui_parts (window)->error_bar));
  g_assert_cmpint (get_default_width (window), ==, 1090);
  gui_picture (GTK_WIDGET (window), "server-first-run");
  gui_destroy (GTK_WINDOW (window));
}

static gboolean
has_demo_bar (gpointer window)
{
  return gtk_info_bar_get_revealed (gui_parts (window)->demo_bar);
}

static void
test_start_stop (void)
{
  ServerWindow *window = open_window ();
  g_autofree char *expected = NULL;

  listen_demo (window, 0);
  g_assert_true (gui_wait (is_listening, window));
  g_assert_cmpuint (window->bound.port, !=, 0);
  expected = g_strdup_printf ("Listening on 127.0.0.1:%u · 0 clients", window->bound.port);
  g_assert_cmpstr (get_subtitle (window), ==, expected);
  g_assert_cmpstr (gtk_button_get_label (window->start_button), ==, "Stop _listening");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (window->start_button), "suggested-action"));
  assert_appears (gui_parts (window)->left_pane, "Server is listening on address 127.0.0.1 and port ");
  g_assert_true (gui_wait (has_demo_bar, window));

  activate (window, "win.listen");
  g_assert_true (gui_wait (is_not_listening, window));
  assert_appears (gui_parts (window)->left_pane, "Server is not accepting new connections");
  g_assert_cmpstr (get_subtitle (window), ==, "Not listening");
  g_assert_cmpstr (gtk_button_get_label (window->start_button), ==, "Start _listening");
  gui_destroy (GTK_WINDOW (window));
}

static gboolean
has_no_form (gpointer window)
{
  return server_window_get_form (window) == NULL;
}

/* What a new user does: the button, then Enter. */
static void
test_dialog (void)
{
  ServerWindow *window = open_window ();
  GtkWindow *form;

  ui_settings_set_int (settings, "listen-port", 0);     /* any: the usual port may be taken */
  g_signal_emit_by_name (window->start_button, "clicked");
  form = server_window_get_form (window);
  g_assert_nonnull (form);
  g_assert_true (gtk_window_get_transient_for (form) == GTK_WINDOW (window));
  gui_show (form);
  gtk_widget_grab_focus (gui_child (form, "port_entry"));
  gtk_widget_activate_default (GTK_WIDGET (form));
  g_assert_true (gui_wait (is_listening, window));
  g_assert_true (gui_wait (has_no_form, window));
  gui_destroy (GTK_WINDOW (window));
}

static void
test_client (void)
{
  Pair *pair = pair_new ();
  ServerWindow *window = pair->window;
  g_autoptr(GBytes) hello = g_bytes_new_static ("hello <b>server</b>", 19);
  Wanted answer = { NULL, NULL };
  g_autofree char *expected = NULL;

  listen_demo (window, 0);
  g_assert_true (gui_wait (is_listening, window));
  connect_demo (pair);
  expected = g_strdup_printf ("Listening on 127.0.0.1:%u · 1 client", window->bound.port);
  g_assert_cmpstr (get_subtitle (window), ==, expected);
  assert_appears (gui_parts (window)->left_pane,
                  "PSK callback, received a client's identity: 'Alice (clone number 0)'");
  assert_appears (gui_parts (window)->left_pane, "encrypted. Session cipher: ");
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (gui_parts (window)->connection_list)));
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (gui_parts (window)->composer)));
  g_assert_cmpstr (gtk_label_get_label (gui_parts (window)->strip_caption), ==, "Connections (1)");

  dtls_engine_send (pair->client, 0, hello);
  assert_appears (gui_parts (window)->right_pane, "A message from (127.0.0.1:");
  assert_appears (gui_parts (window)->right_pane, "hello <b>server</b>");
  g_assert_null (answer.view);
  pair_free (pair);
}

static gboolean
has_received (gpointer user_data)
{
  return ((Pair *) user_data)->received->len > 0;
}

/* Defect 15 and the state machine: Stop answers known clients, Start on the same address keeps
 * them. */
static void
test_stop_keeps_sessions (void)
{
  Pair *pair = pair_new ();
  ServerWindow *window = pair->window;
  g_autoptr(GBytes) hello = g_bytes_new_static ("still there?", 12);
  guint16 port;

  listen_demo (window, 0);
  g_assert_true (gui_wait (is_listening, window));
  connect_demo (pair);
  port = window->bound.port;
  activate (window, "win.listen");
  g_assert_true (gui_wait (is_not_listening, window));
  g_assert_cmpstr (get_subtitle (window), ==, "Not listening · 1 client");

  dtls_engine_send (pair->client, 0, hello);
  g_assert_true (gui_wait (has_received, pair));        /* the ACK */
  listen_demo (window, port);
  g_assert_true (gui_wait (is_listening, window));
  g_assert_cmpuint (ui_connection_store_get_n_connected (gui_parts (window)->store), ==, 1);
  g_assert_cmpuint (pair->n_closed, ==, 0);
  pair_free (pair);
}

static gboolean
has_error_bar (gpointer window)
{
  return gtk_info_bar_get_revealed (gui_parts (window)->error_bar);
}

static void
test_busy_port (void)
{
  Pair *pair = pair_new ();
  ServerWindow *window = pair->window;
  g_autoptr (GSocket) other
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr(GSocketAddress) taken = NULL;
  g_autoptr(DtlsCredentials) table = dtls_credentials_new ();
  guint16 port;

  g_assert_true (g_socket_bind (other, any, FALSE, NULL));
  taken = g_socket_get_local_address (other, NULL);
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (taken));

  listen_demo (window, 0);
  g_assert_true (gui_wait (is_listening, window));
  connect_demo (pair);
  listen_demo (window, port);
  g_assert_true (gui_wait (has_error_bar, window));
  g_assert_nonnull (strstr (gtk_label_get_label (gui_parts (window)->error_label), "already in use"));
  assert_appears (gui_parts (window)->left_pane, "already in use");
  g_assert_true (window->listening);                    /* as before */
  g_assert_cmpuint (window->bound.port, !=, port);
  g_assert_cmpuint (ui_connection_store_get_n_connected (gui_parts (window)->store), ==, 1);
  gui_picture (GTK_WIDGET (window), "server-busy-port");

  /* asked for at once: each answer is about the keys of its own question */
  ui_window_hide_error (UI_WINDOW (window));
  listen_demo (window, 0);
  listen_with (window, table, port);
  g_assert_true (gui_wait (has_error_bar, window));
  g_assert_true (dtls_credentials_is_demo (window->credentials));
  pair_free (pair);
}

static gboolean
has_no_window (gpointer window)
{
  return SERVER_WINDOW (window)->editor == NULL;
}

static void
test_unknown_identity (void)
{
  Pair *pair = pair_new ();
  ServerWindow *window = pair->window;
  g_autoptr(DtlsCredentials) table = dtls_credentials_new ();
  g_autoptr(GBytes) known = g_bytes_new_static ("known", 5);
  g_autoptr(GBytes) newcomer = g_bytes_new_static ("newcomer", 8);
  g_autoptr(DtlsKey) key = dtls_key_parse (KEY_HEX, DTLS_KEY_FORMAT_HEX, NULL);
  GtkWidget *editor;

  dtls_credentials_add (table, known, key);
  listen_with (window, table, 0);
  g_assert_true (gui_wait (is_listening, window));
  g_assert_false (gtk_info_bar_get_revealed (gui_parts (window)->demo_bar));
  connect_with (pair, "newcomer", key, 1);
  assert_appears (gui_parts (window)->left_pane, "which has no key here");
  gui_picture (GTK_WIDGET (window), "server-unknown-identity");

  /* what the button of "Why?" does */
  g_signal_emit_by_name (gui_parts (window)->left_pane, "cure", (guint) DTLS_CODE_UNKNOWN_IDENTITY, newcomer);
  g_assert_nonnull (window->editor);
  editor = GTK_WIDGET (window->editor);
  gui_show (window->editor);
  g_assert_cmpstr (gtk_editable_get_text (gui_child (editor, "identity_entry")), ==, "newcomer");
  ui_key_entry_set_text (gui_child (editor, "key_entry"), KEY_HEX);
  gtk_widget_activate_action (editor, "keys.apply", NULL);
  gtk_widget_activate_action (editor, "keys.save", NULL);
  g_assert_true (gui_wait (has_no_window, window));
  g_assert_cmpuint (dtls_credentials_get_n (window->credentials), ==, 2);
  connect_with (pair, "newcomer", key, 1);              /* its next try */
  g_assert_true (gui_wait (has_one_connected, pair));
  pair_free (pair);
}

static void
test_key_differs (void)
{
  Pair *pair = pair_new ();
  ServerWindow *window = pair->window;
  g_autoptr(DtlsKey) other = dtls_key_parse (KEY_HEX, DTLS_KEY_FORMAT_HEX, NULL);

  listen_demo (window, 0);
  g_assert_true (gui_wait (is_listening, window));
  connect_with (pair, "device-7", other, 1);
  assert_appears (gui_parts (window)->left_pane, "most likely its key differs from ours");
  gui_picture (GTK_WIDGET (window), "server-key-differs");

  /* the shared key is in the dialog */
  g_signal_emit_by_name (gui_parts (window)->left_pane, "cure", (guint) DTLS_CODE_KEY_DIFFERS, NULL);
  g_assert_nonnull (server_window_get_form (window));
  pair_free (pair);
}

static gboolean
has_received_greeting (gpointer user_data)
{
  return strstr (((Pair *) user_data)->received->str, "greetings") != NULL;
}

static void
test_send (void)
{
  Pair *pair = pair_new ();
  ServerWindow *window = pair->window;
  g_autoptr(GBytes) text = g_bytes_new_static ("greetings", 9);

  listen_demo (window, 0);
  g_assert_true (gui_wait (is_listening, window));
  connect_demo (pair);
  ui_message_composer_set_target (gui_parts (window)->composer,
                                  ui_connection_get_id (get_connection (window, 0)));
  ui_message_composer_set_payload (gui_parts (window)->composer, text);
  g_assert_true (ui_message_composer_get_can_send (gui_parts (window)->composer));
  activate (window, "win.send");
  g_assert_true (gui_wait (has_received_greeting, pair));
  pair_free (pair);
}

typedef struct
{
  Pair       *pair;
  const char *text;
} Expected;

static gboolean
ends_with (gpointer user_data)
{
  Expected *expected = user_data;

  return g_str_has_suffix (expected->pair->received->str, expected->text);
}

static void
send_and_see (Pair       *pair,
              const char *message,
              const char *text)
{
  Expected expected = { pair, text };
  g_autoptr(GBytes) payload = g_bytes_new (message, strlen (message));

  ui_message_composer_set_payload (gui_parts (pair->window)->composer, payload);
  activate (pair->window, "win.send");
  g_assert_true (gui_wait (ends_with, &expected));
}

/* "off" ends what is repeated, whatever it was sent to, and sends nothing by itself. */
static void
test_repeat_ends (void)
{
  Pair *pair = pair_new ();
  ServerWindow *window = pair->window;
  GtkDropDown *repeat = gui_child (window, "repeat");

  listen_demo (window, 0);
  g_assert_true (gui_wait (is_listening, window));
  connect_demo (pair);
  ui_message_composer_set_target (gui_parts (window)->composer, 0);
  gtk_drop_down_set_selected (repeat, 1);
  send_and_see (pair, "tick", "tick\ntick\n");
  gtk_drop_down_set_selected (repeat, 0);
  ui_message_composer_set_target (gui_parts (window)->composer,
                                  ui_connection_get_id (get_connection (window, 0)));
  gtk_drop_down_set_selected (repeat, 1);
  send_and_see (pair, "tock", "tock\ntock\ntock\n");
  pair_free (pair);
}

static gboolean
has_received_echo (gpointer user_data)
{
  return strstr (((Pair *) user_data)->received->str, "mirror\n") != NULL;
}

/* What is changed in the settings holds at once, for connections that live as well. */
static void
test_reply (void)
{
  Pair *pair = pair_new ();
  ServerWindow *window = pair->window;
  g_autoptr(GBytes) text = g_bytes_new_static ("mirror", 6);

  listen_demo (window, 0);
  g_assert_true (gui_wait (is_listening, window));
  connect_demo (pair);
  ui_settings_set_enum (settings, "reply", DTLS_REPLY_ECHO);
  /* the first one may still overtake the new rule */
  dtls_engine_repeat (pair->client, 0, text, 50, 0);
  g_assert_true (gui_wait (has_received_echo, pair));
  pair_free (pair);
}

static gboolean
has_closed_one (gpointer user_data)
{
  return ((Pair *) user_data)->n_closed == 1;
}

static gboolean
has_closed_three (gpointer user_data)
{
  return ((Pair *) user_data)->n_closed == 3;
}

static void
test_close (void)
{
  Pair *pair = pair_new ();
  ServerWindow *window = pair->window;
  g_autoptr(DtlsKey) key = dtls_key_new_demo ();

  listen_demo (window, 0);
  g_assert_true (gui_wait (is_listening, window));
  connect_with (pair, NULL, key, 3);
  g_assert_true (gui_wait (has_three_connected, pair));
  g_assert_false (gtk_widget_get_sensitive (gui_child (window, "close_button")));
  g_assert_true (gtk_widget_get_sensitive (gui_child (window, "close_all_button")));
  gui_picture (GTK_WIDGET (window), "server-running");

  ui_connection_list_set_selected (gui_parts (window)->connection_list, get_connection (window, 1));
  g_assert_true (gtk_widget_get_sensitive (gui_child (window, "close_button")));
  activate (window, "win.close-connection");
  g_assert_true (gui_wait (has_closed_one, pair));
  activate (window, "win.close-all");
  g_assert_true (gui_wait (has_closed_three, pair));
  g_assert_true (gui_wait (is_insensitive, gui_child (window, "close_all_button")));
  g_assert_cmpuint (ui_connection_store_get_n_open (gui_parts (window)->store), ==, 0);
  pair_free (pair);
}

static gboolean
has_closed_any (gpointer user_data)
{
  return ((Pair *) user_data)->n_closed > 0;
}

/* Closing the window says goodbye to its clients, without asking. */
static void
test_quit (void)
{
  Pair *pair = pair_new ();

  listen_demo (pair->window, 0);
  g_assert_true (gui_wait (is_listening, pair->window));
  connect_demo (pair);
  g_signal_emit_by_name (gui_child (pair->window, "quit_button"), "clicked");
  g_assert_true (gui_wait (has_closed_any, pair));
  pair->window = open_window ();
  pair_free (pair);
}

static void
test_only_selected (void)
{
  Pair *pair = pair_new ();
  ServerWindow *window = pair->window;
  g_autoptr(DtlsKey) key = dtls_key_new_demo ();
  guint64 shown = G_MAXUINT64;

  listen_demo (window, 0);
  g_assert_true (gui_wait (is_listening, window));
  connect_with (pair, NULL, key, 3);
  g_assert_true (gui_wait (has_three_connected, pair));
  ui_connection_list_set_selected (gui_parts (window)->connection_list, get_connection (window, 2));
  g_object_get (gui_parts (window)->right_pane, "association", &shown, NULL);
  g_assert_cmpuint (shown, ==, 0);
  activate (window, "win.only-selected");
  g_object_get (gui_parts (window)->right_pane, "association", &shown, NULL);
  g_assert_cmpuint (shown, ==, ui_connection_get_id (get_connection (window, 2)));
  ui_connection_list_set_selected (gui_parts (window)->connection_list, NULL);
  g_object_get (gui_parts (window)->right_pane, "association", &shown, NULL);
  g_assert_cmpuint (shown, ==, 0);
  pair_free (pair);
}

static gboolean
is_narrow (gpointer window)
{
  return gui_parts (window)->narrow;
}

static void
test_narrow (void)
{
  Pair *pair;
  g_autofree char *expected = NULL;

  ui_settings_set_int (settings, "window-width", 360);
  ui_settings_set_int (settings, "window-height", 840);
  pair = pair_new ();
  g_assert_true (gui_wait (is_narrow, pair->window));
  g_assert_cmpint (gtk_orientable_get_orientation (GTK_ORIENTABLE (gui_parts (pair->window)->panes)), ==,
                   GTK_ORIENTATION_VERTICAL);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (pair->window)), <=, 420);
  listen_demo (pair->window, 0);
  g_assert_true (gui_wait (is_listening, pair->window));
  connect_demo (pair);
  expected = g_strdup_printf ("127.0.0.1:%u · 1 client", pair->window->bound.port);
  g_assert_cmpstr (get_subtitle (pair->window), ==, expected);
  gui_settle ();
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (pair->window)), <=, 420);
  gui_picture (GTK_WIDGET (pair->window), "server-narrow");
  pair_free (pair);
}

static void
test_dark (void)
{
  UiColorScheme *scheme = ui_color_scheme_get_default ();
  Pair *pair;

  ui_color_scheme_set_choice (scheme, UI_COLOR_CHOICE_DARK);
  pair = pair_new ();
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (pair->window), "dark"));
  listen_demo (pair->window, 0);
  g_assert_true (gui_wait (is_listening, pair->window));
  connect_demo (pair);
  gui_picture (GTK_WIDGET (pair->window), "server-running-dark");
  ui_color_scheme_set_choice (scheme, UI_COLOR_CHOICE_LIGHT);
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (pair->window), "dark"));
  pair_free (pair);
}

static void
test_remembered (void)
{
  ServerWindow *window;

  ui_settings_set_int (settings, "window-width", 900);
  ui_settings_set_int (settings, "window-height", 500);
  window = open_window ();
  g_assert_cmpint (get_default_width (window), ==, 900);
  activate (window, "win.fold-strip");
  gui_destroy (GTK_WINDOW (window));
  g_assert_true (ui_settings_get_boolean (settings, "strip-folded", FALSE));
  g_assert_cmpint (ui_settings_get_int (settings, "window-width", 0), ==, 900);

  window = open_window ();
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (gui_parts (window)->connection_list)));
  gui_destroy (GTK_WINDOW (window));
}

static void
test_key_log (void)
{
  ServerWindow *window;

  g_setenv ("SSLKEYLOGFILE", "/tmp/keys.log", TRUE);
  window = open_window ();
  g_unsetenv ("SSLKEYLOGFILE");
  g_assert_true (gtk_info_bar_get_revealed (gui_parts (window)->key_log_bar));
  g_assert_nonnull (strstr (gtk_label_get_label (gui_parts (window)->key_log_label), "/tmp/keys.log"));
  gui_picture (GTK_WIDGET (window), "server-key-log");
  gui_destroy (GTK_WINDOW (window));
}

static void
write_keys (const char *dir,
            const char *text)
{
  g_autofree char *path = test_write_file (dir, "keys.psk", text, -1, 0600);
}

static void
test_reload_keys (void)
{
  ServerWindow *window = open_window ();
  g_autofree char *dir = test_make_dir ();
  g_autofree char *path = test_write_file (dir, "keys.psk", "device-7:" KEY_HEX "\n", -1, 0600);
  g_autoptr(DtlsCredentials) table = dtls_credentials_load (path, NULL);

  server_window_reload_keys (window);
  assert_appears (gui_parts (window)->left_pane, "There is no key file to read again");

  server_window_use_credentials (window, table, path);
  write_keys (dir, "device-7:" KEY_HEX "\nnonsense\n");
  server_window_reload_keys (window);
  g_assert_true (window->credentials == table);         /* all or nothing */
  assert_appears (gui_parts (window)->left_pane, "The keys in use stay");

  write_keys (dir, "device-7:" KEY_HEX "\ndevice-8:" KEY_HEX "\n");
  server_window_reload_keys (window);
  g_assert_cmpuint (dtls_credentials_get_n (window->credentials), ==, 2);
  assert_appears (gui_parts (window)->left_pane, "was read again");
  gui_destroy (GTK_WINDOW (window));
  test_remove_dir (g_steal_pointer (&dir));
}

static void
test_without_schema (void)
{
  ServerWindow *window = server_window_new (NULL, NULL, NULL);

  gui_show (GTK_WINDOW (window));
  g_assert_cmpint (get_default_width (window), ==, 1090);
  activate (window, "win.preferences");
  gui_destroy (GTK_WINDOW (window));
}

static void
test_labels (void)
{
  Pair *pair = pair_new ();

  listen_demo (pair->window, 0);
  g_assert_true (gui_wait (is_listening, pair->window));
  connect_demo (pair);
  gui_assert_labelled (GTK_WIDGET (pair->window));
  pair_free (pair);
}

static void
test_keyboard_walk (void)
{
  static const char *const ids[]
      = { "left_pane", "right_pane",   "fold_button", "close_all_button", "connection_list",
          "composer",  "start_button", "quit_button", "search_button",    "menu_button" };
  Pair *pair = pair_new ();
  g_autoptr(GPtrArray) seen = NULL;

  listen_demo (pair->window, 0);
  g_assert_true (gui_wait (is_listening, pair->window));
  connect_demo (pair);
  gui_settle ();
  seen = gui_walk (GTK_WINDOW (pair->window));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      GtkWidget *wanted = gui_child (pair->window, ids[i]);
      guint at = 0;

      while (at < seen->len && seen->pdata[at] != wanted
             && !gtk_widget_is_ancestor (seen->pdata[at], wanted))
        at++;
      if (at == seen->len)
        g_error ("Tab does not reach %s", ids[i]);
    }
  pair_free (pair);
}

/* F6 goes through the parts of the window and comes round. */
static void
test_next_pane (void)
{
  Pair *pair = pair_new ();
  ServerWindow *window = pair->window;
  GtkWidget *expected[] = { GTK_WIDGET (gui_parts (window)->left_pane),       GTK_WIDGET (gui_parts (window)->right_pane),
                            GTK_WIDGET (gui_parts (window)->connection_list), GTK_WIDGET (gui_parts (window)->composer),
                            GTK_WIDGET (window->start_button),    GTK_WIDGET (gui_parts (window)->left_pane) };
  g_autoptr(GBytes) hello = g_bytes_new_static ("hello", 5);

  listen_demo (window, 0);
  g_assert_true (gui_wait (is_listening, window));
  connect_demo (pair);
  dtls_engine_send (pair->client, 0, hello);
  assert_appears (gui_parts (window)->right_pane, "hello");
  gui_settle ();
  gtk_window_set_focus (GTK_WINDOW (window), GTK_WIDGET (window->start_button));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      GtkWidget *focus;

      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.next-pane", "b", FALSE));
      focus = gtk_window_get_focus (GTK_WINDOW (window));
      g_assert_nonnull (focus);
      if (focus != expected[i] && !gtk_widget_is_ancestor (focus, expected[i]))
        g_error ("step %u of F6 leads to %s", i, G_OBJECT_TYPE_NAME (focus));
    }
  pair_free (pair);
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
    { "/server/window/empty", test_empty },
    { "/server/window/start-stop", test_start_stop },
    { "/server/window/dialog", test_dialog },
    { "/server/window/client", test_client },
    { "/server/window/stop-keeps-sessions", test_stop_keeps_sessions },
    { "/server/window/busy-port", test_busy_port },
    { "/server/window/unknown-identity", test_unknown_identity },
    { "/server/window/key-differs", test_key_differs },
    { "/server/window/send", test_send },
    { "/server/window/repeat-ends", test_repeat_ends },
    { "/server/window/reply", test_reply },
    { "/server/window/close", test_close },
    { "/server/window/quit", test_quit },
    { "/server/window/only-selected", test_only_selected },
    { "/server/window/narrow", test_narrow },
    { "/server/window/dark", test_dark },
    { "/server/window/remembered", test_remembered },
    { "/server/window/b4-key-log", test_key_log },
    { "/server/window/reload-keys", test_reload_keys },
    { "/server/window/without-schema", test_without_schema },
    { "/server/window/labels", test_labels },
    { "/server/window/keyboard-walk", test_keyboard_walk },
    { "/server/window/next-pane", test_next_pane },
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
