/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-cookie-jar.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "dtls-error.h"
#include "dtls-key.h"

struct _DtlsCookieJar
{
  gnutls_datum_t secrets[2];    /* HMAC keys: now, and of the lifetime before */
  gint64         rotate_us;     /* when the first becomes the second */
  gint64         lifetime_us;
};

typedef struct
{
  const DtlsPath   *path;
  const DtlsRecord *hello;
  DtlsCookieOutput  output;
  gpointer          user_data;
} Giving;

static void
clear_secret (gnutls_datum_t *secret)
{
  if (secret->data != NULL)
    dtls_key_wipe (secret->data, secret->size);
  gnutls_free (secret->data);
  secret->data = NULL;
  secret->size = 0;
}

/* The older secret goes, too, when nobody asked for a whole lifetime. */
static void
rotate (DtlsCookieJar *self, gint64 now_us)
{
  guint n_due;

  if (now_us < self->rotate_us)
    return;
  n_due = now_us - self->rotate_us >= self->lifetime_us ? 2 : 1;
  for (guint i = 0; i < n_due; i++)
    {
      gnutls_datum_t fresh = { NULL, 0 };

      /* the random generator failing is no reason to stop serving: the old secret stays */
      if (gnutls_key_generate (&fresh, GNUTLS_COOKIE_KEY_SIZE) < 0)
        break;
      clear_secret (&self->secrets[1]);
      self->secrets[1] = self->secrets[0];
      self->secrets[0] = fresh;
    }
  self->rotate_us = now_us + self->lifetime_us;
}

/**
 * dtls_cookie_jar_new:
 * @lifetime_s: seconds between rotations; a cookie is good for one to two of them
 *
 * Returns: (transfer full): a jar with two random secrets, or NULL when the random generator
 * fails. Source: RFC 6347, section 4.2.1. Thread: the engine's.
 */
DtlsCookieJar *
dtls_cookie_jar_new (guint lifetime_s, gint64 now_us, GError **error)
{
  DtlsCookieJar *self = g_new0 (DtlsCookieJar, 1);

  for (guint i = 0; i < G_N_ELEMENTS (self->secrets); i++)
    {
      int ret = gnutls_key_generate (&self->secrets[i], GNUTLS_COOKIE_KEY_SIZE);

      if (ret < 0)
        {
          dtls_error_set_gnutls (error, ret, _("Could not make a cookie secret"));
          dtls_cookie_jar_free (self);
          return NULL;
        }
    }
  self->lifetime_us = lifetime_s * (gint64) G_USEC_PER_SEC;
  self->rotate_us = now_us + self->lifetime_us;
  return self;
}

/**
 * dtls_cookie_jar_free:
 * @self: (nullable):
 *
 * Wipes and frees the secrets: cookies that were given are good for nothing any more.
 * Thread: the engine's.
 */
void
dtls_cookie_jar_free (DtlsCookieJar *self)
{
  if (self == NULL)
    return;
  clear_secret (&self->secrets[0]);
  clear_secret (&self->secrets[1]);
  g_free (self);
}

/**
 * dtls_cookie_jar_check:
 * @path: where the hello came from and to, which the cookie covers
 * @hello: a record of which dtls_record_parse_hello() is TRUE (T26)
 * @prestate: (out): for gnutls_dtls_prestate_set(); written only on TRUE
 *
 * Whether @hello has a cookie given to @path within two lifetimes. Two HMACs at most and no
 * memory. Thread: the engine's. Source: RFC 6347, section 4.2.1.
 */
gboolean
dtls_cookie_jar_check (DtlsCookieJar *self, const DtlsPath *path, const DtlsRecord *hello,
                       gint64 now_us, gnutls_dtls_prestate_st *prestate)
{
  rotate (self, now_us);
  for (guint i = 0; i < G_N_ELEMENTS (self->secrets); i++)
    {
      gnutls_dtls_prestate_st found = { 0 };

      if (gnutls_dtls_cookie_verify (&self->secrets[i], (gpointer) path, sizeof *path,
                                     (gpointer) hello->bytes, hello->n_bytes, &found) >= 0)
        {
          *prestate = found;
          return TRUE;
        }
    }
  return FALSE;
}

static ssize_t
push_cb (gnutls_transport_ptr_t ptr, const void *data, size_t n_bytes)
{
  Giving *giving = ptr;
  guint8 answer[256];

  /* GnuTLS fills in the last byte of the sequence number only: S4 wants all six */
  if (n_bytes < DTLS_RECORD_HEADER_BYTES || n_bytes > sizeof answer)
    return n_bytes;
  memcpy (answer, data, n_bytes);
  memcpy (answer + 5, giving->hello->bytes + 5, 6);
  giving->output (giving->path, answer, n_bytes, giving->user_data);
  return n_bytes;
}

/**
 * dtls_cookie_jar_give:
 * @hello: the record to answer, as for dtls_cookie_jar_check()
 * @output: gets the HelloVerifyRequest of 44 bytes, never more than the hello has
 *
 * Answers a hello without a good cookie and keeps nothing. Source: RFC 6347, section 4.2.1.
 * Thread: the engine's.
 */
void
dtls_cookie_jar_give (DtlsCookieJar *self, const DtlsPath *path, const DtlsRecord *hello,
                      gint64 now_us, DtlsCookieOutput output, gpointer user_data)
{
  Giving giving = { path, hello, output, user_data };
  gnutls_dtls_prestate_st prestate = { 0 };

  rotate (self, now_us);
  prestate.record_seq = hello->bytes[10];       /* T27 */
  gnutls_dtls_cookie_send (&self->secrets[0], (gpointer) path, sizeof *path, &prestate, &giving,
                           push_cb);
}
