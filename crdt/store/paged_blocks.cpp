#include "store/paged_blocks.hpp"

#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace weft::store {

void ask_for_large_pages([[maybe_unused]] void* block, [[maybe_unused]] std::size_t bytes) {
#ifdef __linux__
  if (bytes < kLargePage) return;
  const auto begin = (reinterpret_cast<std::uintptr_t>(block) + kLargePage - 1) & ~(kLargePage - 1);
  const auto end = (reinterpret_cast<std::uintptr_t>(block) + bytes) & ~(kLargePage - 1);
  // A system that does not follow the advice loses nothing.
  // NOLINTNEXTLINE(performance-no-int-to-ptr): rounded up to a page, which pointers cannot be
  static_cast<void>(madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE));
#endif
}

void* allocate_block(std::size_t alignment, std::size_t bytes) {
  const bool large = bytes % kLargePage == 0;
  const std::size_t unit = large ? kLargePage : std::max(alignment, sizeof(void*));
  void* block = std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit);
  if (block == nullptr) throw std::bad_alloc();
  if (large) ask_for_large_pages(block, bytes);
  return block;
}

}  // namespace weft::store
