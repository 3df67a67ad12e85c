// What the users do. Source: Yjs tests/y-array.tests.js, y-map.tests.js, y-text.tests.js; those of
// XML and of undo are our own. network.mjs holds the same in JavaScript.
#include <algorithm>
#include <array>
#include <iterator>

#include <weft/content.hpp>

#include "network.hpp"

namespace weft::conformance {

namespace {

std::uint32_t place(Prng& gen, std::uint32_t low, std::uint32_t high) {
  return gen.uint32(low, high);
}

// --- Arrays -------------------------------------------------------------------------------------

void array_insert(User& user, Prng& gen) {
  const std::uint32_t number = user.network.unique_number++;
  const std::vector<Value> values(place(gen, 1, 4), Value(number));
  const std::uint32_t at = place(gen, 0, user.array().length());
  user.edit([&](Transaction& txn) { return user.array().insert(txn, at, values); });
}

template <typename T>
T typed(const SharedType& type) {
  return {type.doc(), type.type()};
}

SharedType array_make(User& user, Prng& gen, TypeKind kind) {
  const std::uint32_t at = place(gen, 0, user.array().length());
  Transaction txn = user.doc.transact();
  return user.array().insert_type(txn, at, kind).value();
}

void array_insert_array(User& user, Prng& gen) {
  Array made = typed<Array>(array_make(user, gen, TypeKind::array));
  user.edit([&](Transaction& txn) {
    return made.insert(txn, 0, std::vector<Content>{1, 2, 3, 4});
  });
}

void array_insert_map(User& user, Prng& gen) {
  Map made = typed<Map>(array_make(user, gen, TypeKind::map));
  for (const int value : {42, 43, 44}) {
    user.edit([&](Transaction& txn) { return made.set(txn, "someprop", value); });
  }
}

void array_insert_null(User& user, Prng& gen) {
  const std::uint32_t at = place(gen, 0, user.array().length());
  user.edit(
      [&](Transaction& txn) { return user.array().insert(txn, at, std::vector<Value>{nullptr}); });
}

void array_delete(User& user, Prng& gen) {
  Array array = user.array();
  const std::uint32_t length = array.length();
  if (length == 0) return;
  const std::uint32_t at = place(gen, 0, length - 1);
  const std::uint32_t count = place(gen, 1, std::min(2U, length - at));
  if (!gen.boolean()) {
    user.edit([&](Transaction& txn) { return array.remove(txn, at, count); });
    return;
  }
  std::optional<Array> nested = as<Array>(array.get(at));
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
  user.edit([&](Transaction& txn) { return user.map().set(txn, key, value); });
}

void map_set_type(User& user, Prng& gen) {
  const char* const key = gen.one_of(kKeys);
  const TypeKind kind = gen.index_of(2) == 0 ? TypeKind::array : TypeKind::map;
  const SharedType made = [&] {
    Transaction txn = user.doc.transact();
    return user.map().set_type(txn, key, kind).value();
  }();
  user.edit([&](Transaction& txn) {
    return kind == TypeKind::array
               ? typed<Array>(made).insert(txn, 0, std::vector<Content>{1, 2, 3, 4})
               : typed<Map>(made).set(txn, "deepkey", "deepvalue");
  });
}

void map_delete(User& user, Prng& gen) {
  const char* const key = gen.one_of(kKeys);
  user.edit([&](Transaction& txn) { return user.map().remove(txn, key); });
}

// --- Texts --------------------------------------------------------------------------------------

/// The length without embeds; all that the mods write is ASCII.
std::uint32_t string_length(User& user) {
  return static_cast<std::uint32_t>(user.text().to_string().size());
}

std::string numbered_word(User& user, Prng& gen) {
  return std::to_string(user.network.characters++) + gen.word();
}

void text_insert(User& user, Prng& gen) {
  const std::uint32_t at = place(gen, 0, user.text().length());
  const std::string text = numbered_word(user, gen);
  user.edit([&](Transaction& txn) { return user.text().insert(txn, at, text); });
}

void text_delete(User& user, Prng& gen) {
  const std::uint32_t length = string_length(user);
  const std::uint32_t at = place(gen, 0, length);
  const std::uint32_t count = std::min(place(gen, 0, length - at), 2U);
  user.edit([&](Transaction& txn) { return user.text().remove(txn, at, count); });
}

const std::array<Attributes, 3> kMarks{
    Attributes{{"bold", true}},
    {{"italic", true}},
    {{"italic", true}, {"color", "#888"}},
};

const Attributes& random_mark(Prng& gen) { return gen.one_of(kMarks); }

/// One more choice than marks: the first is no attributes at all.
std::optional<Attributes> random_mark_or_none(Prng& gen) {
  const std::size_t choice = gen.index_of(kMarks.size() + 1);
  if (choice == 0) return std::nullopt;
  return kMarks[choice - 1];
}

Result<void> insert_marked(Transaction& txn, Text text, std::uint32_t at,
                           const std::string& inserted, const std::optional<Attributes>& marks) {
  return marks ? text.insert(txn, at, inserted, *marks) : text.insert(txn, at, inserted);
}

void quill_insert(User& user, Prng& gen) {
  const std::uint32_t at = place(gen, 0, user.text().length());
  const auto marks = random_mark_or_none(gen);
  const std::string text = numbered_word(user, gen);
  user.edit([&](Transaction& txn) { return insert_marked(txn, user.text(), at, text, marks); });
}

void quill_embed(User& user, Prng& gen) {
  const std::uint32_t at = place(gen, 0, user.text().length());
  if (gen.boolean()) {
    const Value image(ValueObject{{"image",
                                   "https://user-images.githubusercontent.com/5553757/"
                                   "48975307-61efb100-f06d-11e8-9177-ee895e5916e5.png"}});
    user.edit([&](Transaction& txn) { return user.text().insert_embed(txn, at, image); });
    return;
  }
  const std::string key = gen.word();
  const std::string value = gen.word();
  user.edit([&](Transaction& txn) -> Result<void> {
    const auto made = user.text().insert_type(txn, at, TypeKind::map);
    if (!made) return std::unexpected(made.error());
    return typed<Map>(*made).set(txn, key, value);
  });
}

void quill_format(User& user, Prng& gen) {
  const std::uint32_t length = string_length(user);
  const std::uint32_t at = place(gen, 0, length);
  const std::uint32_t count = std::min(place(gen, 0, length - at), 2U);
  const Attributes& marks = random_mark(gen);
  user.edit([&](Transaction& txn) { return user.text().format(txn, at, count, marks); });
}

void quill_code_block(User& user, Prng& gen) {
  const std::uint32_t at = place(gen, 0, string_length(user));
  const std::string text = numbered_word(user, gen);
  Delta delta;
  if (at > 0) delta.retain(at);
  // The source gives the line feed a `format`, which no delta knows.
  delta.insert(text).insert("\n");
  user.edit([&](Transaction& txn) { return user.text().apply_delta(txn, delta); });
}

void quill_delta(User& user, Prng& gen) {
  const auto length = static_cast<std::int32_t>(string_length(user));
  std::int32_t at = std::max(0, gen.int32(0, length - 1));
  Delta delta;
  if (at > 0) delta.retain(static_cast<std::uint32_t>(at));
  for (int i = 0; i < 7 && at < length; ++i) {
    switch (gen.index_of(3)) {
      case 0: {
        const std::int32_t retain = std::min(gen.int32(0, length - at), 5);
        delta.retain(static_cast<std::uint32_t>(retain), random_mark(gen));
        at += retain;
        break;
      }
      case 1: {
        const auto marks = random_mark_or_none(gen);
        delta.insert(gen.word(1, 3), marks.value_or(Attributes{}));
        break;
      }
      default: {
        const std::int32_t removed = std::min(gen.int32(0, length - at), 10);
        delta.remove(static_cast<std::uint32_t>(removed));
        at += removed;
      }
    }
  }
  user.edit([&](Transaction& txn) { return user.text().apply_delta(txn, delta); });
}

// --- XML ----------------------------------------------------------------------------------------

template <typename T>
std::vector<T> children_of(const XmlElement& element) {
  std::vector<T> found;
  for (const Element& child : element.children()) {
    if (const auto type = as<T>(child)) found.push_back(*type);
  }
  return found;
}

XmlElement random_element(User& user, Prng& gen) {
  XmlElement element = user.xml();
  for (int depth = 0; depth < 3; ++depth) {
    const auto below = children_of<XmlElement>(element);
    if (below.empty() || !gen.boolean()) break;
    element = gen.one_of(below);
  }
  return element;
}

constexpr std::array kNodes{"p", "div", "b"};
constexpr std::array kNames{"id", "class"};

void xml_insert_element(User& user, Prng& gen) {
  XmlElement in = random_element(user, gen);
  const std::uint32_t at = place(gen, 0, in.length());
  const char* const name = gen.one_of(kNodes);
  user.edit([&](Transaction& txn) { return in.insert(txn, at, {Prelim::xml_element(name)}); });
}

void xml_insert_text(User& user, Prng& gen) {
  XmlElement in = random_element(user, gen);
  const std::uint32_t at = place(gen, 0, in.length());
  const std::string text = gen.word();
  user.edit([&](Transaction& txn) { return in.insert(txn, at, {Prelim::xml_text(text)}); });
}

void xml_insert_after(User& user, Prng& gen) {
  XmlElement in = random_element(user, gen);
  const auto below = children_of<XmlElement>(in);
  std::optional<SharedType> behind;
  if (!below.empty() && gen.boolean()) behind = gen.one_of(below);
  const char* const name = gen.one_of(kNodes);
  user.edit([&](Transaction& txn) {
    return in.insert_after(txn, behind, {Prelim::xml_element(name), Prelim::xml_text("x")});
  });
}

void xml_set_attribute(User& user, Prng& gen) {
  XmlElement in = random_element(user, gen);
  const char* const name = gen.one_of(kNames);
  const std::string value = gen.word();
  user.edit([&](Transaction& txn) { return in.set_attribute(txn, name, value); });
}

void xml_remove_attribute(User& user, Prng& gen) {
  XmlElement in = random_element(user, gen);
  const char* const name = gen.one_of(kNames);
  user.edit([&](Transaction& txn) { return in.remove_attribute(txn, name); });
}

void xml_delete(User& user, Prng& gen) {
  XmlElement in = random_element(user, gen);
  const std::uint32_t length = in.length();
  if (length == 0) return;
  const std::uint32_t at = place(gen, 0, length - 1);
  const std::uint32_t count = place(gen, 1, std::min(2U, length - at));
  user.edit([&](Transaction& txn) { return in.remove(txn, at, count); });
}

void xml_edit_text(User& user, Prng& gen) {
  const auto texts = children_of<XmlText>(random_element(user, gen));
  if (texts.empty()) return;
  XmlText text = gen.one_of(texts);
  const std::uint32_t at = place(gen, 0, text.length());
  const std::string inserted = gen.word(1, 3);
  const auto marks = random_mark_or_none(gen);
  user.edit([&](Transaction& txn) { return insert_marked(txn, text, at, inserted, marks); });
}

void xml_format_text(User& user, Prng& gen) {
  const auto texts = children_of<XmlText>(random_element(user, gen));
  if (texts.empty()) return;
  XmlText text = gen.one_of(texts);
  if (text.length() == 0) return;
  const std::uint32_t at = place(gen, 0, text.length() - 1);
  const std::uint32_t count = place(gen, 1, text.length() - at);
  const Attributes& marks = random_mark(gen);
  user.edit([&](Transaction& txn) { return text.format(txn, at, count, marks); });
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
const std::vector<Mod> kXml{xml_insert_element, xml_insert_text,      xml_insert_after,
                            xml_set_attribute,  xml_remove_attribute, xml_delete,
                            xml_edit_text,      xml_format_text};

}  // namespace

std::vector<Mod> mods_of(const Options& options) {
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
