// Formats whose values are objects, as suggestions are read with them: JavaScript tells objects
// apart by identity, and two that came in different items are two. Expected is what @y/y
// 14.0.0-rc.7 gives.
#include <catch2/catch.hpp>

#include <weft/attribution_managers.hpp>
#include <weft/doc.hpp>
#include <weft/ytype.hpp>

using namespace weft;  // NOLINT(google-build-using-namespace): the rooms under test

namespace {

struct Step {
  std::uint32_t at;
  std::uint32_t length;
  const char* format;
  const char* shown;
};

const Step kSteps[] = {
    Step{0, 4, R"({"c":{"x":1,"y":[1,2]}})",
         R"({"type":"delta","children":[{"type":"insert","insert":"ab","format":{"c":{"x":1,"y":)"
         R"([1,2]}},"attribution":{"format":{"c":[]}}},{"type":"insert","insert":"cd","format":{)"
         R"("9":{"z":true},"10":1,"c":{"x":1,"y":[1,2]},"b":"s"},"attribution":{"format":{"c":[])"
         R"(}}},{"type":"insert","insert":"e","format":{"9":{"z":true},"10":1,"b":"s","d":[1,"a")"
         R"(,null]}},{"type":"insert","insert":"fgh","format":{"d":[1,"a",null]}}]})"},
    Step{0, 4, R"({"c":{"y":[1,2],"x":1}})",
         R"({"type":"delta","children":[{"type":"insert","insert":"ab","format":{"c":{"y":[1,2],)"
         R"("x":1}},"attribution":{"format":{"c":[]}}},{"type":"insert","insert":"cd","format":{)"
         R"("9":{"z":true},"10":1,"c":{"y":[1,2],"x":1},"b":"s"},"attribution":{"format":{"c":[])"
         R"(}}},{"type":"insert","insert":"e","format":{"9":{"z":true},"10":1,"b":"s","d":[1,"a")"
         R"(,null]}},{"type":"insert","insert":"fgh","format":{"d":[1,"a",null]}}]})"},
    Step{0, 2, R"({"c":{"x":1}})",
         R"({"type":"delta","children":[{"type":"insert","insert":"ab","format":{"c":{"x":1}},"a)"
         R"(ttribution":{"format":{"c":[]}}},{"type":"insert","insert":"cd","format":{"9":{"z":t)"
         R"(rue},"10":1,"c":{"y":[1,2],"x":1},"b":"s"},"attribution":{"format":{"c":[]}}},{"type)"
         R"(":"insert","insert":"e","format":{"9":{"z":true},"10":1,"b":"s","d":[1,"a",null]}},{)"
         R"("type":"insert","insert":"fgh","format":{"d":[1,"a",null]}}]})"},
    Step{4, 2, R"({"d":[1,"a",null]})",
         R"({"type":"delta","children":[{"type":"insert","insert":"ab","format":{"c":{"x":1}},"a)"
         R"(ttribution":{"format":{"c":[]}}},{"type":"insert","insert":"cd","format":{"9":{"z":t)"
         R"(rue},"10":1,"c":{"y":[1,2],"x":1},"b":"s"},"attribution":{"format":{"c":[]}}},{"type)"
         R"(":"insert","insert":"e","format":{"9":{"z":true},"10":1,"b":"s","d":[1,"a",null]}},{)"
         R"("type":"insert","insert":"fgh","format":{"d":[1,"a",null]}}]})"},
    Step{3, 4, R"({"d":[1,"b"]})",
         R"({"type":"delta","children":[{"type":"insert","insert":"ab","format":{"c":{"x":1}},"a)"
         R"(ttribution":{"format":{"c":[]}}},{"type":"insert","insert":"c","format":{"9":{"z":tr)"
         R"(ue},"10":1,"c":{"y":[1,2],"x":1},"b":"s"},"attribution":{"format":{"c":[]}}},{"type")"
         R"(:"insert","insert":"d","format":{"9":{"z":true},"10":1,"c":{"y":[1,2],"x":1},"b":"s")"
         R"(,"d":[1,"b"]},"attribution":{"format":{"c":[],"d":[]}}},{"type":"insert","insert":"e)"
         R"(","format":{"9":{"z":true},"10":1,"b":"s","d":[1,"b"]},"attribution":{"format":{"d":)"
         R"([]}}},{"type":"insert","insert":"fg","format":{"d":[1,"b"]},"attribution":{"format":)"
         R"({"d":[]}}},{"type":"insert","insert":"h","format":{"d":[1,"a",null]}}]})"},
    Step{1, 5, R"({"c":null,"d":null})",
         R"({"type":"delta","children":[{"type":"insert","insert":"a","format":{"c":{"x":1}},"at)"
         R"(tribution":{"format":{"c":[]}}},{"type":"insert","insert":"b","attribution":{"format)"
         R"(":{"c":[]}}},{"type":"insert","insert":"cd","format":{"9":{"z":true},"10":1,"b":"s"})"
         R"(},{"type":"insert","insert":"e","format":{"9":{"z":true},"10":1,"b":"s"},"attributio)"
         R"(n":{"format":{"d":[]}}},{"type":"insert","insert":"f","attribution":{"format":{"d":[)"
         R"(]}}},{"type":"insert","insert":"g","format":{"d":[1,"b"]},"attribution":{"format":{")"
         R"(d":[]}}},{"type":"insert","insert":"h","format":{"d":[1,"a",null]}}]})"},
    Step{0, 8, R"({"2":1,"1":2,"a":{}})",
         R"({"type":"delta","children":[{"type":"insert","insert":"a","format":{"1":2,"2":1,"a":)"
         R"({},"c":{"x":1}},"attribution":{"format":{"1":[],"2":[],"a":[],"c":[]}}},{"type":"ins)"
         R"(ert","insert":"b","format":{"1":2,"2":1,"a":{}},"attribution":{"format":{"1":[],"2":)"
         R"([],"a":[],"c":[]}}},{"type":"insert","insert":"cd","format":{"1":2,"2":1,"9":{"z":tr)"
         R"(ue},"10":1,"a":{},"b":"s"},"attribution":{"format":{"1":[],"2":[],"a":[],"c":[]}}},{)"
         R"("type":"insert","insert":"e","format":{"1":2,"2":1,"9":{"z":true},"10":1,"a":{},"b":)"
         R"("s"},"attribution":{"format":{"1":[],"2":[],"a":[],"d":[]}}},{"type":"insert","inser)"
         R"(t":"f","format":{"1":2,"2":1,"a":{}},"attribution":{"format":{"1":[],"2":[],"a":[],")"
         R"(d":[]}}},{"type":"insert","insert":"g","format":{"1":2,"2":1,"a":{},"d":[1,"b"]},"at)"
         R"(tribution":{"format":{"1":[],"2":[],"a":[],"d":[]}}},{"type":"insert","insert":"h",")"
         R"(format":{"1":2,"2":1,"a":{},"d":[1,"a",null]},"attribution":{"format":{"1":[],"2":[])"
         R"(,"a":[]}}}]})"},
};

void format(Doc& doc, std::uint32_t at, std::uint32_t length, const char* json) {
  const auto value = Value::from_json(json);
  REQUIRE(value);
  Transaction txn = doc.transact();
  REQUIRE(doc.get("t").format(txn, at, length, *value->get_if<ValueObject>()));
}

}  // namespace

TEST_CASE("a format that says the same with another object is one more suggestion") {
  Doc doc({.client_id = 1, .gc = false, .compat = Compat::v14});
  {
    Transaction txn = doc.transact();
    REQUIRE(doc.get("t").insert(txn, 0, "abcdefgh"));
  }
  format(doc, 0, 4, R"({"c":{"x":1,"y":[1,2]}})");
  format(doc, 4, 4, R"({"d":[1,"a",null]})");
  format(doc, 2, 3, R"({"10":1,"9":{"z":true},"b":"s"})");
  Doc next({.client_id = 2, .gc = false, .compat = Compat::v14, .cleanup_formatting = false});
  REQUIRE(next.apply_update(doc.encode_state_as_update()));
  const DiffAttributionManager suggestions(doc, next);
  for (const Step& step : kSteps) {
    INFO(step.format);
    format(next, step.at, step.length, step.format);
    CHECK(next.get("t").to_delta(&suggestions).to_json() == step.shown);
  }
}
