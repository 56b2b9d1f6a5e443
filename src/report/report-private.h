/* SPDX-License-Identifier: MIT */
#pragma once

#include "report-sentence.h"

G_BEGIN_DECLS

#define REPORT_IDENTITY_CHARS 64        /* DESIGN 7 */
#define REPORT_REASON_CHARS   1000

/* What sentences name, escaped; owned. */
typedef struct
{
  char *who;                    /* the connection's name (client), else (ADDRESS:PORT) */
  char *peer;                   /* (ADDRESS:PORT) of the other side */
  char *host;                   /* its address alone */
  char *identity;
  char *text;
} ReportWords;

static inline gboolean
report_is_client (const DtlsEvent *event)
{
  return (event->flags & DTLS_EVENT_FLAG_CLIENT) != 0;
}

/* All zero: not known. */
static inline gboolean
report_is_known (const DtlsAddress *peer)
{
  static const DtlsAddress NOBODY = { { 0 } };

  return !dtls_address_equal (peer, &NOBODY);
}

void  report_words_init         (ReportWords       *words,
                                 const DtlsEvent   *event);
void  report_words_clear        (ReportWords       *words);
char *report_duration_to_string (gint64             ms);
char *report_version_to_string  (guint              version);
void  report_diagnosis_append   (const DtlsEvent   *event,
                                 const ReportWords *words,
                                 GString           *text);

G_END_DECLS
