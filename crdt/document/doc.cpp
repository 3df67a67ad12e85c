// The public face of a document.
#include <cassert>

#include <weft/doc.hpp>

#include "document/check.hpp"
#include "document/doc_state.hpp"

namespace weft {

namespace document {

DocState::DocState(DocOptions opts)
    : options(std::move(opts)),
      store(options.hash_seed),
      subdocs(options.hash_seed),
      format_place(options.hash_seed),
      txn_(std::make_unique<TransactionState>()) {}

ItemInfo DocState::info(Handle handle) {
  const Item& item = store.items[handle];
  const store::List& list = store.types.list(item.list);
  ItemInfo info{.id = store.id_of({item.client, item.clock}),
                .length = item.length,
                .deleted = item.deleted(),
                .parent = SharedType(this, list.type),
                .key = std::nullopt,
                .type = std::nullopt};
  if (!list.is_sequence()) info.key = store.strings[list.key];
  if (item.content() == Kind::type) info.type = SharedType(this, item.data);
  return info;
}

}  // namespace document

Transaction::~Transaction() { commit(); }

Transaction::Transaction(Transaction&& other) noexcept : doc_(std::exchange(other.doc_, nullptr)) {}

void Transaction::commit() {
  if (document::DocState* doc = std::exchange(doc_, nullptr)) doc->end();
}

Doc::Doc(DocOptions options) : state_(std::make_unique<document::DocState>(std::move(options))) {}
Doc::~Doc() { tell_end(); }
Doc::Doc(Doc&&) noexcept = default;
Doc& Doc::operator=(Doc&& other) noexcept {
  if (this != &other) {
    tell_end();
    state_ = std::move(other.state_);
  }
  return *this;
}

void Doc::tell_end() noexcept {
  if (state_) state_->tell_end();
}

const DocOptions& Doc::options() const { return state_->options; }
ClientId Doc::client_id() const { return state_->options.client_id; }

Result<void> Doc::apply_update(ByteView update, Encoding encoding, std::uint64_t origin) {
  return state_->apply(update, encoding, origin);
}

Bytes Doc::encode_state_as_update(const StateVector& since, Encoding encoding) const {
  return state_->encode_state(since, encoding);
}

StateVector Doc::state_vector() const { return state_->state_vector(); }
Bytes Doc::encode_state_vector() const { return state_->state_vector().encode(); }
IdSet Doc::delete_set() const { return state_->delete_set(); }
std::uint64_t Doc::revision() const { return state_->revision(); }
bool Doc::has_pending() const { return state_->has_pending(); }
std::vector<Id> Doc::missing() const { return state_->missing(); }

namespace {

// A root that was only named so far takes the kind that it is first asked for.
std::uint32_t typed_root(document::DocState& doc, std::string_view name, TypeKind kind) {
  const store::TypeIx type = doc.root(name);
  if (doc.store.types[type].kind == store::Type::kUnknown) {
    doc.store.types[type].kind = static_cast<std::uint8_t>(kind);
  }
  return type;
}

}  // namespace

Text Doc::text(std::string_view name) {
  return {state_.get(), typed_root(*state_, name, TypeKind::text)};
}
Array Doc::array(std::string_view name) {
  return {state_.get(), typed_root(*state_, name, TypeKind::array)};
}
Map Doc::map(std::string_view name) {
  return {state_.get(), typed_root(*state_, name, TypeKind::map)};
}
XmlFragment Doc::xml_fragment(std::string_view name) {
  return {state_.get(), typed_root(*state_, name, TypeKind::xml_fragment)};
}
XmlElement Doc::xml_element(std::string_view name) {
  return {state_.get(), typed_root(*state_, name, TypeKind::xml_element)};
}
XmlText Doc::xml_text(std::string_view name) {
  return {state_.get(), typed_root(*state_, name, TypeKind::xml_text)};
}

std::vector<SubDoc> Doc::subdocs() const {
  std::vector<SubDoc> subdocs;
  for (const document::SubdocNumber number : state_->subdocs.present()) {
    subdocs.emplace_back(state_.get(), number);
  }
  return subdocs;
}

Result<Doc> create_doc_from_update(ByteView update, Encoding encoding, DocOptions options) {
  Doc doc(std::move(options));
  if (auto applied = doc.apply_update(update, encoding); !applied) {
    return std::unexpected(applied.error());
  }
  return doc;
}

Doc clone_doc(const Doc& doc, DocOptions options) {
  auto clone =
      create_doc_from_update(doc.encode_state_as_update(), Encoding::v1, std::move(options));
  assert(clone);  // what a document writes can be read
  return std::move(*clone);
}

std::vector<std::string> Doc::root_names() const {
  std::vector<std::string> names;
  for (const store::TypeIx root : state_->store.types.roots()) {
    names.emplace_back(state_->store.strings[state_->store.types[root].name]);
  }
  return names;
}

std::optional<ItemInfo> Doc::find_item(Id id) {
  const store::Store& store = state_->store;
  const store::ClientIx client = store.clients.find(id.client);
  if (client == store::kNoClient || id.clock >= store.clients[client].structs.state()) {
    return std::nullopt;
  }
  const store::Handle item = store.containing({client, static_cast<std::uint32_t>(id.clock)});
  return store::is_item(item) ? std::optional(state_->info(item)) : std::nullopt;
}

Transaction Doc::transact(std::uint64_t origin, bool local) {
  state_->begin(origin, local);
  return Transaction(state_.get());
}

namespace {

TransactionMeta& meta_of(document::TransactionState& txn) {
  if (!txn.meta) txn.meta = std::make_unique<TransactionMeta>();
  return *txn.meta;
}

}  // namespace

TransactionMeta& Transaction::meta() { return meta_of(doc_->transaction()); }

namespace {

// Adds to one list of observers; `list` finds it again when the subscription ends.
template <typename Function, typename Find>
Subscription subscribe(document::DocState* doc, Function observer, Find list) {
  const std::shared_ptr<document::Observers>& observers = doc->observers();
  const std::uint64_t number = ++observers->last_number;
  list(*observers).add(number, std::move(observer));
  return Subscription([of = std::weak_ptr(observers), number, list] {
    if (const auto still = of.lock()) list(*still).remove(number);
  });
}

}  // namespace

Subscription Doc::on_update(std::function<void(const UpdateEvent&)> observer, Encoding encoding) {
  return subscribe(
      state_.get(), std::move(observer), [encoding](document::Observers & o) -> auto& {
        return encoding == Encoding::v1 ? o.update : o.update_v2;
      });
}

Subscription Doc::on(DocEvent event, std::function<void(const TransactionEvent&)> observer) {
  return subscribe(
      state_.get(),
      std::move(observer), [event](document::Observers & o) -> auto& { return o.of(event); });
}

Subscription Doc::on_subdocs(std::function<void(const SubdocsEvent&)> observer) {
  return subscribe(
      state_.get(), std::move(observer),
      [](document::Observers & o) -> auto& { return o.subdocs; });
}

Subscription Doc::on_load(std::function<void()> observer) {
  return subscribe(
      state_.get(), std::move(observer), [](document::Observers & o) -> auto& { return o.load; });
}

Subscription Doc::on_sync(std::function<void(bool)> observer) {
  return subscribe(
      state_.get(), std::move(observer), [](document::Observers & o) -> auto& { return o.sync; });
}

Subscription Doc::on_destroy(std::function<void()> observer) {
  return subscribe(
      state_.get(), std::move(observer),
      [](document::Observers & o) -> auto& { return o.destroy; });
}

bool Doc::loaded() const { return state_->loaded; }
bool Doc::synced() const { return state_->synced; }

void Doc::set_loaded() {
  state_->loaded = true;
  state_->observers()->load.call();
}

void Doc::set_synced(bool synced) {
  state_->synced = synced;
  if (synced && !loaded()) set_loaded();
  state_->observers()->sync.call(synced);
}

std::uint64_t TransactionEvent::origin() const { return txn_->origin; }
bool TransactionEvent::local() const { return txn_->local; }

StateVector TransactionEvent::before_state() const {
  StateVector vector;
  const StateVector after = after_state();
  for (const auto& [client, clock] : after.entries()) {
    const store::ClientIx dense = doc_->store.clients.find(client);
    const Clock before = txn_->before(dense, static_cast<std::uint32_t>(clock));
    if (before > 0) vector.set(client, before);
  }
  return vector;
}

StateVector TransactionEvent::after_state() const {
  StateVector vector = doc_->state_vector();
  for (const document::Touched& entry : txn_->touched) {
    vector.set(doc_->store.clients[entry.client].id, entry.after);
  }
  return vector;
}

IdSet TransactionEvent::delete_set() const { return doc_->to_id_set(txn_->deletes); }
IdSet TransactionEvent::insert_set() const { return doc_->to_id_set(doc_->inserted(*txn_)); }

std::vector<TransactionEvent::Changed> TransactionEvent::changed() const {
  std::vector<Changed> changed;
  for (const store::ListIx at : txn_->changed) {
    const store::List& list = doc_->store.types.list(at);
    const SharedType type(doc_, list.type);
    if (changed.empty() || changed.back().type != type) changed.push_back({type, {}});
    changed.back().keys.emplace_back(
        list.is_sequence() ? std::nullopt
                           : std::optional<std::string>(doc_->store.strings[list.key]));
  }
  return changed;
}

std::vector<SharedType> TransactionEvent::changed_types() const {
  std::vector<SharedType> types;
  types.reserve(txn_->changed_parents.size());
  for (const store::TypeIx type : txn_->changed_parents) types.emplace_back(doc_, type);
  return types;
}

SubdocsEvent TransactionEvent::subdocs() const {
  return txn_->subdocs ? doc_->subdocs_event(*txn_->subdocs) : SubdocsEvent();
}

TransactionMeta& TransactionEvent::meta() const { return meta_of(*txn_); }

Subscription SharedType::observe(std::function<void(const Event&)> observer) const {
  return subscribe(
      doc_, std::move(observer), [type = type_](document::Observers & o) -> auto& {
        return o.types[type].plain;
      });
}

Subscription SharedType::observe_deep(std::function<void(std::span<const Event>)> observer) const {
  return subscribe(
      doc_, std::move(observer), [type = type_](document::Observers & o) -> auto& {
        return o.types[type].deep;
      });
}

std::string Doc::check_invariants() const { return document::check_invariants(*state_); }

}  // namespace weft
