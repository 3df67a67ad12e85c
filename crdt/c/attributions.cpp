// Attributions and suggestions.
#include <weft_attributions.h>

#include <weft/attribution_managers.hpp>
#include <weft/relative_position.hpp>
#include <weft/snapshot.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::AttributionManager;
using weft::DiffAttributionManager;
using weft::Id;
using weft::Result;
using weft::YType;

struct weft_attributions {
  std::unique_ptr<AttributionManager> manager;
};

namespace {

template <typename Manager, typename... Args>
void make(weft_attributions** out, Args&&... args) {
  auto made = std::make_unique<Manager>(std::forward<Args>(args)...);
  *out = std::make_unique<weft_attributions>(weft_attributions{std::move(made)}).release();
}

/// What `act` does to suggestions, if that is what it is.
template <typename Act>
weft_status with_suggestions(weft_attributions* attributions, Act act) {
  auto* const suggestions = dynamic_cast<DiffAttributionManager*>(attributions->manager.get());
  return suggestions == nullptr ? WEFT_WRONG_TYPE : act(*suggestions);
}

Id id_of(weft_id id) { return {id.client, id.clock}; }
std::optional<Id> id_of(const weft_id* id) {
  return id == nullptr ? std::nullopt : std::optional(id_of(*id));
}

}  // namespace

extern "C" {

weft_status weft_attributions_of_map(weft_view bytes, weft_attributions** out) {
  auto map = weft::ContentMap::decode(view(bytes));
  if (map) {
    make<weft::TwosetAttributionManager>(out, std::move(map->inserts), std::move(map->deletes));
  }
  return status(map);
}

weft_status weft_attributions_of_snapshots(weft_view previous, weft_view next,
                                           weft_attributions** out) {
  const auto before = weft::decode_snapshot(view(previous));
  if (!before) return status(before);
  const auto after = weft::decode_snapshot(view(next));
  if (after) make<weft::SnapshotAttributionManager>(out, *before, *after);
  return status(after);
}

weft_status weft_attributions_of_docs(weft_doc* previous, weft_doc* next, weft_view bytes,
                                      weft_attributions** out) {
  std::optional<weft::ContentMap> map;
  if (bytes.size > 0) {
    auto decoded = weft::ContentMap::decode(view(bytes));
    if (!decoded) return status(decoded);
    map = std::move(*decoded);
  }
  make<DiffAttributionManager>(out, previous->doc, next->doc, std::move(map));
  return WEFT_OK;
}

void weft_attributions_free(weft_attributions* attributions) {
  std::unique_ptr<weft_attributions>(attributions).reset();
}

weft_bytes weft_attributed_delta(weft_type type, const weft_attributions* attributions, int deep) {
  return give(as<YType>(type).to_delta(attributions->manager.get(), deep != 0).to_json());
}

weft_status weft_attributed_marks(weft_type type, const weft_attributions* attributions,
                                  weft_view bytes, weft_bytes* out) {
  const auto ids = weft::ContentIds::decode(view(bytes));
  if (!ids) return status(ids);
  const weft::IdSet both[] = {ids->inserts, ids->deletes};
  *out = give(
      as<YType>(type).marks_delta(*attributions->manager, weft::merge_id_sets(both)).to_json());
  return WEFT_OK;
}

weft_status weft_attributed_apply(weft_transaction* transaction, weft_type type, const char* json,
                                  size_t size, const weft_attributions* attributions) {
  if (!covers(transaction, type)) return WEFT_WRONG_TYPE;
  const auto delta = weft::YDelta::from_json(view(json, size));
  if (!delta) return status(delta);
  return status(as<YType>(type).apply_delta(transaction->txn, *delta, attributions->manager.get()));
}

weft_bytes weft_event_ydelta(const weft_event* event, const weft_attributions* attributions,
                             int deep) {
  const AttributionManager* const manager =
      attributions == nullptr ? nullptr : attributions->manager.get();
  return give(event->event.get_delta(manager, deep != 0).to_json());
}

weft_status weft_attributed_position(weft_type handle, uint32_t index, int assoc,
                                     const weft_attributions* attributions, weft_bytes* out) {
  const auto position =
      weft::create_relative_position(type(handle), index, assoc, *attributions->manager);
  if (position) *out = give(weft::encode_relative_position(*position));
  return status(position);
}

weft_status weft_attributed_resolve(weft_doc* doc, const uint8_t* position, size_t size,
                                    const weft_attributions* attributions, weft_type* out,
                                    uint32_t* index) {
  const auto decoded = weft::decode_relative_position(view(position, size));
  if (!decoded) return status(decoded);
  const auto place =
      weft::create_absolute_position(doc->doc, *decoded, true, *attributions->manager);
  if (!place) return WEFT_NOT_FOUND;
  *out = handle(place->type);
  *index = place->index;
  return WEFT_OK;
}

weft_bytes weft_diff_docs(weft_doc* previous, weft_doc* next) {
  return give(weft::diff_docs_to_delta(previous->doc, next->doc).to_json());
}

weft_status weft_suggestions_accept(weft_attributions* attributions, const weft_id* start,
                                    const weft_id* end) {
  return with_suggestions(attributions, [start, end](DiffAttributionManager& suggestions) {
    return status(start == nullptr ? suggestions.accept_all_changes()
                                   : suggestions.accept_changes(id_of(*start), id_of(end)));
  });
}

weft_status weft_suggestions_reject(weft_attributions* attributions, const weft_id* start,
                                    const weft_id* end) {
  return with_suggestions(attributions, [start, end](DiffAttributionManager& suggestions) {
    return status(start == nullptr ? suggestions.reject_all_changes()
                                   : suggestions.reject_changes(id_of(*start), id_of(end)));
  });
}

weft_status weft_suggestions_mode(weft_attributions* attributions, int on) {
  return with_suggestions(attributions, [on](DiffAttributionManager& suggestions) {
    suggestions.set_suggestion_mode(on != 0);
    return WEFT_OK;
  });
}

weft_status weft_suggestions_origins(weft_attributions* attributions, const uint64_t* origins,
                                     size_t count) {
  return with_suggestions(attributions, [origins, count](DiffAttributionManager& suggestions) {
    std::optional<std::vector<std::uint64_t>> only;
    if (origins != nullptr) only.emplace(origins, origins + count);
    suggestions.set_suggestion_origins(std::move(only));
    return WEFT_OK;
  });
}

weft_status weft_observe_marks(weft_attributions* attributions, weft_marks_callback callback,
                               void* context, weft_subscription** out) {
  return with_suggestions(attributions, [callback, context,
                                         out](DiffAttributionManager& suggestions) {
    *out = hold(suggestions.on_change([callback, context](const weft::AttributionChange& change) {
      const weft::Bytes ids = weft::ContentIds{change.ids, {}}.encode();
      callback(context, {ids.data(), ids.size()}, change.origin, change.local ? 1 : 0);
    }));
    return WEFT_OK;
  });
}

}  // extern "C"
