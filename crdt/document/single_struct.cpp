#include "document/single_struct.hpp"

#include <weft/limits.hpp>

#include "document/plain_content.hpp"

namespace weft::document {

namespace {

// Fields before the content: two counts, five integers of at most eight bytes, and four more.
constexpr std::size_t kSizeMin = 16;
constexpr std::size_t kSizeMax = 64;
constexpr std::size_t kSlack = 72;

class SingleReader {
 public:
  SingleReader(ByteView update, const store::Store& store) : store_(store) {
    // Two copies of one size that overlap: there is no branch for each size.
    const std::size_t size = update.size();
    if (size >= 32) {
      std::memcpy(bytes_, update.data(), 32);
      std::memcpy(bytes_ + size - 32, update.data() + size - 32, 32);
    } else {
      std::memcpy(bytes_, update.data(), 16);
      std::memcpy(bytes_ + size - 16, update.data() + size - 16, 16);
    }
    end_ = bytes_ + size;
  }

  std::optional<SingleStruct> read() {
    if (bytes_[0] != 1 || bytes_[1] != 1) return std::nullopt;
    const ClientIx client = take_client();
    if (client == store::kNoClient) return std::nullopt;
    const store::ClockIndex& structs = store_.clients[client].structs;
    const std::uint64_t clock = update::take_varuint(at_, odd_);
    const std::uint8_t info = *at_++;
    const auto kind = static_cast<Kind>(info & update::kKindMask);
    DenseId origin;
    DenseId right_origin;
    if (!is_plain_kind(kind) || (info & (update::kHasOrigin | update::kHasRightOrigin)) == 0 ||
        clock != structs.state() || ((info & update::kHasOrigin) != 0 && !take_known_id(origin)) ||
        ((info & update::kHasRightOrigin) != 0 && !take_known_id(right_origin))) {
      return std::nullopt;
    }
    PlainContent content;
    if (at_ > end_ || !take_plain_content(at_, {end_, bytes_ + kSizeMax + kSlack}, kind, content)) {
      return std::nullopt;
    }
    // An empty delete set, and nothing behind it.
    if (odd_ || at_ + 1 != end_ || *at_ != 0 || content.length == 0 ||
        clock + content.length > limits::clock_max) {
      return std::nullopt;
    }
    SingleStruct single;
    single.client = client;
    single.record = {.clock = static_cast<std::uint32_t>(clock),
                     .length = static_cast<std::uint32_t>(content.length),
                     .origin_client = origin.client & store::kNoClient,
                     .kind_bits = static_cast<std::uint8_t>(kind),
                     .origin_clock = origin.clock,
                     .right_origin_client = right_origin.client & store::kNoClient,
                     .flags = content.flags & 0xFFU,
                     .right_origin_clock = right_origin.clock,
                     .content = {}};
    if (content.begin != nullptr) {
      single.record.content = {static_cast<std::uint32_t>(content.begin - bytes_),
                               static_cast<std::uint32_t>(content.size)};
    }
    return single;
  }

 private:
  ClientIx take_client() { return store_.clients.find(update::take_varuint(at_, odd_)); }

  bool take_known_id(DenseId& id) {
    const ClientIx client = take_client();
    const std::uint64_t clock = update::take_varuint(at_, odd_);
    if (client == store::kNoClient || clock > limits::clock_max) return false;
    id = {client, static_cast<std::uint32_t>(clock)};
    return store_.known(id);
  }

  const store::Store& store_;
  std::uint8_t bytes_[kSizeMax + kSlack] = {};
  const std::uint8_t* at_ = bytes_ + 2;
  const std::uint8_t* end_ = nullptr;
  bool odd_ = false;  // an integer was not in its shortest form
};

}  // namespace

std::optional<SingleStruct> read_single_struct(ByteView update, const store::Store& store) {
  if (update.size() < kSizeMin || update.size() > kSizeMax) return std::nullopt;
  return SingleReader(update, store).read();
}

}  // namespace weft::document
