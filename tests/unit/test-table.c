/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-table.h"

#include <string.h>

#include "test-pipe.h"
#include "test-util.h"

/* A table and what associations need around them; nothing is ever sent. */
typedef struct
{
  DtlsHub            hub;
  DtlsTable          table;
  DtlsSessionConfig *config;
  guint64            last_id;
} Fixture;

static void
output_cb (gpointer owner, const giovec_t *vec, int n)
{
}

static const DtlsPolicy policy = { .session = { output_cb, NULL, NULL } };

static Fixture *
fixture_new (void)
{
  Fixture *self = g_new0 (Fixture, 1);
  g_autoptr (TestNetwork) network = test_network_new ();
  g_autoptr (DtlsTransport) pipe = test_pipe_new (network);
  g_autoptr (DtlsEventQueue) queue = dtls_event_queue_new (1 << 20, 1000);
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsProfile) profile = dtls_profile_new ("compatible", &error);

  g_assert_no_error (error);
  dtls_hub_init (&self->hub, pipe, queue, 1);
  dtls_table_init (&self->table);
  self->config = dtls_session_config_new (DTLS_ROLE_SERVER, profile, NULL, 0, 0, &error);
  g_assert_no_error (error);
  return self;
}

static void
fixture_free (Fixture *self)
{
  dtls_table_clear (&self->table);
  dtls_session_config_unref (self->config);
  dtls_hub_clear (&self->hub);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static DtlsPath
make_path (guint16 port)
{
  DtlsPath path = { .peer = test_address ("192.0.2.1", port), .socket = 1 };

  return path;
}

static DtlsAssociation *
make (Fixture *self, guint16 port)
{
  DtlsPath path = make_path (port);
  DtlsAssociation *association = dtls_association_new (&self->hub, &policy, self, ++self->last_id,
                                                       &path, self->config, NULL);

  g_assert_nonnull (association);
  dtls_table_add_id (&self->table, association);
  return association;
}

static DtlsAssociation *
add_half_open (Fixture *self, guint16 port)
{
  DtlsAssociation *association = make (self, port);

  dtls_table_add (&self->table, association);
  dtls_table_list (&self->table, &self->table.half_open, association);
  return association;
}

static void
establish (Fixture *self, DtlsAssociation *association)
{
  association->established = TRUE;
  dtls_table_list (&self->table, &self->table.established, association);
}

static DtlsAssociation *
find (Fixture *self, guint16 port)
{
  DtlsPath path = make_path (port);

  return dtls_table_find (&self->table, &path);
}

static void
assert_lengths (Fixture *self, guint n_paths, guint n_ids, guint n_half_open, guint n_established)
{
  g_assert_cmpuint (g_hash_table_size (self->table.by_path), ==, n_paths);
  g_assert_cmpuint (g_hash_table_size (self->table.by_id), ==, n_ids);
  g_assert_cmpuint (self->table.half_open.length, ==, n_half_open);
  g_assert_cmpuint (self->table.established.length, ==, n_established);
}

static void
test_table_find (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  DtlsAssociation *a = add_half_open (fixture, 1), *b = add_half_open (fixture, 2);
  DtlsPath other = make_path (1);

  g_assert_true (find (fixture, 1) == a);
  g_assert_true (find (fixture, 2) == b);
  g_assert_null (find (fixture, 3));
  other.local[0] = 1;
  g_assert_null (dtls_table_find (&fixture->table, &other));
  other = make_path (1);
  other.socket = 2;
  g_assert_null (dtls_table_find (&fixture->table, &other));
  g_assert_true (dtls_table_find_id (&fixture->table, a->id) == a);
  g_assert_null (dtls_table_find_id (&fixture->table, 99));
}

/* The heads are the victims: the oldest half-open one, the least recently used established one. */
static void
test_table_order (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  DtlsAssociation *some[4];

  for (guint i = 0; i < 4; i++)
    some[i] = add_half_open (fixture, 1 + i);
  g_assert_true (g_queue_peek_head (&fixture->table.half_open) == some[0]);
  for (guint i = 0; i < 4; i++)
    establish (fixture, some[3 - i]);
  assert_lengths (fixture, 4, 4, 0, 4);
  g_assert_true (g_queue_peek_head (&fixture->table.established) == some[3]);
  dtls_table_touch (&fixture->table, some[3]);
  dtls_table_touch (&fixture->table, some[1]);
  dtls_table_touch (&fixture->table, some[1]);
  g_assert_true (g_queue_peek_head (&fixture->table.established) == some[2]);
  g_assert_true (g_queue_peek_tail (&fixture->table.established) == some[1]);
  dtls_table_remove (&fixture->table, some[2]);
  g_assert_true (g_queue_peek_head (&fixture->table.established) == some[0]);
  assert_lengths (fixture, 3, 3, 0, 3);
}

static void
test_table_promote (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  DtlsAssociation *old = add_half_open (fixture, 1), *new = make (fixture, 1), *out;

  establish (fixture, old);
  dtls_table_add_successor (&fixture->table, old, new);
  dtls_table_list (&fixture->table, &fixture->table.half_open, new);
  g_assert_true (find (fixture, 1) == old);
  assert_lengths (fixture, 1, 2, 1, 1);
  new->established = TRUE;
  out = dtls_table_promote (&fixture->table, new);
  g_assert_true (out == old);
  g_assert_true (find (fixture, 1) == new);
  dtls_table_remove (&fixture->table, old);
  g_assert_true (find (fixture, 1) == new);
  dtls_table_list (&fixture->table, &fixture->table.established, new);
  assert_lengths (fixture, 1, 1, 0, 1);
}

/* Either of the two may end first, and the other one goes on. */
static void
test_table_remove_either (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  DtlsAssociation *old = add_half_open (fixture, 1), *new = make (fixture, 1);

  establish (fixture, old);
  dtls_table_add_successor (&fixture->table, old, new);
  dtls_table_list (&fixture->table, &fixture->table.half_open, new);
  dtls_table_remove (&fixture->table, new);
  g_assert_null (old->successor);
  g_assert_true (find (fixture, 1) == old);
  assert_lengths (fixture, 1, 1, 0, 1);

  new = make (fixture, 1);
  dtls_table_add_successor (&fixture->table, old, new);
  dtls_table_list (&fixture->table, &fixture->table.half_open, new);
  dtls_table_remove (&fixture->table, old);
  g_assert_null (new->predecessor);
  g_assert_true (find (fixture, 1) == new);
  assert_lengths (fixture, 1, 1, 1, 0);
}

/* With successors in it: nothing is left, nothing freed twice (the sanitizers look). */
static void
test_table_clear (void)
{
  Fixture *fixture = fixture_new ();

  for (guint i = 0; i < 100; i++)
    {
      DtlsAssociation *old = add_half_open (fixture, 1 + i);

      if (i % 3 == 0)
        continue;
      establish (fixture, old);
      if (i % 3 == 1)
        continue;
      dtls_table_add_successor (&fixture->table, old, make (fixture, 1 + i));
      dtls_table_list (&fixture->table, &fixture->table.half_open, old->successor);
      dtls_deadlines_set (&fixture->hub.deadlines, &old->successor->deadline, i);
    }
  dtls_table_clear (&fixture->table);
  g_assert_cmpint (dtls_deadlines_next (&fixture->hub.deadlines), ==, G_MAXINT64);
  g_assert_cmpuint (fixture->table.half_open.length, ==, 0);
  g_assert_cmpuint (fixture->table.established.length, ==, 0);
  fixture_free (fixture);
}

/* The socket was opened again under another number: everybody moves, keys and all. */
static void
test_table_move_socket (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  DtlsAssociation *a = add_half_open (fixture, 1), *b = add_half_open (fixture, 2);
  DtlsPath path = make_path (1);

  establish (fixture, a);
  dtls_table_add_successor (&fixture->table, a, make (fixture, 1));
  dtls_table_move_socket (&fixture->table, 1, 7);
  g_assert_null (find (fixture, 1));
  path.socket = 7;
  g_assert_true (dtls_table_find (&fixture->table, &path) == a);
  g_assert_cmpuint (a->successor->path.socket, ==, 7);
  g_assert_cmpuint (b->path.socket, ==, 7);
  dtls_table_move_socket (&fixture->table, 3, 9);
  g_assert_cmpuint (b->path.socket, ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/table/find", test_table_find);
  g_test_add_func ("/dtls/table/order", test_table_order);
  g_test_add_func ("/dtls/table/promote", test_table_promote);
  g_test_add_func ("/dtls/table/remove-either", test_table_remove_either);
  g_test_add_func ("/dtls/table/clear", test_table_clear);
  g_test_add_func ("/dtls/table/move-socket", test_table_move_socket);
  return g_test_run ();
}
