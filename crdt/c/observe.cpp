// Observers, and what they are told, as JSON.
#include <vector>

#include <weft/content.hpp>
#include <weft/content_ids.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::Event;
using weft::SharedType;
using weft::TransactionEvent;
using weft::Value;
using weft::ValueArray;
using weft::ValueObject;

struct weft_change {
  const TransactionEvent& event;
};

namespace {

Value shown(const weft::Element& element) {
  if (const auto* value = std::get_if<Value>(&element)) return *value;
  if (const auto* type = std::get_if<SharedType>(&element)) {
    return ValueObject{{"type", Value(type->type())}};
  }
  const auto* subdoc = std::get_if<weft::SubDoc>(&element);
  return subdoc == nullptr ? Value() : Value(ValueObject{{"subdoc", subdoc->guid()}});
}

Value sequence_delta(const Event& event) {
  ValueArray delta;
  for (const weft::SequenceChange& change : event.delta()) {
    ValueObject operation;
    switch (change.action) {
      case weft::SequenceChange::Action::retain:
        operation.emplace_back("retain", change.length);
        break;
      case weft::SequenceChange::Action::remove:
        operation.emplace_back("delete", change.length);
        break;
      case weft::SequenceChange::Action::insert: {
        ValueArray elements;
        for (const weft::Element& element : change.inserted) elements.push_back(shown(element));
        operation.emplace_back("insert", std::move(elements));
      }
    }
    delta.emplace_back(std::move(operation));
  }
  return delta;
}

std::vector<weft_subdoc> handles(const std::vector<weft::SubDoc>& subdocs) {
  std::vector<weft_subdoc> handles;
  handles.reserve(subdocs.size());
  for (const weft::SubDoc& subdoc : subdocs) handles.push_back(handle(subdoc));
  return handles;
}

}  // namespace

extern "C" {

void weft_unobserve(weft_subscription* subscription) {
  std::unique_ptr<weft_subscription>(subscription).reset();
}

weft_subscription* weft_observe_updates(weft_doc* doc, weft_encoding form,
                                        weft_update_callback callback, void* context) {
  return hold(doc->doc.on_update(
      [callback, context](const weft::UpdateEvent& event) {
        callback(context, event.update.data(), event.update.size(), event.origin,
                 event.local ? 1 : 0);
      },
      encoding(form)));
}

weft_subscription* weft_observe_subdocs(weft_doc* doc, weft_subdocs_callback callback,
                                        void* context) {
  return hold(doc->doc.on_subdocs([callback, context](const weft::SubdocsEvent& event) {
    const auto loaded = handles(event.loaded);
    const auto added = handles(event.added);
    const auto removed = handles(event.removed);
    const weft_subdocs subdocs{loaded.data(), loaded.size(),  added.data(),
                               added.size(),  removed.data(), removed.size()};
    callback(context, &subdocs);
  }));
}

weft_subscription* weft_observe_transactions(weft_doc* doc, weft_transaction_callback callback,
                                             void* context) {
  return hold(doc->doc.on(weft::DocEvent::after_transaction,
                          [callback, context](const TransactionEvent& event) {
                            callback(context, event.origin(), event.local() ? 1 : 0);
                          }));
}

weft_subscription* weft_observe_changes(weft_doc* doc, weft_change_callback callback,
                                        void* context) {
  return hold(doc->doc.on(weft::DocEvent::after_transaction,
                          [callback, context](const TransactionEvent& event) {
                            const weft_change change{event};
                            callback(context, &change);
                          }));
}

uint64_t weft_change_origin(const weft_change* change) { return change->event.origin(); }
int weft_change_local(const weft_change* change) { return change->event.local() ? 1 : 0; }
weft_bytes weft_change_before(const weft_change* change) {
  return give(change->event.before_state().encode());
}
weft_bytes weft_change_after(const weft_change* change) {
  return give(change->event.after_state().encode());
}
weft_bytes weft_change_ids(const weft_change* change) {
  const weft::ContentIds ids{change->event.insert_set(), change->event.delete_set()};
  return give(ids.encode());
}

size_t weft_change_types(const weft_change* change, weft_type* out, size_t capacity) {
  const auto changed = change->event.changed();
  for (size_t i = 0; i < changed.size() && i < capacity; ++i) out[i] = handle(changed[i].type);
  return changed.size();
}

weft_subscription* weft_observe(weft_type handle, int deep, weft_events_callback callback,
                                void* context) {
  const auto tell = [callback, context](std::span<const Event> events) {
    std::vector<weft_event> held;
    held.reserve(events.size());
    for (const Event& event : events) held.push_back({event});
    std::vector<const weft_event*> pointers;
    pointers.reserve(events.size());
    for (const weft_event& event : held) pointers.push_back(&event);
    callback(context, pointers.data(), pointers.size());
  };
  if (deep != 0) return hold(type(handle).observe_deep(tell));
  return hold(type(handle).observe([tell](const Event& event) { tell({&event, 1}); }));
}

weft_type weft_event_target(const weft_event* event) { return handle(event->event.target()); }
uint64_t weft_event_origin(const weft_event* event) { return event->event.origin(); }
int weft_event_local(const weft_event* event) { return event->event.local() ? 1 : 0; }

weft_bytes weft_event_path(const weft_event* event) {
  ValueArray steps;
  for (const weft::PathStep& step : event->event.path()) {
    std::visit([&steps](const auto& key_or_index) { steps.emplace_back(key_or_index); }, step);
  }
  return give(Value(std::move(steps)).to_json());
}

weft_bytes weft_event_delta(const weft_event* event) {
  const auto kind = event->event.target().kind();
  return kind && weft::Text::holds(*kind) ? give(event->event.text_delta().to_json())
                                          : give(sequence_delta(event->event).to_json());
}

weft_bytes weft_event_keys(const weft_event* event) {
  const char* const actions[] = {"add", "update", "delete"};
  ValueObject keys;
  for (const weft::KeyChange& change : event->event.keys()) {
    ValueObject entry{{"action", actions[static_cast<std::size_t>(change.action)]}};
    if (change.action != weft::KeyChange::Action::add) {
      entry.emplace_back("oldValue", shown(change.old_value));
    }
    keys.emplace_back(change.key, std::move(entry));
  }
  return give(Value(std::move(keys)).to_json());
}

}  // extern "C"
