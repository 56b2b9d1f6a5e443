/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-json.h"
