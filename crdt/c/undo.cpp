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
  options.now = [clock, context] { return static_cast<std::int64_t>(clock(context)); };
  std::vector<weft::SharedType> types;
  for (size_t i = 0; i < count; ++i) types.push_back(type(scope[i]));
  return std::make_unique<weft_undo>(
             weft_undo{weft::UndoManager(doc->doc, types, std::move(options))})
      .release();
}

void weft_undo_free(weft_undo* undo) { std::unique_ptr<weft_undo>(undo).reset(); }
void weft_undo_track(weft_undo* undo, uint64_t origin) { undo->manager.add_tracked_origin(origin); }
int weft_undo_undo(weft_undo* undo) { return undo->manager.undo() != nullptr ? 1 : 0; }
int weft_undo_redo(weft_undo* undo) { return undo->manager.redo() != nullptr ? 1 : 0; }
int weft_undo_can_undo(const weft_undo* undo) { return undo->manager.can_undo() ? 1 : 0; }
int weft_undo_can_redo(const weft_undo* undo) { return undo->manager.can_redo() ? 1 : 0; }
void weft_undo_stop_capturing(weft_undo* undo) { undo->manager.stop_capturing(); }
void weft_undo_clear(weft_undo* undo) { undo->manager.clear(); }

}  // extern "C"
