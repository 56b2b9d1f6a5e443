/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "fuzz.h"

/*
 * Replays a corpus through a target, for compilers without libFuzzer: every file as it is, cut
 * short at every length, and with every byte changed in a few ways. Arguments: files or folders.
 */
#define MAX_VARIED_BYTES 2048

static guint n_files, n_inputs;

/* In memory of exactly that size, so that a sanitizer sees a step beyond it. */
static void
run_exact (const guint8 *bytes,
           gsize         n_bytes)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, n_bytes);
  guint8 none;

  n_inputs++;
  LLVMFuzzerTestOneInput (copy != NULL ? copy : &none, n_bytes);
}

static void
run_variants (guint8 *bytes,
              gsize   n_bytes)
{
  static const guint8 flips[] = { 0x01, 0x20, 0x80, 0xff };
  gsize i, j;

  for (i = 0; i < n_bytes; i++)
    {
      run_exact (bytes, i);
      for (j = 0; j < G_N_ELEMENTS (flips); j++)
        {
          bytes[i] ^= flips[j];
          run_exact (bytes, n_bytes);
          bytes[i] ^= flips[j];
        }
    }
}

static void
run_file (const char *path)
{
  g_autofree char *contents = NULL;
  g_autoptr(GError) error = NULL;
  gsize n_bytes;

  if (!g_file_get_contents (path, &contents, &n_bytes, &error))
    g_error ("%s", error->message);
  n_files++;
  run_exact ((const guint8 *) contents, n_bytes);
  run_variants ((guint8 *) contents, MIN (n_bytes, MAX_VARIED_BYTES));
}

static void
run_path (const char *path)
{
  g_autoptr(GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      run_file (path);
      return;
    }
  dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      run_file (child);
    }
}

int
main (int    argc,
      char **argv)
{
  int i;

  LLVMFuzzerInitialize (&argc, &argv);
  for (i = 1; i < argc; i++)
    run_path (argv[i]);
  printf ("%u files, %u inputs\n", n_files, n_inputs);
  return n_files > 0 ? 0 : 1;           /* an empty corpus shows nothing */
}
