/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-listen-form-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ui-field.h"

#define MAX_HINT_BYTES 128

const char *const server_profile_names[] = { "compatible", "forward-secret", "constrained" };
G_STATIC_ASSERT (G_N_ELEMENTS (server_profile_names) == SERVER_PROFILE_CUSTOM);

/**
 * server_listen_form_check_port:
 *
 * The port: 0 to 65535. Shows what is wrong.
 */
gboolean
server_listen_form_check_port (ServerListenForm *self)
{
  g_autoptr(GError) error = NULL;
  gboolean valid
      = dtls_port_parse (gtk_editable_get_text (self->port_entry), TRUE, &self->port, &error);

  ui_field_set_error (GTK_WIDGET (self->port_entry), self->port_error,
                      valid ? NULL : error->message);
  return valid;
}

/**
 * server_listen_form_check_hint:
 *
 * The hint: not longer than a record of it can be. Shows what is wrong.
 */
gboolean
server_listen_form_check_hint (ServerListenForm *self)
{
  gboolean valid = strlen (gtk_editable_get_text (self->hint_entry)) <= MAX_HINT_BYTES;
  g_autofree char *message = NULL;

  if (!valid)
    message = g_strdup_printf (_("A hint has at most %u bytes."), (guint) MAX_HINT_BYTES);
  ui_field_set_error (GTK_WIDGET (self->hint_entry), self->hint_error, message);
  return valid;
}

/**
 * server_listen_form_check_mtu:
 *
 * The MTU: a number in range, or empty for automatic. Shows what is wrong.
 */
gboolean
server_listen_form_check_mtu (ServerListenForm *self)
{
  const char *text = gtk_editable_get_text (self->mtu_entry);
  g_autofree char *message = NULL;
  guint64 mtu = 0;
  gboolean valid;

  valid = *text == '\0' || g_str_equal (text, "0")
          || g_ascii_string_to_unsigned (text, 10, DTLS_MTU_MIN, DTLS_MTU_MAX, &mtu, NULL);
  self->mtu = (guint) mtu;
  if (!valid)
    message = g_strdup_printf (_("From %u to %u bytes, or empty for automatic."),
                               (guint) DTLS_MTU_MIN, (guint) DTLS_MTU_MAX);
  ui_field_set_error (GTK_WIDGET (self->mtu_entry), self->mtu_error, message);
  return valid;
}

/**
 * server_listen_form_check_profile:
 *
 * The profile; its priority string is shown and checked only when there is one. Shows what is
 * wrong.
 */
gboolean
server_listen_form_check_profile (ServerListenForm *self)
{
  guint selected = gtk_drop_down_get_selected (self->profile);
  gboolean custom = selected >= SERVER_PROFILE_CUSTOM;
  const char *name
      = custom ? gtk_editable_get_text (self->priority_entry) : server_profile_names[selected];
  g_autoptr(GError) error = NULL;

  gtk_widget_set_visible (self->priority_box, custom);
  g_clear_pointer (&self->chosen_profile, dtls_profile_unref);
  if (*name != '\0')
    self->chosen_profile = dtls_profile_new (name, &error);
  else
    g_set_error_literal (&error, DTLS_ERROR, DTLS_ERROR_INVALID,
                         _("Type a priority string, for example "
                           "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK."));

  ui_field_set_error (GTK_WIDGET (self->priority_entry), self->priority_error,
                      custom && error != NULL ? error->message : NULL);
  return self->chosen_profile != NULL;
}

static void
show_table_note (ServerListenForm *self)
{
  guint n = self->table != NULL ? dtls_credentials_get_n (self->table) : 0;
  g_autofree char *base = self->table_file != NULL ? g_path_get_basename (self->table_file) : NULL;
  g_autofree char *shown = base != NULL ? g_filename_display_name (base) : NULL;
  g_autofree char *text = NULL;

  if (self->table_error != NULL)
    text = g_strdup (self->table_error);
  else if (n == 0)
    text = g_strdup (_("No keys yet: add some with Edit…"));
  else if (shown != NULL)
    /* Translators: %s is the name of a file */
    text = g_strdup_printf (ngettext ("%u identity from %s", "%u identities from %s", n), n, shown);
  else
    text = g_strdup_printf (
        ngettext ("%u identity, not in a file", "%u identities, not in a file", n), n);

  gtk_label_set_label (self->table_note, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->table_note), self->table_file);
  if (n == 0)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->table_note), "role-dim");
      gtk_widget_add_css_class (GTK_WIDGET (self->table_note), "role-error");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->table_note), "role-error");
      gtk_widget_add_css_class (GTK_WIDGET (self->table_note), "role-dim");
    }
}

/**
 * server_listen_form_check_keys:
 *
 * The keys: the shared one, or a table with at least one. Shows what is wrong.
 */
gboolean
server_listen_form_check_keys (ServerListenForm *self)
{
  g_clear_pointer (&self->credentials, dtls_credentials_unref);
  show_table_note (self);

  if (gtk_check_button_get_active (self->shared_button))
    {
      g_autoptr(DtlsKey) key = ui_key_entry_dup_key (self->key_entry);

      if (key != NULL)
        self->credentials = dtls_credentials_new_shared (key);
    }
  else if (self->table != NULL && dtls_credentials_get_n (self->table) > 0)
    {
      self->credentials = dtls_credentials_ref (self->table);
    }
  return self->credentials != NULL;
}
