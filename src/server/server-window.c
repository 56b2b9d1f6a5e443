/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-window-private.h"

#include <glib/gi18n-lib.h>

#include "ui-color-scheme.h"
#include "ui-settings.h"

GParamSpec *server_window_props[N_PROPS];

G_DEFINE_FINAL_TYPE (ServerWindow, server_window, GTK_TYPE_APPLICATION_WINDOW)

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

static char *
make_subtitle (ServerWindow *self)
{
  guint n = ui_connection_store_get_n_connected (self->store);
  char address[DTLS_ADDRESS_TEXT_BYTES];

  if (!self->listening)
    return n == 0 ? g_strdup (_("Not listening"))
                  : g_strdup_printf (
                      ngettext ("Not listening · %u client", "Not listening · %u clients", n), n);

  dtls_address_print (&self->bound, DTLS_ADDRESS_ENDPOINT, address);
  if (self->narrow)
    /* Translators: %s is an address with its port */
    return g_strdup_printf (ngettext ("%s · %u client", "%s · %u clients", n), address, n);
  /* Translators: %s is an address with its port */
  return g_strdup_printf (
      ngettext ("Listening on %s · %u client", "Listening on %s · %u clients", n), address, n);
}

static void
update_start_button (ServerWindow *self)
{
  const char *label = self->listening ? _("Stop _listening") : _("Start _listening");

  if (g_strcmp0 (gtk_button_get_label (self->start_button), label) != 0)
    {
      gtk_button_set_label (self->start_button, label);
      gtk_accessible_update_property (
          GTK_ACCESSIBLE (self->start_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
          self->listening ? _("Stop listening") : _("Start listening"), -1);
    }
  /* one suggested button: this one while it is the next step, Send once a message is typed */
  set_css_class (self->start_button, "suggested-action",
                 !self->listening && !ui_message_composer_get_can_send (self->composer));
}

/**
 * server_window_update:
 *
 * Lets title, texts and actions follow what listens, is connected and is selected.
 */
void
server_window_update (ServerWindow *self)
{
  guint n_open = ui_connection_store_get_n_open (self->store);
  UiConnection *selected = ui_connection_list_get_selected (self->connection_list);
  gboolean unknown = selected != NULL
                     && ui_connection_get_state (selected) == UI_CONNECTION_UNKNOWN_IDENTITY;
  g_autofree char *subtitle = make_subtitle (self);
  g_autofree char *caption = NULL;
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_label_set_label (self->subtitle, subtitle);
  caption = g_strdup_printf (_("Connections (%u)"), n_open);
  gtk_label_set_label (self->strip_caption, caption);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->store)) > 0)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->strip), TRUE);
      gtk_revealer_set_reveal_child (self->strip, TRUE);
      gtk_widget_set_visible (GTK_WIDGET (self->composer_revealer), TRUE);
      gtk_revealer_set_reveal_child (self->composer_revealer, TRUE);
    }

  update_start_button (self);
  gtk_widget_action_set_enabled (widget, "win.close-connection",
                                 selected != NULL && !ui_connection_get_ended (selected));
  gtk_widget_action_set_enabled (widget, "win.close-all", n_open > 0);
  gtk_widget_action_set_enabled (widget, "win.add-key", unknown);
  gtk_widget_action_set_enabled (widget, "win.send",
                                 ui_message_composer_get_can_send (self->composer));
}

static void
update_empty_text (ServerWindow *self)
{
  gboolean first_run = ui_settings_get_boolean (self->settings, "first-run", TRUE);

  ui_message_pane_set_empty (
      self->left_pane, NULL, _("Not listening yet"),
      first_run ? _("Both programs on one computer? Start the server, then connect to localhost.")
                : _("“Start listening” below asks for an address, a port and keys."));
  ui_message_pane_set_empty (
      self->right_pane, NULL, _("No messages yet"),
      _("What clients send appears here, decrypted: its bytes first, then its text."));
}

/**
 * server_window_show_error:
 *
 * The newest error stands in a bar as well: there is no other way to tell it to a screen reader.
 */
void
server_window_show_error (ServerWindow *self,
                          const char   *message)
{
  gtk_label_set_label (self->error_label, message);
  gtk_info_bar_set_revealed (self->error_bar, TRUE);
}

static void
apply_selection (ServerWindow *self)
{
  UiConnection *selected = ui_connection_list_get_selected (self->connection_list);
  guint64 association
      = self->only_selected && selected != NULL ? ui_connection_get_id (selected) : 0;

  ui_message_pane_set_association (self->left_pane, association);
  ui_message_pane_set_association (self->right_pane, association);
}

static void
selected_cb (ServerWindow *self)
{
  UiConnection *selected = ui_connection_list_get_selected (self->connection_list);

  apply_selection (self);
  if (selected != NULL && ui_connection_get_connected (selected))
    ui_message_composer_set_target (self->composer, ui_connection_get_id (selected));
  server_window_update (self);
}

static void
close_requested_cb (UiConnectionList *list,
                    UiConnection     *connection,
                    ServerWindow     *self)
{
  if (!ui_connection_get_ended (connection))
    dtls_engine_close (self->engine, ui_connection_get_id (connection));
}

static void
send_cb (UiMessageComposer *composer,
         GBytes            *payload,
         guint64            association,
         ServerWindow      *self)
{
  guint interval_ms = ui_message_composer_get_repeat_interval (composer);

  if (interval_ms > 0)
    dtls_engine_repeat (self->engine, association, payload, interval_ms,
                        ui_message_composer_get_repeat_times (composer));
  else
    dtls_engine_send (self->engine, association, payload);
}

static void
stop_repeat_cb (ServerWindow *self)
{
  g_autoptr(GBytes) nothing = g_bytes_new (NULL, 0);

  dtls_engine_repeat (self->engine, 0, nothing, 0, 0);
}

static void
can_send_cb (ServerWindow *self)
{
  server_window_update (self);
}

static void
cure_cb (UiMessagePane *pane,
         guint          code,
         GBytes        *identity,
         ServerWindow  *self)
{
  server_window_cure (self, code, identity);
}

static void
send_again_cb (UiMessagePane *pane,
               GBytes        *payload,
               guint64        association,
               ServerWindow  *self)
{
  if (association != 0)
    ui_message_composer_set_target (self->composer, association);
  ui_message_composer_set_payload (self->composer, payload);
}

static void
bar_response_cb (GtkInfoBar   *bar,
                 int           response,
                 ServerWindow *self)
{
  if (bar == self->demo_bar)
    self->demo_dismissed = TRUE;
  gtk_info_bar_set_revealed (bar, FALSE);
}

static void
set_folded (ServerWindow *self,
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
  ServerWindow *self = user_data;

  if (!self->folded && gtk_widget_get_mapped (GTK_WIDGET (self->connection_list)))
    ui_connection_store_refresh_times (self->store, g_get_real_time ());
  return G_SOURCE_CONTINUE;
}

static gboolean
server_window_close_request (GtkWindow *window)
{
  server_window_save_layout (SERVER_WINDOW (window));
  return GTK_WINDOW_CLASS (server_window_parent_class)->close_request (window);
}

static void
server_window_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  GTK_WIDGET_CLASS (server_window_parent_class)->size_allocate (widget, width, height, baseline);
  server_window_follow_width (SERVER_WINDOW (widget), width);
}

static void
server_window_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  ServerWindow *self = SERVER_WINDOW (object);

  switch (id)
    {
    case PROP_STRIP_FOLDED:
      set_folded (self, g_value_get_boolean (value));
      break;
    case PROP_ONLY_SELECTED:
      self->only_selected = g_value_get_boolean (value);
      apply_selection (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  g_object_notify_by_pspec (object, pspec);
}

static void
server_window_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  ServerWindow *self = SERVER_WINDOW (object);

  switch (id)
    {
    case PROP_LISTENING:
      g_value_set_boolean (value, self->listening);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_STRIP_FOLDED:
      g_value_set_boolean (value, self->folded);
      break;
    case PROP_ONLY_SELECTED:
      g_value_set_boolean (value, self->only_selected);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* Ends the engine: close_notify to all, without asking. */
static void
stop_engine (ServerWindow *self)
{
  if (self->engine == NULL)
    return;

  server_window_end_events (self);
  dtls_engine_stop (self->engine);
  g_clear_object (&self->engine);
}

static void
server_window_dispose (GObject *object)
{
  ServerWindow *self = SERVER_WINDOW (object);

  stop_engine (self);
  g_clear_weak_pointer (&self->form);
  g_clear_weak_pointer (&self->editor);
  g_clear_handle_id (&self->layout_id, g_source_remove);
  g_clear_handle_id (&self->clock_id, g_source_remove);
  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  server_window_clear_offered (self);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  gtk_widget_dispose_template (GTK_WIDGET (object), SERVER_TYPE_WINDOW);
  g_clear_object (&self->log);
  g_clear_object (&self->store);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->credentials, dtls_credentials_unref);
  g_clear_pointer (&self->key_file, g_free);
  g_clear_pointer (&self->key_log, g_free);
  G_OBJECT_CLASS (server_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/dtlspair/server/server-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, error_bar);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, error_label);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, key_log_bar);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, key_log_label);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, demo_bar);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, panes);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, left_pane);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, right_pane);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, strip);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, fold_icon);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, strip_caption);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, only_button);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, list_revealer);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, connection_list);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, composer_revealer);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, composer);
  gtk_widget_class_bind_template_child (widget_class, ServerWindow, start_button);
  gtk_widget_class_bind_template_callback (widget_class, bar_response_cb);
  gtk_widget_class_bind_template_callback (widget_class, cure_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_repeat_cb);
  gtk_widget_class_bind_template_callback (widget_class, can_send_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_requested_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
server_window_class_init (ServerWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->set_property = server_window_set_property;
  object_class->get_property = server_window_get_property;
  object_class->dispose = server_window_dispose;
  widget_class->size_allocate = server_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = server_window_close_request;

  server_window_props[PROP_LISTENING]
      = g_param_spec_boolean ("listening", NULL, NULL, FALSE, readable);
  server_window_props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, readable);
  server_window_props[PROP_STRIP_FOLDED]
      = g_param_spec_boolean ("strip-folded", NULL, NULL, FALSE, writable);
  server_window_props[PROP_ONLY_SELECTED]
      = g_param_spec_boolean ("only-selected", NULL, NULL, FALSE, writable);
  g_object_class_install_properties (object_class, N_PROPS, server_window_props);

  g_type_ensure (UI_TYPE_SEARCH_BAR);
  g_type_ensure (UI_TYPE_MESSAGE_PANE);
  g_type_ensure (UI_TYPE_CONNECTION_LIST);
  g_type_ensure (UI_TYPE_MESSAGE_COMPOSER);
  bind_template (widget_class);
  server_window_install_actions (widget_class);
}

static void
show_key_log (ServerWindow *self,
              const char   *path)
{
  /* Translators: %s is a file name */
  g_autofree char *text = g_strdup_printf (_("Session keys are being written to %s: the variable "
                                             "SSLKEYLOGFILE is set."), path);

  gtk_label_set_label (self->key_log_label, text);
  gtk_info_bar_set_revealed (self->key_log_bar, TRUE);
}

/* Sliding would lay out both panes again in each frame, and GTK 4.8 warns when a scrollbar first
 * appears meanwhile. Without it a revealer keeps the room of what it hides: so it hides itself. */
static void
do_not_slide (GtkInfoBar *bar)
{
  GtkWidget *revealer = gtk_widget_get_first_child (GTK_WIDGET (bar));

  if (GTK_IS_REVEALER (revealer))
    gtk_revealer_set_transition_type (GTK_REVEALER (revealer),
                                      GTK_REVEALER_TRANSITION_TYPE_NONE);
  g_object_bind_property (bar, "revealed", bar, "visible", G_BINDING_SYNC_CREATE);
}

static void
server_window_init (ServerWindow *self)
{
  const char *key_log = g_getenv ("SSLKEYLOGFILE");

  self->log = ui_log_new ();
  self->store = ui_connection_store_new (DTLS_ROLE_SERVER);
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_color_scheme_add_window (ui_color_scheme_get_default (), GTK_WINDOW (self));
  do_not_slide (self->error_bar);
  do_not_slide (self->key_log_bar);
  do_not_slide (self->demo_bar);

  ui_message_pane_set_log (self->left_pane, self->log);
  ui_message_pane_set_log (self->right_pane, self->log);
  ui_search_bar_set_panes (self->search_bar, self->left_pane, self->right_pane);
  ui_connection_list_set_store (self->connection_list, self->store);
  ui_message_composer_set_store (self->composer, self->store);
  g_signal_connect_object (self->store, "notify", G_CALLBACK (server_window_update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "items-changed", G_CALLBACK (server_window_update), self,
                           G_CONNECT_SWAPPED);
  self->clock_id = g_timeout_add_seconds (1, refresh_times_cb, self);

  if (key_log != NULL && *key_log != '\0')
    {
      self->key_log = g_strdup (key_log);
      show_key_log (self, key_log);
    }
}

static void
message_view_changed_cb (ServerWindow *self)
{
  ui_message_pane_set_message_view (self->right_pane,
                                    ui_settings_get_enum (self->settings, "message-view",
                                                          UI_MESSAGE_VIEW_BOTH));
}

static void
reply_changed_cb (ServerWindow *self)
{
  self->offered.reply = (DtlsReply) ui_settings_get_enum (self->settings, "reply", DTLS_REPLY_ACK);
  if (self->engine != NULL)
    dtls_engine_set_reply (self->engine, self->offered.reply);
}

static void
follow_settings (ServerWindow *self)
{
  message_view_changed_cb (self);
  update_empty_text (self);
  if (self->settings == NULL)
    return;

  g_signal_connect_object (self->settings, "changed::message-view",
                           G_CALLBACK (message_view_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::reply", G_CALLBACK (reply_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_settings_bind (self->settings, "message-view", self->right_pane, "message-view",
                   G_SETTINGS_BIND_SET);
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
  ServerWindow *self;

  g_return_val_if_fail (application == NULL || GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), NULL);

  self = g_object_new (SERVER_TYPE_WINDOW, "application", application, NULL);
  g_set_object (&self->settings, settings);
  self->engine = engine != NULL ? g_object_ref (engine) : dtls_engine_new (NULL, g_random_int ());
  if (engine == NULL)
    dtls_engine_start (self->engine);
  server_window_begin_events (self);

  follow_settings (self);
  server_window_restore_layout (self);
  server_window_update (self);
  return self;
}

UiLog *
server_window_get_log (ServerWindow *self)
{
  g_return_val_if_fail (SERVER_IS_WINDOW (self), NULL);

  return self->log;
}

UiConnectionStore *
server_window_get_store (ServerWindow *self)
{
  g_return_val_if_fail (SERVER_IS_WINDOW (self), NULL);

  return self->store;
}

DtlsEngine *
server_window_get_engine (ServerWindow *self)
{
  g_return_val_if_fail (SERVER_IS_WINDOW (self), NULL);

  return self->engine;
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
