/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-window-private.h"

#include <glib/gi18n-lib.h>

#include "ui-color-scheme.h"
#include "ui-settings.h"
#include "ui-style.h"

enum
{
  PROP_ENGINE = 1,
  PROP_SETTINGS,
  PROP_MENU_MODEL,
  PROP_NARROW,
  PROP_STRIP_FOLDED,
  PROP_ONLY_SELECTED,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static GtkBuildableIface *parent_buildable_iface;

/* The buttons of the subclass, from its template. */
static void
ui_window_add_child (GtkBuildable *buildable,
                     GtkBuilder   *builder,
                     GObject      *child,
                     const char   *type)
{
  UiWindowPrivate *priv = ui_window_get_private (UI_WINDOW (buildable));

  if (g_strcmp0 (type, "strip") == 0)
    gtk_box_append (priv->strip_header, GTK_WIDGET (child));
  else if (g_strcmp0 (type, "bottom") == 0)
    gtk_box_append (priv->bottom_bar, GTK_WIDGET (child));
  else
    parent_buildable_iface->add_child (buildable, builder, child, type);
}

static void
ui_window_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable_iface = g_type_interface_peek_parent (iface);
  iface->add_child = ui_window_add_child;
}

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (UiWindow, ui_window, GTK_TYPE_APPLICATION_WINDOW,
                                  G_ADD_PRIVATE (UiWindow)
                                  G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE,
                                                         ui_window_buildable_init))

/**
 * ui_window_get_private:
 *
 * Returns: (transfer none): the fields, for the files of this class only.
 */
UiWindowPrivate *
ui_window_get_private (UiWindow *self)
{
  return ui_window_get_instance_private (self);
}

/**
 * ui_button_set_suggested:
 *
 * Marks @button as the next step. A window has at most one of them at a time.
 */
void
ui_button_set_suggested (GtkButton *button,
                         gboolean   suggested)
{
  if (suggested)
    gtk_widget_add_css_class (GTK_WIDGET (button), "suggested-action");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (button), "suggested-action");
}

/**
 * ui_window_update:
 *
 * Lets title, texts and actions follow what is connected and selected, here and in the subclass.
 */
void
ui_window_update (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);
  GtkWidget *widget = GTK_WIDGET (self);
  UiConnection *selected;
  g_autofree char *subtitle = NULL;
  g_autofree char *caption = NULL;
  guint n_rows;

  /* the window is being built, or goes away */
  if (priv->engine == NULL)
    return;

  n_rows = g_list_model_get_n_items (G_LIST_MODEL (priv->store));
  selected = ui_connection_list_get_selected (priv->connection_list);
  subtitle = UI_WINDOW_GET_CLASS (self)->make_subtitle (self);
  gtk_label_set_label (priv->subtitle, subtitle);
  /* Translators: %u is how many there are */
  caption = g_strdup_printf (_("Connections (%u)"), n_rows);
  gtk_label_set_label (priv->strip_caption, caption);
  gtk_widget_set_visible (priv->strip, n_rows > 0);

  gtk_widget_action_set_enabled (widget, "win.close-connection",
                                 selected != NULL && !ui_connection_get_ended (selected));
  gtk_widget_action_set_enabled (widget, "win.send", ui_window_can_send (self));
  gtk_widget_action_set_enabled (widget, "win.only-selected",
                                 selected != NULL || priv->only_selected);
  UI_WINDOW_GET_CLASS (self)->update (self);
}

static void
apply_selection (UiWindowPrivate *priv)
{
  UiConnection *selected = ui_connection_list_get_selected (priv->connection_list);
  guint64 association
      = priv->only_selected && selected != NULL ? ui_connection_get_id (selected) : 0;

  ui_message_pane_set_association (priv->left_pane, association);
  ui_message_pane_set_association (priv->right_pane, association);
}

static void
selected_cb (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);
  UiConnection *selected;

  if (priv->engine == NULL)
    return;

  selected = ui_connection_list_get_selected (priv->connection_list);
  apply_selection (priv);
  if (selected != NULL && ui_connection_get_connected (selected))
    ui_message_composer_set_target (priv->composer, ui_connection_get_id (selected));
  ui_window_update (self);
}

static void
close_requested_cb (UiConnectionList *list,
                    UiConnection     *connection,
                    UiWindow         *self)
{
  if (!ui_connection_get_ended (connection))
    dtls_engine_close (ui_window_get_engine (self), ui_connection_get_id (connection));
}

/* Once, or again and again as the composer says. */
static void
send_cb (UiMessageComposer *composer,
         GBytes            *payload,
         guint64            association,
         UiWindow          *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);
  guint interval_ms = ui_message_composer_get_repeat_interval (composer);

  if (interval_ms == 0)
    {
      dtls_engine_send (priv->engine, association, payload);
      return;
    }

  dtls_engine_repeat (priv->engine, association, payload, interval_ms,
                      ui_message_composer_get_repeat_times (composer));
  g_hash_table_add (priv->repeats, g_memdup2 (&association, sizeof association));
}

static void
stop_repeat_cb (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, priv->repeats);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    dtls_engine_repeat (priv->engine, *(guint64 *) id, NULL, 0, 0);
  g_hash_table_remove_all (priv->repeats);
}

static void
can_send_cb (UiWindow *self)
{
  ui_window_update (self);
}

static void
cure_cb (UiMessagePane *pane,
         guint          code,
         GBytes        *identity,
         UiWindow      *self)
{
  UI_WINDOW_GET_CLASS (self)->cure (self, code, identity);
}

static void
send_again_cb (UiMessagePane *pane,
               GBytes        *payload,
               guint64        association,
               UiWindow      *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);

  if (association != 0)
    ui_message_composer_set_target (priv->composer, association);
  ui_message_composer_set_payload (priv->composer, payload);
}

static void
set_folded (UiWindowPrivate *priv,
            gboolean         folded)
{
  priv->folded = folded;
  gtk_widget_set_visible (GTK_WIDGET (priv->connection_list), !folded);
  gtk_image_set_from_icon_name (priv->fold_icon, folded ? "pan-end-symbolic" : "pan-down-symbolic");
  ui_settings_set_boolean (priv->settings, "strip-folded", folded);
}

static gboolean
refresh_times_cb (gpointer user_data)
{
  UiWindowPrivate *priv = ui_window_get_private (user_data);

  if (gtk_widget_get_mapped (GTK_WIDGET (priv->connection_list)))
    ui_connection_store_refresh_times (priv->store, g_get_real_time ());
  return G_SOURCE_CONTINUE;
}

static gboolean
ui_window_close_request (GtkWindow *window)
{
  ui_window_save_layout (UI_WINDOW (window));
  return GTK_WINDOW_CLASS (ui_window_parent_class)->close_request (window);
}

static void
ui_window_size_allocate (GtkWidget *widget,
                         int        width,
                         int        height,
                         int        baseline)
{
  GTK_WIDGET_CLASS (ui_window_parent_class)->size_allocate (widget, width, height, baseline);
  ui_window_follow_width (UI_WINDOW (widget), width);
}

static void
ui_window_set_property (GObject      *object,
                        guint         id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  UiWindowPrivate *priv = ui_window_get_private (UI_WINDOW (object));

  switch (id)
    {
    case PROP_ENGINE:
      priv->engine = g_value_dup_object (value);
      return;
    case PROP_SETTINGS:
      priv->settings = g_value_dup_object (value);
      return;
    case PROP_MENU_MODEL:
      gtk_menu_button_set_menu_model (priv->menu_button, g_value_get_object (value));
      break;
    case PROP_STRIP_FOLDED:
      set_folded (priv, g_value_get_boolean (value));
      break;
    case PROP_ONLY_SELECTED:
      priv->only_selected = g_value_get_boolean (value);
      apply_selection (priv);
      ui_window_update (UI_WINDOW (object));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  g_object_notify_by_pspec (object, pspec);
}

static void
ui_window_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  UiWindowPrivate *priv = ui_window_get_private (UI_WINDOW (object));

  switch (id)
    {
    case PROP_ENGINE:
      g_value_set_object (value, priv->engine);
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, priv->settings);
      break;
    case PROP_MENU_MODEL:
      g_value_set_object (value, gtk_menu_button_get_menu_model (priv->menu_button));
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, priv->narrow);
      break;
    case PROP_STRIP_FOLDED:
      g_value_set_boolean (value, priv->folded);
      break;
    case PROP_ONLY_SELECTED:
      g_value_set_boolean (value, priv->only_selected);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
set_up_panes (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);
  UiWindowClass *class = UI_WINDOW_GET_CLASS (self);

  g_object_set (priv->left_pane, "caption", class->info_caption, NULL);
  g_object_set (priv->right_pane, "caption", class->messages_caption, NULL);
  ui_message_pane_set_empty (priv->right_pane, NULL, _("No messages yet"), class->messages_empty);
  ui_message_pane_set_log (priv->left_pane, priv->log);
  ui_message_pane_set_log (priv->right_pane, priv->log);
  ui_search_bar_set_panes (priv->search_bar, priv->left_pane, priv->right_pane);
}

static void
ui_window_constructed (GObject *object)
{
  UiWindow *self = UI_WINDOW (object);
  UiWindowPrivate *priv = ui_window_get_private (self);

  G_OBJECT_CLASS (ui_window_parent_class)->constructed (object);

  priv->store = ui_connection_store_new (UI_WINDOW_GET_CLASS (self)->role);
  set_up_panes (self);
  ui_connection_list_set_store (priv->connection_list, priv->store);
  ui_message_composer_set_store (priv->composer, priv->store);
  ui_window_follow_settings (self);
  g_signal_connect_object (priv->store, "notify", G_CALLBACK (ui_window_update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (priv->store, "items-changed", G_CALLBACK (ui_window_update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (priv->store, "notify::summary", G_CALLBACK (ui_window_show_summary),
                           self, G_CONNECT_SWAPPED);
  priv->clock_id = g_timeout_add_seconds (1, refresh_times_cb, self);

  if (priv->engine == NULL)
    {
      priv->engine = dtls_engine_new (NULL, 0);
      dtls_engine_start (priv->engine);
    }
  ui_window_begin_events (self);
  ui_window_restore_layout (self);
  ui_window_update (self);
}

/* Ends the engine: close_notify to all, without asking. */
static void
stop_engine (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);

  if (priv->engine == NULL)
    return;

  ui_window_end_events (self);
  dtls_engine_stop (priv->engine);
  g_clear_object (&priv->engine);
}

static void
ui_window_dispose (GObject *object)
{
  UiWindow *self = UI_WINDOW (object);
  UiWindowPrivate *priv = ui_window_get_private (self);

  stop_engine (self);
  g_clear_weak_pointer (&priv->preferences);
  g_clear_weak_pointer (&priv->help);
  g_clear_handle_id (&priv->layout_id, g_source_remove);
  g_clear_handle_id (&priv->clock_id, g_source_remove);
  if (priv->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (priv->chooser));
  g_clear_object (&priv->chooser);
  if (priv->store != NULL)
    g_signal_handlers_disconnect_by_data (priv->store, self);
  g_clear_object (&priv->log);
  g_clear_object (&priv->store);
  g_clear_object (&priv->settings);
  G_OBJECT_CLASS (ui_window_parent_class)->dispose (object);
}

static void
ui_window_finalize (GObject *object)
{
  UiWindowPrivate *priv = ui_window_get_private (UI_WINDOW (object));

  g_hash_table_unref (priv->repeats);
  g_free (priv->key_log);
  G_OBJECT_CLASS (ui_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, UI_RESOURCE_PATH "/ui-window.ui");
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, subtitle);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, menu_button);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, search_bar);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, error_bar);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, error_label);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, key_log_bar);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, key_log_label);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, demo_bar);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, panes);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, left_pane);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, right_pane);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, strip);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, strip_header);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, fold_icon);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, strip_caption);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, summary);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, only_button);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, connection_list);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, composer);
  gtk_widget_class_bind_template_child_private (widget_class, UiWindow, bottom_bar);
  gtk_widget_class_bind_template_callback_full (widget_class, "bar_response_cb",
                                                G_CALLBACK (ui_window_bar_response_cb));
  gtk_widget_class_bind_template_callback (widget_class, cure_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_repeat_cb);
  gtk_widget_class_bind_template_callback (widget_class, can_send_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_requested_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
ui_window_class_init (UiWindowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags given = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_CONSTRUCT_ONLY;

  object_class->constructed = ui_window_constructed;
  object_class->set_property = ui_window_set_property;
  object_class->get_property = ui_window_get_property;
  object_class->dispose = ui_window_dispose;
  object_class->finalize = ui_window_finalize;
  widget_class->size_allocate = ui_window_size_allocate;
  GTK_WINDOW_CLASS (class)->close_request = ui_window_close_request;

  props[PROP_ENGINE] = g_param_spec_object ("engine", NULL, NULL, DTLS_TYPE_ENGINE, given);
  props[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, given);
  props[PROP_MENU_MODEL]
      = g_param_spec_object ("menu-model", NULL, NULL, G_TYPE_MENU_MODEL, writable);
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, readable);
  props[PROP_STRIP_FOLDED] = g_param_spec_boolean ("strip-folded", NULL, NULL, FALSE, writable);
  props[PROP_ONLY_SELECTED] = g_param_spec_boolean ("only-selected", NULL, NULL, FALSE, writable);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (UI_TYPE_SEARCH_BAR);
  g_type_ensure (UI_TYPE_MESSAGE_PANE);
  g_type_ensure (UI_TYPE_CONNECTION_LIST);
  g_type_ensure (UI_TYPE_MESSAGE_COMPOSER);
  bind_template (widget_class);
  ui_window_install_actions (widget_class);
}

static void
ui_window_init (UiWindow *self)
{
  UiWindowPrivate *priv = ui_window_get_private (self);

  priv->log = ui_log_new ();
  priv->repeats = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_color_scheme_add_window (ui_color_scheme_get_default (), GTK_WINDOW (self));
  ui_window_set_up_bars (self);
}

/**
 * ui_window_set_empty:
 *
 * What stands in the left pane while there is no row: @title, and @text for those who have seen a
 * connection before. Everybody else is told how to begin.
 */
void
ui_window_set_empty (UiWindow   *self,
                     const char *title,
                     const char *text)
{
  UiWindowPrivate *priv;

  g_return_if_fail (UI_IS_WINDOW (self));

  priv = ui_window_get_private (self);
  if (ui_settings_get_boolean (priv->settings, "first-run", TRUE))
    text = _("Both programs on one computer? Start the server, then connect to localhost.");
  ui_message_pane_set_empty (priv->left_pane, NULL, title, text);
}

/**
 * ui_window_get_engine:
 *
 * Returns: (transfer none) (nullable): NULL once the window goes away.
 */
DtlsEngine *
ui_window_get_engine (UiWindow *self)
{
  g_return_val_if_fail (UI_IS_WINDOW (self), NULL);

  return ui_window_get_private (self)->engine;
}

/**
 * ui_window_get_settings:
 *
 * Returns: (transfer none) (nullable): NULL if they are not installed.
 */
GSettings *
ui_window_get_settings (UiWindow *self)
{
  g_return_val_if_fail (UI_IS_WINDOW (self), NULL);

  return ui_window_get_private (self)->settings;
}

/**
 * ui_window_get_log:
 *
 * Returns: (transfer none) (nullable): NULL once the window goes away.
 */
UiLog *
ui_window_get_log (UiWindow *self)
{
  g_return_val_if_fail (UI_IS_WINDOW (self), NULL);

  return ui_window_get_private (self)->log;
}

/**
 * ui_window_get_store:
 *
 * Returns: (transfer none) (nullable): NULL once the window goes away.
 */
UiConnectionStore *
ui_window_get_store (UiWindow *self)
{
  g_return_val_if_fail (UI_IS_WINDOW (self), NULL);

  return ui_window_get_private (self)->store;
}

/**
 * ui_window_get_selected:
 *
 * Returns: (transfer none) (nullable): the selected row of the strip. Not while the window is
 * being disposed of.
 */
UiConnection *
ui_window_get_selected (UiWindow *self)
{
  g_return_val_if_fail (UI_IS_WINDOW (self), NULL);

  return ui_connection_list_get_selected (ui_window_get_private (self)->connection_list);
}

gboolean
ui_window_get_narrow (UiWindow *self)
{
  g_return_val_if_fail (UI_IS_WINDOW (self), FALSE);

  return ui_window_get_private (self)->narrow;
}

/**
 * ui_window_can_send:
 *
 * Whether the composer holds a message that Send would send.
 */
gboolean
ui_window_can_send (UiWindow *self)
{
  g_return_val_if_fail (UI_IS_WINDOW (self), FALSE);

  return ui_message_composer_get_can_send (ui_window_get_private (self)->composer);
}
