/* SPDX-License-Identifier: MIT */
/*
 * What the kernel and a GSource alone cost: a bare UDP echo of recvmmsg and sendmmsg. It answers
 * each datagram with as many bytes as the answer of the servers has on the wire.
 *   bench-echo PORT
 */
#include "config.h"

#include <arpa/inet.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { BURST = 64, SLOT = 2048, ANSWER_BYTES = 25 + 37 };

static int fd;
static guint8 bytes[BURST][SLOT];
static struct mmsghdr headers[BURST];
static struct iovec vec[BURST];
static struct sockaddr_in from[BURST];

static gboolean
readable_cb (int unused, GIOCondition condition, gpointer user_data)
{
  int n, done = 0;

  for (int i = 0; i < BURST; i++)
    {
      vec[i].iov_len = SLOT;
      headers[i].msg_hdr.msg_namelen = sizeof from[i];
    }
  n = recvmmsg (fd, headers, BURST, MSG_DONTWAIT, NULL);
  for (int i = 0; i < n; i++)
    vec[i].iov_len = ANSWER_BYTES;
  while (done < n)
    {
      int sent = sendmmsg (fd, headers + done, n - done, 0);

      done += sent > 0 ? sent : 1;
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
end_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  struct sockaddr_in local = { .sin_family = AF_INET };
  socklen_t n_local = sizeof local;
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  int n_buffer = 4 << 20;

  if (argc != 2)
    {
      fprintf (stderr, "usage: bench-echo PORT\n");
      return 2;
    }
  local.sin_port = htons (atoi (argv[1]));
  local.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  fd = socket (AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &n_buffer, sizeof n_buffer);
  if (bind (fd, (struct sockaddr *) &local, sizeof local) < 0)
    {
      perror ("bench-echo: bind");
      return 2;
    }
  getsockname (fd, (struct sockaddr *) &local, &n_local);
  for (int i = 0; i < BURST; i++)
    {
      vec[i].iov_base = bytes[i];
      headers[i].msg_hdr = (struct msghdr) { .msg_name = &from[i],
                                             .msg_iov = &vec[i],
                                             .msg_iovlen = 1 };
    }
  g_unix_fd_add (fd, G_IO_IN, readable_cb, NULL);
  g_unix_signal_add (SIGTERM, end_cb, loop);
  g_unix_signal_add (SIGINT, end_cb, loop);
  printf ("port %u\n", ntohs (local.sin_port));
  fflush (stdout);
  g_main_loop_run (loop);
  return 0;
}
