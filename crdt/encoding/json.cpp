// JSON text: checked, brought to the form of JSON.stringify, and turned into any values.
// Source: ECMAScript JSON.parse and JSON.stringify.
#include "encoding/any.hpp"
#include "encoding/json_parser.hpp"
#include "encoding/sinks.hpp"

namespace weft::encoding {

namespace {

// A value that is plainly as JSON.stringify writes it: what formats hold nearly always.
bool is_plain_scalar(std::string_view text) {
  if (text == "null" || text == "true" || text == "false") return true;
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  for (const char c : text.substr(1, text.size() - 2)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0xED) return false;
  }
  return true;
}

}  // namespace

bool scan_json(std::string_view text, bool& canonical) {
  if (is_plain_scalar(text)) return true;
  std::string again;
  JsonSink sink(again);
  JsonParser parser(text, sink);
  if (!parser.parse()) return false;
  if (again != text) canonical = false;
  return true;
}

bool append_canonical_json(std::string& out, std::string_view text) {
  JsonSink sink(out);
  JsonParser(text, sink).parse();
  return sink.is_lossless();
}

void append_json_as_any(Writer& out, std::string_view text) {
  AnySink sink(out);
  JsonParser(text, sink).parse();
}

}  // namespace weft::encoding
