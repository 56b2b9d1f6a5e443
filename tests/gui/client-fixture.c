/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-fixture.h"

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
    g_task_return_pointer (task,
                           g_list_append (NULL, g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4)),
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

ClientApplication *application;

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

void
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

void
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

void
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

  return ui_connection_store_get_n_connected (gui_parts (self->window)->store) == self->wanted;
}

void
wait_connected (Fixture *self,
                guint    n)
{
  self->wanted = n;
  g_assert_true (gui_wait (has_connected, self));
  gui_settle ();
  ui_connection_store_flush (gui_parts (self->window)->store);   /* the rows are there, too */
}

gboolean
has_none_open (gpointer user_data)
{
  return ui_connection_store_get_n_open (gui_parts (((Fixture *) user_data)->window)->store) == 0;
}

static gboolean
left_contains (gpointer user_data)
{
  Fixture *self = user_data;

  return gui_contains (ui_message_pane_get_text_view (gui_parts (self->window)->left_pane), self->text);
}

static gboolean
right_contains (gpointer user_data)
{
  Fixture *self = user_data;

  return gui_contains (ui_message_pane_get_text_view (gui_parts (self->window)->right_pane), self->text);
}

void
wait_left (Fixture    *self,
           const char *text)
{
  self->text = text;
  g_assert_true (gui_wait (left_contains, self));
}

void
wait_right (Fixture    *self,
            const char *text)
{
  self->text = text;
  g_assert_true (gui_wait (right_contains, self));
}

const char *
get_subtitle (Fixture *self)
{
  return gtk_label_get_label (gui_parts (self->window)->subtitle);
}

static gboolean
has_subtitle (gpointer user_data)
{
  Fixture *self = user_data;

  return g_str_equal (get_subtitle (self), self->text);
}

/* The list of connections changes 4 times a second at most. */
void
wait_subtitle (Fixture    *self,
               const char *text)
{
  self->text = text;
  if (!gui_wait (has_subtitle, self))
    g_error ("the subtitle is “%s”, not “%s”", get_subtitle (self), text);
}

gboolean
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

void
wait_disabled (Fixture    *self,
               const char *id)
{
  self->text = id;
  g_assert_true (gui_wait (is_disabled_text, self));
}

void
click (Fixture    *self,
       const char *id)
{
  g_signal_emit_by_name (gui_child (self->window, id), "clicked");
  gui_settle ();
}

gboolean
has_form (gpointer user_data)
{
  Fixture *self = user_data;

  return self->window->form != NULL && gtk_widget_get_mapped (GTK_WIDGET (self->window->form));
}

gboolean
has_no_form (gpointer user_data)
{
  return ((Fixture *) user_data)->window->form == NULL;
}

gboolean
has_no_lookup (gpointer user_data)
{
  return ((Fixture *) user_data)->window->lookups->len == 0;
}

void
select_row (Fixture *self,
            guint    position)
{
  g_autoptr(UiConnection) connection
      = g_list_model_get_item (G_LIST_MODEL (gui_parts (self->window)->store), position);

  ui_connection_list_set_selected (gui_parts (self->window)->connection_list, connection);
  gui_settle ();
}

/**
 * fixture_add:
 *
 * A test with a server, a window and settings as they are at first.
 */
void
fixture_add (const char *path,
             void      (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

/**
 * fixture_run:
 *
 * Runs all tests in one application. @add is called between its start and the first of them.
 */
int
fixture_run (int     argc,
             char  **argv,
             void  (*add) (void))
{
  int status;

  gtk_test_init (&argc, &argv, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_resolver_set_default (g_object_new (TEST_TYPE_RESOLVER, NULL));
  application = client_application_new ();
  g_application_set_flags (G_APPLICATION (application),
                           g_application_get_flags (G_APPLICATION (application))
                             | G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  add ();
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
