/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-log-private.h"

static void
note_clear (gpointer data)
{
  g_free (((UiLogNote *) data)->text);
}

UiLogSegment *
ui_log_segment_new (DtlsEventChunk *chunk)
{
  UiLogSegment *self = g_new0 (UiLogSegment, 1);

  if (chunk != NULL)
    self->chunk = dtls_event_chunk_ref (chunk);
  else
    {
      self->notes = g_array_new (FALSE, FALSE, sizeof (UiLogNote));
      g_array_set_clear_func (self->notes, note_clear);
    }
  for (guint part = 0; part < UI_LOG_N_PARTS; part++)
    self->rows[part] = g_array_new (FALSE, FALSE, sizeof (guint32));
  return self;
}

void
ui_log_segment_free (UiLogSegment *self)
{
  g_clear_pointer (&self->chunk, dtls_event_chunk_unref);
  g_clear_pointer (&self->notes, g_array_unref);
  for (guint part = 0; part < UI_LOG_N_PARTS; part++)
    g_array_unref (self->rows[part]);
  g_free (self);
}

void
ui_log_segment_get (const UiLogSegment *self,
                    guint32             entry,
                    UiLogRow           *row)
{
  guint32 at = UI_LOG_ENTRY_AT (entry);

  row->level = UI_LOG_ENTRY_LEVEL (entry);
  if (self->chunk != NULL)
    {
      row->event = dtls_event_chunk_get (self->chunk, at);
      row->text = NULL;
      row->time_us = row->event->time_us;
    }
  else
    {
      const UiLogNote *note = &g_array_index (self->notes, UiLogNote, at / 8);

      row->event = NULL;
      row->text = note->text;
      row->time_us = note->time_us;
    }
}

gsize
ui_log_segment_get_n_bytes (const UiLogSegment *self)
{
  gsize n = sizeof *self + self->chunk_bytes;

  for (guint part = 0; part < UI_LOG_N_PARTS; part++)
    n += self->rows[part]->len * sizeof (guint32);
  if (self->notes != NULL)
    n += self->notes->len * UI_LOG_NOTE_BYTES;
  return n;
}

guint
ui_log_segment_get_n_rows (const UiLogSegment *self)
{
  guint n = 0;

  for (guint part = 0; part < UI_LOG_N_PARTS; part++)
    n += self->rows[part]->len;
  return n;
}
