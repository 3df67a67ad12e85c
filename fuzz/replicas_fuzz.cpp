// Four replicas edit one document over a network that delays, reorders, repeats, merges and cuts
// what they emit. Once all have heard of everything they agree to the last struct.
//
// Input: a byte of choices (bit 0: keep what is deleted; bit 1: formats), then steps: a byte for
// the kind and the replica, then its arguments.
//
// Reaches: crdt/types/text.cpp crdt/types/text_editor.cpp crdt/types/array.cpp crdt/types/map.cpp
// Reaches: crdt/types/insert.cpp crdt/document/format_cleanup.cpp crdt/document/commit.cpp
#include <vector>

#include <weft/doc.hpp>
#include <weft/update.hpp>

#include "contents.hpp"
#include "editing.hpp"
#include "input.hpp"
#include "target.hpp"

namespace {

using namespace weft;

constexpr std::size_t kReplicas = 4;
constexpr std::size_t kStepsMax = 300;

struct Emitted {
  Bytes v1;
  Bytes v2;
};

class Play {
 public:
  Play(bool gc, bool formats) : formats_(formats) {
    for (std::size_t i = 0; i < kReplicas; ++i) {
      docs_.emplace_back(DocOptions{.client_id = 1 + 150 * i, .gc = gc});
    }
    for (Doc& doc : docs_) {
      subscriptions_.push_back(doc.on_update([this](const UpdateEvent& event) {
        if (event.local) log_.push_back({{event.update.begin(), event.update.end()}, {}});
      }));
      subscriptions_.push_back(doc.on_update(
          [this](const UpdateEvent& event) {
            if (event.local) log_.back().v2 = {event.update.begin(), event.update.end()};
          },
          Encoding::v2));
    }
  }

  void step(Input& input) {
    const std::uint32_t step = input.byte();
    Doc& doc = docs_[step / 8 % kReplicas];
    switch (step % 8) {
      case 0:
        return sync(doc, docs_[input.up_to(kReplicas - 1)], input.byte());
      case 1:
        return merge(doc, input);
      case 2:
      case 3:
        if (log_.empty()) return;
        return deliver(doc, log_[input.byte() % log_.size()], (step & 32) != 0);
      default:
        weft::edit(doc, input, formats_, !formats_);
        check(doc);
    }
  }

  void finish() {
    // What one learns may clean up formats, which the others have to hear of.
    constexpr int kRoundsMax = 20;
    bool news = true;
    for (int round = 0; news; ++round) {
      WEFT_PROMISE(round < kRoundsMax);
      news = false;
      for (Doc& to : docs_) {
        for (Doc& from : docs_) {
          const std::uint64_t before = to.revision();
          sync(to, from, static_cast<std::uint32_t>(round));
          news = news || to.revision() != before;
        }
      }
    }
    for (Doc& doc : docs_) {
      WEFT_PROMISE(!doc.has_pending());
      WEFT_PROMISE(doc.state_vector() == docs_[0].state_vector());
      WEFT_PROMISE(doc.delete_set() == docs_[0].delete_set());
      check_same(contents(doc), contents(docs_[0]));
      WEFT_PROMISE(doc.encode_state_as_update() == docs_[0].encode_state_as_update());
    }
    compare_with_merged();
  }

 private:
  void deliver(Doc& to, const Emitted& update, bool v2) {
    const auto taken = v2 ? to.apply_update(update.v2, Encoding::v2) : to.apply_update(update.v1);
    WEFT_PROMISE(taken.has_value());
    check(to);
  }

  void sync(Doc& to, const Doc& from, std::uint32_t way) {
    const StateVector known = to.state_vector();
    const Encoding encoding = (way & 1) != 0 ? Encoding::v2 : Encoding::v1;
    Bytes answer = from.encode_state_as_update(known, encoding);
    if ((way & 2) != 0) {
      const auto diff = diff_update(from.encode_state_as_update({}, encoding), known, encoding);
      WEFT_PROMISE(diff.has_value());
      answer = *diff;
    }
    WEFT_PROMISE(to.apply_update(answer, encoding).has_value());
    check(to);
    const StateVector state = from.state_vector();
    for (const auto& [client, clock] : state.entries()) {
      WEFT_PROMISE(to.state_vector().get(client) >= clock);
    }
  }

  // Some of what was emitted, holes and all, as one update.
  void merge(Doc& to, Input& input) {
    if (log_.empty()) return;
    const std::size_t from = input.byte() % log_.size();
    const std::size_t stride = 1 + input.up_to(3);
    std::vector<ByteView> views;
    for (std::size_t i = from; i < log_.size(); i += stride) views.push_back(log_[i].v1);
    const auto merged = merge_updates(views);
    WEFT_PROMISE(merged.has_value());
    WEFT_PROMISE(to.apply_update(*merged).has_value());
    check(to);
  }

  // All that was emitted, in one update, gives what everybody has.
  void compare_with_merged() {
    if (log_.empty()) return;
    std::vector<ByteView> views;
    views.reserve(log_.size());
    for (const Emitted& emitted : log_) views.push_back(emitted.v1);
    const auto merged = merge_updates(views);
    WEFT_PROMISE(merged.has_value());
    WEFT_PROMISE(state_vector_from_update(*merged) == docs_[0].state_vector());
    Doc all(DocOptions{.client_id = 7});
    WEFT_PROMISE(all.apply_update(*merged).has_value());
    check(all);
    check_same(contents(all), contents(docs_[0]));
    WEFT_PROMISE(all.state_vector() == docs_[0].state_vector());
  }

  bool formats_;
  std::vector<Doc> docs_;
  std::vector<Subscription> subscriptions_;
  std::vector<Emitted> log_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint32_t choices = input.byte();
  Play play((choices & 1) == 0, (choices & 2) != 0);
  for (std::size_t steps = 0; steps < kStepsMax && !input.empty(); ++steps) play.step(input);
  play.finish();
  return 0;
}
