// The y-websocket wire, as providers 1 to 4 speak it: one connection, one document.
//
// Out: one message a frame. In: one or more. On open, when the document is loaded: sync step 1,
// then everybody's awareness. Every step 1 gets a step 2. Updates go to all others at once and back
// to their author when they are durable; awareness goes to all, its sender included.
//
// What tells a client of the document (the first step 1, each step 2) shows only what is durable: a
// client takes what it reads back for stored. It is encoded when it is asked for, and kept until
// the store has it all.
//
// A reader that falls behind gets no updates until its queue is empty, then one diff from where it
// stood; one that stays behind is closed with 1013. However often it asks, it is owed at most one
// answer of each kind.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <weft/state_vector.hpp>
#include <weft/sync.hpp>

#include "protocol/transport.hpp"
#include "session/registry.hpp"

namespace weft::protocol {

class YWebSocket final : public session::Session {
 public:
  /// Joins the document. `transport` must outlive this.
  YWebSocket(std::shared_ptr<session::SharedDoc> doc, const session::Limits& limits,
             Transport& transport, std::int64_t now_ms);
  /// Leaves the document.
  ~YWebSocket() override;
  YWebSocket(const YWebSocket&) = delete;
  YWebSocket& operator=(const YWebSocket&) = delete;

  /// A whole binary message from the client. What cannot be understood closes the connection with
  /// 1007, what is too much with 1009 or 1013; nothing of the message that is wrong takes effect.
  void on_message(ByteView message, std::int64_t now_ms);
  /// The transport's queue has become empty.
  void on_drained();
  /// Once a second: keep-alive, and the end of readers that stay behind.
  void tick(std::int64_t now_ms);

  void on_ready() override;
  void on_update(const session::Broadcast& update, bool own) override;
  void on_awareness(const session::Broadcast& update) override;
  void on_stored() override;
  void on_end(std::uint16_t close_code, std::string_view reason) override;

 private:
  void handle(ByteView frame);
  bool handle(const sync::Message& message);
  void answer_step1(const StateVector& since);
  void answer_owed();
  void send_states();
  void tell(session::Frame message);
  void send(session::Frame message);
  void fail(std::uint16_t close_code, std::string_view reason);
  void catch_up();
  bool backlogged() const { return transport_.queued_bytes() > limits_.send_queue_bytes_max; }
  void watch_reader();

  std::shared_ptr<session::SharedDoc> doc_;
  const session::Limits& limits_;
  Transport& transport_;
  std::int64_t now_ms_;
  std::int64_t last_sent_ms_;
  bool closed_ = false;

  std::vector<Bytes> early_;  // frames that came before the document was loaded
  std::size_t early_bytes_ = 0;

  std::vector<session::Frame> kept_;  // to be sent once what they show is durable
  bool greeting_kept_ = false;
  bool answer_kept_ = false;
  std::optional<StateVector> asked_;  // a step 1 that is answered when there is room
  bool states_owed_ = false;

  std::optional<StateVector> behind_since_;  // what a slow reader has
  std::int64_t behind_until_ms_ = 0;         // when it is given up; 0: not slow
};

}  // namespace weft::protocol
