/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "test-clock.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Any thread of the program may ask for the time, so every field is atomic. */
static struct
{
  int    is_virtual;
  gint64 monotonic_us;
  gint64 real_offset_us;        /* CLOCK_REALTIME minus CLOCK_MONOTONIC */
  gint64 slept_us;              /* CLOCK_BOOTTIME minus CLOCK_MONOTONIC */
} the_clock;

/* The kernel's clock. Not dlsym (RTLD_NEXT): the sanitizers ask for the time before it works. */
static int
kernel_clock_gettime (clockid_t        id,
                      struct timespec *now)
{
  return syscall (SYS_clock_gettime, id, now);
}

static gint64
kernel_clock_get_us (clockid_t id)
{
  struct timespec now;

  if (kernel_clock_gettime (id, &now) != 0)
    return 0;
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* These three take the place of the C library's in this program and in every library it uses;
 * g_get_real_time() of GLib 2.74 is gettimeofday(). */
int
clock_gettime (clockid_t        id,
               struct timespec *now)
{
  gint64 now_us;

  if (!__atomic_load_n (&the_clock.is_virtual, __ATOMIC_ACQUIRE))
    return kernel_clock_gettime (id, now);

  now_us = __atomic_load_n (&the_clock.monotonic_us, __ATOMIC_ACQUIRE);
  switch (id)
    {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
      now_us += __atomic_load_n (&the_clock.real_offset_us, __ATOMIC_ACQUIRE);
      break;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
      break;
    case CLOCK_BOOTTIME:
      now_us += __atomic_load_n (&the_clock.slept_us, __ATOMIC_ACQUIRE);
      break;
    default:
      return kernel_clock_gettime (id, now);
    }
  now->tv_sec = now_us / G_USEC_PER_SEC;
  now->tv_nsec = now_us % G_USEC_PER_SEC * 1000;
  return 0;
}

int
gettimeofday (struct timeval *now,
              void           *zone)
{
  struct timespec precise;

  if (clock_gettime (CLOCK_REALTIME, &precise) != 0)
    return -1;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t
time (time_t *seconds)
{
  struct timespec now = { 0 };

  clock_gettime (CLOCK_REALTIME, &now);
  if (seconds != NULL)
    *seconds = now.tv_sec;
  return now.tv_sec;
}

/**
 * test_clock_start:
 *
 * Stops time where it is; from now on only test_clock_advance() and test_clock_set() move it.
 */
void
test_clock_start (void)
{
  gint64 monotonic_us = kernel_clock_get_us (CLOCK_MONOTONIC);
  gint64 real_us = kernel_clock_get_us (CLOCK_REALTIME);

  __atomic_store_n (&the_clock.monotonic_us, monotonic_us, __ATOMIC_RELEASE);
  __atomic_store_n (&the_clock.real_offset_us, real_us - monotonic_us, __ATOMIC_RELEASE);
  __atomic_store_n (&the_clock.is_virtual, TRUE, __ATOMIC_RELEASE);
}

/**
 * test_clock_stop:
 *
 * Back to the time of the kernel.
 */
void
test_clock_stop (void)
{
  __atomic_store_n (&the_clock.is_virtual, FALSE, __ATOMIC_RELEASE);
}

/**
 * test_clock_get:
 *
 * The monotonic time that the program sees, in microseconds.
 */
gint64
test_clock_get (void)
{
  return g_get_monotonic_time ();
}

/**
 * test_clock_advance:
 * @us: how far both clocks go on, 0 or more
 */
void
test_clock_advance (gint64 us)
{
  g_assert_cmpint (us, >=, 0);
  __atomic_add_fetch (&the_clock.monotonic_us, us, __ATOMIC_ACQ_REL);
}

/**
 * test_clock_set:
 * @monotonic_us: the time it shall be; a time gone by changes nothing
 */
void
test_clock_set (gint64 monotonic_us)
{
  gint64 now_us = __atomic_load_n (&the_clock.monotonic_us, __ATOMIC_ACQUIRE);

  if (monotonic_us > now_us)
    test_clock_advance (monotonic_us - now_us);
}

/**
 * test_clock_step_real:
 * @us: by how much the wall clock is put forward, or back if negative
 */
void
test_clock_step_real (gint64 us)
{
  __atomic_add_fetch (&the_clock.real_offset_us, us, __ATOMIC_ACQ_REL);
}

/**
 * test_clock_sleep:
 * @us: for how long the computer slept: its monotonic clock stood still, all others went on
 */
void
test_clock_sleep (gint64 us)
{
  test_clock_step_real (us);
  __atomic_add_fetch (&the_clock.slept_us, us, __ATOMIC_ACQ_REL);
}

/**
 * test_clock_get_true:
 *
 * The kernel's monotonic time in microseconds, also while time is virtual.
 */
gint64
test_clock_get_true (void)
{
  return kernel_clock_get_us (CLOCK_MONOTONIC);
}
