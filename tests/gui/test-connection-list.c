/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-feed.h"
#include "gui-util.h"
#include "ui-color-scheme.h"
#include "ui-connection-list.h"
#include "ui-style.h"

#define SUITE "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256"

typedef struct
{
  UiConnectionStore *store;
  GuiFeed           *feed;
  GtkWindow         *window;
  UiConnectionList  *list;
} Fixture;

static void
open_window (Fixture  *f,
             DtlsRole  role)
{
  ui_style_init (gdk_display_get_default ());
  f->store = ui_connection_store_new (role);
  f->feed = gui_feed_new (NULL, f->store);
  f->feed->time_us = g_get_real_time ();
  f->list = UI_CONNECTION_LIST (ui_connection_list_new ());
  ui_connection_list_set_store (f->list, f->store);
  f->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (f->window, role == DTLS_ROLE_SERVER ? 1090 : 1200, 200);
  gtk_window_set_child (f->window, GTK_WIDGET (f->list));
  ui_color_scheme_add_window (ui_color_scheme_get_default (), f->window);
  gui_show (f->window);
}

static void
close_window (Fixture *f)
{
  gui_destroy (f->window);
  gui_feed_free (f->feed);
  g_assert_finalize_object (f->store);
}

static void
establish (Fixture    *f,
           guint64     id,
           const char *name,
           const char *identity)
{
  DtlsEvent *event = gui_feed_begin (f->feed, DTLS_CODE_ESTABLISHED, id, SUITE, -1, name, identity);

  event->totals.messages_in = event->totals.messages_out = 4;
  event->totals.rtt_last_us = event->totals.rtt_median_us = 812;
  event->totals.pings_sent = 12;
  event->totals.pings_answered = 12;
  gui_feed_commit (f->feed);
}

static void
feed_rows (Fixture *f)
{
  DtlsEvent *event;

  establish (f, 1, "Alice (clone number 0)", "Alice (clone number 0)");
  establish (f, 2, "Alice (clone number 1)", "Alice (clone number 1)");
  establish (f, 3, "thermostat-hall", "thermostat-hall");
  gui_feed_begin (f->feed, DTLS_CODE_KEY_DIFFERS, 4, NULL, 0, NULL, "device-7");
  gui_feed_commit (f->feed);
  event = gui_feed_begin (f->feed, DTLS_CODE_RETRANSMIT, 5, NULL, 0, NULL, NULL);
  event->number[0] = 4;
  gui_feed_commit (f->feed);
  establish (f, 6, "gone", "gone");
  gui_feed_state (f->feed, DTLS_CODE_CLOSED, 6);
  gui_feed_flush (f->feed);
  ui_connection_store_flush (f->store);
}

/* All texts of the visible cells, one a line. */
static void
collect (GtkWidget *widget,
         GString   *text)
{
  if (GTK_IS_INSCRIPTION (widget) && gtk_widget_get_mapped (widget))
    g_string_append_printf (text, "%s\n", gtk_inscription_get_text (GTK_INSCRIPTION (widget)));
  else if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget))
    g_string_append_printf (text, "%s\n", gtk_label_get_text (GTK_LABEL (widget)));
  for (GtkWidget *c = gtk_widget_get_first_child (widget); c != NULL;
       c = gtk_widget_get_next_sibling (c))
    collect (c, text);
}

static char *
texts (Fixture *f)
{
  GString *text = g_string_new ("\n");

  for (guint i = 0; i < 4; i++)
    gtk_test_widget_wait_for_draw (GTK_WIDGET (f->window));
  gui_settle ();
  collect (GTK_WIDGET (f->list), text);
  return g_string_free (text, FALSE);
}

/* Every text of a cell in view has the room that it takes. */
static void
assert_none_cut (GtkWidget *widget)
{
  if (GTK_IS_INSCRIPTION (widget) && gtk_widget_get_mapped (widget))
    {
      const char *text = gtk_inscription_get_text (GTK_INSCRIPTION (widget));
      g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
      int width;

      pango_layout_get_pixel_size (layout, &width, NULL);
      if (width > gtk_widget_get_width (widget))
        g_error ("“%s” takes %d px and has %d", text, width, gtk_widget_get_width (widget));
    }
  for (GtkWidget *c = gtk_widget_get_first_child (widget); c != NULL;
       c = gtk_widget_get_next_sibling (c))
    assert_none_cut (c);
}

static void
assert_has (const char *all,
            const char *line)
{
  g_autofree char *needle = g_strdup_printf ("\n%s\n", line);

  if (strstr (all, needle) == NULL)
    g_error ("no “%s” in:%s", line, all);
}

static void
test_server (void)
{
  Fixture f;
  g_autofree char *all = NULL;

  open_window (&f, DTLS_ROLE_SERVER);
  feed_rows (&f);
  all = texts (&f);
  assert_has (all, "Peer");
  assert_has (all, "Identity");
  assert_has (all, "Last");
  assert_has (all, "127.0.0.1:40001");
  assert_has (all, "[::1]:40002");
  assert_has (all, "Alice (clone number 1)");
  assert_has (all, "Connected");
  assert_has (all, "Key differs");
  assert_has (all, "Handshake, flight 4 again");
  assert_has (all, "ECDHE-PSK-CHACHA20-POLY1305");
  assert_has (all, "4 / 4");
  assert_has (all, "Closed");
  g_assert_null (strstr (all, "RTT"));
  assert_none_cut (GTK_WIDGET (f.list));
  gui_picture (GTK_WIDGET (f.window), "strip-server");
  ui_color_scheme_set_choice (ui_color_scheme_get_default (), UI_COLOR_CHOICE_DARK);
  gui_picture (GTK_WIDGET (f.window), "strip-server-dark");
  ui_color_scheme_set_choice (ui_color_scheme_get_default (), UI_COLOR_CHOICE_SYSTEM);
  close_window (&f);
}

static void
test_client (void)
{
  Fixture f;
  g_autofree char *all = NULL;

  open_window (&f, DTLS_ROLE_CLIENT);
  feed_rows (&f);
  all = texts (&f);
  assert_has (all, "Name");
  assert_has (all, "Server");
  assert_has (all, "RTT");
  assert_has (all, "0.8 ms");
  assert_has (all, "—");
  g_assert_null (strstr (all, "Peer\n"));
  g_assert_null (strstr (all, "\nIdentity\n"));
  g_assert_null (strstr (all, "\nLast\n"));
  close_window (&f);
}

/* With the room of the client's window as it opens, and a bit less, all columns; the longest states
 * may be cut in the latter. */
static void
test_roomy (void)
{
  const int widths[] = { 1200, 1100 };
  Fixture f;

  open_window (&f, DTLS_ROLE_CLIENT);
  ui_connection_list_set_roomy (f.list, TRUE);
  feed_rows (&f);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (f.list)), ==, widths[0]);
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      g_autofree char *name = g_strdup_printf ("strip-client-%d", widths[i]);
      g_autofree char *all = NULL;

      gtk_window_set_default_size (f.window, widths[i], 200);
      all = texts (&f);
      g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (f.list)), ==, widths[i]);
      assert_has (all, "Name");
      assert_has (all, "Server");
      assert_has (all, "Identity");
      assert_has (all, "Last");
      assert_has (all, "RTT");
      gui_picture (GTK_WIDGET (f.window), name);
      assert_none_cut (GTK_WIDGET (f.list));
      gui_feed_state (f.feed, DTLS_CODE_ESTABLISHED, 5);
      gui_feed_flush (f.feed);
      ui_connection_store_flush (f.store);
    }
  ui_color_scheme_set_choice (ui_color_scheme_get_default (), UI_COLOR_CHOICE_DARK);
  gui_picture (GTK_WIDGET (f.window), "strip-client-dark");
  ui_color_scheme_set_choice (ui_color_scheme_get_default (), UI_COLOR_CHOICE_SYSTEM);
  close_window (&f);
}

static void
test_narrow (void)
{
  Fixture f;
  g_autofree char *all = NULL;

  open_window (&f, DTLS_ROLE_SERVER);
  gtk_window_set_default_size (f.window, 360, 200);
  ui_connection_list_set_narrow (f.list, TRUE);
  feed_rows (&f);
  all = texts (&f);
  assert_has (all, "Alice (clone number 0)");
  assert_has (all, "127.0.0.1:40001 · Connected");
  assert_has (all, "[::1]:40004 · Key differs");
  gui_picture (GTK_WIDGET (f.window), "strip-narrow");
  ui_connection_list_set_narrow (f.list, FALSE);
  g_clear_pointer (&all, g_free);
  all = texts (&f);
  assert_has (all, "Peer");
  close_window (&f);
}

static void
count_cb (gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_select (void)
{
  Fixture f;
  UiConnection *second;
  guint n_close = 0, n_selected = 0;

  open_window (&f, DTLS_ROLE_SERVER);
  feed_rows (&f);
  g_signal_connect_swapped (f.list, "close-requested", G_CALLBACK (count_cb), &n_close);
  g_signal_connect_swapped (f.list, "notify::selected", G_CALLBACK (count_cb), &n_selected);
  g_assert_null (ui_connection_list_get_selected (f.list));
  gtk_widget_activate_action (GTK_WIDGET (f.list), "connections.close", NULL);
  g_assert_cmpuint (n_close, ==, 0);
  second = ui_connection_store_lookup (f.store, 2);
  ui_connection_list_set_selected (f.list, second);
  g_assert_true (ui_connection_list_get_selected (f.list) == second);
  g_assert_cmpuint (n_selected, ==, 1);
  gtk_widget_activate_action (GTK_WIDGET (f.list), "connections.close", NULL);
  g_assert_cmpuint (n_close, ==, 1);

  /* an ended row has nothing to close, and the selection survives the end */
  gui_feed_state (f.feed, DTLS_CODE_CLOSED, 2);
  gui_feed_flush (f.feed);
  ui_connection_store_flush (f.store);
  g_assert_true (ui_connection_list_get_selected (f.list) == second);
  gtk_widget_activate_action (GTK_WIDGET (f.list), "connections.close", NULL);
  g_assert_cmpuint (n_close, ==, 1);
  gtk_widget_activate_action (GTK_WIDGET (f.list), "connections.unselect", NULL);
  g_assert_null (ui_connection_list_get_selected (f.list));
  close_window (&f);
}

#define TOTALS                                                                                     \
  "Messages: 4 in, 5 out. Bytes: 120 in, 90 out. Pings: 12 sent, 11 answered, 1 lost. "            \
  "Round trip: 30 µs last, 0.8 ms median."

static void
feed_totals (Fixture *f,
             guint64  id)
{
  DtlsEvent *event = gui_feed_begin (f->feed, DTLS_CODE_SENT, id, NULL, 0, NULL, NULL);

  event->totals = (DtlsCounters) { .messages_in = 4, .messages_out = 5, .bytes_in = 120,
                                   .bytes_out = 90, .pings_sent = 12, .pings_answered = 11,
                                   .pings_lost = 1, .rtt_last_us = 30, .rtt_median_us = 812 };
  gui_feed_commit (f->feed);
  gui_feed_flush (f->feed);
  ui_connection_store_flush (f->store);
}

/* What is known of the selected row is on the screen, wide and narrow, and follows. */
static void
test_totals (void)
{
  const int widths[] = { 1200, 719, 360 };
  Fixture f;
  GtkLabel *totals;

  open_window (&f, DTLS_ROLE_CLIENT);
  feed_rows (&f);
  totals = gui_child (f.list, "totals");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (totals)));
  ui_connection_list_set_selected (f.list, ui_connection_store_lookup (f.store, 2));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (totals)));
  g_assert_nonnull (strstr (gtk_label_get_text (totals), "4 in, 4 out"));
  feed_totals (&f, 2);
  feed_totals (&f, 3);
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      g_autofree char *name = g_strdup_printf ("strip-totals-%d", widths[i]);

      ui_connection_list_set_narrow (f.list, widths[i] < UI_NARROW_WIDTH);
      gtk_window_set_default_size (f.window, widths[i], 240);
      g_free (texts (&f));
      gui_picture (GTK_WIDGET (f.window), name);
      g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (f.window)), ==, widths[i]);
      g_assert_cmpstr (gtk_label_get_text (totals), ==, TOTALS);
      g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (totals)));
    }
  ui_color_scheme_set_choice (ui_color_scheme_get_default (), UI_COLOR_CHOICE_DARK);
  gui_picture (GTK_WIDGET (f.window), "strip-totals-360-dark");
  ui_color_scheme_set_choice (ui_color_scheme_get_default (), UI_COLOR_CHOICE_SYSTEM);
  ui_connection_list_set_selected (f.list, NULL);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (totals)));
  close_window (&f);
}

/* The row around the cell that shows @text. */
static GtkWidget *
find_row (GtkWidget  *widget,
          const char *text)
{
  if (GTK_IS_INSCRIPTION (widget) && gtk_widget_get_mapped (widget)
      && g_strcmp0 (gtk_inscription_get_text (GTK_INSCRIPTION (widget)), text) == 0)
    {
      while (!g_str_equal (gtk_widget_get_css_name (widget), "row"))
        widget = gtk_widget_get_parent (widget);
      return widget;
    }
  for (GtkWidget *c = gtk_widget_get_first_child (widget); c != NULL;
       c = gtk_widget_get_next_sibling (c))
    {
      GtkWidget *row = find_row (c, text);

      if (row != NULL)
        return row;
    }
  return NULL;
}

/* A row reads as what it is about, described by all its numbers; narrow, its tooltip says what is
 * cut. */
static void
test_described (void)
{
  const char *name = "A very long name of a connection, longer than any row is wide";
  Fixture f;
  GtkAccessible *row;
  GtkWidget *cell;
  const char *tooltip;

  open_window (&f, DTLS_ROLE_CLIENT);
  establish (&f, 1, name, "an identity");
  gui_feed_flush (f.feed);
  feed_totals (&f, 1);
  g_free (texts (&f));
  row = GTK_ACCESSIBLE (find_row (GTK_WIDGET (f.list), name));
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, TOTALS);

  ui_connection_list_set_narrow (f.list, TRUE);
  gtk_window_set_default_size (f.window, 360, 200);
  g_free (texts (&f));
  row = GTK_ACCESSIBLE (find_row (GTK_WIDGET (f.list), name));
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, TOTALS);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "A very long name of a connection, longer than any row is "
                                       "wide, 127.0.0.1:40001 · Connected");
  cell = gtk_widget_get_first_child (GTK_WIDGET (row));
  tooltip = gtk_widget_get_tooltip_text (cell);
  g_assert_nonnull (strstr (tooltip, name));
  g_assert_nonnull (strstr (tooltip, "127.0.0.1:40001 · Connected"));
  g_assert_nonnull (strstr (tooltip, TOTALS));

  /* while a row has the focus, nobody is told of each number; but when it gets it */
  gtk_widget_grab_focus (GTK_WIDGET (row));
  gui_feed_message (f.feed, 1, "x", 1);
  gui_feed_flush (f.feed);
  ui_connection_store_flush (f.store);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, TOTALS);
  gtk_window_set_focus (f.window, NULL);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Messages: 1 in, 0 out. Bytes: 1 in, 0 out.");
  close_window (&f);
}

/* Only the cells in view are made: the widgets do not grow with the rows. */
static guint
count_widgets (GtkWidget *widget)
{
  guint n = 1;

  for (GtkWidget *c = gtk_widget_get_first_child (widget); c != NULL;
       c = gtk_widget_get_next_sibling (c))
    n += count_widgets (c);
  return n;
}

static void
test_many (void)
{
  Fixture f;
  guint n_few, n_many;
  g_autofree char *all = NULL;

  open_window (&f, DTLS_ROLE_SERVER);
  for (guint64 id = 1; id <= 500; id++)
    establish (&f, id, NULL, "some device");
  gui_feed_flush (f.feed);
  ui_connection_store_flush (f.store);
  g_free (texts (&f));
  n_few = count_widgets (GTK_WIDGET (f.list));
  for (guint64 id = 501; id <= 10000; id++)
    establish (&f, id, NULL, "some device");
  gui_feed_flush (f.feed);
  ui_connection_store_flush (f.store);
  all = texts (&f);
  n_many = count_widgets (GTK_WIDGET (f.list));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f.store)), ==, 10000);
  g_assert_cmpuint (n_many, <=, n_few + n_few / 4);
  close_window (&f);
}

static void
feed_snapshot (GuiFeed *feed, guint64 id, DtlsSnapshot what, guint n)
{
  DtlsEvent *event = gui_feed_begin (feed, DTLS_CODE_SNAPSHOT, id, NULL, 0, NULL, NULL);

  event->number[0] = what;
  event->number[1] = n;
  gui_feed_commit (feed);
}

/* Ends that were lost: rows of which a complete resync does not tell are over; an incomplete one
 * ends nothing. A half-open session that is dropped without a word leaves no open row. */
static void
test_resync (void)
{
  g_autoptr (UiConnectionStore) store = ui_connection_store_new (DTLS_ROLE_SERVER);
  g_autoptr (GuiFeed) feed = gui_feed_new (NULL, store);

  for (guint64 id = 1; id <= 4; id++)
    gui_feed_state (feed, DTLS_CODE_VERIFIED, id);
  feed_snapshot (feed, 4, DTLS_SNAPSHOT_GONE, 0);
  feed_snapshot (feed, 5, DTLS_SNAPSHOT_GONE, 0);
  gui_feed_flush (feed);
  g_assert_cmpuint (ui_connection_store_get_n_open (store), ==, 3);
  g_assert_null (ui_connection_store_lookup (store, 5));

  feed_snapshot (feed, 1, DTLS_SNAPSHOT_HALF_OPEN, 0);
  feed_snapshot (feed, 0, DTLS_SNAPSHOT_ALL, 2);
  gui_feed_flush (feed);
  g_assert_cmpuint (ui_connection_store_get_n_open (store), ==, 3);

  feed_snapshot (feed, 1, DTLS_SNAPSHOT_HALF_OPEN, 0);
  feed_snapshot (feed, 3, DTLS_SNAPSHOT_ESTABLISHED, 0);
  feed_snapshot (feed, 0, DTLS_SNAPSHOT_ALL, 2);
  gui_feed_flush (feed);
  g_assert_cmpuint (ui_connection_store_get_n_open (store), ==, 2);
  g_assert_true (ui_connection_get_ended (ui_connection_store_lookup (store, 2)));
  g_assert_true (ui_connection_get_connected (ui_connection_store_lookup (store, 3)));
}

static void
test_names (void)
{
  Fixture f;

  open_window (&f, DTLS_ROLE_SERVER);
  gui_assert_labelled (GTK_WIDGET (f.window));
  close_window (&f);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/connection-list/server", test_server);
  g_test_add_func ("/ui/connection-list/client", test_client);
  g_test_add_func ("/ui/connection-list/roomy", test_roomy);
  g_test_add_func ("/ui/connection-list/narrow", test_narrow);
  g_test_add_func ("/ui/connection-list/select", test_select);
  g_test_add_func ("/ui/connection-list/totals", test_totals);
  g_test_add_func ("/ui/connection-list/described", test_described);
  g_test_add_func ("/ui/connection-list/many", test_many);
  g_test_add_func ("/ui/connection-list/resync", test_resync);
  g_test_add_func ("/ui/connection-list/names", test_names);
  return g_test_run ();
}
