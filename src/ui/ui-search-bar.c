/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-search-bar.h"

#include <glib/gi18n-lib.h>

#include "ui-accessible.h"
#include "ui-log-search.h"
#include "ui-style.h"

#define NO_HIT G_MAXUINT

struct _UiSearchBar
{
  GtkWidget       parent_instance;

  GtkRevealer    *revealer;
  GtkSearchEntry *entry;
  GtkLabel       *hits;
  GtkWidget      *previous;
  GtkWidget      *next;

  UiMessagePane  *panes[UI_LOG_N_PARTS];        /* weak */
  UiLogSearch    *search;
  char           *query;        /* what @search looks for */
  guint           current;      /* of the hits; NO_HIT: none walked to yet */
  gboolean        search_mode;
  gboolean        wanted;       /* Enter came before the first hit */
  GtkWidget      *before;       /* weak: had the focus */
};

G_DEFINE_FINAL_TYPE (UiSearchBar, ui_search_bar, GTK_TYPE_WIDGET)

enum
{
  PROP_SEARCH_MODE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char *
query_of (UiSearchBar *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

static void
update (UiSearchBar *self)
{
  guint n = ui_search_bar_get_n_hits (self);
  g_autofree char *text = NULL;

  if (*query_of (self) == '\0')
    text = g_strdup ("");
  else if (n == 0 && self->search != NULL && ui_log_search_get_busy (self->search))
    text = g_strdup (_("Searching…"));
  else if (n == 0)
    text = g_strdup (_("No hits"));
  else if (self->current == NO_HIT)
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u hit", "%u hits", n), n);
  else
    /* Translators: which of how many hits */
    text = g_strdup_printf (_("%u of %u"), self->current + 1, n);
  gtk_label_set_label (self->hits, text);
  gtk_widget_set_sensitive (self->previous, n > 0);
  gtk_widget_set_sensitive (self->next, n > 0);
}

static void
search_progress_cb (UiSearchBar *self)
{
  update (self);
  if (self->search == NULL || ui_log_search_get_busy (self->search))
    return;
  if (self->wanted)
    ui_search_bar_next (self, FALSE);
  self->wanted = FALSE;
}

static void
highlight (UiSearchBar *self)
{
  const char *text = self->search_mode ? query_of (self) : NULL;

  for (guint i = 0; i < UI_LOG_N_PARTS; i++)
    if (self->panes[i] != NULL)
      ui_message_pane_set_search (self->panes[i], text);
}

static void
search_changed_cb (UiSearchBar *self)
{
  const char *query = self->search_mode ? query_of (self) : "";

  if (g_strcmp0 (self->query, query) == 0)      /* the entry says so once more, after a moment */
    return;
  g_free (self->query);
  self->query = g_strdup (query);
  self->current = NO_HIT;
  if (self->search != NULL)
    ui_log_search_set_query (self->search, query);
  highlight (self);
  update (self);
}

static void
next_cb (UiSearchBar *self)
{
  search_changed_cb (self);     /* Enter came before the entry said so */
  ui_search_bar_next (self, FALSE);
}

static void
previous_cb (UiSearchBar *self)
{
  ui_search_bar_next (self, TRUE);
}

static void
close_cb (UiSearchBar *self)
{
  ui_search_bar_set_search_mode (self, FALSE);
}

static gboolean
shift_enter_cb (GtkWidget *widget,
                GVariant  *args,
                gpointer   user_data)
{
  ui_search_bar_next (UI_SEARCH_BAR (user_data), TRUE);
  return TRUE;
}

static void
ui_search_bar_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SEARCH_MODE:
      g_value_set_boolean (value, UI_SEARCH_BAR (object)->search_mode);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_search_bar_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_SEARCH_MODE:
      ui_search_bar_set_search_mode (UI_SEARCH_BAR (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_search_bar_dispose (GObject *object)
{
  UiSearchBar *self = UI_SEARCH_BAR (object);
  GtkWidget *child;

  for (guint i = 0; i < UI_LOG_N_PARTS; i++)
    g_clear_weak_pointer (&self->panes[i]);
  g_clear_weak_pointer (&self->before);
  if (self->search != NULL)
    g_signal_handlers_disconnect_by_data (self->search, self);
  g_clear_object (&self->search);
  g_clear_pointer (&self->query, g_free);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ui_search_bar_parent_class)->dispose (object);
}

static void
ui_search_bar_class_init (UiSearchBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_search_bar_get_property;
  object_class->set_property = ui_search_bar_set_property;
  object_class->dispose = ui_search_bar_dispose;
  properties[PROP_SEARCH_MODE]
    = g_param_spec_boolean ("search-mode", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "logsearch");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SEARCH);
  gtk_widget_class_set_template_from_resource (widget_class, UI_RESOURCE_PATH "/ui-search-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, UiSearchBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, UiSearchBar, entry);
  gtk_widget_class_bind_template_child (widget_class, UiSearchBar, hits);
  gtk_widget_class_bind_template_child (widget_class, UiSearchBar, previous);
  gtk_widget_class_bind_template_child (widget_class, UiSearchBar, next);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
}

static void
ui_search_bar_init (UiSearchBar *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  self->current = NO_HIT;
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_accessible_name_controls (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Shift>Return|<Shift>KP_Enter"),
                      gtk_callback_action_new (shift_enter_cb, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}

/**
 * ui_search_bar_new:
 *
 * Returns: (transfer floating): a folded search bar. Main thread, as all of this.
 */
GtkWidget *
ui_search_bar_new (void)
{
  return g_object_new (UI_TYPE_SEARCH_BAR, NULL);
}

/**
 * ui_search_bar_set_panes:
 * @left: (nullable): information
 * @right: (nullable): messages
 *
 * Searches the log of the panes; they have it already and share it.
 */
void
ui_search_bar_set_panes (UiSearchBar   *self,
                         UiMessagePane *left,
                         UiMessagePane *right)
{
  UiMessagePane *any = left != NULL ? left : right;
  UiLog *log;

  g_return_if_fail (UI_IS_SEARCH_BAR (self));

  g_set_weak_pointer (&self->panes[UI_LOG_INFO], left);
  g_set_weak_pointer (&self->panes[UI_LOG_MESSAGES], right);
  if (self->search != NULL)
    g_signal_handlers_disconnect_by_data (self->search, self);
  g_clear_object (&self->search);
  log = any != NULL ? ui_message_pane_get_log (any) : NULL;
  if (log == NULL)
    return;
  self->search = ui_log_search_new (log);
  g_clear_pointer (&self->query, g_free);
  g_signal_connect_object (self->search, "changed", G_CALLBACK (search_progress_cb), self,
                           G_CONNECT_SWAPPED);
  search_changed_cb (self);
}

/**
 * ui_search_bar_set_search_mode:
 *
 * Opens it with the focus in the entry, or closes it and gives the focus back.
 */
void
ui_search_bar_set_search_mode (UiSearchBar *self,
                               gboolean     search_mode)
{
  GtkRoot *root;

  g_return_if_fail (UI_IS_SEARCH_BAR (self));

  root = gtk_widget_get_root (GTK_WIDGET (self));
  if (self->search_mode == search_mode)
    {
      if (search_mode)
        gtk_widget_grab_focus (GTK_WIDGET (self->entry));
      return;
    }
  self->search_mode = search_mode;
  gtk_widget_set_visible (GTK_WIDGET (self->revealer), search_mode);
  gtk_revealer_set_reveal_child (self->revealer, search_mode);
  if (search_mode)
    {
      g_set_weak_pointer (&self->before, root != NULL ? gtk_root_get_focus (root) : NULL);
      gtk_widget_grab_focus (GTK_WIDGET (self->entry));
      gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
    }
  else if (self->before != NULL)
    gtk_widget_grab_focus (self->before);
  search_changed_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCH_MODE]);
}

gboolean
ui_search_bar_get_search_mode (UiSearchBar *self)
{
  g_return_val_if_fail (UI_IS_SEARCH_BAR (self), FALSE);

  return self->search_mode;
}

/**
 * ui_search_bar_set_text:
 *
 * As if typed; the search begins at once.
 */
void
ui_search_bar_set_text (UiSearchBar *self,
                        const char  *text)
{
  g_return_if_fail (UI_IS_SEARCH_BAR (self));

  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  search_changed_cb (self);
}

/**
 * ui_search_bar_next:
 *
 * Walks to the next hit in the order of time and round; the first time to the newest.
 */
void
ui_search_bar_next (UiSearchBar *self,
                    gboolean     backwards)
{
  guint n = ui_search_bar_get_n_hits (self);
  const UiLogHit *hit;

  g_return_if_fail (UI_IS_SEARCH_BAR (self));

  self->wanted = n == 0;
  if (n == 0)
    return;
  if (self->current == NO_HIT || self->current >= n)
    self->current = n - 1;
  else if (backwards)
    self->current = self->current > 0 ? self->current - 1 : n - 1;
  else
    self->current = self->current + 1 < n ? self->current + 1 : 0;
  hit = ui_log_search_get_hit (self->search, self->current);
  highlight (self);             /* takes the mark from the last hit, in whichever pane */
  if (self->panes[hit->part] != NULL)
    ui_message_pane_reveal_row (self->panes[hit->part], hit->serial);
  update (self);
}

guint
ui_search_bar_get_n_hits (UiSearchBar *self)
{
  g_return_val_if_fail (UI_IS_SEARCH_BAR (self), 0);

  return self->search != NULL ? ui_log_search_get_n_hits (self->search) : 0;
}
