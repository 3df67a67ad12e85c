#include "api/markdown.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::api {

namespace {

constexpr int kDepthMax = 64;

using Text = std::expected<std::string, std::string>;

std::string text_of(const Element& element) {
  const auto* value = std::get_if<Value>(&element);
  if (value == nullptr) return {};
  if (const auto* text = value->get_if<std::string>()) return *text;
  return value->is<double>() ? value->to_json() : std::string();
}

std::string attribute(const XmlElement& node, std::string_view name) {
  return text_of(node.get_attribute(name));
}

std::size_t number_of(const std::string& text, std::size_t fallback, std::size_t max) {
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos)
    return fallback;
  return std::min<std::size_t>(std::stoul(text), max);
}

// ProseMirror's own names.
std::string name_of(const XmlElement& node) {
  std::string name;
  for (const char c : node.node_name()) {
    if (c >= 'A' && c <= 'Z') {
      name += '_';
      name += static_cast<char>(c + ('a' - 'A'));
    } else {
      name += c;
    }
  }
  return name;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_[]~<").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// What would begin a block at the beginning of a line.
std::string escaped_start(std::string line) {
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  if (!line.empty() && std::string_view("#>-+=|").find(line.front()) != std::string_view::npos) {
    return "\\" + line;
  }
  if (digits > 0 && digits < line.size() && (line[digits] == '.' || line[digits] == ')')) {
    line.insert(digits, "\\");
  }
  return line;
}

// A run of backticks that is longer than any in `text`.
std::string fence(std::string_view text, std::size_t least) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(std::max(least, longest + 1), '`');
}

// Each line behind the first with `indent`, but for empty ones.
std::string indented(const std::string& text, const std::string& indent) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\n' && i + 1 < text.size() && text[i + 1] != '\n') out += indent;
  }
  return out;
}

std::string quoted(const std::string& text) {
  std::string out = "> ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "> ";
  }
  return out;
}

std::string image(const XmlElement& node) {
  std::string out = "![" + escaped(attribute(node, "alt")) + "](" + attribute(node, "src");
  if (const std::string title = attribute(node, "title"); !title.empty()) {
    out += " \"" + escaped(title) + "\"";
  }
  return out + ")";
}

// --- Text with marks ---------------------------------------------------------------------------

struct Mark {
  std::string_view open;
  std::string close;
  friend bool operator==(const Mark&, const Mark&) = default;
};

// Those that Markdown has, the outermost first.
std::vector<Mark> marks_of(const Attributes& attributes) {
  const auto find = [&](std::initializer_list<std::string_view> names) -> const Value* {
    for (const auto& [key, value] : attributes) {
      // Marks that may overlap themselves carry a digest: link--8f3a.
      const std::string_view name = std::string_view(key).substr(0, key.find("--"));
      if (std::ranges::find(names, name) != names.end() && !value.is<Null>()) return &value;
    }
    return nullptr;
  };
  std::vector<Mark> marks;
  if (const Value* link = find({"link"})) {
    const Value* target = link->find("href");
    const auto* href = target == nullptr ? nullptr : target->get_if<std::string>();
    marks.push_back({"[", "](" + (href == nullptr ? std::string() : *href) + ")"});
  }
  if (find({"strong", "bold"}) != nullptr) marks.push_back({"**", "**"});
  if (find({"em", "italic"}) != nullptr) marks.push_back({"*", "*"});
  if (find({"strike", "strikethrough"}) != nullptr) marks.push_back({"~~", "~~"});
  return marks;
}

/// One line of text. Blanks at the ends of marks are put outside: "** a**" would be no mark. Pieces
/// of code that follow each other become one: the backticks of two would be read as one fence.
class Line {
 public:
  void add(std::string_view text, const Attributes& attributes) {
    const std::vector<Mark> marks = marks_of(attributes);
    const bool is_code = std::ranges::any_of(
        attributes, [](const auto& entry) { return entry.first.starts_with("code"); });
    if (is_code && !code_.empty() && marks == open_) {
      code_ += text;
      return;
    }
    end_code();
    const auto [mine, theirs] = std::ranges::mismatch(open_, marks);
    close(static_cast<std::size_t>(mine - open_.begin()));
    while (theirs != marks.end() && !text.empty() && is_blank(text.front())) {
      out_ += text.front();
      text.remove_prefix(1);
    }
    if (text.empty()) return;
    for (auto mark = theirs; mark != marks.end(); ++mark) {
      out_ += mark->open;
      open_.push_back(*mark);
    }
    if (is_code) {
      code_ = text;
    } else {
      out_ += escaped(text);
    }
  }
  void add_plain(std::string_view text) {
    end_code();
    close(0);
    out_ += text;
  }
  std::string take() {
    add_plain({});
    return escaped_start(std::move(out_));
  }

 private:
  void end_code() {
    if (code_.empty()) return;
    const std::string ticks = fence(code_, 1);
    const std::string space = ticks.size() > 1 ? " " : "";
    out_.append(ticks).append(space).append(code_).append(space).append(ticks);
    code_.clear();
  }
  void close(std::size_t keep) {
    if (open_.size() <= keep) return;
    std::string blanks;
    while (!out_.empty() && is_blank(out_.back())) {
      blanks += out_.back();
      out_.pop_back();
    }
    for (; open_.size() > keep; open_.pop_back()) out_ += open_.back().close;
    std::ranges::reverse(blanks);
    out_ += blanks;
  }

  std::string out_;
  std::string code_;  // that has not ended yet
  std::vector<Mark> open_;
};

// --- Nodes -------------------------------------------------------------------------------------

Text inline_of(const XmlFragment& parent) {
  Line line;
  for (const Element& child : parent.children()) {
    const auto* type = std::get_if<SharedType>(&child);
    if (type == nullptr) continue;
    if (const auto text = type->as<XmlText>()) {
      for (const DeltaOp& op : text->to_delta().ops) {
        const auto* insert = std::get_if<DeltaInsert>(&op);
        const auto* piece =
            insert == nullptr ? nullptr : std::get_if<std::string>(&insert->content);
        if (piece != nullptr) line.add(*piece, insert->attributes);
      }
      continue;
    }
    const auto node = type->as<XmlElement>();
    if (!node) return std::unexpected("a hook among text has no Markdown");
    const std::string name = name_of(*node);
    if (name == "hard_break") {
      line.add_plain("\\\n");
    } else if (name == "image") {
      line.add_plain(image(*node));
    } else {
      return std::unexpected("'" + name + "' among text has no Markdown");
    }
  }
  return line.take();
}

std::string plain_of(const XmlFragment& parent) {
  std::string out;
  for (const Element& child : parent.children()) {
    const auto* type = std::get_if<SharedType>(&child);
    const auto text = type == nullptr ? std::nullopt : type->as<XmlText>();
    if (!text) continue;
    for (const DeltaOp& op : text->to_delta().ops) {
      const auto* insert = std::get_if<DeltaInsert>(&op);
      const auto* piece = insert == nullptr ? nullptr : std::get_if<std::string>(&insert->content);
      if (piece != nullptr) out += *piece;
    }
  }
  return out;
}

Text blocks_of(const XmlFragment& parent, int depth);

// A list is tight where each item is one block.
Text list_of(const XmlElement& list, const std::string& kind, int depth) {
  std::vector<std::string> items;
  bool tight = true;
  std::size_t number = number_of(attribute(list, "order"), 1, 999'999'999);
  number = number_of(attribute(list, "start"), number, 999'999'999);
  for (const Element& child : list.children()) {
    const auto* type = std::get_if<SharedType>(&child);
    const auto item = type == nullptr ? std::nullopt : type->as<XmlElement>();
    if (!item) return std::unexpected("a list with more than items in it has no Markdown");
    std::string bullet = "- ";
    if (kind == "ordered_list") bullet = std::to_string(number++) + ". ";
    const std::string indent(bullet.size(), ' ');
    if (kind == "task_list") {
      const Element checked = item->get_attribute("checked");
      const auto* value = std::get_if<Value>(&checked);
      const bool done = value != nullptr && (*value == Value(true) || *value == Value("true"));
      bullet += done ? "[x] " : "[ ] ";
    }
    const Text text = blocks_of(*item, depth);
    if (!text) return text;
    tight = tight && item->length() <= 1;
    items.push_back(bullet + indented(*text, indent));
  }
  std::string out;
  for (const std::string& item : items) {
    if (!out.empty()) out += tight ? "\n" : "\n\n";
    out += item;
  }
  return out;
}

Text block_of(const XmlElement& node, int depth) {
  const std::string name = name_of(node);
  if (name == "paragraph") return inline_of(node);
  if (name == "heading") {
    const Text text = inline_of(node);
    if (!text) return text;
    return std::string(std::max<std::size_t>(number_of(attribute(node, "level"), 1, 6), 1), '#') +
           " " + *text;
  }
  if (name == "horizontal_rule") return "---";
  if (name == "image") return image(node);
  if (name == "code_block") {
    const std::string text = plain_of(node);
    const std::string ticks = fence(text, 3);
    std::string language = attribute(node, "language");
    if (language.empty()) language = attribute(node, "params");
    return ticks + language + "\n" + text + "\n" + ticks;
  }
  if (name == "blockquote") {
    const Text text = blocks_of(node, depth);
    return text ? Text(quoted(*text)) : text;
  }
  if (name == "bullet_list" || name == "ordered_list" || name == "task_list")
    return list_of(node, name, depth);
  return std::unexpected("'" + name + "' has no Markdown");
}

Text blocks_of(const XmlFragment& parent, int depth) {
  if (depth == 0) return std::unexpected("the document nests too deeply");
  std::string out;
  for (const Element& child : parent.children()) {
    const auto* type = std::get_if<SharedType>(&child);
    const auto node = type == nullptr ? std::nullopt : type->as<XmlElement>();
    if (!node) return std::unexpected("text outside of a paragraph has no Markdown");
    const Text block = block_of(*node, depth - 1);
    if (!block) return block;
    if (!out.empty()) out += "\n\n";
    out += *block;
  }
  return out;
}

}  // namespace

std::expected<std::string, std::string> markdown_of(const XmlFragment& fragment) {
  Text text = blocks_of(fragment, kDepthMax);
  if (text && !text->empty()) *text += '\n';
  return text;
}

}  // namespace weft::api
