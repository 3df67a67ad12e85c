#include "document/record_writer.hpp"

#include <functional>

namespace weft::document {

bool RecordWriter::open_section(ClientId id, Clock clock) {
  const ClientIx client = intern(id);
  if (client == store::kNoClient) return false;
  if (clients_[client].section != store::kNoIndex) return fail(Errc::duplicate_client);
  finish();
  clients_[client].section = static_cast<std::uint32_t>(out_.sections.size());
  out_.sections.push_back(Section{.client = client, .next = record_count()});
  client_id_ = id;
  client_ = client;
  next_clock_ = clock;
  return true;
}

bool RecordWriter::add(const update::Struct& s) {
  if (s.length == 0) return true;
  if (!begin_struct(s.client, s.clock)) return false;
  if (s.clock + s.length > limits::clock_max) return fail(Errc::number_too_large);
  Record& record = append(s.clock, s.length);
  record.kind_bits = static_cast<std::uint8_t>(s.kind);
  record.flags = 0;
  DenseId origin;
  DenseId right_origin;
  const bool placed = s.kind != Kind::gc && s.kind != Kind::skip;
  if (placed && s.has_origin() && !set_id(origin, s.origin, s.clock)) return false;
  if (placed && s.has_right_origin() && !set_id(right_origin, s.right_origin, s.clock)) {
    return false;
  }
  record.origin_client = origin.client & store::kNoClient;
  record.origin_clock = origin.clock;
  record.right_origin_client = right_origin.client & store::kNoClient;
  record.right_origin_clock = right_origin.clock;
  record.content = {};
  if (!placed) return true;
  if (s.kind == Kind::string && s.content.ascii) record.flags = store::Item::kAscii;
  if ((s.kind == Kind::embed || s.kind == Kind::format) && s.content.is_json) {
    record.flags = store::Item::kJson;
  }
  if (s.parent == ParentKind::none && (s.kind == Kind::string || s.kind == Kind::any ||
                                       s.kind == Kind::deleted || s.kind == Kind::binary)) {
    return set_piece(record.content, s.content.bytes);
  }
  record.flags |= Record::kExtra;
  record.content.begin = static_cast<std::uint32_t>(out_.extras.size());
  return set_extra(out_.extras.emplace_back(), s);
}

bool RecordWriter::set_extra(Extra& extra, const update::Struct& s) {
  extra.parent = s.parent;
  extra.has_parent_sub = s.has_parent_sub;
  if (s.has_parent_sub && !set_piece(extra.parent_sub, s.parent_sub)) return false;
  if (s.parent == ParentKind::root && !set_piece(extra.parent_name, s.parent_name)) return false;
  if (s.parent == ParentKind::id && !set_id(extra.parent_id, s.parent_id, s.clock)) return false;
  if (s.kind != Kind::string && s.kind != Kind::deleted) {
    extra.type_ref = s.content.type_ref;
    extra.should_load = s.content.should_load;
    if (!set_piece(extra.key, s.content.key)) return false;
  }
  return s.kind == Kind::deleted || set_piece(extra.content, s.content.bytes);
}

// An own id at or beyond the struct's clock would be its own cause: such a struct waits for ever in
// a document of @y/y 14, and makes Yjs 13 throw.
bool RecordWriter::set_id(DenseId& to, Id from, Clock clock) {
  if (from.client == client_id_) {
    if (from.clock >= clock && compat_ == Compat::v13) return fail(Errc::invalid_struct);
    to.client = client_;
  } else {
    to.client = intern(from.client);
  }
  if (from.clock > limits::clock_max) return fail(Errc::number_too_large);
  to.clock = static_cast<std::uint32_t>(from.clock);
  return to.exists();
}

bool RecordWriter::set_piece(Piece& piece, std::string_view text) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::uint32_t>(text.size());
  const std::uint8_t* begin = out_.update.data();
  if (std::less_equal<>{}(begin, data) && std::less<>{}(data, begin + out_.update.size())) {
    piece = {static_cast<std::uint32_t>(data - begin), size};
    return true;
  }
  const std::size_t at = out_.update.size() + out_.extra_bytes.size();
  if (at + text.size() > 0xFFFF'0000) return fail(Errc::too_large);
  piece = {static_cast<std::uint32_t>(at), size};
  out_.extra_bytes.insert(out_.extra_bytes.end(), data, data + size);
  return true;
}

void RecordWriter::abandon() {
  end_sections(clients_, out_);
  clients_.truncate(clients_before_);
}

}  // namespace weft::document
