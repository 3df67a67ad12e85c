// A shard without threads, sockets or a clock: what the tests of documents and sessions play on.
//
// The store carries out an operation only in Stage::store_one or settle, a posted function runs
// only in Stage::run_posted, a message travels only in Link::flow: every interleaving can be
// written down.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <weft/doc.hpp>
#include <weft/sync.hpp>

#include "persistence/memory/memory_store.hpp"
#include "protocol/y_websocket.hpp"
#include "session/registry.hpp"
#include "update_of.hpp"

namespace weft::server::test {

class Stage {
 public:
  explicit Stage(session::Limits limits = {}, persistence::StoreLimits store_limits = {});

  session::Registry& registry() { return *registry_; }
  persistence::MemoryStore& store() { return *store_; }
  persistence::MemoryDisk& disk() { return *disk_; }
  const session::Limits& limits() const { return registry_->environment().limits; }

  std::int64_t now_ms() const { return now_ms_; }
  /// Lets seconds pass, one tick of the registry each; the store stands still.
  void pass_seconds(int seconds);

  /// Gives the shard timers, and lets milliseconds pass, which is when they run. Before anything is
  /// opened.
  void give_timers();
  void pass_ms(int ms);

  /// Runs what completions have posted.
  void run_posted();
  /// The store's oldest operation and what its completion posts. False: nothing was queued.
  bool store_one();
  /// Until neither the store nor the shard has anything to do.
  void settle();

  void break_store(persistence::StoreErrc code = persistence::StoreErrc::unavailable);
  void mend_store() { disk_->write_failure.reset(); }

  /// The process dies and starts again on the same disk. No Link may be open.
  void restart();

  /// The document as the disk has it, and how many updates its log holds.
  std::string stored_text(const std::string& name) const;
  std::size_t stored_updates(const std::string& name) const;

 private:
  void start();

  session::Limits limits_;
  persistence::StoreLimits store_limits_;
  std::shared_ptr<persistence::MemoryDisk> disk_ = std::make_shared<persistence::MemoryDisk>();
  std::int64_t now_ms_ = 1'000'000;
  std::uint64_t random_ = 7;
  std::deque<std::function<void()>> posted_;
  bool has_timers_ = false;
  std::multimap<std::int64_t, std::function<void()>> timers_;  // by when they run
  std::unique_ptr<persistence::MemoryStore> store_;
  std::unique_ptr<session::Registry> registry_;
};

struct Told {
  sync::MessageKind kind;
  Bytes body;
};

/// One connection of a y-websocket client, seen from the client's end.
class Link final : public protocol::Transport {
 public:
  Link(Stage& stage, const std::string& document, const std::string& user = {});
  ~Link() override = default;

  /// A frame from the client.
  void give(ByteView frame) { wire_->on_message(frame, stage_.now_ms()); }
  void give(sync::MessageKind kind, ByteView body = {}) { give(sync::encode(kind, body)); }
  /// Everything queued reaches the client.
  void flow();
  void tick() { wire_->tick(stage_.now_ms()); }
  /// The socket is gone.
  void drop() { wire_.reset(); }
  bool dropped() const { return !wire_; }

  /// What has arrived since the last call; flows before. Each frame must hold one message.
  std::vector<Told> take();
  /// The kinds that take() gives, in words: "step1 awareness update".
  std::string kinds();
  std::size_t queued_frames() const { return queue_.size(); }

  std::optional<std::uint16_t> close_code() const { return close_code_; }
  const std::string& close_reason() const { return close_reason_; }
  int closes() const { return closes_; }

  void send(session::Frame message) override;
  void close(std::uint16_t code, std::string_view reason) override;
  std::size_t queued_bytes() const override { return queued_bytes_; }

 private:
  Stage& stage_;
  std::deque<session::Frame> queue_;
  std::size_t queued_bytes_ = 0;
  std::vector<session::Frame> arrived_;
  std::optional<std::uint16_t> close_code_;
  std::string close_reason_;
  int closes_ = 0;
  std::unique_ptr<protocol::YWebSocket> wire_;
};

/// An editor: a document of its own and the y-websocket client's half of the conversation.
class Editor {
 public:
  Editor(Stage& stage, std::string document, ClientId id, std::string user = {});

  /// Connects and says what providers say: step 1.
  void connect();
  void disconnect() { link_.reset(); }
  Link& link() { return *link_; }
  bool connected() const { return link_ != nullptr; }

  /// Inserts into the root text "t"; the update goes out if connected. Returns it.
  Bytes type(std::uint32_t index, std::string_view text);
  /// The same for a deletion.
  Bytes erase(std::uint32_t index, std::uint32_t length);
  /// Takes in what has arrived, answers it, and returns the kinds.
  std::string read();

  std::string text() { return doc_.text("t").to_string(); }
  Bytes state() const { return doc_.encode_state_as_update(); }
  bool has_pending() const { return doc_.has_pending(); }
  Doc& doc() { return doc_; }
  /// How often this editor's own update came back.
  int echoes(const Bytes& update) const;

 private:
  Stage& stage_;
  std::string document_;
  std::string user_;
  Doc doc_;
  Bytes last_local_;
  Subscription subscription_;
  std::vector<Bytes> updates_heard_;
  std::unique_ptr<Link> link_;
};

/// Gives the document a first edit that is on disk, outside of root text "t", and lets `links` ask
/// for it and hear all: from here on they are told of each other's edits at once.
void begin(Stage& stage, const std::string& document, std::initializer_list<Link*> links);

/// settle and read until nobody has anything more to say.
void quiesce(Stage& stage, std::initializer_list<Editor*> editors);

/// An awareness update with one entry.
Bytes awareness(ClientId client, std::uint64_t clock, std::string_view json);

}  // namespace weft::server::test
