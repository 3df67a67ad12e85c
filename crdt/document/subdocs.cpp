#include "document/subdocs.hpp"

#include "document/doc_state.hpp"
#include "encoding/reader.hpp"
#include "update/doc_options.hpp"

namespace weft::document {

Subdoc* Subdocs::find(SubdocNumber number) {
  const auto at = entries_.find(number);
  return at == entries_.end() ? nullptr : &at->second;
}

std::optional<SubdocNumber> Subdocs::of_item(store::DenseId item) const {
  const std::uint32_t number = by_item_.find(key(item));
  if (number == store::FlatMap::kNone) return std::nullopt;
  return number;
}

SubdocNumber Subdocs::make(Subdoc subdoc) {
  const SubdocNumber number = next_++;
  by_item_.erase(key(subdoc.item));
  by_item_.insert(key(subdoc.item), number);
  entries_.emplace(number, std::move(subdoc));
  return number;
}

void Subdocs::detach(Subdoc& subdoc) {
  by_item_.erase(key(subdoc.item));
  subdoc.item = {};
}

void Subdocs::drop(SubdocNumber number) {
  Subdoc* subdoc = find(number);
  if (subdoc == nullptr) return;
  set_present(number, false);
  if (subdoc->item.exists()) detach(*subdoc);
  entries_.erase(number);
}

std::vector<SubdocNumber> Subdocs::present() const {
  std::vector<SubdocNumber> numbers;
  numbers.reserve(present_.size());
  for (const auto& [place, number] : present_) numbers.push_back(number);
  return numbers;
}

void Subdocs::set_present(SubdocNumber number, bool present) {
  Subdoc* subdoc = find(number);
  if (subdoc == nullptr || (subdoc->place != 0) == present) return;
  if (present) {
    subdoc->place = next_place_++;
    present_.emplace(subdoc->place, number);
  } else {
    present_.erase(subdoc->place);
    subdoc->place = 0;
  }
}

SubdocChanges& DocState::subdoc_changes() {
  if (!txn_->subdocs) txn_->subdocs = std::make_unique<SubdocChanges>();
  return *txn_->subdocs;
}

SubdocNumber DocState::make_subdoc(Handle handle, std::optional<bool> should_load) {
  const Item& item = store.items[handle];
  encoding::Reader body(as_bytes(store.content(item)));
  Subdoc subdoc;
  subdoc.item = {item.client, item.clock};
  subdoc.guid = as_text(body.varbytes());
  const ByteView written = body.between(body.offset(), item.size);
  subdoc.options.assign(written.begin(), written.end());
  subdoc.should_load = should_load.value_or(update::asks_to_load(written));
  return subdocs.make(std::move(subdoc));
}

// What stands in deleted content has no instance until somebody looks.
SubDoc DocState::subdoc_at(Handle handle) {
  const Item& item = store.items[handle];
  assert(item.content() == Kind::doc);
  const auto number = subdocs.of_item({item.client, item.clock});
  return {this, number ? *number : make_subdoc(handle, false)};
}

void DocState::integrate_subdoc(Handle handle, std::optional<bool> should_load) {
  const SubdocNumber number = make_subdoc(handle, should_load);
  SubdocChanges& changes = subdoc_changes();
  changes.added.add(number);
  if (subdocs.find(number)->should_load) changes.loaded.add(number);
}

void DocState::delete_subdoc(Handle handle) {
  const SubdocNumber number = subdoc_at(handle).number();
  SubdocChanges& changes = subdoc_changes();
  if (!changes.added.erase(number)) changes.removed.add(number);
}

void DocState::load_subdoc(SubdocNumber number) {
  Subdoc* subdoc = subdocs.find(number);
  if (subdoc == nullptr) return;
  if (subdoc->item.exists() && !subdoc->should_load) {
    subdoc->should_load = true;
    begin(0, true);
    subdoc_changes().loaded.add(number);
    end();
    return;
  }
  subdoc->should_load = true;
}

// The item may have been collected by now, and its id may belong to a GC struct.
void DocState::destroy_subdoc(SubdocNumber number) {
  Subdoc* subdoc = subdocs.find(number);
  if (subdoc == nullptr || !subdoc->item.exists()) return;
  const Handle item = store.containing(subdoc->item);
  const bool lives = store::is_item(item) && !store.items[item].deleted();
  subdocs.detach(*subdoc);
  begin(0, true);
  if (lives) subdoc_changes().added.add(make_subdoc(item, false));
  subdoc_changes().removed.add(number);
  end();
}

SubdocsEvent DocState::subdocs_event(const SubdocChanges& changes) {
  const auto handles = [this](const SubdocSet& set) {
    std::vector<SubDoc> list;
    for (const SubdocNumber number : set.list()) list.emplace_back(this, number);
    return list;
  };
  return {.loaded = handles(changes.loaded),
          .added = handles(changes.added),
          .removed = handles(changes.removed)};
}

// Yjs destroys what was removed once all have heard of it. What was deleted then takes a
// transaction of its own to say so again.
void DocState::finish_subdocs(const SubdocChanges& changes) {
  const SubdocsEvent event = subdocs_event(changes);
  if (event.loaded.empty() && event.added.empty() && event.removed.empty()) return;
  for (const SubDoc& subdoc : event.added) subdocs.set_present(subdoc.number(), true);
  for (const SubDoc& subdoc : event.removed) subdocs.set_present(subdoc.number(), false);
  if (observers_) observers_->subdocs.call(event);
  for (const SubDoc& subdoc : event.removed) {
    const Subdoc* entry = subdocs.find(subdoc.number());
    if (entry == nullptr) continue;
    if (entry->item.exists()) {
      destroy_subdoc(subdoc.number());
    } else {
      subdocs.drop(subdoc.number());
    }
  }
}

}  // namespace weft::document

namespace weft {

namespace {

const document::Subdoc* entry_of(const SubDoc& subdoc) {
  return subdoc.doc()->subdocs.find(subdoc.number());
}

Value option(const SubDoc& subdoc, std::string_view name) {
  const document::Subdoc* entry = entry_of(subdoc);
  if (entry == nullptr) return Null{};
  const auto options = Value::decode(entry->options);
  const Value* value = options ? options->find(name) : nullptr;
  return value == nullptr ? Value(Null{}) : *value;
}

}  // namespace

bool SubDoc::exists() const { return entry_of(*this) != nullptr; }

std::string SubDoc::guid() const {
  const document::Subdoc* entry = entry_of(*this);
  return entry == nullptr ? std::string() : entry->guid;
}

bool SubDoc::gc() const { return option(*this, "gc") != Value(false); }
bool SubDoc::auto_load() const { return option(*this, "autoLoad") == Value(true); }
Value SubDoc::meta() const { return option(*this, "meta"); }

bool SubDoc::should_load() const {
  const document::Subdoc* entry = entry_of(*this);
  return entry != nullptr && entry->should_load;
}

ClientId SubDoc::client_id() const { return doc_->options.client_id; }
void SubDoc::load() { doc_->load_subdoc(number_); }
void SubDoc::destroy() { doc_->destroy_subdoc(number_); }

}  // namespace weft
