// What an update holds, counted without a document: for people who look at one, and for tools that
// want to be sure that bytes are one whole update.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/id_set.hpp>
#include <weft/value.hpp>

namespace weft {

/// Structs of one kind.
struct KindReport {
  std::string_view name;  // "string", "any", "skip"...; lives as long as the program
  std::uint64_t structs = 0;
  std::uint64_t length = 0;  // in units of the clock: UTF-16 code units or elements
  std::uint64_t bytes = 0;   // as encoded, headers included; 0 in V2, which spreads a struct
};

/// The structs of one client's section.
struct ClientReport {
  ClientId client = 0;
  Clock begin = 0;  // clock of the first struct
  Clock end = 0;    // clock after the last one
  std::uint64_t structs = 0;
  std::vector<ClockRange> gaps;  // Skip structs: clocks in [begin, end) that the update lacks
};

/// One update, counted.
struct UpdateReport {
  std::uint64_t structs = 0;
  std::vector<KindReport> kinds;      // those that occur, in the order of their numbers
  std::vector<ClientReport> clients;  // in the update's order
  std::vector<std::string> roots;     // names of root types that structs point to, as first seen
  IdSet deletes;                      // as read: not normalized
  std::size_t trailing_bytes = 0;     // bytes after the end of the update
};

/// Decodes and counts. Errors: those of validate_update.
/// O(bytes log clients) time, memory within a small multiple of the update.
Result<UpdateReport> inspect_update(ByteView update, Encoding encoding = Encoding::v1);

/// Decodes the whole update and gives its size, which is that of `update` unless bytes follow its
/// end. Errors: those of validate_update. O(bytes) time, no memory in proportion.
Result<std::size_t> measure_update(ByteView update, Encoding encoding = Encoding::v1);

/// One struct as it stands in an update.
struct UpdateStruct {
  Id id;
  Clock length = 0;
  std::string_view kind;  // as KindReport::name
  std::optional<Id> origin;
  std::optional<Id> right_origin;
  /// What it says that it is in: nothing, where one of its origins tells; the name of a root; the
  /// item that holds a type.
  std::variant<std::monostate, std::string, Id> parent;
  std::optional<std::string> parent_sub;  // the key, where it was written
  /// The elements of any and of json (which JSON text can say: not -0 or Infinity), the value of
  /// binary, embed and format, the options of doc.
  std::vector<Value> values;
  /// The text of string, the name of a format or of a type, the guid of doc. Half a surrogate pair
  /// reads as U+FFFD.
  std::string text;
  std::uint32_t type_ref = 0;
};

/// Calls `visit` for each struct of an update, holes included, and gives its delete set as it was
/// written (Yjs decodeUpdate). At an error some structs may have been visited. Errors: those of
/// validate_update. O(bytes) time; memory for one struct at a time and the delete set.
Result<IdSet> decode_update(ByteView update, Encoding encoding,
                            const std::function<void(const UpdateStruct&)>& visit);

}  // namespace weft
