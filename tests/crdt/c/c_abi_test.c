/* The C ABI, from C: documents, updates, types, observers, undo, positions, snapshots. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <weft.h>

static int checks = 0;

static void check(int holds, const char* what, int line) {
  ++checks;
  if (holds) return;
  fprintf(stderr, "line %d: %s does not hold\n", line, what);
  exit(1);
}
#define CHECK(condition) check((condition) != 0, #condition, __LINE__)

/* Compares and frees. */
static int is(weft_bytes bytes, const char* expected) {
  const int equal = strcmp((const char*)bytes.data, expected) == 0;
  if (!equal) fprintf(stderr, "found %s instead of %s\n", (const char*)bytes.data, expected);
  weft_bytes_free(&bytes);
  return equal;
}

#define TEXT(literal) (literal), strlen(literal)

static weft_doc* synced(const weft_doc* from, uint64_t client, weft_encoding encoding) {
  weft_doc* doc = weft_doc_new(client, 1);
  weft_bytes state;
  CHECK(weft_doc_encode_state(from, NULL, 0, encoding, &state) == WEFT_OK);
  CHECK(weft_doc_apply(doc, state.data, state.size, encoding, 0) == WEFT_OK);
  weft_bytes_free(&state);
  return doc;
}

static void test_text(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  const weft_type text = weft_root(doc, TEXT("t"), WEFT_TEXT);
  weft_transaction* txn = weft_transact(doc, 0);
  CHECK(weft_text_insert(txn, text, 0, TEXT("hello"), NULL, 0) == WEFT_OK);
  CHECK(weft_text_insert(txn, text, 5, TEXT(" bold"), TEXT("{\"bold\":true}")) == WEFT_OK);
  CHECK(weft_text_format(txn, text, 0, 2, TEXT("{\"em\":true}")) == WEFT_OK);
  CHECK(weft_text_insert_embed(txn, text, 0, TEXT("{\"image\":\"x\"}"), NULL, 0) == WEFT_OK);
  CHECK(weft_text_remove(txn, text, 0, 1) == WEFT_OK);
  CHECK(weft_text_apply_delta(txn, text, TEXT("[{\"retain\":10},{\"insert\":\"!\"}]")) == WEFT_OK);
  CHECK(weft_text_insert(txn, text, 99, TEXT("x"), NULL, 0) == WEFT_OUT_OF_RANGE);
  CHECK(weft_text_insert(txn, text, 0, "\xff", 1, NULL, 0) == WEFT_INVALID_UTF8);
  CHECK(weft_text_format(txn, text, 0, 1, TEXT("[]")) == WEFT_INVALID_JSON);
  weft_commit(txn);
  CHECK(weft_type_length(text) == 11);
  CHECK(is(weft_type_to_string(text), "hello bold!"));
  CHECK(is(weft_text_to_delta(text),
           "[{\"insert\":\"he\",\"attributes\":{\"em\":true}},{\"insert\":\"llo\"},"
           "{\"insert\":\" bold\",\"attributes\":{\"bold\":true}},{\"insert\":\"!\"}]"));
  weft_doc* other = synced(doc, 2, WEFT_V2);
  CHECK(is(weft_type_to_string(weft_root(other, TEXT("t"), WEFT_TEXT)), "hello bold!"));
  weft_doc_free(other);
  weft_doc_free(doc);
}

static void test_containers(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  const weft_type map = weft_root(doc, TEXT("m"), WEFT_MAP);
  weft_transaction* txn = weft_transact(doc, 0);
  weft_type list;
  CHECK(weft_map_set(txn, map, TEXT("n"), TEXT("{\"a\":[1,null]}")) == WEFT_OK);
  CHECK(weft_map_set_bytes(txn, map, TEXT("b"), (const uint8_t*)"\1\2", 2) == WEFT_OK);
  CHECK(weft_map_set_type(txn, map, TEXT("l"), WEFT_ARRAY, &list) == WEFT_OK);
  CHECK(weft_array_insert(txn, list, 0, TEXT("[1,\"two\",true]")) == WEFT_OK);
  weft_type inner;
  CHECK(weft_array_insert_type(txn, list, 1, WEFT_MAP, NULL, 0, &inner) == WEFT_OK);
  CHECK(weft_array_remove(txn, list, 0, 1) == WEFT_OK);
  CHECK(weft_array_remove(txn, list, 2, 5) == WEFT_OUT_OF_RANGE);
  CHECK(weft_map_set(txn, map, TEXT("x"), TEXT("{")) == WEFT_INVALID_JSON);
  weft_commit(txn);
  weft_bytes json;
  CHECK(weft_map_get(map, TEXT("n"), &json) == WEFT_OK && is(json, "{\"a\":[1,null]}"));
  CHECK(weft_map_get(map, TEXT("l"), &json) == WEFT_WRONG_TYPE);
  CHECK(weft_map_get(map, TEXT("none"), &json) == WEFT_NOT_FOUND);
  CHECK(weft_array_get(list, 1, &json) == WEFT_OK && is(json, "\"two\""));
  weft_type found;
  CHECK(weft_array_get_type(list, 0, &found) == WEFT_OK && weft_type_equal(found, inner));
  CHECK(weft_map_get_type(map, TEXT("l"), &found) == WEFT_OK && weft_type_equal(found, list));
  CHECK(is(weft_map_keys(map), "[\"n\",\"b\",\"l\"]"));
  CHECK(is(weft_type_to_json(list), "[{},\"two\",true]"));
  txn = weft_transact(doc, 0);
  CHECK(weft_map_remove(txn, map, TEXT("l")) == WEFT_OK);
  CHECK(weft_array_insert(txn, list, 0, TEXT("[1]")) == WEFT_WRONG_TYPE);
  weft_commit(txn);
  CHECK(weft_type_length(map) == 2);
  weft_doc_free(doc);
}

static void test_xml(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  const weft_type fragment = weft_root(doc, TEXT("x"), WEFT_XML_FRAGMENT);
  weft_transaction* txn = weft_transact(doc, 0);
  weft_type p;
  weft_type text;
  CHECK(weft_array_insert_type(txn, fragment, 0, WEFT_XML_ELEMENT, TEXT("p"), &p) == WEFT_OK);
  CHECK(weft_map_set(txn, p, TEXT("class"), TEXT("\"intro\"")) == WEFT_OK);
  CHECK(weft_array_insert_type(txn, p, 0, WEFT_XML_TEXT, NULL, 0, &text) == WEFT_OK);
  CHECK(weft_text_insert(txn, text, 0, TEXT("hi"), NULL, 0) == WEFT_OK);
  weft_commit(txn);
  CHECK(is(weft_type_to_string(fragment), "<p class=\"intro\">hi</p>"));
  CHECK(weft_type_length(fragment) == 1);
  weft_doc_free(doc);
}

struct seen {
  char text[512];
  int calls;
};

static void note_events(void* context, const weft_event* const* events, size_t count) {
  struct seen* seen = context;
  seen->calls++;
  for (size_t i = 0; i < count; ++i) {
    weft_bytes path = weft_event_path(events[i]);
    weft_bytes delta = weft_event_delta(events[i]);
    weft_bytes keys = weft_event_keys(events[i]);
    snprintf(seen->text, sizeof seen->text, "%s %s %s %d %d", (const char*)path.data,
             (const char*)delta.data, (const char*)keys.data, (int)weft_event_origin(events[i]),
             weft_event_local(events[i]));
    weft_bytes_free(&path);
    weft_bytes_free(&delta);
    weft_bytes_free(&keys);
  }
}

static void relay(void* context, const uint8_t* update, size_t size, uint64_t origin, int local) {
  CHECK(origin == 7);
  CHECK(local);
  CHECK(weft_doc_apply(context, update, size, WEFT_V1, 0) == WEFT_OK);
}

static void test_observers(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  weft_doc* mirror = weft_doc_new(2, 1);
  const weft_type map = weft_root(doc, TEXT("m"), WEFT_MAP);
  struct seen seen = {"", 0};
  weft_subscription* updates = weft_observe_updates(doc, WEFT_V1, relay, mirror);
  weft_subscription* events = weft_observe(map, 1, note_events, &seen);
  weft_transaction* txn = weft_transact(doc, 7);
  weft_type text;
  CHECK(weft_map_set_type(txn, map, TEXT("t"), WEFT_TEXT, &text) == WEFT_OK);
  weft_commit(txn);
  CHECK(strcmp(seen.text, "[] [] {\"t\":{\"action\":\"add\"}} 7 1") == 0);
  txn = weft_transact(doc, 7);
  CHECK(weft_text_insert(txn, text, 0, TEXT("hey"), NULL, 0) == WEFT_OK);
  weft_commit(txn);
  CHECK(strcmp(seen.text, "[\"t\"] [{\"insert\":\"hey\"}] {} 7 1") == 0);
  weft_unobserve(events);
  txn = weft_transact(doc, 7);
  CHECK(weft_map_set(txn, map, TEXT("t"), TEXT("1")) == WEFT_OK);
  weft_commit(txn);
  CHECK(seen.calls == 2);
  weft_unobserve(updates);
  CHECK(is(weft_type_to_json(weft_root(mirror, TEXT("m"), WEFT_MAP)), "{\"t\":1}"));
  weft_doc_free(mirror);
  weft_doc_free(doc);
}

static uint64_t stopped_clock(void* context) { return *(uint64_t*)context; }

static void test_undo(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  const weft_type text = weft_root(doc, TEXT("t"), WEFT_TEXT);
  uint64_t now = 1000;
  weft_undo* undo = weft_undo_new(doc, &text, 1, 500, stopped_clock, &now);
  CHECK(!weft_undo_can_undo(undo));
  for (int i = 0; i < 2; ++i) {
    weft_transaction* txn = weft_transact(doc, 0);
    CHECK(weft_text_insert(txn, text, 0, i == 0 ? "a" : "b", 1, NULL, 0) == WEFT_OK);
    weft_commit(txn);
    weft_undo_stop_capturing(undo);
  }
  CHECK(weft_undo_undo(undo));
  CHECK(is(weft_type_to_string(text), "a"));
  CHECK(weft_undo_can_redo(undo));
  CHECK(weft_undo_redo(undo));
  CHECK(is(weft_type_to_string(text), "ba"));
  CHECK(weft_undo_undo(undo) && weft_undo_undo(undo) && !weft_undo_undo(undo));
  weft_undo_clear(undo);
  CHECK(!weft_undo_can_redo(undo));
  weft_undo_free(undo);
  weft_doc_free(doc);
}

static void test_updates(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  const weft_type text = weft_root(doc, TEXT("t"), WEFT_TEXT);
  weft_bytes states[2];
  weft_bytes vector = weft_doc_state_vector(doc);
  for (int i = 0; i < 2; ++i) {
    weft_transaction* txn = weft_transact(doc, 0);
    CHECK(weft_text_insert(txn, text, 0, "a", 1, NULL, 0) == WEFT_OK);
    weft_commit(txn);
    CHECK(weft_doc_encode_state(doc, vector.data, vector.size, WEFT_V1, &states[i]) == WEFT_OK);
    weft_bytes_free(&vector);
    vector = weft_doc_state_vector(doc);
  }
  const weft_view views[2] = {{states[1].data, states[1].size}, {states[0].data, states[0].size}};
  weft_bytes merged;
  CHECK(weft_merge_updates(views, 2, WEFT_V1, &merged) == WEFT_OK);
  weft_bytes from_update;
  CHECK(weft_state_vector_from_update(merged.data, merged.size, WEFT_V1, &from_update) == WEFT_OK);
  CHECK(from_update.size == vector.size && memcmp(from_update.data, vector.data, vector.size) == 0);
  weft_bytes converted;
  CHECK(weft_convert_update(merged.data, merged.size, WEFT_V1, WEFT_V2, &converted) == WEFT_OK);
  weft_bytes nothing;
  CHECK(weft_diff_update(merged.data, merged.size, vector.data, vector.size, WEFT_V1, &nothing) ==
        WEFT_OK);
  CHECK(nothing.size == 2);
  weft_doc* other = weft_doc_new(2, 1);
  CHECK(weft_doc_apply(other, states[1].data, states[1].size, WEFT_V1, 0) == WEFT_OK);
  CHECK(weft_doc_has_pending(other));
  CHECK(weft_doc_apply(other, converted.data, converted.size - 1, WEFT_V2, 0) != WEFT_OK);
  CHECK(weft_doc_apply(other, converted.data, converted.size, WEFT_V2, 0) == WEFT_OK);
  CHECK(!weft_doc_has_pending(other));
  CHECK(is(weft_type_to_string(weft_root(other, TEXT("t"), WEFT_TEXT)), "aa"));
  CHECK(strlen(weft_message(weft_doc_apply(other, (const uint8_t*)"\x01", 1, WEFT_V1, 0))) > 0);
  weft_bytes_free(&states[0]);
  weft_bytes_free(&states[1]);
  weft_bytes_free(&merged);
  weft_bytes_free(&from_update);
  weft_bytes_free(&converted);
  weft_bytes_free(&nothing);
  weft_bytes_free(&vector);
  weft_doc_free(other);
  weft_doc_free(doc);
}

static void test_history(void) {
  weft_doc* doc = weft_doc_new(1, 0);
  const weft_type text = weft_root(doc, TEXT("t"), WEFT_TEXT);
  weft_transaction* txn = weft_transact(doc, 0);
  CHECK(weft_text_insert(txn, text, 0, TEXT("abc"), NULL, 0) == WEFT_OK);
  weft_commit(txn);
  weft_bytes position;
  CHECK(weft_position_create(text, 1, 0, &position) == WEFT_OK);
  weft_bytes snapshot = weft_snapshot(doc);
  txn = weft_transact(doc, 0);
  CHECK(weft_text_insert(txn, text, 0, TEXT("xy"), NULL, 0) == WEFT_OK);
  CHECK(weft_text_remove(txn, text, 4, 1) == WEFT_OK);
  weft_commit(txn);
  weft_type found;
  uint32_t index = 0;
  CHECK(weft_position_resolve(doc, position.data, position.size, &found, &index) == WEFT_OK);
  CHECK(weft_type_equal(found, text) && index == 3);
  weft_doc* before;
  CHECK(weft_snapshot_restore(doc, snapshot.data, snapshot.size, &before) == WEFT_OK);
  CHECK(is(weft_type_to_string(weft_root(before, TEXT("t"), WEFT_TEXT)), "abc"));
  weft_doc_free(before);
  weft_doc* collecting = synced(doc, 3, WEFT_V1);
  CHECK(weft_snapshot_restore(collecting, snapshot.data, snapshot.size, &before) == WEFT_COLLECTED);
  weft_doc_free(collecting);
  weft_bytes_free(&position);
  weft_bytes_free(&snapshot);
  weft_doc_free(doc);
}

int main(void) {
  test_text();
  test_containers();
  test_xml();
  test_observers();
  test_undo();
  test_updates();
  test_history();
  printf("%d checks of the C ABI hold\n", checks);
  return 0;
}
