// weft serve: the collaboration server.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "access/listen_rule.hpp"
#include "cli/auth_file.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/store.hpp"
#include "net/server.hpp"

namespace weft::cli {

namespace {

constexpr unsigned kShardsMax = 256;

struct ServeOptions {
  net::ServerOptions server;
  StoreChoice store;
  std::shared_ptr<AuthFile> auth;  // null: everybody may write
};

// Where clients of the several wires connect.
Outcome<> parse_paths(const Options& options, net::ServerOptions& server) {
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
  return {};
}

Outcome<ServeOptions> parse(Arguments arguments) {
  static constexpr OptionSpec kSpecs[] = {
      {"--listen", "HOST:PORT"},
      kDataOption,
      kDatabaseOption,
      {"--open", ""},
      {"--auth", "FILE"},
      {"--shards", "N"},
      {.name = "--allow-origin", .value = "ORIGIN", .repeats = true},
      {"--hocuspocus-path", "PATH"},
      {"--phoenix-path", "PATH"},
      {"--url-prefix", "URL"},
      {"--relay-stateless", ""},
      {"--any-history", ""}};
  const auto options = Options::parse(arguments, kSpecs);
  if (!options) return std::unexpected(options.error());
  if (!options->arguments().empty()) {
    return wrong_call("unexpected argument '" + std::string(options->arguments().front()) + "'");
  }
  ServeOptions serve;
  const auto address =
      access::parse_listen_address(options->value("--listen").value_or("127.0.0.1:1234"));
  if (!address) return wrong_call("--listen: " + address.error());
  if (const auto path = options->value("--auth")) {
    serve.auth = std::make_shared<AuthFile>(*path);
    auto gate = serve.auth->read();
    if (!gate) return std::unexpected(gate.error());
    serve.server.gate = std::move(*gate);
    serve.server.newer_gate = [auth = serve.auth] { return auth->newer(); };
  }
  const bool open = options->has("--open") || !serve.server.gate.is_open();
  if (auto allowed = access::check_listen(*address, open); !allowed) {
    return wrong_call(allowed.error());
  }
  serve.server.host = address->host;
  serve.server.port = address->port;
  auto store = parse_store(*options);
  if (!store) return std::unexpected(std::move(store.error()));
  serve.store = std::move(*store);
  for (const std::string_view origin : options->values("--allow-origin")) {
    if (auto allowed = serve.server.origins.allow(origin); !allowed) {
      return wrong_call("--allow-origin: " + allowed.error());
    }
  }
  if (auto paths = parse_paths(*options, serve.server); !paths) {
    return std::unexpected(paths.error());
  }
  serve.server.relay_stateless = options->has("--relay-stateless");
  serve.server.limits.any_history = options->has("--any-history");
  serve.server.shards = std::clamp(std::thread::hardware_concurrency(), 1U, kShardsMax);
  if (const auto shards = options->value("--shards")) {
    const char* end = shards->data() + shards->size();
    const auto [at, error] = std::from_chars(shards->data(), end, serve.server.shards);
    if (error != std::errc{} || at != end || serve.server.shards < 1 ||
        serve.server.shards > kShardsMax) {
      return wrong_call("--shards: a number from 1 to " + std::to_string(kShardsMax));
    }
  }
  return serve;
}

Outcome<> run(Arguments arguments) {
  const auto options = parse(arguments);
  if (!options) return std::unexpected(options.error());
  auto store = open_store(options->store);
  if (!store) return std::unexpected(std::move(store.error()));
  const auto listening = [&](const std::string& address) {
    std::printf("weft: listening on http://%s/ (data in %s, %u shard%s)\n", address.c_str(),
                shown(options->store).c_str(), options->server.shards,
                options->server.shards == 1 ? "" : "s");
    std::fflush(stdout);
  };
  if (auto served = net::serve(options->server, **store, listening); !served) {
    return wrong_input(served.error());
  }
  return {};
}

}  // namespace

const Command kServe = {
    "serve",
    "[--listen HOST:PORT] [--data DIR | --database URL] [--open] [--allow-origin ORIGIN]..."
    " [--shards N]",
    "the collaboration server",
    "Serves documents to Yjs editors (y-websocket, Hocuspocus, y-sweet, Phoenix) and the editor\n"
    "page to browsers.\n"
    "  --listen HOST:PORT  where (127.0.0.1:1234); port 0 takes any free one\n"
    "  --data DIR          where documents are kept (./weft-data), in SQLite\n"
    "  --database URL      or in PostgreSQL: postgres://[USER@]HOST[:PORT]/DATABASE[?OPTIONS]\n"
    "                      with TLS and options as libpq has them; a password rather in ~/.pgpass\n"
    "                      or PGPASSWORD than here, where everybody on this machine can read it\n"
    "  --open              listen beyond this machine although everybody may then edit everything\n"
    "  --allow-origin ORIGIN\n"
    "                      pages of ORIGIN, as http://localhost:5173, may use this server in "
    "their\n"
    "                      reader's browser; * allows all, null pages from files. Others are "
    "refused,\n"
    "                      but for pages that this server serves itself\n"
    "  --hocuspocus-path PATH\n"
    "                      where Hocuspocus providers connect (/hocuspocus)\n"
    "  --phoenix-path PATH where Phoenix channels connect (/socket, for /socket/websocket)\n"
    "  --url-prefix URL    where y-sweet's clients reach this server (as it was called), for "
    "example\n"
    "                      https://example.com\n"
    "  --relay-stateless   what a Hocuspocus client sends as a stateless message reaches everybody "
    "on\n"
    "                      the document; otherwise nobody\n"
    "  --any-history       clients may bring in contents that began apart from the document's "
    "(without\n"
    "                      it, code 4409: see server/session/README.md)\n"
    "  --auth FILE         who may read and write which documents: tokens and JWTs (JSON; see\n"
    "                      server/access/README.md). Read again when it, or a key file, changes\n"
    "  --shards N          threads that serve documents (one for each core)\n"
    "SIGTERM or SIGINT ends it in order, within 10 seconds; a second signal ends it at once.\n",
    run};

}  // namespace weft::cli
