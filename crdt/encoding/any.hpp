// lib0 "any" values and JSON text as bytes: checked and brought to the form in which Yjs would
// write them again, without building a value. Source: lib0 encoding.js writeAny, decoding.js
// readAny.
#pragma once

#include <string>
#include <string_view>

#include <weft/bytes.hpp>

#include "encoding/reader.hpp"
#include "encoding/writer.hpp"

namespace weft::encoding {

/// Reads past one value and checks all of it; fails the reader with unexpected_end, invalid_any,
/// invalid_utf8, number_too_large or too_deep. Sets `canonical` to false (never to true) when
/// writing the decoded value anew would give other bytes: number forms, key order, duplicate keys,
/// `__proto__`, longer varints. No recursion beyond limits::depth_max.
void scan_any(Reader& reader, bool& canonical);

/// Appends the value at the front of `any` as Yjs writes it anew. REQUIRES: scan_any accepted it.
void append_canonical_any(Writer& out, ByteView any);

/// Checks that `text`, (W)UTF-8, is one JSON value (JSON.parse would take it). Sets `canonical` to
/// false when JSON.stringify(JSON.parse(text)) differs. Returns false when it is not JSON or too
/// deep.
bool scan_json(std::string_view text, bool& canonical);

/// Appends JSON.stringify(JSON.parse(text)). REQUIRES: scan_json accepted it. False when that text
/// stands for another value than `text`: -0 is written as 0, a number beyond all doubles as null.
bool append_canonical_json(std::string& out, std::string_view text);

/// Appends the any form of JSON.parse(text). REQUIRES: scan_json accepted it.
void append_json_as_any(Writer& out, std::string_view text);

/// Appends JSON.stringify of the value at the front of `any`. REQUIRES: scan_any accepted it.
/// `undefined` at the top, which Yjs refuses to write, becomes "null"; BigInt its decimal digits.
void append_any_as_json(std::string& out, ByteView any);

}  // namespace weft::encoding
