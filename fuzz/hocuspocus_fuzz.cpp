// Arbitrary frames on a Hocuspocus socket, while the store works, fails and recovers: no update is
// confirmed that did not come, who never showed a good token changes nothing, and another client of
// the document stays open and hears of everything that the disk has in the end.
//
// Input: operations of one byte each (see Play::step); 0 is followed by a length and a frame, 1 by
// a choice of document and of type, a length and a body. A token that begins with "w" may write for
// ever, with "b" for a minute, with "r" read; none other is good.
//
// Reaches: server/protocol/hocuspocus.cpp server/protocol/hocuspocus_session.cpp
#include <array>
#include <memory>

#include "encoding/reader.hpp"
#include "input.hpp"
#include "protocol/hocuspocus.hpp"
#include "room.hpp"

namespace {

using namespace weft;
using protocol::HocuspocusFrame;
using protocol::HocuspocusPlace;
using protocol::HocuspocusSession;
using protocol::HocuspocusSocket;
using protocol::HocuspocusType;
using std::string_view_literals::operator""sv;

constexpr auto kSync = static_cast<std::uint64_t>(HocuspocusType::sync);
constexpr auto kSyncReply = static_cast<std::uint64_t>(HocuspocusType::sync_reply);

class Channel final : public protocol::DocumentChannel {
 public:
  Channel(Room& room, const HocuspocusPlace& place, protocol::Transport& transport,
          std::function<void()> ended)
      : session_(room.registry().open(place.document), place, room.limits(), transport,
                 std::move(ended), room.now_ms()) {}
  void give(ByteView message, std::int64_t now_ms) override {
    session_.on_message(message, now_ms);
  }
  void on_drained() override { session_.on_drained(); }
  void tick(std::int64_t now_ms) override { session_.tick(now_ms); }
  void set_grant(const access::Grant& grant) override { session_.set_grant(grant); }

 private:
  HocuspocusSession session_;
};

class Play {
 public:
  Play() { connect(); }

  void step(Input& input) {
    switch (input.byte() % 9) {
      case 0:
        give(input.bytes(input.byte()));
        break;
      case 1: {
        static constexpr std::array kAddresses = {"room"sv, "room\0a"sv, "other"sv, ""sv};
        const auto address = kAddresses[input.up_to(kAddresses.size() - 1)];
        const auto type = static_cast<HocuspocusType>(input.up_to(11));
        give(*HocuspocusFrame(address, type).raw(input.bytes(input.byte())).take());
        break;
      }
      case 2:
        room_.store_one();
        break;
      case 3:
        for (std::uint32_t seconds = input.up_to(60); seconds > 0; --seconds) tick();
        break;
      case 4:
        socket_.reset();
        connect();
        break;
      case 5:
        read();
        break;
      case 6:
        room_.break_store();
        break;
      case 7:
        room_.mend_store();
        break;
      default:
        room_.hear();
    }
  }

  void finish() {
    read();
    socket_.reset();
    room_.finish();
    WEFT_PROMISE(may_write_ || !room_.changed());
  }

 private:
  void connect() {
    wire_ = {};
    socket_ = std::make_unique<HocuspocusSocket>(
        [this](std::string_view token, std::string_view) { return enter(token); },
        [this](const HocuspocusPlace& place, std::function<void()> ended) {
          return std::make_unique<Channel>(room_, place, wire_, std::move(ended));
        },
        HocuspocusSocket::Options{.relay_stateless = true}, wire_, room_.now_ms());
  }

  std::expected<access::Grant, access::Denial> enter(std::string_view token) {
    const char first = token.empty() ? '\0' : token.front();
    access::Grant grant{.role = access::Role::write, .user = std::string(token)};
    if (first == 'r') grant.role = access::Role::read;
    if (first == 'b') grant.valid_ms = 60'000;
    if (first != 'r' && first != 'b' && first != 'w') {
      return std::unexpected(access::Denial{.known = false, .reason = "no"});
    }
    may_write_ = may_write_ || grant.role == access::Role::write;
    return grant;
  }

  void give(ByteView frame) {
    encoding::Reader reader(frame);
    const bool here = as_text(reader.varbytes()).starts_with(Room::kName);
    const std::uint64_t type = reader.varuint();
    if (reader.ok() && (type == kSync || type == kSyncReply)) {
      ++sync_messages_;
      // A sync message of y-protocols, but for its first number.
      Bytes same{0};
      const ByteView body = frame.subspan(reader.offset());
      same.insert(same.end(), body.begin(), body.end());
      if (here) room_.watch(same);
    }
    socket_->on_message(frame, room_.now_ms());
  }

  void read() {
    for (const session::Frame& frame : wire_.drain(*socket_)) {
      encoding::Reader reader(*frame);
      reader.varbytes();
      const auto type = static_cast<HocuspocusType>(reader.varuint());
      if (frame->size() > 1) WEFT_PROMISE(reader.ok());
      if (type == HocuspocusType::sync_status) ++statuses_;
    }
    WEFT_PROMISE(statuses_ <= sync_messages_);
  }

  void tick() {
    room_.tick();
    socket_->tick(room_.now_ms());
  }

  Room room_;
  bool may_write_ = false;
  std::size_t sync_messages_ = 0;
  std::size_t statuses_ = 0;
  Wire wire_;
  std::unique_ptr<HocuspocusSocket> socket_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  Play play;
  while (!input.empty()) play.step(input);
  play.finish();
  return 0;
}
