/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "ui-key-entry.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ui-accessible.h"
#include "ui-style.h"

#define PREVIEW_BYTES 12
#define RANDOM_BYTES 16

struct _UiKeyEntry
{
  GtkWidget        parent_instance;

  GtkEditable     *entry;
  GtkToggleButton *reveal;
  GtkDropDown     *format;
  GtkWidget       *preview_row;
  GtkLabel        *size;
  GtkLabel        *preview;
  GtkWidget       *error_row;
  GtkLabel        *error;
  GtkWidget       *demo_row;
  GtkWidget       *short_note;
  GtkWidget       *hint_row;

  DtlsKey         *key;           /* NULL while what is typed is none */
  DtlsKeyFormat    typed_format;  /* asked for; a key that is no text is shown in hex meanwhile */
  gboolean         touched;       /* something was typed; until then nothing is wrong */
  gboolean         showing;       /* a change of ours, not the user's */
};

G_DEFINE_FINAL_TYPE (UiKeyEntry, ui_key_entry, GTK_TYPE_WIDGET)

G_DEFINE_BOXED_TYPE (DtlsKey, ui_key, dtls_key_ref, dtls_key_unref)

enum
{
  PROP_KEY = 1,
  PROP_VALID,
  PROP_FORMAT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_revealed (UiKeyEntry *self)
{
  return gtk_toggle_button_get_active (self->reveal);
}

/* The first bytes, or as many dots: they are hidden along with the key. */
static void
show_preview (UiKeyEntry *self)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *size = NULL;
  const guint8 *bytes;
  gsize n;

  gtk_widget_set_visible (self->preview_row, self->key != NULL);
  if (self->key == NULL)
    {
      gtk_label_set_label (self->preview, "");
      return;
    }
  bytes = dtls_key_get_bytes (self->key, &n);
  for (gsize i = 0; i < MIN (n, PREVIEW_BYTES); i++)
    {
      if (i > 0)
        g_string_append_c (text, ' ');
      if (is_revealed (self))
        g_string_append_printf (text, "%02x", bytes[i]);
      else
        g_string_append (text, "••");
    }
  if (n > PREVIEW_BYTES)
    g_string_append (text, " …");
  /* Translators: followed by the bytes themselves */
  size = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u byte:", "%u bytes:", (guint) n),
                          (guint) n);
  gtk_label_set_label (self->size, size);
  gtk_label_set_label (self->preview, text->str);
  dtls_key_wipe (text->str, text->len);
}

/* One at a time: what matters most. */
static void
show_notes (UiKeyEntry *self)
{
  gboolean demo = self->key != NULL && dtls_key_is_demo (self->key);
  gboolean hint = ui_key_entry_get_format (self) == DTLS_KEY_FORMAT_TEXT
                  && dtls_key_looks_like_hex (gtk_editable_get_text (self->entry));
  gsize n = 0;

  if (self->key != NULL)
    dtls_key_get_bytes (self->key, &n);
  gtk_widget_set_visible (self->demo_row, demo && !hint);
  gtk_widget_set_visible (self->short_note, n > 0 && n < DTLS_KEY_SHORT_BYTES && !demo && !hint);
  gtk_widget_set_visible (self->hint_row, hint);
}

static void
show_error (UiKeyEntry   *self,
            const GError *error)
{
  GtkWidget *entry = GTK_WIDGET (self->entry);

  gtk_widget_set_visible (self->error_row, error != NULL);
  gtk_label_set_label (self->error, error != NULL ? error->message : "");
  if (error != NULL)
    gtk_widget_add_css_class (entry, "error");
  else
    gtk_widget_remove_css_class (entry, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID,
                               error != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                             : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
update (UiKeyEntry *self)
{
  g_autoptr(GError) error = NULL;
  DtlsKey *before = self->key;
  gboolean same;

  self->key = dtls_key_parse (gtk_editable_get_text (self->entry), ui_key_entry_get_format (self),
                              &error);
  if (*gtk_editable_get_text (self->entry) != '\0')
    self->touched = TRUE;
  show_error (self, self->touched ? error : NULL);
  show_preview (self);
  show_notes (self);
  same = before == self->key
         || (before != NULL && self->key != NULL && dtls_key_equal (before, self->key));
  if (!same)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEY]);
  if ((before != NULL) != (self->key != NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALID]);
  if (before != NULL)
    dtls_key_unref (before);
}

/* Whether the key that was shown in hex gave way to something else, not only to another digit. */
static gboolean
is_replaced (const char *text)
{
  return text[0] == '\0' || text[1] == '\0'
         || text[strspn (text, "0123456789abcdefABCDEF :,xX")] != '\0';
}

static void
changed_cb (UiKeyEntry *self)
{
  if (self->typed_format != ui_key_entry_get_format (self) && !self->showing
      && is_replaced (gtk_editable_get_text (self->entry)))
    ui_key_entry_set_format (self, self->typed_format);
  update (self);
}

static void
format_selected_cb (UiKeyEntry *self)
{
  if (!self->showing)
    self->typed_format = ui_key_entry_get_format (self);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FORMAT]);
}

static void
revealed_cb (UiKeyEntry *self)
{
  gtk_button_set_icon_name (GTK_BUTTON (self->reveal),
                            is_revealed (self) ? "view-conceal-symbolic" : "view-reveal-symbolic");
  show_preview (self);
}

static void
use_hex_cb (UiKeyEntry *self)
{
  ui_key_entry_set_format (self, DTLS_KEY_FORMAT_HEX);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
random_cb (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  g_autoptr(DtlsKey) key = dtls_key_new_random (RANDOM_BYTES);

  if (key != NULL)
    ui_key_entry_set_key (UI_KEY_ENTRY (widget), key);
}

static gboolean
ui_key_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (UI_KEY_ENTRY (widget)->entry));
}

static gboolean
ui_key_entry_mnemonic_activate (GtkWidget *widget,
                                gboolean   group_cycling)
{
  return gtk_widget_mnemonic_activate (GTK_WIDGET (UI_KEY_ENTRY (widget)->entry), group_cycling);
}

static void
ui_key_entry_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  UiKeyEntry *self = UI_KEY_ENTRY (object);

  switch (prop_id)
    {
    case PROP_KEY:
      g_value_set_boxed (value, self->key);
      break;
    case PROP_VALID:
      g_value_set_boolean (value, self->key != NULL);
      break;
    case PROP_FORMAT:
      g_value_set_int (value, ui_key_entry_get_format (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_key_entry_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  UiKeyEntry *self = UI_KEY_ENTRY (object);

  switch (prop_id)
    {
    case PROP_KEY:
      ui_key_entry_set_key (self, g_value_get_boxed (value));
      break;
    case PROP_FORMAT:
      ui_key_entry_set_format (self, g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_key_entry_dispose (GObject *object)
{
  UiKeyEntry *self = UI_KEY_ENTRY (object);
  GtkWidget *child;

  g_clear_pointer (&self->key, dtls_key_unref);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ui_key_entry_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, UI_RESOURCE_PATH "/ui-key-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, UiKeyEntry, entry);
  gtk_widget_class_bind_template_child (widget_class, UiKeyEntry, reveal);
  gtk_widget_class_bind_template_child (widget_class, UiKeyEntry, format);
  gtk_widget_class_bind_template_child (widget_class, UiKeyEntry, preview_row);
  gtk_widget_class_bind_template_child (widget_class, UiKeyEntry, size);
  gtk_widget_class_bind_template_child (widget_class, UiKeyEntry, preview);
  gtk_widget_class_bind_template_child (widget_class, UiKeyEntry, error_row);
  gtk_widget_class_bind_template_child (widget_class, UiKeyEntry, error);
  gtk_widget_class_bind_template_child (widget_class, UiKeyEntry, demo_row);
  gtk_widget_class_bind_template_child (widget_class, UiKeyEntry, short_note);
  gtk_widget_class_bind_template_child (widget_class, UiKeyEntry, hint_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, format_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, use_hex_cb);
}

static void
ui_key_entry_class_init (UiKeyEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ui_key_entry_get_property;
  object_class->set_property = ui_key_entry_set_property;
  object_class->dispose = ui_key_entry_dispose;
  widget_class->grab_focus = ui_key_entry_grab_focus;
  widget_class->mnemonic_activate = ui_key_entry_mnemonic_activate;
  properties[PROP_KEY]
    = g_param_spec_boxed ("key", NULL, NULL, UI_TYPE_KEY, G_PARAM_READWRITE | flags);
  properties[PROP_VALID]
    = g_param_spec_boolean ("valid", NULL, NULL, FALSE, G_PARAM_READABLE | flags);
  properties[PROP_FORMAT] = g_param_spec_int ("format", NULL, NULL, DTLS_KEY_FORMAT_HEX,
                                              DTLS_KEY_FORMAT_BASE64, DTLS_KEY_FORMAT_HEX,
                                              G_PARAM_READWRITE | flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "keyentry");
  gtk_widget_class_install_action (widget_class, "key.random", NULL, random_cb);
  bind_children (widget_class);
}

static void
ui_key_entry_init (UiKeyEntry *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_accessible_name_controls (GTK_WIDGET (self));
  /* its context menu shows the key, too */
  g_object_bind_property (self->reveal, "active", gtk_editable_get_delegate (self->entry),
                          "visibility", G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (self->reveal, "notify::active", G_CALLBACK (revealed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_RELATION_ERROR_MESSAGE, self->error, -1);
  update (self);
}

/**
 * ui_key_entry_new:
 *
 * Returns: (transfer floating): an empty entry, in hex. Main thread, as all of this.
 */
GtkWidget *
ui_key_entry_new (void)
{
  return g_object_new (UI_TYPE_KEY_ENTRY, NULL);
}

/**
 * ui_key_entry_dup_key:
 *
 * Returns: (transfer full) (nullable): the key; NULL while what is typed is none.
 */
DtlsKey *
ui_key_entry_dup_key (UiKeyEntry *self)
{
  g_return_val_if_fail (UI_IS_KEY_ENTRY (self), NULL);

  return self->key != NULL ? dtls_key_ref (self->key) : NULL;
}

/**
 * ui_key_entry_set_key:
 * @key: (nullable): NULL empties the entry
 *
 * Shows @key in the format that was asked for; while it is no text, in hex.
 */
void
ui_key_entry_set_key (UiKeyEntry *self,
                      DtlsKey    *key)
{
  DtlsKeyFormat format;
  char *text;

  g_return_if_fail (UI_IS_KEY_ENTRY (self));

  if (key == NULL)
    {
      gtk_editable_set_text (self->entry, "");
      return;
    }
  self->showing = TRUE;
  format = self->typed_format;
  text = dtls_key_to_text (key, format);
  if (text == NULL)
    {
      format = DTLS_KEY_FORMAT_HEX;
      text = dtls_key_to_text (key, format);
    }
  gtk_drop_down_set_selected (self->format, format);
  gtk_editable_set_text (self->entry, text);
  self->showing = FALSE;
  dtls_key_wipe (text, strlen (text));
  g_free (text);
}

gboolean
ui_key_entry_get_valid (UiKeyEntry *self)
{
  g_return_val_if_fail (UI_IS_KEY_ENTRY (self), FALSE);

  return self->key != NULL;
}

DtlsKeyFormat
ui_key_entry_get_format (UiKeyEntry *self)
{
  g_return_val_if_fail (UI_IS_KEY_ENTRY (self), DTLS_KEY_FORMAT_HEX);

  return gtk_drop_down_get_selected (self->format);
}

/**
 * ui_key_entry_get_typed_format:
 *
 * The format that was asked for, to be remembered: another key is typed in it, also while the
 * present one is shown in hex because it is no text.
 */
DtlsKeyFormat
ui_key_entry_get_typed_format (UiKeyEntry *self)
{
  g_return_val_if_fail (UI_IS_KEY_ENTRY (self), DTLS_KEY_FORMAT_HEX);

  return self->typed_format;
}

/**
 * ui_key_entry_set_format:
 *
 * How what is typed is read; the text stays as it is.
 */
void
ui_key_entry_set_format (UiKeyEntry    *self,
                         DtlsKeyFormat  format)
{
  g_return_if_fail (UI_IS_KEY_ENTRY (self));
  g_return_if_fail (format <= DTLS_KEY_FORMAT_BASE64);

  self->typed_format = format;
  gtk_drop_down_set_selected (self->format, format);
}

void
ui_key_entry_set_text (UiKeyEntry *self,
                       const char *text)
{
  g_return_if_fail (UI_IS_KEY_ENTRY (self));

  gtk_editable_set_text (self->entry, text);
}

/**
 * ui_key_entry_clear:
 *
 * Empty, hidden, and nothing is wrong yet: as it is at first, but for the format.
 */
void
ui_key_entry_clear (UiKeyEntry *self)
{
  g_return_if_fail (UI_IS_KEY_ENTRY (self));

  gtk_toggle_button_set_active (self->reveal, FALSE);
  gtk_editable_set_text (self->entry, "");
  self->touched = FALSE;
  update (self);
}

/**
 * ui_key_entry_get_entry:
 *
 * Returns: (transfer none): the entry inside, for focus and tests.
 */
GtkEditable *
ui_key_entry_get_entry (UiKeyEntry *self)
{
  g_return_val_if_fail (UI_IS_KEY_ENTRY (self), NULL);

  return self->entry;
}
