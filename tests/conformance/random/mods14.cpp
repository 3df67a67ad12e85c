// What the users of @y/y 14 do. Source: its tests/y-array.tests.js, y-map.tests.js,
// y-text.tests.js; what is done to trees and values and undo are our own. mods14.mjs holds the same
// in JavaScript.
#include <algorithm>
#include <array>

#include <weft/ytype.hpp>

#include "network.hpp"

namespace weft::conformance {

namespace {

using OptionalName = std::optional<std::string_view>;

YType root(User& user, std::string_view name) { return user.doc.get(name); }

std::uint32_t place(Prng& gen, std::uint32_t low, std::uint32_t high) {
  return gen.uint32(low, high);
}

// --- Arrays -------------------------------------------------------------------------------------

void array_insert(User& user, Prng& gen) {
  const std::uint32_t number = user.network.unique_number++;
  const std::vector<Content> values(place(gen, 1, 4), Value(number));
  YType array = root(user, "array");
  const std::uint32_t at = place(gen, 0, array.length());
  user.edit([&](Transaction& txn) { return array.insert(txn, at, values); });
}

YType array_make(User& user, Prng& gen) {
  YType array = root(user, "array");
  const std::uint32_t at = place(gen, 0, array.length());
  Transaction txn = user.doc.transact();
  return array.insert_type(txn, at).value();
}

void array_insert_array(User& user, Prng& gen) {
  YType made = array_make(user, gen);
  user.edit([&](Transaction& txn) {
    return made.insert(txn, 0, std::vector<Content>{1, 2, 3, 4});
  });
}

void array_insert_map(User& user, Prng& gen) {
  YType made = array_make(user, gen);
  for (const int value : {42, 43, 44}) {
    user.edit([&](Transaction& txn) { return made.set_attr(txn, "someprop", value); });
  }
}

void array_insert_null(User& user, Prng& gen) {
  YType array = root(user, "array");
  const std::uint32_t at = place(gen, 0, array.length());
  user.edit([&](Transaction& txn) { return array.insert(txn, at, std::vector<Content>{nullptr}); });
}

void array_delete(User& user, Prng& gen) {
  YType array = root(user, "array");
  const std::uint32_t length = array.length();
  if (length == 0) return;
  const std::uint32_t at = place(gen, 0, length - 1);
  const std::uint32_t count = place(gen, 1, std::min(2U, length - at));
  if (!gen.boolean()) {
    user.edit([&](Transaction& txn) { return array.remove(txn, at, count); });
    return;
  }
  std::optional<YType> nested = as<YType>(array.get(at));
  if (!nested || nested->length() == 0) return;
  const std::uint32_t from = place(gen, 0, nested->length() - 1);
  const std::uint32_t few = place(gen, 0, std::min(2U, nested->length() - from));
  user.edit([&](Transaction& txn) { return nested->remove(txn, from, few); });
}

// --- Maps ---------------------------------------------------------------------------------------

constexpr std::array kKeys{"one", "two"};

void map_set(User& user, Prng& gen) {
  const char* const key = gen.one_of(kKeys);
  const std::string value = gen.utf16_string();
  user.edit([&](Transaction& txn) { return root(user, "map").set_attr(txn, key, value); });
}

void map_set_type(User& user, Prng& gen) {
  const char* const key = gen.one_of(kKeys);
  YType made = [&] {
    Transaction txn = user.doc.transact();
    return root(user, "map").set_attr_type(txn, key).value();
  }();
  const bool is_list = gen.boolean();
  user.edit([&](Transaction& txn) {
    return is_list ? made.insert(txn, 0, std::vector<Content>{1, 2, 3, 4})
                   : made.set_attr(txn, "deepkey", "deepvalue");
  });
}

void map_delete(User& user, Prng& gen) {
  const char* const key = gen.one_of(kKeys);
  user.edit([&](Transaction& txn) { return root(user, "map").delete_attr(txn, key); });
}

// --- Texts --------------------------------------------------------------------------------------

std::string numbered_word(User& user, Prng& gen) {
  return std::to_string(user.network.characters++) + gen.word();
}

void text_insert(User& user, Prng& gen) {
  YType text = root(user, "text");
  const std::uint32_t at = place(gen, 0, text.length());
  const std::string inserted = numbered_word(user, gen);
  user.edit([&](Transaction& txn) { return text.insert(txn, at, inserted); });
}

void text_delete(User& user, Prng& gen) {
  YType text = root(user, "text");
  const std::uint32_t length = text.length();
  const std::uint32_t at = place(gen, 0, length);
  const std::uint32_t count = std::min(place(gen, 0, length - at), 2U);
  user.edit([&](Transaction& txn) { return text.remove(txn, at, count); });
}

const std::array<Attributes, 4> kMarks{
    Attributes{{"bold", true}},
    {{"italic", true}},
    {{"italic", true}, {"color", "#888"}},
    {{"link", ValueObject{{"to", "x"}, {"tags", ValueArray{"a"}}}}, {"7", ValueArray{1}}},
};

const Attributes& random_mark(Prng& gen) { return gen.one_of(kMarks); }

Attributes random_mark_or_none(Prng& gen) {
  const std::size_t choice = gen.index_of(kMarks.size() + 1);
  return choice == 0 ? Attributes{} : kMarks[choice - 1];
}

void quill_insert(User& user, Prng& gen) {
  YType text = root(user, "text");
  const std::uint32_t at = place(gen, 0, text.length());
  const Attributes marks = random_mark_or_none(gen);
  const std::string inserted = numbered_word(user, gen);
  user.edit([&](Transaction& txn) { return text.insert(txn, at, inserted, marks); });
}

void quill_embed(User& user, Prng& gen) {
  YType text = root(user, "text");
  const std::uint32_t at = place(gen, 0, text.length());
  if (gen.boolean()) {
    const Value image(ValueObject{{"image",
                                   "https://user-images.githubusercontent.com/5553757/"
                                   "48975307-61efb100-f06d-11e8-9177-ee895e5916e5.png"}});
    user.edit([&](Transaction& txn) { return text.insert(txn, at, std::vector<Content>{image}); });
    return;
  }
  const std::string first = gen.word();
  const std::string second = gen.word();
  YDelta inside;
  inside.insert(std::vector<YContent>{Value(first), Value(second)});
  user.edit([&](Transaction& txn) {
    return text.insert(txn, at, std::vector<Content>{Prelim::ytype(std::nullopt, inside)});
  });
}

void quill_format(User& user, Prng& gen) {
  YType text = root(user, "text");
  const std::uint32_t length = text.length();
  const std::uint32_t at = place(gen, 0, length);
  const std::uint32_t count = std::min(place(gen, 0, length - at), 2U);
  const Attributes& marks = random_mark(gen);
  user.edit([&](Transaction& txn) { return text.format(txn, at, count, marks); });
}

void quill_code_block(User& user, Prng& gen) {
  YType text = root(user, "text");
  const std::uint32_t at = place(gen, 0, text.length());
  const std::string inserted = numbered_word(user, gen);
  YDelta change;
  change.retain(at).insert(inserted).insert("\n", {{"code-block", true}});
  user.edit([&](Transaction& txn) { return text.apply_delta(txn, change); });
}

void quill_delta(User& user, Prng& gen) {
  YType text = root(user, "text");
  const auto length = static_cast<std::int32_t>(text.length());
  std::int32_t at = std::max(0, gen.int32(0, length - 1));
  YDelta change;
  change.retain(static_cast<std::uint32_t>(at));
  for (int i = 0; i < 7 && at < length; ++i) {
    switch (gen.index_of(3)) {
      case 0: {
        const std::int32_t retain = std::min(gen.int32(0, length - at), 5);
        change.retain(static_cast<std::uint32_t>(retain), random_mark(gen));
        at += retain;
        break;
      }
      case 1: {
        const Attributes marks = random_mark_or_none(gen);
        change.insert(gen.word(1, 3), marks);
        break;
      }
      default: {
        const std::int32_t removed = std::min(gen.int32(0, length - at), 10);
        change.remove(static_cast<std::uint32_t>(removed));
        at += removed;
      }
    }
  }
  user.edit([&](Transaction& txn) { return text.apply_delta(txn, change); });
}

// --- Trees --------------------------------------------------------------------------------------

YType random_type(User& user, Prng& gen) {
  YType type = root(user, "xml");
  for (int depth = 0; depth < 3; ++depth) {
    std::vector<YType> below;
    for (const Element& child : type.slice()) {
      if (const auto inside = as<YType>(child)) below.push_back(*inside);
    }
    if (below.empty() || !gen.boolean()) break;
    type = gen.one_of(below);
  }
  return type;
}

const std::array<OptionalName, 3> kNodes{"p", "div", std::nullopt};
constexpr std::array kNames{"id", "class"};

const std::array<Value, 8> kValues{
    Value(1),
    Value(-0.5),
    Value(nullptr),
    Value(true),
    Value("text"),
    Value(ValueArray{1, ValueObject{{"a", ValueArray{}}}}),
    Value(ValueObject{{"b", 1}}),
    Value(Bytes{1, 2}),
};

void xml_insert_element(User& user, Prng& gen) {
  YType in = random_type(user, gen);
  const std::uint32_t at = place(gen, 0, in.length());
  const OptionalName name = gen.one_of(kNodes);
  const Attributes marks = random_mark_or_none(gen);
  user.edit([&](Transaction& txn) -> Result<void> {
    const auto made = in.insert_type(txn, at, name, marks);
    if (!made) return std::unexpected(made.error());
    return {};
  });
}

void xml_insert_tree(User& user, Prng& gen) {
  YType in = random_type(user, gen);
  const std::uint32_t at = place(gen, 0, in.length());
  YDelta inside("b");
  const std::string text = gen.word(1, 3);
  inside.insert(text, random_mark_or_none(gen));
  const auto shared = std::make_shared<const YDelta>(inside);
  YDelta tree;
  const OptionalName name = gen.one_of(kNodes);
  tree.set_attr("id", Value(7)).insert(std::vector<YContent>{shared, Value(1)});
  user.edit([&](Transaction& txn) {
    return in.insert(
        txn, at,
        std::vector<Content>{Prelim::ytype(name, tree), Prelim::ytype(std::nullopt, YDelta())});
  });
}

void xml_insert_text(User& user, Prng& gen) {
  YType in = random_type(user, gen);
  const std::uint32_t at = place(gen, 0, in.length());
  const std::string inserted = gen.word(1, 3);
  const Attributes marks = random_mark_or_none(gen);
  user.edit([&](Transaction& txn) { return in.insert(txn, at, inserted, marks); });
}

void xml_insert_values(User& user, Prng& gen) {
  YType in = random_type(user, gen);
  const std::uint32_t at = place(gen, 0, in.length());
  const Value& first = gen.one_of(kValues);
  const Value& second = gen.one_of(kValues);
  const Attributes marks = random_mark_or_none(gen);
  user.edit([&](Transaction& txn) {
    return in.insert(txn, at, std::vector<Content>{first, second}, marks);
  });
}

void xml_set_attr(User& user, Prng& gen) {
  YType in = random_type(user, gen);
  const char* const name = gen.one_of(kNames);
  const Value& value = gen.one_of(kValues);
  user.edit([&](Transaction& txn) { return in.set_attr(txn, name, value); });
}

void xml_delete_attr(User& user, Prng& gen) {
  YType in = random_type(user, gen);
  const char* const name = gen.one_of(kNames);
  user.edit([&](Transaction& txn) { return in.delete_attr(txn, name); });
}

void xml_delete(User& user, Prng& gen) {
  YType in = random_type(user, gen);
  const std::uint32_t length = in.length();
  if (length == 0) return;
  const std::uint32_t at = place(gen, 0, length - 1);
  const std::uint32_t count = place(gen, 1, std::min(2U, length - at));
  user.edit([&](Transaction& txn) { return in.remove(txn, at, count); });
}

void xml_format(User& user, Prng& gen) {
  YType in = random_type(user, gen);
  if (in.length() == 0) return;
  const std::uint32_t at = place(gen, 0, in.length() - 1);
  const std::uint32_t count = place(gen, 1, in.length() - at);
  const Attributes& marks = random_mark(gen);
  user.edit([&](Transaction& txn) { return in.format(txn, at, count, marks); });
}

void xml_modify(User& user, Prng& gen) {
  YType in = root(user, "xml");
  const std::vector<Element> below = in.slice();
  const auto found = std::find_if(below.begin(), below.end(), [](const Element& element) {
    return std::holds_alternative<SharedType>(element);
  });
  if (found == below.end()) return;
  YDelta inside;
  const std::string text = gen.word(1, 3);
  inside.insert(text).set_attr("id", Value(gen.word(1, 3)));
  YDelta change;
  change.retain(static_cast<std::uint32_t>(found - below.begin())).modify(inside).insert("m");
  change.set_attr("class", Value(1));
  user.edit([&](Transaction& txn) { return in.apply_delta(txn, change); });
}

// --- Undo ---------------------------------------------------------------------------------------

void undo(User& user, Prng&) { user.undo->undo(); }
void redo(User& user, Prng&) { user.undo->redo(); }
void stop_capturing(User& user, Prng&) { user.undo->stop_capturing(); }

const std::vector<Mod> kArray{array_insert, array_insert_array, array_insert_map, array_insert_null,
                              array_delete};
const std::vector<Mod> kMap{map_set, map_set_type, map_delete};
const std::vector<Mod> kText{text_insert, text_delete};
const std::vector<Mod> kQuill{quill_insert, quill_embed,      text_delete,
                              quill_format, quill_code_block, quill_delta};
const std::vector<Mod> kXml{xml_insert_element, xml_insert_tree, xml_insert_text,
                            xml_insert_values,  xml_set_attr,    xml_delete_attr,
                            xml_delete,         xml_format,      xml_modify};

}  // namespace

std::vector<Mod> mods14_of(const Options& options) {
  std::vector<Mod> mods;
  for (const auto& [name, list] :
       {std::pair("array", &kArray), std::pair("map", &kMap), std::pair("text", &kText),
        std::pair("quill", &kQuill), std::pair("xml", &kXml)}) {
    if (options.mods == name || (options.mods == "all" && list != &kText)) {
      mods.insert(mods.end(), list->begin(), list->end());
    }
  }
  if (options.undo) mods.insert(mods.end(), {undo, redo, stop_capturing});
  return mods;
}

}  // namespace weft::conformance
