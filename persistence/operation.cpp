// Queued calls: sizes, checks, completions.
#include "persistence/operation.hpp"

#include <cassert>
#include <cstdlib>
#include <type_traits>
#include <utility>

#include "persistence/record.hpp"

namespace weft::persistence {

namespace {

// Written out here and not taken from the engine, so that a store links nothing of it.
// Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    const std::size_t following = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (text.size() - at < following) return false;
    unsigned char low = 0x80;
    unsigned char high = 0xbf;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
    for (std::size_t i = 0; i < following; ++i) {
      const auto byte = static_cast<unsigned char>(text[at++]);
      if (byte < low || byte > high) return false;
      low = 0x80;
      high = 0xbf;
    }
  }
  return true;
}

std::unexpected<StoreError> refuse(StoreErrc code, std::string message) {
  return std::unexpected(StoreError{code, std::move(message)});
}

StoreResult<void> check_name(const std::string& name) {
  if (name.size() > kNameBytesMax)
    return refuse(StoreErrc::invalid_name, "the document name " + quoted(name) + " has " +
                                               std::to_string(name.size()) + " bytes; " +
                                               std::to_string(kNameBytesMax) + " are the limit");
  if (!is_utf8(name)) return refuse(StoreErrc::invalid_name, "the document name is not UTF-8");
  return {};
}

StoreResult<void> check_size(const std::string& name, const char* what, std::size_t bytes,
                             std::size_t bytes_max) {
  if (bytes <= bytes_max) return {};
  return refuse(StoreErrc::too_large, std::string(what) + " of document " + quoted(name) + " has " +
                                          std::to_string(bytes) + " bytes; " +
                                          std::to_string(bytes_max) + " are the limit");
}

std::size_t bytes_of(const Checkpoint& checkpoint) {
  return checkpoint.state->size() + (checkpoint.attribution ? checkpoint.attribution->size() : 0);
}

StoreResult<void> check_update(const AppendOperation& append, const StoreLimits& limits) {
  assert(append.update.bytes && "an update without bytes");
  if (auto named = check_name(append.name); !named) return named;
  const Origin& origin = append.update.origin;
  for (const std::string* text : {&origin.user, &origin.session}) {
    if (auto fits =
            check_size(append.name, "the origin of an update", text->size(), kOriginBytesMax);
        !fits)
      return fits;
    // Stores keep it as text.
    if (!is_utf8(*text))
      return refuse(StoreErrc::invalid_name, "the origin of an update is not UTF-8");
  }
  return check_size(append.name, "an update", append.update.bytes->size(), limits.update_bytes_max);
}

StoreResult<void> check_checkpoint_size(const std::string& name, const Checkpoint& checkpoint,
                                        const StoreLimits& limits) {
  assert(checkpoint.state && "a checkpoint without a state");
  if (auto named = check_name(name); !named) return named;
  return check_size(name, "a checkpoint", bytes_of(checkpoint), limits.checkpoint_bytes_max);
}

StoreResult<void> check_version(const AddVersionOperation& write, const StoreLimits& limits) {
  const Version& version = write.version;
  assert(version.state && "a version without a state");
  if (auto named = check_name(write.name); !named) return named;
  auto fits = check_size(write.name, "a version's name", version.name.size(), kVersionNameBytesMax);
  if (fits) fits = check_size(write.name, "the user", version.user.size(), kOriginBytesMax);
  if (fits)
    fits = check_size(write.name, "a version", version.state->size(), limits.checkpoint_bytes_max);
  if (!fits) return fits;
  if (!is_utf8(version.name) || !is_utf8(version.user))
    return refuse(StoreErrc::invalid_name, "a version's name or user is not UTF-8");
  return {};
}

}  // namespace

bool is_read(const Operation& operation) {
  return std::visit(Overloaded{
                        [](const LoadOperation&) { return true; },
                        [](const ListOperation&) { return true; },
                        [](const ListVersionsOperation&) { return true; },
                        [](const LoadVersionOperation&) { return true; },
                        [](const SalvageOperation&) { return true; },
                        [](const auto&) { return false; },
                    },
                    operation);
}

const std::string* name_of(const Operation& operation) {
  return std::visit(Overloaded{
                        [](const ListOperation&) -> const std::string* { return nullptr; },
                        [](const FlushOperation&) -> const std::string* { return nullptr; },
                        [](const auto& each) { return &each.name; },
                    },
                    operation);
}

std::size_t payload_bytes(const Operation& operation) {
  return std::visit(
      Overloaded{
          [](const AppendOperation& append) { return append.update.bytes->size(); },
          [](const CheckpointOperation& write) { return bytes_of(write.checkpoint); },
          [](const ReplaceOperation& write) { return bytes_of(write.checkpoint); },
          [](const SetFormerOperation& write) { return write.former->size(); },
          [](const AddVersionOperation& write) { return write.version.state->size(); },
          [](const auto&) { return std::size_t{0}; },
      },
      operation);
}

StoreResult<void> check_operation(const Operation& operation, const StoreLimits& limits) {
  return std::visit(
      Overloaded{
          [&](const AppendOperation& append) { return check_update(append, limits); },
          [&](const CheckpointOperation& write) {
            return check_checkpoint_size(write.name, write.checkpoint, limits);
          },
          [&](const ReplaceOperation& write) {
            return check_checkpoint_size(write.name, write.checkpoint, limits);
          },
          [&](const SetFormerOperation& write) {
            assert(write.former);
            if (auto named = check_name(write.name); !named) return named;
            return check_size(write.name, "what is noted", write.former->size(),
                              limits.checkpoint_bytes_max);
          },
          [&](const AddVersionOperation& write) { return check_version(write, limits); },
          [](const auto& each) { return check_name(each.name); },
          [](const ListOperation&) -> StoreResult<void> { return {}; },
          [](const FlushOperation&) -> StoreResult<void> { return {}; },
      },
      operation);
}

void fail(Operation& operation, const StoreError& error) {
  std::visit([&](auto& each) { each.done(std::unexpected(error)); }, operation);
}

void complete_write(Operation& operation, StoreResult<Sequence> result) {
  std::visit(
      Overloaded{
          [&](FlushOperation& flush) {
            if (result) {
              flush.done({});
            } else {
              flush.done(std::unexpected(std::move(result.error())));
            }
          },
          [&](auto& write) {
            if constexpr (std::is_same_v<decltype(write.done), DocumentStore::Done<Sequence>>) {
              write.done(std::move(result));
            } else {
              assert(false && "a read is not a write");
            }
          },
      },
      operation);
}

StoreResult<void> Backlog::admit(std::size_t bytes) {
  if (count_ >= limits_.queue_count_max)
    return refuse(StoreErrc::overloaded,
                  "the store is behind: " + std::to_string(count_) + " operations wait");
  // One operation alone always passes, or a state above the limit could never be written.
  const bool fits = bytes_ <= limits_.queue_bytes_max && bytes <= limits_.queue_bytes_max - bytes_;
  if (bytes_ > 0 && bytes > 0 && !fits)
    return refuse(StoreErrc::overloaded,
                  "the store is behind: " + std::to_string(bytes_) + " bytes wait");
  ++count_;
  bytes_ += bytes;
  return {};
}

void Backlog::release(std::size_t bytes) {
  assert(count_ > 0 && bytes_ >= bytes);
  --count_;
  bytes_ -= bytes;
}

StoreResult<void> check_append(const std::string& name, const Position& position,
                               Sequence sequence) {
  if (sequence == position.last + 1) return {};
  return refuse(StoreErrc::out_of_order, "update " + std::to_string(sequence) + " of document " +
                                             quoted(name) + " does not follow " +
                                             std::to_string(position.last));
}

StoreResult<void> check_checkpoint(const std::string& name, const Position& position,
                                   Sequence up_to) {
  if (up_to > position.last)
    return refuse(StoreErrc::out_of_order, "a checkpoint of document " + quoted(name) +
                                               " contains update " + std::to_string(up_to) +
                                               "; the last one stored is " +
                                               std::to_string(position.last));
  if (up_to < position.checkpoint_up_to)
    return refuse(StoreErrc::out_of_order,
                  "a checkpoint of document " + quoted(name) + " up to " + std::to_string(up_to) +
                      " is older than the one up to " + std::to_string(position.checkpoint_up_to));
  return {};
}

StoreResult<void> check_replace(const std::string& name, const Position& position, Sequence up_to) {
  if (up_to >= position.last) return {};
  return refuse(StoreErrc::out_of_order, "document " + quoted(name) + " has had updates up to " +
                                             std::to_string(position.last) +
                                             "; what replaces it ends at " + std::to_string(up_to));
}

StoreError damaged_error(const std::string& name) {
  return {StoreErrc::corrupt, "document " + quoted(name) + " is damaged and is kept as it is"};
}

StoreError stale_error(const std::string& name) {
  return {StoreErrc::out_of_order,
          "another server has had the store since document " + quoted(name) + " was loaded"};
}

StoreError closed_error() { return {StoreErrc::closed, "the store is closed"}; }

StoreError given_up_error(std::size_t count) {
  return {StoreErrc::timed_out,
          "the store closed with " + std::to_string(count) + " operations given up"};
}

}  // namespace weft::persistence
