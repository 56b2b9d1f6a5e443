/* SPDX-License-Identifier: MIT */
#pragma once

#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>

#include "dtls-key.h"
#include "dtls-profile.h"
#include "dtls-record.h"

G_BEGIN_DECLS

/* What one step did; several bits at once. */
typedef enum
{
  DTLS_STEP_REFUSED     = 1 << 0,       /* the discard count grew: forged, replayed, another key */
  DTLS_STEP_SENT        = 1 << 1,
  DTLS_STEP_MESSAGE     = 1 << 2,       /* application data is in the out parameters */
  DTLS_STEP_ESTABLISHED = 1 << 3,
  DTLS_STEP_CLOSED      = 1 << 4,       /* the peer's close_notify */
  DTLS_STEP_FAILED      = 1 << 5        /* this session is over; see dtls_session_get_failure() */
} DtlsStep;

typedef enum
{
  DTLS_LOOKUP_FOUND,
  DTLS_LOOKUP_UNKNOWN,          /* go on as if the identity existed (S16, T33) */
  DTLS_LOOKUP_REFUSE            /* fail at once, visibly */
} DtlsLookup;

typedef struct
{
  /* one datagram; cannot fail */
  void       (*output)  (gpointer               owner,
                         const giovec_t        *vec,
                         int                    n);
  /* server: the key of @identity; borrowed until the hook's next call */
  DtlsLookup (*lookup)  (gpointer               owner,
                         const gnutls_datum_t  *identity,
                         DtlsKey              **key);
  /* client: who we are; both borrowed */
  void       (*provide) (gpointer               owner,
                         GBytes               **identity,
                         DtlsKey              **key);
} DtlsSessionHooks;

/* What many sessions share: credentials object, priority, MTU, timers. Reference counted. */
typedef struct _DtlsSessionConfig DtlsSessionConfig;

DtlsSessionConfig *dtls_session_config_new   (DtlsRole                role,
                                              DtlsProfile            *profile,
                                              const char             *hint,
                                              guint                   mtu,
                                              guint                   first_timeout_ms,
                                              GError                **error);
DtlsSessionConfig *dtls_session_config_ref   (DtlsSessionConfig      *self);
void               dtls_session_config_unref (DtlsSessionConfig      *self);
DtlsProfile       *dtls_session_config_get_profile (DtlsSessionConfig *self);

DtlsSession *dtls_session_new            (DtlsSessionConfig       *config,
                                          const DtlsSessionHooks  *hooks,
                                          gpointer                 owner,
                                          gnutls_dtls_prestate_st *prestate);
void         dtls_session_free           (DtlsSession             *self);
void         dtls_session_set_owner      (DtlsSession             *self,
                                          gpointer                 owner);
DtlsStep     dtls_session_feed           (DtlsSession             *self,
                                          const DtlsRecord        *record,
                                          const guint8           **text,
                                          gsize                   *n_text);
DtlsStep     dtls_session_tick           (DtlsSession             *self);
guint        dtls_session_get_timeout_ms (DtlsSession             *self);
gboolean     dtls_session_send           (DtlsSession             *self,
                                          const guint8            *bytes,
                                          gsize                    n_bytes,
                                          GError                 **error);
void         dtls_session_close          (DtlsSession             *self);
gboolean     dtls_session_is_established (DtlsSession             *self);
int          dtls_session_get_failure    (DtlsSession             *self,
                                          int                     *alert_received,
                                          int                     *alert_sent);
const char  *dtls_session_get_suite      (DtlsSession             *self);
guint        dtls_session_get_data_mtu   (DtlsSession             *self);
guint        dtls_session_get_mtu        (DtlsSession             *self);
void         dtls_session_set_mtu        (DtlsSession             *self,
                                          guint                    mtu);
gboolean     dtls_session_can_take_ccs   (DtlsSession             *self);
gboolean     dtls_session_has_sent_finished (DtlsSession          *self);
guint        dtls_session_get_flight     (DtlsSession             *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtlsSessionConfig, dtls_session_config_unref)

G_END_DECLS
