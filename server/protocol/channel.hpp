// One document of a socket that has many: it may live on another thread than the socket does.
#pragma once

#include <cstdint>

#include <weft/bytes.hpp>

#include "access/grant.hpp"

namespace weft::protocol {

class DocumentChannel {
 public:
  /// The session leaves.
  virtual ~DocumentChannel() = default;
  /// A message for the document, without what says which document.
  virtual void give(ByteView message, std::int64_t now_ms) = 0;
  virtual void on_drained() = 0;
  virtual void tick(std::int64_t now_ms) = 0;
  virtual void set_grant(const access::Grant& grant) = 0;
};

}  // namespace weft::protocol
