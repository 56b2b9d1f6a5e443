/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dtls-error.h"

#define MAX_FILE_BYTES (16 * 1024 * 1024)
#define FIRST_READ_BYTES 4096

/* A key file in memory: a secret. */
typedef struct
{
  char  *bytes;
  gsize  n_bytes;
} Text;

/* Hex digits of @n_bytes; @hex has room for 2 * @n_bytes + 1. */
static void
print_hex (const guint8 *bytes,
           gsize         n_bytes,
           char         *hex)
{
  gsize i;

  for (i = 0; i < n_bytes; i++)
    g_snprintf (hex + 2 * i, 3, "%02x", bytes[i]);
  hex[2 * n_bytes] = '\0';
}

/* "#" and hex digits. NULL if it is something else or longer than an identity may be. */
static GBytes *
parse_hex_identity (const char *bytes,
                    gsize       n_bytes)
{
  guint8 identity[DTLS_MAX_IDENTITY_BYTES];
  gsize i;

  if (n_bytes % 2 != 0 || n_bytes > 2 * sizeof (identity))
    return NULL;
  for (i = 0; i < n_bytes; i += 2)
    {
      int high = g_ascii_xdigit_value (bytes[i]), low = g_ascii_xdigit_value (bytes[i + 1]);

      if (high < 0 || low < 0)
        return NULL;
      identity[i / 2] = (guint8) (high << 4 | low);
    }
  return g_bytes_new (identity, n_bytes / 2);
}

/* Hex of a line's end, which is no C string. The error has no more than the form of it. */
static DtlsKey *
parse_hex_key (const char  *bytes,
               gsize        n_bytes,
               GError     **error)
{
  char *hex;
  DtlsKey *key;

  if (n_bytes > 0 && memchr (bytes, '\0', n_bytes) != NULL)
    {
      g_set_error_literal (error, DTLS_ERROR, DTLS_ERROR_INVALID, _("There is a NUL byte in it."));
      return NULL;
    }
  hex = g_strndup (bytes, n_bytes);
  key = dtls_key_parse (hex, DTLS_KEY_FORMAT_HEX, error);
  dtls_key_wipe (hex, n_bytes);
  g_free (hex);
  return key;
}

static gboolean
fail_line (GError     **error,
           const char  *name,
           guint        line,
           const char  *message)
{
  /* Translators: name of a key file, line number, what is wrong there (a whole sentence) */
  g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID, _("%s, line %u: %s"), name, line, message);
  return FALSE;
}

/* One line without its end. @lines: identity -> line number, of the lines before. */
static gboolean
dtls_credentials_parse_line (DtlsCredentials  *self,
                             const char       *bytes,
                             gsize             n_bytes,
                             const char       *name,
                             guint             line,
                             GHashTable       *lines,
                             GError          **error)
{
  const char *colon = memrchr (bytes, ':', n_bytes);
  gsize n_identity = colon != NULL ? (gsize) (colon - bytes) : 0;
  g_autoptr(GBytes) identity = NULL;
  g_autoptr(DtlsKey) key = NULL;
  g_autoptr(GError) reason = NULL;
  guint earlier;

  if (colon == NULL)
    return fail_line (error, name, line, _("There is no colon between identity and key."));
  if (n_identity == 0 || (n_identity == 1 && bytes[0] == '#'))
    return fail_line (error, name, line, _("There is no identity before the colon."));
  if (bytes[0] == '#')
    identity = parse_hex_identity (bytes + 1, n_identity - 1);
  else if (n_identity <= DTLS_MAX_IDENTITY_BYTES)
    identity = g_bytes_new (bytes, n_identity);
  if (identity == NULL && bytes[0] == '#' && n_identity <= 1 + 2 * DTLS_MAX_IDENTITY_BYTES)
    return fail_line (error, name, line, _("After # the identity must be hex digits, in pairs."));
  if (identity == NULL)
    return fail_line (error, name, line, _("The identity has more than 256 bytes."));

  key = parse_hex_key (colon + 1, n_bytes - n_identity - 1, &reason);
  if (key == NULL)
    return fail_line (error, name, line, reason->message);

  earlier = GPOINTER_TO_UINT (g_hash_table_lookup (lines, identity));
  if (earlier != 0)
    {
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                   /* Translators: name of a key file, then two line numbers */
                   _("%s, line %u: The identity is the same as in line %u."), name, line, earlier);
      return FALSE;
    }
  dtls_credentials_add (self, identity, key);
  g_hash_table_insert (lines, g_steal_pointer (&identity), GUINT_TO_POINTER (line));
  return TRUE;
}

static gboolean
is_blank (const char *bytes,
          gsize       n_bytes)
{
  gsize i;

  for (i = 0; i < n_bytes; i++)
    if (bytes[i] != ' ' && bytes[i] != '\t')
      return FALSE;
  return TRUE;
}

/* The next line that is not blank, without its end; counts @line up. FALSE: there is none. */
static gboolean
next_line (Text        *rest,
           const char **bytes,
           gsize       *n_bytes,
           guint       *line)
{
  while (rest->n_bytes > 0)
    {
      const char *end = memchr (rest->bytes, '\n', rest->n_bytes);
      gsize n_line = end != NULL ? (gsize) (end - rest->bytes) : rest->n_bytes;
      gsize n_taken = end != NULL ? n_line + 1 : n_line;

      *bytes = rest->bytes;
      *n_bytes = n_line > 0 && rest->bytes[n_line - 1] == '\r' ? n_line - 1 : n_line;
      rest->bytes += n_taken;
      rest->n_bytes -= n_taken;
      (*line)++;
      if (!is_blank (*bytes, *n_bytes))
        return TRUE;
    }
  return FALSE;
}

/* Some editors begin a file with a byte order mark; no identity is meant by it. */
static Text
skip_mark (const char *bytes,
           gsize       n_bytes)
{
  if (n_bytes >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0)
    return (Text) { (char *) bytes + 3, n_bytes - 3 };
  return (Text) { (char *) bytes, n_bytes };
}

static gboolean
fail_no_key (GError     **error,
             const char  *name)
{
  /* Translators: name of a key file */
  g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID, _("There is no key in %s."), name);
  return FALSE;
}

/**
 * dtls_credentials_parse:
 * @text: (array length=n_bytes): "identity:hexkey" lines; any octets
 * @name: what errors call the file
 *
 * Splits each line at its last colon; "#" and hex digits are an identity in hex; blank lines
 * are skipped. All or nothing: a malformed line or an identity that comes twice is an error that
 * names the line, never what is in it. Returns: (transfer full): NULL with %DTLS_ERROR_INVALID.
 * Thread: any. Source: psktool(1); UX, section 4.
 */
DtlsCredentials *
dtls_credentials_parse (const char  *text,
                        gsize        n_bytes,
                        const char  *name,
                        GError     **error)
{
  g_autoptr(DtlsCredentials) self = NULL;
  g_autoptr(GHashTable) lines = NULL;
  const char *bytes;
  gsize n_line;
  guint line = 0;
  Text rest;

  g_return_val_if_fail (text != NULL || n_bytes == 0, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = dtls_credentials_new ();
  lines = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  rest = skip_mark (text, n_bytes);
  while (next_line (&rest, &bytes, &n_line, &line))
    if (!dtls_credentials_parse_line (self, bytes, n_line, name, line, lines, error))
      return NULL;
  if (dtls_credentials_get_n (self) == 0)
    {
      fail_no_key (error, name);
      return NULL;
    }
  return g_steal_pointer (&self);
}

static void
text_clear (Text *text)
{
  dtls_key_wipe (text->bytes, text->n_bytes);
  g_clear_pointer (&text->bytes, g_free);
  text->n_bytes = 0;
}

static int
errno_to_code (int saved_errno)
{
  return saved_errno == ENOENT || saved_errno == ENOTDIR ? DTLS_ERROR_NOT_FOUND
         : saved_errno == EACCES || saved_errno == EPERM ? DTLS_ERROR_PERMISSION
         : DTLS_ERROR_FAILED;
}

static gboolean
fail_read (GError     **error,
           const char  *path,
           int          saved_errno)
{
  g_set_error (error, DTLS_ERROR, errno_to_code (saved_errno),
               /* Translators: name of a key file, then the reason */
               _("Could not read the key file %s: %s"), path, g_strerror (saved_errno));
  return FALSE;
}

static gboolean
fail_write (GError     **error,
            const char  *path,
            int          saved_errno)
{
  g_set_error (error, DTLS_ERROR, errno_to_code (saved_errno),
               /* Translators: name of a key file, then the reason */
               _("Could not write the key file %s: %s"), path, g_strerror (saved_errno));
  return FALSE;
}

/* The descriptor that @path stands for: "-", /dev/stdin, /dev/fd/N; else -1. */
static int
path_get_descriptor (const char *path)
{
  guint64 n;

  if (g_str_equal (path, "-") || g_str_equal (path, "/dev/stdin"))
    return STDIN_FILENO;
  if (g_str_has_prefix (path, "/dev/fd/")
      && g_ascii_string_to_unsigned (path + strlen ("/dev/fd/"), 10, 0, G_MAXINT, &n, NULL))
    return (int) n;
  return -1;
}

/* P4: a key file is a regular file that is its user's (or root's) alone; a pipe is nobody's. */
static gboolean
check_private (int          fd,
               const char  *path,
               GError     **error)
{
  struct stat st;

  if (fstat (fd, &st) < 0)
    return fail_read (error, path, errno);
  if (S_ISFIFO (st.st_mode) || S_ISSOCK (st.st_mode))
    return TRUE;
  if (!S_ISREG (st.st_mode))
    {
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                   _("The key file %s is not a regular file."), path);
      return FALSE;
    }
  if (st.st_uid != geteuid () && st.st_uid != 0)
    {
      g_set_error (error, DTLS_ERROR, DTLS_ERROR_PERMISSION,
                   _("The key file %s belongs to another user; it must be yours or root's."), path);
      return FALSE;
    }
  if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    {
      g_autofree char *quoted = g_shell_quote (path);

      g_set_error (error, DTLS_ERROR, DTLS_ERROR_PERMISSION,
                   /* Translators: name of a key file, twice; "chmod 600 ..." is typed as it is */
                   _("The key file %s is open to other users; make it yours alone: chmod 600 %s"),
                   path, quoted);
      return FALSE;
    }
  return TRUE;
}

/* Everything up to the end, in memory that is wiped whenever it is given up. */
static gboolean
read_all (int          fd,
          const char  *path,
          Text        *text,
          GError     **error)
{
  gsize capacity = FIRST_READ_BYTES;
  gssize n;

  *text = (Text) { g_malloc (capacity), 0 };
  while ((n = read (fd, text->bytes + text->n_bytes, capacity - text->n_bytes)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          fail_read (error, path, errno);
          text_clear (text);
          return FALSE;
        }
      text->n_bytes += (gsize) n;
      if (text->n_bytes == capacity)
        {
          Text more = { g_malloc (capacity * 2), text->n_bytes };

          memcpy (more.bytes, text->bytes, text->n_bytes);
          text_clear (text);
          *text = more;
          capacity *= 2;
        }
      if (text->n_bytes > MAX_FILE_BYTES)
        {
          g_set_error (error, DTLS_ERROR, DTLS_ERROR_INVALID,
                       _("The key file %s is too large: at most 16 MiB are read."), path);
          text_clear (text);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_key_file (const char  *path,
               Text        *text,
               GError     **error)
{
  int given = path_get_descriptor (path);
  int fd = given >= 0 ? given : open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  gboolean done;

  if (fd < 0)
    return fail_read (error, path, errno);
  done = (given >= 0 || check_private (fd, path, error)) && read_all (fd, path, text, error);
  if (given < 0)
    close (fd);
  return done;
}

static const char *
name_of (const char *path)
{
  return g_str_equal (path, "-") ? _("standard input") : path;
}

/**
 * dtls_credentials_load:
 * @path: a file, a pipe, or "-" for standard input
 *
 * Reads it once, as dtls_credentials_parse(). A regular file must belong to the user or to root
 * and be closed to everybody else; what comes through "-", /dev/fd or a pipe is not asked for
 * that. Blocks until the end of input. Returns: (transfer full): NULL with an error of the domain
 * %DTLS_ERROR: one sentence, with the command that helps. Thread: any. Source: DTLS-NOTES P4.
 */
DtlsCredentials *
dtls_credentials_load (const char  *path,
                       GError     **error)
{
  DtlsCredentials *self;
  Text text;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!read_key_file (path, &text, error))
    return NULL;
  self = dtls_credentials_parse (text.bytes, text.n_bytes, name_of (path), error);
  text_clear (&text);
  return self;
}

static DtlsCredentials *
parse_shared (const Text  *text,
              const char  *name,
              GError     **error)
{
  Text rest = skip_mark (text->bytes, text->n_bytes);
  g_autoptr(DtlsKey) key = NULL;
  g_autoptr(GError) reason = NULL;
  const char *bytes;
  gsize n_bytes;
  guint line = 0;

  if (!next_line (&rest, &bytes, &n_bytes, &line))
    {
      fail_no_key (error, name);
      return NULL;
    }
  key = parse_hex_key (bytes, n_bytes, &reason);
  if (key == NULL)
    {
      fail_line (error, name, line, reason->message);
      return NULL;
    }
  if (next_line (&rest, &bytes, &n_bytes, &line))
    {
      fail_line (error, name, line, _("There must be one line only, the key in hex."));
      return NULL;
    }
  return dtls_credentials_new_shared (key);
}

/**
 * dtls_credentials_load_shared:
 * @path: as for dtls_credentials_load()
 *
 * One line: a key in hex, for every identity. Returns: (transfer full): NULL with %DTLS_ERROR.
 * Thread: any.
 */
DtlsCredentials *
dtls_credentials_load_shared (const char  *path,
                              GError     **error)
{
  DtlsCredentials *self;
  Text text;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!read_key_file (path, &text, error))
    return NULL;
  self = parse_shared (&text, name_of (path), error);
  text_clear (&text);
  return self;
}

/* Whether every reader of psktool's form finds these octets again when they stand there bare. */
static gboolean
identity_is_plain (const char *bytes,
                   gsize       n_bytes)
{
  const char *p;

  if (bytes[0] == '#' || !g_utf8_validate_len (bytes, n_bytes, NULL)
      || g_ascii_isspace (bytes[0]) || g_ascii_isspace (bytes[n_bytes - 1]))
    return FALSE;
  for (p = bytes; p < bytes + n_bytes; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == ':' || !g_unichar_isprint (c) || (c != ' ' && g_unichar_isspace (c)))
        return FALSE;
    }
  return TRUE;
}

/* All lines; the buffer never grows, which would leave copies of keys behind. */
static Text
dtls_credentials_print (DtlsCredentials *self)
{
  gsize n_bytes = 1;
  Text text;
  char *p;
  guint i;

  for (i = 0; i < dtls_credentials_get_n (self); i++)
    {
      const DtlsCredential *credential = dtls_credentials_get (self, i);
      gsize n_key;

      dtls_key_get_bytes (credential->key, &n_key);
      n_bytes += 1 + 2 * g_bytes_get_size (credential->identity) + 1 + 2 * n_key + 1;
    }
  text.bytes = p = g_malloc (n_bytes);
  for (i = 0; i < dtls_credentials_get_n (self); i++)
    {
      const DtlsCredential *credential = dtls_credentials_get (self, i);
      gsize n_identity, n_key;
      const char *identity = g_bytes_get_data (credential->identity, &n_identity);
      const guint8 *key = dtls_key_get_bytes (credential->key, &n_key);

      if (identity_is_plain (identity, n_identity))
        p = (char *) memcpy (p, identity, n_identity) + n_identity;
      else
        {
          *p++ = '#';
          print_hex ((const guint8 *) identity, n_identity, p);
          p += 2 * n_identity;
        }
      *p++ = ':';
      print_hex (key, n_key, p);
      p += 2 * n_key;
      *p++ = '\n';
    }
  text.n_bytes = (gsize) (p - text.bytes);
  return text;
}

static gboolean
write_all (int         fd,
           const Text *text)
{
  gsize done = 0;

  while (done < text->n_bytes)
    {
      gssize n = write (fd, text->bytes + done, text->n_bytes - done);

      if (n < 0 && errno != EINTR)
        return FALSE;
      done += n > 0 ? (gsize) n : 0;
    }
  return fsync (fd) == 0;
}

/**
 * dtls_credentials_save:
 * @path: a file, replaced whole or not at all; its mode becomes 0600
 *
 * Writes the table (not the shared key, which has no identity) in psktool form. An identity with
 * a colon, a "#" in front or anything unprintable is written in hex. Returns: FALSE with
 * %DTLS_ERROR. Thread: any, while nobody changes @self.
 */
gboolean
dtls_credentials_save (DtlsCredentials  *self,
                       const char       *path,
                       GError          **error)
{
  g_autofree char *target = NULL, *temporary = NULL;
  gboolean done;
  int fd, saved_errno;
  Text text;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  target = realpath (path, NULL);       /* a link stays a link */
  if (target == NULL)
    target = g_strdup (path);
  temporary = g_strconcat (target, ".XXXXXX", NULL);
  fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_write (error, path, errno);

  text = dtls_credentials_print (self);
  done = write_all (fd, &text);
  saved_errno = errno;
  text_clear (&text);
  if (close (fd) < 0 && done)
    {
      done = FALSE;
      saved_errno = errno;
    }
  if (done && g_rename (temporary, target) < 0)
    {
      done = FALSE;
      saved_errno = errno;
    }
  if (!done)
    {
      g_unlink (temporary);
      return fail_write (error, path, saved_errno);
    }
  return TRUE;
}
