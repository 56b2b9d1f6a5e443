/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-feed.h"

#define OVERHEAD 24             /* of a GCM record: nonce and tag */

GuiFeed *
gui_feed_new (UiLog             *log,
              UiConnectionStore *store)
{
  GuiFeed *self = g_new0 (GuiFeed, 1);

  self->queue = dtls_event_queue_new (512 * 1024 * 1024, G_MAXUINT);
  self->log = log != NULL ? g_object_ref (log) : NULL;
  self->store = store != NULL ? g_object_ref (store) : NULL;
  self->time_us = G_GINT64_CONSTANT (1795089821120000);         /* 2026-11-19, 12:03:41.120 UTC */
  return self;
}

void
gui_feed_free (GuiFeed *self)
{
  dtls_event_queue_unref (self->queue);
  g_clear_object (&self->log);
  g_clear_object (&self->store);
  g_free (self);
}

/* 127.0.0.1:55870 and so on; every second one is on ::1 */
static void
set_peer (DtlsEvent *event,
          guint64    association)
{
  if (association % 2 == 1)
    {
      event->peer.ip[10] = event->peer.ip[11] = 0xff;
      event->peer.ip[12] = 127;
    }
  event->peer.ip[15] = 1;
  event->peer.port = 40000 + association % 20000;
}

static guint16
kind_of (DtlsCode code)
{
  if (code == DTLS_CODE_NONE)
    return DTLS_EVENT_MESSAGE;
  return code >= DTLS_CODE_DEMO_KEY ? DTLS_EVENT_DIAGNOSIS : DTLS_EVENT_STATE;
}

/* An application data record around @n_text bytes: a header as it is, a body of made-up bytes. */
static void
write_record (guint8 *wire,
              guint   n_text,
              guint64 number)
{
  guint n = n_text + OVERHEAD;

  memcpy (wire, "\x17\xfe\xfd\x00\x01\x00\x00\x00\x00", 9);
  wire[9] = number >> 8;
  wire[10] = number;
  wire[11] = n >> 8;
  wire[12] = n;
  for (guint i = 0; i < n; i++)
    wire[13 + i] = (i * 167 + number * 59 + 23) ^ (i >> 3);
}

DtlsEvent *
gui_feed_begin (GuiFeed    *self,
                DtlsCode    code,
                guint64     association,
                const char *text,
                gssize      n_text,
                const char *name,
                const char *identity)
{
  gsize n = text == NULL ? 0 : n_text < 0 ? strlen (text) : (gsize) n_text;
  gsize n_wire = code == DTLS_CODE_NONE ? DTLS_RECORD_HEADER_BYTES + OVERHEAD + n : 0;
  gsize n_name = name != NULL ? strlen (name) : 0;
  gsize n_identity = identity != NULL ? strlen (identity) : 0;
  DtlsEvent *event = dtls_event_queue_begin (self->queue, kind_of (code),
                                             n_wire + n + n_name + n_identity);
  guint8 *bytes;

  g_assert_nonnull (event);
  event->code = code;
  event->association = association;
  event->time_us = self->time_us;
  event->n_wire = n_wire;
  event->n_text = n;
  event->n_name = n_name;
  event->n_identity = n_identity;
  event->record = event->n_records = 1;
  if (association != 0)
    set_peer (event, association);
  self->time_us += 1000;
  bytes = (guint8 *) (event + 1);
  if (n_wire > 0)
    write_record (bytes, n, self->time_us / 1000);
  if (n > 0)
    memcpy (bytes + n_wire, text, n);
  if (n_name > 0)
    memcpy (bytes + n_wire + n, name, n_name);
  if (n_identity > 0)
    memcpy (bytes + n_wire + n + n_name, identity, n_identity);
  return event;
}

void
gui_feed_commit (GuiFeed *self)
{
  dtls_event_queue_commit (self->queue);
}

void
gui_feed_state (GuiFeed  *self,
                DtlsCode  code,
                guint64   association)
{
  gui_feed_begin (self, code, association, NULL, 0, NULL, NULL);
  gui_feed_commit (self);
}

void
gui_feed_message (GuiFeed    *self,
                  guint64     association,
                  const char *text,
                  gssize      n_text)
{
  DtlsEvent *event = gui_feed_begin (self, DTLS_CODE_NONE, association, text, n_text, NULL, NULL);

  event->totals.messages_in = 1;
  event->totals.bytes_in = event->n_text;
  gui_feed_commit (self);
}

void
gui_feed_flush (GuiFeed *self)
{
  DtlsEventRange ranges[64];
  guint64 counts[DTLS_N_COUNTS];
  guint n;

  do
    {
      n = dtls_event_queue_take (self->queue, ranges, G_N_ELEMENTS (ranges), counts);
      for (guint i = 0; i < DTLS_N_COUNTS; i++)
        counts[i] += self->counts[i];
      if (self->log != NULL)
        ui_log_append_ranges (self->log, ranges, n, counts);
      if (self->store != NULL)
        ui_connection_store_append_ranges (self->store, ranges, n);
      for (guint i = 0; i < n; i++)
        dtls_event_range_clear (&ranges[i]);
    }
  while (n == G_N_ELEMENTS (ranges));
}
