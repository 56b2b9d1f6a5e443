/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-connection-status.h"

#include <glib/gi18n-lib.h>

/* Words, icon and role of a state; what is good has a plain word, only its icon is coloured. */
static const struct
{
  const char *text;
  const char *icon;
  UiRole      icon_role;
  UiRole      word_role;
} looks[] = {
  [UI_CONNECTION_CONNECTING]
    = { N_("Connecting"), "content-loading-symbolic", UI_ROLE_DIM, UI_ROLE_NONE },
  [UI_CONNECTION_HANDSHAKE]
    = { N_("Handshake"), "content-loading-symbolic", UI_ROLE_DIM, UI_ROLE_NONE },
  [UI_CONNECTION_RETRANSMITTING]
    = { N_("Handshake, sending again"), "view-refresh-symbolic", UI_ROLE_WARNING, UI_ROLE_WARNING },
  [UI_CONNECTION_CONNECTED]
    = { N_("Connected"), "channel-secure-symbolic", UI_ROLE_SUCCESS, UI_ROLE_NONE },
  [UI_CONNECTION_UNREACHABLE]
    = { N_("Unreachable"), "dialog-warning-symbolic", UI_ROLE_WARNING, UI_ROLE_WARNING },
  [UI_CONNECTION_RECONNECTING]
    = { N_("Reconnecting"), "view-refresh-symbolic", UI_ROLE_WARNING, UI_ROLE_WARNING },
  [UI_CONNECTION_KEY_DIFFERS]
    = { N_("Key differs"), "dialog-password-symbolic", UI_ROLE_ERROR, UI_ROLE_ERROR },
  [UI_CONNECTION_UNKNOWN_IDENTITY]
    = { N_("Unknown identity"), "dialog-password-symbolic", UI_ROLE_ERROR, UI_ROLE_ERROR },
  [UI_CONNECTION_NO_COMMON_SUITE]
    = { N_("No common cipher"), "dialog-error-symbolic", UI_ROLE_ERROR, UI_ROLE_ERROR },
  [UI_CONNECTION_CLOSED] = { N_("Closed"), "window-close-symbolic", UI_ROLE_DIM, UI_ROLE_NONE },
  [UI_CONNECTION_TIMED_OUT]
    = { N_("Timed out"), "window-close-symbolic", UI_ROLE_DIM, UI_ROLE_NONE },
  [UI_CONNECTION_FAILED] = { N_("Failed"), "dialog-error-symbolic", UI_ROLE_ERROR, UI_ROLE_ERROR },
};

/* Why it does not work: stays until it does. */
static gboolean
is_diagnosed (UiConnectionStatus *self)
{
  return self->state == UI_CONNECTION_KEY_DIFFERS || self->state == UI_CONNECTION_UNKNOWN_IDENTITY
         || self->state == UI_CONNECTION_NO_COMMON_SUITE;
}

static void
set_state (UiConnectionStatus *self,
           UiConnectionState state,
           gboolean          ended)
{
  if (self->state == state && self->ended == ended)
    return;
  self->state = state;
  self->ended = ended;
}

/* A step of the handshake: not news after a diagnosis, nor on an established connection. */
static void
step (UiConnectionStatus *self,
      UiConnectionState  state)
{
  if (is_diagnosed (self) && !self->ended)
    return;
  if (self->state == UI_CONNECTION_CONNECTED && !self->ended)
    return;
  set_state (self, state, FALSE);
}

static void
end (UiConnectionStatus *self,
     UiConnectionState  state)
{
  set_state (self, is_diagnosed (self) ? self->state : state, TRUE);
}

static void
take_event (UiConnectionStatus *self,
            const DtlsEvent    *event)
{
  switch ((DtlsCode) event->code)
    {
    case DTLS_CODE_CONNECTING:
    case DTLS_CODE_STARTING:
      step (self, UI_CONNECTION_CONNECTING);
      break;
    case DTLS_CODE_VERIFIED:
    case DTLS_CODE_ANSWERED:
    case DTLS_CODE_PROGRESS:
    case DTLS_CODE_IDENTITY:
    case DTLS_CODE_PROVIDING_KEY:
      step (self, UI_CONNECTION_HANDSHAKE);
      break;
    case DTLS_CODE_RETRANSMIT:
      self->flight = event->number[0];
      step (self, UI_CONNECTION_RETRANSMITTING);
      break;
    case DTLS_CODE_ESTABLISHED:
      set_state (self, UI_CONNECTION_CONNECTED, FALSE);
      break;
    case DTLS_CODE_SNAPSHOT:
      if (event->number[0] == DTLS_SNAPSHOT_GONE)
        end (self, UI_CONNECTION_CLOSED);
      else if (event->number[0] == DTLS_SNAPSHOT_ESTABLISHED)
        set_state (self, UI_CONNECTION_CONNECTED, FALSE);
      else
        step (self, UI_CONNECTION_HANDSHAKE);
      break;
    case DTLS_CODE_UNREACHABLE:
      set_state (self, UI_CONNECTION_UNREACHABLE, FALSE);
      break;
    case DTLS_CODE_RECONNECTING:
      set_state (self, UI_CONNECTION_RECONNECTING, FALSE);
      break;
    case DTLS_CODE_CLOSED:
      end (self, event->number[0] == DTLS_CLOSE_IDLE || event->number[0] == DTLS_CLOSE_HANDSHAKE_AGE
                   ? UI_CONNECTION_TIMED_OUT : UI_CONNECTION_CLOSED);
      break;
    case DTLS_CODE_REPLACED:
      end (self, UI_CONNECTION_CLOSED);
      break;
    case DTLS_CODE_FAILED:
      end (self, UI_CONNECTION_FAILED);
      break;
    case DTLS_CODE_GAVE_UP:
      end (self, event->number[2] == DTLS_GAVE_UP_KEYS ? UI_CONNECTION_KEY_DIFFERS
                                                       : UI_CONNECTION_TIMED_OUT);
      break;
    case DTLS_CODE_KEY_DIFFERS:
      set_state (self, UI_CONNECTION_KEY_DIFFERS, self->ended);
      break;
    case DTLS_CODE_KEY_AGREES:
      if (self->state == UI_CONNECTION_KEY_DIFFERS)
        set_state (self, UI_CONNECTION_HANDSHAKE, FALSE);
      break;
    case DTLS_CODE_UNKNOWN_IDENTITY:
      set_state (self, UI_CONNECTION_UNKNOWN_IDENTITY, self->ended);
      break;
    case DTLS_CODE_NO_COMMON_SUITE:
      set_state (self, UI_CONNECTION_NO_COMMON_SUITE, self->ended);
      break;
    case DTLS_CODE_NONE:
      if (self->state == UI_CONNECTION_UNREACHABLE)
        set_state (self, UI_CONNECTION_CONNECTED, FALSE);
      break;
    default:
      break;
    }
}

/**
 * ui_connection_status_apply:
 *
 * Where a connection stands after @event. Returns: whether that is news.
 */
gboolean
ui_connection_status_apply (UiConnectionStatus *self,
                            const DtlsEvent    *event)
{
  UiConnectionStatus before = *self;

  take_event (self, event);
  return before.state != self->state || before.ended != self->ended
         || before.flight != self->flight;
}

/**
 * ui_connection_status_lose:
 *
 * It has ended, and no event says how. Returns: whether that is news.
 */
gboolean
ui_connection_status_lose (UiConnectionStatus *self)
{
  gboolean news = !self->ended;

  end (self, UI_CONNECTION_CLOSED);
  return news;
}

/**
 * ui_connection_status_get_text:
 *
 * Returns: (transfer full): the word of the state column, translated.
 */
char *
ui_connection_status_get_text (const UiConnectionStatus *self)
{
  if (self->state == UI_CONNECTION_RETRANSMITTING && self->flight > 0)
    /* Translators: %d is the number of a handshake flight */
    return g_strdup_printf (_("Handshake, flight %d again"), self->flight);
  return g_strdup (_(looks[self->state].text));
}

const char *
ui_connection_status_get_icon (const UiConnectionStatus *self)
{
  return looks[self->state].icon;
}

UiRole
ui_connection_status_get_icon_role (const UiConnectionStatus *self)
{
  return looks[self->state].icon_role;
}

UiRole
ui_connection_status_get_word_role (const UiConnectionStatus *self)
{
  return looks[self->state].word_role;
}
