// Going back to a version, over documents of all types that several clients have edited: what
// collected its garbage shows again what it showed, and clients that never collect agree.
#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

#include <weft/array.hpp>
#include <weft/doc.hpp>
#include <weft/map.hpp>
#include <weft/text.hpp>
#include <weft/update.hpp>
#include <weft/xml.hpp>

#include "session/version_edits.hpp"

namespace weft::server::test {

namespace {

using session::State;

// Keys stand in the order of their first values, which an edit cannot set back.
Value by_key(Value value) {
  if (auto* members = std::get_if<ValueObject>(&value.variant())) {
    std::ranges::sort(*members, {}, &ValueObject::value_type::first);
    for (auto& [key, member] : *members) member = by_key(std::move(member));
  }
  return value;
}

// A delta cuts a text where formats that have no effect stand.
Value joined(const Delta& delta) {
  ValueArray pieces;
  const Value ops = delta.to_value();
  for (const Value& op : *ops.get_if<ValueArray>()) {
    const Value* insert = op.find("insert");
    const Value* attributes = op.find("attributes");
    const Value format = attributes != nullptr ? by_key(*attributes) : Value();
    ValueArray* last = pieces.empty() ? nullptr : std::get_if<ValueArray>(&pieces.back().variant());
    if (last != nullptr && last->at(1) == format) {
      last->at(0) = *last->at(0).get_if<std::string>() + *insert->get_if<std::string>();
    } else {
      pieces.emplace_back(ValueArray{*insert, format});
    }
  }
  return Value(std::move(pieces));
}

/// All contents, formats and attributes included.
std::string contents(Doc& doc) {
  ValueObject all;
  all.emplace_back("text", joined(doc.text("text").to_delta()));
  all.emplace_back("map", by_key(doc.map("map").to_json()));
  all.emplace_back("array", doc.array("array").to_json());
  all.emplace_back("xml", Value(doc.xml_fragment("xml").to_string()));
  return Value(std::move(all)).to_json();
}

std::string contents(const Bytes& state) {
  Doc doc;
  REQUIRE(doc.apply_update(state));
  return contents(doc);
}

/// Some clients of one document, whose edits reach the others now and then.
class Clients {
 public:
  explicit Clients(std::uint64_t seed) : random_(seed) {
    for (ClientId id = 1; id <= 3; ++id) docs_.emplace_back(DocOptions{.client_id = id});
  }

  void edit(int count) {
    for (int i = 0; i < count; ++i) {
      Doc& doc = docs_[below(docs_.size())];
      switch (below(10)) {
        case 0:
        case 1:
        case 2:
          edit_text(doc);
          break;
        case 3:
          format_text(doc);
          break;
        case 4:
        case 5:
          edit_map(doc);
          break;
        case 6:
        case 7:
          edit_array(doc);
          break;
        case 8:
          edit_xml(doc);
          break;
        default:
          meet();
      }
    }
    meet();
  }

  Bytes state() const { return docs_[0].encode_state_as_update(); }
  Bytes state_v2() const { return docs_[0].encode_state_as_update({}, Encoding::v2); }
  void take(const Bytes& update) {
    for (Doc& doc : docs_) REQUIRE(doc.apply_update(update));
  }
  std::vector<Doc>& docs() { return docs_; }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  std::uint32_t at_most(std::uint32_t bound) {
    return static_cast<std::uint32_t>(random_() % (std::uint64_t{bound} + 1));
  }
  std::string word() {
    std::string out;
    for (std::size_t i = below(5) + 1; i-- > 0;) out.push_back(static_cast<char>('a' + below(26)));
    return out;
  }

  // Twice, so that everybody has everybody's.
  void meet() {
    for (int round = 0; round < 2; ++round) {
      for (Doc& from : docs_) {
        for (Doc& to : docs_) {
          if (&from != &to)
            REQUIRE(to.apply_update(from.encode_state_as_update(to.state_vector())));
        }
      }
    }
  }

  void edit_text(Doc& doc) {
    Text text = doc.text("text");
    Transaction txn = doc.transact();
    if (below(3) > 0 || text.length() == 0) {
      REQUIRE(text.insert(txn, at_most(text.length()), word()));
    } else {
      const std::uint32_t at = at_most(text.length() - 1);
      REQUIRE(text.remove(txn, at, std::min(text.length() - at, at_most(6) + 1)));
    }
  }
  void format_text(Doc& doc) {
    Text text = doc.text("text");
    if (text.length() == 0) return;
    Transaction txn = doc.transact();
    const std::uint32_t at = at_most(text.length() - 1);
    const std::uint32_t length = std::min(text.length() - at, at_most(8) + 1);
    const Value on = below(2) == 0 ? Value(true) : Value(Null{});
    REQUIRE(text.format(txn, at, length, {{below(2) == 0 ? "bold" : "em", on}}));
  }
  void edit_map(Doc& doc) {
    Map map = doc.map("map");
    const std::string key = below(2) == 0 ? "one" : "two";
    Transaction txn = doc.transact();
    switch (below(4)) {
      case 0:
        REQUIRE(map.remove(txn, key));
        break;
      case 1: {
        auto nested = map.set_type<Map>(txn, key);
        REQUIRE(nested);
        REQUIRE(nested->set(txn, "inner", word()));
        break;
      }
      case 2:
        if (auto nested = as<Map>(map.get(key))) {
          REQUIRE(nested->set(txn, word(), static_cast<double>(below(100))));
          break;
        }
        [[fallthrough]];
      default:
        REQUIRE(map.set(txn, key, word()));
    }
  }
  void edit_array(Doc& doc) {
    Array array = doc.array("array");
    Transaction txn = doc.transact();
    if (below(3) == 0 && array.length() > 0) {
      const std::uint32_t at = at_most(array.length() - 1);
      REQUIRE(array.remove(txn, at, std::min(array.length() - at, at_most(2) + 1)));
    } else if (below(3) == 0) {
      auto nested = array.insert_type<Array>(txn, at_most(array.length()));
      REQUIRE(nested);
      REQUIRE(nested->insert(txn, 0, std::vector<Content>{word(), word()}));
    } else {
      REQUIRE(array.insert(txn, at_most(array.length()),
                           std::vector<Content>{static_cast<double>(below(1000))}));
    }
  }
  void edit_xml(Doc& doc) {
    XmlFragment xml = doc.xml_fragment("xml");
    Transaction txn = doc.transact();
    if (below(3) == 0 && xml.length() > 0) {
      REQUIRE(xml.remove(txn, at_most(xml.length() - 1), 1));
      return;
    }
    auto paragraph = xml.insert_element(txn, at_most(xml.length()), "p");
    REQUIRE(paragraph);
    REQUIRE(paragraph->set_attribute(txn, "id", word()));
    auto text = paragraph->insert_text(txn, 0);
    REQUIRE(text);
    REQUIRE(text->insert(txn, 0, word()));
  }

  std::mt19937_64 random_;
  std::vector<Doc> docs_;
};

Bytes restoring(const State& version, const Bytes& present, ClientId id) {
  auto edit = session::restoring_update(version, {present, Encoding::v1}, id, 5);
  REQUIRE(edit);
  return std::move(*edit);
}

}  // namespace

TEST_CASE("documents of all types go back to any of their versions, and forth again") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Clients clients(seed);
    std::vector<std::pair<Bytes, std::string>> versions;
    for (int i = 0; i < 4; ++i) {
      clients.edit(25);
      versions.emplace_back(clients.state_v2(), contents(clients.docs()[0]));
    }
    ClientId id = 100;
    for (const std::size_t back : {2U, 0U, 3U, 1U}) {
      CAPTURE(back);
      const auto& [state, shown] = versions[back];
      clients.take(restoring({state, Encoding::v2}, clients.state(), ++id));
      for (Doc& doc : clients.docs()) {
        CHECK(contents(doc) == shown);
        CHECK(doc.check_invariants() == "");
      }
      CHECK(contents(clients.state()) == shown);
      // A second time there is nothing to do, but for what came back under new ids.
      clients.edit(5);
    }
    CHECK(clients.docs()[0].encode_state_as_update() == clients.docs()[1].encode_state_as_update());
  }
}

TEST_CASE("what did not change since a version is left as it is") {
  Doc doc({.client_id = 1});
  Text text = doc.text("text");
  {
    Transaction txn = doc.transact();
    REQUIRE(text.insert(txn, 0, "one two three"));
  }
  const Bytes version = doc.encode_state_as_update();
  CHECK(restoring({version, Encoding::v1}, version, 9) == empty_update());
  {
    Transaction txn = doc.transact();
    REQUIRE(text.remove(txn, 4, 4));
  }
  const Bytes edit = restoring({version, Encoding::v1}, doc.encode_state_as_update(), 9);
  const auto ids = content_ids_from_update(edit);
  REQUIRE(ids);
  CHECK(ids->deletes.empty());
  REQUIRE(ids->inserts.clients().size() == 1);
  CHECK(ids->inserts.clients().begin()->second == std::vector<ClockRange>{{0, 4}});
}

TEST_CASE("a state that is damaged is an error") {
  const Bytes sound = empty_update();
  const Bytes damaged{1, 2, 3};
  CHECK_FALSE(session::restoring_update({damaged, Encoding::v1}, {sound, Encoding::v1}, 1, 1));
  CHECK_FALSE(session::restoring_update({sound, Encoding::v1}, {damaged, Encoding::v2}, 1, 1));
  CHECK_FALSE(session::diff_versions({damaged, Encoding::v1}, {sound, Encoding::v1}, {}, 1));
  CHECK_FALSE(session::contents_of({damaged, Encoding::v1}, 1));
}

}  // namespace weft::server::test
