#include "crash_points.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "ledger.hpp"
#include "sqlite_disk.hpp"
#include "store.hpp"

namespace weft::simulation {

namespace {

using persistence::LoadedDocument;
using persistence::Sequence;
using persistence::StoreResult;

/// One life of a store after the other, over one disk, and what was confirmed.
class Scenario {
 public:
  explicit Scenario(std::uint64_t seed) : disk_(seed), sqlite_(disk_, seed) {}

  Disk& disk() { return disk_; }

  bool open() {
    auto store =
        open_store(disk_, {.journal = {900, 300}, .now_ms = [] { return std::int64_t{5}; }});
    if (!store && !disk_.dead() && !struck_)
      throw Broken{"the store does not open: " + store.error().message};
    if (!store) failure_ = store.error().message;
    store_ = store ? std::move(*store) : nullptr;
    return store_ != nullptr && !disk_.dead();
  }
  /// In order, as far as the disk allows.
  void close() {
    if (store_) static_cast<void>(store_->close(std::chrono::seconds(1)));
    store_.reset();
  }
  /// The process is gone.
  void restart() {
    store_.reset();
    disk_.restart();
  }
  void strike_at(std::uint64_t call, Fault fault) {
    struck_ = true;
    disk_.strike_at(call, fault);
  }

  /// Appends to four documents, checkpoints, a removal, more than the journal may hold, an orderly
  /// end in the middle. Stops where the process dies.
  void play() {
    for (int step = 0; step < 26 && !disk_.dead(); ++step) {
      const std::string name(1, static_cast<char>('a' + step * 7 % 4));
      if (step == 13) {
        close();
        if (!open()) return;
      } else if (step % 6 == 4) {
        checkpoint(name);
      } else if (step == 17) {
        remove(name);
      } else {
        append(name, 1 + step % 3);
      }
      // As long as the process lives, what failed has left nothing.
      if (!disk_.dead()) check(true);
    }
  }

  /// Why the store did not open.
  const std::string& failure() const { return failure_; }
  void check(bool exactly = false) {
    for (auto& [name, document] : documents_) check(name, document, exactly);
  }
  void go_on() {
    for (const char* name : {"a", "b", "e"}) append(name, 2);
    checkpoint("a");
  }

 private:
  struct Document {
    Sequence last = 0;
    Sequence up_to = 0;
    int life = 0;
    bool removing = false;
  };

  static std::string text_of(const std::string& name, int life, Sequence sequence) {
    return name + "." + std::to_string(life) + "." + std::to_string(sequence) +
           std::string(sequence * 11 % 40, '.');
  }
  static std::shared_ptr<const Bytes> bytes_of(const std::string& text) {
    return std::make_shared<const Bytes>(text.begin(), text.end());
  }

  void append(const std::string& name, int count) {
    Document& document = documents_[name];
    const Sequence before = document.last;
    bool good = true;
    for (int i = 1; i <= count; ++i) {
      const Sequence sequence = before + static_cast<Sequence>(i);
      persistence::Update update{sequence,
                                 bytes_of(text_of(name, document.life, sequence)),
                                 Encoding::v1,
                                 {"user", "session"}};
      static_cast<void>(store_->append(name, std::move(update), [&](auto result) {
        if (result && !good) throw Broken{name + ": an update was taken behind one that failed"};
        good = result.has_value();
        if (result) document.last = *result;
      }));
    }
    drain();
  }
  void checkpoint(const std::string& name) {
    Document& document = documents_[name];
    const Sequence up_to = document.last;
    auto state = bytes_of("state of " + name + std::string(200, '='));
    static_cast<void>(
        store_->checkpoint(name, {std::move(state), Encoding::v2, up_to}, [&](const auto& result) {
          if (result) document.up_to = up_to;
        }));
    drain();
  }
  void remove(const std::string& name) {
    Document& document = documents_[name];
    document.removing = true;
    static_cast<void>(store_->remove(name, [&](const auto& result) {
      if (result) document = Document{0, 0, document.life + 1, false};
    }));
    drain();
  }
  void drain() {
    while (store_->step()) {
    }
  }

  void check(const std::string& name, Document& document, bool exactly) {
    StoreResult<LoadedDocument> loaded;
    static_cast<void>(store_->load(name, [&](auto result) { loaded = std::move(result); }));
    drain();
    if (!loaded) throw Broken{name + " does not load: " + loaded.error().message};
    if (document.removing && loaded->sequence == 0) {
      document = Document{0, 0, document.life + 1, false};
      return;
    }
    const Sequence up_to = loaded->checkpoint ? loaded->checkpoint->up_to : 0;
    const auto all = [&] {
      return name + ": confirmed up to " + std::to_string(document.last) + ", checkpoint " +
             std::to_string(document.up_to) + "; stored " + std::to_string(loaded->sequence) +
             ", checkpoint " + std::to_string(up_to);
    };
    if (loaded->sequence < document.last || up_to < document.up_to) throw Broken{all()};
    if (exactly && (loaded->sequence != document.last || up_to != document.up_to))
      throw Broken{all() + ", though no process has died"};
    Sequence next = up_to + 1;
    for (const persistence::StoredUpdate& update : loaded->updates) {
      if (update.sequence != next || as_text(update.bytes) != text_of(name, document.life, next))
        throw Broken{name + ": update " + std::to_string(next) + " is not what was sent"};
      ++next;
    }
    document.last = loaded->sequence;
    document.up_to = up_to;
    document.removing = false;
  }

  Disk disk_;
  SqliteDisk sqlite_;
  std::unique_ptr<persistence::SteppedStore> store_;
  std::map<std::string, Document> documents_;
  bool struck_ = false;
  std::string failure_;
};

/// What strikes, and how a process ends that lives on.
struct Way {
  Fault fault;
  Fault end = Fault::none;  // in order
};

// The strike at `call` of the scenario, and then, unless it is 0, one at `again` of the recovery.
// Returns how many calls the recovery made.
std::uint64_t strike(std::uint64_t call, std::uint64_t again, Way way,
                     std::vector<std::string>* trace = nullptr) {
  Scenario scenario(call * 100 + again);
  if (trace != nullptr) {
    scenario.disk().watch = [trace](const std::string& what) { trace->push_back(what); };
  }
  scenario.strike_at(call, way.fault);
  if (scenario.open()) scenario.play();
  if (!scenario.disk().dead() && way.end == Fault::none) scenario.close();
  if (!scenario.disk().dead() && way.end != Fault::none) scenario.disk().die(way.end);
  scenario.restart();
  if (again != 0) scenario.disk().strike_at(again, way.fault);
  const std::uint64_t before = scenario.disk().calls();
  bool open = scenario.open();
  const std::uint64_t recovery = scenario.disk().calls() - before;
  for (int tries = 0; !open; ++tries) {
    if (tries == 3) throw Broken{"it does not open any more: " + scenario.failure()};
    scenario.restart();
    open = scenario.open();
  }
  scenario.disk().strike_at(0, Fault::none);
  scenario.check();
  scenario.go_on();
  scenario.disk().die(Fault::power_loss);
  scenario.restart();
  scenario.open();
  scenario.check();
  return recovery;
}

std::string name_of(Fault fault) {
  return fault == Fault::error ? "an error" : fault == Fault::kill ? "a kill" : "a loss of power";
}
std::string name_of(const Way& way) {
  return name_of(way.fault) + (way.end == Fault::none ? "" : " (then " + name_of(way.end) + ")");
}

}  // namespace

CrashPoints run_crash_points() {
  CrashPoints points;
  {
    Scenario whole(1);
    whole.open();
    whole.play();
    whole.close();
    points.calls = whole.disk().calls();
  }
  for (std::uint64_t call = 1; call <= points.calls; ++call) {
    for (const Way way :
         {Way{Fault::error}, Way{Fault::error, Fault::kill}, Way{Fault::error, Fault::power_loss},
          Way{Fault::kill}, Way{Fault::power_loss}}) {
      std::uint64_t recovery = 1;
      for (std::uint64_t again = 0; again <= recovery; ++again) {
        try {
          ++points.runs;
          const std::uint64_t made = strike(call, again, way);
          if (again == 0) recovery = way.end == Fault::none ? made : 0;
          points.recovery = std::max(points.recovery, made);
        } catch (const Broken& broken) {
          points.broken = name_of(way) + " at call " + std::to_string(call) + " of " +
                          std::to_string(points.calls) + ", at call " + std::to_string(again) +
                          " of its recovery: " + broken.what;
          try {
            strike(call, again, way, &points.trace);
          } catch (const Broken&) {
          }
          return points;
        }
      }
    }
  }
  return points;
}

}  // namespace weft::simulation
