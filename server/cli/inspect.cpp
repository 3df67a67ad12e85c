// weft inspect: what an update holds, for people and with --json for machines.
#include <algorithm>
#include <map>
#include <string>

#include <weft/inspect.hpp>
#include <weft/value.hpp>

#include "cli/command.hpp"
#include "cli/files.hpp"
#include "cli/options.hpp"
#include "cli/table.hpp"
#include "cli/updates.hpp"

namespace weft::cli {

namespace {

/// Everything that the command says, about one update or about all of a log merged into one.
struct Inspection {
  std::string file;
  bool framed = false;
  Encoding encoding = Encoding::v1;
  std::size_t updates = 1;  // frames in the file
  std::size_t bytes = 0;    // of all frames, without their lengths
  std::size_t merged_bytes = 0;
  std::size_t largest_bytes = 0;
  UpdateReport report;
};

/// Deleted units and their number of ranges.
struct Deleted {
  std::uint64_t ranges = 0;
  std::uint64_t length = 0;
};

Deleted count_deleted(const std::vector<ClockRange>& ranges) {
  Deleted deleted{.ranges = ranges.size()};
  for (const ClockRange& range : ranges) deleted.length += range.length;
  return deleted;
}

Deleted count_deleted(const IdSet& deletes) {
  Deleted total;
  for (const auto& [client, ranges] : deletes.clients()) {
    const Deleted deleted = count_deleted(ranges);
    total.ranges += deleted.ranges;
    total.length += deleted.length;
  }
  return total;
}

/// "1 byte", "2 bytes".
std::string counted(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::uint64_t gap_length(const ClientReport& client) { return count_deleted(client.gaps).length; }

Value number(std::uint64_t value) { return Value(static_cast<double>(value)); }

Value ranges_json(const std::vector<ClockRange>& ranges) {
  ValueArray list;
  for (const ClockRange& range : ranges) {
    list.push_back(ValueArray{number(range.clock), number(range.clock + range.length)});
  }
  return list;
}

Value clients_json(const UpdateReport& report) {
  ValueArray clients;
  for (const ClientReport& client : report.clients) {
    clients.push_back(ValueObject{{"client", number(client.client)},
                                  {"begin", number(client.begin)},
                                  {"end", number(client.end)},
                                  {"structs", number(client.structs)},
                                  {"gaps", ranges_json(client.gaps)}});
  }
  return clients;
}

Value kinds_json(const UpdateReport& report) {
  ValueObject kinds;
  for (const KindReport& kind : report.kinds) {
    ValueObject counts{{"structs", number(kind.structs)}, {"length", number(kind.length)}};
    if (kind.bytes > 0) counts.emplace_back("bytes", number(kind.bytes));
    kinds.emplace_back(kind.name, std::move(counts));
  }
  return kinds;
}

Value deletes_json(const IdSet& deletes) {
  ValueArray list;
  for (const auto& [client, ranges] : deletes.clients()) {
    list.push_back(ValueObject{{"client", number(client)}, {"ranges", ranges_json(ranges)}});
  }
  return list;
}

std::string to_json(const Inspection& inspection) {
  const UpdateReport& report = inspection.report;
  ValueArray roots(report.roots.begin(), report.roots.end());
  const Value json = ValueObject{
      {"file", inspection.file},
      {"encoding", inspection.encoding == Encoding::v1 ? "v1" : "v2"},
      {"updates", number(inspection.updates)},
      {"bytes", number(inspection.bytes)},
      {"mergedBytes", number(inspection.merged_bytes)},
      {"largestBytes", number(inspection.largest_bytes)},
      {"structs", number(report.structs)},
      {"roots", std::move(roots)},
      {"clients", clients_json(report)},
      {"kinds", kinds_json(report)},
      {"deletes", deletes_json(report.deletes)},
  };
  return json.to_json() + "\n";
}

std::string clocks(Clock begin, Clock end) {
  return std::to_string(begin) + ".." + std::to_string(end);
}

/// At most three ranges in words: the machine's form has them all.
std::string gaps_text(const ClientReport& client) {
  constexpr std::size_t kShown = 3;
  if (client.gaps.empty()) return "-";
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, client.gaps.size()); ++i) {
    const ClockRange& gap = client.gaps[i];
    text += (i > 0 ? " " : "") + clocks(gap.clock, gap.clock + gap.length);
  }
  if (client.gaps.size() > kShown) {
    text += " and " + std::to_string(client.gaps.size() - kShown) + " more";
  }
  return text;
}

std::string client_table(const UpdateReport& report) {
  std::map<ClientId, Deleted> deletes;
  for (const auto& [client, ranges] : report.deletes.clients()) {
    deletes.emplace(client, count_deleted(ranges));
  }
  Table table;
  table.row({"client", "clocks", "structs", "deleted", "ranges", "gaps"});
  for (const ClientReport& client : report.clients) {
    const Deleted deleted = deletes[client.client];
    deletes.erase(client.client);
    table.row({std::to_string(client.client), clocks(client.begin, client.end),
               std::to_string(client.structs), std::to_string(deleted.length),
               std::to_string(deleted.ranges), gaps_text(client)});
  }
  for (const auto& [client, deleted] : deletes) {
    table.row({std::to_string(client), "-", "0", std::to_string(deleted.length),
               std::to_string(deleted.ranges), "-"});
  }
  return table.text();
}

std::string kind_table(const UpdateReport& report) {
  const bool has_bytes =
      std::ranges::any_of(report.kinds, [](const KindReport& kind) { return kind.bytes > 0; });
  Table table;
  std::vector<std::string> header{"kind", "structs", "length"};
  if (has_bytes) header.emplace_back("bytes");
  table.row(header);
  for (const KindReport& kind : report.kinds) {
    std::vector<std::string> row{std::string(kind.name), std::to_string(kind.structs),
                                 std::to_string(kind.length)};
    if (has_bytes) row.push_back(std::to_string(kind.bytes));
    table.row(row);
  }
  return table.text();
}

std::string summary(const Inspection& inspection) {
  const UpdateReport& report = inspection.report;
  const Deleted deleted = count_deleted(report.deletes);
  std::uint64_t gaps = 0;
  std::uint64_t missing = 0;
  for (const ClientReport& client : report.clients) {
    gaps += client.gaps.size();
    missing += gap_length(client);
  }
  std::string roots;
  for (const std::string& root : report.roots) {
    roots += (roots.empty() ? "" : ", ") + Value(root).to_json();
  }
  std::string text = inspection.file + ": " + counted(inspection.bytes, "byte") +
                     (inspection.encoding == Encoding::v1 ? ", V1\n" : ", V2\n");
  if (inspection.framed) {
    text += "a log of " + counted(inspection.updates, "update") + ", the largest of " +
            counted(inspection.largest_bytes, "byte") + "; merged into one of " +
            counted(inspection.merged_bytes, "byte") + "\n";
  }
  const auto line = [&text](const char* name, const std::string& value) {
    text += std::string(name) + value + "\n";
  };
  line("clients  ", std::to_string(report.clients.size()));
  line("structs  ", std::to_string(report.structs));
  line("gaps     ",
       std::to_string(gaps) + (gaps > 0 ? ", together " + counted(missing, "unit") : ""));
  line("deleted  ", counted(deleted.length, "unit") + " in " + counted(deleted.ranges, "range"));
  line("roots    ", roots.empty() ? "-" : roots);
  return text;
}

std::string to_text(const Inspection& inspection) {
  std::string text = summary(inspection);
  if (!inspection.report.clients.empty() || !inspection.report.deletes.empty()) {
    text += "\n" + client_table(inspection.report);
  }
  if (!inspection.report.kinds.empty()) text += "\n" + kind_table(inspection.report);
  return text;
}

Outcome<> run(Arguments arguments) {
  const auto tool = parse_tool_options(arguments, {}, 1, 1);
  if (!tool) return std::unexpected(tool.error());
  const auto updates = Updates::read(tool->all.arguments(), *tool);
  if (!updates) return std::unexpected(updates.error());
  const auto merged = updates->merged(*tool);
  if (!merged) return std::unexpected(merged.error());
  auto report = inspect_update(*merged, tool->from);
  if (!report) return engine_failure(report.error());
  report->deletes.normalize();
  Inspection inspection{.file = shown(tool->all.arguments().front()),
                        .framed = tool->framed,
                        .encoding = tool->from,
                        .updates = updates->views().size(),
                        .bytes = updates->bytes(),
                        .merged_bytes = merged->size(),
                        .report = std::move(*report)};
  for (const ByteView view : updates->views()) {
    inspection.largest_bytes = std::max(inspection.largest_bytes, view.size());
  }
  return write_text(tool->out, tool->json ? to_json(inspection) : to_text(inspection));
}

}  // namespace

const Command kInspect = {
    "inspect", "UPDATE", "structs, deletes, clients, gaps and sizes",
    "Counts what an update holds, without building a document. With --framed: of all updates of\n"
    "the log merged into one. Clocks are half-open ranges; a gap is a range that the update "
    "lacks.\n",
    run};

}  // namespace weft::cli
