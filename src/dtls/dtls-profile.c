/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-profile.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "dtls-error.h"

struct _DtlsProfile
{
  int               ref_count;  /* atomic */
  char             *name;       /* as it was asked for */
  gnutls_priority_t priority;   /* shared by all sessions: 8 KiB and 4 us each otherwise */
};

/* Only key exchanges with a pre-shared key: with certificates besides, GnuTLS fails clients that
 * list those first. CCM and CBC with SHA-2 are not in NORMAL; added last they stand last. */
#define DTLS_ONLY "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL"
#define EXTRA_LAST "+AES-128-CCM:+AES-128-CCM-8:+SHA256:+SHA384:%SERVER_PRECEDENCE"

static const struct
{
  const char *name;
  const char *priority;
} named[] = {
  { "compatible",     DTLS_ONLY ":+ECDHE-PSK:+DHE-PSK:+PSK:" EXTRA_LAST },
  { "forward-secret", DTLS_ONLY ":+ECDHE-PSK:+DHE-PSK:" EXTRA_LAST },
  { "constrained",    DTLS_ONLY ":-CIPHER-ALL:-MAC-ALL:+PSK:+AES-128-CCM-8:+AEAD"
                      ":%SERVER_PRECEDENCE" }
};

static const char *
name_to_priority (const char *name)
{
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (named); i++)
    if (g_str_equal (name, named[i].name))
      return named[i].priority;
  return name;
}

/* The word of @priority that @at points into, between its colons. */
static char *
word_at (const char *priority,
         const char *at)
{
  const char *end;

  if (at == NULL || at < priority || at > priority + strlen (priority))
    at = priority;              /* GnuTLS stopped in a string of its own */
  while (at > priority && at[-1] != ':')
    at--;
  end = strchrnul (at, ':');
  return g_strndup (at, (gsize) (end - at));
}

static gboolean
fail_syntax (GError     **error,
             const char  *priority,
             const char  *at)
{
  g_autofree char *word = word_at (priority, at);

  if (strchr (priority, ':') == NULL)
    g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                 _("There is no cipher profile \"%s\". Use compatible, forward-secret, "
                   "constrained or a GnuTLS priority string."), priority);
  else
    g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                 /* Translators: one word of a GnuTLS priority string, e.g. "+AES-128-CMC" */
                 _("The priority string fails at \"%s\": GnuTLS does not know this word there."),
                 word);
  return FALSE;
}

static gboolean
fail_no_suite (GError **error)
{
  g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                       _("The priority string leaves no cipher suite with a pre-shared key: it "
                         "needs +ECDHE-PSK, +DHE-PSK or +PSK, DTLS 1.2, a cipher and its MAC."));
  return FALSE;
}

static gboolean
kx_is_psk (gnutls_kx_algorithm_t kx)
{
  return kx == GNUTLS_KX_PSK || kx == GNUTLS_KX_DHE_PSK || kx == GNUTLS_KX_ECDHE_PSK;
}

/* The @index-th suite that @priority allows: its number, or -1 at the end. */
static int
priority_get_suite (gnutls_priority_t priority,
                    guint             *index)
{
  unsigned char id[2];
  unsigned int at;
  int ret;

  while ((ret = gnutls_priority_get_cipher_suite_index (priority, (*index)++, &at))
         != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
    if (ret == 0 && gnutls_cipher_suite_info (at, id, NULL, NULL, NULL, NULL) != NULL)
      return id[0] << 8 | id[1];
  return -1;
}

/* Whether sessions of this program can work with it: DTLS 1.2, pre-shared keys, nothing else. */
static gboolean
check_priority (gnutls_priority_t   priority,
                GError            **error)
{
  const unsigned int *list;
  guint index = 0;
  int i, n;

  n = gnutls_priority_protocol_list (priority, &list);
  if (n != 1 || list[0] != GNUTLS_DTLS1_2)
    {
      g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                           _("The priority string must allow DTLS 1.2 and no other version: "
                             "put :-VERS-ALL:+VERS-DTLS1.2 into it."));
      return FALSE;
    }
  n = gnutls_priority_kx_list (priority, &list);
  for (i = 0; i < n; i++)
    if (!kx_is_psk (list[i]))
      {
        g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                     /* Translators: name of a key exchange, e.g. "ECDHE-RSA" */
                     _("The priority string allows the key exchange %s, which needs more than a "
                       "pre-shared key: put :-KX-ALL before :+ECDHE-PSK:+DHE-PSK:+PSK."),
                     gnutls_kx_get_name (list[i]));
        return FALSE;
      }
  return priority_get_suite (priority, &index) >= 0 || fail_no_suite (error);
}

/**
 * dtls_profile_new:
 * @name_or_priority: (nullable): "compatible" (NULL means it), "forward-secret", "constrained" or
 *   a GnuTLS priority string, which must end in DTLS 1.2 with pre-shared keys alone
 *
 * Returns: (transfer full): NULL with %DTLS_ERROR_INVALID, a sentence that names the word where
 * the string fails. Thread: any. Source: DTLS-NOTES P6, T39, section 6.
 */
DtlsProfile *
dtls_profile_new (const char  *name_or_priority,
                  GError     **error)
{
  gnutls_priority_t priority = NULL;
  const char *name, *string, *at = NULL;
  DtlsProfile *self;
  int ret;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  name = name_or_priority != NULL ? name_or_priority : named[0].name;
  string = name_to_priority (name);
  ret = gnutls_priority_init (&priority, string, &at);
  if (ret == GNUTLS_E_INVALID_REQUEST)
    {
      fail_syntax (error, string, at);
      return NULL;
    }
  if (ret == GNUTLS_E_NO_PRIORITIES_WERE_SET)
    {
      fail_no_suite (error);
      return NULL;
    }
  if (ret < 0)
    {
      dtls_error_set_gnutls (error, ret, _("Could not use the cipher profile"));
      return NULL;
    }
  if (!check_priority (priority, error))
    {
      gnutls_priority_deinit (priority);
      return NULL;
    }

  self = g_new0 (DtlsProfile, 1);
  self->ref_count = 1;
  self->name = g_strdup (name);
  self->priority = priority;
  return self;
}

/**
 * dtls_profile_ref:
 *
 * Thread: any.
 */
DtlsProfile *
dtls_profile_ref (DtlsProfile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_int_inc (&self->ref_count);
  return self;
}

/**
 * dtls_profile_unref:
 *
 * Thread: any; not before the last session with its priority has ended.
 */
void
dtls_profile_unref (DtlsProfile *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  gnutls_priority_deinit (self->priority);
  g_free (self->name);
  g_free (self);
}

/**
 * dtls_profile_get_name:
 *
 * Returns: (transfer none): what dtls_profile_new() was given. Thread: any.
 */
const char *
dtls_profile_get_name (DtlsProfile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * dtls_profile_get_priority:
 *
 * Returns: (transfer none): for gnutls_priority_set(), by any number of sessions. Thread: any.
 */
gnutls_priority_t
dtls_profile_get_priority (DtlsProfile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->priority;
}

/**
 * dtls_profile_list_suites:
 *
 * The suites it allows, best first, as OpenSSL spells them: "A, B, C". Returns: (transfer full).
 * Thread: any.
 */
char *
dtls_profile_list_suites (DtlsProfile *self)
{
  GString *list = g_string_new (NULL);
  guint index = 0;
  int suite;

  g_return_val_if_fail (self != NULL, NULL);

  while ((suite = priority_get_suite (self->priority, &index)) >= 0)
    {
      const char *iana = dtls_suite_get_iana_name ((guint16) suite);

      if (list->len > 0)
        g_string_append (list, ", ");
      if (iana != NULL)
        g_string_append (list, dtls_suite_get_openssl_name (iana));
      else
        g_string_append_printf (list, "0x%04x", (guint) suite);
    }
  return g_string_free (list, FALSE);
}
