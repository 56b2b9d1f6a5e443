/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void test_enter_namespace (void);

G_END_DECLS
