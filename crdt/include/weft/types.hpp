// All shared types.
#pragma once

#include <weft/array.hpp>
#include <weft/content.hpp>
#include <weft/map.hpp>
#include <weft/shared_type.hpp>
#include <weft/text.hpp>
#include <weft/xml.hpp>
#include <weft/ytype.hpp>
