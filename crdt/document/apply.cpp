// Updates from outside. Source: Yjs readUpdateV2, integrateStructs, Item.getMissing,
// readAndApplyDeleteSet.
#include <algorithm>
#include <numeric>

#include <weft/update.hpp>

#include "document/doc_state.hpp"
#include "encoding/utf.hpp"
#include "update/content_writer.hpp"
#include "update/encoder_v1.hpp"

namespace weft::document {

// Integrates the records of one update, each after its causes; what lacks a cause is set aside with
// everything that follows it.
class DocState::Integrator {
 public:
  Integrator(DocState& doc, DecodedUpdate& decoded) : doc_(doc), store_(doc.store), in_(decoded) {}

  void run() {
    if (in_.sections.size() == 1) return run_section(0);
    for (const std::uint32_t section : order()) run_section(section);
  }

  bool has_rest() const { return has_rest_; }
  std::map<ClientId, std::int64_t> take_missing() { return std::move(missing_); }

  /// What was set aside, as a V1 update without deletes.
  Bytes encode_rest() const {
    update::EncoderV1 encoder;
    std::vector<const Section*> waiting;
    for (const Section& section : in_.sections) {
      if (section.rest != store::kNoIndex) waiting.push_back(&section);
    }
    std::sort(waiting.begin(), waiting.end(), [this](const Section* a, const Section* b) {
      return store_.clients[a->client].id > store_.clients[b->client].id;
    });
    encoder.write_rest_varuint(waiting.size());
    for (const Section* section : waiting) {
      encoder.write_rest_varuint(section->end - section->rest);
      encoder.write_client(store_.clients[section->client].id);
      encoder.write_rest_varuint(in_.records[section->rest].clock);
      for (std::uint32_t i = section->rest; i < section->end; ++i) {
        update::write_struct(encoder,
                             to_struct(in_, store_.clients, section->client, in_.records[i]), 0);
      }
    }
    encoder.write_rest_varuint(0);
    return encoder.finish();
  }

 private:
  struct Head {
    std::uint32_t record;
    std::uint32_t section;
  };

  void run_section(std::uint32_t section) {
    Section& own = in_.sections[section];
    while (own.next < own.end) process({own.next++, section});
  }

  // Higher client ids first, as their structs least often conflict.
  std::vector<std::uint32_t> order() const {
    std::vector<std::uint32_t> order(in_.sections.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
      return store_.clients[in_.sections[a].client].id > store_.clients[in_.sections[b].client].id;
    });
    return order;
  }

  void process(Head head) {
    for (;;) {
      const Record& record = in_.records[head.record];
      const ClientIx client = in_.sections[head.section].client;
      if (record.kind != Kind::skip) {
        const std::uint32_t state = store_.clients[client].structs.state();
        if (record.clock > state) {
          stack_.push_back(head);
          miss(client, std::int64_t{record.clock} - 1);
          set_stack_aside();
          return;
        }
        if (const ClientIx cause = missing_cause(client, record); cause != store::kNoClient) {
          stack_.push_back(head);
          const std::uint32_t section = store_.clients[cause].section;
          if (section == store::kNoIndex ||
              in_.sections[section].next == in_.sections[section].end) {
            miss(cause, store_.clients[cause].structs.state());
            set_stack_aside();
            return;
          }
          head = {in_.sections[section].next++, section};
          continue;
        }
        integrate(client, record, state - record.clock);
      }
      if (stack_.empty()) return;
      head = stack_.back();
      stack_.pop_back();
    }
  }

  void miss(ClientIx client, std::int64_t clock) {
    const auto [at, added] = missing_.try_emplace(store_.clients[client].id, clock);
    if (!added) at->second = std::min(at->second, clock);
  }

  void set_stack_aside() {
    has_rest_ = true;
    for (const Head& head : stack_) {
      Section& section = in_.sections[head.section];
      section.rest = std::min(section.rest, head.record);
      section.next = section.end;
    }
    stack_.clear();
  }

  // Own ids were checked when the update was decoded: they lie before the struct.
  ClientIx missing_cause(ClientIx client, const Record& record) const {
    const auto missing = [&](DenseId id) {
      return id.exists() && id.client != client && !store_.known(id);
    };
    if (missing(record.origin)) return record.origin.client;
    if (missing(record.right_origin)) return record.right_origin.client;
    if (record.parent == ParentKind::id && missing(record.parent_id))
      return record.parent_id.client;
    return store::kNoClient;
  }

  void integrate(ClientIx client, const Record& record, std::uint32_t known) {
    if (record.kind == Kind::gc) {
      if (known < record.length) doc_.append_struct(client, store::kGc, record.length - known);
      return;
    }
    if (known == 0 && !doc_.observing() && continue_last(client, record)) return;
    Place place = find_place(record);
    if (known >= record.length) return;
    NewContent content{.kind = record.kind,
                       .length = record.length,
                       .flags = record.flags,
                       .bytes = in_.text(record.content),
                       .key = in_.text(record.key),
                       .type_ref = record.type_ref};
    if (record.kind == Kind::doc) {
      content.flags = 0;
      content.should_load = (record.flags & Record::kShouldLoad) != 0;
    }
    if (known > 0) {
      place.origin = {client, record.clock + known - 1};
      place.left = doc_.clean_end(place.origin);
      if (place.left == store::kGc) place.list = store::kNoIndex;
      cut(content, known);
    }
    doc_.integrate(client, place, content);
  }

  // Typing goes on where it was: the text joins the client's last item at once, as the end of the
  // transaction would join it anyway. True if it did.
  bool continue_last(ClientIx client, const Record& record) {
    if (record.kind != Kind::string || record.origin.client != client ||
        record.origin.clock + 1 != record.clock) {
      return false;
    }
    const store::ClockIndex& structs = store_.clients[client].structs;
    const Handle handle = structs.handle(structs.last());
    if (!store::is_item(handle)) return false;
    const Item& last = store_.items[handle];
    if (last.content() != Kind::string || last.has(Item::kDeleted | Item::kRedone) ||
        last.right_origin() != record.right_origin) {
      return false;
    }
    const store::List& list = store_.types.list(last.list);
    if (!list.is_sequence()) return false;
    if (last.right == kNoHandle ? record.right_origin.exists()
                                : !starts_with(last.right, record.right_origin)) {
      return false;
    }
    doc_.extend(client, handle, record.flags, in_.text(record.content), record.length);
    return true;
  }

  bool starts_with(Handle item, DenseId id) const {
    return DenseId{store_.items[item].client, store_.items[item].clock} == id;
  }

  // Yjs Item.getMissing's second half. Splits happen even where the struct turns out to be known.
  Place find_place(const Record& record) {
    Place place{.left = kNoHandle,
                .right = kNoHandle,
                .origin = record.origin,
                .right_origin = record.right_origin,
                .list = store::kNoIndex};
    if (record.origin.exists()) place.left = doc_.clean_end(record.origin);
    if (record.right_origin.exists()) place.right = doc_.clean_start(record.right_origin);
    if (place.left == store::kGc || place.right == store::kGc) return place;
    if (place.left != kNoHandle) {
      place.list = store_.items[place.left].list;
    } else if (place.right != kNoHandle) {
      place.list = store_.items[place.right].list;
    } else {
      place.list = find_parent(record);
    }
    return place;
  }

  ListIx find_parent(const Record& record) {
    TypeIx type = 0;
    if (record.parent == ParentKind::root) {
      type = doc_.root(in_.text(record.parent_name));
    } else {
      const Handle parent = store_.containing(record.parent_id);
      if (parent == store::kGc || store_.items[parent].content() != Kind::type) {
        return store::kNoIndex;
      }
      type = store_.items[parent].data;
    }
    if (!record.has_parent_sub) return store_.types[type].sequence;
    return store_.types.key_list(type, store_.strings.intern(in_.text(record.parent_sub)));
  }

  void cut(NewContent& content, std::uint32_t units) {
    content.length -= units;
    if (content.kind == Kind::string) {
      if ((content.flags & Item::kAscii) != 0) {
        content.bytes.remove_prefix(units);
        return;
      }
      const auto position = encoding::find_utf16(content.bytes, units);
      content.bytes.remove_prefix(position.byte);
      if (position.inside_pair) {
        cut_text_ = encoding::kReplacement;
        cut_text_.append(content.bytes.substr(4));
        content.bytes = cut_text_;
      }
    } else if (content.kind == Kind::any || content.kind == Kind::json) {
      content.bytes.remove_prefix(store::skip_values(content.bytes, content.kind, units));
    }
  }

  DocState& doc_;
  Store& store_;
  DecodedUpdate& in_;
  std::vector<Head> stack_;
  std::map<ClientId, std::int64_t> missing_;
  bool has_rest_ = false;
  std::string cut_text_;
};

Result<void> DocState::apply(ByteView update, Encoding encoding, std::uint64_t origin) {
  if (auto decoded = decode(update, encoding, store.clients, decoded_); !decoded) return decoded;
  if (!store.pool.room_for(4 * std::uint64_t{update.size()})) {
    end_sections(store.clients, decoded_);
    return std::unexpected(Error{Errc::too_large});
  }
  begin(origin, false);
  txn_->local = false;
  apply_decoded(decoded_);
  end();
  return {};
}

void DocState::apply_decoded(DecodedUpdate& decoded) {
  Integrator integrator(*this, decoded);
  integrator.run();
  end_sections(store.clients, decoded);
  bool retry = false;
  if (pending_) {
    retry = std::any_of(pending_->missing.begin(), pending_->missing.end(), [this](const auto& m) {
      const ClientIx client = store.clients.find(m.first);
      return client != store::kNoClient &&
             m.second < std::int64_t{store.clients[client].structs.state()};
    });
  }
  if (integrator.has_rest()) keep_rest(integrator.take_missing(), integrator.encode_rest());

  if (decoded.sections.empty() && decoded.deletes.size() == 1 && !has_pending() &&
      txn_->depth == 1 && move_boundary(decoded.deletes.front())) {
    return;
  }
  IdSet unapplied;
  apply_deletes(decoded.deletes, unapplied);
  if (!pending_deletes_.empty()) {
    std::vector<DeleteRange> waiting;
    for (const auto& [client, ranges] : pending_deletes_.clients()) {
      for (const ClockRange& range : ranges) waiting.push_back({client, range});
    }
    IdSet still;
    apply_deletes(waiting, still);
    if (!unapplied.empty() && !still.empty()) {
      for (const auto& [client, ranges] : still.clients()) {
        for (const ClockRange& range : ranges) unapplied.add(client, range.clock, range.length);
      }
      unapplied.normalize();
    } else if (unapplied.empty()) {
      unapplied = std::move(still);
    }
  }
  if (unapplied != pending_deletes_) ++revision_;
  pending_deletes_ = std::move(unapplied);

  if (retry) {
    const Bytes waiting = std::move(pending_->update);
    pending_.reset();
    const auto again = decode(waiting, Encoding::v1, store.clients, decoded_pending_);
    assert(again);
    if (again) apply_decoded(decoded_pending_);
  }
}

void DocState::keep_rest(std::map<ClientId, std::int64_t> missing, Bytes rest) {
  if (!pending_) {
    pending_ = PendingStructs{.missing = std::move(missing), .update = std::move(rest)};
    ++revision_;
    return;
  }
  for (const auto& [client, clock] : missing) {
    const auto [at, added] = pending_->missing.try_emplace(client, clock);
    if (!added) at->second = std::min(at->second, clock);
  }
  const ByteView both[] = {pending_->update, rest};
  auto merged = merge_updates(both);
  assert(merged);
  if (!merged || *merged == pending_->update) return;
  pending_->update = std::move(*merged);
  ++revision_;
}

void DocState::apply_deletes(const std::vector<DeleteRange>& deletes, IdSet& unapplied) {
  for (const auto& [id, range] : deletes) {
    const ClientIx client = store.clients.find(id);
    const Clock state = client == store::kNoClient ? 0 : store.clients[client].structs.state();
    const Clock end = range.clock + range.length;
    if (range.clock >= state) {
      unapplied.add(id, range.clock, range.length);
      continue;
    }
    if (end > state) unapplied.add(id, state, end - state);
    apply_delete(client, static_cast<std::uint32_t>(range.clock),
                 static_cast<std::uint32_t>(std::min(end, state)));
  }
}

void DocState::apply_delete(ClientIx client, std::uint32_t clock, std::uint32_t end) {
  const store::ClockIndex& structs = store.clients[client].structs;
  Store::Cursor at = structs.find(clock);
  const auto live = [&](Handle handle) {
    return store::is_item(handle) && !store.items[handle].deleted();
  };
  if (live(structs.handle(at)) && structs.clock(at) < clock) {
    at = store.split(client, at, clock);
    txn_->merge_candidates.push_back({client, clock});
  }
  while (!structs.is_end(at) && structs.clock(at) < end) {
    const Handle handle = structs.handle(at);
    if (live(handle)) {
      if (end < store.items[handle].end()) {
        const Store::Cursor rest = store.split(client, at, end);
        txn_->merge_candidates.push_back({client, end});
        at = structs.prev(rest);
      }
      remove(handle);
    }
    at = structs.next(at);
  }
}

}  // namespace weft::document
