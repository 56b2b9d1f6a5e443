/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-totals.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Exact below CLIENT_TOTALS_SUB; above, so many steps for each doubling. */
static guint
bucket_of (guint32 rtt_us)
{
  guint shift;

  if (rtt_us < CLIENT_TOTALS_SUB)
    return rtt_us;
  shift = g_bit_storage (rtt_us) - g_bit_storage (CLIENT_TOTALS_SUB);
  return shift * CLIENT_TOTALS_SUB + (rtt_us >> shift);
}

/* The middle of a bucket, in microseconds. */
static guint32
value_of (guint bucket)
{
  guint shift;
  guint64 low;

  if (bucket < 2 * CLIENT_TOTALS_SUB)
    return bucket;
  shift = bucket / CLIENT_TOTALS_SUB - 1;
  low = (guint64) (bucket - shift * CLIENT_TOTALS_SUB) << shift;
  return low + ((1u << shift) >> 1);
}

/**
 * client_totals_add_rtt:
 * @rtt_us: one round trip
 *
 * Costs the same however many there were: a counter for each 3 %. Thread: the caller's.
 */
void
client_totals_add_rtt (ClientTotals *self,
                       guint32       rtt_us)
{
  g_return_if_fail (self != NULL);

  self->rtts[MIN (bucket_of (rtt_us), CLIENT_TOTALS_BUCKETS - 1)]++;
  self->n_rtts++;
  self->longest_us = MAX (self->longest_us, rtt_us);
}

/**
 * client_totals_get_quantile:
 * @quantile: 0 to 1
 *
 * Returns: microseconds within which so large a part of the round trips was answered, to 3 %;
 * 0 when there was none.
 */
guint32
client_totals_get_quantile (const ClientTotals *self,
                            double              quantile)
{
  guint64 rank, seen = 0;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (quantile >= 0 && quantile <= 1, 0);

  if (self->n_rtts == 0)
    return 0;
  rank = MAX (1, (guint64) ceil (quantile * self->n_rtts));
  for (guint i = 0; i < CLIENT_TOTALS_BUCKETS; i++)
    {
      seen += self->rtts[i];
      if (seen >= rank)
        return MIN (value_of (i), self->longest_us);
    }
  return self->longest_us;
}

/**
 * client_totals_append_text:
 * @text: appended to: one line
 */
void
client_totals_append_text (const ClientTotals *self,
                           GString            *text)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL);

  /* Translators: counts; the first two of connections, the others of pings */
  g_string_append_printf (text, _("%u of %u connections were encrypted; pings: %lu sent, "
                                  "%lu answered, %lu lost"),
                          self->n_encrypted, self->n_asked, (gulong) self->n_sent,
                          (gulong) self->n_answered, (gulong) self->n_lost);
}

/**
 * client_totals_append_rtts:
 * @text: appended to: one line
 *
 * Returns: FALSE when no ping was answered; then nothing is appended.
 */
gboolean
client_totals_append_rtts (const ClientTotals *self,
                           GString            *text)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (self->n_rtts == 0)
    return FALSE;
  /* Translators: milliseconds within which this part of all answers came */
  g_string_append_printf (text, _("Round trips: 50 %% within %.1f ms, 90 %% within %.1f ms, "
                                  "99 %% within %.1f ms, longest %.1f ms"),
                          client_totals_get_quantile (self, 0.5) / 1e3,
                          client_totals_get_quantile (self, 0.9) / 1e3,
                          client_totals_get_quantile (self, 0.99) / 1e3, self->longest_us / 1e3);
  return TRUE;
}
