/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-association-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#include "dtls-error.h"

enum
{
  MIN_REPEAT_MS = 10,           /* however GnuTLS counts, its timer cannot spin */
  TOO_LONG_US = 200 * 1000,     /* less than any repeat takes: each may lower the MTU once */
  NARROW_US = 600 * G_USEC_PER_SEC      /* then the path may have become wider (RFC 1191, 6.3) */
};

/**
 * dtls_association_new:
 * @policy: static
 * @owner: borrowed for as long as the association lives
 * @prestate: (nullable): of a checked cookie, for a server
 *
 * Returns: (transfer full) (nullable): a half-open association, not yet in a table and without
 * a deadline. Thread: the engine's.
 */
DtlsAssociation *
dtls_association_new (DtlsHub *hub, const DtlsPolicy *policy, gpointer owner, guint64 id,
                      const DtlsPath *path, DtlsSessionConfig *config,
                      gnutls_dtls_prestate_st *prestate)
{
  DtlsAssociation *self = g_new0 (DtlsAssociation, 1);

  self->deadline.kind = DTLS_DEADLINE_ASSOCIATION;
  self->hub = hub;
  self->policy = policy;
  self->owner = owner;
  self->id = id;
  self->path = *path;
  self->order.data = self;
  self->born_us = self->last_us = hub->now_us;
  self->session = dtls_session_new (config, &policy->session, self, prestate);
  if (self->session == NULL)
    g_clear_pointer (&self, dtls_association_free);
  return self;
}

/**
 * dtls_association_free:
 *
 * Frees it and its session without a word on the wire. Its successor is its table's to care for.
 * Thread: the engine's.
 */
void
dtls_association_free (DtlsAssociation *self)
{
  dtls_deadlines_remove (&self->hub->deadlines, &self->deadline);
  g_clear_pointer (&self->session, dtls_session_free);
  g_clear_pointer (&self->identity, g_bytes_unref);
  dtls_association_drop_held (self);
  g_free (self->reply);
  g_free (self);
}

/**
 * dtls_association_begin:
 * @text: (nullable): the event's text
 *
 * Begins an event about this association; see dtls_hub_begin().
 *
 * Returns: (nullable): NULL also as long as it is one of a flood of handshakes.
 * Thread: the engine's. Source: B2.
 */
DtlsEvent *
dtls_association_begin (DtlsAssociation *self, DtlsEventKind kind, DtlsCode code, const char *text)
{
  DtlsEventFields fields = {
    .association = self->id,
    .peer = &self->path.peer,
    .totals = &self->counters,
    .name = self->name,
    .identity = self->identity,
    .text = (const guint8 *) text,
    .n_text = text != NULL ? strlen (text) : 0,
    .flags = self->client ? DTLS_EVENT_FLAG_CLIENT : 0,
  };

  if (self->quiet && !self->established)
    return NULL;
  if (self->identity_cut)
    fields.flags |= DTLS_EVENT_FLAG_TRUNCATED;
  if (!dtls_association_has_said (self, code))
    fields.flags |= DTLS_EVENT_FLAG_FIRST;
  self->said |= G_GUINT64_CONSTANT (1) << code;
  return dtls_hub_begin (self->hub, kind, code, &fields);
}

/**
 * dtls_association_say:
 * @number: the event's first number
 *
 * Writes an event about this association that has no text; see dtls_hub_begin().
 * Thread: the engine's.
 */
void
dtls_association_say (DtlsAssociation *self, DtlsEventKind kind, DtlsCode code, gint32 number)
{
  DtlsEvent *event = dtls_association_begin (self, kind, code, NULL);

  if (event == NULL)
    return;
  event->number[0] = number;
  dtls_hub_commit (self->hub);
}

/**
 * dtls_association_has_said:
 *
 * Returns: whether an event of @code was begun for it, whoever read it. Thread: the engine's.
 */
gboolean
dtls_association_has_said (DtlsAssociation *self, DtlsCode code)
{
  return (self->said >> code & 1) != 0;
}

static void
say_message (DtlsAssociation *self, const DtlsRecord *record, guint index, guint n_records,
             const guint8 *text, gsize n_text)
{
  DtlsEventFields fields = {
    .association = self->id,
    .peer = &self->path.peer,
    .totals = &self->counters,
    .name = self->name,
    .identity = self->identity,
    .wire = record->bytes,
    .n_wire = record->n_bytes,
    .text = text,
    .n_text = n_text,
    .flags = self->client ? DTLS_EVENT_FLAG_CLIENT : 0,
  };
  DtlsEvent *event = dtls_hub_begin (self->hub, DTLS_EVENT_MESSAGE, DTLS_CODE_NONE, &fields);

  if (event == NULL)
    return;
  event->record = MIN (index + 1, G_MAXUINT8);
  event->n_records = MIN (n_records, G_MAXUINT8);
  dtls_hub_commit (self->hub);
}

static void
say_failed (DtlsAssociation *self)
{
  int received, sent, code = dtls_session_get_failure (self->session, &received, &sent);
  DtlsEvent *event = dtls_association_begin (self, DTLS_EVENT_STATE, DTLS_CODE_FAILED, NULL);

  if (event == NULL)
    return;
  event->number[0] = code;
  event->number[1] = received;
  event->number[2] = sent;
  dtls_hub_commit (self->hub);
}

/* Clear records can be forged: only what the handshake waits for reaches GnuTLS, which ends a
 * session over some of the others (S15). A server waits for the ClientKeyExchange alone. */
static gboolean
is_expected (DtlsAssociation *self, const DtlsRecord *record)
{
  if (record->epoch != 0)
    return TRUE;
  if (!dtls_record_is_sound (record))
    return FALSE;
  if (self->client || record->type != DTLS_CONTENT_HANDSHAKE || dtls_record_is_hello (record))
    return TRUE;
  return dtls_record_is_part_of (record, GNUTLS_HANDSHAKE_CLIENT_KEY_EXCHANGE, self->next_message);
}

static void
say_progress (DtlsAssociation *self)
{
  if (self->progressed && !self->established)
    dtls_association_say (self, DTLS_EVENT_STATE, DTLS_CODE_PROGRESS, 0);
  self->progressed = FALSE;
}

/* A Finished that our key does not open: nothing on the wire says so, hence we do (DESIGN 5). */
static void
conclude_key_differs (DtlsAssociation *self, const DtlsRecord *record)
{
  if (self->client || self->key_differs || !self->key_known || !self->ccs_in || record->epoch != 1
      || record->type != DTLS_CONTENT_HANDSHAKE)
    return;
  self->key_differs = TRUE;
  say_progress (self);
  dtls_association_say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_KEY_DIFFERS, 0);
}

static void
become_established (DtlsAssociation *self)
{
  DtlsEvent *event;

  self->established = TRUE;
  self->progressed = FALSE;
  self->last_us = self->hub->now_us;
  event = dtls_association_begin (self, DTLS_EVENT_STATE, DTLS_CODE_ESTABLISHED,
                                  dtls_session_get_suite (self->session));
  if (event != NULL)
    {
      event->number[0] = dtls_session_get_data_mtu (self->session);
      dtls_hub_commit (self->hub);
    }
  if (self->key_differs && !self->quiet)
    dtls_association_say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_KEY_AGREES, 0);
  self->policy->established (self);
  dtls_association_arm (self);
}

/* The path was too narrow once: is it still? The reader learns what fits, and it is no row. */
static void
widen (DtlsAssociation *self)
{
  guint before = dtls_session_get_mtu (self->session);
  guint known = dtls_transport_get_mtu (self->hub->transport, self->path.socket);
  DtlsEvent *event;

  self->too_long_us = self->hub->now_us;
  dtls_session_set_mtu (self->session, known != 0 ? known : G_MAXINT);
  if (dtls_session_get_mtu (self->session) == before)
    return;
  event = dtls_association_begin (self, DTLS_EVENT_STATE, DTLS_CODE_SNAPSHOT,
                                  dtls_session_get_suite (self->session));
  if (event == NULL)
    return;
  event->number[0] = DTLS_SNAPSHOT_ESTABLISHED;
  event->number[1] = dtls_session_get_data_mtu (self->session);
  dtls_hub_commit (self->hub);
}

static DtlsStep
feed_one (DtlsAssociation *self, const DtlsRecord *record, guint index, guint n_records)
{
  const guint8 *text = NULL;
  gsize n_text = 0;
  DtlsStep step = dtls_session_feed (self->session, record, &text, &n_text);

  if ((step & DTLS_STEP_MESSAGE) != 0)
    {
      self->counters.messages_in++;
      self->counters.bytes_in += n_text;
      self->last_us = self->hub->now_us;
      if (self->too_long_us != 0 && self->last_us >= self->too_long_us + NARROW_US)
        widen (self);
      self->policy->message (self, text, n_text);
      say_message (self, record, index, n_records, text, n_text);
      return step;
    }
  if ((step & DTLS_STEP_REFUSED) != 0 && !self->established)
    conclude_key_differs (self, record);
  else if (!self->established)
    {
      self->progressed = TRUE;
      if (self->manual && record->type == DTLS_CONTENT_HANDSHAKE)
        self->policy->answered (self);
    }
  if (record->type == DTLS_CONTENT_CHANGE_CIPHER_SPEC && (step & DTLS_STEP_REFUSED) == 0)
    self->ccs_in = TRUE;
  if ((step & DTLS_STEP_ESTABLISHED) != 0)
    become_established (self);
  if ((step & DTLS_STEP_FAILED) != 0)
    {
      self->peer_version = self->client ? dtls_record_read_server_version (record) : 0;
      say_failed (self);
    }
  if ((step & DTLS_STEP_CLOSED) != 0)
    {
      dtls_session_close (self->session);       /* answered, best effort (S22) */
      dtls_association_say (self, DTLS_EVENT_STATE, DTLS_CODE_CLOSED, DTLS_CLOSE_PEER);
    }
  return step;
}

/**
 * dtls_association_feed:
 * @record: of a datagram from this association's peer; epoch 0 only while half-open
 * @index: which record of its datagram, from 0
 * @n_records: how many records the datagram has
 *
 * Gives one record to the session, holds back what came before its turn and feeds it as soon as
 * it may go (T25), and writes the events. With DTLS_STEP_CLOSED or DTLS_STEP_FAILED the caller
 * hands the association to its policy's over(). Thread: the engine's.
 */
DtlsStep
dtls_association_feed (DtlsAssociation *self, const DtlsRecord *record, guint index,
                       guint n_records)
{
  DtlsStep step, all;
  DtlsHeld *held;

  if (!self->established && !is_expected (self, record))
    return DTLS_STEP_REFUSED;
  if (!self->established && self->ccs_in && record->type == DTLS_CONTENT_CHANGE_CIPHER_SPEC)
    return 0;                   /* a repeat */
  if (dtls_association_must_wait (self, record))
    {
      dtls_association_hold (self, record, index, n_records);
      return 0;
    }
  all = step = feed_one (self, record, index, n_records);
  while (self->held != NULL && (step & (DTLS_STEP_CLOSED | DTLS_STEP_FAILED)) == 0
         && (held = dtls_association_take_held (self)) != NULL)
    {
      const guint8 *bytes = held->bytes;
      gsize n_bytes = held->n_bytes;
      DtlsRecord taken;

      dtls_record_next (&bytes, &n_bytes, &taken);
      step = feed_one (self, &taken, held->index, held->n_records);
      /* what a held record was refused for is no word about the one in hand */
      all |= step & ~DTLS_STEP_REFUSED;
      g_free (held);
    }
  return all;
}

/**
 * dtls_association_end_datagram:
 *
 * After the last record of a datagram: the originals' line for each handshake datagram that did
 * not end the handshake, and the deadline. Thread: the engine's.
 */
void
dtls_association_end_datagram (DtlsAssociation *self)
{
  if (self->established)
    return;
  say_progress (self);
  dtls_association_arm (self);
}

/**
 * dtls_association_start:
 *
 * A client's first hello. Thread: the engine's.
 */
DtlsStep
dtls_association_start (DtlsAssociation *self)
{
  DtlsStep step = dtls_session_tick (self->session);

  if ((step & DTLS_STEP_FAILED) != 0)
    say_failed (self);
  else
    dtls_association_arm (self);
  return step;
}

/**
 * dtls_association_arm:
 *
 * Sets the one deadline: half-open, the next repeat or the end of its time; established, the
 * idle limit, which a datagram does not move (it writes last_us, and the due deadline finds that).
 * Thread: the engine's.
 */
void
dtls_association_arm (DtlsAssociation *self)
{
  gint64 due_us = G_MAXINT64;

  if (self->established)
    {
      if (self->idle_us > 0)
        due_us = self->last_us + self->idle_us;
    }
  else
    {
      if (!self->manual)
        {
          guint ms = dtls_session_get_timeout_ms (self->session);

          due_us = self->hub->now_us + MAX (ms, MIN_REPEAT_MS) * (gint64) 1000;
        }
      if (self->age_us > 0)
        due_us = MIN (due_us, self->born_us + self->age_us);
    }
  dtls_deadlines_set (&self->hub->deadlines, &self->deadline, due_us);
}

/* How often a timer that doubles from the first repeat on runs within the time a handshake has. */
static guint
count_repeats (guint next_ms, guint times, gint64 left_ms)
{
  guint n = times;

  for (gint64 ms = next_ms; ms > 0 && ms <= left_ms; ms += ms)
    {
      left_ms -= ms;
      n++;
    }
  return n;
}

/* Each flight is counted by itself: what was lost before it was answered since. */
static void
say_repeat (DtlsAssociation *self)
{
  guint next_ms = dtls_session_get_timeout_ms (self->session);
  gint64 until_us = self->age_us > 0 ? self->born_us + self->age_us : self->until_us;
  guint flight = dtls_session_get_flight (self->session);
  DtlsEvent *event;

  if (flight != self->repeated)
    self->n_repeats = 0;
  self->repeated = flight;
  self->n_repeats++;
  event = dtls_association_begin (self, DTLS_EVENT_STATE, DTLS_CODE_RETRANSMIT, NULL);
  if (event == NULL)
    return;
  event->number[0] = flight;
  event->number[1] = self->n_repeats;
  event->number[2] = next_ms;
  if (until_us > 0)
    event->number[3]
      = count_repeats (next_ms, self->n_repeats, (until_us - self->hub->now_us) / 1000);
  dtls_hub_commit (self->hub);
}

static void
repeat (DtlsAssociation *self)
{
  DtlsStep step = dtls_session_tick (self->session);

  if ((step & DTLS_STEP_FAILED) != 0)
    {
      say_failed (self);
      self->policy->over (self);
      return;
    }
  if ((step & DTLS_STEP_SENT) != 0)
    {
      self->counters.retransmissions++;
      say_repeat (self);
    }
  dtls_association_arm (self);
  if ((step & DTLS_STEP_SENT) != 0 && self->policy->repeated != NULL)
    self->policy->repeated (self);
}

static void
say_closed_after (DtlsAssociation *self, DtlsCloseReason reason, gint64 limit_us)
{
  DtlsEvent *event = dtls_association_begin (self, DTLS_EVENT_STATE, DTLS_CODE_CLOSED, NULL);

  if (event == NULL)
    return;
  event->number[0] = reason;
  event->number[1] = limit_us / G_USEC_PER_SEC;
  dtls_hub_commit (self->hub);
}

/**
 * dtls_association_due:
 *
 * Its deadline is due: repeats, ends, or finds that something came meanwhile. May hand the
 * association to its policy's over(). Thread: the engine's.
 */
void
dtls_association_due (DtlsAssociation *self, gint64 now_us)
{
  if (self->established)
    {
      if (self->idle_us == 0 || now_us < self->last_us + self->idle_us)
        {
          dtls_association_arm (self);
          return;
        }
      dtls_session_close (self->session);
      say_closed_after (self, DTLS_CLOSE_IDLE, self->idle_us);
      dtls_hub_count (self->hub, DTLS_COUNT_CONNECTIONS_IDLE);
      self->policy->over (self);
    }
  else if (self->age_us > 0 && now_us >= self->born_us + self->age_us)
    {
      say_closed_after (self, DTLS_CLOSE_HANDSHAKE_AGE, self->age_us);
      dtls_hub_count (self->hub, DTLS_COUNT_HALF_OPEN_AGED);
      self->policy->over (self);
    }
  else
    repeat (self);
}

/**
 * dtls_association_send:
 *
 * Sends one message on an established association and counts it. S29: what does not fit is
 * refused with the limit named, and the session lives. Thread: the engine's.
 */
gboolean
dtls_association_send (DtlsAssociation *self, const guint8 *bytes, gsize n_bytes, GError **error)
{
  if (!self->established)
    {
      g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_NOT_FOUND,
                           _("The connection is not established."));
      return FALSE;
    }
  if (!dtls_session_send (self->session, bytes, n_bytes, error))
    return FALSE;
  self->counters.messages_out++;
  self->counters.bytes_out += n_bytes;
  return TRUE;
}

/**
 * dtls_association_send_message:
 *
 * The same for a user's message: success changes the totals in the window, failure is a row.
 * Thread: the engine's.
 */
void
dtls_association_send_message (DtlsAssociation *self, const guint8 *bytes, gsize n_bytes)
{
  g_autoptr (GError) error = NULL;

  if (dtls_association_send (self, bytes, n_bytes, &error))
    {
      dtls_association_say (self, DTLS_EVENT_STATE, DTLS_CODE_SENT, n_bytes);
      if (self->policy->sent != NULL)
        self->policy->sent (self);
    }
  else if (dtls_association_begin (self, DTLS_EVENT_STATE, DTLS_CODE_SEND_FAILED, error->message))
    dtls_hub_commit (self->hub);
}

/* Data that was refused is lost: a row, and the new limit for who writes the next. */
static void
say_too_long (DtlsAssociation *self)
{
  guint most = dtls_session_get_data_mtu (self->session);
  /* Translators: why a message was not sent; %u is a number of bytes */
  g_autofree char *text = g_strdup_printf (_("The path takes no datagram of this length: at most "
                                             "%u bytes fit into one now."), most);
  DtlsEvent *event
    = dtls_association_begin (self, DTLS_EVENT_STATE, DTLS_CODE_SEND_FAILED, text);

  if (event == NULL)
    return;
  event->number[2] = most;
  dtls_hub_commit (self->hub);
}

/**
 * dtls_association_met_too_long:
 *
 * The path refused a datagram as too long (EMSGSIZE): a lower MTU, once for all the datagrams that
 * were sent together, and a row where it was data. Anybody can forge the ICMP message behind it, so
 * where the system knows the path it is believed instead: as much as fits, or no change at all.
 * Thread: the engine's. Source: T19; RFC 6347, section 4.1.1.1; RFC 5927, section 7.
 */
void
dtls_association_met_too_long (DtlsAssociation *self)
{
  gint64 now_us = self->hub->now_us;
  guint mtu = dtls_session_get_mtu (self->session);
  guint known = dtls_transport_get_mtu (self->hub->transport, self->path.socket);

  if (known >= mtu || (self->too_long_us != 0 && now_us < self->too_long_us + TOO_LONG_US))
    return;
  self->too_long_us = now_us;
  dtls_session_set_mtu (self->session, known != 0 ? known : mtu - mtu / 4);
  if (self->established)
    say_too_long (self);
}

/**
 * dtls_association_close:
 *
 * Says goodbye on the wire (close_notify, if established) and in the log. The caller frees it.
 * Thread: the engine's.
 */
void
dtls_association_close (DtlsAssociation *self, DtlsCloseReason reason)
{
  dtls_session_close (self->session);
  dtls_association_say (self, DTLS_EVENT_STATE, DTLS_CODE_CLOSED, reason);
}
