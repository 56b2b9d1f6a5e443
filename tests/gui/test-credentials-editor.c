/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "gui-util.h"
#include "ui-credential.h"
#include "ui-credentials-editor.h"
#include "ui-key-entry.h"
#include "ui-style.h"

#define KEY_HEX "000102030405060708090a0b0c0d0e0f"

static DtlsCredentials *
make_table (void)
{
  static const char *const identities[]
      = { "Alice (clone number 0)", "device-7", "urn:imei:490154203237518" };
  DtlsCredentials *table = dtls_credentials_new ();

  for (guint i = 0; i < G_N_ELEMENTS (identities); i++)
    {
      g_autoptr(GBytes) identity = g_bytes_new (identities[i], strlen (identities[i]));
      g_autoptr(DtlsKey) key = i == 0 ? dtls_key_new_demo () : dtls_key_new_random (16);

      dtls_credentials_add (table, identity, key);
    }
  return table;
}

static UiCredentialsEditor *
open_editor (DtlsCredentials *table,
             const char      *path)
{
  GtkWidget *editor = ui_credentials_editor_new (NULL, table, path);

  gui_show (GTK_WINDOW (editor));
  return UI_CREDENTIALS_EDITOR (editor);
}

static DtlsKey *
lookup (UiCredentialsEditor *editor,
        const char          *identity)
{
  g_autoptr(DtlsCredentials) table = ui_credentials_editor_dup_credentials (editor);
  DtlsKey *key = dtls_credentials_lookup (table, (const guint8 *) identity, strlen (identity));

  return key != NULL ? dtls_key_ref (key) : NULL;
}

static guint
get_n (UiCredentialsEditor *editor)
{
  g_autoptr(DtlsCredentials) table = ui_credentials_editor_dup_credentials (editor);

  return dtls_credentials_get_n (table);
}

static void
fill (UiCredentialsEditor *editor,
      const char          *identity,
      const char          *key)
{
  gtk_editable_set_text (gui_child (editor, "identity_entry"), identity);
  ui_key_entry_set_text (gui_child (editor, "key_entry"), key);
}

static gboolean
can_apply (UiCredentialsEditor *editor)
{
  return gtk_widget_get_sensitive (gui_child (editor, "form_apply"));
}

static void
activate (UiCredentialsEditor *editor,
          const char          *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (editor), action, NULL));
}

static void
test_empty (void)
{
  UiCredentialsEditor *editor = open_editor (NULL, NULL);

  g_assert_cmpstr (gtk_stack_get_visible_child_name (gui_child (editor, "stack")), ==, "empty");
  g_assert_false (gtk_widget_get_sensitive (gui_child (editor, "remove_button")));
  g_assert_false (gtk_widget_get_sensitive (gui_child (editor, "export_button")));
  g_assert_false (gtk_widget_get_sensitive (gui_child (editor, "reload_button")));
  g_assert_false (gtk_widget_get_visible (gui_child (editor, "form_revealer")));
  gui_destroy (GTK_WINDOW (editor));
}

static void
test_add (void)
{
  UiCredentialsEditor *editor = open_editor (NULL, NULL);
  g_autoptr(DtlsKey) key = NULL;
  g_autoptr(DtlsKey) expected = dtls_key_parse (KEY_HEX, DTLS_KEY_FORMAT_HEX, NULL);

  activate (editor, "keys.add");
  g_assert_true (gtk_widget_get_visible (gui_child (editor, "form_revealer")));
  g_assert_false (can_apply (editor));
  fill (editor, "device-7", "");
  g_assert_false (can_apply (editor));
  fill (editor, "", KEY_HEX);
  g_assert_false (can_apply (editor));
  fill (editor, "device-7", KEY_HEX);
  g_assert_true (can_apply (editor));
  g_assert_true (gtk_window_get_default_widget (GTK_WINDOW (editor))
                 == gui_child (editor, "form_apply"));
  gui_picture (GTK_WIDGET (editor), "keys-editor-add");
  activate (editor, "keys.apply");

  key = lookup (editor, "device-7");
  g_assert_true (dtls_key_equal (key, expected));
  g_assert_false (gtk_widget_get_visible (gui_child (editor, "form_revealer")));
  g_assert_true (gtk_window_get_default_widget (GTK_WINDOW (editor))
                 == gui_child (editor, "accept_button"));
  g_assert_cmpstr (gtk_label_get_label (gui_child (editor, "caption")), ==, "Identities (1)");

  /* nothing of the key stays behind in the form */
  g_assert_cmpstr (gtk_editable_get_text (ui_key_entry_get_entry (gui_child (editor, "key_entry"))),
                   ==, "");
  gui_destroy (GTK_WINDOW (editor));
}

/* Where an identity is typed it is said who can read it. */
static void
test_identity_note (void)
{
  UiCredentialsEditor *editor = open_editor (NULL, NULL);
  GtkWidget *note = gui_child (editor, "identity_note");

  activate (editor, "keys.add");
  gui_settle ();
  g_assert_true (gtk_widget_get_visible (note));
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (note)), "in clear"));
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (gui_child (editor, "identity_entry")),
                                                   GTK_ACCESSIBLE_RELATION_DESCRIBED_BY));
  gui_destroy (GTK_WINDOW (editor));
}

static void
test_add_hex_identity (void)
{
  UiCredentialsEditor *editor = open_editor (NULL, NULL);
  g_autoptr(DtlsKey) key = NULL;

  activate (editor, "keys.add");
  gtk_drop_down_set_selected (gui_child (editor, "identity_format"), 1);
  fill (editor, "ff0", KEY_HEX);
  g_assert_false (can_apply (editor));
  g_assert_true (gtk_widget_get_visible (gui_child (editor, "identity_error")));
  fill (editor, "ff fe 41", KEY_HEX);
  g_assert_true (can_apply (editor));
  activate (editor, "keys.apply");
  key = lookup (editor, "\xff\xfe" "A");
  g_assert_nonnull (key);
  gui_destroy (GTK_WINDOW (editor));
}

static void
test_duplicate (void)
{
  g_autoptr(DtlsCredentials) table = make_table ();
  UiCredentialsEditor *editor = open_editor (table, NULL);

  activate (editor, "keys.add");
  fill (editor, "device-7", KEY_HEX);
  g_assert_false (can_apply (editor));
  g_assert_true (gtk_widget_has_css_class (gui_child (editor, "identity_entry"), "error"));
  gui_destroy (GTK_WINDOW (editor));
}

static void
test_change (void)
{
  g_autoptr(DtlsCredentials) table = make_table ();
  UiCredentialsEditor *editor = open_editor (table, NULL);
  g_autoptr(GBytes) identity = g_bytes_new_static ("device-7", 8);
  g_autoptr(DtlsKey) before = lookup (editor, "device-7");
  g_autoptr(DtlsKey) after = NULL;

  ui_credentials_editor_begin_add (editor, identity);   /* it is there: the form changes its row */
  g_assert_cmpstr (gtk_editable_get_text (gui_child (editor, "identity_entry")), ==, "device-7");
  g_assert_true (can_apply (editor));
  ui_key_entry_set_text (gui_child (editor, "key_entry"), KEY_HEX);
  activate (editor, "keys.apply");

  g_assert_cmpuint (get_n (editor), ==, 3);
  after = lookup (editor, "device-7");
  g_assert_nonnull (after);
  g_assert_false (dtls_key_equal (before, after));
  g_assert_cmpuint (dtls_credentials_get_n (table), ==, 3);     /* the caller's table is its own */
  gui_destroy (GTK_WINDOW (editor));
}

static void
test_begin_add (void)
{
  UiCredentialsEditor *editor = open_editor (NULL, NULL);
  g_autoptr(GBytes) identity = g_bytes_new_static ("newcomer", 8);
  GtkWidget *focus;

  ui_credentials_editor_begin_add (editor, identity);
  focus = gtk_window_get_focus (GTK_WINDOW (editor));
  g_assert_cmpstr (gtk_editable_get_text (gui_child (editor, "identity_entry")), ==, "newcomer");
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (focus, gui_child (editor, "key_entry")));
  gui_destroy (GTK_WINDOW (editor));
}

static gboolean
has_focus (UiCredentialsEditor *editor,
           const char          *id)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (editor));
  GtkWidget *wanted = gui_child (editor, id);

  return focus != NULL && (focus == wanted || gtk_widget_is_ancestor (focus, wanted));
}

/* The row that a line asked for is there: the next Return saves. Other rows may follow one that
 * was added by hand. */
static void
test_begin_add_then_save (void)
{
  UiCredentialsEditor *editor = open_editor (NULL, NULL);
  g_autoptr(GBytes) identity = g_bytes_new_static ("newcomer", 8);

  ui_credentials_editor_begin_add (editor, identity);
  ui_key_entry_set_text (gui_child (editor, "key_entry"), KEY_HEX);
  activate (editor, "keys.apply");
  g_assert_true (has_focus (editor, "accept_button"));

  activate (editor, "keys.add");
  fill (editor, "device-7", KEY_HEX);
  activate (editor, "keys.apply");
  g_assert_true (has_focus (editor, "add_button"));
  gui_destroy (GTK_WINDOW (editor));
}

/* Nothing is wrong with a field that nobody has filled yet. */
static void
test_untouched (void)
{
  UiCredentialsEditor *editor = open_editor (NULL, NULL);
  UiKeyEntry *key = gui_child (editor, "key_entry");

  for (guint i = 0; i < 2; i++)
    {
      activate (editor, "keys.add");
      g_assert_false (gtk_widget_get_visible (gui_child (key, "error_row")));
      g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (ui_key_entry_get_entry (key)), "error"));
      g_assert_false (gtk_widget_get_visible (gui_child (editor, "identity_error")));
      g_assert_false (can_apply (editor));

      ui_key_entry_set_text (key, "1a");
      ui_key_entry_set_text (key, "");
      g_assert_true (gtk_widget_get_visible (gui_child (key, "error_row")));
      fill (editor, "device-7", KEY_HEX);
      activate (editor, "keys.cancel");
    }
  gui_destroy (GTK_WINDOW (editor));
}

static void
test_remove (void)
{
  g_autoptr(DtlsCredentials) table = make_table ();
  UiCredentialsEditor *editor = open_editor (table, NULL);
  GtkSingleSelection *selection
      = GTK_SINGLE_SELECTION (gtk_column_view_get_model (gui_child (editor, "view")));

  g_assert_false (gtk_widget_get_sensitive (gui_child (editor, "remove_button")));
  gtk_single_selection_set_selected (selection, 1);
  g_assert_true (gtk_widget_get_sensitive (gui_child (editor, "remove_button")));
  activate (editor, "keys.remove");
  g_assert_cmpuint (get_n (editor), ==, 2);
  g_assert_null (lookup (editor, "device-7"));
  gui_destroy (GTK_WINDOW (editor));
}

static void
test_escape (void)
{
  UiCredentialsEditor *editor = open_editor (NULL, NULL);

  activate (editor, "keys.add");
  activate (editor, "keys.cancel");             /* closes what opened last: the form */
  g_assert_false (gtk_widget_get_visible (gui_child (editor, "form_revealer")));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (editor)));
  gui_destroy (GTK_WINDOW (editor));
}

static void
test_files (void)
{
  g_autofree char *dir = test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "keys.psk", NULL);
  g_autofree char *bad = test_write_file (dir, "bad.psk", "one:00\ntwo=5ec4e7\n", -1, 0600);
  g_autoptr(DtlsCredentials) table = make_table ();
  UiCredentialsEditor *editor = open_editor (table, NULL);
  g_autofree char *text = NULL;
  GStatBuf status;
  const char *message;

  g_assert_true (ui_credentials_editor_export (editor, path));
  g_assert_cmpstr (ui_credentials_editor_get_path (editor), ==, path);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "urn:imei"));    /* has colons: the # form */
  gui_destroy (GTK_WINDOW (editor));

  editor = open_editor (NULL, NULL);
  g_assert_false (ui_credentials_editor_import (editor, bad));
  g_assert_true (gtk_revealer_get_reveal_child (gui_child (editor, "error_revealer")));
  message = gtk_label_get_label (gui_child (editor, "error_label"));
  g_assert_nonnull (strstr (message, "2"));     /* the line, not the key */
  g_assert_null (strstr (message, "5ec4e7"));
  g_assert_cmpuint (get_n (editor), ==, 0);     /* all or nothing */
  gui_picture (GTK_WIDGET (editor), "keys-editor-error");

  g_assert_true (ui_credentials_editor_import (editor, path));
  g_assert_false (gtk_revealer_get_reveal_child (gui_child (editor, "error_revealer")));
  g_assert_cmpuint (get_n (editor), ==, 3);
  g_assert_null (ui_credentials_editor_get_path (editor));      /* imported from, not kept in */
  gui_destroy (GTK_WINDOW (editor));
  g_unlink (path);
  g_unlink (bad);
  test_remove_dir (g_steal_pointer (&dir));
}

static void
saved_cb (UiCredentialsEditor *editor,
          DtlsCredentials     *credentials,
          const char          *path,
          DtlsCredentials    **saved)
{
  *saved = dtls_credentials_ref (credentials);
}

static void
test_save_and_reload (void)
{
  g_autofree char *dir = test_make_dir ();
  g_autofree char *path = test_write_file (dir, "keys.psk", "device-7:" KEY_HEX "\n", -1, 0600);
  g_autoptr(DtlsCredentials) table = dtls_credentials_load (path, NULL);
  g_autoptr(DtlsCredentials) saved = NULL;
  g_autoptr(DtlsCredentials) read = NULL;
  UiCredentialsEditor *editor = open_editor (table, path);

  g_signal_connect (editor, "saved", G_CALLBACK (saved_cb), &saved);
  activate (editor, "keys.add");
  fill (editor, "device-8", KEY_HEX);
  activate (editor, "keys.apply");
  activate (editor, "keys.reload");             /* what was not saved is gone */
  g_assert_cmpuint (get_n (editor), ==, 1);

  activate (editor, "keys.add");
  fill (editor, "device-9", KEY_HEX);           /* ready in the form: saved as well */
  gui_picture (GTK_WIDGET (editor), "keys-editor-file");
  activate (editor, "keys.save");
  gui_settle ();
  g_assert_nonnull (saved);
  g_assert_cmpuint (dtls_credentials_get_n (saved), ==, 2);
  read = dtls_credentials_load (path, NULL);
  g_assert_nonnull (read);
  g_assert_cmpuint (dtls_credentials_get_n (read), ==, 2);
  g_unlink (path);
  test_remove_dir (g_steal_pointer (&dir));
}

static void
test_credential (void)
{
  g_autoptr(GBytes) identity = g_bytes_new_static ("\xff\x00\x9c-sensor", 10);
  g_autoptr(DtlsKey) key = dtls_key_parse ("7d 21", DTLS_KEY_FORMAT_HEX, NULL);
  UiCredential *row = ui_credential_new (identity, key);
  g_autofree char *shown_identity = NULL;
  g_autofree char *hidden = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *note = NULL;

  g_object_get (row, "identity-text", &shown_identity, "key-text", &hidden, "note", &note, NULL);
  g_assert_cmpstr (shown_identity, ==, "\\xff\\x00\\x9c-sensor");
  g_assert_null (strstr (hidden, "7d"));
  g_assert_cmpstr (note, ==, "Written as #ff009c…");
  ui_credential_set_revealed (row, TRUE);
  g_object_get (row, "key-text", &shown, NULL);
  g_assert_cmpstr (shown, ==, "7d 21");
  g_assert_finalize_object (row);
}

static void
test_needs_hex (void)
{
  static const struct
  {
    const char *identity;
    gboolean    needs;
  } cases[] = {
    { "device-7", FALSE },  { "Alice (clone number 0)", FALSE },
    { "zażółć", FALSE },    { "a#b", FALSE },
    { "", TRUE },           { "#1", TRUE },
    { "urn:imei:1", TRUE }, { "a\nb", TRUE },
    { "\xff", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GBytes) identity = g_bytes_new (cases[i].identity, strlen (cases[i].identity));

      g_assert_cmpint (ui_identity_needs_hex (identity), ==, cases[i].needs);
    }
}

static void
test_labels (void)
{
  g_autoptr(DtlsCredentials) table = make_table ();
  UiCredentialsEditor *editor = open_editor (table, NULL);

  activate (editor, "keys.add");
  gui_settle ();
  gui_assert_labelled (GTK_WIDGET (editor));
  gui_picture (GTK_WIDGET (editor), "keys-editor");
  gui_destroy (GTK_WINDOW (editor));
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  ui_style_init (gdk_display_get_default ());
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add_func ("/ui/credential/shown", test_credential);
  g_test_add_func ("/ui/credential/needs-hex", test_needs_hex);
  g_test_add_func ("/ui/credentials-editor/empty", test_empty);
  g_test_add_func ("/ui/credentials-editor/add", test_add);
  g_test_add_func ("/ui/credentials-editor/p8-identity-in-clear", test_identity_note);
  g_test_add_func ("/ui/credentials-editor/add-hex-identity", test_add_hex_identity);
  g_test_add_func ("/ui/credentials-editor/duplicate", test_duplicate);
  g_test_add_func ("/ui/credentials-editor/change", test_change);
  g_test_add_func ("/ui/credentials-editor/begin-add", test_begin_add);
  g_test_add_func ("/ui/credentials-editor/begin-add-then-save", test_begin_add_then_save);
  g_test_add_func ("/ui/credentials-editor/untouched", test_untouched);
  g_test_add_func ("/ui/credentials-editor/remove", test_remove);
  g_test_add_func ("/ui/credentials-editor/escape", test_escape);
  g_test_add_func ("/ui/credentials-editor/files", test_files);
  g_test_add_func ("/ui/credentials-editor/save-and-reload", test_save_and_reload);
  g_test_add_func ("/ui/credentials-editor/labels", test_labels);
  return g_test_run ();
}
