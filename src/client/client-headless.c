/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-headless.h"

#include <glib/gi18n-lib.h>

#include "client-totals.h"
#include "report-headless.h"

#define CHECK_INTERVAL_MS 100
/* The engine gives up at the timeout and says why; this much later nobody waits for that. */
#define GRACE_US (G_USEC_PER_SEC / 2)

/* One connection. */
typedef struct
{
  char    *who;
  guint    n_sent;              /* messages so far; the last one may be unanswered */
  gint64   deadline_us;         /* for the handshake or the answer; 0: none */
  gboolean was_encrypted;
  gboolean is_done;             /* all messages answered */
  gboolean is_over;             /* done, or nothing more can come */
  guint32  pings_sent, pings_answered, pings_lost;      /* as last told */
} Peer;

typedef struct
{
  const ClientOptions *options;
  ReportHeadless      *headless;
  GHashTable          *peers;   /* association (guint64) -> Peer */
  gint64               start_us;
  guint                n_over, n_done, n_encrypted;
  ClientTotals         totals;
} ClientRun;

static void
peer_free (gpointer data)
{
  Peer *peer = data;

  g_free (peer->who);
  g_free (peer);
}

static gint64
get_deadline (ClientRun *run,
              gint64     from_us)
{
  return from_us + (gint64) run->options->timeout_ms * 1000;
}

static gboolean
has_messages (ClientRun *run)
{
  return run->options->messages->len > 0;
}

static Peer *
get_peer (ClientRun       *run,
          const DtlsEvent *event)
{
  Peer *peer = g_hash_table_lookup (run->peers, &event->association);
  GString *who;

  if (peer != NULL)
    return peer;
  peer = g_new0 (Peer, 1);
  who = g_string_new (NULL);
  report_event_append_who (event, who);
  peer->who = g_string_free (who, FALSE);
  if (has_messages (run))
    peer->deadline_us = get_deadline (run, run->start_us) + GRACE_US;
  g_hash_table_insert (run->peers, g_memdup2 (&event->association, sizeof event->association),
                       peer);
  return peer;
}

/* Nothing more is waited for from this one; the last of them ends the program. */
static void
end_peer (ClientRun *run,
          Peer      *peer)
{
  if (peer->is_over)
    return;
  peer->is_over = TRUE;
  peer->deadline_us = 0;
  run->n_over++;
  if (run->n_over >= run->options->count)
    report_headless_end (run->headless);
}

static void
send_next (ClientRun       *run,
           Peer            *peer,
           const DtlsEvent *event)
{
  GPtrArray *messages = run->options->messages;

  if (peer->n_sent == messages->len)
    {
      peer->is_done = TRUE;
      run->n_done++;
      end_peer (run, peer);
      return;
    }
  peer->deadline_us = get_deadline (run, g_get_monotonic_time ());
  dtls_engine_send (report_headless_get_engine (run->headless), event->association,
                    g_ptr_array_index (messages, peer->n_sent));
  peer->n_sent++;
}

static void
watch_established (ClientRun       *run,
                   Peer            *peer,
                   const DtlsEvent *event)
{
  if (!peer->was_encrypted)
    run->n_encrypted++;
  peer->was_encrypted = TRUE;
  if (!has_messages (run) || peer->is_over)
    return;
  if (peer->n_sent > 0)
    peer->n_sent--;             /* connected again before the answer came */
  send_next (run, peer, event);
}

/* Running totals of one connection: a new answer brings a new round-trip time. */
static void
count_pings (ClientRun       *run,
             Peer            *peer,
             const DtlsEvent *event)
{
  const DtlsCounters *now = &event->totals;

  if (now->pings_sent < peer->pings_sent)       /* connected again: counted from 0 */
    peer->pings_sent = peer->pings_answered = peer->pings_lost = 0;
  if (now->pings_answered > peer->pings_answered)
    client_totals_add_rtt (&run->totals, now->rtt_last_us);
  run->totals.n_sent += now->pings_sent - peer->pings_sent;
  run->totals.n_answered += now->pings_answered - peer->pings_answered;
  run->totals.n_lost += now->pings_lost - peer->pings_lost;
  peer->pings_sent = now->pings_sent;
  peer->pings_answered = now->pings_answered;
  peer->pings_lost = now->pings_lost;
}

/* What many connections came to. */
static void
last_cb (gpointer user_data)
{
  ClientRun *run = user_data;
  ReportOutput *output = report_headless_get_output (run->headless);
  g_autoptr(GString) text = g_string_new (NULL);

  run->totals.n_asked = run->options->count;
  run->totals.n_encrypted = run->n_encrypted;
  client_totals_append_text (&run->totals, text);
  report_output_row (output, REPORT_INFO, text->str);
  g_string_truncate (text, 0);
  if (client_totals_append_rtts (&run->totals, text))
    report_output_row (output, REPORT_INFO, text->str);
}

/* Follows the connections. FALSE: the event goes to standard error instead. */
static gboolean
event_cb (const DtlsEvent *event,
          gpointer         user_data)
{
  ClientRun *run = user_data;
  g_autoptr(GString) text = NULL;
  Peer *peer;

  if (event->code == DTLS_CODE_LOOKUP_FAILED)
    {
      text = g_string_new (NULL);
      report_event_append_sentence (event, text);
      report_headless_refuse (run->headless, REPORT_EXIT_REFUSED, text->str);
      return FALSE;
    }
  if (event->association == 0)
    return TRUE;

  peer = get_peer (run, event);
  count_pings (run, peer, event);
  if (event->kind == DTLS_EVENT_MESSAGE)
    {
      if (has_messages (run) && !peer->is_over && peer->n_sent > 0)
        send_next (run, peer, event);
      return TRUE;
    }
  switch ((DtlsCode) event->code)
    {
    case DTLS_CODE_ESTABLISHED:
      watch_established (run, peer, event);
      break;
    case DTLS_CODE_SNAPSHOT:    /* some events were lost */
      if (event->number[0] == 1 && !peer->was_encrypted)
        watch_established (run, peer, event);
      break;
    case DTLS_CODE_SEND_FAILED:
      if (has_messages (run))
        end_peer (run, peer);
      break;
    case DTLS_CODE_GAVE_UP:
    case DTLS_CODE_FAILED:
    case DTLS_CODE_CLOSED:
      if (!run->options->reconnect)
        end_peer (run, peer);
      break;
    default:
      break;
    }
  return TRUE;
}

static void
tell_late (ClientRun *run,
           Peer      *peer)
{
  g_autofree char *text = NULL;
  double seconds = run->options->timeout_ms / 1000.0;

  if (peer->was_encrypted)
    /* Translators: the connection's name, a number that counts messages, seconds */
    text = g_strdup_printf (_("%s: no answer to message %u within %g s"), peer->who, peer->n_sent,
                            seconds);
  else
    /* Translators: the connection's name, seconds */
    text = g_strdup_printf (_("%s: not connected within %g s"), peer->who, seconds);
  report_output_row (report_headless_get_output (run->headless), REPORT_ERROR, text);
}

/* Only while there are messages to send: who is late, ends. */
static gboolean
check_cb (gpointer user_data)
{
  ClientRun *run = user_data;
  gint64 now_us = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer peer;

  g_hash_table_iter_init (&iter, run->peers);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    if (((Peer *) peer)->deadline_us != 0 && now_us >= ((Peer *) peer)->deadline_us)
      {
        tell_late (run, peer);
        end_peer (run, peer);
      }
  /* those that never said a word, for example while a name is looked up */
  if (g_hash_table_size (run->peers) < run->options->count &&
      now_us > get_deadline (run, run->start_us) + GRACE_US)
    report_headless_refuse (run->headless, REPORT_EXIT_FAILED,
                            _("The connection could not be started in time."));
  report_output_flush (report_headless_get_output (run->headless));
  return G_SOURCE_CONTINUE;
}

static void
connect_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  ClientRun *run = user_data;
  g_autoptr(GError) error = NULL;

  if (!dtls_engine_connect_finish (DTLS_ENGINE (source), result, &error))
    report_headless_refuse (run->headless, REPORT_EXIT_REFUSED, error->message);
}

static void
start_all (ClientRun *run)
{
  const ClientOptions *options = run->options;
  guint n_calls = client_options_get_n_calls (options);

  dtls_engine_set_limits (report_headless_get_engine (run->headless), &options->limits);
  for (guint i = 0; i < n_calls; i++)
    {
      DtlsConnectOptions connect;
      guint count;

      client_options_get_connect (options, i, &connect, &count);
      if (has_messages (run))   /* so that the engine says at the timeout why it failed */
        connect.give_up_s = MIN (connect.give_up_s > 0 ? connect.give_up_s : G_MAXUINT,
                                 (options->timeout_ms + 999) / 1000);
      dtls_engine_connect_async (report_headless_get_engine (run->headless), &connect, count, NULL,
                                 connect_cb, run);
      client_options_clear_connect (&connect);
    }
}

/**
 * client_headless_run:
 * @options: with keys loaded
 *
 * The client without a window: sends its messages and ends, or pings until a signal ends it.
 * Returns: the exit code (DESIGN 3). Thread: main.
 */
int
client_headless_run (const ClientOptions *options)
{
  ClientRun run = { .options = options };
  g_autoptr(ReportHeadless) headless = NULL;
  guint check_id = 0;
  int status;

  g_return_val_if_fail (options != NULL, REPORT_EXIT_REFUSED);

  run.start_us = g_get_monotonic_time ();
  run.peers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, peer_free);
  headless = report_headless_new (options->json, options->quiet,
                                  options->messages->len > 0 ? DTLS_EVENT_MESSAGE : 0, event_cb,
                                  NULL, &run);
  run.headless = headless;
  if (options->count > 1 && options->ping_interval_ms > 0)
    report_headless_set_last (headless, last_cb);
  start_all (&run);
  if (has_messages (&run))
    check_id = g_timeout_add (CHECK_INTERVAL_MS, check_cb, &run);
  if (report_headless_run (headless, &status))
    status = run.n_encrypted >= options->count &&
             (!has_messages (&run) || run.n_done >= options->count) ? REPORT_EXIT_OK
                                                                    : REPORT_EXIT_FAILED;
  g_clear_handle_id (&check_id, g_source_remove);
  g_hash_table_unref (run.peers);
  return status;
}
