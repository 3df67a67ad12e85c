#include "network.hpp"

#include <algorithm>
#include <utility>

#include <weft/content_ids.hpp>
#include <weft/update.hpp>

#include "client.hpp"
#include "encoding/reader.hpp"
#include "protocol/hocuspocus_session.hpp"
#include "server.hpp"

namespace weft::simulation {

using protocol::HocuspocusType;
using sync::MessageKind;

Connection::Connection(Loop& loop, Server& server, Client& client, Ledger& ledger)
    : loop_(loop),
      server_(server),
      client_(&client),
      ledger_(ledger),
      document_(client.document()),
      speech_(client.speech()),
      slowness_us_(loop.between(100, loop.chance(8) == 0 ? 200'000 : 10'000)) {}

std::int64_t Connection::delay() {
  const std::int64_t usual = loop_.between(slowness_us_ / 4, slowness_us_);
  return loop_.chance(64) == 0 ? usual + loop_.between(0, 2'000'000) : usual;
}

void Connection::begin() {
  loop_.after(delay(), [self = shared_from_this()] {
    if (self->cut_ || self->client_ == nullptr) return;
    if (!self->server_.accepts()) {
      self->cut_ = true;
      return self->client_->on_close();
    }
    self->server_.joined(self);
    self->session_ = self->server_.accept(self->document_, self->speech_, *self,
                                          [self] { self->close(0, "the document is over"); });
    self->client_->on_open();
  });
}

// --- The ways ------------------------------------------------------------------------------------

// What is there when a way moves arrives together; what comes later waits for the next time.
void Connection::move(Way& way, void (Connection::*arrive)(const session::Frame&)) {
  if (std::exchange(way.moving, true)) return;
  loop_.after(delay(), [self = shared_from_this(), &way, arrive] {
    way.moving = false;
    for (std::size_t left = way.frames.size(); left > 0 && !way.frames.empty(); --left) {
      const session::Frame frame = std::move(way.frames.front());
      way.frames.pop_front();
      if (!self->cut_) (self.get()->*arrive)(frame);
    }
    if (!way.frames.empty()) self->move(way, arrive);
  });
}

void Connection::say(MessageKind kind, ByteView body) {
  if (cut_) return;
  if (kind == MessageKind::step2 || kind == MessageKind::update) ++unconfirmed_;
  up_.frames.push_back(std::make_shared<const Bytes>(sync::encode(kind, body)));
  move(up_, &Connection::arrive_at_server);
}

void Connection::trace(const char* way, ByteView frame) const {
  if (!ledger_.watch) return;
  if (speech_ == Speech::hocuspocus && *way == '<') {
    encoding::Reader reader(frame);
    reader.varbytes();
    frame = frame.subspan(frame.size() - reader.remaining());
  }
  std::string line = std::to_string(client_->id()) + " " + way + " " + document_;
  const auto message = sync::MessageReader(frame).next();
  if (!message) return;
  line += " kind " + std::to_string(static_cast<int>(message->kind)) + " of " +
          std::to_string(frame.size()) + " bytes";
  const bool update = message->kind == MessageKind::step2 || message->kind == MessageKind::update;
  if (const auto covered = parse_update_meta(message->body); update && covered) {
    for (const auto& [id, to] : covered->to.entries())
      line += ", " + std::to_string(id) + ": " + std::to_string(covered->from.get(id)) + "-" +
              std::to_string(to);
  }
  ledger_.watch(line);
}

void Connection::arrive_at_server(const session::Frame& frame) {
  if (!session_ || client_ == nullptr) return;
  trace(">", *frame);
  session_->on_message(*frame, server_.now_ms());
}

void Connection::send(session::Frame message) {
  if (server_.dead()) return;
  // A client takes for stored what it reads back; it is told when this is sent.
  if (client_ != nullptr && !cut_) {
    trace("<", *message);
    ByteView rest = *message;
    if (speech_ == Speech::hocuspocus) {
      encoding::Reader reader(rest);
      reader.varbytes();
      rest = rest.subspan(rest.size() - reader.remaining());
    }
    if (const auto told = sync::MessageReader(rest).next()) note_promise(*told);
  }
  queued_bytes_ += message->size();
  down_.frames.push_back(std::move(message));
  move(down_, &Connection::arrive_at_client);
}

void Connection::note_promise(const sync::Message& message) {
  if (message.kind == MessageKind::step1) {
    if (const auto state = StateVector::decode(message.body)) ledger_.promise(document_, *state);
  } else if (message.kind == MessageKind::step2) {
    ledger_.promise(document_,
                    std::make_shared<const Bytes>(message.body.begin(), message.body.end()),
                    "a step 2");
  } else if (message.kind == MessageKind::update && speech_ == Speech::y_websocket &&
             !client_->unconfirmed.empty()) {
    // Its own structs come back, by whomever they came here.
    const auto covered = content_ids_from_update(message.body);
    if (!covered) throw Broken{"the server sent what cannot be read"};
    const ClientId id = client_->id();
    std::erase_if(client_->unconfirmed, [&](const Client::Own& own) {
      for (Clock clock = own.from; clock < own.to; ++clock) {
        if (!covered->inserts.contains({id, clock})) return false;
      }
      ledger_.promise(document_, own.bytes, "an echo to " + std::to_string(client_->id()));
      return true;
    });
  }
}

void Connection::arrive_at_client(const session::Frame& frame) {
  queued_bytes_ -= frame->size();
  if (session_ && queued_bytes_ == 0) session_->on_drained();
  if (client_ == nullptr) return;
  ByteView rest = *frame;
  if (speech_ == Speech::hocuspocus) {
    encoding::Reader reader(rest);
    reader.varbytes();
    rest = rest.subspan(rest.size() - reader.remaining());
    if (!rest.empty() && rest[0] == static_cast<std::uint8_t>(HocuspocusType::sync_status))
      return note_status();
  }
  const auto message = sync::MessageReader(rest).next();
  if (!message) throw Broken{"the server sent what cannot be read"};
  client_->on_message(*message);
}

// The provider shows "saved" when it is synced and everything that it has sent was confirmed.
void Connection::note_status() {
  if (unconfirmed_ == 0) throw Broken{"a status for nothing"};
  if (--unconfirmed_ > 0 || !client_->synced()) return;
  for (const Client::Own& own : std::exchange(client_->unconfirmed, {}))
    ledger_.promise(document_, own.bytes, "a status for " + std::to_string(client_->id()));
}

// --- Its end -------------------------------------------------------------------------------------

void Connection::close(std::uint16_t, std::string_view) {
  loop_.after(delay(), [self = shared_from_this()] {
    self->end_session();
    self->cut_ = true;
    if (self->client_ != nullptr) self->client_->on_close();
  });
}

void Connection::end_session() {
  session_.reset();
  up_.frames.clear();
}

void Connection::hang_up() {
  client_ = nullptr;
  if (cut_) return;
  loop_.after(delay(), [self = shared_from_this()] {
    self->end_session();
    self->cut_ = true;
    self->down_.frames.clear();
  });
}

void Connection::cut() {
  if (std::exchange(cut_, true)) return;
  loop_.after(loop_.between(0, 3'000'000), [self = shared_from_this()] {
    if (self->client_ != nullptr) self->client_->on_close();
  });
  loop_.after(loop_.between(0, 20'000'000), [self = shared_from_this()] { self->end_session(); });
}

void Connection::lose_server() {
  end_session();
  down_.frames.clear();
  if (std::exchange(cut_, true)) return;
  loop_.after(delay(), [self = shared_from_this()] {
    if (self->client_ != nullptr) self->client_->on_close();
  });
}

void Connection::tick() {
  if (session_) session_->tick(server_.now_ms());
}

}  // namespace weft::simulation
