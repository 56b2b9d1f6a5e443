/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-connection-store.h"

#define FLUSH_US (250 * 1000)

struct _UiConnectionStore
{
  GObject     parent_instance;

  DtlsRole    role;
  GHashTable *by_id;            /* id -> UiConnection, owned; also those not in @items yet */
  GPtrArray  *items;            /* owned: what the model shows, in the order they came */
  GPtrArray  *added;            /* owned: comes with the next flush */
  GPtrArray  *dirty;            /* unowned: changed since the last flush; all are in @by_id */
  GQueue      ended;            /* unowned, oldest end first */
  guint       max_ended;
  guint       n_left;           /* of those that ended and were taken out: answered */
  GHashTable *told;             /* ids of the rows that a resync has told of so far */
  GListStore *connected;
  gboolean    connected_changed;
  gboolean    limits_changed;
  guint       max_bytes;        /* the least of those in @connected; 0: not known */
  guint       n_open;
  guint       n_connected;
  guint       said[3];          /* what was notified of n-open, n-connected, n-handshakes */
  gint64      flushed_us;       /* monotonic */
  guint       flush_id;
};

static GType
ui_connection_store_get_item_type (GListModel *model)
{
  return UI_TYPE_CONNECTION;
}

static guint
ui_connection_store_get_n_items (GListModel *model)
{
  return UI_CONNECTION_STORE (model)->items->len;
}

static gpointer
ui_connection_store_get_item (GListModel *model,
                              guint       position)
{
  UiConnectionStore *self = UI_CONNECTION_STORE (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position))
                                     : NULL;
}

static void
ui_connection_store_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ui_connection_store_get_item_type;
  iface->get_n_items = ui_connection_store_get_n_items;
  iface->get_item = ui_connection_store_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (UiConnectionStore, ui_connection_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      ui_connection_store_model_init))

enum
{
  PROP_N_OPEN = 1,
  PROP_N_CONNECTED,
  PROP_N_HANDSHAKES,
  PROP_SUMMARY,
  PROP_MAX_BYTES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Counts by what changed, so that nobody walks the rows. */
static void
count_change (UiConnectionStore *self,
              UiConnection      *connection,
              gboolean           was_open,
              gboolean           was_connected)
{
  gboolean is_open = !ui_connection_get_ended (connection);
  gboolean is_connected = ui_connection_get_connected (connection);

  if (is_open != was_open)
    {
      self->n_open += is_open ? 1 : -1;
      if (is_open)
        g_queue_remove (&self->ended, connection);
      else
        g_queue_push_tail (&self->ended, connection);
    }
  if (is_connected != was_connected)
    {
      self->n_connected += is_connected ? 1 : -1;
      self->connected_changed = TRUE;
    }
}

static gboolean
is_news (const DtlsEvent *event)
{
  /* sent on the old row after it is gone, or about nobody's row */
  return event->code != DTLS_CODE_CLOSED && event->code != DTLS_CODE_REPLACED
         && !(event->code == DTLS_CODE_SNAPSHOT && event->number[0] == DTLS_SNAPSHOT_GONE);
}

/* A resync is complete: rows it did not tell of have ended, and the event of that was lost. */
static void
end_untold (UiConnectionStore *self,
            const DtlsEvent   *marker)
{
  gboolean complete = g_hash_table_size (self->told) == (guint) marker->number[1];
  GHashTableIter iter;
  gpointer id, value;

  g_hash_table_iter_init (&iter, self->by_id);
  while (complete && g_hash_table_iter_next (&iter, &id, &value))
    {
      gboolean was_connected = ui_connection_get_connected (value);
      DtlsEvent gone = { .code = DTLS_CODE_SNAPSHOT, .number = { DTLS_SNAPSHOT_GONE },
                         .totals = *ui_connection_get_totals (value) };

      if (ui_connection_get_ended (value) || g_hash_table_contains (self->told, id))
        continue;
      if (ui_connection_apply (value, &gone))
        g_ptr_array_add (self->dirty, value);
      count_change (self, value, TRUE, was_connected);
    }
  g_hash_table_remove_all (self->told);
}

/* What a resync says; FALSE when that is all of the event. */
static gboolean
take_snapshot (UiConnectionStore *self,
               const DtlsEvent   *event)
{
  if (event->number[0] == DTLS_SNAPSHOT_ALL)
    end_untold (self, event);
  else if (event->number[0] != DTLS_SNAPSHOT_GONE)
    g_hash_table_add (self->told, g_memdup2 (&event->association, sizeof event->association));
  return event->association != 0;
}

static void
take_event (UiConnectionStore *self,
            const DtlsEvent   *event)
{
  UiConnection *connection;
  gboolean was_open, was_connected;
  guint max_bytes;

  if (event->code == DTLS_CODE_SNAPSHOT && !take_snapshot (self, event))
    return;
  if (event->association == 0)
    return;
  connection = g_hash_table_lookup (self->by_id, &event->association);
  if (connection == NULL)
    {
      if (!is_news (event))
        return;
      connection = ui_connection_new (event, self->role);
      g_hash_table_insert (self->by_id,
                           g_memdup2 (&event->association, sizeof event->association), connection);
      g_ptr_array_add (self->added, g_object_ref (connection));
      self->n_open++; /* as if it had been open for a moment: count_change() corrects it */
      count_change (self, connection, TRUE, FALSE);
      return;
    }
  was_open = !ui_connection_get_ended (connection);
  was_connected = ui_connection_get_connected (connection);
  max_bytes = ui_connection_get_max_bytes (connection);
  if (ui_connection_apply (connection, event))
    g_ptr_array_add (self->dirty, connection);
  self->limits_changed |= ui_connection_get_max_bytes (connection) != max_bytes;
  count_change (self, connection, was_open, was_connected);
}

/* Takes the oldest ended rows over the bound out: one change of the model for all of them. */
static void
drop_ended (UiConnectionStore *self)
{
  g_autoptr(GHashTable) gone = NULL;
  g_autoptr(GPtrArray) kept = NULL;
  guint first = G_MAXUINT, last = 0, n_kept = 0;

  if (self->ended.length <= self->max_ended)
    return;
  gone = g_hash_table_new (NULL, NULL);
  while (self->ended.length > self->max_ended)
    g_hash_table_add (gone, g_queue_pop_head (&self->ended));
  for (guint i = 0; i < self->items->len; i++)
    if (g_hash_table_contains (gone, g_ptr_array_index (self->items, i)))
      {
        self->n_left += ui_connection_get_answered (g_ptr_array_index (self->items, i));
        first = MIN (first, i);
        last = i;
      }
  if (first == G_MAXUINT)
    return;
  kept = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->items->len; i++)
    {
      UiConnection *connection = g_ptr_array_index (self->items, i);
      guint64 id = ui_connection_get_id (connection);

      if (g_hash_table_contains (gone, connection))
        g_hash_table_remove (self->by_id, &id);
      else
        {
          g_ptr_array_add (kept, g_object_ref (connection));
          n_kept += i >= first && i <= last;
        }
    }
  g_ptr_array_unref (self->items);
  self->items = g_steal_pointer (&kept);
  g_list_model_items_changed (G_LIST_MODEL (self), first, last - first + 1, n_kept);
}

static void
update_max_bytes (UiConnectionStore *self)
{
  guint least = 0;

  if (!self->connected_changed && !self->limits_changed)
    return;
  self->limits_changed = FALSE;
  for (guint i = 0; i < self->items->len; i++)
    {
      UiConnection *connection = g_ptr_array_index (self->items, i);
      guint bytes = ui_connection_get_max_bytes (connection);

      if (bytes > 0 && ui_connection_get_connected (connection) && (least == 0 || bytes < least))
        least = bytes;
    }
  self->max_bytes = least;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_BYTES]);
}

/* Brings the list of targets up to date with one splice between what stays at both ends. */
static void
update_connected (UiConnectionStore *self)
{
  g_autoptr(GPtrArray) now = NULL;
  GListModel *model = G_LIST_MODEL (self->connected);
  guint n_old = g_list_model_get_n_items (model);
  guint head = 0, tail = 0;

  if (!self->connected_changed)
    return;
  self->connected_changed = FALSE;
  now = g_ptr_array_new ();
  for (guint i = 0; i < self->items->len; i++)
    if (ui_connection_get_connected (g_ptr_array_index (self->items, i)))
      g_ptr_array_add (now, g_ptr_array_index (self->items, i));
  for (; head < n_old && head < now->len; head++)
    {
      g_autoptr(UiConnection) old = g_list_model_get_item (model, head);

      if (old != g_ptr_array_index (now, head))
        break;
    }
  for (; head + tail < n_old && head + tail < now->len; tail++)
    {
      g_autoptr(UiConnection) old = g_list_model_get_item (model, n_old - 1 - tail);

      if (old != g_ptr_array_index (now, now->len - 1 - tail))
        break;
    }
  if (n_old - head - tail > 0 || now->len - head - tail > 0)
    g_list_store_splice (self->connected, head, n_old - head - tail, now->pdata + head,
                         now->len - head - tail);
}

static void
notify_counts (UiConnectionStore *self)
{
  guint now[3] = { self->n_open, self->n_connected, self->n_open - self->n_connected };

  for (guint i = 0; i < G_N_ELEMENTS (now); i++)
    {
      if (self->said[i] == now[i])
        continue;
      self->said[i] = now[i];
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_OPEN + i]);
    }
  if (self->role == DTLS_ROLE_CLIENT)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUMMARY]);
}

static gboolean
flush_cb (gpointer user_data)
{
  UiConnectionStore *self = user_data;

  self->flush_id = 0;
  ui_connection_store_flush (self);
  return G_SOURCE_REMOVE;
}

static void
ui_connection_store_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  UiConnectionStore *self = UI_CONNECTION_STORE (object);

  switch (prop_id)
    {
    case PROP_N_OPEN:
      g_value_set_uint (value, self->n_open);
      break;
    case PROP_N_CONNECTED:
      g_value_set_uint (value, self->n_connected);
      break;
    case PROP_N_HANDSHAKES:
      g_value_set_uint (value, self->n_open - self->n_connected);
      break;
    case PROP_SUMMARY:
      g_value_take_string (value, ui_connection_store_make_summary (self));
      break;
    case PROP_MAX_BYTES:
      g_value_set_uint (value, self->max_bytes);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_connection_store_dispose (GObject *object)
{
  UiConnectionStore *self = UI_CONNECTION_STORE (object);

  g_clear_handle_id (&self->flush_id, g_source_remove);
  g_ptr_array_set_size (self->dirty, 0);
  g_queue_clear (&self->ended);
  g_hash_table_remove_all (self->by_id);
  g_ptr_array_set_size (self->added, 0);
  g_ptr_array_set_size (self->items, 0);
  g_list_store_remove_all (self->connected);
  G_OBJECT_CLASS (ui_connection_store_parent_class)->dispose (object);
}

static void
ui_connection_store_finalize (GObject *object)
{
  UiConnectionStore *self = UI_CONNECTION_STORE (object);

  g_ptr_array_unref (self->dirty);
  g_ptr_array_unref (self->added);
  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->told);
  g_object_unref (self->connected);
  G_OBJECT_CLASS (ui_connection_store_parent_class)->finalize (object);
}

static void
ui_connection_store_class_init (UiConnectionStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ui_connection_store_get_property;
  object_class->dispose = ui_connection_store_dispose;
  object_class->finalize = ui_connection_store_finalize;
  properties[PROP_N_OPEN] = g_param_spec_uint ("n-open", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_CONNECTED]
    = g_param_spec_uint ("n-connected", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_HANDSHAKES] = g_param_spec_uint ("n-handshakes", NULL, NULL, 0, G_MAXUINT, 0,
                                                     flags);
  properties[PROP_SUMMARY] = g_param_spec_string ("summary", NULL, NULL, NULL, flags);
  properties[PROP_MAX_BYTES] = g_param_spec_uint ("max-bytes", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ui_connection_store_init (UiConnectionStore *self)
{
  self->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  self->told = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->added = g_ptr_array_new_with_free_func (g_object_unref);
  self->dirty = g_ptr_array_new ();
  self->connected = g_list_store_new (UI_TYPE_CONNECTION);
  g_queue_init (&self->ended);
  self->max_ended = UI_CONNECTION_STORE_MAX_ENDED;
}

/**
 * ui_connection_store_new:
 *
 * Returns: (transfer full): an empty list. Main thread, as all of this.
 */
UiConnectionStore *
ui_connection_store_new (DtlsRole role)
{
  UiConnectionStore *self = g_object_new (UI_TYPE_CONNECTION_STORE, NULL);

  self->role = role;
  return self;
}

DtlsRole
ui_connection_store_get_role (UiConnectionStore *self)
{
  g_return_val_if_fail (UI_IS_CONNECTION_STORE (self), DTLS_ROLE_SERVER);

  return self->role;
}

/**
 * ui_connection_store_append_ranges:
 * @ranges: (array length=n_ranges): lent for the call
 *
 * Takes what the events say. The model and the properties of its rows change at once if the last
 * change is a quarter of a second ago, else when it is.
 */
void
ui_connection_store_append_ranges (UiConnectionStore    *self,
                                   const DtlsEventRange *ranges,
                                   guint                 n_ranges)
{
  gint64 wait_us;

  g_return_if_fail (UI_IS_CONNECTION_STORE (self));

  for (guint i = 0; i < n_ranges; i++)
    {
      const DtlsEvent *event = NULL;
      guint32 at = 0;

      while ((event = dtls_event_range_next (&ranges[i], event, &at)) != NULL)
        take_event (self, event);
    }
  if (self->flush_id != 0 || (self->added->len == 0 && self->dirty->len == 0))
    return;
  wait_us = self->flushed_us + FLUSH_US - g_get_monotonic_time ();
  if (self->flushed_us == 0 || wait_us <= 0)
    ui_connection_store_flush (self);
  else
    self->flush_id = g_timeout_add (wait_us / 1000 + 1, flush_cb, self);
}

/**
 * ui_connection_store_flush:
 *
 * Shows now what is known.
 */
void
ui_connection_store_flush (UiConnectionStore *self)
{
  guint n_before, n_added;

  g_return_if_fail (UI_IS_CONNECTION_STORE (self));

  g_clear_handle_id (&self->flush_id, g_source_remove);
  self->flushed_us = g_get_monotonic_time ();
  for (guint i = 0; i < self->dirty->len; i++)
    ui_connection_flush (g_ptr_array_index (self->dirty, i));
  g_ptr_array_set_size (self->dirty, 0);
  n_before = self->items->len;
  n_added = self->added->len;
  if (n_added > 0)
    {
      for (guint i = 0; i < n_added; i++)
        g_ptr_array_add (self->items, g_object_ref (g_ptr_array_index (self->added, i)));
      g_ptr_array_set_size (self->added, 0);
      g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, n_added);
    }
  drop_ended (self);
  update_max_bytes (self);
  update_connected (self);
  notify_counts (self);
}

/**
 * ui_connection_store_lookup:
 *
 * Returns: (transfer none) (nullable): the row of an association, shown or not yet.
 */
UiConnection *
ui_connection_store_lookup (UiConnectionStore *self,
                            guint64            id)
{
  g_return_val_if_fail (UI_IS_CONNECTION_STORE (self), NULL);

  return g_hash_table_lookup (self->by_id, &id);
}

/**
 * ui_connection_store_get_connected:
 *
 * Returns: (transfer none): those that can be sent to, in the same order.
 */
GListModel *
ui_connection_store_get_connected (UiConnectionStore *self)
{
  g_return_val_if_fail (UI_IS_CONNECTION_STORE (self), NULL);

  return G_LIST_MODEL (self->connected);
}

guint
ui_connection_store_get_n_open (UiConnectionStore *self)
{
  g_return_val_if_fail (UI_IS_CONNECTION_STORE (self), 0);

  return self->n_open;
}

guint
ui_connection_store_get_n_connected (UiConnectionStore *self)
{
  g_return_val_if_fail (UI_IS_CONNECTION_STORE (self), 0);

  return self->n_connected;
}

guint
ui_connection_store_get_n_handshakes (UiConnectionStore *self)
{
  g_return_val_if_fail (UI_IS_CONNECTION_STORE (self), 0);

  return self->n_open - self->n_connected;
}

/**
 * ui_connection_store_get_n_answered:
 *
 * Returns: how many were answered, also of those that have left the list. Walks the rows.
 */
guint
ui_connection_store_get_n_answered (UiConnectionStore *self)
{
  guint n = 0;

  g_return_val_if_fail (UI_IS_CONNECTION_STORE (self), 0);

  for (guint i = 0; i < self->items->len; i++)
    n += ui_connection_get_answered (g_ptr_array_index (self->items, i));
  return self->n_left + n;
}

/**
 * ui_connection_store_get_max_bytes:
 * @id: an association; 0: all that are connected
 *
 * Returns: the most bytes of data that one datagram to it, or to each of them, holds; 0: not known.
 */
guint
ui_connection_store_get_max_bytes (UiConnectionStore *self,
                                   guint64            id)
{
  UiConnection *connection;

  g_return_val_if_fail (UI_IS_CONNECTION_STORE (self), 0);

  connection = id != 0 ? g_hash_table_lookup (self->by_id, &id) : NULL;
  return connection != NULL ? ui_connection_get_max_bytes (connection) : self->max_bytes;
}

/**
 * ui_connection_store_set_max_ended:
 *
 * Keeps the newest @max_ended of the rows that have ended (200 at first). If that takes rows out,
 * what is known is shown first: none that changed, or is not shown yet, may go unnoticed.
 */
void
ui_connection_store_set_max_ended (UiConnectionStore *self,
                                   guint              max_ended)
{
  g_return_if_fail (UI_IS_CONNECTION_STORE (self));

  self->max_ended = max_ended;
  if (self->ended.length > max_ended)
    ui_connection_store_flush (self);
}

/**
 * ui_connection_store_refresh_times:
 * @now_us: wall clock
 *
 * Refreshes "last" of the rows that somebody looks at: once a second while the list is seen.
 */
void
ui_connection_store_refresh_times (UiConnectionStore *self,
                                   gint64             now_us)
{
  g_return_if_fail (UI_IS_CONNECTION_STORE (self));

  for (guint i = 0; i < self->items->len; i++)
    ui_connection_refresh_time (g_ptr_array_index (self->items, i), now_us);
}
