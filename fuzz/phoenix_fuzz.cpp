// Arbitrary frames on a Phoenix socket, while the store works, fails and recovers: every text that
// leaves is a message of version 2 and every binary one a broadcast to a topic that was joined, who
// never showed a good token changes nothing, and another client of the document stays open and
// hears of everything that the disk has in the end.
//
// Input: operations of one byte each (see Play::step); 0 and 1 are followed by a length and a text
// or binary frame, 2 and 3 make a join or a push out of choices. A token that begins with "w" may
// write, with "r" read; none other is good.
//
// Reaches: server/protocol/phoenix.cpp server/protocol/phoenix_session.cpp
#include <array>
#include <memory>
#include <set>
#include <string>

#include <weft/value.hpp>

#include "encoding/reader.hpp"
#include "encoding/writer.hpp"
#include "input.hpp"
#include "protocol/phoenix.hpp"
#include "room.hpp"

namespace {

using namespace weft;
using protocol::PhoenixPlace;
using protocol::PhoenixSession;
using protocol::PhoenixSocket;
using std::string_view_literals::operator""sv;

constexpr std::array kTopics = {"room"sv, "other"sv, "phoenix"sv, ""sv};
constexpr std::array kEvents = {"yjs"sv, "yjs_sync"sv, "phx_leave"sv, "heartbeat"sv};
constexpr std::array kRefs = {"1"sv, "2"sv, ""sv};
constexpr std::array kTokens = {"w"sv, "r"sv, "x"sv};

class Channel final : public protocol::DocumentChannel {
 public:
  Channel(Room& room, const PhoenixPlace& place, protocol::Transport& transport,
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
  PhoenixSession session_;
};

// Texts and binary messages apart.
struct Line final : protocol::Transport {
  void send(session::Frame message) override {
    WEFT_PROMISE(message->size() >= 3 && message->front() == 2);
    const std::size_t size = (*message)[1];
    WEFT_PROMISE(message->size() >= 3 + size + 3);
    const std::string_view topic = as_text(*message).substr(3, size);
    WEFT_PROMISE(joined.contains(topic));
    wire.send(std::move(message));
  }
  void send_text(session::Frame message) override {
    const auto value = Value::from_json(as_text(*message));
    const auto* parts = value ? value->get_if<ValueArray>() : nullptr;
    WEFT_PROMISE(parts != nullptr && parts->size() == 5);
    wire.send(std::move(message));
  }
  void close(std::uint16_t code, std::string_view reason) override { wire.close(code, reason); }
  std::size_t queued_bytes() const override { return wire.queued_bytes(); }

  std::set<std::string, std::less<>> joined;
  Wire wire;
};

class Play {
 public:
  Play() { connect(); }

  void step(Input& input) {
    switch (input.byte() % 9) {
      case 0:
        text(as_text(input.bytes(input.byte())));
        break;
      case 1:
        binary(input.bytes(input.byte()));
        break;
      case 2: {
        const auto topic = pick(input, kTopics);
        text(as_text(*protocol::phoenix_text(pick(input, kRefs), "9", topic, "phx_join",
                                             token(pick(input, kTokens)))));
        break;
      }
      case 3:
        push(input);
        break;
      case 4:
        room_.store_one();
        break;
      case 5:
        for (std::uint32_t seconds = input.up_to(60); seconds > 0; --seconds) tick();
        break;
      case 6:
        socket_.reset();
        connect();
        break;
      case 7:
        line_.wire.drain(*socket_);
        break;
      default:
        input.byte() % 2 == 0 ? room_.break_store() : room_.mend_store();
        room_.hear();
    }
  }

  void finish() {
    line_.wire.drain(*socket_);
    socket_.reset();
    room_.finish();
    WEFT_PROMISE(may_write_ || !room_.changed());
  }

 private:
  template <typename Words>
  static std::string_view pick(Input& input, const Words& words) {
    return words[input.up_to(static_cast<std::uint32_t>(words.size() - 1))];
  }
  static std::string token(std::string_view word) {
    return Value(ValueObject{{"token", word}}).to_json();
  }

  void connect() {
    line_.wire = {};
    line_.joined.clear();
    socket_ = std::make_unique<PhoenixSocket>(
        [this](std::string_view word, std::string_view) { return enter(word); },
        [this](const PhoenixPlace& place, std::function<void()> ended) {
          line_.joined.insert(place.document);
          return std::make_unique<Channel>(room_, place, line_, std::move(ended));
        },
        session::SocketLimits{}, line_, room_.now_ms());
  }

  std::expected<access::Grant, access::Denial> enter(std::string_view word) {
    const char first = word.empty() ? '\0' : word.front();
    if (first != 'r' && first != 'w') {
      return std::unexpected(access::Denial{.known = false, .reason = "no"});
    }
    may_write_ = may_write_ || first == 'w';
    return access::Grant{.role = first == 'w' ? access::Role::write : access::Role::read,
                         .user = std::string(word)};
  }

  void push(Input& input) {
    const std::array names = {pick(input, kRefs), "9"sv, pick(input, kTopics),
                              pick(input, kEvents)};
    encoding::Writer writer(300);
    writer.u8(0);
    for (const std::string_view name : names) writer.u8(static_cast<std::uint8_t>(name.size()));
    for (const std::string_view name : names) writer.raw(as_bytes(name));
    writer.raw(input.bytes(input.byte()));
    binary(writer.take());
  }

  void text(std::string_view message) { socket_->on_text(message, room_.now_ms()); }

  void binary(ByteView message) {
    encoding::Reader reader(message);
    reader.u8();
    std::size_t names = 0;
    for (int i = 0; i < 4; ++i) names += reader.u8();
    reader.bytes(names);
    if (reader.ok()) room_.watch(message.subspan(reader.offset()));
    socket_->on_message(message, room_.now_ms());
  }

  void tick() {
    room_.tick();
    socket_->tick(room_.now_ms());
  }

  Room room_;
  bool may_write_ = false;
  Line line_;
  std::unique_ptr<PhoenixSocket> socket_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  Play play;
  while (!input.empty()) play.step(input);
  play.finish();
  return 0;
}
