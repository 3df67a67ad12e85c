// Undo.
#include <weft/undo.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names

struct weft_undo {
  weft::UndoManager manager;
};

extern "C" {

weft_undo* weft_undo_new(weft_doc* doc, const weft_type* scope, size_t count,
                         uint64_t capture_timeout, weft_clock clock, void* context) {
  weft::UndoOptions options;
  options.capture_timeout = static_cast<std::int64_t>(capture_timeout);
  if (clock != nullptr) {
    options.now = [clock, context] { return static_cast<std::int64_t>(clock(context)); };
  }
  std::vector<weft::SharedType> types;
  types.reserve(count);
  for (size_t i = 0; i < count; ++i) types.push_back(type(scope[i]));
  weft::UndoManager manager(doc->doc, types, std::move(options));
  if (count == 0) manager.add_document_to_scope();
  return std::make_unique<weft_undo>(weft_undo{std::move(manager)}).release();
}

void weft_undo_free(weft_undo* undo) { std::unique_ptr<weft_undo>(undo).reset(); }
void weft_undo_track(weft_undo* undo, uint64_t origin) { undo->manager.add_tracked_origin(origin); }
void weft_undo_untrack(weft_undo* undo, uint64_t origin) {
  undo->manager.remove_tracked_origin(origin);
}
void weft_undo_add_scope(weft_undo* undo, weft_type handle) {
  undo->manager.add_to_scope(type(handle));
}
uint64_t weft_undo_origin(const weft_undo* undo) { return undo->manager.origin(); }
int weft_undo_undo(weft_undo* undo) { return undo->manager.undo() != nullptr ? 1 : 0; }
int weft_undo_redo(weft_undo* undo) { return undo->manager.redo() != nullptr ? 1 : 0; }
int weft_undo_can_undo(const weft_undo* undo) { return undo->manager.can_undo() ? 1 : 0; }
int weft_undo_can_redo(const weft_undo* undo) { return undo->manager.can_redo() ? 1 : 0; }
void weft_undo_stop_capturing(weft_undo* undo) { undo->manager.stop_capturing(); }
void weft_undo_clear(weft_undo* undo) { undo->manager.clear(); }

weft_subscription* weft_observe_undo(weft_undo* undo, weft_undo_callback callback, void* context) {
  auto held = std::make_unique<weft_subscription>();
  for (std::size_t i = 0; i < weft::kUndoEvents; ++i) {
    held->parts.push_back(undo->manager.on(static_cast<weft::UndoEvent>(i),
                                           [callback, context, i](weft::StackItemEvent& event) {
                                             callback(context, static_cast<weft_undo_event>(i),
                                                      event.kind == weft::UndoKind::redo ? 1 : 0);
                                           }));
  }
  return held.release();
}

}  // extern "C"
