/* SPDX-License-Identifier: MIT */
/* What a connection tells the reader: its events, also while it has no association. */
#include "config.h"

#include "dtls-connection-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  ALERT_HANDSHAKE_FAILURE = 40,
  ALERT_DECRYPT_ERROR = 51,
  ALERT_BAD_RECORD_MAC = 20,
  ALERT_PROTOCOL_VERSION = 70,
  ALERT_INSUFFICIENT_SECURITY = 71,
  ALERT_UNKNOWN_PSK_IDENTITY = 115
};

static const DtlsAddress *
current_peer (DtlsConnection *self)
{
  return self->winner != NULL ? &self->winner->address : &self->candidates[0].address;
}

/**
 * dtls_connection_begin:
 * @peer: (nullable): NULL: the address that answered, or the first one
 * @text: (nullable): the event's text
 *
 * Begins an event of this connection, which has its id through every return; see dtls_hub_begin().
 * Returns: (nullable): NULL when nobody reads this kind or the queue is full. Thread: the engine's.
 */
DtlsEvent *
dtls_connection_begin (DtlsConnection *self,
                       DtlsEventKind kind,
                       DtlsCode code,
                       const DtlsAddress *peer,
                       const char *text)
{
  DtlsAssociation *association = self->winner != NULL ? self->winner->association : NULL;
  DtlsEventFields fields = {
    .association = self->id,
    .peer = peer != NULL ? peer : current_peer (self),
    .totals = association != NULL ? &association->counters : &self->counters,
    .name = self->name,
    .identity = self->identity,
    .text = (const guint8 *)text,
    .n_text = text != NULL ? strlen (text) : 0,
    .flags = DTLS_EVENT_FLAG_CLIENT,
  };
  guint64 said = self->said | (association != NULL ? association->said : 0);

  if ((said >> code & 1) == 0)
    fields.flags |= DTLS_EVENT_FLAG_FIRST;
  self->said |= G_GUINT64_CONSTANT (1) << code;
  return dtls_hub_begin (self->hub, kind, code, &fields);
}

/**
 * dtls_connection_say:
 * @peer: (nullable): as in dtls_connection_begin()
 * @number: the event's first number
 *
 * Writes an event without a text. Thread: the engine's.
 */
void
dtls_connection_say (
    DtlsConnection *self, DtlsEventKind kind, DtlsCode code, const DtlsAddress *peer, gint32 number)
{
  DtlsEvent *event = dtls_connection_begin (self, kind, code, peer, NULL);

  if (event == NULL)
    return;
  event->number[0] = number;
  dtls_hub_commit (self->hub);
}

/**
 * dtls_connection_has_said:
 *
 * Returns: whether an event of @code was begun since the connection was started by hand.
 * Thread: the engine's.
 */
gboolean
dtls_connection_has_said (DtlsConnection *self, DtlsCode code)
{
  return (self->said >> code & 1) != 0;
}

/**
 * dtls_connection_say_returning:
 * @wait_us: microseconds until the next try
 *
 * Says that it comes back by itself, and when. Thread: the engine's.
 */
void
dtls_connection_say_returning (DtlsConnection *self, gint64 wait_us)
{
  DtlsEvent *event
      = dtls_connection_begin (self, DTLS_EVENT_STATE, DTLS_CODE_RECONNECTING, NULL, NULL);

  if (event == NULL)
    return;
  event->number[0] = self->returns;
  event->number[1] = wait_us / 1000;
  dtls_hub_commit (self->hub);
}

/**
 * dtls_connection_say_silent:
 * @n_messages: of the user's without an answer; 0: it is pings that have none
 *
 * Says that the server may be gone. Thread: the engine's. Source: C8.
 */
void
dtls_connection_say_silent (DtlsConnection *self, guint n_messages)
{
  DtlsEvent *event
      = dtls_connection_begin (self, DTLS_EVENT_STATE, DTLS_CODE_UNREACHABLE, NULL, NULL);

  if (event == NULL)
    return;
  event->number[1] = MIN (n_messages, G_MAXINT32);
  dtls_hub_commit (self->hub);
}

/**
 * dtls_connection_say_unsent:
 * @n_bytes: of a user's message
 *
 * Says that it was not sent, because it is not established. Thread: the engine's.
 */
void
dtls_connection_say_unsent (DtlsConnection *self, gsize n_bytes)
{
  DtlsEvent *event
      = dtls_connection_begin (self, DTLS_EVENT_STATE, DTLS_CODE_SEND_FAILED, NULL,
                               self->state == CONNECTION_ENDED
                                   ? _("The connection has ended.")
                                   : _("The connection is not established."));

  if (event == NULL)
    return;
  event->number[0] = n_bytes;
  dtls_hub_commit (self->hub);
}

/**
 * dtls_connection_say_snapshot:
 *
 * Where it stands, for a reader that lost events. Thread: the engine's.
 */
void
dtls_connection_say_snapshot (DtlsConnection *self)
{
  DtlsAssociation *association = dtls_connection_get_association (self);
  DtlsEvent *event
      = dtls_connection_begin (self, DTLS_EVENT_STATE, DTLS_CODE_SNAPSHOT, NULL,
                               association != NULL ? dtls_session_get_suite (association->session)
                                                   : NULL);

  if (event == NULL)
    return;
  event->number[0] = association != NULL ? DTLS_SNAPSHOT_ESTABLISHED : DTLS_SNAPSHOT_HALF_OPEN;
  if (association != NULL)
    event->number[1] = dtls_session_get_data_mtu (association->session);
  dtls_hub_commit (self->hub);
}

/**
 * dtls_connection_say_key_differs:
 *
 * Says once that the key most likely differs. Source: DESIGN section 5. Thread: the engine's.
 */
void
dtls_connection_say_key_differs (DtlsConnection *self)
{
  if (!dtls_connection_has_said (self, DTLS_CODE_KEY_DIFFERS))
    dtls_connection_say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_KEY_DIFFERS, NULL, 0);
}

/**
 * dtls_connection_say_version:
 * @version: what the server wants, as in a record; 0: all that is known is its alert
 *
 * Says that the two have no version in common. Thread: the engine's. Source: UX 6.
 */
void
dtls_connection_say_version (DtlsConnection *self, guint version)
{
  DtlsEvent *event
      = dtls_connection_begin (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_VERSION, NULL, NULL);

  if (event == NULL)
    return;
  event->number[0] = version;
  event->number[1] = version == 0;
  dtls_hub_commit (self->hub);
}

/**
 * dtls_connection_say_alert:
 * @alert: RFC 5246 number, or -1
 *
 * Why the server ended the handshake, in words, if its alert says so. Source: UX 6.
 * Thread: the engine's.
 */
void
dtls_connection_say_alert (DtlsConnection *self, int alert)
{
  switch (alert)
    {
    case ALERT_HANDSHAKE_FAILURE:
    case ALERT_INSUFFICIENT_SECURITY:
      dtls_connection_say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_NO_COMMON_SUITE, NULL, alert);
      break;
    case ALERT_UNKNOWN_PSK_IDENTITY:
      dtls_connection_say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_UNKNOWN_IDENTITY, NULL, alert);
      break;
    case ALERT_DECRYPT_ERROR:
    case ALERT_BAD_RECORD_MAC:
      dtls_connection_say_key_differs (self);
      break;
    case ALERT_PROTOCOL_VERSION:
      dtls_connection_say_version (self, 0);
      break;
    default:
      break;
    }
}
