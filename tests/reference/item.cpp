// Source: Yjs structs/Item.js (write, mergeWith) and utils/encoding.js (readClientsStructRefs).
#include "item.hpp"

#include <cassert>

#include <weft/limits.hpp>

#include "update/reader_v1.hpp"

namespace weft::reference {

using update::Kind;
using update::ParentKind;

Item* Type::get(const std::string& key) const {
  for (const auto& [known, newest] : map) {
    if (known == key) return newest;
  }
  return nullptr;
}

void Type::set(const std::string& key, Item* newest) {
  for (auto& entry : map) {
    if (entry.first == key) {
      entry.second = newest;
      return;
    }
  }
  map.emplace_back(key, newest);
}

bool Item::merge_with(Item& right_item) {
  if (sort != right_item.sort) return false;
  if (!is_item()) {
    length += right_item.length;
    return true;
  }
  const bool adjacent = right_item.origin == last_id() && right == &right_item &&
                        right_origin == right_item.right_origin &&
                        id.client == right_item.id.client && end() == right_item.id.clock &&
                        marked_deleted == right_item.marked_deleted;
  if (!adjacent || !content.merge_with(right_item.content)) return false;
  right = right_item.right;
  if (right != nullptr) right->left = this;
  length += right_item.length;
  return true;
}

void Item::write(update::EncoderV1& encoder, std::uint64_t offset) const {
  if (!is_item()) {
    encoder.write_info(static_cast<std::uint8_t>(is_gc() ? Kind::gc : Kind::skip));
    return encoder.write_len(length - offset);
  }
  const std::optional<Id> written_origin =
      offset > 0 ? std::optional<Id>({id.client, id.clock + offset - 1}) : origin;
  unsigned info = static_cast<unsigned>(content.kind);
  if (written_origin) info |= update::kHasOrigin;
  if (right_origin) info |= update::kHasRightOrigin;
  if (parent_sub) info |= update::kHasParentSub;
  encoder.write_info(static_cast<std::uint8_t>(info));
  if (written_origin) encoder.write_left_id(*written_origin);
  if (right_origin) encoder.write_right_id(*right_origin);
  if (!written_origin && !right_origin) {
    if (parent != nullptr) {
      encoder.write_parent_info(parent->item == nullptr);
      if (parent->item == nullptr) {
        encoder.write_string(parent->name);
      } else {
        encoder.write_left_id(parent->item->id);
      }
    } else if (parent_name) {
      encoder.write_parent_info(true);
      encoder.write_string(*parent_name);
    } else {
      assert(parent_id);
      encoder.write_parent_info(false);
      encoder.write_left_id(*parent_id);
    }
    if (parent_sub) encoder.write_string(*parent_sub);
  }
  content.write(encoder, offset);
}

namespace {

Item to_item(const update::Struct& s) {
  Item item;
  item.id = {s.client, s.clock};
  item.length = s.length;
  if (s.kind == Kind::gc || s.kind == Kind::skip) {
    item.sort = s.kind == Kind::gc ? Sort::gc : Sort::skip;
    return item;
  }
  if (s.has_origin()) item.origin = s.origin;
  if (s.has_right_origin()) item.right_origin = s.right_origin;
  if (s.parent == ParentKind::root) item.parent_name = s.parent_name;
  if (s.parent == ParentKind::id) item.parent_id = s.parent_id;
  if (s.has_parent_sub) item.parent_sub = s.parent_sub;
  item.content = read_content(s);
  return item;
}

/// An own id at or beyond the struct's clock would be its own cause.
std::optional<Errc> check_id(const Item& item, const std::optional<Id>& id) {
  if (!id) return std::nullopt;
  if (id->client == item.id.client && id->clock >= item.id.clock) return Errc::invalid_struct;
  if (id->clock > limits::clock_max) return Errc::number_too_large;
  return std::nullopt;
}

std::optional<Errc> check(const Item& item) {
  if (item.end() > limits::clock_max) return Errc::number_too_large;
  if (auto error = check_id(item, item.origin)) return error;
  if (auto error = check_id(item, item.right_origin)) return error;
  return check_id(item, item.parent_id);
}

bool joins(const Update::Section& section, const Item& item) {
  return section.client == item.id.client && section.structs.back().end() == item.id.clock;
}

bool known(const Update& update, ClientId client) {
  for (const auto& section : update.sections) {
    if (section.client == client) return true;
  }
  return false;
}

}  // namespace

Result<Update> read_update(ByteView bytes) {
  Update update;
  update::ReaderV1 reader(bytes);
  update::Struct s;
  while (reader.next(s)) {
    if (s.length == 0) continue;
    Item item = to_item(s);
    if (update.sections.empty() || !joins(update.sections.back(), item)) {
      if (known(update, s.client)) {
        return std::unexpected(Error{Errc::duplicate_client, reader.offset()});
      }
      update.sections.push_back({s.client, {}});
    }
    if (const auto error = check(item)) return std::unexpected(Error{*error, reader.offset()});
    update.sections.back().structs.push_back(std::move(item));
  }
  ClientId client = 0;
  ClockRange range;
  while (reader.ok() && reader.next_delete(client, range)) {
    if (range.length > 0) update.deletes.emplace_back(client, range);
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  return update;
}

void write_deletes(update::EncoderV1& encoder, const IdSet& deletes) {
  encoder.write_rest_varuint(deletes.clients().size());
  for (const auto& [client, ranges] : deletes.clients()) {
    encoder.write_rest_varuint(client);
    encoder.write_rest_varuint(ranges.size());
    for (const ClockRange& range : ranges) encoder.write_delete(range);
  }
}

}  // namespace weft::reference
