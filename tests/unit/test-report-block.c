/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-block.h"
#include "test-event.h"

static const char WIRE[] = "\x17\xfe\xfd\x00\x01";

#define MESSAGE .is_message = TRUE, .wire = WIRE, .n_wire = 5, .record = 1, .n_records = 1

static char *
make_block (const TestEvent *parts)
{
  g_autofree DtlsEvent *event = test_event_new (parts);
  GString *text = g_string_new (NULL);

  report_block_append (event, text);
  return g_string_free (text, FALSE);
}

static char *
make_caption (const TestEvent *parts)
{
  g_autofree DtlsEvent *event = test_event_new (parts);
  GString *text = g_string_new (NULL);

  report_block_append_caption (event, text);
  return g_string_free (text, FALSE);
}

static void
test_server (void)
{
  g_autofree char *block = make_block (&(TestEvent) { MESSAGE, .ip = "192.0.2.2", .port = 55870,
                                                      .text = "ping 0" });

  g_assert_cmpstr (block, ==, "\n---------------\nA message from (192.0.2.2:55870)\n"
                              "DTLS datagram:\n17 fe fd 00 01\nAs plain text:\nping 0\n");
}

static void
test_client (void)
{
  g_autofree char *block = make_block (&(TestEvent) { MESSAGE, .is_client = TRUE, .text = "ACK",
                                                      .name = "Alice (clone number 0)" });

  g_assert_cmpstr (block, ==, "\n---------------\nAlice (clone number 0) received a DTLS "
                              "datagram:\n17 fe fd 00 01\nAs plain text:\nACK\n");
}

static void
test_second_record (void)
{
  const TestEvent parts = { .is_message = TRUE, .wire = WIRE, .n_wire = 5, .record = 2,
                            .n_records = 3, .text = "x" };
  g_autofree char *block = make_block (&parts);
  g_autofree char *caption = make_caption (&parts);

  g_assert_nonnull (g_strstr_len (block, -1, "\nrecord 2 of 3 in this datagram\n17 fe"));
  g_assert_cmpstr (caption, ==, "DTLS datagram:   5 bytes, record 2 of 3 in this datagram");
}

static void
test_caption (void)
{
  g_autofree char *server = make_caption (&(TestEvent) { MESSAGE });
  g_autofree char *client = make_caption (&(TestEvent) { MESSAGE, .is_client = TRUE });

  g_assert_cmpstr (server, ==, "DTLS datagram:   5 bytes");
  g_assert_cmpstr (client, ==, "   5 bytes");
}

/* P2: markup stays text, what cannot be seen becomes an escape, lines of the message stay lines. */
static void
test_hostile (void)
{
  g_autofree char *block
    = make_block (&(TestEvent) { MESSAGE, .text = "<b>a</b>\n\0\xe2\x80\xae\xff\x1b[2J",
                                 .n_text = 18 });

  g_assert_true (g_str_has_suffix (block, "text:\n<b>a</b>\n\\x00\\u{202e}\\xff\\x1b[2J\n"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/block/server", test_server);
  g_test_add_func ("/report/block/client", test_client);
  g_test_add_func ("/report/block/s30-second-record", test_second_record);
  g_test_add_func ("/report/block/caption", test_caption);
  g_test_add_func ("/report/block/p2-hostile", test_hostile);
  return g_test_run ();
}
