/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-collapse.h"
