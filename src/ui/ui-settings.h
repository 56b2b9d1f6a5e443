/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * GSettings that may be missing: an uninstalled program has no schema. Each getter takes NULL for
 * the settings and then gives @fallback; each setter does nothing then. The two of "int" are for
 * keys of type "u" as well.
 */
GSettings *ui_settings_open        (const char *schema_id);
gboolean   ui_settings_has_key     (GSettings  *self,
                                    const char *key);

gboolean   ui_settings_get_boolean (GSettings  *self,
                                    const char *key,
                                    gboolean    fallback);
int        ui_settings_get_int     (GSettings  *self,
                                    const char *key,
                                    int         fallback);
int        ui_settings_get_enum    (GSettings  *self,
                                    const char *key,
                                    int         fallback);
char      *ui_settings_get_string  (GSettings  *self,
                                    const char *key,
                                    const char *fallback);
char     **ui_settings_get_strv    (GSettings  *self,
                                    const char *key);

void       ui_settings_set_boolean (GSettings  *self,
                                    const char *key,
                                    gboolean    value);
void       ui_settings_set_int     (GSettings  *self,
                                    const char *key,
                                    int         value);
void       ui_settings_set_enum    (GSettings  *self,
                                    const char *key,
                                    int         value);
void       ui_settings_set_string  (GSettings  *self,
                                    const char *key,
                                    const char *value);
void       ui_settings_set_strv    (GSettings          *self,
                                    const char         *key,
                                    const char * const *value);

G_END_DECLS
