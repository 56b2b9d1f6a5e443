/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "dtls-credentials.h"

G_BEGIN_DECLS

/*
 * The table of identities and keys, as a dialog. Emits "saved" (DtlsCredentials *, const char *path
 * or NULL) when the user accepts; the file, if there is one, is written by then.
 */
#define UI_TYPE_CREDENTIALS_EDITOR (ui_credentials_editor_get_type ())
G_DECLARE_FINAL_TYPE (UiCredentialsEditor, ui_credentials_editor, UI, CREDENTIALS_EDITOR, GtkWindow)

GtkWidget       *ui_credentials_editor_new             (GtkWindow           *parent,
                                                        DtlsCredentials     *credentials,
                                                        const char          *path);
void             ui_credentials_editor_begin_add       (UiCredentialsEditor *self,
                                                        GBytes              *identity);
gboolean         ui_credentials_editor_import          (UiCredentialsEditor *self,
                                                        const char          *path);
gboolean         ui_credentials_editor_export          (UiCredentialsEditor *self,
                                                        const char          *path);
DtlsCredentials *ui_credentials_editor_dup_credentials (UiCredentialsEditor *self);
const char      *ui_credentials_editor_get_path        (UiCredentialsEditor *self);

G_END_DECLS
