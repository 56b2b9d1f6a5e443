/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "dtls-engine.h"

G_BEGIN_DECLS

/* The command line of dtls-server. */
typedef struct
{
  char            *answer;      /* what --help or --version prints; then that is all */
  gboolean         headless, json, quiet;
  gboolean         has_listen;  /* --listen was given; else local is the default */
  DtlsAddress      local;
  char            *key_file;    /* NULL: none; "-": standard input */
  gboolean         key_file_is_shared;
  DtlsCredentials *credentials; /* NULL until server_options_load_keys() */
  char            *hint;        /* NULL: not given */
  DtlsProfile     *profile;     /* NULL: not given */
  guint            mtu;         /* 0: automatic */
  DtlsReply        reply;
  gboolean         tell_why;
  DtlsLimits       limits;
} ServerOptions;

ServerOptions *server_options_new        (char               **argv,
                                          const char          *directory,
                                          GError             **error);
void           server_options_free       (ServerOptions       *self);
gboolean       server_options_load_keys  (ServerOptions       *self,
                                          GInputStream        *input,
                                          GError             **error);
void           server_options_get_listen (const ServerOptions *self,
                                          DtlsListenOptions   *listen);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerOptions, server_options_free)

G_END_DECLS
