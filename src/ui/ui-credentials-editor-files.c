/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-credentials-editor-private.h"

#include <glib/gi18n-lib.h>

static GtkFileFilter *
make_filter (void)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Key files (*.psk, *.txt)"));
  gtk_file_filter_add_pattern (filter, "*.psk");
  gtk_file_filter_add_pattern (filter, "*.txt");
  return filter;
}

static void
choose_file (UiCredentialsEditor  *self,
             const char           *title,
             const char           *accept,
             GtkFileChooserAction  action,
             GCallback             response_cb)
{
  g_autoptr(GtkFileFilter) filter = make_filter ();
  g_autoptr(GtkFileFilter) all = gtk_file_filter_new ();

  g_clear_object (&self->chooser);
  self->chooser
      = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, accept, _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), all);
  if (action == GTK_FILE_CHOOSER_ACTION_SAVE)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), "keys.psk");
  g_signal_connect_object (self->chooser, "response", response_cb, self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/**
 * ui_credentials_editor_import:
 *
 * Adds every line of a psktool file; identities that are in the table get the file's key. On
 * failure nothing is changed, the reason (file and line, never a key) is shown, and FALSE returned.
 */
gboolean
ui_credentials_editor_import (UiCredentialsEditor *self,
                              const char          *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(DtlsCredentials) credentials = NULL;

  g_return_val_if_fail (UI_IS_CREDENTIALS_EDITOR (self), FALSE);

  credentials = dtls_credentials_load (path, &error);
  ui_credentials_editor_show_error (self, error != NULL ? error->message : NULL);
  if (credentials == NULL)
    return FALSE;

  ui_credentials_editor_put (self, credentials);
  return TRUE;
}

/**
 * ui_credentials_editor_export:
 *
 * Writes the table as a psktool file that only its owner can read; if the table had no file yet,
 * this becomes its file. On failure the reason is shown and FALSE returned.
 */
gboolean
ui_credentials_editor_export (UiCredentialsEditor *self,
                              const char          *path)
{
  g_autoptr(DtlsCredentials) credentials = NULL;
  g_autoptr(GError) error = NULL;
  gboolean saved;

  g_return_val_if_fail (UI_IS_CREDENTIALS_EDITOR (self), FALSE);

  credentials = ui_credentials_editor_dup_credentials (self);
  saved = dtls_credentials_save (credentials, path, &error);
  ui_credentials_editor_show_error (self, error != NULL ? error->message : NULL);
  if (saved && self->path == NULL)
    {
      self->path = g_strdup (path);
      ui_credentials_editor_update_file (self);
    }
  return saved;
}

static void
import_response_cb (GtkNativeDialog     *dialog,
                    int                  response,
                    UiCredentialsEditor *self)
{
  g_autoptr(GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response != GTK_RESPONSE_ACCEPT)
    return;
  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  path = file != NULL ? g_file_get_path (file) : NULL;
  if (path != NULL)
    ui_credentials_editor_import (self, path);
}

static void
export_response_cb (GtkNativeDialog     *dialog,
                    int                  response,
                    UiCredentialsEditor *self)
{
  g_autoptr(GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response != GTK_RESPONSE_ACCEPT)
    return;
  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  path = file != NULL ? g_file_get_path (file) : NULL;
  if (path != NULL)
    ui_credentials_editor_export (self, path);
}

static void
import_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  choose_file (UI_CREDENTIALS_EDITOR (widget), _("Import keys"), _("_Import"),
               GTK_FILE_CHOOSER_ACTION_OPEN, G_CALLBACK (import_response_cb));
}

static void
export_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  choose_file (UI_CREDENTIALS_EDITOR (widget), _("Export keys"), _("_Export"),
               GTK_FILE_CHOOSER_ACTION_SAVE, G_CALLBACK (export_response_cb));
}

/**
 * ui_credentials_editor_install_file_actions:
 *
 * Import and export, by a file chooser.
 */
void
ui_credentials_editor_install_file_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "keys.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "keys.export", NULL, export_action);
}
