/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "dtls-impairment.h"
#include "test-pipe.h"
#include "test-util.h"

#define N_SLOTS 64
#define SLOT_BYTES 64
#define N_SENT 2000

typedef struct
{
  TestNetwork   *network;
  DtlsTransport *plain;         /* the other end */
  DtlsTransport *worse;
  DtlsDatagram   slots[N_SLOTS];
  guint8         bytes[N_SLOTS][SLOT_BYTES];
  DtlsAddress    plain_address, worse_address;
  guint32        plain_socket, worse_socket;
} Fixture;

/* What came of N_SENT numbered datagrams. */
typedef struct
{
  guint  n_arrived, n_twice, n_late, n_short, n_changed;
  gint64 last_us;
  GChecksum *order;
} Outcome;

static void
set_up (Fixture       *self,
        gconstpointer  seed)
{
  g_autoptr(DtlsTransport) inner = NULL;
  g_autoptr(GError) error = NULL;
  DtlsAddress any_port = test_address ("127.0.0.1", 0);

  self->network = test_network_new ();
  self->plain = test_pipe_new (self->network);
  inner = test_pipe_new (self->network);
  self->worse = dtls_impairment_new (inner, GPOINTER_TO_SIZE (seed));
  dtls_transport_open (self->plain, &any_port, NULL, &self->plain_socket, &self->plain_address,
                       &error);
  g_assert_no_error (error);
  dtls_transport_open (self->worse, &any_port, NULL, &self->worse_socket, &self->worse_address,
                       &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_SLOTS; i++)
    {
      self->slots[i].bytes = self->bytes[i];
      self->slots[i].capacity = SLOT_BYTES;
    }
}

static void
tear_down (Fixture       *self,
           gconstpointer  seed)
{
  g_assert_finalize_object (self->worse);
  g_assert_finalize_object (self->plain);
  test_network_unref (self->network);
}

/* Each datagram holds its number twice. */
static void
send_number (Fixture  *self,
             gboolean  outwards,
             guint32   number,
             gint64    now_us)
{
  guint32 bytes[2] = { number, number };
  DtlsDatagram out = { .bytes = (guint8 *) bytes, .n_bytes = sizeof bytes };

  out.path.peer = outwards ? self->plain_address : self->worse_address;
  out.path.socket = outwards ? self->worse_socket : self->plain_socket;
  dtls_transport_send (outwards ? self->worse : self->plain, &out, 1, now_us);
}

static void
take_all (Fixture  *self,
          gboolean  outwards,
          guint8   *seen,
          guint32  *highest,
          Outcome  *outcome,
          gint64    now_us)
{
  DtlsTransport *to = outwards ? self->plain : self->worse;
  guint n;

  /* Outwards the impairment has no receiver of its own: it needs its turn too. */
  if (outwards)
    g_assert_cmpuint (dtls_transport_receive (self->worse, self->slots, N_SLOTS, now_us), ==, 0);
  while ((n = dtls_transport_receive (to, self->slots, N_SLOTS, now_us)) > 0)
    for (guint i = 0; i < n; i++)
      {
        guint32 number[2];

        outcome->n_arrived++;
        outcome->last_us = now_us;
        if (self->slots[i].n_bytes < sizeof number)
          {
            outcome->n_short++;
            continue;
          }
        memcpy (number, self->slots[i].bytes, sizeof number);
        g_checksum_update (outcome->order, (guint8 *) number, sizeof number);
        if (number[0] != number[1])
          {
            outcome->n_changed++;
            continue;
          }
        outcome->n_twice += seen[number[0]]++ > 0;
        outcome->n_late += number[0] < *highest;
        *highest = MAX (*highest, number[0]);
      }
}

/* One datagram each 100 us, then on until nothing waits. */
static Outcome
run (Fixture                   *self,
     gboolean                   outwards,
     const DtlsImpairmentRates *rates)
{
  g_autofree guint8 *seen = g_new0 (guint8, N_SENT);
  Outcome outcome = { .order = g_checksum_new (G_CHECKSUM_SHA256) };
  guint32 highest = 0;
  gint64 now_us = 0;

  dtls_impairment_set_rates (DTLS_IMPAIRMENT (self->worse), rates);
  for (guint32 i = 0; i < N_SENT; i++, now_us += 100)
    {
      send_number (self, outwards, i, now_us);
      take_all (self, outwards, seen, &highest, &outcome, now_us);
    }
  while ((now_us = dtls_transport_get_deadline (self->worse)) != G_MAXINT64)
    take_all (self, outwards, seen, &highest, &outcome, now_us);
  return outcome;
}

static void
outcome_clear (Outcome *outcome)
{
  g_checksum_free (outcome->order);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static void
test_impairment_none (Fixture       *self,
                      gconstpointer  seed)
{
  DtlsImpairmentRates rates = { .drop = 0 };

  for (int outwards = 0; outwards < 2; outwards++)
    {
      g_auto(Outcome) outcome = run (self, outwards, &rates);

      g_assert_cmpuint (outcome.n_arrived, ==, N_SENT);
      g_assert_cmpuint (outcome.n_twice + outcome.n_late + outcome.n_short + outcome.n_changed,
                        ==, 0);
      g_assert_cmpint (outcome.last_us, ==, (N_SENT - 1) * 100);
    }
  g_assert_cmpuint (dtls_impairment_get_n_dropped (DTLS_IMPAIRMENT (self->worse)), ==, 0);
  g_assert_null (dtls_transport_create_source (self->worse));
}

static void
assert_about (guint  n,
              double probability)
{
  g_assert_cmpfloat (n, >, N_SENT * probability * 0.7);
  g_assert_cmpfloat (n, <, N_SENT * probability * 1.3);
}

static void
test_impairment_drop (Fixture       *self,
                      gconstpointer  seed)
{
  DtlsImpairmentRates rates = { .drop = 0.2 };
  guint64 n_before = 0;

  for (int outwards = 0; outwards < 2; outwards++)
    {
      g_auto(Outcome) outcome = run (self, outwards, &rates);
      guint64 n_dropped = dtls_impairment_get_n_dropped (DTLS_IMPAIRMENT (self->worse));

      assert_about (N_SENT - outcome.n_arrived, 0.2);
      g_assert_cmpuint (n_dropped - n_before, ==, N_SENT - outcome.n_arrived);
      g_assert_cmpuint (outcome.n_twice + outcome.n_late + outcome.n_short + outcome.n_changed,
                        ==, 0);
      n_before = n_dropped;
    }
}

static void
test_impairment_duplicate (Fixture       *self,
                           gconstpointer  seed)
{
  DtlsImpairmentRates rates = { .duplicate = 0.1 };

  for (int outwards = 0; outwards < 2; outwards++)
    {
      g_auto(Outcome) outcome = run (self, outwards, &rates);

      assert_about (outcome.n_twice, 0.1);
      g_assert_cmpuint (outcome.n_arrived, ==, N_SENT + outcome.n_twice);
    }
}

static void
test_impairment_reorder (Fixture       *self,
                         gconstpointer  seed)
{
  DtlsImpairmentRates rates = { .reorder = 0.2, .delay_us = 5000 };
  DtlsImpairmentRates without_delay = { .reorder = 0.2 };

  for (int outwards = 0; outwards < 2; outwards++)
    {
      g_auto(Outcome) outcome = run (self, outwards, &rates);
      g_auto(Outcome) other = run (self, outwards, &without_delay);

      g_assert_cmpuint (outcome.n_arrived, ==, N_SENT);
      assert_about (outcome.n_late, 0.2);
      g_assert_cmpint (outcome.last_us, >=, (N_SENT - 1) * 100 + 5000);
      g_assert_cmpint (outcome.last_us, <=, (N_SENT - 1) * 100 + 10000);
      g_assert_cmpuint (other.n_arrived, ==, N_SENT);
      assert_about (other.n_late, 0.2);
    }
}

static void
test_impairment_spoil (Fixture       *self,
                       gconstpointer  seed)
{
  DtlsImpairmentRates corrupt = { .corrupt = 0.15 };
  DtlsImpairmentRates truncate = { .truncate = 0.15 };

  for (int outwards = 0; outwards < 2; outwards++)
    {
      g_auto(Outcome) changed = run (self, outwards, &corrupt);
      g_auto(Outcome) cut = run (self, outwards, &truncate);

      g_assert_cmpuint (changed.n_arrived, ==, N_SENT);
      assert_about (changed.n_changed, 0.15);
      g_assert_cmpuint (changed.n_short, ==, 0);
      g_assert_cmpuint (cut.n_arrived, ==, N_SENT);
      assert_about (cut.n_short, 0.15);
      g_assert_cmpuint (cut.n_changed, ==, 0);
    }
}

static void
test_impairment_jitter (Fixture       *self,
                        gconstpointer  seed)
{
  DtlsImpairmentRates rates = { .delay_us = 2000, .jitter_us = 1000 };
  g_auto(Outcome) outcome = run (self, TRUE, &rates);

  g_assert_cmpuint (outcome.n_arrived, ==, N_SENT);
  g_assert_cmpuint (outcome.n_late, >, N_SENT / 10);
  g_assert_cmpint (outcome.last_us, >=, (N_SENT - 1) * 100 + 2000 - 1000);
  g_assert_cmpint (outcome.last_us, <=, (N_SENT - 1) * 100 + 3000);
}

static char *
run_all (guint seed)
{
  DtlsImpairmentRates rates = { 0.1, 0.1, 0.2, 0.05, 0.05, 3000, 2000 };
  Fixture self = { .network = NULL };
  char *order;

  set_up (&self, GSIZE_TO_POINTER (seed));
  {
    g_auto(Outcome) outcome = run (&self, TRUE, &rates);

    order = g_strdup (g_checksum_get_string (outcome.order));
  }
  tear_down (&self, NULL);
  return order;
}

static void
test_impairment_seeded (void)
{
  g_autofree char *once = run_all (5);
  g_autofree char *again = run_all (5);
  g_autofree char *other = run_all (6);

  g_assert_cmpstr (once, ==, again);
  g_assert_cmpstr (once, !=, other);
}

static void
test_impairment_bounded (Fixture       *self,
                         gconstpointer  seed)
{
  static guint8 big[60000];
  DtlsImpairmentRates rates = { .delay_us = G_USEC_PER_SEC };
  guint n_dropped;

  dtls_impairment_set_rates (DTLS_IMPAIRMENT (self->worse), &rates);
  for (guint i = 0; i < 400; i++)
    {
      DtlsDatagram out = { .path = { .peer = self->plain_address, .socket = self->worse_socket },
                           .bytes = big, .n_bytes = sizeof big };

      dtls_transport_send (self->worse, &out, 1, 0);
    }
  n_dropped = dtls_impairment_get_n_dropped (DTLS_IMPAIRMENT (self->worse));
  g_assert_cmpuint (n_dropped, ==, 400 - 8 * 1024 * 1024 / 60100);

  g_assert_cmpuint (dtls_transport_receive (self->worse, self->slots, 1, G_USEC_PER_SEC - 1),
                    ==, 0);
  g_assert_cmpuint (test_network_get_n_sent (self->network), ==, 0);
  g_assert_cmpuint (dtls_transport_receive (self->worse, self->slots, 1, G_USEC_PER_SEC), ==, 0);
  g_assert_cmpuint (test_network_get_n_sent (self->network), ==, 400 - n_dropped);
}

/* Errors are never lost; what was sent before a close leaves, what waits inwards goes. */
static void
test_impairment_errors_and_close (Fixture       *self,
                                  gconstpointer  seed)
{
  DtlsImpairmentRates rates = { .drop = 1.0, .delay_us = G_USEC_PER_SEC };
  DtlsAddress nobody = test_address ("127.0.0.1", 9);
  guint32 socket;

  g_assert_true (dtls_transport_open (self->worse, NULL, &nobody, &socket, NULL, NULL));
  {
    DtlsDatagram out = { .path = { .peer = nobody, .socket = socket }, .bytes = self->bytes[0],
                         .n_bytes = 1 };

    dtls_transport_send (self->worse, &out, 1, 0);
  }
  dtls_impairment_set_rates (DTLS_IMPAIRMENT (self->worse), &rates);
  g_assert_cmpuint (dtls_transport_receive (self->worse, self->slots, N_SLOTS, 0), ==, 1);
  g_assert_cmpint (self->slots[0].error, !=, 0);

  rates.drop = 0;
  dtls_impairment_set_rates (DTLS_IMPAIRMENT (self->worse), &rates);
  send_number (self, TRUE, 1, 0);
  send_number (self, FALSE, 2, 0);
  g_assert_cmpuint (dtls_transport_receive (self->worse, self->slots, N_SLOTS, 0), ==, 0);
  g_assert_cmpuint (dtls_transport_receive (self->plain, self->slots, N_SLOTS, 0), ==, 0);
  dtls_transport_close (self->worse, self->worse_socket);
  g_assert_cmpuint (dtls_transport_receive (self->plain, self->slots, N_SLOTS,
                                            G_USEC_PER_SEC), ==, 1);
  g_assert_cmpint (dtls_transport_get_deadline (self->worse), ==, G_MAXINT64);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void      (*func) (Fixture *, gconstpointer);
  } cases[] = {
    { "/dtls/impairment/none", test_impairment_none },
    { "/dtls/impairment/drop", test_impairment_drop },
    { "/dtls/impairment/duplicate", test_impairment_duplicate },
    { "/dtls/impairment/reorder", test_impairment_reorder },
    { "/dtls/impairment/spoil", test_impairment_spoil },
    { "/dtls/impairment/jitter", test_impairment_jitter },
    { "/dtls/impairment/bounded", test_impairment_bounded },
    { "/dtls/impairment/errors-and-close", test_impairment_errors_and_close },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, GSIZE_TO_POINTER (42), set_up, cases[i].func, tear_down);
  g_test_add_func ("/dtls/impairment/seeded", test_impairment_seeded);
  return g_test_run ();
}
