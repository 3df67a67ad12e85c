// Numbers as JavaScript writes them: in JSON text and in `any`.
#pragma once

#include <string>
#include <string_view>

#include "encoding/writer.hpp"

namespace weft::encoding {

/// Appends JSON.stringify(value): the shortest digits that read back as `value`, laid out as ES
/// Number::toString does; NaN and infinities give "null", -0 gives "0".
void append_json_number(std::string& out, double value);

/// The value of `text`, a number by the JSON grammar, rounded as JSON.parse does.
double parse_json_number(std::string_view text);

/// Writes `value` with the tag that lib0 writeAny chooses: integer, float32 or float64.
void write_any_number(Writer& out, double value);

}  // namespace weft::encoding
