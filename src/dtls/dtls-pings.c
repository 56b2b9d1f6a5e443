/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-pings.h"

#include <stdlib.h>
#include <string.h>

static void
send_ping (DtlsPings *self, DtlsAssociation *association)
{
  DtlsHub *hub = association->hub;
  g_autofree char *text
    = g_strdup_printf ("I am %s, please, accept our ping %u", association->name, self->n_sent);
  g_autoptr (GError) error = NULL;
  DtlsEvent *event;

  if (self->sent_us != 0)
    {
      association->counters.pings_lost++;
      self->n_lost_in_a_row++;
    }
  self->n_sent++;
  self->sent_us = hub->now_us;
  if (!dtls_association_send (association, (const guint8 *) text, strlen (text), &error))
    {
      self->sent_us = 0;
      event = dtls_association_begin (association, DTLS_EVENT_STATE, DTLS_CODE_SEND_FAILED,
                                      error->message);
    }
  else
    {
      association->counters.pings_sent++;
      event = dtls_association_begin (association, DTLS_EVENT_STATE, DTLS_CODE_SENT, NULL);
    }
  if (event == NULL)
    return;
  event->number[0] = strlen (text);
  event->number[1] = 1;
  dtls_hub_commit (hub);
}

/**
 * dtls_pings_begin:
 * @association: just established
 * @phase_us: how much later than an interval the second ping comes, once: many connections that
 *   start together spread over the interval by it
 *
 * Sends the first ping at once, as the original does, when there is an interval.
 * Thread: the engine's.
 */
void
dtls_pings_begin (DtlsPings *self, DtlsAssociation *association, gint64 phase_us)
{
  self->sent_us = 0;
  self->n_lost_in_a_row = 0;
  self->due_us = G_MAXINT64;
  if (self->interval_us == 0)
    return;
  send_ping (self, association);
  self->due_us = association->hub->now_us + self->interval_us + phase_us;
}

/**
 * dtls_pings_end:
 *
 * No more pings until dtls_pings_begin(); the totals stay. Thread: the engine's.
 */
void
dtls_pings_end (DtlsPings *self)
{
  self->due_us = G_MAXINT64;
}

/**
 * dtls_pings_due:
 *
 * Sends the next ping, if its time has come; one that is not answered by then is lost.
 * Thread: the engine's.
 */
void
dtls_pings_due (DtlsPings *self, DtlsAssociation *association)
{
  if (association->hub->now_us < self->due_us)
    return;
  self->due_us = association->hub->now_us + self->interval_us;
  send_ping (self, association);
}

static int
compare_u32 (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return x < y ? -1 : x > y;
}

/**
 * dtls_pings_answered:
 *
 * A message came: it answers the ping that waits, if one does. Updates the round-trip times.
 * Thread: the engine's.
 */
void
dtls_pings_answered (DtlsPings *self, DtlsAssociation *association)
{
  guint32 sorted[DTLS_PINGS_N_RTT];
  gint64 rtt_us = association->hub->now_us - self->sent_us;
  guint n;

  self->n_lost_in_a_row = 0;
  if (self->sent_us == 0)
    return;
  self->sent_us = 0;
  self->rtt_us[self->n_rtt++ % DTLS_PINGS_N_RTT] = CLAMP (rtt_us, 1, G_MAXUINT32);
  n = MIN (self->n_rtt, DTLS_PINGS_N_RTT);
  memcpy (sorted, self->rtt_us, n * sizeof *sorted);
  qsort (sorted, n, sizeof *sorted, compare_u32);
  association->counters.pings_answered++;
  association->counters.rtt_last_us = self->rtt_us[(self->n_rtt - 1) % DTLS_PINGS_N_RTT];
  association->counters.rtt_median_us = sorted[n / 2];
}
