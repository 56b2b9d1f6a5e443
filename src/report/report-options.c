/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-options.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dtls-error.h"
#include "report-text.h"

/* A key file that comes through a stream is read up to this size. */
#define MAX_STREAM_BYTES (1024 * 1024)

static char *
make_version (void)
{
  return g_strdup_printf ("%s %s\n", g_get_prgname (), PACKAGE_VERSION);
}

/**
 * report_options_parse:
 * @entries: the program's options; their variables are filled
 * @summary: one translated line for --help
 * @user_data: for callbacks among @entries
 * @argv: the arguments, the program's name first
 * @answer: (out) (transfer full): what --help or --version prints, else %NULL
 *
 * Takes apart the command line without ending the process, so that it can be used for another
 * process's arguments too. Thread: any. Errors: %DTLS_ERROR_INVALID.
 */
gboolean
report_options_parse (GOptionEntry  *entries,
                      const char    *summary,
                      gpointer       user_data,
                      char         **argv,
                      char         **answer,
                      GError       **error)
{
  gboolean wants_help = FALSE, wants_version = FALSE;
  const GOptionEntry common[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &wants_help, N_("Show this help"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &wants_version, N_("Show the version"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_auto(GStrv) arguments = g_strdupv (argv);
  g_autoptr(GError) cause = NULL;
  GOptionGroup *group = g_option_group_new ("main", "", "", user_data, NULL);

  *answer = NULL;
  g_option_group_add_entries (group, entries);
  g_option_group_add_entries (group, common);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_context_set_main_group (context, group);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, summary);

  if (!g_option_context_parse_strv (context, &arguments, &cause))
    {
      if (cause->domain == DTLS_ERROR)
        g_propagate_error (error, g_steal_pointer (&cause));
      else
        g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID, _("%s (--help lists the options)"),
                     cause->message);
      return FALSE;
    }
  if (wants_help)
    *answer = g_option_context_get_help (context, TRUE, NULL);
  else if (wants_version)
    *answer = make_version ();
  else if (arguments[0] != NULL && arguments[1] != NULL)
    {
      /* Translators: %s is what was typed on the command line */
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                   _("Unexpected argument \"%s\" (--help lists the options)"), arguments[1]);
      return FALSE;
    }
  return TRUE;
}

/**
 * report_option_fail:
 * @option: with its hyphens
 * @value: what was given
 * @why: a translated sentence
 *
 * Sets a sentence that names option, value and cause (%DTLS_ERROR_INVALID). Returns: %FALSE.
 * Thread: any.
 */
gboolean
report_option_fail (GError     **error,
                    const char  *option,
                    const char  *value,
                    const char  *why)
{
  /* Translators: an option such as --mtu, its value, a sentence that says what is wrong */
  g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID, _("%s \"%s\": %s"), option, value, why);
  return FALSE;
}

/**
 * report_option_integer:
 * @value: (nullable): as typed; %NULL leaves @number alone
 * @number: (out): changed only when @value is good
 *
 * Reads a whole number from @minimum to @maximum. Thread: any.
 */
gboolean
report_option_integer (const char  *option,
                       const char  *value,
                       guint        minimum,
                       guint        maximum,
                       guint       *number,
                       GError     **error)
{
  g_autofree char *why = NULL;
  guint64 parsed;

  if (value == NULL)
    return TRUE;
  if (g_ascii_string_to_unsigned (value, 10, minimum, maximum, &parsed, NULL))
    {
      *number = (guint) parsed;
      return TRUE;
    }
  why = g_strdup_printf (_("it must be a whole number from %u to %u."), minimum, maximum);
  return report_option_fail (error, option, value, why);
}

/**
 * report_option_seconds:
 * @value: (nullable): as typed, in seconds, decimals allowed; %NULL leaves @ms alone
 * @ms: (out): changed only when @value is good
 *
 * Reads a duration from @minimum_ms to @maximum_ms; 0 is good too when @minimum_ms is 0.
 * Thread: any.
 */
gboolean
report_option_seconds (const char  *option,
                       const char  *value,
                       guint        minimum_ms,
                       guint        maximum_ms,
                       guint       *ms,
                       GError     **error)
{
  g_autofree char *why = NULL;
  double seconds;
  char *end;

  if (value == NULL)
    return TRUE;
  seconds = g_ascii_strtod (value, &end);
  if (end != value && *end == '\0' && isfinite (seconds) && seconds * 1000 >= minimum_ms &&
      seconds * 1000 <= maximum_ms && strspn (value, "0123456789.") == strlen (value))
    {
      *ms = (guint) (seconds * 1000 + 0.5);
      return TRUE;
    }
  /* Translators: both numbers are seconds */
  why = g_strdup_printf (_("it must be a number of seconds from %g to %g."), minimum_ms / 1000.0,
                         maximum_ms / 1000.0);
  return report_option_fail (error, option, value, why);
}

/* The limits without an option of their own. */
static const struct
{
  const char *name;
  gsize       offset;           /* of a guint in DtlsLimits */
  guint       minimum, maximum;
  gboolean    server_only;
} LIMITS[] = {
  { "identity-bytes", G_STRUCT_OFFSET (DtlsLimits, max_identity_bytes), 1,
    DTLS_MAX_IDENTITY_BYTES, TRUE },
  { "listed-rows", G_STRUCT_OFFSET (DtlsLimits, max_rows), 1, 1000000, TRUE },
  { "listed-rows-per-second", G_STRUCT_OFFSET (DtlsLimits, max_rows_per_s), 1, 1000000, TRUE },
  { "held-records", G_STRUCT_OFFSET (DtlsLimits, max_held), 1, 64, FALSE },
  { "queue-events", G_STRUCT_OFFSET (DtlsLimits, max_queue_events), 64, 100000000, FALSE },
  { "queue-bytes", G_STRUCT_OFFSET (DtlsLimits, max_queue_bytes), 1024 * 1024, 1024 * 1024 * 1024,
    FALSE }
};

static gboolean
fail_limit (const char  *value,
            DtlsRole     role,
            GError     **error)
{
  g_autoptr(GString) names = g_string_new (NULL);
  g_autofree char *why = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (LIMITS); i++)
    if (role == DTLS_ROLE_SERVER || !LIMITS[i].server_only)
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", LIMITS[i].name);
  /* Translators: %s is a list of words that are typed as they are */
  why = g_strdup_printf (_("it must be NAME=NUMBER with one of these names: %s."), names->str);
  return report_option_fail (error, "--limit", value, why);
}

/**
 * report_option_limit:
 * @value: as typed: NAME=NUMBER
 * @role: some limits are a server's only
 * @limits: (inout): the one that @value names is changed when @value is good
 *
 * Takes one --limit. Errors: %DTLS_ERROR_INVALID; a wrong name is answered with the right ones.
 * Thread: any. Source: B3, DESIGN 7.
 */
gboolean
report_option_limit (const char  *value,
                     DtlsRole     role,
                     DtlsLimits  *limits,
                     GError     **error)
{
  g_auto(GStrv) parts = g_strsplit (value, "=", 2);
  g_autofree char *option = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (LIMITS) && g_strv_length (parts) == 2; i++)
    {
      if (!g_str_equal (parts[0], LIMITS[i].name)
          || (LIMITS[i].server_only && role != DTLS_ROLE_SERVER))
        continue;
      option = g_strdup_printf ("--limit %s", parts[0]);
      return report_option_integer (option, parts[1], LIMITS[i].minimum, LIMITS[i].maximum,
                                    G_STRUCT_MEMBER_P (limits, LIMITS[i].offset), error);
    }
  return fail_limit (value, role, error);
}

/**
 * report_option_mtu:
 * @value: (nullable): a number or "auto"; %NULL leaves @mtu alone
 * @mtu: (out): 0 for automatic
 *
 * Thread: any.
 */
gboolean
report_option_mtu (const char  *value,
                   guint       *mtu,
                   GError     **error)
{
  if (value != NULL && (g_str_equal (value, "auto") || g_str_equal (value, "0")))
    {
      *mtu = 0;
      return TRUE;
    }
  return report_option_integer ("--mtu", value, DTLS_MTU_MIN, DTLS_MTU_MAX, mtu, error);
}

/**
 * report_option_profile:
 * @value: (nullable): a profile's name or a priority string; %NULL leaves @profile alone
 * @profile: (out) (transfer full): changed only when @value is good
 *
 * Thread: any.
 */
gboolean
report_option_profile (const char   *value,
                       DtlsProfile **profile,
                       GError      **error)
{
  g_autoptr(GError) cause = NULL;

  if (value == NULL)
    return TRUE;
  *profile = dtls_profile_new (value, &cause);
  return *profile != NULL || report_option_fail (error, "--profile", value, cause->message);
}

/**
 * report_option_needs_headless:
 *
 * Sets a sentence when an option is given that means nothing to a window. Thread: any.
 */
gboolean
report_option_needs_headless (const char  *option,
                              gboolean     is_given,
                              GError     **error)
{
  if (!is_given)
    return TRUE;
  /* Translators: %s is an option such as --json */
  g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID, _("%s needs --headless."), option);
  return FALSE;
}

/**
 * report_option_key_file:
 * @directory: what a relative path starts from
 * @path: (out) (transfer full): the file in use, %NULL for none; "-" is standard input
 * @is_shared: (out): whether its key is for every identity
 *
 * Settles which of the two key options holds. Thread: any.
 */
gboolean
report_option_key_file (const char  *key_file,
                        const char  *shared_key_file,
                        const char  *directory,
                        char       **path,
                        gboolean    *is_shared,
                        GError     **error)
{
  const char *given = key_file != NULL ? key_file : shared_key_file;

  *path = NULL;
  *is_shared = shared_key_file != NULL;
  if (key_file != NULL && shared_key_file != NULL)
    {
      g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                           _("--key-file and --shared-key-file exclude each other: give one."));
      return FALSE;
    }
  if (given == NULL)
    return TRUE;
  if (*given == '\0')
    return report_option_fail (error, *is_shared ? "--shared-key-file" : "--key-file", given,
                               _("the name of the file is missing."));
  if (g_str_equal (given, "-") || directory == NULL)
    *path = g_strdup (given);
  else
    *path = g_canonicalize_filename (given, directory);
  return TRUE;
}

/* Takes all of @input; the caller wipes it. */
static GByteArray *
read_all (GInputStream  *input,
          GError       **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_sized_new (MAX_STREAM_BYTES);  /* never moves: wiped */
  gssize n;

  g_byte_array_set_size (bytes, MAX_STREAM_BYTES);
  bytes->len = 0;
  do
    {
      n = g_input_stream_read (input, bytes->data + bytes->len, MAX_STREAM_BYTES - bytes->len,
                               NULL, error);
      bytes->len += (guint) MAX (n, 0);
    }
  while (n > 0 && bytes->len < MAX_STREAM_BYTES);
  if (n >= 0 && bytes->len < MAX_STREAM_BYTES)
    return g_steal_pointer (&bytes);

  dtls_key_wipe (bytes->data, bytes->len);
  if (n >= 0)
    g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                         _("Standard input is too large for a key file."));
  return NULL;
}

static DtlsCredentials *
parse_shared (GByteArray  *bytes,
              GError     **error)
{
  g_autoptr(DtlsKey) key = NULL;
  guint8 end = 0;

  if (memchr (bytes->data, 0, bytes->len) == NULL)
    {
      g_byte_array_append (bytes, &end, 1);
      g_strstrip ((char *) bytes->data);
      key = dtls_key_parse ((const char *) bytes->data, DTLS_KEY_FORMAT_HEX, error);
    }
  else
    g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID, _("There is a NUL byte in it."));
  if (key == NULL)
    {
      g_prefix_error (error, "%s: ", _("standard input"));
      return NULL;
    }
  return dtls_credentials_new_shared (key);
}

/**
 * report_option_load_keys:
 * @path: (nullable): as report_option_key_file() settled it; %NULL: the demonstration key
 * @input: (nullable): what "-" reads; %NULL: this process's standard input
 *
 * Returns: (transfer full): the keys. Blocks while a stream is read. Thread: any.
 */
DtlsCredentials *
report_option_load_keys (const char    *path,
                         gboolean       is_shared,
                         GInputStream  *input,
                         GError       **error)
{
  DtlsCredentials *credentials;
  g_autoptr(GByteArray) bytes = NULL;

  if (path == NULL)
    {
      g_autoptr(DtlsKey) key = dtls_key_new_demo ();

      return dtls_credentials_new_shared (key);
    }
  if (!g_str_equal (path, "-") || input == NULL)
    return is_shared ? dtls_credentials_load_shared (path, error)
                     : dtls_credentials_load (path, error);

  bytes = read_all (input, error);
  if (bytes == NULL)
    return NULL;
  if (is_shared)
    credentials = parse_shared (bytes, error);
  else
    credentials = dtls_credentials_parse ((const char *) bytes->data, bytes->len,
                                          _("standard input"), error);
  dtls_key_wipe (bytes->data, bytes->len);
  return credentials;
}

/**
 * report_option_print_error:
 * @message: a sentence, possibly with what the user typed in it
 *
 * Writes one line to standard error: the program's name and @message, escaped. Thread: any.
 */
void
report_option_print_error (const char *message)
{
  g_autoptr(GString) line = g_string_new (g_get_prgname ());

  g_string_append (line, ": ");
  report_text_append_escaped (line, (const guint8 *) message, strlen (message), REPORT_TEXT_BLOCK,
                              0);
  g_string_append_c (line, '\n');
  fputs (line->str, stderr);
}
