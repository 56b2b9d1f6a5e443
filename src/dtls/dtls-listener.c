/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-listener-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "dtls-error.h"

/**
 * dtls_listener_init:
 * @hub: borrowed, as is @table
 *
 * A policy of the server that does not listen yet, in memory of the caller's; end it with
 * dtls_listener_clear(). Thread: the engine's.
 */
void
dtls_listener_init (DtlsListener *self, DtlsHub *hub, DtlsTable *table)
{
  memset (self, 0, sizeof *self);
  self->hub = hub;
  self->table = table;
  dtls_departed_init (&self->departed, hub->now_us);
  self->hello_rows.tokens = self->handshake_rows.tokens = G_MAXUINT;    /* cut to the limit */
}

/**
 * dtls_listener_clear:
 *
 * Closes its socket and drops what it holds; the associations are the table's.
 * Thread: the engine's.
 */
void
dtls_listener_clear (DtlsListener *self)
{
  g_clear_pointer (&self->jar, dtls_cookie_jar_free);
  g_clear_pointer (&self->config, dtls_session_config_unref);
  g_clear_pointer (&self->credentials, dtls_credentials_unref);
  g_clear_pointer (&self->hint, g_free);
  dtls_departed_clear (&self->departed);
  if (self->open)
    dtls_transport_close (self->hub->transport, self->socket);
  self->open = FALSE;
}

static void
say (DtlsListener *self, DtlsEventKind kind, DtlsCode code, const DtlsAddress *peer,
     const char *text, gint32 number)
{
  DtlsEventFields fields = {
    .peer = peer,
    .text = (const guint8 *) text,
    .n_text = text != NULL ? strlen (text) : 0,
  };
  DtlsEvent *event = dtls_hub_begin (self->hub, kind, code, &fields);

  if (event == NULL)
    return;
  event->number[0] = number;
  dtls_hub_commit (self->hub);
}

/* Every stranger can make us write a row for each hello, and several for each handshake: at most so
 * many, the rest is counted. */
static gboolean
may_write_row (DtlsListener *self, DtlsRowBudget *budget)
{
  gint64 elapsed_us = self->hub->now_us - budget->at_us;

  budget->tokens += elapsed_us * self->limits.max_rows_per_s / (double) G_USEC_PER_SEC;
  budget->tokens = MIN (budget->tokens, self->limits.max_rows);
  budget->at_us = self->hub->now_us;
  if (budget->tokens < 1)
    return FALSE;
  budget->tokens -= 1;
  return TRUE;
}

/* --- the sessions' hooks --- */

static void
output_cb (gpointer owner, const giovec_t *vec, int n)
{
  DtlsAssociation *association = owner;

  dtls_hub_send (association->hub, &association->path, vec, n);
}

static DtlsLookup
lookup_cb (gpointer owner, const gnutls_datum_t *identity, DtlsKey **key)
{
  DtlsAssociation *association = owner;
  DtlsListener *self = association->owner;

  g_clear_pointer (&association->identity, g_bytes_unref);
  /* each of its events has it, and whoever sends 16 KiB has no key here anyway */
  association->identity = g_bytes_new (identity->data,
                                       MIN (identity->size, self->limits.max_identity_bytes));
  association->identity_cut = identity->size > self->limits.max_identity_bytes;
  if (association->identity_cut)
    dtls_hub_count (self->hub, DTLS_COUNT_IDENTITIES_CUT);
  dtls_association_say (association, DTLS_EVENT_STATE, DTLS_CODE_IDENTITY, identity->size);

  if (!association->identity_cut && self->credentials != NULL)
    *key = dtls_credentials_lookup (self->credentials, identity->data, identity->size);
  association->key_known = *key != NULL;
  if (*key != NULL)
    return DTLS_LOOKUP_FOUND;
  dtls_association_say (association, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_UNKNOWN_IDENTITY, 0);
  return self->tell_why ? DTLS_LOOKUP_REFUSE : DTLS_LOOKUP_UNKNOWN;
}

static void
established_cb (DtlsAssociation *association)
{
  DtlsListener *self = association->owner;
  char peer[DTLS_ADDRESS_TEXT_BYTES];

  /* the same text for every message: made once */
  dtls_address_print (&association->path.peer, DTLS_ADDRESS_ENDPOINT, peer);
  association->reply = g_strdup_printf ("to (%s): ACK", peer);
  association->n_reply = strlen (association->reply);
  association->idle_us = self->limits.idle_us;

  if (association->predecessor != NULL)
    {
      DtlsAssociation *old = dtls_table_promote (self->table, association);

      dtls_association_say (old, DTLS_EVENT_STATE, DTLS_CODE_REPLACED, 0);
      dtls_departed_name (&self->departed, old->id, &old->path);
      dtls_table_remove (self->table, old);
    }
  dtls_table_list (self->table, &self->table->established, association);
  while (self->table->established.length > self->limits.max_connections)
    dtls_listener_evict_connection (self);
}

static void
message_cb (DtlsAssociation *association, const guint8 *bytes, gsize n_bytes)
{
  DtlsListener *self = association->owner;
  g_autoptr (GError) error = NULL;
  gboolean sent = TRUE;

  dtls_table_touch (self->table, association);
  if (self->reply == DTLS_REPLY_ACK)
    sent = dtls_association_send (association, (const guint8 *) association->reply,
                                  association->n_reply, &error);
  else if (self->reply == DTLS_REPLY_ECHO)
    sent = dtls_association_send (association, bytes, n_bytes, &error);
  if (!sent && dtls_association_begin (association, DTLS_EVENT_STATE, DTLS_CODE_SEND_FAILED,
                                       error->message))
    dtls_hub_commit (self->hub);
}

static void
over_cb (DtlsAssociation *association)
{
  dtls_listener_remove (association->owner, association);
}

static const DtlsPolicy server_policy = {
  .session = { output_cb, lookup_cb, NULL },
  .established = established_cb,
  .message = message_cb,
  .repeated = NULL,
  .over = over_cb,
};

/* --- listening --- */

static gboolean
open_socket (DtlsListener *self, const DtlsAddress *local, guint32 *socket, DtlsAddress *bound,
             GError **error)
{
  g_autoptr (GError) reason = NULL;
  guint32 again;
  DtlsAddress found;

  if (dtls_transport_open (self->hub->transport, local, NULL, socket, bound, &reason))
    return TRUE;
  /* "127.0.0.1" to "all", same port: in our own way. Let go, try, and take it back if need be. */
  if (self->open && g_error_matches (reason, DTLS_ERROR, DTLS_ERROR_ADDRESS_IN_USE)
      && self->bound.port == local->port && !dtls_address_equal (local, &self->bound))
    {
      dtls_transport_close (self->hub->transport, self->socket);
      if (dtls_transport_open (self->hub->transport, local, NULL, socket, bound, NULL))
        {
          dtls_table_move_socket (self->table, self->socket, *socket);  /* for the goodbyes */
          self->open = FALSE;
          return TRUE;
        }
      self->open
        = dtls_transport_open (self->hub->transport, &self->bound, NULL, &again, &found, NULL);
      if (self->open)
        {
          dtls_table_move_socket (self->table, self->socket, again);
          self->socket = again;
        }
    }
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/**
 * dtls_listener_say_keys:
 *
 * What is to be known about the keys: the demonstration key, or one that is short.
 * Thread: the engine's. Source: P3.
 */
void
dtls_listener_say_keys (DtlsListener *self)
{
  gsize shortest;

  if (self->credentials == NULL)
    return;
  shortest = dtls_credentials_get_shortest (self->credentials);
  if (dtls_credentials_is_demo (self->credentials))
    say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_DEMO_KEY, NULL, NULL, 0);
  else if (shortest > 0 && shortest < DTLS_KEY_SHORT_BYTES)
    say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_SHORT_KEY, NULL, NULL, shortest);
}

static void
say_listening (DtlsListener *self)
{
  const char *key_log = g_getenv ("SSLKEYLOGFILE");

  say (self, DTLS_EVENT_STATE, DTLS_CODE_LISTENING, &self->bound, NULL, 0);
  dtls_listener_say_keys (self);
  if (key_log != NULL && *key_log != '\0')
    say (self, DTLS_EVENT_DIAGNOSIS, DTLS_CODE_KEY_LOG, NULL, key_log, 0);
}

/* What new sessions get; the sessions that live keep what they began with (T40). */
static void
adopt (DtlsListener *self, const DtlsListenOptions *options, DtlsSessionConfig *config)
{
  g_clear_pointer (&self->config, dtls_session_config_unref);
  self->config = config;
  self->reply = options->reply;
  self->tell_why = options->tell_why;
  dtls_listener_set_credentials (self, options->credentials);
  dtls_listener_set_limits (self, &options->limits);
}

/**
 * dtls_listener_listen:
 * @options: copied
 *
 * Listens and accepts. The same address again keeps the socket and the sessions; another one is
 * bound before the old one is dropped, so that a failure costs nothing (ORIGINALS 8.15).
 * Thread: the engine's.
 */
gboolean
dtls_listener_listen (DtlsListener *self, const DtlsListenOptions *options, GError **error)
{
  DtlsHub *hub = self->hub;
  DtlsSessionConfig *config;
  DtlsAddress bound;
  guint32 socket;

  if (self->jar == NULL)
    self->jar = dtls_cookie_jar_new (DTLS_COOKIE_LIFETIME_S, hub->now_us, error);
  if (self->jar == NULL)
    return FALSE;
  config = dtls_session_config_new (DTLS_ROLE_SERVER, options->profile, options->hint, options->mtu,
                                    0, error);
  if (config == NULL)
    return FALSE;
  if (!self->open
      || !(dtls_address_equal (&options->local, &self->asked)
           || dtls_address_equal (&options->local, &self->bound)))
    {
      if (!open_socket (self, &options->local, &socket, &bound, error))
        {
          dtls_session_config_unref (config);
          return FALSE;
        }
      dtls_listener_close_all (self, DTLS_CLOSE_LISTENER);
      dtls_hub_flush (hub);     /* the goodbyes, while their socket is there */
      if (self->open)
        dtls_transport_close (hub->transport, self->socket);
      self->open = TRUE;
      self->gone = FALSE;
      self->socket = socket;
      self->bound = bound;
      self->asked = options->local;
    }
  adopt (self, options, config);
  self->accepting = TRUE;
  say_listening (self);
  return TRUE;
}

/**
 * dtls_listener_stop_accepting:
 *
 * No new associations; those that live are served on, as in the original. Thread: the engine's.
 */
void
dtls_listener_stop_accepting (DtlsListener *self)
{
  if (!self->accepting)
    return;
  self->accepting = FALSE;
  say (self, DTLS_EVENT_STATE, DTLS_CODE_NOT_ACCEPTING, &self->bound, NULL, 0);
}

static gboolean
same_key (DtlsCredentials *a, DtlsCredentials *b, GBytes *identity)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (identity, &n_bytes);
  DtlsKey *key_a = a != NULL ? dtls_credentials_lookup (a, bytes, n_bytes) : NULL;
  DtlsKey *key_b = b != NULL ? dtls_credentials_lookup (b, bytes, n_bytes) : NULL;

  return key_a == key_b || (key_a != NULL && key_b != NULL && dtls_key_equal (key_a, key_b));
}

/**
 * dtls_listener_set_credentials:
 * @credentials: (nullable): a reference is taken
 *
 * For every handshake from now on. Half-open sessions whose identity has another key now are
 * dropped, so that the client's next try works (DESIGN 5). Thread: the engine's.
 */
void
dtls_listener_set_credentials (DtlsListener *self, DtlsCredentials *credentials)
{
  g_autoptr (DtlsCredentials) old = g_steal_pointer (&self->credentials);

  self->credentials = credentials != NULL ? dtls_credentials_ref (credentials) : NULL;
  for (GList *link = self->table->half_open.head; link != NULL;)
    {
      DtlsAssociation *association = link->data;

      link = link->next;
      if (association->identity != NULL && !same_key (old, credentials, association->identity))
        dtls_listener_drop (self, association);
    }
}

static guint
get_limit (guint given, guint fallback)
{
  return given != 0 ? given : fallback;
}

/**
 * dtls_listener_set_limits:
 * @limits: copied
 *
 * From now on, for the sessions that live too: what is over a limit goes at once. Thread: the
 * engine's.
 */
void
dtls_listener_set_limits (DtlsListener *self, const DtlsLimits *limits)
{
  const DtlsLimits usual = DTLS_LIMITS_DEFAULT;

  self->limits = *limits;
  self->limits.max_identity_bytes
    = MIN (get_limit (limits->max_identity_bytes, usual.max_identity_bytes),
           DTLS_MAX_IDENTITY_BYTES);
  self->limits.max_rows = get_limit (limits->max_rows, usual.max_rows);
  self->limits.max_rows_per_s = get_limit (limits->max_rows_per_s, usual.max_rows_per_s);
  self->hub->max_held = get_limit (limits->max_held, usual.max_held);
  dtls_event_queue_set_bounds (self->hub->queue,
                               get_limit (limits->max_queue_bytes, usual.max_queue_bytes),
                               get_limit (limits->max_queue_events, usual.max_queue_events));
  self->limits.max_half_open = MAX (1, limits->max_half_open);
  self->limits.max_connections = MAX (1, limits->max_connections);
  while (self->table->half_open.length > self->limits.max_half_open)
    dtls_listener_evict_half_open (self);
  while (self->table->established.length > self->limits.max_connections)
    dtls_listener_evict_connection (self);
  for (GList *link = self->table->established.head; link != NULL; link = link->next)
    {
      DtlsAssociation *association = link->data;

      association->idle_us = limits->idle_us;
      dtls_association_arm (association);
    }
}

/* --- hellos --- */

static void
answer_cb (const DtlsPath *path, const guint8 *bytes, gsize n_bytes, gpointer user_data)
{
  DtlsListener *self = user_data;
  giovec_t vec = { (gpointer) bytes, n_bytes };

  dtls_hub_send (self->hub, path, &vec, 1);
}

static void
give_cookie (DtlsListener *self, const DtlsPath *path, const DtlsRecord *record)
{
  dtls_hub_count (self->hub, DTLS_COUNT_HELLOS);
  dtls_cookie_jar_give (self->jar, path, record, self->hub->now_us, answer_cb, self);
  if (may_write_row (self, &self->hello_rows))
    say (self, DTLS_EVENT_STATE, DTLS_CODE_NOT_VERIFIED, &path->peer, NULL, 0);
  else
    dtls_hub_count (self->hub, DTLS_COUNT_HELLOS_UNLISTED);
}

static void
begin_association (DtlsListener *self, DtlsAssociation *known, const DtlsPath *path,
                   const DtlsRecord *record, const DtlsHello *hello,
                   gnutls_dtls_prestate_st *prestate)
{
  DtlsAssociation *association;
  DtlsStep step;

  while (self->table->half_open.length >= self->limits.max_half_open)
    {
      if (g_queue_peek_head (&self->table->half_open) == known)
        known = NULL;
      dtls_listener_evict_half_open (self);
    }
  association = dtls_association_new (self->hub, &server_policy, self, ++self->hub->last_id, path,
                                      self->config, prestate);
  if (association == NULL)
    return;
  association->age_us = self->limits.half_open_age_us;
  memcpy (association->random, hello->random, sizeof association->random);
  association->next_message = hello->message + 1;
  association->quiet = !may_write_row (self, &self->handshake_rows);
  if (association->quiet)
    dtls_hub_count (self->hub, DTLS_COUNT_HANDSHAKES_UNLISTED);
  if (known != NULL)
    dtls_table_add_successor (self->table, known, association);
  else
    dtls_table_add (self->table, association);
  dtls_table_add_id (self->table, association);
  dtls_table_list (self->table, &self->table->half_open, association);
  if (known != NULL && !association->quiet)
    dtls_association_say (known, DTLS_EVENT_STATE, DTLS_CODE_STARTED_OVER, 0);
  dtls_association_say (association, DTLS_EVENT_STATE, DTLS_CODE_VERIFIED, 0);

  step = dtls_association_feed (association, record, 0, 1);
  if ((step & DTLS_STEP_FAILED) != 0)
    {
      dtls_listener_say_why_hello_failed (self, association, hello);
      over_cb (association);
    }
  else
    dtls_association_end_datagram (association);
}

/**
 * dtls_listener_hello:
 * @known: (nullable): the association of @path
 * @record: of which dtls_record_is_hello() is TRUE
 *
 * A hello: a late copy goes to the session it began; one without a good cookie gets a
 * HelloVerifyRequest and leaves nothing; a verified one begins a session, which replaces an older
 * half-open one at once and an established one when it is proven (S21). May free @known's
 * successor, or @known itself while it is half-open.
 * Source: RFC 6347, sections 4.2.1 and 4.2.8. Thread: the engine's.
 */
void
dtls_listener_hello (DtlsListener *self, DtlsAssociation *known, const DtlsPath *path,
                     const DtlsRecord *record)
{
  DtlsAssociation *half_open = known == NULL ? NULL
                               : known->established ? known->successor : known;
  gnutls_dtls_prestate_st prestate;
  DtlsHello hello;

  if (!dtls_record_parse_hello (record, &hello))
    {
      dtls_hub_count (self->hub, known != NULL ? DTLS_COUNT_DISCARDED : DTLS_COUNT_NOT_DTLS);
      return;
    }
  if (half_open != NULL && memcmp (half_open->random, hello.random, sizeof half_open->random) == 0)
    {
      DtlsStep step = dtls_association_feed (half_open, record, 0, 1);

      half_open->progressed = FALSE;
      if ((step & DTLS_STEP_FAILED) != 0)
        over_cb (half_open);
      return;
    }
  if (known != NULL && known->established
      && memcmp (known->random, hello.random, sizeof known->random) == 0)
    {
      dtls_hub_count (self->hub, DTLS_COUNT_DISCARDED);
      return;
    }
  if (!self->accepting)
    {
      dtls_hub_count (self->hub, DTLS_COUNT_NOT_ACCEPTED);
      return;
    }
  if (!dtls_cookie_jar_check (self->jar, path, record, self->hub->now_us, &prestate))
    {
      give_cookie (self, path, record);
      return;
    }
  if (half_open != NULL)
    {
      if (half_open == known)
        known = NULL;
      dtls_listener_drop (self, half_open);
    }
  begin_association (self, known, path, record, &hello, &prestate);
}

/* What comes behind the end of a connection is told as such; but for the goodbye that answers ours,
 * which is no news. @is_alone: @record is all of the datagram. */
static void
count_stray (DtlsListener *self, const DtlsPath *path, const DtlsRecord *record, gboolean is_alone)
{
  if (record == NULL || !dtls_departed_has (&self->departed, path, self->hub->now_us))
    dtls_hub_count (self->hub, DTLS_COUNT_NOT_DTLS);
  else if (!is_alone || record->type != DTLS_CONTENT_ALERT || record->epoch != 1
           || !dtls_departed_say_bye (&self->departed, path))
    dtls_hub_count (self->hub, DTLS_COUNT_LATE);
}

/**
 * dtls_listener_stranger:
 * @datagram: from a path without an association
 *
 * Anything but one well-formed, unfragmented, clear ClientHello gets no answer at all (S3).
 * Thread: the engine's.
 */
void
dtls_listener_stranger (DtlsListener *self, const DtlsDatagram *datagram)
{
  const guint8 *bytes = datagram->bytes;
  gsize n_bytes = datagram->n_bytes;
  DtlsRecord record;
  gboolean is_record = dtls_record_next (&bytes, &n_bytes, &record);

  if (is_record && n_bytes == 0 && dtls_record_is_hello (&record))
    dtls_listener_hello (self, NULL, &datagram->path, &record);
  else
    count_stray (self, &datagram->path, is_record ? &record : NULL, n_bytes == 0);
}
