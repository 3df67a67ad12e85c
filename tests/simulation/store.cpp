#include "store.hpp"

#include <utility>

#include "journal_folder.hpp"
#include "persistence/sqlite/journaled_tables.hpp"
#include "persistence/sqlite/schema.hpp"

namespace weft::simulation {

namespace sqlite = persistence::sqlite;
namespace journal = persistence::journal;

persistence::StoreResult<std::unique_ptr<persistence::SteppedStore>> open_store(
    Disk& disk, const StoreOptions& options) {
  constexpr const char* kFile = "/data/documents.sqlite";
  auto writing = sqlite::open_database(kFile, {std::chrono::milliseconds(0), 0, options.now_ms()});
  if (!writing) return std::unexpected(std::move(writing.error()));
  auto tables = sqlite::make_tables(std::move(*writing));
  if (!tables) return std::unexpected(std::move(tables.error()));
  auto folder = open_journal_folder(disk);
  auto recovered = sqlite::recover_journal(*folder, **tables);
  if (!recovered) return std::unexpected(std::move(recovered.error()));
  const auto held = std::make_shared<journal::Journal>(std::move(folder), recovered->next_number,
                                                       options.journal);
  held->adopt(std::move(recovered->left));
  auto reading = sqlite::open_for_reading(kFile, std::chrono::milliseconds(0));
  if (!reading) return std::unexpected(std::move(reading.error()));
  auto reader = sqlite::make_reader(std::move(*reading), held);
  if (!reader) return std::unexpected(std::move(reader.error()));
  persistence::LogStoreParts parts;
  parts.tables = sqlite::make_journaled_tables(std::move(*tables), held);
  parts.readers.push_back(std::move(*reader));
  parts.now_ms = options.now_ms;
  return persistence::make_stepped_store(std::move(parts), options.queued);
}

}  // namespace weft::simulation
