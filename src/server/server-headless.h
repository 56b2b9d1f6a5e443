/* SPDX-License-Identifier: MIT */
#pragma once

#include "server-options.h"

G_BEGIN_DECLS

int server_headless_run (ServerOptions *options);

G_END_DECLS
