// Awareness, and the messages between replicas.
#include <weft/awareness.hpp>
#include <weft/sync.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::sync::MessageKind;

struct weft_awareness {
  weft_awareness() { awareness.compare_states(); }

  weft::Awareness awareness;
  weft::Awareness::Change last;
};

namespace {

using weft::Awareness;
using weft::ClientId;
using weft::Value;
using weft::ValueArray;

weft_bytes give_update(weft_awareness& awareness, Awareness::Change change) {
  awareness.last = std::move(change);
  return give(std::exchange(awareness.last.update, {}));
}

weft_status give_update(weft_awareness& awareness, weft::Result<Awareness::Change> change,
                        weft_bytes* out) {
  if (change) *out = give_update(awareness, std::move(*change));
  return status(change);
}

ValueArray numbers(const std::vector<ClientId>& clients) {
  return {clients.begin(), clients.end()};
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
  return give_update(*awareness,
                     awareness->awareness.set(client, view(json, size), milliseconds(now)), out);
}

weft_status weft_awareness_apply(weft_awareness* awareness, const uint8_t* update, size_t size,
                                 uint64_t now, weft_bytes* out) {
  return give_update(*awareness, awareness->awareness.apply(view(update, size), milliseconds(now)),
                     out);
}

weft_bytes weft_awareness_expire(weft_awareness* awareness, uint64_t now) {
  return give_update(*awareness, awareness->awareness.expire(milliseconds(now)));
}

weft_bytes weft_awareness_remove(weft_awareness* awareness, const uint64_t* clients, size_t count) {
  const std::vector<ClientId> gone(clients, clients + count);
  return give_update(*awareness, awareness->awareness.remove(gone));
}

weft_bytes weft_awareness_changes(const weft_awareness* awareness) {
  const Awareness::Change& last = awareness->last;
  const weft::ValueObject lists{{"added", numbers(last.added)},
                                {"updated", numbers(last.updated)},
                                {"changed", numbers(last.filtered_updated)},
                                {"removed", numbers(last.removed)}};
  return give(Value(lists).to_json());
}

weft_status weft_awareness_modify(const uint8_t* update, size_t size, weft_modify_state modify,
                                  void* context, weft_bytes* out) {
  return give(
      weft::modify_awareness_update(view(update, size),
                                    [modify, context](ClientId client, Value state) {
                                      const std::string json = state.to_json();
                                      size_t length = 0;
                                      const char* const text = modify(context, client, json.data(),
                                                                      json.size(), &length);
                                      if (text == nullptr) return state;
                                      return Value::from_json({text, length}).value_or(Value());
                                    }),
      out);
}

weft_bytes weft_awareness_encode(const weft_awareness* awareness) {
  return give(awareness->awareness.encode());
}

weft_bytes weft_awareness_clients(const weft_awareness* awareness) {
  return give(Value(numbers(awareness->awareness.present())).to_json());
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
