/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-event.h"

G_BEGIN_DECLS

/* One object and a newline (DESIGN 3); nothing for an event without a row. */
void report_json_append (const DtlsEvent *event,
                         GString         *text);

G_END_DECLS
