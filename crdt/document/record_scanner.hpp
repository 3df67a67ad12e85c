// Reads the structs of a V1 update straight into records.
//
// Text, tombstones and plain values are read here, all else by a ReaderV1. Most ids are of the
// section's own client, so their bytes are compared with those that name it there; in large updates
// other clients are found by their bytes, too.
#pragma once

#include <optional>

#include "document/record_writer.hpp"
#include "update/cursor_v1.hpp"

namespace weft::document {

class RecordScanner : public update::CursorV1 {
 public:
  RecordScanner(ByteView update, RecordWriter& writer);

  /// Reads all structs. Errors: those of ReaderV1 and RecordWriter.
  void read_structs() {
    while (sections_left_ > 0 && ok()) read_section();
  }

 private:
  // A client as it is written.
  struct Name {
    std::uint64_t bytes = 1;
    std::uint64_t mask = 0;  // of those bytes; none: nothing has that name
    std::uint32_t size = 0;
    ClientIx client = store::kNoClient;

    bool stands_in(std::uint64_t word) const { return (word & mask) == bytes; }
  };
  static constexpr std::size_t kNames = 64;
  static constexpr std::size_t kLargeUpdate = 1024;  // bytes

  static std::optional<Name> name_in(std::uint64_t word);
  void read_section();
  bool scan();
  bool read_slowly();
  bool take_id(const std::uint8_t*& at, DenseId& id);
  bool causes_itself(DenseId id) const {
    return id.client == writer_.client() && id.clock >= clock_;
  }
  const Name* find_client(std::uint64_t word);

  RecordWriter& writer_;
  Name own_;
  Name found_;
  std::vector<Name> names_;  // by a hash of their bytes; empty for small updates
  std::optional<update::ReaderV1> reader_;
  std::optional<update::Struct> struct_;
};

}  // namespace weft::document
