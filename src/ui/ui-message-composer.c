/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-message-composer.h"

#include <glib/gi18n-lib.h>

#include "ui-accessible.h"
#include "ui-payload.h"
#include "ui-targets.h"

enum
{
  FORMAT_TEXT,
  FORMAT_HEX
};

static const guint intervals_ms[] = { 0, 100, 1000, 5000, 10000, 60000 };

struct _UiMessageComposer
{
  GtkWidget          parent_instance;

  GtkWidget         *to_label;
  GtkDropDown       *to;
  GtkEntry          *entry;
  GtkWidget         *options;           /* format, repeat, times */
  GtkDropDown       *format;
  GtkDropDown       *repeat;
  GtkWidget         *times;
  GtkWidget         *send;
  GtkLabel          *error;

  UiConnectionStore *store;
  GListModel        *targets;           /* connected rows, then "All connected" */
  guint64            target;            /* 0: all */
  gboolean           chosen;            /* by the user: else the first row */
  gboolean           changing;          /* the targets change, not the choice */
  gboolean           show_repeat;
  gboolean           narrow;
  guint              max_bytes;         /* what fits into one datagram to the target; 0: any */
  GBytes            *payload;           /* what is typed; NULL while it is nothing to send */
  gboolean           could_send;

  UiHistory         *history;
};

G_DEFINE_FINAL_TYPE (UiMessageComposer, ui_message_composer, GTK_TYPE_WIDGET)

enum
{
  PROP_STORE = 1,
  PROP_TARGET,
  PROP_SHOW_REPEAT,
  PROP_NARROW,
  PROP_REPEAT_INTERVAL,
  PROP_REPEAT_TIMES,
  PROP_MAX_BYTES,
  PROP_CAN_SEND,
  N_PROPS
};

enum
{
  SEND,
  STOP_REPEAT,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
show_error (UiMessageComposer *self,
            const char        *message)
{
  GtkWidget *entry = GTK_WIDGET (self->entry);

  gtk_label_set_label (self->error, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error), message != NULL);
  if (message != NULL)
    gtk_widget_add_css_class (entry, "error");
  else
    gtk_widget_remove_css_class (entry, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID,
                               message != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                               : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
update_max_bytes (UiMessageComposer *self)
{
  guint max_bytes
    = self->store != NULL ? ui_connection_store_get_max_bytes (self->store, self->target) : 0;

  if (self->max_bytes == max_bytes)
    return;
  self->max_bytes = max_bytes;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_BYTES]);
}

static void
update (UiMessageComposer *self)
{
  g_autoptr(GError) error = NULL;
  gboolean can_send;

  update_max_bytes (self);
  g_clear_pointer (&self->payload, g_bytes_unref);
  self->payload = ui_payload_parse (gtk_editable_get_text (GTK_EDITABLE (self->entry)),
                                    gtk_drop_down_get_selected (self->format) == FORMAT_HEX,
                                    self->max_bytes, &error);
  show_error (self, error != NULL ? error->message : NULL);
  can_send = ui_message_composer_get_can_send (self);
  gtk_widget_set_sensitive (self->send, can_send);
  if (can_send)
    gtk_widget_add_css_class (self->send, "suggested-action");
  else
    gtk_widget_remove_css_class (self->send, "suggested-action");
  if (self->could_send == can_send)
    return;
  self->could_send = can_send;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_SEND]);
}

static void
send_cb (UiMessageComposer *self)
{
  ui_message_composer_send (self);
}

static void
repeat_selected_cb (UiMessageComposer *self)
{
  guint interval_ms = ui_message_composer_get_repeat_interval (self);

  gtk_widget_set_visible (self->times, interval_ms > 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REPEAT_INTERVAL]);
  if (interval_ms == 0)
    g_signal_emit (self, signals[STOP_REPEAT], 0);
}

static void
take_target (UiMessageComposer *self)
{
  guint64 target = ui_targets_get_id (self->targets, gtk_drop_down_get_selected (self->to));

  if (target == self->target)
    return;
  self->target = target;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TARGET]);
  update (self);
}

static void
to_selected_cb (UiMessageComposer *self)
{
  if (self->changing)
    return;
  self->chosen = TRUE;
  take_target (self);
}

static void
targets_change_cb (UiMessageComposer *self)
{
  self->changing = TRUE;
}

/* The drop-down has followed the change: is its choice still the user's? */
static void
targets_changed_cb (UiMessageComposer *self)
{
  gboolean is_same
    = self->chosen
        && ui_targets_get_id (self->targets, gtk_drop_down_get_selected (self->to)) == self->target;

  if (!is_same)
    {
      self->chosen = FALSE;
      gtk_drop_down_set_selected (self->to, 0);
    }
  self->changing = FALSE;
  take_target (self);
  update (self);
}

static void
show_sent (UiMessageComposer *self,
           gboolean           older)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  guint format = gtk_drop_down_get_selected (self->format);

  text = older ? ui_history_older (self->history, text, &format)
               : ui_history_newer (self->history, &format);
  if (text == NULL)
    return;
  gtk_drop_down_set_selected (self->format, format);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

static gboolean
key_pressed_cb (UiMessageComposer *self,
                guint              key,
                guint              code,
                GdkModifierType    state)
{
  if ((state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return FALSE;
  if (key == GDK_KEY_Up || key == GDK_KEY_KP_Up)
    show_sent (self, TRUE);
  else if (key == GDK_KEY_Down || key == GDK_KEY_KP_Down)
    show_sent (self, FALSE);
  else
    return FALSE;
  return TRUE;
}

static void
ui_message_composer_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  UiMessageComposer *self = UI_MESSAGE_COMPOSER (object);

  switch (prop_id)
    {
    case PROP_STORE:
      g_value_set_object (value, self->store);
      break;
    case PROP_TARGET:
      g_value_set_uint64 (value, self->target);
      break;
    case PROP_SHOW_REPEAT:
      g_value_set_boolean (value, self->show_repeat);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_REPEAT_INTERVAL:
      g_value_set_uint (value, ui_message_composer_get_repeat_interval (self));
      break;
    case PROP_REPEAT_TIMES:
      g_value_set_uint (value, ui_message_composer_get_repeat_times (self));
      break;
    case PROP_MAX_BYTES:
      g_value_set_uint (value, self->max_bytes);
      break;
    case PROP_CAN_SEND:
      g_value_set_boolean (value, ui_message_composer_get_can_send (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
set_repeat_interval (UiMessageComposer *self,
                     guint              interval_ms)
{
  guint i = G_N_ELEMENTS (intervals_ms) - 1;

  while (i > 0 && intervals_ms[i] > interval_ms)
    i--;
  gtk_drop_down_set_selected (self->repeat, i);
}

/* Narrow, the choices have a row of their own. */
static void
place_options (UiMessageComposer *self)
{
  GtkLayoutManager *grid = gtk_widget_get_layout_manager (gtk_widget_get_parent (self->options));

  gtk_widget_set_visible (self->to_label, !self->narrow);
  g_object_set (gtk_layout_manager_get_layout_child (grid, self->options),
                "column", self->narrow ? 1 : 3, "row", self->narrow ? 1 : 0,
                "column-span", self->narrow ? 4 : 1, NULL);
}

static void
ui_message_composer_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  UiMessageComposer *self = UI_MESSAGE_COMPOSER (object);

  switch (prop_id)
    {
    case PROP_STORE:
      ui_message_composer_set_store (self, g_value_get_object (value));
      break;
    case PROP_TARGET:
      ui_message_composer_set_target (self, g_value_get_uint64 (value));
      break;
    case PROP_SHOW_REPEAT:
      self->show_repeat = g_value_get_boolean (value);
      gtk_widget_set_visible (GTK_WIDGET (self->repeat), self->show_repeat);
      break;
    case PROP_NARROW:
      ui_message_composer_set_narrow (self, g_value_get_boolean (value));
      break;
    case PROP_REPEAT_INTERVAL:
      set_repeat_interval (self, g_value_get_uint (value));
      break;
    case PROP_REPEAT_TIMES:
      gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->times), g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_message_composer_dispose (GObject *object)
{
  UiMessageComposer *self = UI_MESSAGE_COMPOSER (object);
  GtkWidget *child;

  if (self->targets != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->targets, self);
      self->changing = TRUE;
      gtk_drop_down_set_model (self->to, NULL);
    }
  g_clear_object (&self->targets);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_object (&self->store);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ui_message_composer_parent_class)->dispose (object);
}

static void
ui_message_composer_finalize (GObject *object)
{
  UiMessageComposer *self = UI_MESSAGE_COMPOSER (object);

  g_clear_pointer (&self->payload, g_bytes_unref);
  ui_history_free (self->history);
  G_OBJECT_CLASS (ui_message_composer_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               UI_RESOURCE_PATH "/ui-message-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, UiMessageComposer, to_label);
  gtk_widget_class_bind_template_child (widget_class, UiMessageComposer, to);
  gtk_widget_class_bind_template_child (widget_class, UiMessageComposer, entry);
  gtk_widget_class_bind_template_child (widget_class, UiMessageComposer, options);
  gtk_widget_class_bind_template_child (widget_class, UiMessageComposer, format);
  gtk_widget_class_bind_template_child (widget_class, UiMessageComposer, repeat);
  gtk_widget_class_bind_template_child (widget_class, UiMessageComposer, times);
  gtk_widget_class_bind_template_child (widget_class, UiMessageComposer, send);
  gtk_widget_class_bind_template_child (widget_class, UiMessageComposer, error);
  gtk_widget_class_bind_template_callback_full (widget_class, "update_cb", G_CALLBACK (update));
  gtk_widget_class_bind_template_callback (widget_class, send_cb);
  gtk_widget_class_bind_template_callback (widget_class, to_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, repeat_selected_cb);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  properties[PROP_STORE]
    = g_param_spec_object ("store", NULL, NULL, UI_TYPE_CONNECTION_STORE, both);
  properties[PROP_TARGET] = g_param_spec_uint64 ("target", NULL, NULL, 0, G_MAXUINT64, 0, both);
  properties[PROP_SHOW_REPEAT] = g_param_spec_boolean ("show-repeat", NULL, NULL, FALSE, both);
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, both);
  properties[PROP_REPEAT_INTERVAL] = g_param_spec_uint ("repeat-interval", NULL, NULL, 0, G_MAXUINT,
                                                        0, both);
  properties[PROP_REPEAT_TIMES] = g_param_spec_uint ("repeat-times", NULL, NULL, 0, G_MAXUINT, 0,
                                                     both);
  properties[PROP_MAX_BYTES] = g_param_spec_uint ("max-bytes", NULL, NULL, 0, G_MAXUINT, 0,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CAN_SEND] = g_param_spec_boolean ("can-send", NULL, NULL, FALSE,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ui_message_composer_class_init (UiMessageComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_message_composer_get_property;
  object_class->set_property = ui_message_composer_set_property;
  object_class->dispose = ui_message_composer_dispose;
  object_class->finalize = ui_message_composer_finalize;
  install_properties (object_class);
  signals[SEND] = g_signal_new ("send", UI_TYPE_MESSAGE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_BYTES, G_TYPE_UINT64);
  signals[STOP_REPEAT] = g_signal_new ("stop-repeat", UI_TYPE_MESSAGE_COMPOSER, G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "messagecomposer");
  bind_children (widget_class);
}

static void
ui_message_composer_init (UiMessageComposer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_autoptr(GtkExpression) name = NULL;
  g_autoptr(GtkListItemFactory) factory = NULL;

  self->history = ui_history_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  name = ui_targets_create_name_expression ();
  gtk_drop_down_set_expression (self->to, name);
  factory = ui_targets_create_factory ();
  gtk_drop_down_set_factory (self->to, factory);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
  ui_accessible_name_controls (GTK_WIDGET (self));
  update (self);
}

/**
 * ui_message_composer_new:
 *
 * Returns: (transfer floating): an empty composer that can send to nobody. Main thread, as all of
 * this.
 */
GtkWidget *
ui_message_composer_new (void)
{
  return g_object_new (UI_TYPE_MESSAGE_COMPOSER, NULL);
}

/**
 * ui_message_composer_set_store:
 * @store: (nullable): its connected rows are the targets
 */
void
ui_message_composer_set_store (UiMessageComposer *self,
                               UiConnectionStore *store)
{
  g_return_if_fail (UI_IS_MESSAGE_COMPOSER (self));

  if (self->store == store)
    return;
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_set_object (&self->store, store);
  if (self->targets != NULL)
    g_signal_handlers_disconnect_by_data (self->targets, self);
  g_clear_object (&self->targets);
  self->changing = TRUE;
  self->chosen = FALSE;
  if (store == NULL)
    gtk_drop_down_set_model (self->to, NULL);
  else
    {
      g_signal_connect_swapped (store, "notify::max-bytes", G_CALLBACK (update), self);
      self->targets = ui_targets_new (store);
      /* one handler before the drop-down's own, one after it */
      g_signal_connect_swapped (self->targets, "items-changed", G_CALLBACK (targets_change_cb),
                                self);
      gtk_drop_down_set_model (self->to, self->targets);
      g_signal_connect_swapped (self->targets, "items-changed", G_CALLBACK (targets_changed_cb),
                                self);
    }
  targets_changed_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STORE]);
}

/**
 * ui_message_composer_set_narrow:
 *
 * Under 720 px: no label, and what there is to choose stands below.
 */
void
ui_message_composer_set_narrow (UiMessageComposer *self,
                                gboolean           narrow)
{
  g_return_if_fail (UI_IS_MESSAGE_COMPOSER (self));

  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  place_options (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
}

guint64
ui_message_composer_get_target (UiMessageComposer *self)
{
  g_return_val_if_fail (UI_IS_MESSAGE_COMPOSER (self), 0);

  return self->target;
}

/**
 * ui_message_composer_set_target:
 * @association: a connected row; 0: all of them. Others are ignored.
 */
void
ui_message_composer_set_target (UiMessageComposer *self,
                                guint64            association)
{
  guint position;

  g_return_if_fail (UI_IS_MESSAGE_COMPOSER (self));

  position = ui_targets_find (self->targets, association);
  if (position == GTK_INVALID_LIST_POSITION)
    return;
  gtk_drop_down_set_selected (self->to, position);
  self->chosen = TRUE;
  take_target (self);
}

guint
ui_message_composer_get_repeat_interval (UiMessageComposer *self)
{
  guint i;

  g_return_val_if_fail (UI_IS_MESSAGE_COMPOSER (self), 0);

  i = gtk_drop_down_get_selected (self->repeat);
  return i < G_N_ELEMENTS (intervals_ms) && self->show_repeat ? intervals_ms[i] : 0;
}

guint
ui_message_composer_get_repeat_times (UiMessageComposer *self)
{
  g_return_val_if_fail (UI_IS_MESSAGE_COMPOSER (self), 0);

  return gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->times));
}

/**
 * ui_message_composer_set_payload:
 * @payload: what was sent or received before
 *
 * Fills the entry, as text if every character of it can be typed, else as hex, and takes the focus.
 */
void
ui_message_composer_set_payload (UiMessageComposer *self,
                                 GBytes            *payload)
{
  g_autofree char *text = NULL;
  gboolean hex;

  g_return_if_fail (UI_IS_MESSAGE_COMPOSER (self));
  g_return_if_fail (payload != NULL);

  text = ui_payload_to_text (payload, &hex);
  gtk_drop_down_set_selected (self->format, hex ? FORMAT_HEX : FORMAT_TEXT);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

/**
 * ui_message_composer_get_can_send:
 *
 * Whether there is something valid to send and somebody to send it to.
 */
gboolean
ui_message_composer_get_can_send (UiMessageComposer *self)
{
  g_return_val_if_fail (UI_IS_MESSAGE_COMPOSER (self), FALSE);

  return self->payload != NULL && self->store != NULL
         && g_list_model_get_n_items (ui_connection_store_get_connected (self->store)) > 0;
}

/**
 * ui_message_composer_send:
 *
 * Emits "send", remembers the message and empties the entry. Returns: FALSE if nothing can be sent.
 */
gboolean
ui_message_composer_send (UiMessageComposer *self)
{
  g_autoptr(GBytes) payload = NULL;

  g_return_val_if_fail (UI_IS_MESSAGE_COMPOSER (self), FALSE);

  if (!ui_message_composer_get_can_send (self))
    return FALSE;
  payload = g_bytes_ref (self->payload);
  ui_history_add (self->history, gtk_editable_get_text (GTK_EDITABLE (self->entry)),
                  gtk_drop_down_get_selected (self->format));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  g_signal_emit (self, signals[SEND], 0, payload, self->target);
  return TRUE;
}
