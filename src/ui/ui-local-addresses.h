/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-address.h"

G_BEGIN_DECLS

/* One address of one interface of this computer that is up. */
typedef struct
{
  DtlsAddress address;          /* port 0 */
  char        interface[16];    /* "eth0" */
} UiLocalAddress;

GArray *ui_local_addresses_list (void);

G_END_DECLS
