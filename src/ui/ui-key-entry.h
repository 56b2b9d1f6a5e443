/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "dtls-key.h"

G_BEGIN_DECLS

#define UI_TYPE_KEY (ui_key_get_type ())
GType ui_key_get_type (void);

/*
 * A key as it is typed: hidden entry with an eye, random key, format; preview, notes and errors
 * below.
 * Properties: "key" (UI_TYPE_KEY; NULL while invalid), "valid" (boolean, read only), "format"
 * (int, DtlsKeyFormat). A label's mnemonic-widget may be the UiKeyEntry itself.
 */
#define UI_TYPE_KEY_ENTRY (ui_key_entry_get_type ())
G_DECLARE_FINAL_TYPE (UiKeyEntry, ui_key_entry, UI, KEY_ENTRY, GtkWidget)

GtkWidget     *ui_key_entry_new        (void);
/* A new reference, NULL while what is typed is no key. */
DtlsKey       *ui_key_entry_dup_key    (UiKeyEntry    *self);
/* Shows the key in the format that was asked for, text only if it is text (else in hex). */
void           ui_key_entry_set_key    (UiKeyEntry    *self,
                                        DtlsKey       *key);
gboolean       ui_key_entry_get_valid  (UiKeyEntry    *self);
DtlsKeyFormat  ui_key_entry_get_format (UiKeyEntry    *self);
DtlsKeyFormat  ui_key_entry_get_typed_format (UiKeyEntry *self);
void           ui_key_entry_set_format (UiKeyEntry    *self,
                                        DtlsKeyFormat  format);
/* what stands in the entry, for tests and for a restored dialog; never saved */
void           ui_key_entry_set_text   (UiKeyEntry    *self,
                                        const char    *text);
void           ui_key_entry_clear      (UiKeyEntry    *self);
GtkEditable   *ui_key_entry_get_entry  (UiKeyEntry    *self);

G_END_DECLS
