// Thousands of sockets on one thread, each a client that speaks just enough of y-websocket's or
// Hocuspocus's wire to write, to read, and to tell how old what it reads is.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::load {

using Bytes = std::string;

[[noreturn]] void die(const std::string& why);
std::int64_t now_us();

/// What a process has cost so far, and has now.
struct Cost {
  double user_us = 0;
  double system_us = 0;
  double resident_kb = 0;
};
Cost cost_of(int pid);
inline double cpu_us(const Cost& before, const Cost& after) {
  return after.user_us - before.user_us + after.system_us - before.system_us;
}

struct Target {
  std::uint16_t port = 0;
  int pid = 0;
  bool hocuspocus = false;
};

/// An update that inserts a stamp, of kStampSize characters, behind what `client` wrote before.
/// Whoever merged what: the stamp of the latest one stands before the last byte.
inline constexpr std::size_t kStampSize = 8;
Bytes edit(std::uint64_t client, std::uint64_t& clock);
/// How long ago the stamp in an update was made; -1: it has none.
std::int64_t age_us(std::string_view update);
/// How many stamps of `client` an update ends with, from the first one that he made; 0: none.
std::uint64_t stamps_of(std::string_view update, std::uint64_t client);

/// `confirmed`: Hocuspocus's word that it has applied one update.
enum class Kind : std::uint8_t { step1, step2, update, awareness, confirmed, other };

struct Message {
  Kind kind = Kind::other;
  std::string_view body;
};

class Socket {
 public:
  Socket(const Target& target, std::string document);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int fd() const { return fd_; }
  bool upgraded() const { return upgraded_; }

  /// What providers send at first.
  void greet();
  void send_update(std::string_view update);
  void send_awareness(std::uint64_t client, std::uint64_t clock, std::string_view state);

  using OnMessage = std::function<void(const Message&)>;
  /// Reads what is there, through `buffer`. False: the server has closed.
  bool read(std::string& buffer, const OnMessage& on_message);

 private:
  void write(std::string_view bytes) const;
  void say(std::uint64_t type, std::string_view body) const;
  void frame(std::string_view message) const;
  void take(std::string_view bytes, const OnMessage& on_message);
  std::string_view upgrade(std::string_view bytes);

  const Target& target_;
  std::string document_;
  int fd_ = -1;
  bool upgraded_ = false;
  Bytes rest_;
};

/// Many sockets and one loop.
class Crowd {
 public:
  using OnMessage = std::function<void(std::size_t socket, const Message& message)>;

  explicit Crowd(const Target& target);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  /// Another socket, which greets once it is upgraded.
  std::size_t add(const std::string& document);
  Socket& operator[](std::size_t at) { return *sockets_[at]; }
  std::size_t size() const { return sockets_.size(); }
  /// So many have their document.
  std::size_t synced() const { return synced_; }

  /// Serves what comes, waits for it for `us` at most.
  void turn(std::int64_t us, const OnMessage& on_message = nullptr);
  void run(std::int64_t us, const OnMessage& on_message = nullptr);
  void until_synced(std::size_t count);

 private:
  const Target& target_;
  int epoll_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::string buffer_ = std::string(std::size_t{1} << 18, '\0');
  std::size_t synced_ = 0;
};

}  // namespace weft::load
