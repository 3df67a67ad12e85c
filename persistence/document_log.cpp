// Order, checks and failures of a group.
#include "persistence/document_log.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace weft::persistence {

namespace {

template <typename T>
std::unexpected<StoreError> error_of(StoreResult<T>& result) {
  return std::unexpected(std::move(result.error()));
}

// Stores keep sequences as signed numbers.
constexpr Sequence kSequenceMax = std::numeric_limits<std::int64_t>::max();

bool is_flush(const Operation& operation) {
  return std::holds_alternative<FlushOperation>(operation);
}

}  // namespace

DocumentLog::DocumentLog(std::unique_ptr<Tables> tables, std::shared_ptr<Quarantine> quarantine,
                         std::function<std::int64_t()> now_ms)
    : tables_(std::move(tables)), quarantine_(std::move(quarantine)), now_ms_(std::move(now_ms)) {}

DocumentLog::Outcome DocumentLog::commit(std::span<const Operation> group) {
  Outcome outcome;
  outcome.results.assign(group.size(), StoreResult<Sequence>(0));
  if (std::ranges::all_of(group, is_flush)) return outcome;

  const auto attempt = [&](std::span<const Operation> operations, Results results) {
    auto committed = commit_together(operations, results);
    outcome.failure.reset();
    if (committed) {
      ++outcome.commits;
      return true;
    }
    ++outcome.commits_failed;
    outcome.failure = std::move(committed.error());
    return false;
  };
  const auto is_corrupt = [&] {
    return outcome.failure && outcome.failure->code == StoreErrc::corrupt;
  };
  if (attempt(group, outcome.results)) return outcome;
  outcome.fate = tables_->fate();
  if (outcome.fate != Fate::settled || !is_corrupt()) return outcome;

  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto operation = group.subspan(i, 1);
    const Results result(&outcome.results[i], 1);
    result[0] = Sequence{0};
    if (!attempt(operation, result) && is_corrupt()) note_damage(operation, result);
  }
  return outcome;
}

StoreResult<bool> DocumentLog::settle(std::span<const Operation> group, const Outcome& outcome) {
  auto durable = tables_->settle();
  if (durable && *durable) note_removals(group, outcome.results);
  return durable;
}

void DocumentLog::note_damage(std::span<const Operation> group, Results results) {
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (results[i]) continue;
    if (const auto* append = std::get_if<AppendOperation>(&group[i]))
      quarantine_->add(append->name);
    if (const auto* write = std::get_if<CheckpointOperation>(&group[i]))
      quarantine_->add(write->name);
  }
}

void DocumentLog::note_removals(std::span<const Operation> group,
                                std::span<const StoreResult<Sequence>> results) {
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (!results[i]) continue;
    if (const auto* removed = std::get_if<RemoveOperation>(&group[i]))
      quarantine_->remove(removed->name);
    if (const auto* replaced = std::get_if<ReplaceOperation>(&group[i]))
      quarantine_->remove(replaced->name);
  }
}

StoreResult<void> DocumentLog::commit_together(std::span<const Operation> group, Results results) {
  transaction_now_ms_ = now_ms_();
  auto done = tables_->begin(group);
  if (done) done = write_all(group, results);
  if (done) done = tables_->commit();
  if (done) {
    note_removals(group, results);
    return {};
  }
  tables_->rollback();
  // The results of a commit in doubt may yet turn out to be true.
  if (tables_->fate() == Fate::in_doubt) return done;
  for (std::size_t i = 0; i < group.size(); ++i) {
    // A flush tells that what came before it has completed, well or not.
    if (results[i] && !is_flush(group[i])) results[i] = std::unexpected(done.error());
  }
  return done;
}

StoreResult<void> DocumentLog::write_all(std::span<const Operation> group, Results results) {
  Rows rows;
  for (std::size_t i = 0; i < group.size(); ++i) {
    auto written = std::visit(
        Overloaded{
            [&](const AppendOperation& operation) { return append(rows, operation); },
            [&](const CheckpointOperation& operation) { return checkpoint(rows, operation); },
            [&](const RemoveOperation& operation) { return remove(rows, operation); },
            [&](const ReplaceOperation& operation) { return replace(rows, operation); },
            [&](const SetFormerOperation& operation) { return set_former(operation); },
            [&](const AddVersionOperation& operation) { return add_version(rows, operation); },
            [&](const RemoveVersionsOperation& operation) {
              return remove_versions(rows, operation);
            },
            [](const auto&) { return Written(Sequence{0}); },
        },
        group[i]);
    if (!written) return error_of(written);
    results[i] = std::move(*written);
  }
  // Once a document, however many updates of it the group holds.
  for (const auto& [name, row] : rows) {
    if (!row.moved) continue;
    auto done = tables_->set_last_sequence(row.stored.id, row.stored.position.last);
    if (!done) return done;
  }
  return {};
}

DocumentLog::Written DocumentLog::append(Rows& rows, const AppendOperation& append) {
  auto found = row_of(rows, append.name);
  if (!found) return error_of(found);
  Row& row = **found;
  if (auto allowed = check_writable(row, append.name); !allowed)
    return Written(StoreResult<Sequence>(error_of(allowed)));
  const Sequence sequence = append.update.sequence;
  if (auto fits = check_append(append.name, row.stored.position, sequence); !fits)
    return Written(StoreResult<Sequence>(error_of(fits)));
  if (auto created = create_document(row, append.name); !created) return error_of(created);
  const Update& update = append.update;
  const StoredUpdate stored{sequence,           *update.bytes,         update.encoding,
                            update.origin.user, update.origin.session, transaction_now_ms_};
  auto added = tables_->add_update(row.stored.id, stored, update_checksum(append.name, stored));
  if (!added) return error_of(added);
  row.stored.position.last = sequence;
  row.moved = true;
  return Written(sequence);
}

DocumentLog::Written DocumentLog::checkpoint(Rows& rows, const CheckpointOperation& write) {
  auto found = row_of(rows, write.name);
  if (!found) return error_of(found);
  Row& row = **found;
  if (auto allowed = check_writable(row, write.name); !allowed)
    return Written(StoreResult<Sequence>(error_of(allowed)));
  const Sequence up_to = write.checkpoint.up_to;
  if (auto fits = check_checkpoint(write.name, row.stored.position, up_to); !fits)
    return Written(StoreResult<Sequence>(error_of(fits)));
  if (auto created = create_document(row, write.name); !created) return error_of(created);
  auto done = put_checkpoint(row, write.name, write.checkpoint);
  if (done) done = tables_->delete_updates(row.stored.id, up_to);
  if (!done) return error_of(done);
  row.stored.position.checkpoint_up_to = up_to;
  return Written(up_to);
}

StoreResult<void> DocumentLog::put_checkpoint(const Row& row, const std::string& name,
                                              const Checkpoint& checkpoint) {
  CheckpointFields fields{
      *checkpoint.state, checkpoint.encoding, checkpoint.up_to, transaction_now_ms_, {}};
  if (checkpoint.attribution) fields.attribution = *checkpoint.attribution;
  return tables_->put_checkpoint(row.stored.id, fields, checkpoint_checksum(name, fields));
}

// Whatever is there: damage and staleness are what it is for.
DocumentLog::Written DocumentLog::replace(Rows& rows, const ReplaceOperation& write) {
  auto found = row_of(rows, write.name);
  if (!found) return error_of(found);
  Row& row = **found;
  const Sequence up_to = write.checkpoint.up_to;
  if (auto fits = check_replace(write.name, row.stored.position, up_to); !fits)
    return Written(StoreResult<Sequence>(error_of(fits)));
  if (auto created = create_document(row, write.name); !created) return error_of(created);
  auto done = tables_->delete_updates(row.stored.id, kSequenceMax);
  if (done) done = tables_->delete_checkpoint(row.stored.id);
  if (done) done = put_checkpoint(row, write.name, write.checkpoint);
  if (!done) return error_of(done);
  row.stored.position = {up_to, up_to};
  row.stored.stale = false;
  row.moved = true;
  row.removed = true;
  return Written(up_to);
}

DocumentLog::Written DocumentLog::set_former(const SetFormerOperation& write) {
  auto done =
      tables_->set_former(write.name, *write.former, former_checksum(write.name, *write.former));
  if (!done) return error_of(done);
  return Written(Sequence{0});
}

DocumentLog::Written DocumentLog::add_version(Rows& rows, const AddVersionOperation& write) {
  auto found = row_of(rows, write.name);
  if (!found) return error_of(found);
  Row& row = **found;
  if (auto created = create_document(row, write.name); !created) return error_of(created);
  const Version& version = write.version;
  const VersionFields fields{
      {row.stored.last_version + 1, version.kind, version.up_to, version.name, version.user,
       transaction_now_ms_, version.state->size()},
      static_cast<std::int64_t>(version.kind),
      encoding_number(version.encoding),
      *version.state};
  auto done = tables_->add_version(row.stored.id, fields, version_checksum(write.name, fields));
  if (!done) return error_of(done);
  return Written(++row.stored.last_version);
}

DocumentLog::Written DocumentLog::remove_versions(Rows& rows,
                                                  const RemoveVersionsOperation& write) {
  auto found = row_of(rows, write.name);
  if (!found) return error_of(found);
  std::uint64_t count = 0;
  if ((*found)->stored.id == 0) return Written(count);
  for (const VersionNumber number : write.numbers) {
    auto deleted = tables_->delete_version((*found)->stored.id, number);
    if (!deleted) return error_of(deleted);
    if (*deleted) ++count;
  }
  return Written(count);
}

DocumentLog::Written DocumentLog::remove(Rows& rows, const RemoveOperation& remove) {
  auto found = row_of(rows, remove.name);
  if (!found) return error_of(found);
  Row& row = **found;
  const Sequence last = row.stored.position.last;
  if (row.stored.id != 0) {
    if (auto done = tables_->delete_document(row.stored.id); !done) return error_of(done);
  }
  row = Row{};
  row.removed = true;
  return Written(last);
}

StoreResult<void> DocumentLog::check_writable(const Row& row, const std::string& name) const {
  if (row.removed) return {};
  if (quarantine_->contains(name)) return std::unexpected(damaged_error(name));
  if (row.stored.stale) return std::unexpected(stale_error(name));
  return {};
}

StoreResult<DocumentLog::Row*> DocumentLog::row_of(Rows& rows, const std::string& name) {
  const auto known = rows.find(name);
  if (known != rows.end()) return &known->second;
  auto row = tables_->find(name);
  if (!row) return error_of(row);
  return &rows.emplace(name, Row{.stored = *row}).first->second;
}

StoreResult<void> DocumentLog::create_document(Row& row, const std::string& name) {
  if (row.stored.id != 0) return {};
  auto id = tables_->create(name, transaction_now_ms_);
  if (!id) return error_of(id);
  row.stored.id = *id;
  return {};
}

}  // namespace weft::persistence
