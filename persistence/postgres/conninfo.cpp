// Parsing is libpq's; only the defaults are ours.
#include "persistence/postgres/conninfo.hpp"

#include <cstdlib>
#include <libpq-fe.h>
#include <map>
#include <memory>
#include <string_view>

namespace weft::persistence::postgres {

namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

std::string in_quotes(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "'";
}

// A network that swallows packets must not hold a thread for hours. What the URL or the environment
// says goes first.
void add_defaults(std::map<std::string, std::string>& given) {
  if (std::getenv("PGCONNECT_TIMEOUT") == nullptr) given.try_emplace("connect_timeout", "10");
  given.try_emplace("keepalives_idle", "10");
  given.try_emplace("keepalives_interval", "5");
  given.try_emplace("keepalives_count", "3");
  given.try_emplace("tcp_user_timeout", "30000");
}

std::string shown_of(const std::map<std::string, std::string>& given) {
  const auto value = [&](const char* key, const char* variable) -> std::string {
    const auto found = given.find(key);
    if (found != given.end()) return found->second;
    const char* set = std::getenv(variable);
    return set != nullptr ? set : "";
  };
  const std::string port = value("port", "PGPORT");
  return "postgres://" + value("host", "PGHOST") + (port.empty() ? "" : ":" + port) + "/" +
         value("dbname", "PGDATABASE");
}

}  // namespace

StoreResult<ConnectionInfo> parse_connection(const std::string& url,
                                             const std::string& application) {
  char* reason = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      PQconninfoParse(url.c_str(), &reason));
  if (!options) {
    std::string message = reason != nullptr ? reason : "out of memory";
    PQfreemem(reason);
    while (message.ends_with('\n')) message.pop_back();
    return std::unexpected(
        StoreError{StoreErrc::unavailable, "not a PostgreSQL address: " + message});
  }
  std::map<std::string, std::string> given;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) given.emplace(option->keyword, option->val);
  }
  ConnectionInfo info;
  info.shown = shown_of(given);
  add_defaults(given);
  given["application_name"] = application;
  given["client_encoding"] = "UTF8";
  for (const auto& [key, value] : given) info.parameters += key + "=" + in_quotes(value) + " ";
  return info;
}

}  // namespace weft::persistence::postgres
