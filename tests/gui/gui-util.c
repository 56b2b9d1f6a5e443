/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gui-util.h"

#include <string.h>

static gboolean
is_painted (gpointer user_data)
{
  GtkWidget *widget = user_data;

  return gtk_widget_get_mapped (widget) && gtk_widget_get_width (widget) > 0;
}

/**
 * gui_wait:
 *
 * Iterates the main context until @condition is true or the deadline is over. Returns whether it
 * is.
 */
gboolean
gui_wait (TestCondition condition,
          gpointer      user_data)
{
  return test_wait (NULL, condition, user_data, TEST_DEADLINE_MS);
}

/**
 * gui_show:
 *
 * Presents @window and waits until it has its size.
 */
void
gui_show (GtkWindow *window)
{
  gtk_window_present (window);
  g_assert_true (gui_wait (is_painted, window));
  gui_settle ();
}

/**
 * gui_settle:
 *
 * Lets the main context do what it has to do now.
 */
void
gui_settle (void)
{
  for (guint i = 0; i < 1000 && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

static void
gone_cb (gpointer  user_data,
         GObject  *object)
{
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

/**
 * gui_destroy:
 *
 * Closes @window as its button does, and waits until nobody holds it.
 */
void
gui_destroy (GtkWindow *window)
{
  gboolean gone = FALSE;

  g_object_weak_ref (G_OBJECT (window), gone_cb, &gone);
  gtk_window_close (window);
  g_assert_true (gui_wait (is_true, &gone));
}

static const char *
get_label (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return gtk_label_get_text (GTK_LABEL (widget));
  if (GTK_IS_BUTTON (widget))
    return gtk_button_get_label (GTK_BUTTON (widget));
  return NULL;
}

GtkWidget *
gui_find (GtkWidget  *root,
          GType       type,
          const char *text)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type)
      && (text == NULL || g_strcmp0 (get_label (root), text) == 0))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = gui_find (child, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
find_id (GtkWidget  *root,
         const char *id)
{
  if (g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (root)), id) == 0)
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_id (child, id);

      if (found != NULL)
        return found;
    }
  return NULL;
}

UiWindowPrivate *
gui_parts (gpointer window)
{
  return ui_window_get_private (UI_WINDOW (window));
}

gpointer
gui_child (gpointer    widget,
           const char *id)
{
  GtkWidget *found = find_id (GTK_WIDGET (widget), id);

  if (found == NULL)
    g_error ("no child “%s” in %s", id, G_OBJECT_TYPE_NAME (widget));
  return found;
}

/* All of the text of @view, owned by the caller. */
char *
gui_get_text (GtkTextView *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

gboolean
gui_contains (GtkTextView *view,
              const char  *text)
{
  g_autofree char *all = gui_get_text (view);

  return strstr (all, text) != NULL;
}

static gboolean
has_property (GtkWidget *widget)
{
  return gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static gboolean
has_relation (GtkWidget *widget)
{
  return gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget),
                                           GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

/* A text that GTK reads as it stands, with the underscore of a mnemonic. */
static gboolean
has_underscore (GtkWidget *widget)
{
  const char *label = NULL;
  g_autofree char *differs = NULL;

  if (GTK_IS_BUTTON (widget))
    label = gtk_button_get_label (GTK_BUTTON (widget));
  else if (GTK_IS_CHECK_BUTTON (widget))
    label = gtk_check_button_get_label (GTK_CHECK_BUTTON (widget));
  if (label == NULL || strchr (label, '_') == NULL || !has_property (widget))
    return FALSE;
  differs = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget),
                                                GTK_ACCESSIBLE_PROPERTY_LABEL, label);
  return differs == NULL;
}

/* Whether one label, property or relation tells what @widget is: both are read one after the
 * other, neither is read as the name of a type. */
static gboolean
has_name (GtkWidget *widget)
{
  if (has_underscore (widget))
    return FALSE;
  if (GTK_IS_BUTTON (widget) && gtk_button_get_label (GTK_BUTTON (widget)) != NULL)
    return has_property (widget) != has_relation (widget);
  return has_property (widget) || has_relation (widget);
}

static gboolean
is_row (GtkWidget *widget)
{
  return g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkListItemWidget");
}

/* Parts of a control that has the name itself. Of a drop-down, its button has the focus and its
 * rows are read: they need names of their own. */
static gboolean
is_part (GtkWidget *widget)
{
  for (GtkWidget *parent = gtk_widget_get_parent (widget); parent != NULL;
       parent = gtk_widget_get_parent (parent))
    {
      if (GTK_IS_DROP_DOWN (parent))
        return !GTK_IS_TOGGLE_BUTTON (widget) && !is_row (widget);
      if (GTK_IS_ENTRY (parent) || GTK_IS_SPIN_BUTTON (parent) || GTK_IS_PASSWORD_ENTRY (parent)
          || GTK_IS_SEARCH_ENTRY (parent) || GTK_IS_MENU_BUTTON (parent)
          || GTK_IS_WINDOW_CONTROLS (parent) || GTK_IS_COLUMN_VIEW (parent)
          || GTK_IS_INFO_BAR (parent) || GTK_IS_EDITABLE_LABEL (parent))
        return TRUE;
    }
  return FALSE;
}

/* Whether @widget can be met at all: GTK makes rows in advance. */
static gboolean
is_empty_row (GtkWidget *widget)
{
  return is_row (widget) && gtk_widget_get_first_child (widget) == NULL;
}

static gboolean
is_control (GtkWidget *widget)
{
  return GTK_IS_BUTTON (widget) || GTK_IS_CHECK_BUTTON (widget) || GTK_IS_ENTRY (widget)
         || GTK_IS_PASSWORD_ENTRY (widget) || GTK_IS_SEARCH_ENTRY (widget)
         || GTK_IS_SPIN_BUTTON (widget) || GTK_IS_DROP_DOWN (widget) || GTK_IS_MENU_BUTTON (widget)
         || GTK_IS_TEXT_VIEW (widget) || GTK_IS_EXPANDER (widget) || GTK_IS_COLUMN_VIEW (widget)
         || GTK_IS_LIST_VIEW (widget) || is_row (widget);
}

void
gui_assert_labelled (GtkWidget *root)
{
  if (is_control (root) && !is_empty_row (root) && !is_part (root) && !has_name (root))
    g_error ("%s “%s” has no name for assistive technology", G_OBJECT_TYPE_NAME (root),
             gtk_buildable_get_buildable_id (GTK_BUILDABLE (root)));

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gui_assert_labelled (child);
}

void
gui_assert_range (GSettings  *settings,
                  const char *key,
                  guint       minimum,
                  guint       maximum)
{
  g_autoptr(GSettingsSchema) schema = NULL;
  g_autoptr(GSettingsSchemaKey) described = NULL;
  g_autoptr(GVariant) range = NULL;
  g_autoptr(GVariant) limits = NULL;
  const char *kind;
  guint found_minimum, found_maximum;

  g_object_get (settings, "settings-schema", &schema, NULL);
  described = g_settings_schema_get_key (schema, key);
  range = g_settings_schema_key_get_range (described);
  g_variant_get (range, "(&sv)", &kind, &limits);
  g_assert_cmpstr (kind, ==, "range");
  g_variant_get (limits, "(uu)", &found_minimum, &found_maximum);
  g_test_message ("%s", key);
  g_assert_cmpuint (found_minimum, ==, minimum);
  g_assert_cmpuint (found_maximum, ==, maximum);
}

/* The widgets that Tab gives the focus to, in that order, each once. Owned by the caller. */
GPtrArray *
gui_walk (GtkWindow *window)
{
  GPtrArray *seen = g_ptr_array_new ();

  gtk_window_set_focus (window, NULL);
  for (guint i = 0; i < 200; i++)
    {
      GtkWidget *focus;

      gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD);
      focus = gtk_window_get_focus (window);
      if (focus == NULL || g_ptr_array_find (seen, focus, NULL))
        break;
      g_ptr_array_add (seen, focus);
    }
  return seen;
}

void
gui_picture (GtkWidget  *window,
             const char *name)
{
  const char *dir = g_getenv ("GUI_PICTURES");
  g_autoptr(GdkPaintable) paintable = NULL;
  g_autoptr(GdkTexture) texture = NULL;
  g_autofree char *path = NULL;
  GskRenderNode *node;
  GtkSnapshot *snapshot;
  graphene_rect_t bounds;

  if (dir == NULL)
    return;

  gtk_test_widget_wait_for_draw (window);
  gtk_test_widget_wait_for_draw (window);
  paintable = gtk_widget_paintable_new (window);
  snapshot = gtk_snapshot_new ();
  bounds = GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (window), gtk_widget_get_height (window));
  gdk_paintable_snapshot (paintable, snapshot, bounds.size.width, bounds.size.height);
  node = gtk_snapshot_free_to_node (snapshot);
  texture
      = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, &bounds);
  path = g_strdup_printf ("%s/%s.png", dir, name);
  g_assert_true (gdk_texture_save_to_png (texture, path));
  gsk_render_node_unref (node);
}
