/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "dtls-credentials.h"
#include "dtls-profile.h"

G_BEGIN_DECLS

/* What the command lines of both programs share. Every error is one sentence. */

gboolean         report_options_parse        (GOptionEntry   *entries,
                                              const char     *summary,
                                              gpointer        user_data,
                                              char          **argv,
                                              char          **answer,
                                              GError        **error);
gboolean         report_option_fail          (GError        **error,
                                              const char     *option,
                                              const char     *value,
                                              const char     *why);
gboolean         report_option_integer       (const char     *option,
                                              const char     *value,
                                              guint           minimum,
                                              guint           maximum,
                                              guint          *number,
                                              GError        **error);
gboolean         report_option_seconds       (const char     *option,
                                              const char     *value,
                                              guint           minimum_ms,
                                              guint           maximum_ms,
                                              guint          *ms,
                                              GError        **error);
gboolean         report_option_limit         (const char     *value,
                                              DtlsRole        role,
                                              DtlsLimits     *limits,
                                              GError        **error);
gboolean         report_option_mtu           (const char     *value,
                                              guint          *mtu,
                                              GError        **error);
gboolean         report_option_profile       (const char     *value,
                                              DtlsProfile   **profile,
                                              GError        **error);
gboolean         report_option_needs_headless (const char    *option,
                                              gboolean        is_given,
                                              GError        **error);
gboolean         report_option_key_file      (const char     *key_file,
                                              const char     *shared_key_file,
                                              const char     *directory,
                                              char          **path,
                                              gboolean       *is_shared,
                                              GError        **error);
DtlsCredentials *report_option_load_keys     (const char     *path,
                                              gboolean        is_shared,
                                              GInputStream   *input,
                                              GError        **error);
void             report_option_print_error   (const char     *message);

G_END_DECLS
