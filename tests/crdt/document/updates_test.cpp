// Updates: the tests of Yjs (tests/updates.tests.js, encoding.tests.js)
// and @y/y 14, named after their functions, with the same expectations in both encodings.
#include <catch2/catch.hpp>

#include <weft/content_ids.hpp>
#include <weft/doc.hpp>
#include <weft/inspect.hpp>
#include <weft/update.hpp>

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test

namespace {

using Updates = std::vector<Bytes>;

Updates slice(const Updates& updates, std::size_t from, std::size_t to) {
  return {updates.begin() + static_cast<std::ptrdiff_t>(from),
          updates.begin() + static_cast<std::ptrdiff_t>(to)};
}

// Three ways to merge: in both encodings, and through a document.
struct Way {
  const char* name;
  Encoding encoding;
  bool by_document;

  Bytes merge(const Updates& updates) const {
    if (by_document) {
      Doc doc({.client_id = 77, .gc = false});
      for (const Bytes& update : updates) REQUIRE(doc.apply_update(update, encoding));
      return doc.encode_state_as_update({}, encoding);
    }
    const std::vector<ByteView> views(updates.begin(), updates.end());
    return merge_updates(views, encoding).value();
  }
  Bytes diff(const Bytes& update, const StateVector& since) const {
    if (!by_document) return diff_update(update, since, encoding).value();
    Doc doc({.client_id = 77, .gc = false});
    REQUIRE(doc.apply_update(update, encoding));
    return doc.encode_state_as_update(since, encoding);
  }
};

constexpr Way kWays[] = {{"V1", Encoding::v1, false},
                         {"V2", Encoding::v2, false},
                         {"through a document", Encoding::v2, true}};

template <typename Edit>
void edit(Doc& doc, Edit body) {
  Transaction txn = doc.transact();
  REQUIRE(body(txn));
}

void insert(Doc& doc, std::string_view root, std::uint32_t at, const std::vector<Value>& values) {
  Array array = doc.array(root);
  edit(doc, [&](Transaction& txn) { return array.insert(txn, at, values); });
}

// Yjs checkUpdateCases: however the updates are merged, the document and what is told of it are the
// same. REQUIRES: at least four updates.
void check_update_cases(const Doc& doc, const Updates& updates, const Way& way) {
  Updates cases;
  cases.push_back(way.merge(updates));
  cases.push_back(
      way.merge({way.merge(slice(updates, 2, updates.size())), way.merge(slice(updates, 0, 2))}));
  cases.push_back(way.merge(
      {way.merge(slice(updates, 2, updates.size())), way.merge(slice(updates, 1, 3)), updates[0]}));
  cases.push_back(
      way.merge({way.merge({updates[0], updates[2]}), way.merge({updates[1], updates[3]}),
                 way.merge(slice(updates, 4, updates.size()))}));
  cases.push_back(way.merge(cases));
  for (const Bytes& merged : cases) {
    Doc made({.client_id = 9, .gc = false});
    REQUIRE(made.apply_update(merged, way.encoding));
    Doc copy({.client_id = 8, .gc = false});
    REQUIRE(copy.apply_update(doc.encode_state_as_update()));
    CHECK(made.array("").to_json() == copy.array("").to_json());
    CHECK(made.encode_state_vector() ==
          encode_state_vector_from_update(merged, way.encoding).value());
    const UpdateMeta meta = parse_update_meta(merged, way.encoding).value();
    CHECK(meta.to == made.state_vector());
    for (const auto& [client, clock] : meta.from.entries()) CHECK(clock == 0);
    if (way.encoding == Encoding::v1) continue;
    for (std::size_t cut = 1; cut < updates.size(); ++cut) {
      const Bytes part = way.merge(slice(updates, cut, updates.size()));
      const auto since =
          state_vector_from_update(kWays[1].merge(slice(updates, 0, cut)), Encoding::v2).value();
      const UpdateMeta expected = parse_update_meta(part, way.encoding).value();
      const UpdateMeta found = parse_update_meta(way.diff(merged, since), way.encoding).value();
      CHECK(found.from == expected.from);
      CHECK(found.to == expected.to);
    }
  }
}

// One edit for each update that `doc` then emitted, in the encoding of `way`.
template <typename Edits>
void check_merging(Edits edits) {
  for (const Way& way : kWays) {
    INFO(way.name);
    Doc doc({.client_id = 1, .gc = false});
    Updates updates;
    const auto subscription = doc.on_update(
        [&](const UpdateEvent& event) {
          updates.emplace_back(event.update.begin(), event.update.end());
        },
        way.encoding);
    edits(doc);
    check_update_cases(doc, updates, way);
  }
}

}  // namespace

TEST_CASE("testMergeUpdates") {
  for (const Way& way : kWays) {
    Doc a({.client_id = 0});
    Doc b({.client_id = 1});
    insert(a, "array", 0, {1});
    insert(b, "array", 0, {2});
    const Updates updates{a.encode_state_as_update({}, way.encoding),
                          b.encode_state_as_update({}, way.encoding)};
    Doc merged({.client_id = 2});
    REQUIRE(merged.apply_update(way.merge(updates), way.encoding));
    CHECK(merged.array("array").to_json().to_json() == "[1,2]");
  }
}

TEST_CASE("testKeyEncoding") {
  Doc doc({.client_id = 0});
  Text text = doc.text("text");
  const Attributes italic{{"italic", true}};
  edit(doc, [&](Transaction& txn) { return text.insert(txn, 0, "a", italic); });
  edit(doc, [&](Transaction& txn) { return text.insert(txn, 0, "b"); });
  edit(doc, [&](Transaction& txn) { return text.insert(txn, 0, "c", italic); });
  Doc other({.client_id = 1});
  REQUIRE(other.apply_update(doc.encode_state_as_update({}, Encoding::v2), Encoding::v2));
  CHECK(other.text("text").to_delta().to_json() ==
        R"([{"insert":"c","attributes":{"italic":true}},{"insert":"b"},)"
        R"({"insert":"a","attributes":{"italic":true}}])");
}

TEST_CASE("testMergeUpdates1") {
  check_merging([](Doc& doc) {
    for (const int value : {1, 2, 3, 4}) insert(doc, "", 0, {value});
  });
}

TEST_CASE("testMergeUpdates2") {
  check_merging([](Doc& doc) {
    Array array = doc.array("");
    insert(doc, "", 0, {1, 2});
    edit(doc, [&](Transaction& txn) { return array.remove(txn, 1, 1); });
    insert(doc, "", 0, {3, 4});
    edit(doc, [&](Transaction& txn) { return array.remove(txn, 1, 2); });
  });
}

TEST_CASE("testMergeUpdatesStressTest") {
  constexpr ClientId kClients = 100;
  constexpr int kValues = 100;
  Updates updates;
  Bytes state;
  for (ClientId client = 0; client < kClients; ++client) {
    Doc doc({.client_id = client, .gc = false});
    if (client > 0) REQUIRE(doc.apply_update(state));
    const auto subscription = doc.on_update([&](const UpdateEvent& event) {
      updates.emplace_back(event.update.begin(), event.update.end());
    });
    Array array = doc.array("");
    for (int i = 0; i < kValues; ++i) {
      edit(doc, [&](Transaction& txn) { return array.push(txn, std::vector<Value>{i}); });
    }
    state = doc.encode_state_as_update();
  }
  REQUIRE(updates.size() == kClients * kValues);
  Doc one_by_one({.client_id = 200});
  for (const Bytes& update : updates) REQUIRE(one_by_one.apply_update(update));
  Doc at_once({.client_id = 200});
  REQUIRE(at_once.apply_update(kWays[0].merge(updates)));
  CHECK(at_once.encode_state_as_update() == one_by_one.encode_state_as_update());
  CHECK(at_once.array("").length() == kClients * kValues);
}

TEST_CASE("testMergePendingUpdates") {
  Doc doc({.client_id = 1});
  Updates updates;
  const auto subscription = doc.on_update([&](const UpdateEvent& event) {
    updates.emplace_back(event.update.begin(), event.update.end());
  });
  Text text = doc.text("textBlock");
  for (const char* letter : {"r", "o", "n", "e", "n"}) {
    edit(doc, [&](Transaction& txn) { return text.apply_delta(txn, Delta().insert(letter)); });
  }
  // Each document starts with the state of the one before, what waits included.
  Bytes state = empty_update();
  for (const std::size_t next : {0U, 1U, 3U, 2U, 4U}) {
    Doc server({.client_id = 2});
    REQUIRE(server.apply_update(state));
    REQUIRE(server.apply_update(updates[next]));
    CHECK(server.has_pending() == (next == 3));
    state = server.encode_state_as_update();
  }
  Doc last({.client_id = 3});
  REQUIRE(last.apply_update(state));
  CHECK(last.text("textBlock").to_string() == "nenor");
}

TEST_CASE("testObfuscateUpdates") {
  Doc doc({.client_id = 1});
  {
    Transaction txn = doc.transact();
    REQUIRE(doc.text("text").apply_delta(
        txn, Delta()
                 .insert("text", {{"bold", true}})
                 .insert_embed(ValueObject{{"href", "supersecreturl"}})));
    REQUIRE(doc.map("map").set(txn, "key", "secret1"));
    REQUIRE(doc.map("map").set(txn, "key", "secret2"));
    REQUIRE(doc.array("array").insert(
        txn, 0,
        std::vector<Content>{"teststring", 42,
                             Prelim::xml_element("secretnodename", {}, {{"attr", "val"}}),
                             SubDocOptions{.guid = "secret"}}));
  }
  const Bytes obfuscated = obfuscate_update(doc.encode_state_as_update()).value();
  Doc other({.client_id = 2});
  REQUIRE(other.apply_update(obfuscated));
  const Delta delta = other.text("text").to_delta();
  REQUIRE(delta.ops.size() == 2);
  const auto& insert = std::get<DeltaInsert>(delta.ops[0]);
  const auto& text = std::get<std::string>(insert.content);
  CHECK(text.size() == 4);
  CHECK(text != "text");
  REQUIRE(insert.attributes.size() == 1);
  CHECK(insert.attributes[0].first != "bold");
  CHECK(std::get<DeltaInsert>(delta.ops[1]).attributes.empty());
  CHECK(other.map("map").size() == 1);
  CHECK_FALSE(other.map("map").has("key"));
  const Array array = other.array("array");
  REQUIRE(array.length() == 4);
  CHECK_FALSE(std::get<Value>(array.get(0)) == Value("teststring"));
  CHECK_FALSE(std::get<Value>(array.get(1)) == Value(42));
  const XmlElement element = *as<XmlElement>(array.get(2));
  CHECK(element.node_name() != "secretnodename");
  CHECK(element.attributes().size() == 1);
  CHECK_FALSE(element.has_attribute("attr"));
  CHECK(std::get<SubDoc>(array.get(3)).guid() != "secret");
}

TEST_CASE("testDiffStateVectorOfUpdateIsEmpty") {
  Doc doc({.client_id = 1});
  Text text = doc.text("");
  edit(doc, [&](Transaction& txn) { return text.insert(txn, 0, "a"); });
  Bytes vector;
  const auto subscription = doc.on_update([&](const UpdateEvent& event) {
    vector = encode_state_vector_from_update(event.update).value();
  });
  // What came before is missing.
  edit(doc, [&](Transaction& txn) { return text.insert(txn, 0, "a"); });
  CHECK(vector == Bytes{0});
}

TEST_CASE("testDiffStateVectorOfUpdateIgnoresSkips") {
  Doc doc({.client_id = 1});
  Updates updates;
  const auto subscription = doc.on_update([&](const UpdateEvent& event) {
    updates.emplace_back(event.update.begin(), event.update.end());
  });
  for (const char* letter : {"a", "b", "c"}) {
    edit(doc, [&](Transaction& txn) { return doc.text("").insert(txn, 0, letter); });
  }
  const Bytes merged = kWays[0].merge({updates[0], updates[2]});
  CHECK(encode_state_vector_from_update(merged).value() == Bytes{1, 1, 1});
}

TEST_CASE("testIntersectDoc") {
  Doc doc({.client_id = 1, .gc = false});
  edit(doc, [&](Transaction& txn) { return doc.map("").set(txn, "k", 1); });
  const ContentIds before = content_ids_from_doc(doc);
  edit(doc, [&](Transaction& txn) { return doc.map("").set(txn, "k", 2); });
  Doc made({.client_id = 2});
  REQUIRE(made.apply_update(intersect_update(doc.encode_state_as_update(), before).value()));
  CHECK(std::get<Value>(made.map("").get("k")) == Value(1));
}

TEST_CASE("testIntersectSparseContentIds") {
  Doc doc({.client_id = 5});
  {
    Transaction txn = doc.transact();
    for (int i = 0; i < 10; ++i) REQUIRE(doc.map("m").set(txn, "k" + std::to_string(i), i));
  }
  const Bytes update = doc.encode_state_as_update();
  const auto chosen = [&](std::vector<std::pair<Clock, Clock>> ranges) {
    ContentIds ids;
    for (const auto& [clock, length] : ranges) ids.inserts.add(5, clock, length);
    const Bytes chunk = intersect_update(update, ids).value();
    return content_ids_from_update(chunk).value().inserts == ids.inserts ? chunk : Bytes{};
  };
  CHECK_FALSE(chosen({{5, 2}}).empty());
  CHECK_FALSE(chosen({{1, 2}, {7, 1}}).empty());
  CHECK(chosen({{0, 10}}) == update);
}

TEST_CASE("texts longer than what is written at once are the same in both encodings") {
  Doc doc({.client_id = 1});
  for (std::size_t i = 0; i < 40; ++i) {
    Transaction txn = doc.transact();
    const std::string text(i < 30 ? 200 : 3000, static_cast<char>('a' + i % 26));
    REQUIRE(doc.text("t").insert(txn, 0, text));
  }
  const Bytes v1 = doc.encode_state_as_update();
  const Bytes v2 = doc.encode_state_as_update({}, Encoding::v2);
  CHECK(convert_update(v1, Encoding::v1, Encoding::v2).value() == v2);
  CHECK(convert_update(v2, Encoding::v2, Encoding::v1).value() == v1);
}

TEST_CASE("short updates of many structs are merged the same in both encodings") {
  Doc doc({.client_id = 1});
  Updates outer;
  Updates inner;
  const auto subscription = doc.on_update([&](const UpdateEvent& event) {
    const auto end = doc.state_vector().get(1);
    Updates& part = end > 300 && end <= 600 ? inner : outer;
    part.emplace_back(event.update.begin(), event.update.end());
  });
  for (int i = 0; i < 900; ++i) {
    Transaction txn = doc.transact();
    REQUIRE(doc.text("t").insert(txn, 0, "x"));
  }
  Updates v1;
  Updates v2;
  for (const Updates& part : {outer, inner}) {
    v1.push_back(merge_updates(std::vector<ByteView>(part.begin(), part.end())).value());
    v2.push_back(convert_update(v1.back(), Encoding::v1, Encoding::v2).value());
    CHECK(v2.back().size() < 1024);
  }
  const Bytes merged = merge_updates(std::vector<ByteView>(v1.begin(), v1.end())).value();
  const std::vector<ByteView> views(v2.begin(), v2.end());
  CHECK(merge_updates(views, Encoding::v2).value() ==
        convert_update(merged, Encoding::v1, Encoding::v2).value());
  Doc whole({.client_id = 2});
  REQUIRE(whole.apply_update(merged));
  CHECK(whole.text("t").length() == 900);
}
