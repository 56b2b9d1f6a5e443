/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-departed.h"

enum
{
  GENERATION_US = 30 * G_USEC_PER_SEC,  /* a client repeats for a minute */
  MAX_IN_GENERATION = 16384     /* more than connections can end before the older ones are gone */
};

typedef enum
{
  MARK_NONE,
  MARK_ENDED,
  MARK_SAID_BYE
} DtlsDepartedMark;

/**
 * dtls_departed_init:
 *
 * Nobody, in memory of the caller's; end it with dtls_departed_clear(). Thread: the engine's.
 */
void
dtls_departed_init (DtlsDeparted *self, gint64 now_us)
{
  self->newer = g_hash_table_new (NULL, NULL);
  self->older = g_hash_table_new (NULL, NULL);
  self->turned_us = now_us;
  self->seed = (guint64) g_random_int () << 32 | g_random_int ();
  self->n_named = 0;
}

/**
 * dtls_departed_clear:
 *
 * Harmless when repeated. Thread: the engine's.
 */
void
dtls_departed_clear (DtlsDeparted *self)
{
  g_clear_pointer (&self->newer, g_hash_table_unref);
  g_clear_pointer (&self->older, g_hash_table_unref);
}

static void
turn (DtlsDeparted *self, gint64 now_us)
{
  gint64 age_us = now_us - self->turned_us;
  GHashTable *emptied = self->older;

  if (age_us < GENERATION_US && g_hash_table_size (self->newer) < MAX_IN_GENERATION)
    return;
  if (age_us >= 2 * (gint64) GENERATION_US)
    g_hash_table_remove_all (self->newer);
  g_hash_table_remove_all (emptied);
  self->older = self->newer;
  self->newer = emptied;
  self->turned_us = now_us;
}

/* Which generation knows the path @hash, or NULL. */
static GHashTable *
find (DtlsDeparted *self, gpointer hash)
{
  if (g_hash_table_contains (self->newer, hash))
    return self->newer;
  return g_hash_table_contains (self->older, hash) ? self->older : NULL;
}

static gpointer
get_hash (DtlsDeparted *self, const DtlsPath *path)
{
  return GUINT_TO_POINTER (dtls_path_hash (path, self->seed));
}

/**
 * dtls_departed_add:
 * @path: of an association that is over
 *
 * Remembers it for 30 seconds at least and 90 at most; when very many end at once, for less.
 * Thread: the engine's.
 */
void
dtls_departed_add (DtlsDeparted *self, const DtlsPath *path, gint64 now_us)
{
  turn (self, now_us);
  g_hash_table_insert (self->newer, get_hash (self, path), GUINT_TO_POINTER (MARK_ENDED));
}

/**
 * dtls_departed_name:
 * @id: of an established association that is over
 *
 * Remembers who it was with, as one of the last DTLS_DEPARTED_NAMED. Thread: the engine's.
 */
void
dtls_departed_name (DtlsDeparted *self, guint64 id, const DtlsPath *path)
{
  guint at = self->n_named++ % DTLS_DEPARTED_NAMED;

  self->ids[at] = id;
  self->peers[at] = path->peer;
}

/**
 * dtls_departed_find:
 * @peer: (out): who it was with; written only on TRUE
 *
 * Returns: whether @id is one of the associations that ended last. Thread: the engine's.
 */
gboolean
dtls_departed_find (DtlsDeparted *self, guint64 id, DtlsAddress *peer)
{
  for (guint i = 0; i < MIN (self->n_named, DTLS_DEPARTED_NAMED); i++)
    if (self->ids[i] == id)
      {
        *peer = self->peers[i];
        return TRUE;
      }
  return FALSE;
}

/**
 * dtls_departed_has:
 *
 * Returns: whether an association on @path ended lately. One stranger in 100 000 may be taken for
 * such a peer, but none can choose to be. Thread: the engine's.
 */
gboolean
dtls_departed_has (DtlsDeparted *self, const DtlsPath *path, gint64 now_us)
{
  turn (self, now_us);
  return find (self, get_hash (self, path)) != NULL;
}

/**
 * dtls_departed_say_bye:
 * @path: of which dtls_departed_has() is TRUE
 *
 * The peer says goodbye as well, which is how every connection ends.
 *
 * Returns: whether it had not done so yet. Thread: the engine's.
 */
gboolean
dtls_departed_say_bye (DtlsDeparted *self, const DtlsPath *path)
{
  gpointer hash = get_hash (self, path);
  GHashTable *generation = find (self, hash);

  if (GPOINTER_TO_UINT (g_hash_table_lookup (generation, hash)) == MARK_SAID_BYE)
    return FALSE;
  g_hash_table_insert (generation, hash, GUINT_TO_POINTER (MARK_SAID_BYE));
  return TRUE;
}
