/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <glib.h>
