/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-local-addresses.h"

#include <ifaddrs.h>
#include <net/if.h>

static gboolean
is_listed (GArray            *list,
           const DtlsAddress *address)
{
  for (guint i = 0; i < list->len; i++)
    if (dtls_address_equal (&g_array_index (list, UiLocalAddress, i).address, address))
      return TRUE;
  return FALSE;
}

/**
 * ui_local_addresses_list:
 *
 * The addresses of all interfaces that are up, IPv4 and IPv6, link-local ones with their scope,
 * loopback included, in interface order, each once. An array of UiLocalAddress, owned by the
 * caller; empty where the system does not tell. Any thread. Source: getifaddrs(3).
 */
GArray *
ui_local_addresses_list (void)
{
  GArray *list = g_array_new (FALSE, TRUE, sizeof (UiLocalAddress));
  struct ifaddrs *first = NULL;

  if (getifaddrs (&first) < 0)
    return list;

  for (struct ifaddrs *i = first; i != NULL; i = i->ifa_next)
    {
      UiLocalAddress item = { 0 };

      if (i->ifa_addr == NULL || (i->ifa_flags & IFF_UP) == 0)
        continue;
      if (i->ifa_addr->sa_family != AF_INET && i->ifa_addr->sa_family != AF_INET6)
        continue;

      dtls_address_from_sockaddr (&item.address, i->ifa_addr);
      item.address.port = 0;
      if (is_listed (list, &item.address))
        continue;

      g_strlcpy (item.interface, i->ifa_name, sizeof item.interface);
      g_array_append_val (list, item);
    }

  freeifaddrs (first);
  return list;
}
