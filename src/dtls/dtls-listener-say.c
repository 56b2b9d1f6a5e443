/* SPDX-License-Identifier: MIT */
/* Why a hello that is verified cannot be served, in words. */
#include "config.h"

#include "dtls-listener-private.h"

enum { MAX_LISTED_SUITES = 32 };        /* of a hello, in words: it can name thousands */

/* Which suites the hello offered and which are allowed here, for the row that says why. */
static void
say_no_common_suite (DtlsListener *self, DtlsAssociation *association, const DtlsHello *hello)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *allowed
    = dtls_profile_list_suites (dtls_session_config_get_profile (self->config));
  guint n_listed = 0;

  for (guint32 i = 0; i + 1 < hello->n_suites; i += 2)
    {
      if (n_listed++ == MAX_LISTED_SUITES)
        {
          g_string_append (text, ", …");
          break;
        }
      guint16 suite = hello->suites[i] << 8 | hello->suites[i + 1];
      const char *iana = dtls_suite_get_iana_name (suite);
      const char *name = iana != NULL ? dtls_suite_get_openssl_name (iana) : NULL;

      if (suite == 0x00ff || suite == 0x5600)
        continue;               /* signalling values, no suites */
      if (text->len > 0)
        g_string_append (text, ", ");
      if (name != NULL || iana != NULL)
        g_string_append (text, name != NULL ? name : iana);
      else
        g_string_append_printf (text, "0x%04x", suite);
    }
  g_string_append_printf (text, "\n%s", allowed);
  if (dtls_association_begin (association, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_NO_COMMON_SUITE,
                              text->str))
    dtls_hub_commit (self->hub);
}

/**
 * dtls_listener_say_why_hello_failed:
 * @association: half-open; its session is over
 * @hello: the verified one that ended it
 *
 * A verified hello itself can end the new session at once: no common suite, another version.
 * Says which, in an event. Thread: the engine's. Source: DESIGN section 5.
 */
void
dtls_listener_say_why_hello_failed (DtlsListener *self, DtlsAssociation *association,
                                    const DtlsHello *hello)
{
  int received, sent, code = dtls_session_get_failure (association->session, &received, &sent);

  if (code == GNUTLS_E_NO_CIPHER_SUITES || code == GNUTLS_E_INSUFFICIENT_CREDENTIALS)
    say_no_common_suite (self, association, hello);
  else if (code == GNUTLS_E_UNSUPPORTED_VERSION_PACKET)
    dtls_association_say (association, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_VERSION, hello->version);
}
