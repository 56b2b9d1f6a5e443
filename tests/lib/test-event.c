/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "test-event.h"

#include <string.h>

#include "test-util.h"

static gsize
measure (const char *bytes,
         gsize       n_bytes)
{
  return bytes == NULL ? 0 : n_bytes > 0 ? n_bytes : strlen (bytes);
}

static guint8 *
put (guint8     *at,
     const char *bytes,
     gsize       n_bytes)
{
  if (n_bytes > 0)
    memcpy (at, bytes, n_bytes);
  return at + n_bytes;
}

/**
 * test_event_new:
 *
 * Returns: (transfer full): an event with its bytes behind it, as the queue lays it out; g_free().
 */
DtlsEvent *
test_event_new (const TestEvent *parts)
{
  gsize n_text = measure (parts->text, parts->n_text);
  gsize n_name = measure (parts->name, 0);
  gsize n_identity = measure (parts->identity, parts->n_identity);
  gsize size = (sizeof (DtlsEvent) + parts->n_wire + n_text + n_name + n_identity + 7) & ~7ul;
  DtlsEvent *event = g_malloc0 (size);
  guint8 *at = (guint8 *) (event + 1);

  event->size = (guint32) size;
  event->code = (guint16) parts->code;
  event->kind = parts->is_message                      ? DTLS_EVENT_MESSAGE
                : parts->code >= DTLS_CODE_DEMO_KEY    ? DTLS_EVENT_DIAGNOSIS
                                                       : DTLS_EVENT_STATE;
  event->flags = (parts->is_client ? DTLS_EVENT_FLAG_CLIENT : 0) |
                 (parts->is_first ? DTLS_EVENT_FLAG_FIRST : 0);
  event->association = parts->association;
  event->time_us = parts->time_us;
  if (!parts->has_no_peer)
    event->peer = test_address (parts->ip != NULL ? parts->ip : "127.0.0.1",
                                parts->port != 0 ? parts->port : 41022);
  memcpy (event->number, parts->number, sizeof event->number);
  event->record = parts->record;
  event->n_records = parts->n_records;
  event->n_wire = (guint32) parts->n_wire;
  event->n_text = (guint32) n_text;
  event->n_name = (guint16) n_name;
  event->n_identity = (guint16) n_identity;
  at = put (at, parts->wire, parts->n_wire);
  at = put (at, parts->text, n_text);
  at = put (at, parts->name, n_name);
  put (at, parts->identity, n_identity);
  return event;
}
