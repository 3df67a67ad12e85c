// What `weft serve` is told, checked.
#pragma once

#include <memory>
#include <span>

#include "cli/auth_file.hpp"
#include "cli/log.hpp"
#include "cli/settings.hpp"
#include "cli/store.hpp"
#include "net/server.hpp"

namespace weft::cli {

/// All of them, in the order in which --print-config shows them.
std::span<const Setting> serve_settings();

struct ServeOptions {
  net::ServerOptions server;
  StoreChoice store;
  Log log;
  std::shared_ptr<AuthFile> auth;  // null: no file says who may do what
};

/// Errors: call_wrong for a value that is none, input_wrong for a file.
Outcome<ServeOptions> read_serve_options(const Options& options);

}  // namespace weft::cli
