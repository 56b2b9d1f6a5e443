/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-settings.h"

#include <glib/gi18n-lib.h>

/**
 * ui_settings_has_key:
 *
 * Whether the schema has @key: one that it does not have would end the program inside GIO. Thread:
 * the main one.
 */
gboolean
ui_settings_has_key (GSettings  *self,
                     const char *key)
{
  g_autoptr(GSettingsSchema) schema = NULL;

  if (self == NULL)
    return FALSE;

  g_object_get (self, "settings-schema", &schema, NULL);
  return g_settings_schema_has_key (schema, key);
}

/**
 * ui_settings_open:
 *
 * The settings of @schema_id, or NULL where that schema is not installed; this is said on standard
 * error, once for each process. Owned by the caller. Thread: the main one.
 */
GSettings *
ui_settings_open (const char *schema_id)
{
  static gboolean said;
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr(GSettingsSchema) schema = NULL;

  g_return_val_if_fail (schema_id != NULL, NULL);

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, schema_id, TRUE);
  if (schema != NULL)
    return g_settings_new_full (schema, NULL, NULL);

  if (!said)
    /* Translators: %s is the name of a settings schema, such as org.dtlspair.Server */
    g_printerr (_("The settings schema %s is not installed: settings are not kept.\n"), schema_id);
  said = TRUE;
  return NULL;
}

gboolean
ui_settings_get_boolean (GSettings  *self,
                         const char *key,
                         gboolean    fallback)
{
  return ui_settings_has_key (self, key) ? g_settings_get_boolean (self, key) : fallback;
}

/**
 * ui_settings_get_int:
 *
 * The number of a key of type "i" or "u". Thread: the main one.
 */
int
ui_settings_get_int (GSettings  *self,
                     const char *key,
                     int         fallback)
{
  g_autoptr(GVariant) value = NULL;

  if (!ui_settings_has_key (self, key))
    return fallback;

  value = g_settings_get_value (self, key);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return (int) MIN (g_variant_get_uint32 (value), G_MAXINT);
  return g_variant_get_int32 (value);
}

int
ui_settings_get_enum (GSettings  *self,
                      const char *key,
                      int         fallback)
{
  return ui_settings_has_key (self, key) ? g_settings_get_enum (self, key) : fallback;
}

/**
 * ui_settings_get_string:
 *
 * A copy, owned by the caller, never NULL unless @fallback is.
 */
char *
ui_settings_get_string (GSettings  *self,
                        const char *key,
                        const char *fallback)
{
  return ui_settings_has_key (self, key) ? g_settings_get_string (self, key) : g_strdup (fallback);
}

void
ui_settings_set_boolean (GSettings  *self,
                         const char *key,
                         gboolean    value)
{
  if (ui_settings_has_key (self, key))
    g_settings_set_boolean (self, key, value);
}

/**
 * ui_settings_set_int:
 *
 * Sets a key of type "i" or "u"; a number outside the key's range is not kept.
 */
void
ui_settings_set_int (GSettings  *self,
                     const char *key,
                     int         value)
{
  g_autoptr(GSettingsSchema) schema = NULL;
  g_autoptr(GSettingsSchemaKey) description = NULL;
  g_autoptr(GVariant) variant = NULL;

  if (!ui_settings_has_key (self, key))
    return;

  g_object_get (self, "settings-schema", &schema, NULL);
  description = g_settings_schema_get_key (schema, key);
  if (g_variant_type_equal (g_settings_schema_key_get_value_type (description),
                            G_VARIANT_TYPE_UINT32))
    variant = g_variant_ref_sink (g_variant_new_uint32 ((guint32) MAX (value, 0)));
  else
    variant = g_variant_ref_sink (g_variant_new_int32 (value));

  if (g_settings_schema_key_range_check (description, variant))
    g_settings_set_value (self, key, variant);
}

void
ui_settings_set_enum (GSettings  *self,
                      const char *key,
                      int         value)
{
  if (ui_settings_has_key (self, key))
    g_settings_set_enum (self, key, value);
}

void
ui_settings_set_string (GSettings  *self,
                        const char *key,
                        const char *value)
{
  if (ui_settings_has_key (self, key))
    g_settings_set_string (self, key, value);
}

/**
 * ui_settings_get_strv:
 *
 * A copy of a list of strings, owned by the caller, never NULL; empty without the key.
 */
char **
ui_settings_get_strv (GSettings  *self,
                      const char *key)
{
  return ui_settings_has_key (self, key) ? g_settings_get_strv (self, key) : g_new0 (char *, 1);
}

void
ui_settings_set_strv (GSettings          *self,
                      const char         *key,
                      const char * const *value)
{
  if (ui_settings_has_key (self, key))
    g_settings_set_strv (self, key, value);
}
