// Source: Yjs utils/encoding.js (integrateStructs, readUpdateV2) and readAndApplyDeleteSet.
#include <cassert>

#include "doc.hpp"

namespace weft::reference {

/// Yjs integrateStructs. Its cache of states is left out: it always holds what the store says.
class Doc::Integrator {
 public:
  Integrator(Doc& doc, Update update) : doc_(doc) {
    for (auto& section : update.sections) {
      Refs& refs = refs_[section.client];
      for (Item& item : section.structs) refs.structs.push_back(doc.make(std::move(item)));
    }
  }

  /// Returns what has to wait, or null.
  std::unique_ptr<PendingStructs> run() {
    Item* head = next_head();
    while (head != nullptr) {
      if (head->sort == Sort::skip) {
        head = next_head();
        continue;
      }
      Item* cause = advance(head);
      head = cause != nullptr ? cause : next_head();
    }
    if (rest_.empty()) return nullptr;
    auto pending = std::make_unique<PendingStructs>();
    pending->missing = std::move(missing_);
    pending->update = encode_rest();
    return pending;
  }

 private:
  /// Integrates `head`, or puts it aside. Returns a struct that must come first, if one is at hand.
  Item* advance(Item* head) {
    const Clock local = doc_.state(head->id.client);
    if (local < head->id.clock) {
      stack_.push_back(head);
      note_missing(head->id.client, static_cast<std::int64_t>(head->id.clock) - 1);
      put_stack_aside();
      return nullptr;
    }
    const std::uint64_t offset = local - head->id.clock;
    if (const auto client = doc_.get_missing(head)) {
      stack_.push_back(head);
      const auto at = refs_.find(*client);
      if (at != refs_.end() && at->second.next < at->second.structs.size()) {
        return at->second.structs[at->second.next++];
      }
      note_missing(*client, static_cast<std::int64_t>(doc_.state(*client)));
      put_stack_aside();
    } else if (offset == 0 || offset < head->length) {
      doc_.integrate(head, offset);
    }
    return nullptr;
  }

  Item* next_head() {
    if (!stack_.empty()) {
      Item* head = stack_.back();
      stack_.pop_back();
      return head;
    }
    // Highest client first. A client that was put aside has no structs left here.
    for (auto at = refs_.rbegin(); at != refs_.rend(); ++at) {
      if (at->second.next < at->second.structs.size()) {
        return at->second.structs[at->second.next++];
      }
    }
    return nullptr;
  }

  void put_stack_aside() {
    for (Item* item : stack_) {
      const auto at = refs_.find(item->id.client);
      if (at != refs_.end()) {
        Refs& refs = at->second;
        const auto from = static_cast<std::ptrdiff_t>(refs.next) - 1;
        rest_[item->id.client].assign(refs.structs.begin() + from, refs.structs.end());
        refs_.erase(at);
      } else {
        rest_[item->id.client] = {item};
      }
    }
    stack_.clear();
  }

  void note_missing(ClientId client, std::int64_t clock) {
    const auto [at, is_new] = missing_.emplace(client, clock);
    if (!is_new && at->second > clock) at->second = clock;
  }

  Bytes encode_rest() const {
    update::EncoderV1 encoder;
    encoder.write_rest_varuint(rest_.size());
    for (auto at = rest_.rbegin(); at != rest_.rend(); ++at) {
      encoder.write_rest_varuint(at->second.size());
      encoder.write_client(at->first);
      encoder.write_rest_varuint(at->second.front()->id.clock);
      for (const Item* item : at->second) item->write(encoder, 0);
    }
    encoder.write_rest_varuint(0);
    return encoder.finish();
  }

  Doc& doc_;
  std::map<ClientId, Refs> refs_;
  std::vector<Item*> stack_;
  std::map<ClientId, std::vector<Item*>> rest_;
  std::map<ClientId, std::int64_t> missing_;
};

Result<void> Doc::apply_update(ByteView bytes) {
  auto update = read_update(bytes);
  if (!update) return std::unexpected(update.error());
  transact([&] { read_update_in_transaction(std::move(*update)); });
  return {};
}

void Doc::read_update_in_transaction(Update update) {
  const auto deletes = update.deletes;
  bool retry = false;
  keep_pending(Integrator(*this, std::move(update)).run(), retry);
  IdSet unapplied = apply_deletes(deletes);
  if (!pending_deletes_.empty()) {
    std::vector<std::pair<ClientId, ClockRange>> waiting;
    for (const auto& [client, ranges] : pending_deletes_.clients()) {
      for (const ClockRange& range : ranges) waiting.emplace_back(client, range);
    }
    const IdSet still_unapplied = apply_deletes(waiting);
    for (const auto& [client, ranges] : still_unapplied.clients()) {
      for (const ClockRange& range : ranges) unapplied.add(client, range.clock, range.length);
    }
    unapplied.normalize();
  }
  pending_deletes_ = std::move(unapplied);
  if (!retry) return;
  auto again = read_update(pending_structs_->update);
  assert(again && "was written by encode_rest");
  pending_structs_ = nullptr;
  read_update_in_transaction(std::move(*again));
}

void Doc::keep_pending(std::unique_ptr<PendingStructs> rest, bool& retry) {
  if (pending_structs_ == nullptr) {
    pending_structs_ = std::move(rest);
    return;
  }
  for (const auto& [client, clock] : pending_structs_->missing) {
    if (clock < static_cast<std::int64_t>(state(client))) retry = true;
  }
  if (rest == nullptr) return;
  for (const auto& [client, clock] : rest->missing) {
    const auto [at, is_new] = pending_structs_->missing.emplace(client, clock);
    if (!is_new && at->second > clock) at->second = clock;
  }
  pending_structs_->update = merge_updates({pending_structs_->update, rest->update});
}

IdSet Doc::apply_deletes(const std::vector<std::pair<ClientId, ClockRange>>& deletes) {
  IdSet unapplied;
  for (const auto& [client, range] : deletes) apply_delete(client, range, unapplied);
  return unapplied;
}

void Doc::apply_delete(ClientId client, ClockRange range, IdSet& unapplied) {
  const Clock known = state(client);
  const Clock end = range.clock + range.length;
  if (range.clock >= known) return unapplied.add(client, range.clock, range.length);
  if (known < end) unapplied.add(client, known, end - known);
  Structs& structs = clients_.at(client);
  const auto insert_at = [&structs](std::size_t index, Item* item) {
    structs.insert(structs.begin() + static_cast<std::ptrdiff_t>(index), item);
  };
  std::size_t index = find_index(structs, range.clock);
  Item* first = structs[index];
  if (!first->deleted() && first->id.clock < range.clock) {
    ++index;
    insert_at(index, split(first, range.clock - first->id.clock));
  }
  while (index < structs.size()) {
    Item* item = structs[index++];
    if (item->id.clock >= end) break;
    if (item->deleted()) continue;
    if (end < item->end()) insert_at(index, split(item, end - item->id.clock));
    remove(item);
  }
}

}  // namespace weft::reference
