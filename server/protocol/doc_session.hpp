// One client's conversation about one document: what all wires have in common.
//
// Every step 1 gets a step 2. Updates go to all others at once and back to their author when they
// are durable; awareness goes to all, its sender included. Before its first step 1, or an update of
// its own, a client hears no update: what it holds may be another document's (session/epoch.hpp),
// and what it misses comes with the step 2.
//
// What tells a client of the document (the first step 1, each step 2) shows only what is durable: a
// client takes what it reads back for stored. It is encoded when it is asked for, and kept until
// the store has it all. So are the updates of others that may hold edits of this client, and those
// that come before its first step 2.
//
// A reader that falls behind gets no updates until its queue is empty, then one diff from where it
// stood; one that stays behind is closed with 1013. However often it asks, it is owed at most one
// answer of each kind.
//
// A wire derives from this: it frames the messages, greets, and acknowledges in its own way.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <weft/state_vector.hpp>
#include <weft/sync.hpp>

#include "access/grant.hpp"
#include "protocol/transport.hpp"
#include "protocol/wire.hpp"
#include "session/registry.hpp"

namespace weft::protocol {

class DocSession : public session::Session, public Wire {
 public:
  /// Leaves the document.
  ~DocSession() override;
  DocSession(const DocSession&) = delete;
  DocSession& operator=(const DocSession&) = delete;

  void on_message(ByteView message, std::int64_t now_ms) final;
  void on_drained() final;
  void tick(std::int64_t now_ms) override;
  /// What this client may do from now on.
  void set_grant(access::Grant grant);
  std::string_view user() const final { return grant_.user; }

  void on_ready() final;
  void on_update(const session::Broadcast& update, session::Told told) final;
  void on_awareness(const session::Broadcast& update) final;
  void on_stored() final;
  void on_end(std::uint16_t close_code, std::string_view reason) final;

 protected:
  /// `transport` must outlive this. The wire joins the document (join) when it is built.
  DocSession(std::shared_ptr<session::SharedDoc> doc, access::Grant grant,
             const session::Limits& limits, Transport& transport, std::int64_t now_ms);
  void join();

  // --- what a wire says in its own way ---
  /// A message of the client; the document is ready.
  virtual void handle_frame(ByteView frame) = 0;
  virtual session::Frame frame(sync::MessageKind kind, ByteView body) const = 0;
  /// As frame, shared by all sessions that say the same.
  virtual session::Frame frame(sync::MessageKind kind, const session::Broadcast& body) const = 0;
  /// The first words, kept until the document is durable.
  virtual void greet() = 0;
  /// The answer to a step 1 follows.
  virtual void before_answer() {}
  /// This client's update is durable (`news`), or held nothing new.
  virtual void on_accepted(bool news) = 0;
  /// A client whose edits are not taken, for `reason`, sent a step 2 or an update.
  virtual void on_refused(const sync::Message& message, std::string_view reason) = 0;
  /// The connection, or the document on it, ends.
  virtual void end_with(std::uint16_t close_code, std::string_view reason) = 0;

  // --- what wires use ---
  /// Does what `message` says. False when that ended the session.
  bool handle(const sync::Message& message);
  /// Sends the frame once everything that is in the document now is durable.
  void tell(session::Frame message);
  void send(session::Frame message);
  void send_states();
  void fail(std::uint16_t close_code, std::string_view reason);
  bool closed() const { return closed_; }
  /// Whether something that was told waits for the store.
  bool tells_later() const { return !kept_.empty(); }
  std::int64_t last_sent_ms() const { return last_sent_ms_; }
  session::SharedDoc& doc() { return *doc_; }
  Transport& transport() { return transport_; }

 private:
  struct Kept {
    persistence::Sequence sequence;  // what must be durable first
    session::Frame frame;
  };

  bool write(const sync::Message& message, Result<void>& done);
  bool refuse_history();
  void answer_step1(const StateVector& since);
  void answer_owed();
  void catch_up();
  bool backlogged() const { return transport_.queued_bytes() > limits_.send_queue_bytes_max; }
  void watch_reader();

  std::shared_ptr<session::SharedDoc> doc_;
  const session::Limits& limits_;
  Transport& transport_;
  std::int64_t now_ms_;
  std::int64_t last_sent_ms_;
  access::Grant grant_;
  std::int64_t granted_ms_;
  bool closed_ = false;
  bool outgrown_ = false;  // something of this client was not taken: what follows would miss it
  bool belongs_ = false;   // it has shown that its history is this document's

  std::vector<Bytes> early_;  // frames that came before the document was loaded
  std::size_t early_bytes_ = 0;

  std::deque<Kept> kept_;                    // to be sent once what they show is durable
  persistence::Sequence greeting_kept_ = 0;  // until when the states wait for the greeting
  bool asked_once_ = false;                  // its first step 1 has come
  persistence::Sequence answer_kept_ = 0;    // until when a step 2 is kept; 0: none is
  std::optional<StateVector> asked_;         // a step 1 that is answered when there is room
  bool states_owed_ = false;

  std::optional<StateVector> behind_since_;  // what a slow reader has
  std::int64_t behind_until_ms_ = 0;         // when it is given up; 0: not slow
};

}  // namespace weft::protocol
