/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-window-private.h"

#include <glib/gi18n-lib.h>

#include "ui-color-scheme.h"
#include "ui-settings.h"

/* Attempts that are kept to fill the dialog again. */
#define MAX_ATTEMPTS 100

G_DEFINE_FINAL_TYPE (ClientWindow, client_window, GTK_TYPE_APPLICATION_WINDOW)

GParamSpec *client_window_props[N_PROPS];

static void
set_css_class (gpointer    widget,
               const char *css_class,
               gboolean    wanted)
{
  if (wanted)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

static void
update_connect_button (ClientWindow *self)
{
  gboolean looking_up = self->lookups->len > 0;
  const char *label = looking_up ? _("_Cancel lookup") : _("_Connect ...");

  if (g_strcmp0 (gtk_button_get_label (self->connect_button), label) != 0)
    gtk_button_set_label (self->connect_button, label);
  /* one suggested button: this one, until a message is ready to be sent */
  set_css_class (self->connect_button, "suggested-action",
                 !looking_up && !ui_message_composer_get_can_send (self->composer));
}

static void
update_actions (ClientWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  UiConnection *selected = ui_connection_list_get_selected (self->connection_list);

  gtk_widget_action_set_enabled (widget, "win.shutdown",
                                 ui_connection_store_get_n_open (self->store) > 0);
  gtk_widget_action_set_enabled (widget, "win.reconnect", selected != NULL);
  gtk_widget_action_set_enabled (widget, "win.close-connection",
                                 selected != NULL && !ui_connection_get_ended (selected));
  gtk_widget_action_set_enabled (widget, "win.send",
                                 ui_message_composer_get_can_send (self->composer));
}

/**
 * client_window_update:
 *
 * Lets title, texts and actions follow what is connected, selected and looked up.
 */
void
client_window_update (ClientWindow *self)
{
  guint n_rows;
  g_autofree char *subtitle = NULL;
  g_autofree char *caption = NULL;
  g_autofree char *summary = NULL;

  /* the window is being built, or goes away */
  if (self->engine == NULL)
    return;

  n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->store));
  subtitle = client_window_make_subtitle (self);
  gtk_label_set_label (self->subtitle, subtitle);
  /* Translators: %u is how many there are */
  caption = g_strdup_printf (_("Connections (%u)"), n_rows);
  gtk_label_set_label (self->strip_caption, caption);
  g_object_get (self->store, "summary", &summary, NULL);
  gtk_label_set_label (self->summary, summary != NULL && !self->narrow ? summary : "");
  gtk_revealer_set_reveal_child (self->strip, n_rows > 0);
  update_connect_button (self);
  update_actions (self);
}

static void
update_empty_text (ClientWindow *self)
{
  gboolean first_run = ui_settings_get_boolean (self->settings, "first-run", TRUE);

  ui_message_pane_set_empty (
      self->left_pane, NULL, _("No connections"),
      first_run ? _("Both programs on one computer? Start the server, then connect to localhost.")
                : _("\"Connect ...\" below asks for a server, an identity and a key."));
}

static void
apply_selection (ClientWindow *self)
{
  UiConnection *selected = ui_connection_list_get_selected (self->connection_list);
  guint64 association
      = self->only_selected && selected != NULL ? ui_connection_get_id (selected) : 0;

  ui_message_pane_set_association (self->left_pane, association);
  ui_message_pane_set_association (self->right_pane, association);
}

static void
selected_cb (ClientWindow *self)
{
  UiConnection *selected;

  if (self->engine == NULL)
    return;

  selected = ui_connection_list_get_selected (self->connection_list);
  apply_selection (self);
  if (selected != NULL && ui_connection_get_connected (selected))
    ui_message_composer_set_target (self->composer, ui_connection_get_id (selected));
  g_object_notify_by_pspec (G_OBJECT (self), client_window_props[PROP_PINGS]);
  client_window_update (self);
}

static void
set_folded (ClientWindow *self,
            gboolean      folded)
{
  self->folded = folded;
  gtk_revealer_set_reveal_child (self->list_revealer, !folded);
  gtk_image_set_from_icon_name (self->fold_icon, folded ? "pan-end-symbolic" : "pan-down-symbolic");
  ui_settings_set_boolean (self->settings, "strip-folded", folded);
}

static gboolean
refresh_times_cb (gpointer user_data)
{
  ClientWindow *self = user_data;

  if (!self->folded && gtk_widget_get_mapped (GTK_WIDGET (self->connection_list)))
    ui_connection_store_refresh_times (self->store, g_get_real_time ());
  return G_SOURCE_CONTINUE;
}

static void
send_cb (UiMessageComposer *composer,
         GBytes            *payload,
         guint64            association,
         ClientWindow      *self)
{
  client_window_send (self, payload, association);
}

static void
can_send_cb (ClientWindow *self)
{
  client_window_update (self);
}

static void
send_again_cb (UiMessagePane *pane,
               GBytes        *payload,
               guint64        association,
               ClientWindow  *self)
{
  if (association != 0)
    ui_message_composer_set_target (self->composer, association);
  ui_message_composer_set_payload (self->composer, payload);
}

static void
close_requested_cb (UiConnectionList *list,
                    UiConnection     *connection,
                    ClientWindow     *self)
{
  if (!ui_connection_get_ended (connection))
    dtls_engine_close (self->engine, ui_connection_get_id (connection));
}

static void
bar_response_cb (GtkInfoBar   *bar,
                 int           response,
                 ClientWindow *self)
{
  gtk_info_bar_set_revealed (bar, FALSE);
}

static void
cure_cb (UiMessagePane *pane,
         guint          code,
         GBytes        *identity,
         ClientWindow  *self)
{
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
  g_autoptr(GError) error = NULL;

  g_ptr_array_remove (self->lookups, cancellable);
  if (!dtls_engine_connect_finish (DTLS_ENGINE (source), result, &error))
    {
      /* nothing was begun: its number is free again */
      if (call->after > 0 && call->after == self->n_named)
        self->n_named--;
      /* a name that is not found has its row from the engine */
      if (self->log != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
          && !g_error_matches (error, DTLS_ERROR, DTLS_ERROR_NOT_FOUND))
        ui_log_append_row (self->log, REPORT_ERROR, error->message);
    }
  if (self->engine != NULL)
    client_window_update (self);
}

static void
accepted_cb (ClientWindow      *self,
             ClientConnectForm *form)
{
  DtlsConnectOptions options;

  client_connect_form_get_options (form, &options);
  client_window_connect (self, &options, 1);
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
      g_set_weak_pointer (
          &self->form, client_connect_form_new (GTK_WINDOW (self), self->settings, self->n_named));
      if (self->last_key != NULL)
        client_connect_form_set_key (self->form, self->last_key);
      g_signal_connect_object (self->form, "accepted", G_CALLBACK (accepted_cb), self,
                               G_CONNECT_SWAPPED);
    }

  if (attempt != NULL)
    client_connect_form_set_connection (self->form, attempt->host, attempt->port, attempt->name,
                                        attempt->identity);
  gtk_window_present (GTK_WINDOW (self->form));
}

static gboolean
close_request (GtkWindow *window)
{
  client_window_save_layout (CLIENT_WINDOW (window));
  return GTK_WINDOW_CLASS (client_window_parent_class)->close_request (window);
}

static void
size_allocate (GtkWidget *widget,
               int        width,
               int        height,
               int        baseline)
{
  GTK_WIDGET_CLASS (client_window_parent_class)->size_allocate (widget, width, height, baseline);
  client_window_follow_width (CLIENT_WINDOW (widget), width);
}

static void
client_window_set_property (GObject      *object,
                            guint         property_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  ClientWindow *self = CLIENT_WINDOW (object);

  switch (property_id)
    {
    case PROP_STRIP_FOLDED:
      set_folded (self, g_value_get_boolean (value));
      break;
    case PROP_ONLY_SELECTED:
      self->only_selected = g_value_get_boolean (value);
      apply_selection (self);
      break;
    case PROP_PINGS:
      client_window_set_pings (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      return;
    }
  g_object_notify_by_pspec (object, pspec);
}

static void
client_window_get_property (GObject    *object,
                            guint       property_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  ClientWindow *self = CLIENT_WINDOW (object);

  switch (property_id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_STRIP_FOLDED:
      g_value_set_boolean (value, self->folded);
      break;
    case PROP_ONLY_SELECTED:
      g_value_set_boolean (value, self->only_selected);
      break;
    case PROP_PINGS:
      g_value_set_boolean (value, client_window_get_pings (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

/* Ends the engine: close_notify to all, without asking. */
static void
stop_engine (ClientWindow *self)
{
  for (guint i = 0; i < self->lookups->len; i++)
    g_cancellable_cancel (g_ptr_array_index (self->lookups, i));
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_clear_pointer (&self->source, g_source_unref);
    }
  if (self->engine != NULL)
    dtls_engine_stop (self->engine);
  g_clear_object (&self->engine);
}

static void
client_window_dispose (GObject *object)
{
  ClientWindow *self = CLIENT_WINDOW (object);

  stop_engine (self);
  g_clear_weak_pointer (&self->form);
  g_clear_weak_pointer (&self->preferences);
  g_clear_weak_pointer (&self->help);
  g_clear_handle_id (&self->layout_id, g_source_remove);
  g_clear_handle_id (&self->clock_id, g_source_remove);
  g_object_set_data (object, "save-chooser", NULL);
  if (self->log != NULL)
    ui_log_set_event_func (self->log, 0, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CLIENT_TYPE_WINDOW);
  g_clear_object (&self->log);
  g_clear_object (&self->store);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->last_key, dtls_key_unref);
  G_OBJECT_CLASS (client_window_parent_class)->dispose (object);
}

static void
client_window_finalize (GObject *object)
{
  ClientWindow *self = CLIENT_WINDOW (object);

  g_ptr_array_unref (self->lookups);
  g_ptr_array_unref (self->attempts);
  g_hash_table_unref (self->without_pings);
  g_hash_table_unref (self->repeats);
  G_OBJECT_CLASS (client_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/dtlspair/client/client-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, key_log_bar);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, key_log_label);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, demo_bar);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, error_bar);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, error_label);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, panes);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, left_pane);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, right_pane);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, strip);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, fold_icon);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, strip_caption);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, summary);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, list_revealer);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, connection_list);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, composer);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, connect_button);
  gtk_widget_class_bind_template_child (widget_class, ClientWindow, shutdown_button);
  gtk_widget_class_bind_template_callback (widget_class, bar_response_cb);
  gtk_widget_class_bind_template_callback (widget_class, cure_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_cb);
  gtk_widget_class_bind_template_callback_full (widget_class, "stop_repeat_cb",
                                                G_CALLBACK (client_window_stop_repeat));
  gtk_widget_class_bind_template_callback (widget_class, can_send_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_requested_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
client_window_class_init (ClientWindowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->set_property = client_window_set_property;
  object_class->get_property = client_window_get_property;
  object_class->dispose = client_window_dispose;
  object_class->finalize = client_window_finalize;
  widget_class->size_allocate = size_allocate;
  GTK_WINDOW_CLASS (class)->close_request = close_request;

  client_window_props[PROP_NARROW] = g_param_spec_boolean (
      "narrow", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  client_window_props[PROP_STRIP_FOLDED]
      = g_param_spec_boolean ("strip-folded", NULL, NULL, FALSE, flags);
  client_window_props[PROP_ONLY_SELECTED]
      = g_param_spec_boolean ("only-selected", NULL, NULL, FALSE, flags);
  client_window_props[PROP_PINGS] = g_param_spec_boolean ("pings", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, client_window_props);

  g_type_ensure (UI_TYPE_SEARCH_BAR);
  g_type_ensure (UI_TYPE_MESSAGE_PANE);
  g_type_ensure (UI_TYPE_CONNECTION_LIST);
  g_type_ensure (UI_TYPE_MESSAGE_COMPOSER);
  bind_template (widget_class);
  client_window_install_actions (widget_class);
}

static void
follow_settings (ClientWindow *self)
{
  const char *key_log = g_getenv ("SSLKEYLOGFILE");

  if (self->settings != NULL)
    g_settings_bind (self->settings, "message-view", self->right_pane, "message-view",
                     G_SETTINGS_BIND_DEFAULT);
  if (key_log != NULL && *key_log != '\0')
    client_window_show_key_log (self, key_log);
  update_empty_text (self);
}

static void
client_window_init (ClientWindow *self)
{
  self->lookups = g_ptr_array_new_with_free_func (g_object_unref);
  self->attempts = g_ptr_array_new_with_free_func ((GDestroyNotify) client_attempt_free);
  self->without_pings = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->repeats = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->all_pings = TRUE;
  self->log = ui_log_new ();
  self->store = ui_connection_store_new (DTLS_ROLE_CLIENT);

  gtk_widget_init_template (GTK_WIDGET (self));
  ui_message_pane_set_log (self->left_pane, self->log);
  ui_message_pane_set_log (self->right_pane, self->log);
  ui_search_bar_set_panes (self->search_bar, self->left_pane, self->right_pane);
  ui_connection_list_set_store (self->connection_list, self->store);
  ui_message_composer_set_store (self->composer, self->store);
  ui_color_scheme_add_window (ui_color_scheme_get_default (), GTK_WINDOW (self));

  ui_log_set_event_func (self->log, DTLS_EVENT_STATE | DTLS_EVENT_DIAGNOSIS, client_window_event_cb,
                         self, NULL);
  g_signal_connect_object (self->store, "notify", G_CALLBACK (client_window_update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "items-changed", G_CALLBACK (client_window_update), self,
                           G_CONNECT_SWAPPED);
  self->clock_id = g_timeout_add_seconds (1, refresh_times_cb, self);
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
  ClientWindow *self;

  g_return_val_if_fail (application == NULL || GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), NULL);

  self = g_object_new (CLIENT_TYPE_WINDOW, "application", application, NULL);
  self->settings = settings != NULL ? g_object_ref (settings) : NULL;
  self->engine = engine != NULL ? g_object_ref (engine) : dtls_engine_new (NULL, 0);
  if (engine == NULL)
    dtls_engine_start (self->engine);
  self->source = dtls_event_queue_create_source (dtls_engine_get_queue (self->engine),
                                                 client_window_queue_cb, self, NULL);
  g_source_attach (self->source, NULL);

  follow_settings (self);
  client_window_restore_layout (self);
  client_window_update (self);
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

  dtls_engine_connect_async (self->engine, options, count, call->cancellable, connect_cb, call);
  client_window_update (self);
}

UiLog *
client_window_get_log (ClientWindow *self)
{
  g_return_val_if_fail (CLIENT_IS_WINDOW (self), NULL);

  return self->log;
}

UiConnectionStore *
client_window_get_store (ClientWindow *self)
{
  g_return_val_if_fail (CLIENT_IS_WINDOW (self), NULL);

  return self->store;
}
