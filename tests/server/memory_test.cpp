// What has gone leaves no memory behind: bytes in use are counted before and after.
#include <malloc.h>
#include <string>

#include <catch2/catch.hpp>

#include "stage.hpp"

namespace weft::server::test {

using sync::MessageKind;

namespace {

constexpr std::size_t kSlack = std::size_t{64} << 10;  // of lists that keep their length

std::size_t allocated_bytes() { return mallinfo2().uordblks; }

// Until documents that nobody uses are unloaded.
void pass_idle_time(Stage& stage) {
  stage.pass_seconds(31);
  stage.settle();
  stage.pass_seconds(1);
  REQUIRE(stage.registry().stats().documents == 0);
}

}  // namespace

TEST_CASE("pains 1 and 7: documents that were opened and left leave no memory behind") {
  Stage stage;
  int opened = 0;
  const auto open_and_leave = [&](int thousands) {
    for (int i = 0; i < thousands * 1000; ++i) {
      Link link(stage, "document " + std::to_string(opened++));
      link.give(MessageKind::step1, Bytes{0});
      link.give(MessageKind::awareness, awareness(7, 1, "{}"));
      stage.settle();
      REQUIRE(link.kinds().starts_with("step1"));
      if (opened % 1000 == 0) {
        link.drop();
        pass_idle_time(stage);
      }
    }
  };
  open_and_leave(2);
  const std::size_t before = allocated_bytes();
  open_and_leave(10);
  REQUIRE(allocated_bytes() < before + kSlack);
}

TEST_CASE("pain 2: a storm of loads that are refused leaves no memory behind") {
  persistence::StoreLimits store_limits;
  store_limits.queue_count_max = 1;
  Stage stage({}, store_limits);
  Link loading(stage, "the one that the store is busy with");
  int opened = 0;
  const auto storm = [&](int count) {
    for (int i = 0; i < count; ++i) {
      Link link(stage, "document " + std::to_string(opened++));
      link.give(MessageKind::step1, Bytes{0});
      REQUIRE(link.close_code() == 1013);
    }
    stage.pass_seconds(1);
    REQUIRE(stage.registry().stats().documents == 1);
  };
  for (int i = 0; i < 2; ++i) storm(1000);
  const std::size_t before = allocated_bytes();
  for (int i = 0; i < 10; ++i) storm(1000);
  REQUIRE(allocated_bytes() < before + kSlack);
  stage.settle();
  REQUIRE(loading.kinds() == "step1");
  REQUIRE(stage.registry().environment().counters->loads_failed == 12'000);
}

TEST_CASE("pain 3: awareness that comes and comes leaves no memory behind") {
  Stage stage;
  Link speaker(stage, "room");
  Link listener(stage, "room");
  stage.settle();
  std::uint64_t clock = 0;
  const auto speak = [&](int thousands) {
    for (int i = 0; i < thousands * 1000; ++i) {
      speaker.give(MessageKind::awareness, awareness(7, ++clock, R"({"cursor":7})"));
      if (i % 100 == 0) {
        speaker.take();
        listener.take();
      }
    }
    speaker.take();
    REQUIRE(listener.kinds().ends_with("awareness"));
  };
  speak(5);
  const std::size_t before = allocated_bytes();
  speak(100);
  REQUIRE(allocated_bytes() < before + kSlack);
}

}  // namespace weft::server::test
