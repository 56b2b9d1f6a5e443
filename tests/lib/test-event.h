/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-event.h"

G_BEGIN_DECLS

/* What an event is made of; all that is zero is left out. */
typedef struct
{
  DtlsCode    code;
  gboolean    is_message, is_client, is_first;
  gboolean    has_no_peer;
  guint64     association;
  gint64      time_us;
  const char *ip;               /* NULL: 127.0.0.1 */
  guint16     port;             /* 0: 41022 */
  gint32      number[4];
  const char *name, *identity, *text;
  gsize       n_identity, n_text;       /* 0: strlen */
  const char *wire;
  gsize       n_wire;
  guint8      record, n_records;
} TestEvent;

DtlsEvent *test_event_new (const TestEvent *parts);

G_END_DECLS
