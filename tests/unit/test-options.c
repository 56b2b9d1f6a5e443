/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "client-options.h"
#include "server-options.h"
#include "test-util.h"

#define ARGV(...) ((char *[]) { (char *) "program", __VA_ARGS__ __VA_OPT__ (,) NULL })

static ServerOptions *
parse_server (char **argv)
{
  g_autoptr(GError) error = NULL;
  ServerOptions *options = server_options_new (argv, "/", &error);

  g_assert_no_error (error);
  return options;
}

static ClientOptions *
parse_client (char **argv)
{
  g_autoptr(GError) error = NULL;
  ClientOptions *options = client_options_new (argv, "/", &error);

  g_assert_no_error (error);
  return options;
}

static void
test_server_defaults (void)
{
  g_autoptr(ServerOptions) options = parse_server (ARGV ());
  g_autoptr(GError) error = NULL;
  const DtlsLimits defaults = DTLS_LIMITS_DEFAULT;
  DtlsListenOptions listen;

  g_assert_false (options->has_listen || options->headless || options->json || options->quiet);
  g_assert_true (server_options_load_keys (options, NULL, &error));
  server_options_get_listen (options, &listen);
  g_assert_cmpstr (test_address_text (&listen.local), ==, "127.0.0.1:22334");
  g_assert_cmpstr (listen.hint, ==, "Qt DTLS example server");
  g_assert_true (dtls_credentials_is_demo (listen.credentials));
  g_assert_null (listen.profile);
  g_assert_cmpuint (listen.mtu, ==, 0);
  g_assert_cmpint (listen.reply, ==, DTLS_REPLY_ACK);
  g_assert_false (listen.tell_why);
  g_assert_cmpmem (&listen.limits, sizeof listen.limits, &defaults, sizeof defaults);
}

static void
test_server_all (void)
{
  g_autoptr(ServerOptions) options
    = parse_server (ARGV ("--listen", "[::]:0", "--hint=", "--profile", "constrained", "--mtu",
                          "512", "--idle-timeout", "90", "--handshake-age", "2",
                          "--max-connections", "7", "--max-handshakes", "3", "--reply", "echo",
                          "--tell-why", "--headless", "--json", "--quiet"));
  g_autoptr(GError) error = NULL;
  DtlsListenOptions listen;

  g_assert_true (server_options_load_keys (options, NULL, &error));
  server_options_get_listen (options, &listen);
  g_assert_true (options->has_listen && options->headless && options->json && options->quiet);
  g_assert_true (dtls_address_is_any (&listen.local));
  g_assert_cmpuint (listen.local.port, ==, 0);
  g_assert_cmpstr (listen.hint, ==, "");
  g_assert_cmpstr (dtls_profile_get_name (listen.profile), ==, "constrained");
  g_assert_cmpuint (listen.mtu, ==, 512);
  g_assert_cmpint (listen.reply, ==, DTLS_REPLY_ECHO);
  g_assert_true (listen.tell_why);
  g_assert_cmpint (listen.limits.idle_us, ==, 90 * G_USEC_PER_SEC);
  g_assert_cmpint (listen.limits.half_open_age_us, ==, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (listen.limits.max_connections, ==, 7);
  g_assert_cmpuint (listen.limits.max_half_open, ==, 3);
}

/* Every bad value gets one sentence that names the option, or what was typed. */
static void
test_server_bad (void)
{
  static const struct { const char *option, *value, *in_sentence; } BAD[] = {
    { "--listen", "127.0.0.1:70000", "70000" },
    { "--listen", "", "--listen" },
    { "--listen", "localhost:1", "numeric address" },
    { "--listen", "127.0.0.1:x", "--listen" },
    { "--listen", "::1]:5", "--listen" },
    { "--mtu", "255", "256 to 16384" },
    { "--mtu", "20000", "--mtu" },
    { "--mtu", "12a", "--mtu" },
    { "--mtu", "-5", "--mtu" },
    { "--idle-timeout", "0", "--idle-timeout" },
    { "--idle-timeout", "nan", "--idle-timeout" },
    { "--idle-timeout", "1e3", "--idle-timeout" },
    { "--handshake-age", "-1", "--handshake-age" },
    { "--handshake-age", "2.5", "--handshake-age" },
    { "--max-connections", "0", "--max-connections" },
    { "--max-handshakes", "99999999999999999999", "--max-handshakes" },
    { "--limit", "nonsense=1", "identity-bytes" },
    { "--limit", "queue-events", "NAME=NUMBER" },
    { "--limit", "queue-events=", "queue-events" },
    { "--limit", "queue-events=63", "from 64 to" },
    { "--limit", "identity-bytes=257", "from 1 to 256" },
    { "--reply", "maybe", "ack, echo or none" },
    { "--profile", "NORMAL:+NONSENSE", "--profile" },
    { "--key-file", "", "--key-file" },
    { "--nonsense", "x", "--nonsense" },
    { "word", "x", "word" },
    { "--json", NULL, "--headless" },
    { "--quiet", NULL, "--headless" },
    { "--hint", NULL, "--hint" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (BAD); i++)
    {
      char *argv[] = { (char *) "program", (char *) BAD[i].option, (char *) BAD[i].value, NULL };
      g_autoptr(GError) error = NULL;

      g_assert_null (server_options_new (argv, "/", &error));
      g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, BAD[i].in_sentence));
      g_assert_null (strchr (error->message, '\n'));
    }
}

static void
test_client_defaults (void)
{
  g_autoptr(ClientOptions) options = parse_client (ARGV ());
  g_autoptr(GError) error = NULL;
  DtlsConnectOptions connect;
  guint count;

  g_assert_false (options->has_connect);
  g_assert_true (client_options_load_keys (options, NULL, &error));
  g_assert_cmpuint (client_options_get_n_calls (options), ==, 1);
  client_options_get_connect (options, 0, &connect, &count);
  g_assert_cmpstr (connect.host, ==, "localhost");
  g_assert_cmpuint (connect.port, ==, 22334);
  g_assert_cmpuint (count, ==, 1);
  g_assert_null (connect.name);         /* the engine numbers it: Alice (clone number 0) */
  g_assert_null (connect.identity);
  g_assert_true (dtls_key_is_demo (connect.key));
  g_assert_cmpuint (connect.ping_interval_ms, ==, 5000);
  g_assert_cmpuint (connect.first_timeout_ms + connect.give_up_s + connect.local_port, ==, 0);
  g_assert_cmpuint (options->timeout_ms, ==, 10000);
  client_options_clear_connect (&connect);
}

static void
test_client_all (void)
{
  g_autoptr(ClientOptions) options
    = parse_client (ARGV ("--connect", "[fe80::1%lo]:5", "--name", "Bob", "--identity", "b\xff",
                          "--mtu", "auto", "--first-timeout", "400", "--give-up", "30",
                          "--reconnect", "--local-port", "4000", "--count", "3",
                          "--ping-interval", "0.5", "--timeout", "2",
                          "--headless"));
  g_autoptr(GError) error = NULL;
  DtlsConnectOptions connect;
  guint count;

  g_assert_true (client_options_load_keys (options, NULL, &error));
  client_options_get_connect (options, 0, &connect, &count);
  g_assert_cmpstr (connect.host, ==, "fe80::1%lo");
  g_assert_cmpuint (connect.port, ==, 5);
  g_assert_cmpstr (connect.name, ==, "Bob");
  g_assert_cmpmem (g_bytes_get_data (connect.identity, NULL), g_bytes_get_size (connect.identity),
                   "b\xff", 2);
  g_assert_cmpuint (connect.first_timeout_ms, ==, 400);
  g_assert_cmpuint (connect.give_up_s, ==, 30);
  g_assert_true (connect.reconnect);
  g_assert_cmpuint (connect.local_port, ==, 4000);
  g_assert_cmpuint (count, ==, 3);
  g_assert_cmpuint (connect.ping_interval_ms, ==, 500);
  g_assert_cmpuint (options->timeout_ms, ==, 2000);
  client_options_clear_connect (&connect);
}

/* --message and --hex keep their order and switch pings off. */
static void
test_client_messages (void)
{
  g_autoptr(ClientOptions) options
    = parse_client (ARGV ("--headless", "--message", "one", "--hex", "00 ff:0x0A", "--message",
                          "caf\xe9"));
  static const char *const BYTES[] = { "one", "\x00\xff\x0a", "caf\xe9" };
  static const gsize SIZES[] = { 3, 3, 4 };

  g_assert_cmpuint (options->messages->len, ==, 3);
  g_assert_cmpuint (options->ping_interval_ms, ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      gsize n_bytes;
      const void *bytes = g_bytes_get_data (options->messages->pdata[i], &n_bytes);

      g_assert_cmpmem (bytes, n_bytes, BYTES[i], SIZES[i]);
    }
}

static void
test_client_bad (void)
{
  static const struct { const char *option, *value, *in_sentence; } BAD[] = {
    { "--connect", "host:70000", "70000" },
    { "--connect", ":5", "--connect" },
    { "--connect", "host:0", "port 0" },
    { "--limit", "identity-bytes=9", "held-records, queue-events, queue-bytes" },
    { "--name", "", "--name" },
    { "--identity", "", "--identity" },
    { "--count", "0", "--count" },
    { "--local-port", "65536", "--local-port" },
    { "--first-timeout", "1.5", "--first-timeout" },
    { "--give-up", "0", "--give-up" },
    { "--ping-interval", "-1", "--ping-interval" },
    { "--timeout", "0", "--timeout" },
    { "--hex", "123", "--hex" },
    { "--hex", "", "--hex" },
    { "--message", "", "--message" },
    { "--message", "x", "--headless" },
    { "--key", "1a2b", "--key" },       /* a key is never an argument */
  };

  for (guint i = 0; i < G_N_ELEMENTS (BAD); i++)
    {
      char *argv[] = { (char *) "program", (char *) BAD[i].option, (char *) BAD[i].value, NULL };
      g_autoptr(GError) error = NULL;

      g_assert_null (client_options_new (argv, "/", &error));
      g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, BAD[i].in_sentence));
    }
}

static void
test_client_bad_pairs (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (client_options_new (ARGV ("--local-port", "65535", "--count", "2"), "/", &error));
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (client_options_new (ARGV ("--key-file", "a", "--shared-key-file", "b"), "/",
                                     &error));
  g_assert_nonnull (strstr (error->message, "exclude each other"));
  g_clear_error (&error);
  /* nobody connects: the dialog makes one connection */
  g_assert_null (client_options_new (ARGV ("--count", "2"), "/", &error));
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, "--count needs --connect or --headless.");
}

static void
test_answers (void)
{
  g_autoptr(ServerOptions) help = parse_server (ARGV ("--help"));
  g_autoptr(ClientOptions) version = parse_client (ARGV ("--version"));

  g_assert_nonnull (strstr (help->answer, "--max-handshakes=N"));
  g_assert_nonnull (strstr (help->answer, "--shared-key-file=FILE"));
  g_assert_nonnull (strstr (version->answer, PACKAGE_VERSION));
}

static void
test_paths (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ServerOptions) relative
    = server_options_new (ARGV ("--key-file", "x/../keys"), "/somewhere", &error);
  g_autoptr(ServerOptions) input
    = server_options_new (ARGV ("--shared-key-file=-"), "/somewhere", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (relative->key_file, ==, "/somewhere/keys");
  g_assert_false (relative->key_file_is_shared);
  g_assert_cmpstr (input->key_file, ==, "-");
  g_assert_true (input->key_file_is_shared);
}

static gboolean
load_client (const char  *keys,
             char       **argv,
             char       **seen,
             GError     **error)
{
  g_autoptr(GInputStream) input = g_memory_input_stream_new_from_data (keys, (gssize) strlen (keys),
                                                                       NULL);
  g_autoptr(ClientOptions) options = parse_client (argv);
  GString *text = g_string_new (NULL);
  guint count;

  *seen = NULL;
  if (!client_options_load_keys (options, input, error))
    {
      g_string_free (text, TRUE);
      return FALSE;
    }
  for (guint i = 0; i < client_options_get_n_calls (options); i++)
    {
      DtlsConnectOptions connect;
      g_autofree char *key = NULL;

      client_options_get_connect (options, i, &connect, &count);
      key = dtls_key_to_text (connect.key, DTLS_KEY_FORMAT_HEX);
      g_string_append_printf (text, "%s|%.*s|%s|%u;", connect.name != NULL ? connect.name : "",
                              connect.identity != NULL
                                ? (int) g_bytes_get_size (connect.identity) : 0,
                              connect.identity != NULL
                                ? (const char *) g_bytes_get_data (connect.identity, NULL) : "",
                              key, count);
      client_options_clear_connect (&connect);
    }
  *seen = g_string_free (text, FALSE);
  return TRUE;
}

/* A client's key file holds its identity, or exactly one line. */
static void
test_client_keys (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *one = NULL, *two = NULL, *three = NULL, *none = NULL;

  g_assert_true (load_client ("dev:0102\n", ARGV ("--headless", "--key-file", "-", "--count", "2"),
                              &one, &error));
  g_assert_cmpstr (one, ==, "|dev|01 02|2;");
  g_assert_true (load_client ("a:01\nBob:0b\n", ARGV ("--key-file", "-", "--name", "Bob"), &two,
                              &error));
  g_assert_cmpstr (two, ==, "Bob||0b|1;");
  g_assert_true (load_client ("Alice (clone number 0):01\nAlice (clone number 1):02\n",
                              ARGV ("--headless", "--key-file", "-", "--count", "2"), &three,
                              &error));
  g_assert_cmpstr (three, ==, "Alice (clone number 0)||01|1;Alice (clone number 1)||02|1;");
  g_assert_false (load_client ("a:01\nb:02\n", ARGV ("--key-file", "-", "--identity", "c"), &none,
                               &error));
  g_assert_nonnull (strstr (error->message, "\"c\""));
}

static void
test_input (void)
{
  static const struct { const char *keys; gboolean shared, good; } INPUTS[] = {
    { "1a 2b 3c\n", TRUE, TRUE }, { "1a2", TRUE, FALSE }, { "", TRUE, FALSE },
    { "a:1a2b", FALSE, TRUE }, { "a:1a2b\nb:zz\n", FALSE, FALSE }, { "", FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (INPUTS); i++)
    {
      g_autoptr(GInputStream) input
        = g_memory_input_stream_new_from_data (INPUTS[i].keys, (gssize) strlen (INPUTS[i].keys),
                                               NULL);
      g_autoptr(ServerOptions) options
        = parse_server (ARGV (INPUTS[i].shared ? (char *) "--shared-key-file=-"
                                               : (char *) "--key-file=-"));
      g_autoptr(GError) error = NULL;

      g_assert_cmpint (server_options_load_keys (options, input, &error), ==, INPUTS[i].good);
      g_assert_cmpint (error == NULL, ==, INPUTS[i].good);
      if (error != NULL)
        g_assert_null (strstr (error->message, "zz"));   /* never the content */
    }
}

/* All of the new file or none of it. */
static void
test_reload (void)
{
  char *dir = test_make_dir ();
  g_autofree char *path = test_write_file (dir, "keys", "a:01\n", -1, 0600);
  g_autofree char *again = NULL;
  g_autoptr(ServerOptions) options = parse_server (ARGV ("--key-file", path));
  g_autoptr(GError) error = NULL;

  g_assert_true (server_options_load_keys (options, NULL, &error));
  g_assert_nonnull (dtls_credentials_lookup (options->credentials, (const guint8 *) "a", 1));
  again = test_write_file (dir, "keys", "a:02\nb:xx\n", -1, 0600);
  g_assert_false (server_options_load_keys (options, NULL, &error));
  g_assert_nonnull (strstr (error->message, "line 2"));
  g_assert_cmpuint (dtls_credentials_get_n (options->credentials), ==, 1);
  g_assert_nonnull (dtls_credentials_lookup (options->credentials, (const guint8 *) "a", 1));
  test_remove_dir (dir);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/options/server/defaults", test_server_defaults);
  g_test_add_func ("/options/server/all", test_server_all);
  g_test_add_func ("/options/server/bad", test_server_bad);
  g_test_add_func ("/options/client/defaults", test_client_defaults);
  g_test_add_func ("/options/client/all", test_client_all);
  g_test_add_func ("/options/client/messages", test_client_messages);
  g_test_add_func ("/options/client/bad", test_client_bad);
  g_test_add_func ("/options/client/bad-pairs", test_client_bad_pairs);
  g_test_add_func ("/options/client/keys", test_client_keys);
  g_test_add_func ("/options/answers", test_answers);
  g_test_add_func ("/options/paths", test_paths);
  g_test_add_func ("/options/p4-input", test_input);
  g_test_add_func ("/options/p4-reload-all-or-nothing", test_reload);
  return g_test_run ();
}
