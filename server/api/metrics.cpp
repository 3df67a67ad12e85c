// The shards count; prometheus-cpp knows the format.
#include "api/metrics.hpp"

#include <limits>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <utility>
#include <vector>

namespace weft::api {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr double kUsPerSecond = 1e6;

class Families {
 public:
  template <typename Number>
  void gauge(const char* name, const char* help, Number value) {
    ClientMetric metric;
    metric.gauge.value = static_cast<double>(value);
    add(name, help, MetricType::Gauge, {std::move(metric)});
  }
  void counter(const char* name, const char* help, std::uint64_t value) {
    ClientMetric metric;
    metric.counter.value = static_cast<double>(value);
    add(name, help, MetricType::Counter, {std::move(metric)});
  }
  template <typename Counts>
  void counters(const char* name, const char* help, const char* label, const Counts& counts) {
    std::vector<ClientMetric> metrics;
    for (const auto& [value, count] : counts) {
      ClientMetric& metric = metrics.emplace_back();
      metric.label.push_back({label, std::to_string(value)});
      metric.counter.value = static_cast<double>(count);
    }
    add(name, help, MetricType::Counter, std::move(metrics));
  }
  void histogram(const char* name, const char* help, const session::Latencies& latencies) {
    ClientMetric metric;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < latencies.counts.size(); ++i) {
      sum += latencies.counts[i];
      const double bound =
          i < session::Latencies::kBoundsUs.size()
              ? static_cast<double>(session::Latencies::kBoundsUs[i]) / kUsPerSecond
              : std::numeric_limits<double>::infinity();
      metric.histogram.bucket.push_back({.cumulative_count = sum, .upper_bound = bound});
    }
    metric.histogram.sample_count = sum;
    metric.histogram.sample_sum = static_cast<double>(latencies.sum_us) / kUsPerSecond;
    add(name, help, MetricType::Histogram, {std::move(metric)});
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  void add(const char* name, const char* help, MetricType type, std::vector<ClientMetric> metrics) {
    families_.push_back({.name = name, .help = help, .type = type, .metric = std::move(metrics)});
  }

  std::vector<MetricFamily> families_;
};

void add_sockets(Families& out, const ShardFigures& shards) {
  const Traffic& traffic = shards.traffic;
  out.gauge("weft_sockets", "WebSockets that are open.", shards.sockets);
  out.counter("weft_sockets_opened_total", "WebSockets since the start.", traffic.sockets_opened);
  out.counters("weft_sockets_closed_total",
               "WebSockets that the server closed, by close code: 1009 too large, 1013 reads too "
               "slowly or the store does not keep up, 4401 and 4403 may not, 4429 too many.",
               "code", traffic.closed);
  out.counters("weft_http_answers_total", "HTTP answers, by status.", "status",
               traffic.http_answers);
  out.counter("weft_messages_received_total", "Messages from clients.", traffic.messages_received);
  out.counter("weft_received_bytes_total", "Bytes read from WebSockets.", traffic.bytes_received);
  out.counter("weft_messages_sent_total", "Frames written to clients.", traffic.messages_sent);
  out.counter("weft_sent_bytes_total", "Bytes written to WebSockets.", traffic.bytes_sent);
}

void add_documents(Families& out, const ShardFigures& shards) {
  const session::Counters& counters = shards.counters;
  out.gauge("weft_sessions", "Clients on documents, each document counted.",
            shards.documents.sessions);
  out.gauge("weft_documents", "Documents in memory.", shards.documents.documents);
  out.counter("weft_loads_total", "Documents that were read from the store.", counters.loads);
  out.counter("weft_loads_refused_total", "Documents that could not be opened.",
              counters.loads_failed);
  out.counter("weft_updates_received_total", "Updates that changed a document.",
              counters.updates_received);
  out.counter("weft_update_bytes_received_total", "Their bytes.", counters.update_bytes_received);
  out.counter("weft_updates_refused_total",
              "Updates of who may only read, or beyond a document's size.",
              counters.updates_refused);
  out.counter("weft_updates_sent_total", "Updates told to other clients, each client counted.",
              counters.updates_sent);
  out.counter("weft_slow_readers_total", "Times that a reader fell behind and got a diff instead.",
              counters.slow_readers);
  out.counter("weft_slow_readers_closed_total", "Readers that stayed behind and were closed.",
              counters.slow_readers_ended);
  out.histogram("weft_acknowledgement_seconds",
                "From the arrival of an update until the store has it on disk.",
                counters.acknowledgements);
}

void add_store(Families& out, const Figures& figures) {
  const persistence::StoreStats& store = figures.store;
  out.gauge("weft_store_failing", "1 while the store takes nothing.",
            figures.store_fails() ? 1 : 0);
  out.gauge("weft_store_queue", "Operations that the store works on.", store.queued_count);
  out.gauge("weft_store_queue_bytes", "Their bytes.", store.queued_bytes);
  out.gauge("weft_store_lag_seconds", "How long the oldest update waits to become durable.",
            static_cast<double>(figures.shards.documents.unstored_us) / kUsPerSecond);
  out.gauge("weft_unstored_documents", "Documents with updates that are not durable yet.",
            figures.shards.documents.unstored_documents);
  out.gauge("weft_failing_documents", "Documents whose updates the store has refused.",
            figures.shards.documents.failing_documents);
  out.counter("weft_store_commits_total", "Transactions that became durable.", store.commits);
  out.counter("weft_store_commits_failed_total", "Transactions that failed.", store.commits_failed);
  out.counter("weft_store_appends_total", "Updates that became durable.", store.appends);
  out.counter("weft_store_append_bytes_total", "Their bytes.", store.append_bytes);
  out.counter("weft_store_appends_failed_total", "Updates that the store refused, tries counted.",
              figures.shards.counters.appends_failed);
  out.counter("weft_store_checkpoints_total", "Checkpoints written.", store.checkpoints);
}

}  // namespace

std::string metrics_text(const Figures& figures) {
  Families out;
  add_sockets(out, figures.shards);
  add_documents(out, figures.shards);
  add_store(out, figures);
  return out.text();
}

}  // namespace weft::api
