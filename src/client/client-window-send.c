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
  if (self->engine == NULL)
    return self->all_pings;
  selected = ui_connection_list_get_selected (self->connection_list);
  if (selected == NULL)
    return self->all_pings;
  id = ui_connection_get_id (selected);
  return !g_hash_table_contains (self->without_pings, &id);
}

static void
note_pings (ClientWindow *self,
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
  UiConnection *selected = ui_connection_list_get_selected (self->connection_list);
  guint64 id = selected != NULL ? ui_connection_get_id (selected) : 0;
  int interval_s = ui_settings_get_int (self->settings, "ping-interval", 5);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->store));

  dtls_engine_set_ping (self->engine, id,
                        pings ? (guint)(interval_s > 0 ? interval_s : 5) * 1000 : 0);
  if (selected != NULL)
    {
      note_pings (self, id, pings);
      return;
    }

  self->all_pings = pings;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(UiConnection) connection = g_list_model_get_item (G_LIST_MODEL (self->store), i);

      note_pings (self, ui_connection_get_id (connection), pings);
    }
}

/**
 * client_window_send:
 * @association: 0: all that are connected
 *
 * Sends a message once, or again and again as the composer says.
 */
void
client_window_send (ClientWindow *self,
                    GBytes       *payload,
                    guint64       association)
{
  guint interval_ms = ui_message_composer_get_repeat_interval (self->composer);

  if (interval_ms == 0)
    {
      dtls_engine_send (self->engine, association, payload);
      return;
    }

  dtls_engine_repeat (self->engine, association, payload, interval_ms,
                      ui_message_composer_get_repeat_times (self->composer));
  g_hash_table_add (self->repeats, g_memdup2 (&association, sizeof association));
}

/**
 * client_window_stop_repeat:
 *
 * Ends every repetition that was begun.
 */
void
client_window_stop_repeat (ClientWindow *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->repeats);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    dtls_engine_repeat (self->engine, *(guint64 *) id, NULL, 0, 0);
  g_hash_table_remove_all (self->repeats);
}
