/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-message-pane-private.h"

#include <glib/gi18n-lib.h>

#include "ui-accessible.h"
#include "ui-color-scheme.h"
#include "ui-style.h"


G_DEFINE_FINAL_TYPE (UiMessagePane, ui_message_pane, GTK_TYPE_WIDGET)

G_DEFINE_ENUM_TYPE (UiLogPart, ui_log_part,
                    G_DEFINE_ENUM_VALUE (UI_LOG_INFO, "info"),
                    G_DEFINE_ENUM_VALUE (UI_LOG_MESSAGES, "messages"))

G_DEFINE_ENUM_TYPE (UiMessageView, ui_message_view,
                    G_DEFINE_ENUM_VALUE (UI_MESSAGE_VIEW_BOTH, "both"),
                    G_DEFINE_ENUM_VALUE (UI_MESSAGE_VIEW_TEXT, "text"),
                    G_DEFINE_ENUM_VALUE (UI_MESSAGE_VIEW_HEX, "hex"))

enum
{
  PROP_PART = 1,
  PROP_LOG,
  PROP_CAPTION,
  PROP_EMPTY_ICON,
  PROP_EMPTY_TITLE,
  PROP_EMPTY_TEXT,
  PROP_MESSAGE_VIEW,
  PROP_ASSOCIATION,
  PROP_FOLLOWING,
  PROP_N_NEW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_count (GtkLabel *label,
           guint64   n)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, n);

  if (!g_str_equal (gtk_label_get_label (label), text))
    gtk_label_set_label (label, text);
}

/**
 * ui_message_pane_update_page:
 *
 * Counts of the severities, and the log or the empty page. The tools come with the first row.
 */
void
ui_message_pane_update_page (UiMessagePane *self)
{
  gboolean has_rows = self->log != NULL && ui_log_get_end (self->log, self->part)
                                             > ui_log_get_first (self->log, self->part);
  gboolean cleared = !has_rows && self->log != NULL && ui_log_get_first (self->log, self->part) > 0;

  gtk_stack_set_visible_child_name (self->stack, has_rows ? "log" : cleared ? "cleared" : "empty");
  if (has_rows)
    gtk_widget_set_visible (self->part == UI_LOG_INFO ? self->filters : GTK_WIDGET (self->mode),
                            TRUE);
  if (self->part != UI_LOG_INFO || self->log == NULL)
    return;
  set_count (self->count_info, ui_log_get_count (self->log, REPORT_INFO));
  set_count (self->count_warning, ui_log_get_count (self->log, REPORT_WARNING));
  set_count (self->count_error, ui_log_get_count (self->log, REPORT_ERROR));
}

/**
 * ui_message_pane_update_new:
 *
 * The "N new" button: there while something waits below.
 */
void
ui_message_pane_update_new (UiMessagePane *self)
{
  g_autofree char *text = NULL;
  gboolean visible = self->n_new > 0 && ui_message_pane_is_held (self);

  if (visible)
    {
      /* Translators: rows that came while the user was reading older ones */
      text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u new", "%u new", self->n_new),
                              self->n_new);
      if (g_strcmp0 (gtk_label_get_label (self->pill_label), text) == 0)
        return;
      gtk_label_set_label (self->pill_label, text);
    }
  else if (!gtk_widget_get_visible (self->pill))
    return;
  else
    gtk_label_set_label (self->pill_label, "");
  gtk_widget_set_visible (self->pill, visible);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_NEW]);
}

static void
has_selection_cb (UiMessagePane *self)
{
  if (!ui_message_pane_is_held (self))
    ui_message_pane_resume (self);
  else
    self->counted = MAX (self->counted, self->next);
}

static void
rows_added_cb (UiMessagePane *self)
{
  ui_message_pane_schedule (self);
}

static void
reset_cb (UiMessagePane *self)
{
  if (self->next > ui_log_get_end (self->log, self->part))
    self->next = 0;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    ui_message_pane_refill (self);
  else
    ui_message_pane_update_page (self);
}

static void
cleared_cb (UiMessagePane *self)
{
  gtk_widget_set_visible (self->undo_note, self->part == UI_LOG_INFO);
}

static void
undo_expired_cb (UiMessagePane *self)
{
  gtk_widget_set_visible (self->undo_note, FALSE);
}

static void
undo_clicked_cb (UiMessagePane *self)
{
  if (self->log != NULL)
    ui_log_undo_clear (self->log);
}

static void
filter_toggled_cb (UiMessagePane *self)
{
  guint levels = 0;

  if (gtk_toggle_button_get_active (self->toggle_info))
    levels |= 1u << REPORT_INFO;
  if (gtk_toggle_button_get_active (self->toggle_warning))
    levels |= 1u << REPORT_WARNING;
  if (gtk_toggle_button_get_active (self->toggle_error))
    levels |= 1u << REPORT_ERROR;
  if (self->levels == levels)
    return;
  self->levels = levels;
  ui_message_pane_refill (self);
}

static void
mode_selected_cb (UiMessagePane *self)
{
  guint view = gtk_drop_down_get_selected (self->mode);

  if (view == GTK_INVALID_LIST_POSITION || self->style.view == view)
    return;
  self->style.view = view;
  ui_message_pane_refill (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE_VIEW]);
}

static void
colors_changed_cb (UiMessagePane *self)
{
  ui_pane_buffer_update_colors (self->buffer);
}

static gboolean
layout_cb (gpointer user_data)
{
  UiMessagePane *self = user_data;

  self->layout_id = 0;
  ui_pane_buffer_update_columns (self->buffer, self->narrow);
  self->style.hex_per_row
    = self->narrow ? 8 : ui_pane_buffer_fit_hex (self->buffer, self->view_width);
  ui_message_pane_sized (self);
  return G_SOURCE_REMOVE;
}

static void
queue_layout (UiMessagePane *self)
{
  if (self->layout_id == 0)
    self->layout_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, layout_cb, self, NULL);
}

static void
ui_message_pane_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  gtk_widget_measure (UI_MESSAGE_PANE (widget)->box, orientation, for_size, minimum, natural, NULL,
                      NULL);
}

static void
ui_message_pane_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  UiMessagePane *self = UI_MESSAGE_PANE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  gboolean narrow = root != NULL && gtk_widget_get_width (GTK_WIDGET (root)) < UI_NARROW_WIDTH;

  gtk_widget_allocate (self->box, width, height, baseline, NULL);
  if (self->popover != NULL && gtk_widget_get_visible (self->popover))
    gtk_popover_present (GTK_POPOVER (self->popover));
  if (self->view_width == width && self->narrow == narrow)
    return;
  self->view_width = width;
  self->narrow = narrow;
  queue_layout (self);
}

static void
ui_message_pane_css_changed (GtkWidget         *widget,
                             GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (ui_message_pane_parent_class)->css_changed (widget, change);
  queue_layout (UI_MESSAGE_PANE (widget));
}

static void
ui_message_pane_map (GtkWidget *widget)
{
  UiMessagePane *self = UI_MESSAGE_PANE (widget);

  GTK_WIDGET_CLASS (ui_message_pane_parent_class)->map (widget);
  ui_pane_buffer_update_colors (self->buffer);
  if (self->log == NULL || self->next == ui_log_get_end (self->log, self->part))
    return;
  if (ui_message_pane_is_held (self))
    ui_message_pane_schedule (self);
  else
    ui_message_pane_refill (self);
}

static void
ui_message_pane_unmap (GtkWidget *widget)
{
  UiMessagePane *self = UI_MESSAGE_PANE (widget);

  g_clear_handle_id (&self->drain_id, g_source_remove);
  GTK_WIDGET_CLASS (ui_message_pane_parent_class)->unmap (widget);
}

/* A label that is there only with a text. */
void
ui_message_pane_set_string (GtkLabel   *label,
                            const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
set_caption (UiMessagePane *self,
             const char    *caption)
{
  ui_message_pane_set_string (self->caption, caption);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  caption != NULL ? caption : "", -1);
}

static void
ui_message_pane_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  UiMessagePane *self = UI_MESSAGE_PANE (object);

  switch (prop_id)
    {
    case PROP_PART:
      g_value_set_enum (value, self->part);
      break;
    case PROP_LOG:
      g_value_set_object (value, self->log);
      break;
    case PROP_CAPTION:
      g_value_set_string (value, gtk_label_get_label (self->caption));
      break;
    case PROP_EMPTY_ICON:
      g_value_set_string (value, gtk_image_get_icon_name (self->empty_icon));
      break;
    case PROP_EMPTY_TITLE:
      g_value_set_string (value, gtk_label_get_label (self->empty_title));
      break;
    case PROP_EMPTY_TEXT:
      g_value_set_string (value, gtk_label_get_label (self->empty_text));
      break;
    case PROP_MESSAGE_VIEW:
      g_value_set_enum (value, self->style.view);
      break;
    case PROP_ASSOCIATION:
      g_value_set_uint64 (value, self->association);
      break;
    case PROP_FOLLOWING:
      g_value_set_boolean (value, self->follow);
      break;
    case PROP_N_NEW:
      g_value_set_uint (value, ui_message_pane_get_n_new (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_message_pane_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  UiMessagePane *self = UI_MESSAGE_PANE (object);

  switch (prop_id)
    {
    case PROP_PART:
      self->part = g_value_get_enum (value);
      break;
    case PROP_LOG:
      ui_message_pane_set_log (self, g_value_get_object (value));
      break;
    case PROP_CAPTION:
      set_caption (self, g_value_get_string (value));
      break;
    case PROP_EMPTY_ICON:
      gtk_image_set_from_icon_name (self->empty_icon, g_value_get_string (value));
      break;
    case PROP_EMPTY_TITLE:
      ui_message_pane_set_string (self->empty_title, g_value_get_string (value));
      break;
    case PROP_EMPTY_TEXT:
      ui_message_pane_set_string (self->empty_text, g_value_get_string (value));
      break;
    case PROP_MESSAGE_VIEW:
      ui_message_pane_set_message_view (self, g_value_get_enum (value));
      break;
    case PROP_ASSOCIATION:
      ui_message_pane_set_association (self, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_message_pane_dispose (GObject *object)
{
  UiMessagePane *self = UI_MESSAGE_PANE (object);

  ui_message_pane_stop_feed (self);
  ui_message_pane_close_popover (self);
  if (self->log != NULL)
    g_signal_handlers_disconnect_by_data (self->log, self);
  g_clear_object (&self->log);
  g_clear_pointer (&self->buffer, ui_pane_buffer_free);
  g_clear_pointer (&self->search, g_free);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_message_pane_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               UI_RESOURCE_PATH "/ui-message-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, box);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, caption);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, filters);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, toggle_info);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, toggle_warning);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, toggle_error);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, count_info);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, count_warning);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, count_error);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, mode);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, stack);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, empty_icon);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, empty_title);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, empty_text);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, scrolled);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, view);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, pill);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, pill_label);
  gtk_widget_class_bind_template_child (widget_class, UiMessagePane, undo_note);
  gtk_widget_class_bind_template_callback (widget_class, filter_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, mode_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, undo_clicked_cb);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  properties[PROP_PART]
    = g_param_spec_enum ("part", NULL, NULL, UI_TYPE_LOG_PART, UI_LOG_INFO,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_LOG] = g_param_spec_object ("log", NULL, NULL, UI_TYPE_LOG, both);
  properties[PROP_CAPTION] = g_param_spec_string ("caption", NULL, NULL, NULL, both);
  properties[PROP_EMPTY_ICON] = g_param_spec_string ("empty-icon", NULL, NULL, NULL, both);
  properties[PROP_EMPTY_TITLE] = g_param_spec_string ("empty-title", NULL, NULL, NULL, both);
  properties[PROP_EMPTY_TEXT] = g_param_spec_string ("empty-text", NULL, NULL, NULL, both);
  properties[PROP_MESSAGE_VIEW] = g_param_spec_enum ("message-view", NULL, NULL,
                                                     UI_TYPE_MESSAGE_VIEW, UI_MESSAGE_VIEW_BOTH,
                                                     both);
  properties[PROP_ASSOCIATION] = g_param_spec_uint64 ("association", NULL, NULL, 0, G_MAXUINT64, 0,
                                                      both);
  properties[PROP_FOLLOWING] = g_param_spec_boolean ("following", NULL, NULL, TRUE, read);
  properties[PROP_N_NEW] = g_param_spec_uint ("n-new", NULL, NULL, 0, G_MAXUINT, 0, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ui_message_pane_class_init (UiMessagePaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_message_pane_get_property;
  object_class->set_property = ui_message_pane_set_property;
  object_class->dispose = ui_message_pane_dispose;
  widget_class->measure = ui_message_pane_measure;
  widget_class->size_allocate = ui_message_pane_size_allocate;
  widget_class->css_changed = ui_message_pane_css_changed;
  widget_class->map = ui_message_pane_map;
  widget_class->unmap = ui_message_pane_unmap;
  install_properties (object_class);
  gtk_widget_class_set_css_name (widget_class, "messagepane");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LOG);
  bind_children (widget_class);
  ui_message_pane_install_actions (widget_class);
}

static void
ui_message_pane_init (UiMessagePane *self)
{
  UiColorScheme *scheme = ui_color_scheme_get_default ();
  GtkTextBuffer *buffer;
  GtkTextIter end;

  self->levels = UI_PANE_ALL_LEVELS;
  self->max_blocks = UI_MESSAGE_PANE_MAX_BLOCKS;
  self->style.hex_per_row = 16;
  self->follow = TRUE;
  self->tokens = 200;
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_accessible_name_controls (GTK_WIDGET (self));
  self->buffer = ui_pane_buffer_new (self->view);
  buffer = ui_pane_buffer_get_buffer (self->buffer);
  gtk_text_buffer_get_end_iter (buffer, &end);
  self->end_mark = gtk_text_buffer_create_mark (buffer, NULL, &end, FALSE);
  ui_pane_buffer_update_columns (self->buffer, FALSE);
  g_signal_connect_object (buffer, "notify::has-selection", G_CALLBACK (has_selection_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (scheme, "notify::dark", G_CALLBACK (colors_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (scheme, "notify::high-contrast", G_CALLBACK (colors_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  self->caption, NULL, -1);
  ui_message_pane_init_follow (self);
  ui_message_pane_init_actions (self);
  ui_message_pane_init_keys (self);
}

/**
 * ui_message_pane_new:
 * @part: left or right
 *
 * Returns: (transfer floating): an empty pane. Main thread, as all of this.
 */
GtkWidget *
ui_message_pane_new (UiLogPart part)
{
  return g_object_new (UI_TYPE_MESSAGE_PANE, "part", part, NULL);
}

/**
 * ui_message_pane_set_log:
 * @log: (nullable): shared with the other pane
 *
 * Shows the newest part of @log and follows it.
 */
void
ui_message_pane_set_log (UiMessagePane *self,
                         UiLog         *log)
{
  g_return_if_fail (UI_IS_MESSAGE_PANE (self));
  g_return_if_fail (log == NULL || UI_IS_LOG (log));

  if (self->log == log)
    return;
  if (self->log != NULL)
    g_signal_handlers_disconnect_by_data (self->log, self);
  g_set_object (&self->log, log);
  self->next = 0;
  if (log != NULL)
    {
      g_signal_connect_object (log, "rows-added", G_CALLBACK (rows_added_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (log, "reset", G_CALLBACK (reset_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (log, "cleared", G_CALLBACK (cleared_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (log, "undo-expired", G_CALLBACK (undo_expired_cb), self,
                               G_CONNECT_SWAPPED);
    }
  ui_message_pane_refill (self);
  ui_message_pane_update_page (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOG]);
}

UiLog *
ui_message_pane_get_log (UiMessagePane *self)
{
  g_return_val_if_fail (UI_IS_MESSAGE_PANE (self), NULL);

  return self->log;
}
