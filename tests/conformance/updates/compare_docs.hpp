// Documents as generate_docs.mjs has them made.
#pragma once

#include <span>

#include <weft/bytes.hpp>
#include <weft/error.hpp>

/// A document of Yjs 14: what it emits and holds after each update.
weft::Result<weft::Bytes> documents(std::span<const weft::ByteView> inputs);
