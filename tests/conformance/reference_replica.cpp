// A replica held by the reference engine.
#include "../reference/doc.hpp"
#include "replica.hpp"

namespace weft::conformance {

namespace {

class ReferenceReplica : public Replica {
 public:
  ReferenceReplica(ClientId client, bool gc) : doc_(client, gc) {}

  void make_roots(std::span<const Root> roots) override {
    for (const Root& root : roots) doc_.root(root.name);
  }
  Result<void> apply(ByteView update) override {
    auto result = doc_.apply_update(update);
    if (result) note_emitted();
    return result;
  }

  Result<void> edit(const std::vector<Edit>& edits) override {
    bool found = true;
    doc_.transact([&] {
      for (const Edit& edit : edits) found = found && edit_one(edit);
    });
    note_emitted();
    if (!found) return std::unexpected(Error{Errc::wrong_type});
    return {};
  }

  std::vector<Bytes> take_emitted() override { return std::exchange(emitted_, {}); }
  bool has_pending() const override { return doc_.has_pending(); }
  Bytes state(const StateVector& since) const override {
    return doc_.encode_state_as_update(since);
  }

  Bytes snapshot() const override {
    update::EncoderV1 encoder;
    reference::write_deletes(encoder, doc_.delete_set());
    encoder.write_rest(doc_.state_vector().encode());
    return encoder.finish();
  }

  std::optional<std::string> json(const Root& root) override {
    if (root.kind > TypeKind::text) return std::nullopt;
    return reference::Doc::to_json(doc_.root(root.name), root.kind).to_json();
  }

  Result<Bytes> merge(const std::vector<Bytes>& updates) const override {
    return reference::merge_updates(updates);
  }

 private:
  void note_emitted() {
    if (doc_.emitted()) emitted_.push_back(*doc_.emitted());
  }

  reference::Type* find(const Path& path) {
    reference::Type* type = doc_.root(path.root.name);
    for (const Step& step : path.steps) {
      if (type == nullptr) break;
      type = step.by_key ? reference::Doc::child(type, step.key)
                         : reference::Doc::child(type, step.index);
    }
    return type;
  }

  bool edit_one(const Edit& edit) {
    reference::Type* type = find(edit.path);
    if (type == nullptr) return false;
    switch (edit.op) {
      case Op::text_insert:
        doc_.text_insert(type, edit.index, edit.text);
        break;
      case Op::text_delete:
        doc_.text_remove(type, edit.index, edit.length);
        break;
      case Op::array_insert:
        doc_.array_insert(type, edit.index, edit.values);
        break;
      case Op::array_push:
        doc_.array_push(type, edit.values);
        break;
      case Op::array_insert_type:
        doc_.array_insert_type(type, edit.index, edit.kind);
        break;
      case Op::array_delete:
        doc_.array_remove(type, edit.index, edit.length);
        break;
      case Op::map_set:
        doc_.map_set(type, edit.text, edit.values.front());
        break;
      case Op::map_set_type:
        doc_.map_set_type(type, edit.text, edit.kind);
        break;
      case Op::map_delete:
        doc_.map_remove(type, edit.text);
        break;
      default:
        return false;  // it knows plain text only
    }
    return true;
  }

  reference::Doc doc_;
  std::vector<Bytes> emitted_;
};

}  // namespace

std::unique_ptr<Replica> make_reference_replica(ClientId client, bool gc, bool) {
  return std::make_unique<ReferenceReplica>(client, gc);
}

}  // namespace weft::conformance
