/* SPDX-License-Identifier: MIT */
/*
 * A load generator on OpenSSL, which shares no code with the servers it measures: many real
 * UDP sessions on 127.0.0.0/8 in one process, one epoll set. It reads the server's CPU time and
 * memory from /proc, so that the figures are the server's alone. Prints "filled N" when all
 * sessions stand, then one JSON object.
 *   bench-load --port N --pid P --sessions N --messages N [--in-flight N | --rate N] [--hold S]
 *   [--size N] [--plain [--work NS] | --coap]
 */
#include "config.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum
{
  RECORD_OVERHEAD = 37,
  WARM_MESSAGES = 2000,
  MAX_HANDSHAKES = 64,
  LOST_US = 2 * G_USEC_PER_SEC,
  STALLED_US = 30 * G_USEC_PER_SEC
};

typedef struct
{
  SSL     *ssl;
  int      fd;
  gboolean established;
  gboolean waiting;             /* for an answer */
  gint64   sent_us;
} Session;

typedef struct
{
  guint64 all_ns, main_ns, engine_ns;
} Cpu;

static int port, pid, n_sessions = 1, n_messages = 10000, in_flight = 128, size = 64, rate, work_ns;
static double hold_s;
static gboolean plain, coap;
static const char *key_hex = "1a2b3c4d5e6f", *cipher = "PSK-AES128-GCM-SHA256";
static SSL_CTX *context;
static Session *sessions;
static int epoll_fd;
static guint n_established, n_failed;
static guint64 n_answered, n_lost;
static GArray *rtts;

static const GOptionEntry entries[] = {
  { "port", 0, 0, G_OPTION_ARG_INT, &port, "Port of the server on 127.0.0.1", "N" },
  { "pid", 0, 0, G_OPTION_ARG_INT, &pid, "Process to measure", "P" },
  { "sessions", 0, 0, G_OPTION_ARG_INT, &n_sessions, "Sessions to hold", "N" },
  { "messages", 0, 0, G_OPTION_ARG_INT, &n_messages, "Messages to send in all", "N" },
  { "in-flight", 0, 0, G_OPTION_ARG_INT, &in_flight, "Unanswered messages at a time", "N" },
  { "rate", 0, 0, G_OPTION_ARG_INT, &rate, "Messages a second, 0 for as fast as answers come", "N" },
  { "size", 0, 0, G_OPTION_ARG_INT, &size, "Bytes of a message", "N" },
  { "hold", 0, 0, G_OPTION_ARG_DOUBLE, &hold_s, "Seconds to hold the sessions idle", "S" },
  { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, "Datagrams as large as records, without DTLS", NULL },
  { "work", 0, 0, G_OPTION_ARG_INT, &work_ns, "Nanoseconds to be busy for each plain answer", "NS" },
  { "coap", 0, 0, G_OPTION_ARG_NONE, &coap, "Each message is a CoAP request", NULL },
  { "key", 0, 0, G_OPTION_ARG_STRING, &key_hex, "Key in hex", "HEX" },
  { "cipher", 0, 0, G_OPTION_ARG_STRING, &cipher, "OpenSSL name of the suite", "NAME" },
  { NULL }
};

static unsigned int
psk_cb (SSL *ssl, const char *hint, char *identity, unsigned int n_identity, unsigned char *key,
        unsigned int n_key)
{
  gsize n = strlen (key_hex) / 2;

  g_strlcpy (identity, "bench", n_identity);
  for (gsize i = 0; i < n && i < n_key; i++)
    key[i] = g_ascii_xdigit_value (key_hex[2 * i]) << 4 | g_ascii_xdigit_value (key_hex[2 * i + 1]);
  return n;
}

/* CPU time of all threads of the server in nanoseconds, and of two of them. */
static Cpu
server_cpu (void)
{
  g_autofree char *dir_name = g_strdup_printf ("/proc/%d/task", pid);
  g_autoptr (GDir) dir = g_dir_open (dir_name, 0, NULL);
  Cpu cpu = { 0, 0, 0 };
  const char *task;

  while (dir != NULL && (task = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *name = g_build_filename (dir_name, task, "schedstat", NULL);
      g_autofree char *thread = g_build_filename (dir_name, task, "comm", NULL);
      g_autofree char *text = NULL, *comm = NULL;
      guint64 ns;

      if (!g_file_get_contents (name, &text, NULL, NULL)
          || !g_file_get_contents (thread, &comm, NULL, NULL))
        continue;
      ns = g_ascii_strtoull (text, NULL, 10);
      cpu.all_ns += ns;
      if (atoi (task) == pid)
        cpu.main_ns += ns;
      if (g_str_has_prefix (comm, "dtls-engine"))
        cpu.engine_ns += ns;
    }
  return cpu;
}

static Cpu
server_cpu_since (Cpu before)
{
  Cpu now = server_cpu ();

  return (Cpu) { now.all_ns - before.all_ns, now.main_ns - before.main_ns,
                 now.engine_ns - before.engine_ns };
}

static guint64
server_resident_kib (void)
{
  g_autofree char *name = g_strdup_printf ("/proc/%d/statm", pid);
  g_autofree char *text = NULL;
  guint64 pages = 0;

  if (g_file_get_contents (name, &text, NULL, NULL))
    sscanf (text, "%*s %" G_GUINT64_FORMAT, &pages);
  return pages * (sysconf (_SC_PAGESIZE) / 1024);
}

static void
open_session (Session *session, guint index)
{
  struct sockaddr_in local = { .sin_family = AF_INET }, server = { .sin_family = AF_INET };
  struct epoll_event event = { .events = EPOLLIN, .data.u32 = index };
  BIO *bio;

  local.sin_addr.s_addr = htonl (INADDR_LOOPBACK + 1 + index % 200);
  server.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  server.sin_port = htons (port);
  session->fd = socket (AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (session->fd < 0 || bind (session->fd, (struct sockaddr *) &local, sizeof local) < 0
      || connect (session->fd, (struct sockaddr *) &server, sizeof server) < 0)
    g_error ("cannot open socket %u: %s", index, g_strerror (errno));
  epoll_ctl (epoll_fd, EPOLL_CTL_ADD, session->fd, &event);
  if (plain)
    {
      session->established = TRUE;
      n_established++;
      return;
    }
  session->ssl = SSL_new (context);
  bio = BIO_new_dgram (session->fd, BIO_NOCLOSE);
  BIO_ctrl (bio, BIO_CTRL_DGRAM_SET_CONNECTED, 0, &server);
  SSL_set_bio (session->ssl, bio, bio);
  SSL_set_connect_state (session->ssl);
  SSL_set_options (session->ssl, SSL_OP_NO_QUERY_MTU);
  SSL_set_mtu (session->ssl, 1200);
  session->sent_us = g_get_monotonic_time ();
  SSL_do_handshake (session->ssl);
}

static void
step_handshake (Session *session)
{
  int ret = SSL_do_handshake (session->ssl);

  if (ret == 1)
    {
      session->established = TRUE;
      n_established++;
    }
  else if (SSL_get_error (session->ssl, ret) != SSL_ERROR_WANT_READ)
    n_failed++;
  ERR_clear_error ();
}

/* Fills the table of sessions, so many handshakes at a time. */
static void
fill (guint from, guint to)
{
  guint next = from;
  gint64 progress_us = g_get_monotonic_time ();
  guint before = n_established;

  while (n_established + n_failed < to)
    {
      struct epoll_event events[64];
      int n;

      while (next < to && next - n_established - n_failed < MAX_HANDSHAKES)
        {
          open_session (&sessions[next], next);
          next++;
        }
      n = epoll_wait (epoll_fd, events, G_N_ELEMENTS (events), 20);
      for (int i = 0; i < n; i++)
        if (!sessions[events[i].data.u32].established)
          step_handshake (&sessions[events[i].data.u32]);
      if (n == 0)
        for (guint i = from; i < next; i++)
          if (!sessions[i].established)
            {
              /* OpenSSL may hold a record it has read: no readiness of the socket tells of it */
              DTLSv1_handle_timeout (sessions[i].ssl);
              step_handshake (&sessions[i]);
            }
      if (n_established != before)
        progress_us = g_get_monotonic_time ();
      before = n_established;
      if (g_get_monotonic_time () - progress_us > STALLED_US)
        g_error ("%u of %u handshakes done, then silence", n_established, to);
    }
}

static void
send_message (Session *session, char *text, gint64 now_us)
{
  static guint16 message_id;

  session->waiting = TRUE;
  session->sent_us = now_us;
  if (coap)
    {
      /* a confirmable GET of "/" with a payload */
      memcpy (text, "\x40\x01\x00\x00\xff", 5);
      text[2] = ++message_id >> 8;
      text[3] = message_id;
    }
  if (plain)
    send (session->fd, text, size + RECORD_OVERHEAD, 0);
  else
    SSL_write (session->ssl, text, size);
}

/* In place of OpenSSL's work, so that the server gets its datagrams at the same pace. */
static void
be_busy (void)
{
  struct timespec began, now;

  if (work_ns == 0)
    return;
  clock_gettime (CLOCK_MONOTONIC, &began);
  do
    clock_gettime (CLOCK_MONOTONIC, &now);
  while ((now.tv_sec - began.tv_sec) * 1000000000 + now.tv_nsec - began.tv_nsec < work_ns);
}

static gboolean
receive_answer (Session *session)
{
  static char answer[20000];
  int n_bytes;

  if (plain)
    {
      be_busy ();
      return recv (session->fd, answer, sizeof answer, 0) > 0;
    }
  n_bytes = SSL_read (session->ssl, answer, sizeof answer);
  if (n_bytes <= 0)
    ERR_clear_error ();
  return n_bytes > 0;
}

/* Keeps @in_flight messages on their way (or @rate a second), over all sessions in turn. */
static double
exchange (guint n_total)
{
  g_autofree char *text = g_malloc (size + RECORD_OVERHEAD);
  gint64 began_us = g_get_monotonic_time (), looked_us = began_us;
  guint sent = 0, waiting = 0, next = 0;

  memset (text, 'x', size + RECORD_OVERHEAD);
  n_answered = n_lost = 0;
  g_array_set_size (rtts, 0);
  while (n_answered + n_lost < n_total)
    {
      gint64 now_us = g_get_monotonic_time ();
      guint due = rate > 0 ? MIN (n_total, (now_us - began_us) * (double) rate / G_USEC_PER_SEC)
                           : n_total;
      struct epoll_event events[128];
      int n;

      while (sent < due && waiting < (guint) in_flight && waiting < (guint) n_sessions)
        {
          Session *session = &sessions[next++ % n_sessions];

          if (session->waiting)
            continue;
          send_message (session, text, now_us);
          waiting++;
          sent++;
        }
      n = epoll_wait (epoll_fd, events, G_N_ELEMENTS (events), rate > 0 ? 1 : 100);
      now_us = g_get_monotonic_time ();
      for (int i = 0; i < n; i++)
        {
          Session *session = &sessions[events[i].data.u32];
          guint32 rtt_us = now_us - session->sent_us;

          if (!receive_answer (session) || !session->waiting)
            continue;
          session->waiting = FALSE;
          waiting--;
          n_answered++;
          g_array_append_val (rtts, rtt_us);
        }
      if (now_us - looked_us < LOST_US)
        continue;
      looked_us = now_us;
      for (int i = 0; i < n_sessions; i++)
        if (sessions[i].waiting && now_us - sessions[i].sent_us > LOST_US)
          {
            sessions[i].waiting = FALSE;
            waiting--;
            n_lost++;
          }
    }
  return (g_get_monotonic_time () - began_us) / (double) G_USEC_PER_SEC;
}

static int
compare_u32 (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return x < y ? -1 : x > y;
}

static guint32
quantile (double q)
{
  return rtts->len == 0 ? 0 : g_array_index (rtts, guint32, (guint) ((rtts->len - 1) * q));
}

static void
print_result (guint64 kib, guint64 filled_kib, guint64 first_ns, guint64 fill_ns, guint64 hold_ns,
              Cpu cpu, double exchange_s)
{
  guint first = MIN (100, n_sessions);
  double n = MAX (1, n_answered) * 1e3;

  printf ("{\"sessions\": %d, \"established\": %u, \"failed\": %u", n_sessions, n_established,
          n_failed);
  printf (", \"handshake_us\": %.2f, \"handshake_first_us\": %.2f, \"handshake_rest_us\": %.2f",
          fill_ns / 1e3 / n_sessions, first_ns / 1e3 / first,
          n_sessions > (int) first ? (fill_ns - first_ns) / 1e3 / (n_sessions - first) : 0.0);
  printf (", \"kib_per_session\": %.2f, \"resident_kib\": %" G_GUINT64_FORMAT
          ", \"idle_ms_per_s\": %.3f",
          (filled_kib - (double) kib) / n_sessions, filled_kib,
          hold_s > 0 ? hold_ns / 1e6 / hold_s : 0.0);
  printf (", \"messages\": %" G_GUINT64_FORMAT ", \"lost\": %" G_GUINT64_FORMAT
          ", \"message_us\": %.3f, \"engine_us\": %.3f, \"main_us\": %.3f",
          n_answered, n_lost, cpu.all_ns / n, cpu.engine_ns / n, cpu.main_ns / n);
  printf (", \"seconds\": %.3f, \"per_s\": %.0f, \"p50_us\": %u, \"p99_us\": %u}\n", exchange_s,
          n_answered / exchange_s, quantile (0.5), quantile (0.99));
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit limit;
  guint64 kib, fill_ns, first_ns, hold_ns, filled_kib;
  guint first;
  Cpu cpu;
  double exchange_s;

  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error) || port == 0 || pid == 0)
    {
      fprintf (stderr, "bench-load: %s\n", error != NULL ? error->message : "needs --port, --pid");
      return 2;
    }
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  context = SSL_CTX_new (DTLS_client_method ());
  SSL_CTX_set_min_proto_version (context, DTLS1_2_VERSION);
  SSL_CTX_set_cipher_list (context, cipher);
  SSL_CTX_set_security_level (context, 0);
  SSL_CTX_set_psk_client_callback (context, psk_cb);
  SSL_CTX_set_options (context, SSL_OP_NO_TICKET);
  SSL_CTX_set_mode (context, SSL_MODE_RELEASE_BUFFERS);
  sessions = g_new0 (Session, n_sessions);
  epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  rtts = g_array_sized_new (FALSE, FALSE, sizeof (guint32), n_messages);

  kib = server_resident_kib ();
  cpu = server_cpu ();
  first = MIN (100, n_sessions);
  fill (0, first);
  first_ns = server_cpu_since (cpu).all_ns;
  fill (first, n_sessions);
  fill_ns = server_cpu_since (cpu).all_ns;
  filled_kib = server_resident_kib ();
  printf ("filled %u\n", n_established);
  fflush (stdout);

  cpu = server_cpu ();
  if (hold_s > 0)
    g_usleep (hold_s * G_USEC_PER_SEC);
  hold_ns = server_cpu_since (cpu).all_ns;

  if (n_messages > WARM_MESSAGES)
    exchange (WARM_MESSAGES);
  cpu = server_cpu ();
  exchange_s = exchange (n_messages);
  cpu = server_cpu_since (cpu);
  g_array_sort (rtts, compare_u32);
  print_result (kib, filled_kib, first_ns, fill_ns, hold_ns, cpu, exchange_s);
  return n_failed == 0 ? 0 : 1;
}
