// What the server says of itself, on standard error: for people, or one JSON object a line.
#pragma once

#include <string>

#include "api/notices.hpp"

namespace weft::cli {

class Log {
 public:
  enum class Format : std::uint8_t { human, json };

  Log() = default;
  Log(Format format, api::Level level) : format_(format), level_(level) {}

  bool is_json() const { return format_ == Format::json; }
  /// From any thread. What is less important than the level is not said.
  void say(const api::Notice& notice) const;

 private:
  Format format_ = Format::human;
  api::Level level_ = api::Level::info;
};

}  // namespace weft::cli
