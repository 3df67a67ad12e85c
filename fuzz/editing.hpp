// Edits of a document as a fuzzer's input chooses them: text with formats and embeds, arrays, maps,
// types in types.
#pragma once

#include <algorithm>
#include <array>
#include <string>

#include <weft/doc.hpp>

#include "contents.hpp"
#include "input.hpp"
#include "target.hpp"

namespace weft {

class Editor {
 public:
  Editor(Doc& doc, Transaction& txn, Input& input, bool formats, bool pairs)
      : doc_(doc), txn_(txn), input_(input), formats_(formats), pairs_(pairs) {}

  void edit() {
    const std::uint32_t choice = input_.byte();
    switch (choice % 3) {
      case 0:
        return edit_text(doc_.text("t"), choice / 3);
      case 1:
        return edit_array(doc_.array("a"), choice / 3);
      default:
        return edit_map(doc_.map("m"), choice / 3);
    }
  }

 private:
  static constexpr std::uint32_t kRemoveMax = 9;
  static constexpr std::uint32_t kPair = 3;  // in piece()

  std::string piece() {
    static constexpr std::array kPieces = {
        "a", "bcd", "\xC3\xA4", "\xF0\x9F\x98\x80", "\xE6\xBC\xA2\n", ""};
    const std::uint32_t choice = input_.up_to(kPieces.size() - 1);
    return kPieces[!pairs_ && choice == kPair ? 0 : choice];
  }

  Attributes attributes() {
    switch (input_.up_to(4)) {
      case 0:
        return {{"bold", true}};
      case 1:
        return {{"bold", nullptr}};
      case 2:
        return {{"color", "red"}, {"bold", true}};
      case 3:
        return {{"color", nullptr}};
      default:
        return {};
    }
  }

  Value value() {
    const std::uint32_t choice = input_.byte();
    switch (choice % 5) {
      case 0:
        return choice;
      case 1:
        return Bytes{1, 2};
      case 2:
        return ValueObject{{"k", ValueArray{nullptr, 0.5}}};
      case 3:
        return "\xF0\x9F\x98\x80s";
      default:
        return ValueArray{Undefined{}, false};
    }
  }

  /// An index up to `length`, and how much can be removed there.
  std::uint32_t place(std::uint32_t length) {
    return length == 0 ? 0 : input_.byte() % (length + 1);
  }
  std::uint32_t amount(std::uint32_t rest) { return std::min(rest, 1 + input_.up_to(kRemoveMax)); }

  void edit_text(Text text, std::uint32_t choice) {
    const std::uint32_t length = text.length();
    const std::uint32_t index = place(length);
    switch (choice % (formats_ ? 6 : 3)) {
      case 0:
        WEFT_PROMISE(text.insert(txn_, index, piece()).has_value());
        break;
      case 1:
      case 2:
        WEFT_PROMISE(text.remove(txn_, index, amount(length - index)).has_value());
        break;
      case 3:
        if (index == length) break;
        WEFT_PROMISE(text.format(txn_, index, amount(length - index), attributes()).has_value());
        break;
      case 4:
        WEFT_PROMISE(
            text.insert_embed(txn_, index, ValueObject{{"image", "x"}}, attributes()).has_value());
        break;
      default:
        WEFT_PROMISE(text.insert(txn_, index, piece(), attributes()).has_value());
    }
  }

  void edit_array(Array array, std::uint32_t choice) {
    const std::uint32_t length = array.length();
    const std::uint32_t index = place(length);
    switch (choice % 5) {
      case 0:
      case 1:
        WEFT_PROMISE(array.insert(txn_, index, {value(), value()}).has_value());
        break;
      case 2: {
        const auto kind = static_cast<TypeKind>(input_.up_to(2));
        const auto type = array.insert_type(txn_, index, kind);
        WEFT_PROMISE(type.has_value());
        edit_inside(*type);
        break;
      }
      case 3:
        WEFT_PROMISE(array.remove(txn_, index, amount(length - index)).has_value());
        break;
      default:
        if (const Element element = array.get(index); std::get_if<SharedType>(&element)) {
          edit_inside(std::get<SharedType>(element));
        }
    }
  }

  void edit_map(Map map, std::uint32_t choice) {
    static constexpr std::array kKeys = {"k", "l", "", "7"};
    const char* key = kKeys[input_.up_to(kKeys.size() - 1)];
    switch (choice % 4) {
      case 0:
        WEFT_PROMISE(map.set(txn_, key, value()).has_value());
        break;
      case 1: {
        const auto type = map.set_type(txn_, key, static_cast<TypeKind>(input_.up_to(2)));
        WEFT_PROMISE(type.has_value());
        edit_inside(*type);
        break;
      }
      case 2:
        WEFT_PROMISE(map.remove(txn_, key).has_value());
        break;
      default:
        if (const Element element = map.get(key); std::get_if<SharedType>(&element)) {
          edit_inside(std::get<SharedType>(element));
        }
    }
  }

  void edit_inside(const SharedType& type) {
    if (++depth_ > kDepthMax) return;
    const std::uint32_t choice = input_.byte();
    if (const auto text = type.as<Text>()) return edit_text(*text, choice);
    if (const auto array = type.as<Array>()) return edit_array(*array, choice);
    if (const auto map = type.as<Map>()) return edit_map(*map, choice);
  }

  static constexpr int kDepthMax = 4;

  Doc& doc_;
  Transaction& txn_;
  Input& input_;
  bool formats_;
  bool pairs_;
  int depth_ = 0;
};

/// One transaction of one to three edits. With `pairs` texts have characters of two units: a format
/// that changes nothing may cut one in half here and tell nobody, and a cut one is lost to
/// snapshots of before, in Yjs too.
inline void edit(Doc& doc, Input& input, bool formats, bool pairs) {
  Transaction txn = doc.transact();
  for (std::uint32_t edits = 1 + input.up_to(2); edits > 0; --edits)
    Editor(doc, txn, input, formats, pairs).edit();
}

/// The roots that edits touch, as JSON text.
inline std::string contents(Doc& doc) {
  return doc.text("t").to_delta().to_json() + sorted(doc.array("a").to_json()).to_json() +
         sorted(doc.map("m").to_json()).to_json();
}

}  // namespace weft
