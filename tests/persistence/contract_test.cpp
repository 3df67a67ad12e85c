// The contract of persistence/store.hpp over every store, where nothing goes wrong.
#include "support.hpp"

using namespace weft;
using namespace weft::persistence;
using namespace weft::persistence::test;

TEMPLATE_LIST_TEST_CASE("an unknown document is empty and is not created by a load", "[contract]",
                        Benches) {
  TestType bench;
  CHECK(describe(load(bench, "a")) == "last 0");
  CHECK(list(bench)->documents.empty());
}

TEMPLATE_LIST_TEST_CASE("updates come back in order with all of their fields, also after a restart",
                        "[contract]", Benches) {
  TestType bench;
  bench.set_now(1111);
  Update first{1, bytes_of("one"), Encoding::v1, {"anna", "tab 1"}};
  Update second{2, bytes_of(""), Encoding::v2, {"", ""}};
  CHECK(append(bench, "a", first) == Sequence{1});
  bench.set_now(2222);
  CHECK(append(bench, "a", second) == Sequence{2});
  for (int round = 0; round < 2; ++round) {
    auto loaded = load(bench, "a");
    REQUIRE(loaded);
    CHECK(describe(loaded) == "1:one 2: last 2");
    const StoredUpdate& one = loaded->updates[0];
    CHECK(one.encoding == Encoding::v1);
    CHECK(one.user == "anna");
    CHECK(one.session == "tab 1");
    CHECK(one.created_at_ms == 1111);
    CHECK(loaded->updates[1].encoding == Encoding::v2);
    CHECK(loaded->updates[1].user.empty());
    CHECK(loaded->updates[1].created_at_ms == 2222);
    bench.reopen();
  }
  CHECK(append(bench, "a", update_of(3, "three")) == Sequence{3});
}

TEMPLATE_LIST_TEST_CASE("a checkpoint replaces exactly the updates that it contains", "[contract]",
                        Benches) {
  TestType bench;
  for (Sequence i = 1; i <= 4; ++i) REQUIRE(append(bench, "a", update_of(i, "u")));
  CHECK(checkpoint(bench, "a", checkpoint_of(3, "state")) == Sequence{3});
  CHECK(describe(load(bench, "a")) == "checkpoint(3 v2 state) 4:u last 4");
  CHECK(code_of(checkpoint(bench, "a", checkpoint_of(2, "old"))) == StoreErrc::out_of_order);
  CHECK(code_of(checkpoint(bench, "a", checkpoint_of(5, "ahead"))) == StoreErrc::out_of_order);
  CHECK(checkpoint(bench, "a", checkpoint_of(3, "same", Encoding::v1)) == Sequence{3});
  CHECK(describe(load(bench, "a")) == "checkpoint(3 v1 same) 4:u last 4");
  CHECK(checkpoint(bench, "a", checkpoint_of(4, "all")) == Sequence{4});
  bench.reopen();
  CHECK(describe(load(bench, "a")) == "checkpoint(4 v2 all) last 4");
  CHECK(append(bench, "a", update_of(5, "next")) == Sequence{5});
  CHECK(describe(load(bench, "a")) == "checkpoint(4 v2 all) 5:next last 5");
}

TEMPLATE_LIST_TEST_CASE("a document can begin with a checkpoint of nothing", "[contract]",
                        Benches) {
  TestType bench;
  CHECK(checkpoint(bench, "a", checkpoint_of(0, "template")) == Sequence{0});
  CHECK(append(bench, "a", update_of(1, "one")) == Sequence{1});
  CHECK(describe(load(bench, "a")) == "checkpoint(0 v2 template) 1:one last 1");
}

TEMPLATE_LIST_TEST_CASE("a removed document is unknown and starts again at 1", "[contract]",
                        Benches) {
  TestType bench;
  for (Sequence i = 1; i <= 3; ++i) REQUIRE(append(bench, "a", update_of(i, "u")));
  REQUIRE(append(bench, "b", update_of(1, "other")));
  REQUIRE(checkpoint(bench, "a", checkpoint_of(2, "state")));
  CHECK(remove(bench, "a") == Sequence{3});
  CHECK(remove(bench, "a") == Sequence{0});
  CHECK(describe(load(bench, "a")) == "last 0");
  CHECK(append(bench, "a", update_of(1, "new")) == Sequence{1});
  bench.reopen();
  CHECK(describe(load(bench, "a")) == "1:new last 1");
  CHECK(describe(load(bench, "b")) == "1:other last 1");
}

TEMPLATE_LIST_TEST_CASE("calls take effect in their order, whatever is queued together",
                        "[contract]", Benches) {
  TestType bench;
  bench.hold();
  auto one = start_append(bench, "a", update_of(1, "one"));
  auto two = start_append(bench, "a", update_of(2, "two"));
  auto removed = start_remove(bench, "a");
  auto again = start_append(bench, "a", update_of(1, "again"));
  auto late = start_append(bench, "a", update_of(3, "late"));
  auto state = start_checkpoint(bench, "a", checkpoint_of(1, "state"));
  auto next = start_append(bench, "a", update_of(2, "next"));
  auto loaded = start_load(bench, "a");
  auto flushed = start_flush(bench);
  CHECK_FALSE(one.ready());
  bench.release();
  CHECK(flushed.wait(bench));
  CHECK(one.wait(bench) == Sequence{1});
  CHECK(two.wait(bench) == Sequence{2});
  CHECK(removed.wait(bench) == Sequence{2});
  CHECK(again.wait(bench) == Sequence{1});
  CHECK(code_of(late.wait(bench)) == StoreErrc::out_of_order);
  CHECK(state.wait(bench) == Sequence{1});
  CHECK(next.wait(bench) == Sequence{2});
  CHECK(describe(loaded.wait(bench)) == "checkpoint(1 v2 state) 2:next last 2");
}

TEMPLATE_LIST_TEST_CASE("list gives every document once, in pages, by bytes", "[contract]",
                        Benches) {
  TestType bench;
  const std::string with_zero("a\0b", 3);
  for (const std::string& name : {std::string("b"), std::string(""), with_zero, std::string("a"),
                                  std::string("\xc3\xa4"), std::string("Z")})
    REQUIRE(append(bench, name, update_of(1, "u")));
  REQUIRE(append(bench, "b", update_of(2, "u")));
  REQUIRE(checkpoint(bench, "b", checkpoint_of(1, "s")));
  std::vector<std::string> names;
  ListRequest request{std::nullopt, 4};
  auto page = list(bench, request);
  REQUIRE(page);
  CHECK(page->more);
  REQUIRE(page->documents.size() == 4);
  for (const auto& info : page->documents) names.push_back(info.name);
  request.after = names.back();
  page = list(bench, request);
  REQUIRE(page);
  CHECK_FALSE(page->more);
  for (const auto& info : page->documents) {
    names.push_back(info.name);
    CHECK(info.sequence == (info.name == "b" ? 2U : 1U));
    CHECK(info.checkpoint_up_to == (info.name == "b" ? std::optional<Sequence>(1) : std::nullopt));
  }
  CHECK(names == std::vector<std::string>{"", "Z", "a", with_zero, "b", "\xc3\xa4"});
}

TEMPLATE_LIST_TEST_CASE("a completion may call the store", "[contract]", Benches) {
  TestType bench;
  auto promise = std::make_shared<std::promise<StoreResult<Sequence>>>();
  auto done = promise->get_future();
  DocumentStore& store = bench.store();
  REQUIRE(store.append("a", update_of(1, "one"), [&store, promise](StoreResult<Sequence> first) {
    if (!first) return promise->set_value(std::move(first));
    auto queued = store.append("a", update_of(2, "two"), [promise](StoreResult<Sequence> second) {
      promise->set_value(std::move(second));
    });
    if (!queued) promise->set_value(std::unexpected(queued.error()));
  }));
  CHECK(bench.wait(done) == Sequence{2});
}
