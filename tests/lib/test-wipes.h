/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Sees wipes: the test program defines explicit_bzero() itself (P3). Counts those that overwrite
 * memory in which the secret stands.
 */
void  test_wipes_start (const void *secret,
                        gsize       n_bytes);
guint test_wipes_stop  (void);

G_END_DECLS
