/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client-hosts.h"

#include "ui-local-addresses.h"

/* The search domain of this computer, or NULL. Owned by the caller. Source: resolv.conf(5). */
static char *
find_domain (void)
{
  g_autofree char *contents = NULL;
  g_auto(GStrv) lines = NULL;

  if (!g_file_get_contents ("/etc/resolv.conf", &contents, NULL, NULL))
    return NULL;

  lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto(GStrv) words = g_strsplit_set (lines[i], " \t", -1);

      if (words[0] == NULL || words[1] == NULL || *words[1] == '\0')
        continue;
      if ((g_str_equal (words[0], "domain") || g_str_equal (words[0], "search"))
          && !g_str_equal (words[1], "."))
        return g_strdup (words[1]);
    }
  return NULL;
}

static void
append_host (GMenu      *section,
             GHashTable *seen,
             const char *host,
             const char *action)
{
  g_autoptr(GMenuItem) item = NULL;
  g_auto(GStrv) parts = NULL;
  g_autofree char *label = NULL;

  if (!g_utf8_validate (host, -1, NULL) || !g_hash_table_add (seen, g_strdup (host)))
    return;

  /* in the label of a menu an underscore announces a mnemonic */
  parts = g_strsplit (host, "_", -1);
  label = g_strjoinv ("__", parts);
  item = g_menu_item_new (label, NULL);
  g_menu_item_set_action_and_target (item, action, "s", host);
  g_menu_append_item (section, item);
}

static void
append_names (GMenu      *section,
              GHashTable *seen,
              const char *action)
{
  const char *host = g_get_host_name ();
  g_autofree char *domain = find_domain ();

  if (host != NULL && *host != '\0')
    {
      append_host (section, seen, host, action);
      if (domain != NULL)
        {
          g_autofree char *whole = g_strconcat (host, ".", domain, NULL);

          append_host (section, seen, whole, action);
        }
    }
  append_host (section, seen, "localhost", action);
}

static void
append_addresses (GMenu      *section,
                  GHashTable *seen,
                  GArray     *addresses,
                  gboolean    loopback,
                  const char *action)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      const DtlsAddress *address = &g_array_index (addresses, UiLocalAddress, i).address;
      char text[DTLS_ADDRESS_TEXT_BYTES];

      if (!!dtls_address_is_loopback (address) != loopback)
        continue;

      dtls_address_print (address, DTLS_ADDRESS_BARE, text);
      append_host (section, seen, text, action);
    }
}

static void
append_section (GMenu *menu,
                GMenu *section)
{
  if (g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

/**
 * client_hosts_build_menu:
 * @recent: hosts connected to before, newest first
 * @action: name of an action that takes a string, the host
 *
 * What can be offered as a server's host, in sections: @recent; then the names and the addresses
 * of this computer as ORIGINALS 2.2 has them; then its loopback addresses. Each host once. Owned
 * by the caller. Thread: the main one.
 */
GMenuModel *
client_hosts_build_menu (const char * const *recent,
                         const char         *action)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GArray) addresses = ui_local_addresses_list ();
  g_autoptr(GMenu) first = g_menu_new ();
  g_autoptr(GMenu) names = g_menu_new ();
  g_autoptr(GMenu) loopback = g_menu_new ();
  GMenu *menu = g_menu_new ();

  g_return_val_if_fail (action != NULL, G_MENU_MODEL (menu));

  for (guint i = 0; recent != NULL && recent[i] != NULL; i++)
    append_host (first, seen, recent[i], action);
  append_names (names, seen, action);
  append_addresses (names, seen, addresses, FALSE, action);
  append_addresses (loopback, seen, addresses, TRUE, action);

  append_section (menu, first);
  append_section (menu, names);
  append_section (menu, loopback);
  return G_MENU_MODEL (menu);
}

/**
 * client_hosts_remember:
 *
 * A copy of @recent with @host first, each host once, at most CLIENT_HOSTS_N_RECENT of them.
 * Owned by the caller. Any thread.
 */
char **
client_hosts_remember (const char * const *recent,
                       const char         *host)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new ();

  g_return_val_if_fail (host != NULL, NULL);

  g_ptr_array_add (list, g_strdup (host));
  for (guint i = 0; recent != NULL && recent[i] != NULL; i++)
    if (!g_str_equal (recent[i], host) && list->len < CLIENT_HOSTS_N_RECENT)
      g_ptr_array_add (list, g_strdup (recent[i]));
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&list), FALSE);
}
