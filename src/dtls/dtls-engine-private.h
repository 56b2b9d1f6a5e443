/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-core.h"
#include "dtls-engine.h"

G_BEGIN_DECLS

struct _DtlsEngine
{
  GObject parent_instance;

  GMainContext *context; /* of the engine's thread */
  GThread *thread;
  DtlsEventQueue *queue;
  DtlsTransport *transport;
  DtlsCore *core;                       /* E */
  GSource *input;                       /* E: readiness of the sockets */
  GSource *timer;                       /* E */
  GSource *addresses;                   /* E: (nullable): those of this computer changed */
  gint64 timer_us;                      /* E: what the timer is set to */
  GResolver *resolver;                  /* E */
  GPtrArray *lookups;                   /* E: GCancellable of each look-up under way */
  guint n_names;                        /* E: "clone number" of the next connection */
  gboolean warned_demo, warned_key_log; /* E */
  GMutex door;                          /* held while a command is attached */
  GPtrArray *early;                     /* with the door: commands before the start; then NULL */
  gboolean closed;                      /* with the door: nobody comes to run commands any more */
  gboolean stopped;                     /* E */
};

/* Something to do on the engine's thread, with copies of all it needs. */
typedef struct _DtlsCommand DtlsCommand;
typedef void (*DtlsCommandFunc) (DtlsEngine *self, DtlsCommand *command);

struct _DtlsCommand
{
  DtlsEngine *engine;
  DtlsCommandFunc func;
  gpointer tag;                 /* (nullable): of those that are answered: their function */
  GAsyncReadyCallback callback; /* (nullable) */
  gpointer user_data;
  GTask *task; /* made when the command goes to the engine's thread: it keeps the engine alive */
  guint64 id;
  GBytes *bytes;
  guint number[2];
  DtlsCredentials *credentials;
  DtlsLimits limits;
  DtlsListenOptions listen;   /* its pointers are owned */
  DtlsConnectOptions connect; /* likewise */
  GCancellable *cancellable;  /* of a look-up; ours */
  GCancellable *callers;      /* (nullable): the caller's; cancels ours */
  gulong chained;
};

DtlsCommand *dtls_engine_new_command (DtlsCommandFunc func);
void dtls_engine_free_command (gpointer data);
void dtls_engine_post (DtlsEngine *self, DtlsCommand *command);
void dtls_engine_watch_addresses (DtlsEngine *self);
void dtls_engine_set_timer (DtlsEngine *self, gint64 next_us);

G_END_DECLS
