// One line for each struct, deleted range or edit, and the lines that differ.
#include "describe.hpp"

#include <algorithm>

#include "update/reader_v1.hpp"

namespace weft::conformance {

namespace {

constexpr std::size_t kContentShown = 60;  // bytes of content in a line
constexpr std::size_t kLinesAround = 3;
constexpr std::size_t kLinesShown = 24;

std::string show(Id id) { return std::to_string(id.client) + ":" + std::to_string(id.clock); }

std::string show(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, kContentShown)) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x7F) {
      out += "\\x" + to_hex(as_bytes({&c, 1}));
    } else {
      out += c;
    }
  }
  return out + (text.size() > kContentShown ? "\"..." : "\"");
}

const char* name(update::Kind kind) {
  static constexpr const char* kNames[] = {"gc",     "deleted", "json", "binary", "string", "embed",
                                           "format", "type",    "any",  "doc",    "skip"};
  return kNames[static_cast<std::size_t>(kind)];
}

// A reader leaves the fields that a kind does not have as they were.
std::string describe_content(const update::Struct& s) {
  switch (s.kind) {
    case update::Kind::deleted:
      return {};
    case update::Kind::type: {
      const std::string ref = " typeRef " + std::to_string(s.content.type_ref);
      return update::type_has_key(s.content.type_ref) ? ref + " " + show(s.content.key) : ref;
    }
    case update::Kind::format:
    case update::Kind::doc:
      return " " + show(s.content.key) + " " + show(s.content.bytes);
    default:
      return " " + show(s.content.bytes);
  }
}

std::string describe_struct(const update::Struct& s) {
  std::string line = show(Id{s.client, s.clock}) + " +" + std::to_string(s.length) + " " +
                     name(s.kind) + " info " + to_hex({&s.info, 1});
  if (s.kind == update::Kind::gc || s.kind == update::Kind::skip) return line;
  if (s.has_origin()) line += " after " + show(s.origin);
  if (s.has_right_origin()) line += " before " + show(s.right_origin);
  if (s.parent == update::ParentKind::root) line += " in " + show(s.parent_name);
  if (s.parent == update::ParentKind::id) line += " in " + show(s.parent_id);
  if (s.has_parent_sub) line += " key " + show(s.parent_sub);
  return line + describe_content(s);
}

std::string show(const std::vector<Content>& contents) {
  std::string out;
  for (const Content& content : contents) {
    if (!out.empty()) out += ", ";
    if (const auto* value = std::get_if<Value>(&content.variant())) {
      out += value->to_json();
    } else if (const auto* type = std::get_if<Prelim>(&content.variant())) {
      out += "type " + std::to_string(static_cast<int>(type->kind)) + " " + show(type->name) + "(" +
             show(type->children);
      for (const auto& [key, entry] : type->entries) out += "; " + key + ": " + show({entry});
      out += type->delta.ops.empty() ? ")" : "; " + type->delta.to_json() + ")";
    } else {
      out += "doc " + std::get<SubDocOptions>(content.variant()).guid;
    }
  }
  return out;
}

std::string show(const Path& path) {
  std::string out = path.root.name;
  for (const Step& step : path.steps) {
    out += step.by_key ? "[" + show(step.key) + "]" : "[" + std::to_string(step.index) + "]";
  }
  return out;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::vector<std::string> describe_update(ByteView update) {
  std::vector<std::string> lines;
  update::ReaderV1 reader(update);
  update::Struct s;
  while (reader.next(s)) lines.push_back(describe_struct(s));
  ClientId client = 0;
  ClockRange range;
  while (reader.ok() && reader.next_delete(client, range)) {
    lines.push_back("delete " + show(Id{client, range.clock}) + " +" +
                    std::to_string(range.length));
  }
  if (!reader.ok()) lines.push_back("error: " + message(reader.error()));
  return lines;
}

std::string describe_edit(const Edit& edit) {
  const std::string at = std::to_string(edit.index);
  std::string values;
  for (const Value& value : edit.values) values += (values.empty() ? "" : ", ") + value.to_json();
  const std::string kind = "type " + std::to_string(static_cast<int>(edit.kind));
  const std::string attributes = Value(edit.attributes).to_json();
  const std::string where = show(edit.path);
  switch (edit.op) {
    case Op::text_insert:
      return where + ".insert(" + at + ", " + show(edit.text) + ")";
    case Op::array_insert:
      return where + ".insert(" + at + ", [" + values + "])";
    case Op::array_insert_type:
      return where + ".insert(" + at + ", " + kind + ")";
    case Op::text_delete:
    case Op::array_delete:
      return where + ".delete(" + at + ", " + std::to_string(edit.length) + ")";
    case Op::array_push:
      return where + ".push([" + values + "])";
    case Op::map_set:
      return where + ".set(" + show(edit.text) + ", " + values + ")";
    case Op::map_set_type:
      return where + ".set(" + show(edit.text) + ", " + kind + ")";
    case Op::map_delete:
      return where + ".delete(" + show(edit.text) + ")";
    case Op::text_insert_with:
      return where + ".insert(" + at + ", " + show(edit.text) + ", " + attributes + ")";
    case Op::text_embed:
      return where + ".insertEmbed(" + at + ", " + values + ", " + attributes + ")";
    case Op::text_insert_type:
      return where + ".insertEmbed(" + at + ", " + kind + ", " + attributes + ")";
    case Op::text_format:
      return where + ".format(" + at + ", " + std::to_string(edit.length) + ", " + attributes + ")";
    case Op::text_delta:
      return where + ".applyDelta(" + edit.delta.to_json() + ", " +
             (edit.sanitize ? "true)" : "false)");
    case Op::set_attribute:
      return where + ".setAttribute(" + show(edit.text) + ", " + values + ")";
    case Op::remove_attribute:
      return where + ".removeAttribute(" + show(edit.text) + ")";
    case Op::insert_contents:
      return where + ".insert(" + at + ", [" + show(edit.contents) + "])";
    case Op::push_contents:
      return where + ".push([" + show(edit.contents) + "])";
    case Op::insert_after:
      return where + ".insertAfter(child " + at + " - 1, [" + show(edit.contents) + "])";
    case Op::set_content:
      return where + ".set(" + show(edit.text) + ", " + show(edit.contents) + ")";
    case Op::clear:
      return where + ".clear()";
    case Op::insert_clone:
      return where + ".insert(" + at + ", [" + show(edit.from) + ".clone()])";
  }
  return "unknown edit";
}

std::string describe_difference(const std::vector<std::string>& expected,
                                const std::vector<std::string>& actual) {
  const auto [left, right] =
      std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
  std::size_t same = static_cast<std::size_t>(left - expected.begin());
  std::size_t tail = 0;
  while (tail < std::min(expected.size(), actual.size()) - same &&
         expected[expected.size() - 1 - tail] == actual[actual.size() - 1 - tail]) {
    ++tail;
  }
  std::string out;
  for (std::size_t i = same - std::min(same, kLinesAround); i < same; ++i) {
    out += "      " + expected[i] + "\n";
  }
  const auto list = [&](const char* sign, const std::vector<std::string>& lines) {
    for (std::size_t i = same; i < lines.size() - tail; ++i) {
      if (i == same + kLinesShown) {
        out += std::string("    ") + sign + " ...\n";
        break;
      }
      out += std::string("    ") + sign + " " + lines[i] + "\n";
    }
  };
  list("-", expected);
  list("+", actual);
  for (std::size_t i = 0; i < std::min(tail, kLinesAround); ++i) {
    out += "      " + expected[expected.size() - tail + i] + "\n";
  }
  return out;
}

}  // namespace weft::conformance
