/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "test-util.h"

#include <glib/gstdio.h>
#include <poll.h>

#include "test-clock.h"

/* An iteration waits at most this long for a source, so that a condition that nothing announces is
 * seen too. */
#define STEP_MS 20

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/**
 * test_wait:
 * @context: (nullable): what is iterated; %NULL: the default one
 *
 * Iterates @context until @condition is true, or @deadline_ms of true time have gone by.
 *
 * Returns: whether @condition became true
 */
gboolean
test_wait (GMainContext  *context,
           TestCondition  condition,
           gpointer       user_data,
           guint          deadline_ms)
{
  gint64 deadline_us = test_clock_get_true () + deadline_ms * (gint64) 1000;
  GSource *wake = g_timeout_source_new (STEP_MS);
  gboolean is_true;

  g_source_set_callback (wake, wake_cb, NULL, NULL);
  g_source_attach (wake, context);
  while (!(is_true = condition (user_data)) && test_clock_get_true () < deadline_us)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (wake);
  g_source_unref (wake);
  return is_true;
}

/**
 * test_wait_readable:
 *
 * Returns: whether @fd had something to read, or an error, within @deadline_ms of true time
 */
gboolean
test_wait_readable (int   fd,
                    guint deadline_ms)
{
  struct pollfd wait = { .fd = fd, .events = POLLIN };

  return poll (&wait, 1, deadline_ms) == 1;
}

/**
 * test_address:
 * @ip: an address without brackets; anything else fails the test
 */
DtlsAddress
test_address (const char *ip,
              guint16     port)
{
  DtlsAddress address;

  g_assert_true (dtls_address_parse_ip (&address, ip, port));
  return address;
}

/**
 * test_address_text:
 *
 * Returns: (transfer none): @address with its port; stays until the eighth call after this one
 */
const char *
test_address_text (const DtlsAddress *address)
{
  static char texts[8][DTLS_ADDRESS_TEXT_BYTES];
  static guint next;
  char *text = texts[next++ % 8];

  dtls_address_print (address, DTLS_ADDRESS_ENDPOINT, text);
  return text;
}

/**
 * test_make_dir:
 *
 * Returns: (transfer full): the path of a new directory; give it to test_remove_dir()
 */
char *
test_make_dir (void)
{
  g_autoptr(GError) error = NULL;
  char *path = g_dir_make_tmp ("dtls-test-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

/**
 * test_remove_dir:
 * @path: (transfer full): what test_make_dir() gave; its files go too, folders in it must be empty
 */
void
test_remove_dir (char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_assert_cmpint (g_remove (file), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_free (path);
}

/**
 * test_write_file:
 * @n_bytes: -1 if @bytes ends with a NUL
 * @mode: permissions, e.g. 0600
 *
 * Returns: (transfer full): the path of the new file
 */
char *
test_write_file (const char *dir,
                 const char *name,
                 const char *bytes,
                 gssize      n_bytes,
                 int         mode)
{
  char *path = g_build_filename (dir, name, NULL);
  g_autoptr(GError) error = NULL;

  g_file_set_contents (path, bytes, n_bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
  return path;
}
