// Versions: whole states of a document that are kept on purpose, whatever becomes of the document.
//
// A version is complete in itself. So a live document may collect what was deleted, any version
// can be removed without touching another, and a damaged one spoils none.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/id.hpp>

namespace weft::persistence {

/// Counts a document's updates from 1. 0 is before the first.
using Sequence = std::uint64_t;

/// Counts a document's versions from 1. A number is not given again while the document exists.
using VersionNumber = std::uint64_t;

inline constexpr std::size_t kVersionNameBytesMax = 256;
inline constexpr std::size_t kPageVersionsMax = 10'000;

/// Why it was kept. Stored: never change the numbers.
enum class VersionKind : std::uint8_t {
  named = 1,         // somebody asked for it
  automatic = 2,     // after some time of activity, and when everybody had gone
  before_reset = 3,  // the next edit was to replace much: a restore, a reset
  saved = 4,         // an application saved the document
};

/// A version on its way to the store.
struct Version {
  std::shared_ptr<const Bytes> state;
  Encoding encoding = Encoding::v2;
  VersionKind kind = VersionKind::named;
  Sequence up_to = 0;  // the last update that the state contains
  std::string name;    // may be empty
  std::string user;    // who asked for it; may be empty
};

struct VersionInfo {
  VersionNumber number = 0;
  VersionKind kind = VersionKind::named;
  Sequence up_to = 0;
  std::string name;
  std::string user;
  std::int64_t created_at_ms = 0;  // since 1970, by the store's clock
  std::uint64_t state_bytes = 0;
};

struct StoredVersion {
  VersionInfo info;
  Bytes state;
  Encoding encoding = Encoding::v2;
};

struct VersionsRequest {
  VersionNumber after = 0;       // start behind this number
  std::size_t count_max = 1000;  // at most kPageVersionsMax are given
};

/// Numbers ascend. `more`: ask again with `after` set to the last one.
struct VersionPage {
  std::vector<VersionInfo> versions;
  bool more = false;
};

}  // namespace weft::persistence
