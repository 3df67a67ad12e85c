// Arbitrary frames on one connection of a document, while the store works, fails and recovers: the
// other connection stays open and hears of everything, and what the disk has in the end is what
// both have been told. (Of updates that wait for their causes that holds only as far as no id has
// two contents: which one stays then depends on the order, in Yjs as here.)
//
// Input: operations of one byte each (see Play::step); 0 is followed by a length and a frame.
#include <deque>
#include <functional>
#include <memory>

#include <weft/doc.hpp>
#include <weft/sync.hpp>

#include "persistence/memory/memory_store.hpp"
#include "protocol/y_websocket.hpp"
#include "session/registry.hpp"
#include "target.hpp"

namespace {

using namespace weft;

struct Wire final : protocol::Transport {
  void send(session::Frame message) override {
    WEFT_PROMISE(!closed);
    bytes += message->size();
    queue.push_back(std::move(message));
  }
  void close(std::uint16_t, std::string_view) override { closed = true; }
  std::size_t queued_bytes() const override { return bytes; }

  std::deque<session::Frame> queue;
  std::size_t bytes = 0;
  bool closed = false;
};

session::Limits small_limits() {
  session::Limits limits;
  limits.send_queue_bytes_max = 500;
  limits.log_updates_max = 4;
  limits.idle_ms = 3000;
  limits.behind_ms_max = 1'000'000'000;
  return limits;
}

class Play {
 public:
  Play() {
    witness_ = open(witness_wire_);
    bad_ = open(bad_wire_);
  }

  void run(ByteView input) {
    while (!input.empty()) step(input);
    disk_->write_failure.reset();
    bad_.reset();
    for (int i = 0; i < 40; ++i) {
      settle();
      hear();
      tick();
    }
    WEFT_PROMISE(!witness_wire_.closed);
    finish();
  }

 private:
  std::unique_ptr<protocol::YWebSocket> open(Wire& wire) {
    wire = {};
    return std::make_unique<protocol::YWebSocket>(
        registry_.open("room"), access::Grant{.role = access::Role::write, .user = {}}, limits_,
        wire, now_ms_);
  }

  void step(ByteView& input) {
    const std::uint8_t operation = input.front();
    input = input.subspan(1);
    switch (operation % 8) {
      case 0: {
        if (input.empty()) return;
        const std::size_t size = std::min<std::size_t>(input[0], input.size() - 1);
        input = input.subspan(1);
        watch_for_gaps(input.first(size));
        bad_->on_message(input.first(size), now_ms_);
        input = input.subspan(size);
        break;
      }
      case 1:
        store_->run_one();
        run_posted();
        break;
      case 2:
        tick();
        break;
      case 3:
        bad_.reset();
        bad_ = open(bad_wire_);
        break;
      case 4:
        drain(*bad_, bad_wire_);
        break;
      case 5:
        disk_->write_failure =
            persistence::StoreError{persistence::StoreErrc::unavailable, "as the input wants"};
        break;
      case 6:
        disk_->write_failure.reset();
        break;
      default:
        hear();
    }
  }

  void watch_for_gaps(ByteView frame) {
    for (sync::MessageReader reader(frame); !reader.done();) {
      const auto message = reader.next();
      if (!message) return;
      if (message->kind != sync::MessageKind::step2 && message->kind != sync::MessageKind::update) {
        continue;
      }
      if (!everything_.apply_update(message->body)) return;
      gaps_ = gaps_ || everything_.has_pending();
    }
  }

  void tick() {
    now_ms_ += 1000;
    registry_.tick(now_ms_);
    witness_->tick(now_ms_);
    if (bad_) bad_->tick(now_ms_);
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

  static std::deque<session::Frame> drain(protocol::YWebSocket& link, Wire& wire) {
    std::deque<session::Frame> all;
    while (!wire.queue.empty()) {
      for (; !wire.queue.empty(); wire.queue.pop_front()) all.push_back(wire.queue.front());
      wire.bytes = 0;
      link.on_drained();
    }
    return all;
  }

  void hear() {
    for (const session::Frame& frame : drain(*witness_, witness_wire_)) {
      sync::MessageReader reader(*frame);
      const auto message = reader.next();
      WEFT_PROMISE(message && reader.done());
      if (message->kind != sync::MessageKind::update) continue;
      WEFT_PROMISE(heard_.apply_update(message->body).has_value());
    }
  }

  // What the witness heard, what the server answers now and what the disk holds are the same.
  void finish() {
    WEFT_PROMISE(registry_.stats().unstored_documents == 0);
    witness_->on_message(sync::encode(sync::MessageKind::step1, Bytes{0}), now_ms_);
    Doc answered;
    for (const session::Frame& frame : drain(*witness_, witness_wire_)) {
      const auto message = sync::MessageReader(*frame).next();
      if (message->kind != sync::MessageKind::step2) continue;
      WEFT_PROMISE(answered.apply_update(message->body).has_value());
    }
    if (gaps_) return;
    WEFT_PROMISE(heard_.state_vector() == answered.state_vector());
    WEFT_PROMISE(heard_.delete_set() == answered.delete_set());

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
    WEFT_PROMISE(store_->load("room", read).has_value());
    settle();
    WEFT_PROMISE(stored.state_vector() == answered.state_vector());
    WEFT_PROMISE(stored.delete_set() == answered.delete_set());
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
  Doc everything_;     // that the input sent, whether it was taken or not
  bool gaps_ = false;  // some of it has waited for its causes
  Wire witness_wire_;
  Wire bad_wire_;
  std::unique_ptr<protocol::YWebSocket> witness_;
  std::unique_ptr<protocol::YWebSocket> bad_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Play().run({data, size});
  return 0;
}
