/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-util.h"
#include "ui-color-scheme.h"
#include "ui-key-entry.h"
#include "ui-style.h"

typedef struct
{
  GtkWindow  *window;
  UiKeyEntry *entry;
  guint       n_notified;
} Fixture;

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
set_up (Fixture      *f,
        gconstpointer user_data)
{
  ui_style_init (gdk_display_get_default ());
  f->entry = UI_KEY_ENTRY (ui_key_entry_new ());
  g_signal_connect_swapped (f->entry, "notify::key", G_CALLBACK (count_cb), &f->n_notified);
  f->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (f->window, 320, 110);
  gtk_window_set_child (f->window, GTK_WIDGET (f->entry));
  ui_color_scheme_add_window (ui_color_scheme_get_default (), f->window);
  gui_show (f->window);
}

static void
tear_down (Fixture      *f,
           gconstpointer user_data)
{
  gui_destroy (f->window);
}

static gboolean
is_shown (Fixture    *f,
          const char *id)
{
  return gtk_widget_get_visible (GTK_WIDGET (gui_child (f->entry, id)));
}

static const char *
label_of (Fixture    *f,
          const char *id)
{
  return gtk_label_get_label (GTK_LABEL (gui_child (f->entry, id)));
}

static void
reveal (Fixture  *f,
        gboolean  visible)
{
  GtkEditable *entry = ui_key_entry_get_entry (f->entry);

  gtk_text_set_visibility (GTK_TEXT (gtk_editable_get_delegate (entry)), visible);
  g_assert_cmpint (gtk_toggle_button_get_active (gui_child (f->entry, "reveal")), ==, visible);
}

/* The eye and the random key can be seen, and reached by keyboard. */
static void
test_buttons (Fixture      *f,
              gconstpointer user_data)
{
  GtkText *text = GTK_TEXT (gtk_editable_get_delegate (ui_key_entry_get_entry (f->entry)));
  g_autoptr(GPtrArray) walk = gui_walk (f->window);
  GtkWidget *eye = gui_child (f->entry, "reveal");
  GtkWidget *random = gui_child (f->entry, "random");

  g_assert_true (g_ptr_array_find (walk, eye, NULL));
  g_assert_true (g_ptr_array_find (walk, random, NULL));
  g_signal_emit_by_name (random, "clicked");
  g_assert_true (ui_key_entry_get_valid (f->entry));
  g_assert_false (gtk_text_get_visibility (text));
  g_signal_emit_by_name (eye, "clicked");
  g_assert_true (gtk_text_get_visibility (text));
  g_assert_null (strstr (label_of (f, "preview"), "•"));
  g_signal_emit_by_name (eye, "clicked");
  g_assert_false (gtk_text_get_visibility (text));
  g_assert_nonnull (strstr (label_of (f, "preview"), "•"));

  g_signal_emit_by_name (eye, "clicked");
  ui_key_entry_clear (f->entry);
  g_assert_false (gtk_text_get_visibility (text));
}

static int
get_height (Fixture *f)
{
  int height;

  gui_settle ();
  gtk_widget_measure (GTK_WIDGET (f->entry), GTK_ORIENTATION_VERTICAL, 320, NULL, &height, NULL,
                      NULL);
  return height;
}

/* Nothing below moves while a key is typed. */
static void
test_height (Fixture      *f,
             gconstpointer user_data)
{
  static const char *const hex[] = { "1", "1a", "1a2b3c4d5e6f", "00112233445566778899aabbccddeeff",
                                     "x", "" };
  const int height = get_height (f);

  for (guint i = 0; i < G_N_ELEMENTS (hex); i++)
    {
      ui_key_entry_set_text (f->entry, hex[i]);
      g_test_message ("%s: %d of %d", hex[i], get_height (f), height);
      g_assert_cmpint (get_height (f), ==, height);
    }
  ui_key_entry_set_format (f->entry, DTLS_KEY_FORMAT_TEXT);
  ui_key_entry_set_text (f->entry, "1a2b3c4d5e");
  g_assert_true (is_shown (f, "hint_row"));
  g_assert_cmpint (get_height (f), ==, height);
}

static void
test_demo (Fixture      *f,
           gconstpointer user_data)
{
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr(DtlsKey) key = NULL;

  g_assert_false (ui_key_entry_get_valid (f->entry));
  ui_key_entry_set_key (f->entry, demo);
  key = ui_key_entry_dup_key (f->entry);
  g_assert_true (dtls_key_equal (key, demo));
  g_assert_true (ui_key_entry_get_valid (f->entry));
  g_assert_cmpstr (label_of (f, "size"), ==, "6 bytes:");
  g_assert_true (is_shown (f, "demo_row"));
  g_assert_false (is_shown (f, "short_note"));

  /* the preview is hidden along with the key */
  g_assert_cmpstr (label_of (f, "preview"), ==, "•• •• •• •• •• ••");
  gui_picture (GTK_WIDGET (f->window), "key-hidden");
  reveal (f, TRUE);
  g_assert_cmpstr (label_of (f, "preview"), ==, "1a 2b 3c 4d 5e 6f");
  gui_picture (GTK_WIDGET (f->window), "key-revealed");
  reveal (f, FALSE);
  g_assert_cmpstr (label_of (f, "preview"), ==, "•• •• •• •• •• ••");
}

static void
test_formats (Fixture      *f,
              gconstpointer user_data)
{
  static const struct
  {
    const char   *text;
    DtlsKeyFormat format;
    const char   *hex;          /* NULL: no key */
  } cases[] = {
    { "1a2B3c", DTLS_KEY_FORMAT_HEX, "1a2b3c" },
    { "1a:2b 3c,0x4d", DTLS_KEY_FORMAT_HEX, "1a2b3c4d" },
    { "1a2", DTLS_KEY_FORMAT_HEX, NULL },
    { "zz", DTLS_KEY_FORMAT_HEX, NULL },
    { "", DTLS_KEY_FORMAT_HEX, NULL },
    { "secret", DTLS_KEY_FORMAT_TEXT, "736563726574" },
    { "", DTLS_KEY_FORMAT_TEXT, NULL },
    { "Gis8TV5v", DTLS_KEY_FORMAT_BASE64, "1a2b3c4d5e6f" },
    { "Gis8TV5", DTLS_KEY_FORMAT_BASE64, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(DtlsKey) key = NULL;
      GtkAccessible *entry = GTK_ACCESSIBLE (ui_key_entry_get_entry (f->entry));

      ui_key_entry_set_format (f->entry, cases[i].format);
      ui_key_entry_set_text (f->entry, cases[i].text);
      key = ui_key_entry_dup_key (f->entry);
      g_assert_cmpint (key != NULL, ==, cases[i].hex != NULL);
      g_assert_cmpint (ui_key_entry_get_valid (f->entry), ==, key != NULL);
      g_assert_cmpint (is_shown (f, "error_row"), ==, key == NULL);
      g_assert_cmpint (gtk_widget_has_css_class (GTK_WIDGET (entry), "error"), ==, key == NULL);
      gtk_test_accessible_assert_state (entry, GTK_ACCESSIBLE_STATE_INVALID,
                                        key == NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                                    : GTK_ACCESSIBLE_INVALID_FALSE);
      if (key == NULL)
        g_assert_cmpstr (label_of (f, "error"), !=, "");
      else
        {
          g_autoptr(DtlsKey) expected = dtls_key_parse (cases[i].hex, DTLS_KEY_FORMAT_HEX, NULL);

          g_assert_true (dtls_key_equal (key, expected));
        }
    }
}

static void
test_looks_like_hex (Fixture      *f,
                     gconstpointer user_data)
{
  g_autoptr(DtlsKey) before = NULL;
  g_autoptr(DtlsKey) after = NULL;
  gsize n;

  ui_key_entry_set_format (f->entry, DTLS_KEY_FORMAT_TEXT);
  ui_key_entry_set_text (f->entry, "1a2b3c4d5e");
  g_assert_true (is_shown (f, "hint_row"));
  gui_picture (GTK_WIDGET (f->window), "key-looks-like-hex");
  before = ui_key_entry_dup_key (f->entry);
  dtls_key_get_bytes (before, &n);
  g_assert_cmpuint (n, ==, 10);

  g_signal_emit_by_name (gui_child (f->entry, "use_hex"), "clicked");
  g_assert_cmpint (ui_key_entry_get_format (f->entry), ==, DTLS_KEY_FORMAT_HEX);
  g_assert_false (is_shown (f, "hint_row"));
  after = ui_key_entry_dup_key (f->entry);
  dtls_key_get_bytes (after, &n);
  g_assert_cmpuint (n, ==, 5);

  ui_key_entry_set_format (f->entry, DTLS_KEY_FORMAT_TEXT);
  ui_key_entry_set_text (f->entry, "no hex at all");
  g_assert_false (is_shown (f, "hint_row"));
}

static void
test_short (Fixture      *f,
            gconstpointer user_data)
{
  ui_key_entry_set_text (f->entry, "00112233445566778899aabbccddee");
  g_assert_true (is_shown (f, "short_note"));
  ui_key_entry_set_text (f->entry, "00112233445566778899aabbccddeeff");
  g_assert_false (is_shown (f, "short_note"));
  g_assert_false (is_shown (f, "demo_row"));
}

static void
test_set_key (Fixture      *f,
              gconstpointer user_data)
{
  g_autoptr(DtlsKey) binary = dtls_key_parse ("00ff10", DTLS_KEY_FORMAT_HEX, NULL);
  g_autoptr(DtlsKey) text = dtls_key_parse ("open sesame", DTLS_KEY_FORMAT_TEXT, NULL);
  g_autoptr(DtlsKey) shown = NULL;
  guint n;

  ui_key_entry_set_format (f->entry, DTLS_KEY_FORMAT_TEXT);
  ui_key_entry_set_key (f->entry, text);
  g_assert_cmpint (ui_key_entry_get_format (f->entry), ==, DTLS_KEY_FORMAT_TEXT);
  g_assert_cmpstr (gtk_editable_get_text (ui_key_entry_get_entry (f->entry)), ==, "open sesame");

  /* no text: shown in hex */
  ui_key_entry_set_key (f->entry, binary);
  g_assert_cmpint (ui_key_entry_get_format (f->entry), ==, DTLS_KEY_FORMAT_HEX);
  shown = ui_key_entry_dup_key (f->entry);
  g_assert_true (dtls_key_equal (shown, binary));

  /* the same key again is no news */
  n = f->n_notified;
  gtk_editable_set_position (ui_key_entry_get_entry (f->entry), -1);
  gtk_editable_insert_text (ui_key_entry_get_entry (f->entry), " ", 1, &(int) { 0 });
  g_assert_cmpuint (f->n_notified, ==, n);
  ui_key_entry_set_key (f->entry, NULL);
  g_assert_false (ui_key_entry_get_valid (f->entry));
}

/* The demonstration key is no text; what is typed over it is read as it was asked for. */
static void
test_typed_over (Fixture      *f,
                 gconstpointer user_data)
{
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();

  ui_key_entry_set_format (f->entry, DTLS_KEY_FORMAT_TEXT);
  ui_key_entry_set_key (f->entry, demo);
  g_assert_cmpint (ui_key_entry_get_format (f->entry), ==, DTLS_KEY_FORMAT_HEX);
  g_assert_cmpint (ui_key_entry_get_typed_format (f->entry), ==, DTLS_KEY_FORMAT_TEXT);
  gtk_editable_delete_text (ui_key_entry_get_entry (f->entry), 10, -1);     /* some digits less */
  g_assert_cmpint (ui_key_entry_get_format (f->entry), ==, DTLS_KEY_FORMAT_HEX);
  ui_key_entry_set_text (f->entry, "open sesame");
  g_assert_cmpint (ui_key_entry_get_format (f->entry), ==, DTLS_KEY_FORMAT_TEXT);
  g_assert_true (ui_key_entry_get_valid (f->entry));

  ui_key_entry_set_key (f->entry, demo);
  ui_key_entry_set_text (f->entry, "1");
  g_assert_cmpint (ui_key_entry_get_format (f->entry), ==, DTLS_KEY_FORMAT_TEXT);

  /* chosen by hand, hex is what was asked for */
  ui_key_entry_set_format (f->entry, DTLS_KEY_FORMAT_HEX);
  ui_key_entry_set_text (f->entry, "open");
  g_assert_cmpint (ui_key_entry_get_format (f->entry), ==, DTLS_KEY_FORMAT_HEX);
}

static void
test_random (Fixture      *f,
             gconstpointer user_data)
{
  g_autoptr(DtlsKey) first = NULL;
  g_autoptr(DtlsKey) second = NULL;
  gsize n;

  gtk_widget_activate_action (GTK_WIDGET (f->entry), "key.random", NULL);
  first = ui_key_entry_dup_key (f->entry);
  gtk_widget_activate_action (GTK_WIDGET (f->entry), "key.random", NULL);
  second = ui_key_entry_dup_key (f->entry);
  dtls_key_get_bytes (first, &n);
  g_assert_cmpuint (n, ==, 16);
  g_assert_false (dtls_key_equal (first, second));
}

static void
test_focus (Fixture      *f,
            gconstpointer user_data)
{
  GtkWidget *entry = GTK_WIDGET (ui_key_entry_get_entry (f->entry));

  gtk_window_set_focus (f->window, NULL);
  g_assert_true (gtk_widget_mnemonic_activate (GTK_WIDGET (f->entry), FALSE));
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (f->window), entry));
  gui_assert_labelled (GTK_WIDGET (f->window));
}

#define ADD(name, func) g_test_add ("/ui/key-entry/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ADD ("demo", test_demo);
  ADD ("formats", test_formats);
  ADD ("looks-like-hex", test_looks_like_hex);
  ADD ("short", test_short);
  ADD ("set-key", test_set_key);
  ADD ("random", test_random);
  ADD ("typed-over", test_typed_over);
  ADD ("focus", test_focus);
  ADD ("buttons", test_buttons);
  ADD ("height", test_height);
  return g_test_run ();
}
