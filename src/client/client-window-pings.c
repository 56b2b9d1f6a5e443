/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-window-private.h"

#include "ui-settings.h"

/**
 * client_window_get_pings:
 *
 * Whether the selected connection sends pings; with none selected, what was asked for all.
 */
gboolean
client_window_get_pings (ClientWindow *self)
{
  UiConnection *selected;
  guint64 id;

  /* the action asks while the window is being built and while it goes away, too */
  if (ui_window_get_engine (UI_WINDOW (self)) == NULL)
    return self->all_pings;
  selected = ui_window_get_selected (UI_WINDOW (self));
  if (selected == NULL)
    return self->all_pings;
  id = ui_connection_get_id (selected);
  return !g_hash_table_contains (self->without_pings, &id);
}

/**
 * client_window_note_pings:
 *
 * Connection @id sends pings, or none: no more than a note of it.
 */
void
client_window_note_pings (ClientWindow *self,
                          guint64       id,
                          gboolean      pings)
{
  if (pings)
    g_hash_table_remove (self->without_pings, &id);
  else
    g_hash_table_add (self->without_pings, g_memdup2 (&id, sizeof id));
}

/**
 * client_window_set_pings:
 *
 * Has the selected connection, or all of them, send pings or no longer.
 */
void
client_window_set_pings (ClientWindow *self,
                         gboolean      pings)
{
  UiWindow *window = UI_WINDOW (self);
  GListModel *store = G_LIST_MODEL (ui_window_get_store (window));
  UiConnection *selected = ui_window_get_selected (window);
  guint64 id = selected != NULL ? ui_connection_get_id (selected) : 0;
  int interval_ms = ui_settings_get_int (ui_window_get_settings (window), "ping-interval-ms", 0);

  if (interval_ms == 0)
    interval_ms = CLIENT_PING_INTERVAL_MS;
  dtls_engine_set_ping (ui_window_get_engine (window), id, pings ? (guint) interval_ms : 0);
  if (selected != NULL)
    {
      client_window_note_pings (self, id, pings);
      return;
    }

  self->all_pings = pings;
  for (guint i = 0; i < g_list_model_get_n_items (store); i++)
    {
      g_autoptr(UiConnection) connection = g_list_model_get_item (store, i);

      client_window_note_pings (self, ui_connection_get_id (connection), pings);
    }
}
