// weft gen-auth: a key for y-sweet's tokens.
#include <cstdio>
#include <random>
#include <string>

#include "access/crypto.hpp"
#include "access/y_sweet_token.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"

namespace weft::cli {

namespace {

constexpr std::size_t kKeyBytes = 30;

std::string random_bytes(std::size_t count) {
  std::random_device device;
  std::string bytes;
  while (bytes.size() < count) bytes += static_cast<char>(device() & 0xFF);
  return bytes;
}

Outcome<> run(Arguments arguments) {
  static constexpr OptionSpec kSpecs[] = {{"--json", ""}};
  const auto options = Options::parse(arguments, kSpecs);
  if (!options) return std::unexpected(options.error());
  if (!options->arguments().empty()) {
    return wrong_call("unexpected argument '" + std::string(options->arguments().front()) + "'");
  }
  const std::string key = access::to_base64url(random_bytes(kKeyBytes));
  const auto parsed = access::YSweetKey::parse(key);
  if (!parsed) return wrong_input("no key: " + parsed.error());
  const std::string token = parsed->sign({});
  if (options->has("--json")) {
    std::printf("{\"private_key\":\"%s\",\"server_token\":\"%s\"}\n", key.c_str(), token.c_str());
    return {};
  }
  std::printf(
      "In the file of weft serve --auth, and nowhere else:\n"
      "  {\"y_sweet\": {\"private_key\": \"%s\"}}\n"
      "For your application's server (DocumentManager of @y-sweet/sdk):\n"
      "  ys://%s@HOST:PORT\n",
      key.c_str(), token.c_str());
  return {};
}

}  // namespace

const Command kGenAuth = {
    "gen-auth", "[--json]", "a key for y-sweet's tokens",
    "Makes a private key for the tokens of y-sweet's clients, and the connection string with the\n"
    "server token that an application's server needs to make documents and tokens for them.\n"
    "  --json              print for machines\n",
    run};

}  // namespace weft::cli
