/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-hex.h"
