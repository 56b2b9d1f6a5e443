/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-connection-private.h"

#include <errno.h>
#include <string.h>

enum
{
  NEXT_ADDRESS_US = 250 * 1000, /* of silence, before the next address is tried, too */
  LONGEST_WALK_US = 5 * G_USEC_PER_SEC,
  FINISHED_REPEATS = 3, /* then the key most likely differs */
  LOST_PINGS = 3,       /* in a row: the server has lost its state, or is gone */
  LONGEST_RETURN_US = 30 * G_USEC_PER_SEC
};

static Candidate *
find_candidate (DtlsConnection *self, DtlsAssociation *association)
{
  for (guint i = 0; i < self->n_candidates; i++)
    if (self->candidates[i].association == association)
      return &self->candidates[i];
  return NULL;
}

static void
drop_association (DtlsConnection *self, Candidate *candidate)
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
  drop_association (self, candidate);
  if (candidate->open)
    dtls_transport_close (self->hub->transport, candidate->socket);
  candidate->open = FALSE;
}

static void
drop_candidates (DtlsConnection *self, Candidate *keep)
{
  for (guint i = 0; i < self->n_candidates; i++)
    if (&self->candidates[i] != keep)
      drop_candidate (self, &self->candidates[i]);
}

static void
arm (DtlsConnection *self)
{
  gint64 due_us = G_MAXINT64;

  switch (self->state)
    {
    case CONNECTION_WAITING:
      due_us = self->return_us;
      break;
    case CONNECTION_TRYING:
      due_us = MIN (MIN (self->launch_us, self->walk_us), self->give_up_us);
      break;
    case CONNECTION_HANDSHAKE:
      due_us = self->give_up_us;
      break;
    case CONNECTION_ESTABLISHED:
      due_us = self->pings.due_us;
      break;
    case CONNECTION_ENDED:
      break;
    }
  dtls_deadlines_set (&self->hub->deadlines, &self->deadline, due_us);
}

/**
 * dtls_connection_free:
 *
 * Frees it with its associations and sockets, without a word on the wire.
 */
void
dtls_connection_free (DtlsConnection *self)
{
  drop_candidates (self, NULL);
  dtls_deadlines_remove (&self->hub->deadlines, &self->deadline);
  g_clear_pointer (&self->identity, g_bytes_unref);
  g_clear_pointer (&self->key, dtls_key_unref);
  g_clear_pointer (&self->config, dtls_session_config_unref);
  g_free (self->name);
  g_free (self->candidates);
  g_free (self);
}

/* --- the end, and coming back --- */

/* Said why already. Comes back by itself when it is to: at first from the same port, where a
 * server that knows RFC 6347 section 4.2.8 expects it, then from others. */
static void
end (DtlsConnection *self, gboolean may_return)
{
  gboolean returns = may_return && self->reconnect;
  Candidate *kept = returns && self->returns == 0 ? self->winner : NULL;
  gint64 wait_us = MIN (LONGEST_RETURN_US, G_USEC_PER_SEC << MIN (self->returns, 5));

  dtls_hub_flush (self->hub); /* a goodbye may be in the outbox of a socket to be closed */
  drop_candidates (self, kept);
  if (kept != NULL)
    drop_association (self, kept);
  self->winner = NULL;
  dtls_pings_end (&self->pings);
  if (returns)
    {
      self->state = CONNECTION_WAITING;
      self->return_us = self->hub->now_us + wait_us;
      self->returns++;
      dtls_connection_say_returning (self, wait_us);
    }
  else if (self->state != CONNECTION_ENDED)
    {
      self->state = CONNECTION_ENDED;
      self->ended (self, self->ended_data);
    }
  arm (self);
}

static gboolean
is_waiting_for_finished (DtlsConnection *self)
{
  return self->state == CONNECTION_HANDSHAKE && self->winner->association != NULL
         && dtls_session_has_sent_finished (self->winner->association->session);
}

static void
give_up (DtlsConnection *self)
{
  DtlsHub *hub = self->hub;
  DtlsGaveUpStage stage = DTLS_GAVE_UP_SILENT;
  DtlsEvent *event;

  if (is_waiting_for_finished (self))
    {
      dtls_connection_say_key_differs (self);
      stage = DTLS_GAVE_UP_KEYS;
    }
  else if (self->state == CONNECTION_HANDSHAKE)
    stage = DTLS_GAVE_UP_HANDSHAKE;
  else if (dtls_connection_has_said (self, DTLS_CODE_REFUSED))
    stage = DTLS_GAVE_UP_REFUSED;
  event = dtls_connection_begin (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_GAVE_UP, NULL, NULL);
  if (event != NULL)
    {
      event->number[0] = self->tries;
      event->number[1] = (hub->now_us - self->started_us) / G_USEC_PER_SEC;
      event->number[2] = stage;
      dtls_hub_commit (hub);
    }
  end (self, TRUE);
}

/* --- hooks of the sessions --- */

static void
output_cb (gpointer owner, const giovec_t *vec, int n)
{
  DtlsAssociation *association = owner;

  dtls_hub_send (association->hub, &association->path, vec, n);
}

static void
provide_cb (gpointer owner, GBytes **identity, DtlsKey **key)
{
  DtlsAssociation *association = owner;
  DtlsConnection *self = association->owner;

  dtls_association_say (association, DTLS_EVENT_STATE, DTLS_CODE_PROVIDING_KEY, 0);
  *identity = self->identity;
  *key = self->key;
}

/* The first address that answers wins; the others are given up. */
static void
answered_cb (DtlsAssociation *association)
{
  DtlsConnection *self = association->owner;

  association->manual = FALSE;
  self->winner = find_candidate (self, association);
  self->state = CONNECTION_HANDSHAKE;
  drop_candidates (self, self->winner);
  if (self->n_candidates > 1)
    dtls_connection_say (self, DTLS_EVENT_STATE, DTLS_CODE_ANSWERED, &self->winner->address, 0);
  arm (self);
}

static void
established_cb (DtlsAssociation *association)
{
  DtlsConnection *self = association->owner;

  self->state = CONNECTION_ESTABLISHED;
  self->returns = 0;
  self->unreachable = FALSE;
  dtls_table_add_id (self->table, association);
  dtls_pings_begin (&self->pings, association, self->ping_phase_us);
  arm (self);
}

/* Answers are shown, not answered: two programs would talk for ever. */
static void
message_cb (DtlsAssociation *association, const guint8 *bytes, gsize n_bytes)
{
  DtlsConnection *self = association->owner;

  self->unreachable = FALSE;
  dtls_pings_answered (&self->pings, association);
}

static void
repeated_cb (DtlsAssociation *association)
{
  DtlsConnection *self = association->owner;

  self->tries++;
  if (dtls_session_has_sent_finished (association->session)
      && ++self->finished_repeats == FINISHED_REPEATS)
    dtls_connection_say_key_differs (self);
}

static void
over_cb (DtlsAssociation *association)
{
  DtlsConnection *self = association->owner;
  int received, sent;

  if (self->winner == NULL)
    self->winner = find_candidate (self, association);
  if (!association->established
      && dtls_session_get_failure (association->session, &received, &sent) != 0)
    dtls_connection_say_alert (self, received);
  end (self, TRUE);
}

static const DtlsPolicy client_policy = {
  .session = { output_cb, NULL, provide_cb },
  .answered = answered_cb,
  .established = established_cb,
  .message = message_cb,
  .repeated = repeated_cb,
  .over = over_cb,
};

/* --- trying the addresses --- */

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

  candidate->refused = FALSE;
  drop_association (self, candidate);
  if (!open_candidate (self, candidate, error))
    return FALSE;
  path.socket = candidate->socket;
  association
      = dtls_association_new (self->hub, &client_policy, self, self->id, &path, self->config, NULL);
  if (association == NULL)
    return FALSE;
  association->client = association->manual = TRUE;
  association->name = self->name;
  association->identity = g_bytes_ref (self->identity);
  association->counters = self->counters;
  association->said = self->said;
  candidate->association = association;
  dtls_table_add (self->table, association);
  if (!self->greeted)
    dtls_connection_say (self, DTLS_EVENT_STATE, DTLS_CODE_STARTING, &candidate->address, 0);
  self->greeted = TRUE;
  self->tries++;
  if ((dtls_association_start (association) & DTLS_STEP_FAILED) == 0)
    return TRUE;
  drop_association (self, candidate);
  return FALSE;
}

/* Whether some address of the name has not refused us yet: then a refusal is not worth a row. */
static gboolean
has_hope (DtlsConnection *self)
{
  if (self->state != CONNECTION_TRYING || self->next_candidate < self->n_candidates)
    return self->state == CONNECTION_TRYING;
  for (guint i = 0; i < self->n_candidates; i++)
    if (self->candidates[i].association != NULL && !self->candidates[i].refused)
      return TRUE;
  return FALSE;
}

static void
launch (DtlsConnection *self)
{
  g_autoptr (GError) error = NULL;

  self->launch_us = G_MAXINT64;
  while (self->next_candidate < self->n_candidates)
    {
      g_clear_error (&error);
      if (begin_candidate (self, &self->candidates[self->next_candidate++], &error))
        {
          if (self->next_candidate < self->n_candidates)
            self->launch_us = self->hub->now_us + NEXT_ADDRESS_US;
          return;
        }
    }
  /* no route, no descriptors left: said once, and tried again with the next walk */
  if (error != NULL && !has_hope (self)
      && !dtls_connection_has_said (self, DTLS_CODE_START_FAILED)
      && dtls_connection_begin (self, DTLS_EVENT_STATE, DTLS_CODE_START_FAILED, NULL,
                                error->message))
    dtls_hub_commit (self->hub);
}

static void
begin_walk (DtlsConnection *self)
{
  gint64 longest_us = MAX (LONGEST_WALK_US, self->first_timeout_us);
  gint64 wait_us = MIN (longest_us, self->first_timeout_us << MIN (self->walk, 16));
  DtlsEvent *event;

  wait_us = MAX (wait_us, (gint64)self->n_candidates * NEXT_ADDRESS_US);
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
          event->number[3] = self->walk + (self->give_up_us - self->walk_us) / longest_us + 1;
          dtls_hub_commit (self->hub);
        }
    }
  self->walk++;
  launch (self);
}

/**
 * dtls_connection_start:
 *
 * Sends the first hello, to the first address that takes it.
 */
void
dtls_connection_start (DtlsConnection *self)
{
  self->state = CONNECTION_TRYING;
  self->winner = NULL;
  self->walk = self->tries = self->finished_repeats = 0;
  self->started_us = self->hub->now_us;
  self->give_up_us = self->started_us + self->give_up_after_us;
  begin_walk (self);
  arm (self);
}

static void
due_established (DtlsConnection *self)
{
  dtls_pings_due (&self->pings, self->winner->association);
  if (self->pings.n_lost_in_a_row < LOST_PINGS)
    return;
  /* C8: it has lost its state, or it is gone; data alone would never tell */
  if (!self->unreachable)
    dtls_connection_say (self, DTLS_EVENT_STATE, DTLS_CODE_UNREACHABLE, NULL, 0);
  self->unreachable = TRUE;
  if (self->reconnect)
    end (self, TRUE);
}

/**
 * dtls_connection_due:
 *
 * The deadline of a connection: the next address, the next walk, the end of its time, a ping,
 * coming back.
 */
void
dtls_connection_due (DtlsConnection *self, gint64 now_us)
{
  switch (self->state)
    {
    case CONNECTION_WAITING:
      if (now_us >= self->return_us)
        {
          dtls_connection_start (self);
          return;
        }
      break;
    case CONNECTION_TRYING:
    case CONNECTION_HANDSHAKE:
      if (now_us >= self->give_up_us)
        {
          give_up (self);
          return;
        }
      if (self->state == CONNECTION_HANDSHAKE)
        break;
      if (now_us >= self->walk_us)
        begin_walk (self);
      else if (now_us >= self->launch_us)
        launch (self);
      break;
    case CONNECTION_ESTABLISHED:
      due_established (self);
      break;
    case CONNECTION_ENDED:
      break;
    }
  arm (self);
}

DtlsConnection *
dtls_connection_from_deadline (DtlsDeadline *deadline)
{
  return (DtlsConnection *)((char *)deadline - G_STRUCT_OFFSET (DtlsConnection, deadline));
}

/**
 * dtls_connection_met:
 * @association: one of the connection's
 * @error: what the path met: ECONNREFUSED, EHOSTUNREACH ...
 *
 * An ICMP message, which anybody could have forged: never an end (C2, C3). While trying it
 * sends the next address on its way at once.
 */
void
dtls_connection_met (DtlsConnection *self, DtlsAssociation *association, int error)
{
  Candidate *candidate = find_candidate (self, association);

  if (candidate == NULL)
    return;
  if (self->state == CONNECTION_ESTABLISHED)
    {
      if (!self->unreachable)
        dtls_connection_say (self, DTLS_EVENT_STATE, DTLS_CODE_UNREACHABLE, NULL, error);
      self->unreachable = TRUE;
      return;
    }
  candidate->refused = TRUE;
  if (!has_hope (self) && !dtls_connection_has_said (self, DTLS_CODE_REFUSED))
    dtls_connection_say (self, DTLS_EVENT_STATE, DTLS_CODE_REFUSED, &candidate->address, error);
  if (self->state == CONNECTION_TRYING && candidate == &self->candidates[self->next_candidate - 1])
    {
      launch (self);
      arm (self);
    }
}

/* --- from outside --- */

/**
 * dtls_connection_new:
 * @options: copied
 * @ended: called when it is over and does not come back; it may free older ones, not this one
 *
 * Returns: (transfer full): a connection that waits for dtls_connection_start().
 */
DtlsConnection *
dtls_connection_new (DtlsHub *hub,
                     DtlsTable *table,
                     const DtlsConnectionOptions *options,
                     DtlsConnectionEnded ended,
                     gpointer ended_data)
{
  DtlsConnection *self = g_new0 (DtlsConnection, 1);
  guint first_timeout_ms = options->first_timeout_ms == 0 ? 1000 : options->first_timeout_ms;
  guint give_up_s = options->give_up_s == 0 ? 60 : options->give_up_s;

  self->deadline.kind = DTLS_DEADLINE_CONNECTION;
  self->hub = hub;
  self->table = table;
  self->ended = ended;
  self->ended_data = ended_data;
  self->id = ++hub->last_id;
  self->state = CONNECTION_WAITING;
  self->return_us = G_MAXINT64;
  self->name = g_strdup (options->name);
  self->identity = g_bytes_ref (options->identity);
  self->key = dtls_key_ref (options->key);
  self->config = dtls_session_config_ref (options->config);
  self->n_candidates = options->n_addresses;
  self->candidates = g_new0 (Candidate, options->n_addresses);
  for (guint i = 0; i < options->n_addresses; i++)
    self->candidates[i].address = options->addresses[i];
  self->first_timeout_us = first_timeout_ms * (gint64)1000;
  self->give_up_after_us = give_up_s * (gint64)G_USEC_PER_SEC;
  self->reconnect = options->reconnect;
  self->local_port = options->local_port;
  self->pings.interval_us = options->ping_interval_ms * (gint64)1000;
  self->ping_phase_us = options->ping_phase_ms * (gint64)1000;
  dtls_pings_end (&self->pings);
  return self;
}

/**
 * dtls_connection_get_id:
 *
 * Returns: (transfer none): the id of its events, which stays through every return; a key for a
 * table for as long as the connection lives.
 */
const guint64 *
dtls_connection_get_id (DtlsConnection *self)
{
  return &self->id;
}

gboolean
dtls_connection_is_ended (DtlsConnection *self)
{
  return self->state == CONNECTION_ENDED;
}

/**
 * dtls_connection_get_association:
 *
 * Returns: (nullable): its association while it is established.
 */
DtlsAssociation *
dtls_connection_get_association (DtlsConnection *self)
{
  return self->state == CONNECTION_ESTABLISHED ? self->winner->association : NULL;
}

/**
 * dtls_connection_close:
 *
 * close_notify where there is somebody to read it, and an end without coming back.
 */
void
dtls_connection_close (DtlsConnection *self)
{
  if (self->state == CONNECTION_ENDED)
    return;
  if (is_waiting_for_finished (self) && self->finished_repeats > 0)
    dtls_connection_say_key_differs (self);
  if (self->state == CONNECTION_ESTABLISHED)
    dtls_association_close (self->winner->association, DTLS_CLOSE_LOCAL);
  else
    dtls_connection_say (self, DTLS_EVENT_STATE, DTLS_CODE_CLOSED, NULL, DTLS_CLOSE_LOCAL);
  end (self, FALSE);
}

/**
 * dtls_connection_reconnect:
 *
 * Starts an ended or waiting connection now; an established one is closed before. One in
 * handshake goes on with it.
 */
void
dtls_connection_reconnect (DtlsConnection *self)
{
  if (self->state == CONNECTION_TRYING || self->state == CONNECTION_HANDSHAKE)
    return;
  if (self->state == CONNECTION_ESTABLISHED)
    {
      dtls_association_close (self->winner->association, DTLS_CLOSE_LOCAL);
      dtls_hub_flush (self->hub);
      drop_candidates (self, NULL);
    }
  self->greeted = FALSE;
  self->said = 0;
  self->returns = 0;
  dtls_connection_start (self);
}

/**
 * dtls_connection_restart_handshake:
 *
 * A handshake in progress begins afresh (T45); anything else is left alone.
 */
void
dtls_connection_restart_handshake (DtlsConnection *self)
{
  if (self->state != CONNECTION_TRYING && self->state != CONNECTION_HANDSHAKE)
    return;
  drop_candidates (self, NULL);
  dtls_connection_start (self);
}

/**
 * dtls_connection_set_ping:
 * @interval_ms: 0: no more pings
 */
void
dtls_connection_set_ping (DtlsConnection *self, guint interval_ms)
{
  self->pings.interval_us = interval_ms * (gint64)1000;
  self->pings.due_us = interval_ms == 0 ? G_MAXINT64 : self->hub->now_us + self->pings.interval_us;
  arm (self);
}
