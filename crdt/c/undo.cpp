// Undo.
#include <weft/undo.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names

struct weft_step {
  weft::StackItem& item;
};

namespace {

constexpr std::string_view kMeta = "weft.h";  // where a step keeps the program's bytes

weft_item shown(const weft::ItemInfo& item) {
  const std::string_view key = item.key.value_or("");
  weft_item info{item.id.client,
                 item.id.clock,
                 item.length,
                 handle(item.parent),
                 item.key ? key.data() : nullptr,
                 key.size(),
                 item.type ? 1 : 0,
                 {nullptr, 0}};
  if (item.type) info.type = handle(*item.type);
  return info;
}

}  // namespace

extern "C" {

weft_undo* weft_undo_new(weft_doc* doc, const weft_type* scope, size_t count,
                         uint64_t capture_timeout, weft_clock clock, void* context) {
  const weft_undo_options options{capture_timeout, clock, nullptr, nullptr, 0, context};
  return weft_undo_new_with(doc, scope, count, &options);
}

weft_undo* weft_undo_new_with(weft_doc* doc, const weft_type* scope, size_t count,
                              const weft_undo_options* given) {
  weft::UndoOptions options;
  options.capture_timeout = static_cast<std::int64_t>(given->capture_timeout);
  options.ignore_remote_map_changes = given->ignore_remote_map_changes != 0;
  void* const context = given->context;
  if (given->clock != nullptr) {
    options.now = [clock = given->clock, context] {
      return static_cast<std::int64_t>(clock(context));
    };
  }
  if (given->captures != nullptr) {
    options.capture_transaction = [captures = given->captures,
                                   context](const weft::TransactionEvent& event) {
      return captures(context, event.origin(), event.local() ? 1 : 0) != 0;
    };
  }
  if (given->may_delete != nullptr) {
    options.delete_filter = [may_delete = given->may_delete, context](const weft::ItemInfo& item) {
      const weft_item info = shown(item);
      return may_delete(context, &info) != 0;
    };
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
    held->parts.push_back(undo->manager.on(
        static_cast<weft::UndoEvent>(i), [callback, context, i](weft::StackItemEvent& event) {
          weft_step step{event.stack_item};
          callback(context, static_cast<weft_undo_event>(i),
                   event.kind == weft::UndoKind::redo ? 1 : 0, &step);
        }));
  }
  held->parts.push_back(undo->manager.on_stack_cleared([callback, context](bool undos, bool redos) {
    if (undos) callback(context, WEFT_STACK_CLEARED, 0, nullptr);
    if (redos) callback(context, WEFT_STACK_CLEARED, 1, nullptr);
  }));
  return held.release();
}

void weft_step_set_meta(weft_step* step, const uint8_t* data, size_t size) {
  step->item.meta.insert_or_assign(std::string(kMeta), weft::Bytes(data, data + size));
}

weft_status weft_step_meta(const weft_step* step, weft_bytes* out) {
  const auto kept = step->item.meta.find(kMeta);
  if (kept == step->item.meta.end()) return WEFT_NOT_FOUND;
  *out = give(std::any_cast<const weft::Bytes&>(kept->second));
  return WEFT_OK;
}

weft_bytes weft_step_ids(const weft_step* step) {
  const weft::ContentIds ids{step->item.insertions(), step->item.deletions()};
  return give(ids.encode());
}

}  // extern "C"
