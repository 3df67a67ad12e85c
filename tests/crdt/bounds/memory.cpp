#include "bounds/memory.hpp"

#include <cstdlib>
#include <malloc.h>
#include <new>

// NOLINTBEGIN(bugprone-reserved-identifier): the names are the linker's (--wrap)
extern "C" {
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* block, std::size_t size);
void __real_free(void* block);
void* __wrap_malloc(std::size_t size);
void* __wrap_calloc(std::size_t count, std::size_t size);
void* __wrap_realloc(void* block, std::size_t size);
void __wrap_free(void* block);
}

namespace {

std::size_t live = 0;  // the test has one thread
std::size_t peak = 0;

void* count(void* block) {
  if (block != nullptr) live += malloc_usable_size(block);
  if (live > peak) peak = live;
  return block;
}

void forget(void* block) {
  if (block != nullptr) live -= malloc_usable_size(block);
}

}  // namespace

void* __wrap_malloc(std::size_t size) { return count(__real_malloc(size)); }
void* __wrap_calloc(std::size_t number, std::size_t size) {
  return count(__real_calloc(number, size));
}
void* __wrap_realloc(void* block, std::size_t size) {
  forget(block);
  return count(__real_realloc(block, size));
}
void __wrap_free(void* block) {
  forget(block);
  __real_free(block);
}
// NOLINTEND(bugprone-reserved-identifier): the names are the linker's (--wrap)

// tidy: allow naked-new, the definition of new itself
void* operator new(std::size_t size) {
  if (void* block = std::malloc(size == 0 ? 1 : size)) return block;
  throw std::bad_alloc();
}
// tidy: allow naked-new, the definition of new itself
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size == 0 ? 1 : size);
}
// tidy: allow naked-new, the definition of new itself
void operator delete(void* block) noexcept { std::free(block); }
// tidy: allow naked-new, the definition of new itself
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace weft::test {

std::size_t live_bytes() { return live; }
std::size_t peak_bytes() { return peak; }
void reset_peak() { peak = live; }

}  // namespace weft::test
