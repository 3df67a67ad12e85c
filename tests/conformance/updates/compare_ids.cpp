#include "compare_ids.hpp"

#include <algorithm>
#include <array>

#include <weft/content_ids.hpp>

#include "encoding/any.hpp"
#include "encoding/reader.hpp"
#include "encoding/writer.hpp"

namespace {

using weft::ContentAttributePtr;
using weft::ContentAttributes;
using weft::ContentIds;
using weft::ContentMap;
using weft::Encoding;
using weft::IdMap;
using weft::IdSet;
using weft::encoding::Reader;
using weft::encoding::Writer;

struct Query {
  weft::ClientId client;
  weft::Clock clock;
  weft::Clock length;
};

Query read_query(Reader& in) {
  const weft::ClientId client = in.varuint();
  const weft::Clock clock = in.varuint();
  return {client, clock, in.varuint()};
}

ContentAttributes read_attributes(Reader& in) {
  ContentAttributes attributes;
  for (auto count = in.varuint(); count > 0; --count) {
    std::string name(weft::as_text(in.varbytes()));
    const std::size_t begin = in.offset();
    bool canonical = true;
    weft::encoding::scan_any(in, canonical);
    attributes.push_back(weft::make_attribute(
        std::move(name), weft::Value::decode(in.between(begin, in.offset())).value()));
  }
  return attributes;
}

bool says_a(const ContentAttributes& attributes) {
  return std::any_of(attributes.begin(), attributes.end(),
                     [](const ContentAttributePtr& attribute) { return attribute->name == "a"; });
}

void step(Reader& in, std::array<IdMap, 2>& maps, const ContentAttributes& attributes) {
  const auto kind = in.varuint();
  const auto map = in.varuint();
  const Query range = read_query(in);
  ContentAttributes chosen;
  for (auto count = in.varuint(); count > 0; --count) chosen.push_back(attributes[in.varuint()]);
  switch (kind) {
    case 0:
      return maps[map].add(range.client, range.clock, range.length, chosen);
    case 1:
      static_cast<void>(maps[map].contains({range.client, range.clock}));
      return;
    case 2:
      return maps[map].remove(range.client, range.clock, range.length);
    default:
      return maps[map].insert(maps[1 - map]);
  }
}

}  // namespace

weft::Bytes id_sets(weft::ByteView program) {
  Reader in(program);
  std::array<IdSet, 2> sets;
  for (auto count = in.varuint(); count > 0; --count) {
    IdSet& set = sets[in.varuint()];
    const Query range = read_query(in);
    set.add(range.client, range.clock, range.length);
  }
  const Query query = read_query(in);
  auto& [a, b] = sets;
  Writer out;
  for (const IdSet& set :
       {a, b, weft::merge_id_sets(sets), weft::diff_id_sets(a, b), weft::intersect_id_sets(a, b)}) {
    out.varbytes(set.encode(Encoding::v2));
  }
  a.normalize();
  Writer pieces;
  for (const auto& [clock, length, exists] : a.slice(query.client, query.clock, query.length)) {
    pieces.varuint(clock);
    pieces.varuint(length);
    pieces.varuint(exists ? 1 : 0);
  }
  out.varbytes(pieces.bytes());
  out.varbytes(weft::Bytes{static_cast<std::uint8_t>(a.contains({query.client, query.clock}))});
  a.remove(query.client, query.clock, query.length);
  out.varbytes(a.encode(Encoding::v2));
  out.varbytes(weft::merge_id_sets(sets).encode(Encoding::v2));
  return out.take();
}

weft::Bytes id_maps(weft::ByteView program) {
  Reader in(program);
  ContentAttributes attributes = read_attributes(in);
  std::array<IdMap, 2> maps;
  for (auto count = in.varuint(); count > 0; --count) step(in, maps, attributes);
  const Query query = read_query(in);
  const auto& [a, b] = maps;
  const ContentAttributePtr copy = weft::make_attribute(attributes[0]->name, attributes[0]->value);
  IdMap diffed = weft::diff_id_maps(a, b);
  diffed.add(query.client, query.clock, query.length, {copy});
  IdMap common = weft::intersect_id_maps(a, b);
  common.add(query.client, query.clock, query.length, {copy});
  const IdMap merged = weft::merge_id_maps(maps);
  IdMap slices;
  IdSet missing;
  for (const auto& [clock, length, said] : a.slice(query.client, query.clock, query.length)) {
    if (said) {
      slices.add(0, clock, length, *said);
    } else {
      missing.add(0, clock, length);
    }
  }
  const IdSet set_of_a = weft::id_set_from_id_map(a);
  const IdSet set_of_merged = weft::id_set_from_id_map(merged);
  attributes.push_back(attributes[0]);
  attributes.push_back(copy);
  Writer out;
  for (const IdMap& map :
       {a, b, merged, diffed, common, weft::diff_id_maps(b, set_of_a),
        weft::intersect_id_maps(b, set_of_a), slices, weft::filter_id_map(merged, says_a),
        weft::id_map_from_id_set(set_of_merged, attributes),
        IdMap::decode(merged.encode()).value()}) {
    out.varbytes(map.encode());
  }
  out.varbytes(set_of_merged.encode(Encoding::v2));
  out.varbytes(missing.encode(Encoding::v2));
  return out.take();
}

weft::Result<weft::Bytes> contents(std::span<const weft::ByteView> inputs) {
  const auto one = weft::content_ids_from_update(inputs[0]);
  const auto two = weft::content_ids_from_update(inputs[1]);
  if (!one || !two) return std::unexpected(one ? two.error() : one.error());
  Reader in(inputs[2]);
  const ContentAttributes attributes = read_attributes(in);
  const std::array both{*one, *two};
  const auto& [a, b] = both;
  const std::array maps{
      weft::content_map_from_ids(a, attributes, attributes),
      weft::content_map_from_ids(b, ContentAttributes(attributes.begin() + 1, attributes.end()),
                                 ContentAttributes(attributes.begin(), attributes.begin() + 1))};
  const auto& [map, other] = maps;
  const ContentMap merged = weft::merge_content_maps(maps);
  Writer out;
  for (const ContentIds& ids :
       {a, b, weft::merge_content_ids(both), weft::exclude_content_ids(a, b),
        weft::intersect_content_ids(b, a), weft::content_ids_from_map(merged),
        ContentIds::decode(a.encode()).value()}) {
    out.varbytes(ids.encode());
  }
  for (const ContentMap& content :
       {map, other, merged, weft::exclude_content_map(merged, b),
        weft::exclude_content_map(merged, map), weft::intersect_content_map(merged, a),
        weft::intersect_content_map(map, other),
        weft::filter_content_map(merged, says_a, [](const ContentAttributes&) { return true; }),
        ContentMap::decode(merged.encode()).value()}) {
    out.varbytes(content.encode());
  }
  return out.take();
}
