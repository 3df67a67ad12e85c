#include "api/operations.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <weft/types.hpp>

namespace weft::api {

namespace {

std::optional<std::uint32_t> index_of(const Value* value) {
  const auto* number = value == nullptr ? nullptr : value->get_if<double>();
  if (number == nullptr || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max() ||
      std::trunc(*number) != *number) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*number);
}

// How deep it nests is bounded by Value::from_json.
Content content_of(const Value& value, bool shared) {
  if (!shared) return value;
  if (const auto* object = value.get_if<ValueObject>()) {
    Prelim::Entries entries;
    for (const auto& [key, entry] : *object) entries.emplace_back(key, content_of(entry, true));
    return Prelim::map(std::move(entries));
  }
  if (const auto* list = value.get_if<ValueArray>()) {
    std::vector<Content> elements;
    for (const Value& element : *list) elements.push_back(content_of(element, true));
    return Prelim::array(std::move(elements));
  }
  return value;
}

// One operation, its members looked at.
class Operation {
 public:
  Operation(Doc& doc, Transaction& txn, const Value& members)
      : doc_(doc), txn_(txn), members_(members) {
    const Value* shared = members.find("shared");
    shared_ = shared != nullptr && *shared == Value(true);
  }

  EditDone carry_out() {
    static constexpr std::array<std::pair<const char*, EditDone (Operation::*)(const Value&)>, 5>
        kActions{{{"delta", &Operation::change_text},
                  {"insert", &Operation::insert},
                  {"remove", &Operation::remove},
                  {"set", &Operation::set},
                  {"unset", &Operation::unset}}};
    EditDone (Operation::*action)(const Value&) = nullptr;
    const Value* argument = nullptr;
    for (const auto& [name, each] : kActions) {
      const Value* found = members_.find(name);
      if (found == nullptr) continue;
      if (argument != nullptr) return std::unexpected("does more than one thing");
      argument = found;
      action = each;
    }
    if (argument == nullptr) {
      return std::unexpected("does nothing: it needs delta, insert, remove, set or unset");
    }
    return (this->*action)(*argument);
  }

 private:
  // The type that the path leads to; its root is made with `make_root` where it is not there.
  template <typename T>
  std::expected<T, std::string> target(T (Doc::*make_root)(std::string_view)) {
    const Value* path = members_.find("path");
    const auto* steps = path == nullptr ? nullptr : path->get_if<ValueArray>();
    const auto* root =
        steps == nullptr || steps->empty() ? nullptr : steps->front().get_if<std::string>();
    if (root == nullptr) return std::unexpected("path is a list that begins with a root's name");
    if (steps->size() == 1) {
      const std::optional<TypeKind> kind = infer_kind(doc_, *root);
      if (kind && !T::holds(*kind)) return std::unexpected("the root is of another kind");
      return (doc_.*make_root)(*root);
    }
    Element at = first_step(*root, (*steps)[1]);
    for (std::size_t i = 2; i < steps->size(); ++i) {
      const auto* type = std::get_if<SharedType>(&at);
      if (type == nullptr) return std::unexpected("there is no shared type at the path");
      at = next_step(*type, (*steps)[i]);
    }
    const auto* type = std::get_if<SharedType>(&at);
    if (type == nullptr) return std::unexpected("there is no shared type at the path");
    const std::optional<T> found = type->as<T>();
    if (!found) return std::unexpected("the type at the path is of another kind");
    return *found;
  }

  Element first_step(const std::string& root, const Value& step) const {
    const std::optional<TypeKind> kind = infer_kind(doc_, root);
    if (!kind) return {};
    if (*kind == TypeKind::map) return element_of(doc_.map(root), step);
    if (*kind == TypeKind::array) return element_of(doc_.array(root), step);
    return {};
  }
  static Element next_step(const SharedType& type, const Value& step) {
    if (const auto map = type.as<Map>()) return element_of(*map, step);
    if (const auto array = type.as<Array>()) return element_of(*array, step);
    return {};
  }
  static Element element_of(const Map& map, const Value& step) {
    const auto* key = step.get_if<std::string>();
    return key == nullptr ? Element() : map.get(*key);
  }
  static Element element_of(const Array& array, const Value& step) {
    const auto index = index_of(&step);
    return index && *index < array.length() ? array.get(*index) : Element();
  }

  EditDone change_text(const Value& argument) {
    auto text = target<Text>(&Doc::text);
    if (!text) return std::unexpected(text.error());
    const auto delta = Delta::from_value(argument);
    if (!delta) return std::unexpected("delta: " + weft::message(delta.error()));
    return edit_done(text->apply_delta(txn_, *delta));
  }

  EditDone insert(const Value& argument) {
    auto array = target<Array>(&Doc::array);
    if (!array) return std::unexpected(array.error());
    const auto* values = argument.get_if<ValueArray>();
    if (values == nullptr) return std::unexpected("insert is a list of what is inserted");
    const Value* at = members_.find("at");
    const auto index = at == nullptr ? std::optional(array->length()) : index_of(at);
    if (!index) return std::unexpected("at is an index");
    std::vector<Content> contents;
    for (const Value& value : *values) contents.push_back(content_of(value, shared_));
    return edit_done(array->insert(txn_, *index, contents));
  }

  EditDone remove(const Value& argument) {
    auto array = target<Array>(&Doc::array);
    if (!array) return std::unexpected(array.error());
    const auto count = index_of(&argument);
    const auto index = index_of(members_.find("at"));
    if (!count || !index) return std::unexpected("remove is a count, at an index");
    return edit_done(array->remove(txn_, *index, *count));
  }

  EditDone set(const Value& argument) {
    auto map = target<Map>(&Doc::map);
    if (!map) return std::unexpected(map.error());
    const auto* entries = argument.get_if<ValueObject>();
    if (entries == nullptr) return std::unexpected("set is an object of keys and values");
    for (const auto& [key, value] : *entries) {
      if (auto done = edit_done(map->set(txn_, key, content_of(value, shared_))); !done)
        return done;
    }
    return {};
  }

  EditDone unset(const Value& argument) {
    auto map = target<Map>(&Doc::map);
    if (!map) return std::unexpected(map.error());
    const auto* keys = argument.get_if<ValueArray>();
    if (keys == nullptr) return std::unexpected("unset is a list of keys");
    for (const Value& each : *keys) {
      const auto* key = each.get_if<std::string>();
      if (key == nullptr) return std::unexpected("unset is a list of keys");
      if (auto done = edit_done(map->remove(txn_, *key)); !done) return done;
    }
    return {};
  }

  Doc& doc_;
  Transaction& txn_;
  const Value& members_;
  bool shared_ = false;
};

}  // namespace

EditDone apply_operations(Doc& doc, const Value& body) {
  const Value* list = body.find("operations");
  const auto* operations = list == nullptr ? nullptr : list->get_if<ValueArray>();
  if (operations == nullptr) return std::unexpected("operations is a list");
  Transaction txn = doc.transact();
  for (std::size_t i = 0; i < operations->size(); ++i) {
    if (auto done = Operation(doc, txn, (*operations)[i]).carry_out(); !done) {
      return std::unexpected("operation " + std::to_string(i) + " " + done.error());
    }
  }
  txn.commit();
  return {};
}

}  // namespace weft::api
