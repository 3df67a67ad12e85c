#include "compare_docs.hpp"

#include <vector>

#include <weft/doc.hpp>

#include "encoding/writer.hpp"

namespace {

using weft::Bytes;
using weft::Encoding;
using weft::encoding::Writer;

void write_all(Writer& out, std::vector<Bytes>& updates) {
  out.varuint(updates.size());
  for (const Bytes& update : updates) out.varbytes(update);
  updates.clear();
}

}  // namespace

weft::Result<Bytes> documents(std::span<const weft::ByteView> inputs) {
  weft::Doc doc(
      {.client_id = 4'242'424'242'424, .gc = (inputs[0][0] & 1) != 0, .compat = weft::Compat::v14});
  std::vector<Bytes> v1;
  std::vector<Bytes> v2;
  const auto keep = [](std::vector<Bytes>& into) {
    return [&into](const weft::UpdateEvent& event) {
      into.emplace_back(event.update.begin(), event.update.end());
    };
  };
  const auto emitted_v1 = doc.on_update(keep(v1));
  const auto emitted_v2 = doc.on_update(keep(v2), Encoding::v2);
  Writer out;
  for (std::size_t i = 1; i + 2 < inputs.size(); i += 3) {
    const Encoding encoding = inputs[i][0] == 2 ? Encoding::v2 : Encoding::v1;
    if (const auto applied = doc.apply_update(inputs[i + 1], encoding); !applied) {
      return std::unexpected(applied.error());
    }
    if (!doc.check_invariants().empty()) return std::unexpected(weft::Error{{}, i});
    write_all(out, v1);
    write_all(out, v2);
    out.varbytes(doc.encode_state_as_update());
    out.varbytes(doc.encode_state_as_update({}, Encoding::v2));
    out.varbytes(doc.encode_state_as_update(*weft::StateVector::decode(inputs[i + 2])));
    out.varbytes(doc.encode_state_vector());
  }
  return out.take();
}
