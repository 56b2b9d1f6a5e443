/* SPDX-License-Identifier: MIT */
/* The engine notices when this computer loses the address that it listens on, and gets it back. */
#include "config.h"

#include "dtls-engine-private.h"

#include "dtls-address-watch.h"

static gboolean
changed_cb (gpointer user_data)
{
  DtlsEngine *self = user_data;
  DtlsListener *listener = dtls_core_get_listener (self->core);

  dtls_hub_set_time (dtls_core_get_hub (self->core), g_get_monotonic_time ());
  if (listener->open)
    dtls_core_set_address_present (self->core, dtls_address_is_present (&listener->bound));
  return G_SOURCE_CONTINUE;
}

/**
 * dtls_engine_watch_addresses:
 *
 * To be called on the engine's thread after it began to listen; does nothing the second time. Where
 * the system does not tell of changes there are no rows about them. Source: DESIGN 5.
 */
void
dtls_engine_watch_addresses (DtlsEngine *self)
{
  if (self->addresses == NULL)
    {
      self->addresses = dtls_address_watch_new ();
      if (self->addresses == NULL)
        return;
      g_source_set_callback (self->addresses, changed_cb, self, NULL);
      g_source_attach (self->addresses, self->context);
    }
  changed_cb (self);            /* what went before anybody watched */
}
