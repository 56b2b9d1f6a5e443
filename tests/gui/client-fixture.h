/* SPDX-License-Identifier: MIT */
#pragma once

#include "client-application.h"
#include "client-window-private.h"
#include "gui-util.h"

G_BEGIN_DECLS

/*
 * A client's window, and a real server of its own engine on a loopback port. The resolver of these
 * tests does not know "unknown.test", never answers about "silent.test", and finds any other name
 * on 127.0.0.1.
 */
typedef struct
{
  DtlsEngine   *server;
  DtlsAddress   bound;
  gboolean      listening;
  ClientWindow *window;
  guint         wanted;
  const char   *text;
} Fixture;

extern ClientApplication *application;

void stop_server (Fixture *self);
void start_server (Fixture *self, guint16 port);
void connect_to (Fixture *self, const char *host, guint count);
void wait_connected (Fixture *self, guint n);
void wait_left (Fixture *self, const char *text);
void wait_right (Fixture *self, const char *text);
const char *get_subtitle (Fixture *self);
void wait_subtitle (Fixture *self, const char *text);
gboolean is_enabled (Fixture *self, const char *id);
void wait_disabled (Fixture *self, const char *id);
void click (Fixture *self, const char *id);
gboolean has_form (gpointer user_data);
gboolean has_no_form (gpointer user_data);
gboolean has_no_lookup (gpointer user_data);
gboolean has_none_open (gpointer user_data);
void select_row (Fixture *self, guint position);
void fixture_add (const char *path, void (*func) (Fixture *, gconstpointer));
int fixture_run (int argc, char **argv, void (*add) (void));

G_END_DECLS
