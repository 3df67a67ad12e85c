#include "document/record_scanner.hpp"

#include "document/plain_content.hpp"

namespace weft::document {

using update::kStops;
using update::load_eight;
using update::take_varuint;

RecordScanner::RecordScanner(ByteView update, RecordWriter& writer) : writer_(writer) {
  open(update);
  begin();
  if (update.size() >= kLargeUpdate) names_.resize(kNames);
}

// The integer at the begin of eight bytes, if it ends within them.
std::optional<RecordScanner::Name> RecordScanner::name_in(std::uint64_t word) {
  const std::uint64_t stops = ~word & kStops;
  if (stops == 0) return std::nullopt;
  const auto bits = static_cast<unsigned>(std::countr_zero(stops)) + 1;
  const std::uint64_t mask = ~std::uint64_t{0} >> (64 - bits);
  return Name{.bytes = word & mask, .mask = mask, .size = bits / 8, .client = store::kNoClient};
}

void RecordScanner::read_section() {
  const std::uint8_t* client_at = nullptr;
  open_section(client_at);
  if (!ok()) return;
  // Few structs have less than eight bytes; what a count claims beyond that is not believed.
  const auto remaining = static_cast<std::uint64_t>(end_ - at_);
  const std::uint64_t room = std::min(structs_left_, remaining / 8 + 1);
  writer_.reserve(room);
  own_ = {};
  if (structs_left_ > 0 && readable_ - client_at >= 8) {
    own_ = name_in(load_eight(client_at)).value_or(Name{});
    own_.client = writer_.intern(client_);
  }
  for (; structs_left_ > 0; --structs_left_) {
    if ((!can_look_ahead() || !scan()) && !read_slowly()) return;
  }
}

bool RecordScanner::take_id(const std::uint8_t*& at, DenseId& id) {
  const std::uint64_t word = load_eight(at);
  const Name* name = own_.stands_in(word) ? &own_ : find_client(word);
  if (name == nullptr) return false;
  at += name->size;
  bool odd = false;
  const std::uint64_t clock = take_varuint(at, odd);
  id = {name->client, static_cast<std::uint32_t>(clock)};
  return !odd && clock <= limits::clock_max && id.exists();
}

const RecordScanner::Name* RecordScanner::find_client(std::uint64_t word) {
  const auto name = name_in(word);
  if (!name) return nullptr;
  Name* known = &found_;
  if (!names_.empty()) known = &names_[(name->bytes * 0x9E37'79B9'7F4A'7C15) >> 58];
  if (known->bytes == name->bytes && known->mask == name->mask) return known;
  encoding::Reader reader({reinterpret_cast<const std::uint8_t*>(&word), sizeof word});
  const std::uint64_t id = reader.varuint();
  if (!reader.ok()) return nullptr;
  const ClientIx client = writer_.intern(id);
  if (client == store::kNoClient) return nullptr;
  *known = *name;
  known->client = client;
  return known;
}

// A struct of a frequent kind, whole and in its usual form. Nothing has happened if it is not.
bool RecordScanner::scan() {
  const std::uint8_t* at = at_;
  const std::uint8_t info = *at++;
  const auto kind = static_cast<Kind>(info & update::kKindMask);
  if (!is_plain_kind(kind)) return false;
  if ((info & (update::kHasOrigin | update::kHasRightOrigin)) == 0) return false;
  DenseId origin;
  DenseId right_origin;
  if ((info & update::kHasOrigin) != 0 && !take_id(at, origin)) return false;
  if ((info & update::kHasRightOrigin) != 0 && !take_id(at, right_origin)) return false;
  PlainContent content;
  if (!take_plain_content(at, {end_, readable_}, kind, content)) return false;
  if (content.length == 0 || clock_ + content.length > limits::clock_max) return false;
  if (!writer_.begin_struct(client_, clock_)) return false;
  // What is wrong here, or waits for ever, is said by the slow way.
  if (causes_itself(origin) || causes_itself(right_origin)) return false;
  Record record{.clock = static_cast<std::uint32_t>(clock_),
                .length = static_cast<std::uint32_t>(content.length),
                .origin_client = origin.client & store::kNoClient,
                .kind_bits = static_cast<std::uint8_t>(kind),
                .origin_clock = origin.clock,
                .right_origin_client = right_origin.client & store::kNoClient,
                .flags = content.flags & 0xFFU,
                .right_origin_clock = right_origin.clock,
                .content = {}};
  if (content.begin != nullptr) {
    record.content = {static_cast<std::uint32_t>(content.begin - base_),
                      static_cast<std::uint32_t>(content.size)};
  }
  writer_.append(record);
  at_ = at;
  clock_ += content.length;
  return true;
}

bool RecordScanner::read_slowly() {
  if (!ok()) return false;
  if (!reader_) reader_.emplace(ByteView{}, writer_.compat());
  if (!struct_) struct_.emplace();
  update::ReaderV1& reader = *reader_;
  update::Struct& read = *struct_;
  reader.resume(update_, offset(), 0, structs_left_, client_, clock_);
  if (reader.next(read) && !writer_.add(read)) reader.fail(writer_.error());
  if (!reader.ok()) {
    error_ = reader.error();
    return false;
  }
  at_ = base_ + reader.offset();
  clock_ += read.length;
  return true;
}

}  // namespace weft::document
