#include "types/xml_string.hpp"

#include <algorithm>
#include <map>

#include <weft/types.hpp>

#include "encoding/letter_case.hpp"
#include "encoding/reader.hpp"
#include "encoding/utf.hpp"
#include "types/js_string.hpp"
#include "types/keys.hpp"

namespace weft::types {

namespace {

// Writes from a stack of what is still to come: text that is ready, and types that are not.
class Markup {
 public:
  explicit Markup(DocState& doc) : doc_(doc) {}

  void fragment(TypeIx type) { later(elements_of(doc_, type)); }
  void element(const Element& element) { rest_.emplace_back(element); }

  std::string write() {
    while (!rest_.empty()) {
      Piece piece = std::move(rest_.back());
      rest_.pop_back();
      if (const auto* text = std::get_if<std::string>(&piece)) {
        out_ += *text;
      } else {
        write_element(std::get<Element>(piece));
      }
    }
    return std::move(out_);
  }

  void text(TypeIx type);

 private:
  using Piece = std::variant<std::string, Element>;

  void later(std::vector<Element> elements) {
    for (auto at = elements.rbegin(); at != elements.rend(); ++at)
      rest_.emplace_back(std::move(*at));
  }

  void write_element(const Element& element) {
    const auto* type = std::get_if<SharedType>(&element);
    if (type == nullptr) {
      if (const auto* value = std::get_if<Value>(&element)) {
        append_js_string(out_, *value);
      } else {
        out_ += "[object Object]";
      }
      return;
    }
    switch (type->kind().value_or(TypeKind::map)) {
      case TypeKind::xml_fragment:
        return fragment(type->type());
      case TypeKind::xml_element:
        return node(XmlElement(&doc_, type->type()));
      case TypeKind::xml_text:
        return text(type->type());
      case TypeKind::text:
        out_ += Text(&doc_, type->type()).to_string();
        return;
      default:
        out_ += "[object Object]";
    }
  }

  // Attributes may be types, whose markup comes in between.
  void node(const XmlElement& element) {
    const std::string name = encoding::to_lower(element.node_name());
    auto attributes = object_entries_of(doc_, element.type());
    std::sort(attributes.begin(), attributes.end(),
              [](const auto& a, const auto& b) { return utf16_less(a.first, b.first); });
    rest_.emplace_back("</" + name + ">");
    fragment(element.type());
    std::vector<Piece> head;
    std::string ready = "<" + name;
    for (auto& [key, value] : attributes) {
      ready += " " + key + "=\"";
      head.emplace_back(std::move(ready));
      if (std::holds_alternative<std::monostate>(value)) value = Value(Undefined{});
      head.emplace_back(std::move(value));
      ready = "\"";
    }
    head.emplace_back(ready + ">");
    std::move(head.rbegin(), head.rend(), std::back_inserter(rest_));
  }

  DocState& doc_;
  std::string out_;
  std::vector<Piece> rest_;
};

struct Utf16Less {
  bool operator()(const std::string& a, const std::string& b) const { return utf16_less(a, b); }
};

using Marks = std::map<std::string, Value, Utf16Less>;

void append_open_tags(std::string& out, const Marks& marks) {
  for (const auto& [name, value] : marks) {
    out += "<" + name;
    auto members = enumerable_members(value);
    std::sort(members.begin(), members.end(),
              [](const auto& a, const auto& b) { return utf16_less(a.first, b.first); });
    for (const auto& [key, member] : members) {
      out += " " + key + "=\"";
      append_js_string(out, member);
      out += "\"";
    }
    out += ">";
  }
}

void append_close_tags(std::string& out, const Marks& marks) {
  for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark) out += "</" + mark->first + ">";
}

void apply_format(const DocState& doc, const Item& item, Marks& marks) {
  encoding::Reader body(as_bytes(doc.store.content(item)));
  std::string key(as_text(body.varbytes()));
  const ByteView bytes = body.between(body.offset(), item.size);
  auto value = item.has(Item::kJson) ? Value::from_json(as_text(bytes)) : Value::decode(bytes);
  if (!value || value->is<Null>()) {
    marks.erase(key);
  } else {
    marks.insert_or_assign(std::move(key), std::move(*value));
  }
}

}  // namespace

void Markup::text(TypeIx type) {
  const store::Store& store = doc_.store;
  Marks marks;
  std::vector<Piece> pieces;
  std::string ready;
  bool open = false;  // a run of text, whose tags are open
  const auto close = [&] {
    if (open) append_close_tags(ready, marks);
    open = false;
  };
  for (Handle at = store.types.list(store.types[type].sequence).first; at != kNoHandle;
       at = store.items[at].right) {
    const Item& item = store.items[at];
    if (item.deleted()) continue;
    if (item.content() == Kind::string) {
      if (!open) append_open_tags(ready, marks);
      open = true;
      encoding::append_well_formed(ready, store.content(item));
    } else if (item.content() == Kind::format) {
      close();
      apply_format(doc_, item, marks);
    } else if (item.content() == Kind::embed || item.content() == Kind::type) {
      close();
      append_open_tags(ready, marks);
      pieces.emplace_back(std::exchange(ready, {}));
      pieces.emplace_back(element_of(doc_, at, 0));
      append_close_tags(ready, marks);
    }
  }
  close();
  pieces.emplace_back(std::move(ready));
  std::move(pieces.rbegin(), pieces.rend(), std::back_inserter(rest_));
}

std::string fragment_string(DocState& doc, TypeIx type) {
  Markup markup(doc);
  markup.fragment(type);
  return markup.write();
}

std::string element_string(DocState& doc, TypeIx type) {
  Markup markup(doc);
  markup.element(SharedType(&doc, type));
  return markup.write();
}

std::string text_string(DocState& doc, TypeIx type) {
  Markup markup(doc);
  markup.text(type);
  return markup.write();
}

}  // namespace weft::types
