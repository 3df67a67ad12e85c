// The parts of the store interface that every store shares.
#include "persistence/store.hpp"

#include <algorithm>
#include <cstring>

namespace weft::persistence {

namespace {
constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
}

bool is_transient(StoreErrc code) {
  switch (code) {
    case StoreErrc::overloaded:
    case StoreErrc::disk_full:
    case StoreErrc::locked:
    case StoreErrc::unavailable:
    case StoreErrc::timed_out:
      return true;
    case StoreErrc::invalid_name:
    case StoreErrc::too_large:
    case StoreErrc::out_of_order:
    case StoreErrc::corrupt:
    case StoreErrc::not_found:
    case StoreErrc::incompatible:
    case StoreErrc::closed:
      return false;
  }
  return false;
}

std::uint8_t* UpdateLog::allocate(std::size_t bytes) {
  if (bytes > block_free_bytes_) {
    const std::size_t block_bytes = std::max(bytes, kBlockBytes);
    blocks_.push_back(std::make_unique_for_overwrite<std::uint8_t[]>(block_bytes));
    block_next_ = blocks_.back().get();
    block_free_bytes_ = block_bytes;
  }
  std::uint8_t* place = block_next_;
  block_next_ += bytes;
  block_free_bytes_ -= bytes;
  return place;
}

void UpdateLog::add(const StoredUpdate& update) {
  std::uint8_t* place = allocate(update.bytes.size() + update.user.size() + update.session.size());
  const auto copy = [&place](ByteView from) {
    std::uint8_t* to = place;
    if (!from.empty()) std::memcpy(to, from.data(), from.size());
    place += from.size();
    return ByteView{to, from.size()};
  };
  StoredUpdate own = update;
  own.bytes = copy(update.bytes);
  own.user = as_text(copy(as_bytes(update.user)));
  own.session = as_text(copy(as_bytes(update.session)));
  updates_.push_back(own);
}

}  // namespace weft::persistence
