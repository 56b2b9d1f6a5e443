/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui-connection-store.h"
#include "ui-log.h"

G_BEGIN_DECLS

/* Events as the engine writes them, through a real queue, into a log and a store (either may be
 * NULL). */
typedef struct
{
  DtlsEventQueue    *queue;
  UiLog             *log;
  UiConnectionStore *store;
  guint64            counts[DTLS_N_COUNTS];
  gint64             time_us;   /* of the next event; grows by a millisecond each */
} GuiFeed;

GuiFeed   *gui_feed_new     (UiLog             *log,
                             UiConnectionStore *store);
void       gui_feed_free    (GuiFeed           *self);
/* opens an event with these bytes; to be changed and then committed by gui_feed_commit() */
DtlsEvent *gui_feed_begin   (GuiFeed           *self,
                             DtlsCode           code,
                             guint64            association,
                             const char        *text,
                             gssize             n_text,
                             const char        *name,
                             const char        *identity);
void       gui_feed_commit  (GuiFeed           *self);
void       gui_feed_state   (GuiFeed           *self,
                             DtlsCode           code,
                             guint64            association);
void       gui_feed_message (GuiFeed           *self,
                             guint64            association,
                             const char        *text,
                             gssize             n_text);
/* what was committed goes to log and store, as the queue's source would give it */
void       gui_feed_flush   (GuiFeed           *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuiFeed, gui_feed_free)

G_END_DECLS
