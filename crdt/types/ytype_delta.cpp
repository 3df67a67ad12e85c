// Differs from release candidate 7, which steps over and deletes one unit for each item of several
// values.
#include "types/ytype_delta.hpp"

#include <algorithm>
#include <memory>

#include <weft/limits.hpp>

#include "document/formats.hpp"
#include "encoding/utf.hpp"
#include "types/format_walk.hpp"
#include "types/keys.hpp"

namespace weft {

namespace types {

namespace {

using Show = AttributedPiece::Show;

std::string text_of(const AttributedPiece& piece) {
  const std::string_view text = piece.doc->store.content(piece.doc->store.items[piece.item]);
  const auto from = encoding::find_utf16(text, piece.from);
  const auto to = encoding::find_utf16(text, piece.to);
  std::string cut;
  // Half a pair reads as U+FFFD, on both sides of the cut.
  if (from.inside_pair) cut += encoding::kReplacement;
  const std::size_t begin = from.byte + (from.inside_pair ? 4 : 0);
  if (to.byte > begin) encoding::append_well_formed(cut, text.substr(begin, to.byte - begin));
  if (to.inside_pair && to.byte >= begin) cut += encoding::kReplacement;
  return cut;
}

// Reads one type.
class Renderer {
 public:
  Renderer(DocState& doc, TypeIx type, const DeltaOptions& options, int depth)
      : doc_(doc),
        type_(type),
        options_(options),
        depth_(depth),
        delta_(YType(&doc, type).name()),
        formats_(doc) {}

  YDelta render() {
    add_attrs();
    if (renders_children()) {
      const store::Store& store = doc_.store;
      for (Handle at = store.types.list(store.types[type_].sequence).first; at != kNoHandle;
           at = store.items[at].right) {
        read_item(at);
      }
    }
    return std::move(delta_.done());
  }

 private:
  const std::vector<store::ListIx>* lists() const {
    if (options_.modified == nullptr) return nullptr;
    const auto found = options_.modified->find(type_);
    return found == options_.modified->end() ? nullptr : &found->second;
  }

  bool renders_children() const {
    if (options_.modified == nullptr) return true;
    const auto* changed = lists();
    return changed != nullptr &&
           std::any_of(changed->begin(), changed->end(), [this](store::ListIx list) {
             return doc_.store.types.list(list).is_sequence();
           });
  }

  bool is_modified(TypeIx type) const {
    return options_.modified != nullptr && options_.modified->contains(type);
  }

  YDelta render_inside(const SharedType& type, bool all) const {
    if (depth_ == limits::depth_max) return YDelta(YType(type).name());
    DeltaOptions options = options_;
    if (all) options.modified = nullptr;
    // Off the stack, since it nests.
    const auto renderer = std::make_unique<Renderer>(*type.doc(), type.type(), options, depth_ + 1);
    return renderer->render();
  }

  // --- attributes ---

  void add_attrs() {
    const store::Store& store = doc_.store;
    const auto add = [&](store::ListIx at) {
      const store::List& list = store.types.list(at);
      if (!list.is_sequence() && list.last != kNoHandle) add_attr(list.key, list.last);
    };
    if (const auto* changed = lists()) {
      std::for_each(changed->begin(), changed->end(), add);
      return;
    }
    for (store::ListIx at = store.types[type_].first_key; at != store::kNoIndex;
         at = store.types.list(at).next_key) {
      add(at);
    }
  }

  void add_attr(std::uint32_t key_number, Handle handle) {
    const Item& item = doc_.store.items[handle];
    pieces_.clear();
    read(handle, 0, item.length, Show::present);
    if (pieces_.empty()) return;
    const AttributedPiece piece = pieces_.back();
    const bool told = piece.deleted && options_.items_to_render != nullptr;
    if (!piece.rendered() && !(told && renders(item.last_id()))) return;
    const std::string key(doc_.store.strings[key_number]);
    Attribution attribution = attribution_of(piece);
    if (piece.deleted) {
      if (renders(item.last_id())) put(key, YAttr::Action::remove, {}, std::move(attribution));
      return;
    }
    const Element element = element_of(*piece.doc, piece.item, piece.to - 1);
    const auto* type = std::get_if<SharedType>(&element);
    if (options_.deep && type != nullptr) {
      if (is_modified(type->type())) {
        put(key, YAttr::Action::modify, inside(*type, false), {});
      } else {
        put(key, YAttr::Action::set, inside(*type, true), std::move(attribution));
      }
      return;
    }
    put(key, YAttr::Action::set, content_of(element), std::move(attribution));
  }

  // Each key comes once.
  void put(const std::string& key, YAttr::Action action, YContent content,
           Attribution attribution) {
    delta_.attrs.emplace_back(key, YAttr{action, std::move(content), std::move(attribution)});
  }

  YDeltaPtr inside(const SharedType& type, bool all) const {
    return std::make_shared<const YDelta>(render_inside(type, all));
  }

  bool renders(store::DenseId id) const {
    return options_.items_to_render == nullptr ||
           options_.items_to_render->contains({doc_.store.clients[id.client].id, id.clock});
  }

  static YContent content_of(const Element& element) {
    if (const auto* type = std::get_if<SharedType>(&element)) return *type;
    if (const auto* subdoc = std::get_if<SubDoc>(&element)) return *subdoc;
    const auto* value = std::get_if<Value>(&element);
    return value == nullptr ? Value() : *value;
  }

  // --- children ---

  void read_item(Handle handle) {
    const Item& item = doc_.store.items[handle];
    pieces_.clear();
    if (options_.items_to_render == nullptr) {
      read(handle, 0, item.length, Show::present);
    } else {
      const ClientId client = doc_.store.clients[item.client].id;
      for (const SlicedRange& range :
           options_.items_to_render->slice(client, item.clock, item.length)) {
        const auto from = static_cast<std::uint32_t>(range.clock - item.clock);
        read(handle, from, from + static_cast<std::uint32_t>(range.length),
             range.exists ? Show::changed : Show::retained);
      }
    }
    for (const AttributedPiece& piece : pieces_) add_child(piece);
  }

  void read(Handle handle, std::uint32_t from, std::uint32_t to, Show show) {
    const Item& item = doc_.store.items[handle];
    AttributedPiece piece;
    piece.client = doc_.store.clients[item.client].id;
    piece.clock = Clock{item.clock} + from;
    piece.deleted = item.deleted();
    piece.show = show;
    piece.doc = &doc_;
    piece.item = handle;
    piece.from = from;
    piece.to = to;
    if (options_.attributions != nullptr) {
      options_.attributions->read_content(pieces_, piece);
    } else if (!piece.deleted || show != Show::retained) {
      pieces_.push_back(std::move(piece));
    }
  }

  void add_child(const AttributedPiece& piece) {
    const Kind kind = piece.doc->store.items[piece.item].content();
    if (kind == Kind::format) return add_format(piece);
    if (kind == Kind::doc) return;
    const bool says = !piece.deleted || piece.attributes.has_value();
    const bool rendered = piece.rendered();
    if (kind == Kind::deleted || !(rendered && says)) {
      if (rendered && piece.deleted) {
        delta_.remove(piece.length());
      } else if (kind != Kind::deleted && !rendered && says) {
        add_retained(piece);
      }
      return;
    }
    Attribution attribution = merged(formats_.attribution(), attribution_of(piece));
    formats_.use_current();
    if (piece.deleted ? options_.retain_deletes : options_.retain_inserts) {
      if (!attribution) attribution = ValueObject{};
      delta_.retain(piece.length(), formats_.used(), std::move(attribution));
    } else if (kind == Kind::string) {
      delta_.insert(text_of(piece), formats_.used(), std::move(attribution));
    } else {
      delta_.insert(contents_of(piece), formats_.used(), std::move(attribution));
    }
  }

  // What is there already, perhaps with another format.
  void add_retained(const AttributedPiece& piece) {
    const Item& item = piece.doc->store.items[piece.item];
    if (item.content() == Kind::type && is_modified(item.data)) {
      delta_.modify(render_inside(SharedType(piece.doc, item.data), false), formats_.used(),
                    formats_.attribution());
      return;
    }
    formats_.use_changed();
    delta_.retain(piece.length(), formats_.used(), formats_.attribution());
  }

  std::vector<YContent> contents_of(const AttributedPiece& piece) const {
    const Item& item = piece.doc->store.items[piece.item];
    std::vector<YContent> contents;
    if (options_.deep && item.content() == Kind::type) {
      contents.emplace_back(inside(SharedType(piece.doc, item.data), true));
      return contents;
    }
    std::vector<Element> elements;
    append_elements(*piece.doc, piece.item, piece.from, piece.to, elements);
    for (const Element& element : elements) contents.push_back(content_of(element));
    return contents;
  }

  void add_format(const AttributedPiece& piece) {
    const document::Formats formats(*piece.doc);
    FormatWalk::Said value{.value = formats.value({.item = piece.item})};
    if (formats.is_object({.item = piece.item})) {
      value.doc = piece.doc;
      value.object = piece.doc->store.object_of(piece.item);
    }
    const bool says = !piece.deleted || piece.attributes.has_value();
    formats_.add({.key = piece.doc->store.strings[formats.key(piece.item)],
                  .value = std::move(value),
                  .deleted = piece.deleted,
                  .rendered = piece.rendered() && (says || piece.deleted),
                  .retained = !piece.rendered() && says,
                  .attribution = attribution_of(piece)});
  }

  DocState& doc_;
  TypeIx type_;
  const DeltaOptions& options_;
  int depth_;
  YDelta delta_;
  FormatWalk formats_;
  std::vector<AttributedPiece> pieces_;
};

}  // namespace

YDelta render_delta(const SharedType& type, const DeltaOptions& options) {
  return Renderer(*type.doc(), type.type(), options, 1).render();
}

}  // namespace types

YDelta YType::to_delta(const AttributionManager* attributions, bool deep) const {
  types::DeltaOptions options;
  options.attributions = attributions;
  options.deep = deep;
  return types::render_delta(*this, options);
}

YDelta YType::marks_delta(const AttributionManager& attributions, const IdSet& ids) const {
  IdSet sorted = ids;
  sorted.normalize();
  types::DeltaOptions options;
  options.attributions = &attributions;
  options.items_to_render = &sorted;
  options.retain_inserts = true;
  options.retain_deletes = true;
  options.deep = true;
  return types::render_delta(*this, options);
}

}  // namespace weft
