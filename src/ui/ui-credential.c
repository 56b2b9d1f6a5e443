/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-credential.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "report-hex.h"
#include "report-text.h"

#define HIDDEN_KEY "••••••••••••"
#define MAX_SHOWN_KEY_BYTES 64
#define MAX_SHOWN_IDENTITY_CHARS 256
#define MAX_NOTE_BYTES 3

struct _UiCredential
{
  GObject   parent_instance;

  GBytes   *identity;
  DtlsKey  *key;
  gboolean  revealed;
};

enum
{
  PROP_0,
  PROP_IDENTITY_TEXT,
  PROP_KEY_TEXT,
  PROP_SIZE_TEXT,
  PROP_NOTE,
  PROP_REVEALED,
  PROP_ICON_NAME,
  PROP_REVEAL_LABEL,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (UiCredential, ui_credential, G_TYPE_OBJECT)

static char *
make_identity_text (UiCredential *self)
{
  GString *text = g_string_new (NULL);
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (self->identity, &n_bytes);

  report_text_append_escaped (text, bytes, n_bytes, REPORT_TEXT_LINE, MAX_SHOWN_IDENTITY_CHARS);
  return g_string_free (text, FALSE);
}

static char *
make_key_text (UiCredential *self)
{
  GString *text;
  gsize n_bytes;
  const guint8 *bytes = dtls_key_get_bytes (self->key, &n_bytes);

  if (!self->revealed)
    return g_strdup (HIDDEN_KEY);

  text = g_string_new (NULL);
  report_hex_append (text, bytes, MIN (n_bytes, MAX_SHOWN_KEY_BYTES));
  if (n_bytes > MAX_SHOWN_KEY_BYTES)
    g_string_append (text, " …");
  return g_string_free (text, FALSE);
}

static char *
make_size_text (UiCredential *self)
{
  gsize n_bytes;

  dtls_key_get_bytes (self->key, &n_bytes);
  return g_strdup_printf (ngettext ("%u byte", "%u bytes", n_bytes), (guint) n_bytes);
}

static char *
make_note (UiCredential *self)
{
  gsize n_bytes;

  if (ui_identity_needs_hex (self->identity))
    {
      g_autoptr(GString) hex = g_string_new (NULL);
      gsize n_identity;
      const guint8 *identity = g_bytes_get_data (self->identity, &n_identity);

      for (gsize i = 0; i < MIN (n_identity, MAX_NOTE_BYTES); i++)
        g_string_append_printf (hex, "%02x", identity[i]);
      /* Translators: how a key file spells this identity; %s is a few hex digits */
      return g_strdup_printf (
          n_identity > MAX_NOTE_BYTES ? _("Written as #%s…") : _("Written as #%s"), hex->str);
    }
  if (dtls_key_is_demo (self->key))
    return g_strdup (_("Demonstration key: anyone knows it"));

  dtls_key_get_bytes (self->key, &n_bytes);
  return g_strdup (n_bytes < DTLS_KEY_SHORT_BYTES ? _("Short key, fine for tests only") : "");
}

static char *
make_reveal_label (UiCredential *self)
{
  g_autofree char *identity = make_identity_text (self);

  /* Translators: %s is an identity */
  return g_strdup_printf (self->revealed ? _("Hide the key of %s") : _("Show the key of %s"),
                          identity);
}

static void
ui_credential_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  UiCredential *self = UI_CREDENTIAL (object);

  switch (id)
    {
    case PROP_IDENTITY_TEXT:
      g_value_take_string (value, make_identity_text (self));
      break;
    case PROP_KEY_TEXT:
      g_value_take_string (value, make_key_text (self));
      break;
    case PROP_SIZE_TEXT:
      g_value_take_string (value, make_size_text (self));
      break;
    case PROP_NOTE:
      g_value_take_string (value, make_note (self));
      break;
    case PROP_REVEALED:
      g_value_set_boolean (value, self->revealed);
      break;
    case PROP_ICON_NAME:
      g_value_set_static_string (value,
                                 self->revealed ? "view-conceal-symbolic" : "view-reveal-symbolic");
      break;
    case PROP_REVEAL_LABEL:
      g_value_take_string (value, make_reveal_label (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ui_credential_finalize (GObject *object)
{
  UiCredential *self = UI_CREDENTIAL (object);

  g_bytes_unref (self->identity);
  dtls_key_unref (self->key);
  G_OBJECT_CLASS (ui_credential_parent_class)->finalize (object);
}

static void
ui_credential_class_init (UiCredentialClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ui_credential_get_property;
  object_class->finalize = ui_credential_finalize;

  props[PROP_IDENTITY_TEXT] = g_param_spec_string ("identity-text", NULL, NULL, NULL, flags);
  props[PROP_KEY_TEXT] = g_param_spec_string ("key-text", NULL, NULL, NULL, flags);
  props[PROP_SIZE_TEXT] = g_param_spec_string ("size-text", NULL, NULL, NULL, flags);
  props[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, flags);
  props[PROP_REVEALED] = g_param_spec_boolean ("revealed", NULL, NULL, FALSE, flags);
  props[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, flags);
  props[PROP_REVEAL_LABEL] = g_param_spec_string ("reveal-label", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
ui_credential_init (UiCredential *self)
{
}

/**
 * ui_credential_new:
 *
 * Takes its own references on @identity and @key; the key is hidden at first.
 */
UiCredential *
ui_credential_new (GBytes  *identity,
                   DtlsKey *key)
{
  UiCredential *self;

  g_return_val_if_fail (identity != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  self = g_object_new (UI_TYPE_CREDENTIAL, NULL);
  self->identity = g_bytes_ref (identity);
  self->key = dtls_key_ref (key);
  return self;
}

GBytes *
ui_credential_get_identity (UiCredential *self)
{
  g_return_val_if_fail (UI_IS_CREDENTIAL (self), NULL);

  return self->identity;
}

DtlsKey *
ui_credential_get_key (UiCredential *self)
{
  g_return_val_if_fail (UI_IS_CREDENTIAL (self), NULL);

  return self->key;
}

gboolean
ui_credential_get_revealed (UiCredential *self)
{
  g_return_val_if_fail (UI_IS_CREDENTIAL (self), FALSE);

  return self->revealed;
}

void
ui_credential_set_revealed (UiCredential *self,
                            gboolean      revealed)
{
  g_return_if_fail (UI_IS_CREDENTIAL (self));

  if (self->revealed == !!revealed)
    return;

  self->revealed = !!revealed;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REVEALED]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_KEY_TEXT]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ICON_NAME]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REVEAL_LABEL]);
}

/**
 * ui_identity_needs_hex:
 *
 * Identities with a colon, a leading "#" or bytes that are not printable UTF-8 are written in the
 * "#hex" form, because other readers split them wrongly. Any thread.
 */
gboolean
ui_identity_needs_hex (GBytes *identity)
{
  gsize n_bytes;
  const char *text;

  g_return_val_if_fail (identity != NULL, FALSE);

  text = g_bytes_get_data (identity, &n_bytes);
  if (n_bytes == 0 || text[0] == '#' || !g_utf8_validate (text, n_bytes, NULL))
    return TRUE;

  for (const char *p = text; p < text + n_bytes; p = g_utf8_next_char (p))
    if (*p == ':' || !g_unichar_isprint (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}
