// One setting after the other.
#include "cli/serve_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <utility>

#include "access/listen_rule.hpp"

namespace weft::cli {

namespace {

constexpr unsigned kShardsMax = 256;
constexpr std::size_t kBytesMax = std::size_t{1} << 30;

std::string hidden(std::string_view) { return "(hidden)"; }
// A password stands behind the user's name, or among the options.
std::string without_password(std::string_view url) {
  std::string text(url);
  if (text.find("password=") != std::string::npos) return hidden(url);
  const std::size_t user = text.find("://");
  if (user == std::string::npos) return text;
  const std::size_t at = text.find('@', user + 3);
  const std::size_t colon = text.find(':', user + 3);
  if (at != std::string::npos && colon < at) text.replace(colon, at - colon, ":(hidden)");
  return text;
}

constexpr Setting number(std::string_view name, std::string_view value, std::string_view fallback) {
  return {.option = {name, value}, .fallback = fallback, .number = true};
}

constexpr std::array kSettings = {
    Setting{.option = {"--listen", "HOST:PORT"}, .fallback = "127.0.0.1:1234"},
    Setting{.option = kDataOption, .fallback = "./weft-data", .instead = "--database"},
    Setting{.option = kDatabaseOption, .shown = without_password, .instead = "--data"},
    Setting{.option = {"--open", ""}},
    Setting{.option = {"--auth", "FILE"}},
    Setting{.option = {"--y-sweet-key", "KEY"}, .shown = hidden},
    number("--shards", "N", ""),
    Setting{.option = {.name = "--allow-origin", .value = "ORIGIN", .repeats = true}},
    Setting{.option = {"--hocuspocus-path", "PATH"}, .fallback = "/hocuspocus"},
    Setting{.option = {"--phoenix-path", "PATH"}, .fallback = "/socket"},
    Setting{.option = {"--url-prefix", "URL"}},
    Setting{.option = {"--relay-stateless", ""}},
    Setting{.option = {"--any-history", ""}},
    Setting{.option = {"--log", "human|json"}, .fallback = "human"},
    Setting{.option = {"--log-level", "error|warning|info"}, .fallback = "info"},
    number("--max-message", "BYTES", "67108864"),
    number("--max-document", "BYTES", "62914560"),
    number("--max-connections-per-address", "N", "0"),
    number("--max-connections-per-user", "N", "0"),
    number("--max-connections-per-document", "N", "0"),
    number("--max-documents-per-socket", "N", "1000"),
    number("--max-messages-per-second", "N", "0"),
    number("--max-bytes-per-second", "N", "0"),
};

/// Reads the numbers of a command line and keeps the first error.
class Numbers {
 public:
  explicit Numbers(const Options& options) : options_(options) {}

  template <typename Number>
  void read(std::string_view name, Number& value, std::size_t min, std::size_t max) {
    const auto text = options_.value(name);
    if (!text) return;
    std::size_t number = 0;
    const char* end = text->data() + text->size();
    const auto [at, error] = std::from_chars(text->data(), end, number);
    if (error != std::errc{} || at != end || number < min || number > max) {
      if (!error_.empty()) return;
      error_ = std::string(name) + ": a number from " + std::to_string(min) + " to " +
               std::to_string(max);
      return;
    }
    value = static_cast<Number>(number);
  }
  const std::string& error() const { return error_; }

 private:
  const Options& options_;
  std::string error_;
};

Outcome<> read_numbers(const Options& options, net::ServerOptions& server) {
  constexpr std::size_t kCountMax = std::numeric_limits<std::int32_t>::max();
  Numbers numbers(options);
  server.shards = std::clamp(std::thread::hardware_concurrency(), 1U, kShardsMax);
  numbers.read("--shards", server.shards, 1, kShardsMax);
  net::ConnectionLimits& connections = server.connections;
  numbers.read("--max-message", connections.message_bytes_max, 1024, kBytesMax);
  numbers.read("--max-document", server.limits.document_bytes_max, 0, kBytesMax);
  numbers.read("--max-connections-per-address", connections.per_address_max, 0, kCountMax);
  numbers.read("--max-connections-per-user", connections.sessions_per_user_max, 0, kCountMax);
  numbers.read("--max-connections-per-document", server.limits.sessions_per_document_max, 0,
               kCountMax);
  numbers.read("--max-documents-per-socket", server.sockets.documents_max, 1, kCountMax);
  numbers.read("--max-messages-per-second", connections.messages_per_second_max, 0, kCountMax);
  numbers.read("--max-bytes-per-second", connections.bytes_per_second_max, 0, kCountMax);
  if (!numbers.error().empty()) return wrong_call(numbers.error());
  return {};
}

Outcome<> read_log(const Options& options, Log& log) {
  const std::string_view format = options.value("--log").value_or("human");
  if (format != "human" && format != "json") return wrong_call("--log: human or json");
  const auto level = api::level_of(options.value("--log-level").value_or("info"));
  if (!level) return wrong_call("--log-level: error, warning or info");
  log = Log(format == "json" ? Log::Format::json : Log::Format::human, *level);
  return {};
}

Outcome<> read_access(const Options& options, ServeOptions& serve) {
  const auto key = options.value("--y-sweet-key");
  const auto path = options.value("--auth");
  if (key && path) {
    return wrong_call("--y-sweet-key and --auth: the key is \"y_sweet\" in the file, then");
  }
  if (key) {
    auto parsed = access::YSweetKey::parse(*key);
    if (!parsed) return wrong_call("--y-sweet-key: " + parsed.error());
    access::Rules rules;
    rules.y_sweet = std::move(*parsed);
    serve.server.gate = access::Gate(std::move(rules));
  }
  if (path) {
    serve.auth = std::make_shared<AuthFile>(*path, serve.log);
    auto gate = serve.auth->read();
    if (!gate) return std::unexpected(gate.error());
    serve.server.gate = std::move(*gate);
    serve.server.newer_gate = [auth = serve.auth] { return auth->newer(); };
  }
  for (const std::string_view origin : options.values("--allow-origin")) {
    if (auto allowed = serve.server.origins.allow(origin); !allowed) {
      return wrong_call("--allow-origin: " + allowed.error());
    }
  }
  return {};
}

Outcome<> read_address(const Options& options, ServeOptions& serve) {
  const auto address =
      access::parse_listen_address(options.value("--listen").value_or("127.0.0.1:1234"));
  if (!address) return wrong_call("--listen: " + address.error());
  const bool open = options.has("--open") || !serve.server.gate.is_open();
  if (auto allowed = access::check_listen(*address, open); !allowed) {
    return wrong_call(allowed.error());
  }
  serve.server.host = address->host;
  serve.server.port = address->port;
  return {};
}

Outcome<> read_paths(const Options& options, net::ServerOptions& server) {
  for (const auto& [option, target] : {std::pair("--hocuspocus-path", &server.hocuspocus_path),
                                       std::pair("--phoenix-path", &server.phoenix_path)}) {
    const auto path = options.value(option);
    if (!path) continue;
    if (!path->starts_with('/') || path->size() < 2 || path->ends_with('/')) {
      return wrong_call(std::string(option) + ": a path such as " + *target);
    }
    *target = *path;
  }
  if (const auto prefix = options.value("--url-prefix")) {
    if (!prefix->starts_with("http://") && !prefix->starts_with("https://")) {
      return wrong_call("--url-prefix: a URL such as https://example.com");
    }
    server.url_prefix = *prefix;
  }
  server.relay_stateless = options.has("--relay-stateless");
  server.limits.any_history = options.has("--any-history");
  return {};
}

}  // namespace

std::span<const Setting> serve_settings() { return kSettings; }

Outcome<ServeOptions> read_serve_options(const Options& options) {
  if (!options.arguments().empty()) {
    return wrong_call("unexpected argument '" + std::string(options.arguments().front()) + "'");
  }
  ServeOptions serve;
  if (auto read = read_log(options, serve.log); !read) return std::unexpected(read.error());
  // The address is checked against the rules, so it comes behind them.
  for (auto* const read : {&read_access, &read_address}) {
    if (auto done = read(options, serve); !done) return std::unexpected(done.error());
  }
  for (auto* const read : {&read_paths, &read_numbers}) {
    if (auto done = read(options, serve.server); !done) return std::unexpected(done.error());
  }
  if (options.value("--data").value_or("").starts_with("s3://")) {
    return wrong_call("--data: there is no store in S3 here; a folder, or --database");
  }
  auto store = parse_store(options);
  if (!store) return std::unexpected(std::move(store.error()));
  serve.store = std::move(*store);
  return serve;
}

}  // namespace weft::cli
