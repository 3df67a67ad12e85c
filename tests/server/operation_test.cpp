// What operators see: readiness, metrics and who may read them, over real sockets.
#include "api/operation.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/sync.hpp>

#include "access/auth_config.hpp"
#include "api/health.hpp"
#include "api/metrics.hpp"
#include "client.hpp"
#include "served.hpp"

namespace weft::net {

using sync::MessageKind;
using test::Answer;
using test::ask;
using test::Client;
using test::Served;

namespace {

std::string metrics_of(std::uint16_t port, const std::string& more = "") {
  const Answer answer = test::ask_as(port, "GET /metrics HTTP/1.1\r\nHost: localhost:1234" + more);
  REQUIRE(answer.status == 200);
  return answer.body;
}

// The number behind `name` on its line; -1: there is none.
double value_of(const std::string& metrics, const std::string& name) {
  const std::size_t at = ("\n" + metrics).find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(metrics.substr(at + name.size() + 1));
}

// Figures are published once a second: asks until `name` has reached `value`.
std::string metrics_when(std::uint16_t port, const std::string& name, double value) {
  std::string metrics;
  for (int i = 0; i < 1000; ++i) {
    metrics = metrics_of(port);
    if (value_of(metrics, name) >= value) return metrics;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  FAIL(name + " never came to " + std::to_string(value) + ":\n" + metrics);
  return metrics;
}

access::Gate gate_of(std::string_view config) {
  const auto rules = access::parse_auth_config(
      config, [](std::string_view) { return std::unexpected(std::string("no files")); });
  REQUIRE(rules);
  return access::Gate(*rules);
}

api::HttpRequest request(std::vector<api::HttpHeader> headers) {
  return {.method = "GET", .target = "/metrics", .headers = std::move(headers)};
}

}  // namespace

TEST_CASE("metrics count what happens, from the socket to the disk") {
  const Served served;
  {
    Client writer(served.port(), "room");
    Client reader(served.port(), "room");
    writer.synced();
    reader.synced();
    const Bytes update = test::update_of(3, "counted");
    writer.send(MessageKind::update, update);
    REQUIRE(writer.next(MessageKind::update) == update);  // durable
    REQUIRE(reader.next(MessageKind::update) == update);
    const std::string metrics =
        metrics_when(served.port(), "weft_acknowledgement_seconds_count", 1);
    REQUIRE(value_of(metrics, "weft_sockets") == 2);
    REQUIRE(value_of(metrics, "weft_sockets_opened_total") == 2);
    REQUIRE(value_of(metrics, "weft_sessions") == 2);
    REQUIRE(value_of(metrics, "weft_documents") == 1);
    REQUIRE(value_of(metrics, "weft_loads_total") == 1);
    REQUIRE(value_of(metrics, "weft_loads_refused_total") == 0);
    REQUIRE(value_of(metrics, "weft_updates_received_total") == 1);
    REQUIRE(value_of(metrics, "weft_update_bytes_received_total") ==
            static_cast<double>(update.size()));
    REQUIRE(value_of(metrics, "weft_updates_sent_total") == 1);
    // Both: step 1; the writer its update, too.
    REQUIRE(value_of(metrics, "weft_messages_received_total") == 3);
    REQUIRE(value_of(metrics, "weft_messages_sent_total") >= 6);
    REQUIRE(value_of(metrics, "weft_received_bytes_total") > static_cast<double>(update.size()));
    REQUIRE(value_of(metrics, "weft_sent_bytes_total") > 2 * static_cast<double>(update.size()));
    REQUIRE(value_of(metrics, "weft_store_appends_total") == 1);
    REQUIRE(value_of(metrics, "weft_store_commits_total") >= 1);
    REQUIRE(value_of(metrics, "weft_store_failing") == 0);
    REQUIRE(value_of(metrics, "weft_store_lag_seconds") == 0);
    REQUIRE(value_of(metrics, "weft_acknowledgement_seconds_bucket{le=\"+Inf\"}") == 1);
    REQUIRE(value_of(metrics, "weft_acknowledgement_seconds_sum") > 0);
    REQUIRE(value_of(metrics, "weft_slow_readers_total") == 0);

    Client broken(served.port(), "room");
    broken.send_frame(Bytes{0x80});
    REQUIRE(broken.close_code() == 1007);
    metrics_when(served.port(), "weft_sockets_closed_total{code=\"1007\"}", 1);
    REQUIRE(ask(served.port(), "GET /nothing HTTP/1.1").status == 404);
    metrics_when(served.port(), "weft_http_answers_total{status=\"404\"}", 1);
  }
}

TEST_CASE("metrics are in the format that Prometheus reads") {
  const Served served;
  const Answer answer = test::ask_as(served.port(), "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1");
  REQUIRE(answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  std::string_view rest = answer.body;
  int samples = 0;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    INFO(line);
    if (line.starts_with("# HELP weft_") || line.starts_with("# TYPE weft_")) continue;
    REQUIRE(line.starts_with("weft_"));
    ++samples;
  }
  REQUIRE(samples > 30);
}

TEST_CASE("metrics without operators are for this machine") {
  const access::Gate open;
  const auto sees = [&](std::vector<api::HttpHeader> headers, bool near = true) {
    return api::is_operator(open, request(std::move(headers)), near);
  };
  for (const char* host :
       {"localhost", "LOCALHOST:1234", "127.0.0.1", "127.8.9.1:80", "[::1]:1234", "[::1]"}) {
    INFO(host);
    REQUIRE(sees({{"Host", host}}));
    REQUIRE_FALSE(sees({{"Host", host}}, false));
    for (const char* proxy : {"X-Forwarded-For", "Forwarded", "X-Real-IP"}) {
      REQUIRE_FALSE(sees({{"Host", host}, {proxy, "1.2.3.4"}}));
    }
  }
  for (const char* host : {"", "evil.example", "127.0.0.1.evil.example:80", "localhost.evil:1"}) {
    INFO(host);
    REQUIRE_FALSE(sees({{"Host", host}}));
  }
  const Served served;
  REQUIRE(ask(served.port(), "GET /metrics HTTP/1.1").status == 403);  // "Host: test"
}

TEST_CASE("metrics with operators need one of their tokens") {
  ServerOptions options;
  options.gate = gate_of(R"({"anonymous": "write", "admin": [{"token": "root"}],
                             "tokens": [{"token": "user", "role": "write"}]})");
  const Served served(options);
  const auto status = [&](const std::string& line) {
    return ask(served.port(), "GET /metrics HTTP/1.1" + line).status;
  };
  REQUIRE(status("") == 401);
  REQUIRE(status("\r\nAuthorization: Bearer user") == 401);
  REQUIRE(status("\r\nAuthorization: Bearer ") == 401);
  REQUIRE(status("\r\nAuthorization: Basic root") == 401);
  REQUIRE(status("\r\nAuthorization: Bearer root") == 200);
  REQUIRE(status("\r\nAuthorization: bearer root") == 200);
  REQUIRE(ask(served.port(), "HEAD /metrics HTTP/1.1\r\nAuthorization: Bearer root").body.empty());
  REQUIRE(ask(served.port(), "GET /readyz HTTP/1.1").status == 200);
}

TEST_CASE("ready is who serves and has a store that takes what is written") {
  const Served served;
  const Answer ready = ask(served.port(), "GET /readyz HTTP/1.1");
  REQUIRE(ready.status == 200);
  REQUIRE(ready.header("Content-Type") == "application/json");
  REQUIRE(ready.body.starts_with("{\"ok\":true,\"store\":\"ok\","));

  api::Figures figures;
  REQUIRE(api::readiness_answer(figures).status == 200);
  figures.shards.documents.failing_documents = 1;
  REQUIRE(api::readiness_answer(figures).status == 503);
  REQUIRE(api::health_answer(figures).status == 200);
  figures.shards.documents.failing_documents = 0;
  figures.store.failing = true;
  figures.store.failure = "disk \"full\"";
  REQUIRE(api::readiness_answer(figures).status == 503);
  REQUIRE(api::readiness_answer(figures).body ==
          "{\"ok\":false,\"store\":\"failing\",\"documents\":0,\"sessions\":0,"
          "\"unstored_documents\":0,\"failing_documents\":0,\"store_queue\":0,"
          "\"store_failure\":\"disk \\\"full\\\"\"}\n");
  REQUIRE(api::metrics_text(figures).find("\nweft_store_failing 1\n") != std::string::npos);
  figures = {};
  figures.stopping = true;
  REQUIRE(api::readiness_answer(figures).status == 503);
  REQUIRE(api::health_answer(figures).status == 503);
}

}  // namespace weft::net
