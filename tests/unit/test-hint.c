/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "test-clock.h"
#include "test-pair.h"
#include "test-util.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

typedef struct
{
  const char *name, *profile, *hint;
} Hint;

/* A hint may name another identity, another key, or nothing at all. */
static const Hint hints[] = {
  { "none-psk", "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK", NULL },
  { "empty-psk", "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK", "" },
  { "other-psk", "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK", "Use identity \"Bob\"" },
  { "octets-psk", "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK", "\xff\xfe\x01<b>\n%s" },
  { "none-ecdhe", "compatible", NULL },
  { "other-ecdhe", "compatible", "Bob" },
  { "default", "compatible", DTLS_DEFAULT_HINT },
};

static void
test_hint (gconstpointer data)
{
  const Hint *hint = data;
  g_autoptr (TestPair) pair = test_pair_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsKey) alice = dtls_key_new ((const guint8 *) "alice's own key!", 16);
  g_autoptr (DtlsKey) bob = dtls_key_new ((const guint8 *) "bob's other key!", 16);
  g_autoptr (GBytes) alice_name = g_bytes_new_static ("Alice", 5);
  g_autoptr (GBytes) bob_name = g_bytes_new_static ("Bob", 3);
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new ();
  g_autoptr (DtlsProfile) profile = dtls_profile_new (hint->profile, &error);
  DtlsAddress local = test_address ("127.0.0.1", DTLS_DEFAULT_PORT);
  DtlsListenOptions options;
  TestEvent *event;

  g_assert_no_error (error);
  dtls_credentials_add (credentials, alice_name, alice);
  dtls_credentials_add (credentials, bob_name, bob);
  options = test_listen_options (&local, credentials, profile);
  options.hint = hint->hint;
  g_assert_true (dtls_core_listen (pair->server, &options, &pair->server_address, &error));
  g_assert_no_error (error);
  test_pair_connect (pair, "Alice", alice, 5000);
  g_assert_true (test_pair_run_until (pair, pair->client_events, DTLS_CODE_ESTABLISHED, SECOND));
  event = test_events_find (pair->server_events, DTLS_CODE_IDENTITY);
  g_assert_nonnull (event);
  g_assert_cmpmem (g_bytes_get_data (event->identity, NULL), g_bytes_get_size (event->identity),
                   "Alice", 5);
  test_pair_run (pair, SECOND);
  g_assert_cmpuint (test_events_count (pair->client_events, DTLS_EVENT_MESSAGE, 0), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (hints); i++)
    {
      g_autofree char *path = g_strdup_printf ("/dtls/hint/p5-decides-nothing/%s", hints[i].name);

      g_test_add_data_func (path, &hints[i], test_hint);
    }
  return g_test_run ();
}
