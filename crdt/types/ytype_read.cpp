// A YType and all inside it as one value. Source: @y/y 14 YType.toArray, toJSON, toString, clone.
#include <algorithm>

#include <weft/limits.hpp>
#include <weft/ytype.hpp>

#include "types/js_string.hpp"
#include "types/keys.hpp"

namespace weft {

using namespace types;

namespace {

// Recursion is bounded by limits::depth_max.
Value json_of(const YType& type, int depth) {
  if (depth > limits::depth_max) return Null{};
  const auto json = [depth](const Element& element) -> Value {
    if (const auto* value = std::get_if<Value>(&element)) return *value;
    if (const auto* inside = std::get_if<SharedType>(&element)) return json_of(*inside, depth + 1);
    return ValueObject{};  // a subdocument's contents are not here
  };
  ValueObject object;
  if (auto name = type.name()) object.emplace_back("name", std::move(*name));
  if (type.length() > 0) {
    ValueArray children;
    for (const Element& child : type.to_array()) children.push_back(json(child));
    object.emplace_back("children", std::move(children));
  }
  ValueObject attrs;
  for (const auto& [key, element] : object_entries_of(*type.doc(), type.type())) {
    attrs.emplace_back(key, json(element));
  }
  if (!attrs.empty()) object.emplace_back("attrs", std::move(attrs));
  return object;
}

// Recursion is bounded by limits::depth_max.
class Tags {
 public:
  void add(const YType& type, bool force_tag, int depth) {
    if (depth > limits::depth_max) return;
    auto attrs = object_entries_of(*type.doc(), type.type());
    std::sort(attrs.begin(), attrs.end(),
              [](const auto& a, const auto& b) { return utf16_less(a.first, b.first); });
    const std::optional<std::string> name = type.name();
    const bool has_tag = name || force_tag || !attrs.empty();
    if (has_tag) {
      out_ += "<" + name.value_or("");
      for (const auto& [key, element] : attrs) {
        out_ += " " + key + "=";
        add_element(element, depth, "undefined");
      }
      if (type.length() == 0) {
        out_ += " />";
        return;
      }
      out_ += ">";
    }
    for (const Element& child : type.to_array()) {
      const auto* value = std::get_if<Value>(&child);
      const auto* text = value == nullptr ? nullptr : value->get_if<std::string>();
      if (text != nullptr) {
        out_ += *text;
      } else {
        add_element(child, depth, "");
      }
    }
    if (has_tag) out_ += "</" + name.value_or("") + ">";
  }

  std::string take() { return std::move(out_); }

 private:
  void add_element(const Element& element, int depth, std::string_view undefined) {
    if (const auto* type = std::get_if<SharedType>(&element)) return add(*type, true, depth + 1);
    const auto* value = std::get_if<Value>(&element);
    if (value == nullptr) {
      out_ += "{}";
    } else if (value->is<Undefined>()) {
      out_ += undefined;
    } else {
      out_ += value->to_json();
    }
  }

  std::string out_;
};

// Whether all that the delta holds nests within the bound; render_delta leaves out what does not.
bool nests_within(const YType& type, int depth) {
  if (depth > limits::depth_max) return false;
  const auto within = [depth](const Element& element) {
    const auto* inside = std::get_if<SharedType>(&element);
    return inside == nullptr || nests_within(*inside, depth + 1);
  };
  const auto children = type.slice();
  const auto attrs = type.attrs();
  return std::all_of(children.begin(), children.end(), within) &&
         std::all_of(attrs.begin(), attrs.end(),
                     [&](const auto& entry) { return within(entry.second); });
}

}  // namespace

std::vector<Element> YType::to_array() const {
  std::vector<Element> elements;
  for (const YDeltaOp& op : to_delta().children) {
    if (const auto* text = std::get_if<YInsertText>(&op)) elements.emplace_back(Value(text->text));
    const auto* inserted = std::get_if<YInsert>(&op);
    if (inserted == nullptr) continue;
    for (const YContent& content : inserted->contents) {
      if (const auto* type = std::get_if<SharedType>(&content)) {
        elements.emplace_back(*type);
      } else if (const auto* value = std::get_if<Value>(&content)) {
        elements.emplace_back(*value);
      }
    }
  }
  return elements;
}

Value YType::to_json() const { return json_of(*this, 1); }

std::string YType::to_string() const {
  Tags tags;
  tags.add(*this, false, 1);
  return tags.take();
}

Result<Prelim> YType::clone() const {
  if (!nests_within(*this, 1)) return std::unexpected(Error{Errc::too_deep});
  Prelim copy = Prelim::ytype(name(), to_delta(nullptr, true));
  if (const auto is = kind(); is && *is <= TypeKind::xml_text) copy.kind = *is;
  return copy;
}

}  // namespace weft
