/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-credentials-editor-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "report-hex.h"
#include "ui-accessible.h"
#include "ui-field.h"
#include "ui-row-cell.h"

enum
{
  SIGNAL_SAVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiCredentialsEditor, ui_credentials_editor, GTK_TYPE_WINDOW)

/**
 * ui_credentials_editor_show_error:
 * @message: (nullable): NULL: nothing is wrong any more
 *
 * What went wrong with a file, above the table.
 */
void
ui_credentials_editor_show_error (UiCredentialsEditor *self,
                                  const char          *message)
{
  gtk_label_set_label (self->error_label, message != NULL ? message : "");
  gtk_revealer_set_reveal_child (self->error_revealer, message != NULL);
}

static UiCredential *
find_row (UiCredentialsEditor *self,
          GBytes              *identity,
          guint               *position)
{
  guint n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->rows));

  for (guint i = 0; i < n_rows; i++)
    {
      g_autoptr(UiCredential) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

      if (!g_bytes_equal (ui_credential_get_identity (row), identity))
        continue;
      if (position != NULL)
        *position = i;
      return row;               /* the store holds it */
    }
  return NULL;
}

static void
put_row (UiCredentialsEditor *self,
         GBytes              *identity,
         DtlsKey             *key)
{
  g_autoptr(UiCredential) row = ui_credential_new (identity, key);
  gpointer added[] = { row };
  guint position;

  if (find_row (self, identity, &position) != NULL)
    g_list_store_splice (self->rows, position, 1, added, 1);
  else
    g_list_store_append (self->rows, row);
}

/**
 * ui_credentials_editor_put:
 *
 * Adds all of @credentials to the table; identities that are there get the new key.
 */
void
ui_credentials_editor_put (UiCredentialsEditor *self,
                           DtlsCredentials     *credentials)
{
  for (guint i = 0; i < dtls_credentials_get_n (credentials); i++)
    {
      const DtlsCredential *credential = dtls_credentials_get (credentials, i);

      put_row (self, credential->identity, credential->key);
    }
}

/**
 * ui_credentials_editor_update_file:
 *
 * Says which file the table is kept in.
 */
void
ui_credentials_editor_update_file (UiCredentialsEditor *self)
{
  g_autofree char *base = self->path != NULL ? g_path_get_basename (self->path) : NULL;
  g_autofree char *shown = base != NULL ? g_filename_display_name (base) : NULL;
  g_autofree char *text = NULL;

  if (shown != NULL)
    /* Translators: %s is the name of a file */
    text = g_strdup_printf (_("%s, only you can read it. Read again only on Reload."), shown);
  else
    text = g_strdup (
        _("Not in a file: these keys are forgotten with the window. Export… keeps them."));

  gtk_label_set_label (self->file_label, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->file_label),
                               self->path != NULL ? self->path : text);
  gtk_widget_set_visible (GTK_WIDGET (self->file_icon), self->path != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "keys.reload", self->path != NULL);
}

static void
rows_changed_cb (UiCredentialsEditor *self)
{
  guint n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  g_autofree char *caption = NULL;

  /* Translators: caption of the table of keys */
  caption = g_strdup_printf (_("Identities (%u)"), n_rows);
  gtk_label_set_label (self->caption, caption);
  gtk_stack_set_visible_child_name (self->stack, n_rows > 0 ? "table" : "empty");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "keys.export", n_rows > 0);
}

static void
selected_cb (UiCredentialsEditor *self)
{
  gboolean selected = gtk_single_selection_get_selected_item (self->selection) != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "keys.remove", selected);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "keys.edit", selected);
}

/* ---- the form below the table ---- */

static GBytes *
dup_form_identity (UiCredentialsEditor  *self,
                   GError              **error)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->identity_entry));
  GByteArray *bytes;

  if (gtk_drop_down_get_selected (self->identity_format) == 0)
    return g_bytes_new (text, strlen (text));

  bytes = dtls_hex_parse (text, error);
  return bytes != NULL ? g_byte_array_free_to_bytes (bytes) : NULL;
}

/* What is wrong with the identity in the form; NULL: nothing. */
static char *
make_identity_complaint (UiCredentialsEditor *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) identity = dup_form_identity (self, &error);
  UiCredential *other;

  if (identity == NULL)
    return g_strdup (error->message);
  if (g_bytes_get_size (identity) > DTLS_MAX_IDENTITY_BYTES)
    return g_strdup_printf (_("An identity has at most %u bytes."),
                            (guint) DTLS_MAX_IDENTITY_BYTES);

  other = find_row (self, identity, NULL);
  if (other != NULL && other != self->changing)
    return g_strdup (_("This identity has a key already: change that row."));
  return NULL;
}

static void
form_changed_cb (UiCredentialsEditor *self)
{
  g_autofree char *complaint = make_identity_complaint (self);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->identity_entry));
  gboolean wrong = complaint != NULL && *text != '\0';

  ui_field_set_error (GTK_WIDGET (self->identity_entry), self->identity_error,
                      wrong ? complaint : NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "keys.apply",
                                 complaint == NULL && *text != '\0'
                                 && ui_key_entry_get_valid (self->key_entry));
}

static void
close_form (UiCredentialsEditor *self)
{
  g_clear_object (&self->changing);
  gtk_revealer_set_reveal_child (self->form_revealer, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->form_revealer), FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->identity_entry), "");
  ui_key_entry_clear (self->key_entry);
  gtk_window_set_default_widget (GTK_WINDOW (self), self->accept_button);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "keys.apply", FALSE);
}

static void
open_form (UiCredentialsEditor *self,
           UiCredential        *changing,
           GBytes              *identity)
{
  gboolean in_hex = identity != NULL && !g_utf8_validate (g_bytes_get_data (identity, NULL),
                                                          g_bytes_get_size (identity), NULL);
  g_autoptr(GString) text = g_string_new (NULL);

  g_set_object (&self->changing, changing);
  self->from_line = FALSE;
  if (in_hex)
    report_hex_append (text, g_bytes_get_data (identity, NULL), g_bytes_get_size (identity));
  else if (identity != NULL)
    g_string_append_len (text, g_bytes_get_data (identity, NULL), g_bytes_get_size (identity));

  gtk_drop_down_set_selected (self->identity_format, in_hex ? 1 : 0);
  gtk_editable_set_text (GTK_EDITABLE (self->identity_entry), text->str);
  if (changing != NULL)
    ui_key_entry_set_key (self->key_entry, ui_credential_get_key (changing));
  else
    ui_key_entry_clear (self->key_entry);
  gtk_button_set_label (self->form_apply, changing != NULL ? _("C_hange") : _("_Add"));
  gtk_widget_set_visible (GTK_WIDGET (self->form_revealer), TRUE);
  gtk_revealer_set_reveal_child (self->form_revealer, TRUE);
  gtk_window_set_default_widget (GTK_WINDOW (self), GTK_WIDGET (self->form_apply));
  form_changed_cb (self);
  gtk_widget_grab_focus (identity != NULL && changing == NULL ? GTK_WIDGET (self->key_entry)
                                                              : GTK_WIDGET (self->identity_entry));
}

static void
apply_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  UiCredentialsEditor *self = UI_CREDENTIALS_EDITOR (widget);
  g_autoptr(GBytes) identity = dup_form_identity (self, NULL);
  g_autoptr(DtlsKey) key = ui_key_entry_dup_key (self->key_entry);
  guint position;

  if (identity == NULL || key == NULL)
    return;

  if (self->changing != NULL && g_list_store_find (self->rows, self->changing, &position))
    {
      g_autoptr(UiCredential) row = ui_credential_new (identity, key);
      gpointer added[] = { row };

      g_list_store_splice (self->rows, position, 1, added, 1);
    }
  else
    {
      put_row (self, identity, key);
    }
  close_form (self);
  /* what was asked for is there: the next Return saves it */
  gtk_widget_grab_focus (self->from_line ? self->accept_button : self->add_button);
  self->from_line = FALSE;
}

static void
add_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  open_form (UI_CREDENTIALS_EDITOR (widget), NULL, NULL);
}

static void
edit_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  UiCredentialsEditor *self = UI_CREDENTIALS_EDITOR (widget);
  UiCredential *row = gtk_single_selection_get_selected_item (self->selection);

  if (row != NULL)
    open_form (self, row, ui_credential_get_identity (row));
}

static void
cancel_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  UiCredentialsEditor *self = UI_CREDENTIALS_EDITOR (widget);

  if (!gtk_widget_get_visible (GTK_WIDGET (self->form_revealer)))
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  close_form (self);
  gtk_widget_grab_focus (self->add_button);
}

static void
remove_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  UiCredentialsEditor *self = UI_CREDENTIALS_EDITOR (widget);
  guint position = gtk_single_selection_get_selected (self->selection);

  if (position == GTK_INVALID_LIST_POSITION)
    return;
  if (self->changing != NULL
      && self->changing == gtk_single_selection_get_selected_item (self->selection))
    close_form (self);
  g_list_store_remove (self->rows, position);
}

static void
row_activate_cb (GtkColumnView       *view,
                 guint                position,
                 UiCredentialsEditor *self)
{
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (GTK_WIDGET (self), "keys.edit", NULL);
}

static void
reveal_cb (GtkButton   *button,
           GtkListItem *item)
{
  UiCredential *row = gtk_list_item_get_item (item);

  ui_credential_set_revealed (row, !ui_credential_get_revealed (row));
}

static void
reload_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  UiCredentialsEditor *self = UI_CREDENTIALS_EDITOR (widget);
  g_autoptr(GError) error = NULL;
  g_autoptr(DtlsCredentials) credentials = dtls_credentials_load (self->path, &error);

  ui_credentials_editor_show_error (self, error != NULL ? error->message : NULL);
  if (credentials == NULL)
    return;                     /* all or nothing */

  close_form (self);
  g_list_store_remove_all (self->rows);
  ui_credentials_editor_put (self, credentials);
}

static void
save_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  UiCredentialsEditor *self = UI_CREDENTIALS_EDITOR (widget);
  g_autoptr(DtlsCredentials) credentials = NULL;
  g_autoptr(GError) error = NULL;

  /* what stands ready in the form is meant, too */
  if (gtk_widget_get_visible (GTK_WIDGET (self->form_revealer))
      && gtk_widget_get_sensitive (GTK_WIDGET (self->form_apply)))
    apply_action (widget, "keys.apply", NULL);

  credentials = ui_credentials_editor_dup_credentials (self);
  if (self->path != NULL && !dtls_credentials_save (credentials, self->path, &error))
    {
      ui_credentials_editor_show_error (self, error->message);
      return;
    }
  g_signal_emit (self, signals[SIGNAL_SAVED], 0, credentials, self->path);
  gtk_window_close (GTK_WINDOW (self));
}

static void
ui_credentials_editor_dispose (GObject *object)
{
  UiCredentialsEditor *self = UI_CREDENTIALS_EDITOR (object);

  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_clear_object (&self->changing);
  g_clear_object (&self->rows);
  g_clear_pointer (&self->path, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), UI_TYPE_CREDENTIALS_EDITOR);
  G_OBJECT_CLASS (ui_credentials_editor_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "keys.add", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "keys.edit", NULL, edit_action);
  gtk_widget_class_install_action (widget_class, "keys.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "keys.apply", NULL, apply_action);
  gtk_widget_class_install_action (widget_class, "keys.cancel", NULL, cancel_action);
  ui_credentials_editor_install_file_actions (widget_class);
  gtk_widget_class_install_action (widget_class, "keys.reload", NULL, reload_action);
  gtk_widget_class_install_action (widget_class, "keys.save", NULL, save_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "keys.cancel", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, error_revealer);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, error_label);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, caption);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, stack);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, view);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, selection);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, form_revealer);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, form);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, identity_entry);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, identity_format);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, identity_error);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, key_entry);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, form_apply);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, file_icon);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, file_label);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, add_button);
  gtk_widget_class_bind_template_child (widget_class, UiCredentialsEditor, accept_button);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, form_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, reveal_cb);
}

static void
ui_credentials_editor_class_init (UiCredentialsEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_credentials_editor_dispose;

  /**
   * UiCredentialsEditor::saved:
   * @credentials: (type DtlsCredentials): the table; the handler takes its own reference
   * @path: (nullable): the file that holds it now
   */
  signals[SIGNAL_SAVED] = g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_POINTER,
                                        G_TYPE_STRING);

  g_type_ensure (UI_TYPE_KEY_ENTRY);
  g_type_ensure (UI_TYPE_CREDENTIAL);
  g_type_ensure (UI_TYPE_ROW_CELL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/dtlspair/ui/credentials-editor.ui");
  bind_children (widget_class);
  install_actions (widget_class);
}

static void
ui_credentials_editor_init (UiCredentialsEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_accessible_name_controls (GTK_WIDGET (self));
  ui_accessible_name_column_view (self->view, _("Identities and their keys"));

  self->rows = g_list_store_new (UI_TYPE_CREDENTIAL);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->rows));
  g_signal_connect_object (self->rows, "items-changed", G_CALLBACK (rows_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->key_entry, "notify::key", G_CALLBACK (form_changed_cb), self,
                           G_CONNECT_SWAPPED);
  close_form (self);
  rows_changed_cb (self);
  selected_cb (self);
  ui_credentials_editor_update_file (self);
}

/**
 * ui_credentials_editor_new:
 * @credentials: (nullable): the table to begin with; copied
 * @path: (nullable): the psktool file that Save writes and Reload reads
 *
 * A window, transient for @parent, not shown yet. Thread: the main one.
 */
GtkWidget *
ui_credentials_editor_new (GtkWindow       *parent,
                           DtlsCredentials *credentials,
                           const char      *path)
{
  UiCredentialsEditor *self;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);

  self = g_object_new (UI_TYPE_CREDENTIALS_EDITOR, "transient-for", parent, NULL);
  if (credentials != NULL)
    ui_credentials_editor_put (self, credentials);
  self->path = g_strdup (path);
  ui_credentials_editor_update_file (self);
  return GTK_WIDGET (self);
}

/**
 * ui_credentials_editor_begin_add:
 * @identity: (nullable): what to fill in
 *
 * Opens the form for a new row; if @identity has a key already, the form changes that row.
 */
void
ui_credentials_editor_begin_add (UiCredentialsEditor *self,
                                 GBytes              *identity)
{
  g_return_if_fail (UI_IS_CREDENTIALS_EDITOR (self));

  open_form (self, identity != NULL ? find_row (self, identity, NULL) : NULL, identity);
  self->from_line = identity != NULL;
}

/**
 * ui_credentials_editor_dup_credentials:
 *
 * The table as it stands, owned by the caller.
 */
DtlsCredentials *
ui_credentials_editor_dup_credentials (UiCredentialsEditor *self)
{
  DtlsCredentials *credentials;
  guint n_rows;

  g_return_val_if_fail (UI_IS_CREDENTIALS_EDITOR (self), NULL);

  credentials = dtls_credentials_new ();
  n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  for (guint i = 0; i < n_rows; i++)
    {
      g_autoptr(UiCredential) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

      dtls_credentials_add (credentials, ui_credential_get_identity (row),
                            ui_credential_get_key (row));
    }
  return credentials;
}

/**
 * ui_credentials_editor_get_path:
 *
 * The file of the table, or NULL; owned by @self.
 */
const char *
ui_credentials_editor_get_path (UiCredentialsEditor *self)
{
  g_return_val_if_fail (UI_IS_CREDENTIALS_EDITOR (self), NULL);

  return self->path;
}
