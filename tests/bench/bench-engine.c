/* SPDX-License-Identifier: MIT */
/*
 * The product's engine with all events on and a reader on another thread that counts and frees
 * them: no window, no printing.
 *   bench-engine PORT HEXKEY [--quiet]
 */
#include "config.h"

#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dtls-engine.h"

static guint64 n_events, n_bytes;

static void
events_cb (const DtlsEventRange *ranges, guint n_ranges, const guint64 counts[DTLS_N_COUNTS],
           gpointer user_data)
{
  for (guint i = 0; i < n_ranges; i++)
    {
      const DtlsEvent *event = NULL;
      guint32 at;

      while ((event = dtls_event_range_next (&ranges[i], event, &at)) != NULL)
        {
          n_events++;
          n_bytes += event->n_text;
        }
    }
}

static void
listen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  DtlsAddress bound;

  if (!dtls_engine_listen_finish (DTLS_ENGINE (source), result, &bound, &error))
    {
      fprintf (stderr, "bench-engine: %s\n", error->message);
      exit (2);
    }
  printf ("port %u\n", bound.port);
  fflush (stdout);
}

static gboolean
end_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (DtlsEngine) engine = dtls_engine_new (NULL, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsKey) key = argc > 2 ? dtls_key_parse (argv[2], DTLS_KEY_FORMAT_HEX, &error) : NULL;
  g_autoptr (DtlsCredentials) credentials = NULL;
  g_autoptr (GSource) source = NULL;
  DtlsListenOptions options = { .limits = DTLS_LIMITS_DEFAULT };

  if (key == NULL)
    {
      fprintf (stderr, "usage: bench-engine PORT HEXKEY [--quiet]\n");
      return 2;
    }
  credentials = dtls_credentials_new_shared (key);
  options.credentials = credentials;
  dtls_address_parse_ip (&options.local, "127.0.0.1", atoi (argv[1]));
  if (argc > 3 && strcmp (argv[3], "--quiet") == 0)
    dtls_engine_set_interest (engine, 0);
  source = dtls_event_queue_create_source (dtls_engine_get_queue (engine), events_cb, NULL, NULL);
  g_source_attach (source, NULL);
  dtls_engine_start (engine);
  dtls_engine_listen_async (engine, &options, NULL, listen_cb, NULL);
  g_unix_signal_add (SIGTERM, end_cb, loop);
  g_unix_signal_add (SIGINT, end_cb, loop);
  g_main_loop_run (loop);
  g_source_destroy (source);
  fprintf (stderr, "%" G_GUINT64_FORMAT " events, %" G_GUINT64_FORMAT " bytes of text\n", n_events,
           n_bytes);
  return 0;
}
