/* SPDX-License-Identifier: MIT */
#pragma once

#include "dtls-association.h"

G_BEGIN_DECLS

/*
 * All associations of an engine: by path (a successor hangs on its predecessor and is not in
 * there itself), by id, and a server's in two lists whose heads are the victims of the caps
 * (S9, S27). Owns them.
 */
typedef struct
{
  GHashTable *by_path;
  GHashTable *by_id;            /* successors, too */
  GQueue      half_open;        /* oldest first */
  GQueue      established;      /* least recently used first */
} DtlsTable;

void             dtls_table_init        (DtlsTable        *self);
void             dtls_table_clear       (DtlsTable        *self);
DtlsAssociation *dtls_table_find        (DtlsTable        *self,
                                         const DtlsPath   *path);
DtlsAssociation *dtls_table_find_id     (DtlsTable        *self,
                                         guint64           id);
void             dtls_table_add         (DtlsTable        *self,
                                         DtlsAssociation  *association);
void             dtls_table_add_successor (DtlsTable      *self,
                                         DtlsAssociation  *association,
                                         DtlsAssociation  *successor);
void             dtls_table_add_id      (DtlsTable        *self,
                                         DtlsAssociation  *association);
void             dtls_table_list        (DtlsTable        *self,
                                         GQueue           *list,
                                         DtlsAssociation  *association);
void             dtls_table_touch       (DtlsTable        *self,
                                         DtlsAssociation  *association);
DtlsAssociation *dtls_table_promote     (DtlsTable        *self,
                                         DtlsAssociation  *successor);
void             dtls_table_remove      (DtlsTable        *self,
                                         DtlsAssociation  *association);
void             dtls_table_move_socket (DtlsTable        *self,
                                         guint32           from,
                                         guint32           to);

G_END_DECLS
