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
        clock < structs.state() || ((info & update::kHasOrigin) != 0 && !take_id(origin)) ||
        ((info & update::kHasRightOrigin) != 0 && !take_id(right_origin))) {
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
    if (clock != structs.state() || waits_) [[unlikely]] {
      if (!find_missing({client, static_cast<std::uint32_t>(clock)}, origin, right_origin, single))
        return std::nullopt;
    }
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

  bool take_id(DenseId& id) {
    const ClientIx client = take_client();
    const std::uint64_t clock = update::take_varuint(at_, odd_);
    if (client == store::kNoClient || clock > limits::clock_max) return false;
    id = {client, static_cast<std::uint32_t>(clock)};
    waits_ |= !store_.known(id);
    return true;
  }

  // False where it waits for itself.
  [[gnu::noinline]] bool find_missing(DenseId own, DenseId origin, DenseId right_origin,
                                      SingleStruct& single) const {
    const auto after = [own](DenseId id) {
      return id.client == own.client && id.clock >= own.clock;
    };
    if (after(origin) || after(right_origin)) return false;
    const auto state = [this](ClientIx client) { return store_.clients[client].structs.state(); };
    if (own.clock > state(own.client)) {
      single.missing = {own.client, own.clock - 1};
    } else {
      const bool has_origin = !origin.exists() || store_.known(origin);
      const ClientIx cause = has_origin ? right_origin.client : origin.client;
      single.missing = {cause, state(cause)};
    }
    return true;
  }

  const store::Store& store_;
  std::uint8_t bytes_[kSizeMax + kSlack] = {};
  const std::uint8_t* at_ = bytes_ + 2;
  const std::uint8_t* end_ = nullptr;
  bool odd_ = false;    // an integer was not in its shortest form
  bool waits_ = false;  // a cause is not there
};

}  // namespace

bool read_deletes_alone(ByteView update, DecodedUpdate& out) {
  // No struct; one client.
  if (update.size() < 6 || update.size() > kSizeMax || update[0] != 0 || update[1] != 1)
    return false;
  std::uint8_t bytes[kSizeMax + kSlack] = {};
  std::memcpy(bytes, update.data(), update.size());
  const std::uint8_t* at = bytes + 2;
  const std::uint8_t* const end = bytes + update.size();
  bool odd = false;
  const ClientId client = update::take_varuint(at, odd);
  const std::uint64_t count = update::take_varuint(at, odd);
  if (odd || count == 0 || count > kSizeMax) return false;
  out.update = update;
  out.clear();
  for (std::uint64_t i = 0; i < count; ++i) {
    const Clock clock = update::take_varuint(at, odd);
    const Clock length = update::take_varuint(at, odd);
    if (odd || at > end || length == 0 || length > kSafeInteger - clock) return false;
    out.deletes.push_back({clock, length});
  }
  out.delete_sections.push_back({client, out.deletes.size()});
  return at == end;
}

std::optional<SingleStruct> read_single_struct(ByteView update, const store::Store& store) {
  if (update.size() < kSizeMin || update.size() > kSizeMax) return std::nullopt;
  return SingleReader(update, store).read();
}

}  // namespace weft::document
