// A process of its own for the tests of the SQLite store: it is killed, refused, or run out of
// disk.
//
//   store_process append FOLDER       appends until it is killed; prints each acknowledgement:
//                                     "u DOCUMENT SEQUENCE" or "c DOCUMENT UP_TO"
//   store_process open FOLDER         opens, prints "open" and waits for the end of its input
//   store_process open-nobody FOLDER  the same as the user nobody (as oneself where not root)
//   store_process full FOLDER         mounts a file system of 2 MiB there and fills it
//
// Exit: 0 good, 1 the store could not be opened (its error on stdout), 2 wrong call, 3 a wrong
// result, 77 this system does not allow the mount.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <memory>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

#include "crash_content.hpp"
#include "persistence/sqlite/sqlite_store.hpp"

using namespace weft;
using namespace weft::persistence;

namespace {

void say(const std::string& line) {
  // One write: short lines reach a pipe whole, and nothing stays behind in a buffer.
  const std::string out = line + "\n";
  if (::write(STDOUT_FILENO, out.data(), out.size()) != static_cast<ssize_t>(out.size()))
    std::_Exit(4);
}

std::unique_ptr<DocumentStore> open_or_exit(const std::string& folder) {
  SqliteOptions options;
  options.folder = folder;
  options.now_ms = [] { return std::int64_t{1}; };
  auto store = open_sqlite_store(std::move(options));
  if (!store) {
    say(store.error().message);
    std::exit(1);
  }
  return std::move(*store);
}

template <typename T, typename Call>
StoreResult<T> wait(Call call) {
  auto promise = std::make_shared<std::promise<StoreResult<T>>>();
  auto future = promise->get_future();
  auto queued = call([promise](StoreResult<T> result) { promise->set_value(std::move(result)); });
  if (!queued) return std::unexpected(queued.error());
  return future.get();
}

Update update_of(int document, Sequence sequence) {
  auto bytes = std::make_shared<const Bytes>(test::crash_content('u', document, sequence));
  return {sequence, std::move(bytes), Encoding::v1, {"user", "session"}};
}

// Keeps 16 appends of each document on their way, each sent by the completion of an older one, and
// writes a checkpoint after every hundredth.
class Appender {
 public:
  explicit Appender(DocumentStore& store) : store_(store) {}

  void start() {
    for (int document = 0; document < test::kCrashDocuments; ++document) {
      const auto loaded = wait<LoadedDocument>(
          [&](auto done) { return store_.load(test::crash_name(document), std::move(done)); });
      if (!loaded) fail(loaded.error());
      next_[static_cast<std::size_t>(document)] = loaded->sequence + 1;
    }
    say("ready");
    // From here on everything happens on the store's thread: updates are sent in their order.
    auto queued = store_.flush([this](const StoreResult<void>&) {
      for (int document = 0; document < test::kCrashDocuments; ++document) {
        for (int i = 0; i < 16; ++i) send_next(document);
      }
    });
    if (!queued) fail(queued.error());
  }

 private:
  [[noreturn]] static void fail(const StoreError& error) {
    say("failed: " + error.message);
    std::_Exit(3);
  }

  void send_next(int document) {
    const Sequence next = next_[static_cast<std::size_t>(document)]++;
    auto queued = store_.append(test::crash_name(document), update_of(document, next),
                                [this, document](StoreResult<Sequence> sequence) {
                                  if (!sequence) fail(sequence.error());
                                  acknowledged(document, *sequence);
                                });
    if (!queued) fail(queued.error());
  }

  void acknowledged(int document, Sequence sequence) {
    say("u " + std::to_string(document) + " " + std::to_string(sequence));
    if (sequence % 100 == 0) write_checkpoint(document, sequence);
    send_next(document);
  }

  void write_checkpoint(int document, Sequence up_to) {
    auto state = std::make_shared<const Bytes>(test::crash_content('c', document, up_to));
    auto queued =
        store_.checkpoint(test::crash_name(document), {std::move(state), Encoding::v2, up_to},
                          [document](StoreResult<Sequence> done) {
                            if (!done) fail(done.error());
                            say("c " + std::to_string(document) + " " + std::to_string(*done));
                          });
    if (!queued) fail(queued.error());
  }

  DocumentStore& store_;
  std::array<Sequence, test::kCrashDocuments> next_ = {};
};

int append_until_killed(const std::string& folder) {
  const auto store = open_or_exit(folder);
  Appender appender(*store);
  appender.start();
  for (;;) ::pause();
}

int open_and_wait(const std::string& folder) {
  const auto store = open_or_exit(folder);
  say("open");
  while (std::getchar() != EOF) {
  }
  return 0;
}

bool mount_small(const std::string& folder) {
  if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  // Only for this process and its end.
  ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  return ::mount("weft-test", folder.c_str(), "tmpfs", 0, "size=2m") == 0;
}

StoreResult<Sequence> append(DocumentStore& store, Sequence sequence) {
  auto bytes = std::make_shared<const Bytes>(20'000, static_cast<std::uint8_t>(sequence));
  return wait<Sequence>([&](auto done) {
    return store.append("doc", {sequence, bytes, Encoding::v1, {}}, std::move(done));
  });
}

int wrong(const std::string& what) {
  say(what);
  return 3;
}

int fill_disk(const std::string& folder) {
  if (!mount_small(folder)) return 77;
  const std::string ballast = folder + "/ballast";
  std::ofstream(ballast) << std::string(500'000, 'x');
  Sequence last = 0;
  {
    const auto store = open_or_exit(folder + "/data");
    for (;;) {
      const auto done = append(*store, last + 1);
      if (done) {
        last = *done;
        if (last > 200) return wrong("the disk does not fill");
        continue;
      }
      if (done.error().code != StoreErrc::disk_full) return wrong(done.error().message);
      say(done.error().message);
      break;
    }
    if (last < 5) return wrong("full too early");
    const auto again = append(*store, last + 1);
    if (again || again.error().code != StoreErrc::disk_full) return wrong("full only once");
    std::remove(ballast.c_str());
    const auto retried = append(*store, last + 1);
    if (!retried) return wrong("with room again: " + retried.error().message);
    last = *retried;
  }
  const auto store = open_or_exit(folder + "/data");
  const auto loaded =
      wait<LoadedDocument>([&](auto done) { return store->load("doc", std::move(done)); });
  if (!loaded) return wrong(loaded.error().message);
  if (loaded->sequence != last || loaded->updates.size() != last) return wrong("updates lost");
  return 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 3) return 2;
  const std::string command = arguments[1];
  const std::string folder = arguments[2];
  if (command == "append") return append_until_killed(folder);
  if (command == "open") return open_and_wait(folder);
  if (command == "open-nobody") {
    if (::getuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 2;
    return open_and_wait(folder);
  }
  if (command == "full") return fill_disk(folder);
  return 2;
}
