/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-connection-private.h"

#include <errno.h>
#include <string.h>

enum
{
  FINISHED_REPEATS = 3, /* then the key most likely differs */
  LOST_PINGS = 3,       /* in a row: the server has lost its state, or is gone */
  UNANSWERED = 3,       /* messages in a row: the same, or it answers none */
  SILENCE_US = 5 * G_USEC_PER_SEC,      /* after the last one of them */
  LONGEST_RETURN_US = 30 * G_USEC_PER_SEC
};

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
      due_us = MIN (self->pings.due_us, self->silence_us);
      break;
    case CONNECTION_ENDED:
      break;
    }
  dtls_deadlines_set (&self->hub->deadlines, &self->deadline, due_us);
}

/**
 * dtls_connection_free:
 *
 * Frees it with its associations and sockets, without a word on the wire. Thread: the engine's.
 */
void
dtls_connection_free (DtlsConnection *self)
{
  dtls_connection_drop_candidates (self, NULL);
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
  dtls_connection_drop_candidates (self, kept);
  if (kept != NULL)
    dtls_connection_drop_association (self, kept);
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

/* What it met lately counts, not what it met once: the server may have come and fallen silent. */
static DtlsGaveUpStage
find_stage (DtlsConnection *self, const Candidate *culprit)
{
  switch (dtls_connection_get_trouble (culprit))
    {
    case 0:
      break;
    case ECONNREFUSED:
      return DTLS_GAVE_UP_REFUSED;
    default:
      return DTLS_GAVE_UP_NO_ROUTE;
    }
  if (is_waiting_for_finished (self))
    return DTLS_GAVE_UP_KEYS;
  if (self->state == CONNECTION_HANDSHAKE)
    return DTLS_GAVE_UP_HANDSHAKE;
  if (culprit->odd)
    return DTLS_GAVE_UP_NOT_DTLS;
  return self->tries == 0 ? DTLS_GAVE_UP_UNSENT : DTLS_GAVE_UP_SILENT;
}

static void
give_up (DtlsConnection *self)
{
  DtlsHub *hub = self->hub;
  Candidate *culprit
      = self->winner != NULL ? self->winner : dtls_connection_find_culprit (self);
  DtlsGaveUpStage stage = find_stage (self, culprit);
  DtlsEvent *event;

  if (stage == DTLS_GAVE_UP_KEYS)
    dtls_connection_say_key_differs (self);
  event = dtls_connection_begin (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_GAVE_UP, &culprit->address,
                                 NULL);
  if (event != NULL)
    {
      event->number[0] = self->walk;
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
  self->winner = dtls_connection_find_candidate (self, association);
  self->winner->met = self->winner->met_before = 0;
  self->state = CONNECTION_HANDSHAKE;
  dtls_connection_drop_candidates (self, self->winner);
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
  self->unreachable = self->answers = FALSE;
  self->n_unanswered = 0;
  self->silence_us = G_MAXINT64;
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
  self->answers = TRUE;
  self->n_unanswered = 0;
  self->silence_us = G_MAXINT64;
  dtls_pings_answered (&self->pings, association);
}

/* A user's message: without pings it is all that tells whether the server is there (C8). */
static void
sent_cb (DtlsAssociation *association)
{
  DtlsConnection *self = association->owner;

  if (++self->n_unanswered != UNANSWERED)
    return;
  self->silence_us = self->hub->now_us + SILENCE_US;
  arm (self);
}

static void
repeated_cb (DtlsAssociation *association)
{
  DtlsConnection *self = association->owner;

  self->tries++;
  if (dtls_session_has_sent_finished (association->session) && self->winner->met == 0
      && ++self->finished_repeats == FINISHED_REPEATS)
    dtls_connection_say_key_differs (self);
  self->winner->met_before = self->winner->met;
  self->winner->met = 0;
}

static void
over_cb (DtlsAssociation *association)
{
  DtlsConnection *self = association->owner;
  int code, received, sent;

  if (self->winner == NULL)
    self->winner = dtls_connection_find_candidate (self, association);
  code = dtls_session_get_failure (association->session, &received, &sent);
  if (!association->established && code == GNUTLS_E_UNSUPPORTED_VERSION_PACKET)
    dtls_connection_say_version (self, association->peer_version);
  else if (!association->established && code != 0)
    dtls_connection_say_alert (self, received);
  end (self, TRUE);
}

static const DtlsPolicy client_policy = {
  .session = { output_cb, NULL, provide_cb },
  .answered = answered_cb,
  .established = established_cb,
  .message = message_cb,
  .sent = sent_cb,
  .repeated = repeated_cb,
  .over = over_cb,
};

/* --- its life --- */

/**
 * dtls_connection_start:
 *
 * Sends the first hello, to the first address that takes it. Thread: the engine's.
 */
void
dtls_connection_start (DtlsConnection *self)
{
  self->state = CONNECTION_TRYING;
  self->winner = NULL;
  self->walk = self->tries = self->finished_repeats = 0;
  for (guint i = 0; i < self->n_candidates; i++)
    {
      self->candidates[i].odd = FALSE;
      self->candidates[i].met = self->candidates[i].met_before = 0;
    }
  self->started_us = self->hub->now_us;
  self->give_up_us = self->started_us + self->give_up_after_us;
  dtls_connection_begin_walk (self);
  arm (self);
}

/* C8: it has lost its state, or it is gone. A server that never answered may be one that answers
 * nothing: @is_sure is FALSE, and that is said, but it ends nothing. */
static void
notice_silence (DtlsConnection *self, guint n_messages, gboolean is_sure)
{
  self->silence_us = G_MAXINT64;
  if (!self->unreachable)
    dtls_connection_say_silent (self, n_messages);
  self->unreachable = TRUE;
  if (self->reconnect && is_sure)
    end (self, TRUE);
}

static void
due_established (DtlsConnection *self)
{
  dtls_pings_due (&self->pings, self->winner->association);
  if (self->pings.n_lost_in_a_row >= LOST_PINGS)
    notice_silence (self, 0, TRUE);
  else if (self->hub->now_us >= self->silence_us)
    notice_silence (self, self->n_unanswered, self->answers);
}

/**
 * dtls_connection_due:
 *
 * The deadline of a connection: the next address, the next walk, the end of its time, a ping,
 * coming back. Thread: the engine's.
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
        dtls_connection_begin_walk (self);
      else if (now_us >= self->launch_us)
        dtls_connection_launch (self);
      break;
    case CONNECTION_ESTABLISHED:
      due_established (self);
      break;
    case CONNECTION_ENDED:
      break;
    }
  arm (self);
}

/**
 * dtls_connection_from_deadline:
 * @deadline: of kind DTLS_DEADLINE_CONNECTION
 *
 * Returns: (transfer none): the connection that it is part of. Thread: the engine's.
 */
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
 * sends the next address on its way at once. Thread: the engine's.
 */
void
dtls_connection_met (DtlsConnection *self, DtlsAssociation *association, int error)
{
  Candidate *candidate = dtls_connection_find_candidate (self, association);

  if (candidate == NULL)
    return;
  if (self->state == CONNECTION_ESTABLISHED)
    {
      if (!self->unreachable)
        dtls_connection_say (self, DTLS_EVENT_STATE, DTLS_CODE_UNREACHABLE, NULL, error);
      self->unreachable = TRUE;
      return;
    }
  candidate->met = error;
  if (!dtls_connection_has_hope (self) && !dtls_connection_has_said (self, DTLS_CODE_REFUSED))
    dtls_connection_say (self, DTLS_EVENT_STATE, DTLS_CODE_REFUSED, &candidate->address, error);
  if (self->state == CONNECTION_TRYING && candidate == &self->candidates[self->next_candidate - 1])
    {
      dtls_connection_launch (self);
      arm (self);
    }
}

/**
 * dtls_connection_not_dtls:
 * @association: one of the connection's
 * @bytes: (array length=n_bytes): the datagram, which does not begin with a record
 *
 * Somebody answers for the server, and not with DTLS: said once while trying. Anybody could have
 * forged it, so it ends nothing. Thread: the engine's.
 */
void
dtls_connection_not_dtls (DtlsConnection *self, DtlsAssociation *association, const guint8 *bytes,
                          gsize n_bytes)
{
  Candidate *candidate = dtls_connection_find_candidate (self, association);
  DtlsEvent *event;

  if (candidate == NULL || self->state != CONNECTION_TRYING)
    return;
  candidate->odd = TRUE;
  if (dtls_connection_has_said (self, DTLS_CODE_NOT_DTLS))
    return;
  event = dtls_connection_begin (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_NOT_DTLS,
                                 &candidate->address, NULL);
  if (event == NULL)
    return;
  event->number[0] = n_bytes;
  memcpy (&event->number[1], bytes, MIN (n_bytes, 2 * sizeof event->number[1]));
  dtls_hub_commit (self->hub);
}

/* --- from outside --- */

/**
 * dtls_connection_new:
 * @options: copied
 * @ended: called when it is over and does not come back; it may free older ones, not this one
 *
 * Returns: (transfer full): a connection that waits for dtls_connection_start().
 * Thread: the engine's.
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
  self->policy = &client_policy;
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
 * table for as long as the connection lives. Thread: the engine's.
 */
const guint64 *
dtls_connection_get_id (DtlsConnection *self)
{
  return &self->id;
}

/**
 * dtls_connection_is_ended:
 *
 * Returns: whether it is over and does not come back by itself. Thread: the engine's.
 */
gboolean
dtls_connection_is_ended (DtlsConnection *self)
{
  return self->state == CONNECTION_ENDED;
}

/**
 * dtls_connection_get_association:
 *
 * Returns: (nullable): its association while it is established. Thread: the engine's.
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
 * Thread: the engine's.
 */
void
dtls_connection_close (DtlsConnection *self)
{
  if (self->state == CONNECTION_ENDED)
    return;
  if (is_waiting_for_finished (self) && self->finished_repeats > 0
      && dtls_connection_get_trouble (self->winner) == 0)
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
 * handshake goes on with it. Thread: the engine's.
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
      dtls_connection_drop_candidates (self, NULL);
    }
  self->greeted = FALSE;
  self->said = 0;
  self->returns = 0;
  dtls_connection_start (self);
}

/**
 * dtls_connection_restart_handshake:
 *
 * A handshake in progress begins afresh (T45); anything else is left alone. Thread: the engine's.
 */
void
dtls_connection_restart_handshake (DtlsConnection *self)
{
  if (self->state != CONNECTION_TRYING && self->state != CONNECTION_HANDSHAKE)
    return;
  dtls_connection_drop_candidates (self, NULL);
  dtls_connection_start (self);
}

/**
 * dtls_connection_set_ping:
 * @interval_ms: 0: no more pings
 *
 * Thread: the engine's.
 */
void
dtls_connection_set_ping (DtlsConnection *self, guint interval_ms)
{
  self->pings.interval_us = interval_ms * (gint64)1000;
  self->pings.due_us = interval_ms == 0 ? G_MAXINT64 : self->hub->now_us + self->pings.interval_us;
  arm (self);
}
