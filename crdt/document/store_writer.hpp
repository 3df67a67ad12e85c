// Writes what a store holds as the structs and the delete set of an update, in either encoding.
// Source: Yjs writeClientsStructs, Item.write, writeDeleteSet.
#pragma once

#include <vector>

#include "document/doc_state.hpp"
#include "encoding/reader.hpp"
#include "update/content_slice.hpp"

namespace weft::document {

/// A client with something to send, and which clocks: all from one on, or those of the structs that
/// begin below `end`.
struct ClientStart {
  ClientIx client = store::kNoClient;
  std::uint32_t clock = 0;
  std::uint32_t end = store::kNoIndex;
};

template <typename Encoder>
class StoreWriter {
 public:
  StoreWriter(const Store& store, Encoder& encoder) : store_(store), out_(encoder) {}

  /// What stands before a client's structs; gives the place of the first one.
  Store::Cursor begin_client(const ClientStart& start) {
    const store::ClockIndex& structs = store_.clients[start.client].structs;
    const Store::Cursor at = structs.find(start.clock);
    const std::size_t last = start.end < structs.state()
                                 ? structs.rank(structs.find(start.end - 1)) + 1
                                 : structs.size();
    out_.write_rest_varuint(last - structs.rank(at));
    out_.write_client(store_.clients[start.client].id);
    out_.write_rest_varuint(start.clock);
    return at;
  }

  void write_client(const ClientStart& start) {
    const store::ClockIndex& structs = store_.clients[start.client].structs;
    Store::Cursor at = begin_client(start);
    std::uint32_t offset = start.clock - structs.clock(at);
    for (; !structs.is_end(at) && structs.clock(at) < start.end;
         at = structs.next(at), offset = 0) {
      const Handle handle = structs.handle(at);
      if (store::is_item(handle)) {
        write_item(store_.items[handle], offset);
      } else {
        write_no_item(handle, structs.end(at) - structs.clock(at) - offset);
      }
    }
  }

  /// A GC struct or a Skip.
  void write_no_item(Handle handle, std::uint32_t length) {
    const bool is_skip = handle == store::kSkip;
    out_.write_info(static_cast<std::uint8_t>(is_skip ? Kind::skip : Kind::gc));
    if (is_skip) {
      out_.write_rest_varuint(length);
    } else {
      out_.write_len(length);
    }
  }

  void write_item(const Item& item, std::uint32_t offset) {
    write_header(item, offset);
    update::write_content(out_, item.content(), content_of(item), item.length, offset);
  }

  /// Units [offset, length - offset_end) of an item.
  void write_slice(const Item& item, std::uint32_t offset, std::uint32_t offset_end) {
    std::string scratch;
    update::Content content = content_of(item);
    const std::uint32_t length = item.length - offset - offset_end;
    update::slice_content(content, item.content(), offset, length, scratch);
    write_header(item, offset);
    update::write_content(out_, item.content(), content, length, 0);
  }

 private:
  void write_header(const Item& item, std::uint32_t offset) {
    const DenseId origin =
        offset > 0 ? DenseId{item.client, item.clock + offset - 1} : item.origin();
    const store::List& list = store_.types.list(item.list);
    std::uint8_t info = static_cast<std::uint8_t>(item.kind);
    if (origin.exists()) info |= update::kHasOrigin;
    if (item.right_origin().exists()) info |= update::kHasRightOrigin;
    if (!list.is_sequence()) info |= update::kHasParentSub;
    out_.write_info(info);
    if (origin.exists()) out_.write_left_id(store_.id_of(origin));
    if (item.right_origin().exists()) out_.write_right_id(store_.id_of(item.right_origin()));
    if ((info & (update::kHasOrigin | update::kHasRightOrigin)) == 0) write_parent(list);
  }

  void write_parent(const store::List& list) {
    const store::Type& type = store_.types[list.type];
    if (type.is_root()) {
      out_.write_parent_info(true);
      out_.write_string(store_.strings[type.name]);
    } else {
      const Item& owner = store_.items[type.item];
      out_.write_parent_info(false);
      out_.write_left_id(store_.id_of({owner.client, owner.clock}));
    }
    if (!list.is_sequence()) out_.write_string(store_.strings[list.key]);
  }

  update::Content content_of(const Item& item) const {
    update::Content content;
    content.ascii = item.has(Item::kAscii);
    content.is_json = item.has(Item::kJson);
    const Kind kind = item.content();
    if (kind == Kind::type) {
      const store::Type& type = store_.types[item.data];
      content.type_ref = type.kind;
      if (type.name != store::kNoIndex) content.key = store_.strings[type.name];
    } else {
      content.bytes = store_.content(item);
    }
    if (kind == Kind::format || kind == Kind::doc) {
      encoding::Reader body(as_bytes(content.bytes));
      content.key = as_text(body.varbytes());
      content.bytes.remove_prefix(body.offset());
    }
    return content;
  }

  const Store& store_;
  Encoder& out_;
};

/// `deletes` stand by client, the clients in the order of the encoding.
template <typename Encoder>
void write_deletes(Encoder& encoder, const Store& store, const std::vector<DenseRange>& deletes) {
  const auto client_end = [&](std::size_t from) {
    std::size_t to = from;
    while (to < deletes.size() && deletes[to].client == deletes[from].client) ++to;
    return to;
  };
  std::size_t clients = 0;
  for (std::size_t at = 0; at < deletes.size(); at = client_end(at)) ++clients;
  encoder.write_rest_varuint(clients);
  for (std::size_t at = 0; at < deletes.size();) {
    const std::size_t end = client_end(at);
    encoder.begin_delete_client();
    encoder.write_rest_varuint(store.clients[deletes[at].client].id);
    encoder.write_rest_varuint(end - at);
    for (; at < end; ++at) encoder.write_delete({deletes[at].clock, deletes[at].length});
  }
}

}  // namespace weft::document
