/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A target defines LLVMFuzzerTestOneInput() and includes this; libFuzzer or driver.c calls it.
 * What must hold is said with FUZZ_ASSERT, which stays in every build.
 */
int LLVMFuzzerInitialize   (int            *argc,
                            char         ***argv);
int LLVMFuzzerTestOneInput (const uint8_t  *bytes,
                            size_t          n_bytes);

#define FUZZ_ASSERT(condition) \
  G_STMT_START { if (!(condition)) g_error ("does not hold: %s", #condition); } G_STMT_END
