// Id maps as bytes. Source: @y/y 14 ids.js (writeIdMap, readIdMap), always in the V2 form.
//
// Wire: varuint clients, then for each, ascending:
//   varuint difference to the client before, varuint ranges, range*
//   range     := varuint clocks since the end of the range before, varuint length - 1,
//                varuint attributes, attribute*
//   attribute := varuint number [, if new: varuint name number [, if new: varstring name], any]
// New is a number that is the count of those before it.
#include "update/id_map_io.hpp"

#include <unordered_map>

#include "encoding/any.hpp"
#include "encoding/utf.hpp"

namespace weft {

namespace update {

namespace {

class AttributeWriter {
 public:
  explicit AttributeWriter(encoding::Writer& out) : out_(out) {}

  void write(const ContentAttributePtr& attribute) {
    const auto [at, is_new] = numbers_.try_emplace(attribute.get(), numbers_.size());
    out_.varuint(at->second);
    if (!is_new) return;
    const auto [name, is_new_name] = names_.try_emplace(attribute->name, names_.size());
    out_.varuint(name->second);
    if (is_new_name) out_.varstring(attribute->name);
    out_.raw(attribute->value.encode());
  }

 private:
  encoding::Writer& out_;
  std::unordered_map<const ContentAttribute*, std::size_t> numbers_;
  std::map<std::string, std::size_t> names_;
};

class AttributeReader {
 public:
  explicit AttributeReader(encoding::Reader& in) : in_(in) {}

  ContentAttributePtr read() {
    const std::uint64_t number = in_.varuint();
    if (number == known_.size()) known_.push_back(read_new());
    if (number < known_.size()) return known_[number];
    in_.fail(Errc::invalid_content);
    return nullptr;
  }

  const ContentAttributes& all() const { return known_; }

 private:
  ContentAttributePtr read_new() {
    const std::uint64_t name = in_.varuint();
    if (name == names_.size()) {
      names_.emplace_back(as_text(in_.varbytes()));
      if (!encoding::scan_utf8(names_.back()).valid) in_.fail(Errc::invalid_utf8);
    }
    const std::size_t begin = in_.offset();
    bool canonical = true;
    encoding::scan_any(in_, canonical);
    if (name >= names_.size()) in_.fail(Errc::invalid_content);
    if (!in_.ok()) return nullptr;
    auto value = Value::decode(in_.between(begin, in_.offset()));
    if (!value) {
      in_.fail(value.error().code);
      return nullptr;
    }
    return make_attribute(names_[name], std::move(*value));
  }

  encoding::Reader& in_;
  std::vector<std::string> names_;
  ContentAttributes known_;
};

AttributedRange read_range(encoding::Reader& in, AttributeReader& attributes, Clock from) {
  AttributedRange range;
  range.clock = from + in.varuint();
  range.length = in.varuint() + 1;
  if (range.clock > kSafeInteger || range.length > kSafeInteger - range.clock) {
    in.fail(Errc::invalid_delete_set);
  }
  for (std::uint64_t count = in.varuint(); count > 0 && in.ok(); --count) {
    range.attributes.push_back(attributes.read());
  }
  return range;
}

}  // namespace

}  // namespace update

class IdMapReader {
 public:
  explicit IdMapReader(encoding::Reader& in) : in_(in), attributes_(in) {}

  IdMap read() {
    ClientId client = 0;
    for (std::uint64_t count = in_.varuint(); count > 0 && in_.ok(); --count) {
      client += in_.varuint();
      if (client > kSafeInteger) in_.fail(Errc::number_too_large);
      read_client(client);
    }
    if (!in_.ok()) return {};
    for (const ContentAttributePtr& attribute : attributes_.all()) {
      map_.known_.insert(attribute);
      map_.by_content_.insert_or_assign(IdMap::content_of(*attribute), attribute);
    }
    return std::move(map_);
  }

 private:
  // A client that comes again takes the place of what was read before.
  void read_client(ClientId client) {
    auto& ranges = map_.clients_[client].ranges;
    ranges.clear();
    Clock from = 0;
    for (std::uint64_t count = in_.varuint(); count > 0 && in_.ok(); --count) {
      ranges.push_back(update::read_range(in_, attributes_, from));
      from = ranges.back().clock + ranges.back().length;
    }
  }

  encoding::Reader& in_;
  update::AttributeReader attributes_;
  IdMap map_;
};

IdMap update::read_id_map(encoding::Reader& in) { return IdMapReader(in).read(); }

void update::write_id_map(encoding::Writer& out, const IdMap& map) {
  AttributeWriter attributes(out);
  const std::vector<ClientId> clients = map.clients();
  out.varuint(clients.size());
  ClientId before = 0;
  for (const ClientId client : clients) {
    const auto& ranges = map.ranges(client);
    out.varuint(client - before);
    before = client;
    out.varuint(ranges.size());
    Clock from = 0;
    for (const AttributedRange& range : ranges) {
      out.varuint(range.clock - from);
      out.varuint(range.length - 1);
      from = range.clock + range.length;
      out.varuint(range.attributes.size());
      for (const ContentAttributePtr& attribute : range.attributes) attributes.write(attribute);
    }
  }
}

Bytes IdMap::encode() const {
  encoding::Writer out;
  update::write_id_map(out, *this);
  return out.take();
}

Result<IdMap> IdMap::decode(ByteView bytes) {
  encoding::Reader in(bytes);
  IdMap map = update::read_id_map(in);
  if (!in.ok()) return std::unexpected(in.error());
  return map;
}

}  // namespace weft
