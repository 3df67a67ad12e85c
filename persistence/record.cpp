// Checksums and checks of stored records.
#include "persistence/record.hpp"

#include <algorithm>
#include <optional>

#include <xxhash.h>

namespace weft::persistence {

namespace {

// The fields of a record before its payload, each with a fixed width or its length first, so that
// no two different records give the same bytes.
class Header {
 public:
  explicit Header(char kind) { bytes_.push_back(kind); }

  Header& number(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) {
      bytes_.push_back(static_cast<char>((value >> shift) & 0xff));
    }
    return *this;
  }
  Header& text(std::string_view value) {
    number(value.size());
    bytes_.append(value);
    return *this;
  }
  std::uint64_t seal(ByteView payload) const {
    return XXH3_64bits_withSeed(payload.data(), payload.size(),
                                XXH3_64bits(bytes_.data(), bytes_.size()));
  }

 private:
  std::string bytes_;
};

std::optional<Encoding> encoding_from(std::int64_t number) {
  if (number == encoding_number(Encoding::v1)) return Encoding::v1;
  if (number == encoding_number(Encoding::v2)) return Encoding::v2;
  return std::nullopt;
}

}  // namespace

std::string quoted(std::string_view name) {
  constexpr std::size_t kShownBytesMax = 80;
  std::size_t shown = std::min(name.size(), kShownBytesMax);
  // Not in the middle of a character.
  while (shown > 0 && shown < name.size() &&
         (static_cast<unsigned char>(name[shown]) & 0xc0) == 0x80)
    --shown;
  std::string out = "\"";
  for (const char c : name.substr(0, shown)) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte == 0x7f || c == '"' ? '?' : c);
  }
  out += shown < name.size() ? "...\"" : "\"";
  return out;
}

std::int64_t encoding_number(Encoding encoding) { return encoding == Encoding::v1 ? 1 : 2; }

std::uint64_t update_checksum(std::string_view name, const StoredUpdate& update) {
  Header header('u');
  header.text(name)
      .number(update.sequence)
      .number(static_cast<std::uint64_t>(encoding_number(update.encoding)))
      .number(static_cast<std::uint64_t>(update.created_at_ms))
      .text(update.user)
      .text(update.session);
  return header.seal(update.bytes);
}

std::uint64_t checkpoint_checksum(std::string_view name, const CheckpointFields& checkpoint) {
  Header header('c');
  header.text(name)
      .number(checkpoint.up_to)
      .number(static_cast<std::uint64_t>(encoding_number(checkpoint.encoding)))
      .number(static_cast<std::uint64_t>(checkpoint.created_at_ms));
  // Without one the checksum is that of stores from before there were any.
  if (!checkpoint.attribution.empty()) header.text(as_text(checkpoint.attribution));
  return header.seal(checkpoint.state);
}

std::uint64_t version_checksum(std::string_view document, const VersionFields& version) {
  Header header('v');
  header.text(document)
      .number(version.info.number)
      .number(static_cast<std::uint64_t>(version.kind))
      .number(static_cast<std::uint64_t>(version.encoding))
      .number(version.info.up_to)
      .number(static_cast<std::uint64_t>(version.info.created_at_ms))
      .text(version.info.name)
      .text(version.info.user);
  return header.seal(version.state);
}

std::uint64_t former_checksum(std::string_view name, ByteView former) {
  return Header('f').text(name).seal(former);
}

VersionKind version_kind_from(std::int64_t number) {
  const auto last = static_cast<std::int64_t>(VersionKind::saved);
  return number >= 1 && number <= last ? static_cast<VersionKind>(number) : VersionKind::automatic;
}

StoreError no_version_error(std::string_view document, VersionNumber number) {
  return {StoreErrc::not_found,
          "document " + quoted(document) + " has no version " + std::to_string(number)};
}

StoreResult<StoredVersion> checked_version(std::string_view document, VersionFields fields,
                                           std::uint64_t checksum) {
  const auto encoding = encoding_from(fields.encoding);
  if (!encoding || version_checksum(document, fields) != checksum)
    return std::unexpected(
        StoreError{StoreErrc::corrupt, "version " + std::to_string(fields.info.number) +
                                           " of document " + quoted(document) + " is damaged"});
  fields.info.kind = version_kind_from(fields.kind);
  fields.info.state_bytes = fields.state.size();
  return StoredVersion{std::move(fields.info), Bytes(fields.state.begin(), fields.state.end()),
                       *encoding};
}

StoreResult<void> DocumentReader::damaged(const std::string& what) {
  StoreError error{StoreErrc::corrupt, "document " + quoted(name_) + " is damaged: " + what};
  if (mode_ == Mode::strict) return std::unexpected(std::move(error));
  salvaged_.damages.push_back(what);
  return {};
}

StoreResult<void> DocumentReader::checkpoint(const CheckpointFields& fields, std::int64_t encoding,
                                             std::uint64_t checksum) {
  CheckpointFields checked = fields;
  const auto known = encoding_from(encoding);
  if (!known) return damaged("its checkpoint has an unknown encoding");
  checked.encoding = *known;
  const bool whole = checkpoint_checksum(name_, checked) == checksum;
  if (!whole) {
    auto noted = damaged("its checkpoint does not match its checksum");
    if (!noted) return noted;
  }
  place_for(whole).checkpoint = StoredCheckpoint{
      Bytes(fields.state.begin(), fields.state.end()), *known, fields.up_to, fields.created_at_ms,
      Bytes(fields.attribution.begin(), fields.attribution.end())};
  document_.sequence = fields.up_to;
  return {};
}

StoreResult<void> DocumentReader::update(const StoredUpdate& update, std::int64_t encoding,
                                         std::uint64_t checksum) {
  const std::string number = std::to_string(update.sequence);
  if (update.sequence != document_.sequence + 1) {
    auto noted = damaged("update " + std::to_string(document_.sequence + 1) +
                         " is missing before " + number);
    if (!noted) return noted;
  }
  StoredUpdate checked = update;
  const auto known = encoding_from(encoding);
  if (!known) return damaged("update " + number + " has an unknown encoding");
  checked.encoding = *known;
  const bool whole = update_checksum(name_, checked) == checksum;
  if (!whole) {
    auto noted = damaged("update " + number + " does not match its checksum");
    if (!noted) return noted;
  }
  place_for(whole).updates.add(checked);
  document_.sequence = update.sequence;
  return {};
}

StoreResult<void> DocumentReader::former(ByteView bytes, std::uint64_t checksum) {
  if (former_checksum(name_, bytes) != checksum)
    return damaged("what is noted of earlier documents of its name does not match its checksum");
  document_.former.assign(bytes.begin(), bytes.end());
  return {};
}

StoreResult<void> DocumentReader::check_end() {
  if (document_.sequence == last_) return {};
  return damaged("its last update is " + std::to_string(document_.sequence) + " instead of " +
                 std::to_string(last_));
}

StoreResult<LoadedDocument> DocumentReader::finish() {
  if (auto complete = check_end(); !complete) return std::unexpected(std::move(complete.error()));
  return std::move(document_);
}

SalvagedDocument DocumentReader::finish_salvage() {
  static_cast<void>(check_end());
  salvaged_.document = std::move(document_);
  salvaged_.document.sequence = std::max(salvaged_.document.sequence, last_);
  return std::move(salvaged_);
}

}  // namespace weft::persistence
