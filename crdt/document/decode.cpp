#include "document/decode.hpp"

#include "document/record_scanner.hpp"
#include "document/record_writer.hpp"
#include "update/reader_v2.hpp"

namespace weft::document {

namespace {

// Offsets of pieces are 32-bit; canonical forms are at most a few times longer than what was read.
constexpr std::size_t kUpdateBytesMax = std::size_t{1} << 30;

// What a document keeps for the next update.
constexpr std::size_t kRecordsKept = 256;

// A count is not believed beyond what the update has bytes for.
void make_room(DecodedUpdate& out, std::uint64_t ranges) {
  constexpr std::uint64_t kMany = 1024;
  if (ranges < kMany) return;
  const auto more =
      static_cast<std::size_t>(std::min(ranges, std::uint64_t{out.update.size()} / 2));
  std::vector<ClockRange>& deletes = out.deletes;
  if (deletes.size() + more + 1 <= deletes.capacity()) return;
  deletes.reserve(std::max(deletes.size() + more + 1, deletes.capacity() * 2));
  store::ask_for_large_pages(deletes.data(), deletes.capacity() * sizeof(ClockRange));
}

template <typename Reader>
void read_deletes(Reader& reader, DecodedUpdate& out) {
  ClientId client = 0;
  for (ClockRange range; reader.next_delete(client, range);) {
    if (range.length == 0) continue;
    if (out.delete_sections.empty() || out.delete_sections.back().client != client) {
      out.delete_sections.push_back({client, 0});
      make_room(out, reader.structs_left());
    }
    out.deletes.push_back(range);
    out.delete_sections.back().end = out.deletes.size();
  }
}

Result<void> decode_v1(ByteView update, RecordWriter& writer, DecodedUpdate& out) {
  RecordScanner scanner(update, writer);
  scanner.read_structs();
  writer.finish();
  if (scanner.ok()) read_deletes(scanner, out);
  if (scanner.ok()) return {};
  return std::unexpected(scanner.error());
}

Result<void> decode_v2(ByteView update, RecordWriter& writer, DecodedUpdate& out,
                       update::Trust trust) {
  update::ReaderV2 reader(update, writer.compat(), trust);
  update::Struct s;
  while (reader.next(s)) {
    if (!writer.add(s)) {
      reader.fail(writer.error());
      break;
    }
  }
  writer.finish();
  if (reader.ok()) read_deletes(reader, out);
  if (reader.ok()) return {};
  return std::unexpected(reader.error());
}

template <typename T>
void shrink_to(std::vector<T>& vector, std::size_t kept) {
  if (vector.capacity() > kept) vector = std::vector<T>();
}

}  // namespace

void DecodedUpdate::clear() {
  extra_bytes.clear();
  records.clear();
  extras.clear();
  sections.clear();
  deletes.clear();
  delete_sections.clear();
}

void DecodedUpdate::shrink() {
  shrink_to(extra_bytes, kRecordsKept * sizeof(Record));
  shrink_to(records, kRecordsKept);
  shrink_to(extras, kRecordsKept);
  shrink_to(sections, kRecordsKept);
  shrink_to(deletes, kRecordsKept);
  shrink_to(delete_sections, kRecordsKept);
}

Result<void> decode(ByteView update, Encoding encoding, Compat compat, store::ClientTable& clients,
                    DecodedUpdate& out, update::Trust trust) {
  out.update = update;
  out.clear();
  if (update.size() > kUpdateBytesMax) return std::unexpected(Error{Errc::too_large});
  RecordWriter writer(compat, clients, out);
  auto result = encoding == Encoding::v1 ? decode_v1(update, writer, out)
                                         : decode_v2(update, writer, out, trust);
  if (!result) writer.abandon();
  return result;
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
  s.kind = record.kind();
  s.info = static_cast<std::uint8_t>(s.kind);
  if (s.kind == Kind::gc || s.kind == Kind::skip) return s;
  if (record.origin().exists()) {
    s.info |= update::kHasOrigin;
    s.origin = real(record.origin());
  }
  if (record.right_origin().exists()) {
    s.info |= update::kHasRightOrigin;
    s.right_origin = real(record.right_origin());
  }
  s.content.ascii = (record.flags & store::Item::kAscii) != 0;
  s.content.is_json = (record.flags & store::Item::kJson) != 0;
  const Extra* extra = decoded.extra(record);
  if (extra == nullptr) {
    s.content.bytes = decoded.text(record.content);
    return s;
  }
  s.parent = extra->parent;
  s.has_parent_sub = extra->has_parent_sub;
  if (extra->has_parent_sub) {
    s.info |= update::kHasParentSub;
    s.parent_sub = decoded.text(extra->parent_sub);
  }
  if (extra->parent == ParentKind::root) s.parent_name = decoded.text(extra->parent_name);
  if (extra->parent == ParentKind::id) s.parent_id = real(extra->parent_id);
  s.content.bytes = decoded.text(extra->content);
  s.content.key = decoded.text(extra->key);
  s.content.type_ref = extra->type_ref;
  return s;
}

}  // namespace weft::document
