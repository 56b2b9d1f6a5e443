/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-transport.h"

G_BEGIN_DECLS

#define DTLS_TYPE_IMPAIRMENT (dtls_impairment_get_type ())
G_DECLARE_FINAL_TYPE (DtlsImpairment, dtls_impairment, DTLS, IMPAIRMENT, GObject)

typedef struct
{
  double drop, duplicate, reorder, corrupt, truncate;   /* probabilities, 0 to 1, each direction */
  gint64 delay_us, jitter_us;                           /* one way; a reordered one waits twice as long */
} DtlsImpairmentRates;

DtlsTransport *dtls_impairment_new       (DtlsTransport              *inner,
                                          guint64                     seed);
void           dtls_impairment_set_rates (DtlsImpairment             *self,
                                          const DtlsImpairmentRates  *rates);
guint64        dtls_impairment_get_n_dropped (DtlsImpairment         *self);

G_END_DECLS
