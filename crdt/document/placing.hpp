// Where the struct of an update belongs in a document, and what it brings. Source: Yjs
// Item.getMissing (its second half), Item.integrate, the splice functions of Yjs Content*.
#pragma once

#include <string>

#include "document/doc_state.hpp"

namespace weft::document {

class Placing {
 public:
  Placing(DocState& doc, const DecodedUpdate& decoded)
      : doc_(doc), store_(doc.store), in_(decoded) {}

  /// Splits what stands there, even where the struct turns out to be known. REQUIRES: all that the
  /// record names is known.
  Place find_place(const Record& record) { return find_place(record, record.origin()); }

  /// The same for the part of the record that begins behind `origin`.
  Place find_place(const Record& record, DenseId origin);

  NewContent content_of(const Record& record) const;

  bool starts_with(Handle item, DenseId id) const {
    return DenseId{store_.items[item].client, store_.items[item].clock} == id;
  }

  /// Takes `units` away at the front. A cut between two surrogate halves leaves U+FFFD.
  void cut(NewContent& content, std::uint32_t units);
  /// The same at the back.
  void cut_back(NewContent& content, std::uint32_t units);

 private:
  ListIx find_parent(const Extra& extra);

  DocState& doc_;
  Store& store_;
  const DecodedUpdate& in_;
  std::string front_text_;  // content that was cut inside a surrogate pair
  std::string back_text_;
};

inline Place Placing::find_place(const Record& record, DenseId origin) {
  Place place;
  place.origin = origin;
  place.right_origin = record.right_origin();
  if (origin.exists()) place.left = doc_.clean_end(origin);
  if (place.right_origin.exists()) {
    if (store::is_item(place.left)) place.right = store_.items[place.left].right;
    if (place.right == kNoHandle || !starts_with(place.right, place.right_origin)) {
      place.right = doc_.clean_start(place.right_origin);
    }
  }
  if (place.left == store::kGc || place.right == store::kGc) return place;
  if (place.left != kNoHandle) {
    place.list = store_.items[place.left].list;
  } else if (place.right != kNoHandle) {
    place.list = store_.items[place.right].list;
  } else {
    place.list = find_parent(*in_.extra(record));
  }
  return place;
}

inline NewContent Placing::content_of(const Record& record) const {
  const Extra* extra = in_.extra(record);
  NewContent content{.kind = record.kind(),
                     .length = record.length,
                     .flags = record.flags & ~Record::kExtra,
                     .bytes = in_.text(extra != nullptr ? extra->content : record.content),
                     .key = extra != nullptr ? in_.text(extra->key) : std::string_view{},
                     .type_ref = extra != nullptr ? extra->type_ref : 0};
  content.should_load = extra != nullptr && extra->should_load;
  return content;
}

}  // namespace weft::document
