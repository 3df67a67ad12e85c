// All shared types.
#pragma once

#include <weft/array.hpp>
#include <weft/map.hpp>
#include <weft/shared_type.hpp>
#include <weft/text.hpp>
