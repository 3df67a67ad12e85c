// Arbitrary frames on a y-websocket connection of a document, while the store works, fails and
// recovers: another connection stays open and hears of everything, and what the disk has in the end
// is what both have been told. Who may only read changes nothing.
//
// Input: a byte (bit 0: the connection may only read), then operations of one byte each (see
// Play::step); 0 is followed by a length and a frame.
//
// Reaches: server/protocol/y_websocket.cpp server/protocol/doc_session.cpp
// Reaches: server/session/shared_doc.cpp server/session/shared_doc_log.cpp
// Reaches: server/session/registry.cpp
#include <memory>

#include "input.hpp"
#include "room.hpp"

namespace {

using namespace weft;

class Play {
 public:
  explicit Play(bool reads) : reads_(reads) { connect(); }

  void step(Input& input) {
    switch (input.byte() % 9) {
      case 0: {
        const ByteView frame = input.bytes(input.byte());
        if (!reads_) room_.watch(frame);
        bad_->on_message(frame, room_.now_ms());
        break;
      }
      case 1:
        room_.store_one();
        break;
      case 2:
        tick();
        break;
      case 3:
        bad_.reset();
        connect();
        break;
      case 4:
        wire_.drain(*bad_);
        break;
      case 5:
        room_.break_store();
        break;
      case 6:
        room_.mend_store();
        break;
      case 7:
        for (int seconds = 0; seconds < 40; ++seconds) tick();
        break;
      default:
        room_.hear();
    }
  }

  void finish() {
    bad_.reset();
    room_.finish();
    WEFT_PROMISE(!reads_ || !room_.changed());
  }

 private:
  void connect() {
    wire_ = {};
    const access::Role role = reads_ ? access::Role::read : access::Role::write;
    bad_ = std::make_unique<protocol::YWebSocket>(room_.registry().open(Room::kName),
                                                  access::Grant{.role = role, .user = {}},
                                                  room_.limits(), wire_, room_.now_ms());
  }
  void tick() {
    room_.tick();
    bad_->tick(room_.now_ms());
  }

  Room room_;
  bool reads_;
  Wire wire_;
  std::unique_ptr<protocol::YWebSocket> bad_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  Play play((input.byte() & 1) != 0);
  while (!input.empty()) play.step(input);
  play.finish();
  return 0;
}
