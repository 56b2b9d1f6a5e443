/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "test-wipes.h"

#include <string.h>

static struct
{
  const void *secret;           /* NULL: nobody looks */
  gsize       n_bytes;
  guint       n_seen;
} wipes;

/* both names of the C library: the second one is used with _FORTIFY_SOURCE */
void __explicit_bzero_chk (void *bytes, size_t n_bytes, size_t capacity);
#undef explicit_bzero

void
__explicit_bzero_chk (void   *bytes,
                      size_t  n_bytes,
                      size_t  capacity)
{
  __asm__ volatile ("" : "+r" (bytes) : : "memory");    /* the compiler thinks it is never read */
  if (wipes.secret != NULL && memmem (bytes, n_bytes, wipes.secret, wipes.n_bytes) != NULL)
    wipes.n_seen++;
  memset (bytes, 0, n_bytes);
  __asm__ volatile ("" : : "r" (bytes) : "memory");
}

/* Takes the place of the C library's in this program and in every library it uses. */
__attribute__ ((noinline)) void
explicit_bzero (void   *bytes,
                size_t  n_bytes)
{
  __explicit_bzero_chk (bytes, n_bytes, n_bytes);
}

/**
 * test_wipes_start:
 * @secret: (array length=n_bytes): bytes to look for; the caller's, until test_wipes_stop()
 *
 * One thread only.
 */
void
test_wipes_start (const void *secret,
                  gsize       n_bytes)
{
  wipes.secret = secret;
  wipes.n_bytes = n_bytes;
  wipes.n_seen = 0;
}

/**
 * test_wipes_stop:
 *
 * Returns: how many wipes met the secret
 */
guint
test_wipes_stop (void)
{
  wipes.secret = NULL;
  return wipes.n_seen;
}
