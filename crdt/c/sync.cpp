// Awareness, and the messages between replicas.
#include <weft/awareness.hpp>
#include <weft/sync.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::sync::MessageKind;

struct weft_awareness {
  weft::Awareness awareness;
};

namespace {

weft_status give_update(const weft::Result<weft::Awareness::Change>& change, weft_bytes* out) {
  if (change) *out = give(change->update);
  return status(change);
}

std::int64_t milliseconds(uint64_t now) { return static_cast<std::int64_t>(now); }

}  // namespace

extern "C" {

weft_awareness* weft_awareness_new(void) { return std::make_unique<weft_awareness>().release(); }

void weft_awareness_free(weft_awareness* awareness) {
  std::unique_ptr<weft_awareness>(awareness).reset();
}

weft_status weft_awareness_set(weft_awareness* awareness, uint64_t client, const char* json,
                               size_t size, uint64_t now, weft_bytes* out) {
  return give_update(awareness->awareness.set(client, view(json, size), milliseconds(now)), out);
}

weft_status weft_awareness_apply(weft_awareness* awareness, const uint8_t* update, size_t size,
                                 uint64_t now, weft_bytes* out) {
  return give_update(awareness->awareness.apply(view(update, size), milliseconds(now)), out);
}

weft_bytes weft_awareness_expire(weft_awareness* awareness, uint64_t now) {
  return give(awareness->awareness.expire(milliseconds(now)).update);
}

weft_bytes weft_awareness_encode(const weft_awareness* awareness) {
  return give(awareness->awareness.encode());
}

weft_bytes weft_awareness_clients(const weft_awareness* awareness) {
  weft::ValueArray clients;
  for (const weft::ClientId client : awareness->awareness.present()) {
    clients.emplace_back(static_cast<double>(client));
  }
  return give(weft::Value(std::move(clients)).to_json());
}

weft_status weft_awareness_state(const weft_awareness* awareness, uint64_t client,
                                 weft_bytes* out) {
  const std::string_view state = awareness->awareness.state(client);
  if (state.empty()) return WEFT_NOT_FOUND;
  *out = give(state);
  return WEFT_OK;
}

weft_bytes weft_message_encode(weft_message_kind kind, const uint8_t* body, size_t size) {
  return give(weft::sync::encode(static_cast<MessageKind>(kind), view(body, size)));
}

weft_status weft_message_next(weft_view* frame, weft_message_kind* kind, weft_view* body) {
  const weft::ByteView bytes = view(frame->data, frame->size);
  weft::sync::MessageReader reader(bytes);
  if (reader.done()) return WEFT_NOT_FOUND;
  const auto message = reader.next();
  if (!message) return status(message);
  const weft::ByteView rest = reader.rest();
  *frame = {rest.data(), rest.size()};
  if (message->kind == MessageKind::unknown) return WEFT_NOT_FOUND;
  *kind = static_cast<weft_message_kind>(message->kind);
  *body = {message->body.data(), message->body.size()};
  return WEFT_OK;
}

}  // extern "C"
