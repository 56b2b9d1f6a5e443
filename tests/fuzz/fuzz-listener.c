/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "test-clock.h"
#include "test-server.h"
#include "test-util.h"

/*
 * A hostile network around a server: the input is a sequence of steps, each a byte (the low half
 * says what, the high half from which address) and what that step needs. A client that is connected
 * from the start, and one that comes at the end, must be served whatever the others do.
 */
enum
{
  N_ADDRESSES = 4,              /* the working client's own, the rogue's, two strangers' */
  MAX_STEPS = 64,
  MAX_HALF_OPEN = 3,
  MAX_SECONDS = 1500,           /* in all: no idle limit is reached */
  SEALED_FROM = 1000            /* sequence numbers of the rogue's own records */
};

typedef enum
{
  STEP_RAW,                     /* length of 2 bytes, then a datagram */
  STEP_RECORD,                  /* type, epoch, sequence, length: one byte each; body */
  STEP_FRAGMENT,                /* type, message, claimed length of 2 bytes, offset, length; body */
  STEP_HELLO,                   /* random: a hello without a cookie */
  STEP_VERIFIED,                /* random: a hello with a good cookie */
  STEP_SEALED,                  /* type, length; body: authentic, of the rogue */
  STEP_WAIT,                    /* tenths of a second */
  STEP_SERVE,                   /* the working client says something and is answered */
  STEP_RETURN,                  /* the rogue forgets its session and starts over */
  N_STEPS
} Step;

typedef struct
{
  TestServer   *server;
  TestPeer     *worker, *rogue;
  DtlsAddress   addresses[N_ADDRESSES];
  gboolean      verified[N_ADDRESSES];
  gsize         n_in[N_ADDRESSES], n_out[N_ADDRESSES];
  const guint8 *at;
  gsize         n_left;
  guint64       sequence;
  gint64        waited_us;
} Siege;

static gboolean
watch_cb (TestNetwork *network, TestDatagram *datagram, gpointer user_data)
{
  Siege *siege = user_data;

  if (!dtls_address_equal (&datagram->from, &siege->server->pair->server_address))
    return TRUE;
  siege->server->n_datagrams++;
  siege->server->n_last = MIN (datagram->bytes->len, sizeof siege->server->last);
  memcpy (siege->server->last, datagram->bytes->data, siege->server->n_last);
  for (guint i = 0; i < N_ADDRESSES; i++)
    if (dtls_address_equal (&datagram->to, &siege->addresses[i]))
      siege->n_out[i] += datagram->bytes->len;
  return TRUE;
}

static guint
take (Siege *siege)
{
  if (siege->n_left == 0)
    return 0;
  siege->n_left--;
  return *siege->at++;
}

static const guint8 *
take_bytes (Siege *siege, gsize *n_bytes)
{
  const guint8 *bytes = siege->at;

  *n_bytes = MIN (*n_bytes, siege->n_left);
  siege->at += *n_bytes;
  siege->n_left -= *n_bytes;
  return bytes;
}

/* S2 is about addresses that never proved anything. */
static void
throw_at (Siege *siege, guint from, GByteArray *bytes)
{
  siege->n_in[from] += bytes->len;
  test_server_forge (siege->server, &siege->addresses[from], bytes);
  if (!siege->verified[from])
    FUZZ_ASSERT (siege->n_out[from] <= siege->n_in[from]);
}

static void
throw_raw (Siege *siege, guint from)
{
  gsize n_bytes = take (siege) << 8;
  const guint8 *bytes;

  n_bytes |= take (siege);
  bytes = take_bytes (siege, &n_bytes);
  throw_at (siege, from, g_byte_array_append (g_byte_array_new (), bytes, n_bytes));
}

static void
throw_record (Siege *siege, guint from)
{
  guint8 type = take (siege);
  guint16 epoch = take (siege);
  guint64 sequence = take (siege);
  gsize n_bytes = take (siege);
  const guint8 *bytes = take_bytes (siege, &n_bytes);

  if (sequence > 0xf0)
    sequence <<= 40;
  throw_at (siege, from, test_forge_record (type, epoch, sequence, bytes, n_bytes));
}

static void
throw_fragment (Siege *siege, guint from)
{
  guint8 type = take (siege);
  guint16 message = take (siege);
  guint32 length = take (siege) << 8;
  guint32 offset;
  gsize n_bytes;
  const guint8 *bytes;
  g_autoptr (GByteArray) fragment = NULL;

  length |= take (siege);
  offset = take (siege);
  n_bytes = take (siege);
  bytes = take_bytes (siege, &n_bytes);
  fragment = test_forge_fragment (type, length, message, offset, bytes, n_bytes);
  throw_at (siege, from, test_forge_record (DTLS_CONTENT_HANDSHAKE, 0, siege->sequence++,
                                            fragment->data, fragment->len));
}

static void
throw_verified (Siege *siege, guint from)
{
  guint32 random = take (siege);
  const guint8 *cookie;
  gsize n_cookie;

  /* asked for with another random: its own might be that of a session in progress */
  siege->sequence++;
  test_server_reset (siege->server);
  throw_at (siege, from, test_forge_hello (random + 0x10000 * siege->sequence, siege->sequence,
                                           NULL, 0));
  FUZZ_ASSERT (test_forge_read_cookie (siege->server->last, siege->server->n_last, &cookie,
                                       &n_cookie));
  siege->verified[from] = TRUE;
  throw_at (siege, from, test_forge_hello (random, siege->sequence, cookie, n_cookie));
}

static void
throw_sealed (Siege *siege)
{
  guint8 type = take (siege);
  gsize n_bytes = take (siege);
  const guint8 *bytes = take_bytes (siege, &n_bytes);

  if (!siege->rogue->established)
    return;
  throw_at (siege, 1, test_peer_seal (siege->rogue, type, SEALED_FROM + siege->sequence++, bytes,
                                      n_bytes));
}

static void
wait_for (Siege *siege, guint tenths)
{
  gint64 us = tenths * (G_USEC_PER_SEC / 10);

  if (siege->waited_us + us > MAX_SECONDS * (gint64) G_USEC_PER_SEC)
    return;
  siege->waited_us += us;
  test_server_run (siege->server, us);
}

static void
check (Siege *siege)
{
  DtlsTable *table = dtls_core_get_table (siege->server->pair->server);

  FUZZ_ASSERT (table->half_open.length <= MAX_HALF_OPEN);
  FUZZ_ASSERT (table->established.length >= 1);
  FUZZ_ASSERT (g_hash_table_size (table->by_id)
               == table->half_open.length + table->established.length);
  FUZZ_ASSERT (g_hash_table_size (table->by_path) <= g_hash_table_size (table->by_id));
}

static void
run_step (Siege *siege)
{
  guint what = take (siege), from = (what >> 4) % N_ADDRESSES;

  switch ((Step) ((what & 15) % N_STEPS))
    {
    case STEP_RAW:
      throw_raw (siege, from);
      break;
    case STEP_RECORD:
      throw_record (siege, from);
      break;
    case STEP_FRAGMENT:
      throw_fragment (siege, from);
      break;
    case STEP_HELLO:
      throw_at (siege, from, test_forge_hello (take (siege), siege->sequence++, NULL, 0));
      break;
    case STEP_VERIFIED:
      throw_verified (siege, from);
      break;
    case STEP_SEALED:
      throw_sealed (siege);
      break;
    case STEP_WAIT:
      wait_for (siege, take (siege));
      break;
    case STEP_SERVE:
      FUZZ_ASSERT (test_server_answers (siege->server, siege->worker, "still served"));
      break;
    case STEP_RETURN:
      test_peer_start_over (siege->rogue);
      test_server_finish (siege->server, siege->rogue, G_USEC_PER_SEC / 10);
      break;
    case N_STEPS:
    default:
      break;
    }
  check (siege);
}

static void
begin (Siege *siege)
{
  DtlsListenOptions options = { .limits = DTLS_LIMITS_DEFAULT };

  options.limits.max_half_open = MAX_HALF_OPEN;
  siege->server = test_server_new_full (&options);
  siege->worker = test_server_establish (siege->server, NULL);
  siege->rogue = test_server_establish (siege->server, NULL);
  siege->addresses[0] = siege->worker->local;
  siege->addresses[1] = siege->rogue->local;
  siege->addresses[2] = test_address ("198.18.0.1", 5000);
  siege->addresses[3] = test_address ("198.18.0.2", 5000);
  siege->verified[0] = siege->verified[1] = TRUE;
  test_network_set_tap (siege->server->pair->network, watch_cb, siege);
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes,
                        size_t         n_bytes)
{
  Siege siege = { .at = bytes, .n_left = n_bytes };
  TestPeer *late;

  begin (&siege);
  for (guint i = 0; i < MAX_STEPS && siege.n_left > 0; i++)
    run_step (&siege);
  FUZZ_ASSERT (test_server_answers (siege.server, siege.worker, "served to the end"));
  late = test_server_add_peer (siege.server, NULL);
  FUZZ_ASSERT (test_server_finish (siege.server, late, G_USEC_PER_SEC));
  test_server_free (siege.server);
  return 0;
}
