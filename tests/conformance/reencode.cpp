// Reads updates into one document and writes what it then holds:
//   weft-reencode FILE v1|v2|framed ROOT text|array|map OUT 13|14
// `framed` is a log of V1 updates, each a varuint length and its bytes. Writes the state to OUT.v1
// and OUT.v2, the contents of the root, as JSON, to OUT.json. Ends with 1 where an update was
// refused or something waits for its causes, 2 at a broken call or file.
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <span>
#include <string>

#include <weft/doc.hpp>
#include <weft/types.hpp>

#include "encoding/reader.hpp"

namespace weft::conformance {
namespace {

std::optional<Bytes> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

bool apply_all(Doc& doc, ByteView bytes, const std::string& form) {
  if (form != "framed") {
    return doc.apply_update(bytes, form == "v2" ? Encoding::v2 : Encoding::v1).has_value();
  }
  encoding::Reader reader(bytes);
  while (!reader.at_end()) {
    const ByteView update = reader.varbytes();
    if (!reader.ok() || !doc.apply_update(update)) return false;
  }
  return true;
}

SharedType root_of(Doc& doc, const std::string& name, const std::string& kind) {
  if (kind == "array") return doc.array(name);
  if (kind == "map") return doc.map(name);
  return doc.text(name);
}

int run(std::span<char*> words) {
  if (words.size() != 7) {
    std::cerr << "usage: weft-reencode FILE v1|v2|framed ROOT text|array|map OUT 13|14\n";
    return 2;
  }
  const std::string out = words[5];
  const auto bytes = read_file(words[1]);
  if (!bytes) return 2;
  const bool as_14 = std::string_view(words[6]) == "14";
  Doc doc({.client_id = 1, .compat = as_14 ? Compat::v14 : Compat::v13});
  const SharedType root = root_of(doc, words[3], words[4]);
  if (!apply_all(doc, *bytes, words[2]) || doc.has_pending()) return 1;
  write_file(out + ".v1", as_text(doc.encode_state_as_update()));
  write_file(out + ".v2", as_text(doc.encode_state_as_update({}, Encoding::v2)));
  write_file(out + ".json", root.to_json().to_json());
  return 0;
}

}  // namespace
}  // namespace weft::conformance

int main(int argc, char** argv) {
  return weft::conformance::run({argv, static_cast<std::size_t>(argc)});
}
