/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "dtls-engine.h"
#include "ui-connection-store.h"
#include "ui-log.h"

G_BEGIN_DECLS

/*
 * What the server's and the client's window have in common: header bar, message bars, two panes on
 * one log, the strip of connections with its composer, and the engine that ends with the window.
 * Main thread only.
 *
 * Properties: "engine" (DtlsEngine, construct only; NULL: one of its own), "settings" (GSettings,
 * construct only; NULL: not installed), "menu-model" (of the header bar's button), "narrow" (read
 * only), "strip-folded", "only-selected" (booleans). GtkBuildable: a <child type="strip"> goes to
 * the end of the strip's header, a <child type="bottom"> to the end of the bottom bar. The size in
 * the template of the subclass is the one of a window whose size was never kept.
 */
#define UI_TYPE_WINDOW (ui_window_get_type ())
G_DECLARE_DERIVABLE_TYPE (UiWindow, ui_window, UI, WINDOW, GtkApplicationWindow)

/* What a program's class_init fills in: all of it. Texts are translated and static. */
struct _UiWindowClass
{
  GtkApplicationWindowClass parent_class;

  DtlsRole    role;
  const char *log_name;         /* file name that is offered for a saved log */
  const char *info_caption;     /* over the left pane */
  const char *messages_caption; /* over the right pane */
  const char *messages_empty;   /* in the right pane before the first message */
  const char *help_title;
  const char *help_text;
  const char *about;            /* one sentence on what the program does */

  /* The line under the title; owned by the caller. */
  char      *(*make_subtitle)    (UiWindow        *self);
  /* Buttons and actions of the program follow what is connected and selected. */
  void       (*update)           (UiWindow        *self);
  /* A change of state or a diagnosis, row or not. */
  void       (*event)            (UiWindow        *self,
                                  const DtlsEvent *event);
  /* The button of a "Why?": @code is a DtlsCode, @identity is the one it is about, or NULL. */
  void       (*cure)             (UiWindow        *self,
                                  guint            code,
                                  GBytes          *identity);
};

void               ui_window_update        (UiWindow              *self);
void               ui_window_set_empty     (UiWindow              *self,
                                            const char            *title,
                                            const char            *text);
void               ui_window_show_error    (UiWindow              *self,
                                            const char            *message);
void               ui_window_hide_error    (UiWindow              *self);
void               ui_window_hide_demo     (UiWindow              *self);
void               ui_window_take_events   (UiWindow              *self,
                                            const DtlsEventRange  *ranges,
                                            guint                  n_ranges,
                                            const guint64          counts[DTLS_N_COUNTS]);

DtlsEngine        *ui_window_get_engine    (UiWindow              *self);
GSettings         *ui_window_get_settings  (UiWindow              *self);
UiLog             *ui_window_get_log       (UiWindow              *self);
UiConnectionStore *ui_window_get_store     (UiWindow              *self);
UiConnection      *ui_window_get_selected  (UiWindow              *self);
gboolean           ui_window_get_narrow    (UiWindow              *self);
gboolean           ui_window_can_send      (UiWindow              *self);

/* What a class that installs its own does, too: { name, parameter, function, key, modifiers }. */
typedef struct
{
  const char                  *name;
  GtkWidgetActionActivateFunc  func;
  guint                        key;             /* 0: none */
  GdkModifierType              modifiers;
} UiWindowAction;

void               ui_window_class_install (GtkWidgetClass        *widget_class,
                                            const UiWindowAction  *actions,
                                            guint                  n_actions);
void               ui_window_set_accels    (GtkApplication        *application);
void               ui_button_set_suggested (GtkButton             *button,
                                            gboolean               suggested);

G_END_DECLS
