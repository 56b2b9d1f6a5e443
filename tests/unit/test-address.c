/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "dtls-address.h"
#include "dtls-error.h"
#include "test-util.h"

static void
assert_prints (const DtlsAddress *address,
               const char        *bare,
               const char        *endpoint)
{
  char text[DTLS_ADDRESS_TEXT_BYTES];

  g_assert_cmpuint (dtls_address_print (address, DTLS_ADDRESS_BARE, text), ==, strlen (bare));
  g_assert_cmpstr (text, ==, bare);
  g_assert_cmpuint (dtls_address_print (address, DTLS_ADDRESS_ENDPOINT, text), ==,
                    strlen (endpoint));
  g_assert_cmpstr (text, ==, endpoint);
}

static void
test_address_print (void)
{
  DtlsAddress address = test_address ("127.0.0.1", 22334);

  assert_prints (&address, "127.0.0.1", "127.0.0.1:22334");
  address = test_address ("::1", 1);
  assert_prints (&address, "::1", "[::1]:1");
  address = test_address ("2001:db8:0:0:0:0:0:1", 65535);
  assert_prints (&address, "2001:db8::1", "[2001:db8::1]:65535");
  address = test_address ("::", 0);
  assert_prints (&address, "::", "[::]:0");
  address = test_address ("0.0.0.0", 0);
  assert_prints (&address, "0.0.0.0", "0.0.0.0:0");
}

static void
test_address_mapped_is_ipv4 (void)
{
  DtlsAddress mapped = test_address ("::ffff:192.0.2.7", 9);
  DtlsAddress plain = test_address ("192.0.2.7", 9);

  g_assert_true (dtls_address_equal (&mapped, &plain));
  g_assert_true (dtls_address_is_ipv4 (&mapped));
  assert_prints (&mapped, "192.0.2.7", "192.0.2.7:9");
}

static void
test_address_link_local (void)
{
  guint32 lo = if_nametoindex ("lo");
  DtlsAddress by_name, by_number, other;
  char text[DTLS_ADDRESS_TEXT_BYTES];

  g_assert_cmpuint (lo, !=, 0);
  g_snprintf (text, sizeof text, "fe80::1%%%u", lo);
  by_name = test_address ("fe80::1%lo", 22334);
  by_number = test_address (text, 22334);
  g_assert_cmpuint (by_name.scope, ==, lo);
  g_assert_true (dtls_address_equal (&by_name, &by_number));
  assert_prints (&by_name, "fe80::1%lo", "[fe80::1%lo]:22334");

  /* An interface that is gone is shown by its number. */
  other = by_name;
  other.scope = 999999;
  assert_prints (&other, "fe80::1%999999", "[fe80::1%999999]:22334");

  /* Where a scope means nothing it makes no difference. */
  other = test_address ("::1%lo", 1);
  g_assert_cmpuint (other.scope, ==, 0);
}

static void
test_address_longest_text (void)
{
  DtlsAddress address = test_address ("fe80:1111:2222:3333:4444:5555:6666:7777%4294967", 65535);
  char text[DTLS_ADDRESS_TEXT_BYTES];

  g_assert_cmpuint (dtls_address_print (&address, DTLS_ADDRESS_ENDPOINT, text), <,
                    DTLS_ADDRESS_TEXT_BYTES);
  g_assert_true (g_str_has_suffix (text, "]:65535"));
}

static void
test_address_parse_bad (void)
{
  static const char *const bad[] = {
    "", " ", "localhost", "127.0.0", "127.0.0.256", "1.2.3.4.5", "127.0.0.1 ", "[::1]", ":::",
    "::g", "fe80::1%", "fe80::1%no-such-interface", "127.0.0.1%lo", "::1%", "1:2:3:4:5:6:7:8:9", "0x7f.1"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      DtlsAddress address = test_address ("192.0.2.1", 7);
      DtlsAddress before = address;

      if (dtls_address_parse_ip (&address, bad[i], 1))
        g_error ("\"%s\" was taken for an address", bad[i]);
      g_assert_true (dtls_address_equal (&address, &before));
    }
}

static void
test_address_kinds (void)
{
  static const struct
  {
    const char *ip;
    gboolean    any, loopback;
  } kinds[] = {
    { "::", TRUE, FALSE }, { "0.0.0.0", TRUE, FALSE }, { "::1", FALSE, TRUE },
    { "127.0.0.1", FALSE, TRUE }, { "127.255.0.9", FALSE, TRUE }, { "128.0.0.1", FALSE, FALSE },
    { "::2", FALSE, FALSE }, { "::ffff:0.0.0.1", FALSE, FALSE }, { "fe80::1%1", FALSE, FALSE }
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      DtlsAddress address = test_address (kinds[i].ip, 80);

      g_assert_cmpint (dtls_address_is_any (&address), ==, kinds[i].any);
      g_assert_cmpint (dtls_address_is_loopback (&address), ==, kinds[i].loopback);
    }
}

static void
test_address_sockaddr (void)
{
  static const char *const ips[] = {
    "127.0.0.2", "::1", "2001:db8::5", "fe80::1%1", "0.0.0.0", "::"
  };
  struct sockaddr_storage native;
  DtlsAddress back;

  for (guint i = 0; i < G_N_ELEMENTS (ips); i++)
    {
      DtlsAddress address = test_address (ips[i], 22334);
      socklen_t length;

      memset (&native, 0xaa, sizeof native);
      length = dtls_address_to_sockaddr (&address, AF_UNSPEC, &native);
      g_assert_cmpuint (length, ==, dtls_address_is_ipv4 (&address)
                                    ? sizeof (struct sockaddr_in) : sizeof (struct sockaddr_in6));
      memset (&back, 0x55, sizeof back);
      dtls_address_from_sockaddr (&back, (struct sockaddr *) &native);
      g_assert_true (dtls_address_equal (&back, &address));

      length = dtls_address_to_sockaddr (&address, AF_INET6, &native);
      g_assert_cmpuint (length, ==, sizeof (struct sockaddr_in6));
      dtls_address_from_sockaddr (&back, (struct sockaddr *) &native);
      g_assert_true (dtls_address_equal (&back, &address));
    }

  back = test_address ("2001:db8::5", 1);
  g_assert_cmpuint (dtls_address_to_sockaddr (&back, AF_INET, &native), ==, 0);
  back = test_address ("::", 1);
  g_assert_cmpuint (dtls_address_to_sockaddr (&back, AF_INET, &native), ==,
                    sizeof (struct sockaddr_in));
}

/* The flow label and a scope that means nothing must not make two keys of one peer. */
static void
test_address_flow_label (void)
{
  struct sockaddr_in6 native = { .sin6_family = AF_INET6, .sin6_port = g_htons (5),
                                 .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_flowinfo = 0x12345,
                                 .sin6_scope_id = 3 };
  DtlsAddress got, expected = test_address ("::1", 5);

  dtls_address_from_sockaddr (&got, (struct sockaddr *) &native);
  g_assert_true (dtls_address_equal (&got, &expected));
}

static void
test_address_inet (void)
{
  g_autoptr(GInetAddress) ip4 = g_inet_address_new_from_string ("192.0.2.1");
  g_autoptr(GInetAddress) local = g_inet_address_new_from_string ("fe80::2");
  g_autoptr(GInetAddress) ip6 = g_inet_address_new_from_string ("2001:db8::1");
  g_autoptr(GSocketAddress) socket_address = NULL;
  GInetSocketAddress *inet;
  DtlsAddress got, expected;

  g_assert_true (dtls_address_from_inet (&got, ip4, 4, 80));
  expected = test_address ("192.0.2.1", 80);
  g_assert_true (dtls_address_equal (&got, &expected));
  g_assert_true (dtls_address_from_inet (&got, ip6, 4, 80));
  g_assert_cmpuint (got.scope, ==, 0);
  g_assert_true (dtls_address_from_inet (&got, local, 4, 80));
  g_assert_cmpuint (got.scope, ==, 4);

  socket_address = dtls_address_to_gsocket (&got);
  g_assert_true (G_IS_INET_SOCKET_ADDRESS (socket_address));
  inet = G_INET_SOCKET_ADDRESS (socket_address);
  g_assert_cmpuint (g_inet_socket_address_get_port (inet), ==, 80);
  g_assert_cmpuint (g_inet_socket_address_get_scope_id (inet), ==, 4);
}

static void
test_address_endpoint (void)
{
  static const struct
  {
    const char *text, *host;
    guint       port;
    gboolean    has_port;
  } good[] = {
    { "localhost", "localhost", 22334, FALSE },
    { "localhost:5684", "localhost", 5684, TRUE },
    { "  example.org : 1 ", "example.org", 1, TRUE },
    { "127.0.0.1", "127.0.0.1", 22334, FALSE },
    { "127.0.0.1:0", "127.0.0.1", 0, TRUE },
    { "127.0.0.1:65535", "127.0.0.1", 65535, TRUE },
    { "::1", "::1", 22334, FALSE },
    { "\t::\n", "::", 22334, FALSE },
    { "[::1]", "::1", 22334, FALSE },
    { "[::1]:7", "::1", 7, TRUE },
    { " [::]:0 ", "::", 0, TRUE },
    { "2001:db8::1", "2001:db8::1", 22334, FALSE },
    { "fe80::1%lo", "fe80::1%lo", 22334, FALSE },
    { "[fe80::1%lo]:9", "fe80::1%lo", 9, TRUE },
    { "::ffff:127.0.0.1", "::ffff:127.0.0.1", 22334, FALSE },
    { "b\303\274cher.example:80", "b\303\274cher.example", 80, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *host = NULL;
      guint16 port = 1;
      gboolean has_port;

      dtls_endpoint_parse (good[i].text, 22334, &host, &port, &has_port, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (host, ==, good[i].host);
      g_assert_cmpuint (port, ==, good[i].port);
      g_assert_cmpint (has_port, ==, good[i].has_port);
    }
}

static void
test_address_endpoint_bad (void)
{
  static const struct
  {
    const char *text, *sentence;
  } bad[] = {
    { "", "The host is missing: type a name or an address." },
    { "   ", "The host is missing: type a name or an address." },
    { ":22334", "The host is missing: type a name or an address." },
    { "[]:1", "The host is missing: type a name or an address." },
    { "[::1", "\"[::1\" is not an address: write [ADDRESS]:PORT." },
    { "[::1]7", "\"[::1]7\" is not an address: write [ADDRESS]:PORT." },
    { "[127.0.0.1]:7", "\"127.0.0.1\" is not an IPv6 address." },
    { "1:2:3", "\"1:2:3\" is not an IPv6 address." },
    { "http://x:1", "\"http://x:1\" is not an IPv6 address." },
    { "a b", "\"a b\" is neither a host name nor an address." },
    { "a/b", "\"a/b\" is neither a host name nor an address." },
    { "a\001b", "\"a\001b\" is neither a host name nor an address." },
    { "fe80::1%nosuch0", "This computer has no network interface \"nosuch0\"." },
    { "localhost:", "The port is missing." },
    { "[::1]:", "The port is missing." },
    { "localhost:70000", "Port 70000 is too high: the highest is 65535." },
    { "[::1]:70000", "Port 70000 is too high: the highest is 65535." },
    { "localhost:http", "\"http\" is not a port: it must be a whole number up to 65535." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *host = NULL;
      guint16 port = 1;

      if (dtls_endpoint_parse (bad[i].text, 22334, &host, &port, NULL, &error))
        g_error ("\"%s\" was taken for an endpoint", bad[i].text);
      g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==, bad[i].sentence);
      g_assert_null (host);
      g_assert_cmpuint (port, ==, 1);
    }
}

static void
test_address_port (void)
{
  static const char *const bad[] = {
    "", "+1", "-1", "1.0", "0x10", "65536", "70000", "99999999999999999999999", "1 2", "\303\241"
  };
  guint16 port = 9;
  g_autoptr(GError) error = NULL;

  g_assert_true (dtls_port_parse (" 65535\t", FALSE, &port, NULL));
  g_assert_cmpuint (port, ==, 65535);
  g_assert_true (dtls_port_parse ("0001", FALSE, &port, NULL));
  g_assert_cmpuint (port, ==, 1);
  g_assert_true (dtls_port_parse ("0", TRUE, &port, NULL));
  g_assert_cmpuint (port, ==, 0);
  g_assert_false (dtls_port_parse ("0", FALSE, &port, &error));
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, "Port 0 cannot be connected to: choose 1 to 65535.");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_clear_error (&error);
      g_assert_false (dtls_port_parse (bad[i], TRUE, &port, &error));
      g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
    }
}

/* Peers as a flood of them looks: near one another. Poisson: 2^17 keys in 2^16 cells. */
static void
test_address_hash_spreads (void)
{
  enum { N_KEYS = 1 << 17, N_CELLS = 1 << 16 };
  g_autofree guint16 *cells = g_new0 (guint16, N_CELLS);
  DtlsPath path = { .peer = test_address ("10.0.0.0", 0), .socket = 1 };
  guint n_empty = 0, highest = 0;

  for (guint i = 0; i < N_KEYS; i++)
    {
      path.peer.ip[15] = i;
      path.peer.ip[14] = i >> 8;
      path.peer.port = 1024 + (i >> 16);
      cells[dtls_path_hash (&path, 0x1234567890abcdef) % N_CELLS]++;
    }
  for (guint i = 0; i < N_CELLS; i++)
    {
      n_empty += cells[i] == 0;
      highest = MAX (highest, cells[i]);
    }
  /* 65536 / e^2 = 8869 are expected, with a deviation of 75 or so */
  g_assert_cmpuint (n_empty, >, 8400);
  g_assert_cmpuint (n_empty, <, 9400);
  g_assert_cmpuint (highest, <, 20);
}

static void
test_address_hash_uses_all (void)
{
  DtlsPath path = { .peer = test_address ("10.0.0.1", 5), .socket = 1 };
  guint plain = dtls_path_hash (&path, 7);

  g_assert_cmpuint (dtls_path_hash (&path, 8), !=, plain);
  for (guint i = 0; i < sizeof path; i++)
    {
      DtlsPath changed = path;

      ((guint8 *) &changed)[i] ^= 0x10;
      g_assert_cmpuint (dtls_path_hash (&changed, 7), !=, plain);
      g_assert_false (dtls_path_equal (&changed, &path));
    }
  g_assert_true (dtls_path_equal (&path, &path));
}

static void
test_error_names (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (dtls_alert_get_name (0), ==, "close notify");
  g_assert_cmpstr (dtls_alert_get_name (40), ==, "handshake failure");
  g_assert_cmpstr (dtls_alert_get_name (115), ==, "unknown PSK identity");
  g_assert_cmpstr (dtls_alert_get_name (255), ==, "unknown alert");
  g_assert_false (dtls_error_set_gnutls (&error, -28, "Could not go on"));
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_GNUTLS);
  g_assert_true (g_str_has_prefix (error->message, "Could not go on: "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/address/print", test_address_print);
  g_test_add_func ("/dtls/address/mapped-is-ipv4", test_address_mapped_is_ipv4);
  g_test_add_func ("/dtls/address/link-local", test_address_link_local);
  g_test_add_func ("/dtls/address/longest-text", test_address_longest_text);
  g_test_add_func ("/dtls/address/parse-bad", test_address_parse_bad);
  g_test_add_func ("/dtls/address/kinds", test_address_kinds);
  g_test_add_func ("/dtls/address/sockaddr", test_address_sockaddr);
  g_test_add_func ("/dtls/address/flow-label", test_address_flow_label);
  g_test_add_func ("/dtls/address/inet", test_address_inet);
  g_test_add_func ("/dtls/address/endpoint", test_address_endpoint);
  g_test_add_func ("/dtls/address/endpoint-bad", test_address_endpoint_bad);
  g_test_add_func ("/dtls/address/port", test_address_port);
  g_test_add_func ("/dtls/address/hash-spreads", test_address_hash_spreads);
  g_test_add_func ("/dtls/address/hash-uses-all", test_address_hash_uses_all);
  g_test_add_func ("/dtls/error/names", test_error_names);
  return g_test_run ();
}
