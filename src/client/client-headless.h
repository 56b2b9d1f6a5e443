/* SPDX-License-Identifier: MIT */
#pragma once

#include "client-options.h"

G_BEGIN_DECLS

int client_headless_run (const ClientOptions *options);

G_END_DECLS
