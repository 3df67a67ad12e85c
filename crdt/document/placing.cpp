#include "document/placing.hpp"

#include "encoding/utf.hpp"

namespace weft::document {

ListIx Placing::find_parent(const Extra& extra) {
  TypeIx type = 0;
  if (extra.parent == ParentKind::root) {
    type = doc_.root(in_.text(extra.parent_name));
  } else {
    const Handle parent = store_.containing(extra.parent_id);
    if (parent == store::kGc || store_.items[parent].content() != Kind::type) {
      return store::kNoIndex;
    }
    type = store_.items[parent].data;
  }
  if (!extra.has_parent_sub) return store_.types[type].sequence;
  return store_.types.key_list(type, store_.strings.intern(in_.text(extra.parent_sub)));
}

void Placing::cut(NewContent& content, std::uint32_t units) {
  content.length -= units;
  if (content.kind == Kind::string) {
    if ((content.flags & Item::kAscii) != 0) {
      content.bytes.remove_prefix(units);
      return;
    }
    const encoding::TextCut cut = encoding::cut_text(content.bytes, units);
    content.bytes.remove_prefix(cut.right);
    if (!cut.head.empty()) {
      front_text_ = cut.head;
      front_text_.append(content.bytes);
      content.bytes = front_text_;
    }
  } else if (content.kind == Kind::any || content.kind == Kind::json) {
    content.bytes.remove_prefix(store::skip_values(content.bytes, content.kind, units));
  }
}

void Placing::cut_back(NewContent& content, std::uint32_t units) {
  content.length -= units;
  if (content.kind == Kind::string) {
    if ((content.flags & Item::kAscii) != 0) {
      content.bytes.remove_suffix(units);
      return;
    }
    const auto position = encoding::find_utf16(content.bytes, content.length);
    content.bytes = content.bytes.substr(0, position.byte);
    if (position.inside_pair) {
      back_text_ = content.bytes;
      back_text_.append(encoding::kReplacement);
      content.bytes = back_text_;
    }
  } else if (content.kind == Kind::any || content.kind == Kind::json) {
    content.bytes =
        content.bytes.substr(0, store::skip_values(content.bytes, content.kind, content.length));
  }
}

}  // namespace weft::document
