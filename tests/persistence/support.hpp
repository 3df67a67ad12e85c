// What the tests of the stores share: folders, updates, and one *bench* for each store, which opens
// it, drives it, breaks it and damages what it keeps. A test written against the bench's functions
// runs over every store.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "persistence/memory/memory_store.hpp"
#include "persistence/sqlite/sqlite_store.hpp"
#include "persistence/store.hpp"

namespace weft::persistence::test {

/// A new folder under the system's temporary one; removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::shared_ptr<const Bytes> bytes_of(std::string_view text);
Update update_of(Sequence sequence, std::string_view text);
Checkpoint checkpoint_of(Sequence up_to, std::string_view text, Encoding encoding = Encoding::v2);

/// A record changed behind the store's back.
enum class Damage {
  update_byte,            // one bit of the oldest logged update's bytes
  update_user,            // its origin
  update_encoding,        // V1 becomes V2
  first_update_missing,   // the oldest logged update
  middle_update_missing,  // the second logged one
  last_update_missing,    // the newest
  update_repeated,        // the second logged update's record stands in the oldest one's place
  checkpoint_byte,
  checkpoint_encoding,
  checkpoint_missing,
  last_sequence,     // what the document's own record says
  attribution_byte,  // the checkpoint's
  version_byte,      // the oldest version's state
};

inline constexpr Damage kUpdateDamages[] = {
    Damage::update_byte,          Damage::update_user,           Damage::update_encoding,
    Damage::first_update_missing, Damage::middle_update_missing, Damage::last_update_missing,
    Damage::update_repeated,      Damage::last_sequence};
inline constexpr Damage kCheckpointDamages[] = {
    Damage::checkpoint_byte, Damage::checkpoint_encoding, Damage::checkpoint_missing};

class MemoryBench {
 public:
  explicit MemoryBench(StoreLimits limits = {});
  DocumentStore& store() { return *store_; }
  void set_now(std::int64_t now_ms) { *now_ms_ = now_ms; }
  void reopen();
  /// Between hold and release nothing that is called is carried out.
  void hold() { held_ = true; }
  void release() { held_ = false; }
  void break_writes();
  void mend_writes();
  /// REQUIRES: nothing is queued.
  void damage(const std::string& name, Damage damage);
  /// Lets the store work until `ready` has its value.
  template <typename T>
  T wait(std::future<T>& ready) {
    REQUIRE_FALSE(held_);
    store_->drain();
    REQUIRE(ready.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
    return ready.get();
  }

 private:
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  std::shared_ptr<std::int64_t> now_ms_ = std::make_shared<std::int64_t>(1000);
  StoreLimits limits_;
  std::unique_ptr<MemoryStore> store_;
  bool held_ = false;
};

/// What the benches of stores with threads share.
class ThreadedBench {
 public:
  virtual ~ThreadedBench();
  DocumentStore& store() { return *store_; }
  void set_now(std::int64_t now_ms) { *now_ms_ = now_ms; }
  void close();
  virtual void open() = 0;
  void reopen() {
    close();
    open();
  }
  /// The writer's thread waits inside a completion.
  void hold();
  void release();
  template <typename T>
  T wait(std::future<T>& ready) {
    REQUIRE(ready.wait_for(std::chrono::seconds(60)) == std::future_status::ready);
    return ready.get();
  }

 protected:
  explicit ThreadedBench(StoreLimits limits) : limits_(limits) {}
  std::function<std::int64_t()> clock() const {
    return [now_ms = now_ms_] { return now_ms->load(); };
  }

  StoreLimits limits_;
  std::shared_ptr<std::atomic<std::int64_t>> now_ms_ =
      std::make_shared<std::atomic<std::int64_t>>(1000);
  std::unique_ptr<DocumentStore> store_;

 private:
  std::shared_ptr<std::binary_semaphore> held_;
};

class SqliteBench final : public ThreadedBench {
 public:
  explicit SqliteBench(StoreLimits limits = {});
  const std::filesystem::path& folder() const { return folder_.path(); }
  std::filesystem::path file() const { return folder_.path() / "documents.sqlite"; }
  void open() override;
  void break_writes();
  void mend_writes();
  void damage(const std::string& name, Damage damage);
  /// Executes SQL over a second connection; parameter ?1 is `name`. The first column of the first
  /// row, or nothing.
  std::optional<std::int64_t> sql(const std::string& statement, const std::string& name = "");

 private:
  struct Locker;  // holds the database's write lock

  TemporaryFolder folder_;
  std::shared_ptr<Locker> locker_;
};

#ifdef WEFT_POSTGRES
/// A store in a schema of its own on the one server of this test program (postgres_server.hpp).
class PostgresBench final : public ThreadedBench {
 public:
  explicit PostgresBench(StoreLimits limits = {});
  ~PostgresBench() override;
  const std::string& url() const { return url_; }
  void open() override;
  void break_writes();
  void mend_writes();
  void damage(const std::string& name, Damage damage);
  /// As SqliteBench's; parameter $1 is `name`.
  std::optional<std::int64_t> sql(const std::string& statement, const std::string& name = "");
  /// Ends every session of the store, as a network does that breaks. Returns how many there were.
  std::int64_t cut_connections();

 private:
  struct Locker;  // holds the tables' locks

  std::string url_;
  std::shared_ptr<Locker> locker_;
};
using Benches = std::tuple<MemoryBench, SqliteBench, PostgresBench>;
#else
using Benches = std::tuple<MemoryBench, SqliteBench>;
#endif

/// A call under way: its refusal, or its future result.
template <typename T>
class Pending {
 public:
  /// `call` gets the completion and returns what the store returned.
  template <typename Call>
  explicit Pending(Call call) {
    auto promise = std::make_shared<std::promise<StoreResult<T>>>();
    future_ = promise->get_future();
    auto queued = call([promise](StoreResult<T> result) { promise->set_value(std::move(result)); });
    if (!queued) refusal_ = queued.error();
  }
  const std::optional<StoreError>& refusal() const { return refusal_; }
  bool ready() { return future_.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
  template <typename Bench>
  StoreResult<T> wait(Bench& bench) {
    if (refusal_) return std::unexpected(*refusal_);
    return bench.wait(future_);
  }

 private:
  std::future<StoreResult<T>> future_;
  std::optional<StoreError> refusal_;
};

template <typename Bench>
Pending<LoadedDocument> start_load(Bench& bench, const std::string& name) {
  return Pending<LoadedDocument>(
      [&](auto done) { return bench.store().load(name, std::move(done)); });
}
template <typename Bench>
Pending<Sequence> start_append(Bench& bench, const std::string& name, Update update) {
  return Pending<Sequence>(
      [&](auto done) { return bench.store().append(name, std::move(update), std::move(done)); });
}
/// Ten updates for each of a hundred documents, which all wait at the same time and are all taken.
template <typename Bench>
void append_a_thousand_at_once(Bench& bench) {
  bench.hold();
  std::vector<Pending<Sequence>> writes;
  for (Sequence sequence = 1; sequence <= 10; ++sequence) {
    for (int document = 0; document < 100; ++document)
      writes.push_back(
          start_append(bench, "doc" + std::to_string(document), update_of(sequence, "text")));
  }
  bench.release();
  for (auto& write : writes) REQUIRE(write.wait(bench));
}
template <typename Bench>
Pending<Sequence> start_checkpoint(Bench& bench, const std::string& name, Checkpoint checkpoint) {
  return Pending<Sequence>([&](auto done) {
    return bench.store().checkpoint(name, std::move(checkpoint), std::move(done));
  });
}
template <typename Bench>
Pending<Sequence> start_remove(Bench& bench, const std::string& name) {
  return Pending<Sequence>([&](auto done) { return bench.store().remove(name, std::move(done)); });
}
template <typename Bench>
Pending<void> start_flush(Bench& bench) {
  return Pending<void>([&](auto done) { return bench.store().flush(std::move(done)); });
}

template <typename Bench>
StoreResult<LoadedDocument> load(Bench& bench, const std::string& name) {
  return start_load(bench, name).wait(bench);
}
template <typename Bench>
StoreResult<Sequence> append(Bench& bench, const std::string& name, Update update) {
  return start_append(bench, name, std::move(update)).wait(bench);
}
template <typename Bench>
StoreResult<Sequence> checkpoint(Bench& bench, const std::string& name, Checkpoint checkpoint) {
  return start_checkpoint(bench, name, std::move(checkpoint)).wait(bench);
}
template <typename Bench>
StoreResult<Sequence> remove(Bench& bench, const std::string& name) {
  return start_remove(bench, name).wait(bench);
}
template <typename Bench>
StoreResult<DocumentPage> list(Bench& bench, ListRequest request = {}) {
  return Pending<DocumentPage>(
             [&](auto done) { return bench.store().list(std::move(request), std::move(done)); })
      .wait(bench);
}

/// The error code, or nothing where the call succeeded: reads well in a REQUIRE.
template <typename T>
std::optional<StoreErrc> code_of(const StoreResult<T>& result) {
  if (result) return std::nullopt;
  return result.error().code;
}

/// "checkpoint(5 v2 state) 6:text 7:text last 7": all that a load showed, for comparisons.
std::string describe(const StoreResult<LoadedDocument>& loaded);

}  // namespace weft::persistence::test

/// A failed comparison shows the error.
template <>
struct Catch::StringMaker<weft::persistence::StoreResult<weft::persistence::Sequence>> {
  static std::string convert(
      const weft::persistence::StoreResult<weft::persistence::Sequence>& result) {
    return result ? std::to_string(*result) : "error: " + result.error().message;
  }
};
