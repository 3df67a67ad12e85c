/* Weft's engine for C, and for every language that can call C.
 *
 * Handles. weft_doc, weft_transaction, weft_subscription, weft_undo and weft_awareness are made by
 * a function and ended by another. A weft_type or weft_subdoc is a small value that stays valid as
 * long as its document; what it names may be gone, which functions then say.
 *
 * Text is UTF-8 with its size in bytes; it need not end in a zero. Indices and lengths inside a
 * text are UTF-16 code units, elsewhere elements. Values, formats, deltas and events are JSON text;
 * what JSON cannot say (bytes, undefined, big integers, -0, NaN, infinity) crosses over as lib0's
 * `any`, and bytes have functions of their own.
 *
 * A function that can fail gives a weft_status; if it did, nothing was changed, and what it would
 * have given through a pointer was not written. WEFT_OK is 0; weft_message tells every other in
 * words. What is handed out as weft_bytes belongs to the caller, who frees it with weft_bytes_free.
 * Null is no valid handle anywhere, and no pointer may be null but where it is said.
 *
 * What is said about who wrote what, and suggestions, have a header of their own:
 * weft_attributions.h.
 *
 * A document and everything made from it belong to one thread at a time. Callbacks run inside the
 * call that caused them, on its thread, and must return.
 */
#ifndef WEFT_H
#define WEFT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- Bytes, text, errors ---------------------------------------------------------------------- */

/* Memory that the engine gave away. `data` ends in a zero that `size` does not count. */
typedef struct weft_bytes {
  uint8_t* data;
  size_t size;
} weft_bytes;

/* Frees and empties; nothing for empty ones. */
void weft_bytes_free(weft_bytes* bytes);

typedef enum weft_status {
  WEFT_OK = 0,
  WEFT_NOT_FOUND = 1,        /* no such key, place or element: nothing was wrong */
  WEFT_UNEXPECTED_END = 2,   /* the input ended inside a value */
  WEFT_NUMBER_TOO_LARGE = 3, /* an integer above 2^53 - 1, or a clock above 2^32 - 1 */
  WEFT_INVALID_UTF8 = 4,
  WEFT_INVALID_JSON = 5,
  WEFT_INVALID_DATA = 6, /* bytes that no Yjs writes */
  WEFT_TOO_DEEP = 7,
  WEFT_TOO_LARGE = 8, /* more than a document can hold */
  WEFT_OUT_OF_RANGE = 9,
  WEFT_WRONG_TYPE = 10, /* a deleted type, another kind, or one of another document */
  WEFT_COLLECTED = 11   /* the content is gone: gc is on */
} weft_status;

/* One short English sentence. Static. */
const char* weft_message(weft_status status);

/* For instance "0.1.0". Static. */
const char* weft_version(void);

typedef enum weft_encoding { WEFT_V1 = 1, WEFT_V2 = 2 } weft_encoding;

/* --- Documents -------------------------------------------------------------------------------- */

typedef struct weft_doc weft_doc;
typedef struct weft_transaction weft_transaction;

/* `client_id` is unique among all replicas: draw 32 bits at random. `gc`: not 0 to let go of
 * deleted content. */
weft_doc* weft_doc_new(uint64_t client_id, int gc);
/* The same, for updates that are not trusted: `hash_seed` is random, so that nobody can choose keys
 * that collide. `compat`: 13 or 14, the Yjs whose bytes are written. */
weft_doc* weft_doc_new_seeded(uint64_t client_id, int gc, int compat, uint64_t hash_seed);
typedef struct weft_doc_options {
  uint64_t client_id;
  uint64_t hash_seed;
  int gc;
  int compat;
  /* Not 0 in a document of suggestions: formats that have no effect stay, for they may yet get one
   * (@y/y 14 isSuggestionDoc). */
  int keeps_formats;
} weft_doc_options;
weft_doc* weft_doc_new_with(const weft_doc_options* options);
/* After the transactions of the document were committed. */
void weft_doc_free(weft_doc* doc);
uint64_t weft_doc_client_id(const weft_doc* doc);
/* All roots that were asked for, by name, as JSON (Yjs Doc.toJSON). */
weft_bytes weft_doc_to_json(const weft_doc* doc);
/* The names of the root types, as a JSON array. */
weft_bytes weft_doc_roots(const weft_doc* doc);

/* Yjs applyUpdate. `origin` is what observers are told. */
weft_status weft_doc_apply(weft_doc* doc, const uint8_t* update, size_t size,
                           weft_encoding encoding, uint64_t origin);
/* Yjs encodeStateAsUpdate: what a replica with that state vector lacks; without one, everything. */
weft_status weft_doc_encode_state(const weft_doc* doc, const uint8_t* state_vector, size_t size,
                                  weft_encoding encoding, weft_bytes* out);
/* Yjs encodeStateVector. */
weft_bytes weft_doc_state_vector(const weft_doc* doc);
/* Not 0 while structs or deletes wait for others that have not arrived. */
int weft_doc_has_pending(const weft_doc* doc);
/* What waiting structs wait for: a JSON array of [client, clock]. */
weft_bytes weft_doc_missing(const weft_doc* doc);
/* Grows with each change: an update after which it is the same brought nothing. */
uint64_t weft_doc_revision(const weft_doc* doc);

/* Opens a transaction, or joins the one that is open. Edits take one; all that is done in it is
 * told to observers, and emitted, as one change. */
weft_transaction* weft_transact(weft_doc* doc, uint64_t origin);
/* Ends it: `transaction` is no handle any more. */
void weft_commit(weft_transaction* transaction);

/* --- Updates without a document --------------------------------------------------------------- */

typedef struct weft_view {
  const uint8_t* data;
  size_t size;
} weft_view;

/* Yjs mergeUpdates. */
weft_status weft_merge_updates(const weft_view* updates, size_t count, weft_encoding encoding,
                               weft_bytes* out);
/* Yjs diffUpdate. */
weft_status weft_diff_update(const uint8_t* update, size_t size, const uint8_t* state_vector,
                             size_t vector_size, weft_encoding encoding, weft_bytes* out);
/* Yjs encodeStateVectorFromUpdate. */
weft_status weft_state_vector_from_update(const uint8_t* update, size_t size,
                                          weft_encoding encoding, weft_bytes* out);
/* Yjs convertUpdateFormatV1ToV2 and back. */
weft_status weft_convert_update(const uint8_t* update, size_t size, weft_encoding from,
                                weft_encoding to, weft_bytes* out);
/* Yjs obfuscateUpdate: the same structs with numbers for what people wrote. */
weft_status weft_obfuscate_update(const uint8_t* update, size_t size, weft_encoding encoding,
                                  weft_bytes* out);
/* Whether it can be read to its end. */
weft_status weft_validate_update(const uint8_t* update, size_t size, weft_encoding encoding);
/* Yjs parseUpdateMeta: where each client's structs begin and end, as two state vectors. */
weft_status weft_update_meta(const uint8_t* update, size_t size, weft_encoding encoding,
                             weft_bytes* from, weft_bytes* to);
/* For people (Yjs decodeUpdate): {"structs": [{"client", "clock", "length", "kind" and what it
 * has of "origin", "rightOrigin", "parent", "parentSub", "values", "text", "typeRef"}], "deletes":
 * [[client, clock, length]]}. */
weft_status weft_update_to_json(const uint8_t* update, size_t size, weft_encoding encoding,
                                weft_bytes* out);

/* --- Shared types ----------------------------------------------------------------------------- */

typedef enum weft_kind {
  WEFT_ARRAY = 0,
  WEFT_MAP = 1,
  WEFT_TEXT = 2,
  WEFT_XML_ELEMENT = 3,
  WEFT_XML_FRAGMENT = 4,
  WEFT_XML_HOOK = 5,
  WEFT_XML_TEXT = 6
} weft_kind;

/* A handle. Its members are the engine's. */
typedef struct weft_type {
  void* doc;
  uint32_t number;
} weft_type;

/* The root type of that name, made where it is missing, as the kind that it was first asked for
 * as. A hook is no root. */
weft_type weft_root(weft_doc* doc, const char* name, size_t size, weft_kind kind);
/* The type that events name by this number. */
weft_type weft_doc_type(weft_doc* doc, uint32_t number);
/* WEFT_NOT_FOUND where only other engines know the kind. */
weft_status weft_type_kind(weft_type type, weft_kind* out);
/* 0 once it was deleted. */
int weft_type_exists(weft_type type);
/* The name of a root; WEFT_NOT_FOUND for a type that stands in another one. */
weft_status weft_type_root_name(weft_type type, weft_bytes* out);
/* The id by which other replicas find a nested type; WEFT_NOT_FOUND for a root, for a type that was
 * collected, and where that id holds none. */
weft_status weft_type_id(weft_type type, uint64_t* client, uint64_t* clock);
weft_status weft_doc_find_type(weft_doc* doc, uint64_t client, uint64_t clock, weft_type* out);
/* What it stands in; WEFT_NOT_FOUND for a root, and for a type that was collected. */
weft_status weft_type_parent(weft_type type, weft_type* out);

/* Yjs toJSON. */
weft_bytes weft_type_to_json(weft_type type);
/* Of a text: the text without formats. Of XML: the markup. Else as weft_type_to_json. */
weft_bytes weft_type_to_string(weft_type type);
/* Units of a text, elements of an array, children of a fragment, keys of a map. */
uint32_t weft_type_length(weft_type type);
int weft_type_equal(weft_type a, weft_type b);

/* Text; also XML text. `attributes` are a JSON object, or null for the formats that are in force at
 * that place. */
weft_status weft_text_insert(weft_transaction* transaction, weft_type text, uint32_t index,
                             const char* insert, size_t size, const char* attributes,
                             size_t attributes_size);
weft_status weft_text_insert_embed(weft_transaction* transaction, weft_type text, uint32_t index,
                                   const char* json, size_t size, const char* attributes,
                                   size_t attributes_size);
weft_status weft_text_remove(weft_transaction* transaction, weft_type text, uint32_t index,
                             uint32_t length);
weft_status weft_text_format(weft_transaction* transaction, weft_type text, uint32_t index,
                             uint32_t length, const char* attributes, size_t attributes_size);
/* A Quill delta: a JSON array of operations. */
weft_status weft_text_apply_delta(weft_transaction* transaction, weft_type text, const char* delta,
                                  size_t size);
/* Of another type than a text: []. */
weft_bytes weft_text_to_delta(weft_type text);

/* Array, XML fragment and element. `json` is an array of the values to insert. */
weft_status weft_array_insert(weft_transaction* transaction, weft_type array, uint32_t index,
                              const char* json, size_t size);
/* At the end; not for XML. */
weft_status weft_array_push(weft_transaction* transaction, weft_type array, const char* json,
                            size_t size);
weft_status weft_array_insert_bytes(weft_transaction* transaction, weft_type array, uint32_t index,
                                    const uint8_t* data, size_t size);
/* Makes an empty type; `name` is that of an XML element or hook, else null. Works for XML
 * fragments and elements, too. */
weft_status weft_array_insert_type(weft_transaction* transaction, weft_type array, uint32_t index,
                                   weft_kind kind, const char* name, size_t size, weft_type* out);
weft_status weft_array_remove(weft_transaction* transaction, weft_type array, uint32_t index,
                              uint32_t length);
/* The value at a place as JSON; WEFT_WRONG_TYPE where a type stands, WEFT_NOT_FOUND beyond the
 * end. */
weft_status weft_array_get(weft_type array, uint32_t index, weft_bytes* json);
weft_status weft_array_get_type(weft_type array, uint32_t index, weft_type* out);
/* WEFT_WRONG_TYPE where no bytes stand. */
weft_status weft_array_get_bytes(weft_type array, uint32_t index, weft_bytes* out);

/* Any value, as lib0 encodes one. */
weft_status weft_array_insert_any(weft_transaction* transaction, weft_type array, uint32_t index,
                                  const uint8_t* any, size_t size);
weft_status weft_array_get_any(weft_type array, uint32_t index, weft_bytes* out);

/* XML. As weft_array_insert_type, right behind `reference`, a child. */
weft_status weft_xml_insert_after(weft_transaction* transaction, weft_type parent,
                                  weft_type reference, weft_kind kind, const char* name,
                                  size_t size, weft_type* out);
/* WEFT_NOT_FOUND where there is none, or no type. */
weft_status weft_xml_next_sibling(weft_type node, weft_type* out);
weft_status weft_xml_prev_sibling(weft_type node, weft_type* out);
/* The elements below with that nodeName, upper and lower case being alike (Yjs querySelectorAll):
 * how many there are, and the first `capacity` of them through `out`, in document order. */
size_t weft_xml_query_all(weft_type fragment, const char* name, size_t size, weft_type* out,
                          size_t capacity);
/* nodeName of an element, hookName of a hook; WEFT_WRONG_TYPE for others. */
weft_status weft_xml_name(weft_type node, weft_bytes* out);

/* Map; also the attributes of XML elements and texts, and of texts as a whole. */
weft_status weft_map_set(weft_transaction* transaction, weft_type map, const char* key,
                         size_t key_size, const char* json, size_t size);
weft_status weft_map_set_bytes(weft_transaction* transaction, weft_type map, const char* key,
                               size_t key_size, const uint8_t* data, size_t size);
/* `name` as in weft_array_insert_type. */
weft_status weft_map_set_type(weft_transaction* transaction, weft_type map, const char* key,
                              size_t key_size, weft_kind kind, const char* name, size_t size,
                              weft_type* out);
weft_status weft_map_remove(weft_transaction* transaction, weft_type map, const char* key,
                            size_t key_size);
weft_status weft_map_get(weft_type map, const char* key, size_t key_size, weft_bytes* json);
weft_status weft_map_get_type(weft_type map, const char* key, size_t key_size, weft_type* out);
weft_status weft_map_get_bytes(weft_type map, const char* key, size_t key_size, weft_bytes* out);
/* As weft_array_insert_any. */
weft_status weft_map_set_any(weft_transaction* transaction, weft_type map, const char* key,
                             size_t key_size, const uint8_t* any, size_t size);
weft_status weft_map_get_any(weft_type map, const char* key, size_t key_size, weft_bytes* out);
weft_status weft_map_clear(weft_transaction* transaction, weft_type map);
/* The keys that have a value, as a JSON array. */
weft_bytes weft_map_keys(weft_type map);

/* The one type of @y/y 14 (YType): a list of text, values and types with formats on them, and
 * attributes. Any type can be used as one; make the document by
 * weft_doc_new_seeded for 14. `format` is a JSON
 * object, or null for none; `name` of a new type may be null. */
weft_type weft_ytype_root(weft_doc* doc, const char* name, size_t size);
/* WEFT_NOT_FOUND where it has none. */
weft_status weft_ytype_name(weft_type type, weft_bytes* out);
uint32_t weft_ytype_length(weft_type type);
weft_bytes weft_ytype_to_json(weft_type type);
weft_bytes weft_ytype_to_string(weft_type type);
/* toDelta and toDeltaDeep as JSON; not deep, a type in it stands as its toJSON. */
weft_bytes weft_ytype_to_delta(weft_type type, int deep);
/* A value as JSON, a unit of text as a string. WEFT_NOT_FOUND where nothing stands, WEFT_WRONG_TYPE
 * where something of another kind does. */
weft_status weft_ytype_get(weft_type type, uint32_t index, weft_bytes* json);
weft_status weft_ytype_get_type(weft_type type, uint32_t index, weft_type* out);
weft_status weft_ytype_get_attr(weft_type type, const char* key, size_t key_size, weft_bytes* json);
weft_status weft_ytype_get_attr_type(weft_type type, const char* key, size_t key_size,
                                     weft_type* out);
weft_status weft_ytype_insert_text(weft_transaction* transaction, weft_type type, uint32_t index,
                                   const char* text, size_t size, const char* format,
                                   size_t format_size);
/* `json` is an array of the values to insert. */
weft_status weft_ytype_insert(weft_transaction* transaction, weft_type type, uint32_t index,
                              const char* json, size_t size, const char* format,
                              size_t format_size);
weft_status weft_ytype_insert_type(weft_transaction* transaction, weft_type type, uint32_t index,
                                   const char* name, size_t size, const char* format,
                                   size_t format_size, weft_type* out);
weft_status weft_ytype_format(weft_transaction* transaction, weft_type type, uint32_t index,
                              uint32_t length, const char* format, size_t format_size);
weft_status weft_ytype_remove(weft_transaction* transaction, weft_type type, uint32_t index,
                              uint32_t length);
weft_status weft_ytype_set_attr(weft_transaction* transaction, weft_type type, const char* key,
                                size_t key_size, const char* json, size_t size);
weft_status weft_ytype_set_attr_type(weft_transaction* transaction, weft_type type, const char* key,
                                     size_t key_size, const char* name, size_t size,
                                     weft_type* out);
weft_status weft_ytype_delete_attr(weft_transaction* transaction, weft_type type, const char* key,
                                   size_t key_size);
/* What weft_ytype_to_delta gives, and changes: retain, delete, modify, as lib0 writes them. */
weft_status weft_ytype_apply_delta(weft_transaction* transaction, weft_type type, const char* json,
                                   size_t size);

/* --- Subdocuments ----------------------------------------------------------------------------- */

/* One instance of a document that stands in another. Its contents travel by themselves: the program
 * makes a weft_doc for its guid. Its members are the engine's. */
typedef struct weft_subdoc {
  void* doc;
  uint32_t number;
} weft_subdoc;

/* `meta` is JSON text, or null for none. */
weft_status weft_array_insert_subdoc(weft_transaction* transaction, weft_type array, uint32_t index,
                                     const char* guid, size_t guid_size, const char* meta,
                                     size_t meta_size, weft_subdoc* out);
weft_status weft_map_set_subdoc(weft_transaction* transaction, weft_type map, const char* key,
                                size_t key_size, const char* guid, size_t guid_size,
                                const char* meta, size_t meta_size, weft_subdoc* out);
/* The same with everything that Yjs lets one say. */
typedef struct weft_subdoc_options {
  const char* guid;
  size_t guid_size;
  const char* meta; /* JSON text, or null */
  size_t meta_size;
  int keeps_deleted; /* not 0: no gc. Peers learn of it, and of the next */
  int auto_load;     /* not 0: peers load it as soon as they see it */
  int not_loaded;    /* not 0: here it waits for weft_subdoc_load */
} weft_subdoc_options;
weft_status weft_array_insert_subdoc_with(weft_transaction* transaction, weft_type array,
                                          uint32_t index, const weft_subdoc_options* options,
                                          weft_subdoc* out);
weft_status weft_map_set_subdoc_with(weft_transaction* transaction, weft_type map, const char* key,
                                     size_t key_size, const weft_subdoc_options* options,
                                     weft_subdoc* out);
weft_status weft_array_get_subdoc(weft_type array, uint32_t index, weft_subdoc* out);
weft_status weft_map_get_subdoc(weft_type map, const char* key, size_t key_size, weft_subdoc* out);
/* Empty once it is gone. */
weft_bytes weft_subdoc_guid(weft_subdoc subdoc);
/* JSON text. */
weft_bytes weft_subdoc_meta(weft_subdoc subdoc);
/* As in weft_subdoc_options; `weft_subdoc_should_load`: somebody here wants its contents. */
int weft_subdoc_gc(weft_subdoc subdoc);
int weft_subdoc_auto_load(weft_subdoc subdoc);
int weft_subdoc_should_load(weft_subdoc subdoc);
/* How many subdocuments the document has, and the first `capacity` of them (Yjs Doc.subdocs). */
size_t weft_doc_subdocs(const weft_doc* doc, weft_subdoc* out, size_t capacity);
/* Asks for its contents, and ends this instance (Yjs Doc.load, Doc.destroy). */
void weft_subdoc_load(weft_subdoc subdoc);
void weft_subdoc_destroy(weft_subdoc subdoc);

/* --- Observers -------------------------------------------------------------------------------- */

typedef struct weft_subscription weft_subscription;
/* Ends an observation; also once its document is gone. */
void weft_unobserve(weft_subscription* subscription);

/* Called at the end of each transaction that changed something; `update` is valid during the
 * call. `local` is 0 for a change that came by weft_doc_apply. */
typedef void (*weft_update_callback)(void* context, const uint8_t* update, size_t size,
                                     uint64_t origin, int local);
weft_subscription* weft_observe_updates(weft_doc* doc, weft_encoding encoding,
                                        weft_update_callback callback, void* context);

/* Called at the end of each transaction that added, removed or asked to load subdocuments. */
typedef struct weft_subdocs {
  const weft_subdoc* loaded;
  size_t loaded_count;
  const weft_subdoc* added;
  size_t added_count;
  const weft_subdoc* removed;
  size_t removed_count;
} weft_subdocs;
typedef void (*weft_subdocs_callback)(void* context, const weft_subdocs* subdocs);
weft_subscription* weft_observe_subdocs(weft_doc* doc, weft_subdocs_callback callback,
                                        void* context);

/* Called at the end of each transaction, after the observers of types. */
typedef void (*weft_transaction_callback)(void* context, uint64_t origin, int local);
weft_subscription* weft_observe_transactions(weft_doc* doc, weft_transaction_callback callback,
                                             void* context);

/* The same with all that there is to know of the transaction, valid during the call. */
typedef struct weft_change weft_change;
uint64_t weft_change_origin(const weft_change* change);
int weft_change_local(const weft_change* change);
/* The state vectors before and after it. */
weft_bytes weft_change_before(const weft_change* change);
weft_bytes weft_change_after(const weft_change* change);
/* What it inserted and deleted, as content ids (weft_attributions.h). */
weft_bytes weft_change_ids(const weft_change* change);
/* How many types changed, and the first `capacity` of them, in the order of their changes. */
size_t weft_change_types(const weft_change* change, weft_type* out, size_t capacity);
typedef void (*weft_change_callback)(void* context, const weft_change* change);
weft_subscription* weft_observe_changes(weft_doc* doc, weft_change_callback callback,
                                        void* context);

/* The changes of one type in one transaction, valid during the call. */
typedef struct weft_event weft_event;
weft_type weft_event_target(const weft_event* event);
uint64_t weft_event_origin(const weft_event* event);
int weft_event_local(const weft_event* event);
/* From the observed type to the target: a JSON array of keys and indices. */
weft_bytes weft_event_path(const weft_event* event);
/* A JSON array of operations, as in Yjs: insert, retain, delete; for texts with attributes. In an
 * array a shared type stands as {"type": its number} (weft_doc_type), a subdocument as {"subdoc":
 * its guid}; in a text types stand as their JSON. */
weft_bytes weft_event_delta(const weft_event* event);
/* A JSON object: for each key {"action": "add", "update" or "delete", "oldValue": ...}. */
weft_bytes weft_event_keys(const weft_event* event);

/* `events` are the changes of the type itself and, with `deep`, of all inside it. */
typedef void (*weft_events_callback)(void* context, const weft_event* const* events, size_t count);
weft_subscription* weft_observe(weft_type type, int deep, weft_events_callback callback,
                                void* context);

/* --- Undo ------------------------------------------------------------------------------------- */

typedef struct weft_undo weft_undo;
/* Milliseconds of any clock that does not go back: the engine reads none. */
typedef uint64_t (*weft_clock)(void* context);

/* Undoes what this replica did inside `scope`; with no scope, in the whole document. Changes that
 * follow each other within `capture_timeout` milliseconds are undone together; without a clock,
 * which may be null, all until weft_undo_stop_capturing. Transactions of origin 0 are tracked.
 * After the end of its document it can only be freed. */
weft_undo* weft_undo_new(weft_doc* doc, const weft_type* scope, size_t count,
                         uint64_t capture_timeout, weft_clock clock, void* context);
/* Units that were inserted together, valid during a call. */
typedef struct weft_item {
  uint64_t client, clock, length;
  weft_type parent;
  const char* key; /* of the value of a map, else null */
  size_t key_size;
  int is_type; /* not 0: `type` is what it holds */
  weft_type type;
} weft_item;
typedef struct weft_undo_options {
  uint64_t capture_timeout;
  weft_clock clock; /* or null */
  /* Not 0 if this transaction is remembered; may be null (Yjs captureTransaction). */
  int (*captures)(void* context, uint64_t origin, int local);
  /* Not 0 if what was inserted may be deleted; may be null (Yjs deleteFilter). */
  int (*may_delete)(void* context, const weft_item* item);
  int ignore_remote_map_changes; /* not 0: as Yjs ignoreRemoteMapChanges */
  void* context;                 /* of all three */
} weft_undo_options;
weft_undo* weft_undo_new_with(weft_doc* doc, const weft_type* scope, size_t count,
                              const weft_undo_options* options);
void weft_undo_free(weft_undo* undo);
void weft_undo_track(weft_undo* undo, uint64_t origin);
void weft_undo_untrack(weft_undo* undo, uint64_t origin);
void weft_undo_add_scope(weft_undo* undo, weft_type type);
/* The origin of its own transactions. */
uint64_t weft_undo_origin(const weft_undo* undo);
/* Not 0 if something was undone or redone. */
int weft_undo_undo(weft_undo* undo);
int weft_undo_redo(weft_undo* undo);
int weft_undo_can_undo(const weft_undo* undo);
int weft_undo_can_redo(const weft_undo* undo);
/* The next change begins a new step. */
void weft_undo_stop_capturing(weft_undo* undo);
void weft_undo_clear(weft_undo* undo);

typedef enum weft_undo_event {
  WEFT_STEP_ADDED = 0,   /* a new step can be taken back */
  WEFT_STEP_UPDATED = 1, /* the last one took in one more change */
  WEFT_STEP_POPPED = 2,  /* one was undone or redone */
  WEFT_STACK_CLEARED = 3 /* one stack was emptied; without a step */
} weft_undo_event;
/* One step of a stack; valid during the call. */
typedef struct weft_step weft_step;
/* Keeps a copy of the program's own bytes with the step, for instance where the cursor was. */
void weft_step_set_meta(weft_step* step, const uint8_t* data, size_t size);
/* WEFT_NOT_FOUND where nothing was kept. */
weft_status weft_step_meta(const weft_step* step, weft_bytes* out);
/* What it inserted and deleted, as content ids (weft_attributions.h). */
weft_bytes weft_step_ids(const weft_step* step);
/* `redo`: not 0 where it is about the redo stack. */
typedef void (*weft_undo_callback)(void* context, weft_undo_event event, int redo, weft_step* step);
weft_subscription* weft_observe_undo(weft_undo* undo, weft_undo_callback callback, void* context);

/* --- Positions and snapshots ------------------------------------------------------------------ */

/* Yjs createRelativePositionFromTypeIndex, encoded. `assoc` below 0: clings to what is before. */
weft_status weft_position_create(weft_type type, uint32_t index, int assoc, weft_bytes* out);
/* Where it is now; WEFT_NOT_FOUND while it is nowhere. */
weft_status weft_position_resolve(weft_doc* doc, const uint8_t* position, size_t size,
                                  weft_type* type, uint32_t* index);
/* The form that peers in JavaScript put into awareness (Yjs relativePositionToJSON), and back. */
weft_status weft_position_to_json(const uint8_t* position, size_t size, weft_bytes* out);
weft_status weft_position_from_json(const char* json, size_t size, weft_bytes* out);

/* Yjs encodeSnapshot(snapshot(doc)). */
weft_bytes weft_snapshot(const weft_doc* doc);
/* The document as it was, as a new one. Needs a document without gc. */
weft_status weft_snapshot_restore(weft_doc* doc, const uint8_t* snapshot, size_t size,
                                  weft_doc** out);
/* Yjs toDelta(snapshot, prevSnapshot): a text at `snapshot`, or as it is where that is null. With
 * `previous`, which may be null, what was removed since stands in its place, and the attribute
 * `ychange` tells of what was added and, where `snapshot` is given, removed. */
weft_status weft_text_delta_between(weft_type text, const uint8_t* snapshot, size_t size,
                                    const uint8_t* previous, size_t previous_size, weft_bytes* out);
/* The type as JSON, as it was. Needs a document without gc. */
weft_status weft_type_json_at(weft_type type, const uint8_t* snapshot, size_t size,
                              weft_bytes* out);
/* `out`: not 0 where a document of that state has nothing to learn from the update. */
weft_status weft_snapshot_contains(const uint8_t* snapshot, size_t size, const uint8_t* update,
                                   size_t update_size, weft_encoding encoding, int* out);

/* --- Users ------------------------------------------------------------------------------------ */

/* Who wrote and who deleted what, kept in a map of the document itself (Yjs PermanentUserData).
 * Ends before its document. */
typedef struct weft_users weft_users;
weft_users* weft_users_new(weft_doc* doc, const char* root, size_t size);
void weft_users_free(weft_users* users);
/* From now on what this replica does, and `client`, are those of `user`. */
weft_status weft_users_map(weft_users* users, uint64_t client, const char* user, size_t size);
/* Writes what was deleted since: to be called when nothing is being edited. */
weft_status weft_users_flush(weft_users* users);
/* Who wrote under that id; who deleted that unit. WEFT_NOT_FOUND for nobody known. */
weft_status weft_users_of_client(const weft_users* users, uint64_t client, weft_bytes* out);
weft_status weft_users_of_deleted(const weft_users* users, uint64_t client, uint64_t clock,
                                  weft_bytes* out);

/* --- Awareness and messages ------------------------------------------------------------------- */

/* Who is here: a JSON text for each client. Time is in milliseconds of any steady clock. Updates
 * are those of y-protocols; what a function gives is what peers should hear, empty for nothing. */
typedef struct weft_awareness weft_awareness;
weft_awareness* weft_awareness_new(void);
void weft_awareness_free(weft_awareness* awareness);
/* What this program says as `client`; "null" ends it. */
weft_status weft_awareness_set(weft_awareness* awareness, uint64_t client, const char* json,
                               size_t size, uint64_t now, weft_bytes* out);
weft_status weft_awareness_apply(weft_awareness* awareness, const uint8_t* update, size_t size,
                                 uint64_t now, weft_bytes* out);
/* Every few seconds: ends what was not renewed, and renews what this program says. */
weft_bytes weft_awareness_expire(weft_awareness* awareness, uint64_t now);
/* Ends the states of these clients (y-protocols removeAwarenessStates). */
weft_bytes weft_awareness_remove(weft_awareness* awareness, const uint64_t* clients, size_t count);
/* What the last of these four calls changed: {"added": [clients], "updated", "changed", "removed"};
 * "changed" are those of "updated" that say something else than before. */
weft_bytes weft_awareness_changes(const weft_awareness* awareness);
/* Another state in the place of each (y-protocols modifyAwarenessUpdate): `modify` gives JSON text
 * that stays valid until it is called again, or null to keep what is there. */
typedef const char* (*weft_modify_state)(void* context, uint64_t client, const char* json,
                                         size_t size, size_t* new_size);
weft_status weft_awareness_modify(const uint8_t* update, size_t size, weft_modify_state modify,
                                  void* context, weft_bytes* out);
/* All states. */
weft_bytes weft_awareness_encode(const weft_awareness* awareness);
/* Those who are here, as a JSON array of numbers. */
weft_bytes weft_awareness_clients(const weft_awareness* awareness);
/* WEFT_NOT_FOUND for who is not here. */
weft_status weft_awareness_state(const weft_awareness* awareness, uint64_t client, weft_bytes* out);

/* The messages that y-websocket and its kin send to each other. */
typedef enum weft_message_kind {
  WEFT_SYNC_STEP1 = 0,     /* a state vector: asks for what it lacks */
  WEFT_SYNC_STEP2 = 1,     /* the answer: an update */
  WEFT_SYNC_UPDATE = 2,    /* an update */
  WEFT_AWARENESS = 3,      /* an awareness update */
  WEFT_AUTH_DENIED = 4,    /* the reason, as text */
  WEFT_QUERY_AWARENESS = 5 /* nothing */
} weft_message_kind;
weft_bytes weft_message_encode(weft_message_kind kind, const uint8_t* body, size_t size);
/* Reads one message from the begin of `frame` and moves that behind it. `body` points into it.
 * WEFT_NOT_FOUND at the end of the frame, and for a message that is to be ignored, which is passed
 * over. */
weft_status weft_message_next(weft_view* frame, weft_message_kind* kind, weft_view* body);

#ifdef __cplusplus
}
#endif
#endif
