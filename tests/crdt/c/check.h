/* What the tests of the C ABI have in common. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <weft.h>

static int checks = 0;

static inline void check(int holds, const char* what, int line) {
  ++checks;
  if (holds) return;
  fprintf(stderr, "line %d: %s does not hold\n", line, what);
  exit(1);
}
#define CHECK(condition) check((condition) != 0, #condition, __LINE__)

/* Compares and frees. */
static inline int is(weft_bytes bytes, const char* expected) {
  const int equal = strcmp((const char*)bytes.data, expected) == 0;
  if (!equal) fprintf(stderr, "found %s instead of %s\n", (const char*)bytes.data, expected);
  weft_bytes_free(&bytes);
  return equal;
}

#define TEXT(literal) (literal), strlen(literal)

/* Compares with hexadecimal digits and frees. */
static inline int is_hex(weft_bytes bytes, const char* expected) {
  char digits[2048] = "";
  for (size_t i = 0; i < bytes.size && 2 * i + 2 < sizeof digits; ++i) {
    snprintf(digits + 2 * i, 3, "%02x", bytes.data[i]);
  }
  const int equal = strcmp(digits, expected) == 0;
  if (!equal) fprintf(stderr, "found %s instead of %s\n", digits, expected);
  weft_bytes_free(&bytes);
  return equal;
}

static inline weft_view view_of(weft_bytes bytes) {
  const weft_view view = {bytes.data, bytes.size};
  return view;
}
