// Queued calls: sizes, checks, completions.
#include "persistence/operation.hpp"

#include <cassert>
#include <cstdlib>
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

}  // namespace

bool is_read(const Operation& operation) {
  return std::holds_alternative<LoadOperation>(operation) ||
         std::holds_alternative<ListOperation>(operation);
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
  if (const auto* append = std::get_if<AppendOperation>(&operation))
    return append->update.bytes->size();
  if (const auto* checkpoint = std::get_if<CheckpointOperation>(&operation))
    return checkpoint->checkpoint.state->size();
  return 0;
}

StoreResult<void> check_operation(const Operation& operation, const StoreLimits& limits) {
  return std::visit(Overloaded{
                        [&](const AppendOperation& append) { return check_update(append, limits); },
                        [&](const CheckpointOperation& write) -> StoreResult<void> {
                          assert(write.checkpoint.state && "a checkpoint without a state");
                          if (auto named = check_name(write.name); !named) return named;
                          return check_size(write.name, "a checkpoint",
                                            write.checkpoint.state->size(),
                                            limits.checkpoint_bytes_max);
                        },
                        [](const LoadOperation& load) { return check_name(load.name); },
                        [](const RemoveOperation& remove) { return check_name(remove.name); },
                        [](const ListOperation&) -> StoreResult<void> { return {}; },
                        [](const FlushOperation&) -> StoreResult<void> { return {}; },
                    },
                    operation);
}

void fail(Operation& operation, const StoreError& error) {
  std::visit([&](auto& each) { each.done(std::unexpected(error)); }, operation);
}

void complete_write(Operation& operation, StoreResult<Sequence> result) {
  std::visit(Overloaded{
                 [&](FlushOperation& flush) {
                   if (result) {
                     flush.done({});
                   } else {
                     flush.done(std::unexpected(std::move(result.error())));
                   }
                 },
                 [](LoadOperation&) { assert(false && "a read is not a write"); },
                 [](ListOperation&) { assert(false && "a read is not a write"); },
                 [&](auto& write) { write.done(std::move(result)); },
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
