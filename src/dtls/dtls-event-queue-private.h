/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-event-queue.h"

G_BEGIN_DECLS

struct _DtlsEventChunk
{
  int     ref_count;            /* atomic */
  guint32 capacity;             /* of bytes */
  guint8  bytes[];              /* aligned to 8; written once, by the writer of the queue */
};

G_STATIC_ASSERT (G_STRUCT_OFFSET (DtlsEventChunk, bytes) % 8 == 0);

DtlsEventChunk *dtls_event_chunk_new (guint32 capacity);

G_END_DECLS
