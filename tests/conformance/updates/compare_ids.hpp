// Id sets, id maps and contents as generate14.mjs has them made; what is made of them, as varbytes.
#pragma once

#include <span>

#include <weft/bytes.hpp>
#include <weft/error.hpp>

/// Two sets and what can be done with them.
weft::Bytes id_sets(weft::ByteView program);

/// Two maps made step by step, and what can be done with them.
weft::Bytes id_maps(weft::ByteView program);

/// Contents of two updates with attributes.
weft::Result<weft::Bytes> contents(std::span<const weft::ByteView> inputs);
