// A group in two media.
#include "persistence/sqlite/journaled_tables.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

namespace weft::persistence::sqlite {

namespace {

using journal::Journal;

class JournaledTables final : public Tables {
 public:
  JournaledTables(std::unique_ptr<DocumentTables> database, std::shared_ptr<Journal> journal)
      : database_(std::move(database)), journal_(std::move(journal)) {}
  JournaledTables(const JournaledTables&) = delete;
  JournaledTables& operator=(const JournaledTables&) = delete;
  // What cannot be moved now is found by the next opening.
  ~JournaledTables() override {
    while (move_oldest().value_or(false)) {
    }
  }

  StoreResult<void> begin(std::span<const Operation> group) override {
    if (failed_) {
      if (auto buried = database_->bury_failed(); !buried) return buried;
      failed_ = false;
    }
    while (journal_->full()) {
      const auto moved = move_oldest();
      if (!moved) return std::unexpected(moved.error());
      if (!*moved) break;
    }
    return database_->begin(group);
  }

  StoreResult<void> commit() override {
    auto done = journal_->write();
    if (done) done = commit_database();
    if (!done) return done;
    journal_->publish();
    stored_.clear();
    return {};
  }

  void rollback() override {
    database_->rollback();
    journal_->abandon();
    stored_.clear();
  }

  StoreResult<DocumentRow> find(const std::string& name) override {
    auto row = database_->find(name);
    if (!row || row->id == 0) return row;
    stored_[row->id] = row->position.last;
    if (const auto last = journal_->last(row->id))
      row->position.last = std::max(row->position.last, *last);
    return row;
  }

  StoreResult<std::int64_t> create(const std::string& name, std::int64_t now_ms) override {
    return database_->create(name, now_ms);
  }

  // The journal's last update says it.
  StoreResult<void> set_last_sequence(std::int64_t /*id*/, Sequence /*last*/) override {
    return {};
  }

  StoreResult<void> add_update(std::int64_t id, const StoredUpdate& update,
                               std::uint64_t /*checksum*/) override {
    journal_->add(id, update);
    return {};
  }

  StoreResult<void> put_checkpoint(std::int64_t id, const CheckpointFields& checkpoint,
                                   std::uint64_t checksum) override {
    auto done = database_->put_checkpoint(id, checkpoint, checksum);
    if (done && checkpoint.up_to > stored_[id]) {
      done = database_->set_last_sequence(id, checkpoint.up_to);
      stored_[id] = checkpoint.up_to;
    }
    return done;
  }

  StoreResult<void> delete_updates(std::int64_t id, Sequence up_to) override {
    journal_->drop(id, up_to);
    return database_->delete_updates(id, up_to);
  }

  StoreResult<void> delete_checkpoint(std::int64_t id) override {
    return database_->delete_checkpoint(id);
  }

  StoreResult<void> set_former(const std::string& name, ByteView former,
                               std::uint64_t checksum) override {
    return database_->set_former(name, former, checksum);
  }

  StoreResult<void> add_version(std::int64_t id, const VersionFields& version,
                                std::uint64_t checksum) override {
    return database_->add_version(id, version, checksum);
  }

  StoreResult<bool> delete_version(std::int64_t id, VersionNumber number) override {
    return database_->delete_version(id, number);
  }

  StoreResult<void> delete_document(std::int64_t id) override {
    journal_->drop(id, std::numeric_limits<Sequence>::max());
    return database_->delete_document(id);
  }

 private:
  StoreResult<void> commit_database() {
    auto done = database_->commit();
    if (!done) failed_ = true;
    return done;
  }

  // In a transaction of its own. False: there is nothing to move.
  StoreResult<bool> move_oldest() {
    const auto runs = journal_->oldest();
    if (runs.empty()) return false;
    auto done = database_->begin({});
    if (done) done = move(runs);
    if (done) done = commit_database();
    if (done) {
      journal_->publish();
      return true;
    }
    database_->rollback();
    journal_->abandon();
    return std::unexpected(std::move(done.error()));
  }

  // Damaged ones are left out: the gap tells.
  StoreResult<void> move(const std::map<std::int64_t, journal::Run>& runs) {
    std::unordered_map<std::int64_t, std::string> names;
    for (const auto& [id, run] : runs) {
      auto known = database_->named(id);
      if (!known) return std::unexpected(std::move(known.error()));
      if (*known) names.emplace(id, std::move((*known)->name));
    }
    const journal::Run& any = runs.begin()->second;
    const auto bytes = any.segment->file->read(any.bytes);
    if (!bytes) return std::unexpected(bytes.error());
    journal::SegmentScan scan(*bytes);
    while (const auto found = scan.next()) {
      const auto run = runs.find(found->document);
      const auto name = names.find(found->document);
      if (run == runs.end() || name == names.end() || !run->second.holds(*found)) continue;
      auto moved = database_->add_update(found->document, found->update,
                                         update_checksum(name->second, found->update));
      if (!moved) return moved;
    }
    for (const auto& [id, run] : runs) {
      auto moved = database_->set_last_sequence(id, run.last);
      if (!moved) return moved;
      journal_->drop(id, run.last);
    }
    return {};
  }

  std::unique_ptr<DocumentTables> database_;
  std::shared_ptr<Journal> journal_;
  std::unordered_map<std::int64_t, Sequence> stored_;  // last sequences in the database
  bool failed_ = false;  // a commit that a crash could still make good, with ids given again since
};

}  // namespace

std::unique_ptr<Tables> make_journaled_tables(std::unique_ptr<DocumentTables> database,
                                              std::shared_ptr<Journal> journal) {
  return std::make_unique<JournaledTables>(std::move(database), std::move(journal));
}

}  // namespace weft::persistence::sqlite
