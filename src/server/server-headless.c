/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-headless.h"

#include <glib/gi18n-lib.h>

#include "report-headless.h"

typedef struct
{
  ServerOptions  *options;
  ReportHeadless *headless;
} ServerRun;

/* A refused address is told on standard error, by listen_cb(). */
static gboolean
event_cb (const DtlsEvent *event,
          gpointer         user_data)
{
  return event->code != DTLS_CODE_LISTEN_FAILED;
}

static void
listen_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  ServerRun *run = user_data;
  g_autoptr(GError) error = NULL;
  DtlsAddress bound;

  if (!dtls_engine_listen_finish (DTLS_ENGINE (source), result, &bound, &error))
    report_headless_refuse (run->headless, REPORT_EXIT_REFUSED, error->message);
}

/* SIGHUP: all of the new key file or none of it. */
static void
reload_cb (gpointer user_data)
{
  ServerRun *run = user_data;
  ServerOptions *options = run->options;
  ReportOutput *output = report_headless_get_output (run->headless);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  if (options->key_file == NULL || g_str_equal (options->key_file, "-"))
    {
      report_output_row (output, REPORT_INFO, _("There is no key file to read again"));
      return;
    }
  if (!server_options_load_keys (options, NULL, &error))
    {
      /* Translators: %s is a sentence that says what is wrong with the key file */
      text = g_strdup_printf (_("%s The keys in use stay."), error->message);
      report_output_row (output, REPORT_ERROR, text);
      return;
    }
  dtls_engine_set_credentials (report_headless_get_engine (run->headless), options->credentials);
  /* Translators: %s is a file name */
  text = g_strdup_printf (_("Key file %s was read again"), options->key_file);
  report_output_row (output, REPORT_INFO, text);
}

/**
 * server_headless_run:
 * @options: with keys loaded; SIGHUP loads them again
 *
 * The server without a window: prints its events until a signal ends it.
 * Returns: the exit code (DESIGN 3). Thread: main.
 */
int
server_headless_run (ServerOptions *options)
{
  ServerRun run = { options, NULL };
  g_autoptr(ReportHeadless) headless = NULL;
  DtlsListenOptions listen;
  int status = REPORT_EXIT_OK;

  g_return_val_if_fail (options != NULL, REPORT_EXIT_REFUSED);

  headless = report_headless_new (options->json, options->quiet, 0, event_cb, reload_cb, &run);
  run.headless = headless;
  report_output_set_rate (report_headless_get_output (headless), options->limits.max_rows,
                          options->limits.max_rows_per_s);
  server_options_get_listen (options, &listen);
  dtls_engine_listen_async (report_headless_get_engine (headless), &listen, NULL, listen_cb, &run);
  report_headless_run (headless, &status);
  return status;
}
