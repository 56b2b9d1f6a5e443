/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-connection.h"

#include <glib/gi18n-lib.h>

#include "dtls-profile.h"
#include "report-text.h"
#include "ui-connection-format.h"
#include "ui-connection-status.h"

#define MAX_IDENTITY_CHARS 64

struct _UiConnection
{
  GObject           parent_instance;

  guint64           id;
  DtlsRole          role;
  DtlsAddress       address;
  UiConnectionStatus status;
  char             *peer;
  char             *name;
  GBytes           *identity_bytes;
  char             *identity;           /* shortened; NULL: unknown */
  char             *identity_tooltip;
  char             *cipher;             /* NULL: none yet */
  char             *last;               /* as last notified */
  DtlsCounters      totals;
  guint             max_bytes;          /* of data in one datagram; 0: not known */
  gint64            last_us;            /* wall clock */
  guint             dirty;              /* what to notify: bits of Change */
};

G_DEFINE_FINAL_TYPE (UiConnection, ui_connection, G_TYPE_OBJECT)

typedef enum
{
  CHANGE_PEER = 1 << 0,
  CHANGE_IDENTITY = 1 << 1,
  CHANGE_STATE = 1 << 2,
  CHANGE_CIPHER = 1 << 3,
  CHANGE_TOTALS = 1 << 4
} Change;

enum
{
  PROP_ID = 1,
  PROP_PEER,
  PROP_NAME,
  PROP_IDENTITY,
  PROP_IDENTITY_TOOLTIP,
  PROP_TITLE,
  PROP_DETAIL,
  PROP_STATE_TEXT,
  PROP_STATE_ICON,
  PROP_CIPHER,
  PROP_IN_OUT,
  PROP_TOTALS,
  PROP_TOOLTIP,
  PROP_LAST,
  PROP_RTT,
  PROP_ENDED,
  PROP_ROW_CLASSES,
  PROP_ICON_CLASSES,
  PROP_WORD_CLASSES,
  PROP_DETAIL_CLASSES,
  PROP_IDENTITY_CLASSES,
  PROP_CIPHER_CLASSES,
  PROP_RTT_CLASSES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* which properties a change of something touches */
static const struct
{
  guint prop;
  guint changes;
} touched[] = {
  { PROP_PEER, CHANGE_PEER },
  { PROP_NAME, CHANGE_IDENTITY },
  { PROP_IDENTITY, CHANGE_IDENTITY },
  { PROP_IDENTITY_TOOLTIP, CHANGE_IDENTITY },
  { PROP_IDENTITY_CLASSES, CHANGE_IDENTITY },
  { PROP_TITLE, CHANGE_IDENTITY | CHANGE_PEER },
  { PROP_DETAIL, CHANGE_PEER | CHANGE_STATE },
  { PROP_STATE_TEXT, CHANGE_STATE },
  { PROP_STATE_ICON, CHANGE_STATE },
  { PROP_ENDED, CHANGE_STATE },
  { PROP_ROW_CLASSES, CHANGE_STATE },
  { PROP_ICON_CLASSES, CHANGE_STATE },
  { PROP_WORD_CLASSES, CHANGE_STATE },
  { PROP_DETAIL_CLASSES, CHANGE_STATE },
  { PROP_CIPHER, CHANGE_CIPHER },
  { PROP_CIPHER_CLASSES, CHANGE_CIPHER },
  { PROP_IN_OUT, CHANGE_TOTALS },
  { PROP_TOTALS, CHANGE_TOTALS },
  { PROP_TOOLTIP, CHANGE_IDENTITY | CHANGE_PEER | CHANGE_STATE | CHANGE_TOTALS },
  { PROP_RTT, CHANGE_TOTALS },
  { PROP_RTT_CLASSES, CHANGE_TOTALS },
};

static void
take_cipher (UiConnection    *self,
             const DtlsEvent *event)
{
  g_autofree char *iana = NULL;
  const char *name;

  if (event->n_text == 0)
    return;
  iana = g_strndup ((const char *) dtls_event_text (event), event->n_text);
  name = dtls_suite_get_openssl_name (iana);
  g_free (self->cipher);
  self->cipher = g_strdup (name != NULL ? name : iana);
  self->dirty |= CHANGE_CIPHER;
}

/* What fits: known with the handshake, less when the path turns out to be narrower. */
static void
take_max_bytes (UiConnection    *self,
                const DtlsEvent *event)
{
  gint32 number = 0;

  if (event->code == DTLS_CODE_ESTABLISHED)
    number = event->number[0];
  else if (event->code == DTLS_CODE_SNAPSHOT && event->number[0] == DTLS_SNAPSHOT_ESTABLISHED)
    number = event->number[1];
  else if (event->code == DTLS_CODE_SEND_FAILED)
    number = event->number[2];
  if (number > 0)
    self->max_bytes = number;
}

static void
take_peer (UiConnection    *self,
           const DtlsEvent *event)
{
  char text[DTLS_ADDRESS_TEXT_BYTES];

  if (event->peer.port == 0 || dtls_address_equal (&self->address, &event->peer))
    return;
  self->address = event->peer;
  dtls_address_print (&self->address, DTLS_ADDRESS_ENDPOINT, text);
  g_free (self->peer);
  self->peer = g_strdup (text);
  self->dirty |= CHANGE_PEER;
}

static char *
escape (const guint8 *bytes,
        gsize         n_bytes,
        guint         max_chars)
{
  GString *text = g_string_new (NULL);

  report_text_append_escaped (text, bytes, n_bytes, REPORT_TEXT_LINE, max_chars);
  return g_string_free (text, FALSE);
}

static void
take_identity (UiConnection    *self,
               const DtlsEvent *event)
{
  const guint8 *bytes = dtls_event_identity (event);
  gsize n;
  const void *known
    = self->identity_bytes != NULL ? g_bytes_get_data (self->identity_bytes, &n) : NULL;

  if (self->name == NULL && event->n_name > 0)
    {
      self->name = escape (dtls_event_name (event), event->n_name, MAX_IDENTITY_CHARS);
      self->dirty |= CHANGE_IDENTITY;
    }
  if (event->n_identity == 0
      || (known != NULL && n == event->n_identity && memcmp (known, bytes, n) == 0))
    return;
  g_clear_pointer (&self->identity_bytes, g_bytes_unref);
  g_free (self->identity);
  g_free (self->identity_tooltip);
  self->identity_bytes = g_bytes_new (bytes, event->n_identity);
  self->identity = escape (bytes, event->n_identity, MAX_IDENTITY_CHARS);
  self->identity_tooltip = escape (bytes, event->n_identity, 0);
  self->dirty |= CHANGE_IDENTITY;
}

/* A list of at most one class. */
static void
take_class (GValue     *value,
            const char *name)
{
  const char *classes[] = { name, NULL };

  g_value_set_boxed (value, classes);
}

static void
get_class_property (UiConnection *self,
                    guint         prop_id,
                    GValue       *value)
{
  const char *dim = ui_role_get_css_class (UI_ROLE_DIM);
  const char *word = ui_role_get_css_class (ui_connection_status_get_word_role (&self->status));

  switch (prop_id)
    {
    case PROP_ICON_CLASSES:
      take_class (value,
                  ui_role_get_css_class (ui_connection_status_get_icon_role (&self->status)));
      break;
    case PROP_WORD_CLASSES:
      take_class (value, word);
      break;
    case PROP_DETAIL_CLASSES:
      {
        const char *classes[] = { "note", word != NULL ? word : dim, NULL };

        g_value_set_boxed (value, classes);
        break;
      }
    case PROP_IDENTITY_CLASSES:
      take_class (value, self->identity == NULL ? dim : NULL);
      break;
    case PROP_CIPHER_CLASSES:
      take_class (value, self->cipher == NULL ? dim : NULL);
      break;
    case PROP_RTT_CLASSES:
      {
        const char *classes[] = { "num", self->totals.rtt_median_us == 0 ? dim : NULL, NULL };

        g_value_set_boxed (value, classes);
        break;
      }
    case PROP_ROW_CLASSES:
    default:
      take_class (value, self->status.ended ? "ended" : NULL);
      break;
    }
}

static char *
get_rtt (UiConnection *self)
{
  return self->totals.rtt_median_us == 0
             ? g_strdup ("—")
             : ui_connection_format_duration (self->totals.rtt_median_us);
}

static char *
get_detail (UiConnection *self)
{
  g_autofree char *state = ui_connection_status_get_text (&self->status);

  /* Translators: an address, then a state such as "Connected" */
  return g_strdup_printf (_("%s · %s"), self->peer, state);
}

static const char *
get_title (UiConnection *self)
{
  if (self->role == DTLS_ROLE_CLIENT && self->name != NULL)
    return self->name;
  return self->identity != NULL ? self->identity : self->peer;
}

/* All that a narrow row may have to cut. */
static char *
get_tooltip (UiConnection *self)
{
  g_autofree char *detail = get_detail (self);
  g_autofree char *totals = ui_connection_format_totals (&self->totals);
  const char *title = get_title (self);

  if (title == self->identity)
    title = self->identity_tooltip;
  return g_strdup_printf ("%s\n%s\n%s", title, detail, totals);
}

static void
ui_connection_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  UiConnection *self = UI_CONNECTION (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_uint64 (value, self->id);
      break;
    case PROP_PEER:
      g_value_set_string (value, self->peer);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name != NULL ? self->name : self->peer);
      break;
    case PROP_IDENTITY:
      g_value_set_string (value, self->identity != NULL ? self->identity : "—");
      break;
    case PROP_IDENTITY_TOOLTIP:
      g_value_set_string (value, self->identity_tooltip);
      break;
    case PROP_TITLE:
      g_value_set_string (value, get_title (self));
      break;
    case PROP_DETAIL:
      g_value_take_string (value, get_detail (self));
      break;
    case PROP_STATE_TEXT:
      g_value_take_string (value, ui_connection_status_get_text (&self->status));
      break;
    case PROP_STATE_ICON:
      g_value_set_string (value, ui_connection_status_get_icon (&self->status));
      break;
    case PROP_CIPHER:
      g_value_set_string (value, self->cipher != NULL ? self->cipher : "—");
      break;
    case PROP_IN_OUT:
      g_value_take_string (value, g_strdup_printf ("%" G_GUINT64_FORMAT " / %" G_GUINT64_FORMAT,
                                                   self->totals.messages_in,
                                                   self->totals.messages_out));
      break;
    case PROP_TOTALS:
      g_value_take_string (value, ui_connection_format_totals (&self->totals));
      break;
    case PROP_TOOLTIP:
      g_value_take_string (value, get_tooltip (self));
      break;
    case PROP_LAST:
      g_value_take_string (value, ui_connection_format_age (g_get_real_time () - self->last_us));
      break;
    case PROP_RTT:
      g_value_take_string (value, get_rtt (self));
      break;
    case PROP_ENDED:
      g_value_set_boolean (value, self->status.ended);
      break;
    default:
      get_class_property (self, prop_id, value);
    }
}

static void
ui_connection_finalize (GObject *object)
{
  UiConnection *self = UI_CONNECTION (object);

  g_clear_pointer (&self->identity_bytes, g_bytes_unref);
  g_free (self->peer);
  g_free (self->name);
  g_free (self->identity);
  g_free (self->identity_tooltip);
  g_free (self->cipher);
  g_free (self->last);
  G_OBJECT_CLASS (ui_connection_parent_class)->finalize (object);
}

static void
ui_connection_class_init (UiConnectionClass *klass)
{
  static const struct
  {
    guint       prop;
    const char *name;
  } strings[] = {
    { PROP_PEER, "peer" }, { PROP_NAME, "name" }, { PROP_IDENTITY, "identity" },
    { PROP_IDENTITY_TOOLTIP, "identity-tooltip" }, { PROP_TITLE, "title" },
    { PROP_DETAIL, "detail" },
    { PROP_STATE_TEXT, "state-text" }, { PROP_STATE_ICON, "state-icon" }, { PROP_CIPHER, "cipher" },
    { PROP_IN_OUT, "in-out" }, { PROP_TOTALS, "totals" },
    { PROP_TOOLTIP, "tooltip" }, { PROP_LAST, "last" }, { PROP_RTT, "rtt" },
  }, classes[] = {
    { PROP_ROW_CLASSES, "row-classes" }, { PROP_ICON_CLASSES, "icon-classes" },
    { PROP_WORD_CLASSES, "word-classes" }, { PROP_DETAIL_CLASSES, "detail-classes" },
    { PROP_IDENTITY_CLASSES, "identity-classes" }, { PROP_CIPHER_CLASSES, "cipher-classes" },
    { PROP_RTT_CLASSES, "rtt-classes" },
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ui_connection_get_property;
  object_class->finalize = ui_connection_finalize;
  properties[PROP_ID] = g_param_spec_uint64 ("id", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_ENDED] = g_param_spec_boolean ("ended", NULL, NULL, FALSE, flags);
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    properties[strings[i].prop] = g_param_spec_string (strings[i].name, NULL, NULL, NULL, flags);
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    properties[classes[i].prop]
    = g_param_spec_boxed (classes[i].name, NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ui_connection_init (UiConnection *self)
{
}

/**
 * ui_connection_new:
 * @event: any event of the association
 *
 * Returns: (transfer full): its row. Main thread, as all of this.
 */
UiConnection *
ui_connection_new (const DtlsEvent *event,
                   DtlsRole         role)
{
  UiConnection *self = g_object_new (UI_TYPE_CONNECTION, NULL);

  self->id = event->association;
  self->role = role;
  self->status.state
    = role == DTLS_ROLE_CLIENT ? UI_CONNECTION_CONNECTING : UI_CONNECTION_HANDSHAKE;
  self->peer = g_strdup ("—");
  ui_connection_apply (self, event);
  self->dirty = 0;
  return self;
}

/**
 * ui_connection_apply:
 *
 * Takes what an event says; nothing is notified before ui_connection_flush(). No string is made
 * for a mere message. Returns: TRUE for the first event since then.
 */
gboolean
ui_connection_apply (UiConnection    *self,
                     const DtlsEvent *event)
{
  gboolean clean = self->dirty == 0;

  take_peer (self, event);
  take_identity (self, event);
  if (ui_connection_status_apply (&self->status, event))
    self->dirty |= CHANGE_STATE;
  if (event->code == DTLS_CODE_ESTABLISHED || event->code == DTLS_CODE_SNAPSHOT)
    take_cipher (self, event);
  take_max_bytes (self, event);
  self->totals = event->totals;
  self->last_us = MAX (self->last_us, event->time_us);
  self->dirty |= CHANGE_TOTALS;
  return clean;
}

/**
 * ui_connection_flush:
 *
 * Notifies what the events since the last call changed. Returns: FALSE if that was nothing.
 */
gboolean
ui_connection_flush (UiConnection *self)
{
  guint dirty = self->dirty;

  if (dirty == 0)
    return FALSE;
  self->dirty = 0;
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 0; i < G_N_ELEMENTS (touched); i++)
    if ((touched[i].changes & dirty) != 0)
      g_object_notify_by_pspec (G_OBJECT (self), properties[touched[i].prop]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST]);
  g_object_thaw_notify (G_OBJECT (self));
  return TRUE;
}

/**
 * ui_connection_refresh_time:
 * @now_us: wall clock
 *
 * Notifies "last" when its words changed and a visible cell is bound to it: once a second in the
 * first minute, then once a minute.
 */
void
ui_connection_refresh_time (UiConnection *self,
                            gint64        now_us)
{
  static guint signal_notify;
  g_autofree char *last = NULL;

  if (signal_notify == 0)
    signal_notify = g_signal_lookup ("notify", G_TYPE_OBJECT);
  if (!g_signal_has_handler_pending (self, signal_notify, g_quark_from_static_string ("last"),
                                     FALSE))
    return;
  last = ui_connection_format_age (now_us - self->last_us);
  if (g_strcmp0 (last, self->last) == 0)
    return;
  g_free (self->last);
  self->last = g_steal_pointer (&last);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST]);
}

guint64
ui_connection_get_id (UiConnection *self)
{
  return self->id;
}

UiConnectionState
ui_connection_get_state (UiConnection *self)
{
  return self->status.state;
}

const char *
ui_connection_get_peer (UiConnection *self)
{
  return self->peer;
}

const DtlsAddress *
ui_connection_get_address (UiConnection *self)
{
  return &self->address;
}

const char *
ui_connection_get_name (UiConnection *self)
{
  return self->name != NULL ? self->name : self->peer;
}

const char *
ui_connection_get_identity (UiConnection *self)
{
  return self->identity;
}

/* Unowned; NULL while it is not known. */
GBytes *
ui_connection_get_identity_bytes (UiConnection *self)
{
  return self->identity_bytes;
}

const char *
ui_connection_get_cipher (UiConnection *self)
{
  return self->cipher;
}

const DtlsCounters *
ui_connection_get_totals (UiConnection *self)
{
  return &self->totals;
}

/**
 * ui_connection_get_max_bytes:
 *
 * Returns: the most bytes of data that one datagram to it holds; 0: not known.
 */
guint
ui_connection_get_max_bytes (UiConnection *self)
{
  return self->max_bytes;
}

/**
 * ui_connection_get_answered:
 *
 * Returns: TRUE if a message came, or if it is connected and none was sent. Source: DESIGN 3.
 */
gboolean
ui_connection_get_answered (UiConnection *self)
{
  return self->totals.messages_in > 0
         || (self->totals.messages_out == 0 && ui_connection_get_connected (self));
}

gint64
ui_connection_get_last_us (UiConnection *self)
{
  return self->last_us;
}

gboolean
ui_connection_get_ended (UiConnection *self)
{
  return self->status.ended;
}

gboolean
ui_connection_get_connected (UiConnection *self)
{
  return !self->status.ended
         && (self->status.state == UI_CONNECTION_CONNECTED
             || self->status.state == UI_CONNECTION_UNREACHABLE);
}
