/* SPDX-License-Identifier: MIT */
/* The addresses of a connection: a socket and a session for each that is tried, in turn. */
#include "config.h"

#include "dtls-connection-private.h"

#include <errno.h>

#include "dtls-error.h"

enum
{
  NEXT_ADDRESS_US = 250 * 1000, /* of silence, before the next address is tried, too */
  LONGEST_WALK_US = 5 * G_USEC_PER_SEC
};

/**
 * dtls_connection_find_candidate:
 *
 * Returns: (transfer none) (nullable): the address that @association was begun for. Thread: the
 * engine's.
 */
Candidate *
dtls_connection_find_candidate (DtlsConnection *self, DtlsAssociation *association)
{
  for (guint i = 0; i < self->n_candidates; i++)
    if (self->candidates[i].association == association)
      return &self->candidates[i];
  return NULL;
}

/**
 * dtls_connection_drop_association:
 *
 * Frees the session with one address, without a word on the wire; the socket stays, for a return
 * from the same port. The winner's totals go on in the connection. Thread: the engine's.
 */
void
dtls_connection_drop_association (DtlsConnection *self, Candidate *candidate)
{
  if (candidate->association == NULL)
    return;
  if (candidate == self->winner)
    self->counters = candidate->association->counters;
  self->said |= candidate->association->said;
  dtls_table_remove (self->table, candidate->association);
  candidate->association = NULL;
}

static void
drop_candidate (DtlsConnection *self, Candidate *candidate)
{
  dtls_connection_drop_association (self, candidate);
  if (candidate->open)
    dtls_transport_close (self->hub->transport, candidate->socket);
  candidate->open = FALSE;
}

/**
 * dtls_connection_drop_candidates:
 * @keep: (nullable): the one whose session and socket stay
 *
 * Frees the sessions with all other addresses and closes their sockets, without a word on the
 * wire. Thread: the engine's.
 */
void
dtls_connection_drop_candidates (DtlsConnection *self, Candidate *keep)
{
  for (guint i = 0; i < self->n_candidates; i++)
    if (&self->candidates[i] != keep)
      drop_candidate (self, &self->candidates[i]);
}

/* One local port serves one address of a family: the one before gives it up. */
static void
free_local_port (DtlsConnection *self, gboolean ipv4)
{
  dtls_hub_flush (self->hub);
  for (guint i = 0; i < self->n_candidates; i++)
    if (self->candidates[i].open && dtls_address_is_ipv4 (&self->candidates[i].address) == ipv4)
      drop_candidate (self, &self->candidates[i]);
}

static gboolean
open_candidate (DtlsConnection *self, Candidate *candidate, GError **error)
{
  DtlsAddress local = { 0 }, bound;

  if (candidate->open)
    return TRUE;
  if (dtls_address_is_ipv4 (&candidate->address))
    dtls_address_parse_ip (&local, "0.0.0.0", self->local_port);
  else
    local.port = self->local_port;
  if (self->local_port != 0)
    free_local_port (self, dtls_address_is_ipv4 (&candidate->address));
  candidate->open
      = dtls_transport_open (self->hub->transport, self->local_port != 0 ? &local : NULL,
                             &candidate->address, &candidate->socket, &bound, error);
  return candidate->open;
}

/* A fresh hello to one address. FALSE: it cannot even be sent there. */
static gboolean
begin_candidate (DtlsConnection *self, Candidate *candidate, GError **error)
{
  DtlsPath path = { .peer = candidate->address };
  DtlsAssociation *association;

  candidate->met_before = candidate->met;
  candidate->met = 0;
  dtls_connection_drop_association (self, candidate);
  if (!open_candidate (self, candidate, error))
    return FALSE;
  path.socket = candidate->socket;
  association
      = dtls_association_new (self->hub, self->policy, self, self->id, &path, self->config, NULL);
  if (association == NULL)
    return FALSE;
  association->client = association->manual = TRUE;
  association->name = self->name;
  association->identity = g_bytes_ref (self->identity);
  association->counters = self->counters;
  association->said = self->said;
  association->until_us = self->give_up_us;
  candidate->association = association;
  dtls_table_add (self->table, association);
  if (!self->greeted)
    dtls_connection_say (self, DTLS_EVENT_STATE, DTLS_CODE_STARTING, &candidate->address, 0);
  self->greeted = TRUE;
  self->tries++;
  if ((dtls_association_start (association) & DTLS_STEP_FAILED) == 0)
    return TRUE;
  dtls_connection_drop_association (self, candidate);
  return FALSE;
}

/**
 * dtls_connection_has_hope:
 *
 * Returns: whether some address of the name has not refused us yet: then a refusal is not worth a
 * row. Thread: the engine's.
 */
gboolean
dtls_connection_has_hope (DtlsConnection *self)
{
  if (self->state != CONNECTION_TRYING || self->next_candidate < self->n_candidates)
    return self->state == CONNECTION_TRYING;
  for (guint i = 0; i < self->n_candidates; i++)
    if (self->candidates[i].association != NULL && self->candidates[i].met == 0)
      return TRUE;
  return FALSE;
}

/**
 * dtls_connection_get_trouble:
 *
 * Returns: the errno that the last two hellos to it met, the latest one first: an ICMP message may
 * take longer than a hello waits for the next; 0: silence. Thread: the engine's.
 */
int
dtls_connection_get_trouble (const Candidate *candidate)
{
  return candidate->met != 0 ? candidate->met : candidate->met_before;
}

/**
 * dtls_connection_find_culprit:
 *
 * Returns: (transfer none): the address to name when none of them answered: one that is silent, for
 * it may still be the right one, else one that refused, else any. Thread: the engine's.
 */
Candidate *
dtls_connection_find_culprit (DtlsConnection *self)
{
  Candidate *refused = NULL;

  for (guint i = 0; i < self->n_candidates; i++)
    {
      if (dtls_connection_get_trouble (&self->candidates[i]) == 0)
        return &self->candidates[i];
      if (refused == NULL && dtls_connection_get_trouble (&self->candidates[i]) == ECONNREFUSED)
        refused = &self->candidates[i];
    }
  return refused != NULL ? refused : &self->candidates[0];
}

/**
 * dtls_connection_launch:
 *
 * Sends a hello to the next address that takes one, and plans the one after it. That none takes
 * one is a row, not an error: no route, no descriptors left. Thread: the engine's.
 */
void
dtls_connection_launch (DtlsConnection *self)
{
  g_autoptr (GError) error = NULL;
  Candidate *candidate;

  self->launch_us = G_MAXINT64;
  while (self->next_candidate < self->n_candidates)
    {
      g_clear_error (&error);
      candidate = &self->candidates[self->next_candidate++];
      if (begin_candidate (self, candidate, &error))
        {
          if (self->next_candidate < self->n_candidates)
            self->launch_us = self->hub->now_us + NEXT_ADDRESS_US;
          return;
        }
      if (g_error_matches (error, DTLS_ERROR, DTLS_ERROR_UNREACHABLE))
        candidate->met = EHOSTUNREACH;
    }
  /* no route, no descriptors left: said once, and tried again with the next walk */
  if (error != NULL && !dtls_connection_has_hope (self)
      && !dtls_connection_has_said (self, DTLS_CODE_START_FAILED)
      && dtls_connection_begin (self, DTLS_EVENT_STATE, DTLS_CODE_START_FAILED, NULL,
                                error->message))
    dtls_hub_commit (self->hub);
}

/* How long walk number @walk waits for the next one. */
static gint64
get_wait (DtlsConnection *self, guint walk)
{
  gint64 longest_us = MAX (LONGEST_WALK_US, self->first_timeout_us);
  gint64 wait_us = MIN (longest_us, self->first_timeout_us << MIN (walk, 16));

  return MAX (wait_us, (gint64) self->n_candidates * NEXT_ADDRESS_US);
}

/* How many repeats there will have been when its time is over, if nobody answers. */
static guint
count_repeats (DtlsConnection *self)
{
  gint64 at_us = self->walk_us;
  guint n = self->walk;

  for (; at_us < self->give_up_us && n < self->walk + 17; n++)
    at_us += get_wait (self, n + 1);
  if (at_us < self->give_up_us) /* all waits are the same by now */
    n += (self->give_up_us - at_us - 1) / get_wait (self, n) + 1;
  return n;
}

/**
 * dtls_connection_begin_walk:
 *
 * Goes through the addresses again, from the first one, with fresh hellos; the next walk is due
 * after the first timeout, doubled with each walk up to 5 s. Thread: the engine's.
 * Source: DESIGN section 4; RFC 6347, section 4.2.4.1.
 */
void
dtls_connection_begin_walk (DtlsConnection *self)
{
  gint64 wait_us = get_wait (self, self->walk);
  DtlsEvent *event;

  self->next_candidate = 0;
  self->walk_us = self->hub->now_us + wait_us;
  if (self->walk > 0)
    {
      self->counters.retransmissions++;
      event = dtls_connection_begin (self, DTLS_EVENT_STATE, DTLS_CODE_RETRANSMIT, NULL, NULL);
      if (event != NULL)
        {
          event->number[0] = 1;
          event->number[1] = self->walk;
          event->number[2] = wait_us / 1000;
          event->number[3] = count_repeats (self);
          dtls_hub_commit (self->hub);
        }
    }
  self->walk++;
  dtls_connection_launch (self);
}
