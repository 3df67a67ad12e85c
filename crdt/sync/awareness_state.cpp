// States as values: which are the same, and updates with others in their place.
#include "sync/awareness_state.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <weft/awareness.hpp>

#include "encoding/reader.hpp"
#include "encoding/writer.hpp"

namespace weft {

namespace {

using Members = std::vector<const ValueObject::value_type*>;

Members sorted(const ValueObject& object) {
  Members members;
  members.reserve(object.size());
  for (const auto& member : object) members.push_back(&member);
  std::sort(members.begin(), members.end(),
            [](const auto* a, const auto* b) { return a->first < b->first; });
  return members;
}

// As deep as from_json lets values nest.
// NOLINTNEXTLINE(misc-no-recursion): as above
bool same(const Value& a, const Value& b) {
  if (const auto* left = a.get_if<ValueArray>()) {
    const auto* right = b.get_if<ValueArray>();
    return right != nullptr &&
           std::equal(left->begin(), left->end(), right->begin(), right->end(), same);
  }
  const auto* left = a.get_if<ValueObject>();
  if (left == nullptr) return a == b;
  const auto* right = b.get_if<ValueObject>();
  if (right == nullptr || left->size() != right->size()) return false;
  const Members ours = sorted(*left);
  const Members theirs = sorted(*right);
  return std::equal(ours.begin(), ours.end(), theirs.begin(),
                    // NOLINTNEXTLINE(misc-no-recursion): as above
                    [](const auto* x, const auto* y) {
                      return x->first == y->first && same(x->second, y->second);
                    });
}

}  // namespace

bool same_state(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto left = Value::from_json(a);
  const auto right = Value::from_json(b);
  return left && right && same(*left, *right);
}

Result<Bytes> modify_awareness_update(ByteView update,
                                      const std::function<Value(ClientId, Value)>& modify) {
  encoding::Reader reader(update);
  encoding::Writer writer;
  const std::uint64_t count = reader.varuint();
  writer.varuint(count);
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const ClientId client = reader.varuint();
    const std::uint64_t clock = reader.varuint();
    const std::string_view json = as_text(reader.varbytes());
    if (!reader.ok()) break;
    auto state = Value::from_json(json);
    if (!state) return std::unexpected(state.error());
    const Value changed = modify(client, std::move(*state));
    if (changed.is<Undefined>()) return std::unexpected(Error{.code = Errc::invalid_json});
    writer.varuint(client);
    writer.varuint(clock);
    writer.varstring(changed.to_json());
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  return writer.take();
}

}  // namespace weft
