/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MS ((gint64) 1000)
#define ONE_WAY_US (5 * MS)

enum { ALERT_HANDSHAKE_FAILURE = 40, ALERT_UNKNOWN_PSK_IDENTITY = 115, CLIENT_KEY_EXCHANGE = 16 };

/* Both versions are offered and allowed by others: ours choose. */
static const struct { const char *name, *priority; } exchanges[] = {
  { "psk", "NORMAL:-VERS-ALL:+VERS-DTLS1.2:+VERS-DTLS1.0:-KX-ALL:+PSK" },
  { "dhe-psk", "NORMAL:-VERS-ALL:+VERS-DTLS1.2:+VERS-DTLS1.0:-KX-ALL:+DHE-PSK" },
  { "ecdhe-psk", "NORMAL:-VERS-ALL:+VERS-DTLS1.2:+VERS-DTLS1.0:-KX-ALL:+ECDHE-PSK" },
};

static void
add_key (DtlsCredentials *credentials, const void *identity, gsize n_identity, const char *hex)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsKey) key = dtls_key_parse (hex, DTLS_KEY_FORMAT_HEX, &error);
  g_autoptr (GBytes) bytes = g_bytes_new (identity, n_identity);

  g_assert_no_error (error);
  dtls_credentials_add (credentials, bytes, key);
}

static TestServer *
new_with (DtlsCredentials *credentials, gboolean tell_why)
{
  DtlsListenOptions options = { .credentials = credentials, .tell_why = tell_why };

  return test_server_new_full (&options);
}

static TestServer *
new_with_alice (gboolean tell_why)
{
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new ();

  add_key (credentials, "alice", 5, "0a0b0c0d");
  return new_with (credentials, tell_why);
}

static const TestPeerOptions alice = { .identity = "alice", .n_identity = 5,
                                       .key_hex = "0a0b0c0d" };
static const TestPeerOptions alice_wrong = { .identity = "alice", .n_identity = 5,
                                             .key_hex = "ffffffff" };
static const TestPeerOptions nobody = { .identity = "bobby", .n_identity = 5,
                                        .key_hex = "0a0b0c0d" };

static gboolean
connects (TestServer *server, const void *identity, gsize n_identity, const char *key_hex)
{
  TestPeerOptions options = { .identity = identity, .n_identity = n_identity, .key_hex = key_hex };
  TestPeer *peer = test_server_add_peer (server, &options);
  gboolean finished = test_server_finish (server, peer, 900 * MS);

  g_ptr_array_remove (server->peers, peer);
  return finished;
}

/* Octets, compared by length and bytes: five identities, five keys. */
static void
test_p1_identities (void)
{
  static const struct { const char *bytes; gsize n; const char *key; } ids[] = {
    { "id", 2, "01" }, { "id\0", 3, "02" }, { "id\0x", 4, "03" }, { " id", 3, "04" },
    { "ID", 2, "05" },
  };
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new ();
  g_autoptr (TestServer) server = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    add_key (credentials, ids[i].bytes, ids[i].n, ids[i].key);
  server = new_with (credentials, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    for (guint j = 0; j < G_N_ELEMENTS (ids); j++)
      g_assert_cmpint (connects (server, ids[i].bytes, ids[i].n, ids[j].key), ==, i == j);
}

/* The notes about keys, of which each is one row. */
static void
assert_notes (TestServer *server, guint n_demo, guint n_short, gint32 n_bytes)
{
  TestEvent *event;

  test_pair_turn (server->pair);
  event = test_events_find (server->pair->server_events, DTLS_CODE_SHORT_KEY);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_DEMO_KEY), ==, n_demo);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_SHORT_KEY), ==, n_short);
  if (n_short > 0)
    g_assert_cmpint (event->head.number[0], ==, n_bytes);
  g_ptr_array_set_size (server->pair->server_events, 0);
}

/* Under 16 octets: a note, whoever's the key is, and with a later change, too. */
static void
test_p3_short_key_note (void)
{
  g_autoptr (DtlsKey) five = dtls_key_new ((const guint8 *) "12345", 5);
  g_autoptr (DtlsKey) sixteen = dtls_key_new ((const guint8 *) "1234567890123456", 16);
  g_autoptr (DtlsCredentials) shared_short = dtls_credentials_new_shared (five);
  g_autoptr (DtlsCredentials) shared_long = dtls_credentials_new_shared (sixteen);
  g_autoptr (DtlsCredentials) table = dtls_credentials_new ();
  g_autoptr (TestServer) of_shared = new_with (shared_short, FALSE);
  g_autoptr (TestServer) of_long = new_with (shared_long, FALSE);
  g_autoptr (TestServer) of_table = NULL;

  assert_notes (of_shared, 0, 1, 5);
  assert_notes (of_long, 0, 0, 0);
  add_key (table, "alice", 5, "00112233445566778899aabbccddeeff");
  add_key (table, "bob", 3, "0011223344556677");
  add_key (table, "carol", 5, "001122334455667788");
  of_table = new_with (table, FALSE);
  assert_notes (of_table, 0, 1, 8);

  dtls_core_set_credentials (of_long->pair->server, table);
  assert_notes (of_long, 0, 1, 8);
  dtls_core_set_credentials (of_long->pair->server, shared_long);
  assert_notes (of_long, 0, 0, 0);
  add_key (table, "dave", 4, DTLS_DEMO_KEY_HEX);        /* its own note says more */
  dtls_core_set_credentials (of_long->pair->server, table);
  assert_notes (of_long, 1, 0, 0);
}

/* P6: the extended master secret (RFC 7627), in each key exchange; and never DTLS 1.0. */
static void
test_p6_server (gconstpointer data)
{
  TestPeerOptions options = { .priority = data };
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_establish (server, &options);

  g_assert_cmpint (gnutls_session_ext_master_secret_status (peer->session), ==, 1);
  g_assert_cmpint (gnutls_protocol_get_version (peer->session), ==, GNUTLS_DTLS1_2);
}

static void
test_p6_client (gconstpointer data)
{
  TestPeerOptions options = { .server = TRUE, .priority = data };
  g_autoptr (TestPair) pair = test_pair_new ();
  DtlsAddress local = test_address ("127.0.0.1", DTLS_DEFAULT_PORT);
  g_autoptr (TestPeer) peer = test_peer_new (pair->network, &options, &local, NULL);

  pair->server_address = peer->local;
  test_pair_connect (pair, "A", NULL, 0);
  for (guint i = 0; i < 100 && !peer->established; i++)
    {
      test_pair_turn (pair);
      test_peer_turn (peer);
      test_clock_advance (MS);
    }
  g_assert_true (peer->established);
  g_assert_cmpint (gnutls_session_ext_master_secret_status (peer->session), ==, 1);
  g_assert_cmpint (gnutls_protocol_get_version (peer->session), ==, GNUTLS_DTLS1_2);
}

/* T35: an old callback would take "root\0evil" for "root". */
static void
test_t35_nul (void)
{
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new ();
  g_autoptr (TestServer) server = NULL;
  TestEvent *identity;

  add_key (credentials, "root", 4, "0a0b");
  server = new_with (credentials, FALSE);
  g_assert_true (connects (server, "root", 4, "0a0b"));
  test_server_run (server, SECOND);
  g_ptr_array_set_size (server->pair->server_events, 0);
  g_assert_false (connects (server, "root\0evil", 9, "0a0b"));
  identity = test_events_find (server->pair->server_events, DTLS_CODE_UNKNOWN_IDENTITY);
  g_assert_nonnull (identity);
  g_assert_cmpmem (g_bytes_get_data (identity->identity, NULL),
                   g_bytes_get_size (identity->identity), "root\0evil", 9);
}

/* P1: 128 octets and 64-octet keys at least; 256 octets are taken, more are unknown (T36). */
static void
test_p1_lengths (void)
{
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new ();
  g_autoptr (TestServer) server = NULL;
  g_autofree guint8 *identity = g_malloc (300);
  char key[129];

  memset (key, 'a', 128);
  key[128] = 0;
  for (guint i = 0; i < 300; i++)
    identity[i] = i;
  for (guint n = 1; n <= DTLS_MAX_IDENTITY_BYTES; n++)
    add_key (credentials, identity, n, key);
  server = new_with (credentials, FALSE);
  g_assert_true (connects (server, identity, 1, key));
  g_assert_true (connects (server, identity, 128, key));
  g_assert_true (connects (server, identity, 256, key));
  g_assert_false (connects (server, identity, 257, key));
}

/* The key for everybody is for 256 octets at most, too. */
static void
test_t36_shared (void)
{
  g_autoptr (TestServer) server = test_server_new ();
  static const guint8 identity[300] = { 'x' };

  g_assert_true (connects (server, identity, 256, DTLS_DEMO_KEY_HEX));
  g_assert_false (connects (server, identity, 257, DTLS_DEMO_KEY_HEX));
  g_assert_false (connects (server, identity, 300, DTLS_DEMO_KEY_HEX));
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_UNKNOWN_IDENTITY), ==, 2);
}

static void
test_t36_huge (void)
{
  g_autoptr (TestServer) server = new_with_alice (FALSE);
  g_autofree guint8 *identity = g_malloc0 (16000);
  TestPeerOptions options = { .identity = identity, .n_identity = 16000 };
  TestPeer *peer = test_server_add_peer (server, &options);

  g_assert_false (test_server_finish (server, peer, 10 * SECOND));
  g_assert_cmpint (peer->failure, ==, 0);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_UNKNOWN_IDENTITY), ==, 1);
  g_assert_true (connects (server, "alice", 5, "0a0b0c0d"));
}

/* A stalled peer's ClientKeyExchange, written by hand. */
static void
forge_key_exchange (TestServer *server, const DtlsAddress *from, const void *body, gsize n_body)
{
  g_assert_true (test_server_stall (server, from, from->port));
  test_server_reset (server);
  test_server_forge (server, from,
                     test_forge_handshake (CLIENT_KEY_EXCHANGE, 2, 2, body, n_body));
}

/* GnuTLS's client refuses an empty identity, a raw one can send it: unknown as any other. */
static void
test_t36_empty (void)
{
  g_autoptr (TestServer) server = new_with_alice (FALSE);
  DtlsAddress from = test_address ("198.18.0.1", 1000);

  forge_key_exchange (server, &from, "\0\0", 2);
  test_server_run (server, SECOND);
  g_assert_cmpuint (server->n_datagrams, ==, 0);
  g_assert_true (connects (server, "alice", 5, "0a0b0c0d"));
}

/* Lengths that lie end that session or nothing, and nobody else's. */
static void
test_p1_malformed (void)
{
  static const struct { const char *bytes; gsize n; } bodies[] = {
    { "", 0 }, { "\0", 1 }, { "\0\5abc", 5 }, { "\377\377abc", 5 }, { "\0\1abcdef", 8 },
  };
  g_autoptr (TestServer) server = new_with_alice (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      DtlsAddress from = test_address ("198.18.0.1", 1000 + i);

      forge_key_exchange (server, &from, bodies[i].bytes, bodies[i].n);
      g_assert_cmpuint (server->n_datagrams, <=, 1);
      g_assert_true (connects (server, "alice", 5, "0a0b0c0d"));
    }
}

/* --- S16 --- */

typedef struct
{
  TestServer *server;
  GString    *text;
  gint64      start_us;
} Shape;

static gboolean
shape_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  Shape *shape = user_data;
  const guint8 *bytes = datagram->bytes->data;
  gsize n_bytes = datagram->bytes->len;
  DtlsRecord record;

  if (!dtls_address_equal (&datagram->from, &shape->server->pair->server_address))
    return TRUE;
  g_string_append_printf (shape->text, "%" G_GINT64_FORMAT ":",
                          (datagram->now_us - shape->start_us) / MS);
  while (dtls_record_next (&bytes, &n_bytes, &record))
    g_string_append_printf (shape->text, " %u/%u/%u", record.type, record.epoch, record.n_bytes);
  g_string_append_c (shape->text, '\n');
  return TRUE;
}

/* Times, types, epochs and lengths of all that the server sends in two minutes. */
static char *
get_shape (const TestPeerOptions *kind, const char *priority)
{
  g_autoptr (TestServer) server = new_with_alice (FALSE);
  Shape shape = { server, g_string_new (NULL), test_clock_get () };
  TestPeerOptions options = *kind;
  TestPeer *peer;

  options.priority = priority;
  peer = test_server_add_peer (server, &options);
  test_network_set_delay (server->pair->network, ONE_WAY_US);
  test_network_set_tap (server->pair->network, shape_cb, &shape);
  test_server_run (server, 120 * SECOND);
  g_assert_false (peer->established);
  g_assert_cmpint (peer->alert, ==, -1);
  return g_string_free (shape.text, FALSE);
}

/* A Diffie-Hellman share is sent without its leading zeros: one handshake in 256 is a byte shorter,
 * whatever the key. So a difference counts when it comes each time. */
static void
test_s16_same_shape (gconstpointer data)
{
  g_autofree char *wrong_key = NULL;
  g_autofree char *unknown = NULL;

  for (guint i = 0; i < 4; i++)
    {
      g_free (wrong_key);
      g_free (unknown);
      wrong_key = get_shape (&alice_wrong, data);
      unknown = get_shape (&nobody, data);
      if (g_str_equal (wrong_key, unknown))
        break;
    }
  g_assert_cmpuint (strlen (wrong_key), >, 20);
  g_assert_cmpstr (wrong_key, ==, unknown);
}

/* --- DESIGN 5: what the screen says --- */

static void
test_wrong_key (void)
{
  g_autoptr (TestServer) server = new_with_alice (FALSE);
  TestPeer *peer = test_server_add_peer (server, &alice_wrong);
  TestEvent *event;

  test_server_run (server, 1);          /* at once, not after a timer */
  event = test_events_find (server->pair->server_events, DTLS_CODE_KEY_DIFFERS);
  g_assert_nonnull (event);
  g_assert_cmpmem (g_bytes_get_data (event->identity, NULL), g_bytes_get_size (event->identity),
                   "alice", 5);
  test_server_run (server, 30 * SECOND);        /* said once, whatever is repeated */
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_KEY_DIFFERS), ==, 1);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_UNKNOWN_IDENTITY), ==, 0);
  g_assert_false (peer->established);
}

static gboolean
has_held_three (TestServer *server, gpointer user_data)
{
  return ((TestPeer *) user_data)->held->len >= 3;
}

static gboolean
has_sent_two (TestServer *server, gpointer user_data)
{
  return ((TestPeer *) user_data)->n_datagrams_out >= 2;
}

static void
release (TestServer *server, TestPeer *peer, guint index)
{
  GBytes *bytes = g_ptr_array_index (peer->held, index);

  test_peer_transmit (peer, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  test_server_run (server, 1);
}

/* A forged record provokes it; the true Finished takes it back. */
static void
test_key_agrees (gconstpointer data)
{
  guint n_released_before = GPOINTER_TO_UINT (data);
  g_autoptr (TestServer) server = new_with_alice (FALSE);
  TestPeer *peer = test_server_add_peer (server, &alice);

  test_network_set_delay (server->pair->network, ONE_WAY_US);
  g_assert_true (test_server_run_until (server, has_sent_two, peer, SECOND));
  peer->holding = TRUE;
  g_assert_true (test_server_run_until (server, has_held_three, peer, SECOND));
  peer->holding = FALSE;
  test_network_set_delay (server->pair->network, 0);
  for (guint i = 0; i < 3; i++)
    {
      if (i == n_released_before)
        test_server_forge (server, &peer->local,
                           test_forge_record (DTLS_CONTENT_HANDSHAKE, 1, 0, server, 40));
      release (server, peer, i);
    }
  test_server_run (server, 1);
  g_assert_true (peer->established);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_KEY_DIFFERS), ==, 1);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_KEY_AGREES), ==, 1);
  g_assert_true (test_server_answers (server, peer, "after all"));
}

/* Data and alerts that do not open say nothing about the key. */
static void
test_key_not_by_data (void)
{
  g_autoptr (TestServer) server = new_with_alice (FALSE);
  TestPeer *peer = test_server_add_peer (server, &alice);

  test_network_set_delay (server->pair->network, ONE_WAY_US);
  for (guint i = 0; i < 100 && !peer->established; i++)
    {
      test_server_forge (server, &peer->local, test_forge_record (23, 1, i, server, 40));
      test_server_forge (server, &peer->local, test_forge_record (21, 1, i, server, 40));
      test_server_run (server, MS);
    }
  g_assert_true (test_server_finish (server, peer, 3 * SECOND));
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_KEY_DIFFERS), ==, 0);
}

static void
test_unknown_identity (void)
{
  g_autoptr (TestServer) server = new_with_alice (FALSE);
  TestPeer *peer = test_server_add_peer (server, &nobody);
  TestEvent *event;

  test_server_run (server, 1);
  event = test_events_find (server->pair->server_events, DTLS_CODE_UNKNOWN_IDENTITY);
  g_assert_nonnull (event);
  g_assert_cmpmem (g_bytes_get_data (event->identity, NULL), g_bytes_get_size (event->identity),
                   "bobby", 5);
  test_server_run (server, 60 * SECOND);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_UNKNOWN_IDENTITY), ==, 1);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_KEY_DIFFERS), ==, 0);
  g_assert_cmpint (peer->alert, ==, -1);
}

/* Adding the key frees that identity's half-open session, and nobody else's. */
static void
test_key_added (void)
{
  g_autoptr (TestServer) server = new_with_alice (FALSE);
  g_autoptr (DtlsCredentials) more = dtls_credentials_new ();
  TestPeer *peer = test_server_add_peer (server, &nobody);

  test_server_add_peer (server, &alice_wrong);
  test_server_run (server, SECOND);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 2);
  add_key (more, "alice", 5, "0a0b0c0d");
  add_key (more, "bobby", 5, "0a0b0c0d");
  test_server_reset (server);
  dtls_listener_set_credentials (dtls_core_get_listener (server->pair->server), more);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 1);
  g_assert_cmpuint (server->n_datagrams, ==, 0);
  test_peer_start_over (peer);
  g_assert_true (test_server_finish (server, peer, 100 * MS));
}

/* Established sessions keep what they began with (T40). */
static void
test_t40_keys_changed (void)
{
  g_autoptr (TestServer) server = new_with_alice (FALSE);
  g_autoptr (DtlsCredentials) others = dtls_credentials_new ();
  TestPeer *peer = test_server_establish (server, &alice);

  add_key (others, "carol", 5, "01");
  dtls_listener_set_credentials (dtls_core_get_listener (server->pair->server), others);
  g_assert_true (test_server_answers (server, peer, "still here"));
  g_assert_false (connects (server, "alice", 5, "0a0b0c0d"));
  g_assert_true (connects (server, "carol", 5, "01"));
}

static void
test_tell_why (void)
{
  g_autoptr (TestServer) server = new_with_alice (TRUE);
  TestPeer *peer = test_server_add_peer (server, &nobody);
  TestEvent *failed;

  test_server_run (server, 1);
  g_assert_cmpint (peer->alert, ==, ALERT_UNKNOWN_PSK_IDENTITY);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
  failed = test_events_find (server->pair->server_events, DTLS_CODE_UNKNOWN_IDENTITY);
  g_assert_nonnull (failed);
  g_assert_true (connects (server, "alice", 5, "0a0b0c0d"));
}

/* A wrong key stays silent even then: nobody but the peer could have sent that Finished. */
static void
test_tell_why_wrong_key (void)
{
  g_autoptr (TestServer) server = new_with_alice (TRUE);
  TestPeer *peer = test_server_add_peer (server, &alice_wrong);

  test_server_run (server, 20 * SECOND);
  g_assert_cmpint (peer->alert, ==, -1);
  g_assert_cmpuint (test_server_count (server, DTLS_CODE_KEY_DIFFERS), ==, 1);
}

static void
test_no_common_suite (void)
{
  static const TestPeerOptions camellia
    = { .priority = "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK:-CIPHER-ALL:"
                    "+CAMELLIA-128-GCM:+CAMELLIA-256-GCM" };
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsProfile) constrained = dtls_profile_new ("constrained", &error);
  DtlsListenOptions options = { .profile = constrained };
  g_autoptr (TestServer) server = NULL;
  TestPeer *peer;
  TestEvent *event;
  g_auto (GStrv) lists = NULL;

  g_assert_no_error (error);
  server = test_server_new_full (&options);
  peer = test_server_add_peer (server, &camellia);
  test_server_run (server, SECOND);
  g_assert_cmpint (peer->alert, ==, ALERT_HANDSHAKE_FAILURE);
  event = test_events_find (server->pair->server_events, DTLS_CODE_NO_COMMON_SUITE);
  g_assert_nonnull (event);
  lists = g_strsplit (event->text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lists), ==, 2);
  g_assert_nonnull (strstr (lists[0], "CAMELLIA128"));
  g_assert_nonnull (strstr (lists[0], "CAMELLIA256"));
  g_assert_null (strstr (lists[0], "CCM"));
  g_assert_cmpstr (lists[1], ==, "PSK-AES128-CCM8");
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
}

/* A DTLS 1.0 client is told which version it asked for (RFC 8996). */
static void
test_version (void)
{
  static const TestPeerOptions old
    = { .priority = "NORMAL:-VERS-ALL:+VERS-DTLS1.0:-KX-ALL:+PSK:+AES-128-CBC:+SHA1" };
  g_autoptr (TestServer) server = test_server_new ();
  TestPeer *peer = test_server_add_peer (server, &old);
  TestEvent *event;

  test_server_run (server, SECOND);
  g_assert_false (peer->established);
  event = test_events_find (server->pair->server_events, DTLS_CODE_VERSION);
  g_assert_nonnull (event);
  g_assert_cmphex (event->head.number[0], ==, 0xfeff);
  g_assert_cmpuint (test_server_get_n_half_open (server), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/listener/p1-identities", test_p1_identities);
  g_test_add_func ("/dtls/listener/p1-lengths", test_p1_lengths);
  g_test_add_func ("/dtls/listener/p1-malformed", test_p1_malformed);
  g_test_add_func ("/dtls/listener/p3-short-key-note", test_p3_short_key_note);
  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++)
    {
      g_autofree char *of_server
        = g_strdup_printf ("/dtls/listener/p6-master-secret/%s", exchanges[i].name);
      g_autofree char *of_client
        = g_strdup_printf ("/dtls/connector/p6-master-secret/%s", exchanges[i].name);

      g_test_add_data_func (of_server, exchanges[i].priority, test_p6_server);
      g_test_add_data_func (of_client, exchanges[i].priority, test_p6_client);
    }
  g_test_add_func ("/dtls/listener/t35-nul", test_t35_nul);
  g_test_add_func ("/dtls/listener/t36-shared", test_t36_shared);
  g_test_add_func ("/dtls/listener/t36-huge", test_t36_huge);
  g_test_add_func ("/dtls/listener/t36-empty", test_t36_empty);
  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++)
    {
      g_autofree char *path
        = g_strdup_printf ("/dtls/listener/s16-same-shape/%s", exchanges[i].name);

      g_test_add_data_func (path, exchanges[i].priority, test_s16_same_shape);
    }
  g_test_add_func ("/dtls/listener/wrong-key", test_wrong_key);
  g_test_add_data_func ("/dtls/listener/key-agrees/early", GUINT_TO_POINTER (0), test_key_agrees);
  g_test_add_data_func ("/dtls/listener/key-agrees/before-ccs", GUINT_TO_POINTER (1),
                        test_key_agrees);
  g_test_add_data_func ("/dtls/listener/key-agrees/before-finished", GUINT_TO_POINTER (2),
                        test_key_agrees);
  g_test_add_func ("/dtls/listener/key-not-by-data", test_key_not_by_data);
  g_test_add_func ("/dtls/listener/unknown-identity", test_unknown_identity);
  g_test_add_func ("/dtls/listener/key-added", test_key_added);
  g_test_add_func ("/dtls/listener/t40-keys-changed", test_t40_keys_changed);
  g_test_add_func ("/dtls/listener/tell-why", test_tell_why);
  g_test_add_func ("/dtls/listener/tell-why-wrong-key", test_tell_why_wrong_key);
  g_test_add_func ("/dtls/listener/no-common-suite", test_no_common_suite);
  g_test_add_func ("/dtls/listener/version", test_version);
  return g_test_run ();
}
