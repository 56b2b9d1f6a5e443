/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "dtls-cookie-jar.h"
#include "dtls-error.h"
#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define DTLS12 "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:"
#define GCM DTLS12 "+PSK:-CIPHER-ALL:+AES-128-GCM"

/* One end of a link: a session and what it has to send. */
typedef struct
{
  DtlsSession *session;
  GPtrArray   *out;             /* of GByteArray: datagrams */
  DtlsKey     *key;
  GBytes      *identity;
  DtlsLookup   lookup;
  DtlsStep     steps;           /* all that ever happened */
  GPtrArray   *messages;        /* of GBytes */
} End;

typedef struct
{
  End        server, client;
  GPtrArray *flights;           /* of GPtrArray of GByteArray: all that went over, server's too */
} Link;

static void
output_cb (gpointer owner, const giovec_t *vec, int n)
{
  GByteArray *datagram = g_byte_array_new ();

  for (int i = 0; i < n; i++)
    g_byte_array_append (datagram, vec[i].iov_base, vec[i].iov_len);
  g_ptr_array_add (((End *) owner)->out, datagram);
}

static DtlsLookup
lookup_cb (gpointer owner, const gnutls_datum_t *identity, DtlsKey **key)
{
  End *end = owner;

  *key = end->lookup == DTLS_LOOKUP_FOUND ? end->key : NULL;
  return end->lookup;
}

static void
provide_cb (gpointer owner, GBytes **identity, DtlsKey **key)
{
  End *end = owner;

  *identity = end->identity;
  *key = end->key;
}

static const DtlsSessionHooks hooks = { output_cb, lookup_cb, provide_cb };

static DtlsSessionConfig *
new_config (DtlsRole role, const char *priority, guint mtu, guint first_timeout_ms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsProfile) profile = dtls_profile_new (priority, &error);
  DtlsSessionConfig *config;

  g_assert_no_error (error);
  config = dtls_session_config_new (role, profile, NULL, mtu, first_timeout_ms, &error);
  g_assert_no_error (error);
  return config;
}

static void
end_init (End *end, DtlsSessionConfig *config, gnutls_dtls_prestate_st *prestate)
{
  end->out = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  end->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  end->key = dtls_key_new_demo ();
  end->identity = g_bytes_new ("me", 2);
  end->session = dtls_session_new (config, &hooks, end, prestate);
  g_assert_nonnull (end->session);
}

static void
end_clear (End *end)
{
  dtls_session_free (end->session);
  g_ptr_array_unref (end->out);
  g_ptr_array_unref (end->messages);
  dtls_key_unref (end->key);
  g_bytes_unref (end->identity);
}

static Link *
link_new (const char *priority, guint mtu)
{
  Link *link = g_new0 (Link, 1);
  g_autoptr (DtlsSessionConfig) server = new_config (DTLS_ROLE_SERVER, priority, mtu, 0);
  g_autoptr (DtlsSessionConfig) client = new_config (DTLS_ROLE_CLIENT, priority, mtu, 0);

  test_clock_start ();
  link->flights = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  end_init (&link->server, server, NULL);
  end_init (&link->client, client, NULL);
  return link;
}

static void
link_free (Link *link)
{
  end_clear (&link->server);
  end_clear (&link->client);
  g_ptr_array_unref (link->flights);
  test_clock_stop ();
  g_free (link);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Link, link_free)

static DtlsStep
feed (End *to, const GByteArray *datagram)
{
  const guint8 *bytes = datagram->data, *text;
  gsize n_bytes = datagram->len, n_text;
  DtlsStep all = 0, step;
  DtlsRecord record;

  while (dtls_record_next (&bytes, &n_bytes, &record))
    {
      step = dtls_session_feed (to->session, &record, &text, &n_text);
      if ((step & DTLS_STEP_MESSAGE) != 0)
        g_ptr_array_add (to->messages, g_bytes_new (text, n_text));
      all |= step;
    }
  to->steps |= all;
  return all;
}

static DtlsStep
feed_record (End *to, GByteArray *record)
{
  DtlsStep step = feed (to, record);

  g_byte_array_unref (record);
  return step;
}

/* What @from has to send: one flight, kept and brought to @to. */
static gboolean
carry (Link *link, End *from, End *to)
{
  GPtrArray *flight = from->out;

  if (flight->len == 0)
    return FALSE;
  from->out = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  g_ptr_array_add (link->flights, flight);
  for (guint i = 0; i < flight->len; i++)
    feed (to, g_ptr_array_index (flight, i));
  return TRUE;
}

static void
settle (Link *link)
{
  while (carry (link, &link->client, &link->server) | carry (link, &link->server, &link->client))
    ;
}

static void
shake_hands (Link *link)
{
  dtls_session_tick (link->client.session);
  settle (link);
  g_assert_true (dtls_session_is_established (link->server.session));
  g_assert_true (dtls_session_is_established (link->client.session));
}

static void
send_text (End *from, const char *text)
{
  g_autoptr (GError) error = NULL;

  dtls_session_send (from->session, (const guint8 *) text, strlen (text), &error);
  g_assert_no_error (error);
}

static void
assert_last_message (End *end, const char *text)
{
  GBytes *last;

  g_assert_cmpuint (end->messages->len, >, 0);
  last = g_ptr_array_index (end->messages, end->messages->len - 1);
  g_assert_cmpmem (g_bytes_get_data (last, NULL), g_bytes_get_size (last), text, strlen (text));
}

/* T2, T4, T5: asked when there is nothing, the pull function says "later", never "end". */
static void
test_t2_nothing_there (void)
{
  g_autoptr (Link) link = link_new (GCM, 0);

  for (guint i = 0; i < 20; i++)
    {
      g_assert_cmpint (dtls_session_tick (link->server.session), ==, 0);
      g_assert_cmpint (dtls_session_tick (link->client.session) & ~DTLS_STEP_SENT, ==, 0);
    }
  settle (link);
  g_assert_true (dtls_session_is_established (link->server.session));
  for (guint i = 0; i < 20; i++)
    g_assert_cmpint (dtls_session_tick (link->server.session), ==, 0);
  send_text (&link->client, "still here");
  settle (link);
  assert_last_message (&link->server, "still here");
}

/* T9, T10: nothing of a bad record stays behind, nothing of a good one waits. */
static void
test_t9_one_step (void)
{
  g_autoptr (Link) link = link_new (GCM, 0);
  static const guint8 junk[100];

  shake_hands (link);
  for (guint i = 0; i < 50; i++)
    {
      g_assert_cmpint (feed_record (&link->server,
                                    test_forge_record (20 + i % 5, i % 3, i, junk, 1 + i)), ==,
                       DTLS_STEP_REFUSED);
      send_text (&link->client, "good");
      g_assert_cmpint (feed (&link->server, g_ptr_array_index (link->client.out, 0)), ==,
                       DTLS_STEP_MESSAGE);
      g_ptr_array_set_size (link->client.out, 0);
    }
  g_assert_cmpuint (link->server.messages->len, ==, 50);
}

/* T13: the longest record comes whole. */
static void
test_t13_long_record (void)
{
  g_autoptr (Link) link = link_new (GCM, DTLS_MTU_MAX);
  g_autofree char *text = g_strnfill (16000, 'x');

  shake_hands (link);
  send_text (&link->client, text);
  settle (link);
  g_assert_cmpuint (link->server.messages->len, ==, 1);
  assert_last_message (&link->server, text);
}

static void
test_t14_close (void)
{
  g_autoptr (Link) link = link_new (GCM, 0);

  shake_hands (link);
  dtls_session_close (link->client.session);
  g_assert_cmpuint (link->client.out->len, ==, 1);
  g_assert_true ((feed (&link->server, g_ptr_array_index (link->client.out, 0))
                  & DTLS_STEP_CLOSED) != 0);
}

/* T14: a warning of the peer's leaves the session usable. */
static void
test_t14_warning (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, NULL);

  gnutls_alert_send (peer->session, GNUTLS_AL_WARNING, GNUTLS_A_USER_CANCELED);
  g_assert_true (test_server_answers (server, peer, "still here"));
}

static void
drop_output (End *end)
{
  g_ptr_array_set_size (end->out, 0);
}

/* T18: what does not leave is lost, and only that: never an old message instead of a new one. */
static void
test_t18_lost_output (void)
{
  g_autoptr (Link) link = link_new (GCM, 0);

  for (guint i = 0; i < 3; i++)
    {
      dtls_session_tick (link->client.session);
      drop_output (&link->client);
      test_clock_advance (8 * SECOND);
    }
  shake_hands (link);
  for (guint i = 0; i < 10; i++)
    {
      send_text (&link->client, "AAAAA");
      drop_output (&link->client);
      send_text (&link->client, "BBB");
      settle (link);
      assert_last_message (&link->server, "BBB");
    }
  g_assert_cmpuint (link->server.messages->len, ==, 10);
}

static void
test_t20_sizes (void)
{
  g_autoptr (Link) link = link_new (GCM, 600);
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc0 (2000);
  guint most;

  shake_hands (link);
  most = dtls_session_get_data_mtu (link->client.session);
  g_assert_cmpuint (most, ==, 600 - 37);        /* T21 */
  g_assert_true (dtls_session_send (link->client.session, bytes, most, &error));
  g_assert_cmpuint (link->client.out->len, ==, 1);
  g_assert_cmpuint (((GByteArray *) g_ptr_array_index (link->client.out, 0))->len, ==, 600);
  g_assert_false (dtls_session_send (link->client.session, bytes, most + 1, &error));
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_false (dtls_session_send (link->client.session, bytes, 0, &error));
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
  g_assert_cmpuint (link->client.out->len, ==, 1);
  settle (link);
  send_text (&link->client, "still here");
  settle (link);
  assert_last_message (&link->server, "still here");
}

/* T19: the MTU follows the path, between the least and what the session was made with. */
static void
test_t19_mtu (void)
{
  g_autoptr (Link) link = link_new (GCM, 1200);
  const guint mtus[][2] = { { 600, 600 }, { 100, DTLS_MTU_MIN }, { 0, DTLS_MTU_MIN },
                            { 1199, 1199 }, { 1500, 1200 }, { G_MAXUINT, 1200 } };

  shake_hands (link);
  for (guint i = 0; i < G_N_ELEMENTS (mtus); i++)
    {
      dtls_session_set_mtu (link->client.session, mtus[i][0]);
      g_assert_cmpuint (dtls_session_get_mtu (link->client.session), ==, mtus[i][1]);
      g_assert_cmpuint (dtls_session_get_data_mtu (link->client.session), ==, mtus[i][1] - 37);
    }
}

/* T22: the timer is asked for only while half-open, and does then what it says. */
static void
test_t22_timer (void)
{
  g_autoptr (Link) link = link_new (GCM, 0);
  guint ms;

  dtls_session_tick (link->client.session);
  for (guint i = 0; i < 5; i++)
    {
      drop_output (&link->client);
      ms = dtls_session_get_timeout_ms (link->client.session);
      g_assert_cmpuint (ms, ==, 1000 << i);
      test_clock_advance ((ms - 1) * (gint64) 1000);
      g_assert_cmpint (dtls_session_tick (link->client.session), ==, 0);
      g_assert_cmpuint (link->client.out->len, ==, 0);
      test_clock_advance (1000);
      g_assert_cmpint (dtls_session_tick (link->client.session), ==, DTLS_STEP_SENT);
      g_assert_cmpuint (link->client.out->len, ==, 1);
    }
  settle (link);
  g_assert_true (dtls_session_is_established (link->client.session));
  g_assert_cmpuint (dtls_session_get_timeout_ms (link->client.session), ==, G_MAXUINT);
  g_assert_cmpuint (dtls_session_get_timeout_ms (link->server.session), ==, G_MAXUINT);
  test_clock_advance (100 * SECOND);
  g_assert_cmpint (dtls_session_tick (link->client.session), ==, 0);
  g_assert_cmpint (dtls_session_tick (link->server.session), ==, 0);
}

/* T23: no start value doubles into a flood. */
static void
test_t23_no_flood (void)
{
  const guint starts[] = { 50, 100, 937, 938, 1000, 1875, 3750, 7500, 15000, 30000, 59999, 60000 };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autoptr (DtlsSessionConfig) config
        = new_config (DTLS_ROLE_CLIENT, GCM, 0, starts[i]);
      End end = { 0 };
      guint ms;

      test_clock_start ();
      end_init (&end, config, NULL);
      dtls_session_tick (end.session);
      for (gint64 elapsed_ms = 0; elapsed_ms < 600000; elapsed_ms += MAX (ms, 1))
        {
          ms = dtls_session_get_timeout_ms (end.session);
          test_clock_advance (MAX (ms, 1) * (gint64) 1000);
          dtls_session_tick (end.session);
          g_assert_cmpuint (end.out->len, <, 100);
        }
      end_clear (&end);
      test_clock_stop ();
    }
}

static void
answer_cb (const DtlsPath *path, const guint8 *bytes, gsize n_bytes, gpointer user_data)
{
  g_byte_array_append (user_data, bytes, n_bytes);
}

static DtlsRecord
get_record (const GByteArray *datagram)
{
  const guint8 *bytes = datagram->data;
  gsize n_bytes = datagram->len;
  DtlsRecord record;

  g_assert_true (dtls_record_next (&bytes, &n_bytes, &record));
  return record;
}

/* T28: the state of the cookie round goes into the session, or the handshake would hang. */
static void
test_t28_prestate (void)
{
  g_autoptr (Link) link = link_new (GCM, 0);
  g_autoptr (DtlsSessionConfig) config = new_config (DTLS_ROLE_SERVER, GCM, 0, 0);
  g_autoptr (DtlsCookieJar) jar = dtls_cookie_jar_new (60, 0, NULL);
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  gnutls_dtls_prestate_st prestate = { 0 };
  DtlsPath path = { .socket = 1 };
  DtlsRecord record;

  dtls_session_tick (link->client.session);
  record = get_record (g_ptr_array_index (link->client.out, 0));
  dtls_cookie_jar_give (jar, &path, &record, 0, answer_cb, answer);
  drop_output (&link->client);
  feed (&link->client, answer);
  record = get_record (g_ptr_array_index (link->client.out, 0));
  g_assert_true (dtls_cookie_jar_check (jar, &path, &record, 0, &prestate));
  end_clear (&link->server);
  memset (&link->server, 0, sizeof link->server);
  end_init (&link->server, config, &prestate);
  settle (link);
  g_assert_true (dtls_session_is_established (link->server.session));
  g_assert_true (dtls_session_is_established (link->client.session));
}

/* T33: an unknown identity is silence; a refused one ends at once. */
static void
test_t33_unknown (void)
{
  g_autoptr (Link) link = link_new (GCM, 0);
  guint n_flights;

  link->server.lookup = DTLS_LOOKUP_UNKNOWN;
  dtls_session_tick (link->client.session);
  settle (link);
  n_flights = link->flights->len;
  g_assert_cmpuint (n_flights, ==, 3);          /* hello, flight 4, flight 5, and nothing */
  g_assert_true ((link->server.steps & DTLS_STEP_REFUSED) != 0);
  g_assert_true ((link->server.steps & DTLS_STEP_FAILED) == 0);
}

static void
test_t33_refused (void)
{
  g_autoptr (Link) link = link_new (GCM, 0);

  link->server.lookup = DTLS_LOOKUP_REFUSE;
  dtls_session_tick (link->client.session);
  settle (link);
  g_assert_true ((link->server.steps & DTLS_STEP_FAILED) != 0);
}

/* T33, T34: a key of no bytes, which GnuTLS would crash over, and the longest. */
static void
test_t34_keys (void)
{
  const gsize sizes[] = { 1, 64, DTLS_KEY_MAX_BYTES };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (Link) link = link_new (GCM, 0);
      g_autofree guint8 *bytes = g_malloc0 (sizes[i]);

      dtls_key_unref (link->server.key);
      dtls_key_unref (link->client.key);
      link->server.key = dtls_key_new (bytes, sizes[i]);
      link->client.key = dtls_key_new (bytes, sizes[i]);
      shake_hands (link);
    }
}

/* T41: one close_notify, at once, and never another. */
static void
test_t41_close (void)
{
  g_autoptr (Link) link = link_new (GCM, 0);
  g_autoptr (Link) half_open = link_new (GCM, 0);

  shake_hands (link);
  dtls_session_close (link->server.session);
  g_assert_cmpuint (link->server.out->len, ==, 1);
  send_text (&link->client, "too late");
  settle (link);
  g_assert_cmpuint (link->server.messages->len, ==, 0);
  g_assert_true ((link->client.steps & DTLS_STEP_CLOSED) != 0);

  dtls_session_tick (half_open->client.session);
  drop_output (&half_open->client);
  dtls_session_close (half_open->client.session);
  g_assert_cmpuint (half_open->client.out->len, ==, 0);
}

/* Flights are packed: what fits into the MTU is one datagram, and none is ever longer. */
static void
test_packed (gconstpointer data)
{
  for (guint mtu = 300; mtu <= 1400; mtu += 20)
    {
      g_autoptr (Link) link = link_new (data, mtu);
      g_autofree guint8 *identity = g_malloc0 (200);

      g_bytes_unref (link->client.identity);
      link->client.identity = g_bytes_new (identity, 200);
      shake_hands (link);
      g_assert_cmpuint (link->flights->len, ==, 4);
      for (guint i = 0; i < link->flights->len; i++)
        {
          GPtrArray *flight = g_ptr_array_index (link->flights, i);
          gsize n_bytes = 0;

          for (guint j = 0; j < flight->len; j++)
            {
              GByteArray *datagram = g_ptr_array_index (flight, j);

              g_assert_cmpuint (datagram->len, <=, mtu);
              n_bytes += datagram->len;
            }
          if (n_bytes <= mtu)
            g_assert_cmpuint (flight->len, ==, 1);
          g_assert_cmpuint (flight->len, <=, 3 + n_bytes / (mtu - 100));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/session/t2-nothing-there", test_t2_nothing_there);
  g_test_add_func ("/dtls/session/t9-one-step", test_t9_one_step);
  g_test_add_func ("/dtls/session/t13-long-record", test_t13_long_record);
  g_test_add_func ("/dtls/session/t14-close", test_t14_close);
  g_test_add_func ("/dtls/session/t14-warning", test_t14_warning);
  g_test_add_func ("/dtls/session/t18-lost-output", test_t18_lost_output);
  g_test_add_func ("/dtls/session/t19-mtu", test_t19_mtu);
  g_test_add_func ("/dtls/session/t20-sizes", test_t20_sizes);
  g_test_add_func ("/dtls/session/t22-timer", test_t22_timer);
  g_test_add_func ("/dtls/session/t23-no-flood", test_t23_no_flood);
  g_test_add_func ("/dtls/session/t28-prestate", test_t28_prestate);
  g_test_add_func ("/dtls/session/t33-unknown", test_t33_unknown);
  g_test_add_func ("/dtls/session/t33-refused", test_t33_refused);
  g_test_add_func ("/dtls/session/t34-keys", test_t34_keys);
  g_test_add_func ("/dtls/session/t41-close", test_t41_close);
  g_test_add_data_func ("/dtls/session/packed/psk", DTLS12 "+PSK", test_packed);
  g_test_add_data_func ("/dtls/session/packed/dhe-psk", DTLS12 "+DHE-PSK", test_packed);
  g_test_add_data_func ("/dtls/session/packed/ecdhe-psk", DTLS12 "+ECDHE-PSK", test_packed);
  return g_test_run ();
}
