/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "dtls-key.h"

G_BEGIN_DECLS

/* One row of the keys editor: an identity and its key, immutable but for what is shown. */
#define UI_TYPE_CREDENTIAL (ui_credential_get_type ())
G_DECLARE_FINAL_TYPE (UiCredential, ui_credential, UI, CREDENTIAL, GObject)

UiCredential *ui_credential_new            (GBytes       *identity,
                                            DtlsKey      *key);
GBytes       *ui_credential_get_identity   (UiCredential *self);
DtlsKey      *ui_credential_get_key        (UiCredential *self);
gboolean      ui_credential_get_revealed   (UiCredential *self);
void          ui_credential_set_revealed   (UiCredential *self,
                                            gboolean      revealed);

/* Whether a psktool file needs the "#hex" form for @identity. */
gboolean      ui_identity_needs_hex        (GBytes       *identity);

G_END_DECLS
