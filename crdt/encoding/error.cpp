#include <weft/error.hpp>

namespace weft {

const char* message(Errc code) {
  switch (code) {
    case Errc::unexpected_end:
      return "the input ends inside a value";
    case Errc::number_too_large:
      return "number is too large";
    case Errc::invalid_utf8:
      return "string is not well-formed UTF-8";
    case Errc::invalid_any:
      return "value has an unknown tag";
    case Errc::invalid_json:
      return "text is not JSON";
    case Errc::too_deep:
      return "values are nested too deeply";
    case Errc::invalid_content:
      return "unknown kind of content";
    case Errc::invalid_struct:
      return "struct cannot exist";
    case Errc::invalid_delete_set:
      return "delete set has an impossible range";
    case Errc::duplicate_client:
      return "client has two sections in one update";
    case Errc::too_many_clients:
      return "too many clients for one document";
    case Errc::too_large:
      return "content is too large";
    case Errc::out_of_range:
      return "index is beyond the end";
    case Errc::wrong_type:
      return "type holds content of another kind";
    case Errc::invalid_message:
      return "unknown or malformed message";
    case Errc::collected:
      return "deleted content was collected";
    case Errc::trailing_bytes:
      return "bytes follow after the end";
  }
  return "unknown error";
}

std::string message(const Error& error) {
  return std::string(message(error.code)) + " (at byte " + std::to_string(error.offset) + ")";
}

}  // namespace weft
