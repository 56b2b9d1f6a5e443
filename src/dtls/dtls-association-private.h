/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-association.h"

G_BEGIN_DECLS

/* A record that waits for its turn, copied. */
struct _DtlsHeld
{
  DtlsHeld *next;
  guint     index, n_records;
  guint32   n_bytes;
  guint8    bytes[];
};

gboolean  dtls_association_must_wait (DtlsAssociation  *self,
                                      const DtlsRecord *record);
void      dtls_association_hold      (DtlsAssociation  *self,
                                      const DtlsRecord *record,
                                      guint             index,
                                      guint             n_records);
DtlsHeld *dtls_association_take_held (DtlsAssociation  *self);
void      dtls_association_drop_held (DtlsAssociation  *self);

G_END_DECLS
