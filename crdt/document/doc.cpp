// The public face of a document.
#include <weft/doc.hpp>

#include "document/check.hpp"
#include "document/doc_state.hpp"

namespace weft {

namespace document {

DocState::DocState(const DocOptions& opts) : options(opts), store(opts.hash_seed) {}

std::uint64_t DocState::add_update_observer(std::function<void(const UpdateEvent&)> observer) {
  update_observers_.emplace(next_observer_, std::move(observer));
  return next_observer_++;
}

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

Subscription Doc::on_update(std::function<void(const UpdateEvent&)> observer) {
  document::DocState* state = state_.get();
  const std::uint64_t number = state->add_update_observer(std::move(observer));
  return Subscription([state, number] { state->remove_update_observer(number); });
}

std::string Doc::check_invariants() const { return document::check_invariants(*state_); }

}  // namespace weft
