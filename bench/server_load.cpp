// A load generator for Yjs servers. One scenario a run; its figures go to standard output as JSON.
// What the server costs is read from /proc.
//
//   weft-load --port N --pid N --wire y-websocket|hocuspocus SCENARIO [KEY=VALUE]...
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "load_sockets.hpp"

namespace weft::load {

namespace {

class Settings {
 public:
  std::map<std::string, std::string> values;

  std::size_t count(const std::string& key, std::size_t fallback) const {
    const auto at = values.find(key);
    return at == values.end() ? fallback : std::stoull(at->second);
  }
};

using Figures = std::vector<std::pair<std::string, double>>;

double quantile(std::vector<std::int64_t>& sorted, double part) {
  if (sorted.empty()) return 0;
  std::sort(sorted.begin(), sorted.end());
  const auto at = static_cast<std::size_t>(static_cast<double>(sorted.size() - 1) * part);
  return static_cast<double>(sorted[at]);
}

// A new document each time, for servers that keep the last one.
std::string fresh(std::string_view name) {
  return std::string(name) + "-" + std::to_string(getpid());
}

void connect_all(Crowd& crowd, std::size_t count,
                 const std::function<std::string(std::size_t)>& document) {
  constexpr std::size_t kAtOnce = 64;
  for (std::size_t i = 0; i < count; ++i) {
    crowd.add(document(i));
    while (crowd.size() - crowd.synced() > kAtOnce) crowd.turn(1000, nullptr);
  }
  crowd.until_synced(count);
}

// Connections to `documents` documents: memory of each, connects a second.
Figures connections(const Target& target, const Settings& settings) {
  const std::size_t count = settings.count("count", 3000);
  const std::size_t documents = settings.count("documents", 1);
  Crowd crowd(target);
  const std::string name = fresh("idle");
  crowd.add(name);  // what the first one costs belongs to the server
  crowd.until_synced(1);
  crowd.run(1'500'000);
  const Cost before = cost_of(target.pid);
  const std::int64_t begin = now_us();
  connect_all(crowd, count + 1,
              [&](std::size_t i) { return name + "-" + std::to_string(i % documents); });
  const double seconds = static_cast<double>(now_us() - begin) / 1e6;
  crowd.run(1'500'000);
  const Cost after = cost_of(target.pid);
  const double sockets = static_cast<double>(count);
  return {{"kb_per_connection", (after.resident_kb - before.resident_kb) / sockets},
          {"connects_per_second", sockets / seconds},
          {"cpu_us_per_connect", cpu_us(before, after) / sockets}};
}

// Writers at a rate, observers that read: what a delivery costs.
Figures fan_out(const Target& target, const Settings& settings) {
  const std::size_t observers = settings.count("observers", 500);
  const std::size_t writers = settings.count("writers", 1);
  const std::size_t rate = settings.count("rate", 100);
  const std::size_t seconds = settings.count("seconds", 5);
  Crowd crowd(target);
  const std::string name = fresh("fan");
  connect_all(crowd, observers + writers, [&](std::size_t) { return name; });
  crowd.run(500'000);
  std::vector<std::int64_t> ages;
  std::size_t frames = 0;
  const auto on_message = [&](std::size_t socket, const Message& message) {
    if (message.kind != Kind::update) return;
    ++frames;
    if (const std::int64_t age = age_us(message.body); age >= 0 && socket >= writers) {
      ages.push_back(age);
    }
  };
  std::vector<std::uint64_t> clocks(writers);
  const Cost before = cost_of(target.pid);
  const std::int64_t begin = now_us();
  const std::size_t total = rate * seconds * writers;
  for (std::size_t sent = 0; sent < total; ++sent) {
    const std::int64_t at = begin + static_cast<std::int64_t>(sent * 1'000'000 / (rate * writers));
    while (now_us() < at) crowd.turn(at - now_us(), on_message);
    const std::size_t writer = sent % writers;
    crowd[writer].send_update(edit(1000 + writer, clocks[writer]));
  }
  crowd.run(1'000'000, on_message);
  const Cost after = cost_of(target.pid);
  const double deliveries = static_cast<double>(total * (observers + writers));
  return {{"deliveries", deliveries},
          {"frames", static_cast<double>(frames)},
          {"user_us_per_delivery", (after.user_us - before.user_us) / deliveries},
          {"system_us_per_delivery", (after.system_us - before.system_us) / deliveries},
          {"p50_ms", quantile(ages, 0.5) / 1000},
          {"p99_ms", quantile(ages, 0.99) / 1000}};
}

// Everybody moves a cursor once a second.
Figures presence(const Target& target, const Settings& settings) {
  const std::size_t count = settings.count("count", 500);
  const std::size_t seconds = settings.count("seconds", 5);
  Crowd crowd(target);
  const std::string name = fresh("presence");
  connect_all(crowd, count, [&](std::size_t) { return name; });
  crowd.run(500'000);
  std::size_t frames = 0;
  const auto on_message = [&](std::size_t, const Message& message) {
    if (message.kind == Kind::awareness) ++frames;
  };
  const Cost before = cost_of(target.pid);
  const std::int64_t begin = now_us();
  for (std::size_t sent = 0; sent < count * seconds; ++sent) {
    const std::int64_t at = begin + static_cast<std::int64_t>(sent * 1'000'000 / count);
    while (now_us() < at) crowd.turn(at - now_us(), on_message);
    const std::size_t who = sent % count;
    crowd[who].send_awareness(5000 + who, 1 + sent / count,
                              R"({"user":{"name":"ada"},"cursor":)" + std::to_string(sent) + "}");
  }
  const double busy_us = static_cast<double>(now_us() - begin);
  const Cost after = cost_of(target.pid);
  return {{"frames", static_cast<double>(frames)},
          {"part_of_a_core", cpu_us(before, after) / busy_us}};
}

// Everybody joins a document at once, whose first update stands in a file.
Figures join(const Target& target, const Settings& settings) {
  const std::size_t count = settings.count("count", 500);
  std::ifstream file(settings.values.at("file"), std::ios::binary);
  const Bytes state((std::istreambuf_iterator<char>(file)), {});
  if (state.empty()) die("no state to join");
  Crowd crowd(target);
  const std::string name = fresh("join");
  const Cost empty = cost_of(target.pid);
  crowd.add(name);
  crowd.until_synced(1);
  crowd[0].send_update(state);
  crowd.run(3'000'000);
  const Cost before = cost_of(target.pid);
  const std::int64_t begin = now_us();
  for (std::size_t i = 0; i < count; ++i) crowd.add(name);
  crowd.until_synced(count + 1);
  const double seconds = static_cast<double>(now_us() - begin) / 1e6;
  const Cost after = cost_of(target.pid);
  return {{"seconds", seconds},
          {"cpu_seconds", cpu_us(before, after) / 1e6},
          {"live_kb", before.resident_kb - empty.resident_kb},
          {"mb_sent", static_cast<double>(count * state.size()) / 1e6}};
}

// Each client writes again as soon as one of its edits has come back or was confirmed.
Figures closed_loop(const Target& target, const Settings& settings) {
  const std::size_t documents = settings.count("documents", 20);
  const std::size_t clients = settings.count("clients", 5);
  const std::size_t in_flight = settings.count("in_flight", 4);
  const std::size_t seconds = settings.count("seconds", 5);
  Crowd crowd(target);
  const std::string name = fresh("loop");
  const std::size_t count = documents * clients;
  connect_all(crowd, count,
              [&](std::size_t i) { return name + "-" + std::to_string(i % documents); });
  std::vector<std::uint64_t> clocks(count);
  std::uint64_t done = 0;
  const auto write = [&](std::size_t socket) {
    crowd[socket].send_update(edit(1000 + socket, clocks[socket]));
  };
  std::vector<std::uint64_t> known(count);
  const auto on_message = [&](std::size_t socket, const Message& message) {
    if (message.kind == Kind::confirmed) {
      ++done;
      write(socket);
    }
    if (message.kind != Kind::update || target.hocuspocus) return;
    const std::uint64_t upto = stamps_of(message.body, 1000 + socket);
    for (; known[socket] < upto; ++known[socket]) {
      ++done;
      write(socket);
    }
  };
  const Cost before = cost_of(target.pid);
  const std::int64_t begin = now_us();
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < in_flight; ++k) write(i);
  }
  crowd.run(static_cast<std::int64_t>(seconds) * 1'000'000, on_message);
  const double elapsed = static_cast<double>(now_us() - begin) / 1e6;
  const Cost after = cost_of(target.pid);
  const double cpu = cpu_us(before, after) / 1e6;
  return {{"edits_per_second", static_cast<double>(done) / elapsed},
          {"edits_per_cpu_second", static_cast<double>(done) / cpu}};
}

// Small rooms, a steady rate: how late everybody is.
Figures rooms(const Target& target, const Settings& settings) {
  const std::size_t documents = settings.count("documents", 500);
  const std::size_t clients = settings.count("clients", 3);
  const std::size_t rate = settings.count("rate", 350);
  const std::size_t seconds = settings.count("seconds", 5);
  Crowd crowd(target);
  const std::string name = fresh("rooms");
  const std::size_t count = documents * clients;
  connect_all(crowd, count,
              [&](std::size_t i) { return name + "-" + std::to_string(i % documents); });
  crowd.run(500'000);
  std::vector<std::int64_t> ages;
  std::size_t writer = 0;
  // An author's own edit comes back when it is on disk: that is another question.
  const auto on_message = [&](std::size_t socket, const Message& message) {
    if (message.kind != Kind::update || stamps_of(message.body, 1000 + socket) > 0) return;
    if (const std::int64_t age = age_us(message.body); age >= 0) ages.push_back(age);
  };
  std::vector<std::uint64_t> clocks(count);
  const std::int64_t begin = now_us();
  for (std::size_t sent = 0; sent < rate * seconds; ++sent) {
    const std::int64_t at = begin + static_cast<std::int64_t>(sent * 1'000'000 / rate);
    while (now_us() < at) crowd.turn(at - now_us(), on_message);
    writer = (writer + 7) % count;
    crowd[writer].send_update(edit(1000 + writer, clocks[writer]));
  }
  crowd.run(500'000, on_message);
  return {{"p50_ms", quantile(ages, 0.5) / 1000}, {"p99_ms", quantile(ages, 0.99) / 1000}};
}

// Documents that are opened, written to and left.
Figures churn(const Target& target, const Settings& settings) {
  const std::size_t count = settings.count("count", 10'000);
  constexpr std::size_t kAtOnce = 100;
  const std::string name = fresh("churn");
  Figures figures;
  for (std::size_t i = 0; i < count; i += kAtOnce) {
    Crowd crowd(target);
    connect_all(crowd, kAtOnce, [&](std::size_t k) { return name + "-" + std::to_string(i + k); });
    if (i == count / 4 / kAtOnce * kAtOnce) {
      figures.emplace_back("resident_kb_after_a_quarter", cost_of(target.pid).resident_kb);
    }
  }
  figures.emplace_back("resident_kb", cost_of(target.pid).resident_kb);
  return figures;
}

// What the kernel takes for a send of 30 bytes to each of many sockets on this machine.
Figures floor_of_sends(const Target&, const Settings& settings) {
  const std::size_t count = settings.count("observers", 500);
  const std::size_t rounds = settings.count("rounds", 400);
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, any, size) != 0 || ::listen(listener, 4096) != 0) die("cannot listen");
  ::getsockname(listener, any, &size);
  std::vector<int> ours;
  std::vector<int> theirs;
  for (std::size_t i = 0; i < count; ++i) {
    theirs.push_back(::socket(AF_INET, SOCK_STREAM, 0));
    if (::connect(theirs.back(), any, size) != 0) die("cannot connect");
    ours.push_back(::accept(listener, nullptr, nullptr));
    const int on = 1;
    ::setsockopt(ours.back(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  const auto used_us = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto us = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return us(usage.ru_utime) + us(usage.ru_stime);
  };
  const Bytes message(30, 'x');
  std::string buffer(4096, '\0');
  double spent = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const double begin = used_us();
    for (const int fd : ours) {
      if (::send(fd, message.data(), message.size(), MSG_NOSIGNAL) < 0) die("cannot send");
    }
    spent += used_us() - begin;
    for (const int fd : theirs) {
      if (::recv(fd, buffer.data(), buffer.size(), 0) <= 0) die("cannot receive");
    }
  }
  return {{"us_per_send", spent / static_cast<double>(count * rounds)}};
}

void print(const Figures& figures) {
  std::string text = "{";
  for (const auto& [name, value] : figures) {
    std::array<char, 64> number{};
    std::snprintf(number.data(), number.size(), "%.6g", value);
    text += (text.size() > 1 ? ",\"" : "\"") + name + "\":" + number.data();
  }
  std::printf("%s}\n", text.c_str());
}

int run(int argc, char** argv) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  const std::map<std::string, Figures (*)(const Target&, const Settings&)> scenarios{
      {"connections", &connections},
      {"fan-out", &fan_out},
      {"presence", &presence},
      {"join", &join},
      {"closed-loop", &closed_loop},
      {"rooms", &rooms},
      {"churn", &churn},
      {"floor", &floor_of_sends}};
  Target target;
  Settings settings;
  std::string scenario;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with("--") && i + 1 < argc) {
      const std::string value = argv[++i];
      if (word == "--port") target.port = static_cast<std::uint16_t>(std::stoi(value));
      if (word == "--pid") target.pid = std::stoi(value);
      if (word == "--wire") target.hocuspocus = value == "hocuspocus";
    } else if (const std::size_t equals = word.find('='); equals != std::string::npos) {
      settings.values[word.substr(0, equals)] = word.substr(equals + 1);
    } else {
      scenario = word;
    }
  }
  const auto found = scenarios.find(scenario);
  if (found == scenarios.end()) die("no scenario '" + scenario + "'");
  print(found->second(target, settings));
  return 0;
}

}  // namespace

}  // namespace weft::load

int main(int argc, char** argv) { return weft::load::run(argc, argv); }
