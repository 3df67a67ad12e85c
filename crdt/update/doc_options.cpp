#include "update/doc_options.hpp"

#include <cmath>

#include <weft/value.hpp>

namespace weft::update {

namespace {

// ES ToBoolean; an absent member is `missing`.
bool is_truthy(const Value* value, bool missing) {
  if (value == nullptr || value->is<Undefined>()) return missing;
  if (value->is<Null>()) return false;
  if (const auto* boolean = value->get_if<bool>()) return *boolean;
  if (const auto* number = value->get_if<double>()) return *number != 0 && !std::isnan(*number);
  if (const auto* integer = value->get_if<BigInt>()) return integer->value != 0;
  if (const auto* text = value->get_if<std::string>()) return !text->empty();
  return true;
}

}  // namespace

bool append_canonical_doc(encoding::Writer& out, std::string& guid, ByteView options) {
  const auto decoded = Value::decode(options);
  if (!decoded || decoded->is<Null>() || decoded->is<Undefined>()) return false;
  ValueObject written;
  if (!is_truthy(decoded->find("gc"), true)) written.emplace_back("gc", false);
  if (is_truthy(decoded->find("autoLoad"), false)) written.emplace_back("autoLoad", true);
  const Value* meta = decoded->find("meta");
  if (meta != nullptr && !meta->is<Undefined>() && !meta->is<Null>()) {
    written.emplace_back("meta", *meta);
  }
  const Value* own_guid = decoded->find("guid");
  if (own_guid != nullptr && own_guid->is<std::string>()) guid = *own_guid->get_if<std::string>();
  out.raw(Value(std::move(written)).encode());
  return true;
}

bool asks_to_load(ByteView options) {
  const auto decoded = Value::decode(options);
  return decoded && (is_truthy(decoded->find("shouldLoad"), false) ||
                     is_truthy(decoded->find("autoLoad"), false));
}

}  // namespace weft::update
