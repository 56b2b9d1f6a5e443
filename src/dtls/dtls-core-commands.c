/* SPDX-License-Identifier: MIT */
/* What the core is asked for between two turns. */
#include "config.h"

#include "dtls-core-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * dtls_core_listen:
 * @bound: (out) (optional): the address with the real port
 *
 * See dtls_listener_listen(). A failure is a row in the log, too. Thread: the engine's.
 */
gboolean
dtls_core_listen (DtlsCore *self, const DtlsListenOptions *options, DtlsAddress *bound,
                  GError **error)
{
  g_autoptr (GError) reason = NULL;
  DtlsEventFields fields = { .peer = &options->local };

  if (dtls_listener_listen (&self->listener, options, &reason))
    {
      if (bound != NULL)
        *bound = self->listener.bound;
      return TRUE;
    }
  fields.text = (const guint8 *) reason->message;
  fields.n_text = strlen (reason->message);
  if (dtls_hub_begin (&self->hub, DTLS_EVENT_STATE, DTLS_CODE_LISTEN_FAILED, &fields) != NULL)
    dtls_hub_commit (&self->hub);
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/**
 * dtls_core_set_credentials:
 * @credentials: (nullable): a reference is taken
 *
 * See dtls_listener_set_credentials(). What is to be known about the keys is said again.
 * Thread: the engine's.
 */
void
dtls_core_set_credentials (DtlsCore *self, DtlsCredentials *credentials)
{
  dtls_listener_set_credentials (&self->listener, credentials);
  if (self->listener.open)
    dtls_listener_say_keys (&self->listener);
}

/**
 * dtls_core_connect:
 * @options: copied or referenced
 *
 * Adds a client's connection, which starts in its turn. Returns: its id, that of its events.
 * Thread: the engine's.
 */
guint64
dtls_core_connect (DtlsCore *self, const DtlsConnectionOptions *options)
{
  return dtls_connector_add (&self->connector, options);
}

static void
send_cb (DtlsAssociation *association, gpointer user_data)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (user_data, &n_bytes);

  dtls_association_send_message (association, bytes, n_bytes);
}

/* FALSE: nobody is there whom it is for. */
static gboolean
try_send (DtlsCore *self, guint64 id, GBytes *bytes)
{
  DtlsAssociation *association;
  guint n;

  if (id != 0)
    {
      association = dtls_table_find_id (&self->table, id);
      if (association != NULL)
        send_cb (association, bytes);
      return association != NULL;
    }
  n = self->table.established.length;
  for (GList *link = self->table.established.head; link != NULL; link = link->next)
    send_cb (link->data, bytes);
  n += dtls_connector_foreach_established (&self->connector, send_cb, bytes);
  return n > 0;
}

/* No message is lost without a row. It has no association: what became of that was told, and its
 * totals went with it. */
static void
say_unsent (DtlsCore *self, guint64 id, GBytes *bytes)
{
  DtlsAddress peer;
  DtlsEventFields fields = { 0 };
  const char *why = id == 0 ? _("There is no connection.") : _("The connection has ended.");
  DtlsEvent *event;

  if (dtls_connector_has (&self->connector, id))
    {
      dtls_connector_say_unsent (&self->connector, id, g_bytes_get_size (bytes));
      return;
    }
  if (dtls_departed_find (&self->listener.departed, id, &peer))
    fields.peer = &peer;
  fields.text = (const guint8 *) why;
  fields.n_text = strlen (why);
  event = dtls_hub_begin (&self->hub, DTLS_EVENT_STATE, DTLS_CODE_SEND_FAILED, &fields);
  if (event == NULL)
    return;
  event->number[0] = g_bytes_get_size (bytes);
  dtls_hub_commit (&self->hub);
}

/**
 * dtls_core_send:
 * @id: an association, or 0 for all established ones
 *
 * A message that nobody is there for is a row (DTLS_CODE_SEND_FAILED). Thread: the engine's.
 */
void
dtls_core_send (DtlsCore *self, guint64 id, GBytes *bytes)
{
  if (!try_send (self, id, bytes))
    say_unsent (self, id, bytes);
}

/**
 * dtls_core_free_repeat:
 * @data: (transfer full): a Repeat whose deadline is removed
 *
 * Thread: the engine's.
 */
void
dtls_core_free_repeat (gpointer data)
{
  Repeat *repeat = data;

  g_bytes_unref (repeat->bytes);
  g_free (repeat);
}

static void
drop_repeat (DtlsCore *self, Repeat *repeat)
{
  dtls_deadlines_remove (&self->hub.deadlines, &repeat->deadline);
  g_ptr_array_remove_fast (self->repeats, repeat);
}

/* A client's connection may come back under its id, a server's association never. */
static gboolean
has_target (DtlsCore *self, guint64 id)
{
  return id == 0 || dtls_table_find_id (&self->table, id) != NULL
         || dtls_connector_has (&self->connector, id);
}

static void
run_repeat (DtlsCore *self, Repeat *repeat)
{
  gboolean sent = try_send (self, repeat->id, repeat->bytes);

  if (!sent && !repeat->told)   /* once for each time that nobody is there */
    say_unsent (self, repeat->id, repeat->bytes);
  repeat->told = !sent;
  if ((repeat->left > 0 && --repeat->left == 0) || !has_target (self, repeat->id))
    drop_repeat (self, repeat);
  else
    dtls_deadlines_set (&self->hub.deadlines, &repeat->deadline,
                        self->hub.now_us + repeat->interval_us);
}

/**
 * dtls_core_repeat_due:
 * @deadline: of a Repeat; it may be freed
 *
 * Sends what is repeated once more. Thread: the engine's.
 */
void
dtls_core_repeat_due (DtlsCore *self, DtlsDeadline *deadline)
{
  run_repeat (self, (Repeat *) ((char *) deadline - G_STRUCT_OFFSET (Repeat, deadline)));
}

/**
 * dtls_core_repeat:
 * @bytes: (nullable): NULL ends the repetition to @id
 * @interval_ms: at least 1
 * @times: 0: until it is ended
 *
 * Thread: the engine's.
 */
void
dtls_core_repeat (DtlsCore *self, guint64 id, GBytes *bytes, guint interval_ms, guint times)
{
  Repeat *repeat;

  for (guint i = self->repeats->len; i > 0; i--)
    {
      repeat = g_ptr_array_index (self->repeats, i - 1);
      if (repeat->id == id)
        drop_repeat (self, repeat);
    }
  if (bytes == NULL)
    return;
  repeat = g_new0 (Repeat, 1);
  repeat->deadline.kind = DTLS_DEADLINE_REPEAT;
  repeat->id = id;
  repeat->bytes = g_bytes_ref (bytes);
  repeat->interval_us = MAX (1, interval_ms) * (gint64) 1000;
  repeat->left = times;
  g_ptr_array_add (self->repeats, repeat);
  run_repeat (self, repeat);
}

/**
 * dtls_core_close:
 * @id: an association, or 0 for all
 *
 * Ends associations with close_notify, the server's and the client's. Thread: the engine's.
 */
void
dtls_core_close (DtlsCore *self, guint64 id, DtlsCloseReason reason)
{
  DtlsAssociation *association;

  if (id == 0)
    dtls_listener_close_all (&self->listener, reason);
  dtls_connector_close (&self->connector, id);
  association = id != 0 ? dtls_table_find_id (&self->table, id) : NULL;
  if (association == NULL || association->client)
    return;
  dtls_listener_close (&self->listener, association, reason);
}

/* FALSE: no reader has heard of it, or will. */
static gboolean
say_snapshot (DtlsAssociation *association)
{
  DtlsEvent *event
    = dtls_association_begin (association, DTLS_EVENT_STATE, DTLS_CODE_SNAPSHOT,
                              association->established
                                ? dtls_session_get_suite (association->session) : NULL);

  if (event == NULL)
    return !association->quiet || association->established;
  event->number[0] = association->established ? DTLS_SNAPSHOT_ESTABLISHED : DTLS_SNAPSHOT_HALF_OPEN;
  if (association->established)
    event->number[1] = dtls_session_get_data_mtu (association->session);
  dtls_hub_commit (association->hub);
  return TRUE;
}

/**
 * dtls_core_resync:
 *
 * If events about states were lost since the last time: says of each association that lives
 * where it stands, and then how many they are, so that a reader who got all of them ends its other
 * rows. Lost messages alone are no reason: a reader that is too slow for them would make us
 * write ten thousand events more with each of its looks. Thread: the engine's.
 */
void
dtls_core_resync (DtlsCore *self)
{
  DtlsEventFields fields = { 0 };
  DtlsEvent *event;
  guint n = 0;

  if (!dtls_event_queue_take_lost_vital (self->hub.queue))
    return;
  for (GList *link = self->table.half_open.head; link != NULL; link = link->next)
    n += say_snapshot (link->data);
  for (GList *link = self->table.established.head; link != NULL; link = link->next)
    n += say_snapshot (link->data);
  n += dtls_connector_say_snapshots (&self->connector);
  event = dtls_hub_begin (&self->hub, DTLS_EVENT_STATE, DTLS_CODE_SNAPSHOT, &fields);
  if (event == NULL)
    return;
  event->number[0] = DTLS_SNAPSHOT_ALL;
  event->number[1] = n;
  dtls_hub_commit (&self->hub);
}

/**
 * dtls_core_set_address_present:
 * @present: whether this computer has the address that is listened on
 *
 * Says once that it went, and that the server listens again once it is back: the socket stays, and
 * so do the sessions (DESIGN 5). Thread: the engine's.
 */
void
dtls_core_set_address_present (DtlsCore *self, gboolean present)
{
  DtlsListener *listener = &self->listener;
  DtlsEventFields fields = { .peer = &listener->bound };
  DtlsEvent *event = NULL;

  if (!listener->open || listener->gone != present)
    return;
  listener->gone = !present;
  if (!present)
    event = dtls_hub_begin (&self->hub, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_INTERFACE_GONE, &fields);
  else if (listener->accepting)
    event = dtls_hub_begin (&self->hub, DTLS_EVENT_STATE, DTLS_CODE_LISTENING, &fields);
  if (event != NULL)
    dtls_hub_commit (&self->hub);
}

/**
 * dtls_core_get_hub:
 *
 * Returns: (transfer none): what its parts share. Thread: the engine's.
 */
DtlsHub *
dtls_core_get_hub (DtlsCore *self)
{
  return &self->hub;
}

/**
 * dtls_core_get_table:
 *
 * Returns: (transfer none): the associations. Thread: the engine's.
 */
DtlsTable *
dtls_core_get_table (DtlsCore *self)
{
  return &self->table;
}

/**
 * dtls_core_get_listener:
 *
 * Returns: (transfer none): the server's half. Thread: the engine's.
 */
DtlsListener *
dtls_core_get_listener (DtlsCore *self)
{
  return &self->listener;
}

/**
 * dtls_core_get_connector:
 *
 * Returns: (transfer none): the client's half. Thread: the engine's.
 */
DtlsConnector *
dtls_core_get_connector (DtlsCore *self)
{
  return &self->connector;
}
