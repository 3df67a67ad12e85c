// A document's stored records, with arbitrary bytes as updates and states and with damage done to
// them: what was stored comes back as it was, damage of any kind is found, and the server opens
// what it can read, or closes the connection.
//
// Input: steps of one byte each (see Play::step) with their arguments. Bytes of updates are V1 or
// V2, as Yjs writes them or not.
//
// Reaches: persistence/record.cpp persistence/memory/memory_store.cpp
#include <memory>
#include <string>
#include <vector>

#include "input.hpp"
#include "room.hpp"

namespace {

using namespace weft;
using persistence::MemoryDisk;

constexpr const char* kName = "doc";

struct Kept {
  Bytes bytes;
  Encoding encoding;
};

class Play {
 public:
  void step(Input& input) {
    switch (input.byte() % 5) {
      case 0:
      case 1:
        append(input);
        break;
      case 2:
        checkpoint(input);
        break;
      case 3:
        damage_update(input);
        break;
      default:
        damage_document(input);
    }
  }

  void finish() {
    load();
    open();
  }

 private:
  static Encoding encoding(Input& input) {
    return input.up_to(1) == 0 ? Encoding::v1 : Encoding::v2;
  }
  static std::shared_ptr<const Bytes> payload(Input& input) {
    const ByteView bytes = input.bytes(input.byte());
    return std::make_shared<const Bytes>(bytes.begin(), bytes.end());
  }

  void append(Input& input) {
    if (damaged_) return;
    const Encoding of = encoding(input);
    const auto bytes = payload(input);
    const std::string user(input.up_to(3), 'u');
    WEFT_PROMISE(store_.append(kName, {last_ + 1, bytes, of, {user, "s"}}, done()).has_value());
    WEFT_PROMISE(store_.drain() == 1 && done_);
    ++last_;
    log_.push_back({*bytes, of});
  }

  void checkpoint(Input& input) {
    if (damaged_ || last_ == 0) return;
    const Encoding of = encoding(input);
    const auto state = payload(input);
    WEFT_PROMISE(store_.checkpoint(kName, {state, of, last_}, done()).has_value());
    WEFT_PROMISE(store_.drain() == 1 && done_);
    checkpoint_ = Kept{*state, of};
    log_.clear();
  }

  // Any field of any record becomes another.
  void damage_update(Input& input) {
    MemoryDisk::Document& document = disk_->documents[kName];
    if (document.updates.empty()) return;
    auto& record = document.updates[input.byte() % document.updates.size()];
    const std::uint32_t by = 1 + input.up_to(254);
    switch (input.up_to(6)) {
      case 0:
        record.sequence += by;
        break;
      case 1:
        if (record.bytes.empty()) return;
        record.bytes[input.byte() % record.bytes.size()] ^= static_cast<std::uint8_t>(by);
        break;
      case 2:
        record.bytes.push_back(static_cast<std::uint8_t>(by));
        break;
      case 3:
        record.encoding = record.encoding == Encoding::v1 ? Encoding::v2 : Encoding::v1;
        break;
      case 4:
        record.origin.user.push_back('!');
        break;
      case 5:
        record.created_at_ms -= by;
        break;
      default:
        record.checksum ^= by;
    }
    damaged_ = true;
  }

  void damage_document(Input& input) {
    MemoryDisk::Document& document = disk_->documents[kName];
    switch (input.up_to(3)) {
      case 0:
        ++document.last;
        break;
      case 1:
        if (document.updates.empty()) return;
        document.updates.erase(document.updates.begin() +
                               static_cast<std::ptrdiff_t>(input.byte() % document.updates.size()));
        break;
      case 2:
        if (!document.checkpoint) return;
        document.checkpoint->checkpoint.state.push_back(0);
        break;
      default:
        if (!document.checkpoint) return;
        ++document.checkpoint->checkpoint.up_to;
    }
    damaged_ = true;
  }

  // All of it as it was stored, or the word that it is damaged. Damage may undo damage.
  void load() {
    bool called = false;
    const auto loaded = [&](const auto& result) {
      called = true;
      if (!result) {
        WEFT_PROMISE(damaged_ && result.error().code == persistence::StoreErrc::corrupt);
        return;
      }
      WEFT_PROMISE(result->sequence == last_);
      WEFT_PROMISE(result->checkpoint.has_value() == checkpoint_.has_value());
      if (checkpoint_) {
        WEFT_PROMISE(result->checkpoint->state == checkpoint_->bytes);
        WEFT_PROMISE(result->checkpoint->encoding == checkpoint_->encoding);
      }
      auto expected = log_.begin();
      for (const persistence::StoredUpdate& update : result->updates) {
        WEFT_PROMISE(expected != log_.end());
        WEFT_PROMISE(std::ranges::equal(update.bytes, expected->bytes));
        WEFT_PROMISE(update.encoding == expected->encoding);
        ++expected;
      }
      WEFT_PROMISE(expected == log_.end());
      undamaged_ = true;
    };
    WEFT_PROMISE(store_.load(kName, loaded).has_value());
    WEFT_PROMISE(store_.drain() == 1 && called);
  }

  // The document as one replica takes it; nothing: it cannot be read.
  std::unique_ptr<Doc> replay() const {
    auto doc = std::make_unique<Doc>();
    if (!undamaged_) return nullptr;
    if (checkpoint_ && !doc->apply_update(checkpoint_->bytes, checkpoint_->encoding)) {
      return nullptr;
    }
    for (const Kept& update : log_) {
      if (!doc->apply_update(update.bytes, update.encoding)) return nullptr;
    }
    return doc;
  }

  void open() {
    std::deque<std::function<void()>> posted;
    session::Limits limits;
    session::Registry registry(session::Environment{
        .store = &store_,
        .post = [&](std::function<void()> work) { posted.push_back(std::move(work)); },
        .random = [] { return std::uint64_t{9}; },
        .limits = limits});
    Wire wire;
    protocol::YWebSocket client(registry.open(kName),
                                access::Grant{.role = access::Role::read, .user = {}}, limits, wire,
                                0);
    client.on_message(sync::encode(sync::MessageKind::step1, Bytes{0}), 0);
    while (store_.run_one() || !posted.empty()) {
      while (!posted.empty()) {
        const auto work = std::move(posted.front());
        posted.pop_front();
        work();
      }
    }
    const auto expected = replay();
    WEFT_PROMISE(wire.closed == (expected == nullptr));
    if (!expected) return;
    Doc answered;
    for (const session::Frame& frame : wire.drain(client)) {
      const auto message = sync::MessageReader(*frame).next();
      WEFT_PROMISE(message.has_value());
      if (message->kind != sync::MessageKind::step2) continue;
      WEFT_PROMISE(answered.apply_update(message->body).has_value());
    }
    if (expected->has_pending()) return;  // see room.hpp
    WEFT_PROMISE(answered.state_vector() == expected->state_vector());
    WEFT_PROMISE(answered.delete_set() == expected->delete_set());
  }

  persistence::DocumentStore::Done<persistence::Sequence> done() {
    done_ = false;
    return [this](const auto& result) {
      WEFT_PROMISE(result.has_value());
      done_ = true;
    };
  }

  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  persistence::MemoryStore store_{{disk_, [] { return std::int64_t{1000}; }, {}}};
  persistence::Sequence last_ = 0;
  std::optional<Kept> checkpoint_;
  std::vector<Kept> log_;  // behind the checkpoint
  bool done_ = false;
  bool damaged_ = false;
  bool undamaged_ = false;  // a load said so
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  Play play;
  while (!input.empty()) play.step(input);
  play.finish();
  return 0;
}
