/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "dtls-credentials.h"
#include "dtls-error.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *bytes,
                        size_t         n_bytes)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(DtlsCredentials) self = dtls_credentials_parse ((const char *) bytes, n_bytes, "file",
                                                            &error);
  guint i, n;

  FUZZ_ASSERT ((self == NULL) == (error != NULL));
  if (self == NULL)
    {
      FUZZ_ASSERT (error->domain == DTLS_ERROR && error->code == DTLS_ERROR_INVALID);
      FUZZ_ASSERT (g_utf8_validate (error->message, -1, NULL));         /* nothing of the file */
      FUZZ_ASSERT (strlen (error->message) < 200);
      return 0;
    }
  n = dtls_credentials_get_n (self);
  FUZZ_ASSERT (n >= 1 && dtls_credentials_get_shared (self) == NULL);
  for (i = 0; i < n; i++)
    {
      const DtlsCredential *credential = dtls_credentials_get (self, i);
      gsize n_identity;
      const guint8 *identity = g_bytes_get_data (credential->identity, &n_identity);

      FUZZ_ASSERT (n_identity >= 1 && n_identity <= DTLS_MAX_IDENTITY_BYTES);
      FUZZ_ASSERT (dtls_credentials_lookup (self, identity, n_identity) == credential->key);
    }
  return 0;
}
