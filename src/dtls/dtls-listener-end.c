/* SPDX-License-Identifier: MIT */
/* How associations of the server end. */
#include "config.h"

#include "dtls-listener-private.h"

/**
 * dtls_listener_remove:
 * @association: over, and that is told; it is freed
 *
 * What its peer still sends is no stranger's. Thread: the engine's.
 */
void
dtls_listener_remove (DtlsListener *self, DtlsAssociation *association)
{
  dtls_departed_add (&self->departed, &association->path, self->hub->now_us);
  if (association->established)
    dtls_departed_name (&self->departed, association->id, &association->path);
  dtls_table_remove (self->table, association);
}

/**
 * dtls_listener_drop:
 * @association: half-open; it is freed
 *
 * No row tells of it; the list of connections learns that it is gone. Thread: the engine's.
 */
void
dtls_listener_drop (DtlsListener *self, DtlsAssociation *association)
{
  dtls_association_say (association, DTLS_EVENT_STATE, DTLS_CODE_SNAPSHOT, DTLS_SNAPSHOT_GONE);
  dtls_listener_remove (self, association);
}

/**
 * dtls_listener_evict_connection:
 *
 * The one that was silent for longest goes. Thread: the engine's. Source: S27.
 */
void
dtls_listener_evict_connection (DtlsListener *self)
{
  DtlsAssociation *victim = g_queue_peek_head (&self->table->established);

  dtls_hub_count (self->hub, DTLS_COUNT_CONNECTIONS_EVICTED);
  dtls_listener_close (self, victim, DTLS_CLOSE_EVICTED);
}

/**
 * dtls_listener_evict_half_open:
 *
 * The oldest one goes. Thread: the engine's. Source: S9.
 */
void
dtls_listener_evict_half_open (DtlsListener *self)
{
  DtlsAssociation *victim = g_queue_peek_head (&self->table->half_open);

  dtls_association_say (victim, DTLS_EVENT_STATE, DTLS_CODE_CLOSED, DTLS_CLOSE_EVICTED);
  dtls_hub_count (self->hub, DTLS_COUNT_HALF_OPEN_EVICTED);
  dtls_listener_remove (self, victim);
}

/**
 * dtls_listener_close:
 * @association: it is freed
 *
 * close_notify, if it is established, and its end. Thread: the engine's.
 */
void
dtls_listener_close (DtlsListener *self, DtlsAssociation *association, DtlsCloseReason reason)
{
  dtls_association_close (association, reason);
  dtls_listener_remove (self, association);
}

/**
 * dtls_listener_close_all:
 *
 * close_notify to every established session of the server; all of them end. Thread: the engine's.
 */
void
dtls_listener_close_all (DtlsListener *self, DtlsCloseReason reason)
{
  DtlsAssociation *association;

  dtls_listener_drop_half_open (self);
  while ((association = g_queue_peek_head (&self->table->established)) != NULL)
    dtls_listener_close (self, association, reason);
}

/**
 * dtls_listener_drop_half_open:
 *
 * Frees every half-open session without a word: after a step of the clock (T45) and at the end.
 * Thread: the engine's.
 */
void
dtls_listener_drop_half_open (DtlsListener *self)
{
  DtlsAssociation *association;

  while ((association = g_queue_peek_head (&self->table->half_open)) != NULL)
    dtls_listener_drop (self, association);
}
