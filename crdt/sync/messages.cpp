// Reading takes views into the frame; writing makes one buffer of exactly the message.
#include <cassert>

#include <weft/sync.hpp>

#include "encoding/reader.hpp"
#include "encoding/utf.hpp"
#include "encoding/writer.hpp"

namespace weft::sync {

namespace {

constexpr std::uint64_t kSync = 0;
constexpr std::uint64_t kAwareness = 1;
constexpr std::uint64_t kAuth = 2;
constexpr std::uint64_t kQueryAwareness = 3;
constexpr std::uint64_t kPermissionDenied = 0;

}  // namespace

Result<Message> MessageReader::next() {
  encoding::Reader reader(rest_);
  Message message;
  switch (reader.varuint()) {
    case kSync: {
      const std::uint64_t step = reader.varuint();
      if (step > 2) reader.fail(Errc::invalid_message);
      // Some 4.0 providers answer an update with a step 1 that has no body at all.
      if (step == 0 && reader.at_end()) break;
      message.kind = static_cast<MessageKind>(step);
      message.body = reader.varbytes();
      break;
    }
    case kAwareness:
      message.kind = MessageKind::awareness;
      message.body = reader.varbytes();
      break;
    case kAuth:
      message.kind = MessageKind::auth_denied;
      if (reader.varuint() != kPermissionDenied) reader.fail(Errc::invalid_message);
      message.body = reader.varbytes();
      if (!encoding::scan_utf8(as_text(message.body)).valid) reader.fail(Errc::invalid_utf8);
      break;
    case kQueryAwareness:
      // One client puts a body behind it that nobody reads.
      message.kind = MessageKind::query_awareness;
      reader.bytes(reader.remaining());
      break;
    default:
      reader.bytes(reader.remaining());
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  rest_ = rest_.subspan(reader.offset());
  return message;
}

Bytes encode(MessageKind kind, ByteView body) {
  assert(kind != MessageKind::unknown);
  encoding::Writer writer(body.size() + 12);
  switch (kind) {
    case MessageKind::step1:
    case MessageKind::step2:
    case MessageKind::update:
      writer.varuint(kSync);
      writer.varuint(static_cast<std::uint64_t>(kind));
      break;
    case MessageKind::awareness:
      writer.varuint(kAwareness);
      break;
    case MessageKind::auth_denied:
      writer.varuint(kAuth);
      writer.varuint(kPermissionDenied);
      break;
    default:
      writer.varuint(kQueryAwareness);
      return writer.take();
  }
  writer.varbytes(body);
  return writer.take();
}

}  // namespace weft::sync
