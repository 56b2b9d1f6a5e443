/* SPDX-License-Identifier: MIT */
/*
 * Hellos without a cookie, each with its own random, from many addresses at a steady rate: what an
 * attacker or a crowd sends. Counts the answers and prints one JSON object.
 *   bench-hellos PORT PID RATE SECONDS
 */
#include "config.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum
{
  N_SOCKETS = 200,
  SLOT = 2048,
  RANDOM_AT = 13 + 12 + 2,
  RANDOM_BYTES = 32,
  WAIT_US = 2 * G_USEC_PER_SEC
};

/* One unfragmented ClientHello: DTLS 1.2, PSK-AES128-GCM-SHA256, null compression, no cookie. */
static guint8 hello[] = {
  22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 56,        /* record, 56 bytes */
  1, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 44,                 /* ClientHello, 44 bytes */
  0xfe, 0xfd,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,       /* random */
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 4, 0x00, 0xa8, 0x00, 0xff, 1, 0
};

static int pid;
static int fds[N_SOCKETS];
static guint64 n_answers, n_other, n_largest;

static guint64
read_number (const char *file, const char *format)
{
  g_autofree char *name = g_strdup_printf ("/proc/%d/%s", pid, file);
  g_autofree char *text = NULL;
  const char *at = NULL;

  if (g_file_get_contents (name, &text, NULL, NULL))
    at = *format == '\0' ? text : strstr (text, format);
  return at == NULL ? 0 : g_ascii_strtoull (at + strlen (format) + strspn (at + strlen (format), " \t"),
                                            NULL, 10);
}

static guint64
server_cpu_ns (void)
{
  g_autofree char *dir_name = g_strdup_printf ("/proc/%d/task", pid);
  g_autoptr (GDir) dir = g_dir_open (dir_name, 0, NULL);
  const char *task;
  guint64 sum = 0;

  while (dir != NULL && (task = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_strdup_printf ("task/%s/schedstat", task);

      sum += read_number (file, "");
    }
  return sum;
}

static void
open_sockets (int port)
{
  struct sockaddr_in server = { .sin_family = AF_INET };

  server.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  server.sin_port = htons (port);
  for (guint i = 0; i < N_SOCKETS; i++)
    {
      struct sockaddr_in local = { .sin_family = AF_INET };

      local.sin_addr.s_addr = htonl (INADDR_LOOPBACK + 1 + i);
      fds[i] = socket (AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      if (bind (fds[i], (struct sockaddr *) &local, sizeof local) < 0
          || connect (fds[i], (struct sockaddr *) &server, sizeof server) < 0)
        g_error ("cannot open a socket");
    }
}

/* A HelloVerifyRequest is a handshake message of type 3. */
static void
count_answers (void)
{
  guint8 answer[SLOT];
  ssize_t n;

  for (guint i = 0; i < N_SOCKETS; i++)
    while ((n = recv (fds[i], answer, sizeof answer, 0)) > 0)
      {
        if (n > 13 && answer[0] == 22 && answer[13] == 3)
          n_answers++;
        else
          n_other++;
        n_largest = MAX (n_largest, (guint64) n);
      }
}

static guint64
send_hellos (guint rate, double seconds)
{
  gint64 began_us = g_get_monotonic_time (), now_us;
  guint64 sent = 0, due, all = rate * seconds;

  while (sent < all)
    {
      now_us = g_get_monotonic_time ();
      due = MIN (all, (guint64) ((now_us - began_us) / 1e6 * rate));
      for (; sent < due; sent++)
        {
          memcpy (hello + RANDOM_AT, &sent, sizeof sent);
          hello[10] = sent >> 8;        /* of the record's sequence */
          if (send (fds[sent % N_SOCKETS], hello, sizeof hello, 0) < 0)
            g_error ("cannot send a hello");
        }
      count_answers ();
      g_usleep (500);
    }
  return sent;
}

int
main (int argc, char **argv)
{
  guint64 sent, cpu_ns, before_kib, after_kib;
  gint64 began_us;
  double seconds, took_s;

  if (argc != 5)
    {
      fprintf (stderr, "usage: bench-hellos PORT PID RATE SECONDS\n");
      return 2;
    }
  pid = atoi (argv[2]);
  seconds = atof (argv[4]);
  open_sockets (atoi (argv[1]));
  send_hellos (atoi (argv[3]), 0.25);   /* so that the server's buffers are there */
  n_answers = n_other = 0;
  began_us = g_get_monotonic_time ();
  while (g_get_monotonic_time () - began_us < WAIT_US / 4)
    count_answers ();
  n_answers = n_other = 0;

  before_kib = read_number ("status", "VmRSS:");
  cpu_ns = server_cpu_ns ();
  began_us = g_get_monotonic_time ();
  sent = send_hellos (atoi (argv[3]), seconds);
  took_s = (g_get_monotonic_time () - began_us) / 1e6;
  began_us = g_get_monotonic_time ();
  while (n_answers < sent && g_get_monotonic_time () - began_us < WAIT_US)
    count_answers ();
  cpu_ns = server_cpu_ns () - cpu_ns;
  after_kib = read_number ("status", "VmRSS:");
  printf ("{\"hellos\": %" G_GUINT64_FORMAT ", \"per_s\": %.0f, \"answered\": %" G_GUINT64_FORMAT
          ", \"other\": %" G_GUINT64_FORMAT ", \"question_bytes\": %zu, \"answer_bytes\": %"
          G_GUINT64_FORMAT ", \"hello_us\": %.2f, \"grown_kib\": %" G_GINT64_FORMAT "}\n",
          sent, sent / took_s, n_answers, n_other, sizeof hello, n_largest, cpu_ns / 1e3 / sent,
          (gint64) (after_kib - before_kib));
  return n_answers == sent ? 0 : 1;
}
