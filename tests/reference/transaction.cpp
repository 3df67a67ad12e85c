// Source: Yjs utils/Transaction.js (cleanupTransactions) and utils/encoding.js (writing states).
#include <algorithm>

#include "doc.hpp"

namespace weft::reference {

void Doc::transact(const std::function<void()>& edits) {
  if (transaction_) return edits();
  emitted_.reset();
  transaction_.emplace(Transaction{.before = state_vector(), .deletes = {}, .merge_structs = {}});
  edits();
  cleanup();
  transaction_.reset();
}

void Doc::cleanup() {
  transaction_->deletes.normalize();
  if (gc_) collect_deleted();
  merge_deleted();
  merge_inserted();
  merge_split();
  emit_update();
}

void Doc::collect_deleted() {
  for (const auto& [client, ranges] : transaction_->deletes.clients()) {
    Structs& structs = clients_.at(client);
    for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
      const Clock end = range->clock + range->length;
      for (std::size_t i = find_index(structs, range->clock);
           i < structs.size() && structs[i]->id.clock < end; ++i) {
        if (structs[i]->is_item() && structs[i]->marked_deleted) collect(structs[i], false);
      }
    }
  }
}

void Doc::merge_deleted() {
  for (const auto& [client, ranges] : transaction_->deletes.clients()) {
    Structs& structs = clients_.at(client);
    for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
      const std::size_t last = find_index(structs, range->clock + range->length - 1);
      auto i = static_cast<std::ptrdiff_t>(std::min(structs.size() - 1, last + 1));
      while (i > 0 && structs[static_cast<std::size_t>(i)]->id.clock >= range->clock) {
        i -=
            1 + static_cast<std::ptrdiff_t>(merge_with_lefts(structs, static_cast<std::size_t>(i)));
      }
    }
  }
}

void Doc::merge_inserted() {
  for (auto& [client, structs] : clients_) {
    const Clock before = transaction_->before.get(client);
    if (before == structs.back()->end()) continue;
    const auto first =
        static_cast<std::ptrdiff_t>(std::max<std::size_t>(find_index(structs, before), 1));
    for (auto i = static_cast<std::ptrdiff_t>(structs.size()) - 1; i >= first;) {
      i -= 1 + static_cast<std::ptrdiff_t>(merge_with_lefts(structs, static_cast<std::size_t>(i)));
    }
  }
}

void Doc::merge_split() {
  const std::vector<Id>& ids = transaction_->merge_structs;
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    Structs& structs = clients_.at(id->client);
    const std::size_t position = find_index(structs, id->clock);
    if (position + 1 < structs.size() && merge_with_lefts(structs, position + 1) > 1) continue;
    if (position > 0) merge_with_lefts(structs, position);
  }
}

/// Joins the struct at `position` with those before it as far as it goes; returns how many went.
std::size_t Doc::merge_with_lefts(Structs& structs, std::size_t position) {
  std::size_t i = position;
  for (; i > 0; --i) {
    Item* left = structs[i - 1];
    Item* right = structs[i];
    if (left->deleted() != right->deleted() || !left->merge_with(*right)) break;
    if (right->is_item() && right->parent_sub && right->parent->get(*right->parent_sub) == right) {
      right->parent->set(*right->parent_sub, left);
    }
  }
  const auto begin = structs.begin();
  structs.erase(begin + static_cast<std::ptrdiff_t>(i) + 1,
                begin + static_cast<std::ptrdiff_t>(position) + 1);
  return position - i;
}

void Doc::write_structs(update::EncoderV1& encoder, const StateVector& since) const {
  std::vector<std::pair<ClientId, const Structs*>> sections;
  for (auto at = clients_.rbegin(); at != clients_.rend(); ++at) {
    if (at->second.back()->end() > since.get(at->first)) {
      sections.emplace_back(at->first, &at->second);
    }
  }
  encoder.write_rest_varuint(sections.size());
  for (const auto& [client, structs] : sections) {
    const Clock clock = std::max(since.get(client), structs->front()->id.clock);
    const std::size_t first = find_index(*structs, clock);
    encoder.write_rest_varuint(structs->size() - first);
    encoder.write_client(client);
    encoder.write_rest_varuint(clock);
    (*structs)[first]->write(encoder, clock - (*structs)[first]->id.clock);
    for (std::size_t i = first + 1; i < structs->size(); ++i) (*structs)[i]->write(encoder, 0);
  }
}

void Doc::emit_update() {
  if (transaction_->deletes.empty() && transaction_->before == state_vector()) return;
  update::EncoderV1 encoder;
  write_structs(encoder, transaction_->before);
  write_deletes(encoder, transaction_->deletes);
  emitted_ = encoder.finish();
}

Bytes Doc::encode_state_as_update(const StateVector& since) const {
  update::EncoderV1 encoder;
  write_structs(encoder, since);
  write_deletes(encoder, delete_set());
  std::vector<Bytes> updates{encoder.finish()};
  if (!pending_deletes_.empty()) {
    update::EncoderV1 deletes;
    deletes.write_rest_varuint(0);
    write_deletes(deletes, pending_deletes_);
    updates.push_back(deletes.finish());
  }
  if (pending_structs_ != nullptr) updates.push_back(diff_update(pending_structs_->update, since));
  return merge_updates(updates);
}

}  // namespace weft::reference
