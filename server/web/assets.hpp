// The files of the page that `weft serve` shows, held in the binary.
//
// They are bundled and compressed at build time (embed.mjs), so that the server needs no folder
// beside it and does no work for them at run time. Everything here is constant and lives as long
// as the program.
#pragma once

#include <span>
#include <string_view>

namespace weft::web {

struct Asset {
  // The URL path, beginning with '/'. Below "/assets/" a path holds the hash of its contents: such
  // a file never changes and may be sent as `Cache-Control: public, max-age=31536000, immutable`;
  // the others are to be revalidated (`no-cache`) by their etag.
  std::string_view path;
  std::string_view content_type;
  // A strong entity tag with its quotes, ready for an ETag header.
  std::string_view etag;
  // The contents, to be sent with `Content-Encoding: gzip`.
  std::span<const unsigned char> gzip;
};

// Finds the file at exactly `path` (no query, not percent-decoded); "/" is the page. Returns
// nullptr where there is none. Compares with each of the few paths; no allocation.
const Asset* find_asset(std::string_view path);

// Every file, one row per path.
std::span<const Asset> all_assets();

}  // namespace weft::web
