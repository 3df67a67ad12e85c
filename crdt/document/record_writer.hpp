// Puts structs that were read into the records of a DecodedUpdate, and checks what a reader cannot:
// that no struct is its own cause, that a client has one row of structs, that clocks have room.
#pragma once

#include <algorithm>

#include <weft/limits.hpp>

#include "document/decode.hpp"

namespace weft::document {

class RecordWriter {
 public:
  RecordWriter(Compat compat, store::ClientTable& clients, DecodedUpdate& out)
      : compat_(compat), clients_(clients), out_(out), clients_before_(clients.size()) {}

  // Those that give a bool: false for an error, which `error` then tells.

  /// Appends a struct; one without length takes no clock and is dropped, as Yjs does when it merges
  /// updates.
  bool add(const update::Struct& s);

  /// So many structs follow.
  void reserve(std::uint64_t count) {
    const std::size_t wanted = out_.records.size() + count;
    if (wanted <= out_.records.capacity()) return;
    out_.records.reserve(std::max<std::size_t>({wanted, 16, out_.records.capacity() * 2}));
    store::ask_for_large_pages(out_.records.data(), out_.records.capacity() * sizeof(Record));
  }

  /// Before each struct with a length.
  bool begin_struct(ClientId client, Clock clock) {
    if (client == client_id_ && !out_.sections.empty()) [[likely]]
      return clock == next_clock_ || fail(Errc::duplicate_client);
    return open_section(client, clock);
  }

  /// The section's next struct, of which clock and length are filled in. REQUIRES: its end is at
  /// most limits::clock_max.
  Record& append(Clock clock, Clock length) {
    Record& record = out_.records.emplace_back();
    record.clock = static_cast<std::uint32_t>(clock);
    record.length = static_cast<std::uint32_t>(length);
    next_clock_ = clock + length;
    return record;
  }

  /// The same with a record that is whole already.
  void append(const Record& record) {
    out_.records.push_back(record);
    next_clock_ = Clock{record.clock} + record.length;
  }

  void finish() {
    if (!out_.sections.empty()) out_.sections.back().end = record_count();
  }
  /// Takes back what was done to the clients.
  void abandon();

  /// The section's client as numbered; none before the first one.
  ClientIx client() const { return client_; }
  /// kNoClient for an error.
  ClientIx intern(ClientId id) {
    if (clients_.size() >= limits::clients_max && clients_.find(id) == store::kNoClient) {
      fail(Errc::too_many_clients);
      return store::kNoClient;
    }
    return clients_.intern(id);
  }

  Errc error() const { return error_; }
  Compat compat() const { return compat_; }

 private:
  std::uint32_t record_count() const { return static_cast<std::uint32_t>(out_.records.size()); }
  bool fail(Errc code) {
    error_ = code;
    return false;
  }
  bool open_section(ClientId id, Clock clock);
  bool set_id(DenseId& to, Id from, Clock clock);
  bool set_extra(Extra& extra, const update::Struct& s);
  bool set_piece(Piece& piece, std::string_view text);

  Compat compat_;
  store::ClientTable& clients_;
  DecodedUpdate& out_;
  std::size_t clients_before_;
  ClientId client_id_ = 0;
  ClientIx client_ = store::kNoClient;
  Clock next_clock_ = 0;
  Errc error_ = Errc::invalid_struct;
};

}  // namespace weft::document
