// A shared text. Source: Yjs YText.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <weft/error.hpp>
#include <weft/shared_type.hpp>

namespace weft {

class Text : public SharedType {
 public:
  using SharedType::SharedType;

  /// Length in UTF-16 code units. O(1).
  std::uint32_t length() const;
  /// The text as UTF-8; unpaired surrogates read as U+FFFD. O(text).
  std::string to_string() const;
  /// Inserts UTF-8 `text` before code unit `index`. An index inside a surrogate pair turns both
  /// halves into U+FFFD, as Yjs does.
  /// Errors: out_of_range, invalid_utf8, too_large. O(log items).
  Result<void> insert(Transaction& txn, std::uint32_t index, std::string_view text);
  /// Deletes `length` code units. Errors: out_of_range. O(log items + items deleted).
  Result<void> remove(Transaction& txn, std::uint32_t index, std::uint32_t length);
};

}  // namespace weft
