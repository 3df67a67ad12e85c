/* The rest of the C ABI, from C: any values, subdocuments' options, undo with meta and filters,
 * users, awareness, and what updates hold. */
#include "check.h"

static void test_any(void) {
  static const char* const values[] = {"7f", "7a0000000000000007", "7d40", "7b7ff8000000000000",
                                       "7402ff00"};
  weft_doc* doc = weft_doc_new(1, 1);
  const weft_type map = weft_root(doc, TEXT("m"), WEFT_MAP);
  const weft_type list = weft_root(doc, TEXT("l"), WEFT_ARRAY);
  weft_bytes out;
  for (size_t i = 0; i < sizeof values / sizeof *values; ++i) {
    uint8_t any[16];
    const size_t size = strlen(values[i]) / 2;
    for (size_t k = 0; k < size; ++k) {
      unsigned digit = 0;
      CHECK(sscanf(values[i] + 2 * k, "%2x", &digit) == 1);
      any[k] = (uint8_t)digit;
    }
    weft_transaction* txn = weft_transact(doc, 0);
    CHECK(weft_map_set_any(txn, map, TEXT("k"), any, size) == WEFT_OK);
    CHECK(weft_map_set_any(txn, map, TEXT("k"), any, size - 1) != WEFT_OK || i == 4);
    CHECK(weft_map_set_any(txn, list, TEXT("k"), any, size) == WEFT_WRONG_TYPE);
    CHECK(weft_array_insert_any(txn, map, 0, any, size) == WEFT_WRONG_TYPE);
    CHECK(weft_array_insert_any(txn, list, 0, any, 0) == WEFT_UNEXPECTED_END);
    /* As in Yjs: what is undefined or a big integer stands in maps alone. */
    const weft_status inserted = weft_array_insert_any(txn, list, 0, any, size);
    CHECK(inserted == (i < 2 ? WEFT_WRONG_TYPE : WEFT_OK));
    weft_commit(txn);
    CHECK(weft_map_get_any(map, TEXT("k"), &out) == WEFT_OK && is_hex(out, values[i]));
    if (i < 2) continue;
    CHECK(weft_array_get_any(list, 0, &out) == WEFT_OK && is_hex(out, values[i]));
  }
  CHECK(weft_array_get_any(list, 9, &out) == WEFT_NOT_FOUND);
  weft_doc_free(doc);
}

static void test_subdocs(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  const weft_type list = weft_root(doc, TEXT("l"), WEFT_ARRAY);
  const weft_type map = weft_root(doc, TEXT("m"), WEFT_MAP);
  const weft_subdoc_options options = {"G", 1, "{\"a\":1}", 7, 1, 1, 1};
  const weft_subdoc_options plain = {"H", 1, NULL, 0, 0, 0, 0};
  const weft_subdoc_options odd = {"H", 1, "{", 1, 0, 0, 0};
  weft_subdoc first;
  weft_subdoc second;
  weft_transaction* txn = weft_transact(doc, 0);
  CHECK(weft_array_insert_subdoc_with(txn, list, 0, &options, &first) == WEFT_OK);
  CHECK(weft_map_set_subdoc_with(txn, map, TEXT("k"), &plain, &second) == WEFT_OK);
  CHECK(weft_array_insert_subdoc_with(txn, list, 0, &odd, &first) == WEFT_INVALID_JSON);
  CHECK(weft_map_set_subdoc_with(txn, map, TEXT("k"), &odd, &first) == WEFT_INVALID_JSON);
  CHECK(weft_array_insert_subdoc_with(txn, map, 0, &plain, &first) == WEFT_WRONG_TYPE);
  CHECK(weft_map_set_subdoc_with(txn, list, TEXT("k"), &plain, &first) == WEFT_WRONG_TYPE);
  weft_commit(txn);
  CHECK(!weft_subdoc_gc(first) && weft_subdoc_auto_load(first) && !weft_subdoc_should_load(first));
  CHECK(weft_subdoc_gc(second) && !weft_subdoc_auto_load(second));
  CHECK(weft_subdoc_should_load(second));
  weft_subdoc found[2] = {{NULL, 0}, {NULL, 0}};
  CHECK(weft_doc_subdocs(doc, found, 1) == 2);
  CHECK(is(weft_subdoc_guid(found[0]), "G") && found[1].doc == NULL);
  weft_bytes state;
  CHECK(weft_doc_encode_state(doc, NULL, 0, WEFT_V1, &state) == WEFT_OK);
  /* Yjs: new Y.Doc({ guid: 'G', gc: false, autoLoad: true, meta: { a: 1 } }), and 'H'. */
  CHECK(is_hex(state,
               "010201000901016c0147760302676379086175746f4c6f616478046d657461760101617d012901016d0"
               "16b0148760000"));
  weft_doc_free(doc);
}

static void test_xml(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  const weft_type fragment = weft_root(doc, TEXT("x"), WEFT_XML_FRAGMENT);
  weft_type p;
  weft_type inner;
  weft_type found[2] = {{NULL, 0}, {NULL, 0}};
  weft_transaction* txn = weft_transact(doc, 0);
  CHECK(weft_array_insert_type(txn, fragment, 0, WEFT_XML_ELEMENT, TEXT("p"), &p) == WEFT_OK);
  CHECK(weft_array_insert_type(txn, p, 0, WEFT_XML_ELEMENT, TEXT("P"), &inner) == WEFT_OK);
  weft_commit(txn);
  CHECK(weft_xml_query_all(fragment, TEXT("p"), found, 2) == 2);
  CHECK(weft_type_equal(found[0], p) && weft_type_equal(found[1], inner));
  CHECK(weft_xml_query_all(p, TEXT("p"), found, 1) == 1 && weft_type_equal(found[0], inner));
  CHECK(weft_xml_query_all(fragment, TEXT("q"), found, 2) == 0);
  CHECK(weft_xml_query_all(weft_root(doc, TEXT("m"), WEFT_MAP), TEXT("p"), found, 2) == 0);
  weft_doc_free(doc);
}

struct undo_log {
  char text[512];
  int captures;
  int keeps;
};

static uint64_t stopped(void* context) {
  (void)context;
  return 1000;
}

static int captures(void* context, uint64_t origin, int local) {
  const struct undo_log* log = context;
  CHECK(local);
  return origin != 3 && log->captures;
}

static int may_delete(void* context, const weft_item* item) {
  const struct undo_log* log = context;
  CHECK(item->client == 1 && item->length > 0);
  CHECK(weft_type_exists(item->parent));
  if (!log->keeps) return 1;
  return item->key == NULL && !item->is_type;
}

static void note_step(void* context, weft_undo_event event, int redo, weft_step* step) {
  struct undo_log* log = context;
  weft_bytes meta;
  const size_t used = strlen(log->text);
  if (step == NULL) {
    snprintf(log->text + used, sizeof log->text - used, "%d%d ", (int)event, redo);
    return;
  }
  if (event == WEFT_STEP_ADDED) {
    CHECK(weft_step_meta(step, &meta) == WEFT_NOT_FOUND);
    weft_step_set_meta(step, (const uint8_t*)"one", 3);
    weft_step_set_meta(step, (const uint8_t*)(redo ? "redo" : "undo"), 4);
  }
  weft_bytes ids = weft_step_ids(step);
  CHECK(weft_step_meta(step, &meta) == WEFT_OK);
  snprintf(log->text + used, sizeof log->text - used, "%d%d:%s:%d ", (int)event, redo,
           (const char*)meta.data, (int)ids.size);
  weft_bytes_free(&meta);
  weft_bytes_free(&ids);
}

static void edit(weft_doc* doc, uint64_t origin, const char* key, const char* json) {
  weft_transaction* txn = weft_transact(doc, origin);
  const weft_type map = weft_root(doc, TEXT("m"), WEFT_MAP);
  CHECK(weft_map_set(txn, map, TEXT(key), TEXT(json)) == WEFT_OK);
  weft_commit(txn);
}

static void test_undo(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  const weft_type map = weft_root(doc, TEXT("m"), WEFT_MAP);
  struct undo_log log = {"", 1, 0};
  const weft_undo_options options = {500, stopped, captures, may_delete, 1, &log};
  weft_undo* undo = weft_undo_new_with(doc, &map, 1, &options);
  weft_subscription* observed = weft_observe_undo(undo, note_step, &log);
  edit(doc, 0, "a", "1");
  edit(doc, 0, "b", "2");
  weft_undo_track(undo, 3);
  edit(doc, 3, "c", "3");
  CHECK(strcmp(log.text, "00:undo:6 10:undo:6 ") == 0);
  CHECK(weft_undo_undo(undo));
  CHECK(is(weft_type_to_json(map), "{\"c\":3}"));
  CHECK(weft_undo_redo(undo));
  CHECK(is(weft_type_to_json(map), "{\"a\":1,\"b\":2,\"c\":3}"));
  log.text[0] = 0;
  weft_undo_clear(undo);
  CHECK(strcmp(log.text, "30 31 ") == 0);
  log.keeps = 1;
  edit(doc, 0, "d", "4");
  CHECK(weft_undo_undo(undo) == 0);
  CHECK(is(weft_type_to_json(map), "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}"));
  log.captures = 0;
  edit(doc, 0, "e", "5");
  CHECK(!weft_undo_can_undo(undo));
  weft_unobserve(observed);
  weft_undo_free(undo);
  weft_doc_free(doc);
}

static void test_users(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  weft_users* users = weft_users_new(doc, TEXT("users"));
  const weft_type text = weft_root(doc, TEXT("t"), WEFT_TEXT);
  weft_bytes name;
  CHECK(weft_users_map(users, 1, TEXT("Ann")) == WEFT_OK);
  weft_transaction* txn = weft_transact(doc, 0);
  CHECK(weft_text_insert(txn, text, 0, TEXT("abc"), NULL, 0) == WEFT_OK);
  weft_commit(txn);
  txn = weft_transact(doc, 0);
  CHECK(weft_text_remove(txn, text, 1, 1) == WEFT_OK);
  weft_commit(txn);
  CHECK(weft_users_flush(users) == WEFT_OK);
  CHECK(weft_users_of_client(users, 1, &name) == WEFT_OK && is(name, "Ann"));
  CHECK(weft_users_of_client(users, 2, &name) == WEFT_NOT_FOUND);
  weft_bytes position;
  CHECK(weft_position_create(text, 0, 0, &position) == WEFT_OK && position.data[0] == 0);
  const uint64_t a = position.data[2];
  weft_bytes_free(&position);
  CHECK(weft_users_of_deleted(users, 1, a + 1, &name) == WEFT_OK && is(name, "Ann"));
  CHECK(weft_users_of_deleted(users, 1, a, &name) == WEFT_NOT_FOUND);
  weft_users_free(users);
  weft_doc_free(doc);
}

static const char* named(void* context, uint64_t client, const char* json, size_t size,
                         size_t* new_size) {
  static const char kOther[] = "{\"server\":true}";
  CHECK(client == 5 || client == 6);
  *(size_t*)context += size;
  if (client == 6) return NULL;
  CHECK(strncmp(json, "{\"name\":\"Zoe\"}", size) == 0);
  *new_size = strlen(kOther);
  return kOther;
}

static const char* no_json(void* context, uint64_t client, const char* json, size_t size,
                           size_t* new_size) {
  (void)context, (void)client, (void)json, (void)size;
  *new_size = 1;
  return "{";
}

static void test_awareness(void) {
  weft_awareness* here = weft_awareness_new();
  weft_bytes out;
  CHECK(weft_awareness_set(here, 5, TEXT("{\"name\":\"Zoe\"}"), 0, &out) == WEFT_OK);
  weft_bytes_free(&out);
  CHECK(is(weft_awareness_changes(here),
           "{\"added\":[5],\"updated\":[],\"changed\":[],\"removed\":[]}"));
  CHECK(weft_awareness_set(here, 5, TEXT("{ \"name\":\"Zoe\"}"), 0, &out) == WEFT_OK);
  weft_bytes_free(&out);
  CHECK(is(weft_awareness_changes(here),
           "{\"added\":[],\"updated\":[5],\"changed\":[],\"removed\":[]}"));
  CHECK(weft_awareness_set(here, 6, TEXT("1"), 0, &out) == WEFT_OK);
  weft_bytes_free(&out);
  CHECK(weft_awareness_set(here, 6, TEXT("2"), 0, &out) == WEFT_OK);
  weft_bytes_free(&out);
  CHECK(is(weft_awareness_changes(here),
           "{\"added\":[],\"updated\":[6],\"changed\":[6],\"removed\":[]}"));
  weft_bytes all = weft_awareness_encode(here);
  size_t heard = 0;
  CHECK(weft_awareness_modify(all.data, all.size, named, &heard, &out) == WEFT_OK);
  CHECK(heard == 15);
  CHECK(is_hex(out, "0205020f7b22736572766572223a747275657d06020132"));
  CHECK(weft_awareness_modify(all.data, all.size, no_json, NULL, &out) == WEFT_INVALID_JSON);
  CHECK(weft_awareness_modify(all.data, 1, named, &heard, &out) == WEFT_UNEXPECTED_END);
  weft_bytes_free(&all);
  /* More than awareness holds. */
  const size_t much = (size_t)17 << 20;
  char* long_state = malloc(much);
  CHECK(long_state != NULL);
  memset(long_state, '1', much);
  long_state[0] = long_state[much - 1] = '"';
  CHECK(weft_awareness_set(here, 7, long_state, much, 0, &out) == WEFT_TOO_LARGE);
  free(long_state);
  const uint64_t both[] = {5, 6};
  CHECK(is_hex(weft_awareness_remove(here, both, 2), "020503046e756c6c0603046e756c6c"));
  CHECK(is(weft_awareness_changes(here),
           "{\"added\":[],\"updated\":[],\"changed\":[],\"removed\":[5,6]}"));
  weft_awareness_free(here);
}

struct change_log {
  weft_type types[2];
  int calls;
  char text[256];
};

static void note_change(void* context, const weft_change* change) {
  struct change_log* log = context;
  weft_bytes before = weft_change_before(change);
  weft_bytes after = weft_change_after(change);
  weft_bytes ids = weft_change_ids(change);
  snprintf(log->text, sizeof log->text, "%d %d %d:%d:%d %d", (int)weft_change_origin(change),
           weft_change_local(change), (int)before.size, (int)after.size, (int)ids.size,
           (int)weft_change_types(change, log->types, 2));
  log->calls++;
  if (log->calls == 1) CHECK(is_hex(after, "010101") && is_hex(ids, "010101000000"));
  weft_bytes_free(&before);
  if (log->calls == 1) return;
  weft_bytes_free(&after);
  weft_bytes_free(&ids);
}

static void test_changes(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  const weft_type map = weft_root(doc, TEXT("m"), WEFT_MAP);
  struct change_log log = {{{NULL, 0}, {NULL, 0}}, 0, ""};
  weft_subscription* observed = weft_observe_changes(doc, note_change, &log);
  weft_type inner;
  weft_transaction* txn = weft_transact(doc, 5);
  CHECK(weft_map_set_type(txn, map, TEXT("t"), WEFT_TEXT, NULL, 0, &inner) == WEFT_OK);
  weft_commit(txn);
  CHECK(strcmp(log.text, "5 1 1:3:6 1") == 0 && weft_type_equal(log.types[0], map));
  txn = weft_transact(doc, 0);
  CHECK(weft_text_insert(txn, inner, 0, TEXT("ab"), NULL, 0) == WEFT_OK);
  weft_commit(txn);
  CHECK(log.calls == 2 && weft_type_equal(log.types[0], inner));
  weft_unobserve(observed);
  uint64_t client = 0;
  uint64_t clock = 9;
  weft_bytes name;
  weft_type found;
  CHECK(weft_type_root_name(map, &name) == WEFT_OK && is(name, "m"));
  CHECK(weft_type_root_name(inner, &name) == WEFT_NOT_FOUND);
  CHECK(weft_type_id(inner, &client, &clock) == WEFT_OK && client == 1 && clock == 0);
  CHECK(weft_type_id(map, &client, &clock) == WEFT_NOT_FOUND);
  CHECK(weft_doc_find_type(doc, 1, 0, &found) == WEFT_OK && weft_type_equal(found, inner));
  CHECK(weft_doc_find_type(doc, 1, 1, &found) == WEFT_NOT_FOUND);
  CHECK(weft_doc_find_type(doc, 7, 0, &found) == WEFT_NOT_FOUND);
  CHECK(is(weft_doc_missing(doc), "[]"));
  static const uint8_t waiting[] = {1, 1, 2, 0, 0x84, 9, 4, 1, 'b', 0};
  CHECK(weft_doc_apply(doc, waiting, sizeof waiting, WEFT_V1, 0) == WEFT_OK);
  CHECK(is(weft_doc_missing(doc), "[[9,0]]"));
  weft_doc_free(doc);
}

static void test_inspect(void) {
  weft_doc* doc = weft_doc_new(1, 1);
  const weft_type map = weft_root(doc, TEXT("m"), WEFT_MAP);
  weft_type inner;
  weft_transaction* txn = weft_transact(doc, 0);
  CHECK(weft_map_set(txn, map, TEXT("k"), TEXT("1")) == WEFT_OK);
  CHECK(weft_map_set(txn, map, TEXT("k"), TEXT("[2]")) == WEFT_OK);
  CHECK(weft_map_set_type(txn, map, TEXT("t"), WEFT_TEXT, NULL, 0, &inner) == WEFT_OK);
  CHECK(weft_text_insert(txn, inner, 0, TEXT("hi"), NULL, 0) == WEFT_OK);
  CHECK(weft_text_insert(txn, inner, 0, TEXT("x"), NULL, 0) == WEFT_OK);
  weft_commit(txn);
  weft_bytes state;
  weft_bytes out;
  weft_bytes from;
  CHECK(weft_doc_encode_state(doc, NULL, 0, WEFT_V2, &state) == WEFT_OK);
  CHECK(weft_update_to_json(state.data, state.size, WEFT_V2, &out) == WEFT_OK);
  CHECK(is(out,
           "{\"structs\":[{\"client\":1,\"clock\":0,\"length\":1,\"kind\":\"deleted\","
           "\"parent\":\"m\",\"parentSub\":\"k\"},{\"client\":1,\"clock\":1,\"length\":1,"
           "\"kind\":\"any\",\"origin\":[1,0],\"values\":[[2]]},{\"client\":1,\"clock\":2,"
           "\"length\":1,\"kind\":\"type\",\"parent\":\"m\",\"parentSub\":\"t\",\"typeRef\":2},"
           "{\"client\":1,\"clock\":3,\"length\":2,\"kind\":\"string\",\"parent\":[1,2],"
           "\"text\":\"hi\"},{\"client\":1,\"clock\":5,\"length\":1,\"kind\":\"string\","
           "\"rightOrigin\":[1,3],\"text\":\"x\"}],\"deletes\":[[1,0,1]]}"));
  CHECK(weft_update_to_json(state.data, state.size - 1, WEFT_V2, &out) == WEFT_UNEXPECTED_END);
  CHECK(weft_update_meta(state.data, state.size, WEFT_V2, &from, &out) == WEFT_OK);
  CHECK(is_hex(from, "010100") && is_hex(out, "010106"));
  CHECK(weft_update_meta(state.data, 1, WEFT_V2, &from, &out) == WEFT_UNEXPECTED_END);
  weft_bytes_free(&state);
  weft_doc_free(doc);
}

int main(void) {
  test_any();
  test_subdocs();
  test_xml();
  test_undo();
  test_users();
  test_awareness();
  test_changes();
  test_inspect();
  printf("%d checks hold\n", checks);
  return 0;
}
