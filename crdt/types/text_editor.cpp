#include "types/text_editor.hpp"

#include <weft/limits.hpp>

#include "document/format_cleanup.hpp"
#include "encoding/any_tag.hpp"
#include "types/insert.hpp"

namespace weft::types {

TextPosition TextEditor::begin() const {
  return {.left = kNoHandle,
          .right = store_.types.list(store_.types[type_].sequence).first,
          .index = 0,
          .current = formats_.empty_map()};
}

TextPosition TextEditor::position(std::uint32_t index) {
  const Gap gap = open_gap(doc_, type_, index);
  TextPosition found{
      .left = gap.left, .right = gap.right, .index = index, .current = formats_.empty_map()};
  if (index == 0 || !store_.types[type_].has_formatting || recall(found)) return found;
  for (Handle at = store_.types.list(store_.types[type_].sequence).first; at != gap.right;
       at = store_.items[at].right) {
    if (is_format(at) && !store_.items[at].deleted()) formats_.update(found.current, at);
  }
  remember(found);
  return found;
}

// The formats at a gap near the last edit: those there, and what the formats between say. Going
// back nothing can be unsaid, so there must be none.
bool TextEditor::recall(TextPosition& at) const {
  constexpr unsigned kSteps = 32;
  const document::FormatPlace& place = doc_.format_place;
  if (place.type != type_ || place.version != store_.types[type_].format_version) return false;
  Handle known = kNoHandle;
  if (place.right.exists()) {
    known = store_.containing(place.right);
    if (!store::is_item(known) || store_.items[known].clock != place.right.clock) return false;
  }
  const auto live_format = [this](Handle item) {
    return is_format(item) && !store_.items[item].deleted();
  };
  FormatMap current = place.current;
  Handle step = known;
  for (unsigned i = 0; i < kSteps && step != kNoHandle && step != at.right; ++i) {
    if (live_format(step)) formats_.update(current, step);
    step = store_.items[step].right;
  }
  if (step != at.right) {
    current = place.current;
    step = at.right;
    for (unsigned i = 0; i < kSteps && step != kNoHandle && step != known; ++i) {
      if (live_format(step)) return false;
      step = store_.items[step].right;
    }
    if (step != known) return false;
  }
  at.current = std::move(current);
  return true;
}

// Not where a format in force was deleted meanwhile: its value goes when the transaction ends.
void TextEditor::remember(const TextPosition& at) {
  document::FormatPlace& place = doc_.format_place;
  bool lasting = true;
  at.current.for_each([&](std::uint32_t, document::FormatRef ref) {
    const bool dead = ref.item != kNoHandle && store_.items[ref.item].deleted();
    lasting = lasting && ref.given == nullptr && !dead;
  });
  if (!lasting) {
    place.type = store::kNoIndex;
    return;
  }
  place.type = type_;
  place.version = store_.types[type_].format_version;
  place.right = {};
  if (at.right != kNoHandle) {
    place.right = {store_.items[at.right].client, store_.items[at.right].clock};
  }
  place.current = at.current;
}

FormatMap TextEditor::attributes(const ValueObject& given) {
  FormatMap map = formats_.empty_map();
  for (const auto& [key, value] : given) {
    map.set(store_.strings.intern(key), {.given = &value});
  }
  return formats_.in_key_order(map);
}

void TextEditor::forward(TextPosition& at) const {
  const Item& item = store_.items[at.right];
  if (!item.deleted()) {
    if (item.content() == Kind::format) {
      formats_.update(at.current, at.right);
    } else {
      at.index += item.length;
    }
  } else if (attributions_ != nullptr) {
    at.index += shown(at.right);
  }
  at.left = at.right;
  at.right = item.right;
}

// Over tombstones, of which there may be very many, where no formats stand between them.
void TextEditor::skip_tombstones(TextPosition& at) const {
  constexpr unsigned kSteps = 8;
  for (unsigned step = 0; at.right != kNoHandle && is_passed(at.right); ++step) {
    if (step == kSteps && attributions_ == nullptr) {
      const bool at_end = at.index >= store_.types[type_].length;
      at.right = at_end ? kNoHandle : item_at(doc_, type_, at.index).first;
      at.left = at_end ? store_.types.list(store_.types[type_].sequence).last
                       : store_.items[at.right].left;
      return;
    }
    forward(at);
  }
}

Handle TextEditor::put(TextPosition& at, const NewContent& content) {
  const std::uint64_t state = store_.clients[doc_.own_client()].structs.state();
  if (state + content.length > limits::clock_max ||
      !store_.pool.room_for(content.key.size() + content.bytes.size() + 16)) {
    full_ = true;
    return kNoHandle;
  }
  if (doc_.continue_local(at.left, at.right, content)) {
    at.index += content.length;
    return at.left;
  }
  at.right = doc_.insert_local(store_.types[type_].sequence, at.left, at.right, content);
  const Handle made = at.right;
  forward(at);
  return made;
}

void TextEditor::put_format(TextPosition& at, std::uint32_t key, FormatRef value) {
  static constexpr char kNull = static_cast<char>(encoding::any_tag::kNull);
  NewContent content{.kind = Kind::format, .bytes = {&kNull, 1}, .key = store_.strings[key]};
  Bytes encoded;
  if (value.given != nullptr) {
    encoded = value.given->encode();
    content.bytes = as_text(encoded);
  } else if (value.item != kNoHandle) {
    const document::FormatBytes bytes = document::format_bytes(store_, value.item);
    content.bytes = bytes.value;
    content.flags = bytes.is_json ? Item::kJson : 0;
  }
  const Handle made = put(at, content);
  if (made != kNoHandle && value.item != kNoHandle && formats_.is_object(value)) {
    store_.share_object(made, value.item);
  }
}

// To the right of tombstones, and of formats that say what the attributes say anyway.
void TextEditor::minimize_changes(TextPosition& at, const FormatMap& attributes) const {
  if (!store_.types[type_].has_formatting) return skip_tombstones(at);
  while (at.right != kNoHandle) {
    if (!is_passed(at.right) &&
        !(is_format(at.right) &&
          formats_.equal(formats_.get(attributes, formats_.key(at.right)), {.item = at.right}))) {
      return;
    }
    forward(at);
  }
}

// Gives what has to be said behind the inserted content, to undo what was said before it.
FormatMap TextEditor::insert_attributes(TextPosition& at, const FormatMap& attributes) {
  FormatMap negated = formats_.empty_map();
  attributes.for_each([&](std::uint32_t key, FormatRef value) {
    const FormatRef current = formats_.get(at.current, key);
    if (formats_.equal(current, value)) return;
    negated.set(key, current);
    put_format(at, key, value);
  });
  return negated;
}

void TextEditor::insert_negated(TextPosition& at, FormatMap negated) {
  while (at.right != kNoHandle) {
    if (!is_passed(at.right)) {
      if (!is_format(at.right)) break;
      const std::uint32_t key = formats_.key(at.right);
      const FormatRef* value = negated.find(key);
      if (value == nullptr ? !formats_.is_undefined({.item = at.right})
                           : !formats_.equal(*value, {.item = at.right})) {
        break;
      }
      negated.erase(key);
    }
    forward(at);
  }
  negated.for_each([&](std::uint32_t key, FormatRef value) { put_format(at, key, value); });
}

Handle TextEditor::insert(TextPosition& at, const NewContent& content, FormatMap attributes) {
  return insert(at, content, attributes, nullptr);
}

Handle TextEditor::insert_type(TextPosition& at, const Prelim& type, FormatMap attributes) {
  return insert(at, type_content(doc_, type), attributes, &type);
}

Handle TextEditor::insert(TextPosition& at, const NewContent& content, FormatMap& attributes,
                          const Prelim* type) {
  bool added = false;
  at.current.for_each([&](std::uint32_t key, FormatRef) {
    const FormatRef* value = attributes.find(key);
    if (value != nullptr && !formats_.is_undefined(*value)) return;
    attributes.set(key, FormatRef{});
    added = true;
  });
  if (added) attributes = formats_.in_key_order(attributes);
  minimize_changes(at, attributes);
  FormatMap negated = insert_attributes(at, attributes);
  const Handle made = put(at, content);
  if (type != nullptr && made != kNoHandle) fill_type(doc_, store_.items[made].data, *type);
  insert_negated(at, std::move(negated));
  if (store_.types[type_].has_formatting) remember(at);
  return made;
}

// Deletes a format that the attributes overrule. False where formatting ends: the range is behind
// us and the format says something of its own.
bool TextEditor::format_item(TextPosition& at, const FormatMap& attributes, FormatMap& negated,
                             bool inside) {
  const std::uint32_t key = formats_.key(at.right);
  const FormatRef* value = attributes.find(key);
  if (value == nullptr) return true;
  if (formats_.equal(*value, {.item = at.right})) {
    negated.erase(key);
  } else {
    if (!inside) return false;
    negated.set(key, {.item = at.right});
  }
  doc_.remove(at.right);
  return true;
}

void TextEditor::format(TextPosition& at, std::uint32_t length, const FormatMap& attributes) {
  if (attributes.empty() && length > 0 && !store_.types[type_].has_formatting &&
      attributions_ == nullptr) {
    const std::uint32_t step = std::min(length, store_.types[type_].length - at.index);
    skip(at, step);
    length -= step;
  }
  minimize_changes(at, attributes);
  FormatMap negated = insert_attributes(at, attributes);
  while (at.right != kNoHandle) {
    const Item& item = store_.items[at.right];
    if (length == 0 && (negated.empty() || !(is_passed(at.right) || is_format(at.right)))) break;
    if (item.deleted()) {
      if (attributions_ != nullptr) length = cut_shown(at.right, length);
    } else {
      if (is_format(at.right)) {
        if (!format_item(at, attributes, negated, length > 0)) break;
      } else {
        if (length < item.length) doc_.clean_start({item.client, item.clock + length});
        length -= item.length;
      }
    }
    forward(at);
  }
  if (length > 0) {
    const std::string feeds(length, '\n');
    put(at,
        {.kind = Kind::string, .length = length, .flags = Item::kAscii, .bytes = feeds, .key = {}});
  }
  insert_negated(at, std::move(negated));
  remember(at);
}

// What walking does where there are no formats.
void TextEditor::skip(TextPosition& at, std::uint32_t length) {
  if (length == 0) return;
  const Gap gap = open_gap(doc_, type_, at.index + length);
  at.left = gap.left;
  at.right = gap.right;
  at.index += length;
}

void TextEditor::remove(TextPosition& at, std::uint32_t length) {
  const Handle start = at.right;
  const bool formatted = store_.types[type_].has_formatting;
  const FormatMap before = formatted ? at.current : formats_.empty_map();
  while (length > 0 && at.right != kNoHandle) {
    if (!formatted) skip_tombstones(at);
    if (at.right == kNoHandle) break;
    const Item& item = store_.items[at.right];
    const Kind kind = item.content();
    const bool is_text = kind == Kind::string || kind == Kind::embed || kind == Kind::type;
    if (doc_.options.compat == Compat::v14 ? item.visible() > 0 : !item.deleted() && is_text) {
      if (length < item.length) doc_.clean_start({item.client, item.clock + length});
      length -= item.length;
      doc_.remove(at.right);
    } else if (attributions_ != nullptr && item.deleted()) {
      length = remove_shown(at.right, length);
    }
    forward(at);
  }
  if (formatted && start != kNoHandle)
    document::clean_gap(doc_, start, at.right, before, at.current);
}

}  // namespace weft::types
