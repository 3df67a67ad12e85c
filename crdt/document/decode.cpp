#include "document/decode.hpp"

#include <weft/limits.hpp>

#include "update/reader_v1.hpp"
#include "update/reader_v2.hpp"

namespace weft::document {

namespace {

// Offsets of pieces are 32-bit; canonical forms are at most a few times longer than what was read.
constexpr std::size_t kUpdateBytesMax = std::size_t{1} << 30;

template <typename Reader>
class Decoder {
 public:
  Decoder(ByteView update, store::ClientTable& clients, DecodedUpdate& out)
      : reader_(update), clients_(clients), out_(out), clients_before_(clients.size()) {}

  Result<void> run() {
    update::Struct s;
    while (reader_.next(s)) {
      if (s.length == 0) continue;  // takes no clock: Yjs drops it when it merges updates
      if (!open_section(s) || !add(s)) break;
    }
    if (!out_.sections.empty()) out_.sections.back().end = record_count();
    DeleteRange range{};
    while (reader_.ok() && reader_.next_delete(range.client, range.range)) {
      if (range.range.length > 0) out_.deletes.push_back(range);
    }
    if (reader_.ok()) return {};
    end_sections(clients_, out_);
    clients_.truncate(clients_before_);
    return std::unexpected(reader_.error());
  }

 private:
  std::uint32_t record_count() const { return static_cast<std::uint32_t>(out_.records.size()); }

  bool fail(Errc code) {
    reader_.fail(code);
    return false;
  }

  bool open_section(const update::Struct& s) {
    if (!out_.sections.empty() && s.client == client_id_) {
      return s.clock == next_clock_ || fail(Errc::duplicate_client);
    }
    const ClientIx client = intern(s.client);
    if (client == store::kNoClient) return false;
    if (clients_[client].section != store::kNoIndex) return fail(Errc::duplicate_client);
    if (!out_.sections.empty()) out_.sections.back().end = record_count();
    clients_[client].section = static_cast<std::uint32_t>(out_.sections.size());
    out_.sections.push_back(Section{.client = client, .next = record_count()});
    client_id_ = s.client;
    client_ = client;
    return true;
  }

  ClientIx intern(ClientId id) {
    if (clients_.size() >= limits::clients_max && clients_.find(id) == store::kNoClient) {
      fail(Errc::too_many_clients);
      return store::kNoClient;
    }
    return clients_.intern(id);
  }

  bool add(const update::Struct& s) {
    if (s.clock + s.length > limits::clock_max) return fail(Errc::number_too_large);
    next_clock_ = s.clock + s.length;
    Record& record = out_.records.emplace_back();
    record.clock = static_cast<std::uint32_t>(s.clock);
    record.length = static_cast<std::uint32_t>(s.length);
    record.kind = s.kind;
    if (s.kind == Kind::gc || s.kind == Kind::skip) return true;
    if (s.has_origin() && !set_id(record.origin, s.origin, s.clock)) return false;
    if (s.has_right_origin() && !set_id(record.right_origin, s.right_origin, s.clock)) return false;
    if (s.parent != ParentKind::none && !set_parent(record, s)) return false;
    if (s.kind == Kind::string) {
      record.flags = s.content.ascii ? store::Item::kAscii : 0;
    } else {
      record.flags = s.content.is_json ? store::Item::kJson : 0;
      if (s.kind == Kind::doc && s.content.should_load) record.flags = Record::kShouldLoad;
      record.type_ref = s.content.type_ref;
      if (!set_piece(record.key, s.content.key)) return false;
    }
    return set_piece(record.content, s.content.bytes);
  }

  // An own id at or beyond the struct's clock would be its own cause.
  bool set_id(DenseId& to, Id from, Clock clock) {
    if (from.client == client_id_) {
      if (from.clock >= clock) return fail(Errc::invalid_struct);
      to.client = client_;
    } else {
      if (from.clock > limits::clock_max) return fail(Errc::number_too_large);
      to.client = intern(from.client);
    }
    to.clock = static_cast<std::uint32_t>(from.clock);
    return to.exists();
  }

  bool set_parent(Record& record, const update::Struct& s) {
    record.parent = s.parent;
    record.has_parent_sub = s.has_parent_sub;
    if (s.has_parent_sub && !set_piece(record.parent_sub, s.parent_sub)) return false;
    if (s.parent == ParentKind::root) {
      Piece name;
      if (!set_piece(name, s.parent_name)) return false;
      record.parent_name = name;
      return true;
    }
    DenseId parent;
    if (!set_id(parent, s.parent_id, s.clock)) return false;
    record.parent_id = parent;
    return true;
  }

  bool set_piece(Piece& piece, std::string_view text) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::uint32_t>(text.size());
    const std::uint8_t* begin = out_.update.data();
    if (std::less_equal<>{}(begin, data) && std::less<>{}(data, begin + out_.update.size())) {
      piece = {static_cast<std::uint32_t>(data - begin), size};
      return true;
    }
    const std::size_t at = out_.update.size() + out_.extra.size();
    if (at + text.size() > 0xFFFF'0000) return fail(Errc::too_large);
    piece = {static_cast<std::uint32_t>(at), size};
    out_.extra.insert(out_.extra.end(), data, data + size);
    return true;
  }

  Reader reader_;
  store::ClientTable& clients_;
  DecodedUpdate& out_;
  std::size_t clients_before_;
  ClientId client_id_ = 0;
  ClientIx client_ = store::kNoClient;
  Clock next_clock_ = 0;
};

}  // namespace

Result<void> decode(ByteView update, Encoding encoding, store::ClientTable& clients,
                    DecodedUpdate& out) {
  out.update = update;
  out.extra.clear();
  out.records.clear();
  out.sections.clear();
  out.deletes.clear();
  if (update.size() > kUpdateBytesMax) return std::unexpected(Error{Errc::too_large});
  if (encoding == Encoding::v1) {
    return Decoder<update::ReaderV1>(update, clients, out).run();
  }
  return Decoder<update::ReaderV2>(update, clients, out).run();
}

void end_sections(store::ClientTable& clients, const DecodedUpdate& decoded) {
  for (const Section& section : decoded.sections) clients[section.client].section = store::kNoIndex;
}

update::Struct to_struct(const DecodedUpdate& decoded, const store::ClientTable& clients,
                         ClientIx client, const Record& record) {
  const auto real = [&](DenseId id) { return Id{clients[id.client].id, id.clock}; };
  update::Struct s;
  s.client = clients[client].id;
  s.clock = record.clock;
  s.length = record.length;
  s.kind = record.kind;
  s.info = static_cast<std::uint8_t>(record.kind);
  if (record.kind == Kind::gc || record.kind == Kind::skip) return s;
  if (record.origin.exists()) {
    s.info |= update::kHasOrigin;
    s.origin = real(record.origin);
  }
  if (record.right_origin.exists()) {
    s.info |= update::kHasRightOrigin;
    s.right_origin = real(record.right_origin);
  }
  s.parent = record.parent;
  s.has_parent_sub = record.has_parent_sub;
  if (record.has_parent_sub) {
    s.info |= update::kHasParentSub;
    s.parent_sub = decoded.text(record.parent_sub);
  }
  if (record.parent == ParentKind::root) s.parent_name = decoded.text(record.parent_name);
  if (record.parent == ParentKind::id) s.parent_id = real(record.parent_id);
  s.content.bytes = decoded.text(record.content);
  s.content.key = decoded.text(record.key);
  s.content.type_ref = record.type_ref;
  s.content.ascii = (record.flags & store::Item::kAscii) != 0;
  s.content.is_json = (record.flags & store::Item::kJson) != 0;
  return s;
}

}  // namespace weft::document
