// A broken file ends the reading; what was read before it is sound.
#include "replay_file.hpp"

#include "encoding/any.hpp"

namespace weft::conformance {

namespace {

constexpr std::string_view kMagic = "weft-replay 3\n";
constexpr std::uint32_t kFnvBases[2] = {0x811c9dc5, 0x9747b28c};

std::uint32_t fnv1a(ByteView bytes, std::uint32_t basis) {
  std::uint32_t hash = basis;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x01000193U;
  return hash;
}

Value read_value(encoding::Reader& reader) {
  const std::uint8_t* begin = reader.position();
  bool canonical = true;
  encoding::scan_any(reader, canonical);
  const ByteView bytes{begin, static_cast<std::size_t>(reader.position() - begin)};
  auto value = Value::decode(bytes);
  if (!value) reader.fail(value.error().code);
  return value.value_or(Value());
}

TypeKind read_kind(encoding::Reader& reader) { return static_cast<TypeKind>(reader.u8()); }

std::string read_string(encoding::Reader& reader) {
  return std::string(as_text(reader.varbytes()));
}

Path read_path(encoding::Reader& reader) {
  Path path;
  path.root.kind = read_kind(reader);
  path.root.name = read_string(reader);
  for (std::uint64_t left = reader.varuint(); left > 0 && reader.ok(); --left) {
    Step step{};
    step.by_key = reader.u8() == 1;
    if (step.by_key) {
      step.key = read_string(reader);
    } else {
      step.index = static_cast<std::uint32_t>(reader.varuint());
    }
    step.kind = read_kind(reader);
    path.steps.push_back(std::move(step));
  }
  return path;
}

// An insert of {"$type": kind} makes a type of that kind.
void make_types(Delta& delta) {
  for (DeltaOp& op : delta.ops) {
    auto* insert = std::get_if<DeltaInsert>(&op);
    const auto* embed = insert == nullptr ? nullptr : std::get_if<Value>(&insert->content);
    const Value* kind = embed == nullptr ? nullptr : embed->find("$type");
    if (kind == nullptr) continue;
    const auto number = static_cast<std::uint8_t>(*kind->get_if<double>());
    insert->content = Prelim(static_cast<TypeKind>(number));
  }
}

class Arguments {
 public:
  Arguments(encoding::Reader& reader, Edit& edit) : reader_(reader), edit_(edit) {}

  void read() {
    switch (edit_.op) {
      case Op::text_insert:
      case Op::text_insert_with:
        index();
        text();
        break;
      case Op::text_delete:
      case Op::array_delete:
      case Op::text_format:
        index();
        edit_.length = number();
        break;
      case Op::array_insert:
        index();
        values(reader_.varuint());
        break;
      case Op::array_push:
        values(reader_.varuint());
        break;
      case Op::array_insert_type:
      case Op::text_insert_type:
        index();
        edit_.kind = read_kind(reader_);
        break;
      case Op::text_embed:
        index();
        values(1);
        break;
      case Op::map_set:
      case Op::set_attribute:
        text();
        values(1);
        break;
      case Op::map_set_type:
        text();
        edit_.kind = read_kind(reader_);
        break;
      case Op::map_delete:
      case Op::remove_attribute:
        text();
        break;
      case Op::text_delta:
        delta();
        break;
      default:
        read_contents();
    }
    if (edit_.op == Op::text_insert_with || edit_.op == Op::text_embed ||
        edit_.op == Op::text_insert_type || edit_.op == Op::text_format) {
      attributes();
    }
  }

 private:
  void read_contents() {
    switch (edit_.op) {
      case Op::insert_contents:
      case Op::insert_after:
        index();
        break;
      case Op::set_content:
        text();
        break;
      case Op::push_contents:
        break;
      case Op::clear:
        return;
      case Op::insert_clone:
        index();
        edit_.from = read_path(reader_);
        return;
      default:
        return reader_.fail(Errc::invalid_message);
    }
    contents(edit_.contents);
  }

  std::uint32_t number() { return static_cast<std::uint32_t>(reader_.varuint()); }
  void index() { edit_.index = number(); }
  void text() { edit_.text = read_string(reader_); }
  void values(std::uint64_t count) {
    for (; count > 0 && reader_.ok(); --count) edit_.values.push_back(read_value(reader_));
  }
  void attributes() {
    const Value value = read_value(reader_);
    if (const auto* object = value.get_if<ValueObject>()) edit_.attributes = *object;
  }
  void delta() {
    auto delta = Delta::from_value(read_value(reader_));
    if (!delta) return reader_.fail(delta.error().code);
    edit_.delta = std::move(*delta);
    make_types(edit_.delta);
    edit_.sanitize = reader_.u8() == 1;
  }

  void contents(std::vector<Content>& to) {
    for (std::uint64_t left = reader_.varuint(); left > 0 && reader_.ok(); --left) {
      to.push_back(content());
    }
  }
  Content content() {
    switch (reader_.u8()) {
      case 0:
        return read_value(reader_);
      case 1:
        return type();
      default:
        return subdocument();
    }
  }
  Prelim type() {
    const TypeKind kind = read_kind(reader_);
    Prelim type(kind, read_string(reader_));
    contents(type.children);
    for (std::uint64_t left = reader_.varuint(); left > 0 && reader_.ok(); --left) {
      std::string key = read_string(reader_);
      type.entries.emplace_back(std::move(key), content());
    }
    if (auto delta = Delta::from_value(read_value(reader_))) type.delta = std::move(*delta);
    return type;
  }
  SubDocOptions subdocument() {
    const Value options = read_value(reader_);
    const auto is = [&](std::string_view name, bool otherwise) {
      const Value* found = options.find(name);
      return found == nullptr ? otherwise : *found == Value(true);
    };
    const Value* meta = options.find("meta");
    return {.guid = *options.find("guid")->get_if<std::string>(),
            .gc = is("gc", true),
            .auto_load = is("autoLoad", false),
            .should_load = is("shouldLoad", true),
            .meta = meta == nullptr ? Value(Null{}) : *meta};
  }

  encoding::Reader& reader_;
  Edit& edit_;
};

void read_places(encoding::Reader& reader, HistoryRecord& history) {
  for (std::uint64_t left = reader.varuint(); left > 0 && reader.ok(); --left) {
    MadePlace& place = history.made.emplace_back();
    place.path = read_path(reader);
    place.index = static_cast<std::uint32_t>(reader.varuint());
    bool negative = false;
    place.assoc = static_cast<std::int64_t>(reader.varint_magnitude(negative));
    if (negative) place.assoc = -place.assoc;
    place.expected = reader.varbytes();
  }
  for (std::uint64_t left = reader.varuint(); left > 0 && reader.ok(); --left) {
    FoundPlace& place = history.found.emplace_back();
    place.position = reader.varbytes();
    place.follow = reader.u8() == 1;
    const std::uint64_t index = reader.varuint();
    if (index > 0) place.expected = static_cast<std::uint32_t>(index - 1);
  }
}

}  // namespace

bool Blob::matches(ByteView actual) const {
  if (actual.size() != length) return false;
  if (!hashed) return std::equal(bytes.begin(), bytes.end(), actual.begin());
  return fnv1a(actual, kFnvBases[0]) == hashes[0] && fnv1a(actual, kFnvBases[1]) == hashes[1];
}

ReplayFile::ReplayFile(ByteView bytes) : reader_(bytes) {
  if (as_text(reader_.bytes(kMagic.size())) != kMagic) reader_.fail(Errc::invalid_message);
  description_ = read_text();
  const std::uint8_t flags = reader_.u8();
  gc_ = (flags & 1U) != 0;
  observed_ = (flags & 2U) != 0;
  both_ = (flags & 4U) != 0;
  for (std::uint64_t left = reader_.varuint(); left > 0 && reader_.ok(); --left) {
    clients_.push_back(reader_.varuint());
  }
  for (std::uint64_t left = reader_.varuint(); left > 0 && reader_.ok(); --left) {
    const TypeKind kind = read_kind(reader_);
    roots_.push_back({kind, read_text()});
  }
}

std::uint32_t ReplayFile::read_u32() {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 32; shift += 8) value |= std::uint32_t{reader_.u8()} << shift;
  return value;
}

Blob ReplayFile::read_blob() {
  Blob blob;
  blob.hashed = reader_.u8() == 1;
  if (blob.hashed) {
    blob.length = reader_.varuint();
    for (std::uint32_t& hash : blob.hashes) hash = read_u32();
  } else {
    blob.bytes = reader_.varbytes();
    blob.length = blob.bytes.size();
  }
  return blob;
}

std::vector<Edit> ReplayFile::read_edits(std::uint64_t count, ByteView bytes) {
  encoding::Reader reader(bytes);
  std::vector<Edit> edits;
  for (; count > 0 && reader.ok(); --count) {
    Edit& edit = edits.emplace_back();
    edit.op = static_cast<Op>(reader.u8());
    edit.path = read_path(reader);
    Arguments(reader, edit).read();
  }
  if (!reader.ok()) reader_.fail(Errc::invalid_message);
  return edits;
}

void ReplayFile::read_history(Record& record) {
  HistoryRecord& history = record.history;
  switch (record.kind) {
    case Record::Kind::time:
      history.time = static_cast<std::int64_t>(reader_.varuint());
      break;
    case Record::Kind::manager: {
      ManagerConfig& manager = history.manager;
      const std::uint8_t flags = reader_.u8();
      manager.whole = (flags & 1U) != 0;
      manager.ignore_remote_map_changes = (flags & 2U) != 0;
      manager.tracks_network = (flags & 4U) != 0;
      manager.filtered = (flags & 8U) != 0;
      manager.timeout = static_cast<std::int64_t>(reader_.varuint());
      for (std::uint64_t left = reader_.varuint(); left > 0 && reader_.ok(); --left) {
        manager.names.push_back(read_text());
      }
      break;
    }
    case Record::Kind::undo:
      history.index = reader_.u8();
      history.action = static_cast<Action>(reader_.u8());
      history.done = reader_.u8() == 1;
      history.events = read_text();
      break;
    case Record::Kind::places:
      read_places(reader_, history);
      break;
    case Record::Kind::restore:
      history.snapshot = reader_.varbytes();
      record.state = read_blob();
      for (std::size_t i = 0; i < roots_.size(); ++i) record.json.push_back(read_blob());
      break;
    case Record::Kind::delta:
      history.snapshot = reader_.varbytes();
      history.previous = reader_.varbytes();
      history.described = reader_.u8() == 1;
      record.json.push_back(read_blob());
      break;
    default:
      reader_.fail(Errc::invalid_message);
  }
}

std::optional<Record> ReplayFile::next() {
  Record record;
  record.kind = static_cast<Record::Kind>(reader_.u8());
  if (record.kind == Record::Kind::end || !reader_.ok()) return std::nullopt;
  record.replica = static_cast<std::size_t>(reader_.varuint());
  if (record.replica >= clients_.size()) reader_.fail(Errc::invalid_message);
  switch (record.kind) {
    case Record::Kind::apply:
      record.update = reader_.varbytes();
      break;
    case Record::Kind::edit: {
      const std::uint64_t count = reader_.varuint();
      record.edits = read_edits(count, reader_.varbytes());
      break;
    }
    case Record::Kind::events:
      record.events = read_blob();
      break;
    case Record::Kind::check:
      record.pending = reader_.u8() == 1;
      record.missing = read_text();
      record.snapshot = read_blob();
      record.state = read_blob();
      if (both_) record.state_v2 = read_blob();
      record.since = reader_.varbytes();
      record.difference = read_blob();
      for (std::size_t i = 0; i < roots_.size(); ++i) record.json.push_back(read_blob());
      for (const Root& root : roots_) {
        if (root.kind == TypeKind::text) record.delta.push_back(read_blob());
      }
      break;
    case Record::Kind::merge:
      record.merged = read_blob();
      record.state = read_blob();
      break;
    default:
      read_history(record);
  }
  if (record.kind == Record::Kind::apply || record.kind == Record::Kind::edit ||
      record.kind == Record::Kind::undo) {
    const std::uint64_t count = reader_.varuint();
    const auto read = [&](std::vector<ByteView>& updates) {
      for (std::uint64_t i = 0; i < count && reader_.ok(); ++i) {
        updates.push_back(reader_.varbytes());
      }
    };
    read(record.emitted);
    if (both_) read(record.emitted_v2);
  }
  if (!reader_.ok()) return std::nullopt;
  return record;
}

}  // namespace weft::conformance
