/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui-connection-store.h"

G_BEGIN_DECLS

/* Who can be sent to: the connected rows of a store, then "All connected" with the id 0. */
GListModel    *ui_targets_new                    (UiConnectionStore *store);
guint64        ui_targets_get_id                 (GListModel        *targets,
                                                  guint              position);
guint          ui_targets_find                   (GListModel        *targets,
                                                  guint64            id);
GtkExpression *ui_targets_create_name_expression (void);
GtkListItemFactory *ui_targets_create_factory    (void);

G_END_DECLS
