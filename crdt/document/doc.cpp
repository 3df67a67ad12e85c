// The public face of a document.
#include <weft/doc.hpp>

#include "document/check.hpp"
#include "document/doc_state.hpp"

namespace weft {

namespace document {

DocState::DocState(const DocOptions& opts)
    : options(opts),
      store(opts.hash_seed),
      subdocs(opts.hash_seed),
      txn_(std::make_unique<TransactionState>()) {}

}  // namespace document

Transaction::~Transaction() { commit(); }

Transaction::Transaction(Transaction&& other) noexcept : doc_(std::exchange(other.doc_, nullptr)) {}

void Transaction::commit() {
  if (document::DocState* doc = std::exchange(doc_, nullptr)) doc->end();
}

Doc::Doc(DocOptions options) : state_(std::make_unique<document::DocState>(options)) {}
Doc::~Doc() = default;
Doc::Doc(Doc&&) noexcept = default;
Doc& Doc::operator=(Doc&&) noexcept = default;

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

std::vector<std::string> Doc::root_names() const {
  std::vector<std::string> names;
  for (const store::TypeIx root : state_->store.types.roots()) {
    names.emplace_back(state_->store.strings[state_->store.types[root].name]);
  }
  return names;
}

Transaction Doc::transact(std::uint64_t origin) {
  state_->begin(origin, true);
  return Transaction(state_.get());
}

namespace {

// Adds to one list of observers; `list` finds it again when the subscription ends.
template <typename Function, typename Find>
Subscription subscribe(document::DocState* doc, Function observer, Find list) {
  document::Observers& observers = doc->observers();
  const std::uint64_t number = ++observers.last_number;
  list(observers).add(number, std::move(observer));
  return Subscription([doc, number, list] { list(doc->observers()).remove(number); });
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
