/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-collapse.h"

#include <glib/gi18n-lib.h>

#include "report-sentence.h"

#define BURST 200
#define PER_SECOND 10

typedef struct
{
  gint64  credit_us;            /* of the events' own time */
  gint64  last_us;
  guint64 n_left_out;           /* since the last flush */
  gint32  number;               /* of the last one left out: which close it was */
} Bucket;

struct _ReportCollapse
{
  gint64 row_us, burst_us;      /* what one row costs, and what a bucket holds */
  Bucket buckets[DTLS_N_CODES];
};

/**
 * report_collapse_new:
 *
 * Returns: (transfer full): a filter for one reader. Thread: its owner's.
 */
ReportCollapse *
report_collapse_new (void)
{
  ReportCollapse *self = g_new0 (ReportCollapse, 1);

  report_collapse_set_rate (self, BURST, PER_SECOND);
  return self;
}

/**
 * report_collapse_set_rate:
 * @burst: rows of one kind that are shown at once
 * @per_second: how many more are shown each second
 *
 * Instead of 200 and 10, for a new filter. Thread: its owner's. Source: B2, B3.
 */
void
report_collapse_set_rate (ReportCollapse *self,
                          guint           burst,
                          guint           per_second)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (burst > 0 && per_second > 0);

  self->row_us = MAX (1, G_USEC_PER_SEC / per_second);
  self->burst_us = burst * self->row_us;
  for (guint i = 0; i < DTLS_N_CODES; i++)
    self->buckets[i].credit_us = self->burst_us;
}

/**
 * report_collapse_free:
 *
 * What was left out since the last flush is not told any more. Thread: its owner's.
 */
void
report_collapse_free (ReportCollapse *self)
{
  g_free (self);
}

/* Whether anybody who can send UDP can make the server say this as often as they like. */
static gboolean
is_strangers (const DtlsEvent *event)
{
  if (event->kind == DTLS_EVENT_MESSAGE || (event->flags & DTLS_EVENT_FLAG_CLIENT) != 0)
    return FALSE;
  switch ((DtlsCode) event->code)
    {
    case DTLS_CODE_NOT_VERIFIED:
    case DTLS_CODE_VERIFIED:
    case DTLS_CODE_PROGRESS:
    case DTLS_CODE_IDENTITY:
    case DTLS_CODE_RETRANSMIT:
    case DTLS_CODE_STARTED_OVER:
    case DTLS_CODE_FAILED:
    case DTLS_CODE_KEY_DIFFERS:
    case DTLS_CODE_UNKNOWN_IDENTITY:
    case DTLS_CODE_NO_COMMON_SUITE:
    case DTLS_CODE_VERSION:
      return TRUE;
    case DTLS_CODE_CLOSED:
      return event->number[0] == DTLS_CLOSE_HANDSHAKE_AGE ||
             event->number[0] == DTLS_CLOSE_EVICTED;
    default:
      return FALSE;
    }
}

/**
 * report_collapse_admit:
 *
 * Whether @event gets a row of its own. An event that does not is counted for
 * report_collapse_flush(). Source: B2. Thread: its owner's.
 */
gboolean
report_collapse_admit (ReportCollapse  *self,
                       const DtlsEvent *event)
{
  Bucket *bucket;

  g_return_val_if_fail (self != NULL, TRUE);
  g_return_val_if_fail (event != NULL, TRUE);

  if (!is_strangers (event))
    return TRUE;
  bucket = &self->buckets[event->code];
  if (event->time_us > bucket->last_us)
    {
      if (bucket->last_us > 0)
        bucket->credit_us = MIN (self->burst_us,
                                 bucket->credit_us + (event->time_us - bucket->last_us));
      bucket->last_us = event->time_us;
    }
  if (bucket->credit_us >= self->row_us)
    {
      bucket->credit_us -= self->row_us;
      return TRUE;
    }
  bucket->n_left_out++;
  bucket->number = event->number[0];
  return FALSE;
}

/* The sentence of a code about nobody: "(…): not verified yet" */
static void
append_example (GString      *text,
                guint         code,
                const Bucket *bucket)
{
  DtlsEvent event = { .size = sizeof event, .code = (guint16) code };

  event.kind = code >= DTLS_CODE_DEMO_KEY ? DTLS_EVENT_DIAGNOSIS : DTLS_EVENT_STATE;
  event.number[0] = bucket->number;
  event.number[1] = code == DTLS_CODE_FAILED ? -1 : 0;
  report_event_append_sentence (&event, text);
}

/**
 * report_collapse_flush:
 * @text: what to append to
 *
 * Appends one row about what was left out since the last call, naming the most frequent kind.
 * Returns: whether anything was left out. Call at most once a second, so that a flood costs one
 * row a second. Thread: its owner's.
 */
gboolean
report_collapse_flush (ReportCollapse *self,
                       GString        *text)
{
  g_autoptr(GString) example = NULL;
  guint64 n = 0;
  guint most = 0, n_kinds = 0;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  for (guint i = 0; i < DTLS_N_CODES; i++)
    {
      n += self->buckets[i].n_left_out;
      n_kinds += self->buckets[i].n_left_out > 0;
      if (self->buckets[i].n_left_out > self->buckets[most].n_left_out)
        most = i;
    }
  if (n == 0)
    return FALSE;

  example = g_string_new (NULL);
  append_example (example, most, &self->buckets[most]);
  if (n_kinds == 1)
    /* Translators: a number, then a line such as "(…): not verified yet" */
    g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE,
                                               "%lu more line like “%s” was not listed",
                                               "%lu more lines like “%s” were not listed",
                                               (gulong) n), (gulong) n, example->str);
  else
    /* Translators: a number, then a line such as "(…): not verified yet" */
    g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE,
                                               "%lu more line was not listed, like “%s”",
                                               "%lu more lines were not listed, most of them like "
                                               "“%s”", (gulong) n), (gulong) n, example->str);
  for (guint i = 0; i < DTLS_N_CODES; i++)
    self->buckets[i].n_left_out = 0;
  return TRUE;
}
