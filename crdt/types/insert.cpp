#include "types/insert.hpp"

#include <weft/limits.hpp>

#include "encoding/utf.hpp"
#include "types/text_check.hpp"
#include "types/ydelta_check.hpp"
#include "types/ytype_editor.hpp"

namespace weft::types {

namespace {

// Counts what content will take, and finds what cannot be written. The numbers are upper bounds.
class Checker {
 public:
  explicit Checker(Place place) : place_(place) {}

  bool check(const Value& value) {
    ++units_;
    const bool refused = place_ == Place::list && (value.is<Undefined>() || value.is<BigInt>());
    return refused ? fail(Errc::wrong_type) : check_value(value, 1);
  }

  bool check(const Content& content) {
    if (const auto* value = std::get_if<Value>(&content.variant())) return check(*value);
    ++units_;
    if (const auto* type = std::get_if<Prelim>(&content.variant())) return check_type(*type);
    const auto& subdoc = std::get<SubDocOptions>(content.variant());
    return check_string(subdoc.guid) && check_value(subdoc.meta, 2);
  }

  Result<TypeCost> cost(const Prelim& type) {
    check_type(type);
    if (error_) return std::unexpected(*error_);
    return TypeCost{.units = units_ + 1, .bytes = bytes_};
  }

  Result<TypeCost> cost(std::span<const Content> contents) {
    for (const Content& content : contents) {
      if (!check(content) && error_) return std::unexpected(*error_);
    }
    return TypeCost{.units = units_, .bytes = bytes_};
  }

  /// What was found, and whether the document has room for it.
  Result<void> result(const DocState& doc) const {
    if (error_) return std::unexpected(*error_);
    const store::ClientIx client = doc.store.clients.find(doc.options.client_id);
    const std::uint64_t state =
        client == store::kNoClient ? 0 : doc.store.clients[client].structs.state();
    if (units_ > limits::clock_max - state || !doc.store.pool.room_for(bytes_)) {
      return std::unexpected(Error{Errc::too_large});
    }
    return {};
  }

 private:
  bool fail(Errc code) {
    error_ = Error{code};
    return false;
  }

  bool check_string(std::string_view text) {
    bytes_ += text.size() + 10;
    return check_text(text) ? true : fail(Errc::invalid_utf8);
  }

  bool check_value(const Value& value, int depth) {
    bytes_ += 10;
    if (const auto* text = value.get_if<std::string>()) return check_string(*text);
    if (const auto* bytes = value.get_if<Bytes>()) bytes_ += bytes->size();
    if (const auto* array = value.get_if<ValueArray>()) {
      if (depth > limits::depth_max) return fail(Errc::too_deep);
      for (const Value& element : *array) {
        if (!check_value(element, depth + 1)) return false;
      }
    }
    if (const auto* object = value.get_if<ValueObject>()) {
      if (depth > limits::depth_max) return fail(Errc::too_deep);
      for (const auto& [key, member] : *object) {
        if (!check_string(key) || !check_value(member, depth + 1)) return false;
      }
    }
    return true;
  }

  bool check_type(const Prelim& type) {
    if (type.kind > TypeKind::xml_text) return fail(Errc::invalid_content);
    const Place before = std::exchange(place_, Place::list);
    bool good = check_string(type.name);
    for (const Content& child : type.children) good = good && check(child);
    place_ = Place::map;
    for (const auto& [key, content] : type.entries) {
      good = good && check_string(key) && check(content);
    }
    place_ = before;
    return good && check_delta(type.delta) && check_ydelta(type.contents.get());
  }

  bool check_delta(const Delta& delta) {
    if (delta.ops.empty()) return true;
    const TextCheck check = measure_delta(delta);
    if (const auto error = check.error()) return fail(error->code);
    units_ += check.units();
    bytes_ += 4 * check.bytes();
    return true;
  }

  bool check_ydelta(const YDelta* contents) {
    if (contents == nullptr) return true;
    YDeltaCheck check(nullptr);
    check.add(*contents, store::kNoIndex);
    if (const auto& error = check.error()) return fail(error->code);
    units_ += check.units();
    bytes_ += 4 * check.bytes();
    return true;
  }

  Place place_;
  std::uint64_t units_ = 0;
  std::uint64_t bytes_ = 0;
  std::optional<Error> error_;
};

template <typename T>
Result<void> check_all(DocState& doc, std::span<const T> contents, Place place) {
  Checker checker(place);
  for (const T& content : contents) {
    if (!checker.check(content)) break;
  }
  return checker.result(doc);
}

std::uint32_t type_ref_of(const DocState& doc, const Prelim& type) {
  const auto own = static_cast<std::uint32_t>(type.kind);
  if (doc.options.compat == Compat::v13 || type.contents != nullptr) return own;
  return static_cast<std::uint32_t>(update::type_has_key(own) ? TypeKind::xml_element
                                                              : TypeKind::xml_fragment);
}

}  // namespace

// The options that Yjs's ContentDoc writes.
Bytes subdoc_options(const SubDocOptions& options) {
  ValueObject written;
  if (!options.gc) written.emplace_back("gc", false);
  if (options.auto_load) written.emplace_back("autoLoad", true);
  if (!options.meta.is<Null>() && !options.meta.is<Undefined>()) {
    written.emplace_back("meta", options.meta);
  }
  return Value(std::move(written)).encode();
}

NewContent subdoc_content(const SubDocOptions& options, const Bytes& encoded) {
  return {.kind = Kind::doc,
          .bytes = as_text(encoded),
          .key = options.guid,
          .should_load = options.should_load};
}

Result<TypeCost> measure_type(const Prelim& type) { return Checker(Place::map).cost(type); }

Result<TypeCost> measure_contents(std::span<const Content> contents) {
  return Checker(Place::map).cost(contents);
}

NewContent type_content(const DocState& doc, const Prelim& type) {
  return {.kind = Kind::type, .bytes = {}, .key = type.name, .type_ref = type_ref_of(doc, type)};
}

// Recursion as deep as the contents, which their maker bounds.
void fill_type(DocState& doc, TypeIx type, const Prelim& contents) {
  if (contents.contents != nullptr) return YEditor(doc, type).apply(*contents.contents);
  ListWriter writer(doc, type, Gap{});
  for (const Content& child : contents.children) writer.add(child);
  writer.finish();
  for (const auto& [key, content] : contents.entries) set_key(doc, type, key, content);
  if (contents.delta.ops.empty()) return;
  const auto applied = write_delta(doc, type, contents.delta, true);
  assert(applied);
  static_cast<void>(applied);
}

Result<void> check_contents(DocState& doc, std::span<const Content> contents, Place place) {
  return check_all(doc, contents, place);
}

Result<void> check_contents(DocState& doc, std::span<const Value> values, Place place) {
  return check_all(doc, values, place);
}

// A value read from a document may hold unpaired surrogates, which leave as U+FFFD.
Result<void> check_text(std::string_view text) {
  if (encoding::scan_utf8(text).valid) return {};
  if (encoding::has_surrogate(text)) {
    std::string well_formed;
    encoding::append_well_formed(well_formed, text);
    if (encoding::scan_utf8(well_formed).valid) return {};
  }
  return std::unexpected(Error{Errc::invalid_utf8});
}

void ListWriter::put(const NewContent& content) {
  gap_.left = doc_.insert_local(list_, gap_.left, gap_.right, content);
}

void ListWriter::add(const Value& value) {
  if (const Bytes* bytes = value.get_if<Bytes>()) {
    finish();
    put({.kind = Kind::binary, .bytes = as_text(*bytes), .key = {}});
    return;
  }
  const Bytes encoded = value.encode();
  packed_.insert(packed_.end(), encoded.begin(), encoded.end());
  ++count_;
}

void ListWriter::add(const Content& content) {
  if (const auto* value = std::get_if<Value>(&content.variant())) return add(*value);
  finish();
  if (const auto* type = std::get_if<Prelim>(&content.variant())) {
    put(type_content(doc_, *type));
    fill_type(doc_, doc_.store.items[gap_.left].data, *type);
    return;
  }
  const auto& subdoc = std::get<SubDocOptions>(content.variant());
  const Bytes encoded = subdoc_options(subdoc);
  put(subdoc_content(subdoc, encoded));
}

Handle ListWriter::finish() {
  if (count_ == 0) return gap_.left;
  put({.kind = Kind::any, .length = count_, .bytes = as_text(packed_), .key = {}});
  packed_.clear();
  count_ = 0;
  return gap_.left;
}

Handle set_key(DocState& doc, TypeIx type, std::string_view key, const Content& content) {
  const store::ListIx list = doc.store.types.key_list(type, doc.store.strings.intern(key));
  const auto put = [&](const NewContent& made) {
    return doc.insert_local(list, doc.store.types.list(list).last, kNoHandle, made);
  };
  Bytes buffer;
  if (const auto* value = std::get_if<Value>(&content.variant())) {
    return put(value_content(*value, buffer));
  }
  if (const auto* made = std::get_if<Prelim>(&content.variant())) {
    const Handle item = put(type_content(doc, *made));
    fill_type(doc, doc.store.items[item].data, *made);
    return item;
  }
  const auto& subdoc = std::get<SubDocOptions>(content.variant());
  buffer = subdoc_options(subdoc);
  return put(subdoc_content(subdoc, buffer));
}

Result<Handle> set_checked(DocState& doc, TypeIx type, std::string_view key,
                           const Content& content) {
  if (!doc.store.is_live(type)) return std::unexpected(Error{Errc::wrong_type});
  auto checked = check_text(key);
  if (checked) checked = check_contents(doc, std::span(&content, 1), Place::map);
  if (!checked) return std::unexpected(checked.error());
  return set_key(doc, type, key, content);
}

Result<void> remove_checked(DocState& doc, TypeIx type, std::uint32_t index, std::uint32_t length) {
  if (!doc.store.is_live(type)) return std::unexpected(Error{Errc::wrong_type});
  const std::uint32_t all = doc.store.types[type].length;
  if (index > all || length > all - index) return std::unexpected(Error{Errc::out_of_range});
  if (length > 0) remove_range(doc, open_gap(doc, type, index), length);
  return {};
}

}  // namespace weft::types
