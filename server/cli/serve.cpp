// weft serve: the collaboration server.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "cli/command.hpp"
#include "cli/files.hpp"
#include "cli/serve_options.hpp"
#include "net/server.hpp"

namespace weft::cli {

namespace {

std::optional<std::string_view> environment(std::string_view name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): read before there is a second thread
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

std::string started(const ServeOptions& options, const std::string& address) {
  const unsigned shards = options.server.shards;
  return "listening on http://" + address + "/ (data in " + shown(options.store) + ", " +
         std::to_string(shards) + (shards == 1 ? " shard)" : " shards)");
}

Outcome<> run(Arguments arguments) {
  const auto settings = Settings::gather(arguments, serve_settings(), environment);
  if (!settings) return std::unexpected(settings.error());
  auto options = read_serve_options(settings->options());
  if (!options) return std::unexpected(options.error());
  if (settings->options().has("--print-config")) return print(settings->shown(serve_settings()));
  const Log& log = options->log;
  options->server.notice = [&log](const api::Notice& notice) { log.say(notice); };
  auto store = open_store(options->store);
  if (!store) return std::unexpected(std::move(store.error()));
  const auto listening = [&](const std::string& address) {
    const std::string message = started(*options, address);
    if (log.is_json()) {
      return log.say({.level = api::Level::info, .event = "listening", .message = message});
    }
    std::printf("weft: %s\n", message.c_str());
    std::fflush(stdout);
  };
  const auto served = net::serve(options->server, **store, listening);
  if (!served) {
    if (log.is_json()) {
      log.say({.level = api::Level::error, .event = "stopped", .message = served.error()});
    }
    return wrong_input(served.error());
  }
  log.say({.level = api::Level::info,
           .event = "stopped",
           .message = "stopped; the store has everything"});
  return {};
}

}  // namespace

const Command kServe = {
    "serve",
    "[--listen HOST:PORT] [--data DIR | --database URL] [--auth FILE | --open]"
    " [--config FILE] [OPTIONS]",
    "the collaboration server",
    "Serves documents to Yjs editors (y-websocket, Hocuspocus, y-sweet, Phoenix) and the editor\n"
    "page to browsers.\n"
    "  --listen HOST:PORT  where (127.0.0.1:1234); port 0 takes any free one\n"
    "  --data DIR          where documents are kept (./weft-data), in SQLite\n"
    "  --database URL      or in PostgreSQL: postgres://[USER@]HOST[:PORT]/DATABASE[?OPTIONS]\n"
    "                      with TLS and options as libpq has them; a password rather in ~/.pgpass\n"
    "                      or PGPASSWORD than here, where everybody on this machine can read it\n"
    "  --open              listen beyond this machine although everybody may then edit everything\n"
    "  --auth FILE         who may read and write which documents: tokens and JWTs (JSON; see\n"
    "                      server/access/README.md). Read again when it, or a key file, changes\n"
    "  --y-sweet-key KEY   instead of a file: the private key of y-sweet's tokens. Rather as\n"
    "                      WEFT_Y_SWEET_KEY than here\n"
    "  --allow-origin ORIGIN\n"
    "                      pages of ORIGIN, as http://localhost:5173, may use this server in "
    "their\n"
    "                      reader's browser; * allows all, null pages from files. Others are\n"
    "                      refused, but for pages that this server serves itself\n"
    "  --hocuspocus-path PATH\n"
    "                      where Hocuspocus providers connect (/hocuspocus)\n"
    "  --phoenix-path PATH where Phoenix channels connect (/socket, for /socket/websocket)\n"
    "  --url-prefix URL    where y-sweet's clients reach this server (as it was called), for\n"
    "                      example https://example.com\n"
    "  --relay-stateless   what a Hocuspocus client sends as a stateless message reaches "
    "everybody\n"
    "                      on the document; otherwise nobody\n"
    "  --any-history       clients may bring in contents that began apart from the document's\n"
    "                      (without it, code 4409: see server/session/README.md)\n"
    "  --shards N          threads that serve documents (one for each core)\n"
    "  --log human|json    what it says of itself on standard error (human)\n"
    "  --log-level error|warning|info\n"
    "                      how much of that (info)\n"
    "Limits; 0 is any number:\n"
    "  --max-message BYTES                of one message (64 MiB)\n"
    "  --max-document BYTES               of a document's state (60 MiB)\n"
    "  --max-connections-per-address N    one more is answered 429 (0)\n"
    "  --max-connections-per-user N       documents that a user has open; one more: 4429 (0)\n"
    "  --max-connections-per-document N   one more is closed with 4429 (0)\n"
    "  --max-documents-per-socket N       of a Hocuspocus socket; one more: 4205 (1000)\n"
    "  --max-messages-per-second N        of a connection, 5 seconds' worth at once; more: 4429 "
    "(0)\n"
    "  --max-bytes-per-second N           of a connection; more is read later (0)\n"
    "Settings come from the command line, then the environment, then a file, then these defaults:\n"
    "  --config FILE       JSON: {\"listen\": \"127.0.0.1:1234\", \"max_message\": 67108864}\n"
    "  --print-config      print what holds, as such a file, without secrets, and end\n"
    "--some-name is WEFT_SOME_NAME in the environment. PORT, HOST (where it is an address),\n"
    "YPERSISTENCE, Y_SWEET_HOST, Y_SWEET_STORE, Y_SWEET_AUTH, Y_SWEET_URL_PREFIX and\n"
    "Y_SWEET_MAX_BODY_SIZE are taken, too.\n"
    "SIGTERM or SIGINT ends it in order, within 10 seconds; a second signal ends it at once.\n",
    run};

}  // namespace weft::cli
