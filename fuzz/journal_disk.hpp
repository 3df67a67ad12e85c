// The two media behind a journaled store, in memory: files that lose in a crash what was not
// synced, and a database whose transactions are whole or not at all.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "persistence/journal/files.hpp"
#include "persistence/sqlite/sqlite_tables.hpp"

namespace weft {

using persistence::Sequence;
using persistence::StoreErrc;
using persistence::StoreError;
using persistence::StoreResult;

struct Disk {
  struct Content {
    Bytes bytes;
    std::size_t synced = 0;
  };
  struct Update {
    Bytes bytes;
    Encoding encoding = Encoding::v1;
    std::string user;
    std::string session;
    std::int64_t created_at_ms = 0;
    std::uint64_t checksum = 0;
  };
  struct Row {
    std::string name;
    Sequence last = 0;
    std::optional<Sequence> checkpoint;
    std::map<Sequence, Update> updates;
  };
  struct Database {
    std::int64_t last_id = 0;
    std::map<std::int64_t, Row> rows;
  };

  std::map<std::uint64_t, std::shared_ptr<Content>> files;
  Database database;
  std::size_t strike_in = 0;  // calls; 0: never
  bool dies = false;          // the process, when it is struck
  bool dead = false;
  bool full = false;  // the database takes no updates

  Disk() = default;
  Disk(const Disk& other) : database(other.database), full(other.full) {
    for (const auto& [number, content] : other.files)
      files[number] = std::make_shared<Content>(*content);
  }
  Disk& operator=(const Disk&) = delete;

  /// False: this call fails.
  bool call() {
    if (dead) return false;
    if (strike_in == 0 || --strike_in > 0) return true;
    dead = dies;
    return false;
  }
  /// After death: `loose` says how much of what was not synced is there.
  void restart(std::size_t loose) {
    for (auto& [number, content] : files) {
      const std::size_t unsynced = content->bytes.size() - content->synced;
      content->bytes.resize(content->synced + loose % (unsynced + 1));
      content->synced = content->bytes.size();
    }
    strike_in = 0;
    dead = false;
  }
};

inline std::unexpected<StoreError> struck() {
  return std::unexpected(StoreError{StoreErrc::unavailable, "as the input wants"});
}

class DiskFile final : public persistence::journal::File {
 public:
  DiskFile(Disk& disk, std::shared_ptr<Disk::Content> content)
      : disk_(disk), content_(std::move(content)) {}
  StoreResult<void> append(ByteView bytes) override {
    if (disk_.dead) return struck();
    content_->bytes.insert(content_->bytes.end(), bytes.begin(), bytes.end());
    if (!disk_.call()) return struck();
    return {};
  }
  StoreResult<void> sync() override {
    if (!disk_.call()) return struck();
    content_->synced = content_->bytes.size();
    return {};
  }
  StoreResult<Bytes> read(std::uint64_t size) const override {
    if (size > content_->bytes.size())
      return std::unexpected(StoreError{StoreErrc::corrupt, "the file is too short"});
    return Bytes(content_->bytes.begin(),
                 content_->bytes.begin() + static_cast<std::ptrdiff_t>(size));
  }

 private:
  Disk& disk_;
  std::shared_ptr<Disk::Content> content_;
};

class DiskFolder final : public persistence::journal::Folder {
 public:
  explicit DiskFolder(Disk& disk) : disk_(disk) {}
  StoreResult<std::vector<std::uint64_t>> list() override {
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, content] : disk_.files) numbers.push_back(number);
    return numbers;
  }
  StoreResult<Bytes> read(std::uint64_t number) override { return disk_.files.at(number)->bytes; }
  StoreResult<std::shared_ptr<persistence::journal::File>> open(std::uint64_t number) override {
    return std::make_shared<DiskFile>(disk_, disk_.files.at(number));
  }
  StoreResult<std::shared_ptr<persistence::journal::File>> create(std::uint64_t number) override {
    if (!disk_.call()) return struck();
    const auto content = std::make_shared<Disk::Content>();
    disk_.files[number] = content;
    return std::make_shared<DiskFile>(disk_, content);
  }
  StoreResult<void> remove(std::uint64_t number) override {
    if (!disk_.call()) return struck();
    disk_.files.erase(number);
    return {};
  }
  StoreResult<void> sync() override { return disk_.call() ? StoreResult<void>() : struck(); }

 private:
  Disk& disk_;
};

class DiskTables final : public persistence::sqlite::DocumentTables {
 public:
  explicit DiskTables(Disk& disk) : disk_(disk) {}
  StoreResult<void> begin(std::span<const persistence::Operation> /*group*/) override {
    open_ = disk_.database;
    return {};
  }
  StoreResult<void> commit() override {
    const bool was_dead = disk_.dead;
    const bool done = disk_.call();
    // Whoever dies in it may have committed.
    if (done || (disk_.dead && !was_dead)) disk_.database = std::move(open_);
    return done ? StoreResult<void>() : struck();
  }
  void rollback() override { open_ = disk_.database; }

  StoreResult<persistence::DocumentRow> find(const std::string& name) override {
    persistence::DocumentRow found;
    for (const auto& [id, row] : open_.rows) {
      if (row.name == name) found = {id, {row.last, row.checkpoint.value_or(0)}, false};
    }
    return found;
  }
  StoreResult<std::int64_t> create(const std::string& name, std::int64_t /*now_ms*/) override {
    open_.rows[++open_.last_id] = {name, 0, {}, {}};
    return open_.last_id;
  }
  StoreResult<void> set_last_sequence(std::int64_t id, Sequence last) override {
    open_.rows.at(id).last = last;
    return {};
  }
  StoreResult<void> add_update(std::int64_t id, const persistence::StoredUpdate& update,
                               std::uint64_t checksum) override {
    if (disk_.full) return std::unexpected(StoreError{StoreErrc::disk_full, "full"});
    open_.rows.at(id).updates[update.sequence] = {{update.bytes.begin(), update.bytes.end()},
                                                  update.encoding,
                                                  std::string(update.user),
                                                  std::string(update.session),
                                                  update.created_at_ms,
                                                  checksum};
    return {};
  }
  StoreResult<void> put_checkpoint(std::int64_t id, const persistence::CheckpointFields& checkpoint,
                                   std::uint64_t /*checksum*/) override {
    open_.rows.at(id).checkpoint = checkpoint.up_to;
    return {};
  }
  StoreResult<void> delete_updates(std::int64_t id, Sequence up_to) override {
    auto& updates = open_.rows.at(id).updates;
    updates.erase(updates.begin(), updates.upper_bound(up_to));
    return {};
  }
  StoreResult<void> delete_document(std::int64_t id) override {
    open_.rows.erase(id);
    return {};
  }
  StoreResult<void> delete_checkpoint(std::int64_t id) override {
    open_.rows.at(id).checkpoint.reset();
    return {};
  }
  // No input asks for these.
  StoreResult<void> set_former(const std::string& /*name*/, ByteView /*former*/,
                               std::uint64_t /*checksum*/) override {
    return {};
  }
  StoreResult<void> add_version(std::int64_t /*id*/, const persistence::VersionFields& /*version*/,
                                std::uint64_t /*checksum*/) override {
    return {};
  }
  StoreResult<bool> delete_version(std::int64_t /*id*/,
                                   persistence::VersionNumber /*number*/) override {
    return false;
  }
  StoreResult<std::optional<Named>> named(std::int64_t id) override {
    const auto row = open_.rows.find(id);
    if (row == open_.rows.end()) return std::nullopt;
    return Named{row->second.name, row->second.last};
  }
  StoreResult<std::int64_t> last_id() override { return open_.last_id; }
  StoreResult<void> bury_failed() override { return {}; }

 private:
  Disk& disk_;
  Disk::Database open_;  // what the transaction has made of it
};

}  // namespace weft
