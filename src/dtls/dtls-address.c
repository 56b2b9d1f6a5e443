/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-address.h"

#include <arpa/inet.h>
#include <glib/gi18n-lib.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "dtls-error.h"

static const guint8 mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static void
dtls_address_set_ipv4 (DtlsAddress *self,
                       const void  *four_bytes)
{
  memcpy (self->ip, mapped_prefix, sizeof mapped_prefix);
  memcpy (self->ip + 12, four_bytes, 4);
}

static gboolean
dtls_address_is_link_local (const DtlsAddress *self)
{
  return self->ip[0] == 0xfe && (self->ip[1] & 0xc0) == 0x80;
}

/* "eth0" or "2"; 0 if there is no such interface. */
static guint32
scope_parse (const char *text)
{
  guint64 number;

  if (g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT32, &number, NULL))
    return number;
  return if_nametoindex (text);
}

static guint64
mix (guint64 a,
     guint64 b)
{
#ifdef __SIZEOF_INT128__
  __extension__ typedef unsigned __int128 Wide;
  Wide product = (Wide) a * b;

  return (guint64) product ^ (guint64) (product >> 64);
#else
  a ^= (b << 29) | (b >> 35);
  a *= G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  a ^= a >> 31;
  a *= G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return a ^ (a >> 29);
#endif
}

/* A name for the resolver, or the text of an address: no blanks, no control characters, no "/". */
static gboolean
host_is_plausible (const char *host)
{
  if (*host == '\0' || !g_utf8_validate (host, -1, NULL))
    return FALSE;
  for (const guint8 *c = (const guint8 *) host; *c != '\0'; c++)
    if (*c <= ' ' || *c == 0x7f || strchr ("/[]@\"'\\", *c) != NULL)
      return FALSE;
  return TRUE;
}

static gboolean
host_check_ipv6 (const char  *host,
                 GError     **error)
{
  const char *percent = strchr (host, '%');
  DtlsAddress ignored;

  if (strchr (host, ':') != NULL && dtls_address_parse_ip (&ignored, host, 0))
    return TRUE;
  if (percent != NULL && percent[1] != '\0' && scope_parse (percent + 1) == 0)
    g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                 _("This computer has no network interface \"%s\"."), percent + 1);
  else
    g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                 _("\"%s\" is not an IPv6 address."), host);
  return FALSE;
}

/**
 * dtls_address_print:
 * @text: (out caller-allocates): receives the text and a NUL
 *
 * Writes @self as users read it: IPv4-mapped as IPv4, link-local with the name of its interface
 * (its number if it has no name any more), IPv6 with a port in brackets. Any thread.
 *
 * Returns: the length of @text in bytes, without the NUL
 */
guint
dtls_address_print (const DtlsAddress *self,
                    DtlsAddressStyle   style,
                    char               text[DTLS_ADDRESS_TEXT_BYTES])
{
  char ip[INET6_ADDRSTRLEN];
  char scope[IF_NAMESIZE + 1] = "";
  char name[IF_NAMESIZE];

  if (dtls_address_is_ipv4 (self))
    {
      inet_ntop (AF_INET, self->ip + 12, ip, sizeof ip);
      if (style == DTLS_ADDRESS_BARE)
        return g_snprintf (text, DTLS_ADDRESS_TEXT_BYTES, "%s", ip);
      return g_snprintf (text, DTLS_ADDRESS_TEXT_BYTES, "%s:%u", ip, self->port);
    }

  inet_ntop (AF_INET6, self->ip, ip, sizeof ip);
  if (self->scope != 0 && if_indextoname (self->scope, name) != NULL)
    g_snprintf (scope, sizeof scope, "%%%s", name);
  else if (self->scope != 0)
    g_snprintf (scope, sizeof scope, "%%%u", self->scope);
  if (style == DTLS_ADDRESS_BARE)
    return g_snprintf (text, DTLS_ADDRESS_TEXT_BYTES, "%s%s", ip, scope);
  return g_snprintf (text, DTLS_ADDRESS_TEXT_BYTES, "[%s%s]:%u", ip, scope, self->port);
}

/**
 * dtls_address_parse_ip:
 * @self: (out caller-allocates): written only on %TRUE
 * @text: an IPv4 or IPv6 address without brackets, with a scope ("%eth0", "%2") if link-local
 * @port: what @self gets as port, host order
 *
 * Never asks a resolver. A scope that means nothing (not link-local) is dropped. Any thread.
 *
 * Returns: %FALSE if @text is no address, or its interface does not exist
 */
gboolean
dtls_address_parse_ip (DtlsAddress *self,
                       const char  *text,
                       guint16      port)
{
  DtlsAddress parsed = { .port = port };
  const char *percent = strchr (text, '%');
  g_autofree char *bare = NULL;
  guint8 ip4[4];

  if (percent == NULL && inet_pton (AF_INET, text, ip4) == 1)
    {
      dtls_address_set_ipv4 (&parsed, ip4);
      *self = parsed;
      return TRUE;
    }

  bare = percent != NULL ? g_strndup (text, percent - text) : g_strdup (text);
  if (inet_pton (AF_INET6, bare, parsed.ip) != 1)
    return FALSE;
  if (percent != NULL)
    {
      parsed.scope = scope_parse (percent + 1);
      if (parsed.scope == 0)
        return FALSE;
      if (!dtls_address_is_link_local (&parsed))
        parsed.scope = 0;
    }
  *self = parsed;
  return TRUE;
}

/**
 * dtls_address_is_ipv4:
 *
 * Whether @self is an IPv4 address (stored as IPv4-mapped). Any thread.
 */
gboolean
dtls_address_is_ipv4 (const DtlsAddress *self)
{
  return memcmp (self->ip, mapped_prefix, sizeof mapped_prefix) == 0;
}

/**
 * dtls_address_is_any:
 *
 * Whether @self is "::" or 0.0.0.0, whatever its port. Any thread.
 */
gboolean
dtls_address_is_any (const DtlsAddress *self)
{
  static const guint8 zero[16];

  return memcmp (self->ip, zero, 16) == 0
         || (dtls_address_is_ipv4 (self) && memcmp (self->ip + 12, zero, 4) == 0);
}

/**
 * dtls_address_is_loopback:
 *
 * Whether @self is ::1 or in 127.0.0.0/8. Any thread.
 */
gboolean
dtls_address_is_loopback (const DtlsAddress *self)
{
  static const guint8 loopback[16] = { [15] = 1 };

  return memcmp (self->ip, loopback, 16) == 0
         || (dtls_address_is_ipv4 (self) && self->ip[12] == 127);
}

/**
 * dtls_address_equal:
 *
 * Same address, scope and port. Any thread.
 */
gboolean
dtls_address_equal (const DtlsAddress *a,
                    const DtlsAddress *b)
{
  return memcmp (a, b, sizeof *a) == 0;
}

/**
 * dtls_address_from_sockaddr:
 * @self: (out caller-allocates): all zero if @native is neither IPv4 nor IPv6
 * @native: a whole sockaddr_in or sockaddr_in6
 *
 * Any thread.
 */
void
dtls_address_from_sockaddr (DtlsAddress           *self,
                            const struct sockaddr *native)
{
  memset (self, 0, sizeof *self);
  if (native->sa_family == AF_INET)
    {
      const struct sockaddr_in *in4 = (const struct sockaddr_in *) native;

      dtls_address_set_ipv4 (self, &in4->sin_addr);
      self->port = g_ntohs (in4->sin_port);
    }
  else if (native->sa_family == AF_INET6)
    {
      const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *) native;

      memcpy (self->ip, &in6->sin6_addr, 16);
      self->port = g_ntohs (in6->sin6_port);
      if (dtls_address_is_link_local (self))
        self->scope = in6->sin6_scope_id;
    }
}

/**
 * dtls_address_to_sockaddr:
 * @family: AF_INET, AF_INET6 (IPv4 then goes IPv4-mapped), or AF_UNSPEC for the address's own
 * @native: (out caller-allocates): only the bytes of the returned length are written
 *
 * "::" may be asked for as AF_INET, and is 0.0.0.0 then. Any thread.
 *
 * Returns: the length for bind() and sendto(); 0 if @self cannot be said in @family
 */
socklen_t
dtls_address_to_sockaddr (const DtlsAddress       *self,
                          int                      family,
                          struct sockaddr_storage *native)
{
  if (family == AF_UNSPEC)
    family = dtls_address_is_ipv4 (self) ? AF_INET : AF_INET6;

  if (family == AF_INET)
    {
      struct sockaddr_in *in4 = (struct sockaddr_in *) native;

      if (!dtls_address_is_ipv4 (self) && !dtls_address_is_any (self))
        return 0;
      memset (in4, 0, sizeof *in4);
      in4->sin_family = AF_INET;
      in4->sin_port = g_htons (self->port);
      memcpy (&in4->sin_addr, self->ip + 12, 4);
      return sizeof *in4;
    }
  else
    {
      struct sockaddr_in6 *in6 = (struct sockaddr_in6 *) native;

      memset (in6, 0, sizeof *in6);
      in6->sin6_family = AF_INET6;
      in6->sin6_port = g_htons (self->port);
      in6->sin6_scope_id = self->scope;
      memcpy (&in6->sin6_addr, self->ip, 16);
      return sizeof *in6;
    }
}

/**
 * dtls_address_from_inet:
 * @self: (out caller-allocates): written only on %TRUE
 * @scope: interface index; kept for link-local addresses only
 *
 * For what a resolver gives. Any thread.
 *
 * Returns: %FALSE if @inet is neither IPv4 nor IPv6
 */
gboolean
dtls_address_from_inet (DtlsAddress  *self,
                        GInetAddress *inet,
                        guint32       scope,
                        guint16       port)
{
  DtlsAddress made = { .port = port };

  switch (g_inet_address_get_family (inet))
    {
    case G_SOCKET_FAMILY_IPV4:
      dtls_address_set_ipv4 (&made, g_inet_address_to_bytes (inet));
      break;
    case G_SOCKET_FAMILY_IPV6:
      memcpy (made.ip, g_inet_address_to_bytes (inet), 16);
      if (dtls_address_is_link_local (&made))
        made.scope = scope;
      break;
    case G_SOCKET_FAMILY_INVALID:
    case G_SOCKET_FAMILY_UNIX:
    default:
      return FALSE;
    }
  *self = made;
  return TRUE;
}

/**
 * dtls_address_to_gsocket:
 *
 * @self in its own family. Any thread.
 *
 * Returns: (transfer full): a #GInetSocketAddress
 */
GSocketAddress *
dtls_address_to_gsocket (const DtlsAddress *self)
{
  struct sockaddr_storage native;
  socklen_t length = dtls_address_to_sockaddr (self, AF_UNSPEC, &native);

  return g_socket_address_new_from_native (&native, length);
}

/**
 * dtls_port_parse:
 * @text: decimal digits, blanks around them allowed
 * @port: (out): written only on %TRUE
 *
 * Sets a sentence that says what is wrong (DTLS_ERROR_INVALID). Any thread.
 */
gboolean
dtls_port_parse (const char  *text,
                 gboolean     zero_allowed,
                 guint16     *port,
                 GError     **error)
{
  g_autofree char *digits = g_strstrip (g_strdup (text));
  guint64 number = 0;
  gsize n_digits = strspn (digits, "0123456789");

  if (*digits == '\0')
    g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID, _("The port is missing."));
  else if (digits[n_digits] != '\0')
    g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                 _("\"%s\" is not a port: it must be a whole number up to 65535."), digits);
  else if (!g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT16, &number, NULL))
    g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                 _("Port %s is too high: the highest is 65535."), digits);
  else if (number == 0 && !zero_allowed)
    g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                         _("Port 0 cannot be connected to: choose 1 to 65535."));
  else
    {
      *port = number;
      return TRUE;
    }
  return FALSE;
}

/**
 * dtls_endpoint_parse:
 * @text: "host", "host:port", "[v6]", "[v6]:port" or a bare v6 address; scopes, blanks around
 * @default_port: what @port gets if @text names none
 * @host: (out) (transfer full): name or address, without brackets
 * @has_port: (out) (optional): whether @text named a port
 *
 * Port 0 is accepted here: who connects checks it. Outputs are written only on %TRUE. No resolver
 * is asked. Any thread. Source: RFC 3986 section 3.2.2 (brackets), RFC 4007 section 11 (scopes).
 */
gboolean
dtls_endpoint_parse (const char  *text,
                     guint16      default_port,
                     char       **host,
                     guint16     *port,
                     gboolean    *has_port,
                     GError     **error)
{
  g_autofree char *name = g_strstrip (g_strdup (text));
  char *port_text = NULL;
  char *colon = strchr (name, ':');
  gboolean is_ipv6 = *name == '[' || (colon != NULL && strchr (colon + 1, ':') != NULL);
  guint16 parsed_port = default_port;

  if (*name == '[')
    {
      char *end = strchr (name, ']');

      if (end == NULL || (end[1] != '\0' && end[1] != ':'))
        {
          g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                       _("\"%s\" is not an address: write [ADDRESS]:PORT."), name);
          return FALSE;
        }
      if (end[1] == ':')
        port_text = end + 2;
      *end = '\0';
      memmove (name, name + 1, end - name);
    }
  else if (colon != NULL && !is_ipv6)
    {
      *colon = '\0';
      port_text = colon + 1;
    }

  g_strchomp (name);
  if (*name == '\0')
    {
      g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                           _("The host is missing: type a name or an address."));
      return FALSE;
    }
  if (is_ipv6 && !host_check_ipv6 (name, error))
    return FALSE;
  if (!is_ipv6 && !host_is_plausible (name))
    {
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                   _("\"%s\" is neither a host name nor an address."), name);
      return FALSE;
    }
  if (port_text != NULL && !dtls_port_parse (port_text, TRUE, &parsed_port, error))
    return FALSE;

  *host = g_steal_pointer (&name);
  *port = parsed_port;
  if (has_port != NULL)
    *has_port = port_text != NULL;
  return TRUE;
}

/**
 * dtls_path_hash:
 * @seed: random, one for each table: the path comes from the network
 *
 * Six 64-bit words through three multiply-and-fold steps. Any thread.
 */
guint
dtls_path_hash (const DtlsPath *path,
                guint64         seed)
{
  guint64 turned = seed << 32 | seed >> 32;
  guint64 word[6];
  guint64 a, b, c;

  /* The seed goes into both factors: a factor that the peer can make 0 would fold all else away. */
  memcpy (word, path, sizeof word);
  a = mix (word[0] ^ seed ^ G_GUINT64_CONSTANT (0xa0761d6478bd642f),
           word[1] ^ turned ^ G_GUINT64_CONSTANT (0xe7037ed1a0b428db));
  b = mix (word[2] ^ seed ^ G_GUINT64_CONSTANT (0x8ebc6af09c88c6e3),
           word[3] ^ turned ^ G_GUINT64_CONSTANT (0x589965cc75374cc3));
  c = mix (word[4] ^ seed ^ G_GUINT64_CONSTANT (0x1d8e4e27c47d124f),
           word[5] ^ turned ^ G_GUINT64_CONSTANT (0xeb44accab455d165));
  a = mix (a ^ seed ^ G_GUINT64_CONSTANT (0x9e3779b97f4a7c15), b ^ (c << 1 | c >> 63));
  return (guint) (a ^ (a >> 32));
}

/**
 * dtls_path_equal:
 *
 * Same peer, local address and socket. Any thread.
 */
gboolean
dtls_path_equal (const DtlsPath *a,
                 const DtlsPath *b)
{
  return memcmp (a, b, sizeof *a) == 0;
}
