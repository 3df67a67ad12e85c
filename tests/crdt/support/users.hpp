// Several users of one document over a network that keeps messages until they are delivered, and
// loses those of who is offline: Yjs's testHelper.js, in small.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>

namespace weft::test {

class Users {
 public:
  explicit Users(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      users_.push_back(std::make_unique<User>(DocOptions{.client_id = i}));
      subscriptions_.push_back(
          users_[i]->doc.on_update([this, i](const UpdateEvent& event) { send(i, event); }));
    }
  }

  Doc& operator[](std::size_t user) { return users_[user]->doc; }
  std::size_t size() const { return users_.size(); }

  /// One transaction of one user: edit(doc, transaction).
  template <typename Edit>
  void change(std::size_t user, Edit edit) {
    Transaction txn = users_[user]->doc.transact();
    edit(users_[user]->doc, txn);
  }

  void disconnect(std::size_t user) {
    users_[user]->online = false;
    users_[user]->inbox.clear();
  }

  void connect(std::size_t user) {
    if (users_[user]->online) return;
    users_[user]->online = true;
    for (std::size_t other = 0; other < users_.size(); ++other) {
      if (other == user || !users_[other]->online) continue;
      exchange(user, other);
      exchange(other, user);
    }
  }

  /// Delivers all messages.
  void flush() {
    for (auto& user : users_) {
      while (!user->inbox.empty()) {
        const Bytes update = std::move(user->inbox.front());
        user->inbox.pop_front();
        CHECK(user->doc.apply_update(update));
      }
    }
  }

  /// Brings everybody together and requires that all hold the same (Yjs compare).
  void compare() {
    for (std::size_t i = 0; i < users_.size(); ++i) connect(i);
    flush();
    for (auto& user : users_) {
      CHECK(user->doc.check_invariants() == "");
      CHECK(!user->doc.has_pending());
      CHECK(user->doc.state_vector() == users_[0]->doc.state_vector());
      CHECK(user->doc.delete_set() == users_[0]->doc.delete_set());
      for (const std::string& root : user->doc.root_names()) {
        CHECK(json(user->doc, root) == json(users_[0]->doc, root));
      }
    }
  }

 private:
  struct User {
    explicit User(const DocOptions& options) : doc(options) {}
    Doc doc;
    bool online = true;
    std::deque<Bytes> inbox;
  };

  static std::string json(Doc& doc, const std::string& root) {
    if (root == "map") return sorted(doc.map(root).to_json());
    if (root == "xml") return doc.xml_element(root).to_string();
    return doc.array(root).to_json().to_json();
  }

  // Users may have seen the keys in different orders.
  static std::string sorted(Value value) {
    if (auto* object = std::get_if<ValueObject>(&value.variant())) {
      std::sort(object->begin(), object->end(),
                [](const auto& a, const auto& b) { return a.first < b.first; });
    }
    return value.to_json();
  }

  void send(std::size_t from, const UpdateEvent& event) {
    if (!event.local || !users_[from]->online) return;
    for (std::size_t i = 0; i < users_.size(); ++i) {
      if (i == from || !users_[i]->online) continue;
      users_[i]->inbox.emplace_back(event.update.begin(), event.update.end());
    }
  }

  void exchange(std::size_t from, std::size_t to) {
    users_[to]->inbox.push_back(
        users_[from]->doc.encode_state_as_update(users_[to]->doc.state_vector()));
  }

  std::vector<std::unique_ptr<User>> users_;
  std::vector<Subscription> subscriptions_;
};

}  // namespace weft::test
