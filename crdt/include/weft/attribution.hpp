// Who wrote and who deleted what, while a document is read: attributions turn what is said about
// ids into marks on a YDelta.
//
// Source: @y/y 14 AttributionManager.js (Renderer.js from release candidate 8 on).
#pragma once

#include <vector>

namespace weft {

namespace types {
struct AttributedPiece;
}

/// Decides what of a type is read and what is said about it. The kinds of it are in
/// attribution_managers.hpp.
class AttributionManager {
 public:
  AttributionManager() = default;
  AttributionManager(const AttributionManager&) = delete;
  AttributionManager& operator=(const AttributionManager&) = delete;
  virtual ~AttributionManager() = default;

  /// For the engine's own rooms: cuts `content` where what is said about it changes.
  virtual void read_content(std::vector<types::AttributedPiece>& pieces,
                            const types::AttributedPiece& content) const = 0;
};

}  // namespace weft
