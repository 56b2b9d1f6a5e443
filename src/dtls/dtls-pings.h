/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-association.h"

G_BEGIN_DECLS

#define DTLS_PINGS_N_RTT 32

/* A client's pings and what is known from their answers. Plain struct; all zero: no pings. */
typedef struct
{
  gint64  interval_us;          /* 0: none */
  gint64  due_us;
  gint64  sent_us;              /* of the one that is not answered yet; 0: none */
  guint   n_sent;               /* number of the next one */
  guint   n_lost_in_a_row;
  guint32 rtt_us[DTLS_PINGS_N_RTT];
  guint   n_rtt;
} DtlsPings;

void dtls_pings_begin    (DtlsPings       *self,
                          DtlsAssociation *association,
                          gint64           phase_us);
void dtls_pings_end      (DtlsPings       *self);
void dtls_pings_due      (DtlsPings       *self,
                          DtlsAssociation *association);
void dtls_pings_answered (DtlsPings       *self,
                          DtlsAssociation *association);

G_END_DECLS
