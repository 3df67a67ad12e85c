#include "network.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <weft/relative_position.hpp>
#include <weft/snapshot.hpp>
#include <weft/update.hpp>

#include "../weft_events.hpp"
#include "attributed.hpp"
#include "hash.hpp"
#include "suggestions.hpp"

namespace weft::conformance {

namespace {

constexpr std::uint64_t kFromNetwork = 1;  // an origin

constexpr const char* kRoots[] = {"array", "map", "xml", "text"};

std::string contents14(User& user) {
  std::string text;
  for (const char* const name : kRoots) {
    const YType root = user.doc.get(name);
    text += root.to_delta(nullptr, true).to_json() + "\n" + root.to_json().to_json() + "\n" +
            root.to_string() + "\n";
  }
  return text;
}

// Relative positions in each root, and where they lead.
std::string places(User& user) {
  std::string text;
  for (const char* const name : kRoots) {
    const YType root = user.doc.get(name);
    for (const std::uint32_t at : {0U, root.length() / 2, root.length()}) {
      for (const std::int64_t assoc : {0, -1}) {
        const RelativePosition place = create_relative_position(root, at, assoc).value();
        if (!text.empty()) text += " ";
        for (const std::uint8_t byte : encode_relative_position(place)) {
          text += "0123456789abcdef"[byte >> 4];
          text += "0123456789abcdef"[byte & 15];
        }
        text += "=" + std::to_string(create_absolute_position(user.doc, place)->index);
      }
    }
  }
  return text;
}

std::string contents(User& user) {
  if (user.network.options.compat == Compat::v14) return contents14(user);
  const SharedType roots[] = {user.array(), user.map(), user.xml()};
  std::string text;
  for (const SharedType& root : roots) text += root.to_json().to_json() + "\n";
  return text + user.text().to_delta().to_json();
}

}  // namespace

User::User(Network& of, std::uint32_t number, ClientId client_id)
    : network(of), index(number), doc({.client_id = client_id, .compat = of.options.compat}) {
  watch();
  connect();
}

void User::require(const Result<void>& result) {
  if (result) return;
  std::fprintf(stderr, "an edit was refused: %s\n", message(result.error()).c_str());
  std::exit(2);
}

void User::watch() {
  subscriptions_.push_back(doc.on_update([this](const UpdateEvent& event) {
    const Bytes update(event.update.begin(), event.update.end());
    if (event.origin != kFromNetwork &&
        std::find(network.online.begin(), network.online.end(), this) != network.online.end()) {
      for (User* user : network.online) {
        if (user != this) user->receive({Message::Kind::update, update}, this);
      }
    }
    updates.push_back(update);
    emitted.push_back(update);
  }));
  subscriptions_.push_back(doc.on_update(
      [this](const UpdateEvent& event) {
        emitted.emplace_back(event.update.begin(), event.update.end());
      },
      Encoding::v2));
  const SharedType roots[] = {array(), map(), xml(), text()};
  for (std::size_t i = 0; network.options.observed && i < std::size(roots); ++i) {
    subscriptions_.push_back(roots[i].observe_deep([this, i](std::span<const Event> seen) {
      const bool is14 = network.options.compat == Compat::v14;
      events += is14 ? describe_deltas(kRoots[i], seen) : describe_events(kRoots[i], seen);
    }));
  }
  if (!network.options.undo) return;
  // All edits until stop_capturing are one step, so that no clock decides.
  undo = std::make_unique<UndoManager>(
      doc, std::vector<SharedType>{array(), map(), xml(), text()},
      UndoOptions{.capture_timeout = std::int64_t{1} << 53, .now = [] { return std::int64_t{1}; }});
}

void User::connect() {
  auto& online = network.online;
  if (std::find(online.begin(), online.end(), this) != online.end()) return;
  online.push_back(this);
  for (User* user : online) {
    if (user == this) continue;
    user->receive({Message::Kind::step1, doc.encode_state_vector()}, this);
  }
  for (User* user : online) {
    if (user == this) continue;
    receive({Message::Kind::step1, user->doc.encode_state_vector()}, user);
  }
}

void User::disconnect() {
  receiving.clear();
  std::erase(network.online, this);
}

void User::receive(Message message, User* sender) {
  const auto found = std::find_if(receiving.begin(), receiving.end(),
                                  [&](const auto& entry) { return entry.first == sender; });
  auto& messages =
      found != receiving.end() ? found->second : receiving.emplace_back(sender, 0).second;
  messages.push_back(std::move(message));
}

Network::Network(const Options& given) : options(given), prng(given.seed) {
  static_cast<void>(prng.boolean());  // the source chooses an encoding here
  std::vector<ClientId> ids{0, 1, 2, 3, 4};
  if (options.compat == Compat::v14) {
    for (ClientId& id : ids) id = prng.uint53(0, static_cast<std::int64_t>(kSafeInteger));
  }
  for (std::uint32_t i = 0; i < 5; ++i) users_.push_back(std::make_unique<User>(*this, i, ids[i]));
  flush_all();
}

void Network::run() {
  const bool is14 = options.compat == Compat::v14;
  const std::vector<Mod> mods = is14 ? mods14_of(options) : mods_of(options);
  for (std::uint32_t i = 0; i < options.iterations; ++i) iterate(mods);
  compare();
}

void Network::iterate(std::span<const Mod> mods) {
  if (prng.int32(0, 100) <= 2) {
    if (prng.boolean()) {
      disconnect_random();
    } else {
      reconnect_random();
    }
  } else if (prng.int32(0, 100) <= 1) {
    flush_all();
  } else if (prng.int32(0, 100) <= 50) {
    flush_random_message();
  }
  User& user = *users_[prng.index_of(users_.size())];
  prng.one_of(mods)(user, prng);
  note(user, 'e');
}

bool Network::flush_random_message() {
  std::vector<User*> waiting;
  for (User* user : online) {
    if (!user->receiving.empty()) waiting.push_back(user);
  }
  if (waiting.empty()) return false;
  User& receiver = *prng.one_of(waiting);
  const std::size_t place = prng.index_of(receiver.receiving.size());
  auto& [sender, messages] = receiver.receiving[place];
  User* const from = sender;
  const Message message = std::move(messages.front());
  messages.pop_front();
  if (messages.empty()) {
    receiver.receiving.erase(receiver.receiving.begin() + static_cast<std::ptrdiff_t>(place));
  }
  if (message.kind == Message::Kind::step1) {
    const auto since = StateVector::decode(message.body);
    if (!since) std::exit(2);
    const Bytes update = receiver.doc.encode_state_as_update(*since);
    receiver.emitted.push_back(update);
    from->receive({Message::Kind::update, update}, &receiver);
  } else if (!receiver.doc.apply_update(message.body, Encoding::v1, kFromNetwork)) {
    std::fputs("an update was refused\n", stderr);
    std::exit(2);
  }
  note(receiver, message.kind == Message::Kind::step1 ? 's' : 'u');
  return true;
}

void Network::disconnect_random() {
  if (!online.empty()) prng.one_of(online)->disconnect();
}

void Network::reconnect_random() {
  std::vector<User*> offline;
  for (const auto& user : users_) {
    if (std::find(online.begin(), online.end(), user.get()) == online.end()) {
      offline.push_back(user.get());
    }
  }
  if (!offline.empty()) prng.one_of(offline)->connect();
}

void Network::note(User& user, char step) {
  Hash emitted;
  for (const Bytes& update : std::exchange(user.emitted, {})) emitted.add(update);
  const std::string events = std::exchange(user.events, {});
  log_ += std::to_string(steps_++) + " " + step + std::to_string(user.index) +
          " emitted:" + emitted.text() +
          " vector:" + Hash().add(user.doc.encode_state_vector()).text();
  if (options.observed) log_ += " events:" + Hash().add(events).text();
  if (user.undo != nullptr) {
    log_ += " undo:" + std::to_string(user.undo->undo_stack().size()) + "/" +
            std::to_string(user.undo->redo_stack().size());
  }
  user.credit += options.iterations > kMany ? kCreditOfMany : kCredit;
  if (user.credit >= user.state_size) {
    user.credit = 0;
    const Bytes state = user.doc.encode_state_as_update();
    user.state_size = state.size();
    log_ += " v1:" + Hash().add(state).text() +
            " v2:" + Hash().add(user.doc.encode_state_as_update({}, Encoding::v2)).text() +
            " snapshot:" + Hash().add(encode_snapshot(snapshot(user.doc))).text() +
            " contents:" + Hash().add(contents(user)).text();
    if (options.compat == Compat::v14) log_ += " places:" + Hash().add(places(user)).text();
  }
  log_ += "\n";
}

void Network::compare() {
  for (const auto& user : users_) user->connect();
  flush_all();
  for (std::size_t i = 0; i < users_.size(); ++i) {
    User& user = *users_[i];
    if (user.doc.has_pending()) failure_ = "something is pending";
    if (const std::string broken = user.doc.check_invariants(); !broken.empty()) failure_ = broken;
    if (user.array().elements().size() != user.array().length()) failure_ = "lengths differ";
    if (user.map().keys().size() != user.map().size()) failure_ = "numbers of keys differ";
    user.credit = user.state_size;
    note(user, 'f');
    if (options.iterations <= kMany || i == 0) {
      compare_merged(i);
      if (options.compat == Compat::v14) note_attributed(user);
    }
    if (options.compat == Compat::v14 && i == 0) {
      const bool gc = options.seed % 2 == 0;
      log_ +=
          "suggestions " + suggestion_texts(user.updates, options.seed, gc, options.texts) + "\n";
    }
    if (i == 0) continue;
    User& other = *users_[i - 1];
    if (snapshot(user.doc) != snapshot(other.doc)) failure_ = "snapshots differ";
    // Keys have come in another order; what @y/y 14 compares, network.mjs does.
    if (options.compat == Compat::v14) continue;
    if (user.text().to_delta().to_json() != other.text().to_delta().to_json() ||
        user.array().to_json() != other.array().to_json() ||
        user.xml().to_json() != other.xml().to_json() || user.map().size() != other.map().size()) {
      failure_ = "contents differ";
    }
    // Keys may have come in another order.
    for (const std::string& key : user.map().keys()) {
      const auto value = [&](User& of) {
        const Element element = of.map().get(key);
        const auto* type = std::get_if<SharedType>(&element);
        return type != nullptr ? type->to_json() : std::get<Value>(element);
      };
      if (!other.map().has(key) || !(value(user) == value(other))) failure_ = "contents differ";
    }
  }
}

void Network::note_attributed(const User& user) {
  log_ += "attributed " + std::to_string(user.index);
  for (const auto& [name, text] : attributed_texts(user.updates)) {
    log_ += " " + name + ":" + (options.texts ? text : Hash().add(text).text());
  }
  log_ += "\n";
}

/// All that a user emitted, merged, makes the whole document.
void Network::compare_merged(std::size_t number) {
  User& user = *users_[number];
  for (const Encoding encoding : {Encoding::v1, Encoding::v2}) {
    std::vector<Bytes> updates;
    updates.reserve(user.updates.size());
    for (const Bytes& update : user.updates) {
      updates.push_back(encoding == Encoding::v1
                            ? update
                            : convert_update(update, Encoding::v1, Encoding::v2).value_or(Bytes{}));
    }
    const std::vector<ByteView> views(updates.begin(), updates.end());
    const auto merged = merge_updates(views, encoding, options.compat);
    Doc doc({.client_id = 99, .compat = options.compat});
    if (!merged || !doc.apply_update(*merged, encoding)) {
      failure_ = "the merged updates were refused";
      return;
    }
    log_ += "merged " + std::to_string(number) + " " + Hash().add(*merged).text() +
            " v1:" + Hash().add(doc.encode_state_as_update()).text() + "\n";
    if (doc.has_pending() || snapshot(doc) != snapshot(user.doc) ||
        doc.array("array").to_json() != user.array().to_json()) {
      failure_ = "the merged updates make another document";
    }
  }
}

}  // namespace weft::conformance
