/* The C ABI, from C: documents, updates, types, observers, undo, positions, snapshots. */
#include "check.h"

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
  CHECK(weft_text_format(txn, text, 0, 1, TEXT("[")) == WEFT_INVALID_JSON);
  CHECK(weft_text_insert(txn, text, 0, TEXT("x"), TEXT("1")) == WEFT_INVALID_JSON);
  CHECK(weft_text_insert_embed(txn, text, 0, TEXT("1"), TEXT("1")) == WEFT_INVALID_JSON);
  CHECK(weft_text_insert_embed(txn, text, 0, TEXT("{"), NULL, 0) == WEFT_INVALID_JSON);
  CHECK(weft_text_apply_delta(txn, text, TEXT("{}")) == WEFT_WRONG_TYPE);
  CHECK(weft_map_set(txn, text, TEXT("lang"), TEXT("\"en\"")) == WEFT_OK);
  weft_commit(txn);
  weft_bytes lang;
  CHECK(weft_map_get(text, TEXT("lang"), &lang) == WEFT_OK && is(lang, "\"en\""));
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
  CHECK(weft_map_set_type(txn, map, TEXT("l"), WEFT_ARRAY, NULL, 0, &list) == WEFT_OK);
  CHECK(weft_array_insert(txn, list, 0, TEXT("[1,\"two\",true]")) == WEFT_OK);
  CHECK(weft_array_push(txn, list, TEXT("[4]")) == WEFT_OK);
  CHECK(weft_array_remove(txn, list, 3, 1) == WEFT_OK);
  CHECK(weft_array_insert_bytes(txn, list, 0, (const uint8_t*)"\0x", 2) == WEFT_OK);
  weft_type inner;
  CHECK(weft_array_insert_type(txn, list, 1, WEFT_MAP, NULL, 0, &inner) == WEFT_OK);
  weft_bytes raw;
  CHECK(weft_array_get_bytes(list, 0, &raw) == WEFT_OK);
  CHECK(raw.size == 2 && memcmp(raw.data, "\0x", 2) == 0);
  weft_bytes_free(&raw);
  CHECK(weft_array_get_bytes(list, 1, &raw) == WEFT_WRONG_TYPE);
  CHECK(weft_array_get_bytes(list, 2, &raw) == WEFT_WRONG_TYPE);
  CHECK(weft_map_get_bytes(map, TEXT("b"), &raw) == WEFT_OK && is(raw, "\1\2"));
  CHECK(weft_array_remove(txn, list, 0, 1) == WEFT_OK);
  CHECK(weft_array_remove(txn, list, 1, 1) == WEFT_OK);
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
  CHECK(!weft_type_exists(list) && weft_type_exists(map));
  CHECK(is(weft_doc_to_json(doc), "{\"m\":{\"n\":{\"a\":[1,null]},\"b\":{\"0\":1,\"1\":2}}}"));
  const uint64_t revision = weft_doc_revision(doc);
  txn = weft_transact(doc, 0);
  CHECK(weft_map_clear(txn, map) == WEFT_OK);
  weft_commit(txn);
  CHECK(weft_type_length(map) == 0);
  CHECK(weft_doc_revision(doc) == revision + 1);
  weft_doc_free(doc);
}

/* An edit of what it does not fit, or of another document, is refused. */
static void test_refusals(void) {
  weft_doc* doc = weft_doc_new_seeded(1, 1, 14, 12345);
  weft_doc* other = weft_doc_new(2, 1);
  const weft_type text = weft_root(doc, TEXT("t"), WEFT_TEXT);
  const weft_type list = weft_root(doc, TEXT("l"), WEFT_ARRAY);
  const weft_type map = weft_root(doc, TEXT("m"), WEFT_MAP);
  const weft_type foreign = weft_root(other, TEXT("l"), WEFT_ARRAY);
  weft_type made;
  weft_kind kind;
  weft_transaction* txn = weft_transact(doc, 0);
  CHECK(weft_text_insert(txn, list, 0, "x", 1, NULL, 0) == WEFT_WRONG_TYPE);
  CHECK(weft_text_insert_embed(txn, map, 0, "1", 1, NULL, 0) == WEFT_WRONG_TYPE);
  CHECK(weft_text_remove(txn, map, 0, 0) == WEFT_WRONG_TYPE);
  CHECK(weft_text_format(txn, map, 0, 0, "{}", 2) == WEFT_WRONG_TYPE);
  CHECK(weft_text_apply_delta(txn, map, "[]", 2) == WEFT_WRONG_TYPE);
  CHECK(weft_text_delta_between(map, NULL, 0, NULL, 0, NULL) == WEFT_WRONG_TYPE);
  CHECK(weft_array_insert(txn, text, 0, "[1]", 3) == WEFT_WRONG_TYPE);
  CHECK(weft_array_insert(txn, foreign, 0, "[1]", 3) == WEFT_WRONG_TYPE);
  CHECK(weft_array_push(txn, map, "[1]", 3) == WEFT_WRONG_TYPE);
  CHECK(weft_array_insert(txn, list, 0, "{}", 2) == WEFT_INVALID_JSON);
  CHECK(weft_array_push(txn, list, "[", 1) == WEFT_INVALID_JSON);
  CHECK(weft_array_insert_bytes(txn, map, 0, NULL, 0) == WEFT_WRONG_TYPE);
  CHECK(weft_array_insert_type(txn, map, 0, WEFT_MAP, NULL, 0, &made) == WEFT_WRONG_TYPE);
  CHECK(weft_array_insert_type(txn, list, 0, (weft_kind)7, NULL, 0, &made) == WEFT_INVALID_DATA);
  CHECK(weft_array_remove(txn, map, 0, 0) == WEFT_WRONG_TYPE);
  CHECK(weft_map_set(txn, list, "k", 1, "1", 1) == WEFT_WRONG_TYPE);
  CHECK(weft_map_set_bytes(txn, list, "k", 1, NULL, 0) == WEFT_WRONG_TYPE);
  CHECK(weft_map_set_type(txn, list, "k", 1, WEFT_MAP, NULL, 0, &made) == WEFT_WRONG_TYPE);
  CHECK(weft_map_remove(txn, list, "k", 1) == WEFT_WRONG_TYPE);
  CHECK(weft_map_clear(txn, list) == WEFT_WRONG_TYPE);
  CHECK(weft_xml_insert_after(txn, list, text, WEFT_XML_TEXT, NULL, 0, &made) == WEFT_WRONG_TYPE);
  weft_commit(txn);
  CHECK(weft_type_kind(list, &kind) == WEFT_OK && kind == WEFT_ARRAY);
  CHECK(weft_type_parent(list, &made) == WEFT_NOT_FOUND);
  CHECK(is(weft_doc_roots(doc), "[\"t\",\"l\",\"m\"]"));
  CHECK(weft_doc_revision(doc) == 0);
  for (int status = WEFT_OK; status <= WEFT_COLLECTED + 1; ++status) {
    CHECK(strlen(weft_message((weft_status)status)) > 0);
  }
  CHECK(strcmp(weft_version(), "0.1.0") == 0);
  weft_doc_free(other);
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
  weft_type hook;
  txn = weft_transact(doc, 0);
  CHECK(weft_xml_insert_after(txn, fragment, p, WEFT_XML_HOOK, TEXT("h"), &hook) == WEFT_OK);
  CHECK(weft_xml_insert_after(txn, fragment, text, WEFT_XML_TEXT, NULL, 0, &text) ==
        WEFT_WRONG_TYPE);
  weft_commit(txn);
  weft_type found;
  CHECK(weft_xml_next_sibling(p, &found) == WEFT_OK && weft_type_equal(found, hook));
  CHECK(weft_xml_prev_sibling(hook, &found) == WEFT_OK && weft_type_equal(found, p));
  CHECK(weft_xml_next_sibling(hook, &found) == WEFT_NOT_FOUND);
  CHECK(weft_type_parent(text, &found) == WEFT_OK && weft_type_equal(found, p));
  CHECK(weft_array_get_type(fragment, 0, &found) == WEFT_OK && weft_type_equal(found, p));
  weft_bytes name;
  CHECK(weft_xml_name(p, &name) == WEFT_OK && is(name, "p"));
  CHECK(weft_xml_name(hook, &name) == WEFT_OK && is(name, "h"));
  CHECK(weft_xml_name(text, &name) == WEFT_WRONG_TYPE);
  CHECK(weft_type_length(weft_root(doc, TEXT("e"), WEFT_XML_ELEMENT)) == 0);
  CHECK(weft_type_length(weft_root(doc, TEXT("s"), WEFT_XML_TEXT)) == 0);
  weft_doc_free(doc);
}

struct seen {
  char text[512];
  int calls;
  weft_type target;
};

static void note_events(void* context, const weft_event* const* events, size_t count) {
  struct seen* seen = context;
  seen->calls++;
  for (size_t i = 0; i < count; ++i) {
    weft_bytes path = weft_event_path(events[i]);
    weft_bytes delta = weft_event_delta(events[i]);
    weft_bytes keys = weft_event_keys(events[i]);
    seen->target = weft_event_target(events[i]);
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
  struct seen seen = {"", 0, {NULL, 0}};
  weft_subscription* updates = weft_observe_updates(doc, WEFT_V1, relay, mirror);
  weft_subscription* events = weft_observe(map, 1, note_events, &seen);
  weft_transaction* txn = weft_transact(doc, 7);
  weft_type text;
  CHECK(weft_map_set_type(txn, map, TEXT("t"), WEFT_TEXT, NULL, 0, &text) == WEFT_OK);
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
  events = weft_observe(map, 0, note_events, &seen);
  txn = weft_transact(doc, 7);
  CHECK(weft_map_set(txn, map, TEXT("t"), TEXT("2")) == WEFT_OK);
  weft_commit(txn);
  CHECK(strcmp(seen.text, "[] [] {\"t\":{\"action\":\"update\",\"oldValue\":1}} 7 1") == 0);
  weft_unobserve(events);
  weft_unobserve(updates);
  CHECK(is(weft_type_to_json(weft_root(mirror, TEXT("m"), WEFT_MAP)), "{\"t\":2}"));
  weft_doc_free(mirror);
  weft_doc_free(doc);
}

static void note_transaction(void* context, uint64_t origin, int local) {
  struct seen* seen = context;
  seen->calls++;
  snprintf(seen->text, sizeof seen->text, "%d %d", (int)origin, local);
}

static void note_subdocs(void* context, const weft_subdocs* subdocs) {
  struct seen* seen = context;
  seen->calls++;
  snprintf(seen->text, sizeof seen->text, "%d %d %d", (int)subdocs->loaded_count,
           (int)subdocs->added_count, (int)subdocs->removed_count);
  if (subdocs->added_count > 0) CHECK(is(weft_subdoc_guid(subdocs->added[0]), "one"));
}

static void test_subdocs(void) {
  weft_doc* doc = weft_doc_new(7, 1);
  CHECK(weft_doc_client_id(doc) == 7);
  const weft_type map = weft_root(doc, TEXT("m"), WEFT_MAP);
  const weft_type list = weft_root(doc, TEXT("l"), WEFT_ARRAY);
  struct seen seen = {"", 0, {NULL, 0}};
  struct seen transactions = {"", 0, {NULL, 0}};
  struct seen changes = {"", 0, {NULL, 0}};
  weft_subscription* subdocs = weft_observe_subdocs(doc, note_subdocs, &seen);
  weft_subscription* each = weft_observe_transactions(doc, note_transaction, &transactions);
  weft_subscription* events = weft_observe(list, 0, note_events, &changes);
  weft_subdoc one;
  weft_subdoc found;
  weft_transaction* txn = weft_transact(doc, 3);
  CHECK(weft_map_set_subdoc(txn, map, TEXT("d"), TEXT("one"), TEXT("{\"a\":1}"), &one) == WEFT_OK);
  CHECK(weft_map_set_subdoc(txn, map, TEXT("d"), TEXT("one"), TEXT("{"), &one) ==
        WEFT_INVALID_JSON);
  CHECK(weft_map_set_subdoc(txn, list, TEXT("d"), TEXT("one"), NULL, 0, &one) == WEFT_WRONG_TYPE);
  weft_commit(txn);
  CHECK(strcmp(seen.text, "1 1 0") == 0);
  CHECK(strcmp(transactions.text, "3 1") == 0);
  CHECK(is(weft_subdoc_meta(one), "{\"a\":1}"));
  CHECK(weft_map_get_subdoc(map, TEXT("d"), &found) == WEFT_OK && found.number == one.number);
  weft_bytes json;
  CHECK(weft_map_get(map, TEXT("d"), &json) == WEFT_WRONG_TYPE);
  txn = weft_transact(doc, 0);
  CHECK(weft_array_insert_subdoc(txn, list, 0, TEXT("one"), NULL, 0, &one) == WEFT_OK);
  CHECK(weft_array_insert_subdoc(txn, list, 0, TEXT("two"), TEXT("["), &one) == WEFT_INVALID_JSON);
  CHECK(weft_array_insert_subdoc(txn, map, 0, TEXT("two"), NULL, 0, &one) == WEFT_WRONG_TYPE);
  CHECK(weft_array_push(txn, list, "[1]", 3) == WEFT_OK);
  weft_commit(txn);
  CHECK(strcmp(changes.text, "[] [{\"insert\":[{\"subdoc\":\"one\"},1]}] {} 0 1") == 0);
  CHECK(weft_array_get_subdoc(list, 0, &found) == WEFT_OK && found.number == one.number);
  CHECK(weft_array_get_subdoc(list, 1, &found) == WEFT_WRONG_TYPE);
  weft_subdoc_destroy(one);
  CHECK(strcmp(seen.text, "0 1 1") == 0);
  CHECK(is(weft_subdoc_guid(one), ""));
  CHECK(weft_array_get_subdoc(list, 0, &found) == WEFT_OK);
  weft_subdoc_load(found);
  CHECK(strcmp(seen.text, "1 0 0") == 0);
  weft_type inner;
  txn = weft_transact(doc, 0);
  CHECK(weft_array_remove(txn, list, 0, 1) == WEFT_OK);
  CHECK(weft_array_insert_type(txn, list, 1, WEFT_MAP, NULL, 0, &inner) == WEFT_OK);
  weft_commit(txn);
  char expected[128];
  snprintf(expected, sizeof expected,
           "[] [{\"delete\":1},{\"retain\":1},{\"insert\":[{\"type\":%u}]}] {} 0 1",
           (unsigned)inner.number);
  CHECK(strcmp(changes.text, expected) == 0);
  CHECK(weft_type_equal(changes.target, list));
  CHECK(weft_type_equal(weft_doc_type(doc, inner.number), inner));
  CHECK(weft_type_length(list) == 2);
  weft_unobserve(each);
  weft_unobserve(events);
  weft_doc_free(doc);
  weft_unobserve(subdocs);
}

static void test_awareness(void) {
  weft_awareness* here = weft_awareness_new();
  weft_awareness* there = weft_awareness_new();
  weft_bytes update;
  weft_bytes echo;
  CHECK(weft_awareness_set(here, 5, TEXT("{\"name\":\"Zoe\"}"), 0, &update) == WEFT_OK);
  CHECK(weft_awareness_set(here, 5, TEXT("{"), 0, &echo) == WEFT_INVALID_JSON);
  weft_bytes frame = weft_message_encode(WEFT_AWARENESS, update.data, update.size);
  weft_view rest = {frame.data, frame.size};
  weft_view body;
  weft_message_kind kind;
  CHECK(weft_message_next(&rest, &kind, &body) == WEFT_OK && kind == WEFT_AWARENESS);
  CHECK(rest.size == 0 && weft_message_next(&rest, &kind, &body) == WEFT_NOT_FOUND);
  CHECK(weft_awareness_apply(there, body.data, body.size, 0, &echo) == WEFT_OK);
  CHECK(echo.size == update.size && memcmp(echo.data, update.data, echo.size) == 0);
  weft_bytes_free(&echo);
  CHECK(is(weft_awareness_clients(there), "[5]"));
  CHECK(weft_awareness_state(there, 5, &echo) == WEFT_OK && is(echo, "{\"name\":\"Zoe\"}"));
  CHECK(weft_awareness_state(there, 6, &echo) == WEFT_NOT_FOUND);
  echo = weft_awareness_encode(there);
  CHECK(echo.size == update.size);
  weft_bytes_free(&echo);
  echo = weft_awareness_expire(there, 30000);
  CHECK(echo.size == 8);
  weft_bytes_free(&echo);
  CHECK(is(weft_awareness_clients(there), "[]"));
  CHECK(weft_awareness_apply(there, (const uint8_t*)"\1", 1, 0, &echo) == WEFT_UNEXPECTED_END);
  rest = (weft_view){(const uint8_t*)"\x09\x01", 2};
  CHECK(weft_message_next(&rest, &kind, &body) == WEFT_NOT_FOUND && rest.size == 0);
  rest = (weft_view){(const uint8_t*)"\x00\x07", 2};
  CHECK(weft_message_next(&rest, &kind, &body) == WEFT_INVALID_DATA && rest.size == 2);
  weft_bytes_free(&frame);
  weft_bytes_free(&update);
  weft_awareness_free(there);
  weft_awareness_free(here);
}

static uint64_t stopped_clock(void* context) { return *(uint64_t*)context; }

static void note_undo(void* context, weft_undo_event event, int redo, weft_step* step) {
  struct seen* seen = context;
  seen->calls++;
  CHECK(step != NULL);
  snprintf(seen->text, sizeof seen->text, "%d %d", (int)event, redo);
}

static void test_undo_everything(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  const weft_type text = weft_root(doc, TEXT("t"), WEFT_TEXT);
  const weft_type other = weft_root(doc, TEXT("o"), WEFT_TEXT);
  weft_undo* undo = weft_undo_new(doc, NULL, 0, 500, NULL, NULL);
  weft_undo* narrow = weft_undo_new(doc, &other, 1, 500, NULL, NULL);
  weft_undo_track(narrow, 9);
  weft_undo_untrack(narrow, 0);
  weft_undo_add_scope(narrow, text);
  CHECK(weft_undo_origin(undo) != weft_undo_origin(narrow));
  struct seen seen = {"", 0, {NULL, 0}};
  weft_subscription* observed = weft_observe_undo(undo, note_undo, &seen);
  for (uint64_t origin = 0; origin < 10; origin += 9) {
    weft_transaction* txn = weft_transact(doc, origin);
    CHECK(weft_text_insert(txn, text, 0, origin == 0 ? "a" : "b", 1, NULL, 0) == WEFT_OK);
    weft_commit(txn);
  }
  CHECK(strcmp(seen.text, "0 0") == 0);
  CHECK(weft_undo_undo(narrow));
  CHECK(is(weft_type_to_string(text), "a"));
  CHECK(weft_undo_undo(undo));
  CHECK(strcmp(seen.text, "2 0") == 0);
  CHECK(is(weft_type_to_string(text), ""));
  weft_doc_free(doc);
  weft_undo_free(undo);
  weft_undo_free(narrow);
  weft_unobserve(observed);
}

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
  CHECK(weft_validate_update(merged.data, merged.size, WEFT_V1) == WEFT_OK);
  CHECK(weft_validate_update(merged.data, merged.size - 1, WEFT_V1) == WEFT_UNEXPECTED_END);
  CHECK(weft_validate_update((const uint8_t*)"\1\1\1\0\x0b\0", 6, WEFT_V1) == WEFT_INVALID_DATA);
  weft_bytes hidden;
  /* A clock of 2^53; an array that nests 1,001 deep. */
  CHECK(weft_validate_update((const uint8_t*)"\1\1\1\x80\x80\x80\x80\x80\x80\x80\x10", 11,
                             WEFT_V1) == WEFT_NUMBER_TOO_LARGE);
  char deep[2003];
  memset(deep, '[', 1001);
  memset(deep + 1001, ']', 1001);
  weft_transaction* nested = weft_transact(doc, 0);
  CHECK(weft_array_insert(nested, weft_root(doc, TEXT("a"), WEFT_ARRAY), 0, deep, 2002) ==
        WEFT_TOO_DEEP);
  weft_commit(nested);
  CHECK(weft_obfuscate_update(merged.data, merged.size, WEFT_V1, &hidden) == WEFT_OK);
  CHECK(hidden.size == merged.size);
  weft_bytes_free(&hidden);
  CHECK(weft_diff_update(merged.data, merged.size, vector.data, 1, WEFT_V1, &hidden) ==
        WEFT_UNEXPECTED_END);
  CHECK(weft_state_vector_from_update(merged.data, 1, WEFT_V1, &hidden) == WEFT_UNEXPECTED_END);
  CHECK(weft_doc_encode_state(doc, vector.data, 1, WEFT_V1, &hidden) == WEFT_UNEXPECTED_END);
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
  CHECK(weft_position_resolve(doc, (const uint8_t*)"\0\7\7", 3, &found, &index) == WEFT_NOT_FOUND);
  CHECK(weft_position_resolve(doc, position.data, 1, &found, &index) == WEFT_UNEXPECTED_END);
  weft_bytes told;
  weft_bytes now = weft_snapshot(doc);
  CHECK(weft_text_delta_between(text, now.data, now.size, snapshot.data, snapshot.size, &told) ==
        WEFT_OK);
  weft_bytes_free(&now);
  CHECK(is(told,
           "[{\"insert\":\"xy\",\"attributes\":{\"ychange\":{\"type\":\"added\"}}},"
           "{\"insert\":\"ab\"},"
           "{\"insert\":\"c\",\"attributes\":{\"ychange\":{\"type\":\"removed\"}}}]"));
  CHECK(weft_text_delta_between(text, snapshot.data, snapshot.size, NULL, 0, &told) == WEFT_OK);
  CHECK(is(told, "[{\"insert\":\"abc\"}]"));
  CHECK(weft_text_delta_between(text, snapshot.data, 1, NULL, 0, &told) == WEFT_UNEXPECTED_END);
  CHECK(weft_text_delta_between(text, NULL, 0, snapshot.data, 1, &told) == WEFT_UNEXPECTED_END);
  CHECK(weft_type_json_at(text, snapshot.data, snapshot.size, &told) == WEFT_OK);
  CHECK(is(told, "\"abc\""));
  CHECK(weft_type_json_at(text, snapshot.data, 1, &told) == WEFT_UNEXPECTED_END);
  weft_bytes state;
  int contains = 1;
  CHECK(weft_doc_encode_state(doc, NULL, 0, WEFT_V1, &state) == WEFT_OK);
  CHECK(weft_snapshot_contains(snapshot.data, snapshot.size, state.data, state.size, WEFT_V1,
                               &contains) == WEFT_OK);
  CHECK(!contains);
  CHECK(weft_snapshot_contains(snapshot.data, 1, state.data, state.size, WEFT_V1, &contains) ==
        WEFT_UNEXPECTED_END);
  CHECK(weft_snapshot_contains(snapshot.data, snapshot.size, state.data, 3, WEFT_V1, &contains) ==
        WEFT_UNEXPECTED_END);
  weft_bytes_free(&state);
  weft_doc* before;
  CHECK(weft_snapshot_restore(doc, snapshot.data, 1, &before) == WEFT_UNEXPECTED_END);
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

/* What @y/y 14 makes of the same edits. */
static weft_type edited_ytype(weft_doc* doc) {
  const weft_type type = weft_ytype_root(doc, TEXT("t"));
  weft_type p;
  weft_type sub;
  weft_transaction* txn = weft_transact(doc, 0);
  CHECK(weft_ytype_insert_text(txn, type, 0, TEXT("hello"), NULL, 0) == WEFT_OK);
  CHECK(weft_ytype_insert_text(txn, type, 5, TEXT(" bold"), TEXT("{\"bold\":true}")) == WEFT_OK);
  CHECK(weft_ytype_format(txn, type, 0, 2, TEXT("{\"em\":true}")) == WEFT_OK);
  CHECK(weft_ytype_insert(txn, type, 10, TEXT("[1,{\"a\":[]}]"), NULL, 0) == WEFT_OK);
  CHECK(weft_ytype_insert_type(txn, type, 0, TEXT("p"), NULL, 0, &p) == WEFT_OK);
  CHECK(weft_ytype_insert_text(txn, p, 0, TEXT("in"), NULL, 0) == WEFT_OK);
  CHECK(weft_ytype_set_attr(txn, p, TEXT("id"), TEXT("7")) == WEFT_OK);
  CHECK(weft_ytype_remove(txn, type, 1, 1) == WEFT_OK);
  CHECK(weft_ytype_set_attr(txn, type, TEXT("lang"), TEXT("\"en\"")) == WEFT_OK);
  CHECK(weft_ytype_set_attr_type(txn, type, TEXT("sub"), NULL, 0, &sub) == WEFT_OK);
  CHECK(weft_ytype_insert(txn, sub, 0, TEXT("[true]"), NULL, 0) == WEFT_OK);
  CHECK(weft_ytype_set_attr(txn, type, TEXT("gone"), TEXT("1")) == WEFT_OK);
  CHECK(weft_ytype_delete_attr(txn, type, TEXT("gone")) == WEFT_OK);
  CHECK(weft_ytype_apply_delta(
            txn, type,
            TEXT("{\"type\":\"delta\",\"attrs\":{\"seen\":{\"type\":\"insert\",\"value\":true}"
                 "},\"children\":[{\"type\":\"modify\",\"value\":{\"type\":\"delta\",\"childre"
                 "n\":[{\"type\":\"retain\",\"retain\":2},{\"type\":\"insert\",\"insert\":\"!"
                 "\"}]}},{\"type\":\"retain\",\"retain\":1},{\"delete\":1},{\"type\":\"insert"
                 "\",\"insert\":[{\"type\":\"delta\",\"name\":\"q\",\"children\":[{\"type\":\""
                 "insert\",\"insert\":\"x\"}]}]}]}")) == WEFT_OK);
  weft_commit(txn);
  return type;
}

static void test_ytype(void) {
  weft_doc* doc = weft_doc_new_seeded(1, 1, 14, 0);
  const weft_type type = edited_ytype(doc);
  weft_type p;
  weft_type sub;
  CHECK(weft_ytype_get_type(type, 0, &p) == WEFT_OK);
  CHECK(weft_ytype_length(type) == 12);
  CHECK(is(weft_ytype_to_delta(type, 0),
           "{\"type\":\"delta\",\"attrs\":{\"lang\":{\"type\":\"insert\",\"value\":\"en"
           "\"},\"sub\":{\"type\":\"insert\",\"value\":{\"children\":[true]}},\"seen\":{"
           "\"type\":\"insert\",\"value\":true}},\"children\":[{\"type\":\"insert\",\"in"
           "sert\":[{\"name\":\"p\",\"children\":[\"in!\"],\"attrs\":{\"id\":7}}]},{\"ty"
           "pe\":\"insert\",\"insert\":\"e\",\"format\":{\"em\":true}},{\"type\":\"inser"
           "t\",\"insert\":[{\"name\":\"q\",\"children\":[\"x\"]}]},{\"type\":\"insert\""
           ",\"insert\":\"lo\"},{\"type\":\"insert\",\"insert\":\" bold\",\"format\":{\""
           "bold\":true}},{\"type\":\"insert\",\"insert\":[1,{\"a\":[]}]}]}"));
  CHECK(is(weft_ytype_to_delta(type, 1),
           "{\"type\":\"delta\",\"attrs\":{\"lang\":{\"type\":\"insert\",\"value\":\"en"
           "\"},\"sub\":{\"type\":\"insert\",\"value\":{\"type\":\"delta\",\"children\":"
           "[{\"type\":\"insert\",\"insert\":[true]}]}},\"seen\":{\"type\":\"insert\",\""
           "value\":true}},\"children\":[{\"type\":\"insert\",\"insert\":[{\"type\":\"de"
           "lta\",\"name\":\"p\",\"attrs\":{\"id\":{\"type\":\"insert\",\"value\":7}},\""
           "children\":[{\"type\":\"insert\",\"insert\":\"in!\"}]}]},{\"type\":\"insert"
           "\",\"insert\":\"e\",\"format\":{\"em\":true}},{\"type\":\"insert\",\"insert"
           "\":[{\"type\":\"delta\",\"name\":\"q\",\"children\":[{\"type\":\"insert\",\""
           "insert\":\"x\"}]}]},{\"type\":\"insert\",\"insert\":\"lo\"},{\"type\":\"inse"
           "rt\",\"insert\":\" bold\",\"format\":{\"bold\":true}},{\"type\":\"insert\","
           "\"insert\":[1,{\"a\":[]}]}]}"));
  CHECK(is(weft_ytype_to_string(p), "<p id=7>in!</p>"));
  CHECK(is(weft_ytype_to_json(p), "{\"name\":\"p\",\"children\":[\"in!\"],\"attrs\":{\"id\":7}}"));
  weft_bytes bytes;
  CHECK(weft_ytype_name(p, &bytes) == WEFT_OK && is(bytes, "p"));
  CHECK(weft_ytype_name(type, &bytes) == WEFT_NOT_FOUND);
  CHECK(weft_ytype_get(type, 1, &bytes) == WEFT_OK && is(bytes, "\"e\""));
  CHECK(weft_ytype_get(type, 0, &bytes) == WEFT_WRONG_TYPE);
  CHECK(weft_ytype_get(type, 99, &bytes) == WEFT_NOT_FOUND);
  CHECK(weft_ytype_get_type(type, 0, &sub) == WEFT_OK && weft_type_equal(sub, p));
  CHECK(weft_ytype_get_type(type, 1, &sub) == WEFT_WRONG_TYPE);
  CHECK(weft_ytype_get_attr(type, TEXT("lang"), &bytes) == WEFT_OK && is(bytes, "\"en\""));
  CHECK(weft_ytype_get_attr(type, TEXT("gone"), &bytes) == WEFT_NOT_FOUND);
  CHECK(weft_ytype_get_attr_type(type, TEXT("sub"), &sub) == WEFT_OK);
  CHECK(weft_ytype_length(sub) == 1);
  CHECK(weft_doc_encode_state(doc, NULL, 0, WEFT_V1, &bytes) == WEFT_OK);
  char digits[1024];
  for (size_t i = 0; i < bytes.size && i < sizeof digits / 2; ++i) {
    snprintf(digits + 2 * i, 3, "%02x", bytes.data[i]);
  }
  weft_bytes_free(&bytes);
  CHECK(strcmp(digits,
               "011501000101017401840100016581010101840102026c6f86010404626f6c64047472756584"
               "01050520626f6c6486010a04626f6c64046e756c6c46010002656d0474727565c60101010202"
               "656d046e756c6c88010b027d0176010161750047010c0301700400011002696e280001100269"
               "64017d0728010174046c616e67017702656e2701017403737562040800011501782101017404"
               "676f6e65018401120121c70102010303017104000119017828010174047365656e0178010103"
               "000102011701") == 0);
  weft_doc_free(doc);
}

static void test_ytype_refusals(void) {
  weft_doc* doc = weft_doc_new_seeded(1, 1, 14, 0);
  const weft_type type = edited_ytype(doc);
  weft_type sub;
  weft_transaction* txn = weft_transact(doc, 0);
  CHECK(weft_ytype_apply_delta(txn, type, TEXT("{}")) == WEFT_WRONG_TYPE);
  CHECK(weft_ytype_insert(txn, type, 0, TEXT("{}"), NULL, 0) == WEFT_INVALID_JSON);
  CHECK(weft_ytype_insert(txn, type, 0, TEXT("["), NULL, 0) == WEFT_INVALID_JSON);
  CHECK(weft_ytype_insert(txn, type, 99, TEXT("[1]"), NULL, 0) == WEFT_OUT_OF_RANGE);
  CHECK(weft_ytype_format(txn, type, 0, 99, TEXT("{}")) == WEFT_OUT_OF_RANGE);
  CHECK(weft_ytype_insert_text(txn, type, 0, TEXT("x"), TEXT("[]")) == WEFT_INVALID_JSON);
  CHECK(weft_ytype_insert(txn, type, 0, TEXT("[1]"), TEXT("[]")) == WEFT_INVALID_JSON);
  CHECK(weft_ytype_insert_type(txn, type, 0, NULL, 0, TEXT("[]"), &sub) == WEFT_INVALID_JSON);
  CHECK(weft_ytype_format(txn, type, 0, 1, TEXT("1")) == WEFT_INVALID_JSON);
  CHECK(weft_ytype_set_attr(txn, type, TEXT("x"), TEXT("{")) == WEFT_INVALID_JSON);
  weft_commit(txn);
  weft_doc* other = weft_doc_new_seeded(2, 1, 14, 0);
  txn = weft_transact(other, 0);
  CHECK(weft_ytype_insert_text(txn, type, 0, TEXT("x"), NULL, 0) == WEFT_WRONG_TYPE);
  CHECK(weft_ytype_insert(txn, type, 0, TEXT("[1]"), NULL, 0) == WEFT_WRONG_TYPE);
  CHECK(weft_ytype_insert_type(txn, type, 0, NULL, 0, NULL, 0, &sub) == WEFT_WRONG_TYPE);
  CHECK(weft_ytype_format(txn, type, 0, 1, TEXT("{}")) == WEFT_WRONG_TYPE);
  CHECK(weft_ytype_remove(txn, type, 0, 1) == WEFT_WRONG_TYPE);
  CHECK(weft_ytype_set_attr(txn, type, TEXT("x"), TEXT("1")) == WEFT_WRONG_TYPE);
  CHECK(weft_ytype_set_attr_type(txn, type, TEXT("x"), NULL, 0, &sub) == WEFT_WRONG_TYPE);
  CHECK(weft_ytype_delete_attr(txn, type, TEXT("lang")) == WEFT_WRONG_TYPE);
  CHECK(weft_ytype_apply_delta(txn, type, TEXT("{\"type\":\"delta\"}")) == WEFT_WRONG_TYPE);
  weft_commit(txn);
  weft_doc_free(other);
  weft_doc_free(doc);
}

int main(void) {
  test_text();
  test_containers();
  test_refusals();
  test_xml();
  test_observers();
  test_subdocs();
  test_awareness();
  test_undo();
  test_undo_everything();
  test_updates();
  test_history();
  test_ytype();
  test_ytype_refusals();
  printf("%d checks of the C ABI hold\n", checks);
  return 0;
}
