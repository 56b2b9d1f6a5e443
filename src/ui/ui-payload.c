/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-payload.h"

#include <glib/gi18n-lib.h>

#include "dtls-key.h"

#define MAX_HISTORY 100

typedef struct
{
  char *text;
  guint format;
} Sent;

struct _UiHistory
{
  GArray *sent;                 /* Sent, oldest first */
  guint   at;                   /* place in @sent; its length: the new message */
  Sent    draft;                /* the new message while an old one is shown */
};

static void
sent_clear (gpointer data)
{
  g_free (((Sent *) data)->text);
}

/**
 * ui_history_new:
 *
 * Returns: (transfer full): nothing sent yet. Any one thread.
 */
UiHistory *
ui_history_new (void)
{
  UiHistory *self = g_new0 (UiHistory, 1);

  self->sent = g_array_new (FALSE, FALSE, sizeof (Sent));
  g_array_set_clear_func (self->sent, sent_clear);
  return self;
}

void
ui_history_free (UiHistory *self)
{
  g_array_unref (self->sent);
  g_free (self->draft.text);
  g_free (self);
}

/**
 * ui_history_add:
 *
 * A message was sent: it is the newest, once even when it was sent twice, and a new draft begins.
 */
void
ui_history_add (UiHistory  *self,
                const char *text,
                guint       format)
{
  Sent sent = { g_strdup (text), format };

  if (self->sent->len > 0)
    {
      const Sent *last = &g_array_index (self->sent, Sent, self->sent->len - 1);

      if (last->format == format && g_str_equal (last->text, text))
        g_array_set_size (self->sent, self->sent->len - 1);
    }
  if (self->sent->len == MAX_HISTORY)
    g_array_remove_index (self->sent, 0);
  g_array_append_val (self->sent, sent);
  self->at = self->sent->len;
  g_clear_pointer (&self->draft.text, g_free);
}

/**
 * ui_history_older:
 * @draft: what stands in the entry; kept when the walk begins
 * @format: (inout): of the draft, then of the result
 *
 * Returns: (nullable): the message before; NULL at the oldest.
 */
const char *
ui_history_older (UiHistory  *self,
                  const char *draft,
                  guint      *format)
{
  const Sent *sent;

  if (self->at == 0)
    return NULL;
  if (self->at == self->sent->len)
    {
      g_free (self->draft.text);
      self->draft = (Sent) { g_strdup (draft), *format };
    }
  sent = &g_array_index (self->sent, Sent, --self->at);
  *format = sent->format;
  return sent->text;
}

/**
 * ui_history_newer:
 * @format: (out): of the result
 *
 * Returns: (nullable): the message after, at last the draft; NULL past that.
 */
const char *
ui_history_newer (UiHistory *self,
                  guint     *format)
{
  const Sent *sent;

  if (self->at == self->sent->len)
    return NULL;
  self->at++;
  sent = self->at < self->sent->len ? &g_array_index (self->sent, Sent, self->at) : &self->draft;
  *format = sent->format;
  return sent->text;
}

/**
 * ui_payload_parse:
 * @max_bytes: what fits; 0: any
 *
 * Returns: (transfer full) (nullable): the bytes; NULL with @error when @text is no hex or too
 * long, NULL without when there is nothing.
 */
GBytes *
ui_payload_parse (const char  *text,
                  gboolean     hex,
                  guint        max_bytes,
                  GError     **error)
{
  g_autoptr(GBytes) bytes = NULL;

  if (*text == '\0')
    return NULL;
  if (hex)
    {
      GByteArray *array = dtls_hex_parse (text, error);

      if (array == NULL)
        return NULL;
      bytes = g_byte_array_free_to_bytes (array);
    }
  else
    bytes = g_bytes_new (text, strlen (text));
  if (max_bytes > 0 && g_bytes_get_size (bytes) > max_bytes)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   _("%u bytes are too many: at most %u fit into one datagram."),
                   (guint) g_bytes_get_size (bytes), max_bytes);
      return NULL;
    }
  return g_bytes_get_size (bytes) > 0 ? g_steal_pointer (&bytes) : NULL;
}

static gboolean
is_printable (const char *text,
              gsize       n_bytes)
{
  if (!g_utf8_validate_len (text, n_bytes, NULL))
    return FALSE;
  for (const char *c = text; c < text + n_bytes; c = g_utf8_next_char (c))
    if (!g_unichar_isprint (g_utf8_get_char (c)))
      return FALSE;
  return TRUE;
}

/**
 * ui_payload_to_text:
 * @hex: (out): whether it had to be hex: something in it cannot be typed
 *
 * Returns: (transfer full): what has to be typed to send @payload.
 */
char *
ui_payload_to_text (GBytes   *payload,
                    gboolean *hex)
{
  gsize n;
  const guint8 *bytes = g_bytes_get_data (payload, &n);
  GString *text;

  *hex = !is_printable ((const char *) bytes, n);
  if (!*hex)
    return g_strndup ((const char *) bytes, n);
  text = g_string_new (NULL);
  for (gsize i = 0; i < n; i++)
    g_string_append_printf (text, i > 0 ? " %02x" : "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}
