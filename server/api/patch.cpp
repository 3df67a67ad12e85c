#include "api/patch.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <weft/types.hpp>

namespace weft::api {

namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// In UTF-16 code units; `text` begins and ends between characters.
std::uint32_t units(std::string_view text) {
  std::uint32_t count = 0;
  for (const char c : text) {
    if (!is_continuation(c)) count += static_cast<unsigned char>(c) >= 0xF0 ? 2 : 1;
  }
  return count;
}

// How much of the beginning is the same, in whole characters.
std::size_t common_prefix(std::string_view a, std::string_view b) {
  const auto [at, other] = std::ranges::mismatch(a, b);
  auto size = static_cast<std::size_t>(at - a.begin());
  while (size > 0 && ((size < a.size() && is_continuation(a[size])) ||
                      (size < b.size() && is_continuation(b[size])))) {
    --size;
  }
  return size;
}

std::size_t common_suffix(std::string_view a, std::string_view b) {
  std::size_t size = 0;
  const std::size_t most = std::min(a.size(), b.size());
  while (size < most && a[a.size() - size - 1] == b[b.size() - size - 1]) ++size;
  while (size > 0 && is_continuation(a[a.size() - size])) --size;
  return size;
}

EditDone patch_text(Transaction& txn, Text text, const std::string& wanted) {
  const std::string present = text.to_string();
  if (units(present) != text.length()) {
    return std::unexpected("a text with more than characters in it cannot be patched");
  }
  const std::size_t prefix = common_prefix(present, wanted);
  const std::string_view rest = std::string_view(present).substr(prefix);
  const std::string_view wanted_rest = std::string_view(wanted).substr(prefix);
  const std::size_t suffix = common_suffix(rest, wanted_rest);
  const std::string_view gone = rest.substr(0, rest.size() - suffix);
  const std::string_view added = wanted_rest.substr(0, wanted_rest.size() - suffix);
  const std::uint32_t index = units(std::string_view(present).substr(0, prefix));
  if (!gone.empty()) {
    if (auto done = edit_done(text.remove(txn, index, units(gone))); !done) return done;
  }
  return added.empty() ? EditDone() : edit_done(text.insert(txn, index, added));
}

Value value_of(const Element& element) {
  if (const auto* value = std::get_if<Value>(&element)) return *value;
  if (const auto* type = std::get_if<SharedType>(&element)) return type->to_json();
  return {};
}

EditDone patch_array(Transaction& txn, Array array, const ValueArray& wanted) {
  std::vector<Value> present;
  for (const Element& element : array.elements()) present.push_back(value_of(element));
  const auto [at, wanted_at] = std::ranges::mismatch(present, wanted);
  const auto prefix = static_cast<std::size_t>(at - present.begin());
  std::size_t suffix = 0;
  const std::size_t most = std::min(present.size(), wanted.size()) - prefix;
  while (suffix < most &&
         present[present.size() - suffix - 1] == wanted[wanted.size() - suffix - 1]) {
    ++suffix;
  }
  const std::size_t gone = present.size() - prefix - suffix;
  const auto added = std::span(wanted).subspan(prefix, wanted.size() - prefix - suffix);
  const auto index = static_cast<std::uint32_t>(prefix);
  if (gone > 0) {
    if (auto done = edit_done(array.remove(txn, index, static_cast<std::uint32_t>(gone))); !done) {
      return done;
    }
  }
  return added.empty() ? EditDone() : edit_done(array.insert(txn, index, added));
}

EditDone patch_map(Transaction& txn, Map map, const ValueObject& wanted);

// True if `type` could take `wanted` as it is; false: it has to be replaced.
std::expected<bool, std::string> patch_type(Transaction& txn, const SharedType& type,
                                            const Value& wanted) {
  EditDone done;
  if (const auto* object = wanted.get_if<ValueObject>(); object && type.kind() == TypeKind::map) {
    done = patch_map(txn, Map(type.doc(), type.type()), *object);
  } else if (const auto* list = wanted.get_if<ValueArray>();
             list && type.kind() == TypeKind::array) {
    done = patch_array(txn, Array(type.doc(), type.type()), *list);
  } else if (const auto* text = wanted.get_if<std::string>();
             text && type.kind() == TypeKind::text) {
    done = patch_text(txn, Text(type.doc(), type.type()), *text);
  } else {
    return false;
  }
  if (!done) return std::unexpected(done.error());
  return true;
}

EditDone patch_map(Transaction& txn, Map map, const ValueObject& wanted) {
  for (const auto& [key, value] : wanted) {
    const Element present = map.get(key);
    if (value.is<Null>()) {
      if (!map.has(key)) continue;
      if (auto done = edit_done(map.remove(txn, key)); !done) return done;
      continue;
    }
    if (const auto* type = std::get_if<SharedType>(&present)) {
      const auto taken = patch_type(txn, *type, value);
      if (!taken) return std::unexpected(taken.error());
      if (*taken) continue;
    } else if (value_of(present) == value) {
      continue;
    }
    if (auto done = edit_done(map.set(txn, key, value)); !done) return done;
  }
  return {};
}

EditDone patch_root(Transaction& txn, Doc& doc, const std::string& name, const Value& wanted) {
  const std::optional<TypeKind> kind = infer_kind(doc, name);
  const auto is = [&](TypeKind other) { return !kind || *kind == other; };
  if (const auto* object = wanted.get_if<ValueObject>(); object && is(TypeKind::map)) {
    return patch_map(txn, doc.map(name), *object);
  }
  if (const auto* list = wanted.get_if<ValueArray>(); list && is(TypeKind::array)) {
    return patch_array(txn, doc.array(name), *list);
  }
  if (const auto* text = wanted.get_if<std::string>(); text && is(TypeKind::text)) {
    return patch_text(txn, doc.text(name), *text);
  }
  return std::unexpected("the root '" + name + "' is of another kind");
}

}  // namespace

EditDone apply_patch(Doc& doc, const Value& patch) {
  const auto* roots = patch.get_if<ValueObject>();
  if (roots == nullptr) return std::unexpected("a patch is an object: {root: contents}");
  Transaction txn = doc.transact();
  for (const auto& [name, wanted] : *roots) {
    if (auto done = patch_root(txn, doc, name, wanted); !done) return done;
  }
  txn.commit();
  return {};
}

}  // namespace weft::api
