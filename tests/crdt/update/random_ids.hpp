// Id sets and id maps drawn at random. Source: createRandomIdSet and createRandomIdMap of @y/y 14's
// testHelper.js.
#pragma once

#include <random>

#include <weft/id_map.hpp>
#include <weft/id_set.hpp>

namespace weft::test {

inline std::uint64_t draw(std::mt19937& chance, std::uint64_t from, std::uint64_t to) {
  return std::uniform_int_distribution<std::uint64_t>(from, to)(chance);
}

inline IdSet random_id_set(std::mt19937& chance, std::uint64_t clients, Clock clocks) {
  IdSet set;
  for (std::uint64_t i = 0; i < (clients * clocks + 4) / 5; ++i) {
    const ClientId client = draw(chance, 0, clients - 1);
    const Clock clock = draw(chance, 0, clocks);
    if (const Clock length = draw(chance, 0, clocks - clock); length > 0) {
      set.add(client, clock, length);
    }
  }
  if (set.clients().size() == clients && clients > 1 && draw(chance, 0, 1) == 1) {
    set.clients().erase(draw(chance, 0, clients));
  }
  return set;
}

inline IdMap random_id_map(std::mt19937& chance, std::uint64_t clients, Clock clocks,
                           const std::vector<Value>& choices) {
  IdMap map;
  for (std::uint64_t i = 0; i < (clients * clocks + 4) / 5; ++i) {
    const ClientId client = draw(chance, 0, clients - 1);
    const Clock clock = draw(chance, 0, clocks);
    const Clock length = draw(chance, 0, clocks - clock);
    ContentAttributes attributes;
    const auto choose = [&] { return choices[draw(chance, 0, choices.size() - 1)]; };
    if (!choices.empty()) {
      const Value first = choose();
      attributes.push_back(make_attribute("", first));
      if (draw(chance, 0, 1) == 1) {
        if (const Value second = choose(); second != first) {
          attributes.push_back(make_attribute("", second));
        }
      }
    }
    map.add(client, clock, length, std::move(attributes));
  }
  return map;
}

}  // namespace weft::test
