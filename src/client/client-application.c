/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-application.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "client-options.h"
#include "client-window.h"
#include "ui-color-scheme.h"
#include "ui-settings.h"
#include "ui-style.h"

#define APPLICATION_ID "org.dtlspair.Client"
#define EXIT_USAGE 2

struct _ClientApplication
{
  GtkApplication parent_instance;

  GSettings     *settings;      /* NULL: not installed */
  guint          signal_ids[2]; /* SIGINT, SIGTERM */
  guint          n_wanted;      /* connections that the command line of this process asked for */
  gboolean       failed;        /* not all of them were encrypted and answered */
};

G_DEFINE_FINAL_TYPE (ClientApplication, client_application, GTK_TYPE_APPLICATION)

static void
close_windows (ClientApplication *self)
{
  GList *windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self)));

  /* each is closed as by its button: it keeps its size, and its engine says goodbye */
  for (GList *i = windows; i != NULL; i = i->next)
    if (CLIENT_IS_WINDOW (i->data))
      gtk_window_close (i->data);
  g_list_free (windows);
}

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  close_windows (user_data);
}

static gboolean
signal_cb (gpointer user_data)
{
  close_windows (user_data);
  return G_SOURCE_CONTINUE;
}

static int
refuse (GApplicationCommandLine *command_line,
        const char              *sentence)
{
  g_application_command_line_printerr (command_line, "%s\n", sentence);
  return EXIT_USAGE;
}

/* The window of --connect closes: did all that was asked for work? */
static gboolean
close_request_cb (GtkWindow         *window,
                  ClientApplication *self)
{
  UiConnectionStore *store = ui_window_get_store (UI_WINDOW (window));

  ui_connection_store_flush (store);
  self->failed = ui_connection_store_get_n_answered (store) < self->n_wanted;
  return GDK_EVENT_PROPAGATE;
}

/* A window, and in it at once what its dialog would do. */
static int
open_window (ClientApplication       *self,
             GApplicationCommandLine *command_line,
             ClientOptions           *options)
{
  ClientWindow *window = client_window_new (GTK_APPLICATION (self), NULL, self->settings);

  dtls_engine_set_limits (ui_window_get_engine (UI_WINDOW (window)), &options->limits);
  if (options->has_connect)
    {
      for (guint i = 0; i < client_options_get_n_calls (options); i++)
        {
          DtlsConnectOptions connect;
          guint count;

          client_options_get_connect (options, i, &connect, &count);
          client_window_connect (window, &connect, count);
          client_options_clear_connect (&connect);
        }
      if (!g_application_command_line_get_is_remote (command_line))
        {
          self->n_wanted = options->count;
          g_signal_connect_object (window, "close-request", G_CALLBACK (close_request_cb), self, 0);
        }
    }
  else
    client_window_offer (window, options);

  gtk_window_present (GTK_WINDOW (window));
  return 0;
}

static int
load_and_open (ClientApplication       *self,
               GApplicationCommandLine *command_line,
               ClientOptions           *options)
{
  g_autoptr(GInputStream) input = g_application_command_line_get_stdin (command_line);
  g_autoptr(GError) error = NULL;

  if (!client_options_load_keys (options, input, &error))
    return refuse (command_line, error->message);
  return open_window (self, command_line, options);
}

static void
load_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  ClientOptions *options = g_object_get_data (source, "options");
  g_autoptr(GInputStream) input = g_application_command_line_get_stdin (source);
  GError *error = NULL;

  if (client_options_load_keys (options, input, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(ClientApplication) self = user_data;
  GApplicationCommandLine *command_line = G_APPLICATION_COMMAND_LINE (source);
  g_autoptr(GError) error = NULL;
  int status;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    status = open_window (self, command_line, g_object_get_data (source, "options"));
  else
    status = refuse (command_line, error->message);
  g_application_command_line_set_exit_status (command_line, status);
  g_application_release (G_APPLICATION (self));
}

/* The keys come from the standard input of another process, which may take its time: not here. */
static int
load_elsewhere (ClientApplication       *self,
                GApplicationCommandLine *command_line,
                ClientOptions           *options)
{
  g_autoptr(GTask) task = g_task_new (command_line, NULL, loaded_cb, g_object_ref (self));

  g_object_set_data_full (G_OBJECT (command_line), "options", options,
                          (GDestroyNotify) client_options_free);
  g_application_hold (G_APPLICATION (self));
  g_task_run_in_thread (task, load_thread);
  return 0;
}

static int
client_application_command_line (GApplication            *application,
                                 GApplicationCommandLine *command_line)
{
  ClientApplication *self = CLIENT_APPLICATION (application);
  g_autoptr(GError) error = NULL;
  g_autoptr(ClientOptions) options = NULL;
  g_auto(GStrv) argv = g_application_command_line_get_arguments (command_line, NULL);

  options = client_options_new (argv, g_application_command_line_get_cwd (command_line), &error);
  if (options == NULL)
    return refuse (command_line, error->message);
  if (options->answer != NULL)
    {
      g_application_command_line_print (command_line, "%s", options->answer);
      return 0;
    }
  if (options->headless)
    return refuse (command_line, _("--headless needs a start of its own."));

  if (g_application_command_line_get_is_remote (command_line)
      && g_strcmp0 (options->key_file, "-") == 0)
    return load_elsewhere (self, command_line, g_steal_pointer (&options));
  return load_and_open (self, command_line, options);
}

static void
client_application_activate (GApplication *application)
{
  ClientApplication *self = CLIENT_APPLICATION (application);

  gtk_window_present (
      GTK_WINDOW (client_window_new (GTK_APPLICATION (self), NULL, self->settings)));
}

static void
new_window_action (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  client_application_activate (user_data);
}

static void
client_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { "new-window", new_window_action, NULL, NULL, NULL, { 0 } },
    { "quit", quit_action, NULL, NULL, NULL, { 0 } },
  };
  ClientApplication *self = CLIENT_APPLICATION (application);
  UiColorScheme *scheme;

  G_APPLICATION_CLASS (client_application_parent_class)->startup (application);

  scheme = ui_color_scheme_get_default ();
  ui_style_init (gdk_display_get_default ());
  gtk_window_set_default_icon_name (APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  ui_window_set_accels (GTK_APPLICATION (self));

  self->signal_ids[0] = g_unix_signal_add (SIGINT, signal_cb, self);
  self->signal_ids[1] = g_unix_signal_add (SIGTERM, signal_cb, self);

  self->settings = ui_settings_open (APPLICATION_ID);
  if (self->settings != NULL)
    g_settings_bind (self->settings, "color-scheme", scheme, "choice", G_SETTINGS_BIND_DEFAULT);
}

static void
client_application_dispose (GObject *object)
{
  ClientApplication *self = CLIENT_APPLICATION (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (client_application_parent_class)->dispose (object);
}

static void
client_application_class_init (ClientApplicationClass *class)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = client_application_dispose;
  application_class->startup = client_application_startup;
  application_class->activate = client_application_activate;
  application_class->command_line = client_application_command_line;
}

static void
client_application_init (ClientApplication *self)
{
}

/**
 * client_application_new:
 *
 * The program with windows. Each start opens a new one with its own engine, also when a process
 * that runs already is told of it. Thread: the main one.
 */
ClientApplication *
client_application_new (void)
{
  return g_object_new (CLIENT_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE,
                       "resource-base-path", "/org/dtlspair/client",
                       NULL);
}

/**
 * client_application_get_settings:
 *
 * NULL where the schema is not installed. Borrowed.
 */
GSettings *
client_application_get_settings (ClientApplication *self)
{
  g_return_val_if_fail (CLIENT_IS_APPLICATION (self), NULL);

  return self->settings;
}

/**
 * client_application_get_failed:
 *
 * Whether a connection that the command line of this process asked for was not encrypted, or
 * nothing of what it sent was answered: known when its window is closed. Source: DESIGN 3.
 */
gboolean
client_application_get_failed (ClientApplication *self)
{
  g_return_val_if_fail (CLIENT_IS_APPLICATION (self), TRUE);

  return self->failed;
}
