/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-window-private.h"

#include <glib/gi18n-lib.h>

#include "ui-accessible.h"

/* Attempts that are kept to fill the dialog again. */
#define MAX_ATTEMPTS 100

enum
{
  PROP_PINGS = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ClientWindow, client_window, UI_TYPE_WINDOW)

/* "2 connections, 1 handshake" */
static char *
make_subtitle (UiWindow *window)
{
  UiConnectionStore *store = ui_window_get_store (window);
  guint n_connected = ui_connection_store_get_n_connected (store);
  guint n_handshakes = ui_connection_store_get_n_handshakes (store);
  g_autofree char *connections = NULL;
  g_autofree char *handshakes = NULL;

  if (n_connected == 0 && n_handshakes == 0)
    return g_strdup (_("No connections"));

  connections
      = g_strdup_printf (ngettext ("%u connection", "%u connections", n_connected), n_connected);
  if (n_handshakes == 0)
    return g_steal_pointer (&connections);

  handshakes
      = g_strdup_printf (ngettext ("%u handshake", "%u handshakes", n_handshakes), n_handshakes);
  if (n_connected == 0)
    return g_steal_pointer (&handshakes);

  /* Translators: a list of two counts, such as "2 connections, 1 handshake" */
  return g_strdup_printf (_("%s, %s"), connections, handshakes);
}

static void
update (UiWindow *window)
{
  ClientWindow *self = CLIENT_WINDOW (window);
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean looking_up = self->lookups->len > 0;
  const char *label = looking_up ? _("_Cancel lookup") : _("_Connect ...");

  if (g_strcmp0 (gtk_button_get_label (self->connect_button), label) != 0)
    gtk_button_set_label (self->connect_button, label);
  /* one suggested button: this one, until a message is ready to be sent */
  ui_button_set_suggested (self->connect_button, !looking_up && !ui_window_can_send (window));

  gtk_widget_action_set_enabled (
      widget, "win.shutdown", ui_connection_store_get_n_open (ui_window_get_store (window)) > 0);
  gtk_widget_action_set_enabled (widget, "win.reconnect", ui_window_get_selected (window) != NULL);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PINGS]);
}

static void
began (ClientWindow    *self,
       const DtlsEvent *event)
{
  g_autofree char *name = NULL;
  const ClientAttempt *attempt;

  if ((event->flags & DTLS_EVENT_FLAG_FIRST) == 0)
    return;

  name = g_strndup ((const char *) dtls_event_name (event), event->n_name);
  self->n_named = MAX (self->n_named, client_default_name_get_next (name));
  attempt = client_attempt_find (self->attempts, NULL);
  if (attempt != NULL && !attempt->pings)
    client_window_note_pings (self, event->association, FALSE);
}

static void
follow_event (UiWindow        *window,
              const DtlsEvent *event)
{
  if (event->code == DTLS_CODE_STARTING)
    began (CLIENT_WINDOW (window), event);
  else if (event->code == DTLS_CODE_ESTABLISHED)
    ui_window_hide_error (window);
}

static void
cure (UiWindow *window,
      guint     code,
      GBytes   *identity)
{
  ClientWindow *self = CLIENT_WINDOW (window);

  client_window_show_form (self, client_attempt_find (self->attempts, identity));
}

/* One dtls_engine_connect_async() under way. */
typedef struct
{
  ClientWindow *window;
  GCancellable *cancellable;
  guint         after;          /* the number behind that of its name, 0: it has none */
} ConnectCall;

static void
connect_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autofree ConnectCall *call = user_data;
  g_autoptr(ClientWindow) self = call->window;
  g_autoptr(GCancellable) cancellable = call->cancellable;
  UiLog *log = ui_window_get_log (UI_WINDOW (self));
  g_autoptr(GError) error = NULL;

  g_ptr_array_remove (self->lookups, cancellable);
  if (!dtls_engine_connect_finish (DTLS_ENGINE (source), result, &error))
    {
      /* nothing was begun: its number is free again */
      if (call->after > 0 && call->after == self->n_named)
        self->n_named--;
      /* a name that is not found has its row from the engine */
      if (log != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
          && !g_error_matches (error, DTLS_ERROR, DTLS_ERROR_NOT_FOUND))
        ui_log_append_row (log, REPORT_ERROR, error->message);
    }
  ui_window_update (UI_WINDOW (self));
}

static void
accepted_cb (ClientWindow      *self,
             ClientConnectForm *form)
{
  DtlsConnectOptions options;

  client_connect_form_get_options (form, &options);
  client_window_connect (self, &options, 1);
  g_clear_pointer (&self->offered, client_options_free);        /* remembered by now */
}

/**
 * client_window_show_form:
 * @attempt: (nullable): what to fill in; then the key field has the focus
 *
 * Opens the connect dialog, or brings it to the front. The focus returns to where it was by
 * itself: it belongs to the window.
 */
void
client_window_show_form (ClientWindow        *self,
                         const ClientAttempt *attempt)
{
  if (self->form == NULL)
    {
      g_set_weak_pointer (&self->form,
                          client_connect_form_new (GTK_WINDOW (self),
                                                   ui_window_get_settings (UI_WINDOW (self)),
                                                   self->n_named));
      if (self->last_key != NULL)
        client_connect_form_set_key (self->form, self->last_key);
      if (self->offered != NULL)
        client_connect_form_set_options (self->form, self->offered);
      g_signal_connect_object (self->form, "accepted", G_CALLBACK (accepted_cb), self,
                               G_CONNECT_SWAPPED);
    }

  if (attempt != NULL)
    client_connect_form_set_connection (self->form, attempt->host, attempt->port, attempt->name,
                                        attempt->identity);
  gtk_window_present (GTK_WINDOW (self->form));
}

static void
client_window_set_property (GObject      *object,
                            guint         property_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  switch (property_id)
    {
    case PROP_PINGS:
      client_window_set_pings (CLIENT_WINDOW (object), g_value_get_boolean (value));
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
client_window_get_property (GObject    *object,
                            guint       property_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_PINGS:
      g_value_set_boolean (value, client_window_get_pings (CLIENT_WINDOW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
client_window_dispose (GObject *object)
{
  ClientWindow *self = CLIENT_WINDOW (object);

  for (guint i = 0; i < self->lookups->len; i++)
    g_cancellable_cancel (g_ptr_array_index (self->lookups, i));
  g_clear_weak_pointer (&self->form);
  g_clear_pointer (&self->last_key, dtls_key_unref);
  g_clear_pointer (&self->offered, client_options_free);
  G_OBJECT_CLASS (client_window_parent_class)->dispose (object);
}

static void
client_window_finalize (GObject *object)
{
  ClientWindow *self = CLIENT_WINDOW (object);

  g_ptr_array_unref (self->lookups);
  g_ptr_array_unref (self->attempts);
  g_hash_table_unref (self->without_pings);
  G_OBJECT_CLASS (client_window_parent_class)->finalize (object);
}

static void
fill_in (UiWindowClass *class)
{
  class->role = DTLS_ROLE_CLIENT;
  class->log_name = "dtls-client.log";
  class->info_caption = _("DTLS info messages:");
  class->messages_caption = _("Received datagrams:");
  class->messages_empty = _("What the server sends appears here, as text and as hex.");
  class->help_title = _("How to connect");
  class->help_text
      = _("Both programs on one computer? Start the server, then connect to localhost.\n\n"
          "“Connect ...” asks for the server, an identity and the key that both sides share. "
          "What happens is told on the left, what the server sends is shown on the right, as text "
          "and as hex.\n\n"
          "A line that says what went wrong ends with “Why?”: it tells the likely cause and what "
          "to compare.\n\n"
          "Ctrl+? lists all keyboard shortcuts.");
  class->about = _("Talks to a server over DTLS 1.2 with pre-shared keys, "
                   "and tells why when it does not work.");
  class->make_subtitle = make_subtitle;
  class->update = update;
  class->event = follow_event;
  class->cure = cure;
}

static void
client_window_class_init (ClientWindowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = client_window_set_property;
  object_class->get_property = client_window_get_property;
  object_class->dispose = client_window_dispose;
  object_class->finalize = client_window_finalize;
  fill_in (UI_WINDOW_CLASS (class));

  props[PROP_PINGS]
      = g_param_spec_boolean ("pings", NULL, NULL, TRUE,
                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/dtlspair/client/client-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, connect_button);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, shutdown_button);
  client_window_install_actions (widget_class);
}

static void
client_window_init (ClientWindow *self)
{
  self->lookups = g_ptr_array_new_with_free_func (g_object_unref);
  self->attempts = g_ptr_array_new_with_free_func ((GDestroyNotify) client_attempt_free);
  self->without_pings = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->all_pings = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_accessible_name_controls (GTK_WIDGET (self));
}

/**
 * client_window_new:
 * @engine: (nullable): the engine to use, started; NULL: one of its own
 * @settings: (nullable): of org.dtlspair.Client
 *
 * A window with its own engine, not shown yet. The engine ends with the window. Thread: the main
 * one.
 */
ClientWindow *
client_window_new (GtkApplication *application,
                   DtlsEngine     *engine,
                   GSettings      *settings)
{
  ClientWindow *self = g_object_new (CLIENT_TYPE_WINDOW, "application", application, "engine",
                                     engine, "settings", settings, NULL);

  ui_window_set_empty (UI_WINDOW (self), _("No connections"),
                       _("“Connect ...” below asks for a server, an identity and a key."));
  return self;
}

static void
remember_attempt (ClientWindow             *self,
                  const DtlsConnectOptions *options)
{
  g_ptr_array_add (self->attempts, client_attempt_new (options));
  if (self->attempts->len > MAX_ATTEMPTS)
    g_ptr_array_remove_index (self->attempts, 0);

  if (options->key != NULL)
    {
      g_clear_pointer (&self->last_key, dtls_key_unref);
      self->last_key = dtls_key_ref (options->key);
    }
}

/**
 * client_window_connect:
 *
 * Begins @count connections. What becomes of them is told in the window. A name is looked up
 * meanwhile; other connections can be begun at the same time.
 */
void
client_window_connect (ClientWindow             *self,
                       const DtlsConnectOptions *options,
                       guint                     count)
{
  ConnectCall *call;
  DtlsAddress address;

  g_return_if_fail (CLIENT_IS_WINDOW (self));
  g_return_if_fail (options != NULL && options->host != NULL);

  call = g_new0 (ConnectCall, 1);
  call->window = g_object_ref (self);
  call->cancellable = g_cancellable_new ();
  if (count == 1)
    {
      call->after = client_default_name_get_next (options->name);
      self->n_named = MAX (self->n_named, call->after);
    }
  remember_attempt (self, options);
  if (!dtls_address_parse_ip (&address, options->host, options->port))
    g_ptr_array_add (self->lookups, g_object_ref (call->cancellable));

  dtls_engine_connect_async (ui_window_get_engine (UI_WINDOW (self)), options, count,
                             call->cancellable, connect_cb, call);
  ui_window_update (UI_WINDOW (self));
}

/**
 * client_window_offer:
 * @options: a reference is taken; its keys are loaded
 *
 * What the dialog opens with until it is accepted, instead of what was used last. Main thread.
 */
void
client_window_offer (ClientWindow  *self,
                     ClientOptions *options)
{
  g_return_if_fail (CLIENT_IS_WINDOW (self));
  g_return_if_fail (options != NULL && options->credentials != NULL);

  g_clear_pointer (&self->offered, client_options_free);
  self->offered = client_options_ref (options);
}
