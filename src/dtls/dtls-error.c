/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-error.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>

G_DEFINE_QUARK (dtls-error-quark, dtls_error)

/* RFC 5246 section 7.2, RFC 4279 section 6, RFC 6066 section 9, RFC 7301 section 3.2. */
static const struct
{
  int         alert;
  const char *name;
} alert_names[] = {
  {   0, N_("close notify") },
  {  10, N_("unexpected message") },
  {  20, N_("bad record MAC") },
  {  21, N_("decryption failed") },
  {  22, N_("record overflow") },
  {  30, N_("decompression failure") },
  {  40, N_("handshake failure") },
  {  41, N_("no certificate") },
  {  42, N_("bad certificate") },
  {  43, N_("unsupported certificate") },
  {  44, N_("certificate revoked") },
  {  45, N_("certificate expired") },
  {  46, N_("certificate unknown") },
  {  47, N_("illegal parameter") },
  {  48, N_("unknown CA") },
  {  49, N_("access denied") },
  {  50, N_("decode error") },
  {  51, N_("decrypt error") },
  {  60, N_("export restriction") },
  {  70, N_("protocol version") },
  {  71, N_("insufficient security") },
  {  80, N_("internal error") },
  {  86, N_("inappropriate fallback") },
  {  90, N_("user canceled") },
  { 100, N_("no renegotiation") },
  { 109, N_("missing extension") },
  { 110, N_("unsupported extension") },
  { 112, N_("unrecognized name") },
  { 115, N_("unknown PSK identity") },
  { 116, N_("certificate required") },
  { 120, N_("no application protocol") },
};

/**
 * dtls_error_set_gnutls:
 * @code: a negative GnuTLS code
 * @what: the translated phrase of what did not work, without a full stop
 *
 * Sets @error to "WHAT: CAUSE" in DTLS_ERROR_GNUTLS. Any thread.
 *
 * Returns: %FALSE, so that a caller can return it
 */
gboolean
dtls_error_set_gnutls (GError     **error,
                       int          code,
                       const char  *what)
{
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);
  g_return_val_if_fail (what != NULL, FALSE);

  /* Translators: what did not work, then the cause as the TLS library words it. */
  g_set_error (error, DTLS_ERROR, DTLS_ERROR_GNUTLS, _("%s: %s"), what, gnutls_strerror (code));
  return FALSE;
}

/**
 * dtls_alert_get_name:
 * @alert: the second byte of a TLS alert, 0 to 255
 *
 * The translated name of an alert, lower case; "unknown alert" for the others. Any thread.
 */
const char *
dtls_alert_get_name (int alert)
{
  for (guint i = 0; i < G_N_ELEMENTS (alert_names); i++)
    if (alert_names[i].alert == alert)
      return _(alert_names[i].name);
  return _("unknown alert");
}
