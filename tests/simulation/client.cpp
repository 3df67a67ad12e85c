#include "client.hpp"

#include <string>
#include <utility>

#include <weft/array.hpp>
#include <weft/map.hpp>
#include <weft/text.hpp>

#include "server.hpp"

namespace weft::simulation {

using sync::MessageKind;

Client::Client(Loop& loop, Server& server, Ledger& ledger, ClientId id, std::string document,
               Speech speech)
    : loop_(loop),
      server_(server),
      ledger_(ledger),
      id_(id),
      document_(std::move(document)),
      speech_(speech),
      doc_({.client_id = id}) {
  subscription_ = doc_.on_update([this](const UpdateEvent& event) {
    if (!event.local) return;
    const Clock to = doc_.state_vector().get(id_);
    const Clock from = unconfirmed.empty() ? told_ : unconfirmed.back().to;
    told_ = to;
    unconfirmed.push_back(
        {from, to, std::make_shared<const Bytes>(event.update.begin(), event.update.end())});
    if (open_) connection_->say(MessageKind::update, event.update);
  });
}

void Client::connect() {
  wanted_ = true;
  if (connection_ || waiting_) return;
  connection_ = std::make_shared<Connection>(loop_, server_, *this, ledger_);
  connection_->begin();
}

void Client::leave() {
  wanted_ = open_ = synced_ = false;
  if (connection_) connection_->hang_up();
  connection_.reset();
}

void Client::edit() {
  auto transaction = doc_.transact();
  change(transaction);
}

// Each edit leaves a word of its own in the list, so that its going missing, or its coming twice,
// is seen; text and map make items that are cut, deleted and collected.
void Client::change(Transaction& transaction) {
  const std::string word = std::to_string(id_) + "." + std::to_string(++edits_);
  Array list = doc_.array("list");
  const auto at = static_cast<std::uint32_t>(loop_.chance(list.length() + 1));
  Result<void> done = list.insert(transaction, at, {Content(Value(word))});
  Text text = doc_.text("text");
  const auto length = static_cast<std::uint32_t>(text.length());
  const std::uint64_t dice = loop_.chance(8);
  if (done && dice < 4)
    done = text.insert(transaction, static_cast<std::uint32_t>(loop_.chance(length + 1)), word);
  if (done && dice >= 3 && dice < 6 && length > 4) {
    const auto from = static_cast<std::uint32_t>(loop_.chance(length - 3));
    done = text.remove(transaction, from, static_cast<std::uint32_t>(1 + loop_.chance(3)));
  }
  if (done && dice == 7)
    done = doc_.map("map").set(transaction, std::to_string(loop_.chance(3)), Value(word));
  if (!done) throw Broken{"an edit failed: " + message(done.error())};
}

void Client::on_open() {
  open_ = true;
  connection_->say(MessageKind::step1, doc_.encode_state_vector());
}

void Client::on_message(const sync::Message& message) {
  if (message.kind == MessageKind::step1) {
    const auto since = StateVector::decode(message.body);
    if (!since) throw Broken{"the server sent no state vector"};
    connection_->say(MessageKind::step2, doc_.encode_state_as_update(*since));
  } else if (message.kind == MessageKind::step2 || message.kind == MessageKind::update) {
    if (const auto applied = doc_.apply_update(message.body); !applied)
      throw Broken{"the server sent an update that cannot be applied"};
    synced_ = synced_ || message.kind == MessageKind::step2;
  }
}

void Client::on_close() {
  open_ = synced_ = false;
  if (connection_) connection_->hang_up();
  connection_.reset();
  if (!wanted_ || std::exchange(waiting_, true)) return;
  loop_.after(loop_.between(20'000, 2'000'000), [this] {
    waiting_ = false;
    if (wanted_) connect();
  });
}

}  // namespace weft::simulation
