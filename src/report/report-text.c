/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-text.h"
