/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-feed.h"
#include "gui-util.h"
#include "ui-color-scheme.h"
#include "ui-message-composer.h"
#include "ui-style.h"

typedef struct
{
  UiConnectionStore *store;
  GuiFeed           *feed;
  GtkWindow         *window;
  UiMessageComposer *composer;
  GtkEditable       *entry;
  GBytes            *sent;
  guint64            to;
  guint              n_sent;
  guint              n_stopped;
} Fixture;

static void
sent_cb (UiMessageComposer *composer,
         GBytes            *payload,
         guint64            association,
         gpointer           user_data)
{
  Fixture *f = user_data;

  g_clear_pointer (&f->sent, g_bytes_unref);
  f->sent = g_bytes_ref (payload);
  f->to = association;
  f->n_sent++;
}

static void
stopped_cb (UiMessageComposer *composer,
            gpointer           user_data)
{
  ((Fixture *) user_data)->n_stopped++;
}

static void
set_up (Fixture      *f,
        gconstpointer user_data)
{
  ui_style_init (gdk_display_get_default ());
  f->store = ui_connection_store_new (DTLS_ROLE_CLIENT);
  f->feed = gui_feed_new (NULL, f->store);
  f->composer = UI_MESSAGE_COMPOSER (ui_message_composer_new ());
  g_object_set (f->composer, "show-repeat", TRUE, NULL);
  ui_message_composer_set_store (f->composer, f->store);
  f->entry = GTK_EDITABLE (gui_child (f->composer, "entry"));
  g_signal_connect (f->composer, "send", G_CALLBACK (sent_cb), f);
  g_signal_connect (f->composer, "stop-repeat", G_CALLBACK (stopped_cb), f);
  f->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (f->window, 900, 46);
  gtk_window_set_child (f->window, GTK_WIDGET (f->composer));
  ui_color_scheme_add_window (ui_color_scheme_get_default (), f->window);
  gui_show (f->window);
}

static void
tear_down (Fixture      *f,
           gconstpointer user_data)
{
  gui_destroy (f->window);
  g_clear_pointer (&f->sent, g_bytes_unref);
  gui_feed_free (f->feed);
  g_assert_finalize_object (f->store);
}

/* An event whose number @i says how many bytes fit, at once in the store. */
static void
feed_limit (Fixture    *f,
            DtlsCode    code,
            guint64     id,
            const char *name,
            guint       i,
            guint       max_bytes)
{
  DtlsEvent *event = gui_feed_begin (f->feed, code, id, NULL, 0, name, name);

  event->number[i] = max_bytes;
  gui_feed_commit (f->feed);
  gui_feed_flush (f->feed);
  ui_connection_store_flush (f->store);
}

static void
establish (Fixture    *f,
           guint64     id,
           const char *name)
{
  feed_limit (f, DTLS_CODE_ESTABLISHED, id, name, 0, 0);
}

static void
close_one (Fixture *f,
           guint64  id)
{
  gui_feed_state (f->feed, DTLS_CODE_CLOSED, id);
  gui_feed_flush (f->feed);
  ui_connection_store_flush (f->store);
}

static void
assert_sent (Fixture    *f,
             const char *bytes,
             gsize       n_bytes,
             guint64     to)
{
  g_assert_nonnull (f->sent);
  g_assert_cmpmem (g_bytes_get_data (f->sent, NULL), g_bytes_get_size (f->sent), bytes, n_bytes);
  g_assert_cmpuint (f->to, ==, to);
}

static void
test_send (Fixture      *f,
           gconstpointer user_data)
{
  GtkWidget *button = gui_child (f->composer, "send");

  gtk_editable_set_text (f->entry, "hello");
  g_assert_false (ui_message_composer_get_can_send (f->composer));      /* to nobody */
  g_assert_false (ui_message_composer_send (f->composer));
  establish (f, 7, "Alice (clone number 0)");
  g_assert_true (ui_message_composer_get_can_send (f->composer));
  g_assert_true (gtk_widget_has_css_class (button, "suggested-action"));
  gui_picture (GTK_WIDGET (f->window), "composer");
  g_signal_emit_by_name (button, "clicked");
  assert_sent (f, "hello", 5, 7);
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "");
  g_assert_false (gtk_widget_get_sensitive (button));

  /* Return in the entry does the same */
  gtk_editable_set_text (f->entry, "grüße");
  g_signal_emit_by_name (f->entry, "activate");
  assert_sent (f, "gr\xc3\xbc\xc3\x9f" "e", 7, 7);
  g_assert_cmpuint (f->n_sent, ==, 2);
}

static void
test_hex (Fixture      *f,
          gconstpointer user_data)
{
  GtkDropDown *format = gui_child (f->composer, "format");

  establish (f, 1, "A");
  gtk_drop_down_set_selected (format, 1);
  gtk_editable_set_text (f->entry, "00 ff:1");
  g_assert_false (ui_message_composer_get_can_send (f->composer));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (f->entry), "error"));
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (f->entry), GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);
  g_assert_true (gtk_widget_get_visible (gui_child (f->composer, "error")));
  gtk_editable_set_text (f->entry, "00 ff:1a");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (f->entry), "error"));
  g_assert_true (ui_message_composer_send (f->composer));
  assert_sent (f, "\x00\xff\x1a", 3, 1);
}

static void
assert_limit (Fixture *f,
              guint    expected)
{
  guint max_bytes;

  g_object_get (f->composer, "max-bytes", &max_bytes, NULL);
  g_assert_cmpuint (max_bytes, ==, expected);
}

/* The entry holds 11 bytes: more than fit. */
static void
assert_refused (Fixture    *f,
                const char *limit)
{
  const char *message = gtk_label_get_label (gui_child (f->composer, "error"));

  g_assert_false (ui_message_composer_get_can_send (f->composer));
  g_assert_false (gtk_widget_get_sensitive (gui_child (f->composer, "send")));
  g_assert_false (ui_message_composer_send (f->composer));
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "0123456789a");
  g_assert_nonnull (strstr (message, "11"));
  g_assert_nonnull (strstr (message, limit));
}

/* What does not fit is refused while it is typed, by the limit of who is to get it. */
static void
test_limit (Fixture      *f,
            gconstpointer user_data)
{
  feed_limit (f, DTLS_CODE_ESTABLISHED, 1, "A", 0, 10);
  assert_limit (f, 10);
  gtk_editable_set_text (f->entry, "0123456789");
  g_assert_true (ui_message_composer_get_can_send (f->composer));
  gtk_editable_set_text (f->entry, "0123456789a");
  assert_refused (f, "10");

  /* another target, and all: the least of them */
  feed_limit (f, DTLS_CODE_ESTABLISHED, 2, "B", 0, 12);
  assert_limit (f, 10);
  ui_message_composer_set_target (f->composer, 2);
  assert_limit (f, 12);
  g_assert_true (ui_message_composer_get_can_send (f->composer));
  ui_message_composer_set_target (f->composer, 0);
  assert_refused (f, "10");
  close_one (f, 1);
  assert_limit (f, 12);
  g_assert_true (ui_message_composer_get_can_send (f->composer));

  /* the path takes less than was thought */
  feed_limit (f, DTLS_CODE_SEND_FAILED, 2, NULL, 2, 9);
  assert_refused (f, "9");
  feed_limit (f, DTLS_CODE_SEND_FAILED, 2, NULL, 1, 1); /* for another reason */
  assert_limit (f, 9);
  ui_message_composer_set_target (f->composer, 2);
  feed_limit (f, DTLS_CODE_SEND_FAILED, 2, NULL, 2, 8);
  assert_refused (f, "8");
}

static void
test_targets (Fixture      *f,
              gconstpointer user_data)
{
  GListModel *targets;

  g_assert_cmpuint (ui_message_composer_get_target (f->composer), ==, 0);
  establish (f, 1, "A");
  establish (f, 2, "B");
  establish (f, 3, "C");
  targets = gtk_drop_down_get_model (gui_child (f->composer, "to"));
  g_assert_cmpuint (g_list_model_get_n_items (targets), ==, 4);
  g_assert_cmpuint (ui_message_composer_get_target (f->composer), ==, 1);

  /* a choice stays while others come and go */
  ui_message_composer_set_target (f->composer, 2);
  close_one (f, 1);
  establish (f, 4, "D");
  g_assert_cmpuint (ui_message_composer_get_target (f->composer), ==, 2);

  /* what was chosen is gone */
  close_one (f, 2);
  g_assert_cmpuint (ui_message_composer_get_target (f->composer), ==, 3);

  /* all of them: also a choice */
  ui_message_composer_set_target (f->composer, 0);
  establish (f, 5, "E");
  g_assert_cmpuint (ui_message_composer_get_target (f->composer), ==, 0);
  gtk_editable_set_text (f->entry, "to all");
  g_assert_true (ui_message_composer_send (f->composer));
  assert_sent (f, "to all", 6, 0);
  close_one (f, 3);
  close_one (f, 4);
  close_one (f, 5);
  gtk_editable_set_text (f->entry, "nobody");
  g_assert_false (ui_message_composer_send (f->composer));
}

/* The key as the entry's controllers get it. */
static void
press (Fixture *f,
       guint    key)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (f->entry));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled = FALSE;

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller)
          && gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_CAPTURE)
        g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &handled);
      if (handled)
        return;
    }
}

static void
test_history (Fixture      *f,
              gconstpointer user_data)
{
  GtkDropDown *format = gui_child (f->composer, "format");

  establish (f, 1, "A");
  gtk_editable_set_text (f->entry, "first");
  ui_message_composer_send (f->composer);
  gtk_drop_down_set_selected (format, 1);
  gtk_editable_set_text (f->entry, "0102");
  ui_message_composer_send (f->composer);
  gtk_drop_down_set_selected (format, 0);
  gtk_editable_set_text (f->entry, "draft");

  press (f, GDK_KEY_Up);
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "0102");
  g_assert_cmpuint (gtk_drop_down_get_selected (format), ==, 1);
  press (f, GDK_KEY_Up);
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "first");
  g_assert_cmpuint (gtk_drop_down_get_selected (format), ==, 0);
  press (f, GDK_KEY_Up);
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "first");
  press (f, GDK_KEY_Down);
  press (f, GDK_KEY_Down);
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "draft");
  press (f, GDK_KEY_Down);
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "draft");
}

static void
test_again (Fixture      *f,
            gconstpointer user_data)
{
  g_autoptr(GBytes) text = g_bytes_new_static ("ping", 4);
  g_autoptr(GBytes) binary = g_bytes_new_static ("a\0\xff", 3);
  GtkDropDown *format = gui_child (f->composer, "format");

  establish (f, 1, "A");
  ui_message_composer_set_payload (f->composer, binary);
  g_assert_cmpuint (gtk_drop_down_get_selected (format), ==, 1);
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "61 00 ff");
  g_assert_true (ui_message_composer_send (f->composer));
  assert_sent (f, "a\0\xff", 3, 1);
  ui_message_composer_set_payload (f->composer, text);
  g_assert_cmpuint (gtk_drop_down_get_selected (format), ==, 0);
  g_assert_cmpstr (gtk_editable_get_text (f->entry), ==, "ping");
}

static void
test_repeat (Fixture      *f,
             gconstpointer user_data)
{
  GtkDropDown *repeat = gui_child (f->composer, "repeat");

  g_assert_cmpuint (ui_message_composer_get_repeat_interval (f->composer), ==, 0);
  gtk_drop_down_set_selected (repeat, 2);
  g_assert_cmpuint (ui_message_composer_get_repeat_interval (f->composer), ==, 1000);
  g_assert_true (gtk_widget_get_visible (gui_child (f->composer, "times")));
  gtk_spin_button_set_value (gui_child (f->composer, "times"), 3);
  g_assert_cmpuint (ui_message_composer_get_repeat_times (f->composer), ==, 3);
  g_assert_cmpuint (f->n_stopped, ==, 0);
  gtk_drop_down_set_selected (repeat, 0);
  g_assert_cmpuint (f->n_stopped, ==, 1);
}

static int
get_y (Fixture    *f,
       const char *id)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_get_mapped (gui_child (f->composer, id)));
  g_assert_true (gtk_widget_compute_bounds (gui_child (f->composer, id),
                                            GTK_WIDGET (f->composer), &bounds));
  g_assert_cmpfloat (bounds.origin.x, >=, 0);
  g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=,
                     gtk_widget_get_width (GTK_WIDGET (f->composer)));
  return (int) bounds.origin.y;
}

static void
set_width (Fixture *f,
           int      width)
{
  ui_message_composer_set_narrow (f->composer, width < UI_NARROW_WIDTH);
  gtk_window_set_default_size (f->window, width, 46);
  for (guint i = 0; i < 4; i++)
    gtk_test_widget_wait_for_draw (GTK_WIDGET (f->window));
  gui_settle ();
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (f->window)), ==, width);
}

/* What there is to choose stands below the entry where it has no room beside it. */
static void
test_narrow (Fixture      *f,
             gconstpointer user_data)
{
  const int widths[] = { 360, 719 };
  const char *chosen[] = { "format", "repeat", "times" };
  const char *longer[] = { "Wiederholen: aus", NULL };
  GtkDropDown *repeat = gui_child (f->composer, "repeat");

  gtk_string_list_splice (GTK_STRING_LIST (gtk_drop_down_get_model (repeat)), 0, 1, longer);
  establish (f, 1, "Alice (clone number 0)");
  gtk_drop_down_set_selected (gui_child (f->composer, "format"), 1);
  gtk_editable_set_text (f->entry, "01 0");
  gtk_drop_down_set_selected (repeat, 1);
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      g_autofree char *name = g_strdup_printf ("composer-%d", widths[i]);

      set_width (f, widths[i]);
      g_assert_cmpint (get_y (f, "send"), <, get_y (f, "entry") + 10);
      for (guint j = 0; j < G_N_ELEMENTS (chosen); j++)
        g_assert_cmpint (get_y (f, chosen[j]), >, get_y (f, "entry") + 10);
      gui_picture (GTK_WIDGET (f->window), name);
    }
  ui_color_scheme_set_choice (ui_color_scheme_get_default (), UI_COLOR_CHOICE_DARK);
  set_width (f, 360);
  gui_picture (GTK_WIDGET (f->window), "composer-360-dark");
  ui_color_scheme_set_choice (ui_color_scheme_get_default (), UI_COLOR_CHOICE_SYSTEM);

  /* and ends there what began elsewhere */
  f->n_stopped = 0;
  gtk_drop_down_set_selected (repeat, 0);
  g_assert_cmpuint (f->n_stopped, ==, 1);
  set_width (f, 360);
  gui_picture (GTK_WIDGET (f->window), "composer-360-off");
  set_width (f, 900);
  g_assert_cmpint (get_y (f, "format"), <, get_y (f, "entry") + 10);
  g_assert_false (gtk_widget_get_visible (gui_child (f->composer, "times")));
}

static void
test_names (Fixture      *f,
            gconstpointer user_data)
{
  gui_assert_labelled (GTK_WIDGET (f->window));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/ui/message-composer/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ADD ("send", test_send);
  ADD ("hex", test_hex);
  ADD ("limit", test_limit);
  ADD ("targets", test_targets);
  ADD ("history", test_history);
  ADD ("again", test_again);
  ADD ("repeat", test_repeat);
  ADD ("narrow", test_narrow);
  ADD ("names", test_names);
  return g_test_run ();
}
