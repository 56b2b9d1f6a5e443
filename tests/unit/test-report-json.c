/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "report-json.h"
#include "test-event.h"

#define TIME_US G_GINT64_CONSTANT (1795262621120123)

static char *
make_json (const TestEvent *parts)
{
  g_autofree DtlsEvent *event = test_event_new (parts);
  GString *text = g_string_new (NULL);

  report_json_append (event, text);
  return g_string_free (text, FALSE);
}

/* Goes past a string as RFC 8259 allows it; fails the test otherwise. */
static const char *
skip_string (const char *at)
{
  g_assert_cmpint (*at++, ==, '"');
  while (*at != '"')
    {
      g_assert_cmpint ((guint8) *at, >=, 0x20);
      if (*at++ != '\\')
        continue;
      if (*at == 'u')
        for (guint i = 1; i <= 4; i++)
          g_assert_true (g_ascii_isxdigit (at[i]));
      else
        g_assert_nonnull (strchr ("\"\\/bfnrt", *at));
      at += *at == 'u' ? 5 : 1;
    }
  return at + 1;
}

/* One flat object and a newline, valid UTF-8, on one line. */
static void
assert_valid (const char *json)
{
  const char *at = json;

  g_assert_true (g_utf8_validate (json, -1, NULL));
  g_assert_cmpint (*at, ==, '{');
  do
    {
      at = skip_string (at + 1);
      g_assert_cmpint (*at++, ==, ':');
      if (*at == '"')
        at = skip_string (at);
      else
        {
          g_assert_true (g_ascii_isdigit (*at));
          at += strspn (at, "0123456789");
        }
    }
  while (*at == ',');
  g_assert_cmpstr (at, ==, "}\n");
}

static void
test_state (void)
{
  g_autofree char *json
    = make_json (&(TestEvent) { DTLS_CODE_ESTABLISHED, .time_us = TIME_US, .association = 7,
                                .identity = "device \"7\"",
                                .text = "TLS_PSK_WITH_AES_128_GCM_SHA256" });

  assert_valid (json);
  g_assert_cmpstr (json, ==, "{\"time\":\"2026-11-21T12:03:41.120123Z\",\"level\":\"info\","
                             "\"connection\":7,\"peer\":\"127.0.0.1:41022\","
                             "\"identity\":\"device \\\"7\\\"\",\"text\":\"Connection with "
                             "(127.0.0.1:41022) encrypted. Session cipher: PSK-AES128-GCM-SHA256; "
                             "session protocol: DTLS 1.2.\","
                             "\"cipher\":\"TLS_PSK_WITH_AES_128_GCM_SHA256\"}\n");
}

static void
test_message (void)
{
  g_autofree char *json
    = make_json (&(TestEvent) { .is_message = TRUE, .is_client = TRUE, .time_us = TIME_US,
                                .association = G_MAXUINT64, .ip = "::1", .name = "Bob",
                                .wire = "\x17\xfe\xfd", .n_wire = 3, .text = "h\0\xff\n",
                                .n_text = 4 });

  assert_valid (json);
  g_assert_cmpstr (json, ==, "{\"time\":\"2026-11-21T12:03:41.120123Z\",\"level\":\"message\","
                             "\"connection\":18446744073709551615,\"name\":\"Bob\","
                             "\"peer\":\"[::1]:41022\",\"text\":\"h\\u0000\\\\xff\\n\","
                             "\"hex\":\"17 fe fd\",\"plaintext\":\"68 00 ff 0a\"}\n");
}

static void
test_note (void)
{
  g_autofree char *json = make_json (&(TestEvent) { DTLS_CODE_CLOSED, .is_first = TRUE });

  assert_valid (json);
  g_assert_nonnull (strstr (json, "\"text\":\"(127.0.0.1:41022): The DTLS connection has been "
                                  "shutdown\",\"note\":\"(127.0.0.1:41022) closed the connection "
                                  "(close notify).\""));
}

static void
test_silent (void)
{
  g_autofree char *json = make_json (&(TestEvent) { DTLS_CODE_SENT });

  g_assert_cmpstr (json, ==, "");
}

/* P2: whatever a peer sends as text and identity, each event stays one valid line. */
static void
test_hostile (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (3);

  for (guint round = 0; round < 3000; round++)
    {
      char bytes[48];
      gsize n = (gsize) g_rand_int_range (rand, 1, sizeof bytes);
      g_autofree char *message = NULL, *state = NULL;

      for (gsize i = 0; i < n; i++)
        bytes[i] = (char) g_rand_int_range (rand, 0, round % 2 == 0 ? 256 : 64);
      message = make_json (&(TestEvent) { .is_message = TRUE, .text = bytes, .n_text = n,
                                          .wire = bytes, .n_wire = n });
      state = make_json (&(TestEvent) { DTLS_CODE_IDENTITY, .identity = bytes, .n_identity = n });
      assert_valid (message);
      assert_valid (state);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/json/state", test_state);
  g_test_add_func ("/report/json/message", test_message);
  g_test_add_func ("/report/json/note", test_note);
  g_test_add_func ("/report/json/silent", test_silent);
  g_test_add_func ("/report/json/p2-hostile", test_hostile);
  return g_test_run ();
}
