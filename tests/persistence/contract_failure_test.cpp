// The contract of persistence/store.hpp where something goes wrong: order, sizes, a full queue, a
// medium that fails, damage, and the end.
#include "support.hpp"

using namespace weft;
using namespace weft::persistence;
using namespace weft::persistence::test;

TEMPLATE_LIST_TEST_CASE("an update that does not follow is refused and stores nothing",
                        "[contract]", Benches) {
  TestType bench;
  REQUIRE(code_of(append(bench, "doc", update_of(0, "zero"))) == StoreErrc::out_of_order);
  REQUIRE(code_of(append(bench, "doc", update_of(2, "two"))) == StoreErrc::out_of_order);
  REQUIRE(list(bench)->documents.empty());
  REQUIRE(append(bench, "doc", update_of(1, "one")) == 1u);
  REQUIRE(code_of(append(bench, "doc", update_of(1, "one again"))) == StoreErrc::out_of_order);
  REQUIRE(code_of(append(bench, "doc", update_of(3, "three"))) == StoreErrc::out_of_order);
  const auto wrong = append(bench, "doc", update_of(std::uint64_t(-1), "huge"));
  REQUIRE(code_of(wrong) == StoreErrc::out_of_order);
  REQUIRE(wrong.error().message ==
          "update 18446744073709551615 of document \"doc\" does not follow 1");
  REQUIRE(describe(load(bench, "doc")) == "1:one last 1");
}

TEMPLATE_LIST_TEST_CASE("after a failed update its followers fail too, and all can be sent again",
                        "[contract]", Benches) {
  TestType bench;
  REQUIRE(append(bench, "doc", update_of(1, "one")));
  bench.break_writes();
  auto second = start_append(bench, "doc", update_of(2, "two"));
  REQUIRE(is_transient(*code_of(second.wait(bench))));
  bench.mend_writes();
  // Already on its way when the failure became known.
  auto third = start_append(bench, "doc", update_of(3, "three"));
  REQUIRE(code_of(third.wait(bench)) == StoreErrc::out_of_order);
  REQUIRE(describe(load(bench, "doc")) == "1:one last 1");
  REQUIRE(bench.store().stats().commits_failed >= 1);

  REQUIRE(append(bench, "doc", update_of(2, "two")) == 2u);
  REQUIRE(append(bench, "doc", update_of(3, "three")) == 3u);
  bench.reopen();
  REQUIRE(describe(load(bench, "doc")) == "1:one 2:two 3:three last 3");
}

TEMPLATE_LIST_TEST_CASE("a medium that fails changes nothing", "[contract]", Benches) {
  TestType bench;
  REQUIRE(append(bench, "doc", update_of(1, "one")));
  REQUIRE(append(bench, "doc", update_of(2, "two")));
  bench.break_writes();
  bench.hold();
  auto state = start_checkpoint(bench, "doc", checkpoint_of(2, "state"));
  auto removed = start_remove(bench, "doc");
  auto made = start_append(bench, "new", update_of(1, "one"));
  auto flushed = start_flush(bench);
  bench.release();
  REQUIRE(code_of(state.wait(bench)));
  REQUIRE(code_of(removed.wait(bench)));
  REQUIRE(code_of(made.wait(bench)));
  REQUIRE(flushed.wait(bench));  // everything before it has completed, well or not
  bench.mend_writes();
  REQUIRE(describe(load(bench, "doc")) == "1:one 2:two last 2");
  REQUIRE(list(bench)->documents.size() == 1);
}

TEMPLATE_LIST_TEST_CASE("names and origins that are not UTF-8, or too long, are refused",
                        "[contract]", Benches) {
  TestType bench;
  const std::vector<std::string> invalid = {std::string(1025, 'n'),
                                            "\xff",
                                            "\xc3",
                                            "a\x80",
                                            "\xc0\x80",
                                            "\xed\xa0\x80",
                                            "\xf4\x90\x80\x80",
                                            "\xe0\x80\x80",
                                            "\xf0\x80\x80\x80",
                                            "\xe2\x82"};
  for (const std::string& name : invalid) {
    REQUIRE(start_load(bench, name).refusal()->code == StoreErrc::invalid_name);
    REQUIRE(start_append(bench, name, update_of(1, "x")).refusal()->code ==
            StoreErrc::invalid_name);
    REQUIRE(start_checkpoint(bench, name, checkpoint_of(0, "x")).refusal()->code ==
            StoreErrc::invalid_name);
    REQUIRE(start_remove(bench, name).refusal()->code == StoreErrc::invalid_name);
  }
  Update update = update_of(1, "x");
  update.origin.user = "\xff";
  REQUIRE(start_append(bench, "doc", update).refusal()->code == StoreErrc::invalid_name);
  update.origin.user = std::string(kOriginBytesMax + 1, 'u');
  REQUIRE(start_append(bench, "doc", update).refusal()->code == StoreErrc::too_large);
  update.origin.user.pop_back();
  update.origin.session = std::string(kOriginBytesMax, 's');
  REQUIRE(append(bench, "doc", update) == 1u);
  REQUIRE(load(bench, "doc")->updates[0].session.size() == kOriginBytesMax);
}

TEMPLATE_LIST_TEST_CASE("updates and states are taken up to their limits", "[contract]", Benches) {
  StoreLimits limits;
  limits.update_bytes_max = 1000;
  limits.checkpoint_bytes_max = 3000;
  TestType bench(limits);
  REQUIRE(append(bench, "doc", update_of(1, std::string(1000, 'u'))) == 1u);
  const auto update = start_append(bench, "doc", update_of(2, std::string(1001, 'u')));
  REQUIRE(update.refusal()->code == StoreErrc::too_large);
  REQUIRE(update.refusal()->message ==
          "an update of document \"doc\" has 1001 bytes; 1000 are the limit");
  REQUIRE(checkpoint(bench, "doc", checkpoint_of(1, std::string(3000, 's'))) == 1u);
  REQUIRE(
      start_checkpoint(bench, "doc", checkpoint_of(1, std::string(3001, 's'))).refusal()->code ==
      StoreErrc::too_large);
  REQUIRE(append(bench, "doc", update_of(2, "next")) == 2u);
}

TEMPLATE_LIST_TEST_CASE("a full queue refuses, loses nothing, and takes again once it has room",
                        "[contract]", Benches) {
  StoreLimits limits;
  SECTION("by number") {
    limits.queue_count_max = 3;
    TestType bench(limits);
    bench.hold();
    auto first = start_append(bench, "doc", update_of(1, "1"));
    auto second = start_append(bench, "doc", update_of(2, "2"));
    auto third = start_load(bench, "doc");
    REQUIRE(bench.store().stats().queued_count == 3);
    auto fourth = start_append(bench, "doc", update_of(3, "3"));
    REQUIRE(fourth.refusal()->code == StoreErrc::overloaded);
    REQUIRE(is_transient(StoreErrc::overloaded));
    REQUIRE(start_load(bench, "doc").refusal()->code == StoreErrc::overloaded);
    bench.release();
    REQUIRE(third.wait(bench));
    REQUIRE(second.wait(bench) == 2u);
    REQUIRE(append(bench, "doc", update_of(3, "3")) == 3u);
    REQUIRE(describe(load(bench, "doc")) == "1:1 2:2 3:3 last 3");
  }
  SECTION("by bytes") {
    limits.queue_bytes_max = 10;
    TestType bench(limits);
    bench.hold();
    auto first = start_append(bench, "doc", update_of(1, "123456"));
    auto second = start_append(bench, "doc", update_of(2, "7890"));
    REQUIRE(bench.store().stats().queued_bytes == 10);
    REQUIRE(start_append(bench, "doc", update_of(3, "1")).refusal()->code == StoreErrc::overloaded);
    REQUIRE(start_checkpoint(bench, "doc", checkpoint_of(0, "s")).refusal()->code ==
            StoreErrc::overloaded);
    bench.release();
    REQUIRE(second.wait(bench) == 2u);
    // Alone, one above the bound passes: it could never be written otherwise.
    REQUIRE(checkpoint(bench, "doc", checkpoint_of(2, "a state of more than ten bytes")) == 2u);
    REQUIRE(bench.store().stats().queued_bytes == 0);
  }
}

TEMPLATE_LIST_TEST_CASE("damage of an update is found, and nothing is written over it",
                        "[contract]", Benches) {
  const Damage damage = GENERATE(from_range(std::begin(kUpdateDamages), std::end(kUpdateDamages)));
  const bool with_checkpoint = GENERATE(false, true);
  CAPTURE(static_cast<int>(damage), with_checkpoint);
  TestType bench;
  for (Sequence sequence = 1; sequence <= 6; ++sequence)
    REQUIRE(append(bench, "doc", update_of(sequence, "u" + std::to_string(sequence))));
  if (with_checkpoint) REQUIRE(checkpoint(bench, "doc", checkpoint_of(3, "three")));
  REQUIRE(append(bench, "other", update_of(1, "fine")));
  bench.reopen();
  bench.damage("doc", damage);

  const auto loaded = load(bench, "doc");
  REQUIRE(code_of(loaded) == StoreErrc::corrupt);
  INFO(loaded.error().message);
  REQUIRE(loaded.error().message.starts_with("document \"doc\" is damaged: "));
  REQUIRE(loaded.error().message.find("checkpoint") == std::string::npos);

  // Whatever sequence a caller may guess.
  for (Sequence sequence = 1; sequence <= 8; ++sequence)
    REQUIRE(code_of(append(bench, "doc", update_of(sequence, "over"))) == StoreErrc::corrupt);
  for (Sequence sequence = 0; sequence <= 6; ++sequence)
    REQUIRE(code_of(checkpoint(bench, "doc", checkpoint_of(sequence, "over"))) ==
            StoreErrc::corrupt);
  const auto again = load(bench, "doc");
  REQUIRE(code_of(again) == StoreErrc::corrupt);
  REQUIRE(again.error().message == loaded.error().message);  // all is as it was

  // Others are not held up, and who removes the document may begin anew.
  REQUIRE(append(bench, "other", update_of(2, "still")) == 2u);
  bench.hold();
  auto removed = start_remove(bench, "doc");
  auto begun = start_append(bench, "doc", update_of(1, "anew"));
  bench.release();
  REQUIRE(removed.wait(bench));
  REQUIRE(begun.wait(bench) == 1u);
  REQUIRE(append(bench, "doc", update_of(2, "on")) == 2u);
  REQUIRE(describe(load(bench, "doc")) == "1:anew 2:on last 2");
}

TEMPLATE_LIST_TEST_CASE("damage of a checkpoint is found", "[contract]", Benches) {
  const Damage damage =
      GENERATE(from_range(std::begin(kCheckpointDamages), std::end(kCheckpointDamages)));
  const bool with_log = GENERATE(false, true);
  CAPTURE(static_cast<int>(damage), with_log);
  TestType bench;
  REQUIRE(append(bench, "doc", update_of(1, "u1")));
  REQUIRE(checkpoint(bench, "doc", checkpoint_of(1, "one")));
  if (with_log) REQUIRE(append(bench, "doc", update_of(2, "u2")));
  bench.damage("doc", damage);
  REQUIRE(code_of(load(bench, "doc")) == StoreErrc::corrupt);
  REQUIRE(code_of(checkpoint(bench, "doc", checkpoint_of(1, "over"))) == StoreErrc::corrupt);
}

TEMPLATE_LIST_TEST_CASE("a damage that is repaired is forgotten with the next opening",
                        "[contract]", Benches) {
  TestType bench;
  REQUIRE(append(bench, "doc", update_of(1, "u1")));
  REQUIRE(append(bench, "doc", update_of(2, "u2")));
  bench.damage("doc", Damage::last_update_missing);
  REQUIRE(code_of(load(bench, "doc")) == StoreErrc::corrupt);
  bench.damage("doc", Damage::last_sequence);  // by hand: the log now ends at 1
  bench.reopen();
  REQUIRE(describe(load(bench, "doc")) == "1:u1 last 1");
  REQUIRE(append(bench, "doc", update_of(2, "new")) == 2u);
}

TEMPLATE_LIST_TEST_CASE("close carries out what is queued and refuses what comes later",
                        "[contract]", Benches) {
  TestType bench;
  std::vector<Pending<Sequence>> writes;
  for (Sequence sequence = 1; sequence <= 200; ++sequence)
    writes.push_back(start_append(bench, "doc", update_of(sequence, "x")));
  auto loaded = start_load(bench, "doc");
  REQUIRE(bench.store().close(std::chrono::seconds(30)));
  for (auto& write : writes) REQUIRE(write.ready());
  REQUIRE(writes.back().wait(bench) == 200u);
  REQUIRE(loaded.ready());
  REQUIRE(start_append(bench, "doc", update_of(201, "x")).refusal()->code == StoreErrc::closed);
  REQUIRE(start_load(bench, "doc").refusal()->code == StoreErrc::closed);
  REQUIRE(start_flush(bench).refusal()->code == StoreErrc::closed);
  REQUIRE(bench.store().close(std::chrono::seconds(0)));
}

TEST_CASE("messages show a hostile name in one short line", "[contract]") {
  MemoryBench bench;
  const std::string name = "a\n\x1b[31m\"" + std::string(100, 'x');
  const auto failed = append(bench, name, update_of(5, "x"));
  REQUIRE(failed.error().message ==
          "update 5 of document \"a??[31m?" + std::string(72, 'x') + "...\" does not follow 0");
  const std::string umlauts = [] {
    std::string text = "x";
    for (int i = 0; i < 60; ++i) text += "\xc3\xa4";
    return text;
  }();
  const auto cut = append(bench, umlauts, update_of(5, "x"));
  // 80 bytes would end inside a character: 1 + 39 * 2.
  REQUIRE(cut.error().message.find("\"" + umlauts.substr(0, 79) + "...\"") != std::string::npos);
}
