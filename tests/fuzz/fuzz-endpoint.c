/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "dtls-address.h"
#include "fuzz.h"

/* An address that was taken comes back the same from its own print. */
static void
check_ip (const char *text)
{
  char print[DTLS_ADDRESS_TEXT_BYTES];
  DtlsAddress address, again;

  if (!dtls_address_parse_ip (&address, text, 22334))
    return;
  FUZZ_ASSERT (dtls_address_print (&address, DTLS_ADDRESS_BARE, print) < sizeof (print));
  FUZZ_ASSERT (dtls_address_parse_ip (&again, print, 22334));
  FUZZ_ASSERT (dtls_address_equal (&address, &again));
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes,
                        size_t         n_bytes)
{
  g_autofree char *text = g_malloc (n_bytes + 1), *host = NULL;
  g_autoptr(GError) error = NULL;
  gboolean has_port = FALSE;
  guint16 port = 0;

  if (n_bytes > 0)
    memcpy (text, bytes, n_bytes);
  text[n_bytes] = '\0';
  check_ip (text);
  if (dtls_endpoint_parse (text, 22334, &host, &port, &has_port, &error))
    {
      FUZZ_ASSERT (host != NULL && host[0] != '\0' && error == NULL);
      FUZZ_ASSERT (has_port || port == 22334);
      FUZZ_ASSERT (strlen (host) <= n_bytes);
      check_ip (host);
    }
  else
    FUZZ_ASSERT (error != NULL);
  g_clear_error (&error);
  FUZZ_ASSERT (dtls_port_parse (text, FALSE, &port, &error) == (error == NULL));
  FUZZ_ASSERT (error != NULL || port > 0);
  return 0;
}
