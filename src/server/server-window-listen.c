/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-window-private.h"

#include <string.h>

/**
 * server_window_clear_offered:
 *
 * Nothing but the settings fills the dialog.
 */
void
server_window_clear_offered (ServerWindow *self)
{
  g_clear_pointer (&self->offered.credentials, dtls_credentials_unref);
  g_clear_pointer (&self->offered.profile, dtls_profile_unref);
  g_clear_pointer (&self->offered_hint, g_free);
  g_clear_pointer (&self->offered_file, g_free);
  memset (&self->offered, 0, sizeof self->offered);
}

/* One dtls_engine_listen_async() under way, with the keys that it was given. */
typedef struct
{
  ServerWindow    *window;
  DtlsCredentials *credentials;
  char            *key_file;
} ListenCall;

static void
listen_call_free (ListenCall *call)
{
  g_object_unref (call->window);
  dtls_credentials_unref (call->credentials);
  g_free (call->key_file);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ListenCall, listen_call_free)

static void
listen_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(ListenCall) call = user_data;
  g_autoptr(GError) error = NULL;
  DtlsAddress bound;
  gboolean listening = dtls_engine_listen_finish (DTLS_ENGINE (source), result, &bound, &error);

  if (ui_window_get_engine (UI_WINDOW (call->window)) == NULL)
    return;                     /* closed meanwhile */

  /* a failure has its row in the log already; the former address, keys and sessions stay */
  if (listening)
    server_window_use_credentials (call->window, call->credentials, call->key_file);
  else
    ui_window_show_error (UI_WINDOW (call->window), error->message);
}

/**
 * server_window_offer:
 * @key_file: (nullable): the file of the table in @options
 *
 * What the dialog opens with, instead of what was used last. Copied.
 */
void
server_window_offer (ServerWindow            *self,
                     const DtlsListenOptions *options,
                     const char              *key_file)
{
  char *hint, *file;

  g_return_if_fail (SERVER_IS_WINDOW (self));
  g_return_if_fail (options != NULL && options->credentials != NULL);

  hint = g_strdup (options->hint != NULL ? options->hint : "");
  file = g_strdup (key_file);
  dtls_credentials_ref (options->credentials);
  if (options->profile != NULL)
    dtls_profile_ref (options->profile);
  server_window_clear_offered (self);
  self->offered = *options;
  self->offered.hint = self->offered_hint = hint;
  self->offered_file = file;
}

/**
 * server_window_listen:
 * @key_file: (nullable): the file of the table in @options
 *
 * Listens. What becomes of it is told in the window; if it fails, what listened before goes on.
 */
void
server_window_listen (ServerWindow            *self,
                      const DtlsListenOptions *options,
                      const char              *key_file)
{
  ListenCall *call;

  g_return_if_fail (SERVER_IS_WINDOW (self));
  g_return_if_fail (options != NULL && options->credentials != NULL);

  server_window_offer (self, options, key_file);
  call = g_new0 (ListenCall, 1);
  call->window = g_object_ref (self);
  call->credentials = dtls_credentials_ref (options->credentials);
  call->key_file = g_strdup (key_file);
  dtls_engine_listen_async (ui_window_get_engine (UI_WINDOW (self)), &self->offered, NULL,
                            listen_cb, call);
}

static void
accepted_cb (ServerListenForm *form,
             ServerWindow     *self)
{
  DtlsListenOptions options;

  server_listen_form_get_options (form, &options);
  server_window_listen (self, &options, server_listen_form_get_key_file (form));
}

/**
 * server_window_show_form:
 *
 * Opens the listen dialog, or brings it to the front. The focus returns to where it was by
 * itself: it belongs to the window.
 */
void
server_window_show_form (ServerWindow *self)
{
  if (self->form == NULL)
    {
      g_set_weak_pointer (&self->form,
                          server_listen_form_new (GTK_WINDOW (self),
                                                  ui_window_get_settings (UI_WINDOW (self))));
      if (self->offered.credentials != NULL)
        server_listen_form_set_options (self->form, &self->offered, self->offered_file);
      g_signal_connect_object (self->form, "accepted", G_CALLBACK (accepted_cb), self, 0);
    }
  gtk_window_present (GTK_WINDOW (self->form));
}
