/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-private.h"

#include <glib/gi18n-lib.h>

/**
 * report_duration_to_string:
 * @ms: any number of milliseconds
 *
 * Returns: (transfer full): "400 ms", "2 s", "30 min". Thread: any.
 */
char *
report_duration_to_string (gint64 ms)
{
  if (ms < 1000)
    /* Translators: milliseconds */
    return g_strdup_printf (_("%d ms"), (int) MAX (ms, 0));
  if (ms < 120 * 1000)
    /* Translators: seconds */
    return g_strdup_printf (_("%d s"), (int) ((ms + 500) / 1000));
  /* Translators: minutes */
  return g_strdup_printf (_("%d min"), (int) ((ms + 30000) / 60000));
}

/**
 * report_version_to_string:
 * @version: as on the wire, for example 0xfeff
 *
 * Returns: (transfer full): "DTLS 1.0". Thread: any. Source: RFC 6347, RFC 9147.
 */
char *
report_version_to_string (guint version)
{
  if (version == 0xfeff || version == 0x0100)
    return g_strdup ("DTLS 1.0");
  if (version == 0xfefd)
    return g_strdup ("DTLS 1.2");
  if (version == 0xfefc)
    return g_strdup ("DTLS 1.3");
  if (version >= 0x0301 && version <= 0x0304)
    return g_strdup_printf ("TLS 1.%u", version - 0x0301);
  /* Translators: a protocol version that has no name, as four hex digits */
  return g_strdup_printf (_("version %04x"), version & 0xffff);
}
