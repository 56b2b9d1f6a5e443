/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui-message-pane.h"
#include "ui-pane-buffer.h"

G_BEGIN_DECLS

#define UI_PANE_ALL_LEVELS ((1u << REPORT_INFO) | (1u << REPORT_WARNING) | (1u << REPORT_ERROR))

struct _UiMessagePane
{
  GtkWidget          parent_instance;

  /* the template */
  GtkWidget         *box;
  GtkLabel          *caption;
  GtkWidget         *filters;
  GtkToggleButton   *toggle_info;
  GtkToggleButton   *toggle_warning;
  GtkToggleButton   *toggle_error;
  GtkLabel          *count_info;
  GtkLabel          *count_warning;
  GtkLabel          *count_error;
  GtkDropDown       *mode;
  GtkStack          *stack;
  GtkImage          *empty_icon;
  GtkLabel          *empty_title;
  GtkLabel          *empty_text;
  GtkScrolledWindow *scrolled;
  GtkTextView       *view;
  GtkWidget         *pill;
  GtkLabel          *pill_label;
  GtkWidget         *undo_note;
  GtkWidget         *popover;           /* the last explanation, open or not; NULL: none yet */

  UiLogPart          part;
  UiLog             *log;
  UiPaneBuffer      *buffer;
  GtkTextMark       *end_mark;          /* right gravity, at the end of the buffer */

  /* what is shown: matching rows of [top, next), of which @buffer has the newest */
  guint64            top;
  guint64            next;
  guint              levels;
  guint64            association;
  UiPaneStyle        style;
  guint              max_blocks;
  char              *search;            /* NULL: none */

  /* the end */
  gboolean           follow;
  gboolean           pinning;           /* the adjustment is being moved by us */
  double             last_value;
  gint64             input_us;          /* monotonic: the last key, button or wheel */
  gint64             changed_us;        /* monotonic: the last change of the view's height */
  guint              n_new;             /* matching rows from @next on, while held */
  guint64            counted;           /* serial up to which @n_new counts */

  /* pace */
  double             tokens;
  gint64             tokens_us;         /* monotonic, when @tokens was right */
  gint64             drained_us;
  guint              drain_id;
  guint              refill_id;         /* the flood is over when it fires */
  guint              page_id;
  guint              pin_id;
  gboolean           has_gaps;
  gboolean           fill_waits;        /* for the view's size */

  guint              layout_id;         /* idle: fonts or width changed */
  int                view_width;
  gboolean           narrow;
  guint64            current;           /* serial of the row the menu is about */
  gboolean           has_current;
};

/* ui-message-pane-feed.c: which rows are in the view */
gboolean ui_message_pane_is_held       (UiMessagePane *self);
void     ui_message_pane_schedule      (UiMessagePane *self);
void     ui_message_pane_drain         (UiMessagePane *self);
void     ui_message_pane_refill        (UiMessagePane *self);
void     ui_message_pane_sized         (UiMessagePane *self);
void     ui_message_pane_resume        (UiMessagePane *self);
void     ui_message_pane_page_older    (UiMessagePane *self);
void     ui_message_pane_page_newer    (UiMessagePane *self);
void     ui_message_pane_load_around   (UiMessagePane *self,
                                        guint64        serial);
void     ui_message_pane_expand        (UiMessagePane *self,
                                        guint          index);
void     ui_message_pane_highlight     (UiMessagePane *self,
                                        guint          from_item);
void     ui_message_pane_stop_feed     (UiMessagePane *self);

/* ui-message-pane.c */
void     ui_message_pane_update_page   (UiMessagePane *self);
void     ui_message_pane_update_new    (UiMessagePane *self);
void     ui_message_pane_set_string    (GtkLabel      *label,
                                        const char    *text);

/* ui-message-pane-follow.c: staying at the end, leaving it, coming back */
void     ui_message_pane_set_follow    (UiMessagePane *self,
                                        gboolean       follow);
void     ui_message_pane_pin           (UiMessagePane *self);
void     ui_message_pane_init_follow   (UiMessagePane *self);

/* ui-message-pane-actions.c: copy, explain, links, the row menu */
void     ui_message_pane_install_actions (GtkWidgetClass *widget_class);
void     ui_message_pane_init_actions    (UiMessagePane  *self);
void     ui_message_pane_close_popover   (UiMessagePane  *self);
gboolean ui_message_pane_explain         (UiMessagePane     *self);
gboolean ui_message_pane_set_current     (UiMessagePane     *self,
                                          const GtkTextIter *iter);
gboolean ui_message_pane_set_current_to_cursor (UiMessagePane *self);

/* ui-message-pane-keys.c */
void     ui_message_pane_init_keys       (UiMessagePane  *self);

G_END_DECLS
