/* SPDX-License-Identifier: MIT */
/* What came before its turn in a handshake, on either side. */
#include "config.h"

#include "dtls-association-private.h"

#include <string.h>

enum { MAX_HELD_BYTES = 2048 }; /* for each record that may be held */

/**
 * dtls_association_must_wait:
 *
 * Returns: whether @record came before its turn, so that GnuTLS would drop it: a ChangeCipherSpec
 * before what goes before it, a Finished before the ChangeCipherSpec, data before the end of the
 * handshake. Thread: the engine's. Source: T25.
 */
gboolean
dtls_association_must_wait (DtlsAssociation *self, const DtlsRecord *record)
{
  if (self->established)
    return FALSE;
  if (record->epoch == 0)
    return record->type == DTLS_CONTENT_CHANGE_CIPHER_SPEC
           && !dtls_session_can_take_ccs (self->session);
  return record->type != DTLS_CONTENT_HANDSHAKE || !self->ccs_in;
}

/**
 * dtls_association_hold:
 * @record: copied
 * @index: as in dtls_association_feed()
 * @n_records: the same
 *
 * Keeps what came before its turn. What does not fit is a lost datagram, and counted. Thread: the
 * engine's. Source: T25.
 */
void
dtls_association_hold (DtlsAssociation *self, const DtlsRecord *record, guint index,
                       guint n_records)
{
  DtlsHeld **end = &self->held, *held;

  if (self->n_held >= self->hub->max_held
      || self->n_held_bytes + record->n_bytes > self->hub->max_held * MAX_HELD_BYTES)
    {
      dtls_hub_count (self->hub, DTLS_COUNT_HELD_DROPPED);
      return;
    }
  held = g_malloc (sizeof *held + record->n_bytes);
  held->next = NULL;
  held->index = index;
  held->n_records = n_records;
  held->n_bytes = record->n_bytes;
  memcpy (held->bytes, record->bytes, record->n_bytes);
  while (*end != NULL)
    end = &(*end)->next;
  *end = held;
  self->n_held++;
  self->n_held_bytes += record->n_bytes;
}

/**
 * dtls_association_take_held:
 *
 * Returns: (transfer full) (nullable): the first held record whose turn has come, taken out; to be
 * freed with g_free(). Thread: the engine's.
 */
DtlsHeld *
dtls_association_take_held (DtlsAssociation *self)
{
  for (DtlsHeld **at = &self->held; *at != NULL; at = &(*at)->next)
    {
      DtlsHeld *held = *at;
      const guint8 *bytes = held->bytes;
      gsize n_bytes = held->n_bytes;
      DtlsRecord record;

      if (!dtls_record_next (&bytes, &n_bytes, &record)
          || dtls_association_must_wait (self, &record))
        continue;
      *at = held->next;
      self->n_held--;
      self->n_held_bytes -= held->n_bytes;
      return held;
    }
  return NULL;
}

/**
 * dtls_association_drop_held:
 *
 * Frees all held records. Thread: the engine's.
 */
void
dtls_association_drop_held (DtlsAssociation *self)
{
  while (self->held != NULL)
    {
      DtlsHeld *held = self->held;

      self->held = held->next;
      g_free (held);
    }
  self->n_held = self->n_held_bytes = 0;
}
