/* SPDX-License-Identifier: MIT */
/* An address of this computer goes and comes back, in a network of the test's own. */
#include "config.h"

#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dtls-address-watch.h"
#include "dtls-engine.h"
#include "report-sentence.h"
#include "test-namespace.h"
#include "test-util.h"

#define ADDRESS "192.0.2.7"

/* An engine and the rows that its reader saw. */
typedef struct
{
  DtlsEngine *engine;
  GSource    *source;
  GPtrArray  *rows;             /* of char *: sentences */
  guint       n_messages;
  DtlsAddress bound;
  gboolean    done;
} Party;

static void
events_cb (const DtlsEventRange *ranges, guint n_ranges, const guint64 counts[DTLS_N_COUNTS],
           gpointer user_data)
{
  Party *party = user_data;

  for (guint i = 0; i < n_ranges; i++)
    {
      const DtlsEvent *event = NULL;
      guint32 at;

      while ((event = dtls_event_range_next (&ranges[i], event, &at)) != NULL)
        {
          GString *row = g_string_new (NULL);

          party->n_messages += event->kind == DTLS_EVENT_MESSAGE;
          report_event_append_sentence (event, row);
          g_ptr_array_add (party->rows, g_string_free (row, FALSE));
        }
    }
}

static Party *
party_new (void)
{
  Party *party = g_new0 (Party, 1);

  party->engine = dtls_engine_new (NULL, 0);
  party->rows = g_ptr_array_new_with_free_func (g_free);
  party->source = dtls_event_queue_create_source (dtls_engine_get_queue (party->engine), events_cb,
                                                  party, NULL);
  g_source_attach (party->source, NULL);
  dtls_engine_start (party->engine);
  return party;
}

static void
party_free (Party *party)
{
  g_source_destroy (party->source);
  g_source_unref (party->source);
  dtls_engine_stop (party->engine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (party->engine);
  g_ptr_array_unref (party->rows);
  g_free (party);
}

static void
listen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Party *party = user_data;
  g_autoptr (GError) error = NULL;

  dtls_engine_listen_finish (party->engine, result, &party->bound, &error);
  g_assert_no_error (error);
  party->done = TRUE;
}

static gboolean
is_done (gpointer user_data)
{
  return ((Party *) user_data)->done;
}

static void
listen_on (Party *party, const char *ip)
{
  g_autoptr (DtlsKey) key = dtls_key_new_demo ();
  g_autoptr (DtlsCredentials) credentials = dtls_credentials_new_shared (key);
  DtlsListenOptions options = {
    .local = test_address (ip, 0),
    .credentials = credentials,
    .limits = DTLS_LIMITS_DEFAULT,
  };

  dtls_engine_listen_async (party->engine, &options, NULL, listen_cb, party);
  test_assert_wait (NULL, is_done, party);
}

static guint
count (Party *party, const char *start)
{
  guint n = 0;

  for (guint i = 0; i < party->rows->len; i++)
    n += g_str_has_prefix (g_ptr_array_index (party->rows, i), start);
  return n;
}

static gboolean
is_gone (gpointer user_data)
{
  return count (user_data, "This computer has no address " ADDRESS " now.") > 0;
}

static gboolean
listens_again (gpointer user_data)
{
  return count (user_data, "Server is listening on address " ADDRESS) == 2;
}

static gboolean
has_messages (gpointer user_data)
{
  return ((Party *) user_data)->n_messages >= 3;
}

/* A second address of the loopback interface: there with it, gone without. */
static void
set_address (gboolean present)
{
  struct sockaddr_in *address;
  struct ifreq request = { .ifr_name = "lo:7" };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  address = (struct sockaddr_in *) &request.ifr_addr;
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = g_htonl (0xc0000207);
  if (present)
    g_assert_cmpint (ioctl (fd, SIOCSIFADDR, &request), ==, 0);
  else
    {
      memset (&request.ifr_ifru, 0, sizeof request.ifr_ifru);
      g_assert_cmpint (ioctl (fd, SIOCSIFFLAGS, &request), ==, 0);
    }
  close (fd);
}

static void
set_interface (gboolean up)
{
  struct ifreq request = { .ifr_name = "lo" };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (ioctl (fd, SIOCGIFFLAGS, &request), ==, 0);
  request.ifr_flags = up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP;
  g_assert_cmpint (ioctl (fd, SIOCSIFFLAGS, &request), ==, 0);
  close (fd);
}

static void
test_present (void)
{
  static const struct
  {
    const char *ip;
    gboolean    without, with, down;    /* the address, the address, and the interface */
  } CASES[] = {
    { ADDRESS, FALSE, TRUE, FALSE },
    { "198.51.100.8", FALSE, FALSE, FALSE },
    { "127.0.0.1", TRUE, TRUE, FALSE },
    { "127.0.0.2", TRUE, TRUE, TRUE },  /* on no interface, and still ours */
    { "0.0.0.0", TRUE, TRUE, TRUE },
    { "::", TRUE, TRUE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      DtlsAddress address = test_address (CASES[i].ip, 22334);

      g_assert_cmpint (dtls_address_is_present (&address), ==, CASES[i].without);
      set_address (TRUE);
      g_assert_cmpint (dtls_address_is_present (&address), ==, CASES[i].with);
      set_interface (FALSE);
      g_assert_cmpint (dtls_address_is_present (&address), ==, CASES[i].down);
      set_interface (TRUE);
      set_address (FALSE);
    }
}

static void
connect_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  dtls_engine_connect_finish (DTLS_ENGINE (source), result, &error);
  g_assert_no_error (error);
}

/* The listener stays, says so once, and the connection of before goes on. */
static void
test_goes_and_comes (void)
{
  Party *server = party_new (), *client = party_new ();
  DtlsConnectOptions options = { .host = ADDRESS, .ping_interval_ms = 20 };

  set_address (TRUE);
  listen_on (server, ADDRESS);
  options.port = server->bound.port;
  dtls_engine_connect_async (client->engine, &options, 1, NULL, connect_cb, NULL);
  test_assert_wait (NULL, has_messages, client);

  set_address (FALSE);
  test_assert_wait (NULL, is_gone, server);
  set_interface (FALSE);        /* more changes, and still gone */
  set_interface (TRUE);
  set_address (TRUE);
  test_assert_wait (NULL, listens_again, server);
  g_assert_cmpuint (count (server, "This computer has no address"), ==, 1);
  client->n_messages = 0;
  test_assert_wait (NULL, has_messages, client);
  g_assert_cmpuint (count (server, "Connection with"), ==, 1);

  party_free (client);
  party_free (server);
  set_address (FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_enter_namespace ();
  g_test_add_func ("/dtls/address-watch/present", test_present);
  g_test_add_func ("/dtls/address-watch/goes-and-comes", test_goes_and_comes);
  return g_test_run ();
}
