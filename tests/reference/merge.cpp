// Merging and cutting updates without a document. Source: Yjs utils/updates.js, mergeUpdatesV2 and
// diffUpdateV2, line by line.
#include <algorithm>
#include <cassert>

#include "item.hpp"

namespace weft::reference {

namespace {

class LazyReader {
 public:
  LazyReader(Update update, bool filter_skips) {
    for (auto& section : update.sections) {
      for (auto& item : section.structs) {
        if (!filter_skips || item.sort != Sort::skip) structs_.push_back(std::move(item));
      }
    }
  }

  const Item* current() const { return at_ < structs_.size() ? &structs_[at_] : nullptr; }
  const Item* next() {
    ++at_;
    return current();
  }

 private:
  std::vector<Item> structs_;
  std::size_t at_ = 0;
};

class LazyWriter {
 public:
  void write(const Item& item, std::uint64_t offset) {
    if (sections_.empty() || sections_.back().client != item.id.client) {
      sections_.push_back({.client = item.id.client, .written = 0, .encoder = update::EncoderV1()});
      sections_.back().encoder.write_client(item.id.client);
      sections_.back().encoder.write_rest_varuint(item.id.clock + offset);
    }
    item.write(sections_.back().encoder, offset);
    ++sections_.back().written;
  }

  Bytes finish(const IdSet& deletes) {
    update::EncoderV1 out;
    out.write_rest_varuint(sections_.size());
    for (Section& section : sections_) {
      out.write_rest_varuint(section.written);
      out.write_rest(section.encoder.finish());
    }
    write_deletes(out, deletes);
    return out.finish();
  }

 private:
  struct Section {
    ClientId client;
    std::uint64_t written;
    update::EncoderV1 encoder;
  };
  std::vector<Section> sections_;
};

IdSet deletes_of(const std::vector<Update>& updates) {
  IdSet deletes;
  for (const Update& update : updates) {
    for (const auto& [client, range] : update.deletes) {
      deletes.add(client, range.clock, range.length);
    }
  }
  deletes.normalize();
  return deletes;
}

Item slice_struct(const Item& left, std::uint64_t diff) {
  Item right = left;
  right.id.clock += diff;
  right.length -= diff;
  if (right.is_item()) {
    right.origin = Id{left.id.client, left.id.clock + diff - 1};
    right.content = right.content.splice(diff);
  }
  return right;
}

/// The comparison of mergeUpdatesV2, for a < b. A GC and an item at one id each stand before the
/// other, so what comes of it depends on the sort.
bool stands_before(const LazyReader& a, const LazyReader& b) {
  const Item* left = a.current();
  const Item* right = b.current();
  if (left->id.client != right->id.client) return left->id.client > right->id.client;
  if (left->id.clock != right->id.clock) return left->id.clock < right->id.clock;
  return left->sort != right->sort;
}

/// Array.prototype.sort of V8 (array-sort.tq) for fewer than 64 elements: it takes the run at the
/// front, turns it round if it descends, and inserts the others by binary search.
void sort_as_v8(std::vector<LazyReader>& readers) {
  if (readers.size() < 2) return;
  const bool descends = stands_before(readers[1], readers[0]);
  std::size_t run = 2;
  while (run < readers.size() && stands_before(readers[run], readers[run - 1]) == descends) ++run;
  const auto begin = readers.begin();
  if (descends) std::reverse(begin, begin + static_cast<std::ptrdiff_t>(run));
  for (; run < readers.size(); ++run) {
    const auto pivot = begin + static_cast<std::ptrdiff_t>(run);
    const auto place = std::partition_point(
        begin, pivot, [&](const LazyReader& other) { return !stands_before(*pivot, other); });
    std::rotate(place, pivot, pivot + 1);
  }
}

class Merger {
 public:
  explicit Merger(const std::vector<Update>& updates) {
    for (const Update& update : updates) readers_.emplace_back(update, true);
  }

  void run() {
    while (sort_readers()) step(readers_.front());
    if (pending_) out_.write(*pending_, 0);
  }

  LazyWriter& out() { return out_; }

 private:
  /// Highest client first, then lowest clock; false when all are read.
  bool sort_readers() {
    std::erase_if(readers_, [](const LazyReader& reader) { return reader.current() == nullptr; });
    sort_as_v8(readers_);
    return !readers_.empty();
  }

  void step(LazyReader& reader) {
    const ClientId first_client = reader.current()->id.client;
    if (!pending_) {
      pending_ = *reader.current();
      reader.next();
    } else if (!write_next(reader, first_client)) {
      return;
    }
    for (const Item* next = reader.current();
         next != nullptr && next->id.client == first_client && next->id.clock == pending_->end();
         next = reader.next()) {
      replace_pending(*next);
    }
  }

  /// False when another reader has to go first.
  bool write_next(LazyReader& reader, ClientId first_client) {
    const Item* current = reader.current();
    bool iterated = false;
    while (current != nullptr && current->end() <= pending_->end() &&
           current->id.client >= pending_->id.client) {
      current = reader.next();
      iterated = true;
    }
    if (current == nullptr || current->id.client != first_client ||
        (iterated && current->id.clock > pending_->end())) {
      return false;
    }
    if (first_client != pending_->id.client) {
      replace_pending(*current);
      reader.next();
    } else if (pending_->end() < current->id.clock) {
      fill_gap(*current);
    } else {
      join(reader, *current);
    }
    return true;
  }

  void fill_gap(const Item& current) {
    if (pending_->sort == Sort::skip) {
      pending_->length = current.end() - pending_->id.clock;
      return;
    }
    Item skip;
    skip.sort = Sort::skip;
    skip.id = {pending_->id.client, pending_->end()};
    skip.length = current.id.clock - pending_->end();
    replace_pending(skip);
  }

  void join(LazyReader& reader, Item current) {
    const std::uint64_t diff = pending_->end() - current.id.clock;
    if (diff > 0) {
      if (pending_->sort == Sort::skip) {
        pending_->length -= diff;
      } else {
        current = slice_struct(current, diff);
      }
    }
    // Items read from updates have no neighbours, so only GC structs join.
    if (!pending_->merge_with(current)) {
      replace_pending(current);
      reader.next();
    }
  }

  void replace_pending(const Item& item) {
    out_.write(*pending_, 0);
    pending_ = item;
  }

  std::vector<LazyReader> readers_;
  std::optional<Item> pending_;
  LazyWriter out_;
};

Update read(const Bytes& bytes) {
  auto update = read_update(bytes);
  assert(update && "merge_updates and diff_update take what was checked before");
  return std::move(*update);
}

}  // namespace

Bytes merge_updates(const std::vector<Bytes>& updates) {
  if (updates.size() == 1) return updates.front();
  std::vector<Update> decoded;
  decoded.reserve(updates.size());
  for (const Bytes& update : updates) decoded.push_back(read(update));
  Merger merger(decoded);
  merger.run();
  return merger.out().finish(deletes_of(decoded));
}

Bytes diff_update(const Bytes& update, const StateVector& since) {
  const Update decoded = read(update);
  LazyReader reader(decoded, false);
  LazyWriter out;
  while (const Item* current = reader.current()) {
    const ClientId client = current->id.client;
    const Clock known = since.get(client);
    if (current->sort == Sort::skip) {
      reader.next();
    } else if (current->end() > known) {
      out.write(*current, known > current->id.clock ? known - current->id.clock : 0);
      for (current = reader.next(); current != nullptr && current->id.client == client;
           current = reader.next()) {
        out.write(*current, 0);
      }
    } else {
      while (current != nullptr && current->id.client == client && current->end() <= known) {
        current = reader.next();
      }
    }
  }
  IdSet deletes;
  for (const auto& [client, range] : decoded.deletes) {
    deletes.add(client, range.clock, range.length);
  }
  return out.finish(deletes);
}

}  // namespace weft::reference
