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

void  report_words_init         (ReportWords       *words,
                                 const DtlsEvent   *event);
void  report_words_clear        (ReportWords       *words);
char *report_duration_to_string (gint64             ms);
char *report_version_to_string  (guint              version);
void  report_diagnosis_append   (const DtlsEvent   *event,
                                 const ReportWords *words,
                                 GString           *text);

G_END_DECLS
