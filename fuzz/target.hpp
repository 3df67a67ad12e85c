// What libFuzzer and the replay program call. A target never refuses input and never leaks state
// from one call to the next; a broken promise of the engine ends the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Ends the program, as a fuzzer wants it, unless `promise` holds.
#define WEFT_PROMISE(promise)                                                    \
  do {                                                                           \
    if (!(promise)) {                                                            \
      std::fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #promise); \
      std::abort();                                                              \
    }                                                                            \
  } while (false)
