/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dtls-address.h"
#include "dtls-key.h"

/*
 * test-forger: puts any bytes on a 5-tuple that belongs to somebody else, by a raw socket (needs
 * CAP_NET_RAW). To loopback addresses only. Prints "sent N".
 */

#define MAX_PAYLOAD 65507

typedef struct
{
  int         fd;
  DtlsAddress from, to;
} Forger;

static gboolean
set_errno (GError     **error,
           const char  *what)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", what,
               g_strerror (errno));
  return FALSE;
}

/* IPv4: the IP header is ours, the kernel fills in its checksum and id. IPv6: the source is what
 * the socket is bound to, the kernel computes the UDP checksum. */
static gboolean
forger_open (Forger  *self,
             GError **error)
{
  gboolean is_ipv4 = dtls_address_is_ipv4 (&self->from);
  int on = 1, offset = offsetof (struct udphdr, check);
  struct sockaddr_storage native;
  DtlsAddress source = self->from;
  socklen_t length;

  self->fd = socket (is_ipv4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC,
                     is_ipv4 ? IPPROTO_RAW : IPPROTO_UDP);
  if (self->fd < 0)
    return set_errno (error, "Raw socket");
  if (is_ipv4)
    return TRUE;

  source.port = 0;
  length = dtls_address_to_sockaddr (&source, AF_INET6, &native);
  if (setsockopt (self->fd, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, sizeof offset) != 0
      || setsockopt (self->fd, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof on) != 0
      || bind (self->fd, (struct sockaddr *) &native, length) != 0)
    return set_errno (error, "Raw socket");
  return TRUE;
}

static gboolean
forger_send (Forger        *self,
             const guint8  *bytes,
             gsize          n_bytes,
             GError       **error)
{
  gboolean is_ipv4 = dtls_address_is_ipv4 (&self->from);
  struct iphdr ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP };
  struct udphdr udp = { .source = g_htons (self->from.port), .dest = g_htons (self->to.port),
                        .len = g_htons (sizeof udp + n_bytes) };
  struct iovec parts[] = {
    { &ip, is_ipv4 ? sizeof ip : 0 }, { &udp, sizeof udp }, { (void *) bytes, n_bytes }
  };
  struct sockaddr_storage native;
  struct msghdr header = { .msg_name = &native, .msg_iov = parts, .msg_iovlen = 3 };
  DtlsAddress to = self->to;

  if (n_bytes > MAX_PAYLOAD)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "At most %d bytes",
                   MAX_PAYLOAD);
      return FALSE;
    }
  to.port = 0;          /* a raw socket's "port" is the protocol */
  header.msg_namelen = dtls_address_to_sockaddr (&to, is_ipv4 ? AF_INET : AF_INET6, &native);
  memcpy (&ip.saddr, self->from.ip + 12, 4);
  memcpy (&ip.daddr, self->to.ip + 12, 4);
  if (sendmsg (self->fd, &header, 0) < 0)
    return set_errno (error, "Sending");
  return TRUE;
}

/* One datagram a line, in hex; "-" is standard input. An empty line is an empty datagram. */
static gboolean
add_lines (GPtrArray   *datagrams,
           const char  *path,
           GError     **error)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  if (!g_file_get_contents (strcmp (path, "-") == 0 ? "/dev/stdin" : path, &text, NULL, error))
    return FALSE;
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      GByteArray *bytes = dtls_hex_parse (lines[i], error);

      if (bytes == NULL)
        return FALSE;
      g_ptr_array_add (datagrams, bytes);
    }
  return TRUE;
}

static gboolean
add_raw (GPtrArray   *datagrams,
         const char  *path,
         GError     **error)
{
  char *bytes;
  gsize n_bytes;

  if (!g_file_get_contents (path, &bytes, &n_bytes, error))
    return FALSE;
  g_ptr_array_add (datagrams, g_byte_array_new_take ((guint8 *) bytes, n_bytes));
  return TRUE;
}

static gboolean
parse_address (const char   *text,
               DtlsAddress  *address,
               GError      **error)
{
  g_autofree char *host = NULL;
  guint16 port;

  if (!dtls_endpoint_parse (text, 0, &host, &port, NULL, error))
    return FALSE;
  if (dtls_address_parse_ip (address, host, port))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "\"%s\" is not an address", host);
  return FALSE;
}

static gboolean
forge (Forger     *self,
       const char *from,
       const char *to,
       GPtrArray  *datagrams,
       guint       times,
       GError    **error)
{
  guint n_sent = 0;

  if (!parse_address (from, &self->from, error) || !parse_address (to, &self->to, error))
    return FALSE;
  if (!dtls_address_is_loopback (&self->to)
      || dtls_address_is_ipv4 (&self->from) != dtls_address_is_ipv4 (&self->to))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "Needs a loopback address as target and a source of the same kind");
      return FALSE;
    }
  if (!forger_open (self, error))
    return FALSE;
  for (guint k = 0; k < times; k++)
    for (guint i = 0; i < datagrams->len; i++)
      {
        const GByteArray *bytes = datagrams->pdata[i];

        if (!forger_send (self, bytes->data, bytes->len, error))
          return FALSE;
        n_sent++;
      }
  printf ("sent %u\n", n_sent);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  g_auto(GStrv) hex = NULL;
  g_auto(GStrv) files = NULL;
  g_auto(GStrv) raw = NULL;
  int times = 1;
  const GOptionEntry options[] = {
    { "from", 0, 0, G_OPTION_ARG_STRING, &from, "whose datagram it shall be", "ADDRESS:PORT" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &to, "loopback only", "ADDRESS:PORT" },
    { "hex", 0, 0, G_OPTION_ARG_STRING_ARRAY, &hex, "one datagram", "BYTES" },
    { "hex-file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, "one datagram a line", "FILE" },
    { "raw-file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw, "one datagram", "FILE" },
    { "times", 0, 0, G_OPTION_ARG_INT, &times, "all of them again", "N" },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GPtrArray) datagrams = NULL;
  g_autoptr(GError) error = NULL;
  Forger self = { .fd = -1 };
  gboolean ok;

  datagrams = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  g_option_context_add_main_entries (context, options, NULL);
  ok = g_option_context_parse (context, &argc, &argv, &error);
  for (guint i = 0; ok && hex != NULL && hex[i] != NULL; i++)
    {
      GByteArray *bytes = dtls_hex_parse (hex[i], &error);

      ok = bytes != NULL;
      if (ok)
        g_ptr_array_add (datagrams, bytes);
    }
  for (guint i = 0; ok && files != NULL && files[i] != NULL; i++)
    ok = add_lines (datagrams, files[i], &error);
  for (guint i = 0; ok && raw != NULL && raw[i] != NULL; i++)
    ok = add_raw (datagrams, raw[i], &error);
  if (!ok || from == NULL || to == NULL || datagrams->len == 0)
    {
      fprintf (stderr, "%s\n", error != NULL ? error->message
                               : "Needs --from, --to and --hex, --hex-file or --raw-file");
      return 2;
    }

  ok = forge (&self, from, to, datagrams, MAX (times, 1), &error);
  if (!ok)
    fprintf (stderr, "%s\n", error->message);
  if (self.fd >= 0)
    close (self.fd);
  return ok ? 0 : 1;
}
