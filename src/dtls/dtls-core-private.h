/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-core.h"

G_BEGIN_DECLS

/* A message sent again and again. */
typedef struct
{
  DtlsDeadline deadline;
  guint64      id;
  GBytes      *bytes;
  gint64       interval_us;
  guint        left;            /* 0: for ever */
  gboolean     told;            /* that nobody is there now */
} Repeat;

struct _DtlsCore
{
  DtlsHub       hub;
  DtlsTable     table;
  DtlsListener  listener;
  DtlsConnector connector;
  GPtrArray    *repeats;        /* of Repeat */
  DtlsDatagram  slots[DTLS_BURST];
  guint8       *memory;         /* of the slots: mapped, touched as far as it is used */
  guint64       drops;
  gint64        slept_us;       /* of this computer, since it was started */
};

void dtls_core_free_repeat (gpointer      repeat);
void dtls_core_repeat_due  (DtlsCore     *self,
                            DtlsDeadline *deadline);

G_END_DECLS
