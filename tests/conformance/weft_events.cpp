#include "weft_events.hpp"

#include <weft/text.hpp>

namespace weft::conformance {

namespace {

std::string quoted(const std::string& text) { return Value(text).to_json(); }

std::string shown(const Element& element) {
  if (std::holds_alternative<SharedType>(element)) return "<type>";
  if (std::holds_alternative<SubDoc>(element)) return "{}";
  const auto* value = std::get_if<Value>(&element);
  return value == nullptr ? "null" : value->to_json();
}

std::string path_text(const Path& path) {
  ValueArray steps;
  for (const PathStep& step : path) {
    if (const auto* key = std::get_if<std::string>(&step)) {
      steps.emplace_back(*key);
    } else {
      steps.emplace_back(std::get<std::uint32_t>(step));
    }
  }
  return Value(std::move(steps)).to_json();
}

std::string delta_text(const std::vector<SequenceChange>& delta) {
  std::string text;
  for (const SequenceChange& change : delta) {
    if (!text.empty()) text += ' ';
    if (change.action != SequenceChange::Action::insert) {
      text += change.action == SequenceChange::Action::retain ? '=' : '-';
      text += std::to_string(change.length);
      continue;
    }
    text += "+[";
    for (std::size_t i = 0; i < change.inserted.size(); ++i) {
      text += (i > 0 ? "," : "") + shown(change.inserted[i]);
    }
    text += ']';
  }
  return text;
}

std::string formats_text(const Attributes& attributes) {
  return attributes.empty() ? "" : Value(attributes).to_json();
}

std::string shown(const DeltaContent& content) {
  if (const auto* text = std::get_if<std::string>(&content)) return quoted(*text);
  const auto* value = std::get_if<Value>(&content);
  return value == nullptr ? "<type>" : value->to_json();
}

std::string delta_text(const Delta& delta) {
  std::string text;
  for (const DeltaOp& op : delta.ops) {
    if (!text.empty()) text += ' ';
    if (const auto* retain = std::get_if<DeltaRetain>(&op)) {
      text += "=" + std::to_string(retain->length) + formats_text(retain->attributes);
    } else if (const auto* remove = std::get_if<DeltaRemove>(&op)) {
      text += "-" + std::to_string(remove->length);
    } else {
      const auto& insert = std::get<DeltaInsert>(op);
      text += "+" + shown(insert.content) + formats_text(insert.attributes);
    }
  }
  return text;
}

bool is_text(const Event& event) {
  const auto kind = event.target().kind();
  return kind && Text::holds(*kind);
}

std::string keys_text(const Event& event) {
  std::string text;
  for (const KeyChange& change : event.keys()) {
    const char* const actions[] = {"add", "update", "delete"};
    text += " " + quoted(change.key) + " " + actions[static_cast<std::size_t>(change.action)] +
            " " + shown(change.old_value);
  }
  return text;
}

}  // namespace

std::string describe_events(const std::string& root, std::span<const Event> events) {
  std::string text = root + ":\n";
  for (const Event& event : events) {
    std::string touched = event.children_changed() ? "*" : "";
    for (const std::string& key : event.keys_changed()) {
      touched += (touched.empty() ? "" : ",") + quoted(key);
    }
    text += path_text(event.path()) + " " + touched + keys_text(event) + " " +
            (is_text(event) ? delta_text(event.text_delta()) : delta_text(event.delta())) + "\n";
  }
  return text;
}

std::string describe_deltas(const std::string& root, std::span<const Event> events) {
  const Event& event = events.front();
  return root + ":\n" + event.get_delta().to_json() + "\n" +
         event.get_delta(nullptr, true).to_json() + "\n";
}

}  // namespace weft::conformance
