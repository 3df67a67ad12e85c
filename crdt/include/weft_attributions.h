/* Who wrote what, and suggestions, for C: what @y/y 14 has for both. Goes with weft.h, whose rules
 * for handles, text and errors hold here.
 *
 * Content ids are what an update or a document inserts and deletes; a content map says something
 * about each of them. Both cross over as the bytes of @y/y 14. Attributions turn such a map, two
 * documents or two snapshots into marks on the deltas of a type. Documents are of compat 14.
 */
#ifndef WEFT_ATTRIBUTIONS_H
#define WEFT_ATTRIBUTIONS_H

#include <weft.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- Content ids and content maps ------------------------------------------------------------- */

/* @y/y createContentIdsFromUpdate, createContentIdsFromDoc. */
weft_status weft_content_ids_from_update(const uint8_t* update, size_t size, weft_encoding encoding,
                                         weft_bytes* out);
weft_bytes weft_content_ids_from_doc(const weft_doc* doc);
/* @y/y mergeContentIds, excludeContentIds (of `a` what `b` lacks), intersectContentIds. */
weft_status weft_content_ids_merge(const weft_view* ids, size_t count, weft_bytes* out);
weft_status weft_content_ids_exclude(weft_view a, weft_view b, weft_bytes* out);
weft_status weft_content_ids_intersect(weft_view a, weft_view b, weft_bytes* out);
/* {"inserts": [[client, clock, length]], "deletes": ...}. */
weft_status weft_content_ids_to_json(weft_view ids, weft_bytes* out);

/* What JSON objects say, of all that is inserted and of all that is deleted (@y/y
 * createContentMapFromContentIds): {"insert": "Alice", "insertAt": 1700000000}. */
weft_status weft_content_map_of(weft_view ids, const char* inserts, size_t inserts_size,
                                const char* deletes, size_t deletes_size, weft_bytes* out);
/* @y/y mergeContentMaps; excludeContentMap and intersectContentMap, by content ids. */
weft_status weft_content_map_merge(const weft_view* maps, size_t count, weft_bytes* out);
weft_status weft_content_map_exclude(weft_view map, weft_view ids, weft_bytes* out);
weft_status weft_content_map_intersect(weft_view map, weft_view ids, weft_bytes* out);
/* Not 0 to keep a range; `attributes` is a JSON array of [name, value]. */
typedef int (*weft_map_filter)(void* context, int deleted, const char* attributes, size_t size);
/* @y/y filterContentMap. */
weft_status weft_content_map_filter(weft_view map, weft_map_filter filter, void* context,
                                    weft_bytes* out);
/* @y/y createContentIdsFromContentMap. */
weft_status weft_content_map_ids(weft_view map, weft_bytes* out);
/* {"inserts": [[client, clock, length, [[name, value]]]], "deletes": ...}. */
weft_status weft_content_map_to_json(weft_view map, weft_bytes* out);

/* Of an update what `ids` names (@y/y intersectUpdateWithContentIds). */
weft_status weft_intersect_update(const uint8_t* update, size_t size, weft_view ids,
                                  weft_encoding encoding, weft_bytes* out);
/* Takes back what `ids` names, whoever did it (@y/y undoContentIds); or as one more step of a
 * manager. */
weft_status weft_undo_content_ids(weft_doc* doc, weft_view ids);
weft_status weft_undo_push(weft_undo* undo, weft_view ids);

/* --- Attributions ----------------------------------------------------------------------------- */

typedef struct weft_attributions weft_attributions;
/* By a content map. */
weft_status weft_attributions_of_map(weft_view map, weft_attributions** out);
/* A document as it was at snapshot `next`, with what came and went since `previous`. */
weft_status weft_attributions_of_snapshots(weft_view previous, weft_view next,
                                           weft_attributions** out);
/* What `next` has beyond `previous`, its older self without gc, as suggestions. `map` may be empty:
 * what is said about them. Changes of `previous` go on to `next` at once. Freed before both. */
weft_status weft_attributions_of_docs(weft_doc* previous, weft_doc* next, weft_view map,
                                      weft_attributions** out);
void weft_attributions_free(weft_attributions* attributions);

/* weft_ytype_to_delta with marks, and with what was deleted where they speak of it. */
weft_bytes weft_attributed_delta(weft_type type, const weft_attributions* attributions, int deep);
/* Brings the marks of these content ids up to date where the type was read before. */
weft_status weft_attributed_marks(weft_type type, const weft_attributions* attributions,
                                  weft_view ids, weft_bytes* out);
/* weft_ytype_apply_delta where places count what weft_attributed_delta shows. */
weft_status weft_attributed_apply(weft_transaction* transaction, weft_type type, const char* json,
                                  size_t size, const weft_attributions* attributions);
/* How the observed type changed, as @y/y 14 says it; `attributions` may be null. */
weft_bytes weft_event_ydelta(const weft_event* event, const weft_attributions* attributions,
                             int deep);
/* weft_position_create and weft_position_resolve where indices count what is shown. */
weft_status weft_attributed_position(weft_type type, uint32_t index, int assoc,
                                     const weft_attributions* attributions, weft_bytes* out);
weft_status weft_attributed_resolve(weft_doc* doc, const uint8_t* position, size_t size,
                                    const weft_attributions* attributions, weft_type* type,
                                    uint32_t* index);
/* @y/y diffDocsToDelta. */
weft_bytes weft_diff_docs(weft_doc* previous, weft_doc* next);

/* --- Suggestions ------------------------------------------------------------------------------ */

/* Of attributions made by weft_attributions_of_docs; WEFT_WRONG_TYPE for others. */

typedef struct weft_id {
  uint64_t client, clock;
} weft_id;
/* Brings into the older document, or takes back in both: the suggestions from the one that holds
 * unit `start` up to the one that holds `end`, which may be null for the end of the type. Both
 * null: all. WEFT_OUT_OF_RANGE for a unit that is not there. */
weft_status weft_suggestions_accept(weft_attributions* attributions, const weft_id* start,
                                    const weft_id* end);
weft_status weft_suggestions_reject(weft_attributions* attributions, const weft_id* start,
                                    const weft_id* end);
/* 0: what is edited in the newer document goes on to the older one at once, and is no suggestion.
 * With origins, null for all, only what is edited under these. */
weft_status weft_suggestions_mode(weft_attributions* attributions, int on);
weft_status weft_suggestions_origins(weft_attributions* attributions, const uint64_t* origins,
                                     size_t count);
/* Called when the older document changed and marks with it: of these content ids. */
typedef void (*weft_marks_callback)(void* context, weft_view ids, uint64_t origin, int local);
weft_status weft_observe_marks(weft_attributions* attributions, weft_marks_callback callback,
                               void* context, weft_subscription** out);

#ifdef __cplusplus
}
#endif
#endif
