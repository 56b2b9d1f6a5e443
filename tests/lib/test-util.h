/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "dtls-address.h"

G_BEGIN_DECLS

#define TEST_DEADLINE_MS 10000

typedef gboolean (*TestCondition) (gpointer user_data);

gboolean    test_wait            (GMainContext  *context,
                                  TestCondition  condition,
                                  gpointer       user_data,
                                  guint          deadline_ms);
gboolean    test_wait_readable   (int            fd,
                                  guint          deadline_ms);

/* waits and fails the test where it stands */
#define test_assert_wait(context, condition, user_data) \
  g_assert_true (test_wait ((context), (condition), (user_data), TEST_DEADLINE_MS))

DtlsAddress test_address         (const char    *ip,
                                  guint16        port);
const char *test_address_text    (const DtlsAddress *address);

char       *test_make_dir        (void);
void        test_remove_dir      (char          *path);
char       *test_write_file      (const char    *dir,
                                  const char    *name,
                                  const char    *bytes,
                                  gssize         n_bytes,
                                  int            mode);

G_END_DECLS
