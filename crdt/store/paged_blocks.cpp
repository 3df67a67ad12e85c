#include "store/paged_blocks.hpp"

#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace weft::store {

void* allocate_block(std::size_t alignment, std::size_t bytes) {
  const bool large = bytes % kLargePage == 0;
  const std::size_t unit = large ? kLargePage : std::max(alignment, sizeof(void*));
  void* block = std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit);
  if (block == nullptr) throw std::bad_alloc();
#ifdef __linux__
  // A system that does not follow the advice loses nothing.
  if (large) static_cast<void>(madvise(block, bytes, MADV_HUGEPAGE));
#endif
  return block;
}

}  // namespace weft::store
