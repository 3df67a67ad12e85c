#include "stage.hpp"

#include <utility>

#include <catch2/catch.hpp>

#include "encoding/writer.hpp"

namespace weft::server::test {

using persistence::MemoryStore;
using sync::MessageKind;

Stage::Stage(session::Limits limits, persistence::StoreLimits store_limits)
    : limits_(limits), store_limits_(store_limits) {
  start();
}

void Stage::start() {
  store_ = std::make_unique<MemoryStore>(
      persistence::MemoryOptions{disk_, [this] { return now_ms_; }, store_limits_});
  session::Environment environment{
      .store = store_.get(),
      .post = [this](std::function<void()> work) { posted_.push_back(std::move(work)); },
      .random = [this] { return random_ = random_ * 6364136223846793005 + 1442695040888963407; },
      .limits = limits_,
      .now_us = [this] { return now_ms_ * 1000; }};
  if (has_timers_) {
    environment.later = [this](std::int64_t ms, std::function<void()> work) {
      timers_.emplace(now_ms_ + ms, std::move(work));
    };
  }
  registry_ = std::make_unique<session::Registry>(std::move(environment));
}

void Stage::give_timers() {
  has_timers_ = true;
  restart();
}

void Stage::pass_ms(int ms) {
  for (int i = 0; i < ms; ++i) {
    ++now_ms_;
    while (!timers_.empty() && timers_.begin()->first <= now_ms_) {
      const auto work = timers_.extract(timers_.begin()).mapped();
      work();
    }
  }
}

void Stage::restart() {
  posted_.clear();
  timers_.clear();
  registry_.reset();
  store_.reset();
  start();
}

void Stage::pass_seconds(int seconds) {
  for (int i = 0; i < seconds; ++i) {
    now_ms_ += 1000;
    registry_->tick(now_ms_);
  }
}

void Stage::run_posted() {
  while (!posted_.empty()) {
    const auto work = std::move(posted_.front());
    posted_.pop_front();
    work();
  }
}

bool Stage::store_one() {
  const bool ran = store_->run_one();
  run_posted();
  return ran;
}

void Stage::settle() {
  while (store_one()) {
  }
}

void Stage::break_store(persistence::StoreErrc code) {
  disk_->write_failure = persistence::StoreError{code, "broken by the test"};
}

std::string Stage::stored_text(const std::string& name) const {
  const auto found = disk_->documents.find(name);
  if (found == disk_->documents.end()) return "";
  Doc doc({.client_id = 1});
  if (const auto& record = found->second.checkpoint) {
    REQUIRE(doc.apply_update(record->checkpoint.state, record->checkpoint.encoding));
  }
  for (const auto& update : found->second.updates) {
    REQUIRE(doc.apply_update(update.bytes, update.encoding));
  }
  return doc.text("t").to_string();
}

std::size_t Stage::stored_updates(const std::string& name) const {
  const auto found = disk_->documents.find(name);
  return found == disk_->documents.end() ? 0 : found->second.updates.size();
}

// --- Link --------------------------------------------------------------------------------------

Link::Link(Stage& stage, const std::string& document, const std::string& user) : stage_(stage) {
  wire_ = std::make_unique<protocol::YWebSocket>(
      stage.registry().open(document), access::Grant{.role = access::Role::write, .user = user},
      stage.limits(), *this, stage.now_ms());
}

void Link::send(session::Frame message) {
  REQUIRE_FALSE(close_code_);  // nothing follows a close
  queued_bytes_ += message->size();
  queue_.push_back(std::move(message));
}

void Link::close(std::uint16_t code, std::string_view reason) {
  ++closes_;
  if (close_code_) return;
  close_code_ = code;
  close_reason_ = reason;
}

void Link::flow() {
  while (!queue_.empty()) {
    while (!queue_.empty()) {
      arrived_.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    queued_bytes_ = 0;
    if (wire_ && !close_code_) wire_->on_drained();
  }
}

std::vector<Told> Link::take() {
  flow();
  std::vector<Told> told;
  for (const session::Frame& frame : std::exchange(arrived_, {})) {
    sync::MessageReader reader(*frame);
    const auto message = reader.next();
    REQUIRE(message);
    REQUIRE(reader.done());
    told.push_back({message->kind, Bytes(message->body.begin(), message->body.end())});
  }
  return told;
}

namespace {

const char* name_of(MessageKind kind) {
  switch (kind) {
    case MessageKind::step1:
      return "step1";
    case MessageKind::step2:
      return "step2";
    case MessageKind::update:
      return "update";
    case MessageKind::awareness:
      return "awareness";
    default:
      return "other";
  }
}

std::string names_of(const std::vector<Told>& told) {
  std::string names;
  for (const Told& each : told)
    names += (names.empty() ? "" : " ") + std::string(name_of(each.kind));
  return names;
}

}  // namespace

std::string Link::kinds() { return names_of(take()); }

// --- Editor ------------------------------------------------------------------------------------

Editor::Editor(Stage& stage, std::string document, ClientId id, std::string user)
    : stage_(stage),
      document_(std::move(document)),
      user_(std::move(user)),
      doc_({.client_id = id}) {
  subscription_ = doc_.on_update([this](const UpdateEvent& event) {
    if (event.local) last_local_.assign(event.update.begin(), event.update.end());
  });
}

void Editor::connect() {
  link_ = std::make_unique<Link>(stage_, document_, user_);
  link_->give(MessageKind::step1, doc_.encode_state_vector());
}

Bytes Editor::type(std::uint32_t index, std::string_view text) {
  {
    Text root = doc_.text("t");
    auto transaction = doc_.transact();
    REQUIRE(root.insert(transaction, index, text));
  }
  if (link_ && !link_->close_code()) link_->give(MessageKind::update, last_local_);
  return last_local_;
}

Bytes Editor::erase(std::uint32_t index, std::uint32_t length) {
  {
    Text root = doc_.text("t");
    auto transaction = doc_.transact();
    REQUIRE(root.remove(transaction, index, length));
  }
  if (link_ && !link_->close_code()) link_->give(MessageKind::update, last_local_);
  return last_local_;
}

std::string Editor::read() {
  const std::vector<Told> told = link_->take();
  for (const Told& each : told) {
    if (each.kind == MessageKind::step1) {
      const auto since = StateVector::decode(each.body);
      REQUIRE(since);
      if (!link_->close_code())
        link_->give(MessageKind::step2, doc_.encode_state_as_update(*since));
    } else if (each.kind == MessageKind::step2 || each.kind == MessageKind::update) {
      REQUIRE(doc_.apply_update(each.body));
      updates_heard_.push_back(each.body);
    }
  }
  return names_of(told);
}

int Editor::echoes(const Bytes& update) const {
  int count = 0;
  for (const Bytes& heard : updates_heard_) count += heard == update ? 1 : 0;
  return count;
}

void begin(Stage& stage, const std::string& document, std::initializer_list<Link*> links) {
  Doc doc({.client_id = 900});
  {
    auto transaction = doc.transact();
    REQUIRE(doc.text("first").insert(transaction, 0, "first"));
  }
  Link author(stage, document);
  author.give(MessageKind::update, doc.encode_state_as_update());
  for (Link* link : links) link->give(MessageKind::step1, Bytes{0});
  stage.settle();
  for (Link* link : links) link->take();
}

void quiesce(Stage& stage, std::initializer_list<Editor*> editors) {
  for (bool quiet = false; !quiet;) {
    quiet = true;
    stage.settle();
    for (Editor* editor : editors) {
      if (editor->connected() && !editor->read().empty()) quiet = false;
    }
  }
}

Bytes awareness(ClientId client, std::uint64_t clock, std::string_view json) {
  encoding::Writer writer;
  writer.varuint(1);
  writer.varuint(client);
  writer.varuint(clock);
  writer.varstring(json);
  return writer.take();
}

}  // namespace weft::server::test
