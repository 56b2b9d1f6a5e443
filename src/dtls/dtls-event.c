/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-event.h"

/* An event is complete by itself and its bytes stand right behind it: no field may be a pointer, the
 * header keeps the alignment of the next one, and each kind is one bit of DTLS_EVENT_ALL. */
G_STATIC_ASSERT (G_ALIGNOF (DtlsEvent) <= 8);
G_STATIC_ASSERT (G_STRUCT_OFFSET (DtlsEvent, totals) % 8 == 0);
G_STATIC_ASSERT ((DTLS_EVENT_MESSAGE | DTLS_EVENT_STATE | DTLS_EVENT_DIAGNOSIS) == DTLS_EVENT_ALL);
G_STATIC_ASSERT (DTLS_MAX_IDENTITY_BYTES <= G_MAXUINT16);
