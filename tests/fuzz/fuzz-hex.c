/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "dtls-error.h"
#include "dtls-key.h"
#include "fuzz.h"

/* What was taken comes back the same from its own print. */
static void
check_format (const char    *text,
              DtlsKeyFormat  format)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(DtlsKey) key = dtls_key_parse (text, format, &error), again = NULL;
  g_autofree char *print = NULL;
  gsize n_bytes;

  FUZZ_ASSERT ((key == NULL) == (error != NULL));
  if (key == NULL)
    {
      FUZZ_ASSERT (error->domain == DTLS_ERROR && error->code == DTLS_ERROR_INVALID);
      FUZZ_ASSERT (g_utf8_validate (error->message, -1, NULL));
      return;
    }
  dtls_key_get_bytes (key, &n_bytes);
  FUZZ_ASSERT (n_bytes >= 1 && n_bytes <= DTLS_KEY_MAX_BYTES);
  print = dtls_key_to_text (key, format);
  if (print == NULL)
    return;                     /* bytes that are no text */
  again = dtls_key_parse (print, format, NULL);
  FUZZ_ASSERT (again != NULL && dtls_key_equal (key, again));
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes,
                        size_t         n_bytes)
{
  g_autofree char *text = g_malloc (n_bytes + 1);
  g_autoptr(GByteArray) array = NULL;

  if (n_bytes > 0)
    memcpy (text, bytes, n_bytes);
  text[n_bytes] = '\0';
  array = dtls_hex_parse (text, NULL);
  FUZZ_ASSERT (array == NULL || array->len <= strlen (text) / 2);
  FUZZ_ASSERT (!dtls_key_looks_like_hex (text) || array != NULL);
  check_format (text, DTLS_KEY_FORMAT_HEX);
  check_format (text, DTLS_KEY_FORMAT_BASE64);
  check_format (text, DTLS_KEY_FORMAT_TEXT);
  return 0;
}
