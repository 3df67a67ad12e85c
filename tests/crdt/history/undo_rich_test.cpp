// Undo and redo of formats, XML and embedded types: the tests of Yjs
// (tests/undo-redo.tests.js) under the names of its functions.
#include <weft/undo.hpp>

#include "edits.hpp"

using namespace weft;        // NOLINT(google-build-using-namespace): the room under test
using namespace weft::test;  // NOLINT(google-build-using-namespace): its edits

namespace {

constexpr std::uint64_t kUser = 7;  // an origin

void format(Doc& doc, Text text, std::uint32_t index, std::uint32_t length,
            const Attributes& attributes) {
  edit(doc, [&](Transaction& txn) { REQUIRE(text.format(txn, index, length, attributes)); });
}

void set_attribute(Doc& doc, XmlElement element, std::string_view name, std::string_view value) {
  edit(
      doc, [&](Transaction& txn) { REQUIRE(element.set_attribute(txn, name, value)); }, kUser);
}

XmlElement first_element(const XmlFragment& fragment) { return *as<XmlElement>(fragment.get(0)); }

std::string delta_of(const Text& text) { return text.to_delta().to_json(); }

void check(const Doc& doc) { CHECK(doc.check_invariants() == ""); }

}  // namespace

TEST_CASE("testInconsistentFormat") {
  const auto check_merge = [](Doc& doc) {
    const XmlText text = doc.xml_text("text");
    format(doc, text, 0, 6, {{"bold", nullptr}});
    format(doc, text, 6, 4, {{"type", "text"}});
    CHECK(delta_of(text) == R"([{"insert":"Merge Test","attributes":{"type":"text"}},)"
                            R"({"insert":" After","attributes":{"type":"text","italic":true}}])");
    check(doc);
  };
  const auto fill = [](Doc& doc) {
    XmlText text = doc.xml_text("text");
    const auto insert = [&](std::string_view content, const Attributes& attributes) {
      edit(doc, [&](Transaction& txn) { REQUIRE(text.insert(txn, 0, content, attributes)); });
    };
    insert(" After", {{"type", "text"}, {"italic", true}});
    insert("Test", {{"type", "text"}});
    insert("Merge ", {{"type", "text"}, {"bold", true}});
  };
  Doc doc({.client_id = 1, .gc = false});
  fill(doc);
  Doc other({.client_id = 2, .gc = false});
  send(doc, other);
  check_merge(doc);
  check_merge(other);
}

TEST_CASE("testUndoXml") {
  Doc doc({.client_id = 0});
  XmlElement xml = doc.xml_element("xml");
  UndoManager manager(doc, {xml});
  edit(doc, [&](Transaction& txn) { REQUIRE(xml.insert(txn, 0, {Prelim::xml_element("p")})); });
  edit(doc, [&](Transaction& txn) {
    REQUIRE(first_element(xml).insert(txn, 0, {Prelim::xml_text("content")}));
  });
  CHECK(xml.to_string() == "<undefined><p>content</p></undefined>");
  manager.stop_capturing();
  const auto text = as<XmlText>(first_element(xml).get(0));
  format(doc, *text, 3, 4, {{"bold", ValueObject{}}});
  constexpr const char* kBold = "<undefined><p>con<bold>tent</bold></p></undefined>";
  CHECK(xml.to_string() == kBold);
  manager.undo();
  CHECK(xml.to_string() == "<undefined><p>content</p></undefined>");
  manager.redo();
  CHECK(xml.to_string() == kBold);
  edit(doc, [&](Transaction& txn) { REQUIRE(xml.remove(txn, 0, 1)); });
  CHECK(xml.to_string() == "<undefined></undefined>");
  manager.undo();
  CHECK(xml.to_string() == kBold);
  check(doc);
}

TEST_CASE("testUndoText") {
  Doc doc({.client_id = 0});
  Text text = doc.text("text");
  UndoManager manager(doc, {text});
  insert(doc, text, 0, "bcxyz");
  manager.stop_capturing();
  format(doc, text, 1, 3, {{"bold", true}});
  constexpr const char* kBold =
      R"([{"insert":"b"},{"insert":"cxy","attributes":{"bold":true}},{"insert":"z"}])";
  CHECK(delta_of(text) == kBold);
  manager.undo();
  CHECK(delta_of(text) == R"([{"insert":"bcxyz"}])");
  manager.redo();
  CHECK(delta_of(text) == kBold);
  check(doc);
}

TEST_CASE("testUndoInEmbed") {
  Doc doc({.client_id = 0});
  Text text = doc.text("text");
  UndoManager manager(doc, {text});
  manager.stop_capturing();
  std::optional<Text> nested;
  edit(doc, [&](Transaction& txn) {
    nested = text.insert_type(txn, 0, TypeKind::text, {{"bold", true}})->as<Text>();
    REQUIRE(nested->insert(txn, 0, "initial text"));
  });
  manager.stop_capturing();
  remove(doc, *nested, 0, nested->length());
  insert(doc, *nested, 0, "other text");
  CHECK(nested->to_string() == "other text");
  manager.undo();
  CHECK(nested->to_string() == "initial text");
  manager.undo();
  CHECK(text.length() == 0);
  check(doc);
}

TEST_CASE("testUndoXmlBug") {
  Doc doc;
  XmlFragment fragment = doc.xml_fragment("t");
  UndoManager manager(doc, {fragment}, {.capture_timeout = 0, .tracked_origins = {kUser}});
  edit(
      doc,
      [&](Transaction& txn) {
        REQUIRE(
            fragment.push(txn, {Prelim::xml_element("test-node", {}, {{"a", "100"}, {"b", "0"}})}));
      },
      kUser);
  set_attribute(doc, first_element(fragment), "a", "200");
  edit(
      doc,
      [&](Transaction& txn) {
        XmlElement element = first_element(fragment);
        REQUIRE(element.set_attribute(txn, "a", "180"));
        REQUIRE(element.set_attribute(txn, "b", "50"));
      },
      kUser);
  for (int i = 0; i < 3; ++i) manager.undo();
  CHECK(fragment.length() == 0);
  for (int i = 0; i < 3; ++i) manager.redo();
  CHECK(fragment.to_string() == R"(<test-node a="180" b="50"></test-node>)");
  check(doc);
}

TEST_CASE("testUndoDeleteTextFormat") {
  Doc doc({.client_id = 1});
  Text text = doc.text("");
  insert(doc, text, 0, "Attack ships on fire off the shoulder of Orion.");
  Doc other({.client_id = 2});
  send(doc, other);
  UndoManager manager(doc, {text});
  format(doc, text, 13, 7, {{"bold", true}});
  manager.stop_capturing();
  send(doc, other);
  format(doc, text, 16, 4, {{"bold", nullptr}});
  manager.stop_capturing();
  send(doc, other);
  manager.undo();
  send(doc, other);
  constexpr const char* kExpected =
      R"([{"insert":"Attack ships "},{"insert":"on fire","attributes":{"bold":true}},)"
      R"({"insert":" off the shoulder of Orion."}])";
  CHECK(delta_of(text) == kExpected);
  CHECK(delta_of(other.text("")) == kExpected);
}

TEST_CASE("testSpecialDeletionCase") {
  Doc doc;
  XmlFragment fragment = doc.xml_fragment("");
  UndoManager manager(doc, {fragment}, {.tracked_origins = {kUser}});
  edit(doc, [&](Transaction& txn) {
    REQUIRE(fragment.insert(txn, 0, {Prelim::xml_element("test", {}, {{"a", "1"}, {"b", "2"}})}));
  });
  constexpr const char* kWhole = R"(<test a="1" b="2"></test>)";
  CHECK(fragment.to_string() == kWhole);
  edit(
      doc,
      [&](Transaction& txn) {
        REQUIRE(first_element(fragment).set_attribute(txn, "b", "3"));
        REQUIRE(fragment.remove(txn, 0));
      },
      kUser);
  CHECK(fragment.to_string().empty());
  manager.undo();
  CHECK(fragment.to_string() == kWhole);
  check(doc);
}

TEST_CASE("testUndoSetAttributeAndDeleteSyncsAttributes (14: testUndoEmbeddedTypeAttribute)") {
  Doc doc({.client_id = 1});
  XmlText root = doc.xml_text("sharedRoot");
  edit(doc, [&](Transaction& txn) {
    auto button = *root.insert_type(txn, 0, TypeKind::xml_text)->as<XmlText>();
    REQUIRE(button.set_attribute(txn, "type", "button"));
    REQUIRE(button.set_attribute(txn, "test", true));
    REQUIRE(button.insert(txn, 0, "Click me"));
  });
  const auto embedded = [](const XmlText& text) {
    const Delta delta = text.to_delta();
    REQUIRE(delta.ops.size() == 1);
    const auto& content = std::get<DeltaInsert>(delta.ops[0]).content;
    return *std::get<SharedType>(content).as<XmlText>();
  };
  UndoManager manager(doc, {root});
  manager.stop_capturing();
  edit(doc,
       [&](Transaction& txn) { REQUIRE(embedded(root).set_attribute(txn, "type", "paragraph")); });
  remove(doc, root, 0, 1);
  manager.undo();
  Doc remote({.client_id = 2});
  REQUIRE(remote.apply_update(doc.encode_state_as_update({}, Encoding::v2), Encoding::v2));
  for (Doc* each : {&doc, &remote}) {
    const XmlText button = embedded(each->xml_text("sharedRoot"));
    CHECK(std::get<Value>(button.get_attribute("type")) == Value("button"));
    CHECK(std::get<Value>(button.get_attribute("test")) == Value(true));
    CHECK(button.get_attributes().size() == 2);
    CHECK(button.to_string() == "Click me");
  }
}
