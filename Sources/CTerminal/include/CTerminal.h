#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <locale.h>
#include <wchar.h>

/// Columns that a character takes on a terminal; -1 for one that cannot be printed. wcwidth knows nothing beyond
/// ASCII before `shuffled_use_utf8` was called.
static inline int shuffled_columns(unsigned int scalar) { return wcwidth((wchar_t)scalar); }

/// The UTF-8 locale that is part of glibc.
static inline void shuffled_use_utf8(void) { setlocale(LC_CTYPE, "C.UTF-8"); }
