// Records by number, in blocks that never move: what the ItemArena and the nodes of order indices
// lie in.
//
// A table names the place of each page of kPage records. Blocks are one page at first and later an
// eighth of all there is, so little is allocated in vain and a large document has few blocks. Large
// ones ask for large pages: where records are read at random, finding a page costs as much as
// reading it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <type_traits>
#include <vector>

namespace weft::store {

/// Aligned memory, on large pages if `bytes` is a multiple of kLargePage. Throws std::bad_alloc.
inline constexpr std::size_t kLargePage = std::size_t{1} << 21;
void* allocate_block(std::size_t alignment, std::size_t bytes);

/// Has the system put memory on large pages that is much and not written yet: a document that is
/// loaded would spend a fifth of the time on finding small ones.
void ask_for_large_pages(void* block, std::size_t bytes);

template <typename T, std::size_t kPage>
class PagedBlocks {
 public:
  static_assert(std::is_trivially_default_constructible_v<T> &&
                std::is_trivially_destructible_v<T>);

  T& operator[](std::uint32_t record) { return pages_[record / kPage][record % kPage]; }
  const T& operator[](std::uint32_t record) const { return pages_[record / kPage][record % kPage]; }

  std::size_t capacity() const { return pages_.size() * kPage; }

  /// Makes room for `count` more records at least, of unspecified content.
  void grow(std::size_t count) {
    std::size_t pages = std::max((count + kPage - 1) / kPage, pages_.size() / 8);
    std::size_t bytes = pages * kPage * sizeof(T);
    if (bytes >= kLargePage / 2) {
      bytes = (bytes + kLargePage - 1) / kLargePage * kLargePage;
      pages = bytes / (kPage * sizeof(T));
    }
    pages_.reserve(pages_.size() + pages);
    blocks_.emplace_back(static_cast<T*>(allocate_block(alignof(T), bytes)));
    for (std::size_t i = 0; i < pages; ++i) pages_.push_back(blocks_.back().get() + i * kPage);
  }

  std::size_t memory() const {
    return capacity() * sizeof(T) + pages_.capacity() * sizeof(T*) +
           blocks_.capacity() * sizeof blocks_[0];
  }

 private:
  struct Free {
    void operator()(T* block) const { std::free(block); }
  };

  std::vector<T*> pages_;
  std::vector<std::unique_ptr<T[], Free>> blocks_;
};

}  // namespace weft::store
