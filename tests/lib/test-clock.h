/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Virtual time. The test program defines clock_gettime() itself, so GLib and GnuTLS follow (T45);
 * gettimeofday() and time() too.
 * Off until test_clock_start(). Both clocks run together; the real one can be stepped alone.
 */
void   test_clock_start     (void);
void   test_clock_stop      (void);
gint64 test_clock_get       (void);
void   test_clock_advance   (gint64 us);
void   test_clock_set       (gint64 monotonic_us);
void   test_clock_step_real (gint64 us);
void   test_clock_sleep     (gint64 us);

/* never virtual: for the deadline of a test */
gint64 test_clock_get_true  (void);

G_END_DECLS
