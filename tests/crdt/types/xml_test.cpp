// XML. The cases named after functions of Yjs's own y-xml.tests.js expect the same.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>

#include "support/hex.hpp"
#include "support/users.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::to_hex;
using weft::test::Users;

namespace {

SharedType type_at(const Element& element) { return std::get<SharedType>(element); }

Element attribute(Users& users, std::size_t user, std::string_view name) {
  return users[user].xml_element("xml").get_attribute(name);
}

}  // namespace

TEST_CASE("attributes hold values of any kind (testCustomTypings)") {
  Doc doc;
  Transaction txn = doc.transact();
  auto xml = doc.map("").set_type<XmlElement>(txn, "yxml", "test").value();
  CHECK(xml.node_name() == "test");
  CHECK(std::holds_alternative<std::monostate>(xml.get_attribute("num")));
  REQUIRE(xml.set_attribute(txn, "num", 5));
  REQUIRE(xml.set_attribute(txn, "object", ValueObject{{"a", 1}}));
  REQUIRE(xml.set_attribute(txn, "list", ValueArray{1, nullptr, "x"}));
  REQUIRE(xml.set_attribute(txn, "10", true));
  REQUIRE(xml.set_attribute(txn, "9", Undefined{}));
  CHECK(std::get<Value>(xml.get_attribute("num")) == Value(5));
  std::string names;
  for (const auto& [name, element] : xml.attributes()) names += name + " ";
  CHECK(names == "9 10 num object list ");
  CHECK(xml.to_string() == R"(<test 10="true" 9="undefined" list="1,,x" num="5" )"
                           R"(object="[object Object]"></test>)");
}

TEST_CASE("an attribute arrives (testSetProperty)") {
  Users users(2);
  users.change(0, [](Doc& doc, Transaction& txn) {
    REQUIRE(doc.xml_element("xml").set_attribute(txn, "height", "10"));
  });
  CHECK(std::get<Value>(attribute(users, 0, "height")) == Value("10"));
  users.flush();
  CHECK(std::get<Value>(attribute(users, 1, "height")) == Value("10"));
  users.compare();
}

TEST_CASE("an attribute is there or not (testHasProperty)") {
  Users users(2);
  users.change(0, [](Doc& doc, Transaction& txn) {
    REQUIRE(doc.xml_element("xml").set_attribute(txn, "height", "10"));
  });
  users.flush();
  for (std::size_t user = 0; user < 2; ++user) {
    CHECK(users[user].xml_element("xml").has_attribute("height"));
  }
  users.change(0, [](Doc& doc, Transaction& txn) {
    REQUIRE(doc.xml_element("xml").remove_attribute(txn, "height"));
  });
  users.flush();
  for (std::size_t user = 0; user < 2; ++user) {
    CHECK(!users[user].xml_element("xml").has_attribute("height"));
  }
  users.compare();
}

TEST_CASE("elements are found by their names (testTreewalker)") {
  Users users(3);
  users.change(0, [](Doc& doc, Transaction& txn) {
    XmlElement xml = doc.xml_element("xml");
    REQUIRE(
        xml.insert(txn, 0,
                   {Prelim::xml_element("p", {Prelim::xml_text("init"), Prelim::xml_text("text")}),
                    Prelim::xml_element("p"), Prelim::xml_element("img")}));
    const auto paragraphs = xml.query_selector_all("p");
    REQUIRE(paragraphs.size() == 2);
    CHECK(SharedType(paragraphs[0]) == type_at(xml.get(0)));
    CHECK(SharedType(paragraphs[1]) == type_at(xml.get(1)));
    REQUIRE(xml.query_selector("P"));
    CHECK(SharedType(*xml.query_selector("P")) == type_at(xml.get(0)));
    CHECK(!xml.query_selector("table"));
    CHECK(!xml.query_selector(""));
  });
  users.compare();
}

TEST_CASE("a walk gives nodes in document order and passes over what is deleted") {
  Doc doc;
  XmlFragment xml = doc.xml_fragment("x");
  CHECK(!xml.tree_walker().next());
  {
    Transaction txn = doc.transact();
    REQUIRE(xml.push(
        txn, {Prelim::xml_element("gone"),
              Prelim::xml_element("a", {Prelim::xml_text("1"),
                                        Prelim::xml_element("b", {Prelim::xml_element("c")})}),
              Prelim::xml_hook("h", {}), Prelim::xml_fragment({Prelim::xml_element("d")}),
              Prelim::xml_element("end")}));
    REQUIRE(xml.remove(txn, 0));
  }
  std::string seen;
  XmlTreeWalker walker = xml.tree_walker();
  while (const auto node = walker.next()) {
    const auto element = node->as<XmlElement>();
    seen += element ? element->node_name() : std::to_string(static_cast<int>(*node->kind()));
    seen += " ";
  }
  CHECK(seen == "a 6 b c 5 4 d end ");
  CHECK(!walker.next());
  // A walk below one node ends there.
  XmlTreeWalker inner = type_at(xml.get(0)).as<XmlElement>()->tree_walker();
  std::size_t count = 0;
  while (inner.next()) ++count;
  CHECK(count == 3);
  // What was the last node is deleted: the walk ends.
  XmlTreeWalker broken = xml.tree_walker();
  REQUIRE(broken.next());
  {
    Transaction txn = doc.transact();
    REQUIRE(xml.remove(txn, 0));
  }
  CHECK(!broken.next());
}

TEST_CASE("a text has attributes (testYtextAttributes)") {
  Doc doc;
  XmlText text = doc.xml_text("");
  Transaction txn = doc.transact();
  REQUIRE(text.set_attribute(txn, "test", 42));
  CHECK(std::get<Value>(text.get_attribute("test")) == Value(42));
  REQUIRE(text.get_attributes().size() == 1);
  CHECK(text.get_attributes()[0].first == "test");
}

TEST_CASE("nodes know those beside them (testSiblings)") {
  Doc doc;
  XmlFragment xml = doc.xml_fragment("");
  Transaction txn = doc.transact();
  CHECK(std::holds_alternative<std::monostate>(xml.first_child()));
  REQUIRE(xml.insert(txn, 0, {Prelim::xml_text(""), Prelim::xml_element("p")}));
  const auto first = type_at(xml.get(0)).as<XmlText>();
  const auto second = type_at(xml.get(1)).as<XmlElement>();
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->next_sibling() == SharedType(*second));
  CHECK(second->prev_sibling() == SharedType(*first));
  CHECK(!first->prev_sibling());
  CHECK(!second->next_sibling());
  CHECK(first->parent() == SharedType(xml));
  CHECK(!xml.parent());
  CHECK(type_at(xml.first_child()) == SharedType(*first));
  REQUIRE(xml.remove(txn, 0));
  CHECK(!second->prev_sibling());
  CHECK(type_at(xml.first_child()) == SharedType(*second));
}

TEST_CASE("nodes are inserted behind others (testInsertafter)") {
  Doc doc;
  XmlFragment xml = doc.xml_fragment("");
  Transaction txn = doc.transact();
  REQUIRE(xml.insert_after(txn, std::nullopt, {Prelim::xml_text(""), Prelim::xml_element("p")}));
  const SharedType first = type_at(xml.get(0));
  auto second = *type_at(xml.get(1)).as<XmlElement>();
  REQUIRE(second.insert_after(txn, std::nullopt, {Prelim::xml_element("span")}));
  const SharedType deep = type_at(second.get(0));
  REQUIRE(second.insert_after(txn, deep, {Prelim::xml_text("x")}));
  REQUIRE(xml.insert_after(txn, second, {Prelim::xml_element("p")}));
  CHECK(xml.length() == 3);
  CHECK(type_at(xml.get(0)) == first);
  CHECK(type_at(xml.get(1)) == SharedType(second));
  CHECK(second.to_string() == "<p><span></span>x</p>");
  // Neither what stands elsewhere nor a root is a place to insert at.
  CHECK(xml.insert_after(txn, deep, {Prelim::xml_text("")}).error().code == Errc::wrong_type);
  CHECK(xml.insert_after(txn, xml, {Prelim::xml_text("")}).error().code == Errc::wrong_type);
}

TEST_CASE("a copy is inserted elsewhere (testClone)") {
  Doc doc;
  XmlFragment xml = doc.xml_fragment("");
  Transaction txn = doc.transact();
  REQUIRE(xml.push(txn, {Prelim::xml_text("text"),
                         Prelim::xml_element("p", {Prelim::xml_hook("h", {{"k", BigInt{1}}})},
                                             {{"b", 1}, {"a", Prelim::map({{"x", 1}})}}),
                         Prelim::xml_element("p")}));
  const auto copy = xml.clone();
  REQUIRE(copy);
  REQUIRE(doc.array("copyarr").insert(txn, 0, {*copy}));
  const auto clone = as<XmlFragment>(doc.array("copyarr").get(0));
  REQUIRE(clone);
  CHECK(clone->length() == 3);
  CHECK(clone->to_json() == xml.to_json());
  CHECK(clone->to_string() == R"(text<p a="[object Object]" b="1">[object Object]</p><p></p>)");
  const auto hook = as<XmlHook>(as<XmlElement>(clone->get(1))->get(0));
  REQUIRE(hook);
  CHECK(hook->hook_name() == "h");
  CHECK(std::get<Value>(hook->get("k")) == Value(BigInt{1}));
}

TEST_CASE("formats of objects stay apart (testFormattingBug)") {
  Doc doc;
  XmlText text = doc.xml_text("");
  const Value empty = ValueObject{};
  const Delta delta = Delta()
                          .insert("A", {{"em", empty}, {"strong", empty}})
                          .insert("B", {{"em", empty}})
                          .insert("C", {{"em", empty}, {"strong", empty}});
  Transaction txn = doc.transact();
  REQUIRE(text.apply_delta(txn, delta));
  CHECK(text.to_delta() == delta);
  CHECK(text.to_string() == "<em><strong>A</strong></em><em>B</em><em><strong>C</strong></em>");
}

TEST_CASE("a root element has children (testElement)") {
  Doc doc;
  XmlElement xml = doc.xml_element("");
  Transaction txn = doc.transact();
  REQUIRE(xml.insert(txn, 0, {Prelim::xml_text("text1"), Prelim::xml_text("text2")}));
  REQUIRE(xml.children().size() == 2);
  CHECK(as<XmlText>(xml.children()[0])->to_string() == "text1");
  CHECK(xml.to_string() == "<undefined>text1text2</undefined>");
}

TEST_CASE("formats are nested tags, whatever their values are") {
  Doc doc;
  XmlFragment xml = doc.xml_fragment("x");
  Transaction txn = doc.transact();
  auto text = *xml.insert_text(txn, 0, "");
  REQUIRE(text.apply_delta(
      txn, Delta()
               .insert("a", {{"link", ValueObject{{"href", "u"}, {"10", 1}, {"9", nullptr}}}})
               .insert("b", {{"color", "#8\U0001F600"}, {"bold", true}})
               .insert("c", {{"list", ValueArray{1, "x"}}})
               .insert_embed(ValueObject{{"image", 1}}, {{"bold", true}})
               .insert("\u00E9")));
  // YXmlText.toString of the same in Yjs 13.6.33
  CHECK(xml.to_string() ==
        "<link 10=\"1\" 9=\"null\" href=\"u\">a</link>"
        "<bold><color 0=\"#\" 1=\"8\" 2=\"\uFFFD\" 3=\"\uFFFD\">b</color></bold>"
        "<list 0=\"1\" 1=\"x\">c</list><bold>[object Object]</bold>\u00E9");
}

TEST_CASE("node names are written small and found in any case") {
  Doc doc;
  XmlFragment xml = doc.xml_fragment("x");
  Transaction txn = doc.transact();
  for (const char* name : {"DIV", "\u041A\u043B\u042E\u0447", "stra\u00DFe", "\u0130",
                           "\u039F\u0394\u039F\u03A3", "\u1E9E"}) {
    REQUIRE(xml.insert_element(txn, xml.length(), name));
  }
  std::string expected;
  for (const char* name : {"div", "\u043A\u043B\u044E\u0447", "stra\u00DFe", "i\u0307",
                           "\u03BF\u03B4\u03BF\u03C2", "\u00DF"}) {
    expected += std::string("<") + name + "></" + name + ">";
  }
  CHECK(xml.to_string() == expected);
  CHECK(xml.query_selector("STRASSE"));
  CHECK(xml.query_selector("\u043A\u041B\u044E\u0427"));
  CHECK(!xml.query_selector("stras"));
}

TEST_CASE("any content in XML is written as JavaScript makes strings of it") {
  Doc doc({.client_id = 1});
  XmlFragment xml = doc.xml_fragment("x");
  Transaction txn = doc.transact();
  REQUIRE(xml.insert(
      txn, 0,
      {1.5, "s", ValueArray{1, ValueArray{2, 3}}, ValueObject{}, Bytes{1, 2}, Prelim::array({1}),
       Prelim::text("t"), SubDocOptions{.guid = "g"}, false, -0.0, 1e21}));
  CHECK(xml.to_string() == "1.5s1,2,3[object Object]1,2[object Object]t[object Object]false01e+21");
}

TEST_CASE("XML nested beyond all measure is written without harm") {
  Doc doc;
  XmlFragment xml = doc.xml_fragment("x");
  Transaction txn = doc.transact();
  XmlFragment inner = xml;
  constexpr std::size_t kDepth = 100'000;
  for (std::size_t i = 0; i < kDepth; ++i) {
    const auto made = inner.insert_element(txn, 0, "b");
    REQUIRE(made);
    inner = *made;
  }
  CHECK(xml.to_string().size() == kDepth * 7);
  CHECK(xml.query_selector_all("b").size() == kDepth);
}

TEST_CASE("children are taken by place") {
  Doc doc;
  XmlFragment xml = doc.xml_fragment("x");
  Transaction txn = doc.transact();
  REQUIRE(xml.push(txn, {Prelim::xml_element("b"), Prelim::xml_element("c")}));
  REQUIRE(xml.unshift(txn, {Prelim::xml_element("a")}));
  const auto names = [](const std::vector<Element>& nodes) {
    std::string joined;
    for (const Element& node : nodes) joined += as<XmlElement>(node)->node_name();
    return joined;
  };
  CHECK(names(xml.children()) == "abc");
  CHECK(names(xml.slice(1)) == "bc");
  CHECK(names(xml.slice(-2, -1)) == "b");
  CHECK(names(xml.slice(0, 2)) == "ab");
}
