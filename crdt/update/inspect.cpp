// Counts the structs and deletes of an update in one pass. Source of the order: the readers.
#include <algorithm>
#include <array>
#include <set>
#include <type_traits>

#include <weft/inspect.hpp>

#include "update/kind_names.hpp"
#include "update/reader_v1.hpp"
#include "update/reader_v2.hpp"

namespace weft {

namespace {

using update::Kind;
using update::kKindNames;
using update::ParentKind;
using update::Struct;

void count_kind(std::array<KindReport, kKindNames.size()>& kinds, const Struct& s,
                std::size_t bytes) {
  KindReport& kind = kinds[static_cast<std::size_t>(s.kind)];
  ++kind.structs;
  kind.length += s.length;
  kind.bytes += bytes;
}

void count_client(std::vector<ClientReport>& clients, const Struct& s) {
  const bool continues =
      !clients.empty() && clients.back().client == s.client && clients.back().end == s.clock;
  if (!continues) {
    clients.push_back({.client = s.client, .begin = s.clock, .end = s.clock, .gaps = {}});
  }
  ClientReport& client = clients.back();
  ++client.structs;
  client.end = s.clock + s.length;
  if (s.kind == Kind::skip) client.gaps.push_back({s.clock, s.length});
}

template <typename Reader>
Result<UpdateReport> inspect(ByteView update) {
  Reader reader(update);
  constexpr bool kRawStructs = std::is_same_v<Reader, update::ReaderV1>;
  UpdateReport report;
  std::array<KindReport, kKindNames.size()> kinds{};
  std::set<std::string, std::less<>> roots;
  for (Struct s; reader.next(s);) {
    ++report.structs;
    count_kind(kinds, s, kRawStructs ? reader.raw().size() : 0);
    count_client(report.clients, s);
    if (s.parent == ParentKind::root && !roots.contains(s.parent_name)) {
      report.roots.emplace_back(*roots.emplace(s.parent_name).first);
    }
  }
  ClientId client = 0;
  for (ClockRange range; reader.next_delete(client, range);) {
    report.deletes.add(client, range.clock, range.length);
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    kinds[i].name = kKindNames[i];
    if (kinds[i].structs > 0) report.kinds.push_back(kinds[i]);
  }
  report.trailing_bytes = reader.remaining();
  return report;
}

template <typename Reader>
Result<std::size_t> measure(ByteView update) {
  Reader reader(update);
  for (Struct s; reader.next(s);) {
  }
  ClientId client = 0;
  for (ClockRange range; reader.next_delete(client, range);) {
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  return update.size() - reader.remaining();
}

}  // namespace

Result<UpdateReport> inspect_update(ByteView update, Encoding encoding) {
  if (encoding == Encoding::v2) return inspect<update::ReaderV2>(update);
  return inspect<update::ReaderV1>(update);
}

Result<std::size_t> measure_update(ByteView update, Encoding encoding) {
  if (encoding == Encoding::v2) return measure<update::ReaderV2>(update);
  return measure<update::ReaderV1>(update);
}

}  // namespace weft
