/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui-message-pane.h"

G_BEGIN_DECLS

/* The tags of a pane's buffer, lowest priority first: later ones win. */
typedef enum
{
  UI_TAG_ROW,                   /* paragraph of a row: tabs, hanging indent */
  UI_TAG_SECOND,                /* paragraph of its second line */
  UI_TAG_BLOCK,                 /* first paragraph of a block */
  UI_TAG_PART,                  /* paragraph of a part caption */
  UI_TAG_SMALL,
  UI_TAG_BOLD,
  UI_TAG_HEX,
  UI_TAG_INFO,
  UI_TAG_WARNING,
  UI_TAG_ERROR,
  UI_TAG_MESSAGE,
  UI_TAG_DIM,
  UI_TAG_WHY,                   /* the words that open an explanation */
  UI_TAG_SHOW_ALL,              /* the words that unfold a block */
  UI_TAG_MATCH,                 /* search */
  UI_TAG_CURRENT,               /* the hit that was walked to */
  UI_N_TAGS
} UiTag;

typedef enum
{
  UI_PANE_ROW,
  UI_PANE_GAP,                  /* "N messages not shown here" */
  UI_PANE_DATE,
  UI_PANE_DROPPED               /* "N older ones fell off" */
} UiPaneItemKind;

/* A row of the view: one or more paragraphs. */
typedef struct
{
  guint64        serial;        /* of the row; of others: of the row that follows or followed */
  gint64         time_us;       /* of a row; else 0 */
  gint64         line;          /* its first paragraph; only differences mean something */
  guint          n_lines;
  UiPaneItemKind kind;
  gboolean       expanded;      /* unfolded by the user */
} UiPaneItem;

typedef struct
{
  guint start, end;             /* characters from the start of the batch */
  UiTag tag;
} UiPaneSpan;

typedef struct
{
  guint       at;               /* character before which it goes, in the text without icons */
  ReportLevel level;
} UiPaneIcon;

/* How rows are put into text. */
typedef struct
{
  UiMessageView view;
  guint         hex_per_row;    /* 32, 16 or 8 */
} UiPaneStyle;

/* Rows as text with tags, to go into a buffer with one insert. No GTK call in it. */
typedef struct
{
  UiPaneStyle style;
  GString    *text;             /* no newline at its ends */
  guint       n_chars;
  GArray     *spans;            /* UiPaneSpan */
  GArray     *icons;            /* UiPaneIcon */
  GArray     *items;            /* UiPaneItem; line counts from 0 */
  guint       n_lines;
  gint64      day_from_us, day_to_us;   /* of the newest row; both 0 before the first */
} UiPaneBatch;

UiPaneBatch *ui_pane_batch_new         (const UiPaneStyle *style);
void         ui_pane_batch_free        (UiPaneBatch       *self);
void         ui_pane_batch_follow_day  (UiPaneBatch       *self,
                                        gint64             time_us);
void         ui_pane_batch_add_row     (UiPaneBatch       *self,
                                        const UiLogRow    *row,
                                        gboolean           expanded);
void         ui_pane_batch_add_date    (UiPaneBatch       *self,
                                        gint64             time_us,
                                        guint64            serial);
void         ui_pane_batch_add_gap     (UiPaneBatch       *self,
                                        UiLogPart          part,
                                        guint64            n_hidden,
                                        guint64            serial);
void         ui_pane_batch_add_dropped (UiPaneBatch       *self,
                                        guint64            n_dropped,
                                        guint64            serial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiPaneBatch, ui_pane_batch_free)

G_END_DECLS
