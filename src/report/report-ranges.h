/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What the numbers of the programs may be: one range for the option, the field of the dialog and
 * the setting. MTU: DTLS_MTU_MIN to DTLS_MTU_MAX, and 0 for automatic.
 */
#define REPORT_FIRST_TIMEOUT_MS_MIN  50
#define REPORT_FIRST_TIMEOUT_MS_MAX  60000
#define REPORT_GIVE_UP_S_MIN         1
#define REPORT_GIVE_UP_S_MAX         (24 * 60 * 60)
#define REPORT_PING_INTERVAL_MS_MIN  0          /* never */
#define REPORT_PING_INTERVAL_MS_MAX  (24 * 60 * 60 * 1000)
#define REPORT_PORT_MAX              65535
#define REPORT_IDLE_TIMEOUT_S_MIN    1
#define REPORT_IDLE_TIMEOUT_S_MAX    (30 * 24 * 60 * 60)
#define REPORT_HANDSHAKE_AGE_S_MIN   1
#define REPORT_HANDSHAKE_AGE_S_MAX   3600
#define REPORT_MAX_CONNECTIONS_MIN   1
#define REPORT_MAX_CONNECTIONS_MAX   1000000
#define REPORT_MAX_HANDSHAKES_MIN    1
#define REPORT_MAX_HANDSHAKES_MAX    1000000
