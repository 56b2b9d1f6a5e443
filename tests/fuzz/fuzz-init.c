/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "fuzz.h"

/* A criticism by a g_return_* is a find, too. */
int
LLVMFuzzerInitialize (int    *argc,
                      char ***argv)
{
  g_log_set_always_fatal (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  return 0;
}
