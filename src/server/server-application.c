/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-application.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "server-options.h"
#include "server-window.h"
#include "ui-color-scheme.h"
#include "ui-settings.h"
#include "ui-style.h"

#define APPLICATION_ID "org.dtlspair.Server"
#define EXIT_REFUSED 2

struct _ServerApplication
{
  GtkApplication parent_instance;

  GSettings     *settings;      /* NULL: not installed */
  guint          signal_ids[3]; /* SIGINT, SIGTERM, SIGHUP */
};

/* One start that waits for its keys. */
typedef struct
{
  ServerApplication       *application;
  GApplicationCommandLine *command_line;
  ServerOptions           *options;
} Start;

G_DEFINE_FINAL_TYPE (ServerApplication, server_application, GTK_TYPE_APPLICATION)

static void
start_free (Start *start)
{
  g_application_release (G_APPLICATION (start->application));
  g_object_unref (start->application);
  g_object_unref (start->command_line);
  server_options_free (start->options);
  g_free (start);
}

static int
refuse (GApplicationCommandLine *command_line,
        const char              *sentence)
{
  g_application_command_line_printerr (command_line, "%s\n", sentence);
  return EXIT_REFUSED;
}

/* A window, and in it at once what its dialog would do; without --listen the other options wait in
 * the dialog. */
static void
open_window (ServerApplication *self,
             ServerOptions     *options,
             gboolean           has_more)
{
  ServerWindow *window = server_window_new (GTK_APPLICATION (self), NULL, self->settings);

  if (options != NULL)
    {
      gboolean is_file = options->key_file != NULL && !options->key_file_is_shared
                         && !g_str_equal (options->key_file, "-");
      DtlsListenOptions listen;

      server_options_get_listen (options, &listen);
      if (options->has_listen)
        server_window_listen (window, &listen, is_file ? options->key_file : NULL);
      else if (has_more)
        server_window_offer (window, &listen, is_file ? options->key_file : NULL);
    }
  gtk_window_present (GTK_WINDOW (window));
}

static void
load_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Start *start = task_data;
  g_autoptr(GInputStream) input = g_application_command_line_get_stdin (start->command_line);
  GError *error = NULL;

  if (server_options_load_keys (start->options, input, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Start *start = user_data;
  g_autoptr(GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    open_window (start->application, start->options, TRUE);
  else
    g_application_command_line_set_exit_status (start->command_line,
                                                refuse (start->command_line, error->message));
  start_free (start);
}

/* Standard input may belong to another process and take its time: no window waits for it. */
static void
load_keys (ServerApplication       *self,
           GApplicationCommandLine *command_line,
           ServerOptions           *options)
{
  Start *start = g_new0 (Start, 1);
  g_autoptr(GTask) task = g_task_new (NULL, NULL, loaded_cb, start);

  start->application = g_object_ref (self);
  start->command_line = g_object_ref (command_line);
  start->options = options;
  g_task_set_task_data (task, start, NULL);     /* loaded_cb() frees it, in this thread */
  g_application_hold (G_APPLICATION (self));
  g_task_run_in_thread (task, load_thread);
}

static int
server_application_command_line (GApplication            *application,
                                 GApplicationCommandLine *command_line)
{
  ServerApplication *self = SERVER_APPLICATION (application);
  g_auto(GStrv) argv = g_application_command_line_get_arguments (command_line, NULL);
  g_autoptr(ServerOptions) options = NULL;
  g_autoptr(GError) error = NULL;

  options = server_options_new (argv, g_application_command_line_get_cwd (command_line), &error);
  if (options == NULL)
    return refuse (command_line, error->message);
  if (options->answer != NULL)
    {
      g_application_command_line_print (command_line, "%s", options->answer);
      return 0;
    }
  if (options->headless)
    return refuse (command_line, _("--headless needs a start of its own."));

  if (g_strcmp0 (options->key_file, "-") == 0)
    {
      load_keys (self, command_line, g_steal_pointer (&options));
      return 0;
    }
  if (!server_options_load_keys (options, NULL, &error))
    return refuse (command_line, error->message);
  open_window (self, options, g_strv_length (argv) > 1);
  return 0;
}

static void
server_application_activate (GApplication *application)
{
  open_window (SERVER_APPLICATION (application), NULL, FALSE);
}

static void
new_window_action (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  open_window (user_data, NULL, FALSE);
}

/* Each window is closed as by its button: it keeps its size, and its engine says goodbye. */
static void
close_windows (ServerApplication *self)
{
  g_autoptr(GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self)));

  for (GList *i = windows; i != NULL; i = i->next)
    if (SERVER_IS_WINDOW (i->data))
      gtk_window_close (i->data);
}

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  close_windows (user_data);
}

static gboolean
end_signal_cb (gpointer user_data)
{
  close_windows (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
reload_signal_cb (gpointer user_data)
{
  for (GList *i = gtk_application_get_windows (user_data); i != NULL; i = i->next)
    if (SERVER_IS_WINDOW (i->data))
      server_window_reload_keys (i->data);
  return G_SOURCE_CONTINUE;
}

static void
server_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { "new-window", new_window_action, NULL, NULL, NULL, { 0 } },
    { "quit", quit_action, NULL, NULL, NULL, { 0 } },
  };
  ServerApplication *self = SERVER_APPLICATION (application);

  G_APPLICATION_CLASS (server_application_parent_class)->startup (application);

  ui_style_init (gdk_display_get_default ());
  gtk_window_set_default_icon_name (APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  ui_window_set_accels (GTK_APPLICATION (self));

  self->settings = ui_settings_open (APPLICATION_ID);
  if (self->settings != NULL)
    g_settings_bind (self->settings, "color-scheme", ui_color_scheme_get_default (), "choice",
                     G_SETTINGS_BIND_DEFAULT);

  self->signal_ids[0] = g_unix_signal_add (SIGINT, end_signal_cb, self);
  self->signal_ids[1] = g_unix_signal_add (SIGTERM, end_signal_cb, self);
  self->signal_ids[2] = g_unix_signal_add (SIGHUP, reload_signal_cb, self);
}

static void
server_application_dispose (GObject *object)
{
  ServerApplication *self = SERVER_APPLICATION (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (server_application_parent_class)->dispose (object);
}

static void
server_application_class_init (ServerApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = server_application_dispose;
  application_class->startup = server_application_startup;
  application_class->activate = server_application_activate;
  application_class->command_line = server_application_command_line;
}

static void
server_application_init (ServerApplication *self)
{
}

/**
 * server_application_new:
 *
 * The program with windows. Each start opens a new one with its own engine, also when a process
 * that runs already is told of it; the last one that closes ends the process. Thread: the main one.
 */
ServerApplication *
server_application_new (void)
{
  return g_object_new (SERVER_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE,
                       "resource-base-path", "/org/dtlspair/server",
                       NULL);
}
