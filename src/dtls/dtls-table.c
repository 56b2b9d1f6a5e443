/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-table.h"

static guint64 path_seed;       /* per process: the peer chooses the keys */

static guint
hash_path (gconstpointer path)
{
  return dtls_path_hash (path, path_seed);
}

static gboolean
equal_path (gconstpointer a, gconstpointer b)
{
  return dtls_path_equal (a, b);
}

/**
 * dtls_table_init:
 *
 * An empty table in memory of the caller's; end it with dtls_table_clear(). Thread: the engine's.
 */
void
dtls_table_init (DtlsTable *self)
{
  if (path_seed == 0)
    path_seed = (guint64) g_random_int () << 32 | g_random_int () | 1;
  self->by_path = g_hash_table_new (hash_path, equal_path);
  self->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_queue_init (&self->half_open);
  g_queue_init (&self->established);
}

static void
unlist (DtlsTable *self, DtlsAssociation *association)
{
  if (!association->listed)
    return;
  g_queue_unlink (association->established ? &self->established : &self->half_open,
                  &association->order);
  association->listed = FALSE;
}

static void
free_association (DtlsTable *self, DtlsAssociation *association)
{
  unlist (self, association);
  if (g_hash_table_lookup (self->by_id, &association->id) == association)
    g_hash_table_remove (self->by_id, &association->id);
  dtls_association_free (association);
}

/**
 * dtls_table_remove:
 *
 * Takes an association out and frees it. Its successor, if it has one, goes on in its place: a
 * late close_notify of the old session is no word about the new handshake. Thread: the engine's.
 */
void
dtls_table_remove (DtlsTable *self, DtlsAssociation *association)
{
  DtlsAssociation *successor = association->successor;

  if (association->predecessor != NULL)
    association->predecessor->successor = NULL;
  else if (g_hash_table_lookup (self->by_path, &association->path) == association)
    g_hash_table_remove (self->by_path, &association->path);
  if (successor != NULL)
    {
      successor->predecessor = NULL;
      dtls_table_add (self, successor);
    }
  free_association (self, association);
}

/**
 * dtls_table_clear:
 *
 * Frees all of them without a word. Thread: the engine's.
 */
void
dtls_table_clear (DtlsTable *self)
{
  GHashTableIter iter;
  gpointer association;

  if (self->by_path == NULL)
    return;
  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &association))
    {
      DtlsAssociation *successor = ((DtlsAssociation *) association)->successor;

      g_hash_table_iter_remove (&iter);
      if (successor != NULL)
        free_association (self, successor);
      free_association (self, association);
    }
  g_clear_pointer (&self->by_path, g_hash_table_unref);
  g_clear_pointer (&self->by_id, g_hash_table_unref);
}

/**
 * dtls_table_find:
 *
 * Returns: (transfer none) (nullable): the association of @path; its successor is found through it.
 * Thread: the engine's.
 */
DtlsAssociation *
dtls_table_find (DtlsTable *self, const DtlsPath *path)
{
  return g_hash_table_lookup (self->by_path, path);
}

/**
 * dtls_table_find_id:
 *
 * Returns: (transfer none) (nullable): the association with this id, if it was added by it.
 * Thread: the engine's.
 */
DtlsAssociation *
dtls_table_find_id (DtlsTable *self, guint64 id)
{
  return g_hash_table_lookup (self->by_id, &id);
}

/**
 * dtls_table_add:
 * @association: (transfer full): on a path that no other one has
 *
 * Thread: the engine's.
 */
void
dtls_table_add (DtlsTable *self, DtlsAssociation *association)
{
  g_hash_table_insert (self->by_path, &association->path, association);
}

/**
 * dtls_table_add_id:
 * @association: in the table
 *
 * Makes it be found by its id, in place of an older one with the same id. Thread: the engine's.
 */
void
dtls_table_add_id (DtlsTable *self, DtlsAssociation *association)
{
  g_hash_table_insert (self->by_id, &association->id, association);
}

/**
 * dtls_table_add_successor:
 * @association: in the table, without a successor
 * @successor: (transfer full): half-open, on the same path (S21)
 *
 * Thread: the engine's.
 */
void
dtls_table_add_successor (DtlsTable *self, DtlsAssociation *association,
                          DtlsAssociation *successor)
{
  g_assert (association->successor == NULL);
  association->successor = successor;
  successor->predecessor = association;
}

/**
 * dtls_table_list:
 * @list: half_open or established of this table
 *
 * Puts it at the end of @list, out of the one it was in. To be called before its state changes
 * list, that is while `established` still names the list it is in. Thread: the engine's.
 */
void
dtls_table_list (DtlsTable *self, GQueue *list, DtlsAssociation *association)
{
  if (association->listed)
    g_queue_unlink (list == &self->established ? &self->half_open : &self->established,
                    &association->order);
  g_queue_push_tail_link (list, &association->order);
  association->listed = TRUE;
}

/**
 * dtls_table_touch:
 *
 * Marks it as the most recently used one: two pointers move, nothing else. Thread: the engine's.
 */
void
dtls_table_touch (DtlsTable *self, DtlsAssociation *association)
{
  if (!association->listed || self->established.tail == &association->order)
    return;
  g_queue_unlink (&self->established, &association->order);
  g_queue_push_tail_link (&self->established, &association->order);
}

/**
 * dtls_table_promote:
 * @successor: its handshake is proven
 *
 * Gives it the entry of its predecessor.
 *
 * Returns: (transfer full): the predecessor, out of the table and ready to be freed.
 * Thread: the engine's.
 */
DtlsAssociation *
dtls_table_promote (DtlsTable *self, DtlsAssociation *successor)
{
  DtlsAssociation *old = successor->predecessor;

  g_hash_table_remove (self->by_path, &old->path);
  old->successor = NULL;
  successor->predecessor = NULL;
  dtls_table_add (self, successor);
  return old;
}

/**
 * dtls_table_move_socket:
 *
 * The socket @from was opened again as @to: its associations go along. Thread: the engine's.
 */
void
dtls_table_move_socket (DtlsTable *self, guint32 from, guint32 to)
{
  g_autoptr (GPtrArray) moved = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      DtlsAssociation *association = value;

      if (association->path.socket != from)
        continue;
      g_hash_table_iter_remove (&iter);
      g_ptr_array_add (moved, association);
    }
  for (guint i = 0; i < moved->len; i++)
    {
      DtlsAssociation *association = g_ptr_array_index (moved, i);

      association->path.socket = to;
      if (association->successor != NULL)
        association->successor->path.socket = to;
      dtls_table_add (self, association);
    }
}
