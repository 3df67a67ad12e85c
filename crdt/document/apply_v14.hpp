// One update on its way into a document of @y/y 14; see apply_v14.cpp.
#pragma once

#include <map>
#include <vector>

#include "document/doc_state.hpp"
#include "document/placing.hpp"
#include "update/encoder_v2.hpp"

namespace weft::document {

class IntegratorV14 {
 public:
  IntegratorV14(DocState& doc, DecodedUpdate& decoded);

  /// Integrates each struct after its causes; what lacks a cause is set aside with all that follows
  /// it.
  void run();

  /// After run(), while the clients know their sections: true when what waits for `missing` may
  /// find it now.
  bool may_help(const std::map<ClientId, Clock>& missing) const;

  bool has_rest() const { return has_rest_; }
  std::map<ClientId, Clock> take_missing() { return std::move(missing_); }
  /// What was set aside, as a V2 update without deletes.
  Bytes encode_rest();

 private:
  // A record, or a part of one, or clocks that the document has already.
  struct Piece {
    static constexpr std::uint32_t kKnown = store::kNoIndex;
    std::uint32_t clock;
    std::uint32_t length;
    std::uint32_t record;
    std::uint32_t end() const { return clock + length; }
  };
  // The pieces of one section.
  struct Row {
    ClientIx client = store::kNoClient;
    std::uint32_t next = 0;
    std::uint32_t end = 0;
    std::uint32_t rest = store::kNoIndex;  // the first piece that has to wait
    bool waits() const { return rest != store::kNoIndex; }
  };
  struct Head {
    std::uint32_t piece;
    std::uint32_t row;
  };

  void add_pieces(ClientIx client, std::uint32_t row_begin, std::uint32_t record);
  void process(Head head);
  bool descend(ClientIx client, ClientIx cause, Head& head);
  ClientIx missing_cause(ClientIx client, const Piece& piece) const;
  void integrate(ClientIx client, const Piece& piece);
  NewContent content_of(const Piece& piece);
  void write_piece(update::EncoderV2& encoder, const Row& row, const Piece& piece);
  std::uint32_t known_until(ClientIx client, std::uint32_t clock) const;
  bool is_skip(const Piece& piece) const {
    return piece.record == Piece::kKnown || in_.records[piece.record].kind() == Kind::skip;
  }

  DocState& doc_;
  Store& store_;
  DecodedUpdate& in_;
  std::vector<Piece> pieces_;
  std::vector<Row> rows_;  // by the numbers of the sections
  std::vector<Head> stack_;
  std::map<ClientId, Clock> missing_;
  bool has_rest_ = false;
  Placing placing_;
};

}  // namespace weft::document
