/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "dtls-credentials.h"
#include "dtls-error.h"
#include "test-util.h"
#include "test-wipes.h"

#define OTHER_UID 4321

static int pretended_uid = -1;  /* -1: the true one */

/* Takes the place of the C library's: ownership is tested as root and as anybody else. */
uid_t
geteuid (void)
{
  return pretended_uid >= 0 ? (uid_t) pretended_uid : getuid ();
}

static void
add (DtlsCredentials *self,
     const char      *identity,
     gsize            n_identity,
     const char      *key)
{
  g_autoptr(GBytes) bytes = g_bytes_new (identity, n_identity);
  g_autoptr(DtlsKey) secret = dtls_key_new ((const guint8 *) key, strlen (key));

  dtls_credentials_add (self, bytes, secret);
}

static void
assert_key (DtlsCredentials *self,
            const char      *identity,
            gsize            n_identity,
            const char      *bytes,
            gsize            n_bytes)
{
  DtlsKey *key = dtls_credentials_lookup (self, (const guint8 *) identity, n_identity);
  const guint8 *found;
  gsize n_found;

  if (bytes == NULL)
    {
      g_assert_null (key);
      return;
    }
  g_assert_nonnull (key);
  found = dtls_key_get_bytes (key, &n_found);
  g_assert_cmpmem (found, n_found, bytes, n_bytes);
}

#define ASSERT_KEY(self, identity, bytes) \
  assert_key (self, identity, sizeof (identity) - 1, bytes, sizeof (bytes) - 1)
#define ASSERT_NO_KEY(self, identity) \
  assert_key (self, identity, sizeof (identity) - 1, NULL, 0)

static DtlsCredentials *
parse (const char  *text,
       gsize        n_bytes,
       GError     **error)
{
  return dtls_credentials_parse (text, n_bytes, "keys.psk", error);
}

#define PARSE(text, error) parse (text, sizeof (text) - 1, error)

static void
test_credentials_octets (void)
{
  static const struct { const char *identity; gsize n; } five[] = {
    { "id", 2 }, { "id\0", 3 }, { "id\0x", 4 }, { " id", 3 }, { "ID", 2 }
  };
  static const char *const keys[] = { "k0", "k1", "k2", "k3", "k4" };
  g_autoptr(DtlsCredentials) self = dtls_credentials_new ();
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (five); i++)
    {
      assert_key (self, five[i].identity, five[i].n, NULL, 0);
      add (self, five[i].identity, five[i].n, keys[i]);
    }
  g_assert_cmpuint (dtls_credentials_get_n (self), ==, 5);
  for (i = 0; i < G_N_ELEMENTS (five); i++)
    assert_key (self, five[i].identity, five[i].n, keys[i], 2);
  ASSERT_NO_KEY (self, "i");
  ASSERT_NO_KEY (self, "id ");
  ASSERT_NO_KEY (self, "");
}

static void
test_credentials_length (void)
{
  g_autofree char *long_identity = g_strnfill (DTLS_MAX_IDENTITY_BYTES + 1, 'i');
  g_autofree char *bytes = g_strnfill (DTLS_KEY_MAX_BYTES, 'k');
  g_autoptr(DtlsKey) key = dtls_key_new ((const guint8 *) bytes, DTLS_KEY_MAX_BYTES);
  g_autoptr(DtlsCredentials) self = dtls_credentials_new_shared (key);

  g_assert_cmpuint (DTLS_MAX_IDENTITY_BYTES, >=, 128);  /* RFC 4279, section 5.3 */
  add (self, long_identity, 128, "k128");
  add (self, long_identity, DTLS_MAX_IDENTITY_BYTES, "most");
  assert_key (self, long_identity, 128, "k128", 4);
  assert_key (self, long_identity, DTLS_MAX_IDENTITY_BYTES, "most", 4);
  assert_key (self, long_identity, 200, bytes, DTLS_KEY_MAX_BYTES);
  /* beyond the cap there is no key, not even the shared one */
  assert_key (self, long_identity, DTLS_MAX_IDENTITY_BYTES + 1, NULL, 0);
}

static void
test_credentials_shared (void)
{
  g_autoptr(DtlsKey) key = dtls_key_new ((const guint8 *) "shared", 6);
  g_autoptr(DtlsCredentials) self = dtls_credentials_new_shared (key);

  g_assert_true (dtls_credentials_get_shared (self) == key);
  ASSERT_KEY (self, "anyone", "shared");
  ASSERT_KEY (self, "", "shared");
  add (self, "bob", 3, "bob's");
  ASSERT_KEY (self, "bob", "bob's");
  ASSERT_KEY (self, "bo", "shared");
}

static void
assert_identity (DtlsCredentials *self,
                 guint            index,
                 const char      *text)
{
  gsize n_bytes;
  const char *bytes = g_bytes_get_data (dtls_credentials_get (self, index)->identity, &n_bytes);

  g_assert_cmpmem (bytes, n_bytes, text, strlen (text));
}

static void
test_credentials_change (void)
{
  g_autoptr(DtlsCredentials) self = dtls_credentials_new (), copy = NULL;
  g_autoptr(GBytes) bob = g_bytes_new ("bob", 3);

  add (self, "alice", 5, "a1");
  add (self, "bob", 3, "b1");
  add (self, "carol", 5, "c1");
  add (self, "alice", 5, "a2");                 /* another key, the same place */
  g_assert_cmpuint (dtls_credentials_get_n (self), ==, 3);
  ASSERT_KEY (self, "alice", "a2");
  copy = dtls_credentials_copy (self);

  g_assert_true (dtls_credentials_remove (self, bob));
  g_assert_false (dtls_credentials_remove (self, bob));
  ASSERT_NO_KEY (self, "bob");
  g_assert_cmpuint (dtls_credentials_get_n (self), ==, 2);
  assert_identity (self, 0, "alice");
  assert_identity (self, 1, "carol");

  ASSERT_KEY (copy, "bob", "b1");               /* the copy is its own */
  g_assert_cmpuint (dtls_credentials_get_n (copy), ==, 3);
  g_assert_true (g_bytes_equal (dtls_credentials_get (copy, 1)->identity, bob));
}

static void
test_credentials_demo (void)
{
  g_autoptr(DtlsKey) demo = dtls_key_new_demo ();
  g_autoptr(DtlsCredentials) shared = dtls_credentials_new_shared (demo);
  g_autoptr(DtlsCredentials) table = dtls_credentials_new ();
  g_autoptr(GBytes) identity = g_bytes_new ("x", 1);

  g_assert_true (dtls_credentials_is_demo (shared));
  add (table, "alice", 5, "secret");
  g_assert_false (dtls_credentials_is_demo (table));
  dtls_credentials_add (table, identity, demo);
  g_assert_true (dtls_credentials_is_demo (table));
}

static void
test_credentials_parse (void)
{
  static const char text[] =
    "\xef\xbb\xbf" "alice:1a2b\r\n"
    "\n"
    "  \t\n"
    "urn:imei:1:00ff\n"
    "#00ff3a:AA\n"
    " bob :0x01 02\n"
    "\xff\x01:0c\n"
    "no end:0d";
  g_autoptr(GError) error = NULL;
  g_autoptr(DtlsCredentials) self = PARSE (text, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (dtls_credentials_get_n (self), ==, 6);
  ASSERT_KEY (self, "alice", "\x1a\x2b");
  ASSERT_KEY (self, "urn:imei:1", "\x00\xff");          /* the last colon */
  ASSERT_KEY (self, "\x00\xff:", "\xaa");
  ASSERT_KEY (self, " bob ", "\x01\x02");
  ASSERT_KEY (self, "\xff\x01", "\x0c");
  ASSERT_KEY (self, "no end", "\x0d");
  ASSERT_NO_KEY (self, "urn");
  ASSERT_NO_KEY (self, "bob");
}

static void
test_credentials_malformed (void)
{
  static const struct { const char *line; gsize n; } cases[] = {
#define LINE(text) { text, sizeof (text) - 1 }
    LINE ("zebra"), LINE ("zebra:"), LINE ("zebra:5ec"), LINE ("zebra:5ec2e7zz"), LINE (":5ec2e7"),
    LINE ("#:5ec2e7"), LINE ("#5ec:5ec2e7"), LINE ("#zebra0:5ec2e7"), LINE ("zebra:5e\0c2"),
    LINE ("# a zebra's key"), LINE ("# zebra: one"), LINE ("zebra;5ec2e7"), LINE ("zebra:5ec2e7:")
#undef LINE
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GString) text = g_string_new ("alice:1a2b\n\nbob:01\n");
      g_autoptr(GError) error = NULL;
      g_autoptr(DtlsCredentials) self = NULL;

      g_string_append_len (text, cases[i].line, (gssize) cases[i].n);
      g_string_append (text, "\ncarol:02\n");
      self = parse (text->str, text->len, &error);
      g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
      g_assert_null (self);                     /* all or nothing */
      g_assert_true (g_str_has_prefix (error->message, "keys.psk, line 4: "));
      g_assert_null (strstr (error->message, "zebra"));
      g_assert_null (strstr (error->message, "5e"));
      g_assert_null (strstr (error->message, "zz"));
    }
}

static void
test_credentials_malformed_length (void)
{
  g_autofree char *identity = g_strnfill (257, 'i');
  g_autofree char *key = g_strnfill (2 * 513, 'a');
  g_autofree char *hex_identity = g_strnfill (2 * 257, 'a');
  char *lines[3];
  gsize i;

  lines[0] = g_strconcat (identity, ":1a2b\n", NULL);
  lines[1] = g_strconcat ("#", hex_identity, ":1a2b\n", NULL);
  lines[2] = g_strconcat ("x:", key, "\n", NULL);
  for (i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(DtlsCredentials) self = parse (lines[i], strlen (lines[i]), &error);

      g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
      g_assert_null (self);
      g_assert_true (g_str_has_prefix (error->message, "keys.psk, line 1: "));
      g_assert_cmpuint (strlen (error->message), <, 100);
    }
  for (i = 0; i < G_N_ELEMENTS (lines); i++)
    g_free (lines[i]);
}

static void
test_credentials_twice (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(DtlsCredentials) self = PARSE ("alice:01\nbob:02\n\n#616c696365:03\n", &error);

  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
  g_assert_null (self);
  g_assert_nonnull (strstr (error->message, "keys.psk, line 4"));
  g_assert_nonnull (strstr (error->message, "line 1"));
  g_assert_null (strstr (error->message, "alice"));
}

static void
test_credentials_empty (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (PARSE ("", &error));
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (PARSE ("\n \n", &error));
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
}

/* A folder of its own for a test's files. */
static char *
write_keys (char       **dir,
            const char  *bytes,
            int          mode)
{
  *dir = test_make_dir ();
  return test_write_file (*dir, "keys.psk", bytes, -1, mode);
}

static void
assert_load (const char *path,
             int         code)          /* -1: it is taken */
{
  g_autoptr(GError) error = NULL;
  g_autoptr(DtlsCredentials) self = dtls_credentials_load (path, &error);

  if (code < 0)
    {
      g_assert_no_error (error);
      ASSERT_KEY (self, "alice", "\x1a\x2b");
      return;
    }
  g_assert_error (error, DTLS_ERROR, code);
  g_assert_null (self);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_credentials_file_mode (void)
{
  static const int closed[] = { 0600, 0400, 0700 };
  static const int open_to_others[] = { 0640, 0620, 0604, 0602, 0644, 0666, 0610 };
  char *dir;
  g_autofree char *path = write_keys (&dir, "alice:1a2b\n", 0600);
  g_autofree char *command = g_strdup_printf ("chmod 600 '%s'", path);
  g_autoptr(DtlsCredentials) self = NULL;
  g_autoptr(GError) error = NULL;
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (closed); i++)
    {
      g_assert_cmpint (g_chmod (path, closed[i]), ==, 0);
      assert_load (path, -1);
    }
  for (i = 0; i < G_N_ELEMENTS (open_to_others); i++)
    {
      g_assert_cmpint (g_chmod (path, open_to_others[i]), ==, 0);
      assert_load (path, DTLS_ERROR_PERMISSION);
    }
  self = dtls_credentials_load (path, &error);
  g_assert_nonnull (strstr (error->message, command));  /* what to type */
  g_clear_error (&error);
  g_assert_null (dtls_credentials_load_shared (path, &error));
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_PERMISSION);
  test_remove_dir (dir);
}

static void
test_credentials_file_owner (void)
{
  char *dir;
  g_autofree char *path = write_keys (&dir, "alice:1a2b\n", 0600);

  if (getuid () == 0)
    {
      pretended_uid = OTHER_UID;
      assert_load (path, -1);                   /* root's file is fine for anybody */
      g_assert_cmpint (chown (path, OTHER_UID, (gid_t) -1), ==, 0);
      assert_load (path, -1);
      pretended_uid = 0;
      assert_load (path, DTLS_ERROR_PERMISSION);
    }
  else
    {
      assert_load (path, -1);
      pretended_uid = (int) getuid () + 1;
      assert_load (path, DTLS_ERROR_PERMISSION);
    }
  pretended_uid = -1;
  test_remove_dir (dir);
}

static void
test_credentials_file_kind (void)
{
  char *dir;
  g_autofree char *path = write_keys (&dir, "alice:1a2b\n", 0600);
  g_autofree char *missing = g_build_filename (dir, "missing", NULL);
  g_autofree char *link = g_build_filename (dir, "link", NULL);

  assert_load (dir, DTLS_ERROR_INVALID);
  assert_load ("/dev/null", DTLS_ERROR_INVALID);
  assert_load (missing, DTLS_ERROR_NOT_FOUND);
  g_assert_cmpint (symlink (path, link), ==, 0);
  assert_load (link, -1);
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  assert_load (link, DTLS_ERROR_PERMISSION);    /* the file counts, not the link */
  test_remove_dir (dir);
}

static int
pipe_with (const char *text)
{
  int ends[2];

  g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
  g_assert_cmpint (write (ends[1], text, strlen (text)), ==, (gssize) strlen (text));
  close (ends[1]);
  return ends[0];
}

static gpointer
fifo_writer_thread (gpointer path)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, "alice:", 6), ==, 6);
  g_assert_cmpint (write (fd, "1a2b\n", 5), ==, 5);
  close (fd);
  return NULL;
}

static void
test_credentials_pipes (void)
{
  char *dir;
  g_autofree char *path = write_keys (&dir, "alice:1a2b\n", 0644);
  g_autofree char *fifo = g_build_filename (dir, "fifo", NULL);
  g_autofree char *pipe_path = NULL, *file_path = NULL;
  int fd = pipe_with ("alice:1a2b\n");
  GThread *writer;

  pipe_path = g_strdup_printf ("/dev/fd/%d", fd);
  assert_load (pipe_path, -1);
  assert_load (pipe_path, DTLS_ERROR_INVALID);          /* it is read once: now it is empty */
  close (fd);

  fd = open (path, O_RDONLY | O_CLOEXEC);               /* "< keys.psk": whoever gave it, may */
  file_path = g_strdup_printf ("/dev/fd/%d", fd);
  assert_load (file_path, -1);
  close (fd);

  g_assert_cmpint (mkfifo (fifo, 0666), ==, 0);
  g_assert_cmpint (g_chmod (fifo, 0666), ==, 0);
  writer = g_thread_new ("fifo", fifo_writer_thread, fifo);
  assert_load (fifo, -1);
  g_thread_join (writer);
  test_remove_dir (dir);
}

static void
test_credentials_standard_input (void)
{
  g_autoptr(DtlsCredentials) self = NULL;
  g_autoptr(GError) error = NULL;
  int old = dup (STDIN_FILENO), fd = pipe_with ("alice:1a2b\nbob:5ec\n");

  g_assert_cmpint (dup2 (fd, STDIN_FILENO), ==, STDIN_FILENO);
  close (fd);
  g_assert_null (dtls_credentials_load ("-", &error));
  g_assert_cmpstr (error->message, ==,
                   "standard input, line 2: A hex digit is missing: each byte has two.");
  g_clear_error (&error);

  fd = pipe_with ("1a:2b\n");
  g_assert_cmpint (dup2 (fd, STDIN_FILENO), ==, STDIN_FILENO);
  close (fd);
  self = dtls_credentials_load_shared ("-", &error);
  g_assert_no_error (error);
  ASSERT_KEY (self, "whoever", "\x1a\x2b");
  g_assert_cmpint (dup2 (old, STDIN_FILENO), ==, STDIN_FILENO);
  close (old);
}

static void
test_credentials_shared_file (void)
{
  static const struct { const char *text; const char *message; } refused[] = {
    { "", "There is no key in " }, { " \n", "There is no key in " },
    { "5ec\n", ", line 1: " }, { "\n5ec2zz\n", ", line 2: " }, { "alice:5ec2e7\n", ", line 1: " },
    { "5ec2e7\n\n5ec2e7\n", ", line 3: " }
  };
  char *dir;
  g_autofree char *path = write_keys (&dir, "\n 1A 2b 3c\r\n\n", 0600);
  g_autoptr(GError) error = NULL;
  g_autoptr(DtlsCredentials) self = dtls_credentials_load_shared (path, &error);
  gsize i;

  g_assert_no_error (error);
  ASSERT_KEY (self, "whoever", "\x1a\x2b\x3c");
  g_assert_cmpuint (dtls_credentials_get_n (self), ==, 0);
  for (i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_assert_true (g_file_set_contents (path, refused[i].text, -1, NULL));
      g_assert_cmpint (g_chmod (path, 0600), ==, 0);
      g_assert_null (dtls_credentials_load_shared (path, &error));
      g_assert_error (error, DTLS_ERROR, DTLS_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, refused[i].message));
      g_assert_null (strstr (error->message, "5ec"));
      g_clear_error (&error);
    }
  test_remove_dir (dir);
}

static void
test_credentials_large_file (void)
{
  g_autoptr(GString) text = g_string_new (NULL);
  char *dir;
  g_autofree char *path = NULL;
  g_autoptr(DtlsCredentials) self = NULL;
  g_autoptr(GError) error = NULL;
  guint i;

  for (i = 0; i < 20000; i++)
    g_string_append_printf (text, "client-%u:%08x\n", i, i);
  path = write_keys (&dir, text->str, 0600);
  self = dtls_credentials_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dtls_credentials_get_n (self), ==, 20000);
  ASSERT_KEY (self, "client-19999", "\x00\x00\x4e\x1f");
  test_remove_dir (dir);
}

static void
test_credentials_save (void)
{
  static const struct { const char *identity; gsize n; } odd[] = {
    { "plain", 5 }, { "two words", 9 }, { "urn:imei:1", 10 }, { "#hash", 5 }, { "\xc3\xa4", 2 },
    { "\xff", 1 }, { "nul\0", 4 }, { "line\nend", 8 }, { " lead", 5 }, { "trail ", 6 }, { "cr\r", 3 },
    { "\xe2\x80\xae", 3 }, { "\xef\xbb\xbf", 3 }, { "", 0 }
  };
  static const char expected[] =
    "plain:6b\n" "two words:6b\n" "#75726e3a696d65693a31:6b\n" "#2368617368:6b\n" "\xc3\xa4:6b\n"
    "#ff:6b\n" "#6e756c00:6b\n" "#6c696e650a656e64:6b\n" "#206c656164:6b\n" "#747261696c20:6b\n"
    "#63720d:6b\n" "#e280ae:6b\n" "#efbbbf:6b\n";
  g_autoptr(DtlsCredentials) self = dtls_credentials_new (), again = NULL;
  g_autofree char *path = NULL, *text = NULL, *link = NULL;
  g_autoptr(GError) error = NULL;
  char *dir;
  struct stat st;
  gsize i;
  mode_t mask;

  for (i = 0; odd[i].n > 0; i++)
    add (self, odd[i].identity, odd[i].n, "k");
  path = write_keys (&dir, "old", 0644);        /* its mode is repaired */
  link = g_build_filename (dir, "link", NULL);
  g_assert_cmpint (symlink ("keys.psk", link), ==, 0);
  mask = umask (0);
  g_assert_true (dtls_credentials_save (self, link, &error));
  umask (mask);
  g_assert_no_error (error);

  g_assert_cmpint (lstat (link, &st), ==, 0);
  g_assert_true (S_ISLNK (st.st_mode));
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);

  again = dtls_credentials_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dtls_credentials_get_n (again), ==, (guint) i);
  for (i = 0; odd[i].n > 0; i++)
    assert_key (again, odd[i].identity, odd[i].n, "k", 1);
  test_remove_dir (dir);
}

static void
test_credentials_save_fails (void)
{
  char *dir = test_make_dir ();
  g_autofree char *taken = g_build_filename (dir, "taken", NULL);
  g_autofree char *missing = g_build_filename (dir, "missing", "keys.psk", NULL);
  g_autoptr(DtlsCredentials) self = dtls_credentials_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) files = NULL;

  add (self, "alice", 5, "k");
  g_assert_false (dtls_credentials_save (self, missing, &error));
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_cmpint (g_mkdir (taken, 0700), ==, 0);       /* the last step cannot replace a folder */
  g_assert_false (dtls_credentials_save (self, taken, &error));
  g_assert_error (error, DTLS_ERROR, DTLS_ERROR_FAILED);
  files = g_dir_open (dir, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (files), ==, "taken");
  g_assert_null (g_dir_read_name (files));              /* nothing half-written is left */
  test_remove_dir (dir);
}

static void
test_credentials_wiped (void)
{
  static const char hex[] = "6120736563726574206f6620323420627974657373";
  static const char bytes[] = "a secret of 24 bytess";
  char *dir;
  g_autofree char *text = g_strdup_printf ("alice:%s\n", hex);
  g_autofree char *path = write_keys (&dir, text, 0600);
  g_autofree char *saved = g_build_filename (dir, "saved", NULL);
  g_autoptr(GError) error = NULL;
  DtlsCredentials *self;

  test_wipes_start (hex, sizeof (hex) - 1);
  self = dtls_credentials_load (path, &error);
  g_assert_cmpuint (test_wipes_stop (), ==, 2);         /* the file, and the end of its line */
  g_assert_no_error (error);
  test_wipes_start (hex, sizeof (hex) - 1);
  g_assert_true (dtls_credentials_save (self, saved, &error));
  g_assert_cmpuint (test_wipes_stop (), ==, 1);
  test_wipes_start (bytes, sizeof (bytes) - 1);
  dtls_credentials_unref (self);
  g_assert_cmpuint (test_wipes_stop (), ==, 1);
  test_remove_dir (dir);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtls/credentials/p1-octets", test_credentials_octets);
  g_test_add_func ("/dtls/credentials/p1-length", test_credentials_length);
  g_test_add_func ("/dtls/credentials/shared", test_credentials_shared);
  g_test_add_func ("/dtls/credentials/change", test_credentials_change);
  g_test_add_func ("/dtls/credentials/demo", test_credentials_demo);
  g_test_add_func ("/dtls/credentials/parse", test_credentials_parse);
  g_test_add_func ("/dtls/credentials/p4-malformed", test_credentials_malformed);
  g_test_add_func ("/dtls/credentials/p4-malformed-length", test_credentials_malformed_length);
  g_test_add_func ("/dtls/credentials/p4-twice", test_credentials_twice);
  g_test_add_func ("/dtls/credentials/empty", test_credentials_empty);
  g_test_add_func ("/dtls/credentials/p4-file-mode", test_credentials_file_mode);
  g_test_add_func ("/dtls/credentials/p4-file-owner", test_credentials_file_owner);
  g_test_add_func ("/dtls/credentials/p4-file-kind", test_credentials_file_kind);
  g_test_add_func ("/dtls/credentials/pipes", test_credentials_pipes);
  g_test_add_func ("/dtls/credentials/standard-input", test_credentials_standard_input);
  g_test_add_func ("/dtls/credentials/shared-file", test_credentials_shared_file);
  g_test_add_func ("/dtls/credentials/large-file", test_credentials_large_file);
  g_test_add_func ("/dtls/credentials/p4-save", test_credentials_save);
  g_test_add_func ("/dtls/credentials/save-fails", test_credentials_save_fails);
  g_test_add_func ("/dtls/credentials/p3-wiped", test_credentials_wiped);
  return g_test_run ();
}
