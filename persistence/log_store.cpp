// Queues and threads.
//
// Invariants:
//  1. Only the writer's thread touches log_, only one reader's thread each reader.
//  2. mutex_ is never held while a database or a completion runs.
//  3. An operation is in a queue or in a thread's hands until it completes, exactly once.
//  4. Writes have tickets 1, 2, 3 ... in the order of the calls. written_ is the last that is
//     decided; every read knows the last one that it must see.
#include "persistence/log_store.hpp"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <span>
#include <thread>
#include <unordered_map>
#include <utility>

#include "persistence/document_log.hpp"
#include "persistence/operation.hpp"

namespace weft::persistence {

namespace {

// Bounds what a caller may ask close to wait, so that no clock arithmetic overflows.
constexpr std::chrono::milliseconds kDeadlineMax = std::chrono::hours(24);
// Bounds one transaction: what it holds in memory, and how long others wait for it.
constexpr std::size_t kGroupCountMax = 4096;
constexpr std::size_t kGroupBytesMax = std::size_t{8} << 20;
// Between tries while the medium does not answer.
constexpr std::chrono::milliseconds kRetryFirst{50};
constexpr std::chrono::milliseconds kRetryLast{5000};

class LogStore final : public SteppedStore {
 public:
  /// `queued`: without threads; see SteppedStore.
  explicit LogStore(LogStoreParts parts, std::function<void()> queued = nullptr);
  ~LogStore() override { static_cast<void>(close(std::chrono::milliseconds(0))); }
  LogStore(const LogStore&) = delete;
  LogStore& operator=(const LogStore&) = delete;

  Queued load(std::string name, Done<LoadedDocument> done) override {
    return enqueue_read(LoadOperation{std::move(name), std::move(done)});
  }
  Queued append(std::string name, Update update, Done<Sequence> done) override {
    return enqueue_write(AppendOperation{std::move(name), std::move(update), std::move(done)});
  }
  Queued checkpoint(std::string name, Checkpoint checkpoint, Done<Sequence> done) override {
    return enqueue_write(
        CheckpointOperation{std::move(name), std::move(checkpoint), std::move(done)});
  }
  Queued remove(std::string name, Done<Sequence> done) override {
    return enqueue_write(RemoveOperation{std::move(name), std::move(done)});
  }
  Queued replace(std::string name, Checkpoint checkpoint, Done<Sequence> done) override {
    return enqueue_write(ReplaceOperation{std::move(name), std::move(checkpoint), std::move(done)});
  }
  Queued set_former(std::string name, std::shared_ptr<const Bytes> former,
                    Done<Sequence> done) override {
    return enqueue_write(SetFormerOperation{std::move(name), std::move(former), std::move(done)});
  }
  Queued add_version(std::string name, Version version, Done<VersionNumber> done) override {
    return enqueue_write(AddVersionOperation{std::move(name), std::move(version), std::move(done)});
  }
  Queued remove_versions(std::string name, std::vector<VersionNumber> numbers,
                         Done<std::uint64_t> done) override {
    return enqueue_write(
        RemoveVersionsOperation{std::move(name), std::move(numbers), std::move(done)});
  }
  Queued list_versions(std::string name, VersionsRequest request, Done<VersionPage> done) override {
    return enqueue_read(ListVersionsOperation{std::move(name), request, std::move(done)});
  }
  Queued load_version(std::string name, VersionNumber number, Done<StoredVersion> done) override {
    return enqueue_read(LoadVersionOperation{std::move(name), number, std::move(done)});
  }
  Queued salvage(std::string name, Done<SalvagedDocument> done) override {
    return enqueue_read(SalvageOperation{std::move(name), std::move(done)});
  }
  Queued list(ListRequest request, Done<DocumentPage> done) override {
    return enqueue_read(ListOperation{std::move(request), std::move(done)});
  }
  Queued flush(Done<void> done) override { return enqueue_write(FlushOperation{std::move(done)}); }

  StoreResult<void> close(std::chrono::milliseconds deadline) override;
  StoreStats stats() const override;
  bool step() override;

 private:
  using Ticket = std::uint64_t;
  struct Read {
    Operation operation;
    Ticket after;
  };

  Queued enqueue_write(Operation operation);
  Queued enqueue_read(Operation operation);
  Ticket last_write_before(const Operation& read) const;

  // On the writer's thread.
  void run_writer() noexcept;
  std::vector<Operation> take_group();
  void write_or_give_up(std::span<Operation> group);
  void write(std::span<Operation> group);
  DocumentLog::Outcome commit(std::span<const Operation> group);
  bool wait_to_retry();
  void decided(std::span<const Operation> group);
  void note_outcome(const DocumentLog::Outcome& outcome);

  // On a reader's thread.
  void run_reader(Reader& reader) noexcept;
  std::optional<Operation> take_read();
  void read_or_give_up(Reader& reader, Operation& operation);
  void read(Reader& reader, Operation& operation);
  StoreResult<LoadedDocument> load_with(Reader& reader, const std::string& name);

  void give_up(std::span<Operation> operations);

  StoreLimits limits_;
  std::shared_ptr<Quarantine> quarantine_;
  std::optional<DocumentLog> log_;
  std::vector<std::unique_ptr<Reader>> readers_;
  std::function<void()> release_;
  std::function<void()> queued_;  // null: there are threads

  mutable std::mutex mutex_;
  std::condition_variable wake_writer_;   // something is queued, closed_, or deadline_passed_
  std::condition_variable wake_readers_;  // the same, or written_ has moved
  std::condition_variable finished_;      // close: all threads are done
  std::deque<Operation> writes_;
  std::deque<Read> reads_;
  Ticket last_ticket_ = 0;
  Ticket written_ = 0;
  std::unordered_map<std::string, Ticket> last_writes_;  // of each document with undecided ones
  Backlog backlog_;
  StoreStats counters_;
  std::size_t given_up_ = 0;
  std::size_t running_ = 0;  // threads
  bool closed_ = false;
  std::atomic<bool> deadline_passed_ = false;

  std::chrono::milliseconds retry_wait_{0};  // the writer's
  std::minstd_rand random_{std::random_device{}()};
  std::vector<std::thread> threads_;
};

LogStore::LogStore(LogStoreParts parts, std::function<void()> queued)
    : limits_(parts.limits),
      quarantine_(parts.quarantine),
      log_(std::in_place, std::move(parts.tables), std::move(parts.quarantine),
           std::move(parts.now_ms)),
      readers_(std::move(parts.readers)),
      release_(std::move(parts.release)),
      queued_(std::move(queued)),
      backlog_(parts.limits),
      running_(queued_ ? 0 : readers_.size() + 1) {
  assert(!readers_.empty());
  if (queued_) return;
  threads_.emplace_back([this] { run_writer(); });
  for (const auto& reader : readers_) {
    threads_.emplace_back([this, &reader = *reader] { run_reader(reader); });
  }
}

DocumentStore::Queued LogStore::enqueue_write(Operation operation) {
  if (auto checked = check_operation(operation, limits_); !checked) return checked;
  const std::lock_guard guard(mutex_);
  if (closed_) return std::unexpected(closed_error());
  if (auto admitted = backlog_.admit(payload_bytes(operation)); !admitted) return admitted;
  ++last_ticket_;
  if (const std::string* name = name_of(operation)) last_writes_[*name] = last_ticket_;
  writes_.push_back(std::move(operation));
  // The writer sleeps only on an empty queue.
  if (writes_.size() == 1) wake_writer_.notify_one();
  if (queued_) queued_();
  return {};
}

DocumentStore::Queued LogStore::enqueue_read(Operation operation) {
  if (auto checked = check_operation(operation, limits_); !checked) return checked;
  const std::lock_guard guard(mutex_);
  if (closed_) return std::unexpected(closed_error());
  if (auto admitted = backlog_.admit(0); !admitted) return admitted;
  const Ticket after = last_write_before(operation);
  reads_.push_back({std::move(operation), after});
  if (after <= written_) wake_readers_.notify_one();
  if (queued_) queued_();
  return {};
}

LogStore::Ticket LogStore::last_write_before(const Operation& read) const {
  const std::string* name = name_of(read);
  if (name == nullptr) return last_ticket_;
  const auto found = last_writes_.find(*name);
  return found == last_writes_.end() ? 0 : found->second;
}

// --- Writing -----------------------------------------------------------------------------------

// A completion that throws ends the process: the contract forbids it, and no state of the store
// would be right afterwards.
void LogStore::run_writer() noexcept {
  for (;;) {
    std::vector<Operation> group = take_group();
    if (group.empty()) break;
    write_or_give_up(group);
  }
  const std::lock_guard guard(mutex_);
  --running_;
  finished_.notify_all();
}

void LogStore::write_or_give_up(std::span<Operation> group) {
  if (!deadline_passed_) return write(group);
  decided(group);
  give_up(group);
}

// Empty: closed, and nothing is left.
std::vector<Operation> LogStore::take_group() {
  std::unique_lock guard(mutex_);
  wake_writer_.wait(guard, [this] { return !writes_.empty() || closed_; });
  std::vector<Operation> group;
  std::size_t bytes = 0;
  while (!writes_.empty() && group.size() < kGroupCountMax) {
    bytes += payload_bytes(writes_.front());
    if (!group.empty() && bytes > kGroupBytesMax) break;
    group.push_back(std::move(writes_.front()));
    writes_.pop_front();
  }
  return group;
}

void LogStore::write(std::span<Operation> group) {
  DocumentLog::Outcome outcome = commit(group);
  decided(group);
  if (outcome.fate != Fate::settled) return give_up(group);
  {
    const std::lock_guard guard(mutex_);
    for (std::size_t i = 0; i < group.size(); ++i) {
      backlog_.release(payload_bytes(group[i]));
      if (!outcome.results[i]) continue;
      if (const auto* append = std::get_if<AppendOperation>(&group[i])) {
        ++counters_.appends;
        counters_.append_bytes += append->update.bytes->size();
      }
      if (std::holds_alternative<CheckpointOperation>(group[i])) ++counters_.checkpoints;
    }
  }
  for (std::size_t i = 0; i < group.size(); ++i) {
    complete_write(group[i], std::move(outcome.results[i]));
  }
}

// Until it is known what became of the group, or close has no more time.
DocumentLog::Outcome LogStore::commit(std::span<const Operation> group) {
  assert(log_);
  DocumentLog::Outcome outcome = log_->commit(group);
  note_outcome(outcome);
  while (outcome.fate != Fate::settled && wait_to_retry()) {
    if (outcome.fate == Fate::in_doubt) {
      const auto durable = log_->settle(group, outcome);
      if (!durable) continue;
      if (*durable) {
        outcome.fate = Fate::settled;
        outcome.failure.reset();
        outcome.commits = 1;
        outcome.commits_failed = 0;
        note_outcome(outcome);
        break;
      }
    }
    outcome = log_->commit(group);
    note_outcome(outcome);
  }
  return outcome;
}

void LogStore::note_outcome(const DocumentLog::Outcome& outcome) {
  if (outcome.fate == Fate::settled) retry_wait_ = std::chrono::milliseconds(0);
  const std::lock_guard guard(mutex_);
  counters_.commits += outcome.commits;
  counters_.commits_failed += outcome.commits_failed;
  if (outcome.commits == 0 && !outcome.failure) return;  // nothing but flushes
  counters_.failing = outcome.failure && is_transient(outcome.failure->code);
  counters_.failure = counters_.failing ? outcome.failure->message : std::string();
}

// False: close has no more time. Half of each wait is chance, so that the servers of one database
// do not all come back at the same moment.
bool LogStore::wait_to_retry() {
  retry_wait_ = std::clamp(retry_wait_ * 2, kRetryFirst, kRetryLast);
  const auto half = retry_wait_.count() / 2;
  const std::chrono::milliseconds wait(
      half + std::uniform_int_distribution<std::int64_t>(0, half)(random_));
  std::unique_lock guard(mutex_);
  wake_writer_.wait_for(guard, wait, [this] { return deadline_passed_.load(); });
  return !deadline_passed_;
}

void LogStore::decided(std::span<const Operation> group) {
  const std::lock_guard guard(mutex_);
  for (const Operation& each : group) {
    ++written_;
    const std::string* name = name_of(each);
    if (name == nullptr) continue;
    const auto found = last_writes_.find(*name);
    if (found != last_writes_.end() && found->second == written_) last_writes_.erase(found);
  }
  wake_readers_.notify_all();
}

// --- Reading -----------------------------------------------------------------------------------

void LogStore::run_reader(Reader& reader) noexcept {
  while (auto operation = take_read()) read_or_give_up(reader, *operation);
  const std::lock_guard guard(mutex_);
  --running_;
  finished_.notify_all();
}

void LogStore::read_or_give_up(Reader& reader, Operation& operation) {
  if (!deadline_passed_) return read(reader, operation);
  give_up({&operation, 1});
}

// Nothing: closed, and no read is left.
std::optional<Operation> LogStore::take_read() {
  std::unique_lock guard(mutex_);
  for (;;) {
    const auto ready =
        std::ranges::find_if(reads_, [this](const Read& read) { return read.after <= written_; });
    if (ready != reads_.end()) {
      Operation operation = std::move(ready->operation);
      reads_.erase(ready);
      return operation;
    }
    if (closed_ && reads_.empty()) return std::nullopt;
    wake_readers_.wait(guard);
  }
}

void LogStore::read(Reader& reader, Operation& operation) {
  const auto complete = [this](const auto& done, auto result) {
    {
      const std::lock_guard guard(mutex_);
      backlog_.release(0);
    }
    done(std::move(result));
  };
  std::visit(
      Overloaded{
          [&](LoadOperation& load) { complete(load.done, load_with(reader, load.name)); },
          [&](ListOperation& list) { complete(list.done, reader.list(list.request)); },
          [&](ListVersionsOperation& list) {
            complete(list.done, reader.list_versions(list.name, list.request));
          },
          [&](LoadVersionOperation& load) {
            complete(load.done, reader.load_version(load.name, load.number));
          },
          [&](SalvageOperation& salvage) { complete(salvage.done, reader.salvage(salvage.name)); },
          [](auto&) { assert(false && "a write is not a read"); },
      },
      operation);
}

StoreResult<LoadedDocument> LogStore::load_with(Reader& reader, const std::string& name) {
  for (;;) {
    const std::uint64_t removals = quarantine_->removals();
    auto loaded = reader.load(name);
    if (loaded || loaded.error().code != StoreErrc::corrupt || quarantine_->add(name, removals))
      return loaded;
  }
}

// --- Without threads ---------------------------------------------------------------------------

// Writes first: then every read has what it waits for.
bool LogStore::step() {
  assert(queued_);
  bool writes = false;
  {
    const std::lock_guard guard(mutex_);
    writes = !writes_.empty();
    if (!writes && reads_.empty()) return false;
  }
  if (writes) {
    std::vector<Operation> group = take_group();
    write_or_give_up(group);
  } else if (auto operation = take_read()) {
    read_or_give_up(*readers_.front(), *operation);
  }
  return true;
}

// --- The end -----------------------------------------------------------------------------------

void LogStore::give_up(std::span<Operation> operations) {
  {
    const std::lock_guard guard(mutex_);
    for (const Operation& each : operations) backlog_.release(payload_bytes(each));
    given_up_ += operations.size();
  }
  for (Operation& each : operations) fail(each, closed_error());
}

StoreResult<void> LogStore::close(std::chrono::milliseconds deadline) {
  {
    std::unique_lock guard(mutex_);
    if (closed_) return {};
    closed_ = true;
    if (deadline.count() <= 0) deadline_passed_ = true;
    wake_writer_.notify_all();
    wake_readers_.notify_all();
    finished_.wait_for(guard, std::min(deadline, kDeadlineMax), [this] { return running_ == 0; });
    deadline_passed_ = deadline_passed_ || !queued_;
    wake_writer_.notify_all();
    wake_readers_.notify_all();
  }
  while (queued_ && step()) {
  }
  for (std::thread& thread : threads_) {
    assert(std::this_thread::get_id() != thread.get_id() && "close from a completion");
    thread.join();
  }
  readers_.clear();
  log_.reset();
  release_();
  if (given_up_ == 0) return {};
  return std::unexpected(given_up_error(given_up_));
}

StoreStats LogStore::stats() const {
  const std::lock_guard guard(mutex_);
  StoreStats stats = counters_;
  stats.queued_count = backlog_.count();
  stats.queued_bytes = backlog_.bytes();
  return stats;
}

}  // namespace

std::unique_ptr<DocumentStore> make_log_store(LogStoreParts parts) {
  return std::make_unique<LogStore>(std::move(parts));
}

std::unique_ptr<SteppedStore> make_stepped_store(LogStoreParts parts,
                                                 std::function<void()> queued) {
  assert(queued);
  return std::make_unique<LogStore>(std::move(parts), std::move(queued));
}

}  // namespace weft::persistence
