/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-message-pane-private.h"

#include <glib/gi18n-lib.h>

#include "report-hex.h"
#include "report-text.h"
#include "ui-style.h"

enum
{
  CURE,
  SEND_AGAIN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_clipboard (UiMessagePane *self,
               const char    *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

/* The row the menu, a click or the cursor is at; FALSE when the log has dropped it. */
static gboolean
get_current (UiMessagePane *self,
             UiLogRow      *row)
{
  return self->has_current && self->log != NULL
         && ui_log_get_row (self->log, self->part, self->current, row);
}

static void
update_actions (UiMessagePane *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  guint send_again = signals[SEND_AGAIN];
  g_autoptr(GString) heading = g_string_new (NULL);
  g_autoptr(GString) body = g_string_new (NULL);
  UiLogRow row;
  gboolean has_row = get_current (self, &row);
  gboolean has_payload = has_row && row.level == REPORT_MESSAGE && row.event != NULL;

  gtk_widget_action_set_enabled (widget, "log.copy-row", has_row);
  gtk_widget_action_set_enabled (widget, "log.copy-payload", has_payload);
  gtk_widget_action_set_enabled (widget, "log.copy-hex", has_payload);
  gtk_widget_action_set_enabled (widget, "log.send-again",
                                 has_payload
                                   && g_signal_has_handler_pending (self, send_again, 0, FALSE));
  gtk_widget_action_set_enabled (widget, "log.why",
                                 has_row && row.event != NULL
                                   && report_event_append_why (row.event, heading, body));
}

/**
 * ui_message_pane_set_current:
 *
 * The row at @iter is the one that the actions are about. Returns whether there is one.
 */
gboolean
ui_message_pane_set_current (UiMessagePane     *self,
                             const GtkTextIter *iter)
{
  guint index;
  const UiPaneItem *item;

  self->has_current = FALSE;
  if (ui_pane_buffer_find_iter (self->buffer, iter, &index))
    {
      item = ui_pane_buffer_get_item (self->buffer, index);
      self->has_current = item->kind == UI_PANE_ROW;
      self->current = item->serial;
    }
  update_actions (self);
  return self->has_current;
}

/**
 * ui_message_pane_set_current_to_cursor:
 *
 * The row at the caret is the one that the actions are about. Returns whether there is one.
 */
gboolean
ui_message_pane_set_current_to_cursor (UiMessagePane *self)
{
  GtkTextBuffer *buffer = ui_pane_buffer_get_buffer (self->buffer);
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  return ui_message_pane_set_current (self, &iter);
}

static void
copy_row_cb (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  UiMessagePane *self = UI_MESSAGE_PANE (widget);
  g_autoptr(GString) text = g_string_new (NULL);
  UiLogRow row;

  if (!get_current (self, &row))
    return;
  report_text_append_time (text, row.time_us);
  g_string_append_c (text, ' ');
  ui_log_row_append_text (&row, text);
  set_clipboard (self, text->str);
}

static void
copy_cb (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  UiMessagePane *self = UI_MESSAGE_PANE (widget);
  GtkTextBuffer *buffer = ui_pane_buffer_get_buffer (self->buffer);
  g_autofree char *text = NULL;
  GtkTextIter start, end;

  if (!gtk_text_buffer_get_selection_bounds (buffer, &start, &end))
    {
      copy_row_cb (widget, name, parameter);
      return;
    }
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);        /* without the icons */
  set_clipboard (self, text);
}

static void
copy_payload_cb (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  UiMessagePane *self = UI_MESSAGE_PANE (widget);
  g_autoptr(GString) text = g_string_new (NULL);
  UiLogRow row;

  if (!get_current (self, &row) || row.event == NULL)
    return;
  report_text_append_escaped (text, dtls_event_text (row.event), row.event->n_text,
                              REPORT_TEXT_BLOCK, 0);
  set_clipboard (self, text->str);
}

static void
copy_hex_cb (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  UiMessagePane *self = UI_MESSAGE_PANE (widget);
  g_autoptr(GString) text = g_string_new (NULL);
  UiLogRow row;

  if (!get_current (self, &row) || row.event == NULL)
    return;
  report_hex_append (text, dtls_event_wire (row.event), row.event->n_wire);
  set_clipboard (self, text->str);
}

static void
send_again_cb (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  UiMessagePane *self = UI_MESSAGE_PANE (widget);
  g_autoptr(GBytes) payload = NULL;
  UiLogRow row;

  if (!get_current (self, &row) || row.event == NULL)
    return;
  payload = g_bytes_new (dtls_event_text (row.event), row.event->n_text);
  g_signal_emit (self, signals[SEND_AGAIN], 0, payload, row.event->association);
}

static void
end_cb (GtkWidget  *widget,
        const char *name,
        GVariant   *parameter)
{
  ui_message_pane_follow_end (UI_MESSAGE_PANE (widget));
}

/* What the button of an explanation is called; NULL: there is no cure to go to. */
static const char *
cure_label (const DtlsEvent *event)
{
  switch (event->code)
    {
    case DTLS_CODE_KEY_DIFFERS:
    case DTLS_CODE_DEMO_KEY:
    case DTLS_CODE_SHORT_KEY:
      return _("E_dit key…");
    case DTLS_CODE_UNKNOWN_IDENTITY:
      return (event->flags & DTLS_EVENT_FLAG_CLIENT) != 0 ? _("E_dit identity…") : _("_Add key…");
    case DTLS_CODE_NO_COMMON_SUITE:
      return _("Change _profile…");
    default:
      return NULL;
    }
}

typedef struct
{
  UiMessagePane *pane;          /* unowned: the button is in its popover */
  guint          code;
  GBytes        *identity;
} Cure;

static void
cure_free (gpointer  data,
           GClosure *closure)
{
  g_bytes_unref (((Cure *) data)->identity);
  g_free (data);
}

static void
cure_clicked_cb (GtkButton *button,
                 gpointer   user_data)
{
  Cure *cure = user_data;
  g_autoptr(GBytes) identity = g_bytes_ref (cure->identity);
  UiMessagePane *self = cure->pane;
  guint code = cure->code;

  gtk_popover_popdown (GTK_POPOVER (self->popover));
  g_signal_emit (self, signals[CURE], 0, code, identity);
}

/**
 * ui_message_pane_close_popover:
 *
 * Takes the explanation down; a closed one is kept until the next, out of its own signals.
 */
void
ui_message_pane_close_popover (UiMessagePane *self)
{
  g_clear_pointer (&self->popover, gtk_widget_unparent);
}

static void
add_cure (UiMessagePane   *self,
          GtkButton       *button,
          const DtlsEvent *event)
{
  const char *label = cure_label (event);
  Cure *cure;

  if (label == NULL || !g_signal_has_handler_pending (self, signals[CURE], 0, FALSE))
    return;
  cure = g_new (Cure, 1);
  cure->pane = self;
  cure->code = event->code;
  cure->identity = g_bytes_new (dtls_event_identity (event), event->n_identity);
  gtk_button_set_label (button, label);
  gtk_widget_set_visible (GTK_WIDGET (button), TRUE);
  g_signal_connect_data (button, "clicked", G_CALLBACK (cure_clicked_cb), cure, cure_free, 0);
}

/* Where the popover points: the words themselves, else the start of the row. */
static void
get_why_rectangle (UiMessagePane *self,
                   guint64        serial,
                   GdkRectangle  *rectangle)
{
  GtkTextTag *tag = ui_pane_buffer_get_tag (self->buffer, UI_TAG_WHY);
  GtkTextIter at, end;
  guint index;
  double x, y;

  *rectangle = (GdkRectangle) { 0, 0, 1, 1 };
  if (!ui_pane_buffer_find_serial (self->buffer, serial, &index))
    return;
  ui_pane_buffer_get_bounds (self->buffer, index, &at, &end);
  if (gtk_text_iter_forward_to_tag_toggle (&at, tag) && gtk_text_iter_compare (&at, &end) < 0)
    gtk_text_iter_forward_chars (&at, 2);
  else
    ui_pane_buffer_get_bounds (self->buffer, index, &at, NULL);
  gtk_text_view_get_iter_location (self->view, &at, rectangle);
  gtk_text_view_buffer_to_window_coords (self->view, GTK_TEXT_WINDOW_WIDGET, rectangle->x,
                                         rectangle->y, &rectangle->x, &rectangle->y);
  gtk_widget_translate_coordinates (GTK_WIDGET (self->view), GTK_WIDGET (self), rectangle->x,
                                    rectangle->y, &x, &y);
  rectangle->x = (int) x;
  rectangle->y = (int) y;
}

/**
 * ui_message_pane_explain:
 *
 * Opens the explanation of the current row. Returns whether it has one.
 */
gboolean
ui_message_pane_explain (UiMessagePane *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autoptr(GString) heading = g_string_new (NULL);
  g_autoptr(GString) body = g_string_new (NULL);
  g_autoptr(GtkBuilder) builder = NULL;
  GdkRectangle rectangle;
  UiLogRow row;

  if (!get_current (self, &row) || row.event == NULL
      || !report_event_append_why (row.event, heading, body))
    return FALSE;
  ui_message_pane_close_popover (self);
  builder = gtk_builder_new_from_resource (UI_RESOURCE_PATH "/ui-why-popover.ui");
  self->popover = GTK_WIDGET (gtk_builder_get_object (builder, "popover"));
  gtk_label_set_label (GTK_LABEL (gtk_builder_get_object (builder, "heading")), heading->str);
  gtk_label_set_label (GTK_LABEL (gtk_builder_get_object (builder, "body")), body->str);
  add_cure (self, GTK_BUTTON (gtk_builder_get_object (builder, "cure")), row.event);
  get_why_rectangle (self, row.serial, &rectangle);
  gtk_widget_set_parent (self->popover, widget);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->popover), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  heading->str, -1);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &rectangle);
  gtk_popover_popup (GTK_POPOVER (self->popover));
  return TRUE;
}

static void
why_cb (GtkWidget  *widget,
        const char *name,
        GVariant   *parameter)
{
  ui_message_pane_explain (UI_MESSAGE_PANE (widget));
}

static void
get_iter_at (UiMessagePane *self,
             double         x,
             double         y,
             GtkTextIter   *iter)
{
  int bx, by;

  gtk_text_view_window_to_buffer_coords (self->view, GTK_TEXT_WINDOW_WIDGET, (int) x, (int) y, &bx,
                                         &by);
  gtk_text_view_get_iter_at_location (self->view, iter, bx, by);
}

static void
pressed_cb (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            gpointer         user_data)
{
  UiMessagePane *self = user_data;
  GtkTextIter iter;

  get_iter_at (self, x, y, &iter);
  ui_message_pane_set_current (self, &iter);
}

static void
released_cb (GtkGestureClick *gesture,
             int              n_press,
             double           x,
             double           y,
             gpointer         user_data)
{
  UiMessagePane *self = user_data;
  GtkTextIter iter;
  guint index;

  if (gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture)) > GDK_BUTTON_PRIMARY
      || gtk_text_buffer_get_has_selection (ui_pane_buffer_get_buffer (self->buffer)))
    return;
  get_iter_at (self, x, y, &iter);
  if (gtk_text_iter_has_tag (&iter, ui_pane_buffer_get_tag (self->buffer, UI_TAG_WHY)))
    ui_message_pane_explain (self);
  else if (gtk_text_iter_has_tag (&iter, ui_pane_buffer_get_tag (self->buffer, UI_TAG_SHOW_ALL))
           && ui_pane_buffer_find_iter (self->buffer, &iter, &index))
    ui_message_pane_expand (self, index);
}

static void
motion_cb (GtkEventControllerMotion *motion,
           double                    x,
           double                    y,
           gpointer                  user_data)
{
  UiMessagePane *self = user_data;
  GtkTextIter iter;
  gboolean link;

  get_iter_at (self, x, y, &iter);
  link = gtk_text_iter_has_tag (&iter, ui_pane_buffer_get_tag (self->buffer, UI_TAG_WHY))
         || gtk_text_iter_has_tag (&iter, ui_pane_buffer_get_tag (self->buffer, UI_TAG_SHOW_ALL));
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self->view), link ? "pointer" : "text");
}

/* Relative time and date of a row, where its time stands. */
static gboolean
query_tooltip_cb (GtkWidget  *widget,
                  int         x,
                  int         y,
                  gboolean    keyboard,
                  GtkTooltip *tooltip,
                  gpointer    user_data)
{
  UiMessagePane *self = user_data;
  g_autoptr(GDateTime) time = NULL;
  g_autofree char *date = NULL;
  g_autofree char *text = NULL;
  const UiPaneItem *item;
  GtkTextIter iter;
  guint index, seconds;

  if (keyboard || x > 90)
    return FALSE;
  get_iter_at (self, x, y, &iter);
  if (!ui_pane_buffer_find_iter (self->buffer, &iter, &index))
    return FALSE;
  item = ui_pane_buffer_get_item (self->buffer, index);
  time = g_date_time_new_from_unix_local (item->time_us / G_USEC_PER_SEC);
  if (item->kind != UI_PANE_ROW || time == NULL)
    return FALSE;
  date = g_date_time_format (time, "%x %X");
  seconds = MAX (0, g_get_real_time () - item->time_us) / G_USEC_PER_SEC;
  if (seconds < 120)
    /* Translators: %s is a date and a time */
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u second ago, %s", "%u seconds ago, %s",
                                         seconds), seconds, date);
  else
    /* Translators: %s is a date and a time */
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u minute ago, %s", "%u minutes ago, %s",
                                         seconds / 60), seconds / 60, date);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static gboolean
event_cb (GtkEventControllerLegacy *controller,
          GdkEvent                 *event,
          gpointer                  user_data)
{
  UiMessagePane *self = user_data;

  switch (gdk_event_get_event_type (event))
    {
    case GDK_BUTTON_PRESS:
    case GDK_BUTTON_RELEASE:
    case GDK_KEY_PRESS:
    case GDK_SCROLL:
    case GDK_TOUCH_UPDATE:
      self->input_us = g_get_monotonic_time ();
      break;
    case GDK_MOTION_NOTIFY:
      if ((gdk_event_get_modifier_state (event) & GDK_BUTTON1_MASK) != 0)
        self->input_us = g_get_monotonic_time ();       /* the scrollbar is dragged */
      break;
    default:
      break;
    }
  return FALSE;
}

/**
 * ui_message_pane_install_actions:
 *
 * For class_init: actions and the two signals that ask the window for something.
 */
void
ui_message_pane_install_actions (GtkWidgetClass *widget_class)
{
  GType type = G_TYPE_FROM_CLASS (widget_class);

  gtk_widget_class_install_action (widget_class, "log.copy", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "log.copy-row", NULL, copy_row_cb);
  gtk_widget_class_install_action (widget_class, "log.copy-payload", NULL, copy_payload_cb);
  gtk_widget_class_install_action (widget_class, "log.copy-hex", NULL, copy_hex_cb);
  gtk_widget_class_install_action (widget_class, "log.send-again", NULL, send_again_cb);
  gtk_widget_class_install_action (widget_class, "log.why", NULL, why_cb);
  gtk_widget_class_install_action (widget_class, "log.end", NULL, end_cb);
  signals[CURE] = g_signal_new ("cure", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                2, G_TYPE_UINT, G_TYPE_BYTES);
  signals[SEND_AGAIN] = g_signal_new ("send-again", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 2, G_TYPE_BYTES, G_TYPE_UINT64);
}

/**
 * ui_message_pane_init_actions:
 *
 * For init: clicks, pointer shape and tooltip.
 */
void
ui_message_pane_init_actions (UiMessagePane *self)
{
  GtkEventController *legacy = gtk_event_controller_legacy_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), motion);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self->view), TRUE);
  g_signal_connect (self->view, "query-tooltip", G_CALLBACK (query_tooltip_cb), self);

  gtk_event_controller_set_propagation_phase (legacy, GTK_PHASE_CAPTURE);
  g_signal_connect (legacy, "event", G_CALLBACK (event_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), legacy);

  update_actions (self);
}
