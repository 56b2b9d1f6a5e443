/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "test-namespace.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void
write_proc (const char *path,
            const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, (gssize) strlen (text));
  close (fd);
}

/* Root in there, nobody special outside. */
static void
become_root (uid_t uid,
             gid_t gid)
{
  g_autofree char *uids = g_strdup_printf ("0 %u 1", (guint) uid);
  g_autofree char *gids = g_strdup_printf ("0 %u 1", (guint) gid);

  write_proc ("/proc/self/setgroups", "deny");
  write_proc ("/proc/self/uid_map", uids);
  write_proc ("/proc/self/gid_map", gids);
}

/**
 * test_enter_namespace:
 *
 * Gives this program and its children a network of their own: nothing but loopback, every port
 * free, raw sockets allowed, also for a user who is not root. Fails the test where the system does
 * not allow it. Call it first in main(), before there are threads. Source: user_namespaces(7).
 */
void
test_enter_namespace (void)
{
  uid_t uid = geteuid ();
  gid_t gid = getegid ();
  struct ifreq request = { 0 };
  int fd;

  if (unshare (uid == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) != 0)
    g_error ("A network namespace is needed: unshare() does not work here");
  if (uid != 0)
    become_root (uid, gid);

  fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  g_strlcpy (request.ifr_name, "lo", sizeof request.ifr_name);
  g_assert_cmpint (ioctl (fd, SIOCGIFFLAGS, &request), ==, 0);
  request.ifr_flags |= IFF_UP | IFF_RUNNING;
  g_assert_cmpint (ioctl (fd, SIOCSIFFLAGS, &request), ==, 0);
  close (fd);
}
