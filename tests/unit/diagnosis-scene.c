/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "diagnosis-scene.h"

#include <string.h>

#include "report-json.h"
#include "report-text.h"

Scene *
scene_new (DtlsListenOptions *options)
{
  Scene *scene = g_new0 (Scene, 1);
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new ();
  g_autoptr (GBytes) alice = g_bytes_new_static ("alice", 5);
  g_autoptr (DtlsKey) key = dtls_key_parse ("0a0b0c0d", DTLS_KEY_FORMAT_HEX, NULL);
  DtlsListenOptions own = { 0 };

  dtls_credentials_add (credentials, alice, key);
  if (options == NULL)
    options = &own;
  options->credentials = credentials;
  scene->server = test_server_new_full (options);
  scene->pair = scene->server->pair;
  test_network_set_refusing (scene->pair->network, FALSE);
  return scene;
}

void
scene_free (Scene *scene)
{
  test_server_free (scene->server);
  g_free (scene);
}

/* Somebody else's client, at a known port. */
void
scene_add_client (Scene *scene, const char *identity, const char *key_hex, const char *priority)
{
  TestPeerOptions options = {
    .identity = identity,
    .n_identity = strlen (identity),
    .key_hex = key_hex,
    .priority = priority,
  };

  scene->peer = test_server_add_peer_at (scene->server, &options, "127.0.0.1", CLIENT_PORT);
}

void
scene_establish (Scene *scene)
{
  scene_add_client (scene, "alice", "0a0b0c0d", NULL);
  g_assert_true (test_server_finish (scene->server, scene->peer, SECOND));
}

/* Somebody else's server, at a known port. */
void
scene_add_server (Scene *scene, const char *key_hex, const char *priority)
{
  TestPeerOptions options = { .server = TRUE, .key_hex = key_hex, .priority = priority };

  scene->peer = test_server_add_peer_at (scene->server, &options, "127.0.0.1", OTHER_PORT);
}

void
scene_connect_with (Scene *scene, const DtlsAddress *addresses, guint n, const char *identity,
                    const char *key_hex, const char *profile_name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (identity, strlen (identity));
  g_autoptr (DtlsKey) key = dtls_key_parse (key_hex, DTLS_KEY_FORMAT_HEX, &error);
  g_autoptr (DtlsProfile) profile = dtls_profile_new (profile_name, &error);
  g_autoptr (DtlsSessionConfig) config
    = dtls_session_config_new (DTLS_ROLE_CLIENT, profile, NULL, 0, 0, &error);
  DtlsConnectionOptions options = {
    .addresses = addresses,
    .n_addresses = n,
    .name = "Bob",
    .identity = bytes,
    .key = key,
    .config = config,
    .ping_interval_ms = 1000,
  };

  g_assert_no_error (error);
  test_pair_connect_full (scene->pair, &options);
}

/* Our client, to a port of 127.0.0.1. */
void
scene_connect_to (Scene *scene, guint16 port, const char *identity, const char *key_hex)
{
  DtlsAddress address = test_address ("127.0.0.1", port);

  scene_connect_with (scene, &address, 1, identity, key_hex, "compatible");
}

void
scene_connect_established (Scene *scene)
{
  scene_connect_to (scene, PORT, "alice", "0a0b0c0d");
  test_server_run (scene->server, 500 * MS);
  g_assert_nonnull (test_events_find (scene->pair->client_events, DTLS_CODE_ESTABLISHED));
}

/* --- what the words are made of --- */

/* The event as it was in the queue. */
DtlsEvent *
scene_rebuild_event (const TestEvent *event)
{
  DtlsEvent *whole = g_malloc0 (event->head.size);
  guint8 *at = (guint8 *) (whole + 1);

  *whole = event->head;
  if (whole->n_wire > 0)
    memcpy (at, g_bytes_get_data (event->wire, NULL), whole->n_wire);
  at += whole->n_wire;
  memcpy (at, event->text, whole->n_text);
  at += whole->n_text;
  memcpy (at, event->name, whole->n_name);
  at += whole->n_name;
  if (whole->n_identity > 0)
    memcpy (at, g_bytes_get_data (event->identity, NULL), whole->n_identity);
  return whole;
}

static char *
expand (const char *text, const DtlsAddress *peer)
{
  g_autoptr (GString) expanded = g_string_new (text != NULL ? text : "");
  g_autofree char *port = g_strdup_printf ("%u", peer->port);
  g_autofree char *endpoint = g_strdup_printf ("(%s)", test_address_text (peer));

  g_string_replace (expanded, "{peer}", endpoint, 0);
  g_string_replace (expanded, "{port}", port, 0);
  return g_strdup (expanded->str);
}

static void
assert_json (const char *json, const char *key, const char *value)
{
  g_autoptr (GString) wanted = g_string_new (NULL);

  g_string_printf (wanted, "\"%s\":", key);
  report_text_append_json (wanted, (const guint8 *) value, strlen (value));
  g_assert_nonnull (strstr (json, wanted->str));
}

/* The sentence, its second line, both in JSON, and the explanation. */
static void
assert_words (const TestEvent *said, ReportLevel level, const char *row, const char *second)
{
  g_autofree DtlsEvent *event = scene_rebuild_event (said);
  g_autofree char *wanted_row = expand (row, &said->head.peer);
  g_autofree char *wanted_second = expand (second, &said->head.peer);
  g_autoptr (GString) found_row = g_string_new (NULL);
  g_autoptr (GString) found_second = g_string_new (NULL);
  g_autoptr (GString) heading = g_string_new (NULL);
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GString) json = g_string_new (NULL);

  g_assert_cmpint (report_event_append_sentence (event, found_row), ==, level);
  g_assert_cmpstr (found_row->str, ==, wanted_row);
  report_event_append_second (event, found_second);
  g_assert_cmpstr (found_second->str, ==, wanted_second);
  g_assert_true (report_event_append_why (event, heading, body));
  g_assert_cmpuint (heading->len, >, 10);
  g_assert_nonnull (strstr (body->str, "\n\n"));
  report_json_append (event, json);
  assert_json (json->str, "level", report_level_get_name (level));
  assert_json (json->str, "text", wanted_row);
  if (second != NULL)
    assert_json (json->str, "note", wanted_second);
}

static GPtrArray *
get_events (Scene *scene, gboolean client)
{
  return client ? scene->pair->client_events : scene->pair->server_events;
}

guint
scene_count (GPtrArray *events, DtlsCode code)
{
  return test_events_count (events, DTLS_EVENT_STATE, code)
         + test_events_count (events, DTLS_EVENT_DIAGNOSIS, code);
}

typedef struct
{
  GPtrArray *events;
  DtlsCode   code;
} Wanted;

static gboolean
is_said (TestServer *server, gpointer user_data)
{
  Wanted *wanted = user_data;

  return scene_count (wanted->events, wanted->code) > 0;
}

void
scene_check (Scene *scene, const Case *row)
{
  GPtrArray *events = get_events (scene, row->client);
  Wanted wanted = { events, row->code };
  DtlsAddress whom = test_address ("127.0.0.1", row->port);
  TestEvent *said;

  row->provoke (scene);
  g_assert_cmpuint (scene_count (events, row->code), ==, 0);
  if (!test_server_run_until (scene->server, is_said, &wanted, row->after_us))
    g_error ("%s: not said within %" G_GINT64_FORMAT " ms", row->name, row->after_us / MS);
  said = test_events_find (events, row->code);
  if (row->port != 0)
    g_assert_cmpstr (test_address_text (&said->head.peer), ==, test_address_text (&whom));
  assert_words (said, row->level, row->row, row->second);
  test_server_run (scene->server, row->later_us);
  g_assert_cmpuint (scene_count (events, row->code), ==, row->times);
}

void
scene_test (gconstpointer data)
{
  Scene *scene = scene_new (NULL);

  scene_check (scene, data);
  scene_free (scene);
}

/* ... and the connection goes on as if nothing had been. */
void
scene_test_awake (gconstpointer data)
{
  Scene *scene = scene_new (NULL);

  scene_check (scene, data);
  g_assert_true (test_server_answers (scene->server, scene->peer, "still here"));
  scene_free (scene);
}

void
scene_test_constrained (gconstpointer data)
{
  g_autoptr (DtlsProfile) constrained = dtls_profile_new ("constrained", NULL);
  DtlsListenOptions options = { .profile = constrained };
  Scene *scene = scene_new (&options);

  scene_check (scene, data);
  scene_free (scene);
}

void
scene_test_tell_why (gconstpointer data)
{
  DtlsListenOptions options = { .tell_why = TRUE };
  Scene *scene = scene_new (&options);

  scene_check (scene, data);
  scene_free (scene);
}

void
scene_test_short_limits (gconstpointer data)
{
  DtlsListenOptions options = { .limits = DTLS_LIMITS_DEFAULT };
  Scene *scene;

  options.limits.max_half_open = 1;
  options.limits.max_connections = 1;
  options.limits.idle_us = 90 * SECOND;
  scene = scene_new (&options);
  scene_check (scene, data);
  scene_free (scene);
}

void
scene_set_clock (Scene *scene)
{
  scene_establish (scene);
  test_clock_step_real (-120 * SECOND);
}

void
scene_sleep (Scene *scene)
{
  scene_establish (scene);
  test_clock_sleep (8 * 60 * SECOND);
}

void
scene_add_cases (const char *program, const Case *cases, guint n, GTestDataFunc func)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/report/live/%s/%s", program, cases[i].name);

      g_test_add_data_func (path, &cases[i], func);
    }
}
