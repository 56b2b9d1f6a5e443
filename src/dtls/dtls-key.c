/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-key.h"

#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/mman.h>

#include "dtls-error.h"
#include "dtls-types.h"

#define HEX_HINT_MIN_DIGITS 8

struct _DtlsKey
{
  int    ref_count;             /* atomic */
  gsize  n_bytes;
  guint8 bytes[];               /* wiped before it is freed */
};

/**
 * dtls_key_wipe:
 * @bytes: (nullable): where a secret was
 *
 * Overwrites it with zeros in a way that no compiler leaves out. Thread: any.
 */
void
dtls_key_wipe (gpointer bytes,
               gsize    n_bytes)
{
  if (bytes != NULL && n_bytes > 0)
    explicit_bzero (bytes, n_bytes);
}

/**
 * dtls_key_new:
 * @bytes: (array length=n_bytes): the key; copied, the caller wipes its own
 * @n_bytes: 1 to %DTLS_KEY_MAX_BYTES
 *
 * Returns: (transfer full). Thread: any.
 */
DtlsKey *
dtls_key_new (const guint8 *bytes,
              gsize         n_bytes)
{
  DtlsKey *self;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (n_bytes >= 1 && n_bytes <= DTLS_KEY_MAX_BYTES, NULL);

  self = g_malloc (sizeof (DtlsKey) + n_bytes);
  /* Best effort, never undone: a page may hold several keys, and the limit counts pages. */
  (void) !mlock (self->bytes, n_bytes);
  self->ref_count = 1;
  self->n_bytes = n_bytes;
  memcpy (self->bytes, bytes, n_bytes);
  return self;
}

/**
 * dtls_key_new_demo:
 *
 * The key of the original pair, which anyone knows. Returns: (transfer full). Thread: any.
 */
DtlsKey *
dtls_key_new_demo (void)
{
  static const guint8 demo[] = { 0x1a, 0x2b, 0x3c, 0x4d, 0x5e, 0x6f };  /* DTLS_DEMO_KEY_HEX */

  return dtls_key_new (demo, sizeof (demo));
}

/**
 * dtls_key_new_random:
 * @n_bytes: 1 to %DTLS_KEY_MAX_BYTES
 *
 * A fresh key from the library's generator for keys. Returns: (transfer full) (nullable): NULL if
 * the system has no random numbers. Thread: any.
 */
DtlsKey *
dtls_key_new_random (gsize n_bytes)
{
  guint8 bytes[DTLS_KEY_MAX_BYTES];
  DtlsKey *self = NULL;

  g_return_val_if_fail (n_bytes >= 1 && n_bytes <= DTLS_KEY_MAX_BYTES, NULL);

  if (gnutls_rnd (GNUTLS_RND_KEY, bytes, n_bytes) == 0)
    self = dtls_key_new (bytes, n_bytes);
  dtls_key_wipe (bytes, n_bytes);
  return self;
}

/**
 * dtls_key_ref:
 *
 * Thread: any.
 */
DtlsKey *
dtls_key_ref (DtlsKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_int_inc (&self->ref_count);
  return self;
}

/**
 * dtls_key_unref:
 *
 * The last one wipes the bytes. Thread: any.
 */
void
dtls_key_unref (DtlsKey *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  dtls_key_wipe (self->bytes, self->n_bytes);
  g_free (self);
}

/**
 * dtls_key_get_bytes:
 * @n_bytes: (out): 1 to %DTLS_KEY_MAX_BYTES
 *
 * Returns: (transfer none): as long as @self lives. Thread: any.
 */
const guint8 *
dtls_key_get_bytes (const DtlsKey *self,
                    gsize         *n_bytes)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (n_bytes != NULL, NULL);

  *n_bytes = self->n_bytes;
  return self->bytes;
}

/**
 * dtls_key_equal:
 *
 * Compares in a time that depends on the lengths alone. Thread: any.
 */
gboolean
dtls_key_equal (const DtlsKey *a,
                const DtlsKey *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->n_bytes == b->n_bytes && gnutls_memcmp (a->bytes, b->bytes, a->n_bytes) == 0;
}

/**
 * dtls_key_is_demo:
 *
 * Whether it is the key of the original pair. Thread: any.
 */
gboolean
dtls_key_is_demo (const DtlsKey *self)
{
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();

  return dtls_key_equal (self, demo);
}

static gboolean
is_separator (char c)
{
  return g_ascii_isspace (c) || c == ':' || c == ',';
}

static gboolean
hex_fail (GError     **error,
          const char  *message)
{
  g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID, message);
  return FALSE;
}

/* One run of digits between separators; sets *text behind it. */
static gboolean
hex_parse_run (const char **text,
               GByteArray  *bytes,
               GError     **error)
{
  const char *p = *text;

  if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X'))
    {
      p += 2;
      if (!g_ascii_isxdigit (*p))
        return hex_fail (error, _("Hex digits must follow 0x."));
    }
  while (*p != '\0' && !is_separator (*p))
    {
      guint8 byte;

      if (!g_ascii_isxdigit (p[0]) || (p[1] != '\0' && !is_separator (p[1])
                                       && !g_ascii_isxdigit (p[1])))
        return hex_fail (error, _("Only hex digits are possible here: 0 to 9 and a to f."));
      if (!g_ascii_isxdigit (p[1]))
        return hex_fail (error, _("A hex digit is missing: each byte has two."));
      byte = (guint8) (g_ascii_xdigit_value (p[0]) << 4 | g_ascii_xdigit_value (p[1]));
      g_byte_array_append (bytes, &byte, 1);
      p += 2;
    }
  *text = p;
  return TRUE;
}

/* As g_byte_array_unref(), for bytes that may be a secret. */
static void
byte_array_wipe (GByteArray *bytes)
{
  dtls_key_wipe (bytes->data, bytes->len);
  g_byte_array_unref (bytes);
}

/**
 * dtls_hex_parse:
 * @text: "1a2b", "1a 2b", "1A:2b", "0x1a,0x2b"; blanks, colons and commas stand between bytes
 *
 * The bytes; none for an empty text. An odd digit is an error, not a guess. The error never
 * repeats what was typed. Returns: (transfer full): NULL with %DTLS_ERROR_INVALID. Thread: any.
 */
GByteArray *
dtls_hex_parse (const char  *text,
                GError     **error)
{
  GByteArray *bytes;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  /* all the room at once: growing would leave copies of a key behind */
  bytes = g_byte_array_sized_new ((guint) MIN (strlen (text) / 2 + 1, G_MAXUINT / 2));
  for (;;)
    {
      while (is_separator (*text))
        text++;
      if (*text == '\0')
        return bytes;
      if (!hex_parse_run (&text, bytes, error))
        break;
    }
  byte_array_wipe (bytes);
  return NULL;
}

/* Strict: g_base64_decode() would skip what it does not know. */
static GByteArray *
base64_parse (const char  *text,
              GError     **error)
{
  gsize length = strlen (text), n_text = 0, n_padding = 0, n;
  char *clean = g_malloc (length + 1);
  guint8 *bytes = NULL;
  GByteArray *result = NULL;
  gboolean valid = TRUE;

  for (; *text != '\0'; text++)
    {
      char c = *text == '-' ? '+' : *text == '_' ? '/' : *text;   /* the URL alphabet, too */

      if (g_ascii_isspace (c))
        continue;
      if (c == '=')
        n_padding++;
      else if (n_padding > 0 || !(g_ascii_isalnum (c) || c == '+' || c == '/'))
        valid = FALSE;
      clean[n_text++] = c;
    }
  clean[n_text] = '\0';

  if (valid && n_padding <= 2 && n_text % 4 == 0 && n_text > n_padding)
    {
      bytes = g_base64_decode (clean, &n);
      result = g_byte_array_sized_new ((guint) n + 1);
      g_byte_array_append (result, bytes, (guint) n);
      dtls_key_wipe (bytes, n);
    }
  else if (n_text == 0)
    result = g_byte_array_new ();
  else
    hex_fail (error, _("This is not Base64: groups of four letters, digits, + or /, "
                       "filled up with =."));
  dtls_key_wipe (clean, length);
  g_free (clean);
  g_free (bytes);
  return result;
}

static GByteArray *
text_parse (const char *text)
{
  GByteArray *bytes = g_byte_array_sized_new ((guint) MIN (strlen (text) + 1, G_MAXUINT / 2));

  return g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
}

/**
 * dtls_key_parse:
 * @text: what was typed
 * @format: TEXT takes the bytes as they are, blanks included
 *
 * A key of 1 to %DTLS_KEY_MAX_BYTES bytes. The error is a sentence about the form, never with the
 * content. Returns: (transfer full): NULL with %DTLS_ERROR_INVALID. Thread: any.
 */
DtlsKey *
dtls_key_parse (const char     *text,
                DtlsKeyFormat   format,
                GError        **error)
{
  GByteArray *bytes;
  DtlsKey *self = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (format == DTLS_KEY_FORMAT_HEX)
    bytes = dtls_hex_parse (text, error);
  else if (format == DTLS_KEY_FORMAT_BASE64)
    bytes = base64_parse (text, error);
  else
    bytes = text_parse (text);
  if (bytes == NULL)
    return NULL;

  if (bytes->len == 0)
    hex_fail (error, _("The key is empty."));
  else if (bytes->len > DTLS_KEY_MAX_BYTES)
    g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                 _("The key has %u bytes; at most %u are possible."),
                 bytes->len, DTLS_KEY_MAX_BYTES);
  else
    self = dtls_key_new (bytes->data, bytes->len);
  byte_array_wipe (bytes);
  return self;
}

static char *
hex_to_text (const guint8 *bytes,
             gsize         n_bytes)
{
  static const char digits[] = "0123456789abcdef";
  char *text = g_malloc (n_bytes * 3);
  gsize i;

  for (i = 0; i < n_bytes; i++)
    {
      text[i * 3] = digits[bytes[i] >> 4];
      text[i * 3 + 1] = digits[bytes[i] & 15];
      text[i * 3 + 2] = ' ';
    }
  text[n_bytes * 3 - 1] = '\0';
  return text;
}

/**
 * dtls_key_to_text:
 * @format: HEX is "1a 2b"; TEXT is possible for printable UTF-8 only
 *
 * What dtls_key_parse() makes the same key of. Returns: (transfer full) (nullable): a secret, for
 * the caller to wipe; NULL if the key is no text. Thread: any.
 */
char *
dtls_key_to_text (const DtlsKey *self,
                  DtlsKeyFormat  format)
{
  const char *p;

  g_return_val_if_fail (self != NULL, NULL);

  if (format == DTLS_KEY_FORMAT_HEX)
    return hex_to_text (self->bytes, self->n_bytes);
  if (format == DTLS_KEY_FORMAT_BASE64)
    return g_base64_encode (self->bytes, self->n_bytes);

  if (!g_utf8_validate_len ((const char *) self->bytes, self->n_bytes, NULL))
    return NULL;
  for (p = (const char *) self->bytes; p < (const char *) self->bytes + self->n_bytes;
       p = g_utf8_next_char (p))
    if (!g_unichar_isprint (g_utf8_get_char (p)))
      return NULL;
  return g_strndup ((const char *) self->bytes, self->n_bytes);
}

/**
 * dtls_key_looks_like_hex:
 * @text: a key typed as text
 *
 * Whether to ask "Use it as hex?": nothing but hex digits, 8 or more, an even number of them.
 * Thread: any. Source: UX, section 4.
 */
gboolean
dtls_key_looks_like_hex (const char *text)
{
  gsize n_digits = 0;

  g_return_val_if_fail (text != NULL, FALSE);

  while (g_ascii_isxdigit (text[n_digits]))
    n_digits++;
  return text[n_digits] == '\0' && n_digits >= HEX_HINT_MIN_DIGITS && n_digits % 2 == 0;
}
