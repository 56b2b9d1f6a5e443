/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-pane-buffer.h"

#include "ui-log-icon.h"
#include "ui-style.h"

#define MARGIN_PX 12            /* the view's own, see ui-message-pane.ui */
#define GAP_PX 16               /* between time and icon */
#define ICON_PX 24              /* icon and its gap */
#define SMALL 0.88
#define HEX_SCALE 0.92

struct _UiPaneBuffer
{
  GtkTextView   *view;          /* unowned: it outlives this */
  GtkTextBuffer *buffer;
  GtkTextTag    *tags[UI_N_TAGS];       /* owned by the buffer's table */
  UiLogIcon     *icons[REPORT_N_LEVELS];
  GArray        *items;         /* UiPaneItem; the first @head are gone */
  guint          head;
};

static const struct
{
  UiTag  tag;
  UiRole role;
} tag_roles[] = {
  { UI_TAG_INFO, UI_ROLE_INFO },
  { UI_TAG_WARNING, UI_ROLE_WARNING },
  { UI_TAG_ERROR, UI_ROLE_ERROR },
  { UI_TAG_MESSAGE, UI_ROLE_MESSAGE },
  { UI_TAG_DIM, UI_ROLE_DIM },
  { UI_TAG_WHY, UI_ROLE_INFO },
  { UI_TAG_SHOW_ALL, UI_ROLE_INFO },
};

static UiPaneItem *
nth_item (UiPaneBuffer *self,
          guint         index)
{
  return &g_array_index (self->items, UiPaneItem, self->head + index);
}

static void
create_tags (UiPaneBuffer *self)
{
  GtkTextTag **tags = self->tags;
  GtkTextTagTable *table = gtk_text_buffer_get_tag_table (self->buffer);
  static const char *const names[UI_N_TAGS] = {
    [UI_TAG_ROW] = "row", [UI_TAG_SECOND] = "second", [UI_TAG_BLOCK] = "block",
    [UI_TAG_PART] = "part", [UI_TAG_SMALL] = "small", [UI_TAG_BOLD] = "bold", [UI_TAG_HEX] = "hex",
    [UI_TAG_INFO] = "info", [UI_TAG_WARNING] = "warning", [UI_TAG_ERROR] = "error",
    [UI_TAG_MESSAGE] = "message", [UI_TAG_DIM] = "dim", [UI_TAG_WHY] = "why",
    [UI_TAG_SHOW_ALL] = "show-all", [UI_TAG_MATCH] = "match", [UI_TAG_CURRENT] = "current",
  };

  for (guint i = 0; i < UI_N_TAGS; i++)
    {
      tags[i] = gtk_text_tag_new (names[i]);
      gtk_text_tag_table_add (table, tags[i]);
      if (i >= UI_TAG_HEX && i <= UI_TAG_MESSAGE)
        g_object_set (tags[i], "insert-hyphens", FALSE, NULL);  /* nothing a peer did not send */
      g_object_unref (tags[i]);
    }
  g_object_set (tags[UI_TAG_ROW], "pixels-above-lines", 2, "pixels-below-lines", 1, NULL);
  g_object_set (tags[UI_TAG_SECOND], "pixels-below-lines", 3, NULL);
  g_object_set (tags[UI_TAG_BLOCK], "pixels-above-lines", 12, NULL);
  g_object_set (tags[UI_TAG_PART], "pixels-above-lines", 4, "pixels-below-lines", 1, NULL);
  g_object_set (tags[UI_TAG_SMALL], "scale", SMALL, NULL);
  g_object_set (tags[UI_TAG_BOLD], "weight", PANGO_WEIGHT_BOLD, NULL);
  g_object_set (tags[UI_TAG_HEX], "family", "monospace", "scale", HEX_SCALE, NULL);
  g_object_set (tags[UI_TAG_WHY], "underline", PANGO_UNDERLINE_SINGLE, NULL);
  g_object_set (tags[UI_TAG_SHOW_ALL], "underline", PANGO_UNDERLINE_SINGLE, "scale", SMALL, NULL);
}

/**
 * ui_pane_buffer_new:
 * @view: whose buffer this is from now on
 *
 * Returns: (transfer full): the buffer with its tags; undo is off. Colours and columns are set by
 * the two update functions. Main thread, as all of this.
 */
UiPaneBuffer *
ui_pane_buffer_new (GtkTextView *view)
{
  UiPaneBuffer *self = g_new0 (UiPaneBuffer, 1);

  self->view = view;
  self->buffer = g_object_ref (gtk_text_view_get_buffer (view));
  self->items = g_array_new (FALSE, FALSE, sizeof (UiPaneItem));
  gtk_text_buffer_set_enable_undo (self->buffer, FALSE);
  create_tags (self);
  for (guint i = 0; i <= REPORT_ERROR; i++)
    self->icons[i] = ui_log_icon_new (ui_level_get_icon_name (i), GTK_WIDGET (view));
  return self;
}

void
ui_pane_buffer_free (UiPaneBuffer *self)
{
  for (guint i = 0; i < REPORT_N_LEVELS; i++)
    g_clear_object (&self->icons[i]);
  g_object_unref (self->buffer);
  g_array_unref (self->items);
  g_free (self);
}

GtkTextBuffer *
ui_pane_buffer_get_buffer (UiPaneBuffer *self)
{
  return self->buffer;
}

GtkTextTag *
ui_pane_buffer_get_tag (UiPaneBuffer *self,
                        UiTag         tag)
{
  return self->tags[tag];
}

/**
 * ui_pane_buffer_update_colors:
 *
 * Takes the sheet's colours again: at the start and when the colour scheme or the theme changed.
 */
void
ui_pane_buffer_update_colors (UiPaneBuffer *self)
{
  GtkWidget *widget = GTK_WIDGET (self->view);
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  GdkRGBA color;

  for (guint i = 0; i < G_N_ELEMENTS (tag_roles); i++)
    {
      ui_role_get_color (tag_roles[i].role, widget, &color);
      g_object_set (self->tags[tag_roles[i].tag], "foreground-rgba", &color, NULL);
    }
  for (guint i = 0; i <= REPORT_ERROR; i++)
    {
      ui_role_get_color (ui_role_from_level (i), widget, &color);
      ui_log_icon_set_color (self->icons[i], &color);
    }
  /* hits: a tint of the warning colour, under text of any role */
  ui_role_get_color (UI_ROLE_WARNING, widget, &color);
  color.alpha = 0.18f;
  g_object_set (self->tags[UI_TAG_MATCH], "background-rgba", &color, NULL);
  if (gtk_style_context_lookup_color (context, "theme_selected_bg_color", &color))
    g_object_set (self->tags[UI_TAG_CURRENT], "background-rgba", &color, NULL);
  if (gtk_style_context_lookup_color (context, "theme_selected_fg_color", &color))
    g_object_set (self->tags[UI_TAG_CURRENT], "foreground-rgba", &color, NULL);
}

static int
text_width (UiPaneBuffer *self,
            const char   *text,
            const char   *family,
            double        scale)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->view), text);
  PangoAttrList *attributes = pango_attr_list_new ();
  int width;

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  if (family != NULL)
    pango_attr_list_insert (attributes, pango_attr_family_new (family));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_size (layout, &width, NULL);
  return width;
}

/**
 * ui_pane_buffer_update_columns:
 * @narrow: wrapped lines hang 12 pixels in, not under the text
 *
 * Measures the time column with the present font and sets tabs and indents.
 */
void
ui_pane_buffer_update_columns (UiPaneBuffer *self,
                               gboolean      narrow)
{
  int time_px = PANGO_PIXELS_CEIL (text_width (self, "00:00:00.000", NULL, SMALL)) + GAP_PX;
  int text_px = time_px + ICON_PX;
  PangoTabArray *row;
  PangoTabArray *block;

  row = pango_tab_array_new_with_positions (2, TRUE, PANGO_TAB_LEFT, time_px, PANGO_TAB_LEFT,
                                            text_px);
  block = pango_tab_array_new_with_positions (1, TRUE, PANGO_TAB_LEFT, time_px);
  g_object_set (self->tags[UI_TAG_ROW], "tabs", row, "indent", narrow ? -MARGIN_PX : -text_px,
                NULL);
  g_object_set (self->tags[UI_TAG_SECOND], "left-margin",
                MARGIN_PX + (narrow ? MARGIN_PX : text_px), NULL);
  g_object_set (self->tags[UI_TAG_BLOCK], "tabs", block, NULL);
  pango_tab_array_free (row);
  pango_tab_array_free (block);
}

/**
 * ui_pane_buffer_fit_hex:
 * @width: of the view, pixels
 *
 * How many bytes a hex row may have so that it does not wrap: 32, 16 or 8.
 */
guint
ui_pane_buffer_fit_hex (UiPaneBuffer *self,
                        int           width)
{
  int ten = text_width (self, "0000000000", "monospace", HEX_SCALE);

  for (guint n = 32; n > 8; n /= 2)
    {
      int chars = 6 + n * 3 - 1 + (n / 8 - 1);

      if (PANGO_PIXELS_CEIL (ten * chars / 10) <= width - 2 * MARGIN_PX)
        return n;
    }
  return 8;
}

/**
 * ui_pane_buffer_clear:
 *
 * Takes all out.
 */
void
ui_pane_buffer_clear (UiPaneBuffer *self)
{
  gtk_text_buffer_set_text (self->buffer, "", 0);
  g_array_set_size (self->items, 0);
  self->head = 0;
}

/* Puts a batch at @offset: one insert, then tags, then icons from the last to the first. */
static void
insert_batch (UiPaneBuffer      *self,
              const UiPaneBatch *batch,
              int                offset)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_offset (self->buffer, &start, offset);
  gtk_text_buffer_insert (self->buffer, &start, batch->text->str, batch->text->len);
  for (guint i = 0; i < batch->spans->len; i++)
    {
      const UiPaneSpan *s = &g_array_index (batch->spans, UiPaneSpan, i);

      gtk_text_buffer_get_iter_at_offset (self->buffer, &start, offset + s->start);
      gtk_text_buffer_get_iter_at_offset (self->buffer, &end, offset + s->end);
      gtk_text_buffer_apply_tag (self->buffer, self->tags[s->tag], &start, &end);
    }
  for (guint i = batch->icons->len; i > 0; i--)
    {
      const UiPaneIcon *icon = &g_array_index (batch->icons, UiPaneIcon, i - 1);

      gtk_text_buffer_get_iter_at_offset (self->buffer, &start, offset + icon->at);
      gtk_text_buffer_insert_paintable (self->buffer, &start,
                                        GDK_PAINTABLE (self->icons[icon->level]));
    }
}

/**
 * ui_pane_buffer_append:
 *
 * Adds the rows of @batch at the end. Marks with right gravity at the end move along.
 */
void
ui_pane_buffer_append (UiPaneBuffer      *self,
                       const UiPaneBatch *batch)
{
  guint n = ui_pane_buffer_get_n_items (self);
  gint64 line = 0;
  GtkTextIter end;

  if (batch->items->len == 0)
    return;
  gtk_text_buffer_get_end_iter (self->buffer, &end);
  if (n > 0)
    {
      line = nth_item (self, n - 1)->line + nth_item (self, n - 1)->n_lines;
      gtk_text_buffer_insert (self->buffer, &end, "\n", 1);
    }
  insert_batch (self, batch, gtk_text_iter_get_offset (&end));
  for (guint i = 0; i < batch->items->len; i++)
    {
      UiPaneItem item = g_array_index (batch->items, UiPaneItem, i);

      item.line += line;
      g_array_append_val (self->items, item);
    }
}

static void
forget_removed (UiPaneBuffer *self)
{
  if (self->head > 0)
    g_array_remove_range (self->items, 0, self->head);
  self->head = 0;
}

/**
 * ui_pane_buffer_prepend:
 *
 * Adds the rows of @batch at the start; the view stays on its line.
 */
void
ui_pane_buffer_prepend (UiPaneBuffer      *self,
                        const UiPaneBatch *batch)
{
  GtkTextIter start;
  gint64 base;

  if (batch->items->len == 0)
    return;
  if (ui_pane_buffer_get_n_items (self) == 0)
    {
      ui_pane_buffer_append (self, batch);
      return;
    }
  forget_removed (self);
  gtk_text_buffer_get_start_iter (self->buffer, &start);
  gtk_text_buffer_insert (self->buffer, &start, "\n", 1);
  insert_batch (self, batch, 0);
  base = nth_item (self, 0)->line - batch->n_lines - 1;
  g_array_prepend_vals (self->items, batch->items->data, batch->items->len);
  for (guint i = 0; i < batch->items->len; i++)
    nth_item (self, i)->line += base;
}

/**
 * ui_pane_buffer_replace:
 * @batch: one row, the same in another form
 *
 * Puts a row in the place of row @index.
 */
void
ui_pane_buffer_replace (UiPaneBuffer      *self,
                        guint              index,
                        const UiPaneBatch *batch)
{
  UiPaneItem *item = nth_item (self, index);
  UiPaneItem new_item;
  GtkTextIter start, end;
  gint64 more;

  g_return_if_fail (batch->items->len == 1);

  new_item = g_array_index (batch->items, UiPaneItem, 0);
  ui_pane_buffer_get_bounds (self, index, &start, &end);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  insert_batch (self, batch, gtk_text_iter_get_offset (&start));
  more = (gint64) new_item.n_lines - item->n_lines;
  new_item.line = item->line;
  *item = new_item;
  for (guint i = index + 1; i < ui_pane_buffer_get_n_items (self); i++)
    nth_item (self, i)->line += more;
}

/**
 * ui_pane_buffer_trim_front:
 *
 * Takes the oldest @n_items out.
 */
void
ui_pane_buffer_trim_front (UiPaneBuffer *self,
                           guint         n_items)
{
  GtkTextIter start, end;

  if (n_items == 0)
    return;
  if (n_items >= ui_pane_buffer_get_n_items (self))
    {
      ui_pane_buffer_clear (self);
      return;
    }
  gtk_text_buffer_get_start_iter (self->buffer, &start);
  ui_pane_buffer_get_bounds (self, n_items, &end, NULL);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  self->head += n_items;
  if (self->head > 4096)
    forget_removed (self);
}

/**
 * ui_pane_buffer_trim_back:
 *
 * Takes the newest @n_items out.
 */
void
ui_pane_buffer_trim_back (UiPaneBuffer *self,
                          guint         n_items)
{
  guint n = ui_pane_buffer_get_n_items (self);
  GtkTextIter start, end;

  if (n_items == 0)
    return;
  if (n_items >= n)
    {
      ui_pane_buffer_clear (self);
      return;
    }
  ui_pane_buffer_get_bounds (self, n - n_items - 1, NULL, &start);
  gtk_text_buffer_get_end_iter (self->buffer, &end);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  g_array_set_size (self->items, self->items->len - n_items);
}

guint
ui_pane_buffer_get_n_items (UiPaneBuffer *self)
{
  return self->items->len - self->head;
}

/**
 * ui_pane_buffer_get_item:
 *
 * Lent until the next change.
 */
const UiPaneItem *
ui_pane_buffer_get_item (UiPaneBuffer *self,
                         guint         index)
{
  g_return_val_if_fail (index < ui_pane_buffer_get_n_items (self), NULL);

  return nth_item (self, index);
}

/**
 * ui_pane_buffer_find_serial:
 * @index: (out): of the row
 *
 * Whether the row with @serial is shown: a binary search.
 */
gboolean
ui_pane_buffer_find_serial (UiPaneBuffer *self,
                            guint64       serial,
                            guint        *index)
{
  guint low = 0, high = ui_pane_buffer_get_n_items (self);

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const UiPaneItem *item = nth_item (self, middle);

      /* of others than rows the serial is that of the next row: they come before it */
      if (item->serial < serial || (item->serial == serial && item->kind != UI_PANE_ROW))
        low = middle + 1;
      else
        high = middle;
    }
  *index = low;
  return low < ui_pane_buffer_get_n_items (self) && nth_item (self, low)->serial == serial;
}

/**
 * ui_pane_buffer_find_iter:
 * @index: (out): of the item that @iter is in
 *
 * Returns: FALSE while there is no item.
 */
gboolean
ui_pane_buffer_find_iter (UiPaneBuffer      *self,
                          const GtkTextIter *iter,
                          guint             *index)
{
  guint low = 0, high = ui_pane_buffer_get_n_items (self);
  gint64 line;

  if (high == 0)
    return FALSE;
  line = nth_item (self, 0)->line + gtk_text_iter_get_line (iter);
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (nth_item (self, middle)->line <= line)
        low = middle;
      else
        high = middle;
    }
  *index = low;
  return TRUE;
}

/**
 * ui_pane_buffer_get_bounds:
 * @start: (out) (optional): its first character
 * @end: (out) (optional): after its last, before the newline
 */
void
ui_pane_buffer_get_bounds (UiPaneBuffer *self,
                           guint         index,
                           GtkTextIter  *start,
                           GtkTextIter  *end)
{
  const UiPaneItem *item = nth_item (self, index);
  int line = item->line - nth_item (self, 0)->line;

  if (start != NULL)
    gtk_text_buffer_get_iter_at_line (self->buffer, start, line);
  if (end == NULL)
    return;
  gtk_text_buffer_get_iter_at_line (self->buffer, end, line + item->n_lines - 1);
  if (!gtk_text_iter_ends_line (end))
    gtk_text_iter_forward_to_line_end (end);
}
