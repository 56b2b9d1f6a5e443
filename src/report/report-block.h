/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-event.h"

G_BEGIN_DECLS

/* "DTLS datagram:" and "   87 bytes", or "   87 bytes, record 2 of 3 in this datagram" */
void report_block_append_caption (const DtlsEvent *event,
                                  GString         *text);
/* the whole block as the original prints it: for saving and copying */
void report_block_append         (const DtlsEvent *event,
                                  GString         *text);

G_END_DECLS
