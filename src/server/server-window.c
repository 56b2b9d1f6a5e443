/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-window-private.h"

#include <glib/gi18n-lib.h>

#include "ui-accessible.h"
#include "ui-settings.h"

enum
{
  PROP_LISTENING = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ServerWindow, server_window, UI_TYPE_WINDOW)

static char *
make_subtitle (UiWindow *window)
{
  ServerWindow *self = SERVER_WINDOW (window);
  guint n = ui_connection_store_get_n_connected (ui_window_get_store (window));
  char address[DTLS_ADDRESS_TEXT_BYTES];

  if (!self->listening)
    return n == 0 ? g_strdup (_("Not listening"))
                  : g_strdup_printf (
                      ngettext ("Not listening · %u client", "Not listening · %u clients", n), n);

  dtls_address_print (&self->bound, DTLS_ADDRESS_ENDPOINT, address);
  if (ui_window_get_narrow (window))
    /* Translators: %s is an address with its port */
    return g_strdup_printf (ngettext ("%s · %u client", "%s · %u clients", n), address, n);
  /* Translators: %s is an address with its port */
  return g_strdup_printf (
      ngettext ("Listening on %s · %u client", "Listening on %s · %u clients", n), address, n);
}

static void
update (UiWindow *window)
{
  ServerWindow *self = SERVER_WINDOW (window);
  UiConnection *selected = ui_window_get_selected (window);
  gboolean unknown = selected != NULL
                     && ui_connection_get_state (selected) == UI_CONNECTION_UNKNOWN_IDENTITY;
  const char *label = self->listening ? _("Stop _listening") : _("Start _listening");
  GtkWidget *widget = GTK_WIDGET (self);

  if (g_strcmp0 (gtk_button_get_label (self->start_button), label) != 0)
    gtk_button_set_label (self->start_button, label);
  /* one suggested button: this one while it is the next step, Send once a message is typed */
  ui_button_set_suggested (self->start_button, !self->listening && !ui_window_can_send (window));

  gtk_widget_action_set_enabled (
      widget, "win.close-all", ui_connection_store_get_n_open (ui_window_get_store (window)) > 0);
  gtk_widget_action_set_enabled (widget, "win.add-key", unknown);
}

static void
set_listening (ServerWindow *self,
               gboolean      listening)
{
  self->listening = listening;
  ui_window_update (UI_WINDOW (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LISTENING]);
}

static void
follow_event (UiWindow        *window,
              const DtlsEvent *event)
{
  ServerWindow *self = SERVER_WINDOW (window);

  switch (event->code)
    {
    case DTLS_CODE_LISTENING:
      self->bound = event->peer;
      ui_window_hide_error (window);
      set_listening (self, TRUE);
      break;
    case DTLS_CODE_NOT_ACCEPTING:
      set_listening (self, FALSE);
      break;
    default:
      break;
    }
}

static void
cure (UiWindow *window,
      guint     code,
      GBytes   *identity)
{
  server_window_cure (SERVER_WINDOW (window), code, identity);
}

static void
server_window_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_LISTENING:
      g_value_set_boolean (value, SERVER_WINDOW (object)->listening);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
server_window_dispose (GObject *object)
{
  ServerWindow *self = SERVER_WINDOW (object);

  g_clear_weak_pointer (&self->form);
  g_clear_weak_pointer (&self->editor);
  server_window_clear_offered (self);
  g_clear_pointer (&self->credentials, dtls_credentials_unref);
  g_clear_pointer (&self->key_file, g_free);
  G_OBJECT_CLASS (server_window_parent_class)->dispose (object);
}

static void
fill_in (UiWindowClass *class)
{
  class->role = DTLS_ROLE_SERVER;
  class->log_name = "dtls-server.log";
  class->info_caption = _("Dtls server info:");
  class->messages_caption = _("Received messages:");
  class->messages_empty
      = _("What clients send appears here, decrypted: its bytes first, then its text.");
  class->help_title = _("How to serve");
  class->help_text
      = _("Both programs on one computer? Start the server, then connect to localhost.\n\n"
          "“Start listening” asks for an address, a port and the key that both sides share. "
          "What happens is told on the left, what clients send is shown on the right, as text and "
          "as hex.\n\n"
          "“Stop listening” lets no new client in; those that are connected are still answered.\n\n"
          "A line that says what went wrong ends with “Why?”: it tells the likely cause and what "
          "to compare.\n\n"
          "Ctrl+? lists all keyboard shortcuts.");
  class->about = _("Answers clients over DTLS 1.2 with pre-shared keys, "
                   "and tells why when it does not work.");
  class->make_subtitle = make_subtitle;
  class->update = update;
  class->event = follow_event;
  class->cure = cure;
}

static void
server_window_class_init (ServerWindowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = server_window_get_property;
  object_class->dispose = server_window_dispose;
  fill_in (UI_WINDOW_CLASS (class));

  props[PROP_LISTENING] = g_param_spec_boolean ("listening", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/dtlspair/server/server-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, start_button);
  server_window_install_actions (widget_class);
}

static void
server_window_init (ServerWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_accessible_name_controls (GTK_WIDGET (self));
}

static void
reply_changed_cb (ServerWindow *self)
{
  DtlsEngine *engine = ui_window_get_engine (UI_WINDOW (self));

  self->offered.reply = (DtlsReply) ui_settings_get_enum (ui_window_get_settings (UI_WINDOW (self)),
                                                          "reply", DTLS_REPLY_ACK);
  if (engine != NULL)
    dtls_engine_set_reply (engine, self->offered.reply);
}

/**
 * server_window_new:
 * @engine: (nullable): the engine to use, started; NULL: one of its own
 * @settings: (nullable): of org.dtlspair.Server
 *
 * A window with its own engine, not shown yet. The engine ends with the window. Main thread.
 */
ServerWindow *
server_window_new (GtkApplication *application,
                   DtlsEngine     *engine,
                   GSettings      *settings)
{
  ServerWindow *self = g_object_new (SERVER_TYPE_WINDOW, "application", application, "engine",
                                     engine, "settings", settings, NULL);

  if (settings != NULL)
    g_signal_connect_object (settings, "changed::reply", G_CALLBACK (reply_changed_cb), self,
                             G_CONNECT_SWAPPED);
  ui_window_set_empty (UI_WINDOW (self), _("Not listening yet"),
                       _("“Start listening” below asks for an address, a port and keys."));
  return self;
}

/**
 * server_window_get_form:
 *
 * The listen dialog while it is open, else NULL; owned by GTK.
 */
GtkWindow *
server_window_get_form (ServerWindow *self)
{
  g_return_val_if_fail (SERVER_IS_WINDOW (self), NULL);

  return self->form != NULL ? GTK_WINDOW (self->form) : NULL;
}
