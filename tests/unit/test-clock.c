/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <gnutls/crypto.h>
#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>
#include <time.h>

#include "test-clock.h"

#define HOUR_US (3600 * (gint64) G_USEC_PER_SEC)

static ssize_t
push_nowhere (gnutls_transport_ptr_t  user_data,
              const void             *bytes,
              size_t                  n_bytes)
{
  guint *n_datagrams = user_data;

  (*n_datagrams)++;
  return n_bytes;
}

static ssize_t
pull_nothing (gnutls_transport_ptr_t  user_data,
              void                   *bytes,
              size_t                  n_bytes)
{
  errno = EAGAIN;
  return -1;
}

static int
pull_timeout (gnutls_transport_ptr_t user_data,
              unsigned int           ms)
{
  return 0;
}

static void
test_clock_glib_follows (void)
{
  gint64 monotonic_us, real_us;

  test_clock_start ();
  monotonic_us = g_get_monotonic_time ();
  real_us = g_get_real_time ();
  g_assert_cmpint (g_get_monotonic_time (), ==, monotonic_us);

  test_clock_advance (HOUR_US + 7);
  g_assert_cmpint (g_get_monotonic_time () - monotonic_us, ==, HOUR_US + 7);
  g_assert_cmpint (g_get_real_time () - real_us, ==, HOUR_US + 7);

  test_clock_set (monotonic_us);        /* gone by */
  g_assert_cmpint (test_clock_get () - monotonic_us, ==, HOUR_US + 7);
  test_clock_set (monotonic_us + 2 * HOUR_US);
  g_assert_cmpint (test_clock_get () - monotonic_us, ==, 2 * HOUR_US);
  test_clock_stop ();
}

static void
test_clock_real_steps_alone (void)
{
  gint64 monotonic_us, real_us;

  test_clock_start ();
  monotonic_us = g_get_monotonic_time ();
  real_us = g_get_real_time ();
  test_clock_step_real (-HOUR_US);
  g_assert_cmpint (g_get_monotonic_time (), ==, monotonic_us);
  g_assert_cmpint (g_get_real_time () - real_us, ==, -HOUR_US);
  test_clock_stop ();
}

static void
test_clock_stops (void)
{
  gint64 before_us = test_clock_get_true ();

  test_clock_start ();
  test_clock_advance (24 * HOUR_US);
  g_assert_cmpint (test_clock_get_true () - before_us, <, HOUR_US);
  test_clock_stop ();
  g_assert_cmpint (g_get_monotonic_time () - before_us, <, HOUR_US);
}

/* A hello is repeated after 1, 2, 4 ... s: GnuTLS reads the clock of this program. */
static void
test_clock_gnutls_follows (void)
{
  static const guint8 key_bytes[] = { 1, 2, 3, 4 };
  gnutls_psk_client_credentials_t credentials;
  gnutls_datum_t key = { (void *) key_bytes, sizeof key_bytes };
  gnutls_session_t session;
  gint64 began_us = test_clock_get_true ();
  guint n_datagrams = 0;

  test_clock_start ();
  gnutls_psk_allocate_client_credentials (&credentials);
  gnutls_psk_set_client_credentials (credentials, "me", &key, GNUTLS_PSK_KEY_RAW);
  gnutls_init (&session, GNUTLS_CLIENT | GNUTLS_DATAGRAM | GNUTLS_NONBLOCK);
  gnutls_priority_set_direct (session, "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-KX-ALL:+PSK", NULL);
  gnutls_credentials_set (session, GNUTLS_CRD_PSK, credentials);
  gnutls_dtls_set_timeouts (session, 1000, G_MAXINT);
  gnutls_transport_set_ptr (session, &n_datagrams);
  gnutls_transport_set_push_function (session, push_nowhere);
  gnutls_transport_set_pull_function (session, pull_nothing);
  gnutls_transport_set_pull_timeout_function (session, pull_timeout);

  g_assert_cmpint (gnutls_handshake (session), ==, GNUTLS_E_AGAIN);
  g_assert_cmpuint (n_datagrams, ==, 1);
  for (guint n = 2, wait_ms = 1000; n < 7; n++, wait_ms *= 2)
    {
      g_assert_cmpuint (gnutls_dtls_get_timeout (session), ==, wait_ms);
      test_clock_advance (wait_ms * 1000);
      g_assert_cmpuint (gnutls_dtls_get_timeout (session), ==, 0);
      g_assert_cmpint (gnutls_handshake (session), ==, GNUTLS_E_AGAIN);
      g_assert_cmpuint (n_datagrams, ==, n);
    }
  /* 31 s have gone by */
  g_assert_cmpint (test_clock_get_true () - began_us, <, 10 * G_USEC_PER_SEC);

  /* T45: it is the wall clock that it reads */
  test_clock_step_real (HOUR_US);
  g_assert_cmpuint (gnutls_dtls_get_timeout (session), ==, 0);

  gnutls_deinit (session);
  gnutls_psk_free_client_credentials (credentials);
  test_clock_stop ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/test/clock/glib-follows", test_clock_glib_follows);
  g_test_add_func ("/test/clock/real-steps-alone", test_clock_real_steps_alone);
  g_test_add_func ("/test/clock/stops", test_clock_stops);
  g_test_add_func ("/test/clock/gnutls-follows", test_clock_gnutls_follows);
  return g_test_run ();
}
