/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-credentials.h"

#include "dtls-types.h"

struct _DtlsCredentials
{
  int         ref_count;        /* atomic */
  DtlsKey    *shared;           /* for identities without a key of their own; or NULL */
  GPtrArray  *list;             /* of DtlsCredential, owned, in the order they were added */
  GHashTable *table;            /* GBytes, octets of an identity -> DtlsCredential; lent by the list */
};

static void
credential_free (gpointer data)
{
  DtlsCredential *credential = data;

  g_bytes_unref (credential->identity);
  dtls_key_unref (credential->key);
  g_free (credential);
}

/**
 * dtls_credentials_new:
 *
 * An empty table. Fill it before other threads get it. Returns: (transfer full).
 */
DtlsCredentials *
dtls_credentials_new (void)
{
  DtlsCredentials *self = g_new0 (DtlsCredentials, 1);

  self->ref_count = 1;
  self->list = g_ptr_array_new_with_free_func (credential_free);
  self->table = g_hash_table_new (g_bytes_hash, g_bytes_equal);
  return self;
}

/**
 * dtls_credentials_new_shared:
 * @key: for every identity that is not in the table; a reference is taken
 *
 * Returns: (transfer full). Thread: any.
 */
DtlsCredentials *
dtls_credentials_new_shared (DtlsKey *key)
{
  DtlsCredentials *self;

  g_return_val_if_fail (key != NULL, NULL);

  self = dtls_credentials_new ();
  self->shared = dtls_key_ref (key);
  return self;
}

/**
 * dtls_credentials_ref:
 *
 * Thread: any.
 */
DtlsCredentials *
dtls_credentials_ref (DtlsCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_int_inc (&self->ref_count);
  return self;
}

/**
 * dtls_credentials_unref:
 *
 * Thread: any.
 */
void
dtls_credentials_unref (DtlsCredentials *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_hash_table_unref (self->table);
  g_ptr_array_unref (self->list);
  g_clear_pointer (&self->shared, dtls_key_unref);
  g_free (self);
}

/**
 * dtls_credentials_add:
 * @identity: 1 to %DTLS_MAX_IDENTITY_BYTES octets, of any value; a reference is taken
 * @key: a reference is taken
 *
 * Adds one identity at the end, or gives a known one another key. Thread: the maker's, before
 * others have @self.
 */
void
dtls_credentials_add (DtlsCredentials *self,
                      GBytes          *identity,
                      DtlsKey         *key)
{
  DtlsCredential *credential;

  g_return_if_fail (self != NULL);
  g_return_if_fail (key != NULL);
  g_return_if_fail (identity != NULL && g_bytes_get_size (identity) >= 1
                    && g_bytes_get_size (identity) <= DTLS_MAX_IDENTITY_BYTES);

  credential = g_hash_table_lookup (self->table, identity);
  if (credential != NULL)
    {
      dtls_key_ref (key);
      dtls_key_unref (credential->key);
      credential->key = key;
      return;
    }
  credential = g_new (DtlsCredential, 1);
  credential->identity = g_bytes_ref (identity);
  credential->key = dtls_key_ref (key);
  g_ptr_array_add (self->list, credential);
  g_hash_table_insert (self->table, credential->identity, credential);
}

/**
 * dtls_credentials_remove:
 *
 * Whether the identity was there. Thread: the maker's, before others have @self.
 */
gboolean
dtls_credentials_remove (DtlsCredentials *self,
                         GBytes          *identity)
{
  DtlsCredential *credential;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (identity != NULL, FALSE);

  credential = g_hash_table_lookup (self->table, identity);
  if (credential == NULL)
    return FALSE;
  g_hash_table_remove (self->table, identity);
  g_ptr_array_remove (self->list, credential);
  return TRUE;
}

/**
 * dtls_credentials_copy:
 *
 * A table of its own, to be changed by its owner; the keys themselves are shared.
 * Returns: (transfer full). Thread: any, while nobody changes @self.
 */
DtlsCredentials *
dtls_credentials_copy (DtlsCredentials *self)
{
  DtlsCredentials *copy;
  guint i;

  g_return_val_if_fail (self != NULL, NULL);

  copy = dtls_credentials_new ();
  if (self->shared != NULL)
    copy->shared = dtls_key_ref (self->shared);
  for (i = 0; i < self->list->len; i++)
    {
      const DtlsCredential *credential = g_ptr_array_index (self->list, i);

      dtls_credentials_add (copy, credential->identity, credential->key);
    }
  return copy;
}

/**
 * dtls_credentials_get_shared:
 *
 * Returns: (transfer none) (nullable): the key for every other identity. Thread: any.
 */
DtlsKey *
dtls_credentials_get_shared (DtlsCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->shared;
}

/**
 * dtls_credentials_lookup:
 * @identity: (array length=n_bytes): octets from the network, of any length
 *
 * The key of exactly these octets, else the shared one; never one for more than
 * %DTLS_MAX_IDENTITY_BYTES. Returns: (transfer none) (nullable). Thread: any.
 * Source: RFC 4279, section 5; DTLS-NOTES P1, T36.
 */
DtlsKey *
dtls_credentials_lookup (DtlsCredentials *self,
                         const guint8    *identity,
                         gsize            n_bytes)
{
  const DtlsCredential *credential;
  g_autoptr(GBytes) bytes = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (identity != NULL || n_bytes == 0, NULL);

  if (n_bytes > DTLS_MAX_IDENTITY_BYTES)
    return NULL;
  bytes = g_bytes_new_static (identity, n_bytes);
  credential = g_hash_table_lookup (self->table, bytes);
  return credential != NULL ? credential->key : self->shared;
}

/**
 * dtls_credentials_get_n:
 *
 * How many identities have a key of their own. Thread: any.
 */
guint
dtls_credentials_get_n (DtlsCredentials *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->list->len;
}

/**
 * dtls_credentials_get:
 * @index: below dtls_credentials_get_n()
 *
 * Returns: (transfer none). Thread: any.
 */
const DtlsCredential *
dtls_credentials_get (DtlsCredentials *self,
                      guint            index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->list->len, NULL);

  return g_ptr_array_index (self->list, index);
}

/**
 * dtls_credentials_is_demo:
 *
 * Whether any of the keys is the demonstration key. Thread: any.
 */
gboolean
dtls_credentials_is_demo (DtlsCredentials *self)
{
  guint i;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->shared != NULL && dtls_key_is_demo (self->shared))
    return TRUE;
  for (i = 0; i < self->list->len; i++)
    if (dtls_key_is_demo (((const DtlsCredential *) g_ptr_array_index (self->list, i))->key))
      return TRUE;
  return FALSE;
}

/**
 * dtls_credentials_get_shortest:
 *
 * How many bytes the shortest of the keys has; 0 when there is none. Thread: any.
 */
gsize
dtls_credentials_get_shortest (DtlsCredentials *self)
{
  gsize shortest = G_MAXSIZE, n_bytes;

  g_return_val_if_fail (self != NULL, 0);

  if (self->shared != NULL)
    dtls_key_get_bytes (self->shared, &shortest);
  for (guint i = 0; i < self->list->len; i++)
    {
      dtls_key_get_bytes (((const DtlsCredential *) g_ptr_array_index (self->list, i))->key,
                          &n_bytes);
      shortest = MIN (shortest, n_bytes);
    }
  return shortest == G_MAXSIZE ? 0 : shortest;
}
