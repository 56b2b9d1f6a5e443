/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "test-pair.h"

#include <string.h>

#include "test-clock.h"
#include "test-util.h"

enum { MAX_TURNS = 1000000 };

static void
free_event (gpointer data)
{
  TestEvent *event = data;

  g_free (event->text);
  g_free (event->name);
  g_bytes_unref (event->identity);
  g_bytes_unref (event->wire);
  g_free (event);
}

static void
drain (DtlsEventQueue *queue, GPtrArray *events, guint64 counts[DTLS_N_COUNTS])
{
  DtlsEventRange ranges[8];
  guint n;

  do
    {
      n = dtls_event_queue_take (queue, ranges, G_N_ELEMENTS (ranges), counts);
      for (guint i = 0; i < n; i++)
        {
          const DtlsEvent *event = NULL;
          guint32 at;

          while ((event = dtls_event_range_next (&ranges[i], event, &at)) != NULL)
            {
              TestEvent *copy = g_new0 (TestEvent, 1);

              copy->head = *event;
              copy->text = g_strndup ((const char *) dtls_event_text (event), event->n_text);
              copy->name = g_strndup ((const char *) dtls_event_name (event), event->n_name);
              copy->identity = g_bytes_new (dtls_event_identity (event), event->n_identity);
              copy->wire = g_bytes_new (dtls_event_wire (event), event->n_wire);
              g_ptr_array_add (events, copy);
            }
          dtls_event_range_clear (&ranges[i]);
        }
    }
  while (n > 0);
}

/* Starts virtual time. */
TestPair *
test_pair_new (void)
{
  TestPair *self = g_new0 (TestPair, 1);

  test_clock_start ();
  self->network = test_network_new ();
  self->server_pipe = test_pipe_new (self->network);
  self->client_pipe = test_pipe_new (self->network);
  self->server_queue = dtls_event_queue_new (64 << 20, 1 << 20);
  self->client_queue = dtls_event_queue_new (64 << 20, 1 << 20);
  self->server = dtls_core_new (self->server_pipe, self->server_queue, 1, test_clock_get ());
  self->client = dtls_core_new (self->client_pipe, self->client_queue, 2, test_clock_get ());
  self->server_events = g_ptr_array_new_with_free_func (free_event);
  self->client_events = g_ptr_array_new_with_free_func (free_event);
  return self;
}

void
test_pair_free (TestPair *self)
{
  g_clear_pointer (&self->client_config, dtls_session_config_unref);
  dtls_core_free (self->client);
  dtls_core_free (self->server);
  g_object_unref (self->client_pipe);
  g_object_unref (self->server_pipe);
  dtls_event_queue_unref (self->server_queue);
  dtls_event_queue_unref (self->client_queue);
  g_ptr_array_unref (self->server_events);
  g_ptr_array_unref (self->client_events);
  test_network_unref (self->network);
  test_clock_stop ();
  g_free (self);
}

DtlsListenOptions
test_listen_options (const DtlsAddress *local, DtlsCredentials *credentials, DtlsProfile *profile)
{
  DtlsListenOptions options = {
    .local = *local,
    .credentials = credentials,
    .profile = profile,
    .hint = DTLS_DEFAULT_HINT,
    .limits = DTLS_LIMITS_DEFAULT,
  };

  return options;
}

/* On 127.0.0.1:22334. NULL credentials: the demonstration key; NULL profile: compatible. */
void
test_pair_listen (TestPair *self, DtlsCredentials *credentials, const char *profile)
{
  g_autoptr (DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr (DtlsCredentials) shared = dtls_credentials_new_shared (demo);
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsProfile) own
    = dtls_profile_new (profile != NULL ? profile : "compatible", &error);
  DtlsAddress local = test_address ("127.0.0.1", 22334);
  DtlsListenOptions options
    = test_listen_options (&local, credentials != NULL ? credentials : shared, own);

  g_assert_no_error (error);
  dtls_core_listen (self->server, &options, &self->server_address, &error);
  g_assert_no_error (error);
}

guint64
test_pair_connect_full (TestPair *self, DtlsConnectionOptions *options)
{
  g_autoptr (GError) error = NULL;

  if (options->config == NULL && self->client_config == NULL)
    {
      g_autoptr (DtlsProfile) profile = dtls_profile_new ("compatible", &error);

      self->client_config = dtls_session_config_new (DTLS_ROLE_CLIENT, profile, NULL, 0,
                                                     options->first_timeout_ms, &error);
      g_assert_no_error (error);
    }
  if (options->config == NULL)
    options->config = self->client_config;
  if (options->addresses == NULL)
    {
      options->addresses = &self->server_address;
      options->n_addresses = 1;
    }
  dtls_hub_set_time (dtls_core_get_hub (self->client), test_clock_get ());
  return dtls_core_connect (self->client, options);
}

/* To the server's address. NULL key: the demonstration key. */
guint64
test_pair_connect (TestPair *self, const char *identity, DtlsKey *key, guint ping_interval_ms)
{
  g_autoptr (DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr (GBytes) bytes = g_bytes_new (identity, strlen (identity));
  DtlsConnectionOptions options = {
    .name = identity,
    .identity = bytes,
    .key = key != NULL ? key : demo,
    .ping_interval_ms = ping_interval_ms,
  };

  return test_pair_connect_full (self, &options);
}

/* One turn of both at the time it is; returns when the next one is due. */
gint64
test_pair_turn (TestPair *self)
{
  gint64 now_us = test_clock_get ();
  gint64 client_us = dtls_core_turn (self->client, now_us);
  gint64 server_us = dtls_core_turn (self->server, now_us);     /* inside MIN() it turns twice */
  gint64 next_us = MIN (client_us, server_us);

  next_us = MIN (next_us, test_network_get_deadline (self->network));
  drain (self->server_queue, self->server_events, self->server_counts);
  drain (self->client_queue, self->client_events, self->client_counts);
  return next_us;
}

/* Runs both until @code is among @events, or for @at_most_us of virtual time. */
gboolean
test_pair_run_until (TestPair *self, GPtrArray *events, DtlsCode code, gint64 at_most_us)
{
  gint64 end_us = test_clock_get () + at_most_us;

  for (guint i = 0; i < MAX_TURNS; i++)
    {
      guint64 n_sent = test_network_get_n_sent (self->network);
      gint64 next_us = test_pair_turn (self);

      if (code != DTLS_CODE_NONE && test_events_find (events, code) != NULL)
        return TRUE;
      if (test_network_get_n_sent (self->network) != n_sent || next_us <= test_clock_get ())
        continue;               /* something is on its way at this very time */
      if (next_us > end_us)
        {
          test_clock_set (end_us);
          test_pair_turn (self);
          return code != DTLS_CODE_NONE && test_events_find (events, code) != NULL;
        }
      test_clock_set (next_us);
    }
  g_error ("virtual time does not move");
}

void
test_pair_run (TestPair *self, gint64 us)
{
  test_pair_run_until (self, NULL, DTLS_CODE_NONE, us);
}

TestEvent *
test_events_find (GPtrArray *events, DtlsCode code)
{
  for (guint i = 0; i < events->len; i++)
    if (((TestEvent *) g_ptr_array_index (events, i))->head.code == code)
      return g_ptr_array_index (events, i);
  return NULL;
}

guint
test_events_count (GPtrArray *events, guint kind, DtlsCode code)
{
  guint n = 0;

  for (guint i = 0; i < events->len; i++)
    {
      TestEvent *event = g_ptr_array_index (events, i);

      if (event->head.kind == kind && event->head.code == code)
        n++;
    }
  return n;
}

TestEvent *
test_events_find_message (GPtrArray *events, const char *text)
{
  for (guint i = 0; i < events->len; i++)
    {
      TestEvent *event = g_ptr_array_index (events, i);

      if (event->head.kind == DTLS_EVENT_MESSAGE && strcmp (event->text, text) == 0)
        return event;
    }
  return NULL;
}

/* Codes in order, "M" for a message: to compare whole courses. */
char *
test_events_describe (GPtrArray *events)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < events->len; i++)
    {
      TestEvent *event = g_ptr_array_index (events, i);

      if (event->head.kind == DTLS_EVENT_MESSAGE)
        g_string_append_printf (text, "M:%s ", event->text);
      else
        g_string_append_printf (text, "%u ", event->head.code);
    }
  return g_string_free (text, FALSE);
}
