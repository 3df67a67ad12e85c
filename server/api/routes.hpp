// What the server does for a request over HTTP: a plan from its head, a step once its body is
// there.
//
// A handler that needs a document names it and is called on the thread where that lives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "access/gate.hpp"
#include "api/http.hpp"
#include "persistence/store.hpp"
#include "session/registry.hpp"

namespace weft::api {

using Reply = std::function<void(HttpResponse)>;

/// Work with a document; `run` replies once, at once or later, on its own thread.
struct DocumentCall {
  std::string document;
  std::function<void(session::Registry& registry, std::int64_t now_ms, Reply reply)> run;
};

/// Work with the store; replies once, on the store's thread.
struct StoreCall {
  std::function<void(persistence::DocumentStore& store, const Reply& reply)> run;
};

/// Work with the documents of every thread; the reply is made of the sum of what `run` returns.
struct EverywhereCall {
  std::function<std::size_t(session::Registry& registry)> run;
  std::function<HttpResponse(std::size_t sum)> reply;
};

/// One who is told of a document for as long as he listens. Called on the document's thread.
class Listener {
 public:
  virtual ~Listener() = default;
  /// He has read what he was told, and may be told more.
  virtual void on_read() = 0;
  /// He has gone: the last call.
  virtual void on_gone() = 0;
};

/// The first one is a whole answer, of those that follow the body counts.
struct Piece {
  HttpResponse response{};
  bool last = false;
};
/// Says one piece; the next only after Listener::on_read.
using Tell = std::function<void(Piece)>;

/// An answer that goes on.
struct ListenCall {
  std::string document;
  std::function<std::shared_ptr<Listener>(session::Registry& registry, std::int64_t now_ms,
                                          Tell tell)>
      run;
  std::optional<std::int64_t> valid_ms{};  // it ends then; nothing: never
};

enum class Heard : std::uint8_t { read, gone };
/// Passes on to the listener, on its thread, what becomes of what it said.
using Hearing = std::function<void(Heard)>;

using Step = std::variant<HttpResponse, DocumentCall, StoreCall, EverywhereCall, ListenCall>;

/// Carries out work where that lives, from any thread; what it replies is called on some thread.
/// REQUIRES: the step is no answer, and no ListenCall.
using CarryOut = std::function<void(Step, Reply)>;

/// What follows from a request's head: so much body may come, and is then given to `step`.
struct Plan {
  std::size_t body_bytes_max = 0;
  std::function<Step(std::string body)> step;
};

/// What handlers may know of the world.
struct Surroundings {
  std::function<std::shared_ptr<const access::Gate>()> gate;
  /// What the bearer of a token may do with a document now.
  std::function<std::expected<access::Grant, access::Denial>(std::string_view token,
                                                             std::string_view document)>
      enter;
  /// From now on the tokens of this user that were issued until now are good no more.
  std::function<void(std::string user)> revoke;
  std::function<std::int64_t()> unix_ms;
  std::function<std::uint64_t()> random;
  CarryOut carry_out;
};

}  // namespace weft::api
