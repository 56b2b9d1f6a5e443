/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "dtls-engine.h"

G_BEGIN_DECLS

#define CLIENT_DEFAULT_NAME "Alice"
#define CLIENT_PING_INTERVAL_MS 5000

/* The command line of dtls-client. */
typedef struct
{
  char            *answer;      /* what --help or --version prints; then that is all */
  gboolean         headless, json, quiet;
  gboolean         has_connect; /* --connect was given; else host and port are the defaults */
  char            *host;
  guint16          port;
  char            *name;        /* NULL: not given */
  GBytes          *identity;    /* NULL: not given */
  char            *key_file;    /* NULL: none; "-": standard input */
  gboolean         key_file_is_shared;
  DtlsCredentials *credentials; /* NULL until client_options_load_keys() */
  DtlsProfile     *profile;     /* NULL: not given */
  guint            mtu;         /* 0: automatic */
  gboolean         has_mtu;     /* --mtu was given */
  DtlsLimits       limits;      /* of the engine; its queue's are the ones a client has */
  guint            first_timeout_ms;    /* 0: not given */
  guint            give_up_s;   /* 0: not given */
  gboolean         reconnect;
  guint16          local_port;  /* 0: any */
  gboolean         has_local_port;      /* --local-port was given */
  guint            count;
  guint            ping_interval_ms;    /* 0: no pings */
  gboolean         has_ping_interval;   /* --ping-interval was given */
  GPtrArray       *messages;    /* of GBytes: --message and --hex in the order given; empty: none */
  guint            timeout_ms;  /* for the handshake, and for each answer */
} ClientOptions;

ClientOptions *client_options_new          (char               **argv,
                                            const char          *directory,
                                            GError             **error);
ClientOptions *client_options_ref          (ClientOptions       *self);
void           client_options_free         (ClientOptions       *self);
gboolean       client_options_load_keys    (ClientOptions       *self,
                                            GInputStream        *input,
                                            GError             **error);

/* One call of dtls_engine_connect_async() for each of these, with the count it says. */
guint          client_options_get_n_calls  (const ClientOptions *self);
void           client_options_get_connect  (const ClientOptions *self,
                                            guint                call,
                                            DtlsConnectOptions  *connect,
                                            guint               *count);
void           client_options_clear_connect (DtlsConnectOptions *connect);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClientOptions, client_options_free)

G_END_DECLS
