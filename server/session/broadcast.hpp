// Something that many sessions are told: encoded at most once for each wire, then shared.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include <weft/bytes.hpp>

namespace weft::session {

/// The wires that sessions speak; each encodes a broadcast in its own way.
enum class Wire : std::uint8_t { y_websocket, hocuspocus, phoenix, count };

/// Immutable bytes on their way to sockets, shared by all of them.
using Frame = std::shared_ptr<const Bytes>;

class Broadcast {
 public:
  explicit Broadcast(std::shared_ptr<const Bytes> body) : body_(std::move(body)) {}

  /// An update (V1) or an awareness update, without any wire's framing.
  const std::shared_ptr<const Bytes>& body() const { return body_; }

  /// The frame for `wire`, made by `encode` for the first session that asks.
  template <typename Encode>
  const Frame& frame(Wire wire, Encode encode) const {
    Frame& frame = frames_[static_cast<std::size_t>(wire)];
    if (!frame) frame = std::make_shared<const Bytes>(encode(*body_));
    return frame;
  }

 private:
  std::shared_ptr<const Bytes> body_;
  mutable std::array<Frame, static_cast<std::size_t>(Wire::count)> frames_;
};

}  // namespace weft::session
