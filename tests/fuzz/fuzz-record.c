/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dtls-record.h"
#include "fuzz.h"

static void
check_inside (const DtlsRecord *record,
              const guint8     *bytes,
              gsize             n_bytes)
{
  FUZZ_ASSERT (bytes >= record->bytes + DTLS_RECORD_HEADER_BYTES);
  FUZZ_ASSERT (bytes + n_bytes <= record->bytes + record->n_bytes);
}

static void
check_hello (const DtlsRecord *record)
{
  DtlsHello hello;
  guint sum = 0, i;

  if (!dtls_record_is_hello (record) || !dtls_record_parse_hello (record, &hello))
    return;
  check_inside (record, hello.random, 32);
  check_inside (record, hello.cookie, hello.n_cookie);
  check_inside (record, hello.suites, hello.n_suites);
  FUZZ_ASSERT (hello.n_suites % 2 == 0);
  for (i = 0; i < hello.n_cookie; i++)          /* the bytes are really there */
    sum += hello.cookie[i];
  for (i = 0; i < hello.n_suites; i++)
    sum += hello.suites[i];
  FUZZ_ASSERT (sum <= 255 * (hello.n_cookie + hello.n_suites));
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes,
                        size_t         n_bytes)
{
  const guint8 *at = bytes;
  gsize n_left = n_bytes;
  DtlsRecord record;
  guint n = 0;

  while (dtls_record_next (&at, &n_left, &record))
    {
      n++;
      FUZZ_ASSERT (record.n_bytes > DTLS_RECORD_HEADER_BYTES);
      FUZZ_ASSERT (record.n_bytes <= DTLS_RECORD_HEADER_BYTES + DTLS_MAX_RECORD_BYTES);
      FUZZ_ASSERT (record.bytes + record.n_bytes == at);        /* one behind the other */
      FUZZ_ASSERT (at + n_left == bytes + n_bytes);
      FUZZ_ASSERT (record.type == record.bytes[0]);
      FUZZ_ASSERT (record.sequence >> 48 == 0);
      check_hello (&record);
    }
  FUZZ_ASSERT (dtls_record_count (bytes, n_bytes) == n);
  return 0;
}
