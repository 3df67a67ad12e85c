/* Attributions and suggestions from C; what is expected is what @y/y 14.0.0-rc.7 gives. */
#include <weft_attributions.h>

#include "check.h"

static const char* const kShown =
    "{\"type\":\"delta\",\"attrs\":{\"lang\":{\"type\":\"insert\",\"value\":\"en\"}},\"children\":["
    "{\"type\":\"insert\",\"insert\":\"hello\",\"format\":{\"bold\":true},\"attribution\":{"
    "\"format\":{\"bold\":[]}}},{\"type\":\"insert\",\"insert\":\" \"},{\"type\":\"insert\","
    "\"insert\":\"world\",\"attribution\":{\"delete\":[]}},{\"type\":\"insert\",\"insert\":"
    "\"there\",\"attribution\":{\"insert\":[]}}]}";
static const char* const kAccepted =
    "{\"type\":\"delta\",\"attrs\":{\"lang\":{\"type\":\"insert\",\"value\":\"en\"}},\"children\":["
    "{\"type\":\"insert\",\"insert\":\"hello there\"}]}";

static weft_doc* hello(uint64_t client) {
  weft_doc* doc = weft_doc_new_seeded(client, 0, 14, 0);
  const weft_type type = weft_ytype_root(doc, TEXT("t"));
  weft_transaction* txn = weft_transact(doc, 0);
  CHECK(weft_ytype_insert_text(txn, type, 0, TEXT("hello world"), NULL, 0) == WEFT_OK);
  CHECK(weft_ytype_set_attr(txn, type, TEXT("lang"), TEXT("\"en\"")) == WEFT_OK);
  weft_commit(txn);
  return doc;
}

static weft_doc* suggesting(const weft_doc* doc) {
  const weft_doc_options options = {2, 0, 0, 14, 1};
  weft_doc* next = weft_doc_new_with(&options);
  weft_bytes state;
  CHECK(weft_doc_encode_state(doc, NULL, 0, WEFT_V1, &state) == WEFT_OK);
  CHECK(weft_doc_apply(next, state.data, state.size, WEFT_V1, 0) == WEFT_OK);
  weft_bytes_free(&state);
  return next;
}

static int keeps_names(void* context, int deleted, const char* attributes, size_t size) {
  const char** seen = context;
  CHECK(!deleted);
  CHECK(strlen(*seen) == size && memcmp(attributes, *seen, size) == 0);
  return 0;
}

static void test_content(void) {
  weft_doc* doc = hello(1);
  weft_bytes ids = weft_content_ids_from_doc(doc);
  const weft_view all = view_of(ids);
  weft_bytes map;
  weft_bytes out;
  CHECK(weft_content_map_of(all, TEXT("{\"insert\":\"Ann\",\"insertAt\":7}"),
                            TEXT("{\"delete\":\"Bob\"}"), &map) == WEFT_OK);
  CHECK(weft_content_map_to_json(view_of(map), &out) == WEFT_OK);
  CHECK(is(out, "{\"inserts\":[[1,0,12,[[\"insert\",\"Ann\"],[\"insertAt\",7]]]],\"deletes\":[]}"));
  const weft_view twice[2] = {view_of(map), view_of(map)};
  CHECK(weft_content_map_merge(twice, 2, &out) == WEFT_OK);
  CHECK(out.size == map.size && memcmp(out.data, map.data, map.size) == 0);
  weft_bytes_free(&out);
  CHECK(weft_content_map_intersect(view_of(map), all, &out) == WEFT_OK);
  CHECK(out.size == map.size && memcmp(out.data, map.data, map.size) == 0);
  weft_bytes_free(&out);
  CHECK(weft_content_map_exclude(view_of(map), all, &out) == WEFT_OK && is_hex(out, "0000"));
  const char* expected = "[[\"insert\",\"Ann\"],[\"insertAt\",7]]";
  CHECK(weft_content_map_filter(view_of(map), keeps_names, &expected, &out) == WEFT_OK);
  CHECK(is_hex(out, "0000"));
  CHECK(weft_content_map_ids(view_of(map), &out) == WEFT_OK && is_hex(out, "010101000b00"));
  weft_attributions* said;
  CHECK(weft_attributions_of_map(view_of(map), &said) == WEFT_OK);
  CHECK(is(weft_attributed_delta(weft_ytype_root(doc, TEXT("t")), said, 0),
           "{\"type\":\"delta\",\"attrs\":{\"lang\":{\"type\":\"insert\",\"value\":\"en\","
           "\"attribution\":{\"insert\":[\"Ann\"],\"insertAt\":7}}},\"children\":[{\"type\":"
           "\"insert\",\"insert\":\"hello world\",\"attribution\":{\"insert\":[\"Ann\"],"
           "\"insertAt\":7}}]}"));
  CHECK(weft_suggestions_mode(said, 1) == WEFT_WRONG_TYPE);
  CHECK(weft_suggestions_accept(said, NULL, NULL) == WEFT_WRONG_TYPE);
  weft_attributions_free(said);
  CHECK(is_hex(map, "010101000b02000006696e736572747703416e6e010108696e7365727441747d0700"));
  CHECK(is_hex(ids, "010101000b00"));
  weft_doc_free(doc);
}

static void test_content_refusals(void) {
  const weft_view none = {(const uint8_t*)"", 0};
  const weft_view empty = {(const uint8_t*)"\0", 2};
  weft_doc* doc = weft_doc_new(1, 1);
  weft_bytes out;
  weft_attributions* said;
  CHECK(weft_content_ids_from_update(none.data, 0, WEFT_V1, &out) == WEFT_UNEXPECTED_END);
  CHECK(weft_content_ids_merge(&none, 1, &out) == WEFT_UNEXPECTED_END);
  CHECK(weft_content_ids_exclude(none, empty, &out) == WEFT_UNEXPECTED_END);
  CHECK(weft_content_ids_intersect(empty, none, &out) == WEFT_UNEXPECTED_END);
  CHECK(weft_content_ids_to_json(none, &out) == WEFT_UNEXPECTED_END);
  CHECK(weft_content_map_of(none, "{}", 2, "{}", 2, &out) == WEFT_UNEXPECTED_END);
  CHECK(weft_content_map_of(empty, "[]", 2, "{}", 2, &out) == WEFT_INVALID_JSON);
  CHECK(weft_content_map_of(empty, "{}", 2, "{", 1, &out) == WEFT_INVALID_JSON);
  CHECK(weft_content_map_merge(&none, 1, &out) == WEFT_UNEXPECTED_END);
  CHECK(weft_content_map_filter(none, keeps_names, NULL, &out) == WEFT_UNEXPECTED_END);
  CHECK(weft_content_map_ids(none, &out) == WEFT_UNEXPECTED_END);
  CHECK(weft_content_map_to_json(none, &out) == WEFT_UNEXPECTED_END);
  CHECK(weft_intersect_update(none.data, 0, none, WEFT_V1, &out) == WEFT_UNEXPECTED_END);
  CHECK(weft_undo_content_ids(doc, none) == WEFT_UNEXPECTED_END);
  CHECK(weft_attributions_of_map(none, &said) == WEFT_UNEXPECTED_END);
  CHECK(weft_attributions_of_snapshots(none, empty, &said) == WEFT_UNEXPECTED_END);
  CHECK(weft_attributions_of_snapshots(empty, none, &said) == WEFT_UNEXPECTED_END);
  CHECK(weft_attributions_of_docs(doc, doc, (weft_view){empty.data, 1}, &said) ==
        WEFT_UNEXPECTED_END);
  weft_doc_free(doc);
}

struct marks {
  int calls;
  char text[256];
};

static void note_marks(void* context, weft_view ids, uint64_t origin, int local) {
  struct marks* marks = context;
  weft_bytes json;
  CHECK(weft_content_ids_to_json(ids, &json) == WEFT_OK);
  snprintf(marks->text, sizeof marks->text, "%s %d %d", (const char*)json.data, (int)origin, local);
  weft_bytes_free(&json);
  marks->calls++;
}

/* Two suggestions: the word is another, and the first is bold. */
static void suggest(weft_doc* next, const weft_attributions* shown) {
  const weft_type type = weft_ytype_root(next, TEXT("t"));
  weft_transaction* txn = weft_transact(next, 5);
  CHECK(weft_attributed_apply(txn, type,
                              TEXT("{\"type\":\"delta\",\"children\":[{\"type\":\"retain\","
                                   "\"retain\":6},{\"type\":\"delete\",\"delete\":5},{\"type\":"
                                   "\"insert\",\"insert\":\"there\"}]}"),
                              shown) == WEFT_OK);
  weft_commit(txn);
  txn = weft_transact(next, 5);
  CHECK(weft_attributed_apply(txn, type, TEXT("{"), shown) == WEFT_INVALID_JSON);
  CHECK(weft_ytype_format(txn, type, 0, 5, TEXT("{\"bold\":true}")) == WEFT_OK);
  weft_commit(txn);
}

static void test_places(weft_doc* next, const weft_attributions* shown) {
  const weft_type type = weft_ytype_root(next, TEXT("t"));
  weft_bytes position;
  weft_bytes json;
  weft_bytes back;
  weft_type found;
  uint32_t index = 0;
  CHECK(weft_attributed_position(type, 13, 0, shown, &position) == WEFT_OK);
  CHECK(weft_attributed_resolve(next, position.data, position.size, shown, &found, &index) ==
        WEFT_OK);
  CHECK(index == 13 && weft_type_equal(found, type));
  CHECK(weft_attributed_resolve(next, position.data, 1, shown, &found, &index) ==
        WEFT_UNEXPECTED_END);
  CHECK(weft_attributed_resolve(next, (const uint8_t*)"\0\7\7", 3, shown, &found, &index) ==
        WEFT_NOT_FOUND);
  CHECK(weft_position_resolve(next, position.data, position.size, &found, &index) == WEFT_OK);
  CHECK(index == 8);
  CHECK(weft_position_to_json(position.data, position.size, &json) == WEFT_OK);
  CHECK(weft_position_from_json((const char*)json.data, json.size, &back) == WEFT_OK);
  CHECK(is(json, "{\"item\":{\"client\":2,\"clock\":2},\"assoc\":0}"));
  CHECK(is_hex(back, "00020200") && is_hex(position, "00020200"));
  CHECK(weft_position_from_json(TEXT("{"), &back) == WEFT_INVALID_JSON);
  CHECK(weft_position_from_json(TEXT("{}"), &back) == WEFT_WRONG_TYPE);
  CHECK(weft_position_to_json((const uint8_t*)"\0", 1, &back) == WEFT_UNEXPECTED_END);
}

static void test_suggestions(void) {
  weft_doc* doc = hello(1);
  weft_doc* next = suggesting(doc);
  const weft_type before = weft_ytype_root(doc, TEXT("t"));
  const weft_type type = weft_ytype_root(next, TEXT("t"));
  weft_bytes first = weft_snapshot(doc);
  weft_attributions* shown;
  CHECK(weft_attributions_of_docs(doc, next, (weft_view){NULL, 0}, &shown) == WEFT_OK);
  CHECK(weft_suggestions_mode(shown, 1) == WEFT_OK);
  suggest(next, shown);
  CHECK(is(weft_attributed_delta(type, shown, 0), kShown));
  CHECK(is(weft_diff_docs(doc, next),
           "{\"type\":\"delta\",\"attrs\":{\"t\":{\"type\":\"modify\",\"value\":{\"type\":"
           "\"delta\",\"children\":[{\"type\":\"retain\",\"retain\":5,\"format\":{\"bold\":true},"
           "\"attribution\":{\"format\":{\"bold\":[]}}},{\"type\":\"retain\",\"retain\":1},{"
           "\"type\":\"retain\",\"retain\":5,\"attribution\":{\"delete\":[]}},{\"type\":"
           "\"insert\",\"insert\":\"there\",\"attribution\":{\"insert\":[]}}]}}}}"));
  test_places(next, shown);
  struct marks marks = {0, ""};
  weft_subscription* told;
  CHECK(weft_observe_marks(shown, note_marks, &marks, &told) == WEFT_OK);
  const weft_id word = {2, 0};
  const weft_id nowhere = {9, 0};
  CHECK(weft_suggestions_accept(shown, &nowhere, NULL) == WEFT_OUT_OF_RANGE);
  CHECK(weft_suggestions_reject(shown, &word, &nowhere) == WEFT_OUT_OF_RANGE);
  CHECK(weft_suggestions_accept(shown, &word, &word) == WEFT_OK);
  CHECK(marks.calls == 1);
  weft_unobserve(told);
  CHECK(is(weft_ytype_to_delta(before, 0), kAccepted));
  CHECK(weft_suggestions_reject(shown, NULL, NULL) == WEFT_OK);
  CHECK(is(weft_attributed_delta(type, shown, 0), kAccepted));
  weft_attributions_free(shown);
  weft_bytes now = weft_snapshot(doc);
  CHECK(weft_attributions_of_snapshots(view_of(first), view_of(now), &shown) == WEFT_OK);
  CHECK(is(weft_attributed_delta(before, shown, 0),
           "{\"type\":\"delta\",\"attrs\":{\"lang\":{\"type\":\"insert\",\"value\":\"en\"}},"
           "\"children\":[{\"type\":\"insert\",\"insert\":\"hello\",\"attribution\":{\"format\":{"
           "\"bold\":[]}}},{\"type\":\"insert\",\"insert\":\" \"},{\"type\":\"insert\",\"insert\":"
           "\"world\",\"attribution\":{\"delete\":[]}},{\"type\":\"insert\",\"insert\":\"there\","
           "\"attribution\":{\"insert\":[]}}]}"));
  weft_attributions_free(shown);
  weft_bytes_free(&now);
  weft_bytes_free(&first);
  weft_doc_free(next);
  weft_doc_free(doc);
}

/* Of the document that took a suggestion, what it has beyond what it had before. */
static void test_cut(void) {
  weft_doc* doc = hello(1);
  weft_doc* next = suggesting(doc);
  weft_bytes had = weft_content_ids_from_doc(doc);
  weft_attributions* shown;
  CHECK(weft_attributions_of_docs(doc, next, (weft_view){NULL, 0}, &shown) == WEFT_OK);
  suggest(next, shown);
  const weft_id word = {2, 0};
  CHECK(weft_suggestions_accept(shown, &word, &word) == WEFT_OK);
  CHECK(weft_suggestions_reject(shown, NULL, NULL) == WEFT_OK);
  weft_attributions_free(shown);
  weft_bytes state;
  weft_bytes ids;
  weft_bytes both;
  weft_bytes added;
  CHECK(weft_doc_encode_state(doc, NULL, 0, WEFT_V1, &state) == WEFT_OK);
  CHECK(weft_content_ids_from_update(state.data, state.size, WEFT_V1, &ids) == WEFT_OK);
  CHECK(weft_content_ids_intersect(view_of(ids), view_of(had), &both) == WEFT_OK);
  CHECK(weft_content_ids_exclude(view_of(ids), view_of(had), &added) == WEFT_OK);
  const weft_view parts[2] = {view_of(both), view_of(added)};
  weft_bytes merged;
  CHECK(weft_content_ids_merge(parts, 2, &merged) == WEFT_OK);
  CHECK(merged.size == ids.size && memcmp(merged.data, ids.data, ids.size) == 0);
  CHECK(is_hex(both, "010101000b00"));
  weft_bytes cut;
  CHECK(weft_intersect_update(state.data, state.size, view_of(added), WEFT_V1, &cut) == WEFT_OK);
  CHECK(is_hex(cut,
               "0103020084010a05746865726546010004626f6c640474727565c60104010504626f6c64046e756c6c"
               "020201050201010605"));
  CHECK(weft_content_ids_to_json(view_of(added), &cut) == WEFT_OK);
  CHECK(is(cut, "{\"inserts\":[[2,0,7]],\"deletes\":[[2,5,2],[1,6,5]]}"));
  CHECK(weft_undo_content_ids(doc, view_of(added)) == WEFT_OK);
  CHECK(is(weft_ytype_to_string(weft_ytype_root(doc, TEXT("t"))), "< lang=\"en\">hello world</>"));
  weft_bytes_free(&added);
  weft_bytes_free(&merged);
  weft_bytes_free(&ids);
  weft_bytes_free(&state);
  weft_bytes_free(&had);
  weft_doc_free(next);
  weft_doc_free(doc);
}

/* What is edited without suggestion mode, under an origin, goes on to the older document. */
static void test_modes(void) {
  weft_doc* doc = hello(1);
  weft_doc* next = suggesting(doc);
  const weft_type type = weft_ytype_root(next, TEXT("t"));
  const uint64_t typing = 5;
  weft_attributions* shown;
  CHECK(weft_attributions_of_docs(doc, next, (weft_view){NULL, 0}, &shown) == WEFT_OK);
  CHECK(weft_suggestions_mode(shown, 0) == WEFT_OK);
  CHECK(weft_suggestions_origins(shown, &typing, 1) == WEFT_OK);
  for (uint64_t origin = 5; origin < 7; ++origin) {
    weft_transaction* txn = weft_transact(next, origin);
    CHECK(weft_ytype_insert_text(txn, type, 0, origin == 5 ? "a" : "b", 1, NULL, 0) == WEFT_OK);
    weft_commit(txn);
  }
  CHECK(is(weft_ytype_to_string(type), "< lang=\"en\">bahello world</>"));
  CHECK(is(weft_ytype_to_string(weft_ytype_root(doc, TEXT("t"))), "< lang=\"en\">ahello world</>"));
  CHECK(weft_suggestions_origins(shown, NULL, 0) == WEFT_OK);
  weft_attributions_free(shown);
  weft_doc_free(next);
  weft_doc_free(doc);
}

/* The difference of two documents, and what a map says of it. */
static void test_said(void) {
  weft_doc* doc = hello(1);
  weft_doc* next = suggesting(doc);
  const weft_type type = weft_ytype_root(next, TEXT("t"));
  weft_undo* undo = weft_undo_new(next, NULL, 0, 500, NULL, NULL);
  weft_bytes had = weft_content_ids_from_doc(doc);
  weft_transaction* txn = weft_transact(next, 7);
  CHECK(weft_ytype_insert_text(txn, type, 5, TEXT("XY"), NULL, 0) == WEFT_OK);
  CHECK(weft_ytype_remove(txn, type, 0, 2) == WEFT_OK);
  weft_commit(txn);
  weft_bytes all = weft_content_ids_from_doc(next);
  weft_bytes ids;
  weft_bytes map;
  weft_bytes marks;
  weft_attributions* said;
  CHECK(weft_content_ids_exclude(view_of(all), view_of(had), &ids) == WEFT_OK);
  CHECK(weft_content_map_of(view_of(ids), TEXT("{\"insert\":\"Ann\"}"),
                            TEXT("{\"delete\":\"Bob\"}"), &map) == WEFT_OK);
  CHECK(weft_attributions_of_docs(doc, next, view_of(map), &said) == WEFT_OK);
  CHECK(is(weft_attributed_delta(type, said, 0),
           "{\"type\":\"delta\",\"attrs\":{\"lang\":{\"type\":\"insert\",\"value\":\"en\"}},"
           "\"children\":[{\"type\":\"insert\",\"insert\":\"he\",\"attribution\":{\"delete\":["
           "\"Bob\"]}},{\"type\":\"insert\",\"insert\":\"llo\"},{\"type\":\"insert\",\"insert\":"
           "\"XY\",\"attribution\":{\"insert\":[\"Ann\"]}},{\"type\":\"insert\",\"insert\":"
           "\" world\"}]}"));
  CHECK(weft_attributed_marks(type, said, view_of(ids), &marks) == WEFT_OK);
  CHECK(is(marks,
           "{\"type\":\"delta\",\"attrs\":{\"lang\":{\"type\":\"insert\",\"value\":\"en\"}},"
           "\"children\":[{\"type\":\"retain\",\"retain\":2,\"attribution\":{\"delete\":["
           "\"Bob\"]}},{\"type\":\"retain\",\"retain\":3},{\"type\":\"retain\",\"retain\":2,"
           "\"attribution\":{\"insert\":[\"Ann\"]}}]}"));
  CHECK(weft_attributed_marks(type, said, (weft_view){ids.data, 1}, &marks) == WEFT_UNEXPECTED_END);
  weft_attributions_free(said);
  /* Origin 7 is not tracked; its ids are taken back all the same. */
  CHECK(!weft_undo_can_undo(undo));
  CHECK(weft_undo_push(undo, (weft_view){ids.data, 1}) == WEFT_UNEXPECTED_END);
  CHECK(weft_undo_push(undo, view_of(ids)) == WEFT_OK);
  CHECK(weft_undo_undo(undo));
  CHECK(is(weft_ytype_to_string(type), "< lang=\"en\">hello world</>"));
  weft_undo_free(undo);
  weft_bytes_free(&map);
  weft_bytes_free(&ids);
  weft_bytes_free(&all);
  weft_bytes_free(&had);
  weft_doc_free(next);
  weft_doc_free(doc);
}

static void note_ydelta(void* context, const weft_event* const* events, size_t count) {
  CHECK(count == 1);
  weft_bytes* told = context;
  *told = weft_event_ydelta(events[0], NULL, 1);
}

static void test_events(void) {
  weft_doc* doc = hello(1);
  const weft_type type = weft_ytype_root(doc, TEXT("t"));
  weft_bytes told = {NULL, 0};
  weft_subscription* observed = weft_observe(type, 0, note_ydelta, &told);
  weft_transaction* txn = weft_transact(doc, 0);
  CHECK(weft_ytype_insert_text(txn, type, 5, TEXT("!"), NULL, 0) == WEFT_OK);
  weft_commit(txn);
  CHECK(is(told,
           "{\"type\":\"delta\",\"children\":[{\"type\":\"retain\",\"retain\":5},{\"type\":"
           "\"insert\",\"insert\":\"!\"}]}"));
  weft_unobserve(observed);
  weft_doc_free(doc);
}

int main(void) {
  test_content();
  test_content_refusals();
  test_suggestions();
  test_cut();
  test_modes();
  test_said();
  test_events();
  printf("%d checks of attributions hold\n", checks);
  return 0;
}
