/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report-sentence.h"
