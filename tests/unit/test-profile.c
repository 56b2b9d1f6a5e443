/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "dtls-error.h"
#include "dtls-profile.h"

#define DTLS_ONLY "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL"

static DtlsProfile *
profile_new (const char *name)
{
  g_autoptr(GError) error = NULL;
  DtlsProfile *self = dtls_profile_new (name, &error);

  g_assert_no_error (error);
  g_assert_nonnull (self);
  return self;
}

static char **
list_suites (const char *name)
{
  g_autoptr(DtlsProfile) self = profile_new (name);
  g_autofree char *list = dtls_profile_list_suites (self);

  return g_strsplit (list, ", ", -1);
}

/* The key exchange of a suite as OpenSSL spells it: 0 to 2, in the order that is wanted. */
static int
suite_rank (const char *suite)
{
  return g_str_has_prefix (suite, "ECDHE-PSK-") ? 0
         : g_str_has_prefix (suite, "DHE-PSK-") ? 1
         : g_str_has_prefix (suite, "PSK-") ? 2 : 99;
}

static int
find (char       **suites,
      const char  *suite)
{
  int i;

  for (i = 0; suites[i] != NULL; i++)
    if (g_str_equal (suites[i], suite))
      return i;
  g_error ("%s is not in the list", suite);
}

static void
test_profile_compatible (void)
{
  static const char *const wanted[] = {
    "ECDHE-PSK-CHACHA20-POLY1305", "ECDHE-PSK-AES128-CBC-SHA256", "ECDHE-PSK-AES256-CBC-SHA384",
    "DHE-PSK-AES128-GCM-SHA256", "DHE-PSK-AES256-CCM", "DHE-PSK-AES128-CCM8",
    "PSK-AES128-GCM-SHA256", "PSK-AES256-GCM-SHA384", "PSK-CHACHA20-POLY1305", "PSK-AES128-CCM",
    "PSK-AES128-CBC-SHA", "PSK-AES128-CBC-SHA256", "PSK-AES128-CCM8"
  };
  g_auto(GStrv) suites = list_suites ("compatible");
  g_auto(GStrv) suites_of_null = list_suites (NULL);
  int n = (int) g_strv_length (suites), i;

  g_assert_true (g_strv_equal ((const char *const *) suites, (const char *const *) suites_of_null));
  for (i = 0; i < (int) G_N_ELEMENTS (wanted); i++)
    find (suites, wanted[i]);
  for (i = 1; i < n; i++)
    {
      g_assert_cmpint (suite_rank (suites[i]), >=, suite_rank (suites[i - 1]));
      g_assert_cmpint (suite_rank (suites[i]), <=, 2);
    }
  g_assert_cmpstr (suites[0], ==, "ECDHE-PSK-CHACHA20-POLY1305");
  g_assert_cmpstr (suites[n - 1], ==, "PSK-AES128-CCM8");
  g_assert_cmpstr (suites[n - 2], ==, "PSK-AES128-CBC-SHA256");
  /* within a key exchange, authenticated encryption comes first */
  g_assert_cmpint (find (suites, "PSK-AES256-GCM-SHA384"), <, find (suites, "PSK-AES256-CBC-SHA"));
  g_assert_cmpint (find (suites, "PSK-AES128-GCM-SHA256"), <, find (suites, "PSK-AES128-CBC-SHA"));
}

static void
test_profile_forward_secret (void)
{
  g_auto(GStrv) suites = list_suites ("forward-secret");
  int i;

  find (suites, "ECDHE-PSK-CHACHA20-POLY1305");
  find (suites, "DHE-PSK-AES128-GCM-SHA256");
  for (i = 0; suites[i] != NULL; i++)
    g_assert_cmpint (suite_rank (suites[i]), <, 2);
}

static void
test_profile_constrained (void)
{
  g_autoptr(DtlsProfile) self = profile_new ("constrained");
  g_autofree char *list = dtls_profile_list_suites (self);

  g_assert_cmpstr (list, ==, "PSK-AES128-CCM8");
  g_assert_cmpstr (dtls_profile_get_name (self), ==, "constrained");
}

/* No DTLS 1.0 (RFC 8996), no TLS 1.3 that would use the key once more (RFC 9257). */
static void
test_profile_versions (void)
{
  static const char *const names[] = { "compatible", "forward-secret", "constrained" };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(DtlsProfile) self = profile_new (names[i]);
      const unsigned int *list;

      g_assert_cmpint (gnutls_priority_protocol_list (dtls_profile_get_priority (self), &list),
                       ==, 1);
      g_assert_cmpuint (list[0], ==, GNUTLS_DTLS1_2);
    }
}

static void
test_profile_custom (void)
{
  static const char priority[] = "SECURE256:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK";
  g_autoptr(DtlsProfile) self = profile_new (priority);
  g_autofree char *list = dtls_profile_list_suites (self);

  g_assert_cmpstr (dtls_profile_get_name (self), ==, priority);
  g_assert_cmpstr (list, ==, "PSK-AES256-GCM-SHA384, PSK-CHACHA20-POLY1305, PSK-AES256-CCM");
}

static void
test_profile_refused (void)
{
  static const struct { const char *priority; const char *part; } cases[] = {
    { "compatibel", "\"compatibel\"" },
    { "", "constrained" },
    { DTLS_ONLY ":+PSK:+AES-128-CMC:+SHA256", "\"+AES-128-CMC\"" },
    { "FOO:+PSK", "\"FOO\"" },
    { DTLS_ONLY ":+PSK:%WHAT", "\"%WHAT\"" },
    { "NORMAL", "-VERS-ALL:+VERS-DTLS1.2" },
    { "NORMAL:-KX-ALL:+PSK", "-VERS-ALL:+VERS-DTLS1.2" },
    { "NORMAL:-VERS-ALL:+VERS-DTLS1.0:+VERS-DTLS1.2:-KX-ALL:+PSK", "DTLS 1.2" },
    { "NORMAL:-VERS-ALL:-KX-ALL:+PSK", "DTLS 1.2" },
    { "NORMAL:-VERS-ALL:+VERS-DTLS1.2", "-KX-ALL" },
    { "NORMAL:-VERS-ALL:+VERS-DTLS1.2:+PSK", "-KX-ALL" },
    { DTLS_ONLY ":+PSK:+ECDHE-RSA", "ECDHE-RSA" },
    { DTLS_ONLY ":+PSK:+RSA-PSK", "RSA-PSK" },
    { DTLS_ONLY ":+PSK:+ANON-DH", "ANON-DH" },
    { DTLS_ONLY, "no cipher suite" },
    { DTLS_ONLY ":+PSK:-CIPHER-ALL", "no cipher suite" },
    { "NONE", "no cipher suite" }
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(DtlsProfile) self = dtls_profile_new (cases[i].priority, &error);

      g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
      g_assert_null (self);
      if (strstr (error->message, cases[i].part) == NULL)
        g_error ("\"%s\" gave: %s", cases[i].priority, error->message);
    }
}

/* Every suite that this GnuTLS can be brought to allow has a number, a name and a spelling. */
static void
test_suite_gnutls (void)
{
  gnutls_kx_algorithm_t kx;
  unsigned char id[2];
  guint n_psk = 0;
  gsize i;

  for (i = 0; gnutls_cipher_suite_info (i, id, &kx, NULL, NULL, NULL) != NULL; i++)
    {
      const char *iana = dtls_suite_get_iana_name ((guint16) (id[0] << 8 | id[1]));
      const char *openssl;

      if (strstr (gnutls_cipher_suite_info (i, id, NULL, NULL, NULL, NULL), "PSK") == NULL)
        continue;
      n_psk++;
      g_assert_nonnull (iana);
      g_assert_true (g_str_has_prefix (iana, "TLS_"));
      g_assert_nonnull (strstr (iana, "PSK"));
      openssl = dtls_suite_get_openssl_name (iana);
      g_assert_cmpstr (openssl, !=, iana);
      g_assert_nonnull (strstr (openssl, "PSK-"));
    }
  g_assert_cmpuint (n_psk, >=, 60);
}

static void
test_suite_names (void)
{
  static const struct { guint16 number; const char *iana, *openssl; } cases[] = {
    { 0xccac, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-PSK-CHACHA20-POLY1305" },
    { 0x00a8, "TLS_PSK_WITH_AES_128_GCM_SHA256", "PSK-AES128-GCM-SHA256" },
    { 0xc0a8, "TLS_PSK_WITH_AES_128_CCM_8", "PSK-AES128-CCM8" },
    { 0xc0aa, "TLS_PSK_DHE_WITH_AES_128_CCM_8", "DHE-PSK-AES128-CCM8" },
    { 0x008c, "TLS_PSK_WITH_AES_128_CBC_SHA", "PSK-AES128-CBC-SHA" },
    { 0xc037, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256", "ECDHE-PSK-AES128-CBC-SHA256" },
    { 0xd001, "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256", "ECDHE-PSK-AES128-GCM-SHA256" },
    { 0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256" },
    { 0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA" },
    { 0x1301, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256" },
    { 0x00ff, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "TLS_EMPTY_RENEGOTIATION_INFO_SCSV" }
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpstr (dtls_suite_get_iana_name (cases[i].number), ==, cases[i].iana);
      g_assert_cmpstr (dtls_suite_get_openssl_name (cases[i].iana), ==, cases[i].openssl);
    }
  g_assert_null (dtls_suite_get_iana_name (0x0000));
  g_assert_null (dtls_suite_get_iana_name (0x0a0a));
  g_assert_null (dtls_suite_get_iana_name (0xffff));
  g_assert_cmpstr (dtls_suite_get_openssl_name ("TLS_OF_TOMORROW"), ==, "TLS_OF_TOMORROW");
  g_assert_null (dtls_suite_get_openssl_name (NULL));
}

/* "0xC0,0xA8 - TLS_PSK_WITH_AES_128_CCM_8 - PSK-AES128-CCM8 TLSv1.2 ...", as OpenSSL itself says. */
static void
test_suite_openssl (void)
{
  static const char *const argv[] = {
    "openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", NULL
  };
  g_autofree char *program = g_find_program_in_path (argv[0]), *output = NULL;
  g_auto(GStrv) lines = NULL;
  g_autoptr(GError) error = NULL;
  guint n_psk = 0, i;

  if (program == NULL)
    {
      g_test_skip ("openssl is not installed");
      return;
    }
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               &output, NULL, NULL, &error));
  g_assert_no_error (error);
  lines = g_strsplit (g_strstrip (output), "\n", -1);
  for (i = 0; lines[i] != NULL; i++)
    {
      char iana[64], openssl[64];
      const char *known;
      guint high, low;

      g_assert_cmpint (sscanf (lines[i], " 0x%x,0x%x - %63s - %63s", &high, &low, iana, openssl),
                       ==, 4);
      known = dtls_suite_get_iana_name ((guint16) (high << 8 | low));
      if (strstr (iana, "PSK") != NULL)
        {
          g_assert_nonnull (known);
          n_psk++;
        }
      if (known == NULL)
        continue;
      g_assert_cmpstr (known, ==, iana);
      g_assert_cmpstr (dtls_suite_get_openssl_name (iana), ==, openssl);
    }
  g_assert_cmpuint (n_psk, >=, 40);
}

/* The table is searched by halves: each number must be found, so it must be sorted. */
static void
test_suite_sorted (void)
{
  g_autoptr(GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  guint number, n = 0;

  for (number = 0; number <= 0xffff; number++)
    {
      const char *iana = dtls_suite_get_iana_name ((guint16) number);

      if (iana == NULL)
        continue;
      g_assert_true (g_hash_table_add (names, (gpointer) iana));
      n++;
    }
  g_assert_cmpuint (n, ==, 180);        /* a suite more or less shows here */
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/profile/p6-compatible", test_profile_compatible);
  g_test_add_func ("/dtls/profile/p6-forward-secret", test_profile_forward_secret);
  g_test_add_func ("/dtls/profile/constrained", test_profile_constrained);
  g_test_add_func ("/dtls/profile/p7-dtls12-alone", test_profile_versions);
  g_test_add_func ("/dtls/profile/custom", test_profile_custom);
  g_test_add_func ("/dtls/profile/refused", test_profile_refused);
  g_test_add_func ("/dtls/suite/gnutls", test_suite_gnutls);
  g_test_add_func ("/dtls/suite/openssl", test_suite_openssl);
  g_test_add_func ("/dtls/suite/names", test_suite_names);
  g_test_add_func ("/dtls/suite/sorted", test_suite_sorted);
  return g_test_run ();
}
