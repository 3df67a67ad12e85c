// Source: @y/y 14 meta.js; createContentIdsFromUpdate and intersectUpdateWithContentIds in
// updates.js.
#include <weft/content_ids.hpp>

#include "update/encoder_v2.hpp"
#include "update/id_map_io.hpp"
#include "update/id_set_io.hpp"
#include "update/reader_v2.hpp"
#include "update/transfer.hpp"

namespace weft {

namespace update {

namespace {

IdSet to_id_set(const DeleteRanges& ranges) {
  IdSet set;
  for (const auto& [client, range] : ranges) {
    if (range.length > 0) set.add(client, range.clock, range.length);
  }
  return set;
}

DeleteRanges to_delete_ranges(const IdSet& set) {
  DeleteRanges flat;
  for (const auto& [client, ranges] : set.clients()) {
    for (const ClockRange& range : ranges) flat.push_back({client, range});
  }
  return flat;
}

template <typename Reader>
Result<ContentIds> content_ids(ByteView update) {
  Reader reader(update, Compat::v14);
  ContentIds ids;
  for (typename Reader::Head s; reader.next(s);) {
    if (s.kind != Kind::skip && s.length > 0) ids.inserts.add(s.client, s.clock, s.length);
  }
  ids.inserts.normalize();
  const auto deletes = read_deletes(reader, Compat::v14);
  if (!deletes) return std::unexpected(deletes.error());
  ids.deletes = to_id_set(*deletes);
  return ids;
}

template <typename Reader, typename Encoder>
Result<Bytes> intersect(ByteView update, const ContentIds& ids) {
  IdSet inserts = ids.inserts;
  inserts.normalize();
  Transfer<Reader, Encoder> way(update, Compat::v14);
  ClientId client = 0;
  Clock next = 0;        // the end of what is written of this client
  bool written = false;  // something of this client
  while (way.next()) {
    const Struct& s = way.current();
    if (s.kind == Kind::skip) continue;
    if (s.client != client) written = false;
    client = s.client;
    for (const SlicedRange& piece : inserts.slice(client, s.clock, s.length)) {
      if (!piece.exists) continue;
      if (written && piece.clock > next) way.put_skip(client, next, piece.clock - next);
      next = piece.clock + piece.length;
      way.put_slice(piece.clock - s.clock, s.clock + s.length - next);
      written = true;
    }
  }
  const auto deletes = way.deletes();
  if (!deletes) return std::unexpected(deletes.error());
  return way.finish(to_delete_ranges(intersect_id_sets(to_id_set(*deletes), ids.deletes)));
}

}  // namespace

}  // namespace update

Bytes ContentIds::encode() const {
  encoding::Writer out;
  update::write_id_set(out, inserts, Encoding::v2);
  update::write_id_set(out, deletes, Encoding::v2);
  return out.take();
}

Result<ContentIds> ContentIds::decode(ByteView bytes) {
  encoding::Reader in(bytes);
  ContentIds ids;
  ids.inserts = update::read_id_set(in, Encoding::v2, Compat::v14);
  ids.deletes = update::read_id_set(in, Encoding::v2, Compat::v14);
  if (!in.ok()) return std::unexpected(in.error());
  return ids;
}

Bytes ContentMap::encode() const {
  encoding::Writer out;
  update::write_id_map(out, inserts);
  update::write_id_map(out, deletes);
  return out.take();
}

Result<ContentMap> ContentMap::decode(ByteView bytes) {
  encoding::Reader in(bytes);
  ContentMap map;
  map.inserts = update::read_id_map(in);
  map.deletes = update::read_id_map(in);
  if (!in.ok()) return std::unexpected(in.error());
  return map;
}

Result<ContentIds> content_ids_from_update(ByteView update, Encoding encoding) {
  return encoding == Encoding::v2 ? update::content_ids<update::ReaderV2>(update)
                                  : update::content_ids<update::ScannerV1>(update);
}

ContentIds content_ids_from_map(const ContentMap& map) {
  return {id_set_from_id_map(map.inserts), id_set_from_id_map(map.deletes)};
}

namespace {

template <typename Content, typename Part>
std::vector<Part> parts(std::span<const Content> contents, Part Content::*part) {
  std::vector<Part> all;
  for (const Content& content : contents) all.push_back(content.*part);
  return all;
}

}  // namespace

ContentIds merge_content_ids(std::span<const ContentIds> contents) {
  return {merge_id_sets(parts(contents, &ContentIds::inserts)),
          merge_id_sets(parts(contents, &ContentIds::deletes))};
}

ContentIds exclude_content_ids(const ContentIds& content, const ContentIds& exclude) {
  return {diff_id_sets(content.inserts, exclude.inserts),
          diff_id_sets(content.deletes, exclude.deletes)};
}

ContentIds intersect_content_ids(const ContentIds& a, const ContentIds& b) {
  return {intersect_id_sets(a.inserts, b.inserts), intersect_id_sets(a.deletes, b.deletes)};
}

ContentMap content_map_from_ids(const ContentIds& ids, const ContentAttributes& insert_attributes,
                                const ContentAttributes& delete_attributes) {
  return {id_map_from_id_set(ids.inserts, insert_attributes),
          id_map_from_id_set(ids.deletes, delete_attributes)};
}

ContentMap merge_content_maps(std::span<const ContentMap> contents) {
  return {merge_id_maps(parts(contents, &ContentMap::inserts)),
          merge_id_maps(parts(contents, &ContentMap::deletes))};
}

ContentMap exclude_content_map(const ContentMap& content, const ContentIds& exclude) {
  return {diff_id_maps(content.inserts, exclude.inserts),
          diff_id_maps(content.deletes, exclude.deletes)};
}

ContentMap exclude_content_map(const ContentMap& content, const ContentMap& exclude) {
  return {diff_id_maps(content.inserts, exclude.inserts),
          diff_id_maps(content.deletes, exclude.deletes)};
}

ContentMap intersect_content_map(const ContentMap& a, const ContentIds& b) {
  return {intersect_id_maps(a.inserts, b.inserts), intersect_id_maps(a.deletes, b.deletes)};
}

ContentMap intersect_content_map(const ContentMap& a, const ContentMap& b) {
  return {intersect_id_maps(a.inserts, b.inserts), intersect_id_maps(a.deletes, b.deletes)};
}

ContentMap filter_content_map(const ContentMap& map,
                              const std::function<bool(const ContentAttributes&)>& inserts,
                              const std::function<bool(const ContentAttributes&)>& deletes) {
  return {filter_id_map(map.inserts, inserts), filter_id_map(map.deletes, deletes)};
}

Result<Bytes> intersect_update(ByteView update, const ContentIds& ids, Encoding encoding) {
  using namespace update;  // NOLINT(google-build-using-namespace): one function
  return encoding == Encoding::v2 ? intersect<ReaderV2, EncoderV2>(update, ids)
                                  : intersect<ReaderV1, EncoderV1>(update, ids);
}

}  // namespace weft
