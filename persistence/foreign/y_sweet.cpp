// y-sweet keeps a document as bincode of a map from keys to bytes: a count, then each key and value
// with its length, all numbers 64 bits little-endian. Keys are those of yrs-kvstore:
//
//   00 00 NAME 00            the document's number, 32 bits big-endian by its writer's machine
//   00 01 NUMBER 00          its state, and with 01 at the end its state vector
//   00 01 NUMBER 02 CLOCK 00 an update after the state, in the order of the clocks
#include <fstream>
#include <iterator>
#include <map>

#include "persistence/foreign/foreign.hpp"

namespace weft::persistence {

namespace {

constexpr std::uint8_t kVersion = 0;
constexpr std::uint8_t kDocuments = 1;
constexpr std::size_t kKindAt = 6;
constexpr std::uint8_t kState = 0;
constexpr std::uint8_t kUpdate = 2;

class Bincode {
 public:
  explicit Bincode(ByteView bytes) : rest_(bytes) {}

  bool number(std::uint64_t& value) {
    if (rest_.size() < 8) return false;
    value = 0;
    for (std::size_t i = 8; i-- > 0;) value = value << 8 | rest_[i];
    rest_ = rest_.subspan(8);
    return true;
  }
  bool bytes(ByteView& value) {
    std::uint64_t size = 0;
    if (!number(size) || size > rest_.size()) return false;
    value = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(static_cast<std::size_t>(size));
    return true;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  ByteView rest_;
};

StoreResult<Bytes> read_whole(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return std::unexpected(
        StoreError{StoreErrc::unavailable, "cannot read \"" + file.string() + "\""});
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const ByteView view = as_bytes(text);
  return Bytes(view.begin(), view.end());
}

}  // namespace

StoreResult<void> read_y_sweet(const std::filesystem::path& file, const TakeForeign& take) {
  const auto bytes = read_whole(file);
  if (!bytes) return std::unexpected(bytes.error());
  const StoreError damaged{StoreErrc::corrupt,
                           "\"" + file.string() + "\" is not what y-sweet writes"};
  Bincode in(*bytes);
  std::uint64_t count = 0;
  if (!in.number(count)) return std::unexpected(damaged);
  ForeignDocument document;
  document.name = std::filesystem::absolute(file).parent_path().filename().string();
  // Keys ascend: the state goes before the updates, and these by their clocks.
  std::map<std::vector<std::uint8_t>, ByteView> records;
  for (std::uint64_t i = 0; i < count; ++i) {
    ByteView key;
    ByteView value;
    if (!in.bytes(key) || !in.bytes(value)) return std::unexpected(damaged);
    if (key.size() <= kKindAt || key[0] != kVersion || key[1] != kDocuments) continue;
    if (key[kKindAt] == kState || key[kKindAt] == kUpdate)
      records.emplace(std::vector<std::uint8_t>(key.begin(), key.end()), value);
  }
  if (!in.at_end()) return std::unexpected(damaged);
  for (const auto& [key, value] : records)
    document.updates.emplace_back(value.begin(), value.end());
  return take(std::move(document));
}

}  // namespace weft::persistence
