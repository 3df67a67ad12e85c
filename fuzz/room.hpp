// A document on the server as the targets of its wires see it: a store that works only when told, a
// witness on a connection of its own, and the promise that the witness, the server and the disk
// agree in the end. (Of updates that wait for their causes that holds only as far as no id has two
// contents: which one stays then depends on the order, in Yjs as here.)
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include <weft/doc.hpp>
#include <weft/sync.hpp>

#include "persistence/memory/memory_store.hpp"
#include "protocol/y_websocket.hpp"
#include "session/registry.hpp"
#include "target.hpp"

namespace weft {

struct Wire final : protocol::Transport {
  void send(session::Frame message) override {
    WEFT_PROMISE(!closed);
    bytes += message->size();
    queue.push_back(std::move(message));
  }
  void close(std::uint16_t, std::string_view) override { closed = true; }
  std::size_t queued_bytes() const override { return bytes; }

  /// What was queued reaches the client; `link` hears of it.
  std::deque<session::Frame> drain(protocol::Wire& link) {
    std::deque<session::Frame> all;
    while (!queue.empty()) {
      for (; !queue.empty(); queue.pop_front()) all.push_back(queue.front());
      bytes = 0;
      link.on_drained();
    }
    return all;
  }

  std::deque<session::Frame> queue;
  std::size_t bytes = 0;
  bool closed = false;
};

class Room {
 public:
  static constexpr const char* kName = "room";

  Room() {
    witness_ = std::make_unique<protocol::YWebSocket>(
        registry_.open(kName), access::Grant{.role = access::Role::write, .user = {}}, limits_,
        witness_wire_, now_ms_);
    ask();
  }

  session::Registry& registry() { return registry_; }
  const session::Limits& limits() const { return limits_; }
  std::int64_t now_ms() const { return now_ms_; }

  void break_store() {
    disk_->write_failure =
        persistence::StoreError{persistence::StoreErrc::unavailable, "as the input wants"};
  }
  void mend_store() { disk_->write_failure.reset(); }
  void store_one() {
    store_->run_one();
    run_posted();
  }
  void tick() {
    now_ms_ += 1000;
    registry_.tick(now_ms_);
    witness_->tick(now_ms_);
  }

  /// What a client is about to send: notes whether any of it has to wait for its causes.
  void watch(ByteView sync_message) {
    for (sync::MessageReader reader(sync_message); !reader.done();) {
      const auto message = reader.next();
      if (!message) return;
      if (message->kind != sync::MessageKind::step2 && message->kind != sync::MessageKind::update) {
        continue;
      }
      if (!everything_.apply_update(message->body)) return;
      gaps_ = gaps_ || everything_.has_pending();
    }
  }

  /// The witness reads what has come.
  void hear() {
    for (const session::Frame& frame : witness_wire_.drain(*witness_)) {
      sync::MessageReader reader(*frame);
      const auto message = reader.next();
      WEFT_PROMISE(message && reader.done());
      const bool told =
          message->kind == sync::MessageKind::update || message->kind == sync::MessageKind::step2;
      if (told) WEFT_PROMISE(heard_.apply_update(message->body).has_value());
    }
  }

  /// REQUIRES: all other clients are gone. The store recovers, and everybody agrees.
  void finish() {
    mend_store();
    for (int i = 0; i < 40; ++i) {
      settle();
      hear();
      tick();
    }
    WEFT_PROMISE(!witness_wire_.closed);
    WEFT_PROMISE(registry_.stats().unstored_documents == 0);
    const Doc answered = answer();
    if (gaps_) return;
    agree(heard_, answered);
    agree(stored(), answered);
  }

  /// Whether the witness has heard of any change.
  bool changed() const { return !heard_.state_vector().entries().empty(); }

 private:
  static void agree(const Doc& a, const Doc& b) {
    WEFT_PROMISE(a.state_vector() == b.state_vector());
    WEFT_PROMISE(a.delete_set() == b.delete_set());
  }

  static session::Limits small_limits() {
    session::Limits limits;
    limits.send_queue_bytes_max = 500;
    limits.log_updates_max = 4;
    limits.idle_ms = 3000;
    limits.behind_ms_max = 1'000'000'000;
    return limits;
  }

  void run_posted() {
    while (!posted_.empty()) {
      const auto work = std::move(posted_.front());
      posted_.pop_front();
      work();
    }
  }

  void settle() {
    while (store_->run_one()) run_posted();
  }

  void ask() { witness_->on_message(sync::encode(sync::MessageKind::step1, Bytes{0}), now_ms_); }

  // What the server answers to one who knows nothing.
  Doc answer() {
    ask();
    Doc answered;
    for (const session::Frame& frame : witness_wire_.drain(*witness_)) {
      const auto message = sync::MessageReader(*frame).next();
      if (message->kind != sync::MessageKind::step2) continue;
      WEFT_PROMISE(answered.apply_update(message->body).has_value());
    }
    return answered;
  }

  Doc stored() {
    Doc stored;
    const auto read = [&](const auto& result) {
      WEFT_PROMISE(result.has_value());
      if (result->checkpoint) {
        const auto& checkpoint = *result->checkpoint;
        WEFT_PROMISE(stored.apply_update(checkpoint.state, checkpoint.encoding).has_value());
      }
      for (const auto& update : result->updates) {
        WEFT_PROMISE(stored.apply_update(update.bytes, update.encoding).has_value());
      }
    };
    WEFT_PROMISE(store_->load(kName, read).has_value());
    settle();
    return stored;
  }

  session::Limits limits_ = small_limits();
  std::int64_t now_ms_ = 1'000'000;
  std::uint64_t random_ = 0;
  std::deque<std::function<void()>> posted_;
  std::shared_ptr<persistence::MemoryDisk> disk_ = std::make_shared<persistence::MemoryDisk>();
  std::unique_ptr<persistence::MemoryStore> store_ = std::make_unique<persistence::MemoryStore>(
      persistence::MemoryOptions{disk_, [this] { return now_ms_; }, {}});
  session::Registry registry_{session::Environment{
      .store = store_.get(),
      .post = [this](std::function<void()> work) { posted_.push_back(std::move(work)); },
      .random = [this] { return ++random_ << 20; },
      .limits = limits_}};
  Doc heard_;
  Doc everything_;     // that was sent, whether it was taken or not
  bool gaps_ = false;  // some of it has waited for its causes
  Wire witness_wire_;
  std::unique_ptr<protocol::YWebSocket> witness_;
};

}  // namespace weft
