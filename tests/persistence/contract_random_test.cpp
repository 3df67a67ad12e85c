// Random calls against the simplest possible model: after every step the stores show what the model
// says. Failures print the seed; WEFT_SEED=N replays it.
#include <cstdlib>
#include <map>
#include <random>
#include <vector>

#include "support.hpp"

using namespace weft;
using namespace weft::persistence;
using namespace weft::persistence::test;

namespace {

struct ModelDocument {
  Sequence last = 0;
  std::optional<std::pair<Sequence, std::string>> checkpoint;
  std::map<Sequence, std::string> updates;

  std::string describe() const {
    std::string out;
    if (checkpoint)
      out += "checkpoint(" + std::to_string(checkpoint->first) + " v2 " + checkpoint->second + ") ";
    for (const auto& [sequence, text] : updates) out += std::to_string(sequence) + ":" + text + " ";
    return out + "last " + std::to_string(last);
  }
};

template <typename Bench>
class RandomRun {
 public:
  explicit RandomRun(std::uint64_t seed) : random_(seed) {}

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      CAPTURE(step);
      switch (below(40)) {
        case 0:
          settle();
          bench_.reopen();
          break;
        case 1:
          start_remove();
          break;
        case 2:
        case 3:
        case 4:
          start_checkpoint();
          break;
        case 5:
          settle();
          compare();
          break;
        case 6:
          fail_some();
          break;
        default:
          start_append();
      }
    }
    settle();
    bench_.reopen();
    compare();
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  std::string any_name() { return "doc" + std::to_string(below(6)); }
  std::string any_text() {
    std::string text;
    const std::uint64_t size = below(20) == 0 ? below(20'000) : below(30);
    for (std::uint64_t i = 0; i < size; ++i) text.push_back(static_cast<char>('a' + below(26)));
    return text;
  }

  void start_append() {
    const std::string name = any_name();
    ModelDocument& document = model_[name];
    const bool wrong = below(10) == 0;
    const Sequence sequence = document.last + (wrong ? 2 + below(3) : 1);
    const std::string text = any_text();
    if (!wrong) {
      document.updates[sequence] = text;
      document.last = sequence;
    }
    expect(test::start_append(bench_, name, update_of(sequence, text)), !wrong, sequence);
    if (wrong && document.last == 0 && !document.checkpoint) model_.erase(name);
  }

  void start_checkpoint() {
    const std::string name = any_name();
    ModelDocument& document = model_[name];
    const Sequence least = document.checkpoint ? document.checkpoint->first : 0;
    const Sequence up_to = least + below(document.last - least + 1);
    const std::string text = any_text();
    document.checkpoint = {up_to, text};
    std::erase_if(document.updates, [&](const auto& update) { return update.first <= up_to; });
    expect(test::start_checkpoint(bench_, name, checkpoint_of(up_to, text)), true, up_to);
  }

  void start_remove() {
    const std::string name = any_name();
    const auto found = model_.find(name);
    const Sequence last = found == model_.end() ? 0 : found->second.last;
    model_.erase(name);
    expect(test::start_remove(bench_, name), true, last);
  }

  // Nothing of a group that fails may stay.
  void fail_some() {
    settle();
    const std::string name = any_name();
    const auto found = model_.find(name);
    const Sequence last = found == model_.end() ? 0 : found->second.last;
    bench_.break_writes();
    auto append = test::start_append(bench_, name, update_of(last + 1, "lost"));
    auto remove = test::start_remove(bench_, name);
    REQUIRE_FALSE(append.wait(bench_));
    const auto removed = remove.wait(bench_);
    // To remove what is not there may need no write, where it is not in the append's group.
    if (found != model_.end() || removed != Sequence{0}) REQUIRE_FALSE(removed);
    bench_.mend_writes();
  }

  void expect(Pending<Sequence> pending, bool success, Sequence sequence) {
    expected_.push_back({std::move(pending), success, sequence});
    if (below(4) == 0) settle();
  }

  void settle() {
    for (auto& [pending, success, sequence] : expected_) {
      const auto result = pending.wait(bench_);
      if (success) {
        REQUIRE(result == sequence);
      } else {
        REQUIRE(code_of(result) == StoreErrc::out_of_order);
      }
    }
    expected_.clear();
  }

  void compare() {
    std::vector<std::string> names;
    for (const auto& [name, document] : model_) {
      names.push_back(name);
      REQUIRE(describe(load(bench_, name)) == document.describe());
    }
    const auto page = list(bench_);
    REQUIRE(page);
    std::vector<std::string> listed;
    for (const DocumentInfo& info : page->documents) listed.push_back(info.name);
    REQUIRE(listed == names);
  }

  struct Expected {
    Pending<Sequence> pending;
    bool success = false;
    Sequence sequence = 0;
  };

  std::mt19937_64 random_;
  Bench bench_;
  std::map<std::string, ModelDocument> model_;
  std::vector<Expected> expected_;
};

std::uint64_t first_seed() {
  const char* given = std::getenv("WEFT_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("random calls give what the model gives", "[contract][random]", Benches) {
  const std::uint64_t seed = first_seed();
  for (std::uint64_t run = 0; run < 5; ++run) {
    INFO("WEFT_SEED=" << seed + run);
    RandomRun<TestType>(seed + run).run(400);
  }
}
