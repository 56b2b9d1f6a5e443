/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-window-private.h"

#include <glib/gi18n-lib.h>

#include "ui-color-scheme.h"
#include "ui-credentials-editor.h"
#include "ui-settings.h"

static gboolean
has_table (ServerWindow *self)
{
  return self->credentials != NULL && dtls_credentials_get_shared (self->credentials) == NULL;
}

/* The table of the file that was used last, for a window that has none of its own. */
static DtlsCredentials *
load_remembered_table (ServerWindow  *self,
                       char         **path)
{
  GSettings *settings = ui_window_get_settings (UI_WINDOW (self));
  g_autofree char *remembered = ui_settings_get_string (settings, "key-file", "");
  g_autoptr(GError) error = NULL;
  DtlsCredentials *table;

  if (*remembered == '\0')
    return NULL;

  table = dtls_credentials_load (remembered, &error);
  if (table != NULL)
    *path = g_steal_pointer (&remembered);
  else
    ui_window_show_error (UI_WINDOW (self), error->message);
  return table;
}

/**
 * server_window_use_credentials:
 * @key_file: (nullable): the file of the table
 *
 * The engine has them now.
 */
void
server_window_use_credentials (ServerWindow    *self,
                               DtlsCredentials *credentials,
                               const char      *key_file)
{
  char *file = g_strdup (key_file);

  dtls_credentials_ref (credentials);
  g_clear_pointer (&self->credentials, dtls_credentials_unref);
  self->credentials = credentials;
  g_free (self->key_file);
  self->key_file = file;
  if (!dtls_credentials_is_demo (credentials))
    ui_window_hide_demo (UI_WINDOW (self));
}

/* The dialog opens with it, too. */
static void
use_table (ServerWindow    *self,
           DtlsCredentials *table,
           const char      *path)
{
  GSettings *settings = ui_window_get_settings (UI_WINDOW (self));
  gboolean was_shared = self->credentials != NULL && !has_table (self);
  guint n = dtls_credentials_get_n (table);

  if (self->offered.credentials != NULL)
    {
      DtlsListenOptions offered = self->offered;
      g_autofree char *hint = g_strdup (offered.hint);

      offered.credentials = table;
      offered.hint = hint;
      server_window_offer (self, &offered, path);
    }
  server_window_use_credentials (self, table, path);
  ui_settings_set_enum (settings, "key-source", 1);
  ui_settings_set_string (settings, "key-file", path != NULL ? path : "");
  dtls_engine_set_credentials (ui_window_get_engine (UI_WINDOW (self)), table);

  if (was_shared)
    {
      g_autofree char *text
          = g_strdup_printf (ngettext ("From now on only %u identity has a key here",
                                       "From now on only %u identities have a key here", n),
                             n);

      ui_log_append_row (ui_window_get_log (UI_WINDOW (self)), REPORT_INFO, text);
    }
}

static void
saved_cb (UiCredentialsEditor *editor,
          DtlsCredentials     *table,
          const char          *path,
          ServerWindow        *self)
{
  /* nothing was added to nothing: the shared key stays */
  if (dtls_credentials_get_n (table) == 0 && !has_table (self))
    return;

  use_table (self, table, path);
}

/**
 * server_window_edit_keys:
 * @identity: (nullable): the identity to add a key for, or to change the key of
 *
 * Opens the keys editor on the window's table, or brings it to the front.
 */
void
server_window_edit_keys (ServerWindow *self,
                         GBytes       *identity)
{
  if (self->editor == NULL)
    {
      g_autoptr(DtlsCredentials) table = NULL;
      g_autofree char *path = NULL;

      if (has_table (self))
        {
          table = dtls_credentials_ref (self->credentials);
          path = g_strdup (self->key_file);
        }
      else
        {
          table = load_remembered_table (self, &path);
        }
      g_set_weak_pointer (&self->editor,
                          GTK_WINDOW (ui_credentials_editor_new (GTK_WINDOW (self), table, path)));
      ui_color_scheme_add_window (ui_color_scheme_get_default (), self->editor);
      g_signal_connect_object (self->editor, "saved", G_CALLBACK (saved_cb), self, 0);
    }

  gtk_window_present (self->editor);
  if (identity != NULL)
    ui_credentials_editor_begin_add (UI_CREDENTIALS_EDITOR (self->editor), identity);
}

/**
 * server_window_cure:
 * @code: what a row says, a DtlsCode
 * @identity: (nullable): whose key it is about
 *
 * What the button of a row's "Why?" does: the key of @identity in the table, or the dialog with
 * the shared key and the cipher profile.
 */
void
server_window_cure (ServerWindow *self,
                    guint         code,
                    GBytes       *identity)
{
  if (code == DTLS_CODE_UNKNOWN_IDENTITY || (code == DTLS_CODE_KEY_DIFFERS && has_table (self)))
    server_window_edit_keys (self, identity);
  else
    server_window_show_form (self);
}

/**
 * server_window_reload_keys:
 *
 * Reads the file of the table again, all or nothing, and says so.
 */
void
server_window_reload_keys (ServerWindow *self)
{
  g_autoptr(DtlsCredentials) table = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;

  g_return_if_fail (SERVER_IS_WINDOW (self));

  path = g_strdup (self->key_file);
  if (path == NULL)
    {
      ui_log_append_row (ui_window_get_log (UI_WINDOW (self)), REPORT_INFO,
                         _("There is no key file to read again"));
      return;
    }

  table = dtls_credentials_load (path, &error);
  if (table == NULL)
    {
      /* Translators: %s is a sentence that says what is wrong with the key file */
      text = g_strdup_printf (_("%s The keys in use stay."), error->message);
      ui_log_append_row (ui_window_get_log (UI_WINDOW (self)), REPORT_ERROR, text);
      ui_window_show_error (UI_WINDOW (self), text);
      return;
    }
  use_table (self, table, path);
  /* Translators: %s is a file name */
  text = g_strdup_printf (_("Key file %s was read again"), path);
  ui_log_append_row (ui_window_get_log (UI_WINDOW (self)), REPORT_INFO, text);
}
