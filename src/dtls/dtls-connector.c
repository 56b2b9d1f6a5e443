/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-connector.h"

#include <errno.h>
#include <string.h>

enum
{
  NEXT_ADDRESS_US = 250 * 1000,         /* of silence, before the next address is tried, too */
  LONGEST_WALK_US = 5 * G_USEC_PER_SEC,
  PACE_US = 1000,
  FINISHED_REPEATS = 3,                 /* then the key most likely differs */
  LOST_PINGS = 3,                       /* in a row: the server has lost its state, or is gone */
  LONGEST_RETURN_US = 30 * G_USEC_PER_SEC,
  MAX_ENDED = 200,
  N_RTT = 32,
  ALERT_HANDSHAKE_FAILURE = 40,
  ALERT_DECRYPT_ERROR = 51,
  ALERT_BAD_RECORD_MAC = 20,
  ALERT_PROTOCOL_VERSION = 70,
  ALERT_INSUFFICIENT_SECURITY = 71,
  ALERT_UNKNOWN_PSK_IDENTITY = 115
};

typedef enum
{
  CONNECTION_WAITING,           /* for its turn to start, or to come back */
  CONNECTION_TRYING,            /* hellos are out, nobody has answered */
  CONNECTION_HANDSHAKE,
  CONNECTION_ESTABLISHED,
  CONNECTION_ENDED
} ConnectionState;

/* One address of the name, with a socket and a session of its own. */
typedef struct
{
  DtlsAddress      address;
  DtlsAssociation *association; /* (nullable): owned by the table */
  guint32          socket;
  gboolean         open;
  gboolean         refused;
} Candidate;

struct _DtlsConnection
{
  DtlsDeadline       deadline;
  DtlsConnector     *connector;
  guint64            id;
  ConnectionState    state;
  char              *name;
  GBytes            *identity;
  DtlsKey           *key;
  DtlsSessionConfig *config;
  Candidate         *candidates;
  guint              n_candidates, next_candidate;
  Candidate         *winner;
  DtlsCounters       counters;  /* of associations that ended */
  guint64            said;
  gint64             started_us, launch_us, walk_us, give_up_us, return_us;
  gint64             first_timeout_us, give_up_after_us;
  guint              walk, tries, returns, finished_repeats;
  guint16            local_port;
  gboolean           reconnect, greeted, unreachable;
  gint64             ping_interval_us, ping_us, ping_sent_us;
  guint              n_pings, n_lost_in_a_row;
  guint32            rtt_us[N_RTT];
  guint              n_rtt;
  GList              ended;     /* node of connector->ended */
};

static Candidate *
find_candidate (DtlsConnection *self, DtlsAssociation *association)
{
  for (guint i = 0; i < self->n_candidates; i++)
    if (self->candidates[i].association == association)
      return &self->candidates[i];
  return NULL;
}

static const DtlsAddress *
current_peer (DtlsConnection *self)
{
  return self->winner != NULL ? &self->winner->address : &self->candidates[0].address;
}

static DtlsEvent *
begin_event (DtlsConnection *self, DtlsEventKind kind, DtlsCode code, const DtlsAddress *peer,
             const char *text)
{
  DtlsAssociation *association = self->winner != NULL ? self->winner->association : NULL;
  DtlsEventFields fields = {
    .association = self->id,
    .peer = peer != NULL ? peer : current_peer (self),
    .totals = association != NULL ? &association->counters : &self->counters,
    .name = self->name,
    .identity = self->identity,
    .text = (const guint8 *) text,
    .n_text = text != NULL ? strlen (text) : 0,
    .flags = DTLS_EVENT_FLAG_CLIENT,
  };
  guint64 said = self->said | (association != NULL ? association->said : 0);

  if ((said >> code & 1) == 0)
    fields.flags |= DTLS_EVENT_FLAG_FIRST;
  self->said |= G_GUINT64_CONSTANT (1) << code;
  return dtls_hub_begin (self->connector->hub, kind, code, &fields);
}

static void
say (DtlsConnection *self, DtlsEventKind kind, DtlsCode code, const DtlsAddress *peer,
     gint32 number)
{
  DtlsEvent *event = begin_event (self, kind, code, peer, NULL);

  if (event == NULL)
    return;
  event->number[0] = number;
  dtls_hub_commit (self->connector->hub);
}

static gboolean
has_said (DtlsConnection *self, DtlsCode code)
{
  return (self->said >> code & 1) != 0;
}

static void
drop_association (DtlsConnection *self, Candidate *candidate)
{
  if (candidate->association == NULL)
    return;
  if (candidate == self->winner)
    self->counters = candidate->association->counters;
  self->said |= candidate->association->said;
  dtls_table_remove (self->connector->table, candidate->association);
  candidate->association = NULL;
}

static void
drop_candidate (DtlsConnection *self, Candidate *candidate)
{
  drop_association (self, candidate);
  if (candidate->open)
    dtls_transport_close (self->connector->hub->transport, candidate->socket);
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
      due_us = self->ping_us;
      break;
    case CONNECTION_ENDED:
      break;
    }
  dtls_deadlines_set (&self->connector->hub->deadlines, &self->deadline, due_us);
}

static void
free_connection (gpointer data)
{
  DtlsConnection *self = data;

  drop_candidates (self, NULL);
  dtls_deadlines_remove (&self->connector->hub->deadlines, &self->deadline);
  g_clear_pointer (&self->identity, g_bytes_unref);
  g_clear_pointer (&self->key, dtls_key_unref);
  g_clear_pointer (&self->config, dtls_session_config_unref);
  g_free (self->name);
  g_free (self->candidates);
  g_free (self);
}

/* --- the end, and coming back --- */

/* Said why already. Comes back by itself when it is to, else stays as ended for the window. */
static void
end (DtlsConnection *self, gboolean may_return)
{
  DtlsConnector *connector = self->connector;

  dtls_hub_flush (connector->hub);      /* a goodbye may be in the outbox of a socket to be closed */
  drop_candidates (self, NULL);
  self->winner = NULL;
  self->ping_us = G_MAXINT64;
  if (may_return && self->reconnect)
    {
      gint64 wait_us = MIN (LONGEST_RETURN_US, G_USEC_PER_SEC << MIN (self->returns, 5));
      DtlsEvent *event;

      self->state = CONNECTION_WAITING;
      self->return_us = connector->hub->now_us + wait_us;
      self->returns++;
      event = begin_event (self, DTLS_EVENT_STATE, DTLS_CODE_RECONNECTING, NULL, NULL);
      if (event != NULL)
        {
          event->number[0] = self->returns;
          event->number[1] = wait_us / 1000;
          dtls_hub_commit (connector->hub);
        }
    }
  else if (self->state != CONNECTION_ENDED)
    {
      self->state = CONNECTION_ENDED;
      g_queue_push_tail_link (&connector->ended, &self->ended);
      if (connector->ended.length > MAX_ENDED)
        {
          DtlsConnection *oldest = g_queue_pop_head_link (&connector->ended)->data;

          g_hash_table_remove (connector->connections, &oldest->id);
        }
    }
  arm (self);
}

static void
say_key_differs (DtlsConnection *self)
{
  if (!has_said (self, DTLS_CODE_KEY_DIFFERS))
    say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_KEY_DIFFERS, NULL, 0);
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
  DtlsHub *hub = self->connector->hub;
  DtlsGaveUpStage stage = DTLS_GAVE_UP_SILENT;
  DtlsEvent *event;

  if (is_waiting_for_finished (self))
    {
      say_key_differs (self);
      stage = DTLS_GAVE_UP_KEYS;
    }
  else if (self->state == CONNECTION_HANDSHAKE)
    stage = DTLS_GAVE_UP_HANDSHAKE;
  else if (has_said (self, DTLS_CODE_REFUSED))
    stage = DTLS_GAVE_UP_REFUSED;
  event = begin_event (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_GAVE_UP, NULL, NULL);
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
    say (self, DTLS_EVENT_STATE, DTLS_CODE_ANSWERED, &self->winner->address, 0);
  arm (self);
}

static void
send_ping (DtlsConnection *self)
{
  DtlsHub *hub = self->connector->hub;
  DtlsAssociation *association = self->winner->association;
  g_autofree char *text
    = g_strdup_printf ("I am %s, please, accept our ping %u", self->name, self->n_pings);
  g_autoptr (GError) error = NULL;
  DtlsEvent *event;

  if (self->ping_sent_us != 0)
    {
      association->counters.pings_lost++;
      self->n_lost_in_a_row++;
    }
  self->n_pings++;
  self->ping_sent_us = hub->now_us;
  if (!dtls_association_send (association, (const guint8 *) text, strlen (text), &error))
    {
      self->ping_sent_us = 0;
      event = begin_event (self, DTLS_EVENT_STATE, DTLS_CODE_SEND_FAILED, NULL, error->message);
      if (event != NULL)
        dtls_hub_commit (hub);
      return;
    }
  association->counters.pings_sent++;
  event = begin_event (self, DTLS_EVENT_STATE, DTLS_CODE_SENT, NULL, NULL);
  if (event != NULL)
    {
      event->number[0] = strlen (text);
      event->number[1] = 1;
      dtls_hub_commit (hub);
    }
}

static void
established_cb (DtlsAssociation *association)
{
  DtlsConnection *self = association->owner;

  self->state = CONNECTION_ESTABLISHED;
  self->returns = 0;
  self->unreachable = FALSE;
  self->n_lost_in_a_row = 0;
  self->ping_sent_us = 0;
  self->ping_us = G_MAXINT64;
  dtls_table_add_id (self->connector->table, association);
  if (self->ping_interval_us > 0)
    {
      send_ping (self);
      self->ping_us = association->hub->now_us + self->ping_interval_us;
    }
  arm (self);
}

static int
compare_u32 (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return x < y ? -1 : x > y;
}

static void
note_rtt (DtlsConnection *self, DtlsCounters *counters, gint64 rtt_us)
{
  guint32 sorted[N_RTT];
  guint n;

  self->rtt_us[self->n_rtt++ % N_RTT] = CLAMP (rtt_us, 1, G_MAXUINT32);
  n = MIN (self->n_rtt, N_RTT);
  memcpy (sorted, self->rtt_us, n * sizeof *sorted);
  qsort (sorted, n, sizeof *sorted, compare_u32);
  counters->rtt_last_us = self->rtt_us[(self->n_rtt - 1) % N_RTT];
  counters->rtt_median_us = sorted[n / 2];
}

static void
arriving_cb (DtlsAssociation *association)
{
  DtlsConnection *self = association->owner;

  self->unreachable = FALSE;
  self->n_lost_in_a_row = 0;
  if (self->ping_sent_us == 0)
    return;
  association->counters.pings_answered++;
  note_rtt (self, &association->counters, association->hub->now_us - self->ping_sent_us);
  self->ping_sent_us = 0;
}

static void
message_cb (DtlsAssociation *association, const guint8 *bytes, gsize n_bytes)
{
  /* answers are shown, not answered: two programs would talk for ever */
}

static void
repeated_cb (DtlsAssociation *association)
{
  DtlsConnection *self = association->owner;

  self->tries++;
  if (dtls_session_has_sent_finished (association->session)
      && ++self->finished_repeats == FINISHED_REPEATS)
    say_key_differs (self);
}

/* Why the server ended it, in words (UX 6); its alert says so. */
static void
say_diagnosis_of_alert (DtlsConnection *self, int alert)
{
  switch (alert)
    {
    case ALERT_HANDSHAKE_FAILURE:
    case ALERT_INSUFFICIENT_SECURITY:
      say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_NO_COMMON_SUITE, NULL, alert);
      break;
    case ALERT_UNKNOWN_PSK_IDENTITY:
      say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_UNKNOWN_IDENTITY, NULL, alert);
      break;
    case ALERT_DECRYPT_ERROR:
    case ALERT_BAD_RECORD_MAC:
      say_key_differs (self);
      break;
    case ALERT_PROTOCOL_VERSION:
      {
        DtlsEvent *event
          = begin_event (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_VERSION, NULL, NULL);

        if (event == NULL)
          break;
        event->number[1] = 1;
        dtls_hub_commit (self->connector->hub);
        break;
      }
    default:
      break;
    }
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
    say_diagnosis_of_alert (self, received);
  end (self, TRUE);
}

static const DtlsPolicy client_policy = {
  .session = { output_cb, NULL, provide_cb },
  .answered = answered_cb,
  .established = established_cb,
  .arriving = arriving_cb,
  .message = message_cb,
  .repeated = repeated_cb,
  .over = over_cb,
};

/* --- trying the addresses --- */

static gboolean
open_candidate (DtlsConnection *self, Candidate *candidate)
{
  DtlsAddress local = { 0 }, bound;

  if (candidate->open)
    return TRUE;
  if (dtls_address_is_ipv4 (&candidate->address))
    dtls_address_parse_ip (&local, "0.0.0.0", self->local_port);
  else
    local.port = self->local_port;
  candidate->open
    = dtls_transport_open (self->connector->hub->transport, self->local_port != 0 ? &local : NULL,
                           &candidate->address, &candidate->socket, &bound, NULL);
  return candidate->open;
}

/* A fresh hello to one address. FALSE: it cannot even be sent there. */
static gboolean
begin_candidate (DtlsConnection *self, Candidate *candidate)
{
  DtlsConnector *connector = self->connector;
  DtlsPath path = { .peer = candidate->address };
  DtlsAssociation *association;

  candidate->refused = FALSE;
  drop_association (self, candidate);
  if (!open_candidate (self, candidate))
    return FALSE;
  path.socket = candidate->socket;
  association = dtls_association_new (connector->hub, &client_policy, self, self->id, &path,
                                      self->config, NULL);
  if (association == NULL)
    return FALSE;
  association->client = association->manual = TRUE;
  association->name = self->name;
  association->identity = g_bytes_ref (self->identity);
  association->counters = self->counters;
  association->said = self->said;
  candidate->association = association;
  dtls_table_add (connector->table, association);
  if (!self->greeted)
    say (self, DTLS_EVENT_STATE, DTLS_CODE_STARTING, &candidate->address, 0);
  self->greeted = TRUE;
  self->tries++;
  if ((dtls_association_start (association) & DTLS_STEP_FAILED) == 0)
    return TRUE;
  drop_association (self, candidate);
  return FALSE;
}

static void
launch (DtlsConnection *self)
{
  self->launch_us = G_MAXINT64;
  while (self->next_candidate < self->n_candidates)
    if (begin_candidate (self, &self->candidates[self->next_candidate++]))
      {
        if (self->next_candidate < self->n_candidates)
          self->launch_us = self->connector->hub->now_us + NEXT_ADDRESS_US;
        return;
      }
}

static void
begin_walk (DtlsConnection *self)
{
  gint64 longest_us = MAX (LONGEST_WALK_US, self->first_timeout_us);
  gint64 wait_us = MIN (longest_us, self->first_timeout_us << MIN (self->walk, 16));
  DtlsEvent *event;

  wait_us = MAX (wait_us, (gint64) self->n_candidates * NEXT_ADDRESS_US);
  self->next_candidate = 0;
  self->walk_us = self->connector->hub->now_us + wait_us;
  if (self->walk > 0)
    {
      self->counters.retransmissions++;
      event = begin_event (self, DTLS_EVENT_STATE, DTLS_CODE_RETRANSMIT, NULL, NULL);
      if (event != NULL)
        {
          event->number[0] = 1;
          event->number[1] = self->walk;
          event->number[2] = wait_us / 1000;
          event->number[3]
            = self->walk + (self->give_up_us - self->walk_us) / longest_us + 1;
          dtls_hub_commit (self->connector->hub);
        }
    }
  self->walk++;
  launch (self);
}

static void
start (DtlsConnection *self)
{
  self->state = CONNECTION_TRYING;
  self->winner = NULL;
  self->walk = self->tries = self->finished_repeats = 0;
  self->started_us = self->connector->hub->now_us;
  self->give_up_us = self->started_us + self->give_up_after_us;
  begin_walk (self);
  arm (self);
}

static void
due_established (DtlsConnection *self, gint64 now_us)
{
  if (now_us < self->ping_us)
    return;
  self->ping_us = now_us + self->ping_interval_us;
  send_ping (self);
  if (self->n_lost_in_a_row != LOST_PINGS)
    return;
  /* C8: it has lost its state, or it is gone; data alone would never tell */
  if (!self->unreachable)
    say (self, DTLS_EVENT_STATE, DTLS_CODE_UNREACHABLE, NULL, 0);
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
          start (self);
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
      due_established (self, now_us);
      break;
    case CONNECTION_ENDED:
      break;
    }
  arm (self);
}

DtlsConnection *
dtls_connection_from_deadline (DtlsDeadline *deadline)
{
  return (DtlsConnection *) ((char *) deadline - G_STRUCT_OFFSET (DtlsConnection, deadline));
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

/**
 * dtls_connector_met:
 * @error: what the path met: ECONNREFUSED, EHOSTUNREACH ...
 *
 * An ICMP message, which anybody could have forged: never an end (C2, C3). While trying it
 * sends the next address on its way at once.
 */
void
dtls_connector_met (DtlsConnector *self, DtlsAssociation *association, int error)
{
  DtlsConnection *connection = association->owner;
  Candidate *candidate = find_candidate (connection, association);

  if (candidate == NULL)
    return;
  if (connection->state == CONNECTION_ESTABLISHED)
    {
      if (!connection->unreachable)
        say (connection, DTLS_EVENT_STATE, DTLS_CODE_UNREACHABLE, NULL, error);
      connection->unreachable = TRUE;
      return;
    }
  candidate->refused = TRUE;
  if (!has_hope (connection) && !has_said (connection, DTLS_CODE_REFUSED))
    say (connection, DTLS_EVENT_STATE, DTLS_CODE_REFUSED, &candidate->address, error);
  if (connection->state == CONNECTION_TRYING
      && candidate == &connection->candidates[connection->next_candidate - 1])
    {
      launch (connection);
      arm (connection);
    }
}

/* --- the connector --- */

void
dtls_connector_init (DtlsConnector *self, DtlsHub *hub, DtlsTable *table)
{
  memset (self, 0, sizeof *self);
  self->hub = hub;
  self->table = table;
  self->pace.kind = DTLS_DEADLINE_CONNECTOR;
  self->connections = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_connection);
  g_queue_init (&self->waiting);
  g_queue_init (&self->ended);
}

void
dtls_connector_clear (DtlsConnector *self)
{
  if (self->connections == NULL)
    return;
  g_queue_clear (&self->waiting);
  dtls_deadlines_remove (&self->hub->deadlines, &self->pace);
  g_clear_pointer (&self->connections, g_hash_table_unref);
}

/**
 * dtls_connector_add:
 *
 * Adds a connection; it starts in its turn, one a millisecond, so that a thousand of them do
 * not fall over the server in one burst.
 *
 * Returns: its id.
 */
guint64
dtls_connector_add (DtlsConnector *self, const DtlsConnectionOptions *options)
{
  DtlsConnection *connection = g_new0 (DtlsConnection, 1);

  connection->deadline.kind = DTLS_DEADLINE_CONNECTION;
  connection->connector = self;
  connection->id = ++self->hub->last_id;
  connection->state = CONNECTION_WAITING;
  connection->return_us = connection->ping_us = G_MAXINT64;
  connection->name = g_strdup (options->name);
  connection->identity = g_bytes_ref (options->identity);
  connection->key = dtls_key_ref (options->key);
  connection->config = dtls_session_config_ref (options->config);
  connection->n_candidates = options->n_addresses;
  connection->candidates = g_new0 (Candidate, options->n_addresses);
  for (guint i = 0; i < options->n_addresses; i++)
    connection->candidates[i].address = options->addresses[i];
  connection->first_timeout_us
    = (options->first_timeout_ms == 0 ? 1000 : options->first_timeout_ms) * (gint64) 1000;
  connection->give_up_after_us
    = (options->give_up_s == 0 ? 60 : options->give_up_s) * (gint64) G_USEC_PER_SEC;
  connection->reconnect = options->reconnect;
  connection->local_port = options->local_port;
  connection->ping_interval_us = options->ping_interval_ms * (gint64) 1000;
  connection->ended.data = connection;
  g_hash_table_insert (self->connections, &connection->id, connection);

  g_queue_push_tail (&self->waiting, connection);
  if (self->pace.slot == 0)
    dtls_deadlines_set (&self->hub->deadlines, &self->pace, self->hub->now_us);
  return connection->id;
}

/**
 * dtls_connector_pace_due:
 *
 * Starts the next connection that waits.
 */
void
dtls_connector_pace_due (DtlsConnector *self)
{
  DtlsConnection *connection = g_queue_pop_head (&self->waiting);

  if (connection == NULL)
    return;
  start (connection);
  if (self->waiting.length > 0)
    dtls_deadlines_set (&self->hub->deadlines, &self->pace, self->hub->now_us + PACE_US);
}

static void
close_connection (DtlsConnection *self)
{
  if (self->state == CONNECTION_ENDED)
    return;
  g_queue_remove (&self->connector->waiting, self);
  if (is_waiting_for_finished (self) && self->finished_repeats > 0)
    say_key_differs (self);
  if (self->state == CONNECTION_ESTABLISHED)
    dtls_association_close (self->winner->association, DTLS_CLOSE_LOCAL);
  else
    say (self, DTLS_EVENT_STATE, DTLS_CODE_CLOSED, NULL, DTLS_CLOSE_LOCAL);
  end (self, FALSE);
}

/* Calls @func for the connection @id, or for each one when it is 0; @func may free others. */
static void
foreach_connection (DtlsConnector *self, guint64 id, void (*func) (DtlsConnection *))
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof id);
  GHashTableIter iter;
  gpointer key;

  if (id != 0)
    g_array_append_val (ids, id);
  else
    {
      g_hash_table_iter_init (&iter, self->connections);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        g_array_append_vals (ids, key, 1);
    }
  for (guint i = 0; i < ids->len; i++)
    {
      DtlsConnection *connection
        = g_hash_table_lookup (self->connections, &g_array_index (ids, guint64, i));

      if (connection != NULL)
        func (connection);
    }
}

/**
 * dtls_connector_close:
 * @id: a connection, or 0 for all
 *
 * close_notify where there is somebody to read it, and an end without coming back.
 */
void
dtls_connector_close (DtlsConnector *self, guint64 id)
{
  foreach_connection (self, id, close_connection);
}

static void
reconnect_connection (DtlsConnection *self)
{
  if (self->state == CONNECTION_ESTABLISHED)
    {
      dtls_association_close (self->winner->association, DTLS_CLOSE_LOCAL);
      end (self, FALSE);
    }
  if (self->state == CONNECTION_ENDED)
    g_queue_unlink (&self->connector->ended, &self->ended);
  else if (self->state != CONNECTION_WAITING)
    return;
  g_queue_remove (&self->connector->waiting, self);
  self->greeted = FALSE;
  self->said = 0;
  start (self);
}

/**
 * dtls_connector_reconnect:
 *
 * Starts an ended connection again, with the same id, name and key; an established one is
 * closed before.
 */
void
dtls_connector_reconnect (DtlsConnector *self, guint64 id)
{
  foreach_connection (self, id, reconnect_connection);
}

static void
restart_handshake (DtlsConnection *self)
{
  if (self->state != CONNECTION_TRYING && self->state != CONNECTION_HANDSHAKE)
    return;
  drop_candidates (self, NULL);
  start (self);
}

/**
 * dtls_connector_restart_handshakes:
 *
 * GnuTLS's timers follow the wall clock: after a step of it, handshakes begin afresh (T45).
 */
void
dtls_connector_restart_handshakes (DtlsConnector *self)
{
  foreach_connection (self, 0, restart_handshake);
}

/**
 * dtls_connector_set_ping:
 * @id: a connection, or 0 for all
 * @interval_ms: 0: no more pings
 */
void
dtls_connector_set_ping (DtlsConnector *self, guint64 id, guint interval_ms)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      DtlsConnection *connection = value;

      if (id != 0 && id != connection->id)
        continue;
      connection->ping_interval_us = interval_ms * (gint64) 1000;
      connection->ping_us = interval_ms == 0 ? G_MAXINT64
                                             : self->hub->now_us + connection->ping_interval_us;
      arm (connection);
    }
}

/**
 * dtls_connector_foreach_established:
 *
 * Calls @func with the association of each established connection.
 */
void
dtls_connector_foreach_established (DtlsConnector *self,
                                    void (*func) (DtlsAssociation *association, gpointer user_data),
                                    gpointer user_data)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      DtlsConnection *connection = value;

      if (connection->state == CONNECTION_ESTABLISHED)
        func (connection->winner->association, user_data);
    }
}
