// Undo, snapshots and relative positions of a document that another replica edits too.
//
// Input: a byte of choices (bit 0: the other replica only listens; bit 1: formats), then steps: a
// byte for the kind, then its arguments.
//
// Reaches: crdt/history/undo_manager.cpp crdt/history/undo_pop.cpp crdt/document/redo.cpp
// Reaches: crdt/history/snapshot.cpp crdt/history/snapshot_read.cpp
// Reaches: crdt/history/relative_position.cpp
#include <vector>

#include <weft/doc.hpp>
#include <weft/relative_position.hpp>
#include <weft/snapshot.hpp>
#include <weft/undo.hpp>

#include "contents.hpp"
#include "editing.hpp"
#include "input.hpp"
#include "target.hpp"

namespace {

using namespace weft;

constexpr std::size_t kStepsMax = 120;
constexpr std::size_t kSnapshotsMax = 8;

struct Taken {
  Snapshot snapshot;
  std::string text;
};

class Play {
 public:
  Play(bool alone, bool formats) : alone_(alone), formats_(formats) {}

  void step(Input& input) {
    const std::uint32_t step = input.byte();
    switch (step % 8) {
      case 0:
        undo_.undo();
        break;
      case 1:
        undo_.redo();
        break;
      case 2:
        undo_.stop_capturing();
        break;
      case 3:
        if (taken_.size() < kSnapshotsMax) {
          taken_.push_back({snapshot(own_), own_.text("t").to_string()});
        }
        break;
      case 4:
        compare_positions(input);
        break;
      case 5:
        if (alone_) break;
        weft::edit(other_, input, formats_, false);
        own_.apply_update(other_.encode_state_as_update(own_.state_vector()), Encoding::v1, 5)
            .value();
        break;
      default:
        weft::edit(own_, input, formats_, false);
    }
    check(own_);
  }

  void finish() {
    for (const Taken& taken : taken_) compare_snapshot(taken);
    exchange();
    check_same(contents(own_), contents(other_));
    undo_all_and_redo();
    exchange();
    check_same(contents(own_), contents(other_));
  }

 private:
  void exchange() {
    for (int i = 0; i < 3; ++i) {
      WEFT_PROMISE(
          other_.apply_update(own_.encode_state_as_update(other_.state_vector())).has_value());
      WEFT_PROMISE(
          own_.apply_update(other_.encode_state_as_update(own_.state_vector()), Encoding::v1, 5)
              .has_value());
    }
    check(own_);
    check(other_);
  }

  void compare_snapshot(const Taken& taken) {
    for (const Encoding encoding : {Encoding::v1, Encoding::v2}) {
      const auto decoded = decode_snapshot(encode_snapshot(taken.snapshot, encoding), encoding);
      WEFT_PROMISE(decoded.has_value() && *decoded == taken.snapshot);
    }
    WEFT_PROMISE(text_at(own_.text("t"), taken.snapshot) == taken.text);
    auto restored = create_doc_from_snapshot(own_, taken.snapshot, {.client_id = 77});
    WEFT_PROMISE(restored.has_value());
    check(*restored);
    WEFT_PROMISE(restored->text("t").to_string() == taken.text);
  }

  // A place that has been sent on is the same there.
  void compare_positions(Input& input) {
    exchange();
    const std::uint32_t length = own_.text("t").length();
    const std::uint32_t index = length == 0 ? 0 : input.byte() % (length + 1);
    const std::int64_t assoc = input.up_to(1) == 0 ? 0 : -1;
    const auto position = create_relative_position(own_.text("t"), index, assoc);
    WEFT_PROMISE(position.has_value());
    const auto sent = decode_relative_position(encode_relative_position(*position));
    WEFT_PROMISE(sent.has_value());
    const auto here = create_absolute_position(own_, *position, false);
    const auto there = create_absolute_position(other_, *sent, false);
    WEFT_PROMISE(here.has_value() && there.has_value());
    WEFT_PROMISE(here->index == index && there->index == index);
    const auto json = relative_position_from_json(relative_position_to_json(*position));
    WEFT_PROMISE(json.has_value());
    const auto again = create_absolute_position(own_, *json, false);
    WEFT_PROMISE(again.has_value() && again->index == index);
  }

  void undo_all_and_redo() {
    undo_.stop_capturing();
    while (undo_.can_undo() && undo_.undo()) check(own_);
    while (undo_.can_redo() && undo_.redo()) check(own_);
  }

  bool alone_;
  bool formats_;
  Doc own_{DocOptions{.client_id = 1, .gc = false}};
  Doc other_{DocOptions{.client_id = 2}};
  UndoManager undo_{own_, UndoOptions{.capture_timeout = 0}};
  std::vector<Taken> taken_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint32_t choices = input.byte();
  Play play((choices & 1) != 0, (choices & 2) != 0);
  for (std::size_t steps = 0; steps < kStepsMax && !input.empty(); ++steps) play.step(input);
  play.finish();
  return 0;
}
