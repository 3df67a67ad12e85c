// Whole files in and out of memory. `-` is standard input or output.
#pragma once

#include <string_view>

#include <weft/bytes.hpp>

#include "cli/outcome.hpp"

namespace weft::cli {

/// All bytes of a file. Errors: input_wrong with the file's name and the system's reason.
Outcome<Bytes> read_file(std::string_view path);

/// Writes a file so that it holds either what it held or all of `bytes`: a temporary file beside it
/// is renamed over it. What is no regular file (a pipe, a device) is written to directly.
/// Refuses to write `bytes` to a terminal. Errors: input_wrong, or call_wrong for a terminal.
Outcome<> write_file(std::string_view path, ByteView bytes);

/// The same for text, which a terminal may show.
Outcome<> write_text(std::string_view path, std::string_view text);

/// Writes text to standard output. Errors: input_wrong when it does not take it all.
Outcome<> print(std::string_view text);

}  // namespace weft::cli
