/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "server-addresses.h"

#include <glib/gi18n-lib.h>

#include "ui-local-addresses.h"

struct _ServerAddresses
{
  GObject        parent_instance;

  GtkStringList *labels;
  GArray        *addresses;     /* DtlsAddress, in the order of labels, port 0 */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ServerAddresses, server_addresses, G_TYPE_OBJECT)

static void
add (GPtrArray         *labels,
     GArray            *addresses,
     const DtlsAddress *address,
     const char        *label)
{
  g_ptr_array_add (labels, g_strdup (label));
  g_array_append_val (addresses, *address);
}

static void
add_text (GPtrArray  *labels,
          GArray     *addresses,
          const char *ip,
          const char *label)
{
  DtlsAddress address;

  if (dtls_address_parse_ip (&address, ip, 0))
    add (labels, addresses, &address, label);
}

static void
add_interface (GPtrArray            *labels,
               GArray               *addresses,
               const UiLocalAddress *local)
{
  g_autofree char *label = NULL;
  char text[DTLS_ADDRESS_TEXT_BYTES];

  dtls_address_print (&local->address, DTLS_ADDRESS_BARE, text);
  if (local->address.scope != 0)
    label = g_strdup (text);    /* names its interface already */
  else
    /* Translators: an address and its network interface, such as "192.0.2.2 (eth0)" */
    label = g_strdup_printf (_("%s (%s)"), text, local->interface);
  add (labels, addresses, &local->address, label);
}

static gboolean
is_same_list (ServerAddresses *self,
              GPtrArray       *labels,
              GArray          *addresses)
{
  if (self->addresses->len != addresses->len)
    return FALSE;

  for (guint i = 0; i < addresses->len; i++)
    if (!dtls_address_equal (&g_array_index (self->addresses, DtlsAddress, i),
                             &g_array_index (addresses, DtlsAddress, i))
        || g_strcmp0 (gtk_string_list_get_string (self->labels, i), labels->pdata[i]) != 0)
      return FALSE;
  return TRUE;
}

static void
server_addresses_finalize (GObject *object)
{
  ServerAddresses *self = SERVER_ADDRESSES (object);

  g_object_unref (self->labels);
  g_array_unref (self->addresses);
  G_OBJECT_CLASS (server_addresses_parent_class)->finalize (object);
}

static void
server_addresses_class_init (ServerAddressesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = server_addresses_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
server_addresses_init (ServerAddresses *self)
{
  self->labels = gtk_string_list_new (NULL);
  self->addresses = g_array_new (FALSE, FALSE, sizeof (DtlsAddress));
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (server_addresses_refresh), self, G_CONNECT_SWAPPED);
}

/**
 * server_addresses_new:
 *
 * Looks at the interfaces at once. Thread: the main one.
 */
ServerAddresses *
server_addresses_new (void)
{
  ServerAddresses *self = g_object_new (SERVER_TYPE_ADDRESSES, NULL);

  server_addresses_refresh (self);
  return self;
}

/**
 * server_addresses_get_model:
 *
 * GtkStringObjects for a drop-down; owned by @self.
 */
GListModel *
server_addresses_get_model (ServerAddresses *self)
{
  g_return_val_if_fail (SERVER_IS_ADDRESSES (self), NULL);

  return G_LIST_MODEL (self->labels);
}

/**
 * server_addresses_get:
 * @address: (out): with port 0; written only on TRUE
 *
 * Returns: whether there is an address at @position
 */
gboolean
server_addresses_get (ServerAddresses *self,
                      guint            position,
                      DtlsAddress     *address)
{
  g_return_val_if_fail (SERVER_IS_ADDRESSES (self), FALSE);

  if (position >= self->addresses->len)
    return FALSE;

  *address = g_array_index (self->addresses, DtlsAddress, position);
  return TRUE;
}

/**
 * server_addresses_find:
 *
 * The position of @address, whatever its port, or GTK_INVALID_LIST_POSITION.
 */
guint
server_addresses_find (ServerAddresses   *self,
                       const DtlsAddress *address)
{
  DtlsAddress wanted;

  g_return_val_if_fail (SERVER_IS_ADDRESSES (self), GTK_INVALID_LIST_POSITION);

  wanted = *address;
  wanted.port = 0;
  for (guint i = 0; i < self->addresses->len; i++)
    if (dtls_address_equal (&g_array_index (self->addresses, DtlsAddress, i), &wanted))
      return i;
  return GTK_INVALID_LIST_POSITION;
}

/**
 * server_addresses_refresh:
 *
 * Looks at the interfaces again; called by itself when the network changes.
 */
void
server_addresses_refresh (ServerAddresses *self)
{
  g_autoptr(GArray) local = ui_local_addresses_list ();
  g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GArray) addresses = g_array_new (FALSE, FALSE, sizeof (DtlsAddress));

  g_return_if_fail (SERVER_IS_ADDRESSES (self));

  add_text (labels, addresses, "127.0.0.1", "127.0.0.1");
  add_text (labels, addresses, "::", _("All addresses (IPv6 and IPv4)"));
  add_text (labels, addresses, "0.0.0.0", _("All IPv4 addresses"));
  add_text (labels, addresses, "::1", "::1");
  for (guint i = 0; i < local->len; i++)
    {
      const UiLocalAddress *item = &g_array_index (local, UiLocalAddress, i);
      char text[DTLS_ADDRESS_TEXT_BYTES];

      dtls_address_print (&item->address, DTLS_ADDRESS_BARE, text);
      if (!g_str_equal (text, "127.0.0.1") && !g_str_equal (text, "::1"))
        add_interface (labels, addresses, item);
    }

  if (is_same_list (self, labels, addresses))
    return;

  g_ptr_array_add (labels, NULL);
  g_array_set_size (self->addresses, 0);
  g_array_append_vals (self->addresses, addresses->data, addresses->len);
  gtk_string_list_splice (self->labels, 0, g_list_model_get_n_items (G_LIST_MODEL (self->labels)),
                          (const char * const *) labels->pdata);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}
