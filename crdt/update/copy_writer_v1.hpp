// Writes a V1 update from structs that are mostly copied: those that lie side by side in an input
// go to the output in one piece.
#pragma once

#include "update/content_writer.hpp"
#include "update/delete_ranges.hpp"
#include "update/encoder_v1.hpp"
#include "update/section_writer.hpp"

namespace weft::update {

class CopyWriterV1 {
 public:
  explicit CopyWriterV1(std::size_t reserve) : out_(reserve) {}

  /// The bytes of a struct with `info` in place of their first one. They have to stay until finish.
  void copy(ClientId client, Clock clock, std::uint8_t info, ByteView raw) {
    if (raw.data() != run_end_ || client != client_ || info != raw[0]) [[unlikely]] {
      flush();
      client_ = client;
      run_begin_ = raw.data();
      out_.begin_struct(client, clock);
      if (info != raw[0]) {
        out_.encoder().write_info(info);
        ++run_begin_;
      }
    } else {
      out_.begin_struct(client, clock);
    }
    run_end_ = raw.data() + raw.size();
  }

  /// Structs side by side, whose bytes stay as they are.
  void copy_run(ClientId client, Clock clock, std::uint64_t count, ByteView raw) {
    if (raw.data() != run_end_ || client != client_) [[unlikely]] {
      flush();
      client_ = client;
      run_begin_ = raw.data();
    }
    out_.begin_struct(client, clock, count);
    run_end_ = raw.data() + raw.size();
  }

  void write(const Struct& s, Clock offset) {
    flush();
    out_.begin_struct(s.client, s.clock + offset);
    write_struct(out_.encoder(), s, offset);
  }

  void write_gc(ClientId client, Clock clock, Clock length) {
    flush();
    out_.begin_struct(client, clock);
    out_.encoder().write_info(0);
    out_.encoder().write_len(length);
  }

  void write_skip(ClientId client, Clock clock, Clock length) {
    flush();
    out_.begin_struct(client, clock);
    out_.encoder().write_info(static_cast<std::uint8_t>(Kind::skip));
    out_.encoder().write_rest_varuint(length);
  }

  Bytes finish(const DeleteRanges& deletes) {
    flush();
    out_.finish_structs();
    write_deletes(out_.encoder(), deletes);
    return out_.encoder().finish();
  }

 private:
  void flush() {
    if (run_begin_ != run_end_) {
      out_.encoder().write_rest({run_begin_, static_cast<std::size_t>(run_end_ - run_begin_)});
    }
    run_begin_ = run_end_ = nullptr;
  }

  SectionWriter<EncoderV1> out_;
  const std::uint8_t* run_begin_ = nullptr;  // structs side by side, yet to be copied
  const std::uint8_t* run_end_ = nullptr;
  ClientId client_ = 0;  // of the run
};

}  // namespace weft::update
