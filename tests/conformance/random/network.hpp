// Users of the engine who edit one document over a network that delays, reorders between senders
// and breaks. Source: Yjs tests/testHelper.js (TestYInstance, TestConnector, applyRandomTests); the
// order of everything that draws a random number is that of the source.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <weft/doc.hpp>
#include <weft/types.hpp>
#include <weft/undo.hpp>

#include "prng.hpp"

namespace weft::conformance {

struct Options {
  std::string mods;
  std::uint32_t seed = 1;
  std::uint32_t iterations = 0;
  bool observed = false;  // deep observers read every event
  bool undo = false;      // each user has an UndoManager
  bool texts = false;     // what is said of updates is written out, not hashed
  Compat compat = Compat::v13;
};

struct Message {
  enum class Kind : std::uint8_t { step1, update };
  Kind kind;
  Bytes body;
};

class Network;

class User {
 public:
  User(Network& network, std::uint32_t index, ClientId client_id);

  Array array() { return doc.array("array"); }
  Map map() { return doc.map("map"); }
  Text text() { return doc.text("text"); }
  XmlElement xml() { return doc.xml_element("xml"); }

  /// One edit in a transaction of its own; all that the mods do must be possible.
  template <typename Edit>
  void edit(Edit body) {
    Transaction txn = doc.transact();
    require(body(txn));
  }

  void connect();
  void disconnect();
  void receive(Message message, User* sender);

  Network& network;
  std::uint32_t index;
  Doc doc;
  /// Messages on their way to this user, by sender in the order of their first.
  std::vector<std::pair<User*, std::deque<Message>>> receiving;
  std::vector<Bytes> updates;  // all that were emitted
  std::unique_ptr<UndoManager> undo;

  /// Since the last step.
  std::vector<Bytes> emitted;  // V1 and V2 in turn
  std::string events;
  /// What the last whole look at the document was due for: bytes of state.
  std::size_t credit = 0;
  std::size_t state_size = 0;

 private:
  static void require(const Result<void>& result);
  void watch();

  std::vector<Subscription> subscriptions_;
};

using Mod = void (*)(User&, Prng&);
/// The edits of that name: array, map, text, quill, xml, all.
std::vector<Mod> mods_of(const Options& options);
std::vector<Mod> mods14_of(const Options& options);

class Network {
 public:
  explicit Network(const Options& options);

  /// Iterations, comparison and all; one line for each message and edit.
  void run();
  /// Nothing, or what did not hold in the end (Yjs testHelper compare).
  const std::string& failure() const { return failure_; }
  std::string take_log() { return std::exchange(log_, {}); }

  Options options;
  Prng prng;
  /// Numbers that the mods write, so that each insert can be told from others.
  std::uint32_t unique_number = 0;
  std::uint32_t characters = 0;
  std::vector<User*> online;  // in the order of their coming

 private:
  bool flush_random_message();
  void flush_all() {
    while (flush_random_message()) continue;
  }
  void disconnect_random();
  void reconnect_random();
  void iterate(std::span<const Mod> mods);
  void compare();
  void compare_merged(std::size_t user);
  void note_attributed(const User& user);
  /// Writes down what `user` holds after a step.
  void note(User& user, char step);

  std::vector<std::unique_ptr<User>> users_;
  std::string log_;
  std::string failure_;
  std::uint64_t steps_ = 0;
};

/// How many bytes of state each step pays for looking at the whole document; the same in
/// network.mjs. Documents up to this size are looked at after every step.
inline constexpr std::size_t kCredit = 8192;
/// The same for documents of more iterations than kMany, of which Yjs merges and compares with
/// marks what one user emitted, not all.
inline constexpr std::size_t kCreditOfMany = 1024;
inline constexpr std::uint32_t kMany = 6000;

}  // namespace weft::conformance
