// A replica held by the engine under test, through its public interface alone.
#include <algorithm>

#include <weft/doc.hpp>
#include <weft/update.hpp>

#include "history.hpp"
#include "replica.hpp"
#include "weft_events.hpp"
#include "weft_root.hpp"

namespace weft::conformance {

namespace {

Result<void> forget(const Result<SharedType>& made) {
  if (!made) return std::unexpected(made.error());
  return {};
}

class WeftReplica : public Replica {
 public:
  WeftReplica(ClientId client, bool gc, bool both) : doc_({.client_id = client, .gc = gc}) {
    subscription_ = doc_.on_update([this](const UpdateEvent& event) {
      emitted_.emplace_back(event.update.begin(), event.update.end());
    });
    if (!both) return;
    subscription_v2_ = doc_.on_update(
        [this](const UpdateEvent& event) {
          emitted_v2_.emplace_back(event.update.begin(), event.update.end());
        },
        Encoding::v2);
  }

  void make_roots(std::span<const Root> roots) override {
    for (const Root& root : roots) typed_root(doc_, root);
  }
  Result<void> apply(ByteView update) override {
    return doc_.apply_update(update, Encoding::v1, kNetworkOrigin);
  }

  Result<void> edit(const std::vector<Edit>& edits) override {
    Transaction transaction = doc_.transact();
    for (const Edit& edit : edits) {
      if (auto result = edit_one(transaction, edit); !result) return result;
    }
    return {};
  }

  std::vector<Bytes> take_emitted() override { return std::exchange(emitted_, {}); }
  std::vector<Bytes> take_emitted_v2() override { return std::exchange(emitted_v2_, {}); }
  void observe(std::span<const Root> roots) override {
    for (const Root& root : roots) {
      observers_.push_back(
          typed_root(doc_, root)
              .observe_deep([this, name = root.name](std::span<const Event> events) {
                events_ += describe_events(name, events);
              }));
    }
  }
  std::string take_events() override { return std::exchange(events_, {}); }

  bool has_pending() const override { return doc_.has_pending(); }
  std::optional<std::string> missing() const override {
    std::vector<Id> ids = doc_.missing();
    std::ranges::sort(ids, {}, &Id::client);
    std::string text;
    for (const Id& id : ids) {
      if (!text.empty()) text += ' ';
      text += std::to_string(id.client) + ':' + std::to_string(id.clock);
    }
    return text;
  }
  Bytes state(const StateVector& since) const override {
    return doc_.encode_state_as_update(since);
  }

  Bytes state_v2() const override { return doc_.encode_state_as_update({}, Encoding::v2); }

  Bytes snapshot() const override {
    Bytes bytes = doc_.delete_set().encode();
    const Bytes vector = doc_.encode_state_vector();
    bytes.insert(bytes.end(), vector.begin(), vector.end());
    return bytes;
  }

  std::optional<std::string> json(const Root& root) override {
    return typed_root(doc_, root).to_json().to_json();
  }
  std::optional<std::string> delta(const Root& root) override {
    return doc_.text(root.name).to_delta().to_json();
  }
  History* history() override { return &history_; }
  std::string broken_invariant() const override { return doc_.check_invariants(); }

  Result<Bytes> merge(const std::vector<Bytes>& updates) const override {
    const std::vector<ByteView> views(updates.begin(), updates.end());
    return merge_updates(views);
  }

 private:
  Result<SharedType> find(const Path& path) {
    SharedType type = typed_root(doc_, path.root);
    for (const Step& step : path.steps) {
      const Element element = step.by_key ? Map(type.doc(), type.type()).get(step.key)
                                          : Array(type.doc(), type.type()).get(step.index);
      const auto* nested = std::get_if<SharedType>(&element);
      if (nested == nullptr) return std::unexpected(Error{Errc::wrong_type});
      type = *nested;
    }
    return type;
  }

  Result<void> edit_one(Transaction& transaction, const Edit& edit) {
    const auto type = find(edit.path);
    if (!type) return std::unexpected(type.error());
    Text text(type->doc(), type->type());
    Array array(type->doc(), type->type());
    Map map(type->doc(), type->type());
    switch (edit.op) {
      case Op::text_insert:
        return text.insert(transaction, edit.index, edit.text);
      case Op::text_delete:
        return text.remove(transaction, edit.index, edit.length);
      case Op::array_insert:
        return array.insert(transaction, edit.index, edit.values);
      case Op::array_push:
        return array.push(transaction, edit.values);
      case Op::array_insert_type:
        return forget(array.insert_type(transaction, edit.index, edit.kind));
      case Op::array_delete:
        return array.remove(transaction, edit.index, edit.length);
      case Op::map_set:
        return map.set(transaction, edit.text, edit.values.front());
      case Op::map_set_type:
        return forget(map.set_type(transaction, edit.text, edit.kind));
      case Op::map_delete:
        if (auto element = type->as<XmlElement>()) {
          return element->remove_attribute(transaction, edit.text);
        }
        return map.remove(transaction, edit.text);
      case Op::text_insert_with:
        return text.insert(transaction, edit.index, edit.text, edit.attributes);
      case Op::text_embed:
        return text.insert_embed(transaction, edit.index, edit.values.front(), edit.attributes);
      case Op::text_insert_type:
        return forget(text.insert_type(transaction, edit.index, edit.kind, edit.attributes));
      case Op::text_format:
        return text.format(transaction, edit.index, edit.length, edit.attributes);
      case Op::text_delta:
        return text.apply_delta(transaction, edit.delta, edit.sanitize);
      case Op::set_attribute:
        return text.set_attribute(transaction, edit.text, edit.values.front());
      case Op::remove_attribute:
        return text.remove_attribute(transaction, edit.text);
      default:
        return edit_contents(transaction, *type, edit);
    }
  }

  Result<void> edit_contents(Transaction& transaction, const SharedType& type, const Edit& edit) {
    XmlFragment fragment(type.doc(), type.type());
    switch (edit.op) {
      case Op::insert_contents:
        return insert(transaction, type, edit.index, edit.contents);
      case Op::push_contents:
        if (auto array = type.as<Array>()) return array->push(transaction, edit.contents);
        return fragment.push(transaction, edit.contents);
      case Op::insert_after: {
        std::optional<SharedType> reference;
        if (edit.index > 0) reference = std::get<SharedType>(fragment.get(edit.index - 1));
        return fragment.insert_after(transaction, reference, edit.contents);
      }
      case Op::set_content:
        if (auto element = type.as<XmlElement>()) {
          return element->set_attribute(transaction, edit.text, edit.contents.front());
        }
        return Map(type.doc(), type.type()).set(transaction, edit.text, edit.contents.front());
      case Op::clear:
        return Map(type.doc(), type.type()).clear(transaction);
      case Op::insert_clone: {
        const auto from = find(edit.from);
        const auto copy = from ? from->clone() : std::unexpected(from.error());
        if (!copy) return std::unexpected(copy.error());
        return insert(transaction, type, edit.index, {*copy});
      }
      default:
        return std::unexpected(Error{Errc::invalid_message});
    }
  }

  static Result<void> insert(Transaction& transaction, const SharedType& type, std::uint32_t index,
                             const std::vector<Content>& contents) {
    if (auto array = type.as<Array>()) return array->insert(transaction, index, contents);
    return XmlFragment(type.doc(), type.type()).insert(transaction, index, contents);
  }

  Doc doc_;
  Subscription subscription_;
  Subscription subscription_v2_;
  std::vector<Subscription> observers_;
  std::vector<Bytes> emitted_;
  std::vector<Bytes> emitted_v2_;
  History history_{doc_, [this](const Path& path) { return find(path); },
                   [this](const std::string& name) {
                     const TypeKind kind = name == "array" ? TypeKind::array
                                           : name == "map" ? TypeKind::map
                                           : name == "xml" ? TypeKind::xml_fragment
                                                           : TypeKind::text;
                     return typed_root(doc_, {kind, name});
                   }};
  std::string events_;
};

}  // namespace

std::unique_ptr<Replica> make_weft_replica(ClientId client, bool gc, bool both) {
  return std::make_unique<WeftReplica>(client, gc, both);
}

}  // namespace weft::conformance
