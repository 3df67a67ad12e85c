// A bug on purpose: whoever feeds this target and sees no crash has a harness that sees none.
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  WEFT_PROMISE(!(size >= 3 && data[0] == 'h' && data[1] == 'i' && data[2] == '!'));
  return 0;
}
