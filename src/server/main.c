/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <stdio.h>

#include "report-headless.h"
#include "report-options.h"
#include "server-application.h"
#include "server-headless.h"
#include "server-options.h"

static int
refuse (const GError *error)
{
  report_option_print_error (error->message);
  return REPORT_EXIT_REFUSED;
}

static int
run_application (int    argc,
                 char **argv)
{
  g_autoptr(ServerApplication) application = server_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}

/* Decides before any call of GTK: without a window none of it may be started. */
int
main (int    argc,
      char **argv)
{
  g_autoptr(ServerOptions) options = NULL;
  g_autoptr(GError) error = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);         /* plurals name no domain themselves */
  g_set_prgname ("dtls-server");

  if (g_strv_contains ((const char *const *) argv, "--gapplication-service"))
    return run_application (argc, argv);
  options = server_options_new (argv, NULL, &error);
  if (options == NULL)
    return refuse (error);
  if (options->answer != NULL)
    return fputs (options->answer, stdout) < 0 ? REPORT_EXIT_FAILED : REPORT_EXIT_OK;
  if (!options->headless)
    return run_application (argc, argv);
  if (!server_options_load_keys (options, NULL, &error))
    return refuse (error);
  return server_headless_run (options);
}
