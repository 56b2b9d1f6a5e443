/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui-credential.h"
#include "ui-credentials-editor.h"
#include "ui-key-entry.h"

G_BEGIN_DECLS

struct _UiCredentialsEditor
{
  GtkWindow           parent_instance;

  GtkRevealer        *error_revealer;
  GtkLabel           *error_label;
  GtkLabel           *caption;
  GtkStack           *stack;
  GtkColumnView      *view;
  GtkSingleSelection *selection;
  GtkRevealer        *form_revealer;
  GtkWidget          *form;
  GtkEntry           *identity_entry;
  GtkDropDown        *identity_format;
  GtkLabel           *identity_error;
  UiKeyEntry         *key_entry;
  GtkButton          *form_apply;
  GtkImage           *file_icon;
  GtkLabel           *file_label;
  GtkWidget          *add_button;
  GtkWidget          *accept_button;

  GListStore         *rows;     /* UiCredential */
  UiCredential       *changing; /* the row that the form changes; NULL: it adds one */
  gboolean            from_line; /* the form was asked for from outside, about one identity */
  char               *path;     /* file of the table; NULL: none */
  GtkFileChooserNative *chooser;
};

/* ui-credentials-editor.c */
void ui_credentials_editor_put         (UiCredentialsEditor *self,
                                        DtlsCredentials     *credentials);
void ui_credentials_editor_show_error  (UiCredentialsEditor *self,
                                        const char          *message);
void ui_credentials_editor_update_file (UiCredentialsEditor *self);

/* ui-credentials-editor-files.c */
void ui_credentials_editor_install_file_actions (GtkWidgetClass *widget_class);

G_END_DECLS
