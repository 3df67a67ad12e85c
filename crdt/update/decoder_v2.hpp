// Reads the fields of structs and delete sets in V2. Source: Yjs UpdateDecoderV2.
//
// Wire: feature flag (varuint, ignored), nine columns each with its size before it, then the rest:
// counts, clocks, lengths of Skips, embedded values, and the delete set.
#pragma once

#include <limits>
#include <vector>

#include <weft/id_set.hpp>
#include <weft/limits.hpp>

#include "encoding/column_reader.hpp"
#include "update/trust.hpp"

namespace weft::update {

class DecoderV2 {
 public:
  static constexpr Encoding kEncoding = Encoding::v2;

  explicit DecoderV2(ByteView update, Trust trust = Trust::none)
      : in_(update),
        structs_left_(trust == Trust::own ? std::numeric_limits<std::uint64_t>::max()
                                          : limits::v2_structs_max(update.size())),
        feature_flag_(in_.varuint()),
        key_clocks_(in_.varbytes()),
        clients_(in_.varbytes()),
        left_clocks_(in_.varbytes()),
        right_clocks_(in_.varbytes()),
        infos_(in_.varbytes()),
        strings_(in_.varbytes(), in_),
        parent_infos_(in_.varbytes()),
        type_refs_(in_.varbytes()),
        lens_(in_.varbytes()) {}

  encoding::Reader& rest() { return in_; }
  const encoding::Reader& rest() const { return in_; }

  /// A run in each column can stand for any number of structs; see limits::v2_structs_max.
  void admit_struct() {
    if (structs_left_-- == 0) [[unlikely]]
      in_.fail(Errc::too_large);
  }

  ClientId client() { return clients_.read(in_); }
  std::uint8_t info() { return infos_.read(in_); }
  Id left_id() {
    const ClientId client = clients_.read(in_);
    return {client, left_clocks_.read(in_)};
  }
  Id right_id() {
    const ClientId client = clients_.read(in_);
    return {client, right_clocks_.read(in_)};
  }
  std::uint64_t parent_info() { return parent_infos_.read(in_); }
  std::uint64_t type_ref() { return type_refs_.read(in_); }
  std::uint64_t len() { return lens_.read(in_); }
  encoding::ColumnText string() { return strings_.read(in_); }

  /// A key that was read before is named by its number; Yjs itself never does so, but reads it.
  std::string_view key() {
    const std::uint64_t number = key_clocks_.read(in_);
    if (number < keys_.size()) return keys_[number];
    keys_.push_back(strings_.read(in_).text);
    return keys_.back();
  }

  void begin_delete_client() { delete_from_ = 0; }
  ClockRange delete_range() {
    const Clock skipped = in_.varuint();
    const Clock length = in_.varuint() + 1;
    const Clock clock = delete_from_ + skipped;
    if (clock > kSafeInteger || length > kSafeInteger - clock) in_.fail(Errc::invalid_delete_set);
    delete_from_ = in_.ok() ? clock + length : 0;
    return {clock, length};
  }

 private:
  encoding::Reader in_;  // first: the columns are read from it in the order of the members
  std::uint64_t structs_left_;
  std::uint64_t feature_flag_;
  encoding::IntDiffOptRleReader key_clocks_;
  encoding::UintOptRleReader clients_;
  encoding::IntDiffOptRleReader left_clocks_;
  encoding::IntDiffOptRleReader right_clocks_;
  encoding::RleReader infos_;
  encoding::StringReader strings_;
  encoding::RleReader parent_infos_;
  encoding::UintOptRleReader type_refs_;
  encoding::UintOptRleReader lens_;
  std::vector<std::string_view> keys_;
  Clock delete_from_ = 0;
};

}  // namespace weft::update
