// An update struct by struct, as values. Source: Yjs decodeUpdate.
#include <weft/inspect.hpp>

#include "encoding/any_walk.hpp"
#include "encoding/sinks.hpp"
#include "encoding/utf.hpp"
#include "update/kind_names.hpp"
#include "update/reader_v1.hpp"
#include "update/reader_v2.hpp"

namespace weft {

namespace {

using update::Kind;
using update::ParentKind;
using update::Struct;

Value json_value(std::string_view text) {
  if (text == "undefined") return Undefined{};
  return Value::from_json(text).value_or(Value{});
}

std::string well_formed(std::string_view text) {
  std::string copy;
  encoding::append_well_formed(copy, text);
  return copy;
}

void read_values(const Struct& s, std::vector<Value>& values) {
  encoding::Reader in(as_bytes(s.content.bytes));
  for (Clock i = 0; i < s.length; ++i) {
    if (s.kind == Kind::json) {
      values.push_back(json_value(as_text(in.varbytes())));
      continue;
    }
    encoding::ValueSink sink;
    encoding::walk_any(in, sink);
    values.push_back(sink.take());
  }
}

void read_content(const Struct& s, UpdateStruct& out) {
  const ByteView bytes = as_bytes(s.content.bytes);
  switch (s.kind) {
    case Kind::any:
    case Kind::json:
      return read_values(s, out.values);
    case Kind::binary:
      out.values.emplace_back(Bytes(bytes.begin(), bytes.end()));
      return;
    case Kind::string:
      out.text = well_formed(s.content.bytes);
      return;
    case Kind::format:
      out.text = well_formed(s.content.key);
      [[fallthrough]];
    case Kind::embed:
      out.values.push_back(s.content.is_json ? json_value(s.content.bytes)
                                             : Value::decode(bytes).value_or(Value{}));
      return;
    case Kind::doc:
      out.text = well_formed(s.content.key);
      out.values.push_back(Value::decode(bytes).value_or(Value{}));
      return;
    case Kind::type:
      out.text = well_formed(s.content.key);
      out.type_ref = s.content.type_ref;
      return;
    default:
      return;
  }
}

UpdateStruct to_update_struct(const Struct& s) {
  UpdateStruct out;
  out.id = {s.client, s.clock};
  out.length = s.length;
  out.kind = update::kKindNames[static_cast<std::size_t>(s.kind)];
  if (s.kind == Kind::gc || s.kind == Kind::skip) return out;
  if (s.has_origin()) out.origin = s.origin;
  if (s.has_right_origin()) out.right_origin = s.right_origin;
  if (s.parent == ParentKind::root) out.parent = well_formed(s.parent_name);
  if (s.parent == ParentKind::id) out.parent = s.parent_id;
  if (s.has_parent_sub) out.parent_sub = well_formed(s.parent_sub);
  read_content(s, out);
  return out;
}

template <typename Reader>
Result<IdSet> decode(ByteView update, const std::function<void(const UpdateStruct&)>& visit) {
  Reader reader(update);
  for (Struct s; reader.next(s);) visit(to_update_struct(s));
  IdSet deletes;
  ClientId client = 0;
  for (ClockRange range; reader.next_delete(client, range);) {
    deletes.clients()[client].push_back(range);
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  return deletes;
}

}  // namespace

Result<IdSet> decode_update(ByteView update, Encoding encoding,
                            const std::function<void(const UpdateStruct&)>& visit) {
  return encoding == Encoding::v1 ? decode<update::ReaderV1>(update, visit)
                                  : decode<update::ReaderV2>(update, visit);
}

}  // namespace weft
